// Views that people keep, and what those who watch the installation see of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, findings, signIn } from './browser.mjs';
import { setting } from './setting.mjs';

let house;
let browser;
setting((...made) => { [house, browser] = made; });

test('a view is kept by its filters, is there again, is its owner\'s alone, and holds nothing that somebody looked for', async () => {
  const page = await as(browser, house, 'olga', {}, '/messages?state=done&type=ADT%5EA01');
  await page.getByLabel('Find', { exact: true }).fill('Zebrowski');
  await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
  await page.getByRole('button', { name: 'Keep this view' }).click();
  const view = page.getByRole('group', { name: 'Kept views' }).getByRole('link', { name: 'type ADT^A01, state Done' });
  await view.waitFor();
  assert.deepEqual(await findings(page), []);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
  assert.ok(!kept.includes('Zebrowski') && !kept.includes('olga'), kept);

  // Given another visit, it leads to the same address.
  await page.goto('/messages');
  await view.click();
  await page.waitForURL(/\/messages\?type=ADT%5EA01&state=done$/);
  assert.equal(await page.getByLabel('State', { exact: true }).inputValue(), 'done');

  // Somebody else at the same browser does not see it.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
  await house.person('otto', 'operator', { token: await house.signIn(house.people.root) });
  await signIn(page, house.people.otto);
  await page.goto('/messages');
  await page.getByRole('heading', { level: 1, name: 'Messages' }).waitFor();
  assert.equal(await view.count(), 0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();

  // And whoever kept it forgets it.
  await signIn(page, house.people.olga);
  await page.goto('/messages');
  await page.getByRole('button', { name: 'Forget the view: type ADT^A01, state Done' }).click();
  await view.waitFor({ state: 'detached' });
  assert.deepEqual(page.breaches, []);
});

test('what somebody put into the browser\'s store in the place of views is no view', async () => {
  const page = await as(browser, house, 'olga');
  const user = await page.evaluate(async () => (await (await fetch('/v1/me', { headers: { 'Wardline-Browser': '1', 'Wardline-Passive': '1' } })).json()).user);
  const wrong = ['javascript:alert(1)', '//elsewhere.example/messages?state=done', '/patients?number=4711', '/messages?find=Zebrowski', `/messages?state=${'a'.repeat(400)}`, 7, null, '/messages?state=waiting&number=4711'];
  await page.evaluate(([user, wrong]) => localStorage.setItem('wardline-views', JSON.stringify({ [user]: wrong })), [user, wrong]);

  await page.goto('/messages');

  const links = page.getByRole('group', { name: 'Kept views' }).getByRole('link');
  await links.first().waitFor();
  assert.deepEqual(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href'))), ['/messages?state=waiting']);
  assert.deepEqual(page.breaches, []);
});

test('tokens of the site are shown by name, scopes and age to those who see identities, and no secret is', async () => {
  const page = await as(browser, house, 'petra', {}, '/settings');
  const row = page.getByRole('row', { name: /^eye/ });

  await row.getByText('vitals:write').waitFor();

  await row.getByText(/ ago$/).waitFor();
  await row.getByText('never').waitFor();
  assert.ok(!(await page.content()).includes(house.token('eye')));
  const olga = await house.signIn(house.people.olga);
  const refused = await house.call('GET', '/v1/tokens', { token: olga }).catch((error) => error.message);
  assert.match(refused, /403/);
});

test('who watches the store is in the trail once, however many looks the page shows', async () => {
  const page = await as(browser, house, 'olga', {}, '/estate');
  await page.getByRole('heading', { name: 'Embedded store' }).waitFor();
  await page.getByRole('status').filter({ hasText: /^Live$/ }).waitFor();
  const looked = page.locator('.facts div').filter({ hasText: 'Looked at' }).locator('time');
  const first = await looked.getAttribute('datetime');
  await page.waitForFunction((first) => ![...document.querySelectorAll('.facts div')].some((fact) => fact.textContent.includes('Looked at') && fact.querySelector('time')?.dateTime === first), first);

  const petra = await house.signIn(house.people.petra);
  const { items } = await house.call('POST', '/v1/audit/search', { token: petra, body: { filter: { user: 'olga', kind: 'stream-watched' } } });

  const watched = items.filter((record) => record.data_types?.includes('system'));
  assert.equal(watched.length, 1, JSON.stringify(items));
  // When the last backup was made, the mark says.
  await page.locator('.facts div').filter({ hasText: 'Last backup' }).getByText('one is due every 26 h').waitFor();
  await page.getByRole('button', { name: 'Pause live updates' }).click();
  await page.getByText(/^Paused at/).waitFor();
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(page.breaches, []);
});
