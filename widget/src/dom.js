/** Making elements. Text becomes text nodes, never HTML, so the page may demand Trusted Types. */

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (absent when null or undefined, bare when true) and children. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** A button that does something. */
export function button(name, words, action, ...children) {
  const node = el("button", { type: "button", class: name }, words, ...children);
  node.addEventListener("click", action);
  return node;
}

/** Text for screen readers only. */
export function hidden(words) {
  return el("span", { class: "hidden" }, words);
}

/** An icon of 24 by 24 that screen readers skip. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** Whether a button says that it can't be pressed; it keeps the focus, which `disabled` would lose. */
export const isOff = (node) => node.getAttribute("aria-disabled") === "true";

/** Let a button say that it can't be pressed. */
export const turnOff = (node) => node.setAttribute("aria-disabled", "true");
