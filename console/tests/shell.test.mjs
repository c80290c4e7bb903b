// Getting in and out, the shell around every page, the board.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { as, ending, findings, goByKeys, idleEnd, restingEnd, signIn, window } from './browser.mjs';
import { until } from './house.mjs';
import { setting } from './setting.mjs';

let house;
let browser;
setting((...made) => { [house, browser] = made; });

describe('the shell', () => {
  test('nobody is shown anything before signing in, and the page goes on where somebody wanted to be', async () => {
    const page = await window(browser, house);
    await page.goto('/channels');

    assert.deepEqual(await findings(page), []);
    await signIn(page, house.people.olga);

    await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor();
    assert.deepEqual(page.breaches, []);
  });

  test('the token is in no place that a script can read', async () => {
    const page = await as(browser, house, 'olga');

    const readable = await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]));

    assert.ok(!readable.includes('wls_'), readable);
    const cookies = await page.context().cookies();
    assert.equal(cookies.length, 1);
    assert.ok(cookies[0].httpOnly && cookies[0].sameSite === 'Strict');
  });

  test('what was not right is told and gives nothing away', async () => {
    const page = await window(browser, house);
    await page.goto('/');
    await page.getByLabel('Login').fill('olga');
    await page.getByLabel('Password').fill('not the password');
    await page.getByLabel('Code of your authenticator').fill('000000');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();

    await page.getByRole('alert').filter({ hasText: 'Login, password or code is not right' }).waitFor();
  });

  test('who signs out is out, and Back shows nothing', async () => {
    const page = await as(browser, house, 'olga');
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.getByText('You are signed out.').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  });

  test('who signs out is told so, also when the page hears of it before the answer; a late answer lets nobody in', async () => {
    const page = await as(browser, house, 'olga');
    let answered;
    const held = new Promise((resolve) => { answered = resolve; });
    // Given a look at the session that is answered late, and a sign-out whose answer is slower than the next look.
    await page.route('**/v1/me', async (route) => {
      const response = await route.fetch({ timeout: 0 });
      await held;
      await route.fulfill({ response });
    }, { times: 1 });
    await page.route('**/v1/sign-out', async (route) => {
      const refused = page.waitForResponse((one) => one.status() === 401);
      const response = await route.fetch({ timeout: 0 });
      await refused;
      await route.fulfill({ response });
    });
    await page.waitForRequest('**/v1/me');
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.getByText('You are signed out.').waitFor();
    const late = page.waitForResponse((one) => one.url().endsWith('/v1/me') && one.status() === 200);
    answered();
    await late;
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    assert.equal(await page.getByRole('navigation', { name: 'Pages' }).count(), 0);
    assert.deepEqual(page.breaches, []);
  });

  test('keys alone go from page to page and show their map', async () => {
    const page = await as(browser, house, 'nora');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();

    await goByKeys(page, 'b', '/beds');
    await page.getByRole('heading', { level: 1, name: 'Beds' }).waitFor();
    await page.getByRole('button', { name: 'Keys' }).focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.ok(await page.evaluate(() => document.activeElement.matches('.keys-button')), 'the focus is not back where it was');
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('j');

    assert.ok(await page.evaluate(() => document.activeElement.hasAttribute('data-row')));
  });

  test('a page that comes late leaves the cursor with whoever types by then', async () => {
    const page = await window(browser, house);
    let come;
    const held = new Promise((resolve) => { come = resolve; });
    // Given a page whose file is slow.
    await page.route('**/assets/overview*.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto('/');
    await signIn(page, house.people.olga);

    // When she searches meanwhile, and the page comes between two of her letters.
    await page.locator('[data-find]').focus();
    await page.keyboard.type('no-such-');
    come();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await until('the page is drawn', () => page.evaluate(() => document.title.startsWith('Overview')));
    await page.keyboard.type('number');
    await page.keyboard.press('Enter');

    // Then what she typed is searched for, whole, and the cursor goes to what was found.
    await page.getByText('Nothing found').waitFor();
    assert.equal(await page.getByLabel('Find', { exact: true }).inputValue(), 'no-such-number');
    await until('the heading has the focus', () => page.evaluate(() => document.activeElement.matches('h1')));
    assert.deepEqual(page.breaches, []);
  });

  test('a page that is open notices that its session was ended elsewhere', async (t) => {
    const page = await as(browser, house, 'rita');
    const root = await house.signIn(house.people.root);
    const { items } = await house.call('POST', '/v1/sessions/search', { token: root, body: { filter: { user: 'rita' } } });

    await house.call('DELETE', `/v1/sessions/${items[0].id}`, { token: root });
    const end = ending(page);
    await page.getByText('Your session has ended.').waitFor();

    assert.deepEqual(end.seen(t), []);
  });
});

describe('the board', () => {
  test('shows every bed of the own unit live, holds still when asked, and never extends the session', async () => {
    const page = await as(browser, house, 'nora', {}, '/beds');
    await page.getByRole('status').filter({ hasText: /^Live$/ }).waitFor();
    await page.locator('.card').first().waitFor();

    await page.keyboard.press('.');
    await page.getByText(/^Paused at/).waitFor();
    // What is held grows old by the clock; all else stays.
    const shown = () => page.locator('.board').locator('.card-place, .card-name, .vital-number').allInnerTexts();
    const held = await shown();
    assert.ok(held.length > 10, `${held}`);
    await page.waitForTimeout(3_000);
    assert.deepEqual(await shown(), held);
    await page.getByRole('button', { name: 'Go on with live updates' }).click();
    await page.getByRole('status').filter({ hasText: /^Live$/ }).waitFor();

    const first = await restingEnd(page);
    await page.waitForTimeout(3_000);
    assert.equal(await idleEnd(page), first);
    assert.deepEqual(page.breaches, []);
  });

  test('says on every page that it is no primary alarm', async () => {
    const page = await as(browser, house, 'nora');

    for (const path of ['/', '/beds']) {
      await page.goto(path);
      await page.getByRole('contentinfo').filter({ hasText: 'Not a primary alarm.' }).waitFor();
    }
  });
});
