// Finding a record: exactly, by a number or by name and date of birth. Nothing of it stands in the address.

import { useRef, useState } from 'preact/hooks';
import { api, asProblem, Problem } from '../api/client';
import type { Answer } from '../api/client';
import { Link } from '../app/router';
import { purposeHeaders, readFor, readsAsUsual, saysPurpose, useReadsFor } from '../record/purpose';
import { PurposeChoice } from '../record/purpose-choice';
import { t } from '../texts';
import { Choice, Field, Page, Table } from '../ui/parts';
import { birthDate, recordName, recordNumbers } from '../ui/record-bits';
import { Empty, Refused } from '../ui/states';

type By = 'mrn' | 'ssn' | 'person';
type Found = Answer<'/v1/patients/search', 'post'>;

export default function Patients() {
  const [by, setBy] = useState<By>('mrn');
  const [number, setNumber] = useState('');
  const [authority, setAuthority] = useState('');
  const [family, setFamily] = useState('');
  const [given, setGiven] = useState('');
  const [born, setBorn] = useState('');
  const [found, setFound] = useState<Found>();
  const [problem, setProblem] = useState<Problem>();
  const purpose = useReadsFor();
  const last = useRef<AbortController | undefined>(undefined);
  // Who searches again, or for something else, has done with what was asked before: its answer may name somebody else.
  const leave = () => {
    last.current?.abort();
    setProblem(undefined);
    setFound(undefined);
  };
  const search = async () => {
    leave();
    const { signal } = (last.current = new AbortController());
    const body = by === 'mrn' ? { mrn: { value: number, ...(authority ? { authority } : {}) } } : by === 'ssn' ? { ssn: number } : { person: { family, given, birth_date: born } };
    try {
      const found = await api('post', '/v1/patients/search', { body, signal, headers: purposeHeaders(purpose) });
      if (!signal.aborted) setFound(found);
    } catch (error) {
      if (!signal.aborted) setProblem(asProblem(error));
    }
  };
  return (
    <Page title={t.patients.title} lead={t.patients.lead}>
      <form class="filters find-form" role="search" onSubmit={(event) => { event.preventDefault(); void search(); }}>
        {saysPurpose() && <PurposeChoice value={purpose} usual={readsAsUsual()} onChange={(next) => { leave(); readFor(next); }} />}
        <Choice label={t.patients.by} value={by} onChange={(value) => setBy(value as By)} options={Object.entries(t.patients.byOptions)} />
        {by === 'person' ? (
          <>
            <Field label={t.patients.family} value={family} required onInput={(e) => setFamily(e.currentTarget.value)} data-filter autocomplete="off" />
            <Field label={t.patients.given} value={given} onInput={(e) => setGiven(e.currentTarget.value)} autocomplete="off" />
            <Field label={t.patients.born} type="date" value={born} required onInput={(e) => setBorn(e.currentTarget.value)} />
          </>
        ) : (
          <>
            <Field label={t.patients.number} value={number} required onInput={(e) => setNumber(e.currentTarget.value.trim())} data-filter autocomplete="off" spellcheck={false} />
            {by === 'mrn' && <Field label={t.patients.authority} value={authority} onInput={(e) => setAuthority(e.currentTarget.value.trim())} autocomplete="off" spellcheck={false} />}
          </>
        )}
        <button type="submit" class="button primary">{t.common.search}</button>
      </form>
      <Refused problem={problem} />
      <div role="status">
        {found && (found.items.length === 0 ? <Empty title={t.patients.noneTitle}>{t.patients.none}</Empty> : (
          <>
            <Table label={t.patients.found} head={[t.patients.name, t.patients.born, t.patients.numbers, t.patients.record]}>
              {found.items.map((one) => (
                <tr key={one.id}>
                  <th scope="row"><Link to={`/patients/${one.id}`} data-row>{recordName(one.fields)}</Link></th>
                  <td>{birthDate(one.fields)}</td>
                  <td>{recordNumbers(one.fields)}</td>
                  <td class="faint"><code>{one.id.slice(0, 8)}…</code>{one.found_as && <> {t.patients.foundAs}</>}</td>
                </tr>
              ))}
            </Table>
            {!found.is_complete && <p class="hint">{t.patients.notAll}</p>}
          </>
        ))}
      </div>
    </Page>
  );
}
