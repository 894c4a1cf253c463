/**
 * The demo page: a conversation over the web API (contract 2 of the design).
 *
 * Nothing is stored in the browser: the token and the conversation live in this page only and are gone with it.
 * Text of the server becomes text nodes, never HTML.
 */

import { open as openNote } from "./note.js";

const API = "/webhooks/web";
const ELSEWHERE = { url: "https://www.buienradar.nl", title: "Buienradar" };
const LONGEST = 2000;
const COUNT_FROM = 1800;
const TIMEOUT_MS = 10_000;
const TYPING_AFTER_MS = 250;
const SLOW_AFTER_MS = 3_000;
const ANNOUNCED_FOR_MS = 10_000;
const NEAR_BOTTOM_PX = 80;

const SLOW = "Een ogenblik, het antwoord komt eraan.";
const BUSY = "Een ogenblik, uw bericht gaat zo weg.";
const NOTHING_TYPED = "Typ eerst uw vraag.";
const EXPIRED = "Uw vorige gesprek was gewist of verlopen. Dit is een nieuw gesprek.";
const ERASED = "Uw gesprek is gewist, ook op de server. Dit is een nieuw gesprek.";
const NOT_ERASED =
  "Op dit scherm is uw gesprek gewist, maar de server heeft dat nog niet bevestigd. Lukt het niet, dan verwijdert de server het later vanzelf.";
const UNKNOWN_MUNICIPALITY =
  "De gemeente in het adres van deze pagina ken ik niet. Zoekt u Veilig Thuis van uw regio, typ dan uw gemeente.";
const PEOPLE =
  "Wacht niet op mij. Bel bij direct gevaar 112. Bel voor advies of een melding Veilig Thuis: 0800-2000, gratis, dag en nacht.";

const [chat, tools, scroller, messages, typing, newer, form, text, hint, count, live] = [
  "chat", "tools", "scroller", "messages", "typing", "newer", "form", "text", "hint", "count", "live",
].map((id) => document.getElementById(id));

/** The key to the conversation; null before it begins and after it is erased. */
let token = null;
/** Keys of conversations that the server must still erase. */
const doomed = new Set();
/** What is under way with the server; at most one thing, so that nothing is sent twice. */
let job = null;
/** Whether to send what is in the field as soon as the reply to the message before it is there. */
let queued = false;
/** The message that says that something failed, while its button can be pressed. */
let failure = null;
/** The first message that came in while the user was reading back. */
let unseen = null;
let municipality = new URLSearchParams(location.search).get("gemeente")?.trim().slice(0, 100) || null;

// ---------------------------------------------------------------------------------------------- the server

/** Why a request got no usable answer. */
class Failure extends Error {
  constructor({ status = 0, detail = null, wait = null, late = false } = {}) {
    super(`request failed (${status})`);
    Object.assign(this, { status, detail, wait, late });
  }

  /** What to tell the user, in Dutch. */
  get explanation() {
    if (this.status === 429) {
      const when = this.wait ? `over ${this.wait} ${this.wait === 1 ? "seconde" : "seconden"}` : "zo dadelijk";
      return `U hebt veel berichten kort na elkaar gestuurd. Probeer het ${when} opnieuw.`;
    }
    if (this.detail && (this.status === 400 || this.status === 413)) return this.detail;
    if (this.late) return "Het antwoord laat te lang op zich wachten.";
    if (!this.status && !navigator.onLine) return "U hebt nu geen internetverbinding.";
    return "Er ging iets mis. Ik kan u nu niet antwoorden.";
  }
}

/** The parsed body of a successful response; anything else, a late one too, is a Failure. */
async function request(method, path, { signal, key = null, body = undefined }) {
  const stop = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, TIMEOUT_MS);
  signal.addEventListener("abort", () => stop.abort(), { once: true });
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers.Authorization = `Bearer ${key}`;
  try {
    const response = await fetch(API + path, {
      method, headers, body: body && JSON.stringify(body), signal: stop.signal, cache: "no-store",
    });
    if (response.ok) return response.status === 204 ? null : await response.json();
    const problem = await response.json().catch(() => ({}));
    throw new Failure({
      status: response.status,
      detail: typeof problem?.detail === "string" ? problem.detail : null,
      wait: Number.parseInt(response.headers.get("Retry-After"), 10) || null,
    });
  } catch (error) {
    throw error instanceof Failure ? error : new Failure({ late });
  } finally {
    clearTimeout(timer);
  }
}

/** The messages of a response, of which there is at least one. */
function messagesOf(answer) {
  const found = Array.isArray(answer?.messages) ? answer.messages.filter((one) => typeof one?.text === "string") : [];
  if (!found.length) throw new Failure();
  return found;
}

/** Begin a conversation. */
async function open(signal) {
  let notice = null;
  let answer;
  try {
    answer = await request("POST", "/sessions", { signal, body: municipality ? { municipality } : undefined });
  } catch (error) {
    if (error.status !== 400 || !municipality) throw error;
    municipality = null;
    notice = UNKNOWN_MUNICIPALITY;
    answer = await request("POST", "/sessions", { signal });
  }
  if (typeof answer?.token !== "string") throw new Failure();
  token = answer.token;
  return { notice, messages: messagesOf(answer) };
}

/** Send a message once; when its conversation is gone, once more in a new one. */
async function exchange(message, signal) {
  const post = async () => messagesOf(await request("POST", "/messages", { signal, key: token, body: message }));
  let notice = token ? null : (await open(signal)).notice;
  try {
    return { notice, messages: await post() };
  } catch (error) {
    if (error.status !== 401) throw error;
    token = null;
    await open(signal);
    notice = EXPIRED;
    return { notice, messages: await post() };
  }
}

/** Erase what the server still has, then begin again. */
async function eraseAndOpen(signal) {
  for (const key of doomed) {
    try {
      await request("DELETE", "/sessions", { signal, key });
    } catch (error) {
      if (error.status !== 401) throw error; // 401: it is gone already
    }
    doomed.delete(key);
  }
  return { notice: ERASED, messages: (await open(signal)).messages };
}

// ------------------------------------------------------------------------------------- what is under way

/**
 * Do one thing with the server and show its outcome: its messages, or that it failed with a button to try again.
 *
 * @param {(signal: AbortSignal) => Promise<{notice: ?string, messages: object[]}>} task
 * @param {{erasing?: boolean}} how whether it erases the conversation
 */
async function run(task, how = {}) {
  const mine = { controller: new AbortController(), ...how };
  job = mine;
  const timers = [
    setTimeout(() => {
      const follow = atBottom();
      typing.hidden = false;
      if (follow) toBottom();
    }, TYPING_AFTER_MS),
    setTimeout(announce, SLOW_AFTER_MS, SLOW),
  ];
  let outcome, error;
  try {
    outcome = await task(mine.controller.signal);
  } catch (reason) {
    error = reason;
  }
  timers.forEach(clearTimeout);
  if (job !== mine) return; // it was stopped meanwhile
  job = null;
  hint.textContent = "";
  const follow = atBottom();
  typing.hidden = true;
  const focused = failure?.contains(document.activeElement);
  failure?.remove();
  failure = null;
  if (outcome) {
    show(outcome, follow);
  } else {
    if (!(error instanceof Failure)) console.error(error); // a mistake of this page; it holds nothing that was typed
    fail(error instanceof Failure ? error : new Failure(), mine.erasing && doomed.size ? NOT_ERASED : null, () => run(task, how));
  }
  if (focused) (failure?.querySelector(".retry") ?? resting()).focus({ preventScroll: true });
  const next = queued && outcome;
  queued = false;
  if (next) form.requestSubmit();
}

function stop() {
  job?.controller.abort();
  job = null;
  queued = false;
  typing.hidden = true;
  hint.textContent = "";
}

/** Where the focus goes when its place is gone; not to the field on a touch screen, where a keyboard would pop up. */
function resting() {
  return matchMedia("(pointer: fine)").matches ? text : scroller;
}

function begin() {
  return run(open);
}

/**
 * Send what the user typed or chose.
 *
 * @param {{text: string} | {payload: string}} message
 * @param {string} shown what appears as the user's message
 * @param {?HTMLButtonElement} pressed the button that was chosen
 */
function send(message, shown, pressed = null) {
  closeChoices(pressed);
  failure?.querySelector(".retry").remove();
  failure = null;
  messages.append(el("li", { class: "message own" }, el("div", { class: "bubble" }, hidden("U: "), shown)));
  seen();
  toBottom();
  run((signal) => exchange(message, signal));
}

function erase() {
  if (job?.erasing) return;
  stop();
  if (token) doomed.add(token);
  token = null;
  failure = null;
  seen();
  messages.replaceChildren();
  live.replaceChildren();
  text.value = "";
  measure();
  run(eraseAndOpen, { erasing: true });
}

/** Leave at once; the server erases the conversation, to which nobody has a key any more. */
function leave() {
  const keys = [...doomed, token].filter(Boolean);
  stop();
  document.body.replaceChildren();
  document.title = ELSEWHERE.title;
  location.replace(ELSEWHERE.url);
  for (const key of keys) {
    fetch(`${API}/sessions`, { method: "DELETE", headers: { Authorization: `Bearer ${key}` }, keepalive: true }).catch(() => {});
  }
}

// -------------------------------------------------------------------------------------------- what is seen

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Text for screen readers only. */
function hidden(words) {
  return el("span", { class: "hidden" }, words);
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

const WARNING = "M12 2.6 22.6 21H1.4L12 2.6zm-1.2 6.6.4 6h1.6l.4-6h-2.4zm1.2 7.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z";
const PHONE = "M4 5.5A2.5 2.5 0 0 1 6.5 3H9l1.7 4.6-2.1 1.7a12 12 0 0 0 6.1 6.1l1.7-2.1L21 15v2.5a2.5 2.5 0 0 1-2.5 2.5C10.5 20 4 13.5 4 5.5z";

const LIST_ITEM = /^\s*(?:-|(\d{1,2})\.)\s+(.+)$/;

/** Paragraphs and lists of a text: a blank line ends a paragraph, `- ` and `1. ` begin an item, other lines are kept. */
function blocks(words) {
  const nodes = [];
  for (const paragraph of words.replace(/\r\n?/g, "\n").split(/\n[^\S\n]*\n/)) {
    let block = null;
    for (const line of paragraph.split("\n").filter((one) => one.trim())) {
      const [, number, item] = LIST_ITEM.exec(line) ?? [];
      const tag = item === undefined ? "p" : number ? "ol" : "ul";
      if (block?.localName !== tag) nodes.push((block = el(tag)));
      if (tag === "p") block.append(...(block.hasChildNodes() ? [el("br")] : []), ...linked(line.trim()));
      else block.append(el("li", { value: number }, ...linked(item)));
    }
  }
  return nodes;
}

const LINK = /https:\/\/[^\s<>"]+|\b(?:112|0[89]00-\d{4,7})\b/g;
const NO_NUMBER_BEFORE = /(?:[\w.,-]|(?:€|artikel|art\.|lid|nr\.)\s*)$/i;
const NO_NUMBER_AFTER = /^(?:[.,]\d|[-%])/;

/** A line, with its phone numbers and https addresses as links. */
function linked(line) {
  const nodes = [];
  let done = 0;
  for (const match of line.matchAll(LINK)) {
    const found = match[0].startsWith("https") ? withoutPunctuation(match[0]) : match[0];
    const end = match.index + found.length;
    const link = found.startsWith("https")
      ? outside(found, found)
      : !NO_NUMBER_BEFORE.test(line.slice(0, match.index)) && !NO_NUMBER_AFTER.test(line.slice(end)) && phone(found, found);
    if (!link) continue;
    nodes.push(line.slice(done, match.index), link);
    done = end;
  }
  return [...nodes, line.slice(done)].filter((node) => node !== "");
}

/** An address without the marks of the sentence that it ends. */
function withoutPunctuation(address) {
  const bare = address.replace(/[.,;:!?'’”]+$/, "");
  return bare.endsWith(")") && !bare.includes("(") ? bare.slice(0, -1) : bare;
}

function phone(number, ...children) {
  return el("a", { href: `tel:${number.replace(/\D/g, "")}`, class: "phone" }, ...children);
}

/** A link in a new tab, so that the conversation is not lost; null for anything but a https address. */
function outside(address, words) {
  if (typeof address !== "string" || !/^https:\/\/[^/]/i.test(address)) return null;
  return el(
    "a", { href: address, target: "_blank", rel: "noopener noreferrer" },
    words, hidden(" (opent in een nieuw tabblad)"),
  );
}

/** 112 and Veilig Thuis as big buttons. */
function calls() {
  const call = (number, who, kind) =>
    el(
      "a", { href: `tel:${number.replace(/\D/g, "")}`, class: `call ${kind}` },
      icon(PHONE), el("span", {}, el("strong", {}, `Bel ${number}`), " ", el("span", { class: "who" }, who)),
    );
  return el("div", { class: "calls" }, call("112", "bij direct gevaar", "first"), call("0800-2000", "Veilig Thuis, dag en nacht", "second"));
}

function reply(message) {
  const bubble = el("div", { class: "bubble" }, hidden("Meldwijzer: "));
  if (message.emergency) bubble.append(el("p", { class: "urgent" }, icon(WARNING), "Spoed"), calls());
  bubble.append(el("div", { class: "text" }, ...blocks(message.text)));
  const sources = sourcesOf(message);
  if (sources) bubble.append(sources);
  if (message.note) bubble.append(noteButton(message.note));
  const item = el("li", { class: message.emergency ? "message reply emergency" : "message reply" }, bubble);
  const choices = buttonsOf(message);
  if (choices.length) {
    const label = message.suggestions?.length ? "Bedoelt u een van deze onderwerpen?" : "Kies hoe u verdergaat";
    item.append(el("div", { class: "choices", role: "group", "aria-label": label }, ...choices.map(choice)));
  }
  return item;
}

function noteButton(note) {
  const button = el("button", { type: "button", class: "open-note" }, "Verslag openen");
  button.addEventListener("click", () => openNote(note));
  return button;
}

function sourcesOf({ sources, checked_on: checked }) {
  const known = Array.isArray(sources) ? sources.filter((source) => source?.title) : [];
  if (!known.length && !checked) return null;
  const node = el("div", { class: "sources" });
  if (known.length) {
    node.append(
      el("p", { class: "heading" }, known.length === 1 ? "Bron" : "Bronnen"),
      el("ul", {}, ...known.map((source) =>
        el("li", {}, outside(source.url, source.title) ?? source.title, source.where ? `, ${source.where}` : ""),
      )),
    );
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(checked)) {
    const day = new Intl.DateTimeFormat("nl-NL", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    node.append(el("p", { class: "checked" }, "Gecontroleerd op ", el("time", { datetime: checked }, day.format(new Date(checked)))));
  }
  return node;
}

function buttonsOf(message) {
  const usable = (button) => typeof button?.title === "string" && typeof button.payload === "string";
  return Array.isArray(message.buttons) ? message.buttons.filter(usable) : [];
}

function choice({ title, payload }) {
  const button = el("button", { type: "button" }, title);
  button.addEventListener("click", () => {
    if (!job && !isOff(button)) send({ payload }, title, button);
  });
  return button;
}

const isOff = (button) => button.getAttribute("aria-disabled") === "true";

/**
 * Let only buttons of the next reply be pressed: those of earlier ones may no longer fit the dialogue.
 * They stay, and the one that was pressed keeps the focus.
 */
function closeChoices(pressed) {
  for (const button of messages.querySelectorAll(".choices button:not([aria-disabled])")) {
    button.setAttribute("aria-disabled", "true");
    if (button !== pressed) button.tabIndex = -1;
  }
  if (!pressed) return;
  pressed.classList.add("chosen");
  pressed.append(hidden(" (gekozen)"));
  pressed.addEventListener("blur", () => (pressed.tabIndex = -1), { once: true });
}

function show(outcome, follow) {
  const items = outcome.messages.map(reply);
  if (outcome.notice) items.unshift(el("li", { class: "notice" }, outcome.notice));
  add(items, follow || outcome.messages.some((message) => message.emergency));
  announce([outcome.notice, ...outcome.messages.map(spoken)].filter(Boolean).join(" "));
}

/** A message as a screen reader says it. */
function spoken(message) {
  const choices = buttonsOf(message).map((button) => button.title).join(", ");
  return `${message.emergency ? "Spoed. " : ""}Meldwijzer: ${message.text}${choices ? ` Keuzes: ${choices}.` : ""}`;
}

function fail(error, instead, again) {
  const reason = instead ?? error.explanation;
  const retry = el("button", { type: "button", class: "retry" }, "Opnieuw proberen");
  retry.addEventListener("click", () => {
    if (job || isOff(retry)) return;
    retry.setAttribute("aria-disabled", "true");
    again();
  });
  failure = el(
    "li", { class: "message reply failure" },
    el("div", { class: "bubble" }, el("p", { class: "reason" }, reason), el("p", {}, ...linked(PEOPLE)), calls(), retry),
  );
  add([failure], true);
  announce(`${reason} ${PEOPLE}`);
}

/** Put items under the conversation; follow them, or say that they are there when the user is reading back. */
function add(items, follow) {
  messages.append(...items);
  if (follow) {
    reveal(items[0]);
  } else {
    unseen ??= items[0];
    newer.hidden = false;
  }
}

function seen() {
  unseen = null;
  newer.hidden = true;
}

function announce(words) {
  const line = el("p", {}, words);
  live.append(line);
  setTimeout(() => line.remove(), ANNOUNCED_FOR_MS);
}

function warn(words) {
  if (hint.textContent === words) return;
  hint.textContent = words;
  announce(words);
}

/** What scrolls: the conversation, or the page where the window is very low. */
function pane() {
  return getComputedStyle(scroller).overflowY === "visible" ? document.scrollingElement : scroller;
}

function atBottom() {
  const { scrollHeight, scrollTop, clientHeight } = pane();
  return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
}

/** Put the beginning of an item at the top, under the end of what it answers; emergencies and failures right at the top. */
function reveal(item) {
  const above = item.matches(".emergency, .failure") ? 12 : 72;
  if (pane() === scroller) {
    scroller.scrollTop = item.offsetTop - above;
  } else {
    item.scrollIntoView({ block: "start" });
  }
}

function toBottom() {
  pane().scrollTop = pane().scrollHeight;
}

// ------------------------------------------------------------------------------------------- what is typed

/** As the server counts: characters, not UTF-16 units. */
const lengthOf = (words) => [...words].length;

/** Fit the height of the field to its text and show the count when it comes near the limit. */
function measure() {
  if (!CSS.supports("field-sizing", "content")) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
  }
  const length = lengthOf(text.value.trim());
  const shown = count.textContent !== "";
  const over = length > LONGEST;
  count.textContent = length >= COUNT_FROM ? `${length} van ${LONGEST} tekens${over ? ": te lang" : ""}` : "";
  if (over !== (text.getAttribute("aria-invalid") === "true")) {
    if (over) {
      text.setAttribute("aria-invalid", "true");
      announce(`Uw bericht is te lang: hoogstens ${LONGEST} tekens.`);
    } else {
      text.removeAttribute("aria-invalid");
    }
  } else if (count.textContent && !shown) {
    announce(count.textContent);
  }
  hint.textContent = "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  const excess = lengthOf(words) - LONGEST;
  if (!words || excess > 0) {
    warn(words ? `Uw bericht is te lang. Haal er ${excess} ${excess === 1 ? "teken" : "tekens"} af.` : NOTHING_TYPED);
    text.focus();
  } else if (job) {
    queued = true;
    warn(BUSY);
  } else {
    send({ text: words }, words);
    text.value = "";
    measure();
    if (form.contains(document.activeElement) && resting() === text) text.focus();
  }
});

text.addEventListener("input", () => {
  queued = false;
  measure();
});

text.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key === "Enter") {
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
  } else if (!text.value && (event.key === "PageUp" || event.key === "PageDown")) {
    event.preventDefault();
    pane().scrollBy(0, pane().clientHeight * (event.key === "PageUp" ? -0.85 : 0.85));
  }
});

newer.addEventListener("click", () => {
  if (unseen) reveal(unseen);
  scroller.focus({ preventScroll: true });
  seen();
});

for (const target of [scroller, document]) {
  target.addEventListener("scroll", () => atBottom() && seen(), { passive: true });
}

document.getElementById("erase").addEventListener("click", erase);
document.getElementById("leave").addEventListener("click", leave);

chat.hidden = false;
tools.hidden = false;
measure();
begin();
