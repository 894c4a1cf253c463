"""Fill an empty register with generated advice requests of one year, to see and time a report.

None of it is about anyone: every value is drawn by chance from the closed lists.

MELDWIJZER_DATA=/tmp/generated uv run python bench/register.py 2025
MELDWIJZER_DATA=/tmp/generated uv run meldwijzer report --from 2025-01-01 --to 2025-12-31 --out /tmp/report.html
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parent.parent))

from meldwijzer import database
from meldwijzer.terms import terms

REQUESTS = 1400
#: Three regions that use it, and how much each does; a few requests come from elsewhere.
REGIONS = {"gelderland-midden": 60, "noord-oost-gelderland": 30, "gelderland-zuid": 8, "twente": 1, "onbekend": 3}
MUNICIPALITIES = {
    "gelderland-midden": ["Arnhem", "Ede", "Rheden", "Zevenaar", "Duiven", "Renkum", None],
    "noord-oost-gelderland": ["Apeldoorn", "Doetinchem", "Winterswijk", "Zutphen", None],
}
SECTORS = {
    "onderwijs": 34, "kinderopvang": 14, "medisch": 16, "ggz": 7, "sociaal_domein": 12,
    "jeugdhulp": 9, "politie": 3, "ouderenzorg": 1.5, "anders": 3,
}  # fmt: skip


def main(year: int) -> None:
    """Write the requests of a year."""
    database.migrate()
    with database.session() as opened:
        if opened.scalar(sa.select(sa.func.count()).select_from(database.AdviceRequest)):
            sys.exit("The register is not empty.")
        opened.add_all(generated(year))


def generated(year: int) -> list[database.AdviceRequest]:
    """The same requests every time."""
    chance = random.Random(year)
    days = [dt.date(year, 1, 1) + dt.timedelta(days=day) for day in range(365)]
    # Quiet weekends and holidays, and more in the course of the year.
    weights = [(0.1 if day.weekday() > 4 else 1) * (0.3 if day.month in (7, 8) else 1) * (1 + n / 365)
               for n, day in enumerate(days)]  # fmt: skip

    def draw(weighted: dict[str, float]) -> str:
        return chance.choices(list(weighted), list(weighted.values()))[0]

    def term(name: str) -> str:
        ids = list(terms()[name].options)
        return draw({id_: 1 / (place + 1) for place, id_ in enumerate(ids)})

    made = []
    for day in chance.choices(days, weights, k=REQUESTS):
        region = draw(REGIONS)
        made.append(
            database.AdviceRequest(
                day=day,
                region=region,
                municipality=chance.choice(MUNICIPALITIES.get(region, [None])),
                sector=draw(SECTORS),
                topic=term("subject"),
                step=term("step"),
                form_of_violence=term("violence"),
                age_group=term("age"),
                outcome=term("outcome"),
                channel=draw({"web": 4, "telegram": 1}),
            )
        )
    return made


if __name__ == "__main__":
    main(int(sys.argv[1]))
