// Measures the board with many beds that all change every second: the longest tasks of the page, and its memory, looked at
// once a minute. `node tests/measure-board.mjs [BEDS] [SECONDS]`. Beds are copies of a real one, told by a stream of this
// script's own: no unit of the demonstration has so many. A key is pressed at each look, since an open board keeps no session
// alive. Figures are of this machine and this moment; they are printed, not asserted. A board that is not live at the end, or
// shows another number of beds, measured nothing and is an error.

import { setTimeout as pause } from 'node:timers/promises';
import { as, open } from './browser.mjs';
import { front } from './front.mjs';
import { House } from './house.mjs';

const LOOK_EVERY_S = 60;
const [count, seconds] = [Number(process.argv[2] ?? 500), Number(process.argv[3] ?? 60)];
const house = await House.start({ speed: 60 });
const browser = await open();
const token = await house.signIn(house.people.nora);
const { items } = await house.call('GET', `/v1/beds?unit=${house.unitId}&state=occupied`, { token });
const model = items[0];

function tell(answer, sequence) {
  const now = new Date().toISOString();
  let text = '';
  for (let at = 0; at < count; at += 1) {
    const bed = structuredClone(model);
    const room = String(100 + Math.floor(at / 2));
    const letter = at % 2 ? 'B' : 'A';
    bed.id = `${house.unitId}~${room}~${letter}`;
    bed.as_of = now;
    bed.place = { ...bed.place, room, bed: letter };
    for (const value of bed.patients[0].values) {
      value.age_ms = 900;
      if (value.parameter === 'pulse') value.number = 60 + ((at * 7 + sequence * 3) % 40);
    }
    text += `id: ${sequence}-0\nevent: bed\ndata: ${JSON.stringify(bed)}\n\n`;
  }
  answer.write(text);
}

const real = house.url;
house.url = await front(real, {
  '/v1/stream': (asked, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    let sequence = 0;
    const timer = setInterval(() => tell(answer, (sequence += 1)), 1_000);
    asked.on('close', () => clearInterval(timer));
  },
});

try {
  const page = await as(browser, house, 'nora', {}, '/beds');
  await page.locator('.card').nth(count - 1).waitFor({ state: 'attached' });
  await pause(5_000);
  await page.evaluate(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
  });
  // What would not notice a long task measures nothing.
  await page.evaluate(() => new Promise((resolve) => setTimeout(() => {
    const end = performance.now() + 80;
    while (performance.now() < end);
    setTimeout(resolve, 500);
  })));
  const noticed = await page.evaluate(() => globalThis.tasks.splice(0).some((duration) => duration >= 80));
  if (!noticed) throw new Error('long tasks are not noticed in this browser');
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return Math.round((await session.send('Runtime.getHeapUsage')).usedSize / 1024);
  };
  const looks = [await heap()];
  const begun = Date.now();
  while (Date.now() - begun < seconds * 1_000) {
    await pause(Math.min(LOOK_EVERY_S * 1_000, begun + seconds * 1_000 - Date.now()));
    await page.keyboard.press('Shift');
    looks.push(await heap());
    if (process.stderr.isTTY) console.error(`${Math.round((Date.now() - begun) / 1_000)} s: ${looks.at(-1)} KiB`);
  }
  const tasks = (await page.evaluate(() => globalThis.tasks)).sort((a, b) => a - b);
  const cards = await page.locator('.card').count();
  const said = (await page.getByRole('status').allInnerTexts()).map((text) => text.trim());
  if (cards !== count || !said.includes('Live')) throw new Error(`at the end there are ${cards} beds, and the page says ${said}`);
  const mean = (some) => Math.round(some.reduce((sum, one) => sum + one, 0) / some.length);
  const quarter = Math.max(1, Math.floor(looks.length / 4));
  console.log(JSON.stringify({
    beds: count,
    seconds: Math.round((Date.now() - begun) / 1_000),
    tasks_over_50_ms: tasks.length,
    longest_ms: tasks.at(-1) ?? 0,
    median_of_those_ms: tasks[Math.floor(tasks.length / 2)] ?? 0,
    heap_kib: { first: looks[0], last: looks.at(-1), least: Math.min(...looks), most: Math.max(...looks), mean_of_first_quarter: mean(looks.slice(0, quarter)), mean_of_last_quarter: mean(looks.slice(-quarter)), looks: looks.length },
  }));
} finally {
  await browser.close();
  house.url = real;
  await house.stop();
}
