"""How Rasa gets at the training data of this project.

Rasa's own importer reads every file three times over, through a parser in Python, and takes each example's
fingerprint after every step of the pipeline, all its features written out: twenty seconds of a training that is
forced anyway.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.examples import read_examples


class Example(Message):
    """A training example; its data are strings that no component changes."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        """A copy of its own, with the same features."""
        return Example(self.data, set(self.output_properties), self.time, list(self.features))

    def fingerprint(self) -> str:
        """A name for what the example says, for its label, and for how far it has been through the pipeline."""
        label = self.get(INTENT_RESPONSE_KEY) or self.get(INTENT)
        said = "\0".join(map(str, (self.get(TEXT), label, len(self.data), len(self.features))))
        return hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()


class Importer(RasaFileImporter):
    """Reads the examples once; leaves rules, domain and configuration to Rasa."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        """Make an importer.

        Args:
            config_file: the pipeline.
            domain_path: the domain.
            training_data_paths: folders; one named `nlu` holds the examples, the others rules and stories.
        """
        paths = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        self._examples = [path for path in paths if Path(path).name == "nlu"]
        super().__init__(config_file, domain_path, [path for path in paths if path not in self._examples])

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All examples."""
        return TrainingData([example for path in self._examples for example in _examples_in(path)])


@lru_cache(maxsize=1)
def _examples_in(folder: str) -> list[Message]:
    return [Example.build(text, intent) for intent, text in read_examples(Path(folder))]
