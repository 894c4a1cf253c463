/** The demo page: `?thema=` chooses the looks of the page, `?gemeente=` the municipality, `?open` opens the chat. */

const THEMES = { rivier: "river", heide: "heath", stad: "city", donker: "dark" };

const wishes = new URLSearchParams(location.search);
const theme = THEMES[wishes.get("thema")] ?? "river";
document.documentElement.className = theme;
document.querySelector(`[data-theme="${theme}"]`).setAttribute("aria-current", "true");

const chat = document.querySelector("meldwijzer-chat");
const municipality = wishes.get("gemeente")?.trim().slice(0, 100);
if (municipality) {
  chat.setAttribute("municipality", municipality);
  document.querySelector(".name").textContent = `Gemeente ${municipality}`;
}
chat.toggleAttribute("open", wishes.has("open"));
