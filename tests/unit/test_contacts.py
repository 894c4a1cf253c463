"""The contacts that a municipality supplied, and the source and date of every contact in a region answer."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.region import reply_for
from bot import content
from meldwijzer import contacts as module
from meldwijzer.regions import regions
from meldwijzer.settings import ROOT

SMALL = Path(__file__).parent / "content"
TODAY = dt.date(2026, 11, 22)
FILE = "data/regions/local/arnhem.yml"
CONTACT = """\
- name: Wijkteam Voorbeeldstad
  for_whom: inwoners en beroepskrachten
  phone: "0900-44 45 444"
  url: https://www.example.nl/wijkteam
  source: {title: Gemeente Voorbeeldstad, where: pagina Wijkteams, url: "https://www.example.nl/wijkteam"}
  checked_on: 2026-06-01
- name: Netwerk van aandachtsfunctionarissen
  for_whom: aandachtsfunctionarissen
  url: https://www.example.nl/netwerk
  source: {title: Gemeente Voorbeeldstad, where: mededeling}
  checked_on: 2026-07-01
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    module._read.cache_clear()
    yield tmp_path
    module._read.cache_clear()


def test_region_answer_states_source_and_date() -> None:
    reply = reply_for(regions().find("Velp bij Arnhem"))
    assert "Bron: veiligthuisgm.nl (2023), opgenomen op 22 november 2026." in reply.text
    first = reply.sources[0]
    assert first.title == "Veilig Thuis Gelderland-Midden"
    assert first.url == "https://veiligthuisgm.nl/veelgestelde-vragen-aan-veilig-thuis"
    assert "bij welke regio Rheden hoort" in first.where
    assert reply.checked_on == "2026-11-22"


def test_every_organisation_has_a_source_and_a_date() -> None:
    for organisation in regions().organisations():
        assert organisation.source.startswith("https://")
        assert organisation.recorded_on <= dt.datetime.now().astimezone().date()


def test_contacts_stand_after_the_veilig_thuis(folder: Path) -> None:
    (folder / "arnhem.yml").write_text(CONTACT, encoding="utf-8")
    reply = reply_for(regions().find("Arnhem"))
    national, _, local = reply.text.partition("\n\n")
    assert "Veilig Thuis Gelderland-Midden" in national
    assert local.splitlines() == [
        "In de gemeente Arnhem ook:",
        (
            "- Wijkteam Voorbeeldstad (inwoners en beroepskrachten): 0900-44 45 444, https://www.example.nl/wijkteam. "
            "Bron: Gemeente Voorbeeldstad, 1 juni 2026."
        ),
        (
            "- Netwerk van aandachtsfunctionarissen (aandachtsfunctionarissen): https://www.example.nl/netwerk. "
            "Bron: Gemeente Voorbeeldstad, 1 juli 2026."
        ),
    ]
    assert [source.title for source in reply.sources[1:3]] == [
        "Wijkteam Voorbeeldstad: Gemeente Voorbeeldstad",
        "Netwerk van aandachtsfunctionarissen: Gemeente Voorbeeldstad",
    ]
    assert reply.checked_on == "2026-06-01"  # the oldest of what is shown


@pytest.mark.parametrize("name", ["Nijmegen", "Velp", "Gelderland"])
def test_no_contacts_elsewhere(folder: Path, name: str) -> None:
    (folder / "arnhem.yml").write_text(CONTACT, encoding="utf-8")
    assert "Wijkteam" not in reply_for(regions().find(name)).text


@pytest.mark.parametrize("text", ["- name: [", "- name: Wijkteam", "tekst", ""])
def test_a_mistake_costs_the_contacts_only(folder: Path, text: str) -> None:
    (folder / "arnhem.yml").write_text(text, encoding="utf-8")
    assert "\n\n" not in reply_for(regions().find("Arnhem")).text


def test_place_abroad() -> None:
    reply = reply_for(None, abroad=True)
    assert "Europees Nederland" in reply.text and "0800-2000" in reply.text and "112" in reply.text
    assert reply.region is None


# The check


def mistakes(root: Path, text: str, name: str = "arnhem.yml") -> list[str]:
    path = root / "data/regions/local" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [str(mistake) for mistake in content.check(root, TODAY)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


def test_no_mistakes(root: Path) -> None:
    assert mistakes(root, CONTACT) == []


def test_the_example_of_the_guide_has_the_right_form(root: Path) -> None:
    guide = (ROOT / "docs/content-guide.md").read_text(encoding="utf-8")
    example = re.search(r"<!-- data/regions/local/arnhem\.yml -->\n```yaml\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    assert mistakes(root, example.group(1)) == [
        f"{FILE}:3: dit telefoonnummer staat niet in data/phone_numbers.yml; zet het daarbij als het openbaar is"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "Netwerk van aandachtsfunctionarissen",
            "wijkteam voorbeeldstad",
            f"{FILE}:7: het contact 'wijkteam voorbeeldstad' staat al op {FILE}:1; haal er een weg",
        ),
        (
            "  url: https://www.example.nl/netwerk\n",
            "",
            (
                f"{FILE}:7: 'Netwerk van aandachtsfunctionarissen' heeft geen telefoonnummer en geen pagina; vul "
                "'phone' of 'url' in"
            ),
        ),
        (
            '"0900-44 45 444"',
            '"026-123 45 67"',
            f"{FILE}:3: dit telefoonnummer staat niet in data/phone_numbers.yml; zet het daarbij als het openbaar is",
        ),
        (
            "2026-06-01",
            "2025-06-01",
            (
                f"{FILE}:6: dit contact is langer dan een jaar geleden gecontroleerd (2025-06-01); vergelijk het met "
                "de bronnen en zet de nieuwe datum"
            ),
        ),
        (
            "2026-06-01",
            "2027-06-01",
            f"{FILE}:6: 'checked_on' ligt in de toekomst (2027-06-01); zet er de dag waarop u het contact controleerde",
        ),
        (
            "  for_whom: aandachtsfunctionarissen\n",
            "",
            f"{FILE}:7: hier ontbreekt 'for_whom' (voor wie en waarvoor het is, in een halve zin); vul het aan",
        ),
        (
            "url: https://www.example.nl/netwerk",
            "url: www.example.nl/netwerk",
            (
                f"{FILE}:9: 'url' klopt niet: 'www.example.nl/netwerk'; nodig is de pagina van het contact, "
                "beginnend met https://"
            ),
        ),
    ],
)
def test_mistakes(root: Path, old: str, new: str, expected: str) -> None:
    assert CONTACT.count(old) == 1
    assert mistakes(root, CONTACT.replace(old, new)) == [expected]


def test_a_person_is_not_a_contact(root: Path) -> None:
    found = mistakes(root, CONTACT.replace("inwoners en beroepskrachten", "bel mevrouw Jansen, 026-123 45 67"))
    assert found and all(each.startswith(f"{FILE}:2: dit lijkt op een persoonsgegeven") for each in found)
    assert not any("Jansen" in each or "123" in each for each in found)


def test_name_of_the_file(root: Path) -> None:
    found = mistakes(root, CONTACT, "den-haag.yml")
    assert found == [
        (
            "data/regions/local/den-haag.yml:1: dit bestand heeft niet de naam van een gemeente (bedoelt u "
            "'s-gravenhage'?); gebruik de naam uit data/regions/gemeenten.csv in kleine letters met streepjes, zoals "
            "bergen-op-zoom.yml"
        )
    ]


@pytest.mark.parametrize("name", ["arnhem.yaml", "arnhem/contacten.yml"])
def test_a_file_that_is_not_read(root: Path, name: str) -> None:
    assert mistakes(root, CONTACT, name) == [
        (
            f"data/regions/local/{name}:1: dit bestand wordt niet gelezen; zet het in data/regions/local/ zelf en laat "
            "de naam eindigen op .yml"
        )
    ]
