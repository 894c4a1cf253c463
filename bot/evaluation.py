"""How well the trained model understands questions it never saw, for `meldwijzer evaluate`.

Only the NLU is asked; what a user would get is told from its result by the rules of the actions. Everything below
`outcomes` but `write` is a pure function of outcomes.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from meldwijzer.settings import ROOT
from meldwijzer.suggestions import MOST, stands_alone, suggestions
from meldwijzer.topics import OUT_OF_SCOPE

FOLDER = ROOT / "tests" / "nlu"
HARMLESS = "harmless"
FALLBACK = "nlu_fallback"
#: The label of a message that the classifier found nothing to go by in.
NOTHING = "niets"
#: The group of labels that are no topic: dialogue acts, and nothing at all.
OTHER = "overig"
MOST_CONFUSIONS = 15
BINS = 10
THRESHOLDS = tuple(step / 10 for step in range(1, 10))
#: What can become of a question, as `received` names it, with the heading in the report.
RECEIVED = {
    "right": "goed",
    "offered": "keuze",
    "missed": "mis",
    "wrong": "fout",
    "declined": "afgew.",
}

Figures = dict[str, Any]


class Question(NamedTuple):
    """A question that is never trained on, the topic it asks for and the style it is written in."""

    text: str
    topic: str
    style: str


class Outcome(NamedTuple):
    """What the NLU made of a question.

    Attributes:
        question: that was asked.
        intent: `nlu_fallback` when the gate is not sure enough to answer.
        ranking: labels with their confidence, likeliest first; empty when there was nothing to go by.
        alarmed: whether the reply opens with 112.
        second: the topic that is answered as well, for a message that asks two questions.
        offered: the topics that are offered, instead of an answer or after it.
    """

    question: Question
    intent: str
    ranking: Sequence[tuple[str, float]]
    alarmed: bool = False
    second: str | None = None
    offered: Sequence[str] = ()

    @property
    def topic(self) -> str:
        """The topic that was asked for."""
        return self.question.topic

    @property
    def first(self) -> str:
        """The likeliest label."""
        return self.ranking[0][0] if self.ranking else NOTHING

    @property
    def confidence(self) -> float:
        """The confidence of the likeliest label, 0 to 1."""
        return self.ranking[0][1] if self.ranking else 0.0


class Point(NamedTuple):
    """What a threshold alone would do: the share of questions answered, and the share of these that is right."""

    threshold: float
    coverage: float
    precision: float | None


def questions() -> list[Question]:
    """The questions of tests/nlu/questions.yml, in its order."""
    asked = yaml.safe_load((FOLDER / "questions.yml").read_text(encoding="utf-8"))
    return [
        Question(text, topic, style)
        for topic, styles in asked.items()
        for style, texts in styles.items()
        for text in texts
    ]


def dangers() -> list[Question]:
    """The messages of tests/nlu/danger.yml, with a nood topic or `HARMLESS` as topic and no style."""
    asked = yaml.safe_load((FOLDER / "danger.yml").read_text(encoding="utf-8"))
    return [Question(text, topic, "") for topic, texts in asked.items() for text in texts]


async def outcomes(agent: Any, asked: Iterable[Question]) -> list[Outcome]:
    """Ask a trained model.

    Args:
        agent: Rasa's agent with the model; it needs no action server.
        asked: the questions.

    Returns:
        One outcome a question, in their order.
    """
    return [outcome_of(question, await agent.parse_message(question.text)) for question in asked]


def outcome_of(question: Question, parsed: dict[str, Any]) -> Outcome:
    """The outcome of a question, from what Rasa's `parse_message` returns for it."""
    from bot.nlu.ranking import ranking_of

    intent, ranking = parsed["intent"]["name"] or FALLBACK, ranking_of(parsed)
    values = {entity["entity"]: entity["value"] for entity in parsed["entities"]}
    alarmed = intent == "emergency" or "danger" in values
    second = values.get("second")
    answered = intent in {"topic", "emergency"}
    alone = answered and (second or (stands_alone(ranking) and values.get("danger") != "likely"))
    # What is answered, or the danger that has a button of its own, is not offered besides.
    danger = [label for label, _ in ranking if label.startswith("nood.")]
    besides = [ranking[0][0]] if answered else danger if "danger" in values else []
    offered = suggestions(ranking, besides=besides) if intent == FALLBACK or (answered and not alone) else ()
    return Outcome(question, intent, ranking, alarmed, second, offered)


def received(outcome: Outcome) -> str:
    """What the user gets.

    Returns:
        `right` or `wrong` for an answer, `offered` or `missed` for suggestions with or without the topic asked for,
        `declined` when the assistant says that it does not know, which out of scope is as it should be.
    """
    if outcome.intent == FALLBACK:
        if not outcome.offered:
            return "declined"
        return "offered" if outcome.topic in outcome.offered else "missed"
    if outcome.first == OUT_OF_SCOPE:
        return "declined"
    return "right" if outcome.topic in (outcome.first, outcome.second) else "wrong"


def reached(outcome: Outcome) -> bool:
    """Whether the topic asked for is in the first reply, as its answer or among what it offers."""
    return received(outcome) == "right" or outcome.topic in outcome.offered


def share(values: Iterable[bool]) -> float | None:
    """The share of true values; None when there are no values."""
    known = list(values)
    return sum(known) / len(known) if known else None


def top(made: Iterable[Outcome], most: int) -> float | None:
    """The share of outcomes with the topic asked for among the `most` likeliest labels."""
    return share(outcome.topic in [label for label, _ in outcome.ranking[:most]] for outcome in made)


def summary(made: Sequence[Outcome]) -> Figures:
    """How many outcomes, top-1, top-3, those reached in the first reply, and the share of what a user can get."""
    found = [received(outcome) for outcome in made]
    shares = {name: share(each == name for each in found) for name in RECEIVED}
    first = {"top1": top(made, 1), "top3": top(made, 3), "reached": share(map(reached, made))}
    return {"count": len(made), **first, **shares}


def group_of(label: str) -> str:
    """The group of a topic, which is the part of its id before the dot."""
    return label.partition(".")[0] if "." in label else OTHER


def summaries(made: Iterable[Outcome], key: Callable[[Outcome], str]) -> dict[str, Figures]:
    """`summary` for the outcomes of each `key`, in order of first appearance."""
    parts = defaultdict(list)
    for outcome in made:
        parts[key(outcome)].append(outcome)
    return {name: summary(part) for name, part in parts.items()}


def confusions(made: Iterable[Outcome], most: int = MOST_CONFUSIONS) -> list[tuple[str, str, int]]:
    """The commonest mistakes: topic asked for, likeliest label, how often; the most frequent first."""
    pairs = Counter((outcome.topic, outcome.first) for outcome in made if outcome.first != outcome.topic)
    return [(topic, label, count) for (topic, label), count in pairs.most_common(most)]


def calibration_error(made: Sequence[Outcome], bins: int = BINS) -> float:
    """Expected calibration error: the mean gap between the first confidence and how often it is right.

    Args:
        made: at least one.
        bins: into how many equal parts of 0 to 1 the confidence is divided.
    """
    parts = defaultdict(list)
    for outcome in made:
        parts[min(int(outcome.confidence * bins), bins - 1)].append(
            (outcome.confidence, outcome.first == outcome.topic)
        )
    gaps = (abs(sum(sure for sure, _ in part) - sum(right for _, right in part)) for part in parts.values())
    return sum(gaps) / len(made)


def tradeoff(made: Sequence[Outcome], thresholds: Iterable[float] = THRESHOLDS) -> list[Point]:
    """Coverage and precision at each threshold, when all that is at least as certain were answered.

    Args:
        made: at least one.
        thresholds: for the first confidence.

    Returns:
        One point a threshold; its precision is None where nothing is answered.
    """
    points = []
    for threshold in thresholds:
        right = [outcome.first == outcome.topic for outcome in made if outcome.confidence >= threshold]
        points.append(Point(threshold, len(right) / len(made), share(right)))
    return points


def matrix(made: Iterable[Outcome]) -> tuple[list[str], list[list[int]]]:
    """The confusion matrix by group.

    Returns:
        The n groups in order of name, `OTHER` last, and counts of shape (n, n): asked for, likeliest.
    """
    pairs = Counter((group_of(outcome.topic), group_of(outcome.first)) for outcome in made)
    names = sorted({name for pair in pairs for name in pair}, key=lambda name: (name == OTHER, name))
    return names, [[pairs[asked, found] for found in names] for asked in names]


def danger_figures(made: Iterable[Outcome], ordinary: Iterable[Outcome]) -> Figures:
    """How often 112 comes first.

    Args:
        made: of `dangers`.
        ordinary: of `questions`.

    Returns:
        `recall` on danger, `false_alarm` on what only looks like it, `ordinary_false_alarm` on all other questions.
    """
    known = list(made)
    return {
        "recall": share(outcome.alarmed for outcome in known if outcome.topic != HARMLESS),
        "false_alarm": share(outcome.alarmed for outcome in known if outcome.topic == HARMLESS),
        "ordinary_false_alarm": share(outcome.alarmed for outcome in ordinary),
    }


def figures(made: Sequence[Outcome], danger: Iterable[Outcome]) -> Figures:
    """All figures, ready for JSON.

    Args:
        made: of `questions`; groups and styles are told of those in scope.
        danger: of `dangers`.
    """
    inside = [outcome for outcome in made if outcome.topic != OUT_OF_SCOPE]
    names, counts = matrix(made)
    return {
        "count": len(made),
        "top1": top(made, 1),
        "top3": top(made, 3),
        "ece": calibration_error(made),
        "in_scope": summary(inside),
        "out_of_scope": summary([outcome for outcome in made if outcome.topic == OUT_OF_SCOPE]),
        "groups": summaries(inside, lambda outcome: group_of(outcome.topic)),
        "styles": summaries(inside, lambda outcome: outcome.question.style),
        "danger": danger_figures(danger, made),
        "confusions": [{"asked": asked, "found": found, "count": count} for asked, found, count in confusions(made)],
        "thresholds": [point._asdict() for point in tradeoff(made)],
        "matrix": {"groups": names, "counts": counts},
    }


def report(made: Sequence[Outcome], danger_made: Iterable[Outcome]) -> list[str]:
    """The lines that tell `figures` in Dutch, for those who edit the content."""
    shown = figures(made, danger_made)
    top1, top3, danger = percent(shown["top1"]), percent(shown["top3"]), shown["danger"]
    return [
        f"{shown['count']} vragen waarop nooit is getraind",
        f"Het juiste thema staat bovenaan bij {top1}, bij de eerste drie bij {top3}.",
        f"De zekerheid zit er gemiddeld {percent(shown['ece'])} naast (ECE, {BINS} vakken).",
        "",
        "Wat de gebruiker krijgt",
        "  bereikt het juiste thema staat in het eerste bericht terug, als antwoord of als keuze",
        "  goed    het juiste antwoord",
        f"  keuze   hoogstens {MOST} thema's om uit te kiezen, het juiste zit erbij",
        "  mis     thema's om uit te kiezen, het juiste zit er niet bij",
        "  fout    het antwoord op een andere vraag",
        "  afgew.  'dit valt buiten wat ik weet'",
        "",
        _heading(""),
        _row("binnen bereik", shown["in_scope"]),
        _row("buiten bereik", shown["out_of_scope"]),
        "",
        _heading("per groep"),
        *(_row(name, part) for name, part in shown["groups"].items()),
        "",
        _heading("per stijl"),
        *(_row(name, part) for name, part in shown["styles"].items()),
        "",
        "Direct gevaar",
        f"  112 staat vooraan bij gevaar: {percent(danger['recall'])}",
        f"  vals alarm bij wat op gevaar lijkt: {percent(danger['false_alarm'])}",
        f"  vals alarm bij gewone vragen: {percent(danger['ordinary_false_alarm'])}",
        "",
        "Vaakst verward (gevraagd, begrepen)",
        *(f"  {pair['count']:3}  {pair['asked']}, {pair['found']}" for pair in shown["confusions"]),
        "",
        "Als alleen deze drempel gold: welk deel van de vragen een antwoord krijgt, en welk deel daarvan goed is",
        *(
            f"  {comma(point['threshold'], 1)}  beantwoord {percent(point['coverage']):>7}"
            f"  goed {percent(point['precision']):>7}"
            for point in shown["thresholds"]
        ),
    ]


def _heading(name: str) -> str:
    return f"{name:16}{'vragen':>7}{'top-1':>9}{'top-3':>9}{'bereikt':>9}" + "".join(
        f"{word:>9}" for word in RECEIVED.values()
    )


def _row(name: str, part: Figures) -> str:
    return f"{name:16}{part['count']:7}" + "".join(
        f"{percent(part[key]):>9}" for key in ("top1", "top3", "reached", *RECEIVED)
    )


def percent(value: float | None) -> str:
    """A share as a Dutch percentage with one decimal; a dash when there is none."""
    return "-" if value is None else f"{comma(value * 100, 1)}%"


def comma(value: float, decimals: int) -> str:
    """A number in Dutch notation."""
    return f"{value:.{decimals}f}".replace(".", ",")


def write(folder: Path, made: Sequence[Outcome], danger: Iterable[Outcome]) -> None:
    """Write figures.json, curve.png and confusion.png.

    Args:
        folder: made when it is not there.
        made: of `questions`.
        danger: of `dangers`.
    """
    shown = figures(made, danger)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(shown, ensure_ascii=False, indent=2)
    (folder / "figures.json").write_text(f"{text}\n", encoding="utf-8")
    _figure(_draw_curve, tradeoff(made, (step / 100 for step in range(100))), folder / "curve.png")
    _figure(_draw_matrix, shown["matrix"], folder / "confusion.png")


def _figure(draw: Callable[[Any, Any], None], data: Any, path: Path) -> None:
    """Let `draw` put `data` on the axes of a picture; Agg needs no screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # type: ignore[import-untyped]
    from matplotlib.figure import Figure  # type: ignore[import-untyped]

    figure = Figure(figsize=(8, 6), constrained_layout=True)
    draw(FigureCanvasAgg(figure).figure.subplots(), data)
    figure.savefig(path, dpi=150)


def _draw_curve(axes: Any, points: list[Point]) -> None:
    answered = [point for point in points if point.precision is not None]
    axes.plot([point.coverage for point in answered], [point.precision for point in answered], color="#1f5a96")
    marks = defaultdict(list)
    for point in answered:
        if point.threshold in THRESHOLDS:
            marks[point.coverage, point.precision].append(comma(point.threshold, 1))
    for place, thresholds in marks.items():
        axes.plot(*place, "o", color="#1f5a96")
        axes.annotate("  ".join(thresholds), place, xytext=(4, 6), textcoords="offset points")
    axes.set(xlabel="deel van de vragen dat een antwoord krijgt", ylabel="deel van de antwoorden dat goed is")
    axes.set_title("Wat een drempel kost en oplevert; de drempels staan bij de punten", fontsize=10)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: percent(value))
    axes.grid(alpha=0.3)


def _draw_matrix(axes: Any, shown: Figures) -> None:
    groups, counts = shown["groups"], shown["counts"]
    shares = [[count / (sum(row) or 1) for count in row] for row in counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for y, row in enumerate(counts):
        for x, count in enumerate(row):
            if count:
                colour = "white" if shares[y][x] > 0.5 else "black"
                axes.text(x, y, count, ha="center", va="center", color=colour, fontsize=8)
    axes.set(xlabel="begrepen", ylabel="gevraagd", xticks=range(len(groups)), yticks=range(len(groups)))
    axes.set_xticklabels(groups, rotation=45, ha="right")
    axes.set_yticklabels(groups)
    axes.set_title("Aantal vragen; hoe donkerder, hoe groter het deel van de rij", fontsize=10)
