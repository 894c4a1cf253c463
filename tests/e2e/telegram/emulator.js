// An emulator of the Telegram Bot API: telegram-test-api, with in front of it what a real bot needs and what
// the real Telegram refuses.
//
//   node emulator.js [PORT]
//
// Prints {"port": N} once it listens on 127.0.0.1; ends when its standard input is closed.
// Bots use /bot<TOKEN>/<METHOD>; users use the client API of telegram-test-api (/sendMessage, /sendCommand,
// /sendCallback, /getUpdates). Ours are POST /calls, /faults and /repeat, see `tests` below.
'use strict';

const http = require('node:http');
const net = require('node:net');
const TelegramServer = require('telegram-test-api');

const HOST = '127.0.0.1';
const LONGEST_TEXT = 4096;
const LONGEST_DATA = 64;
const TAGS = /<(\/?)([a-z]+)(?: href="[^"<>]*")?>/g;
const LOOK_EVERY = 20;

const calls = [];
const faults = [];
let upstream;
const queues = new Map();
const webhooks = new Map();

class ApiError extends Error {
  constructor(code, description, parameters) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

// The updates of one bot: those not confirmed yet, the one confirmed last, and those to be sent once more.
function queueOf(token) {
  if (!queues.has(token)) queues.set(token, { unconfirmed: [], last: undefined, again: [] });
  return queues.get(token);
}

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

// Sends a request on to telegram-test-api and gives its answer.
function forward(path, params) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(params);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const request = http.request({ host: HOST, port: upstream, path, method: 'POST', headers }, async (response) => {
      const answer = await read(response);
      if (response.statusCode === 200) resolve(JSON.parse(answer));
      else reject(new ApiError(404, 'Not Found'));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function bytes(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function read(stream) {
  return (await bytes(stream)).toString('utf8');
}

// What the real Telegram would refuse.
function refuse({ text = '', parse_mode: mode, reply_markup: markup }) {
  let shown = text;
  if (mode === 'HTML') {
    const open = [];
    for (const [, closing, tag] of text.matchAll(TAGS)) {
      if (!closing) open.push(tag);
      else if (open.pop() !== tag) throw new ApiError(400, "Bad Request: can't parse entities");
    }
    shown = text.replaceAll(TAGS, '');
    if (open.length || /[<>]/.test(shown) || /&(?!(lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)/i.test(shown)) {
      throw new ApiError(400, "Bad Request: can't parse entities");
    }
    shown = shown.replaceAll(/&[^;]+;/g, '.');
  }
  if (!shown.trim()) throw new ApiError(400, 'Bad Request: message text is empty');
  if ([...shown].length > LONGEST_TEXT) throw new ApiError(400, 'Bad Request: message is too long');
  const rows = markup ? JSON.parse(markup).inline_keyboard || [] : [];
  for (const { callback_data: data } of rows.flat()) {
    if (data !== undefined && (!data || Buffer.byteLength(data) > LONGEST_DATA)) {
      throw new ApiError(400, 'Bad Request: BUTTON_DATA_INVALID');
    }
  }
}

// An update as the real Telegram sends it: without the token, and with the fields that are always there.
function complete(update) {
  const { message, callback_query: query } = update;
  if (query) {
    return { ...update, callback_query: { chat_instance: '1', ...query, message: { message_id: 1, date: 1, ...query.message } } };
  }
  const { botToken, edited, ...rest } = message;
  if (!edited) return { ...update, message: rest };
  return { update_id: update.update_id, edited_message: { ...rest, edit_date: rest.date, message_id: edited } };
}

// The methods of the Bot API that telegram-test-api lacks or that differ too much from the real ones.
const methods = {
  async getMe(token) {
    const { result } = await forward(`/bot${token}/getMe`, {});
    return { is_bot: true, can_join_groups: true, can_read_all_group_messages: false, ...result };
  },

  // Long polling; an update comes again until a higher offset confirms it.
  async getUpdates(token, { offset = 0, timeout = 0 }) {
    if (webhooks.has(token)) throw new ApiError(409, "Conflict: can't use getUpdates method while webhook is active");
    const end = Date.now() + 1000 * timeout;
    const queue = queueOf(token);
    queue.last = queue.unconfirmed.filter((update) => update.update_id < offset).pop() || queue.last;
    queue.unconfirmed = queue.unconfirmed.filter((update) => update.update_id >= offset);
    for (;;) {
      const { result } = await forward(`/bot${token}/getUpdates`, {});
      queue.unconfirmed.push(...result.map(complete));
      const due = [...queue.again.splice(0), ...queue.unconfirmed];
      if (due.length || Date.now() >= end) return due;
      await pause(LOOK_EVERY);
    }
  },

  async sendMessage(token, params) {
    refuse(params);
    const { result } = await forward(`/bot${token}/sendMessage`, params);
    const { message_id: id, chat, text } = result; // it also echoes parameters that are no part of a message
    return { message_id: id, date: Math.floor(result.date / 1000), chat, text };
  },

  async sendDocument(token, { chat_id: chat, document }) {
    const file = { file_id: 'a', file_unique_id: 'b', file_name: document.name, file_size: document.size };
    return { message_id: 1, date: Math.floor(Date.now() / 1000), chat: { id: Number(chat), type: 'private' }, document: file };
  },

  // Nothing is posted to a webhook: a test does so itself.
  async setWebhook(token, { url, secret_token: secret = '' }) {
    const { protocol, port } = new URL(url);
    if (protocol !== 'https:') throw new ApiError(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook');
    if (!['', '80', '88', '8443'].includes(port)) {
      throw new ApiError(400, 'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
    }
    if (!/^[\w-]{0,256}$/.test(secret)) {
      throw new ApiError(400, 'Bad Request: secret token contains unallowed characters');
    }
    webhooks.set(token, url);
    return true;
  },

  async deleteWebhook(token) {
    webhooks.delete(token);
    return true;
  },

  sendChatAction: async () => true,
  answerCallbackQuery: async () => true,
  setMyCommands: async () => true,
};

async function call(token, method, params) {
  calls.push({ method, params });
  const at = faults.findIndex((fault) => fault.method === method);
  if (at >= 0) {
    const { code, description, parameters } = faults.splice(at, 1)[0];
    throw new ApiError(code, description, parameters);
  }
  if (Object.hasOwn(methods, method)) return methods[method](token, params);
  return (await forward(`/bot${token}/${method}`, params)).result;
}

// For tests only.
const tests = {
  // What the bot called, oldest first.
  '/calls': () => calls,
  // Let the next call of a method fail: {"method", "code", "description", "parameters"}.
  '/faults': (fault) => faults.push(fault),
  // Send a bot its last confirmed update once more, under the id that it had: {"token"}.
  '/repeat': ({ token }) => queueOf(token).again.push(queueOf(token).last),
};

async function answer(path, params) {
  const bot = /^\/bot([^/]+)\/(\w+)$/.exec(path);
  if (bot) return { ok: true, result: await call(bot[1], bot[2], params) };
  if (Object.hasOwn(tests, path)) return { ok: true, result: tests[path](params) };
  return forward(path, params);
}

async function parse(request) {
  const body = await bytes(request);
  const type = request.headers['content-type'] || '';
  if (!body.length) return {};
  if (/json/.test(type)) return JSON.parse(body);
  if (!/multipart/.test(type)) return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const fields = await Promise.all([...form].map(async ([name, value]) => [name, await field(value)]));
  return Object.fromEntries(fields);
}

// A field of a form; of a file its name, its size and what is in it.
async function field(value) {
  if (typeof value === 'string') return value;
  const content = Buffer.from(await value.arrayBuffer());
  return { name: value.name, size: content.length, base64: content.toString('base64') };
}

async function handle(request, response) {
  let status = 200;
  let result;
  try {
    result = await answer(new URL(request.url, 'http://x').pathname, await parse(request));
  } catch (error) {
    status = error.code > 0 ? error.code : 500;
    result = { ok: false, error_code: status, description: error.message, parameters: error.parameters };
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(result));
}

function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, HOST, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function main() {
  upstream = await freePort();
  const server = new TelegramServer({ host: HOST, port: upstream });
  // Ids go on where an earlier run of the emulator stopped, as Telegram's do.
  server.updateId = Date.now();
  await server.start();
  const front = http.createServer(handle).listen(Number(process.argv[2] || 0), HOST, () => {
    process.stdout.write(`${JSON.stringify({ port: front.address().port })}\n`);
  });
  process.stdin.on('end', () => process.exit()).resume();
}

main();
