"""The ways through the weighing that both channels are tried with, and the transcripts of them in docs/."""

from __future__ import annotations

import os

from meldwijzer.settings import ROOT

#: What is said after "help mij afwegen", and the heading of the outcome that it leads to.
WEIGHINGS = [
    (["nee, geen vermoeden meer"], "Afsluiten"),
    (["ja", "acuut"], "Acute onveiligheid"),
    (["ja", "het keert steeds terug"], "Structurele onveiligheid"),
    (["ja dat klopt", "geen van beide", "ja, ze heeft het me verteld"], "Een slachtoffer vertelt het"),
    (["ja", "geen van beide", "nee", "nee"], "Geen passende hulp mogelijk"),
    (["ja", "geen van beide", "nee", "ja", "nee"], "Hulp niet aanvaard"),
    (["ja", "geen van beide", "nee", "ja", "ja", "nee"], "Hulp helpt niet genoeg"),
    (["ja", "geen van beide", "nee", "ja", "ja", "ja"], "Hulp bieden en"),
    (["weet ik niet", "weet ik niet"], "Vraag advies"),
]
BEGIN = "help mij afwegen of ik moet melden"


def write(channel: str, transcripts: dict[str, list[tuple[str, list[str]]]]) -> None:
    """Write what was said to docs/weighing-CHANNEL.md, when UPDATE_README is set.

    Args:
        channel: name of the channel.
        transcripts: for each outcome what was typed with the replies to it.
    """
    if not os.environ.get("UPDATE_README") or len(transcripts) < len(WEIGHINGS):
        return
    lines = [f"# De afweging, elke uitkomst, via {channel}", "", "Geschreven door de tests, met `UPDATE_README=1`.", ""]
    for outcome, turns in transcripts.items():
        lines += [f"## {outcome}", "", "```text"]
        for typed, replies in turns:
            lines += [f"> {typed}", "", *(part for reply in replies for part in (reply, ""))]
        lines += ["```", ""]
    (ROOT / "docs" / f"weighing-{channel}.md").write_text("\n".join(lines), encoding="utf-8")
