// A browser that watches for what must never happen: a breach of the content security policy, a request elsewhere, an
// error in a script.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { PASSWORD, until, withCode } from './house.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 180_000;
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Opens the browser; each test gets windows of its own from it. */
export function open() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
}

/** A window in which nobody is signed in. `breaches` gathers what must not be. */
export async function window(browser, house, options = {}) {
  const context = await browser.newContext({ baseURL: house.url, viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/London', ...options });
  // Patience costs nothing where all is well: a busy machine may take ten times as long as a quiet one.
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.breaches = [];
  page.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(text)) page.breaches.push(`csp: ${text}`);
  });
  page.on('pageerror', (error) => page.breaches.push(`error: ${error}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(house.url) && !request.url().startsWith('data:')) page.breaches.push(`elsewhere: ${request.url()}`);
  });
  return page;
}

/** Signs somebody in as people do: by the form. */
export async function signIn(page, person) {
  await page.getByLabel('Login').fill(person.login);
  await page.getByLabel('Password').fill(PASSWORD);
  await withCode(person, async (code) => {
    await page.getByLabel('Code of your authenticator').fill(code);
    const answered = page.waitForResponse((one) => new URL(one.url()).pathname === '/v1/sign-in');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const answer = await answered;
    if (!answer.ok()) throw new Error(`${person.login} may not sign in: ${answer.status()}`);
  });
  await page.getByRole('navigation', { name: 'Pages' }).or(page.getByRole('button', { name: 'Menu' })).first().waitFor();
}

/** A window in which somebody is signed in. */
export async function as(browser, house, login, options = {}, path = '/') {
  const page = await window(browser, house, options);
  await page.goto(path);
  await signIn(page, house.people[login]);
  return page;
}

/** Goes to a page by keys. Two keys go together when they come within a second or so: where a machine is slower than that,
 * they are pressed again. */
export async function goByKeys(page, key, path) {
  await until(`the keys lead to ${path}`, async () => {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    return new URL(page.url()).pathname === path;
  });
}

/** When the session of a page ends if its person does nothing; asking is nothing that a person does. */
export function idleEnd(page) {
  return page.evaluate(async () => (await (await fetch('/v1/me', { headers: { 'Wardline-Browser': '1', 'Wardline-Passive': '1' } })).json()).idle_expires_at);
}

/** When the session ends, once what a person did before is known to the server: it may still be on its way. */
export async function restingEnd(page) {
  let last;
  return until('the end of the session rests', async () => {
    const [before, now] = [last, await idleEnd(page)];
    last = now;
    await page.waitForTimeout(500);
    return before === now && now;
  });
}

/** Watches that no look at a session that has ended is answered with one that lives; tells how long it took to be seen. */
export function ending(page) {
  const ended = Date.now();
  const letIn = [];
  page.on('request', async (request) => {
    if (!request.url().endsWith('/v1/me')) return;
    const response = await request.response().catch(() => null);
    if (response?.ok()) letIn.push(Date.now() - ended);
  });
  return {
    seen(t) {
      t.diagnostic(`seen after ${Date.now() - ended} ms`);
      return letIn;
    },
  };
}

/** What axe finds wrong on the page, by the rules of WCAG 2.2 A and AA. */
export async function findings(page) {
  // Through the protocol, which is no script of the page: the policy stands.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`));
  });
}

/** What is cut off when text has the spacing of WCAG 1.4.12. A sheet that is put together here is no style of the page's source. */
export async function cut(page) {
  return page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    for (const element of document.querySelectorAll('main *, header *, nav *, footer *')) {
      const { overflowX, overflowY } = getComputedStyle(element);
      // What is meant to be hidden, and what one can scroll to.
      if (element.closest('.hidden, svg, .clip') || !element.textContent.trim()) continue;
      const cutX = overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1;
      const cutY = overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1;
      if (cutX || cutY) found.push(`${element.tagName} ${element.className}: ${element.textContent.trim().slice(0, 40)}`);
    }
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    return found;
  });
}
