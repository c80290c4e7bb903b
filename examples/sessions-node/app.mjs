// A web application whose sessions live in Wardline: it signs people in and asks at every request.
//
// Anything but `"allowed": true` is a no, also when no answer came. See README.md for how to start it.

import { createHmac, scryptSync, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const COOKIE = "__Host-session";
/** Of a sign-in's body, in bytes. */
const MAX_BODY = 4_096;
/** An answer of Wardline is given up after so many milliseconds. */
const LONGEST_WAIT = 2_000;

/** What the application needs of Wardline's API. */
export class Sessions {
  #url;
  #authorization;

  constructor(url, token) {
    this.#url = url;
    this.#authorization = `Bearer ${token}`;
  }

  /** Begins a session of a person who has proved who it is: its `id` and its secret `token`. */
  create(session) {
    return this.#ask("POST", "/v1/sessions", session);
  }

  /** Whether a session lives and holds a permission. `activity` is true only for what a person did. */
  check(token, permission, activity) {
    return this.#ask("POST", "/v1/sessions/check", { token, permission, activity });
  }

  lock(id) {
    return this.#ask("POST", `/v1/sessions/${encodeURIComponent(id)}/lock`);
  }

  revoke(id) {
    return this.#ask("DELETE", `/v1/sessions/${encodeURIComponent(id)}`);
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.#url + path, {
      method,
      headers: { authorization: this.#authorization, "content-type": "application/json" },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    const text = await answer.text();
    // What has ended already needs no end.
    if (method === "DELETE" && answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`Wardline answered ${answer.status} to ${method}`);
    return text ? JSON.parse(text) : undefined;
  }
}

/** The application: who people are it knows itself. `secret` signs its cookies. */
export function application(sessions, users, secret) {
  const routes = {
    "POST /login": async (request) => {
      const form = new URLSearchParams(await bodyOf(request));
      const name = form.get("user") ?? "";
      const user = users.get(name);
      if (!isPassword(user, form.get("password") ?? "")) return text(401, "Wrong name or password.");
      // What was signed in here before ends, so that nobody goes on with a cookie that somebody planted.
      const before = cookieOf(request, secret);
      if (before) await sessions.revoke(before.id);
      const begun = await sessions.create({
        user: name,
        role: user.role,
        department: user.department,
        portal: "example",
        client: { user_agent: (request.headers["user-agent"] ?? "").slice(0, 128) || undefined },
      });
      return { status: 303, headers: { location: "/", "set-cookie": cookieFor(begun, secret) } };
    },
    "GET /": (request) =>
      guarded(request, true, ({ user, seconds_left, warn }) => {
        const warning = warn ? "\nYou are signed out soon. Load this page again to stay signed in." : "";
        return text(200, `Hello ${user}. ${seconds_left} seconds left.${warning}`);
      }),
    // What a page's timer asks: it shows the time left and keeps nothing alive.
    "GET /poll": (request) =>
      guarded(request, false, ({ seconds_left, warn, idle_expires_at }) =>
        text(200, JSON.stringify({ seconds_left, warn, idle_expires_at }), "application/json"),
      ),
    "POST /lock": (request) =>
      guarded(request, false, async ({ id }) => {
        await sessions.lock(id);
        return text(200, "Locked. Sign in again to go on.");
      }),
    "POST /logoff": async (request) => {
      // A locked session passes no check, but can be left: the signature says that this browser was given it.
      const cookie = cookieOf(request, secret);
      if (cookie) await sessions.revoke(cookie.id);
      return text(200, "Signed out.", undefined, { "set-cookie": GONE });
    },
  };

  async function guarded(request, activity, then) {
    const cookie = cookieOf(request, secret);
    if (!cookie) return text(401, "Sign in.");
    const checked = await sessions.check(cookie.token, "chart:read", activity);
    if (checked.allowed === true) return then(checked.session);
    return checked.reason === "permission"
      ? text(403, "Not allowed.")
      : text(401, `Sign in: ${checked.reason}.`);
  }

  return createServer(async (request, response) => {
    let answer;
    try {
      const route = routes[`${request.method} ${request.url.split("?")[0]}`];
      answer = route ? await route(request) : text(404, "Not here.");
    } catch (error) {
      if (!(error instanceof TooLong)) console.error(`no answer: ${error.message}`);
      answer = error instanceof TooLong ? text(413, "Too long.") : text(503, "Try again later.");
    }
    response.writeHead(answer.status, { "cache-control": "no-store", ...answer.headers });
    response.end(answer.body);
  });
}

/** A user of the demonstration. An application asks its directory instead. */
export function demoUser(password, role, department) {
  return { hash: hashOf(password), role, department };
}

class TooLong extends Error {}

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Strict";
const GONE = `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;
const NOBODY = demoUser("", "nobody");

function hashOf(password) {
  return scryptSync(password, "example", 32);
}

/** A name that nobody has takes as long as one that somebody has. */
function isPassword(user, password) {
  const matches = timingSafeEqual((user ?? NOBODY).hash, hashOf(password));
  return matches && user !== undefined;
}

function cookieFor({ token, id }, secret) {
  return `${COOKIE}=${token}.${id}.${signature(token, id, secret)}; ${ATTRIBUTES}`;
}

/** The session that the browser was given: ids are no secrets, so one that we did not sign counts for nothing. */
function cookieOf(request, secret) {
  const pairs = (request.headers.cookie ?? "").split("; ");
  const value = pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  const [token, id, signed, ...more] = (value ?? "").split(".");
  if (!token || !id || !signed || more.length > 0) return undefined;
  const [given, right] = [Buffer.from(signed), Buffer.from(signature(token, id, secret))];
  return given.length === right.length && timingSafeEqual(given, right) ? { token, id } : undefined;
}

function signature(token, id, secret) {
  return createHmac("sha256", secret).update(`cookie\n${token}\n${id}`).digest("base64url");
}

async function bodyOf(request) {
  const pieces = [];
  let length = 0;
  for await (const piece of request) {
    length += piece.length;
    if (length > MAX_BODY) throw new TooLong();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function text(status, body, type = "text/plain; charset=utf-8", headers = {}) {
  return { status, body: `${body}\n`, headers: { "content-type": type, ...headers } };
}

// Older ones do not know the name of a module's file, and would end here without a word.
if (import.meta.filename === undefined) {
  console.error(`Node 20.11 or later is needed, and this is ${process.version}.`);
  process.exit(1);
}
if (process.argv[1] === import.meta.filename) {
  const { APP_TOKEN_FILE, APP_WARDLINE_URL = "http://127.0.0.1:8080", APP_PORT = "3000" } = process.env;
  if (!APP_TOKEN_FILE) throw new Error("set APP_TOKEN_FILE to the path of the file with the API token");
  const token = readFileSync(APP_TOKEN_FILE, "utf8").trim();
  const users = new Map([
    ["ada", demoUser("ada-demo", "nurse", "icu-2")],
    ["reg", demoUser("reg-demo", "registrar", "front-desk")],
  ]);
  const server = application(new Sessions(APP_WARDLINE_URL, token), users, token);
  server.listen(Number(APP_PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
}
