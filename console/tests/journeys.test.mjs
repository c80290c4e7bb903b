// Whole journeys, each as the person makes it whose work it is: from the door to the end, with the real program, its
// partners and its patients.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { as, ending, findings, goByKeys, idleEnd, open, restingEnd } from './browser.mjs';
import { House, PASSWORD, code, until } from './house.mjs';

let browser;

before(async () => {
  browser = await open();
});

after(async () => {
  await browser?.close();
});

/** A house of its own for some journeys. */
function housed(options) {
  const of = {};
  before(async () => {
    of.house = await House.start(options);
  });
  after(async () => {
    await of.house?.stop();
  });
  return of;
}

describe('an integration engineer', () => {
  const of = housed({ speed: 900 });

  /** A message with an accession number, and that number, as somebody on the telephone would say it. */
  async function somebodyAsksFor() {
    const token = await of.house.signIn(of.house.people.olga);
    return until('a result with an accession number is stored', async () => {
      const { items } = await of.house.call('POST', '/v1/messages/search', { token, body: { filter: { message_type: 'ORM^O01' }, limit: 5 } });
      for (const { message } of items) {
        const { identifiers } = await of.house.call('GET', `/v1/messages/${message.id}`, { token });
        if (identifiers?.accessions.length) return { id: message.id, accession: identifiers.accessions[0], token };
      }
      return undefined;
    });
  }

  test('finds a message by accession number from anywhere, reveals it for a reason, and it is masked again', async () => {
    const asked = await somebodyAsksFor();
    const page = await as(browser, of.house, 'olga');
    await page.clock.install();

    await page.locator('[data-find]').waitFor();
    // A page that was just drawn may not listen to keys yet.
    await until('the search has the cursor', async () => {
      await page.keyboard.press('/');
      return page.evaluate(() => document.activeElement.matches('[data-find]'));
    });
    await page.locator('[data-find]').fill('');
    await page.keyboard.type(asked.accession);
    await page.keyboard.press('Enter');
    await page.getByText('found by accession number').waitFor();
    assert.ok(!page.url().includes(encodeURIComponent(asked.accession)), page.url());
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^Message \d+$/ }).waitFor();
    const id = Number(/\d+$/.exec(page.url())[0]);

    // Given a message without its values.
    await page.getByText('Patient name, family').waitFor();
    assert.ok(!(await page.content()).includes(asked.accession), 'the accession number is on the page');

    // When she says why, then she sees them, and the trail has it.
    await page.getByRole('button', { name: 'Show values…' }).click();
    await page.getByLabel('Reason', { exact: true }).fill('Radiology misses this order');
    assert.deepEqual(await findings(page), []);
    await page.getByRole('button', { name: 'Show for 60 s' }).click();
    await page.getByText('Values are in clear.').waitFor();
    assert.ok((await page.locator('.tree').innerText()).includes(asked.accession));
    await page.getByRole('tab', { name: 'Raw' }).click();
    await page.getByText('CR', { exact: true }).first().waitFor();
    assert.deepEqual(await findings(page), []);
    const petra = await of.house.signIn(of.house.people.petra);
    const { items } = await of.house.call('POST', '/v1/audit/search', { token: petra, body: { filter: { user: 'olga', kind: 'read' } } });
    assert.ok(items.some((record) => record.reason === `message ${id}: Radiology misses this order`), JSON.stringify(items));

    // And a minute later they are gone, from the page and not only from sight.
    await page.clock.fastForward(61_000);
    await page.getByText('Values are in clear.').waitFor({ state: 'detached' });
    assert.ok(!(await page.content()).includes(asked.accession));
    await goByKeys(page, 'o', '/');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    assert.deepEqual(page.breaches, []);
  });

  test('hides what was revealed when another window is looked at', async () => {
    const asked = await somebodyAsksFor();
    const page = await as(browser, of.house, 'olga', {}, `/messages/${asked.id}`);
    await page.getByRole('button', { name: 'Show values…' }).click();
    await page.getByRole('button', { name: 'Repairing a refused message' }).click();
    await page.getByRole('button', { name: 'Show for 60 s' }).click();
    await page.getByText('Values are in clear.').waitFor();

    await page.evaluate(() => dispatchEvent(new Event('blur')));

    await page.getByText('Values are in clear.').waitFor({ state: 'detached' });
    assert.ok(!(await page.content()).includes(asked.accession));
  });

  test('delivers a message again, and why stands in the trail', async () => {
    const { id } = await somebodyAsksFor();
    const page = await as(browser, of.house, 'olga', {}, `/messages/${id}`);
    await page.getByRole('button', { name: 'Deliver again…' }).click();
    await page.getByLabel('Reason', { exact: true }).fill('The partner restored an older copy');
    assert.deepEqual(await findings(page), []);
    await page.getByRole('dialog').getByRole('button', { name: 'Deliver again…' }).click();

    await page.waitForURL(/\/jobs\/\d+$/);
    await page.getByText('Finished').waitFor();

    const petra = await of.house.signIn(of.house.people.petra);
    const { items } = await of.house.call('POST', '/v1/audit/search', { token: petra, body: { filter: { user: 'olga', kind: 'write' } } });
    assert.ok(items.some((record) => record.reason === 'start a job: deliver again: The partner restored an older copy'), JSON.stringify(items));
    assert.deepEqual(page.breaches, []);
  });

  test('repairs a pile of dead letters: edits some, tries dry, replays the others, closes the page, and nothing is lost or doubled', async () => {
    const { house } = of;
    const token = house.token('eye');
    const all = async () => (await house.call('GET', '/v1/dead-letters?limit=500', { token })).items;
    // Given a partner that is down, and messages for it that somebody moved aside. Until Wardline has noticed, one that
    // waits may still be on its way; and one that waits for another partner is none of these.
    house.partner(2);
    await until('Wardline has noticed that the partner is down', async () => (await house.destination('lab')).circuit === 'open');
    const waits = [];
    await until('six results wait for the partner and are moved aside', async () => {
      const { items } = await house.call('POST', '/v1/messages/search', { token, body: { state: 'waiting', filter: { message_type: 'ORU^R01' }, limit: 200 } });
      for (const { message } of items) {
        if (!message.destinations.includes('lab') || waits.some((aside) => aside.message.id === message.id)) continue;
        const refused = await house.call('POST', `/v1/queues/hospital/lab/${message.id}/park`, { token }).then(() => undefined, (error) => error);
        if (!refused) waits.push({ message });
        else if (!/not_waiting/.test(refused.message)) throw refused;
        if (waits.length === 6) return true;
      }
      return false;
    });
    const page = await as(browser, house, 'olga', {}, '/dead-letters?reason=parked');
    const group = page.locator('.group').first();
    await group.getByText('Moved aside').waitFor();
    await group.getByRole('button', { name: 'Show', exact: true }).click();
    assert.deepEqual(await findings(page), []);
    const originals = new Set();
    // When she edits two of them, as a job that is counted first.
    for (const at of [0, 1]) {
      const box = group.getByRole('checkbox', { name: /^Choose message/ }).nth(at);
      originals.add(Number(/\d+/.exec(await box.getAttribute('aria-label'))[0]));
      await box.check();
    }
    await group.getByRole('button', { name: 'Edit…' }).click();
    await page.getByLabel('Field', { exact: true }).fill('MSH-6');
    await page.getByLabel('New value').fill('EDITED');
    await page.getByRole('button', { name: 'Count first' }).click();
    await page.getByText('Dry run: 2 copies would be sent.').waitFor();
    assert.deepEqual(await findings(page), []);
    assert.equal((await all()).filter(({ reason }) => reason === 'parked').length, waits.length, 'the dry run changed something');
    await page.getByRole('button', { name: 'Send 2 changed copies' }).click();
    await page.waitForURL(/\/jobs\/\d+$/);
    await page.getByText('Change dead letters').waitFor();
    await until('both copies are stored', async () => (await all()).filter(({ reason }) => reason === 'parked').length === waits.length - 2);
    await page.goto('/dead-letters?reason=parked');

    // And replays the others as a job, and closes the page.
    const piled = (await all()).filter(({ reason }) => reason === 'parked');
    await group.getByRole('button', { name: 'Replay…' }).click();
    await page.getByText(/^Dry run: \d+ would go/).waitFor();
    const untouched = (await all()).filter(({ reason }) => reason === 'parked');
    assert.equal(untouched.length, piled.length, 'the dry run changed something');
    await page.getByRole('button', { name: /^Replay \d+$/ }).click();
    await page.waitForURL(/\/jobs\/\d+$/);
    const job = Number(/\d+$/.exec(page.url())[0]);
    await page.close();

    // Then the job goes on without a page, and when the partner is back everything is settled once.
    const done = await until('the job has ended', async () => {
      const found = await house.call('GET', `/v1/jobs/${job}`, { token });
      return found.state === 'running' ? undefined : found;
    });
    assert.equal(done.state, 'finished');
    assert.ok(done.counts.changed >= 3, JSON.stringify(done.counts));
    house.partner(2);
    await until('what was replayed has been settled', async () => {
      const lab = await house.destination('lab');
      return lab.circuit === 'closed' && !(lab.oldest_waiting?.id <= Math.max(...waits.map(({ message }) => message.id)));
    });
    for (const { message } of waits) {
      const { deliveries } = await house.call('GET', `/v1/messages/${message.id}?masked=true`, { token });
      const lab = deliveries.find(({ destination }) => destination === 'lab');
      const accepted = lab.attempts.filter(({ result }) => result === 'accepted').length;
      assert.ok(accepted <= 1, `message ${message.id} was taken ${accepted} times`);
      // A partner of the demonstration refuses one in a hundred: such a one is a dead letter again, and not lost.
      const settled = originals.has(message.id) ? lab.state === 'superseded' : lab.state === 'delivered' || lab.dead_reason === 'refused';
      assert.ok(settled, `message ${message.id} is ${lab.state}`);
    }
  });
});

describe('the end of a session', () => {
  const of = housed({
    roles: (path) => writeFileSync(path, readFileSync(path, 'utf8').replace(/(\[roles\.operator\]\npermissions = \[\]\n)idle_timeout_seconds = 900/, '$1idle_timeout_seconds = 120')),
  });

  test('is announced before, and one key puts it off', async () => {
    const page = await as(browser, of.house, 'olga', {}, '/messages');
    await page.getByLabel('Find', { exact: true }).fill('half a nu');

    await page.getByRole('alertdialog', { name: 'You will be signed out' }).waitFor();
    assert.deepEqual(await findings(page), []);
    const before = await idleEnd(page);
    await page.keyboard.press('Space');

    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('Find', { exact: true }).inputValue(), 'half a nu');
    await until('the server knows that somebody is there', async () => Date.parse(await idleEnd(page)) > Date.parse(before));
  });

  test('that a security administrator makes is seen by the page, and the list', async (t) => {
    const rita = await as(browser, of.house, 'rita');
    const root = await as(browser, of.house, 'root', {}, '/sessions');
    await root.getByRole('row', { name: /rita/ }).waitFor();
    assert.deepEqual(await findings(root), []);

    await root.getByRole('button', { name: 'End the session of rita' }).click();
    await root.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
    await root.getByRole('row', { name: /rita/ }).waitFor({ state: 'detached' });
    const end = ending(rita);
    await rita.getByText('Your session has ended.').waitFor();

    assert.deepEqual(end.seen(t), []);
  });
});

describe('a nurse', () => {
  const of = housed({ speed: 60, scenario: 'sepsis' });

  test('breaks the glass for a patient elsewhere, and a privacy officer gives the verdict', async () => {
    const { house } = of;
    const { items } = await house.call('GET', '/v1/beds?state=occupied&limit=500');
    const elsewhere = items.find((bed) => bed.unit !== house.unitId).id;
    const made = await house.call('POST', '/v1/users', { token: await house.signIn(house.people.root), body: { login: 'dora', name: 'Dora', kind: 'person', roles: ['nurse'], password: 'correct horse battery staple', department: items.find((bed) => bed.id === elsewhere).unit } });
    const number = await numberIn(house, elsewhere, made.id);
    const nora = await as(browser, house, 'nora', {}, `/beds/${encodeURIComponent(elsewhere)}`);

    // Given a bed that is refused, with the way to ask.
    await nora.getByRole('alert').first().waitFor();
    await nora.getByRole('main').getByRole('link', { name: 'Emergency access' }).click();

    // When she asks, she holds it, and sees that bed.
    await nora.getByLabel('Patient number').fill(number.value);
    await nora.getByLabel('Assigning authority').fill(number.authority);
    await nora.getByLabel('What happened, in words').fill('Found unresponsive in the corridor of our unit');
    await nora.getByLabel('Code of your authenticator').fill(await code(house.people.nora));
    await nora.getByRole('button', { name: 'Break the glass' }).click();
    await nora.getByText('You hold an emergency access').waitFor();
    assert.deepEqual(await findings(nora), []);
    await nora.getByLabel('Open the bed').fill(elsewhere);
    await nora.getByRole('button', { name: 'Open' }).first().click();
    await nora.locator('.bed-name').waitFor();
    await nora.goBack();
    await nora.getByRole('button', { name: 'Give it back' }).click();
    await nora.getByRole('heading', { name: 'Ask for access' }).waitFor();

    // Then the privacy officer is told, sees what was read, and closes the review; it stays closed.
    const petra = await as(browser, house, 'petra');
    await petra.getByRole('link', { name: 'Emergency access of nora' }).click();
    await petra.getByText('Found unresponsive in the corridor of our unit').waitFor();
    await petra.getByRole('row', { name: /bed SYNTHHOSP/ }).first().waitFor();
    await petra.getByLabel('Justified', { exact: true }).check();
    await petra.getByLabel('Note').fill('The bed board shows the transfer.');
    assert.deepEqual(await findings(petra), []);
    await petra.getByRole('button', { name: 'Record the verdict' }).click();
    await petra.getByText('The bed board shows the transfer.').waitFor();
    await petra.getByText('Closed').waitFor();
    assert.equal(await petra.getByRole('button', { name: 'Record the verdict' }).count(), 0);
    assert.deepEqual([...nora.breaches, ...petra.breaches], []);
  });

  test('sees a patient fall ill: one change of band at a time, and a total that is the sum of its parts', async () => {
    const { house } = of;
    const ill = await until('somebody reaches the high band', async () => {
      const { items } = await house.call('GET', '/v1/beds?band=high&limit=500');
      return items[0];
    }, 420_000);
    const root = await house.signIn(house.people.root);
    const eve = await house.person('eve', 'nurse', { token: root, department: ill.unit });
    const page = await as(browser, house, eve.login, {}, '/beds');
    const card = page.locator('.card').first();
    await card.getByText('High').waitFor();
    await card.getByRole('link').click();
    await page.locator('.bed-name').waitFor();

    // Of one look: the page is drawn anew now and then. While a value is stale there is no total.
    const { points, total } = await until('there is a total', () => page.evaluate(() => {
      const total = document.querySelector('[data-total]');
      return total && { points: [...document.querySelectorAll('.score-parts tbody tr td:last-child')].map((cell) => Number(cell.innerText)), total: Number(total.innerText) };
    }));
    assert.equal(points.reduce((sum, n) => sum + n, 0), total);
    assert.ok(total >= 7, `${total}`);
    assert.deepEqual(await findings(page), []);
    await page.getByRole('button', { name: 'I have seen it' }).click();
    await page.getByText(/^.*Seen by eve/).waitFor();
    const told = page.locator('.moments li').filter({ hasText: /High, at a total of|to High/ });
    await told.first().waitFor();
    assert.equal(await told.count(), 1, 'one event for one change of band');
  });
});

describe('a privacy officer', () => {
  const of = housed({});

  test('finds the trail whole, and after one byte was altered is told which record is wrong', async () => {
    const { house } = of;
    const page = await as(browser, house, 'petra', {}, '/audit');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText(/^Nothing is wrong/).waitFor();
    await page.getByRole('button', { name: 'Make the report' }).click();
    await page.getByRole('row', { name: /^Login/ }).first().waitFor();
    assert.deepEqual(await findings(page), []);
    await page.close();

    await house.serveAltered(5);
    const again = await as(browser, house, 'petra', {}, '/audit');
    await again.getByRole('button', { name: 'Verify' }).click();

    await again.getByText(/^Record 5 is the first that is wrong/).waitFor();
    assert.deepEqual(again.breaches, []);
  });
});

describe('a registrar and a nurse', () => {
  const of = housed({});

  test('a record is found by its number by whoever treats the patient, opened, and not found by the others', async () => {
    const { house } = of;
    const rita = await house.signIn(house.people.rita);
    const nora = await house.signIn(house.people.nora);
    const { items } = await house.call('GET', `/v1/beds?unit=${house.unitId}&state=occupied`, { token: nora });
    const number = items[0].patients[0].identity.identifier;
    const set = { name: { family: 'Ward', given: ['Ada'] }, birth_date: '1950-01-02', mrn: [{ value: number, authority: 'SYNTHHOSP' }] };
    // The demonstration may have begun a record of the patient by then.
    const begun = await house.call('POST', '/v1/patients', { token: rita, body: { set } }).then(() => true, (error) => {
      if (!/record_number_taken/.test(error.message)) throw error;
      return false;
    });
    const opened = begun ? { name: 'Ward, Ada', born: 'born 1950-01-02' } : { name: /^\p{L}.*, /u, born: /^born \d{4}-\d\d-\d\d/ };

    const page = await as(browser, house, 'nora', {}, '/patients');
    await page.getByLabel('Number', { exact: true }).fill(number);
    await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
    await page.getByRole('main').getByRole('link', { name: opened.name }).click();
    await page.getByText(opened.born).waitFor();
    assert.ok(!page.url().includes(number));
    assert.deepEqual(await findings(page), []);

    const paul = await as(browser, house, 'paul', {}, '/patients');
    await paul.getByLabel('Number', { exact: true }).fill(number);
    await paul.getByRole('main').getByRole('button', { name: 'Search' }).click();
    await paul.getByText('No record to show').waitFor();

    // A copy for paper is for the physician who treats the patient, and for nobody else.
    await page.getByRole('button', { name: 'Take a copy…' }).click();
    assert.deepEqual(await findings(page), []);
    await page.getByLabel('Reason').fill('goes along to the heart centre');
    await page.getByRole('dialog').getByRole('button', { name: 'Print it' }).click();
    await page.getByRole('alert').filter({ hasText: 'The policy does not allow this.' }).waitFor();
    await house.call('PUT', `/v1/beds/${encodeURIComponent(items[0].id)}/nurses`, { body: { nurses: ['paul'] } });
    await paul.getByRole('main').getByRole('button', { name: 'Search' }).click();
    await paul.getByRole('main').getByRole('link', { name: opened.name }).click();
    await paul.getByRole('button', { name: 'Take a copy…' }).click();
    await paul.evaluate(() => { globalThis.print = () => { globalThis.wasPrinted = true; }; });
    await paul.getByLabel('Reason').fill('goes along to the heart centre');
    await paul.getByRole('dialog').getByRole('button', { name: 'Print it' }).click();
    await paul.getByText('The copy for paper').waitFor();
    await paul.waitForFunction(() => globalThis.wasPrinted);
    assert.deepEqual([...page.breaches, ...paul.breaches], []);
  });
});

/** The number by which the patient in a bed is named, as the nurse of that unit sees it. */
async function numberIn(house, bed, id) {
  const credentials = { login: 'dora', password: 'correct horse battery staple' };
  const { secret } = await house.call('POST', '/v1/sign-in/second-factor', { token: null, body: credentials });
  const dora = { id, login: 'dora', secret, last: 0 };
  await house.call('POST', '/v1/sign-in/second-factor/confirm', { token: null, body: { credentials, first_code: await code(dora) } });
  const token = await house.signIn(dora);
  const shown = await house.call('GET', `/v1/beds/${encodeURIComponent(bed)}`, { token });
  return { value: shown.patients[0].identity.identifier, authority: 'SYNTHHOSP' };
}

describe('who runs the installation', () => {
  const of = housed({});

  test('looks at the store, at a drill with its outage, and at who gave a setting; looking keeps no session alive', async () => {
    const page = await as(browser, of.house, 'olga', {}, '/estate');
    await page.getByRole('heading', { name: 'Embedded store' }).waitFor();
    await page.getByText('Nothing to look at.').waitFor();
    await page.getByRole('group', { name: 'Drills' }).waitFor();
    const before = await restingEnd(page);
    await page.waitForTimeout(6_000);
    assert.equal(await idleEnd(page), before);

    await page.getByRole('group', { name: 'Drills' }).getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: 'Failover' }).waitFor();
    await page.getByText('Every promise held.').waitFor();
    await page.getByRole('cell', { name: 'redis-1 is killed' }).waitFor();
    await page.getByRole('img', { name: /HL7: nothing acknowledged for \d+ ms from \d+ ms on/ }).waitFor();
    await page.goto('/settings');
    await page.getByLabel('Find a setting').fill('drill_reports');
    const row = page.getByRole('row', { name: /redis\.drill_reports/ });
    await row.getByText('WARDLINE_REDIS__DRILL_REPORTS').waitFor();
    assert.ok(!(await row.innerText()).includes('/'), 'a path of the machine is shown');
    assert.deepEqual(page.breaches, []);
  });

  test('the store that cannot be asked is told as old, and what is known stays', async () => {
    const estate = await of.house.call('GET', '/v1/estate', { token: await of.house.signIn(of.house.people.olga) });
    const page = await as(browser, of.house, 'olga');
    // Given one look, after which nobody answers any more.
    const looks = [`event: look\ndata: ${JSON.stringify({ estate, unknown_because: null })}\n\n`];
    await page.route('**/v1/estate/events', (route) => (looks.length ? route.fulfill({ contentType: 'text/event-stream', body: looks.pop() }) : route.abort()));
    await page.goto('/estate');

    await page.getByRole('heading', { name: 'Embedded store' }).waitFor();
    await page.getByRole('alert').filter({ hasText: 'Not up to date.' }).waitFor();
    await page.getByRole('heading', { name: 'Embedded store' }).waitFor();
    assert.deepEqual(await findings(page), []);
  });

  test('a role that runs nothing finds no estate, and the server refuses it', async () => {
    const page = await as(browser, of.house, 'nora');

    assert.equal(await page.getByRole('link', { name: 'Estate', exact: true }).count(), 0);
    const status = await page.evaluate(async () => (await fetch('/v1/estate', { headers: { 'Wardline-Browser': '1' } })).status);
    assert.equal(status, 403);
    await page.goto('/estate');
    await page.getByRole('alert').filter({ hasText: 'may not do this' }).first().waitFor();
  });
});

describe('a security administrator', () => {
  const of = housed({});

  test('makes a user, suspends it and lifts that, and resets its second factor', async () => {
    const page = await as(browser, of.house, 'root', {}, '/users');
    await page.getByRole('button', { name: 'New user' }).click();
    const form = page.getByRole('dialog');
    assert.deepEqual(await findings(page), []);
    await form.getByLabel('Login', { exact: true }).fill('nils');
    await form.getByLabel('Name', { exact: true }).fill('Nils');
    await form.getByRole('checkbox', { name: 'nurse' }).check();
    await form.getByLabel('First password', { exact: true }).fill('a long enough password');
    await page.getByRole('dialog').getByRole('button', { name: 'New user' }).click();
    await page.getByRole('heading', { level: 1, name: 'nils' }).waitFor();

    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await page.getByText('nils is suspended.').waitFor();
    await page.getByRole('button', { name: 'Lift the suspension' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Lift the suspension' }).click();
    await page.getByText('nils is suspended no more.').waitFor();

    await page.goto(`/users/${of.house.people.rita.id}`);
    await page.getByRole('button', { name: 'Reset the second factor' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset the second factor' }).click();
    await page.getByText('rita sets up a second factor at the next sign-in.').waitFor();
    const refused = await fetch(`${of.house.url}/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'rita', password: PASSWORD }),
    });
    assert.equal(refused.status, 403);
    assert.equal((await refused.json()).code, 'second_factor_needed');
    assert.deepEqual(page.breaches, []);
  });

  test('gives a machine a key that is shown once and works, and takes it back', async () => {
    const page = await as(browser, of.house, 'root', {}, '/users');
    await page.getByRole('button', { name: 'New user' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Login', { exact: true }).fill('monitor-7');
    await form.getByLabel('Name', { exact: true }).fill('Monitor 7');
    await form.getByLabel('Kind', { exact: true }).selectOption('service');
    await form.getByRole('checkbox', { name: 'device' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'New user' }).click();
    await page.getByRole('button', { name: 'New API key' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'New API key' }).click();
    await page.getByRole('dialog', { name: 'The key' }).waitFor();
    const key = (await page.getByRole('dialog').locator('code').innerText()).trim();
    const asked = () => fetch(`${of.house.url}/v1/vitals`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: '{}' });
    assert.notEqual((await asked()).status, 401);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    assert.ok(!(await page.content()).includes(key));

    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    const revoked = page.getByRole('row').filter({ hasText: 'Revoked' });
    await revoked.waitFor();
    // When it was made is no end of it.
    assert.equal(await revoked.getByRole('cell').nth(1).locator('time').count(), 0);
    await until('the key is refused', async () => (await asked()).status === 401);
  });
});
