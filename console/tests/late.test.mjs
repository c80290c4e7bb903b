// What comes late: answers, pages and streams that are slow, and people who have gone on meanwhile. Nobody loses what they
// typed, is shown what they no longer asked for, or takes what is old for what is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { as, signIn, window } from './browser.mjs';
import { until } from './house.mjs';
import { setting } from './setting.mjs';
import { drawn, hold } from './slow.mjs';

let house;
let browser;
setting((...made) => { [house, browser] = made; });

/** Beds as the stream tells them. */
function told(beds) {
  return { contentType: 'text/event-stream', body: beds.map((bed, at) => `id: ${at + 1}-0\nevent: bed\ndata: ${JSON.stringify(bed)}\n\n`).join('') };
}

function letter(id) {
  return {
    message: { id, channel: 'hospital', message_type: 'ORU^R01', received_at: '2026-01-02T03:04:05Z', size_bytes: 300, peer: '127.0.0.1', destinations: ['lab'] },
    destination: 'lab', reason: 'parked', since: '2026-01-02T03:04:05Z', attempt_count: 1,
  };
}

describe('patients', () => {
  test('an answer about one is not shown to whoever asked for another by then', async () => {
    await house.begun('Slowly', { name: { family: 'Slowly', given: ['Ada'] } });
    await house.begun('Quickly', { name: { family: 'Quickly', given: ['Ada'] } });
    const page = await as(browser, house, 'rita', {}, '/patients');
    const slow = await hold(page, '**/v1/patients/search');
    const search = async (number) => {
      await page.getByLabel('Number', { exact: true }).fill(number);
      await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
    };

    await search('Slowly');
    await search('Quickly');
    await page.getByRole('link', { name: 'Quickly, Ada' }).waitFor();
    await slow.come();

    assert.deepEqual(await page.getByRole('main').getByRole('table').getByRole('link').allInnerTexts(), ['Quickly, Ada']);
    assert.deepEqual(page.breaches, []);
  });

  test('what is typed while a change is being saved is not lost, and is saved next', async () => {
    const record = await house.begun('Typing');
    const page = await as(browser, house, 'rita', {}, `/patients/${record.id}`);
    await page.getByRole('button', { name: 'Change…' }).click();
    const family = page.getByRole('group', { name: 'Name', exact: true }).getByLabel('Family name');
    await family.fill('First');
    const slow = await hold(page, `**/v1/patients/${record.id}`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await until('it is being saved', () => slow.asked.length === 1);

    await page.getByRole('textbox', { name: 'Date of birth' }).fill('1950-01-09');
    await slow.come();

    await page.getByText('Saved as version 2. What you typed since is not saved yet.').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Date of birth' }).inputValue(), '1950-01-09');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved as version 3.').waitFor();
    const { fields } = await record.read();
    assert.deepEqual([fields.name.family, fields.birth_date], ['First', '1950-01-09']);
    assert.deepEqual(page.breaches, []);
  });

  test('what is typed key by key stays as it is typed: a number with its point, and a text that grows long', async () => {
    const record = await house.begun('Keys', { emergency_contact: { name: 'Bo', share: 1 } });
    const page = await as(browser, house, 'rita', {}, `/patients/${record.id}`);
    await page.getByRole('button', { name: 'Change…' }).click();
    const contact = page.getByRole('group', { name: 'Emergency contact', exact: true });
    const long = 'a long name '.repeat(9).trim();

    await contact.getByLabel('share', { exact: true }).fill('');
    await contact.getByLabel('share', { exact: true }).pressSequentially('7.50');
    await contact.getByLabel('Name', { exact: true }).fill('');
    await page.keyboard.type(long);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved as version 2.').waitFor();

    assert.deepEqual((await record.read()).fields.emergency_contact, { name: long, share: 7.5 });
    assert.deepEqual(page.breaches, []);
  });

  test('a bed that may be seen no more is on the page no more', async () => {
    const { items } = await house.call('GET', `/v1/beds?unit=${house.unitId}&state=occupied`, { token: await house.signIn(house.people.nora) });
    const page = await window(browser, house);
    await page.clock.install();
    await page.goto(`/beds/${encodeURIComponent(items[0].id)}`);
    await signIn(page, house.people.nora);
    await page.locator('.bed-name').waitFor();
    await page.route(/\/v1\/beds\/[^/]+$/, (route) => route.fulfill({ status: 403, json: { code: 'access_denied', title: 'The policy does not allow this.' } }));

    await page.clock.fastForward(11_000);

    await page.getByText('The policy does not allow this.').waitFor();
    assert.equal(await page.locator('.bed-name').count(), 0);
  });
});

describe('the board', () => {
  test('says that it is old for as long as nobody answers, and shows nobody who may be seen no more', async () => {
    const { items } = await house.call('GET', `/v1/beds?unit=${house.unitId}&state=occupied`, { token: await house.signIn(house.people.nora) });
    const page = await window(browser, house);
    await page.goto('/');
    await signIn(page, house.people.nora);
    // Given a stream that ends, after which nobody answers.
    const silent = await (async () => {
      let answer;
      const held = new Promise((resolve) => { answer = resolve; });
      let asked = 0;
      await page.route('**/v1/stream*', async (route) => {
        asked += 1;
        if (asked === 1) return route.fulfill(told(items.slice(0, 2)));
        await held;
        return route.fulfill(told(items.slice(0, 1))).catch(() => {});
      });
      return { answer, asked: () => asked };
    })();
    await page.getByRole('link', { name: 'Beds', exact: true }).click();
    await until('both beds are shown', async () => (await page.locator('.card').count()) === 2);

    // While it is asked anew, what is shown is old, and said to be.
    await until('the stream is asked for again', () => silent.asked() >= 2);
    await drawn(page);
    await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor();
    assert.equal(await page.locator('.board.old').count(), 1);

    // When somebody pauses, goes on, and one of the beds is not told any more, then it is gone.
    await page.getByRole('button', { name: 'Pause live updates' }).click();
    await page.getByText(/^Paused at/).waitFor();
    await page.getByRole('button', { name: 'Go on with live updates' }).click();
    await page.getByRole('status').filter({ hasText: 'What is shown is from before' }).waitFor();
    silent.answer();
    await until('one bed is shown', async () => (await page.locator('.card').count()) === 1);
    assert.deepEqual(page.breaches, []);
  });
});

describe('a session', () => {
  test('of somebody else in another window ends what is open here', async () => {
    const page = await as(browser, house, 'olga', {}, '/messages');
    await page.getByLabel('Find', { exact: true }).fill('Zebrowski');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing found').waitFor();
    // Given a window that asks nothing meanwhile, as one that nobody sees.
    let come;
    const seen = new Promise((resolve) => { come = resolve; });
    await page.route('**/v1/me', async (route) => {
      await seen;
      await route.continue();
    });
    const other = await page.context().newPage();
    await other.goto('/');
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.getByText('You are signed out.').waitFor();
    await signIn(other, house.people.petra);
    come();

    // Then it shows the console of who is signed in, and nothing that was looked for.
    await page.getByText('petra', { exact: true }).waitFor();
    await page.getByLabel('Find', { exact: true }).waitFor();
    assert.equal(await page.getByLabel('Find', { exact: true }).inputValue(), '');
    assert.ok(!(await page.content()).includes('Zebrowski'));
    assert.deepEqual(page.breaches, []);
  });

  test('that has ended gives nothing of what it asked for to the next', async () => {
    const page = await as(browser, house, 'nora', {}, '/break-glass');
    const root = await house.signIn(house.people.root);
    const ines = await house.person('ines', 'nurse', { token: root, department: house.unitId });
    const slow = await hold(page, '**/v1/emergencies', {
      times: 2,
      answer: async () => ({ status: 201, json: { id: 'e1', token: 'wle_secret', expires_at: new Date(Date.now() + 3_600_000).toISOString(), told: 1 } }),
    });
    await page.getByLabel('Patient number').fill('4711');
    await page.getByLabel('Code of your authenticator').fill('000000');
    const ask = page.getByRole('button', { name: 'Break the glass' });
    await ask.click();
    await until('it is asked', () => slow.asked.length === 1);
    assert.ok(await ask.isDisabled(), 'it could be asked twice');

    const { items } = await house.call('POST', '/v1/sessions/search', { token: root, body: { filter: { user: 'nora' } } });
    for (const { id } of items) await house.call('DELETE', `/v1/sessions/${id}`, { token: root });
    await page.getByText('Your session has ended.').waitFor();
    await signIn(page, ines);
    await slow.come();

    await page.getByRole('heading', { name: 'Ask for access' }).waitFor();
    assert.equal(await page.getByText('You hold an emergency access').count(), 0);
    assert.deepEqual(page.breaches, []);
  });

  test('whose end the server was not told is not said to have ended', async () => {
    const page = await as(browser, house, 'olga');
    await page.route('**/v1/sign-out', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('alert').filter({ hasText: 'The server does not know that you left.' }).waitFor();
    assert.equal(await page.getByRole('navigation', { name: 'Pages' }).count(), 0);
    await page.unroute('**/v1/sign-out');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    assert.equal(await page.getByRole('navigation', { name: 'Pages' }).count(), 0);
    assert.deepEqual(page.breaches, []);
  });

  test('does not end by a clock of the browser that was set', async () => {
    const page = await window(browser, house);
    await page.clock.install();
    await page.goto('/messages');
    await signIn(page, house.people.olga);
    await page.getByLabel('Find', { exact: true }).fill('half a number');

    await page.clock.setSystemTime(Date.now() + 3_600_000);
    await page.waitForResponse((one) => one.url().endsWith('/v1/me'));
    await page.clock.runFor(5_000);
    await page.waitForResponse((one) => one.url().endsWith('/v1/me'));
    await drawn(page);

    assert.equal(await page.getByLabel('Find', { exact: true }).inputValue(), 'half a number');
    assert.equal(await page.getByRole('alertdialog').count(), 0);
    assert.deepEqual(page.breaches, []);
  });
});

describe('a message', () => {
  test('is not shown in clear to whoever looked away before its values came', async () => {
    const page = await as(browser, house, 'olga', {}, '/messages/1');
    const slow = await hold(page, '**/v1/messages/1/reveal');
    await page.getByRole('button', { name: 'Show values…' }).click();
    await page.getByRole('button', { name: 'Repairing a refused message' }).click();
    await page.getByRole('button', { name: 'Show for 60 s' }).click();
    await until('it is asked', () => slow.asked.length === 1);

    await page.evaluate(() => dispatchEvent(new Event('blur')));
    await slow.come();

    await page.getByRole('alert').filter({ hasText: 'You looked away' }).waitFor();
    assert.equal(await page.getByText('Values are in clear.').count(), 0);
    await page.getByRole('button', { name: 'Show for 60 s' }).click();
    await page.getByText('Values are in clear.').waitFor();
    assert.deepEqual(page.breaches, []);
  });

  test('is delivered again once when the first answer was lost', async () => {
    const page = await as(browser, house, 'olga', {}, '/messages/1');
    const keys = [];
    await page.route('**/v1/jobs', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      const response = await route.fetch({ timeout: 0 });
      if (keys.length === 1) return route.abort();
      if (keys.length === 2) return route.fulfill({ status: 409, json: { code: 'idempotency_key_busy', title: 'It is being worked on' } });
      return route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Deliver again…' }).click();
    await page.getByLabel('Reason', { exact: true }).fill('The partner restored an older copy');
    const send = page.getByRole('dialog').getByRole('button', { name: 'Deliver again…' });
    await send.click();
    await page.getByRole('alert').filter({ hasText: 'The server cannot be reached.' }).waitFor();
    await send.click();
    await page.getByRole('alert').filter({ hasText: 'It is being worked on' }).waitFor();
    await send.click();
    await page.waitForURL(/\/jobs\/\d+$/);

    assert.equal(keys.length, 3);
    assert.deepEqual([...new Set(keys)], [keys[0]]);
    assert.deepEqual(page.breaches, []);
  });
});

describe('dead letters', () => {
  /** The page over letters that change when told. */
  async function piled(...ids) {
    let letters = ids.map(letter);
    const page = await window(browser, house);
    await page.route(/\/v1\/dead-letters(\?|$)/, (route) => route.fulfill({ json: { items: letters, next: null } }));
    await page.clock.install();
    await page.goto('/dead-letters');
    await signIn(page, house.people.olga);
    const group = page.locator('.group');
    await group.getByRole('button', { name: 'Show', exact: true }).click();
    const become = async (...ids) => {
      letters = ids.map(letter);
      const looked = page.waitForResponse(/\/v1\/dead-letters(\?|$)/);
      await page.clock.fastForward(10_500);
      await looked;
    };
    return { page, group, become };
  }

  test('that were chosen and are settled by somebody else are no choice of all the others', async () => {
    const { page, group, become } = await piled(1, 2, 3);
    await group.getByRole('checkbox', { name: 'Choose message 1' }).check();
    await group.getByText('1 chosen').waitFor();

    await become(2, 3);

    await group.getByText('What you chose is settled by now.').waitFor();
    assert.equal(await group.getByRole('button', { name: 'Discard…' }).count(), 0);
    await group.getByRole('button', { name: 'Choose anew' }).click();
    await group.getByRole('button', { name: 'Discard…' }).waitFor();
    assert.deepEqual(page.breaches, []);
  });

  test('are walked by keys also when the row that has the cursor is settled, and a window with a text stays open', async () => {
    const { page, group, become } = await piled(1, 2, 3);
    const rows = group.locator('tr [data-row]');
    await rows.nth(0).focus();
    await page.keyboard.press('j');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), '2');

    await become(1, 3);
    await until('the row is gone', async () => (await rows.count()) === 2);
    await page.keyboard.press('j');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), '3');

    await group.getByRole('button', { name: 'Discard…' }).click();
    await page.getByLabel('Reason', { exact: true }).fill('A reason that is half');
    await become();
    await group.waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('Reason', { exact: true }).inputValue(), 'A reason that is half');
    assert.deepEqual(page.breaches, []);
  });

  test('are counted for the value that stands there, not for one that stood there when counting began', async () => {
    const { page, group } = await piled(1, 2);
    const job = { id: 1, state: 'finished', counts: { examined: 2, changed: 2, skipped: 0 } };
    const slow = await hold(page, '**/v1/jobs', { answer: async () => ({ status: 201, json: job }) });
    await group.getByRole('button', { name: 'Edit…' }).click();
    await page.getByLabel('Field', { exact: true }).fill('MSH-6');
    await page.getByLabel('New value').fill('COUNTED');
    await page.getByRole('button', { name: 'Count first' }).click();
    await until('it is counted', () => slow.asked.length === 1);

    await page.getByLabel('New value').fill('ANOTHER');
    await slow.come();

    await until('it may be counted again', () => page.getByRole('button', { name: 'Count first' }).isEnabled());
    assert.equal(await page.getByRole('button', { name: /^Send/ }).count(), 0);
    assert.deepEqual(page.breaches, []);
  });
});

describe('who signs in', () => {
  test('stays in when the sign-out of the one before is answered late', async () => {
    const page = await as(browser, house, 'olga');
    const slow = await hold(page, '**/v1/sign-out');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, house.people.rita);

    await slow.come();

    assert.equal(await page.locator('.who strong').innerText(), 'rita');
    await page.reload();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    assert.equal(await page.locator('.who strong').innerText(), 'rita');
    assert.deepEqual(page.breaches, []);
  });
});

describe('a page', () => {
  test('whose answers take longer than it waits between two looks is shown nevertheless', async () => {
    const page = await window(browser, house);
    await page.clock.install();
    // A page that does not ask for channels itself.
    await page.goto('/settings');
    await signIn(page, house.people.olga);
    const slow = await hold(page, '**/v1/channels', { times: 99 });
    await page.getByRole('link', { name: 'Channels', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor();
    await until('channels are asked for', () => slow.asked.length > 0);
    const first = slow.asked.length;

    for (let look = 0; look < 4; look += 1) await page.clock.runFor(2_100);
    assert.equal(slow.asked.length, first, 'each look gave up the one before');
    await slow.come();

    await page.getByRole('link', { name: 'hospital', exact: true }).waitFor();
    assert.deepEqual(page.breaches, []);
  });

  test('that comes late leaves the cursor where somebody went by keys', async () => {
    const page = await as(browser, house, 'olga');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    const slow = await hold(page, '**/assets/jobs*.js');
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: 'Jobs' }).focus();
    await page.keyboard.press('Enter');
    await until('the page is on its way', () => slow.asked.length === 1);

    await page.keyboard.press('Tab');
    const there = await page.evaluate(() => document.activeElement.textContent);
    await slow.come();
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
    await until('the page is drawn', () => page.evaluate(() => document.title.startsWith('Jobs')));

    assert.equal(await page.evaluate(() => document.activeElement.textContent), there);
    assert.deepEqual(page.breaches, []);
  });

  test('that was left is left, also with a filter half typed', async () => {
    const page = await as(browser, house, 'olga');
    await page.getByRole('link', { name: 'Messages', exact: true }).click();
    await page.getByLabel('Type', { exact: true }).pressSequentially('ADT');

    await page.goBack();

    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await drawn(page);
    assert.equal(new URL(page.url()).pathname, '/');
    assert.deepEqual(page.breaches, []);
  });

  test('gives no verdict on the trail when the answer was cut off', async () => {
    const page = await as(browser, house, 'petra', {}, '/audit');
    await page.route('**/v1/audit/verify', (route) => route.fulfill({ contentType: 'application/x-ndjson', body: '{"records":300,"of":1000}\n' }));

    await page.getByRole('button', { name: 'Verify' }).click();

    await page.getByRole('alert').filter({ hasText: 'The answer was cut off.' }).waitFor();
    assert.equal(await page.getByRole('progressbar').count(), 0);
    assert.deepEqual(page.breaches, []);
  });
});
