"""YAML documents with the line of everything in them, and what is wrong with their form, in Dutch.

Written for people who edit content and do not know Python: no message of a library reaches them as it is.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import yaml
from yaml.reader import ReaderError

#: The place of a node in a document: keys of mappings and indexes of lists.
Keys = tuple[Any, ...]

#: What YAML errors mean to who wrote the file, by a part of the message of PyYAML.
YAML_HINTS = {
    "mapping values are not allowed": (
        "er staat een dubbele punt in de tekst, of de inspringing klopt niet; zet de tekst tussen aanhalingstekens of "
        "spring deze regel net zo in als de andere"
    ),
    "a tab character": "er staat een tab; gebruik spaties",
    "cannot start any token": (
        "er staat een tab, of de tekst begint met een teken dat daar niet mag staan; gebruik spaties of zet de tekst "
        "tussen aanhalingstekens"
    ),
    "unexpected end of stream": "een aanhalingsteken dat hier begint wordt niet gesloten; zet er een aan het eind",
    "control characters are not allowed": "er staat een onzichtbaar teken dat hier niet mag; typ de regel opnieuw",
    "found duplicate key": "dit veld staat twee keer in hetzelfde blok; haal er een weg",
    "undefined alias": "de tekst begint met een *; zet de tekst tussen aanhalingstekens",
    "block again": "naar dit blok wordt met & en * verwezen; schrijf het uit op elke plaats waar het nodig is",
    "expected alphabetic": "de tekst begint met een * of &; zet de tekst tussen aanhalingstekens",
    "constructor for the tag": "de tekst begint met een !; zet de tekst tussen aanhalingstekens",
    "unknown escape character": (
        "na een \\ tussen dubbele aanhalingstekens staat een teken dat daar niets betekent; gebruik enkele "
        "aanhalingstekens"
    ),
    "unhashable key": "de tekst begint met een { of [; zet de tekst tussen aanhalingstekens",
    "expected ',' or": "een haakje [ of { dat hier begint wordt niet gesloten, of er ontbreekt een komma",
    "expected key": (
        "de inspringing klopt niet, of er staat nog tekst na een aanhalingsteken; zet de regel recht onder de andere "
        "velden van het blok"
    ),
    "expected '-' indicator": "de inspringing klopt niet; zet de regel recht onder de andere velden van het blok",
    "could not find expected ':'": "hier ontbreekt een dubbele punt, of een spatie achter een streepje; voeg die toe",
}
#: Errors that PyYAML finds later in the file than where they are mended: there it gives the place as context.
MENDED_AT_CONTEXT = ("unexpected end of stream", "expected ',' or", "could not find expected ':'")
#: Of mappings and lists that someone just wrote down.
PLAIN_TAGS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
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
        content: what the file holds; None when it cannot be read.
        places: the line of everything in `content`.
        blocks: the places of texts that are written below a `|`, line for line.
        wrapped: the places of texts without quotes that go on on the next line.
        mistakes: what is wrong with its form.
        broken: the places in `content` that do not have the form that they must have.
    """

    name: str
    lines: tuple[str, ...]
    content: Any
    places: Mapping[Keys, int]
    blocks: AbstractSet[Keys] = frozenset()
    wrapped: AbstractSet[Keys] = frozenset()
    mistakes: tuple[Mistake, ...] = ()
    broken: frozenset[Keys] = frozenset()

    @property
    def readable(self) -> bool:
        """Whether the file parses, with at its top what must be there."""
        return self.content is not None and () not in self.broken

    def line(self, keys: Keys = ()) -> int:
        """The line on which the node at `keys` begins, or else the nearest node around it."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys, 1)

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

    @property
    def is_block(self) -> bool:
        """Whether this is a text below a `|`, line for line as it stands in the file."""
        return self.keys in self.document.blocks

    @property
    def is_wrapped(self) -> bool:
        """Whether this is a text without quotes that goes on on the next line."""
        return self.keys in self.document.wrapped

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
        document = parse(name, text)
    except yaml.YAMLError as error:
        return _unreadable(name, _line_of(error, text), f"dit is geen geldige YAML: {_hint(error)}")
    except RecursionError:
        return _unreadable(name, 1, "er staan honderden blokken in elkaar; maak er een gewone lijst van")
    return _validated(document, schema) if schema else document


def _unreadable(name: str, line: int, text: str) -> Document:
    return Document(name, (), None, {}, mistakes=(Mistake(name, line, text),))


def parse(name: str, text: str) -> Document:
    """Parse a YAML text into a document; its form is not checked.

    The parser is that of the assistant itself (YAML 1.1, in C), so that both see the same; ruamel.yaml, which also
    knows lines, takes 40 times as long.

    Args:
        name: of the file, from the root of the project.
        text: what it holds.

    Raises:
        yaml.YAMLError: when it does not parse.
    """
    loader = yaml.CSafeLoader(text)
    reader = _Reader(loader)
    node = loader.get_single_node()
    content = None if node is None else reader.value(node, ())
    return Document(name, tuple(text.splitlines()), content, reader.places, reader.blocks, reader.wrapped)


class _Reader:
    """Makes values of YAML nodes and remembers where they stand."""

    def __init__(self, loader: yaml.CSafeLoader) -> None:
        self._loader = loader
        self.places: dict[Keys, int] = {}
        self.blocks: set[Keys] = set()
        self.wrapped: set[Keys] = set()
        # The nodes themselves, since the ids of what is gone are given out again.
        self._seen: dict[int, yaml.Node] = {}

    def value(self, node: yaml.Node, keys: Keys) -> Any:
        """The value of a node that stands at `keys`."""
        self.places.setdefault(keys, node.start_mark.line + 1)
        if isinstance(node, yaml.CollectionNode):
            return self._collection(node, keys)
        if isinstance(node, yaml.ScalarNode):
            self._note_style(node, keys)
        try:
            return self._loader.construct_object(node)
        except ValueError:
            # A date that does not exist: as a text, the schema can say so.
            return node.value

    def _note_style(self, node: yaml.ScalarNode, keys: Keys) -> None:
        if node.style == "|":
            self.blocks.add(keys)
        elif not node.style and node.end_mark.line > node.start_mark.line:
            self.wrapped.add(keys)

    def _collection(self, node: yaml.CollectionNode, keys: Keys) -> Any:
        # No content needs an alias, and a few lines of them can stand for more than any memory holds.
        if id(node) in self._seen:
            raise yaml.constructor.ConstructorError(None, None, "found a block again", node.start_mark)
        self._seen[id(node)] = node
        if node.tag not in PLAIN_TAGS:
            raise yaml.constructor.ConstructorError(None, None, "no constructor for the tag", node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return dict(self._fields(node, keys))
        return [self.value(item, (*keys, index)) for index, item in enumerate(node.value)]

    def _fields(self, node: yaml.MappingNode, keys: Keys) -> Iterator[tuple[Any, Any]]:
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "found unhashable key", name.start_mark)
            key = self._loader.construct_object(name)
            place = (*keys, key)
            if place in self.places:
                raise yaml.constructor.ConstructorError(None, None, "found duplicate key", name.start_mark)
            self.places[place] = name.start_mark.line + 1
            yield key, self.value(value, place)


def _line_of(error: yaml.YAMLError, text: str) -> int:
    if isinstance(error, ReaderError):
        return text.encode()[: error.position].count(b"\n") + 1
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1
    at_context = any(part in str(error.problem) for part in MENDED_AT_CONTEXT)
    mark = (error.context_mark if at_context else None) or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _hint(error: yaml.YAMLError) -> str:
    message = str(getattr(error, "problem", error))
    return next((hint for part, hint in YAML_HINTS.items() if part in message), YAML_HINT)


def _validated(document: Document, schema: Path) -> Document:
    errors = list(_validator(schema).iter_errors(_plain(document.content)))
    mistakes = (mistake for error in errors for mistake in _explain(document, error))
    return replace(
        document,
        # A schema names every missing field by itself; here they come together, hence the doubles.
        mistakes=tuple(dict.fromkeys(mistakes)),
        broken=frozenset(tuple(error.absolute_path) for error in errors),
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
        known = _schema_of(error)["properties"]
        for key in _plain(error.instance):
            if key not in known:
                text = f"het veld '{key}' bestaat niet{did_you_mean(str(key), known)}; haal het weg of verbeter de naam"
                yield Mistake(document.name, document.line((*keys, key)), text)
    elif error.validator == "required":
        yield Mistake(document.name, line, _missing(error))
    else:
        yield Mistake(document.name, line, f"{_subject(keys)} {_complaint(error)}")


def _missing(error: jsonschema.ValidationError) -> str:
    missing = [name for name in _limit_of(error) if name not in _plain(error.instance)]
    known = _schema_of(error)["properties"]
    wanted = "; ".join(f"'{name}' ({known[name].get('description', 'een lijst')})" for name in missing)
    return f"hier ontbreekt {wanted}; vul het aan"


def _schema_of(error: jsonschema.ValidationError) -> dict[str, Any]:
    """The part of the schema that was violated; the library's own type also allows for none."""
    schema: Any = error.schema
    return dict(schema)


def _limit_of(error: jsonschema.ValidationError) -> Any:
    """What the violated rule asks for; the library's own type also allows for none."""
    limit: Any = error.validator_value
    return limit


def _subject(keys: Keys) -> str:
    name = next((key for key in reversed(keys) if isinstance(key, str)), None)
    if name is None:
        return "dit onderdeel" if keys else "het bestand"
    return f"'{name}'" if keys[-1] == name else f"onderdeel {keys[-1] + 1} van '{name}'"


def _complaint(error: jsonschema.ValidationError) -> str:
    """What is wrong with a value, in Dutch; by the description of the field where the kind is not foreseen."""
    wanted = _schema_of(error).get("description", "de juiste vorm")
    limit = _limit_of(error)
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
