// The estate on a real Redis: three servers and three Sentinels of a lab, looked at in a browser while one is killed.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, findings, open } from './browser.mjs';
import { BINARY, House, atEnd, until } from './house.mjs';
import { LOOKS } from './looks.mjs';

let house;
let browser;
let lab;

/** Raises a lab and serves on it. */
async function raise() {
  house = new House();
  house.folder = mkdtempSync(join(tmpdir(), 'wardline-estate-'));
  lab = join(house.folder, 'lab');
  atEnd(clear);
  const run = (...args) => execFileSync(BINARY, args, { cwd: house.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('redis', 'lab', 'up', '--topology', 'sentinel', '--dir', lab);
  const settings = run('redis', 'lab', 'env', '--dir', lab).matchAll(/^export (\w+)='(.*)'$/gm);
  const env = { ...process.env, ...Object.fromEntries([...settings].map(([, name, value]) => [name, value])) };
  run('init', house.folder);
  rmSync(join(house.folder, 'channels/adt-in.toml'));
  const file = join(house.folder, 'wardline.toml');
  const config = ['--config', file];
  run('token', 'create', 'first', '--scope', 'identities:write', '--write', join(house.folder, 'first.token'), ...config);
  await house.listen((http) => spawn(BINARY, ['serve', ...config, '--http', `127.0.0.1:${http}`], { cwd: house.folder, env, stdio: ['pipe', 'ignore', 'inherit'] }));
  house.people = {};
  const root = await house.person('root', 'security_admin', { token: house.token('first') });
  await house.person('olga', 'operator', { token: await house.signIn(root) });
}

/** Ends what runs, in whatever state it is. */
function clear() {
  house.process?.kill('SIGKILL');
  if (existsSync(lab)) execFileSync(BINARY, ['redis', 'lab', 'down', '--dir', lab]);
  rmSync(house.folder, { recursive: true, force: true });
}

before(async () => {
  await raise();
  browser = await open();
});

after(async () => {
  await browser?.close();
  if (house?.process?.exitCode === null) {
    const ended = new Promise((resolve) => house.process.once('exit', resolve));
    house.process.kill();
    await ended;
  }
});

test('servers, Sentinels and who confirms are shown, and a server that dies is silent within seconds', async () => {
  const page = await as(browser, house, 'olga', {}, '/estate');
  const servers = page.getByRole('group', { name: 'Servers' }).getByRole('row');
  await until('three servers are shown', async () => (await servers.count()) === 4);
  // Just raised, replicas may still be on their way.
  await until('one master has two replicas that confirm', async () => (await servers.filter({ hasText: '2 replicas confirm' }).count()) === 1);
  await until('three Sentinels are shown', async () => (await page.getByRole('group', { name: 'Sentinels' }).getByRole('row').count()) === 4);
  await page.getByRole('img', { name: /is master of.*Watched by 3 Sentinels/s }).waitFor();

  const names = JSON.parse(execFileSync(BINARY, ['redis', 'lab', 'status', '--json', '--dir', lab], { encoding: 'utf8' })).nodes;
  const replica = names.find((node) => node.role === 'replica');
  execFileSync(BINARY, ['redis', 'lab', 'kill', replica.name, '--dir', lab]);

  await servers.filter({ hasText: replica.address }).getByText('silent', { exact: true }).waitFor();
  await page.getByRole('status', { name: 'What to look at' }).getByText(replica.address).first().waitFor();
  execFileSync(BINARY, ['redis', 'lab', 'start', replica.name, '--dir', lab]);
  await servers.filter({ hasText: '2 replicas confirm' }).waitFor();
  assert.deepEqual(page.breaches, []);
});

test('the page of an estate is whole in every look', async (t) => {
  const page = await as(browser, house, 'olga', {}, '/estate');
  for (const [name, media, width] of LOOKS) {
    await t.test(name, async () => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce', ...media });
      await page.goto('/estate');
      await page.getByRole('group', { name: 'Servers' }).waitFor();

      assert.deepEqual(await findings(page), []);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(sideways <= 0, `${sideways} px stick out`);
    });
  }
  assert.deepEqual(page.breaches, []);
});
