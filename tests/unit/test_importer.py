"""The importer of the training data, against files of Rasa's own format."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message

from bot.importer import Example, Importer
from meldwijzer.settings import ROOT

NLU = str(ROOT / "data" / "nlu")


def test_gives_the_examples_that_rasa_would_read() -> None:
    def pairs(examples: list[Message]) -> list[tuple[str, str]]:
        # In the order of the file names here, in that of the folder there.
        return sorted((each.get_full_intent(), each.get("text")) for each in examples)

    ours = Importer(training_data_paths=[NLU]).get_nlu_data().intent_examples
    assert pairs(ours) == pairs(load_data(NLU).intent_examples)


def test_reads_rules_from_the_other_folders(tmp_path: Path) -> None:
    made = Importer(training_data_paths=[NLU, str(ROOT / "data" / "dialogue")], domain_path=str(ROOT / "domain.yml"))
    assert made.get_stories().story_steps
    assert not Importer(training_data_paths=[str(tmp_path)]).get_nlu_data().training_examples


def test_fingerprint_tells_text_label_and_features_apart() -> None:
    one = Example.build("mag dat?", "topic/pr.delen")
    assert one.fingerprint() == Example.build("mag dat?", "topic/pr.delen").fingerprint()
    assert one.fingerprint() != Example.build("mag dit?", "topic/pr.delen").fingerprint()
    assert one.fingerprint() != Example.build("mag dat?", "topic/pr.avg").fingerprint()
    before = one.fingerprint()
    one.add_features(Features(np.ones((1, 2)), "sentence", "text", "test"))
    assert one.fingerprint() != before


def test_a_copy_has_features_of_its_own() -> None:
    one = Example.build("mag dat?", "topic/pr.delen")
    other = copy.deepcopy(one)
    other.add_features(Features(np.ones((1, 2)), "sentence", "text", "test"))
    other.set("text", "iets anders")
    assert (one.features, one.get("text")) == ([], "mag dat?")
