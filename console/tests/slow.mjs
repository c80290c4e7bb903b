// Answers that come late, or never, as a slow network has them.

/** Holds the answers to an address back: `come` lets them go, and waits until they have gone. `answer` makes them up. */
export async function hold(page, address, { times = 1, answer = async (route) => ({ response: await route.fetch({ timeout: 0 }) }) } = {}) {
  let come;
  const held = new Promise((resolve) => { come = resolve; });
  const gone = [];
  await page.route(address, (route) => {
    // Whoever asked may have given it up, or be gone.
    const one = answer(route).then(async (made) => {
      await held;
      await route.fulfill(made);
    }).catch(() => route.abort().catch(() => {}));
    gone.push(one);
    return one;
  }, { times });
  return {
    asked: gone,
    come: async () => {
      come();
      // Before they are answered they would be sent again, to the server.
      await Promise.all(gone);
      await page.unroute(address);
      await drawn(page);
    },
  };
}

/** Loses the first answer to a request that changes something: the server does it, and nobody hears of it. `never` leaves it
 * open instead of cutting it off. Gives what was sent each time. */
export async function loseFirst(page, address, { never = false } = {}) {
  const sent = [];
  await page.route(address, async (route) => {
    const request = route.request();
    if (request.method() === 'GET') return route.fallback();
    const response = await route.fetch({ timeout: 0 });
    sent.push({ key: request.headers()['idempotency-key'], body: request.postData() });
    if (sent.length > 1) return route.fulfill({ response });
    return never ? undefined : route.abort();
  });
  return sent;
}

/** Waits until a page has drawn what it knows. */
export function drawn(page) {
  return page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));
}
