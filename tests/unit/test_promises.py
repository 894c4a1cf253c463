"""What the documents promise is there: every link resolves, every test that is named exists, every promise has one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from meldwijzer.settings import ROOT

DOCUMENTS = sorted(path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
#: A test in backquotes; in a link the target is its file.
NAMED = re.compile(r"`(test_\w+)`")
TEST_FILE = re.compile(r"`(tests/[\w./-]+\.(?:py|yml))`")
PROMISES = Path("docs/privacy/README.md")


@lru_cache
def functions_in(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^\s*(?:async )?def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE))


@lru_cache
def all_tests() -> frozenset[str]:
    return frozenset().union(*(functions_in(path) for path in ROOT.glob("tests/**/test_*.py")))


def anchors(markdown: str) -> set[str]:
    """The anchors of headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def mistakes(document: Path) -> Iterator[str]:
    text = document.read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for link in LINK.finditer(prose):
        target, _, anchor = link["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = document.parent / target if target else document
        if not path.exists():
            yield f"no file: {link['target']}"
        elif anchor and anchor not in anchors(path.read_text(encoding="utf-8")):
            yield f"no heading: {link['target']}"
        elif (named := NAMED.fullmatch(link["text"])) and named[1] not in functions_in(path):
            yield f"no test in that file: {named[1]}"
    yield from (f"no test: {name}" for name in NAMED.findall(prose) if name not in all_tests())
    yield from (f"no file: {name}" for name in TEST_FILE.findall(prose) if not (ROOT / name).exists())


def rows_without_a_test(markdown: str) -> list[str]:
    """The rows of tables with a last column 'test' that name none in it."""
    found, within = [], False
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            within = False
        elif cells[-1] == "test":
            within = True
        elif within and not NAMED.search(cells[-1]) and set(cells[-1]) != {"-"}:
            found.append(cells[0])
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_what_a_document_refers_to_is_there(document: Path) -> None:
    assert list(mistakes(ROOT / document)) == []


def test_every_promise_has_a_test() -> None:
    markdown = (ROOT / PROMISES).read_text(encoding="utf-8")
    assert "| promise | how | test |" in markdown
    assert rows_without_a_test(markdown) == []


@pytest.mark.parametrize(
    ("markdown", "mistake"),
    [
        ("[elders](nergens.md)", "no file: nergens.md"),
        ("# Kop\n[kop](#kop-twee)", "no heading: #kop-twee"),
        ("# Kop, twee\n[kop](#kop-twee)", None),
        ("[`test_a`](test_a.py)", None),
        ("[`test_b`](test_a.py)", "no test in that file: test_b"),
        ("`test_that_nobody_wrote`", "no test: test_that_nobody_wrote"),
        ("`tests/unit/test_nothing_at_all.py`", "no file: tests/unit/test_nothing_at_all.py"),
        ("[web](https://example.org/nergens.md) en [mail](mailto:a@example.org)", None),
    ],
)
def test_wrong_references_are_found(tmp_path: Path, markdown: str, mistake: str | None) -> None:
    (tmp_path / "test_a.py").write_text("    async def test_a() -> None: ...\n")
    document = tmp_path / "document.md"
    document.write_text(markdown)
    found = [each for each in mistakes(document) if each != "no test: test_a"]
    assert (found[0] if found else None) == mistake


def test_a_promise_without_a_test_is_found() -> None:
    table = "| promise | test |\n|---|---|\n| een | `test_a` |\n| twee | tests/unit |\n\n| los | geen |\n"
    assert rows_without_a_test(table) == ["twee"]
