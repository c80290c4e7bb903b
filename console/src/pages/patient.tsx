// One record, as far as the policy lets; what it does not let is not there.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { PatientRecord } from '../api/types';
import { useAsked } from '../api/use';
import type { PageProps } from '../app/places';
import { Link, go, usePlace, withQuery } from '../app/router';
import { may } from '../app/session';
import { draftOf } from '../record/drafts';
import { RecordEdit, canChange, readRecord } from '../record/edit';
import { isAccounted, readFor, readHeaders, useReadsFor } from '../record/purpose';
import type { Chosen } from '../record/purpose';
import { PurposeChoice } from '../record/purpose-choice';
import { Take } from '../record/take';
import { t } from '../texts';
import { Badge, Page, Section, Table } from '../ui/parts';
import { Any, birthDate, recordName, recordNumbers } from '../ui/record-bits';
import { Shown } from '../ui/states';
import { When } from '../ui/time';

/** In which order data types are read out. */
const ORDER = ['allergies', 'diagnosis', 'medications', 'treatment', 'vitals', 'lab_results', 'appointments', 'insurance', 'billing', 'demographics'];
const OF: Record<string, string> = {
  diagnoses: 'diagnosis', treatments: 'treatment', medications: 'medications', vitals: 'vitals', lab_results: 'lab_results',
  allergies: 'allergies', appointments: 'appointments', insurance: 'insurance', billing: 'billing',
};

export default function Patient({ id }: PageProps) {
  const purpose = useReadsFor();
  return purpose ? <Seen key={purpose} id={id} purpose={purpose} /> : <Unsaid />;
}

/** A record is not asked for before it is said what for, where that has to be said: it would be a denial in the trail. */
function Unsaid() {
  const [purpose, choose] = useState<Chosen>('');
  return (
    <Page title={t.patients.recordTitle} lead={t.patients.sayPurpose}>
      <form class="filters" onSubmit={(event) => { event.preventDefault(); readFor(purpose); }}>
        <PurposeChoice value={purpose} usual={false} onChange={choose} />
        <button type="submit" class="button primary">{t.patients.show}</button>
      </form>
    </Page>
  );
}

function Seen({ id, purpose }: { id: string; purpose: Chosen }) {
  const place = usePlace();
  const version = place.query.get('version') ?? undefined;
  const asked = useAsked((passive, signal) => readRecord(id, { version, passive, signal, headers: readHeaders() }), [id, version]);
  const [taking, take] = useState(false);
  const [taken, setTaken] = useState<PatientRecord>();
  const [changing, change] = useState(() => draftOf(id) !== undefined);
  const [told, tell] = useState('');
  const hadDraft = useMemo(() => draftOf(id) !== undefined, [id]);
  useEffect(() => setTaken(undefined), [id, version]);
  useEffect(() => {
    // What is printed is what was given for paper, and nothing else of the page.
    if (taken) print();
  }, [taken]);
  const actions = (
    <>
      {asked.data && !version && !changing && canChange(asked.data) && <button type="button" class="button" onClick={() => { tell(''); change(true); }}>{t.change.open}</button>}
      {asked.data && !version && <button type="button" class="button" onClick={() => take(true)}>{t.patients.take}</button>}
      <Link class="button" to="/patients">{t.patients.back}</Link>
    </>
  );
  return (
    <Page title={asked.data ? recordName(asked.data.fields as Record<string, unknown>) : t.patients.recordTitle} tab={t.patients.recordTitle} actions={actions}>
      {taken && (
        <>
          <div class="patient-banner">
            <p><strong>{t.patients.forPaper}</strong> <span class="faint">{t.patients.permitted(taken.permitted.join(', ').replaceAll('_', ' '))}</span></p>
            <p><button type="button" class="button" onClick={() => setTaken(undefined)}>{t.patients.backToRecord}</button></p>
          </div>
          <RecordFields record={taken} />
        </>
      )}
      {!taken && <Shown asked={asked}>{(record) => {
        const fields = record.fields as Record<string, unknown>;
        return (
          <>
            <div class="patient-banner">
              <p><strong>{recordName(fields)}</strong> <span>{t.bed.born(birthDate(fields))}</span> <span>{recordNumbers(fields)}</span> <span class="faint">{t.patients.version(record.version)}</span></p>
              {version && <p><Badge tone="stale">{t.patients.oldVersion}</Badge> <Link to={`/patients/${id}`}>{t.patients.newest}</Link></p>}
              {record.merged_into && <p><Badge tone="warning">{t.patients.merged}</Badge> <Link to={`/patients/${record.merged_into}`}>{record.merged_into.slice(0, 8)}…</Link></p>}
              <p class="faint">{t.patients.permitted(record.permitted.join(', ').replaceAll('_', ' '))}</p>
              {isAccounted(purpose) && <p class="faint">{t.patients.readFor(t.patients.purposes[purpose])}</p>}
            </div>
            <p class={told ? 'told' : undefined} role="status">{told}</p>
            {changing && !version && canChange(record) && (
              <>
                {hadDraft && <p class="told">{t.change.goOn}</p>}
                <RecordEdit id={id} record={record} close={() => change(false)} saved={(version) => { change(false); tell(t.change.saved(version)); asked.again(); }} />
              </>
            )}
            <RecordFields record={record} />
            <History id={id} now={record.version} open={(version) => go(withQuery(place, { version }))} />
          </>
        );
      }}</Shown>}
      {taking && <Take id={id} types={asked.data?.permitted ?? []} close={() => take(false)} printed={(record) => { take(false); setTaken(record); }} />}
      {asked.problem?.code === 'access_denied' && may('emergencies:use') && <p class="told">{t.bed.breakGlass} <Link to="/break-glass">{t.nav.breakGlass}</Link></p>}
    </Page>
  );
}

/** What of a record is there, by data type. */
function RecordFields({ record }: { record: PatientRecord }) {
  const types = new Map<string, [string, unknown][]>();
  for (const [name, value] of Object.entries(record.fields as Record<string, unknown>)) {
    const type = OF[name] ?? (name.startsWith('x-') ? 'x' : 'demographics');
    types.set(type, [...(types.get(type) ?? []), [name, value]]);
  }
  const order = [...ORDER.filter((type) => types.has(type)), ...[...types.keys()].filter((type) => !ORDER.includes(type))];
  return (
    <>
            {order.map((type) => (
              <Section key={type} title={t.patients.types[type] ?? type}>
                <dl class="panel record">
                  {types.get(type)!.map(([name, value]) => <div key={name}><dt>{t.patients.fields[name] ?? name.replaceAll('_', ' ')}</dt><dd><Any value={value} /></dd></div>)}
                </dl>
              </Section>
            ))}
            {record.notes && record.notes.length > 0 && (
              <Section title={t.patients.notes}>
                {record.notes.map((note) => (
                  <div key={note.id} class="panel note">
                    <p class="faint">{note.author} · {t.patients.version(note.version)} {note.labels?.map((label) => <Badge key={label} tone="notice">{label.replaceAll('_', ' ')}</Badge>)}</p>
                    <Any value={note.value} />
                  </div>
                ))}
              </Section>
            )}
    </>
  );
}

function History({ id, now, open }: { id: string; now: number; open: (version: string) => void }) {
  const asked = useAsked((passive, signal) => api('get', '/v1/patients/{id}/history', { path: { id }, query: { limit: 50 } as never, passive, signal, headers: readHeaders() }), [id, now]);
  return (
    <Section title={t.patients.history}>
      <Shown asked={asked} rows={3}>{({ items }) => (
        <Table label={t.patients.history} head={[t.patients.versionName, t.audit.at, t.patients.by, t.patients.what, t.patients.changed, '']}>
          {items.map((one) => (
            <tr key={one.version}>
              <th scope="row">{one.version}</th>
              <td class="nowrap"><When at={one.at} /></td>
              <td>{one.by}</td>
              <td>{one.kind.replaceAll('_', ' ')}</td>
              <td>{one.fields.map((name) => t.patients.fields[name] ?? name).join(', ')}</td>
              <td><button type="button" class="button small" onClick={() => open(String(one.version))}>{t.patients.show}</button></td>
            </tr>
          ))}
        </Table>
      )}</Shown>
    </Section>
  );
}
