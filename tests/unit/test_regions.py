"""The region look-up: every name in the data, many ways to write one, and sentences that name none."""

from __future__ import annotations

import csv
import random
import re
import shutil
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

from meldwijzer.regions import FOLDER, Place, RegionDataError, Regions

SAMPLE = 300
SEED = 20261122


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MUNICIPALITIES = rows("gemeenten")
PLACES = rows("woonplaatsen")
FORMER = rows("voormalige_gemeenten")
ALIASES = rows("aliassen")
POSTCODES = rows("postcodes")
SLUG = {row["gemeentecode"]: row["veilig_thuis_slug"] for row in MUNICIPALITIES}
# Names of countries are only themselves when they are all that the message says.
COUNTRIES = {"nederland", "america"}


def search_name(text: str) -> str:
    """The column zoeknaam of a name, written as data/regions/README.md says."""
    letters = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in letters if letter not in "'." and not unicodedata.combining(letter))
    return " ".join(re.sub(r"[-/(),]", " ", plain).split())


def expected_codes() -> dict[str, set[str]]:
    """All municipalities of each name, gathered here independently of the look-up."""
    codes: dict[str, set[str]] = defaultdict(set)
    for row in [*MUNICIPALITIES, *PLACES]:
        codes[row["zoeknaam"]].add(row["gemeentecode"])
    for row in FORMER:
        codes[search_name(row["voormalige_gemeente"])].add(row["gemeentecode"])
    for row in ALIASES:
        if row["gemeentecode"]:
            codes[row["zoeknaam"]].add(row["gemeentecode"])
    return codes


CODES = expected_codes()


@pytest.fixture(scope="module")
def regions() -> Regions:
    return Regions.load()


def codes_of(place: Place | None) -> set[str]:
    assert place is not None
    return {each.code for each in place.candidates}


def slug_of(place: Place | None) -> str | None:
    return place.organisation.slug if place and place.organisation else None


# Every name in the data


@pytest.mark.parametrize("row", MUNICIPALITIES, ids=lambda row: row["gemeente"])
def test_municipality(regions: Regions, row: dict[str, str]) -> None:
    name, code = row["gemeente"], row["gemeentecode"]
    wanted = {code} if "(" in name else CODES[row["zoeknaam"]]
    for text in (name, f"welk veilig thuis hoort bij {name}", f"Welk Veilig Thuis hoort bij {name}?", name.lower()):
        assert codes_of(regions.find(text)) == wanted, text
    if "(" not in name and row["zoeknaam"] != "bergen":
        explicit = regions.find(f"ik werk bij de gemeente {name}")
        assert explicit is not None and explicit.key == f"gemeente:{code}"
    exact = regions.municipality(name)
    assert exact is not None and exact.code == code
    assert exact.organisation.slug == row["veilig_thuis_slug"]
    assert exact.confirmed == (row["bevestigd"] == "ja")


@pytest.mark.parametrize("name", sorted({row["voormalige_gemeente"] for row in FORMER}))
def test_former_municipality(regions: Regions, name: str) -> None:
    for text in (name, f"welk veilig thuis hoort bij {name}"):
        assert codes_of(regions.find(text)) == CODES[search_name(name)], text


@pytest.mark.parametrize("row", random.Random(SEED).sample(PLACES, SAMPLE), ids=lambda row: row["woonplaats"])
def test_place(regions: Regions, row: dict[str, str]) -> None:
    name = row["woonplaats"]
    plain = search_name(name) == row["zoeknaam"]
    for text in (name, f"welk veilig thuis hoort bij {name}", f"ik werk in {name}"):
        if row["zoeknaam"] in COUNTRIES and text != name:
            continue
        place = regions.find(text)
        if place and place.kind == "provincie":  # Zeeland
            assert place.label == f"provincie {name}"
        elif plain and len(CODES[row["zoeknaam"]]) > 1:
            assert codes_of(place) == CODES[row["zoeknaam"]], text
        else:
            same = {other["gemeentecode"] for other in PLACES if other["woonplaats"] == name}
            assert codes_of(place) == same, text
            assert slug_of(place) == row["veilig_thuis_slug"]


def test_ambiguous_names_are_those_of_the_readme(regions: Regions) -> None:
    several = {name for name, codes in CODES.items() if len(codes) > 1}
    different = {name for name in several if len({SLUG[code] for code in CODES[name]}) > 1}
    assert (len(several), len(different)) == (103, 62)
    for name in several:
        place = regions.find(name)
        assert codes_of(place) == CODES[name]
        assert place is not None and (place.organisation is None) == (name in different)
        assert [each.name for each in place.candidates] == sorted(each.name for each in place.candidates)


def alias_slugs() -> dict[tuple[str, str], set[str]]:
    slugs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in ALIASES:
        slugs[row["soort"], row["alias"]].add(row["veilig_thuis_slug"])
    return slugs


@pytest.mark.parametrize(("sort", "alias"), sorted(alias_slugs()))
def test_alias(regions: Regions, sort: str, alias: str) -> None:
    place = regions.find(alias)
    assert place is not None
    if sort in {"gemeente", "woonplaats"}:
        assert codes_of(place) == CODES[search_name(alias)]
    elif alias not in {"Groningen", "Utrecht"}:  # as a word these are the municipalities
        assert {each.slug for each in place.organisations} == alias_slugs()[sort, alias]
        assert place.candidates == ()


@pytest.mark.parametrize("digits", random.Random(SEED).sample(sorted({row["pc4"] for row in POSTCODES}), 100))
def test_postcode(regions: Regions, digits: str) -> None:
    wanted = {row["gemeentecode"] for row in POSTCODES if row["pc4"] == digits}
    for text in (
        digits,
        f"{digits} AB",
        f"{digits}ab",
        f"mijn postcode is {digits}",
        f"het gezin woont op {digits} XB",
    ):
        place = regions.find(text)
        assert codes_of(place) == wanted, text
        assert place is not None and place.key == f"pc4:{digits}"


def test_districts_only_as_the_whole_message(regions: Regions) -> None:
    assert slug_of(regions.find("Scheveningen")) == "haaglanden"
    assert slug_of(regions.find("welk veilig thuis hoort bij scheveningen")) == "haaglanden"
    assert regions.find("het kind vertelt over een feest bij de Tivoli van vroeger") is None


# Many ways to say it


def data(name: str) -> list[tuple[str, str]]:
    """Lines of text and what is expected, from the tables below."""
    return [
        (text.strip(), wanted.strip())
        for text, _, wanted in (line.partition("->") for line in name.splitlines() if line)
    ]


SENTENCES = data("""
Arnhem -> gelderland-midden
welk veilig thuis hoort bij arnhem -> gelderland-midden
Welk Veilig Thuis hoort bij de gemeente Arnhem? -> gelderland-midden
veilig thuis arnhem -> gelderland-midden
veilig thuis Arnhem telefoonnummer -> gelderland-midden
vt arnhem -> gelderland-midden
nummer vt in zwolle -> ijsselland
onder welk veilig thuis valt enschede -> twente
bij welk veilig thuis hoort Goes? -> zeeland
waar valt maastricht onder -> zuid-limburg
ik woon in den haag -> haaglanden
ik werk als juf in den bosch, wie moet ik bellen -> oost-brabant
's-Hertogenbosch -> oost-brabant
’s-Gravenhage -> haaglanden
s gravenhage -> haaglanden
denhaag -> haaglanden
DEN HAAG -> haaglanden
ALMERE -> flevoland
Ik Werk In Almere -> flevoland
gemeente almere -> flevoland
Gem. Almere -> flevoland
de gemeente Best -> zuidoost-brabant
ik werk in Best -> zuidoost-brabant
Best -> zuidoost-brabant
best -> zuidoost-brabant
welk vt hoort bij best? -> zuidoost-brabant
welk veilig thuis hoort bij huizen -> gooi-en-vechtstreek
Huizen -> gooi-en-vechtstreek
uit Huizen -> gooi-en-vechtstreek
ik kom uit Doorn -> utrecht
valt buren onder gelderland-zuid -> gelderland-zuid
in leiden -> hollands-midden
ik werk in leiden met kwetsbare gezinnen -> hollands-midden
wijkteam in kampen -> ijsselland
de school staat in houten -> utrecht
ik ben huisarts te Putten -> noord-oost-gelderland
praktijk te Zeist -> utrecht
POH-GGZ uit Delft hier, wie is ons VT? -> haaglanden
6882 -> gelderland-midden
6882AB -> gelderland-midden
6882 AB -> gelderland-midden
6882 ab velp -> gelderland-midden
postcode 6882 -> gelderland-midden
mijn postcode is 6882 ab -> gelderland-midden
het gezin woont op 6882 AB -> gelderland-midden
veilig thuis bij 1011 -> amsterdam-amstelland
wij zitten in 9711 -> groningen
pc 9711 lw -> groningen
2015 -> kennemerland
ik werk in Velp bij Arnhem -> gelderland-midden
Velp gemeente Rheden -> gelderland-midden
velp (gld) -> gelderland-midden
Velp, Land van Cuijk -> oost-brabant
velp nb -> oost-brabant
Velp in Brabant -> oost-brabant
bergen nh -> noord-holland-noord
Bergen (L.) -> noord-en-midden-limburg
bergen limburg -> noord-en-midden-limburg
Bergen in Noord-Holland -> noord-holland-noord
gemeente hengelo -> twente
Hengelo (Gelderland) -> noord-oost-gelderland
hengelo ov -> twente
Laren bij Hilversum -> gooi-en-vechtstreek
laren gelderland -> noord-oost-gelderland
Beek bij Nijmegen -> gelderland-zuid
beek limburg -> zuid-limburg
Elst utrecht -> utrecht
Haren (Gn) -> groningen
Haren bij Oss -> oost-brabant
gemeente Haren -> groningen
Rijswijk ZH -> haaglanden
rijswijk bij den haag -> haaglanden
Oosterhout nb -> west-brabant
Spijkenisse -> rotterdam-rijnmond
welk VT is er voor Boxmeer -> oost-brabant
vroeger gemeente Uden -> oost-brabant
heerhugowaard -> noord-holland-noord
Weesp -> amsterdam-amstelland
Eemnes -> gooi-en-vechtstreek
eindhoven valt toch onder oost-brabant? -> zuidoost-brabant
friesland -> friesland
fryslân -> friesland
provincie groningen -> groningen
Drenthe -> drenthe
twente -> twente
achterhoek -> noord-oost-gelderland
ik werk in de Achterhoek -> noord-oost-gelderland
regio west-friesland -> noord-holland-noord
Veilig Thuis Rotterdam-Rijnmond -> rotterdam-rijnmond
VTRR -> rotterdam-rijnmond
vt noord holland noord -> noord-holland-noord
Veilig Thuis Haaglanden nummer -> haaglanden
scheveningen -> haaglanden
welk veilig thuis hoort bij hoogvliet -> rotterdam-rijnmond
ik werk in spakenburg -> utrecht
alphen aan den rijn -> hollands-midden
alphen a/d rijn -> hollands-midden
Alphen a.d. Rijn -> hollands-midden
capelle ad ijssel -> rotterdam-rijnmond
noordholland noord -> noord-holland-noord
Krimpen aan den IJssel -> rotterdam-rijnmond
ymuiden -> kennemerland
St. Anthonis -> oost-brabant
St Michielsgestel -> oost-brabant
súdwest-fryslân -> friesland
sudwest fryslan -> friesland
Leeuwarden/Ljouwert -> friesland
grouw -> friesland
nuenen -> zuidoost-brabant
Nuenen, Gerwen en Nederwetten -> zuidoost-brabant
bergen op zoom -> west-brabant
wijk bij duurstede -> utrecht
Wijk aan Zee -> kennemerland
ik bel vanuit een huisartsenpraktijk in berg en dal -> gelderland-zuid
De Bilt -> utrecht
ik werk in de bilt -> utrecht
hallo ik ben wijkagent in gouda en ik wil weten welk veilig thuis daarbij hoort -> hollands-midden
ja hallo ik woon hier nu drie weken en ik werk op een school in tiel en daar is een kind met blauwe plekken en ik weet niet wie ik moet bellen -> gelderland-zuid
ik werk in Nijmegen maar het kind woont in Arnhem -> gelderland-midden
Kind woont in Zaandam, school staat in Amsterdam -> zaanstreek-waterland
vader verblijft in Heerlen -> zuid-limburg
Voor een melding uit Venlo: welk meldpunt? -> noord-en-midden-limburg
tilburg? -> midden-brabant
en voor Breda? -> west-brabant
en in dordrecht -> zuid-holland-zuid
Hoofddorp graag -> kennemerland
oss -> oost-brabant
wie moet ik hebben in ede -> gelderland-midden
epe -> noord-oost-gelderland
urk -> flevoland
Texel -> noord-holland-noord
ameland -> friesland
Welke regio hoort bij Hilversum? -> gooi-en-vechtstreek
waar hoort best bij -> zuidoost-brabant
Purmerend - welk VT? -> zaanstreek-waterland
collega in Middelburg vraagt naar het nummer van Veilig Thuis -> zeeland
Mijn cliënte komt uit Roermond. -> noord-en-midden-limburg
amk den bosch -> oost-brabant
amhk twente -> twente
Arnhem's veilig thuis -> gelderland-midden
ik werk bij de ggd in Goes -> zeeland
lelystad 0320 -> flevoland
in het zeeuwse Terneuzen -> zeeland
Zeeland (NB) -> oost-brabant
zeeland gemeente maashorst -> oost-brabant
Meierijstad -> oost-brabant
mook en middelaar -> gelderland-zuid
uitgeest -> noord-holland-noord
het hogeland -> groningen
gemeente Groningen -> groningen
gemeente utrecht -> utrecht
utrecht -> utrecht
Gelderland: Arnhem -> gelderland-midden
valkenburg lb -> zuid-limburg
Nes op Ameland -> friesland
""")  # noqa: E501

TYPING_ERRORS = data("""
spijkenise -> rotterdam-rijnmond
alpen aan den rijn -> hollands-midden
s hertogenbosh -> oost-brabant
amersvoort -> utrecht
leeuwaarden -> friesland
rotterdm -> rotterdam-rijnmond
roterdam -> rotterdam-rijnmond
amsterdan -> amsterdam-amstelland
eindoven -> zuidoost-brabant
zoetemeer -> haaglanden
apeldorn -> noord-oost-gelderland
nijmeegen -> gelderland-zuid
enschedee -> twente
mastricht -> zuid-limburg
maastrich -> zuid-limburg
haarlemermeer -> kennemerland
hilverum -> gooi-en-vechtstreek
gorichem -> zuid-holland-zuid
culemburg -> gelderland-zuid
wagingen -> gelderland-midden
veenendal -> utrecht
zwole -> ijsselland
deveter -> ijsselland
groniningen -> groningen
hoogeven -> drenthe
lelijstad -> flevoland
almeere -> flevoland
alkmar -> noord-holland-noord
pumerend -> zaanstreek-waterland
zaanstadt -> zaanstreek-waterland
zandam -> zaanstreek-waterland
vlissigen -> zeeland
middelberg -> zeeland
bergen op zom -> west-brabant
tillburg -> midden-brabant
waalwyk -> midden-brabant
helmont -> zuidoost-brabant
veldhove -> zuidoost-brabant
venraij -> noord-en-midden-limburg
roermont -> noord-en-midden-limburg
sitard -> zuid-limburg
kerkrada -> zuid-limburg
capele aan den ijssel -> rotterdam-rijnmond
krimpen aan de ijsel -> rotterdam-rijnmond
schidam -> rotterdam-rijnmond
vlaardigen -> rotterdam-rijnmond
dordrechd -> zuid-holland-zuid
wasenaar -> haaglanden
goude -> hollands-midden
den hag -> haaglanden
den boch -> oost-brabant
ik woon in amersvoort -> utrecht
welk veilig thuis hoort bij spijkenise -> rotterdam-rijnmond
veilig thuis nummer apeldorn -> noord-oost-gelderland
werk in hogeveen met gezinnen -> drenthe
scheveninge -> haaglanden
heerenven -> friesland
drachtn -> friesland
ijselstein -> utrecht
ysselstein -> utrecht
winterswyk -> noord-oost-gelderland
doetichem -> noord-oost-gelderland
oosterbek -> gelderland-midden
barneveldt -> gelderland-midden
""")

NO_PLACE = """\
ik heb een beste vraag over een huisverbod
wat doe ik in stap 3
een kind in groep 3
in het weekend
ik ben in 2015 begonnen
de rust in huis
de buren hebben gebeld over geschreeuw
mag ik bij buren navragen wat zij horen
welk veilig thuis kan ik het best bellen
welk veilig thuis is het beste
welk veilig thuis hoort bij mijn gemeente
welke regio val ik onder
bel ik 0800-2000 of 0800 2000
wat is het nummer van veilig thuis
kan ik anoniem melden
het gezin dat kampt met schulden, ouders kampen met verslaving
dit kan leiden tot uithuisplaatsing
wie mag het gesprek leiden
de kinderen wonen in een woning zonder deur
in de wijk is veel onrust
ik werk in de wijk
hoeveel huizen mag je binnengaan
mogen kinderen in het huis blijven
moeder heeft haar haren uitgetrokken
hij trok aan de haren van zijn dochter
ik ga hem melden bij de politie
hoe lang duurt een huisverbod
mijn collega is van de 1e lijn
ik wil een melding doen maar ben nog niet zeker
is vt nog open
heeft veilig thuis nog tijd
sinds 2019 werk ik met het afwegingskader
vanaf 1 januari 2019
artikel 7.3.11 jeugdwet
artikel 5.2.6 wmo 2015
er zijn 119000 kinderen mishandeld
1500 kinderen per jaar
in 2000 gevallen
op 12-12-2015 was er ruzie
zij verdient een goed loon
vader dreigt te slaan in de winkel
opvang in de buurt van school
mevrouw van Houten heeft blauwe plekken
meneer Van Dalen is verward
familie van Dongen krijgt hulp
zijn er dieren in huis
letsel bij dieren, moet ik dat ook melden
bij een vermoeden van mishandeling
in een gezin met een pasgeboren baby
wat is het verschil tussen advies en melding
kan de burgemeester een huisverbod opleggen
Welke stappen heeft de meldcode?
Hoe werkt Veilig Thuis in Nederland?
ik woon in nederland
in heel Nederland
ik ben docent op een mbo en zie iets geks
is het best om te wachten
Best wel een lastige vraag
Heel erg bedankt
echt waar joh
wat nu
hallo
bedankt
dank je wel
goedemiddag
ja
nee
stop
help
ze hebben een veulen en een boer
de leerling is in de war
ik twijfel over stap 4
mag de huisarts in het dossier kijken
de jongen van acht komt steeds te laat
zetten wij de volgende stap
wij zetten in op veiligheid
het gaat om ouderen in een verzorgingshuis
waarde van getuigen
in overleg met de ib'er
uit angst zegt zij niets
te veel alcohol
van mijn collega hoorde ik dit
voor ouders met een beperking
regio overstijgend werken
gemeente heeft regierol
veilig thuis bellen voor advies
VT gebeld, geen gehoor
WAT MOET IK DOEN BIJ BUREN DIE SCHREEUWEN
Wat Is Het Best Voor Dit Kind
een kindje van 3 maanden, kneuzingen op de wangen
ik zit met mijn handen in het haar
opa slaat oma, wat te doen in dit geval
moet ik in gesprek gaan met de ouders, en wie zit erbij
hoe gaat het bij een crisis buiten kantooruren
ik heb met de politie gesproken op de hoek
mijn leidinggevende vindt van niet
de vader zit vast, gevangenis
een meisje van 15 met een loverboy
vergoeding van kosten voor tolk
vader woont nog in bij moeder
wat doet veilig thuis met mijn melding
hoort dit bij stap 2
valt dit onder de meldcode
hoort een tandarts bij de meldcode
valt psychisch geweld onder huiselijk geweld
onder welke wet valt dit
bij welke organisatie hoort een aandachtsfunctionaris""".splitlines()

UNKNOWN = """\
welk veilig thuis hoort bij Foobarstad
welk veilig thuis hoort bij foobarstad?
veilig thuis in Qwertyveen
onder welk veilig thuis valt Antwerpen
ik woon in Qwertyveen, welk vt is dat
gemeente Foobarstad
valt Düsseldorf onder een veilig thuis
Welke regio hoort bij Blubberdam?
nummer van veilig thuis in Krommestadveen
postcode 6500
6500 HB
6500
veilig thuis bij 9990""".splitlines()

NOT_UNKNOWN = """\
welk veilig thuis hoort bij mijn gemeente
welke regio val ik onder
welk veilig thuis hoort bij ons
veilig thuis in crisis
welk veilig thuis bel ik bij zorgweigering
wat is het nummer van veilig thuis
veilig thuis in mijn regio
welk veilig thuis hoort bij Arnhem
welk veilig thuis hoort bij Velp
in welke gemeente moet ik zijn
welk veilig thuis kan ik bellen voor ouderenmishandeling
mijn gemeente
de gemeente
veilig thuis bij kindermishandeling
veilig thuis voor professionals
welke gegevens deelt veilig thuis met de politie
veilig thuis 0800-2000
bel veilig thuis op 0800 2000
hoort dit bij veilig thuis
valt mishandeling onder veilig thuis
waar valt een huisverbod onder
onder welk artikel valt dit
welk veilig thuis is er voor een kind dat verhuist
ik werk in het onderwijs
ik werk in de ggz
ik werk in een ziekenhuis
werk in ouderenzorg
ik zit in het wijkteam
wij werken in deeltijd
ik werk bij veilig thuis
welk veilig thuis belt de ggz
2 kinderen van 1500 gram
stap 3""".splitlines()


@pytest.mark.parametrize(("text", "slug"), SENTENCES)
def test_sentence(regions: Regions, text: str, slug: str) -> None:
    assert slug_of(regions.find(text)) == slug


@pytest.mark.parametrize(("text", "slug"), TYPING_ERRORS)
def test_typing_error(regions: Regions, text: str, slug: str) -> None:
    assert slug_of(regions.find(text)) == slug


@pytest.mark.parametrize("text", NO_PLACE)
def test_no_place(regions: Regions, text: str) -> None:
    assert regions.find(text) is None
    assert not regions.unknown_place(text)
    assert not regions.is_only_place(text)


@pytest.mark.parametrize("text", UNKNOWN)
def test_unknown_place(regions: Regions, text: str) -> None:
    assert regions.find(text) is None
    assert regions.unknown_place(text)


@pytest.mark.parametrize("text", NOT_UNKNOWN)
def test_no_unknown_place(regions: Regions, text: str) -> None:
    assert not regions.unknown_place(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Velp", ["Land van Cuijk", "Rheden"]),
        ("ik werk in velp", ["Land van Cuijk", "Rheden"]),
        ("welk veilig thuis hoort bij Bergen?", ["Bergen (L.)", "Bergen (NH.)"]),
        ("gemeente Bergen", ["Bergen (L.)", "Bergen (NH.)"]),
        ("Hengelo", ["Bronckhorst", "Hengelo"]),
        ("rijswijk", ["Altena", "Buren", "Rijswijk"]),
        ("Laren", ["Laren", "Lochem"]),
        ("elst", ["Overbetuwe", "Rhenen"]),
        ("Alteveer", ["De Wolden", "Hoogeveen", "Noordenveld", "Stadskanaal"]),
        ("Velp bij Nijmegen", ["Land van Cuijk", "Rheden"]),  # as near to the one as to the other
        ("7351", ["Apeldoorn", "Ede"]),
    ],
)
def test_ambiguous_name_asks(regions: Regions, text: str, names: list[str]) -> None:
    place = regions.find(text)
    assert place is not None
    assert place.organisation is None
    assert [each.name for each in place.candidates] == names


def test_one_organisation_needs_no_question(regions: Regions) -> None:
    place = regions.find("Nes")
    assert place is not None
    assert len(place.candidates) == 3
    assert slug_of(place) == "friesland"


def test_a_place_is_more_than_its_municipality(regions: Regions) -> None:
    place = regions.find("Ede bij Arnhem")
    assert place is not None and place.key == "gemeente:0228"


@pytest.mark.parametrize(
    ("name", "answer", "key"),
    [
        ("Velp", "Gelderland", "plaats:velp:0275"),
        ("Velp", "die bij arnhem", "plaats:velp:0275"),
        ("Velp", "Rheden", "plaats:velp:0275"),
        ("Velp", "rhedn", "plaats:velp:0275"),
        ("Velp", "6882", "plaats:velp:0275"),
        ("Velp", "gld", "plaats:velp:0275"),
        ("Velp", "Brabant", "plaats:velp:1982"),
        ("Velp", "weet ik niet", "plaats:velp"),
        ("Velp", "Nijmegen", "plaats:velp"),
        ("Hengelo", "twente", "gemeente:0164"),
        ("Hengelo", "gemeente hengelo", "gemeente:0164"),
        ("Hengelo", "hengelo", "plaats:hengelo"),
        ("Hengelo", "in de Achterhoek", "plaats:hengelo:1876"),
        ("Bergen", "NH", "gemeente:0373"),
        ("rijswijk", "die bij buren", "plaats:rijswijk:0214"),
        ("Alteveer", "drenthe", "plaats:alteveer:0118.1690.1699"),
        ("plaats:alteveer:0118.1690.1699", "hoogeveen", "plaats:alteveer:0118"),
        ("7351", "Ede", "pc4:7351:0228"),
    ],
)
def test_narrow(regions: Regions, name: str, answer: str, key: str) -> None:
    place = regions.get(name) or regions.find(name)
    assert place is not None
    narrowed = regions.narrow(place, answer)
    assert narrowed.key == key
    assert regions.get(key) == narrowed


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Arnhem", True),
        ("arnhem?", True),
        ("gemeente Best", True),
        ("best", True),
        ("Velp bij Arnhem", True),
        ("6882 AB", True),
        ("6882 Velp", True),
        ("spijkenise", True),
        ("welk veilig thuis hoort bij arnhem", True),
        ("gauw", False),
        ("Gauw", True),
        ("echt?", False),
        ("ik werk in arnhem met gezinnen", False),
        ("Arnhem of Nijmegen", False),
        ("hoe lang duurt een huisverbod in Arnhem", False),
    ],
)
def test_is_only_place(regions: Regions, text: str, only: bool) -> None:
    assert regions.is_only_place(text) is only


# What comes out


def test_keys_are_closed_and_fit_a_button(regions: Regions) -> None:
    for key, place in regions._index.places.items():
        assert place.key == key and regions.get(key) is place
        longest = key
        if len(place.candidates) > 1:
            longest += ":" + ".".join(each.code for each in place.candidates[1:])
        assert re.fullmatch(r"[a-z0-9:. -]{1,40}", longest), longest
        for candidate in place.candidates if len(place.candidates) > 1 else ():
            narrowed = regions.narrow(place, f"gemeente {candidate.name}")
            assert narrowed.candidates == (candidate,)
            assert regions.get(narrowed.key) == narrowed


@pytest.mark.parametrize(
    "key",
    [
        "",
        ":",
        "onbekend",
        "plaats:",
        "plaats:velp:",
        "plaats:velp:0202",
        "plaats:velp:1982.0275",
        "velp",
        "gemeente:Velp",
    ],
)
def test_no_place_of_a_wrong_key(regions: Regions, key: str) -> None:
    assert regions.get(key) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Den Haag", "0518"), ("den bosch", "0796"), ("ARNHEM", "0202"), ("Súdwest-Fryslân", "1900"),
        ("Sudwest Fryslan", "1900"), ("Bergen (NH)", "0373"), ("Hengelo", "0164"), ("Nuenen", "0820"),
        ("Velp", None), ("Bergen", None), ("Spijkenisse", None), ("Gelderland", None), ("", None),
    ],
)  # fmt: skip
def test_municipality_by_exact_name(regions: Regions, name: str, code: str | None) -> None:
    found = regions.municipality(name)
    assert (found.code if found else None) == code


def test_organisations(regions: Regions) -> None:
    organisations = regions.organisations()
    assert len(organisations) == 26
    assert {each.phone for each in organisations} == {"0800-2000"}
    assert [each.name for each in organisations] == sorted(each.name for each in organisations)
    assert all(each.website is None or each.website.startswith("https://") for each in organisations)


@pytest.mark.parametrize("text", ["", " ", "!!!", "🙂", "٣٤٥٦", "\x00", "x" * 5000, "in " * 2000, "van de " * 1000])
def test_odd_text(regions: Regions, text: str) -> None:
    assert regions.find(text) is None
    assert not regions.unknown_place(text)


#: Cyrillic letters that look Latin.
LOOK_ALIKE = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "c": "\u0441", "A": "\u0410", "O": "\u041e", "H": "\u041d"}


def test_letters_that_only_look_alike_lead_nowhere_else(regions: Regions) -> None:
    found = 0
    for row in MUNICIPALITIES:
        name = row["gemeente"]
        for at, letter in enumerate(name):
            place = regions.find(name[:at] + LOOK_ALIKE.get(letter, "") + name[at + 1 :])
            if letter in LOOK_ALIKE and place is not None:
                found += 1
                assert codes_of(place) & (CODES[row["zoeknaam"]] | {row["gemeentecode"]}), name
    assert found > 500


# Data that somebody edited


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "regions"))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("gemeenten.csv", "gelderland-midden", "gelderland-miden", r"gemeenten\.csv, regel \d+: 'gelderland-miden'"),
        ("woonplaatsen.csv", ",0275,", ",9999,", r"woonplaatsen\.csv, regel \d+: '9999' in de kolom 'gemeentecode'"),
        ("veilig_thuis.csv", "telefoon_landelijk", "telefoon", r"regel 2: de kolom 'telefoon_landelijk' ontbreekt"),
        ("gewone_woorden.csv", "best,in_vraag", "best,soms", r"gewone_woorden\.csv, regel \d+: 'soms'"),
        ("gewone_woorden.csv", "best,in_vraag", "bestt,in_vraag", r"'bestt' is geen naam"),
        (
            "aliassen.csv",
            "Fryslân,fryslan,provincie,,,friesland",
            "Friezen,friezen,provincie,,,twente",
            "'friezen' is geen",
        ),
    ],
)
def test_wrong_data_is_told_in_dutch(folder: Path, file: str, old: str, new: str, message: str) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RegionDataError, match=message):
        Regions.load(folder)


def test_missing_file(folder: Path) -> None:
    (folder / "postcodes.csv").unlink()
    with pytest.raises(RegionDataError, match=r"postcodes\.csv: kan niet worden gelezen"):
        Regions.load(folder)
