/** The page of participants: hands the code in `?code=`, or the one that is typed, to the chat, and opens it. */

const CODE = /^[BCDFGHJKLMNPQRSTVWXZ]{6}$/;

const chat = document.querySelector("meldwijzer-chat");
const form = document.getElementById("join");
const field = document.getElementById("code");
const error = document.getElementById("code-error");

const codeIn = (text) => (text ?? "").replace(/[\s.-]/g, "").toUpperCase();

/**
 * Who reloads the page stays the same participant. The seat is kept with this page in the history of this tab: not in
 * the address, for who shares that shares no seat, and not in a store that outlives the tab.
 */
function seat() {
  if (!history.state?.seat) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    history.replaceState({ seat: [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("") }, "");
  }
  return history.state.seat;
}

/** The code first: a chat that opens, begins. */
function join(code) {
  chat.setAttribute("group", code);
  chat.setAttribute("seat", seat());
  chat.setAttribute("open", "");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const code = codeIn(field.value);
  const right = CODE.test(code);
  field.setAttribute("aria-invalid", String(!right));
  error.textContent = right ? "" : "Een code heeft zes letters, zonder klinkers. Kijk nog eens op het scherm van uw trainer.";
  error.hidden = right;
  if (!right) return field.focus();
  form.hidden = true;
  join(code);
});

const given = codeIn(new URLSearchParams(location.search).get("code"));
if (CODE.test(given)) join(given);
else form.hidden = false;
