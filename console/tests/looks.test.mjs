// Every page in light, dark and forced colours and on a narrow screen: nothing for axe to find, nothing that breaks the
// policy, no request elsewhere, nothing that sticks out sideways.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { as, findings, open } from './browser.mjs';
import { House } from './house.mjs';

const PAGES = {
  nora: ['/', '/beds', '/no-such-page'],
  olga: ['/', '/channels', '/channels/hospital', '/messages', '/messages/20', '/messages/20?tab=raw', '/messages/20?tab=timeline', '/dead-letters', '/jobs'],
  petra: ['/'],
};
const LOOKS = [
  ['light', { colorScheme: 'light' }, 1280],
  ['dark', { colorScheme: 'dark' }, 1280],
  ['forced colours', { forcedColors: 'active' }, 1280],
  ['320 px', { colorScheme: 'light' }, 320],
];

let house;
let browser;

before(async () => {
  house = await House.start();
  browser = await open();
});

after(async () => {
  await browser?.close();
  await house?.stop();
});

for (const [login, paths] of Object.entries(PAGES)) {
  test(`pages of ${login}`, async (t) => {
    const page = await as(browser, house, login);
    for (const path of paths) {
      for (const [name, media, width] of LOOKS) {
        await t.test(`${path} in ${name}`, async () => {
          await page.setViewportSize({ width, height: 800 });
          await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce', ...media });
          await page.goto(path);
          await page.getByRole('heading', { level: 1 }).waitFor();
          await page.locator('.loading').first().waitFor({ state: 'detached' });

          assert.deepEqual(await findings(page), []);
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(sideways <= 0, `${sideways} px stick out`);
        });
      }
    }
    assert.deepEqual(page.breaches, []);
  });
}
