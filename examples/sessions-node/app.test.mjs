// The application as its users see it, against a real `wardline serve`: WARDLINE_BIN is the path of the binary.
// APP_BIN, if given, is another application to walk through, such as the one in ../sessions-axum.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";

const BINARY = process.env.WARDLINE_BIN;
assert.ok(BINARY, "set WARDLINE_BIN to the path of the binary");
const folder = mkdtempSync(join(tmpdir(), "sessions-node-"));
const APP = join(import.meta.dirname, "app.mjs");
const running = [];
let wardline, app;

before(async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("WARDLINE_"));
  const env = {
    ...Object.fromEntries(others),
    WARDLINE_HTTP__ADDRESS: address,
    WARDLINE_STORE__DIRECTORY: join(folder, "data"),
    WARDLINE_STORE__MIN_FREE_BYTES: "16777216",
  };
  const options = { cwd: folder, env, stdio: "ignore" };
  execFileSync(BINARY, ["init"], options);
  rmSync(join(folder, "channels/adt-in.toml"));
  const scopes = "sessions:check,sessions:write,sessions:revoke";
  execFileSync(BINARY, ["token", "create", "app", "--scope", scopes, "--write", "app.token"], options);
  wardline = start(BINARY, ["serve"], options);
  await until(async () => (await fetch(`http://${address}/readyz`)).ok);

  const settings = { APP_TOKEN_FILE: join(folder, "app.token"), APP_WARDLINE_URL: `http://${address}`, APP_PORT: "0" };
  const [program, ...parameters] = process.env.APP_BIN ? [process.env.APP_BIN] : [process.execPath, APP];
  const child = start(program, parameters, {
    env: { ...env, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  app = line.toString().trim();
});

after(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("a person signs in and sees the guarded page, and no one else does", async () => {
  assert.equal((await ask("GET", "/")).status, 401);
  assert.equal((await login("ada", "wrong")).status, 401);
  assert.equal((await login("nobody", "")).status, 401);

  const { status, cookie, header } = await login("ada", "ada-demo");

  assert.equal(status, 303);
  for (const attribute of ["HttpOnly", "Secure", "SameSite=Strict"]) assert.ok(header.includes(attribute));
  const page = await ask("GET", "/", cookie);
  assert.equal(page.status, 200);
  assert.match(page.body, /^Hello ada\. \d+ seconds left\./);
});

test("a role without the permission is refused", async () => {
  const { cookie } = await login("reg", "reg-demo");

  assert.equal((await ask("GET", "/", cookie)).status, 403);
});

test("a poll does not extend a session and a page that a person loads does", async () => {
  const { cookie } = await login("ada", "ada-demo");
  const first = await poll(cookie);

  let later = first;
  await until(async () => (later = await poll(cookie)).seconds_left < first.seconds_left);
  assert.equal(later.idle_expires_at, first.idle_expires_at);

  await ask("GET", "/", cookie);
  assert.ok((await poll(cookie)).idle_expires_at > first.idle_expires_at);
});

test("a locked session opens nothing, and can still be left", async () => {
  const { cookie } = await login("ada", "ada-demo");

  assert.equal((await ask("POST", "/lock", cookie)).status, 200);

  const page = await ask("GET", "/", cookie);
  assert.equal(page.status, 401);
  assert.match(page.body, /locked/);
  assert.equal((await ask("POST", "/logoff", cookie)).status, 200);
  assert.match((await ask("GET", "/", cookie)).body, /revoked/);
});

test("after the log-off the cookie opens nothing, also when somebody kept it", async () => {
  const { cookie } = await login("ada", "ada-demo");
  assert.equal((await ask("GET", "/", cookie)).status, 200);

  assert.equal((await ask("POST", "/logoff", cookie)).status, 200);

  assert.equal((await ask("GET", "/", cookie)).status, 401);
  assert.equal((await ask("POST", "/logoff", cookie)).status, 200);
});

test("nobody ends another's session with its id, which is no secret", async () => {
  const [mine, theirs] = [await login("ada", "ada-demo"), await login("ada", "ada-demo")];
  const [name, value] = mine.cookie.split("=");
  const [token, , signed] = value.split(".");
  const forged = `${name}=${token}.${theirs.cookie.split(".")[1]}.${signed}`;

  await ask("POST", "/logoff", forged);

  assert.equal((await ask("GET", "/", theirs.cookie)).status, 200);
});

test("a body that is too long is refused", async () => {
  assert.equal((await login("ada", "x".repeat(4_097))).status, 413);
});

test("without an answer of Wardline nobody gets in", async () => {
  const { cookie } = await login("ada", "ada-demo");
  wardline.kill("SIGKILL");
  await once(wardline, "exit");

  assert.equal((await ask("GET", "/", cookie)).status, 503);
  assert.equal((await login("ada", "ada-demo")).status, 503);
});

async function login(user, password) {
  const body = new URLSearchParams({ user, password });
  const answer = await fetch(`${app}/login`, { method: "POST", body, redirect: "manual" });
  const header = answer.headers.get("set-cookie") ?? "";
  return { status: answer.status, header, cookie: header.split(";")[0] };
}

async function ask(method, path, cookie) {
  const answer = await fetch(app + path, { method, headers: cookie ? { cookie } : {} });
  return { status: answer.status, body: await answer.text() };
}

async function poll(cookie) {
  return JSON.parse((await ask("GET", "/poll", cookie)).body);
}

function start(program, parameters, options) {
  const child = spawn(program, parameters, options);
  running.push(child);
  return child;
}

async function until(isSo) {
  for (const end = Date.now() + 30_000; Date.now() < end; await wait(30)) {
    if (await isSo().catch(() => false)) return;
  }
  assert.fail("it does not come");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
