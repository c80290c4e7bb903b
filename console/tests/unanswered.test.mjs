// What nobody answers: acts, looks and streams whose answer is lost or never comes. Whoever asked is told so, is told what to
// do next, and goes on; what was sent again is done once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { as, findings, signIn, window } from './browser.mjs';
import { code, until } from './house.mjs';
import { setting } from './setting.mjs';
import { drawn, hold, loseFirst } from './slow.mjs';

let house;
let browser;
setting((...made) => { [house, browser] = made; });

/** Longer than the console waits for anything. */
const TOO_LONG_MS = 41_000;

/** A window whose clock the test sets, in which somebody is signed in. */
async function timed(login, path) {
  const page = await window(browser, house);
  await page.clock.install();
  await page.goto(path);
  await signIn(page, house.people[login]);
  return page;
}

let root;
let count = 0;

/** A token of the security administrator: one for all tests, since each code counts once. */
async function administrator() {
  root ??= await house.signIn(house.people.root);
  return root;
}

/** Somebody new: whose authenticator has a code that was not used yet. Gives the login. */
async function somebody(role) {
  count += 1;
  return (await house.person(`${role}-${count}`, role, { token: await administrator() })).login;
}

function focused(page) {
  return page.evaluate(() => document.activeElement.textContent);
}

/** Asks for a message to be delivered again, as far as the button that does it. */
async function deliverAgain(page) {
  await page.getByRole('button', { name: 'Deliver again…' }).click();
  await page.getByLabel('Reason', { exact: true }).fill('The partner restored an older copy');
  return page.getByRole('dialog').getByRole('button', { name: 'Deliver again…' });
}

describe('an act', () => {
  test('that nobody answers says that it may have been done, and is done once when it is sent again', async () => {
    const page = await timed(await somebody('operator'), '/messages/1');
    const sent = await loseFirst(page, '**/v1/jobs', { never: true });
    const send = await deliverAgain(page);
    await send.click();
    await until('it is done', () => sent.length === 1);

    await page.clock.fastForward(TOO_LONG_MS);

    const told = page.getByRole('dialog').getByRole('alert');
    await told.filter({ hasText: 'No answer came.' }).filter({ hasText: 'Within five minutes send it again as it stands: it is done once' }).waitFor();
    assert.deepEqual(await findings(page), []);
    await send.click();
    await page.waitForURL(/\/jobs\/\d+$/);
    const { items } = await house.call('GET', '/v1/jobs?limit=100');
    assert.equal(items.filter(({ action }) => action === 'replay').length, 1);
    assert.equal(sent.length, 2);
    assert.deepEqual(sent[0], sent[1]);
    assert.deepEqual(page.breaches, []);
  });

  test('that cannot be told from another one says to look first', async () => {
    const page = await timed(await somebody('operator'), '/channels/hospital');
    const slow = await hold(page, '**/try-now');
    await page.getByRole('button', { name: 'Try now' }).first().click();
    await until('it is asked', () => slow.asked.length === 1);

    await page.clock.fastForward(TOO_LONG_MS);

    await page.getByRole('alert').filter({ hasText: 'Look at what is there by now before you do it again.' }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Try now' }).first().isEnabled());
    await slow.come();
    assert.equal(await page.getByRole('alert').filter({ hasText: 'No answer came.' }).count(), 1, 'an answer that nobody waits for is shown');
    assert.deepEqual(page.breaches, []);
  });

  test('leaves the cursor where it is, is said to go on, and is sent once however often Enter is pressed', async () => {
    const page = await as(browser, house, await somebody('operator'), {}, '/messages/1');
    const slow = await hold(page, '**/v1/jobs', { times: 9, answer: async () => ({ status: 409, json: { code: 'limit_reached', title: 'There are as many jobs as there may be.' } }) });
    const send = await deliverAgain(page);
    await send.focus();

    await page.keyboard.press('Enter');
    await until('it is asked', () => slow.asked.length === 1);
    await page.getByRole('dialog').getByRole('status').filter({ hasText: 'Closing does not take it back.' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    await page.getByLabel('Reason', { exact: true }).press('Control+Enter');
    await send.focus();
    await drawn(page);

    assert.equal(slow.asked.length, 1);
    assert.equal(await send.getAttribute('aria-disabled'), 'true');
    assert.equal(await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).count(), 0);
    assert.deepEqual(await findings(page), []);
    await slow.come();
    await page.getByRole('alert').filter({ hasText: 'as many jobs as there may be' }).waitFor();
    assert.equal(await focused(page), 'Deliver again…');
    assert.equal(await send.getAttribute('aria-disabled'), null);
    assert.deepEqual(page.breaches, []);
  });

  test('that fails when its page was left is told where somebody went, with the way back', async () => {
    const page = await as(browser, house, await somebody('operator'), {}, '/messages');
    await page.locator('[data-row]').first().click();
    const send = await deliverAgain(page);
    const from = new URL(page.url()).pathname;
    const slow = await hold(page, '**/v1/jobs', { answer: async () => ({ status: 409, json: { code: 'limit_reached', title: 'There are as many jobs as there may be.' } }) });
    await send.click();
    await until('it is asked', () => slow.asked.length === 1);

    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Messages' }).waitFor();
    await slow.come();

    const told = page.getByRole('alert').filter({ hasText: 'There are as many jobs as there may be.' });
    await told.waitFor();
    assert.deepEqual(await findings(page), []);
    await told.getByRole('link', { name: 'Back to it' }).click();
    await page.waitForURL((url) => url.pathname === from);
    await told.waitFor({ state: 'detached' });
    assert.deepEqual(page.breaches, []);
  });

  test('that is under way is not left without being asked', async () => {
    const page = await as(browser, house, await somebody('operator'), {}, '/messages/1');
    const slow = await hold(page, '**/v1/jobs', { answer: async () => ({ status: 409, json: { code: 'limit_reached', title: 'There are as many jobs as there may be.' } }) });
    await (await deliverAgain(page)).click();
    await until('it is asked', () => slow.asked.length === 1);
    const asked = page.waitForEvent('dialog');

    // It is never done, and nobody waits for it.
    void page.reload().catch(() => {});
    const dialog = await asked;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await slow.come();
    await page.getByRole('dialog').getByRole('alert').filter({ hasText: 'as many jobs' }).waitFor();
    assert.deepEqual(page.breaches, []);
  });

  test('that was under way when the session ended is not said to have been done or not', async () => {
    const record = await house.begun('MIDACT-1');
    const desk = await somebody('registrar');
    const page = await as(browser, house, desk, {}, `/patients/${record.id}`);
    await page.getByRole('button', { name: 'Change…' }).click();
    await page.getByRole('textbox', { name: 'Date of birth' }).fill('1950-01-09');
    const slow = await hold(page, `**/v1/patients/${record.id}`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await until('it is asked', () => slow.asked.length === 1);

    const root = await administrator();
    const { items } = await house.call('POST', '/v1/sessions/search', { token: root, body: { filter: { user: desk } } });
    for (const { id } of items) await house.call('DELETE', `/v1/sessions/${id}`, { token: root });

    await page.getByText('Your session has ended.').waitFor();
    await page.getByRole('alert').filter({ hasText: 'It may have been done or not' }).waitFor();
    assert.deepEqual(await findings(page), []);
    await slow.come();
    assert.deepEqual(page.breaches, []);
  });
});

describe('a key', () => {
  test('whose issue was not answered is issued once, as it was asked for first', async () => {
    const root = await administrator();
    const { id } = await house.call('POST', '/v1/users', { token: root, body: { login: 'feed', name: 'Feed', kind: 'service', roles: ['integration'] } });
    const page = await as(browser, house, 'root', {}, `/users/${id}`);
    const sent = await loseFirst(page, '**/v1/api-keys');
    await page.getByRole('button', { name: 'New API key' }).click();
    const issue = page.getByRole('dialog').getByRole('button', { name: 'New API key' });
    await issue.click();
    await page.getByRole('alert').filter({ hasText: 'The server cannot be reached.' }).waitFor();

    await issue.click();

    await page.getByRole('dialog', { name: 'The key' }).waitFor();
    assert.deepEqual(sent[0], sent[1]);
    const { items } = await house.call('GET', `/v1/api-keys?user=${id}&limit=500`, { token: root });
    assert.equal(items.length, 1);
    assert.deepEqual(page.breaches, []);
  });
});

describe('an emergency access', () => {
  test('that was given and not heard of is the same when it is asked for again, and a code that was refused is gone', async () => {
    const page = await as(browser, house, 'nora', {}, '/break-glass');
    const sent = await loseFirst(page, '**/v1/emergencies');
    const ask = page.getByRole('button', { name: 'Break the glass' });
    await page.getByLabel('Patient number').fill('LOST-4711');
    await page.getByLabel('Code of your authenticator').fill(await code(house.people.nora));
    await ask.click();
    await page.getByRole('alert').filter({ hasText: 'it is done once' }).waitFor();

    await ask.click();

    await page.getByText('You hold an emergency access').waitFor();
    assert.equal(sent.length, 2);
    assert.deepEqual(sent[0], sent[1]);
    const given = await house.call('GET', '/v1/emergencies?limit=100', { token: await house.signIn(house.people.petra) });
    assert.equal(given.items.filter(({ patient }) => patient.includes('LOST-4711')).length, 1);

    // Given one that the server refused, then its code is gone, and the next is another request.
    await page.getByRole('button', { name: 'Give it back' }).click();
    await page.getByLabel('Patient number').fill('LOST-4711');
    await page.getByLabel('Code of your authenticator').fill('000000');
    await ask.click();
    await page.getByRole('alert').filter({ hasText: 'the code is not right' }).waitFor();
    assert.equal(await page.getByLabel('Code of your authenticator').inputValue(), '');
    assert.notEqual(sent[2].key, sent[1].key);
    assert.deepEqual(page.breaches, []);
  });
});

describe('who signs in', () => {
  test('is let try again when nobody answered, and asks once however often Enter is pressed', async () => {
    const page = await window(browser, house);
    await page.clock.install();
    await page.goto('/');
    await page.getByLabel('Login').fill('olga');
    await page.getByLabel('Password').fill('correct horse battery staple');
    const slow = await hold(page, '**/v1/sign-in', { times: 9, answer: async () => ({ status: 401, json: { code: 'not_let_in', title: 'Not let in' } }) });

    await page.keyboard.press('Enter');
    await until('it is asked', () => slow.asked.length === 1);
    await page.keyboard.press('Enter');
    await drawn(page);
    assert.equal(slow.asked.length, 1);
    await page.clock.fastForward(TOO_LONG_MS);

    await page.getByRole('alert').filter({ hasText: 'No answer came.' }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Sign in', exact: true }).isEnabled());
    assert.deepEqual(page.breaches, []);
  });
});

describe('dead letters', () => {
  test('whose count was not answered can be counted again', async () => {
    const page = await window(browser, house);
    const letter = { message: { id: 1, channel: 'hospital', message_type: 'ORU^R01', received_at: '2026-01-02T03:04:05Z', size_bytes: 300, peer: '127.0.0.1', destinations: ['lab'] }, destination: 'lab', reason: 'parked', since: '2026-01-02T03:04:05Z', attempt_count: 1 };
    await page.route(/\/v1\/dead-letters(\?|$)/, (route) => route.fulfill({ json: { items: [letter], next: null } }));
    await page.goto('/dead-letters');
    await signIn(page, house.people[await somebody('operator')]);
    const sent = await loseFirst(page, '**/v1/jobs');
    await page.getByRole('button', { name: 'Replay…' }).click();
    await page.getByRole('alert').filter({ hasText: 'The server cannot be reached.' }).waitFor();

    await page.getByRole('button', { name: 'Count again' }).click();

    await page.getByRole('status').filter({ hasText: 'Nothing was changed.' }).waitFor();
    assert.deepEqual(sent[0], sent[1]);
    assert.deepEqual(page.breaches, []);
  });
});

describe('a page', () => {
  test('that nobody answers says so, and asks again when told to', async () => {
    const page = await timed(await somebody('operator'), '/jobs');
    const slow = await hold(page, '**/v1/configuration');
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await until('it is asked', () => slow.asked.length === 1);

    await page.clock.fastForward(TOO_LONG_MS);

    await page.getByRole('alert').filter({ hasText: 'No answer came.' }).waitFor();
    await slow.come();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: /store\./ }).first().waitFor();
    assert.deepEqual(page.breaches, []);
  });

  test('looks at its session once at a time, so that a slow server has room for the rest', async () => {
    const page = await timed(await somebody('operator'), '/settings');
    const slow = await hold(page, '**/v1/me', { times: 99 });

    for (let look = 0; look < 4; look += 1) await page.clock.runFor(2_100);

    assert.equal(slow.asked.length, 1);
    await slow.come();
    assert.deepEqual(page.breaches, []);
  });

  test('says that there is no connection, keeps what is typed, and saves it when there is one', async () => {
    const record = await house.begun('OFFLINE-1');
    const page = await as(browser, house, await somebody('registrar'), {}, `/patients/${record.id}`);
    await page.getByRole('button', { name: 'Change…' }).click();

    await page.context().setOffline(true);
    await page.getByRole('textbox', { name: 'Date of birth' }).fill('1950-01-09');
    await page.getByRole('alert').filter({ hasText: /^No connection since \d\d:\d\d:\d\d/ }).waitFor();
    assert.deepEqual(await findings(page), []);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'This device is offline.' }).waitFor();

    await page.context().setOffline(false);
    await page.getByRole('alert').filter({ hasText: 'No connection since' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved as version 2.').waitFor();
    assert.equal((await record.read()).fields.birth_date, '1950-01-09');
    assert.deepEqual(page.breaches, []);
  });

  test('takes a stream up again as soon as the network is back', async () => {
    const page = await timed(await somebody('operator'), '/settings');
    let asked = 0;
    await page.route('**/v1/events*', (route) => {
      asked += 1;
      return route.abort();
    });
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await page.getByText('Connection lost').first().waitFor();
    // Given a clock that stands still, by which no pause between two tries ends.
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 60_000));
    await until('nobody tries any more', async () => {
      const before = asked;
      await page.waitForTimeout(500);
      return asked === before;
    });
    const before = asked;

    await page.evaluate(() => dispatchEvent(new Event('online')));

    await until('it is tried again', () => asked > before);
  });
});

describe('the end of a session', () => {
  test('that could not be put off is said not to be, and lets whoever typed at what they typed', async () => {
    const page = await as(browser, house, await somebody('operator'), {}, '/messages');
    await page.getByLabel('Find', { exact: true }).fill('half a nu');
    // Given a session that ends soon, and a server that hears nobody any more.
    let isDeaf = false;
    await page.route('**/v1/me', async (route) => {
      if (isDeaf) return route.abort();
      const response = await route.fetch();
      const me = await response.json();
      const at = (ms) => new Date(Date.now() + ms).toISOString();
      return route.fulfill({ response, json: { ...me, warns_at: at(-20_000), idle_expires_at: at(100_000) } });
    });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    const warning = page.getByRole('alertdialog', { name: 'You will be signed out' });
    await warning.waitFor();
    isDeaf = true;

    await page.keyboard.press('Space');

    await warning.getByRole('alert').filter({ hasText: 'this is not put off' }).waitFor();
    assert.deepEqual(await findings(page), []);
    await warning.getByRole('button', { name: 'Close' }).click();
    await warning.waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('Find', { exact: true }).inputValue(), 'half a nu');
    assert.deepEqual(page.breaches, []);
  });
});

describe('a report', () => {
  test('is of days as they are where its reader is', async () => {
    const page = await as(browser, house, 'petra', { timezoneId: 'Pacific/Auckland' }, '/audit');
    const panel = page.locator('form.panel').filter({ hasText: 'Make the report' });
    await panel.getByText('Pacific/Auckland').waitFor();
    // Summer time began there on 27 September 2026: the day has 23 hours.
    await panel.getByLabel('From').fill('2026-09-27');
    await panel.getByLabel('Until').fill('2026-09-27');
    const asked = page.waitForRequest('**/v1/audit/report');

    await panel.getByRole('button', { name: 'Make the report' }).click();

    const { from, until } = (await asked).postDataJSON();
    assert.deepEqual([from, until], ['2026-09-26T12:00:00.000Z', '2026-09-27T11:00:00.000Z']);
    assert.deepEqual(page.breaches, []);
  });
});
