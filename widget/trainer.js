/**
 * The page of a trainer, who leads a group session.
 *
 * The password, the session and the report are in this module only, and gone with the page. Text becomes text nodes,
 * never HTML, and no element gets a style attribute, so that the strictest policy of a page holds.
 */

const POLL_MS = 1000;
const TIMEOUT_MS = 10_000;
/** Waits between attempts while the server is away; the last one is repeated by polling. */
const WAITS_MS = [1000, 2000, 4000, 8000];
const COUNT_SAID_EVERY_MS = 15_000;
const ANNOUNCED_FOR_MS = 10_000;
const CODE = /^[BCDFGHJKLMNPQRSTVWXZ]{6}$/;

const NAME = "Meldwijzer";
const TITLES = {
  login: "Groepssessie leiden",
  setup: "Sessie klaarzetten",
  session: "Groepssessie",
  report: "Rapport van de groepssessie",
};
const HIDDEN_COUNTS = "Minder dan vijf antwoorden: aantallen blijven verborgen.";
const AWAY = "Geen verbinding. Deze pagina probeert het opnieuw; wat u ziet, kan achterlopen.";
const BUSY = "Meldwijzer heeft het druk. Deze pagina probeert het opnieuw; wat u ziet, kan achterlopen.";
const NO_ACCESS = "Dit wachtwoord klopt niet. Vraag het aan uw beheerder.";
const ERASING = "Dit rapport staat in dit venster. De server wist nu alles van deze sessie.";
const ERASED = "Alles van deze sessie is op de server gewist. Dit rapport staat alleen nog in dit venster.";
const NOT_ERASED = "De server heeft nog niet bevestigd dat alles van deze sessie is gewist. Dat gebeurt uiterlijk vier uur na het begin.";
const GONE = "Deze sessie is er niet meer: zij is gestopt of verlopen, en op de server gewist.";

const $ = (id) => document.getElementById(id);

/** An element with attributes (absent when null or false, bare when true) and children. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const hidden = (words) => el("span", { class: "hidden" }, words);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const counted = (number, one, more) => `${number} ${number === 1 ? one : more}`;
const percent = (share) => `${Math.round(share * 100)}%`;

/** Let a button say that it can't be pressed; it keeps the focus, which `disabled` would lose. */
const setOff = (button, off) => button.setAttribute("aria-disabled", String(off));
const isOff = (button) => button.getAttribute("aria-disabled") === "true";

/** Do something on a press, but not again for a double click or a key that is held down. */
function onPress(button, action) {
  button.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
  button.addEventListener("click", (event) => {
    if (event.detail <= 1 && !isOff(button)) action();
  });
}

/** Tell something to a screen reader. */
function say(words) {
  const line = el("p", {}, words);
  $("live").append(line);
  setTimeout(() => line.remove(), ANNOUNCED_FOR_MS);
}

/** Show or take away what is wrong, beside the field that it is about. */
function complain(id, words, field) {
  $(id).textContent = words ?? "";
  $(id).hidden = !words;
  field?.setAttribute("aria-invalid", String(Boolean(words)));
  if (!words) return;
  if (field) field.focus(); // the field is described by what is wrong
  else say(words);
}

// ------------------------------------------------------------------------------------------------------------ server

let token = "";

/** Why a request got no usable answer. */
class Failure extends Error {
  constructor({ status = 0, detail = null, wait = 0 } = {}) {
    super(`request failed (${status})`);
    Object.assign(this, { status, detail, wait });
  }

  /** Whether the same request may get an answer later. */
  get passes() {
    return !this.status || this.status === 429 || this.status >= 500;
  }

  /** What to tell, in Dutch. */
  get explanation() {
    if (this.status === 401) return NO_ACCESS;
    if (this.status === 429) return "Er zijn te veel verzoeken kort na elkaar gedaan. Probeer het zo opnieuw.";
    if (!this.passes && this.detail) return this.detail;
    return this.status ? "Er ging iets mis. Probeer het opnieuw." : "Geen verbinding met Meldwijzer. Probeer het opnieuw.";
  }
}

/** The parsed body of a successful response; anything else, a late one too, is a Failure. */
async function request(method, path, body, stop = new AbortController()) {
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  const headers = { Accept: "application/json", Authorization: `Bearer ${token}` };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(`/trainer${path}`, {
      method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit",
      signal: stop.signal,
    });
    if (response.ok) return response.status === 204 ? null : await response.json();
    const problem = await response.json().catch(() => ({}));
    throw new Failure({
      status: response.status,
      detail: typeof problem?.detail === "string" ? problem.detail : null,
      wait: (Number.parseInt(response.headers.get("Retry-After"), 10) || 0) * 1000,
    });
  } catch (error) {
    throw error instanceof Failure ? error : new Failure();
  } finally {
    clearTimeout(timer);
  }
}

const sessionPath = (change) => `/sessions/${state.code}${change ? `/${change}` : ""}`;

/** The response to a change that may be asked for twice, also when the server is away for a moment. */
async function insist(path, body) {
  for (const wait of [...WAITS_MS, 0]) {
    try {
      return await request("POST", path, body);
    } catch (error) {
      if (!(error instanceof Failure) || !error.passes || !wait) throw error;
      trouble(error.status === 429 ? BUSY : AWAY);
      await pause(Math.max(wait, error.wait));
    }
  }
}

// ------------------------------------------------------------------------------------------------------------- views

function show(view) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== view;
  document.body.dataset.view = view;
  $("leave").hidden = !["setup", "report"].includes(view);
  document.title = `${TITLES[view]} - ${NAME}`;
  scrollTo(0, 0);
  $(view).querySelector("h1").focus({ preventScroll: true });
}

/** Answers the question that is open. */
let answer = null;

/** Ask before something can't be undone. */
function confirmed(title, text, yes) {
  const dialog = $("confirm");
  answer?.(false);
  $("confirm-title").textContent = title;
  $("confirm-text").textContent = text;
  $("confirm-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => (answer = resolve));
}

// The event comes later than the closing, maybe when the dialog is open again.
$("confirm").addEventListener("close", () => $("confirm").open || answer?.($("confirm").returnValue === "yes"));

$("confirm-no").addEventListener("click", () => $("confirm").close());
$("confirm-yes").addEventListener("click", () => $("confirm").close("yes"));

/** Do what a form asks for, once at a time; a failure is told below it. */
function onSubmit(form, error, action, field) {
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isOff(button)) return;
    complain(error, null, field);
    setOff(button, true);
    try {
      await action();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.status === 401 && form !== $("login-form")) logOut();
      else complain(error, failure.explanation, field);
    } finally {
      setOff(button, false);
    }
  });
}

// ------------------------------------------------------------------------------------------------------------- login

/** Ask for the password again; a session goes on, and its code is kept for when it was accepted. */
function logOut() {
  stopPolling();
  if (state) $("code").value = state.code;
  state = null;
  token = "";
  show("login");
  complain("login-notice", `${NO_ACCESS} Een sessie die loopt, gaat door: u kunt daarna verdergaan met de code.`);
  $("token").focus();
}

onSubmit($("login-form"), "token-error", async () => {
  const given = $("token").value.trim();
  if (!given) return complain("token-error", "Vul het wachtwoord in.", $("token"));
  // A header holds no other characters.
  if (!/^[\x21-\x7e]+$/.test(given)) return complain("token-error", NO_ACCESS, $("token"));
  token = given;
  const { subjects, cases } = await request("GET", "/options");
  $("token").value = "";
  complain("login-notice", null);
  offer(subjects, cases);
  show("setup");
}, $("token"));

onPress($("leave"), () => location.reload());

// ------------------------------------------------------------------------------------------------------------- setup

function offer(subjects, cases) {
  $("subject").replaceChildren(...subjects.map(({ id, title }) => el("option", { value: id }, title)));
  const sectors = new Map();
  for (const one of cases) sectors.set(one.sector, [...(sectors.get(one.sector) ?? []), one]);
  $("case").replaceChildren(
    el("option", { value: "" }, "Geen casus, alleen vragen"),
    ...[...sectors].map(([label, found]) =>
      el("optgroup", { label }, ...found.map(({ id, title }) => el("option", { value: id }, title))),
    ),
  );
  const tell = () => {
    const chosen = cases.find((one) => one.id === $("case").value);
    $("case-about").textContent = chosen
      ? `${chosen.practises}. Ongeveer ${chosen.minutes} minuten, zonder bespreking.`
      : "De groep beantwoordt alleen de vragen.";
  };
  $("case").onchange = tell;
  tell();
}

onSubmit($("start-form"), "start-error", async () => {
  lead(await request("POST", "/sessions", { subject: $("subject").value, case: $("case").value || null }));
});

onSubmit($("resume-form"), "code-error", async () => {
  const code = $("code").value.replace(/[\s.-]/g, "").toUpperCase();
  if (!CODE.test(code)) return complain("code-error", "Een code heeft zes letters, zonder klinkers.", $("code"));
  lead(await request("GET", `/sessions/${code}`));
  $("code").value = "";
}, $("code"));

// ----------------------------------------------------------------------------------------------------------- session

/** What the server said last; null when there is no session. */
let state = null;
/** Which step is shown, and whether with its answers. */
let shown = "";
let busy = false;
let failures = 0;
let timer = 0;
let polling = null;
let saidCount = 0;
let saidAt = 0;

function lead(first) {
  complain("setup-notice", null);
  shown = "";
  saidCount = 0;
  recovered();
  enlarge(false);
  $("try").open = false;
  $("try-text").value = "";
  $("try-answer").replaceChildren();
  const address = first.join.replace(/^https?:\/\//, "");
  $("address").replaceChildren(...address.split(/(?<=[./])/).flatMap((part) => [part, el("wbr")]));
  $("letters").textContent = first.code;
  $("spelled").textContent = [...first.code].join(" ");
  $("qr").hidden = false;
  $("qr").alt = `QR-code naar ${address} met code ${first.code}`;
  $("qr").src = `/trainer/qr.svg?code=${first.code}`;
  $("until").dateTime = first.expires;
  $("until").textContent = `${new Intl.DateTimeFormat("nl-NL", { hour: "2-digit", minute: "2-digit" }).format(new Date(first.expires))} uur`;
  show("session");
  follow(first);
}

$("qr").addEventListener("error", () => ($("qr").hidden = true));

function enlarge(large) {
  $("join").classList.toggle("large", large);
  $("enlarge").setAttribute("aria-expanded", String(large));
  $("enlarge").textContent = `Code en QR ${large ? "klein" : "groot"}`;
}

onPress($("enlarge"), () => enlarge(!$("join").classList.contains("large")));

function schedule(ms) {
  clearTimeout(timer);
  if (state && !busy && !document.hidden) timer = setTimeout(poll, ms);
}

/** Show a state, and go on looking; of a session that was stopped, also in another window, there is only the report. */
function follow(now) {
  draw(now);
  if (now.phase === "over") finish();
  else schedule(POLL_MS);
}

function stopPolling() {
  clearTimeout(timer);
  polling?.abort();
  polling = null;
}

async function poll() {
  stopPolling();
  const mine = (polling = new AbortController());
  try {
    const now = await request("GET", sessionPath(), null, mine);
    if (polling !== mine) return; // something newer was asked for
    recovered();
    follow(now);
  } catch (error) {
    if (polling === mine) failed(error);
  }
}

document.addEventListener("visibilitychange", () => (document.hidden ? stopPolling() : schedule(0)));
addEventListener("online", () => schedule(0));

/** Tell that something went wrong, and poll again when that may help. */
function failed(error) {
  if (!(error instanceof Failure)) throw error;
  if (error.status === 401) return logOut();
  if (error.status === 404) {
    stopPolling();
    state = null;
    show("setup");
    return complain("setup-notice", GONE);
  }
  trouble(error.passes ? (error.status === 429 ? BUSY : AWAY) : error.explanation);
  schedule(Math.max(error.wait, WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)]));
}

function trouble(words) {
  if ($("trouble").textContent !== words) say(words);
  $("trouble").textContent = words;
  $("trouble").hidden = false;
}

function recovered() {
  failures = 0;
  if ($("trouble").hidden) return;
  $("trouble").hidden = true;
  $("trouble").textContent = "";
  say("De verbinding is terug.");
}

/** Ask the server for the next step or for the answers; again while it is away, since a stale step changes nothing. */
async function steer(button, change) {
  if (busy) return;
  const held = document.activeElement === button;
  const { step } = state;
  busy = true;
  stopPolling();
  setOff(button, true);
  let now = null;
  try {
    now = await insist(sessionPath(change), { step });
    recovered();
  } catch (error) {
    busy = false;
    setOff(button, false);
    return failed(error);
  }
  busy = false;
  follow(now);
  // To the button that comes next, so that the space bar leads through the whole session.
  if (held) document.querySelector("#controls .primary")?.focus({ preventScroll: true });
}

onPress($("reveal"), () => steer($("reveal"), "reveal"));
onPress($("next"), () => steer($("next"), "next"));

onPress($("stop"), async () => {
  if (busy) return;
  const sure = await confirmed(
    "Sessie stoppen?",
    "Deelnemers kunnen dan niet meer antwoorden. Zodra het rapport hier staat, wordt alles van deze sessie op de server gewist.",
    "Stoppen en rapport tonen",
  );
  if (sure && state && !busy) finish();
});

/** Stop the session, or ask once more for the report of one that was stopped; then the server need not keep it. */
async function finish() {
  const { code } = state;
  busy = true;
  stopPolling();
  setOff($("stop"), true);
  let made = null;
  try {
    made = await insist(sessionPath("end"), {});
  } catch (error) {
    busy = false;
    setOff($("stop"), false);
    failed(error);
    if (state) trouble("Stoppen is niet bevestigd. Druk nog eens op 'Stop sessie'.");
    return;
  }
  busy = false;
  setOff($("stop"), false);
  state = null;
  recovered();
  conclude(made);
  erase(code);
}

/** Let the server erase a session whose report is here; again until it does, and four hours after the start it does so itself. */
async function erase(code) {
  const mine = report;
  const tell = (words) => report === mine && ($("erased").textContent = words);
  tell(ERASING);
  for (let times = 0; ; times++) {
    try {
      await request("DELETE", `/sessions/${code}`);
      return tell(ERASED);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      tell(NOT_ERASED);
      if (!error.passes) return;
      await pause(Math.max(WAITS_MS[Math.min(times, WAITS_MS.length - 1)], error.wait));
    }
  }
}

// ---------------------------------------------------------------------------------------------------------- the step

const isAsked = ({ options }) => options.length > 0;
const bestName = ({ phase }) => (phase === "case" ? "Beste keuze" : "Goed antwoord");

/** Show a state; what did not change keeps its elements, and so the focus and what was opened. */
function draw(now) {
  state = now;
  const step = `${now.step} ${now.revealed}`;
  if (step !== shown) {
    const turned = shown.split(" ")[0] !== String(now.step);
    shown = step;
    if (turned) ask(now);
    $("session").classList.toggle("revealed", now.revealed);
    $("text").open = !now.revealed; // there is no room for both the story and the bars
    if (isAsked(now)) options(now);
    handle(now);
    if (turned) say(`${now.title.replace(/(?<![.?!])$/, ".")} ${$("question").textContent}`);
    else say(["De antwoorden zijn getoond.", markOf(now)].filter(Boolean).join(" "));
  }
  $("participants").textContent = now.participants ? counted(now.participants, "deelnemer", "deelnemers") : "Nog geen deelnemers";
  $("answers").hidden = !isAsked(now);
  $("answers").replaceChildren(el("strong", {}, String(now.answers)), now.answers === 1 ? " antwoord" : " antwoorden");
  $("few").hidden = !now.few;
  for (const row of $("options").querySelectorAll("[data-when]")) fill(row, now);
  sayCount(now);
}

function markOf(now) {
  const best = now.options.find((one) => one.id === now.best);
  return best ? `${bestName(now)}: ${best.label}.` : "";
}

/** The number of answers, now and then. */
function sayCount({ phase, participants, answers }) {
  const number = phase === "wait" ? participants : answers;
  if (number === saidCount || Date.now() - saidAt < COUNT_SAID_EVERY_MS) return;
  saidCount = number;
  saidAt = Date.now();
  say(phase === "wait" ? counted(number, "deelnemer", "deelnemers") : counted(number, "antwoord", "antwoorden"));
}

/** The question, or what there is to say when there is none. */
function ask(now) {
  saidCount = 0;
  saidAt = Date.now();
  document.title = `${now.title} - ${NAME}`;
  $("title").textContent = now.title;
  const paragraphs = now.ask.split(/\n{2,}/).filter(Boolean);
  // Of a scene, the story comes first and the question last.
  const story = now.phase === "case" ? paragraphs.splice(0, paragraphs.length - 1) : [];
  if (now.phase === "done") {
    const address = $("address").textContent.replace(/[^/]*$/, "certificaat");
    paragraphs.push("Dit was de laatste vraag. Dank voor het meedoen.", `Maak uw bewijs van deelname:\n${address}`);
  }
  $("text").hidden = !story.length;
  $("text").lastElementChild.replaceChildren(...story.map((words) => el("p", {}, words)));
  $("question").replaceChildren(...paragraphs.map((words) => el("p", { class: words.includes("\n") ? "lines" : null }, words)));
  $("session").dataset.phase = now.phase;
  $("options").replaceChildren();
  $("options-title").hidden = $("options").hidden = !isAsked(now);
  $("explanation").hidden = true;
  $("explanation").open = false;
  enlarge(false);
  scrollTo(0, 0);
}

/** The options: as they are, or with their counts, the best one and why. */
function options(now) {
  const reasons = now.feedback ?? {};
  const texts = new Set(now.options.map(({ id }) => reasons[id]?.text).filter(Boolean));
  // A question has one explanation for all its answers, a scene one for each choice.
  const common = texts.size === 1 && now.phase !== "case";
  $("options").replaceChildren(
    ...now.options.map(({ id, label }) => {
      const best = now.best === id;
      const item = el("li", { class: best ? "best" : null }, el("p", { class: "label" }, label));
      if (best) item.firstChild.append(" ", el("strong", { class: "mark" }, `✓ ${bestName(now)}`));
      if (now.revealed) {
        if (now.phase === "after") item.append(bar("before", "Eerst", id));
        item.append(bar("counts", now.phase === "after" ? "Nu" : null, id));
      }
      if (reasons[id] && !common) item.append(el("details", {}, el("summary", {}, "Uitleg", hidden(` bij ${label}`)), ...because(reasons[id])));
      return item;
    }),
  );
  $("explanation").hidden = !common;
  if (common) {
    const any = reasons[now.best] ?? Object.values(reasons)[0];
    $("explanation").lastElementChild.replaceChildren(...because(any));
  }
}

function because({ text, sources }) {
  return [el("p", { class: "lines" }, text), ...sourceList(sources)];
}

function sourceList(sources) {
  const known = (sources ?? []).filter((source) => source.title);
  if (!known.length) return [];
  const lines = known.map(({ title, where, url }) => {
    const named = /^https:\/\/[^/]/i.test(url ?? "")
      ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title, hidden(" (opent in een nieuw tabblad)"))
      : title;
    return el("li", {}, named, where ? `, ${where}` : "");
  });
  return [el("p", { class: "source-title" }, known.length === 1 ? "Bron" : "Bronnen"), el("ul", { class: "sources" }, ...lines)];
}

/** A line with a bar and a number; `fill` sets them. */
function bar(when, name, id) {
  return el(
    "p", { class: `bar ${when}`, "data-when": when, "data-option": id },
    name ? el("span", { class: "when" }, name, hidden(": ")) : "",
    el("span", { class: "track", "aria-hidden": "true" }, el("span", { class: "fill" })),
    el("span", { class: "number" }),
  );
}

function fill(row, now) {
  const counts = now[row.dataset.when];
  const number = counts?.[row.dataset.option] ?? 0;
  const all = counts ? Object.values(counts).reduce((sum, one) => sum + one, 0) : 0;
  row.hidden = !counts && row.dataset.when === "counts";
  row.querySelector(".track").hidden = !counts;
  row.querySelector(".fill").hidden = !number;
  row.querySelector(".fill").style.inlineSize = `${all ? (number / all) * 100 : 0}%`;
  row.querySelector(".number").replaceChildren(...(counts ? [String(number), hidden(number === 1 ? " antwoord" : " antwoorden")] : ["verborgen"]));
}

/** Which buttons there are, and which one comes next. */
function handle(now) {
  const asked = isAsked(now);
  const focused = document.activeElement;
  $("reveal").hidden = !asked;
  $("next").hidden = ["done", "over"].includes(now.phase);
  $("enlarge").hidden = now.phase === "wait";
  setOff($("reveal"), now.revealed);
  setOff($("next"), false);
  $("next").textContent = now.phase === "wait" ? "Start" : "Volgende";
  // The questions before are not discussed yet.
  const reveals = asked && !now.revealed && now.phase !== "before";
  $("reveal").classList.toggle("primary", reveals);
  $("next").classList.toggle("primary", !reveals && !$("next").hidden);
  $("stop").classList.toggle("primary", now.phase === "done");
  if (focused?.hidden) $("title").focus({ preventScroll: true });
}

// ---------------------------------------------------------------------------------- what would Meldwijzer answer?

onSubmit($("try-form"), "try-error", async () => {
  const text = $("try-text").value.trim();
  if (!text) return complain("try-error", "Typ een vraag.", $("try-text"));
  const found = await request("POST", "/ask", { text });
  const sure = `${certainty(found)} (${percent(found.confidence)})`;
  $("try-answer").replaceChildren(
    el("h2", {}, found.label),
    el("p", { class: "sure" }, "Zekerheid: ", el("strong", {}, sure)),
    ...(found.emergency ? [emergency()] : []),
    ...(found.answered || found.emergency ? [] : [el("p", {}, "Meldwijzer is niet zeker genoeg: het vraagt eerst welk onderwerp u bedoelt. Dit antwoord hoort bij het onderwerp hierboven.")]),
    el("p", { class: "lines" }, found.text),
    ...sourceList(found.sources),
    ...(found.alternatives?.length
      ? [
          el("h3", {}, "Andere onderwerpen die leken te passen"),
          el("ul", {}, ...found.alternatives.map(({ label, confidence }) => el("li", {}, `${label} (${percent(confidence)})`))),
        ]
      : []),
  );
  say(`Meldwijzer: ${found.emergency ? "spoed. " : ""}${found.label}. Zekerheid: ${sure}.`);
  $("try-text").select();
}, $("try-text"));

function certainty({ answered, confidence }) {
  if (answered) return confidence >= 0.9 ? "zeer zeker" : "zeker genoeg om te antwoorden";
  return confidence >= 0.5 ? "twijfelt" : "onzeker";
}

function emergency() {
  return el(
    "p", { class: "emergency" },
    el("strong", {}, "Spoed."), " Meldwijzer herkent direct gevaar en wijst eerst op ",
    el("a", { href: "tel:112" }, "112"), " en Veilig Thuis, ", el("a", { href: "tel:08002000" }, "0800-2000"), ".",
  );
}

// ------------------------------------------------------------------------------------------------------------ report

let report = null;
let saved = false;

function conclude(made) {
  report = made;
  saved = false;
  const day = new Intl.DateTimeFormat("nl-NL", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const facts = [
    ["Datum", day.format(new Date(made.day))],
    ["Deelnemers", String(made.participants)],
    ["Casus", made.case ?? "Geen"],
    ["Goede antwoorden", gained(made.gain)],
  ];
  $("report-body").replaceChildren(
    el("dl", {}, ...facts.flatMap(([term, words]) => [el("dt", {}, term), el("dd", {}, words)])),
    el("h2", {}, "Vragen"),
    ...made.questions.map((one, at) => table(`Vraag ${at + 1}`, one, "Goed antwoord", [["Eerst", one.before], ["Daarna", one.after]])),
    ...(made.scenes.length ? [el("h2", {}, "Casus")] : []),
    ...made.scenes.map((one) => table(one.title, one, "Beste keuze", [["Aantal", one]])),
  );
  show("report");
}

function gained(gain) {
  if (!gain) return "Niet te vergelijken: te weinig antwoorden.";
  const [before, after] = [gain.before, gain.after].map((share) => Math.round(share * 100));
  const change = after === before ? "even veel" : `${Math.abs(after - before)} procentpunt ${after > before ? "meer" : "minder"}`;
  return `Eerst ${before}%, daarna ${after}%: ${change}.`;
}

/** The counts of one question; the best answer has a mark and a word. */
function table(title, { ask: asked, options: offered, best }, mark, columns) {
  const paragraphs = asked.split(/\n{2,}/);
  const few = columns.some(([, part]) => !part.counts);
  return el(
    "section", { class: "asked" },
    el("h3", {}, title),
    ...paragraphs.map((words) => el("p", { class: "lines" }, words)),
    el(
      "table", {},
      el("thead", {}, el("tr", {}, ...["Antwoord", ...columns.map(([name]) => name)].map((name) => el("th", { scope: "col" }, name)))),
      el(
        "tbody", {},
        ...offered.map(({ id, label }) => {
          const head = el("th", { scope: "row" }, label);
          if (id === best) head.append(" ", el("strong", { class: "mark" }, `✓ ${mark}`));
          return el("tr", {}, head, ...columns.map(([, part]) => el("td", {}, part.counts ? String(part.counts[id] ?? 0) : "verborgen")));
        }),
        el("tr", { class: "sum" }, el("th", { scope: "row" }, "Samen"), ...columns.map(([, part]) => el("td", {}, String(part.answers)))),
      ),
    ),
    few ? el("p", { class: "hint" }, HIDDEN_COUNTS) : "",
  );
}

onPress($("download"), () => {
  const address = URL.createObjectURL(new Blob([report.csv], { type: "text/csv;charset=utf-8" }));
  el("a", { href: address, download: `groepssessie-${report.day}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  saved = true;
  say("Het CSV-bestand is gedownload.");
});

onPress($("print"), () => {
  saved = true;
  print();
});

onPress($("anew"), async () => {
  const sure = saved || (await confirmed(
    "Rapport niet bewaard", "U hebt dit rapport niet gedownload of afgedrukt. Als u verdergaat, is het weg.", "Verder zonder bewaren",
  ));
  if (!sure) return;
  report = null;
  $("report-body").replaceChildren();
  show("setup");
});

// --------------------------------------------------------------------------------------------------------- page away

addEventListener("beforeunload", (event) => {
  if (state || (report && !saved)) event.preventDefault();
});

// A page that the browser kept for its back button still has the password.
addEventListener("pageshow", (event) => event.persisted && location.reload());
