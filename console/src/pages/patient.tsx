// One record, as far as the policy lets; what it does not let is not there.

import { api } from '../api/client';
import { useAsked } from '../api/use';
import { emergencyHeaders } from '../app/emergency';
import type { PageProps } from '../app/places';
import { Link, go, usePlace, withQuery } from '../app/router';
import { may } from '../app/session';
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
  const place = usePlace();
  const version = place.query.get('version') ?? undefined;
  const asked = useAsked((passive, signal) => api('get', '/v1/patients/{id}', { path: { id }, query: { version } as never, passive, signal, headers: emergencyHeaders() }), [id, version]);
  return (
    <Page title={asked.data ? recordName(asked.data.fields as Record<string, unknown>) : t.patients.recordTitle} actions={<Link class="button" to="/patients">{t.patients.back}</Link>}>
      <Shown asked={asked}>{(record) => {
        const fields = record.fields as Record<string, unknown>;
        const types = new Map<string, [string, unknown][]>();
        for (const [name, value] of Object.entries(fields)) {
          const type = OF[name] ?? (name.startsWith('x-') ? 'x' : 'demographics');
          types.set(type, [...(types.get(type) ?? []), [name, value]]);
        }
        const order = [...ORDER.filter((type) => types.has(type)), ...[...types.keys()].filter((type) => !ORDER.includes(type))];
        return (
          <>
            <div class="patient-banner">
              <p><strong>{recordName(fields)}</strong> <span>{t.bed.born(birthDate(fields))}</span> <span>{recordNumbers(fields)}</span> <span class="faint">{t.patients.version(record.version)}</span></p>
              {version && <p><Badge tone="stale">{t.patients.oldVersion}</Badge> <Link to={`/patients/${id}`}>{t.patients.newest}</Link></p>}
              {record.merged_into && <p><Badge tone="warning">{t.patients.merged}</Badge> <Link to={`/patients/${record.merged_into}`}>{record.merged_into.slice(0, 8)}…</Link></p>}
              <p class="faint">{t.patients.permitted(record.permitted.join(', ').replaceAll('_', ' '))}</p>
            </div>
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
            <History id={id} now={record.version} open={(version) => go(withQuery(place, { version }))} />
          </>
        );
      }}</Shown>
      {asked.problem?.code === 'access_denied' && may('emergencies:use') && <p class="told">{t.bed.breakGlass} <Link to="/break-glass">{t.nav.breakGlass}</Link></p>}
    </Page>
  );
}

function History({ id, now, open }: { id: string; now: number; open: (version: string) => void }) {
  const asked = useAsked((passive, signal) => api('get', '/v1/patients/{id}/history', { path: { id }, query: { limit: 50 } as never, passive, signal, headers: emergencyHeaders() }), [id, now]);
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
