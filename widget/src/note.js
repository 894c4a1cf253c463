/**
 * The dossier note: shown, printed and saved in the browser only.
 *
 * The server hands over what the note says; the document is made here and goes nowhere.
 */

import { button, el } from "./dom.js";
import STYLE from "./note.css";

const FILE = "verslag-meldwijzer.html";

/** The style of a note, for who shows one. */
export const noteStyle = STYLE;

/** The elements of a note, in the page or in a document of its own. */
function view(note, page) {
  const make = (tag, words, name) => {
    const node = page.createElement(tag);
    if (words) node.textContent = words;
    if (name) node.className = name;
    return node;
  };
  const nodes = [make("h1", note.title), make("p", note.made, "made")];
  for (const { heading, lines } of note.sections) {
    nodes.push(make("h2", heading));
    let list = null;
    for (const [term, words] of lines) {
      if (!term && !words) {
        nodes.push(make("div", "", "room"));
        continue;
      }
      const kind = term ? "dl" : "ul";
      if (list?.localName !== kind) nodes.push((list = make(kind)));
      if (term) list.append(make("dt", term), ...(words ? [make("dd", words)] : []));
      else list.append(make("li", words));
    }
  }
  nodes.push(make("p", note.caution, "caution"));
  return nodes;
}

/** Save the note as a page that opens anywhere, without a script in it. */
function save(note) {
  const page = document.implementation.createHTMLDocument(note.title);
  page.documentElement.lang = "nl";
  const coded = page.createElement("meta");
  coded.setAttribute("charset", "utf-8");
  page.head.prepend(coded);
  page.body.className = "sheet";
  page.body.append(...view(note, page));
  // A policy of the page forbids a style element in any document that it makes, also in one that is only written out.
  const [before, after] = page.documentElement.outerHTML.split("</head>");
  const whole = `<!doctype html>\n${before}<style>${STYLE}</style></head>${after}`;
  const address = URL.createObjectURL(new Blob([whole], { type: "text/html" }));
  el("a", { href: address, download: FILE }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Print the note and nothing of the page: a document of its own, in a frame, is what the browser prints. */
function print(note, beside) {
  const frame = el("iframe", { class: "hidden", "aria-hidden": "true", tabindex: "-1" });
  beside.append(frame);
  const page = frame.contentDocument;
  const sheet = new frame.contentWindow.CSSStyleSheet();
  sheet.replaceSync(STYLE);
  page.adoptedStyleSheets = [sheet];
  page.title = note.title;
  page.documentElement.lang = "nl";
  page.body.className = "sheet";
  page.body.append(...view(note, page));
  frame.contentWindow.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow.print();
}

/**
 * Show the note over everything, to be read, printed or saved; the focus goes back by itself when it is closed.
 *
 * @param {object} note of contract 2
 * @param {Node} parent where the dialog is put
 */
export function openNote(note, parent) {
  const sheet = el("article", { class: "sheet", tabindex: "0", "aria-label": note.title }, ...view(note, document));
  const dialog = el(
    "dialog", { class: "note", lang: "nl", "aria-label": `Verslag: ${note.title}` },
    el(
      "div", { class: "bar" },
      button("tool", "Afdrukken of als pdf", () => print(note, dialog)),
      button("tool", "Opslaan", () => save(note)),
      button("tool", "Sluiten", () => dialog.close()),
    ),
    sheet,
  );
  // Escape closes the note, not the chat that it belongs to.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  for (const name of ["cancel", "close"]) dialog.addEventListener(name, (event) => event.stopPropagation());
  // Unless it was closed only to be opened again, over a panel that now fills the window.
  dialog.addEventListener("close", () => dialog.open || dialog.remove());
  parent.append(dialog);
  dialog.showModal();
}
