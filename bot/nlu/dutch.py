"""Dutch for Rasa: spaCy's blank pipeline with lemmas, parts of compounds and our own term lists.

No trained Dutch pipeline can be had without a download, so lemmas come from simplemma and terms from
data/terms.yml; SpacyNLP is kept, so that everything that reads spaCy documents works as in any Rasa bot.
"""

from __future__ import annotations

from functools import lru_cache

import simplemma
import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from spacy.language import Language
from spacy.tokens import Doc, Token

from meldwijzer.terms import terms

#: Abbreviations of the field and names from before 2015, as what they are called today.
SYNONYMS = {
    "vt": "veilig thuis",
    "amk": "veilig thuis",
    "shg": "veilig thuis",
    "amhk": "veilig thuis",
    "hgkm": "huiselijk geweld kindermishandeling",
    "hg": "huiselijk geweld",
    "km": "kindermishandeling",
    "thv": "tijdelijk huisverbod",
    "wth": "wet tijdelijk huisverbod",
    "hovj": "hulpofficier justitie",
    "rvdk": "raad kinderbescherming",
    "ots": "ondertoezichtstelling",
    "uhp": "uithuisplaatsing",
    "gi": "gecertificeerde instelling",
    "bjz": "bureau jeugdzorg",
    "lvb": "verstandelijke beperking",
    "ib'er": "intern begeleider",
    "wbp": "avg privacy",
    "gdpr": "avg privacy",
    "vir": "verwijsindex",
    "af": "aandachtsfunctionaris",
    "jgz": "jeugdgezondheidszorg",
}
#: Words of the field that a general dictionary lacks and that compounds are made of.
FIELD_WORDS = frozenset({"huisverbod", "meldcode", "kindcheck", "wijkteam", "veiligheidsplan", "afwegingskader"})
LINKING = ("", "s", "en", "e")
SHORTEST_PART = 4


@lru_cache(maxsize=50_000)
def lemma_of(word: str) -> str:
    """The lemma of a lower-case Dutch word; the word itself when it is not known."""
    return str(simplemma.lemmatize(word, lang="nl")).lower()


def _is_known(word: str) -> bool:
    return word in FIELD_WORDS or simplemma.is_known(word, lang="nl")


@lru_cache(maxsize=50_000)
def parts_of(word: str) -> tuple[str, ...]:
    """The lemmas of the two parts of a compound that the dictionary does not hold as a whole.

    Args:
        word: one lower-case word, for instance `huisverbodzitting`.

    Returns:
        The parts, the longest possible last part first tried, or nothing.
    """
    if len(word) < 2 * SHORTEST_PART:
        return ()
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        last = word[cut:]
        if not _is_known(last):
            continue
        for link in LINKING:
            first = word[:cut].removesuffix(link) if link else word[:cut]
            if len(first) >= SHORTEST_PART and _is_known(first):
                return lemma_of(first), lemma_of(last)
    return ()


@Language.component("meldwijzer_lemmas")
def add_lemmas(doc: Doc) -> Doc:
    """Set the lemma, the parts and the present-day name of every token."""
    for token in doc:
        token.lemma_ = lemma_of(token.lower_)
        token._.parts = tuple(SYNONYMS[token.lower_].split()) if token.lower_ in SYNONYMS else parts_of(token.lower_)
    return doc


def build() -> Language:
    """The spaCy pipeline: tokens, lemmas, parts, and `doc.spans["terms"]` from data/terms.yml."""
    if not Token.has_extension("parts"):
        Token.set_extension("parts", default=())
    nlp = spacy.blank("nl")
    nlp.add_pipe("meldwijzer_lemmas")
    ruler = nlp.add_pipe(
        "span_ruler",
        config={
            "spans_key": "terms",
            "phrase_matcher_attr": "LEMMA",
            "spans_filter": {"@misc": "meldwijzer.keep_all.v1"},
        },
    )
    ruler.add_patterns(
        [
            {"label": name, "id": option.id, "pattern": word.lower()}
            for name, words in terms().items()
            for option in words.options.values()
            for word in option.words
        ]
    )
    return nlp


@spacy.registry.misc("meldwijzer.keep_all.v1")
def keep_all() -> object:
    """A filter that keeps overlapping spans: one word may belong to two lists."""
    return lambda entities, spans: [*entities, *spans]


def words_of(doc: Doc) -> str:
    """The lemmas and parts of a document, separated by blanks, as the word features see it."""
    words: str | None = doc.user_data.get("words")
    if words is None:
        words = doc.user_data["words"] = " ".join(
            piece for token in doc if not (token.is_space or token.is_punct) for piece in (token.lemma_, *token._.parts)
        )
    return words


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.MODEL_LOADER,
        DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    ],
    is_trainable=False,
    model_from="DutchNLP",
)
class DutchNLP(SpacyNLP):
    """SpacyNLP with our own pipeline instead of one that must be downloaded."""

    @staticmethod
    def load_model(spacy_model_name: str | None) -> SpacyModel:
        """Build the pipeline (the name only tells Rasa's cache which one it is)."""
        return SpacyModel(model=build(), model_name=spacy_model_name or "meldwijzer_nl")

    @staticmethod
    def ensure_proper_language_model(nlp: Language | None) -> None:
        """Accept a pipeline that was not loaded from disk."""
