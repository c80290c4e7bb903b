// Every page in light, dark and forced colours and on a narrow screen: nothing for axe to find, nothing that breaks the
// policy, no request elsewhere, nothing that sticks out sideways.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { as, cut, findings, open } from './browser.mjs';
import { House } from './house.mjs';
import { LOOKS } from './looks.mjs';

/** Pages by who sees them; what an address needs to know is asked of the house when it runs. */
const PAGES = {
  nora: ['/', '/beds', '/beds/BED', '/patients', '/break-glass', '/reference', '/no-such-page'],
  olga: ['/', '/channels', '/channels/hospital', '/messages', '/messages/20', '/messages/20?tab=raw', '/messages/20?tab=answers', '/messages/20?tab=timeline', '/messages/compare?a=20&b=21', '/dead-letters', '/jobs', '/jobs/JOB', '/sessions', '/compliance', '/compliance?show=open', '/estate', '/estate/drills/drill-failover', '/settings'],
  petra: ['/', '/patients', '/patients/RECORD', '/break-glass', '/audit', '/audit/3', '/settings', '/estate', '/compliance', '/users'],
  root: ['/users', '/users/USER', '/settings'],
  rita: ['/patients/RECORD'],
};

let house;
let browser;
let bed;
let record;
let job;

before(async () => {
  house = await House.start();
  const { items } = await house.call('GET', `/v1/beds?unit=${house.unitId}&state=occupied`);
  bed = items[0].id;
  const set = { name: { family: 'Ward', given: ['Ada'] }, birth_date: '1950-01-02', mrn: [{ value: 'LOOKS-1', authority: 'CONSOLE' }] };
  record = (await house.call('POST', '/v1/patients', { token: await house.signIn(house.people.rita), body: { set } })).id;
  job = (await house.call('POST', '/v1/jobs', { body: { action: 'replay', ids: [1], dry_run: true } })).id;
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
          await page.goto(path.replace('BED', encodeURIComponent(bed)).replace('USER', house.people.nora.id).replace('RECORD', record).replace('JOB', String(job)));
          await page.getByRole('heading', { level: 1 }).waitFor();
          const found = path === '/no-such-page' || (await page.getByRole('heading', { level: 1, name: 'No such page' }).count()) === 0;
          assert.ok(found, `there is no page at ${path}`);
          await page.locator('.loading').first().waitFor({ state: 'detached' });

          assert.equal(await page.locator('.failed').count(), 0, await page.locator('main').innerText());
          assert.deepEqual(await findings(page), []);
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(sideways <= 0, `${sideways} px stick out`);
          if (name === 'light') assert.deepEqual(await cut(page), []);
        });
      }
    }
    assert.deepEqual(page.breaches, []);
  });
}
