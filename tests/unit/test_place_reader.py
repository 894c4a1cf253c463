"""Which place a message is about: a few messages for each cause of an error that was ever made."""

from __future__ import annotations

import pytest

from meldwijzer.regions import Regions, regions

# What the tables hold: a slug, municipality codes that must be asked, `abroad`, `unknown`, or `-` for no place.
CAUSES = {
    "the child's place counts, not that of who works": """
        ik werk in Arnhem, het gezin woont in Velp -> gelderland-midden
        Mijn kantoor zit in Den Bosch en de cliënt staat ingeschreven in Waalwijk. -> midden-brabant
        welk veilig thuis bel ik als het kind in Zwolle op school zit en in Hattem woont -> noord-oost-gelderland
        we hebben hier een broertje en zusje uit Drachten op de groep in Groningen -> friesland
        school: Bussum. kind: Weesp. wie? -> amsterdam-amstelland
        ik woon zelf in Utrecht, maar t gaat om mijn neefje in Ermelo -> noord-oost-gelderland
        bel ik Zwolle als het kind in Genemuiden woont? -> ijsselland""",
    "where they live before where one would report": """
        moet ik voor een leerling uit Bunnik in Zwolle melden of elders -> utrecht
        moet ik voor een patiënt uit Gorinchem in Utrecht bellen -> zuid-holland-zuid
        valt Eemnes onder welk vt? het is provincie Utrecht maar ik hoor ook iets over Utrecht -> gooi-en-vechtstreek
        heeft Gorinchem hetzelfde VT als Vianen? -> zuid-holland-zuid""",
    "small words for persons, and names": """
        praktijk in Arnhem. Patiëntje dat ik vanmiddag zag komt uit Tiel. Welk VT? -> gelderland-zuid
        kraambureau Arnhem, kraamvrouw Tiel -> gelderland-zuid
        zorgboerderij in Staphorst waar Kevin uit Meppel dagbesteding heeft -> drenthe""",
    "the one pointed out": """
        de kinderen komen uit Beverwijk, Velsen en Castricum, dit kind uit Castricum -> noord-holland-noord""",
    "the victim, not the suspect": """
        de dader woont in Tiel, zij in Dordrecht -> zuid-holland-zuid
        pleger woont in Bussum, slachtoffer in Soest -> utrecht""",
    "with which parent the child lives": """
        vader woont in Rotterdam, moeder in Meppel, kinderen wonen bij moeder -> drenthe
        moeder Rotterdam, vader Zandvoort, kind is altijd bij vader -> kennemerland
        de kleuter logeert vaak bij opa in Tiel, staat ingeschreven bij mama in Hoensbroek -> zuid-limburg
        pleegzoon, pleegouders Drachten, biologische moeder Groningen -> friesland""",
    "the child before others who live somewhere": """
        Vader woont in Heerlen, de kinderen bij hun moeder in Weert. Welk VT? -> noord-en-midden-limburg
        oma uit Sneek belt dat haar kleinkind in Joure niet veilig is -> friesland""",
    "where they live now, not where they lived": """
        moeder en kinderen zijn vorige maand van Tilburg naar Goes verhuisd -> zeeland
        Onze cliënt woonde in Roermond maar sinds mei in Sittard -> zuid-limburg
        eerst Apeldoorn, nu Deventer. welk veilig thuis? -> ijsselland
        tot vorige maand Oss, nu Dordrecht -> zuid-holland-zuid
        gezin gaat verhuizen naar Dordrecht maar woont nu nog in Tiel -> gelderland-zuid
        de ambulance reed vanuit Gouda, de patiënt van vannacht woonde in Dordrecht. Welk vt? -> zuid-holland-zuid
        was eerst Rotterdam maar zit sinds kort in Gorinchem -> zuid-holland-zuid
        zwangere vrouw, ingeschreven Tiel, verblijft in Rotterdam bij vriend -> gelderland-zuid""",
    "a place that is denied, guessed or only near": """
        Het kind woont niet in Uden maar in Zeist, welk VT? -> utrecht
        Hoort Wijchen bij Nijmegen of bij Oss qua veilig thuis? -> gelderland-zuid
        een collega zegt dat we bij Nijmegen horen, maar ik werk in Cuijk -> oost-brabant
        Vlijmen ligt vlak bij Den Bosch maar is gemeente Heusden, welk VT -> midden-brabant
        gezin uit krimpen a/d lek, is dat rotterdam of niet -> hollands-midden""",
    "a town before a province or region": """
        Kennemerland of Noord-Holland Noord, ik zit in Uitgeest -> noord-holland-noord
        mijn werkgebied is de Veluwe maar nu gaat het om Ermelo -> noord-oost-gelderland
        wij werken in heel Groningen en Drenthe, dit kind woont in Roden -> drenthe""",
    "a neighbour tells which place of a name": """
        Oosterhout bij Nijmegen -> gelderland-midden
        Elst bij Veenendaal -> utrecht
        spijk bij lobith -> gelderland-midden
        Zuidwolde, onder de rook van Groningen -> groningen
        Werk in Apeldoorn, gezin in Laren -> noord-oost-gelderland
        ik werk in cuijk, het gaat om katwijk -> oost-brabant
        Velp bij Nijmegen -> 0275 1982""",
    "names written in short": """
        H.I. Ambacht, welk Veilig Thuis -> zuid-holland-zuid
        O. Gastel -> west-brabant
        n-vennep vt -> kennemerland
        Wijk b. Duurstede -> utrecht
        vt BoZ nummer? -> west-brabant
        A'dam noord, welk vt -> amsterdam-amstelland""",
    "everyday words after Veilig Thuis and after living": """
        VT Hulst aub -> zeeland
        kan iemand zeggen welk VT Hulst heeft -> zeeland
        gebeld in Arnhem, de man woont Putten -> noord-oost-gelderland""",
    "a province of the name of a town": """
        ijselstein utrecht veilig thuis regio -> utrecht
        Winsum Groningen -> groningen""",
    "a municipality or province tells it": """
        Rijswijk in de gemeente Buren -> gelderland-zuid
        Rijswijk (Altena) -> west-brabant
        beek in limburg, wie is daar vt -> zuid-limburg
        Elst in de Betuwe -> gelderland-midden
        Geesteren (Tubbergen) -> twente
        hengelo overijssel -> twente""",
    "so does an adjective": """
        leerling uit het Limburgse Bergen -> noord-en-midden-limburg
        ik bedoel het Noord-Hollandse Bergen -> noord-holland-noord
        ik werk in oosterhout bij nijmegen, dus niet het brabantse. welk vt -> gelderland-midden""",
    "and so does what is denied": """
        Beek, niet die in Limburg maar bij Nijmegen -> gelderland-zuid
        niet Velp bij Arnhem maar Velp bij Grave -> oost-brabant
        Hengelo in Gelderland dus niet die in Twente -> noord-oost-gelderland""",
    "a typing error after a word for who takes a report": """
        meldpunt amersfort -> utrecht
        steunpunt deventr -> ijsselland
        vt nr vor Heereveen -> friesland
        emen welk vt -> drenthe
        Wijk bij Duurstde, aan wie vraag ik advies? -> utrecht
        Katwijk aan Ze, welke regio -> hollands-midden
        kapelle aan de ijsel, vt rotterdam toch? -> rotterdam-rijnmond
        velthoven bij eindhoven, wie belt dan wie -> zuidoost-brabant""",
    "no place at all": """
        hee, veilig thuis voor windschoten zoek ik -> groningen
        tjonge, welk vt voor zeits -> utrecht
        Lent (aan de overkant van de Waal) - zelfde VT als de stad? -> gelderland-zuid
        Ik kom er niet uit: Eemnes ligt in de provincie Utrecht -> gooi-en-vechtstreek""",
    "a name in short": """
        boz, waar horen die bij met veilig thuis -> west-brabant
        a'foort, client 17 jr, welk vt -> utrecht
        a'veen, vt? -> amsterdam-amstelland
        zo'n kind, welk vt -> -
        wie is de vt in de gem. Hogeland -> groningen""",
    "a town or postcode before what the answer may be": """
        een collega zegt dat we bij het Gooi horen, maar dit is Eemnes -> gooi-en-vechtstreek
        bel ik rijnmond voor 3201 of niet -> rotterdam-rijnmond
        3755 is dat utrecht of gooi qua veilig thuis -> gooi-en-vechtstreek
        moet ik voor 7411 bij twente zijn of bij ijsselland -> ijsselland
        is 1398 gooi of amsterdam -> gooi-en-vechtstreek
        valt 3231 nou onder rijnmond of niet -> rotterdam-rijnmond
        is gouda nou rotterdam of hollands midden -> hollands-midden
        de vader woont op 8321 en daar is het kind ook -> flevoland
        1012 meldingen in Amsterdam -> amsterdam-amstelland
        1755 meldingen bij Veilig Thuis, is dat veel -> -""",
    "the question follows an everyday name": """
        elst en dan welke veilig thuis?? -> 0340 1734
        best en dan welke veilig thuis -> zuidoost-brabant
        beek en dan welke vt? -> 0888 1945 1955""",
    "when nothing tells it is asked": """
        hengelo welk vt? -> 0164 1876
        gemeente bergen, welk vt -> 0373 0893
        ik werk in hengeloo bij welk veilig tuis hoor ik -> 0164 1876
        gezin uit Nieuwerkerk -> 1676 1892""",
    "districts, also in a sentence": """
        wijkteam spakenburg hier, wat is onze veilig thuis -> utrecht
        kindje woont op de bijlmer, bij wie meld ik -> amsterdam-amstelland
        gezin in de Reeshof -> midden-brabant
        de jongen woont op de Geitenkamp -> gelderland-midden
        Feijenoord (de wijk) -> rotterdam-rijnmond""",
    "a district has the name of a village elsewhere": """
        Schalkwijk in Haarlem welk vt -> kennemerland
        kind in Schalkwijk (haarlem) -> kennemerland
        Schalkwijk -> utrecht
        Rivierenwijk deventer -> ijsselland
        de buurt het Plan in Roermond, welk vt -> noord-en-midden-limburg""",
    "regions": """
        hier in de achterhoek, wie moet ik bellen -> noord-oost-gelderland
        Wij zitten in de Kop van Noord-Holland, welk veilig thuis is dat? -> noord-holland-noord
        de noordkop, wie is vt -> noord-holland-noord
        in 't Gooi -> gooi-en-vechtstreek
        Betuwe, kant van Tiel -> gelderland-zuid""",
    "nicknames": """
        ik zit in Mokum -> amsterdam-amstelland
        welk vt hebben we in 010 -> rotterdam-rijnmond
        voor de Domstad, wie is dan het meldpunt -> utrecht
        werk in dordt op een bso -> zuid-holland-zuid
        Adam wil niet praten -> -""",
    "one half of a double name": """
        Driebergen -> utrecht
        Hardinxveld -> zuid-holland-zuid
        millingen -> gelderland-zuid""",
    "errors that sound the same": """
        werk in mastrigt op de eerste hulp welk vt -> zuid-limburg
        lelistat welk veilig thuis -> flevoland
        eintoven -> zuidoost-brabant
        vlisingen welke veilg thuis -> zeeland
        hardinksveld giessendam -> zuid-holland-zuid
        terneusen welke vt -> zeeland""",
    "errors in the middle of a question": """
        Purmerent welk VT -> zaanstreek-waterland
        roosendal, wie moet ik bellen -> west-brabant
        velig thuis tilbrug noord welke regoi -> midden-brabant
        4330 Midelburg veilig thuis zeelnd -> zeeland
        veilig thuis den helden -> noord-holland-noord
        ik zoek vt voor nieuwe gein -> utrecht""",
    "no errors where there are none": """
        de verloskundige vraagt wat opvalt bij zwangeren -> -
        familieberaad van mannen uit drie landen -> -
        Hoort het dat ik de ouders vooraf zeg dat ik bij Veilig Thuis ga melden? -> -
        kinderen in keldder opgesloten, hoor ze roepen -> -
        eentje van de ggd en eentje van de politie, welk meldpunt -> -
        uit Huizen -> gooi-en-vechtstreek""",
    "everyday words that are places": """
        onze school staat in best, welk vt -> zuidoost-brabant
        leerling uit putten welk vt -> noord-oost-gelderland
        kan je opzoeken waar ik moet zijn voor losser -> twente
        kampen (ov) -> ijsselland
        ik woon in rijen -> midden-brabant
        waar kan ik uit putten als ik zelf vastloop -> -
        waar kan ik melden dat buren hun kind slaan -> -
        geschreeuw bij buren, waar meld ik dat -> -
        de gemeente hem heeft weggestuurd -> -""",
    "names of persons": """
        vader Van Leeuwen wil geen gesprek -> -
        collega Doorn zegt dat ik moet melden -> -
        het gaat om Wijchen maar mevrouw Van Nijmegen werkt er -> gelderland-zuid""",
    "postcodes": """
        Ik heb alleen een postcode van de leerling: 6703. -> gelderland-midden
        de melder gaf 6411 door als postcode -> zuid-limburg
        4 cijfers: 7821 -> drenthe
        ik werk op 3511 en het gezin zit op 3704 -> utrecht
        4811-AB -> west-brabant
        welk loket voor 8441 -> friesland
        postcode 0412 AB welke veilig thuis -> unknown
        in het verslag van 2014 stonden nog cijfers van het AMK, welk vt -> -
        de wethouder wil cijfers over 2023 -> -""",
    "abroad": """
        Hasselt in België, wie moet ik daar bellen? -> abroad
        gent (belgie) welk veilig thuis -> abroad
        patient woont in kleef duitsland, welke vt -> abroad
        Vader is met de kinderen naar Willemstad op Curaçao. Welk VT? -> abroad
        gronau, net over de grens -> abroad
        Ik werk in Vaals, de jongen woont in Aken. Welk VT? -> abroad
        op Sint Maarten -> abroad""",
    "but who lives here does not live abroad": """
        het gezin is gevlucht uit Syrië en woont nu in Ede -> gelderland-midden
        moeder komt uit Polen, welk VT is er voor Venlo -> noord-en-midden-limburg
        kind gaat op vakantie naar Spanje, wij zitten in Gouda, welk vt -> hollands-midden
        hasselt -> ijsselland
        sas van gent welk vt -> zeeland""",
    "names that are not in the data": """
        snorrebroek -> unknown
        ik ben agent in rommeldam, welk vt -> unknown
        gemeente gruttelwold -> unknown
        is er ergens een lijst met alle veilig thuis regios en gemeenten -> -
        welke regio's zijn er allemaal -> -""",
}
CASES = [
    pytest.param(*map(str.strip, line.split("->")), id=f"{cause}: {line.strip()}")
    for cause, lines in CAUSES.items()
    for line in lines.strip().splitlines()
]


@pytest.fixture(scope="module")
def places() -> Regions:
    return regions()


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_causes(places: Regions, text: str, expected: str) -> None:
    reading = places.read(text)
    if reading.place and reading.place.organisation:
        assert reading.place.organisation.slug == expected
    elif reading.place:
        assert [each.code for each in sorted(reading.place.candidates, key=lambda each: each.code)] == expected.split()
    else:
        assert ("abroad" if reading.abroad else "unknown" if reading.unknown else "-") == expected


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Paramaribo", True),
        ("in Antwerpen", True),
        ("Mol", True),
        ("meer", False),
        ("mijn nichtje woont in Antwerpen", False),
    ],
)
def test_only_a_place_abroad(places: Regions, text: str, only: bool) -> None:
    reading = places.read(text)
    assert reading.abroad
    assert reading.only is only


def test_a_place_abroad_has_no_key(places: Regions) -> None:
    assert places.find("Antwerpen") is None
    assert places.get("buitenland") is None
    assert places.unknown_place("Antwerpen")
