/** The page of participants: hands the code in `?code=`, or the one that is typed, to the chat, and opens it. */

const CODE = /^[BCDFGHJKLMNPQRSTVWXZ]{6}$/;

const chat = document.querySelector("meldwijzer-chat");
const form = document.getElementById("join");
const field = document.getElementById("code");
const error = document.getElementById("code-error");

const codeIn = (text) => (text ?? "").replace(/[\s.-]/g, "").toUpperCase();

/** The code first: a chat that opens, begins. */
function join(code) {
  chat.setAttribute("group", code);
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
