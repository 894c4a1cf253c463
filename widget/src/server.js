/** The web API (contract 2 of the design). What is typed is in the body of a request and in no address, header or store. */

const TIMEOUT_MS = 10_000;

const EXPIRED = "Uw vorige gesprek was gewist of verlopen. Dit is een nieuw gesprek.";
const ERASED = "Uw gesprek is gewist, ook op de server. Dit is een nieuw gesprek.";
const UNKNOWN_MUNICIPALITY =
  "De gemeente van deze pagina ken ik niet. Zoekt u Veilig Thuis van uw regio, typ dan uw gemeente.";

/** Why a request got no usable answer. */
export class Failure extends Error {
  constructor({ status = 0, detail = null, wait = null, late = false } = {}) {
    super(`request failed (${status})`);
    Object.assign(this, { status, detail, wait, late });
  }

  /** Whether the same request may get an answer later: the server was not reached, is busy, or is at fault. */
  get passes() {
    return !this.status || this.status === 429 || this.status >= 500;
  }

  /** What to tell the user, in Dutch. */
  get explanation() {
    if (this.status === 429) return "U hebt veel berichten kort na elkaar gestuurd.";
    if (this.detail && !this.passes) return this.detail;
    if (this.late) return "Het antwoord laat te lang op zich wachten.";
    if (!this.status && !navigator.onLine) return "U hebt nu geen internetverbinding.";
    return "Er ging iets mis. Ik kan u nu niet antwoorden.";
  }
}

/** One conversation; its token lives in this object only. */
export class Conversation {
  #api;
  #municipality;
  #group;
  #seat;
  #token = null;
  /** Keys of conversations that the server must still erase. */
  #doomed = new Set();

  /**
   * @param {string} server origin of the assistant
   * @param {?string} municipality of the page
   * @param {?string} group the code of a trainer's session to take part in
   * @param {?string} seat what makes a later conversation that of the same participant
   */
  constructor(server, municipality, group, seat) {
    this.#api = `${server}/webhooks/web`;
    this.#municipality = municipality;
    this.#group = group;
    this.#seat = seat;
  }

  /** Whether the server still has to confirm that it erased a conversation. */
  get erasing() {
    return this.#doomed.size > 0;
  }

  /** Begin: the greeting, and what to tell about it. */
  async open(signal) {
    let notice = null;
    let answer;
    // What is null is left out of JSON when it is undefined.
    const body = () => ({
      municipality: this.#municipality ?? undefined, group: this.#group ?? undefined, seat: this.#seat ?? undefined,
    });
    try {
      answer = await this.#request("POST", "/sessions", { signal, body: body() });
    } catch (error) {
      if (error.status !== 400 || !this.#municipality) throw error;
      this.#municipality = null;
      notice = UNKNOWN_MUNICIPALITY;
      answer = await this.#request("POST", "/sessions", { signal, body: body() });
    }
    if (typeof answer?.token !== "string") throw new Failure();
    this.#token = answer.token;
    return { notice, messages: messagesOf(answer) };
  }

  /**
   * Send a message; when its conversation is gone, in a new one.
   *
   * @param {{text: string} | {payload: string}} message
   * @param {string} id the same at every attempt, by which the server handles the message once
   */
  async exchange(message, id, signal) {
    const post = async () =>
      messagesOf(await this.#request("POST", "/messages", { signal, key: this.#token, id, body: message }));
    let notice = this.#token ? null : (await this.open(signal)).notice;
    try {
      return { notice, messages: await post() };
    } catch (error) {
      if (error.status !== 401) throw error;
      notice = (await this.open(signal)).notice ?? EXPIRED;
      return { notice, messages: await post() };
    }
  }

  /** From now on nobody has the key; `renew` or `leave` lets the server erase the rest. */
  forget() {
    if (this.#token) this.#doomed.add(this.#token);
    this.#token = null;
  }

  /** Erase what the server still has, then begin again. */
  async renew(signal) {
    for (const key of this.#doomed) {
      try {
        await this.#request("DELETE", "/sessions", { signal, key });
      } catch (error) {
        if (error.status !== 401) throw error; // 401: it is gone already
      }
      this.#doomed.delete(key);
    }
    return { notice: ERASED, messages: (await this.open(signal)).messages };
  }

  /** Let the server erase all, while the page goes away. */
  leave() {
    this.forget();
    for (const key of this.#doomed) {
      const headers = { Authorization: `Bearer ${key}` };
      fetch(`${this.#api}/sessions`, { method: "DELETE", headers, keepalive: true }).catch(() => {});
    }
  }

  /** The parsed body of a successful response; anything else, a late one too, is a Failure. */
  async #request(method, path, { signal, key, id, body }) {
    const stop = new AbortController();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop.abort();
    }, TIMEOUT_MS);
    signal.addEventListener("abort", () => stop.abort(), { once: true });
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (key) headers.Authorization = `Bearer ${key}`;
    if (id) headers["Idempotency-Key"] = id;
    try {
      const response = await fetch(this.#api + path, {
        method, headers, body: body && JSON.stringify(body), signal: stop.signal,
        cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer",
      });
      if (response.ok) return response.status === 204 ? null : await response.json();
      const problem = await response.json().catch(() => ({}));
      throw new Failure({
        status: response.status,
        detail: typeof problem?.detail === "string" ? problem.detail : null,
        wait: Number.parseInt(response.headers.get("Retry-After"), 10) || null,
      });
    } catch (error) {
      throw error instanceof Failure ? error : new Failure({ late });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A new id for a message. (`randomUUID` is only there on https.) */
export const newId = () => [...crypto.getRandomValues(new Uint32Array(4))].join("-");

/** The messages of a response, of which there is at least one. */
function messagesOf(answer) {
  const found = Array.isArray(answer?.messages) ? answer.messages.filter((one) => typeof one?.text === "string") : [];
  if (!found.length) throw new Failure();
  return found;
}
