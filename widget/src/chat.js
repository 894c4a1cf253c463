/** The conversation: what was said, what is under way with the server, and the field to type in. */

import { button, el, hidden, isOff, turnOff } from "./dom.js";
import { openNote } from "./note.js";
import { calls, linked, reply, spoken } from "./reply.js";
import { Failure, newId } from "./server.js";

const LONGEST = 2000;
const COUNT_FROM = 1800;
const TYPING_AFTER_MS = 250;
const SLOW_AFTER_MS = 3_000;
const NEAR_BOTTOM_PX = 80;
/** Seconds before each new attempt by itself; the last is repeated. */
const AGAIN_AFTER = [3, 5, 10, 20, 30];
/** After so many attempts only the user tries again. */
const MOST_ATTEMPTS = 20;

const SLOW = "Een ogenblik, het antwoord komt eraan.";
const BUSY = "Een ogenblik, uw bericht gaat zo weg.";
const NOTHING_TYPED = "Typ eerst uw vraag.";
const NOT_ERASED =
  "Op dit scherm is uw gesprek gewist, maar de server heeft dat nog niet bevestigd. Lukt het niet, dan verwijdert de server het later vanzelf.";
const PEOPLE =
  "Wacht niet op mij. Bel bij direct gevaar 112. Bel voor advies of een melding Veilig Thuis: 0800-2000, gratis, dag en nacht.";
const BY_ITSELF = "Ik probeer het intussen vanzelf opnieuw.";

/** As the server counts: characters, not UTF-16 units. */
const lengthOf = (words) => [...words].length;

export class Chat {
  #conversation;
  #announce;
  #heard;
  /** What is under way with the server; at most one thing, so that nothing is sent twice. */
  #job = null;
  /** Whether to send what is in the field as soon as the reply to the message before it is there. */
  #queued = false;
  /** The message that says that something failed, while it can still be tried again. */
  #failure = null;
  #retrying = 0;
  /** The first message that came in while the user was reading back. */
  #unseen = null;

  /**
   * @param {Conversation} conversation with the server
   * @param {(words: string) => void} announce lets a screen reader say something
   * @param {(messages: object[]) => void} heard is told of every reply
   */
  constructor(conversation, announce, heard) {
    this.#conversation = conversation;
    this.#announce = announce;
    this.#heard = heard;
    this.#build();
  }

  #build() {
    this.messages = el("ol", { class: "messages", role: "list", "aria-label": "Berichten" });
    this.typing = el(
      "p", { class: "typing", hidden: true },
      el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), " Meldwijzer zoekt het antwoord",
    );
    this.scroller = el("section", { class: "scroller", "aria-label": "Gesprek", tabindex: "0" }, this.messages, this.typing);
    this.newer = button("newer", "Nieuw bericht", () => this.#readOn());
    this.newer.hidden = true;
    this.text = el("textarea", {
      id: "text", rows: "1", autocomplete: "off", spellcheck: "false", enterkeyhint: "send", "aria-describedby": "about hint count",
    });
    this.hint = el("p", { id: "hint" });
    this.count = el("p", { id: "count" });
    this.form = el(
      "form", { novalidate: true },
      el("label", { for: "text" }, "Uw vraag"),
      el("div", { class: "entry" }, this.text, el("button", { type: "submit", class: "send" }, "Verstuur")),
      el("div", { class: "under" }, this.hint, this.count),
    );
    this.root = el("div", { class: "chat" }, this.scroller, el("div", { class: "composer" }, this.newer, this.form));

    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.text.addEventListener("input", () => {
      this.#queued = false;
      this.#measure();
    });
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.scroller.addEventListener("scroll", () => this.#atBottom() && this.#seen(), { passive: true });
    addEventListener("online", () => this.#retryNow());
  }

  // -------------------------------------------------------------------------------- what the element asks

  /** Begin the conversation, once. */
  begin() {
    if (this.begun) return;
    this.begun = true;
    this.#run((signal) => this.#conversation.open(signal));
  }

  /** Erase the conversation, here at once and then on the server, and begin again. */
  erase() {
    if (this.#job?.erasing) return;
    this.#stop();
    this.#conversation.forget();
    this.#dropFailure();
    this.#seen();
    this.messages.replaceChildren();
    this.text.value = "";
    this.#measure();
    this.#run((signal) => this.#conversation.renew(signal), { erasing: true });
  }

  /** Leave at once; the server erases the conversation, to which nobody has a key any more. */
  leave() {
    this.#stop();
    this.#conversation.leave();
  }

  /** Put the focus where one goes on; not in the field on a touch screen, where a keyboard would pop up. */
  rest() {
    (matchMedia("(pointer: fine)").matches ? this.text : this.scroller).focus({ preventScroll: true });
  }

  // ------------------------------------------------------------------------------- what is under way

  /**
   * Do one thing with the server and show its outcome: its messages, or that it failed, and then try again.
   *
   * @param {(signal: AbortSignal) => Promise<{notice: ?string, messages: object[]}>} task does the same at every attempt
   * @param {{erasing?: boolean, attempt?: number}} how whether it erases the conversation; which attempt this is
   */
  async #run(task, how = {}) {
    const mine = { controller: new AbortController(), ...how };
    this.#job = mine;
    clearTimeout(this.#retrying);
    const timers = [
      setTimeout(() => {
        const follow = this.#atBottom();
        this.typing.hidden = false;
        if (follow) this.#toBottom();
      }, TYPING_AFTER_MS),
      setTimeout(() => how.attempt || this.#announce(SLOW), SLOW_AFTER_MS),
    ];
    let outcome, error;
    try {
      outcome = await task(mine.controller.signal);
    } catch (reason) {
      error = reason;
    }
    timers.forEach(clearTimeout);
    if (this.#job !== mine) return; // it was stopped meanwhile
    this.#job = null;
    this.hint.textContent = "";
    const follow = this.#atBottom();
    this.typing.hidden = true;
    const focused = this.#failure?.contains(this.root.getRootNode().activeElement);
    if (outcome) {
      this.#dropFailure();
      this.#show(outcome, follow);
    } else {
      // Anything else is a mistake of this page; it holds nothing that was typed.
      if (!(error instanceof Failure)) console.error(error);
      this.#fail(error instanceof Failure ? error : new Failure(), task, how);
    }
    if (focused) this.#failure ? this.#failure.querySelector(".retry")?.focus({ preventScroll: true }) : this.rest();
    const next = this.#queued && outcome;
    this.#queued = false;
    if (next) this.form.requestSubmit();
  }

  #stop() {
    clearTimeout(this.#retrying);
    this.#job?.controller.abort();
    this.#job = null;
    this.#queued = false;
    this.typing.hidden = true;
    this.hint.textContent = "";
  }

  /**
   * Send what the user typed or chose.
   *
   * @param {{text: string} | {payload: string}} message
   * @param {string} shown what appears as the user's message
   * @param {?HTMLButtonElement} pressed the button that was chosen
   */
  #send(message, shown, pressed = null) {
    this.#closeChoices(pressed);
    this.#failure?.querySelector(".again")?.remove();
    this.#failure = null;
    this.messages.append(el("li", { class: "message own" }, el("div", { class: "bubble" }, hidden("U zei: "), shown)));
    this.#seen();
    this.#toBottom();
    const id = newId();
    this.#run((signal) => this.#conversation.exchange(message, id, signal));
  }

  /** Tell that it failed, whom to call meanwhile, and try again where that may help; at every attempt the same message. */
  #fail(error, task, how) {
    const attempt = how.attempt ?? 0;
    const again = () => this.#run(task, { ...how, attempt: attempt + 1 });
    this.retry = () => !this.#job && again();
    const alone = error.passes && attempt < MOST_ATTEMPTS;
    if (alone) {
      const seconds = Math.max(error.wait ?? 0, AGAIN_AFTER[Math.min(attempt, AGAIN_AFTER.length - 1)]);
      this.#retrying = setTimeout(again, 1000 * seconds);
    }
    if (attempt && this.#failure) {
      // Said before; only the button can be pressed again.
      this.#failure.querySelector(".retry").removeAttribute("aria-disabled");
      if (!alone) this.#failure.querySelector(".alone")?.remove();
      return;
    }
    const reason = how.erasing && this.#conversation.erasing ? NOT_ERASED : error.explanation;
    const retry = button("retry", "Nu opnieuw proberen", () => {
      if (this.#job || isOff(retry)) return;
      turnOff(retry);
      again();
    });
    this.#failure = el(
      "li", { class: "message reply failure" },
      el(
        "div", { class: "bubble" },
        el("p", { class: "reason" }, reason), el("p", {}, ...linked(PEOPLE)), calls(),
        error.passes
          ? el("div", { class: "again" }, alone ? el("p", { class: "alone" }, BY_ITSELF) : "", retry)
          : "",
      ),
    );
    this.#add([this.#failure], true);
    this.#announce(`${reason} ${PEOPLE} ${alone ? BY_ITSELF : ""}`);
  }

  #retryNow() {
    if (this.#failure?.querySelector(".again")) this.retry();
  }

  #dropFailure() {
    this.#failure?.remove();
    this.#failure = null;
  }

  // ------------------------------------------------------------------------------------ what is seen

  #show({ messages, notice }, follow) {
    const show = (note) => openNote(note, this.root);
    const items = messages.map((message) => reply(message, show, (choice, payload) => this.#press(choice, payload)));
    if (notice) items.unshift(el("li", { class: "notice" }, notice));
    this.#add(items, follow || messages.some((message) => message.emergency));
    this.#announce([notice, ...messages.map(spoken)].filter(Boolean).join(" "));
    this.#heard(messages);
  }

  #press(choice, payload) {
    if (!this.#job && !isOff(choice)) this.#send({ payload }, choice.textContent, choice);
  }

  /**
   * Let only buttons of the next reply be pressed: those of earlier ones may no longer fit the dialogue.
   * They stay, and the one that was pressed keeps the focus.
   */
  #closeChoices(pressed) {
    for (const choice of this.messages.querySelectorAll(".choice:not([aria-disabled])")) {
      turnOff(choice);
      if (choice !== pressed) choice.tabIndex = -1;
    }
    if (!pressed) return;
    pressed.classList.add("chosen");
    pressed.append(hidden(" (gekozen)"));
    pressed.addEventListener("blur", () => (pressed.tabIndex = -1), { once: true });
  }

  /** Put items under the conversation; follow them, or say that they are there when the user is reading back. */
  #add(items, follow) {
    this.messages.append(...items);
    if (follow) {
      this.#reveal(items[0]);
    } else {
      this.#unseen ??= items[0];
      this.newer.hidden = false;
    }
  }

  #readOn() {
    if (this.#unseen) this.#reveal(this.#unseen);
    this.scroller.focus({ preventScroll: true });
    this.#seen();
  }

  #seen() {
    this.#unseen = null;
    this.newer.hidden = true;
  }

  /** What scrolls: the conversation, or the whole panel where the window is very low. */
  get #pane() {
    return getComputedStyle(this.scroller).overflowY === "visible" ? this.root.closest("dialog") ?? this.scroller : this.scroller;
  }

  #atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.#pane;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
  }

  /** Put the beginning of an item at the top, under the end of what it answers; emergencies and failures right at the top. */
  #reveal(item) {
    const above = item.matches(".emergency, .failure") ? 12 : 72;
    const pane = this.#pane;
    const distance = item.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    if (item.previousSibling) pane.scrollTop += distance - (pane === this.scroller ? above : above + 48);
    else pane.scrollTop = 0;
  }

  #toBottom() {
    this.#pane.scrollTop = this.#pane.scrollHeight;
  }

  // ----------------------------------------------------------------------------------- what is typed

  #submit() {
    const words = this.text.value.trim();
    const excess = lengthOf(words) - LONGEST;
    if (!words || excess > 0) {
      this.#warn(words ? `Uw bericht is te lang. Haal er ${excess} ${excess === 1 ? "teken" : "tekens"} af.` : NOTHING_TYPED);
      this.text.focus();
    } else if (this.#job) {
      this.#queued = true;
      this.#warn(BUSY);
    } else {
      this.text.value = "";
      this.#measure();
      this.#send({ text: words }, words);
      if (matchMedia("(pointer: fine)").matches) this.text.focus();
    }
  }

  #key(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) this.form.requestSubmit();
    } else if (!this.text.value && (event.key === "PageUp" || event.key === "PageDown")) {
      event.preventDefault();
      this.#pane.scrollBy(0, this.#pane.clientHeight * (event.key === "PageUp" ? -0.85 : 0.85));
    }
  }

  /** Fit the height of the field to its text and show the count when it comes near the limit. */
  #measure() {
    const { text, count } = this;
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
        this.#announce(`Uw bericht is te lang: hoogstens ${LONGEST} tekens.`);
      } else {
        text.removeAttribute("aria-invalid");
      }
    } else if (count.textContent && !shown) {
      this.#announce(count.textContent);
    }
    this.hint.textContent = "";
  }

  #warn(words) {
    if (this.hint.textContent === words) return;
    this.hint.textContent = words;
    this.#announce(words);
  }
}
