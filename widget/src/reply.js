/** What a reply of the assistant looks like. */

import { button, el, hidden, icon } from "./dom.js";

const WARNING = "M12 2.6 22.6 21H1.4L12 2.6zm-1.2 6.6.4 6h1.6l.4-6h-2.4zm1.2 7.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z";
const PHONE = "M4 5.5A2.5 2.5 0 0 1 6.5 3H9l1.7 4.6-2.1 1.7a12 12 0 0 0 6.1 6.1l1.7-2.1L21 15v2.5a2.5 2.5 0 0 1-2.5 2.5C10.5 20 4 13.5 4 5.5z";

const LIST_ITEM = /^\s*(?:-|(\d{1,2})\.)\s+(.+)$/;
const LINK = /https:\/\/[^\s<>"]+|\b(?:112|0[89]00-\d{4,7})\b/g;
const NO_NUMBER_BEFORE = /(?:[\w.,-]|(?:€|artikel|art\.|lid|nr\.)\s*)$/i;
const NO_NUMBER_AFTER = /^(?:[.,]\d|[-%])/;

/** Paragraphs and lists of a text: a blank line ends a paragraph, `- ` and `1. ` begin an item, other lines are kept. */
export function blocks(words) {
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

/** A line, with its phone numbers and https addresses as links. */
export function linked(line) {
  const nodes = [];
  let done = 0;
  for (const match of line.matchAll(LINK)) {
    const isAddress = match[0].startsWith("https");
    const found = isAddress ? withoutPunctuation(match[0]) : match[0];
    const end = match.index + found.length;
    const isNumber = !NO_NUMBER_BEFORE.test(line.slice(0, match.index)) && !NO_NUMBER_AFTER.test(line.slice(end));
    const link = isAddress ? outside(found, found) : isNumber && phone(found, "phone", found);
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

/** A link that calls a number. */
export function phone(number, name, ...children) {
  return el("a", { href: `tel:${number.replace(/\D/g, "")}`, class: name }, ...children);
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
export function calls() {
  const call = (number, who, kind) =>
    phone(
      number, `call ${kind}`,
      icon(PHONE), el("span", {}, el("strong", {}, `Bel ${number}`), " ", el("span", { class: "who" }, who)),
    );
  return el("div", { class: "calls" }, call("112", "bij direct gevaar", "first"), call("0800-2000", "Veilig Thuis, dag en nacht", "second"));
}

/**
 * The list item of one message.
 *
 * @param {object} message of contract 2
 * @param {(note: object) => void} openNote shows the note that came with it
 * @param {(button: HTMLButtonElement, payload: string) => void} press sends a choice
 */
export function reply(message, openNote, press) {
  const bubble = el("div", { class: "bubble" }, hidden("Meldwijzer zei: "));
  if (message.emergency) bubble.append(el("p", { class: "urgent" }, icon(WARNING), "Spoed"), calls());
  bubble.append(el("div", { class: "text" }, ...blocks(message.text)));
  const sources = sourcesOf(message);
  if (sources) bubble.append(sources);
  if (message.note) bubble.append(button("open-note", "Verslag openen", () => openNote(message.note)));
  const item = el("li", { class: message.emergency ? "message reply emergency" : "message reply" }, bubble);
  const choices = buttonsOf(message).map(({ title, payload }) => {
    const choice = button("choice", title, () => press(choice, payload));
    return choice;
  });
  if (choices.length) {
    const label = message.suggestions?.length ? "Bedoelt u een van deze onderwerpen?" : "Kies hoe u verdergaat";
    item.append(el("div", { class: "choices", role: "group", "aria-label": label }, ...choices));
  }
  return item;
}

/** A message as a screen reader says it. */
export function spoken(message) {
  const choices = buttonsOf(message).map((one) => one.title).join(", ");
  return `${message.emergency ? "Spoed. " : ""}Meldwijzer: ${message.text}${choices ? ` Keuzes: ${choices}.` : ""}`;
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
  const usable = (one) => typeof one?.title === "string" && typeof one.payload === "string";
  return Array.isArray(message.buttons) ? message.buttons.filter(usable) : [];
}
