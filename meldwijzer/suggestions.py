"""Which topics are offered instead of an answer, or after one that may not be what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from meldwijzer.knowledge import knowledge
from meldwijzer.topics import OUT_OF_SCOPE

#: A choice that is taken in at a glance.
MOST = 3
#: From this confidence on, an answer stands alone.
SURE = 0.97


def stands_alone(ranking: Sequence[tuple[str, float]]) -> bool:
    """Whether the first of a ranking, once answered, needs no other topics beside it."""
    return not ranking or ranking[0][1] >= SURE


def suggestions(
    ranking: Iterable[tuple[str, float]], place: str | None = None, besides: Iterable[str] = ()
) -> tuple[str, ...]:
    """The topics to offer, likeliest first.

    Args:
        ranking: labels with their confidence, likeliest first; those that are no topic are passed over.
        place: the municipality whose answers there are.
        besides: topics that are shown already.
    """
    answerable = knowledge(place).keys() - {OUT_OF_SCOPE, *besides}
    return tuple(dict.fromkeys(label for label, _ in ranking if label in answerable))[:MOST]
