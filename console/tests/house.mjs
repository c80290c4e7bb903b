// The real program with the demonstration's hospital, and people who may sign in: what every browser test runs against.

import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { front } from './front.mjs';

export const BINARY = resolve(process.env.WARDLINE_BINARY ?? join(import.meta.dirname, '../../target/debug/wardline'));
/** The report of a drill, as `wardline redis drill --report` wrote it. */
const DRILL = join(import.meta.dirname, '../../crates/wardline/tests/drills/drill-failover.json');
/** Alters a record of the trail: an example of the embedded store, built beside the binary. */
const ALTER = join(BINARY, '../examples/alter_audit_record');
export const PASSWORD = 'correct horse battery staple';

/** What is done when the tests end in any way, also when somebody ends them: no process and no folder stays. */
const leftovers = new Set();
process.on('exit', () => {
  for (const clear of leftovers) clear();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

export function atEnd(clear) {
  leftovers.add(clear);
}

/** Times that ports are chosen anew: one that was free may be somebody else's a moment later. */
const PORT_TRIES = 5;

/** A running demonstration. */
export class House {
  static async start(options) {
    const house = new House();
    house.folder = mkdtempSync(join(tmpdir(), 'wardline-console-'));
    house.clear = () => {
      house.process?.kill('SIGKILL');
      rmSync(house.folder, { recursive: true, force: true });
    };
    atEnd(house.clear);
    try {
      return await house.open(options);
    } catch (error) {
      await house.stop();
      throw error;
    }
  }

  async open({ beds = 24, speed = 600, seed = 1, scenario, roles } = {}) {
    const house = this;
    const run = (...args) => execFileSync(BINARY, args, { cwd: house.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    run('init', house.folder);
    rmSync(join(house.folder, 'channels/adt-in.toml'));
    const config = ['--config', join(house.folder, 'wardline.toml')];
    run('token', 'create', 'first', '--scope', 'identities:write', '--write', join(house.folder, 'first.token'), ...config);
    run('token', 'create', 'eye', '--scope', 'read,beds:read,beds:write,operate,vitals:write', '--write', join(house.folder, 'eye.token'), ...config);
    if (roles) roles(join(house.folder, 'roles.toml'));
    mkdirSync(join(house.folder, 'drills'));
    copyFileSync(DRILL, join(house.folder, 'drills/drill-failover.json'));
    const args = ['demo', '--data', house.folder, '--beds', String(beds), '--speed', String(speed), '--seed', String(seed)];
    if (scenario) args.push('--scenario', scenario);
    // As whoever makes backups leaves it: touched when one is done.
    const mark = join(house.folder, 'last-backup');
    writeFileSync(mark, '');
    const env = { ...process.env, WARDLINE_REDIS__DRILL_REPORTS: join(house.folder, 'drills'), WARDLINE_STORE__BACKUP_MARK_FILE: mark };
    await house.listen((http, mllp) => spawn(BINARY, [...args, '--http', `127.0.0.1:${http}`, '--mllp', `127.0.0.1:${mllp}`], { cwd: house.folder, env, stdio: ['pipe', 'ignore', 'inherit'] }));
    if (process.env.WARDLINE_FRONT) house.url = await front(house.url);
    house.people = {};
    await house.hire();
    return house;
  }

  /** Starts a program at ports of its own and waits until it is ready. One that ends before that is started anew. */
  async listen(start) {
    for (let tries = 1; ; tries += 1) {
      const [http, mllp] = await freePorts(2);
      this.http = http;
      this.url = `http://127.0.0.1:${http}`;
      this.process = start(http, mllp);
      const program = this.process;
      const isReady = await until('the service is ready', async () => {
        if (program.exitCode !== null || program.signalCode !== null) return 'no';
        return (await fetch(`${this.url}/readyz`)).ok && 'yes';
      });
      // Somebody else's program at the port is none of ours.
      if (isReady === 'yes' && program.exitCode === null) return;
      if (tries === PORT_TRIES) throw new Error(`the program ended ${tries} times before it was ready`);
    }
  }

  token(name) {
    return readFileSync(join(this.folder, `${name}.token`), 'utf8').trim();
  }

  async call(method, path, { token = this.token('eye'), body, headers: more } = {}) {
    const headers = { ...more, ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  }

  /** The people of the tests, made as a site makes its own. */
  async hire() {
    const root = await this.person('root', 'security_admin', { token: this.token('first') });
    const unit = await this.unit();
    const token = await this.signIn(root);
    this.unitId = unit;
    const petra = await this.person('petra', 'privacy_officer', { token });
    await this.person('olga', 'operator', { token });
    await this.person('nora', 'nurse', { token, department: unit, supervisor: petra.id });
    await this.person('paul', 'physician', { token, supervisor: petra.id });
    await this.person('rita', 'registrar', { token });
  }

  /** The unit with the most patients. */
  async unit() {
    const units = await until('patients lie in beds', async () => {
      const { items } = await this.call('GET', '/v1/units');
      const taken = (unit) => Object.values(unit.by_band).reduce((sum, n) => sum + n, 0) + unit.incomplete;
      const found = items.sort((a, b) => taken(b) - taken(a));
      return found.length && taken(found[0]) > 2 ? found : undefined;
    });
    return units[0].id;
  }

  async person(login, role, { token, ...more }) {
    const body = { login, name: `${login[0].toUpperCase()}${login.slice(1)}`, kind: 'person', roles: [role], password: PASSWORD, ...more };
    const { id } = await this.call('POST', '/v1/users', { token, body });
    const credentials = { login, password: PASSWORD };
    const { secret } = await this.call('POST', '/v1/sign-in/second-factor', { token: null, body: credentials });
    const person = { id, login, role, secret, last: 0 };
    await this.call('POST', '/v1/sign-in/second-factor/confirm', { token: null, body: { credentials, first_code: await code(person) } });
    this.people[login] = person;
    return person;
  }

  /** A token for a person, as a program would have it. */
  async signIn(person) {
    return withCode(person, async (code) => {
      const body = { login: person.login, password: PASSWORD, code };
      return (await this.call('POST', '/v1/sign-in', { token: null, body })).token;
    });
  }

  /** Begins a record of somebody who is in no bed, as the desk does. */
  async begun(number, more = {}) {
    const token = await this.signIn(this.people.rita);
    const set = { name: { family: 'Ward', given: ['Ada'] }, birth_date: '1950-01-02', mrn: [{ value: number, authority: 'CONSOLE' }], ...more };
    const { id } = await this.call('POST', '/v1/patients', { token, body: { set } });
    return { id, token, read: () => this.call('GET', `/v1/patients/${id}`, { token }) };
  }

  /** Stops everything, alters the last byte of a record of the trail, and serves again at the same address. */
  async serveAltered(record) {
    await this.end();
    execFileSync(ALTER, [join(this.folder, 'data'), String(record)], { stdio: ['ignore', 'ignore', 'inherit'] });
    const args = ['serve', '--config', join(this.folder, 'wardline.toml'), '--data', join(this.folder, 'data'), '--http', `127.0.0.1:${this.http}`];
    this.process = spawn(BINARY, args, { cwd: this.folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await until('the service is there again', async () => (await fetch(`${this.url}/healthz`)).ok);
  }

  /** Stops or starts a partner system of the demonstration: 1 is `ehr`, 2 is `lab`. */
  partner(number) {
    this.process.stdin.write(`${number}\n`);
  }

  /** What is known of a destination of the hospital's channel. */
  async destination(name) {
    const { items } = await this.call('GET', '/v1/channels');
    return items[0].destinations.find((destination) => destination.name === name);
  }

  async end() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    // It may end by itself meanwhile.
    this.process.stdin.on('error', () => {});
    this.process.stdin.write('q\n');
    await Promise.race([ended, pause(20_000)]);
    this.process.kill();
    await Promise.race([ended, pause(10_000)]);
    this.process.kill('SIGKILL');
  }

  async stop() {
    await this.end();
    this.clear();
    leftovers.delete(this.clear);
  }
}

/** The next code of a person's authenticator (RFC 6238). Each counts once, and one step early or late is taken. */
export async function code(person) {
  for (;;) {
    const now = Math.floor(Date.now() / 30_000);
    // The one before is not taken shortly before it is one too old.
    const oldest = Date.now() % 30_000 < 20_000 ? now - 1 : now;
    const step = Math.max(person.last + 1, oldest);
    if (step <= now + 1) {
      person.last = step;
      return totp(person.secret, step);
    }
    await pause(500);
  }
}

/** Times that somebody takes another code: fewer than lock an account. */
const CODES = 3;

/** Does what needs a code, with another one where a slow machine let one grow too old on its way. */
export async function withCode(person, work) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work(await code(person));
    } catch (error) {
      if (tries === CODES || !/: 401\b/.test(error.message)) throw error;
    }
  }
}

function totp(secret, step) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Waits until something is so. */
export async function until(what, look, ms = 180_000) {
  const end = Date.now() + ms;
  let last;
  while (Date.now() < end) {
    try {
      const found = await look();
      if (found) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await pause(100);
  }
  throw new Error(`it did not come to be that ${what}`, { cause: last });
}

/** Ports that nobody listens at, each another one: all are taken before the first is given back. */
async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
