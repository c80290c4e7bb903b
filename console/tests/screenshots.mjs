// Pictures of the main pages for the README and the guide, from the real program with the demonstration's hospital:
// `cargo xtask console screenshots`. Names and numbers in them are made up by the simulator.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { as, open } from './browser.mjs';
import { House, until } from './house.mjs';

const INTO = join(import.meta.dirname, '../../docs/images/console');
const SIZE = { width: 1280, height: 800 };

mkdirSync(INTO, { recursive: true });
const house = await House.start({ beds: 160, speed: 60, scenario: 'sepsis', seed: 7 });
const browser = await open();

async function picture(login, path, name, { dark = false, prepare = async () => {} } = {}) {
  const page = await as(browser, house, login, { viewport: SIZE, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' }, path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await prepare(page);
  await page.evaluate(() => document.activeElement?.blur());
  await page.screenshot({ path: join(INTO, `${name}.png`) });
  await page.context().close();
}

try {
  const ill = await until('somebody is ill', async () => (await house.call('GET', '/v1/beds?band=medium&limit=500')).items[0], 600_000);
  const root = await house.signIn(house.people.root);
  await house.person('erin', 'nurse', { token: root, department: ill.unit });
  await until('there are dead letters', async () => (await house.call('GET', '/v1/dead-letters')).items.length > 3, 240_000);
  await picture('erin', '/beds', 'beds', { prepare: (page) => page.waitForTimeout(45_000) });
  await picture('erin', '/beds', 'beds-dark', { dark: true, prepare: (page) => page.waitForTimeout(30_000) });
  await picture('erin', `/beds/${encodeURIComponent(ill.id)}`, 'bed', { prepare: (page) => page.waitForTimeout(2_000) });
  await picture('olga', '/', 'overview', { prepare: (page) => page.waitForTimeout(20_000) });
  await picture('olga', '/messages/40', 'message', { prepare: (page) => page.waitForTimeout(1_000) });
  await picture('olga', '/dead-letters', 'dead-letters');
  await picture('olga', '/estate/drills/drill-failover', 'drill');
  await picture('petra', '/audit', 'audit', {
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('Nothing is wrong').waitFor();
    },
  });
} finally {
  await browser.close();
  await house.stop();
}
