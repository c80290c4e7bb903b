// Technical controls of the Security Rule: what fails is shown with what to do about it, on paper the report is whole, and who
// may not see the installation finds none of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, findings, goByKeys } from './browser.mjs';
import { until } from './house.mjs';
import { setting } from './setting.mjs';

let house;
let browser;
setting((...made) => { [house, browser] = made; });

/** A control on the page, by its name. */
function control(page, id) {
  return page.getByRole('listitem').filter({ has: page.getByText(id, { exact: true }) });
}

test('who may see the installation sees which control fails, why and what to do, and can look at open ones alone', async () => {
  const page = await as(browser, house, 'petra');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await goByKeys(page, 'h', '/compliance');
  await page.getByRole('heading', { level: 1, name: 'Compliance' }).waitFor();

  // The house gave its tests tokens that never end.
  const failing = control(page, 'machines.keys-end');
  await failing.getByText('Fail', { exact: true }).waitFor();
  await failing.getByText('45 CFR 164.312(d)').waitFor();
  await failing.getByText(/of these without an end: [1-9]/).waitFor();
  await failing.getByText('wardline token create --expires-in-days').waitFor();
  await control(page, 'trail.retention').getByText('Pass', { exact: true }).waitFor();
  await control(page, 'trail.outside').getByText('Unknown', { exact: true }).waitFor();
  await page.getByText('a risk analysis of all systems').waitFor();

  await page.getByLabel('Show', { exact: true }).selectOption('open');

  await control(page, 'trail.retention').waitFor({ state: 'hidden' });
  assert.equal(new URL(page.url()).search, '?show=open');
  await page.reload();
  await failing.waitFor();
  await control(page, 'trail.outside').waitFor();
  assert.equal(await control(page, 'trail.retention').isVisible(), false);
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(page.breaches, []);
});

test('a look is of the moment in which somebody asks', async () => {
  const page = await as(browser, house, 'olga', {}, '/compliance');
  const at = () => page.getByRole('status').getByRole('time').first().getAttribute('datetime');
  const first = await at();

  await until('there is a later look', async () => {
    await page.getByRole('button', { name: 'Look again' }).click();
    return (await at()) > first;
  });

  assert.equal(await page.locator('.failed').count(), 0);
});

test('on paper the report is whole and light, whatever the screen shows', async () => {
  const page = await as(browser, house, 'olga', { colorScheme: 'dark' }, '/compliance?show=open');
  await page.getByLabel('Colours').selectOption('dark');
  await control(page, 'machines.keys-end').waitFor();
  await page.evaluate(() => { globalThis.print = () => { globalThis.wasPrinted = true; }; });
  await page.getByRole('button', { name: 'Print' }).click();
  await page.waitForFunction(() => globalThis.wasPrinted);

  await page.emulateMedia({ media: 'print' });

  const report = await house.call('GET', '/v1/compliance', { token: await house.signIn(house.people.olga) });
  for (const { id, evidence } of report.controls) {
    assert.ok(await control(page, id).isVisible(), `${id} is not on paper`);
    assert.equal(await control(page, id).locator('.evidence li').count(), evidence.length, id);
  }
  for (const { what } of report.outside) assert.ok(await page.getByText(what, { exact: true }).isVisible(), what);
  assert.ok(await page.getByText(report.notice).isVisible());
  assert.equal(await page.getByRole('button', { name: 'Look again' }).isVisible(), false);
  assert.equal(await page.getByRole('navigation', { name: 'Pages' }).isVisible(), false);
  const ink = await page.evaluate(() => getComputedStyle(document.body).color);
  assert.equal(ink, 'rgb(22, 33, 31)');
});

test('a role that runs nothing finds no report, and the server refuses it', async () => {
  const page = await as(browser, house, 'nora');

  assert.equal(await page.getByRole('link', { name: 'Compliance', exact: true }).count(), 0);
  const status = await page.evaluate(async () => (await fetch('/v1/compliance', { headers: { 'Wardline-Browser': '1' } })).status);
  assert.equal(status, 403);
  await page.goto('/compliance');
  await page.getByRole('alert').filter({ hasText: 'may not do this' }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Print' }).isEnabled(), false);
});
