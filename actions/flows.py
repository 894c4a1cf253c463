"""Guided dialogues: a form with one slot that is asked for until the flow has come to its outcome."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any, NamedTuple

from rapidfuzz import fuzz
from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import entity, here, looks_like_question
from meldwijzer.flows import DONT_KNOW, Course, Flow, Outcome, Question, flows
from meldwijzer.knowledge import knowledge
from meldwijzer.note import FINDINGS, note
from meldwijzer.regions import Organisation, regions
from meldwijzer.reply import Button, Region, Reply, answer
from meldwijzer.terms import terms
from meldwijzer.topics import payload

#: What is said to begin a flow without naming it on a button.
STARTS = {"weigh": "weighing", "scan_policy": "policy_scan"}
EXPLAIN = "uitleg"
#: Longer messages tell a story, in which a word or two do not make an answer; only its first sentence may.
MOST_WORDS = 12
#: How much a clause must look like the words of an answer, 0 to 100 (spelling errors).
ALIKE = 88
#: How far a denial reaches, in words.
REACH = 3
DENYING = "niet|geen|nooit|niks|niets|nauwelijks|amper"
NOT = re.compile(rf"\b({DENYING}|zonder|onveilig\w*|indirect)\b")
DENIED = re.compile(rf"\b({DENYING})(\s+[\w'-]+){{0,{REACH}}}\s*$")
DENIED_AFTER = re.compile(rf"^(\s+[\w'-]+){{0,{REACH}}}\s+({DENYING})\b")
#: Where a clause ends: what is denied or doubted before it says nothing about what comes after.
STOPS = re.compile(r"[,.;:!?\n]|\b(?:maar|want|omdat|doordat|dus|en|anders)\b")
#: Words around an answer that do not change it.
FILLERS = re.compile(
    r"(?:\W|\b(?:ja|nee|nou|nu|eh|uh|tja|ach|hm|goed|oke?|het|dat|dit|is|er|ik|denk|vind|zeg|zou|zeggen|kies|dan|van|"
    r"volgens|mij|echt|heel|zeer|wel|op|moment|toch|hoor|eigenlijk|vooral|eerder|gewoon|helaas|met|aan|bij|voor|door|"
    r"de|een|om|gaat|sprake|mijn|zijn|haar|hun|heeft|ze|zij|hij)\b)*"
)
LEADING = re.compile(r"^(?:(?:ja|nee|nou|eh|uh|tja|het is|dat is|er is) )+")
TRAILING = re.compile(r"(?: (?:denk ik|volgens mij|hoor|eigenlijk|helaas))+$")
#: Before a noun, which is an answer only by itself: "the partner" is not "the partner has left".
ARTICLES = {"de", "het", "een", "mijn"}
YES = re.compile(r"^\W*(?:(?:nou|eh|uh|tja|ach)\W+)?(?:ja+|jazeker|jawel|jep)\b")
NO = re.compile(r"^\W*(?:(?:nou|eh|uh|tja|ach|ja|ja en)\W+)?(?:nee+|neen|neu)\b")
#: Words that agree, unless what follows turns them.
RIGHT = re.compile(r"^\W*(?:dat |ja )?(?:klopt|zeker)\b(?P<turned> (?:\w+ ){0,2}niet\b)?")
BARE = {"ja", "jazeker", "jawel", "klopt", "zeker", "nee", "neen", "ja hoor", "nee hoor"}
#: What makes a yes or a no no answer any more; what it is followed by may still be one.
HEDGED = re.compile(
    r"\b(maar|soms|meestal|misschien|beetje|half|behalve|tenzij|nou ja|ja en nee|af en toe|nu en dan|min of meer|"
    r"hangt|ligt eraan|ligt er aan|wisselend)\b"
)
UNSURE = re.compile(
    r"\b(ik (\w+ ){0,2}weet|weet ik)\b[^,.;]{0,24}\bniet\b|^weet (het )?niet\b|\bgeen (flauw )?idee\b|\bmisschien\b|"
    r"\bdurf ik niet\b|\bik durf (\w+ ){0,2}niet\b|(?<!geen )(?<!zonder )\btwijfel\b|\bniet zeker\b|"
    r"\bniet (te )?(beoordelen|inschatten)\b|\b(lastig|moeilijk) te zeggen\b"
)
#: What begins like a question and tells something.
TELLS = re.compile(
    r"^\s*(heb ik|moet ik (nog|eerst|navragen|uitzoeken)|is (nog )?(niet|geen)|"
    r"zijn (we|ze|er) (nog )?(niet|geen|mee|wel)|heeft (nog )?geen|kan (nog )?niet)\b[^?]*$"
)
RESUMED = "We gaan verder waar u was."
NOTHING_GOES_ON = "Er loopt nu geen dialoog. Ik kan samen met u afwegen, of vragen beantwoorden."
DOUBT = (
    "Twijfelt u? Bel Veilig Thuis, 0800-2000, gratis, dag en nacht. Advies kan zonder namen. "
    "Weet u het daarna nog niet, kies dan opnieuw 'Weet ik niet'."
)
EXAMPLES = "Voorbeelden ({}), als hulp bij het denken, niet als norm:"
OWN_DECISION = "U beslist; Veilig Thuis adviseert."


class ActionAskFlowAnswer(Action):
    """Asks the question that waits."""

    def name(self) -> str:
        """The name that Rasa gives to the question for a slot."""
        return "action_ask_flow_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Ask."""
        course = Course.from_slot(tracker.get_slot("flow"))
        if course and course.question:
            begins = started(tracker) and not course.path
            dispatcher.utter_message(**ask(course, course.question, introduced=not begins).to_rasa())
        return []


class ValidateFlowForm(FormValidationAction):
    """Takes answers, from buttons and in words, and all that one can say to go another way."""

    def name(self) -> str:
        """The name that Rasa gives to the validation of the form."""
        return "validate_flow_form"

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """The course after the latest message; nothing when it says nothing about the flow."""
        before = Course.from_slot(tracker.get_slot("flow"))
        begun = started(tracker)
        if begun:
            after = before if before and before.flow == begun and before.question else Course(begun)
            if after.path:
                dispatcher.utter_message(**Reply(RESUMED, topic=begun.topic).to_rasa())
            return _kept(after)
        if before is None:
            dispatcher.utter_message(**Reply(NOTHING_GOES_ON, topic="bot.help").to_rasa())
            return [SlotSet("flow", None), SlotSet("requested_slot", None)]
        intent = tracker.latest_message["intent"]["name"]
        if intent == "previous":
            return _kept(before.back())
        if intent == "anew":
            return _kept(Course(before.flow))
        if before.question is None:
            return []
        said = entity(tracker, "answer") or heard(before.question, tracker.latest_message.get("text") or "", intent)
        if said is None:
            return []
        return self._taken(dispatcher, before, said, tracker.get_slot("sector"))

    def _taken(
        self, dispatcher: CollectingDispatcher, before: Course, said: str, sector: str | None
    ) -> list[dict[str, Any]]:
        """The course after an answer.

        Args:
            dispatcher: says what is explained.
            before: the course.
            said: `flow.question.answer` of a button, or the id of an answer to the question that waits.
            sector: whose examples are shown.
        """
        *place, given = said.split(".")
        flow_id, question_id = place or (before.flow.id, before.place.id)
        if flow_id != before.flow.id or question_id not in before.flow.questions:
            return []
        if given == EXPLAIN or (given == DONT_KNOW and before.flow.unsure):
            # The button may be that of an earlier question, of which nothing is answered by it.
            course = before.unknown() if given == DONT_KNOW and question_id == before.place.id else before
            if course.path == before.path:
                dispatcher.utter_message(
                    **explanation(
                        course, before.flow.questions[question_id], sector, doubted=given == DONT_KNOW
                    ).to_rasa()
                )
            return _kept(course)
        try:
            return _kept(before.answered(question_id, given))
        except ValueError:
            return []

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Nothing beforehand: the course tells what an answer means."""
        return []


class ActionFlowOutcome(Action):
    """Shows where the flow came out."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_flow_outcome"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Show the outcome; the course is kept for the note, and for taking an answer back."""
        course = Course.from_slot(tracker.get_slot("flow"))
        if course and course.outcome:
            dispatcher.utter_message(**outcome(course, course.outcome, organisation_here(tracker)).to_rasa())
        return [SlotSet("flow_answer", None)]


class ActionNote(Action):
    """Hands over the note on the last flow."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_note"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Make the note; without an outcome, say how to come to one."""
        course = Course.from_slot(tracker.get_slot("flow"))
        entry = knowledge()["actie.verslag"]
        if course is None or course.outcome is None:
            begin = Button("Samen afwegen", payload("flow", flow="weighing"))
            dispatcher.utter_message(**replace(answer(entry), buttons=(begin,)).to_rasa())
            return [SlotSet("topic", entry.topic)]
        made = note(course, course.outcome, tracker.get_slot("sector"), organisation_here(tracker))
        text = f"Hier is uw verslag: {course.flow.title}. Bewaar het in uw eigen dossier; ik bewaar niets."
        dispatcher.utter_message(**Reply(text, topic=entry.topic, note=made).to_rasa())
        return [SlotSet("topic", entry.topic)]


def started(tracker: Tracker) -> Flow | None:
    """The flow that the latest message begins, or goes on with."""
    intent = tracker.latest_message["intent"]["name"]
    id_ = entity(tracker, "flow") if intent == "flow" else STARTS.get(intent)
    return flows().get(id_ or "")


def _kept(course: Course) -> list[dict[str, Any]]:
    return [SlotSet("flow", course.to_slot()), SlotSet("flow_answer", True if course.outcome else None)]


def organisation_here(tracker: Tracker) -> Organisation | None:
    """The Veilig Thuis of the place that is talked about."""
    place = regions().get(here(tracker) or "")
    return place.organisation if place else None


def heard(question: Question, text: str, intent: str) -> str | None:
    """The answer that someone gives in words, or None: a wrong guess is worse than asking again.

    Args:
        question: that waits.
        text: what was typed.
        intent: of the message.
    """
    exact = [each.id for each in question.answers if _plain(text) in map(_plain, (*each.words, each.label))]
    if exact:
        return exact[0]
    said = _simple(text)
    if looks_like_question(text) and not TELLS.search(said):
        return None
    if len(said.split()) > MOST_WORDS:
        hedged = HEDGED.search(said)
        said = re.split(r"[.;!\n]", said)[0]
        if hedged or len(said.split()) > MOST_WORDS:
            return DONT_KNOW if intent == "dont_know" else None
        # What the whole story was taken for says nothing about its first sentence.
        intent = ""
    return _given(question, said, intent)


def _given(question: Question, said: str, intent: str) -> str | None:
    """The answer that a short message gives."""
    hits, denied = _by_words(question, said)
    begun = _yes_or_no(said)
    doubt = UNSURE.search(said)
    unknown = DONT_KNOW if doubt or intent == "dont_know" else None
    found = {hit.answer for hit in hits}
    if len(found) > 1:
        return unknown
    if hits:
        words = {word for each in question.answers if each.id in found for word in each.words} & {"ja", "nee"}
        if doubt and found != {DONT_KNOW} and (words or not _apart(said, doubt, hits[0])):
            return unknown
        # 'No, they are safe': which of the two is meant?
        contrary = begun and words and begun != words and not any(hit.bare for hit in hits)
        return None if contrary else hits[0].answer
    if unknown or len(begun) > 1 or HEDGED.search(said):
        return unknown
    if not begun and (intent == "deny" or (intent == "affirm" and not re.search(rf"\b({DENYING})\b", said))):
        begun = {"ja" if intent == "affirm" else "nee"}
    meant = next((each.id for each in question.answers if begun & {*each.words}), None)
    # 'No, not acute' leaves open which of the others it is; 'no, no danger' only denies the yes.
    agreed = {each.id for each in question.answers if "ja" in each.words} if "nee" in begun else set()
    return meant if denied <= agreed else None


def _apart(said: str, doubt: re.Match[str], hit: _Hit) -> bool:
    """Whether a doubt is about something else than an answer: 'I do not know, I must still ask'."""
    between = said[min(doubt.end(), hit.end) : max(doubt.start(), hit.start)]
    return re.search(r"[,.;:!]|\bmaar\b", between) is not None


def _yes_or_no(said: str) -> set[str]:
    """The yes or no that a message begins with: neither, one, or both."""
    found = {word for word, form in (("ja", YES), ("nee", NO)) if form.search(said)}
    if right := RIGHT.search(said):
        found.add("nee" if right["turned"] else "ja")
    return found


class _Hit(NamedTuple):
    """Words of an answer in a message."""

    answer: str
    start: int
    end: int
    #: The words hold the yes or no of the message themselves.
    bare: bool


def _by_words(question: Question, said: str) -> tuple[list[_Hit], set[str]]:
    """Where words of the answers stand in a short message, and the answers whose words are denied there."""
    ends = [(at.start(), at.end()) for at in STOPS.finditer(said)]
    clauses = list(zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(said)]))
    hits: list[_Hit] = []
    denied: set[str] = set()
    for each in question.answers:
        for words in dict.fromkeys(map(_plain, (*each.words, each.label))):
            if words in BARE:
                continue
            tokens = words.split()
            alone = len(tokens) == 1 or (len(tokens) == 2 and tokens[0] in ARTICLES) or tokens[1:2] == ["en"]
            form = r"\W+".join(map(re.escape, tokens[1:] if tokens[0] in ARTICLES and alone else tokens))
            for at in re.finditer(rf"\b{form}\b", said):
                first = max((start for start, _ in clauses if start <= at.start()), default=0)
                last = min((end for _, end in clauses if end >= at.end()), default=len(said))
                before, after = said[first : at.start()], said[at.end() : last]
                if DENIED.search(before) or DENIED_AFTER.search(after):
                    denied.add(each.id)
                elif not alone or (FILLERS.fullmatch(before) and FILLERS.fullmatch(after)):
                    hits.append(_Hit(each.id, at.start(), at.end(), tokens[0] in BARE))
            for start, end in {(0, len(said)), *clauses}:
                if _alike(said[start:end], words):
                    hits.append(_Hit(each.id, start, end, tokens[0] in BARE))
                elif NOT.search(said[start:end]) and _alike(_assured(said[start:end]), words):
                    denied.add(each.id)
    return [hit for hit in hits if not any(_inside(hit, other) for other in hits)], denied


def _assured(clause: str) -> str:
    """A clause without its denials: 'het gaat niet goed' denies 'het gaat goed'."""
    return " ".join(re.sub(rf"\b({DENYING})\b", "", clause).split())


def _inside(hit: _Hit, other: _Hit) -> bool:
    """Whether a hit is only a part of a longer one: 'acuut' in 'niet acuut en geen patroon'."""
    return other.start <= hit.start and hit.end <= other.end and (hit.start, hit.end) != (other.start, other.end)


def _alike(clause: str, words: str) -> bool:
    """Whether a clause is the words of an answer but for spelling; a denial is no spelling error."""
    said = _plain(clause)
    bare = LEADING.sub("", TRAILING.sub("", said))
    return len(words) > 3 and any(
        fuzz.ratio(each, words) >= ALIKE and NOT.findall(each) == NOT.findall(words) for each in (said, bare)
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w'-]+", _simple(text)))


def _simple(text: str) -> str:
    """A text in small letters, and without accents: few type 'cliënt'."""
    return re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text.lower().replace("’", "'")))


def ask(course: Course, asked: Question, *, introduced: bool = True) -> Reply:
    """A question with its answers as buttons.

    Args:
        course: that is gone through.
        asked: the question that waits.
        introduced: the flow was explained before.
    """
    flow = course.flow
    scanned = flow.unsure is None
    number = f"Vraag {len(course.path) + 1}" + (f" van {len(flow.questions)}" if scanned else "") + ". "
    intro = "" if introduced else flow.intro + "\n\n"
    buttons = [Button(each.label, _press(flow, asked, each.id)) for each in asked.answers]
    buttons.append(Button("Uitleg", _press(flow, asked, EXPLAIN)))
    if not scanned:
        buttons.append(Button("Weet ik niet", _press(flow, asked, DONT_KNOW)))
    if course.path:
        buttons.append(Button("Terug", payload("previous")))
    buttons.append(Button("Stoppen", payload("stop")))
    return Reply(intro + number + asked.ask.strip(), tuple(buttons), flow.topic)


def _press(flow: Flow, asked: Question, given: str) -> str:
    return payload("inform", answer=f"{flow.id}.{asked.id}.{given}")


def explanation(course: Course, asked: Question, sector: str | None, *, doubted: bool) -> Reply:
    """What a question means, with examples of one's own sector.

    Args:
        course: that is gone through.
        asked: one of its questions.
        sector: id of the sector list in data/terms.yml.
        doubted: the answer was not known, so that the advice line is pointed to.
    """
    parts = [asked.help.strip()]
    if example := asked.examples.get(sector or ""):
        parts.append(f"{EXAMPLES.format(terms()['sector'].options[sector or ''].label.lower())} {example.strip()}")
    if doubted:
        parts.append(DOUBT)
    return Reply(
        "\n\n".join(parts),
        topic=course.flow.topic,
        sources=asked.sources,
        checked_on=course.flow.checked_on.isoformat(),
    )


def outcome(course: Course, reached: Outcome, organisation: Organisation | None) -> Reply:
    """What the answers point at, and what to do.

    Args:
        course: that came to an outcome.
        reached: the outcome.
        organisation: the Veilig Thuis of the region, where it is known.
    """
    opening = "112: bel nu als er direct gevaar is.\n\n" if reached.urgent else ""
    parts = [f"{opening}{reached.title}.", reached.text.strip()]
    for heading, lines in (("Nu doen", reached.now), ("Informeren", reached.inform), ("Vastleggen", reached.write)):
        if lines:
            parts.append(f"{heading}:\n" + "\n".join(f"- {line.strip()}" for line in lines))
    found = [(heading, course.found(finding)) for finding, heading in FINDINGS.items()]
    scan = "\n".join(
        f"{heading} ({len(points)}): {', '.join(q.title for q in points)}" for heading, points in found if points
    )
    if scan:
        parts.insert(1, scan)
    if reached.contact:
        parts.append(_contact(organisation))
    buttons = [
        Button("Verslag voor mijn dossier", payload("note")),
        Button("Antwoord terugnemen", payload("previous")),
        Button("Opnieuw", payload("anew")),
    ]
    if reached.contact:
        buttons.insert(1, Button("Adviesvraag vastleggen", payload("record_advice")))
        if organisation is None:
            buttons.insert(1, Button("Mijn Veilig Thuis zoeken", payload("region")))
    region = None
    if reached.contact and organisation:
        region = Region(None, organisation.name, organisation.phone, organisation.website)
    return Reply(
        "\n\n".join(parts),
        tuple(buttons),
        course.flow.topic,
        reached.sources,
        course.flow.checked_on.isoformat(),
        region=region,
    )


def _contact(organisation: Organisation | None) -> str:
    if organisation is None:
        return f"Veilig Thuis: 0800-2000, gratis, dag en nacht. {OWN_DECISION}"
    return f"{organisation.name}: {organisation.phone}, gratis, dag en nacht. {OWN_DECISION}"
