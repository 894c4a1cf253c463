/**
 * `<meldwijzer-chat server="https://…" municipality="Arnhem" title="Vraag over de meldcode" open>`
 *
 * A button that opens a conversation with Meldwijzer. Nothing is stored in the browser: the conversation lives in
 * this element only, and is gone with the page. Outside the element it touches nothing, but for "Snel weg".
 */

import { Chat } from "./chat.js";
import { button, el, icon } from "./dom.js";
import { noteStyle } from "./note.js";
import { phone } from "./reply.js";
import { Conversation } from "./server.js";
import STYLE from "./style.css";

const ELSEWHERE = { url: "https://www.buienradar.nl", title: "Buienradar" };
const ANNOUNCED_FOR_MS = 10_000;
/** Where the conversation fills the window; what lies behind can't be reached then. */
const FILLS = matchMedia("(width < 40rem), (height < 30rem)");
const NAME = "Meldwijzer";
const ABOUT = "Geautomatiseerde assistent. Typ geen namen.";
const SPEECH = "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-9l-5 4.5V17H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z";

const sheets = [STYLE, noteStyle].map((css) => {
  const sheet = new CSSStyleSheet();
  // Browsers of before 2024 don't know light-dark() and get the light colours.
  sheet.replaceSync(CSS.supports("color", "light-dark(red,red)") ? css : css.replace(/light-dark\(([^,]+),[^)]+\)/g, "$1"));
  return sheet;
});

class MeldwijzerChat extends HTMLElement {
  static observedAttributes = ["open", "title"];

  #chat;
  #dialog;
  #heading;
  #label;
  #opener;
  #lives;
  #title = NAME;

  /** Whether the conversation is open; the attribute and the property are the same. */
  get open() {
    return this.hasAttribute("open");
  }

  set open(value) {
    this.toggleAttribute("open", Boolean(value));
  }

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    FILLS.addEventListener("change", this.#refit);
    if (this.open) this.#show({ asked: false });
  }

  disconnectedCallback() {
    FILLS.removeEventListener("change", this.#refit);
  }

  attributeChangedCallback(name, _, value) {
    if (name === "title" && value) {
      this.#title = value;
      // Or every browser would show it as a tooltip over the whole conversation.
      this.removeAttribute("title");
      if (this.#heading) this.#heading.textContent = this.#label.textContent = value;
    } else if (name === "open" && this.#dialog && this.isConnected) {
      if (this.open) this.#show();
      else this.#hide();
    }
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets;
    const server = this.getAttribute("server") || import.meta.url;
    const wishes = ["municipality", "group", "seat"].map((name) => this.getAttribute(name));
    const conversation = new Conversation(new URL(server, location.href).origin, ...wishes);
    const say = (words) => this.#announce(words);
    this.#chat = new Chat(conversation, say, (messages) => this.#heard(messages));
    this.#label = el("span", {}, this.#title);
    this.#opener = button("opener", icon(SPEECH), () => (this.open = true), this.#label);
    this.#opener.setAttribute("aria-haspopup", "dialog");
    this.#opener.lang = "nl";
    this.#heading = el("h2", { id: "title" }, this.#title);
    this.#dialog = el(
      "dialog", { class: "panel", lang: "nl", "aria-labelledby": "title", "aria-describedby": "about" },
      el(
        "div", { class: "head" },
        this.#heading,
        el(
          "div", { class: "tools" },
          button("tool", "Wis gesprek", () => this.#chat.erase()),
          button("tool leave", "Snel weg", () => this.#leave()),
          button("tool", "Sluiten", () => (this.open = false)),
        ),
        el("p", { id: "about" }, ABOUT),
      ),
      el(
        "p", { class: "help" },
        el("span", {}, "Direct gevaar: ", phone("112", null, "112")), " ",
        el("span", {}, "Veilig Thuis: ", phone("0800-2000", null, "0800-2000")),
      ),
      this.#chat.root,
    );
    // One inside: what lies outside an open modal dialog is not read. One outside, for when it is closed.
    this.#lives = [this.#dialog, root].map((parent) => el("div", { class: "hidden", "aria-live": "polite", lang: "nl" }));
    this.#dialog.append(this.#lives[0]);
    root.append(this.#opener, this.#dialog, this.#lives[1]);

    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        event.preventDefault();
        this.open = false;
      }
    });
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.open = false;
    });
    // By the gesture for "back" of a telephone; and when it was closed to be opened in the other way, but then it is open.
    this.#dialog.addEventListener("close", () => (this.open = this.#dialog.open));
  }

  /** A page that has the conversation open from the start keeps the focus, unless there is nothing else to see. */
  #show({ asked } = { asked: true }) {
    if (this.#dialog.open) return;
    this.#opener.classList.remove("news", "alarm");
    this.#label.textContent = this.#title;
    this.#opener.hidden = true;
    this.#appear();
    this.#chat.begin();
    if (asked || FILLS.matches) this.#chat.rest();
  }

  #appear() {
    if (FILLS.matches) this.#dialog.showModal();
    else this.#dialog.open = true; // show() would move the focus
  }

  #hide() {
    const held = this.contains(document.activeElement) || this.#dialog.matches(":modal");
    this.#dialog.close();
    this.#opener.hidden = false;
    if (held) this.#opener.focus();
  }

  /** Go on in the other way, as when a telephone is turned or the page is enlarged, with the focus where it was. */
  #refit = () => {
    if (!this.#dialog?.open) return;
    const focused = this.shadowRoot.activeElement;
    const note = this.shadowRoot.querySelector(".note");
    note?.close();
    this.#dialog.close();
    this.#appear();
    note?.showModal();
    focused?.focus({ preventScroll: true });
  };

  /** Tell on the button of a closed conversation that there is an answer. */
  #heard(messages) {
    if (this.open) return;
    const urgent = messages.some((message) => message.emergency);
    this.#opener.classList.add(urgent ? "alarm" : "news");
    this.#label.textContent = urgent ? "Nieuw antwoord: bel 112 bij direct gevaar" : "Nieuw antwoord";
  }

  /** Replace the page at once, also in the history; the server erases the conversation. */
  #leave() {
    document.body.replaceChildren();
    document.title = ELSEWHERE.title;
    this.#chat.leave();
    location.replace(ELSEWHERE.url);
  }

  #announce(words) {
    const line = el("p", {}, words);
    this.#lives[this.#dialog.open ? 0 : 1].append(line);
    setTimeout(() => line.remove(), ANNOUNCED_FOR_MS);
  }
}

// A page that has the script twice gets one element.
if (!customElements.get("meldwijzer-chat")) customElements.define("meldwijzer-chat", MeldwijzerChat);
