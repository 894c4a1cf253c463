"""Make data/names/{names,given_words,words,vocabulary}.txt from packages; data/names/README.md says which and how.

uv run --with faker==40.63.0 python bench/name_lists.py FAKER_JS.json NL_BE_FOLDER
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import simplemma

from meldwijzer.name_lists import FOLDER, PARTICLES, fold, place_words, read
from meldwijzer.settings import ROOT

#: Locales of the package Faker with names that occur in the Netherlands; Cyrillic ones are put in Latin letters.
LOCALES = (
    "nl_NL nl_BE tr_TR az_AZ fr_DZ fr_BE fr_FR en_PK en_IN en_GB en_US de_DE pl_PL es_ES es_CO pt_PT it_IT ro_RO sv_SE "
    "hu_HU hr_HR cs_CZ id_ID ha_NG yo_NG ig_NG tw_GH uk_UA bg_BG zh_CN sw en"
).split()
#: Names from these only are left to their context when they look like a Dutch or English word.
ENGLISH = {"en", "en_US", "en_GB"}
NEAR = {"nl_NL", "nl_BE", "nl", "nlbe", "tr_TR", "tr", "fr_DZ", "own"}
#: National system for Ukrainian (resolution 55 of 2010), which passports have; near enough for Bulgarian.
LATIN = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяъ'’",
        "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch * iu ia a * *".split(),
    )
)
FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def latin(name: str) -> str:
    """A name in Latin letters."""
    name = name.lower()
    if not re.search("[а-яіїєґ]", name):
        return name
    return (FIRST.get(name[0], LATIN.get(name[0], name[0])) + "".join(LATIN.get(c, c) for c in name[1:])).replace(
        "*", ""
    )


def parts(name: str) -> Iterator[str]:
    """The words of a name that say who it is: not `van` or `el`."""
    for part in re.findall(r"[a-z]+", fold(latin(name)).replace("'", "").replace("’", "")):
        if len(part) > 1 and part not in PARTICLES:
            yield part


def sources(faker_js: Path, nl_be: Path) -> Iterator[tuple[str, Iterable[str]]]:
    """Where names come from, with the names."""
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for field in dir(provider):
            if re.search(r"(first|last)_(\w+_)?names", field):
                yield locale, [name for name in getattr(provider, field) if isinstance(name, str)]
    for locale, lists in json.loads(faker_js.read_text()).items():
        yield locale, [*lists["first"], *lists["last"]]
    for file in ("boysFirstnames", "girlsFirstnames", "lastnames"):
        yield "nlbe", json.loads((nl_be / f"{file}.json").read_text())
    yield "own", read("own.txt")


def field_words() -> Counter[str]:
    """The words of our own content by how often they stand in it."""
    words: Counter[str] = Counter()
    for path in (ROOT / "data").rglob("*.yml"):
        text = re.sub(r"https?://\S+", "", path.read_text(encoding="utf-8"))
        words.update(fold(word) for word in re.findall(r"[^\W\d_]+", text))
    return words


def main(faker_js: Path, nl_be: Path) -> None:
    """Write the lists."""
    origin: defaultdict[str, set[str]] = defaultdict(set)
    for source, names in sources(faker_js, nl_be):
        for name in names:
            for part in parts(name):
                origin[part].add(source)
    everyday = {fold(word) for word in json.loads((nl_be / "commonWords.json").read_text())}
    field, given = field_words(), set(read("given_words.txt"))
    dutch, abroad = place_words(abroad=False), place_words(abroad=True)
    only_names = set(read("only_names.txt"))
    words = set()
    for name, known_to in origin.items():
        if name in given or name in only_names:
            continue
        foreign = not known_to & NEAR
        short = len(name) == 2 or (len(name) < 5 and foreign)
        ordinary = name in field or simplemma.is_known(name, lang="nl")
        # Our own list knows better than the name of some town abroad.
        place = name in dutch or (name in abroad and "own" not in known_to)
        english = name in everyday and known_to <= ENGLISH
        if short or ordinary or english or place:
            words.add(name)
    _write("names.txt", {name for name in origin if "own" not in origin[name]} - words - given - only_names)
    _write("words.txt", words)
    _write("vocabulary.txt", {word for word in everyday | set(field) if word not in origin or word in words})


def _write(name: str, lines: Iterable[str]) -> None:
    lines = sorted(line for line in lines if re.fullmatch("[a-z]{2,}", line))
    (FOLDER / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(name, len(lines), (FOLDER / name).stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
