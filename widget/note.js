/**
 * The dossier note: shown, printed and saved in the browser only.
 *
 * The server hands over what the note says; the document is made here and goes nowhere.
 */

const FILE = "verslag-meldwijzer.html";
const STYLE = `
  body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; }
  h1 { margin: 0; font-size: 1.6rem; color: #154273; }
  h2 { margin: 1.6rem 0 .4rem; padding-bottom: .2rem; font-size: 1.1rem; color: #154273; border-bottom: 1px solid #154273; break-after: avoid; }
  dt { font-weight: 700; break-after: avoid; } dd { margin: 0 0 .5rem; } li { margin-bottom: .25rem; }
  .made, .caution { font-size: .9rem; color: #555; } .room { height: 2.2rem; border-bottom: 1px solid #777; }
  @media print { body { margin: 0; max-width: none; font-size: 10.5pt; } }
`;

/** The elements of a note, for the page or for a file. */
export function view(note, document) {
  const el = (tag, words, name) => {
    const node = document.createElement(tag);
    if (words) node.textContent = words;
    if (name) node.className = name;
    return node;
  };
  const nodes = [el("h1", note.title), el("p", note.made, "made")];
  for (const { heading, lines } of note.sections) {
    nodes.push(el("h2", heading));
    let list = null;
    for (const [term, words] of lines) {
      if (!term && !words) {
        nodes.push(el("div", "", "room"));
        continue;
      }
      const kind = term ? "dl" : "ul";
      if (list?.localName !== kind) nodes.push((list = el(kind)));
      if (term) list.append(el("dt", term), ...(words ? [el("dd", words)] : []));
      else list.append(el("li", words));
    }
  }
  nodes.push(el("p", note.caution, "caution"));
  return nodes;
}

/** Save the note as a page that opens anywhere, without a script in it. */
export function save(note) {
  const page = document.implementation.createHTMLDocument(note.title);
  page.documentElement.lang = "nl";
  const coded = page.createElement("meta");
  coded.setAttribute("charset", "utf-8");
  page.head.prepend(coded);
  page.body.append(...view(note, page));
  // The policy of this page forbids a style element in any document that it makes, also in one that is only written out.
  const [before, after] = page.documentElement.outerHTML.split("</head>");
  const whole = `<!doctype html>\n${before}<style>${STYLE}</style></head>${after}`;
  const address = URL.createObjectURL(new Blob([whole], { type: "text/html" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = FILE;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Show the note over the page, to be read, printed or saved. */
export function open(note) {
  const dialog = document.createElement("dialog");
  dialog.className = "note";
  dialog.setAttribute("aria-label", `Verslag: ${note.title}`);
  const bar = document.createElement("div");
  bar.className = "bar";
  const button = (words, action) => {
    const node = document.createElement("button");
    node.type = "button";
    node.textContent = words;
    node.addEventListener("click", action);
    return node;
  };
  bar.append(
    button("Afdrukken of als pdf", () => window.print()),
    button("Opslaan", () => save(note)),
    button("Sluiten", () => dialog.close()),
  );
  const sheet = document.createElement("article");
  sheet.append(...view(note, document));
  dialog.append(bar, sheet);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
