"""The report for whoever runs the assistant, against a really running one."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable

import httpx
import pytest
from openpyxl import load_workbook

from tests.conftest import ADMIN_TOKEN, LIMIT, Assistant

#: A year before the assistant was, so that no other test counts these generated requests.
YEAR = {"from": "2021-01-01", "to": "2021-12-31"}
REQUEST = (
    "insert into advice_request (day, region, sector, topic, step, form_of_violence, age_group, outcome, channel) "
    "values ('2021-02-03', 'gelderland-midden', ?, 'meldcode', 'stap1', 'lichamelijk', '4-11', 'advies', 'web')"
)


@pytest.fixture(scope="module")
def register(assistant: Assistant) -> Assistant:
    with sqlite3.connect(assistant.data / "meldwijzer.db", timeout=10) as database:
        database.executemany(REQUEST, [("onderwijs",)] * 43 + [("politie",)] * 7)
    return assistant


def get(assistant: Assistant, password: str | None = ADMIN_TOKEN, **query: str | list[str]) -> httpx.Response:
    auth = None if password is None else ("beheer", password)
    return httpx.get(f"{assistant.url}/admin/report", params=YEAR | query, auth=auth, timeout=30)


def problem(response: httpx.Response, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    return str(response.json()["detail"])


def test_page(register: Assistant) -> None:
    response = get(register)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert "'unsafe-inline'" in response.headers["content-security-policy"]
    assert "script-src" not in response.headers["content-security-policy"]
    assert "Adviesvragen naar sector en kwartaal" in response.text
    assert "1 januari 2021 tot en met 31 december 2021" in response.text
    assert "<td>45</td>" in response.text
    assert "<td>5</td>" not in response.text


def test_csv(register: Assistant) -> None:
    response = get(register, by="sector", format="csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="adviesvragen-2021-01-01-2021-12-31.csv"' in response.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert ["Onderwijs", "45"] in rows
    assert ["Politie of justitie", "."] in rows
    assert rows[-1] == ["Totaal", "50"]


def test_xlsx(register: Assistant) -> None:
    response = get(register, by=["channel", "year"], format="xlsx")
    assert response.headers["content-disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(response.content))["Adviesvragen"]
    assert [cell.value for cell in sheet[4]] == ["Kanaal", "2021", "Totaal"]
    assert [cell.value for cell in sheet[5]] == ["Website", 50, 50]


@pytest.mark.parametrize("password", [None, "", "fout", ADMIN_TOKEN[:-1], ADMIN_TOKEN + "x", "ë"])
def test_without_the_token(assistant: Assistant, password: str | None) -> None:
    response = get(assistant, password)
    problem(response, 401)
    assert response.headers["www-authenticate"].startswith("Basic realm=")
    assert "Adviesvragen" not in response.text


@pytest.mark.parametrize("header", ["Bearer " + ADMIN_TOKEN, "Basic", "Basic !!!", "Basic ë", "Basic " + ADMIN_TOKEN])
def test_malformed_authorization(assistant: Assistant, header: str) -> None:
    response = httpx.get(f"{assistant.url}/admin/report", headers={"Authorization": header.encode()}, timeout=10)
    problem(response, 401)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"from": "1-1-2021"}, "jaar-maand-dag"),
        ({"to": "2021-02-30"}, "jaar-maand-dag"),
        ({"from": "2022-01-01"}, "einddatum"),
        ({"by": "naam"}, "Kies uit: sector"),
        ({"by": ["sector", "sector"]}, "verschillende"),
        ({"format": "pdf"}, "html, csv, xlsx"),
    ],
)
def test_query_that_makes_no_report(assistant: Assistant, query: dict[str, str], reason: str) -> None:
    assert reason in problem(get(assistant, **query), 400)


def test_is_not_there_without_a_token_in_the_environment(plain: Assistant) -> None:
    problem(get(plain), 404)


def test_guessing_is_limited(limited: Assistant, from_address: Callable[[str], httpx.Client]) -> None:
    client = from_address("127.0.0.3")
    for _ in range(LIMIT):
        problem(client.get(f"{limited.url}/admin/report", auth=("", "fout")), 401)
    response = client.get(f"{limited.url}/admin/report", auth=("", ADMIN_TOKEN))
    problem(response, 429)
    assert int(response.headers["retry-after"]) > 0
