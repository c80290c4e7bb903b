// Records of patients: changed by whom the policy lets, with nothing lost when somebody else is faster; taken away as a file
// by whom the policy lets.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { as, findings } from './browser.mjs';
import { until } from './house.mjs';
import { setting } from './setting.mjs';

let house;
let browser;
setting((...made) => { [house, browser] = made; });

describe('a record that is changed', () => {
  test('follows the version that was read, and what the form does not touch stays', async () => {
    const record = await house.begun('CHANGED-1', { language: { code: 'en', text: 'English' } });
    const page = await as(browser, house, 'rita', {}, `/patients/${record.id}`);
    await page.getByRole('button', { name: 'Change…' }).click();
    assert.deepEqual(await findings(page), []);
    const save = page.getByRole('button', { name: 'Save', exact: true });
    assert.ok(await save.isDisabled(), 'nothing is changed yet');

    await page.getByRole('group', { name: 'Name', exact: true }).getByLabel('Family name').fill('Newname');
    await page.getByRole('button', { name: 'Add: Address' }).click();
    await page.getByRole('group', { name: 'Address', exact: true }).getByLabel('City').fill('Springfield');
    await page.getByRole('button', { name: 'Take away: Language' }).click();
    await page.getByText('3 changes').waitFor();
    assert.deepEqual(await findings(page), []);
    await save.click();
    await page.getByText('Saved as version 2.').waitFor();

    const { version, fields } = await record.read();
    assert.equal(version, 2);
    assert.deepEqual(fields.name, { family: 'Newname', given: ['Ada'] });
    assert.deepEqual(fields.address, [{ city: 'Springfield' }]);
    assert.equal(fields.birth_date, '1950-01-02');
    assert.ok(!('language' in fields));
    await page.getByRole('heading', { level: 1, name: 'Newname, Ada' }).waitFor();
    assert.deepEqual(page.breaches, []);
  });

  test('by somebody else meanwhile shows both changes, loses nothing that was typed, and is saved when that was looked at', async () => {
    const record = await house.begun('CHANGED-2');
    const page = await as(browser, house, 'rita', {}, `/patients/${record.id}`);
    await page.getByRole('button', { name: 'Change…' }).click();
    await page.getByRole('group', { name: 'Name', exact: true }).getByLabel('Family name').fill('Mine');
    await page.getByRole('textbox', { name: 'Date of birth' }).fill('1950-01-03');

    // Given somebody who was faster.
    const theirs = { set: { name: { family: 'Theirs', given: ['Ada'] }, birth_date: '1950-01-04', sex: 'F' } };
    await house.call('PATCH', `/v1/patients/${record.id}`, { token: record.token, body: theirs, headers: { 'If-Match': '"1"' } });
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    // Then nothing is saved, and both are there to be looked at.
    const clash = page.getByRole('alert').filter({ hasText: 'it is version 2 now' });
    await clash.getByText('They changed: Date of birth, Name, Sex.').waitFor();
    const row = clash.getByRole('row', { name: /^Name/ });
    for (const part of ['Ward', 'Theirs', 'Mine']) assert.ok((await row.innerText()).includes(part), part);
    assert.equal((await record.read()).fields.name.family, 'Theirs');
    assert.equal(await page.getByRole('group', { name: 'Name', exact: true }).getByLabel('Family name').inputValue(), 'Mine');
    assert.equal(await page.getByRole('textbox', { name: 'Sex' }).inputValue(), 'F');
    assert.deepEqual(await findings(page), []);

    // When one is taken from them and the other kept, then that is the next version.
    await clash.getByRole('button', { name: 'Take theirs: Date of birth' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Date of birth' }).inputValue(), '1950-01-04');
    await page.getByRole('button', { name: 'Save on top of version 2' }).click();
    await page.getByText('Saved as version 3.').waitFor();
    const { version, fields } = await record.read();
    assert.deepEqual([version, fields.name.family, fields.birth_date, fields.sex], [3, 'Mine', '1950-01-04', 'F']);
    assert.deepEqual(page.breaches, []);
  });

  test('is still being changed when one comes back to it, and nothing of it is kept in the browser', async () => {
    const record = await house.begun('CHANGED-3');
    const page = await as(browser, house, 'rita', {}, `/patients/${record.id}`);
    await page.getByRole('button', { name: 'Change…' }).click();
    await page.getByRole('group', { name: 'Name', exact: true }).getByLabel('Family name').fill('Halftyped');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();

    await page.goBack();

    await page.getByText('What you typed is still here.').waitFor();
    assert.equal(await page.getByRole('group', { name: 'Name', exact: true }).getByLabel('Family name').inputValue(), 'Halftyped');
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.ok(!kept.includes('Halftyped'), kept);
    await page.getByRole('button', { name: 'Throw my changes away' }).click();
    await page.getByRole('button', { name: 'Change…' }).waitFor();
    assert.equal((await record.read()).version, 1);
  });

  test('says what is wrong with a value and keeps what was typed', async () => {
    const record = await house.begun('CHANGED-4');
    const page = await as(browser, house, 'rita', {}, `/patients/${record.id}`);
    await page.getByRole('button', { name: 'Change…' }).click();
    await page.getByRole('textbox', { name: 'Date of birth' }).fill('last spring');
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await page.getByRole('alert').filter({ hasText: 'birth_date' }).waitFor();

    assert.equal(await page.getByRole('textbox', { name: 'Date of birth' }).inputValue(), 'last spring');
    assert.equal((await record.read()).version, 1);
  });

  test('shows a nurse what a nurse may write, and no more', async () => {
    const { items } = await house.call('GET', `/v1/beds?unit=${house.unitId}&state=occupied`, { token: await house.signIn(house.people.nora) });
    const number = items[0].patients[0].identity.identifier;
    const rita = await house.signIn(house.people.rita);
    const set = { name: { family: 'Ward', given: ['Ada'] }, birth_date: '1950-01-02', mrn: [{ value: number, authority: 'SYNTHHOSP' }] };
    // The demonstration may have begun a record of the patient by then.
    await house.call('POST', '/v1/patients', { token: rita, body: { set } }).catch((error) => {
      if (!/record_number_taken/.test(error.message)) throw error;
    });
    const found = await house.call('POST', '/v1/patients/search', { token: rita, body: { mrn: { value: number, authority: 'SYNTHHOSP' } } });
    const page = await as(browser, house, 'nora', {}, `/patients/${found.items[0].id}`);
    await page.getByRole('button', { name: 'Change…' }).click();

    const form = page.getByRole('form', { name: 'Change the record' });
    assert.deepEqual(await form.getByRole('heading', { level: 3 }).allInnerTexts(), ['Allergies', 'Vital signs']);
    await form.getByRole('button', { name: 'Add: Allergies' }).click();
    await form.getByRole('textbox', { name: 'Allergies 1' }).fill('Penicillin');
    await form.getByLabel('A note to add').fill('Tells of a rash as a child');
    await form.getByRole('button', { name: 'Save', exact: true }).click();

    await page.getByText(/^Saved as version \d+\.$/).waitFor();
    await page.getByText('Penicillin').waitFor();
    await page.getByText('Tells of a rash as a child').waitFor();
    assert.deepEqual(page.breaches, []);
  });
});

test('whom a record is about stands in no title, which a browser keeps in its history', async () => {
  const record = await house.begun('TITLE-1', { name: { family: 'Tallow', given: ['Ada'] } });
  const page = await as(browser, house, 'rita', {}, `/patients/${record.id}`);

  await page.getByRole('heading', { level: 1, name: 'Tallow, Ada' }).waitFor();
  await until('the page is drawn', async () => (await page.title()) === 'Record · Wardline');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();

  assert.equal(await page.title(), 'Wardline');
  assert.deepEqual(page.breaches, []);
});

test('patients take a copy of their own record away as a file, and the trail says so before it is theirs', async () => {
  const record = await house.begun('EXPORT-1');
  const root = await house.signIn(house.people.root);
  await house.person('anna', 'patient', { token: root, own_record: { number: 'EXPORT-1', authority: 'CONSOLE' } });
  const page = await as(browser, house, 'anna', {}, '/patients');
  await page.getByLabel('Number', { exact: true }).fill('EXPORT-1');
  await page.getByLabel('Assigning authority').fill('CONSOLE');
  await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Ward, Ada' }).click();
  await page.getByRole('button', { name: 'Take a copy…' }).click();
  await page.getByLabel('Save it as a file').check();
  await page.getByLabel('Reason').fill('My own copy of my record');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Save it as a file' }).click(),
  ]);

  assert.equal(download.suggestedFilename(), 'record.json');
  const copy = JSON.parse(readFileSync(await download.path(), 'utf8'));
  assert.equal(copy.id, record.id);
  assert.deepEqual(copy.fields.name, { family: 'Ward', given: ['Ada'] });
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const petra = await house.signIn(house.people.petra);
  const { items } = await house.call('POST', '/v1/audit/search', { token: petra, body: { filter: { user: 'anna', kind: 'export' } } });
  assert.equal(items.length, 1, JSON.stringify(items));
  assert.ok(items[0].reason.includes('My own copy of my record'), items[0].reason);
  assert.equal(items[0].outcome, 'success');
  assert.deepEqual(page.breaches, []);
});

/** Somebody of the release desk, with the form for a copy of a record open. */
async function releasing(login, number) {
  const record = await house.begun(number);
  const root = await house.signIn(house.people.root);
  await house.person(login, 'health_information', { token: root });
  const page = await as(browser, house, login, {}, `/patients/${record.id}`);
  await page.getByRole('button', { name: 'Take a copy…' }).click();
  page.sent = 0;
  page.on('request', (request) => { page.sent += request.url().endsWith('/take') ? 1 : 0; });
  return page;
}

/** Whether a field is what keeps a form from being sent. */
const isAsked = (field) => field.evaluate((one) => one.matches(':invalid:focus'));
/** What the accounting of a patient's disclosures lists. */
async function accounted(number) {
  const petra = await house.signIn(house.people.petra);
  const { disclosures } = await house.call('POST', '/v1/audit/accounting', { token: petra, body: { patient: `mrn:CONSOLE:${number}` } });
  return disclosures;
}

test('a copy for a health office names who gets it, and stands in the accounting of the patient\'s disclosures', async () => {
  const page = await releasing('hana', 'RELEASED-1');
  await page.getByLabel('Save it as a file').check();
  await page.getByLabel('Reason').fill('Notifiable disease, report 7 of this month');
  await page.getByLabel('What for').selectOption('PUBHLTH');
  await page.getByRole('dialog').getByLabel('diagnosis').check();
  assert.deepEqual(await findings(page), []);

  // Without a recipient nothing is sent, and spaces are none.
  const save = page.getByRole('dialog').getByRole('button', { name: 'Save it as a file' });
  const to = page.getByLabel('Who outside gets it');
  for (const nobody of ['', '  ', ' x ', '   x']) {
    await page.getByLabel('Reason').focus();
    await to.fill(nobody);
    await page.getByLabel('Reason').focus();
    await save.click();
    assert.ok(await isAsked(to), `"${nobody}"`);
  }
  assert.equal(page.sent, 0);
  await to.fill(' County health office, 9 Hill Road ');
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);

  const copy = JSON.parse(readFileSync(await download.path(), 'utf8'));
  assert.ok(!('name' in copy.fields), JSON.stringify(copy.fields));
  const rows = await accounted('RELEASED-1');
  assert.equal(rows.length, 1, JSON.stringify(rows));
  assert.deepEqual([rows[0].recipient, rows[0].purpose], ['County health office, 9 Hill Road', 'PUBHLTH']);
  assert.deepEqual(page.breaches, []);
});

test('who releases information says what for, what of it and to whom: nothing is chosen before', async () => {
  const page = await releasing('hedi', 'RELEASED-2');
  const form = page.getByRole('dialog');
  const [purpose, to] = [form.getByLabel('What for'), form.getByLabel('Who outside gets it')];
  const print = form.getByRole('button', { name: 'Print it' });
  await form.getByLabel('Reason').fill('Order 12 of the county court');

  assert.equal(await purpose.inputValue(), '');
  assert.equal(await purpose.getByRole('option', { name: 'What your role usually acts for' }).count(), 0);
  assert.ok(await form.getByRole('checkbox').count() > 1);
  assert.equal(await form.getByRole('checkbox', { checked: true }).count(), 0);
  assert.equal(await form.getByText('leave it empty for a copy that stays in the house').count(), 0);
  await form.getByText('Needed: name, and address if known.').waitFor();
  assert.deepEqual(await findings(page), []);

  // When it is sent with one of them missing, that one is asked for.
  await print.click();
  assert.ok(await isAsked(purpose));
  await purpose.selectOption('HLEGAL');
  await print.click();
  const first = form.getByRole('checkbox').first();
  assert.ok(await isAsked(first));
  assert.equal(await first.evaluate((box) => box.validationMessage), 'Choose what goes along: one at least.');
  await form.getByLabel('demographics').check();
  await print.click();
  assert.ok(await isAsked(to));

  assert.equal(page.sent, 0);
  assert.deepEqual(page.breaches, []);
});

test('a purpose that is accounted for begins with nothing to go along, and the usual one with all', async () => {
  const record = await house.begun('RELEASED-3');
  const page = await as(browser, house, 'rita', {}, `/patients/${record.id}`);
  await page.getByRole('button', { name: 'Take a copy…' }).click();
  const form = page.getByRole('dialog');
  const [purpose, to] = [form.getByLabel('What for'), form.getByLabel('Who outside gets it')];
  const all = await form.getByRole('checkbox').count();
  assert.equal(await purpose.inputValue(), 'usual');
  assert.equal(await form.getByRole('checkbox', { checked: true }).count(), all);
  assert.equal(await to.getAttribute('required'), null);

  await purpose.selectOption('PUBHLTH');
  assert.equal(await form.getByRole('checkbox', { checked: true }).count(), 0);
  assert.notEqual(await to.getAttribute('required'), null);

  // What was chosen stays for another that is accounted for.
  await form.getByLabel('demographics').check();
  await purpose.selectOption('HLEGAL');
  assert.equal(await form.getByRole('checkbox', { checked: true }).count(), 1);
  await purpose.selectOption('usual');
  assert.equal(await form.getByRole('checkbox', { checked: true }).count(), all);
  assert.equal(await to.getAttribute('required'), null);
  assert.deepEqual(page.breaches, []);
});

describe('a privacy officer', () => {
  test('finds a record, reads it and takes a copy for the purpose that was said, and is denied nothing', async () => {
    await house.begun('RELEASED-4');
    const root = await house.signIn(house.people.root);
    await house.person('piet', 'privacy_officer', { token: root });
    const page = await as(browser, house, 'piet', {}, '/patients');
    const main = page.getByRole('main');
    await main.getByLabel('Number', { exact: true }).fill('RELEASED-4');
    await main.getByLabel('Assigning authority').fill('CONSOLE');

    // Nothing is asked of the server before the purpose is said.
    await main.getByRole('button', { name: 'Search' }).click();
    assert.ok(await isAsked(main.getByLabel('What for')));
    assert.deepEqual(await findings(page), []);
    await main.getByLabel('What for').selectOption('HLEGAL');
    await main.getByRole('button', { name: 'Search' }).click();
    await main.getByRole('link', { name: 'Ward, Ada' }).click();
    await main.getByText('You see it for: Legal').waitFor();
    await main.getByRole('group', { name: 'Versions' }).getByRole('button', { name: 'Show' }).click();
    await main.getByText('An earlier version').waitFor();
    await main.getByRole('link', { name: 'Show the newest' }).click();
    await main.getByRole('button', { name: 'Take a copy…' }).click();
    const form = page.getByRole('dialog');
    assert.equal(await form.getByLabel('What for').inputValue(), 'HLEGAL');
    await form.getByLabel('Save it as a file').check();
    await form.getByLabel('demographics').check();
    await form.getByLabel('Who outside gets it').fill('County court, 1 Main Street');
    await form.getByLabel('Reason').fill('Order 12 of the county court');
    await Promise.all([page.waitForEvent('download'), form.getByRole('button', { name: 'Save it as a file' }).click()]);

    const rows = await accounted('RELEASED-4');
    assert.deepEqual(rows.map(({ recipient, purpose }) => [recipient, purpose]), [['County court, 1 Main Street', 'HLEGAL']]);
    const petra = await house.signIn(house.people.petra);
    const { items } = await house.call('POST', '/v1/audit/search', { token: petra, body: { filter: { user: 'piet' } } });
    assert.ok(items.length > 3, JSON.stringify(items));
    assert.deepEqual(items.filter(({ outcome }) => outcome !== 'success'), []);
    assert.deepEqual(page.breaches, []);
  });

  test('who comes to a record by its address says what for before it is asked for', async () => {
    const record = await house.begun('RELEASED-5');
    const root = await house.signIn(house.people.root);
    await house.person('pia', 'privacy_officer', { token: root });
    const page = await as(browser, house, 'pia', {}, `/patients/${record.id}`);
    const main = page.getByRole('main');
    let asked = 0;
    page.on('request', (request) => { asked += request.url().includes('/v1/patients/') ? 1 : 0; });
    await main.getByText('Say first what you read it for.').waitFor();
    assert.deepEqual(await findings(page), []);

    await main.getByRole('button', { name: 'Show' }).click();
    assert.ok(await isAsked(main.getByLabel('What for')));
    assert.equal(asked, 0);
    await main.getByLabel('What for').selectOption('PUBHLTH');
    await main.getByRole('button', { name: 'Show' }).click();

    await main.getByRole('heading', { level: 1, name: 'Ward, Ada' }).waitFor();
    assert.ok(await main.getByRole('heading', { level: 1 }).evaluate((heading) => heading === document.activeElement));
    const petra = await house.signIn(house.people.petra);
    const { items } = await house.call('POST', '/v1/audit/search', { token: petra, body: { filter: { user: 'pia' } } });
    assert.deepEqual(items.filter(({ outcome }) => outcome !== 'success'), []);
    assert.deepEqual(page.breaches, []);
  });
});
