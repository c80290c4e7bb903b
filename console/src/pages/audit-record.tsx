// One record of the trail, and the proof that it is in it.

import { useState } from 'preact/hooks';
import { api, asProblem, Problem } from '../api/client';
import type { AuditRecord } from '../api/types';
import { useAsked } from '../api/use';
import type { PageProps } from '../app/places';
import { Link } from '../app/router';
import { t } from '../texts';
import { OutcomeBadge, kindText } from '../ui/audit-bits';
import { Facts, Page, Section } from '../ui/parts';
import { Refused, Shown } from '../ui/states';
import { When } from '../ui/time';
import { saveAs } from './audit';

export default function OneRecord({ id }: PageProps) {
  const asked = useAsked((passive, signal) => api('get', '/v1/audit/records/{id}', { path: { id: Number(id) }, passive, signal }), [id]);
  return (
    <Page title={t.audit.one(id)} actions={<Link class="button" to="/audit">{t.audit.back}</Link>}>
      <Shown asked={asked}>{(record) => (
        <>
          {!record.readable && <p class="refused">{t.audit.unreadable}</p>}
          <Facts of={[
            [t.audit.at, <When at={record.at} />],
            [t.audit.kind, kindText(record.kind)],
            [t.audit.outcome, <OutcomeBadge outcome={record.outcome} />],
            [t.audit.times, timesOf(record)],
            [t.audit.user, record.user],
            [t.audit.role, record.role?.replaceAll('_', ' ')],
            [t.audit.purpose, record.purpose],
            [t.audit.address, record.address],
            [t.audit.application, record.application],
            [t.audit.session, record.session_id && <code>{record.session_id}</code>],
            [t.audit.request, record.request_id && <code>{record.request_id}</code>],
            [t.audit.patients, record.patients?.length ? record.patients.map((one) => <code key={one}>{one} </code>) : record.patient_count || undefined],
            [t.audit.types, record.data_types.join(', ').replaceAll('_', ' ')],
            [t.audit.policies, record.policies.join(', ')],
            [t.audit.emergency, record.emergency_id && <Link to={`/break-glass/${record.emergency_id}`}>{record.emergency_id.slice(0, 8)}…</Link>],
            [t.audit.recipient, record.recipient],
          ]} />
          {record.reason && <Section title={t.common.reason}><p class="panel quote">{record.reason}</p></Section>}
        </>
      )}</Shown>
      <Proof id={Number(id)} />
    </Page>
  );
}

function timesOf(record: AuditRecord) {
  if (record.counted_from_here) return t.audit.countedFromHere;
  if (!record.times) return undefined;
  return <>{t.audit.timesOf(record.times)}, <When at={record.times_from ?? record.at} /> – <When at={record.times_until ?? record.at} /></>;
}

function Proof({ id }: { id: number }) {
  const [text, setText] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const prove = async () => {
    setProblem(undefined);
    try {
      setText(JSON.stringify(await api('get', '/v1/audit/records/{id}/proof', { path: { id } }), null, 2));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <Section title={t.audit.proof}>
      <p class="hint">{t.audit.proofText}</p>
      <Refused problem={problem} />
      {text === undefined
        ? <button type="button" class="button" onClick={() => void prove()}>{t.audit.prove}</button>
        : <><pre class="raw panel" tabIndex={0}>{text}</pre><button type="button" class="button" onClick={() => saveAs(`proof-${id}.json`, text, 'application/json')}>{t.audit.save}</button></>}
    </Section>
  );
}
