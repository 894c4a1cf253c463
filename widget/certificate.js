/** The proof of participation: what is typed is shown and printed, and goes nowhere else. */

const $ = (id) => document.getElementById(id);
const DAY = new Intl.DateTimeFormat("nl-NL", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

const today = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
};

function show() {
  const typed = (id) => $(id).value.trim();
  $("shown-name").textContent = typed("name") || "Uw naam";
  $("shown-name").classList.toggle("empty", !typed("name"));
  $("shown-subject").textContent = typed("subject");
  const facts = [
    ["Datum", typed("day") && DAY.format(new Date(typed("day")))],
    ["Duur", typed("duration")],
    ["Trainer", typed("trainer")],
    ["Organisatie", typed("organisation")],
  ];
  $("facts").replaceChildren(
    ...facts.filter(([, words]) => words).map(([term, words]) => {
      const group = document.createElement("div");
      for (const [tag, text] of [["dt", term], ["dd", words]]) {
        group.append(document.createElement(tag));
        group.lastChild.textContent = text;
      }
      return group;
    }),
  );
}

function begin() {
  $("form").reset();
  $("day").value = today();
  for (const id of ["name", "day"]) complain(id, null);
  show();
}

function complain(id, words) {
  $(id).setAttribute("aria-invalid", String(Boolean(words)));
  $(`${id}-error`).textContent = words ?? "";
  $(`${id}-error`).hidden = !words;
  if (words) $(id).focus();
}

$("form").addEventListener("input", ({ target }) => {
  if (target.value && target.getAttribute("aria-invalid")) complain(target.id, null);
  show();
});
$("form").addEventListener("submit", (event) => event.preventDefault());
$("print").addEventListener("click", () => {
  complain("day", $("day").value ? null : "Vul de datum in.");
  complain("name", $("name").value.trim() ? null : "Vul uw naam in.");
  if ($("day").value && $("name").value.trim()) print();
});
$("clear").addEventListener("click", () => {
  begin();
  $("name").focus();
});

// Also when the browser kept what was typed before.
addEventListener("pageshow", begin);
begin();
