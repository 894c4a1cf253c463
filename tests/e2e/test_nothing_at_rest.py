"""What a person types is never at rest (contract 3): a canary through everything, then a search everywhere."""

from __future__ import annotations

import httpx

from tests.conftest import Runner

CANARY = "kanarievogelzang"
SENTENCES = (
    f"{CANARY} hoe lang duurt een huisverbod",
    f"{CANARY}",
    f"hij slaat haar nu {CANARY}",
    f"welk veilig thuis hoort bij {CANARY}stad",
    f"/{CANARY}",
    f"ik wil een adviesvraag vastleggen {CANARY}",
    f"onderwijs {CANARY}",
    f"nee {CANARY} iets anders",
    f"stop {CANARY}",
    f"help mij afwegen of ik moet melden {CANARY}",
    f"ja, {CANARY}",
    f"terug {CANARY}",
    f"weet ik niet {CANARY}",
    f"ja, {CANARY} maakt mij zorgen",
    f"acuut {CANARY}",
    f"geef mij een verslag voor mijn dossier {CANARY}",
)


def test_nothing_typed_is_at_rest(run_assistant: Runner) -> None:
    with run_assistant() as assistant:
        conversation = assistant.session()
        for sentence in SENTENCES:
            conversation.say(sentence)
        conversation.post({"payload": f'/topic{{"topic":"{CANARY}"}}'})
        conversation.post({"text": CANARY * 200})
        conversation.post({CANARY: CANARY})
        httpx.post(f"{assistant.url}/webhooks/web/messages", content=CANARY, headers=conversation.headers)
        httpx.post(f"{assistant.url}/webhooks/web/sessions", json={"municipality": CANARY})
        httpx.get(f"{assistant.url}/{CANARY}")
        data, log = assistant.data, assistant.log
    needle = CANARY.encode()
    places = [path for path in data.rglob("*") if path.is_file() and not path.is_symlink()]
    assert any(path.suffix == ".db" for path in places)
    assert log.stat().st_size > 0
    assert [path for path in (*places, log) if needle in path.read_bytes()] == []
