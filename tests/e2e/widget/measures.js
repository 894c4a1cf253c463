/** What the tests ask of a page with the widget; an expression, for `page.evaluate`. `host` is the element. */
({
  /** What has the focus, also within the widget, and whether it is in sight (WCAG 2.4.11). */
  focus() {
    let node = document.activeElement;
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
    const isSeen = ({ left, top, width, height }) => {
      const found = node.getRootNode().elementFromPoint(left + Math.min(width / 2, 20), top + height / 2);
      return node === found || node.contains(found);
    };
    return {
      tag: node.localName,
      name: node.getAttribute("aria-label") ?? node.textContent.trim(),
      kind: node.className,
      off: node.getAttribute("aria-disabled") === "true",
      seen: [...node.getClientRects()].some(isSeen),
    };
  },

  /** From now on, what a screen reader says by itself is in `said`. */
  listen(host) {
    globalThis.said = [];
    const heard = (changes) => said.push(...changes.flatMap((one) => [...one.addedNodes].map((node) => node.textContent)));
    for (const live of host.shadowRoot.querySelectorAll("[aria-live]")) {
      new MutationObserver(heard).observe(live, { childList: true, subtree: true, characterData: true });
    }
  },

  /** How many parts speak by themselves. */
  speaking(host) {
    return host.shadowRoot.querySelectorAll("[aria-live], [role=log], [role=status], [role=alert], output").length;
  },

  /** What is cut off, or sticks out, by zooming, by larger text or by more space between letters. */
  cutOff(host) {
    const found = [];
    const inside = host.shadowRoot.querySelector(".note") ?? host.shadowRoot.querySelector(".panel[open]");
    const outer = inside?.getBoundingClientRect();
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    for (const node of host.shadowRoot.querySelectorAll(":not(svg, svg *, .hidden)")) {
      if (!node.checkVisibility({ visibilityProperty: true })) continue;
      const name = `${node.localName}.${node.className} ${node.textContent.slice(0, 30)}`;
      const { overflowX, overflowY } = getComputedStyle(node);
      const wide = node.clientWidth && node.scrollWidth > node.clientWidth + 1;
      const high = node.clientHeight && node.scrollHeight > node.clientHeight + 1;
      if (wide && overflowX !== "visible" && node.localName !== "textarea") found.push(`sideways: ${name}`);
      if (high && ["hidden", "clip"].includes(overflowY)) found.push(`below: ${name}`);
      if (!inside?.contains(node)) continue;
      const box = node.getBoundingClientRect();
      if (box.left < outer.left - 1 || box.right > outer.right + 1) found.push(`outside: ${name}`);
      if (high && node.localName === "button") found.push(`higher than its button: ${name}`);
    }
    return found;
  },

  /** What can be pressed but is smaller than 24 by 24 (WCAG 2.5.8, without its exception for links in a sentence). */
  tooSmall(host) {
    return [...host.shadowRoot.querySelectorAll("a, button, textarea")]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }))
      .map((node) => ({ name: node.textContent, width: node.getBoundingClientRect().width, rows: [...node.getClientRects()] }))
      .filter(({ width, rows }) => width < 24 || rows.some((row) => row.height < 24))
      .map(({ name, width, rows }) => `${name}: ${width} × ${Math.min(...rows.map((row) => row.height))}`);
  },

  /** Space the text as WCAG 1.4.12 wants it. The widget resets what it would inherit, so the style goes inside. */
  space(host) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
      p { margin-bottom: 2em !important }
    `);
    host.shadowRoot.adoptedStyleSheets = [...host.shadowRoot.adoptedStyleSheets, sheet];
  },

  /** What of a trainer's page is below the edge of a projector or behind its buttons, or smaller than so many pixels. */
  unreadable(smallest) {
    const floor = document.getElementById("controls").getBoundingClientRect().top;
    const parts = "#address, #letters, #title, #text[open] p, #question p, #options .label, #options .bar, #few";
    const size = (node) => parseFloat(getComputedStyle(node).fontSize);
    return [...document.querySelectorAll(parts)]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }))
      .filter((node) => node.getBoundingClientRect().bottom > floor + 1 || size(node) < smallest)
      .map((node) => `${node.className || node.localName} ${node.textContent.slice(0, 40)}: ${size(node)} px, to ${node.getBoundingClientRect().bottom}`);
  },

  /** How many things move. */
  moving(host) {
    return host.shadowRoot.getAnimations().length;
  },

  /** What the page keeps in the browser. */
  async stored() {
    return {
      cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
      databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
    };
  },

  /** From now on, what would be printed is in `printed`. */
  catchPrint() {
    const frames = HTMLIFrameElement.prototype;
    const real = frames.__lookupGetter__("contentWindow");
    frames.__defineGetter__("contentWindow", function () {
      const inside = real.call(this);
      inside.print = () => {
        const { body, title, scripts } = inside.document;
        const { color } = inside.getComputedStyle(body.querySelector("h1"));
        globalThis.printed = { text: body.innerText, title, scripts: scripts.length, color };
        inside.dispatchEvent(new Event("afterprint"));
      };
      return inside;
    });
  },

  /** From now on, what the policy of the page forbids is in `broken`. (A browser asks for a favicon by itself.) */
  catchViolations() {
    globalThis.broken = [];
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      if (!blockedURI.endsWith("/favicon.ico")) broken.push(`${effectiveDirective} ${blockedURI}`);
    });
  },

  /** From now on, every change of what the page consists of is in the console. */
  tellOfChanges() {
    const tell = () => console.log(`${document.body.childElementCount} ${document.title}`);
    new MutationObserver(tell).observe(document.body, { childList: true });
  },
})
