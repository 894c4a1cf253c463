"""YAML documents with the line of everything in them, and what is wrong with their form, in Dutch.

Written for people who edit content and do not know Python: no message of a library reaches them as it is.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

#: The place of a node in a document: keys of mappings and indexes of lists.
Keys = tuple[Any, ...]

#: What YAML errors mean to who wrote the file, by a part of the message of ruamel.yaml.
YAML_HINTS = (
    ("mapping values are not allowed", "er staat een dubbele punt in de tekst, of de inspringing klopt niet; zet de "
     "tekst tussen aanhalingstekens of spring deze regel net zo in als de andere"),
    ("found character '\\t'", "er staat een tab; gebruik spaties"),
    ("cannot start any token", "de tekst begint met een teken dat daar niet mag staan; zet de tekst tussen "
     "aanhalingstekens"),
    ("found unexpected end of stream", "een aanhalingsteken dat hier begint wordt niet gesloten; zet er een aan het "
     "eind van de tekst"),
    ("special characters are not allowed", "er staat een onzichtbaar teken dat hier niet mag; typ de regel opnieuw"),
    ("found duplicate key", "dit veld staat twee keer in hetzelfde blok; haal er een weg"),
    ("undefined alias", "de tekst begint met een *; zet de tekst tussen aanhalingstekens"),
    ("expected <block end>", "de inspringing klopt niet, of er staat nog tekst na een aanhalingsteken; zet de regel "
     "recht onder de andere velden van het blok"),
    ("could not find expected ':'", "er ontbreekt een dubbele punt met een spatie erachter, hier of op een regel "
     "hierboven"),
    ("expected ',' or", "een haakje [ of { wordt niet gesloten, of er ontbreekt een komma"),
)
YAML_HINT = "kijk op deze regel en de regel erboven naar inspringing, dubbele punten en aanhalingstekens"
TYPES = {
    "string": "moet tekst zijn: zet de waarde tussen aanhalingstekens",
    "array": "moet een lijst zijn: zet elk onderdeel op een eigen regel die begint met `- `",
    "object": "moet een blok met velden zijn: zet elk veld op een eigen regel als `naam: waarde`",
}


class Mistake(NamedTuple):
    """Something that is wrong in a file, and what to do about it."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """The mistake as editors and terminals understand it: `path:line: text`."""
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Document:
    """One YAML file.

    Attributes:
        name: path from the root of the project.
        lines: its text.
        content: nodes of ruamel.yaml; None when the file cannot be read.
        mistakes: what is wrong with its form.
        broken: the places in `content` that do not have the form that they must have.
    """

    name: str
    lines: tuple[str, ...]
    content: Any
    mistakes: tuple[Mistake, ...]
    broken: frozenset[Keys] = frozenset()

    @property
    def readable(self) -> bool:
        """Whether the file parses, with at its top what must be there."""
        return self.content is not None and () not in self.broken

    def line(self, keys: Keys = ()) -> int:
        """The line on which the node at `keys` begins, or else the nearest node around it."""
        node, line = self.content, 0
        for key in keys:
            try:
                line = (node.lc.key(key) if isinstance(node, dict) else node.lc.item(key))[0]
                node = node[key]
            except (AttributeError, IndexError, KeyError, TypeError):
                break
        return line + 1

    def line_with(self, text: str, first: int) -> int:
        """The line that contains `text`, from line `first` on; `first` itself when no line has all of it."""
        found = (number for number, line in enumerate(self.lines[first - 1 :], first) if text in line)
        return next(found, first)

    def parts(self, *pattern: Any) -> Iterator[Part]:
        """The nodes at a place, without those that are broken.

        Args:
            pattern: keys, with `...` for every key of a mapping and every item of a list.
        """
        for keys, value in _walk(self.content, pattern):
            if not any(_within(keys, place) or _within(place, keys) for place in self.broken):
                yield Part(self, keys, value)


@dataclass(frozen=True)
class Part:
    """One node of a document."""

    document: Document
    keys: Keys
    value: Any

    def line(self, *keys: Any) -> int:
        """The line of this node, or of what is in it at `keys`."""
        return self.document.line((*self.keys, *keys))

    def place(self, *keys: Any) -> str:
        """The same as `path:line`."""
        return f"{self.document.name}:{self.line(*keys)}"

    def mistake(self, text: str, *keys: Any) -> Mistake:
        """A mistake in this node, or in what is in it at `keys`."""
        return Mistake(self.document.name, self.line(*keys), text)


def _walk(node: Any, pattern: Keys, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    if not pattern:
        yield keys, node
        return
    for key, child in _children(node):
        if pattern[0] in (..., key):
            yield from _walk(child, pattern[1:], (*keys, key))


def _children(node: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(node, dict):
        return node.items()
    return enumerate(node) if isinstance(node, list) else ()


def _within(keys: Keys, place: Keys) -> bool:
    return keys[: len(place)] == place


def read(root: Path, path: Path, schema: Path | None = None) -> Document:
    """Read a file.

    Args:
        root: folder of the project.
        path: of the file.
        schema: of the form that the file must have.

    Returns:
        The document; when the file is absent or does not parse, one without content and with that mistake.
    """
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _unreadable(name, 1, "dit bestand ontbreekt; zet het terug")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return _unreadable(name, line, "hier staat een teken dat geen UTF-8 is; sla het bestand op als UTF-8")
    try:
        content = parse(text)
    except YAMLError as error:
        return _unreadable(name, _line_of(error, text), f"dit is geen geldige YAML: {_hint(error)}")
    document = Document(name, tuple(text.splitlines()), content, ())
    return _validated(document, schema) if schema else document


def _unreadable(name: str, line: int, text: str) -> Document:
    return Document(name, (), None, (Mistake(name, line, text),))


class _Constructor(RoundTripConstructor):
    """Leaves a date that does not exist as text, so that the schema can name its line."""

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:
            return node.value


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def parse(text: str) -> Any:
    """The nodes of a YAML text, with their lines.

    Raises:
        YAMLError: when it does not parse.
    """
    yaml = YAML()
    yaml.Constructor = _Constructor
    # The assistant reads its content with PyYAML, which knows YAML 1.1 only: there `No` is not a text.
    yaml.version = (1, 1)
    return yaml.load(text)


def _line_of(error: YAMLError, text: str) -> int:
    if isinstance(error, ReaderError):
        return text.count("\n", 0, error.position) + 1
    if not isinstance(error, MarkedYAMLError):
        return 1
    # A quote that is not closed is found at the end of the file; it is mended where it opens.
    unclosed = "found unexpected end" in str(error.problem)
    mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _hint(error: YAMLError) -> str:
    message = str(getattr(error, "problem", error))
    return next((hint for part, hint in YAML_HINTS if part in message), YAML_HINT)


def _validated(document: Document, schema: Path) -> Document:
    errors = list(_validator(schema).iter_errors(_plain(document.content)))
    mistakes = (mistake for error in errors for mistake in _explain(document, error))
    return Document(
        document.name,
        document.lines,
        document.content,
        # A schema names every missing field by itself; here they come together, hence the doubles.
        tuple(dict.fromkeys(mistakes)),
        frozenset(tuple(error.absolute_path) for error in errors),
    )


@lru_cache
def _validator(schema: Path) -> jsonschema.Draft7Validator:
    raw = json.loads(schema.read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(raw, format_checker=jsonschema.FormatChecker(("date",)))


def _plain(node: Any) -> Any:
    """The node as JSON has it: a date is a text."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node.isoformat() if isinstance(node, dt.date) else node


def _explain(document: Document, error: jsonschema.ValidationError) -> Iterator[Mistake]:
    """The mistakes that one violation of a schema comes down to."""
    keys = tuple(error.absolute_path)
    line = document.line(keys)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        for key in error.instance:
            if key not in known:
                text = f"het veld '{key}' bestaat niet{did_you_mean(str(key), known)}; haal het weg of verbeter de naam"
                yield Mistake(document.name, document.line((*keys, key)), text)
    elif error.validator == "required":
        yield Mistake(document.name, line, _missing(error))
    else:
        yield Mistake(document.name, line, f"{_subject(keys)} {_complaint(error)}")


def _missing(error: jsonschema.ValidationError) -> str:
    missing = [name for name in error.validator_value if name not in error.instance]
    known = error.schema["properties"]
    wanted = "; ".join(f"'{name}' ({known[name].get('description', 'een lijst')})" for name in missing)
    return f"hier ontbreekt {wanted}; vul het aan"


def _subject(keys: Keys) -> str:
    name = next((key for key in reversed(keys) if isinstance(key, str)), None)
    if name is None:
        return "dit onderdeel" if keys else "het bestand"
    return f"'{name}'" if keys[-1] == name else f"onderdeel {keys[-1] + 1} van '{name}'"


def _complaint(error: jsonschema.ValidationError) -> str:
    """What is wrong with a value, in Dutch; by the description of the field where the kind is not foreseen."""
    wanted = error.schema.get("description", "de juiste vorm")
    limit = error.validator_value
    if error.validator == "type":
        if error.instance is None:
            return f"is leeg; nodig is {wanted}"
        return f"{TYPES[limit if isinstance(limit, str) else limit[0]]}; nodig is {wanted}"
    return {
        "minLength": f"is leeg; nodig is {wanted}",
        "minItems": f"is leeg; nodig is {wanted}",
        "minProperties": f"is leeg; nodig is {wanted}",
        "maxLength": f"is te lang: {_length(error.instance)} tekens, hoogstens {limit}; maak het korter",
        "format": f"is geen datum: '{error.instance}'; schrijf jaar-maand-dag, zoals 2026-11-22",
        "uniqueItems": "noemt iets twee keer; haal de dubbele weg",
    }.get(str(error.validator), f"klopt niet: '{error.instance}'; nodig is {wanted}")


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else 0


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that looks most like a mistyped one; empty when none does."""
    close = difflib.get_close_matches(word, known, n=1)
    return f" (bedoelt u '{close[0]}'?)" if close else ""
