// What the tests of a file happen in: a house and a browser of their own.

import { after, before } from 'node:test';
import { open } from './browser.mjs';
import { House } from './house.mjs';

/** Starts both before the first test, gives them to `take`, and ends them after the last. */
export function setting(take, options) {
  let house;
  let browser;
  before(async () => {
    house = await House.start(options);
    browser = await open();
    take(house, browser);
  });
  after(async () => {
    await browser?.close();
    await house?.stop();
  });
}
