"""The conversations in the README are real: they are held again, and every reply compared.

`UPDATE_README=1 uv run pytest tests/e2e/test_readme.py` writes what the assistant says now.
"""

from __future__ import annotations

import os
import re

from meldwijzer.settings import ROOT
from tests.conftest import Assistant

README = ROOT / "README.md"
BETWEEN = re.compile(r"(<!-- transcripts -->\n).*?(<!-- /transcripts -->)", re.DOTALL)
CONVERSATIONS = {
    "Een vraag, met bron": ("Mag ik stappen van de meldcode overslaan?",),
    "Direct gevaar": ("ze belt net dat hij de deur intrapt met een mes",),
    "De regio": ("welk Veilig Thuis hoort bij Spijkenisse?",),
    "Samen afwegen": ("help mij afwegen of ik moet melden", "ja, ik maak me zorgen", "het keert steeds terug"),
    "Niet duidelijk, dan buiten bereik": ("dossier melding", "Wat wordt het weer morgen?"),
}


def test_transcripts(assistant: Assistant) -> None:
    held = "\n".join(transcript(assistant, title, asked) for title, asked in CONVERSATIONS.items())
    text = README.read_text(encoding="utf-8")
    now = BETWEEN.sub(lambda found: found[1] + held + found[2], text)
    if os.environ.get("UPDATE_README"):
        README.write_text(now, encoding="utf-8")
    assert now == text or os.environ.get("UPDATE_README")


def transcript(assistant: Assistant, title: str, asked: tuple[str, ...]) -> str:
    conversation = assistant.session()
    lines = [f"### {title}", "", "```text"]
    for question in asked:
        lines.append(f"> {question}")
        for reply in conversation.say(question):
            lines += ["", reply["text"], ""]
            if reply["sources"]:
                source = reply["sources"][0]
                lines += [f"Bron: {source['title']}, {source['where']}. Gecontroleerd op {reply['checked_on']}.", ""]
            if reply["buttons"]:
                lines += [" ".join(f"[{button['title']}]" for button in reply["buttons"]), ""]
    return "\n".join([*lines[:-1], "```", ""])
