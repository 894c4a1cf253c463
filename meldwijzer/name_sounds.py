"""Whether a word that no list knows sounds like a name: by the groups of three letters in names and in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cached_property


class Sounds:
    """Naive Bayes over groups of three letters; made when it is first asked for."""

    def __init__(self, names: Collection[str], words: Collection[str]) -> None:
        """Take what to learn from: names and ordinary words."""
        self._names = names
        self._words = words

    def score(self, word: str) -> float:
        """Above zero the likelier a name, below zero the likelier a word; zero when it cannot be told.

        Args:
            word: in small letters, without marks.
        """
        groups = list(_groups(word))
        return sum(self._odds.get(group, 0.0) for group in groups) / len(groups)

    @cached_property
    def _odds(self) -> dict[str, float]:
        names, words = _counted(self._names), _counted(self._words)
        in_names, in_words = sum(names.values()), sum(words.values())
        return {
            group: math.log((names[group] + 1) / in_names * in_words / (words[group] + 1)) for group in names | words
        }


def _groups(word: str) -> Iterator[str]:
    padded = f"^{word}$"
    return (padded[at : at + 3] for at in range(len(padded) - 2))


def _counted(words: Collection[str]) -> Counter[str]:
    return Counter(group for word in words for group in _groups(word))
