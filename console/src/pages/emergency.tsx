// One emergency access: what its user wrote and did, and the verdict of somebody else.

import { useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Emergency } from '../api/types';
import { useAsked } from '../api/use';
import type { PageProps } from '../app/places';
import { Link } from '../app/router';
import { may, serverNow } from '../app/session';
import { t } from '../texts';
import { ActButton } from '../ui/acts';
import { Confirm } from '../ui/delivery-acts';
import { ReviewState } from '../ui/emergency-bits';
import { Badge, Facts, Page, Section, Table, count } from '../ui/parts';
import { useSending } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { When } from '../ui/time';

type Verdict = NonNullable<Emergency['verdict']>;

export default function OneEmergency({ id }: PageProps) {
  const asked = useAsked((passive, signal) => api('get', '/v1/emergencies/{id}', { path: { id }, passive, signal }), [id]);
  const [revoking, setRevoking] = useState(false);
  const one = asked.data;
  const holds = one && !one.revoked_at && Date.parse(one.expires_at) > serverNow();
  return (
    <Page
      title={one ? t.glass.of(one.user) : t.glass.title}
      actions={<><Link class="button" to="/break-glass">{t.glass.toQueue}</Link>{holds && may('emergencies:review') && <button type="button" class="button danger" onClick={() => setRevoking(true)}>{t.glass.revoke}</button>}</>}
    >
      <Shown asked={asked}>{(one) => (
        <>
          <Facts of={[
            [t.glass.review, <ReviewState state={one.review} />],
            [t.glass.patient, <code>{one.patient}</code>],
            [t.glass.when, <When at={one.requested_at} />],
            [t.glass.until, <When at={one.revoked_at ?? one.expires_at} />],
            [t.glass.uses, count(one.uses)],
            [t.common.reason, t.glass.reasons[one.reason] ?? one.reason],
            [t.glass.due, <When at={one.review_due_at} />],
            [t.glass.conspicuousName, one.is_conspicuous ? <Badge tone="warning">{t.glass.conspicuous}</Badge> : undefined],
            [t.glass.toldName, one.told?.length ? one.told.join(', ') : undefined],
          ]} />
          <Section title={t.glass.wrote}><p class="panel quote">{one.text || t.glass.nothing}</p></Section>
          {may('audit:read') && <Used of={one} />}
          {one.verdict && (
            <Section title={t.glass.verdict}>
              <div class="panel">
                <p><Badge tone={one.verdict === 'justified' ? 'good' : 'bad'}>{t.glass.verdicts[one.verdict]}</Badge> {t.glass.by(one.reviewed_by ?? '')} <When at={one.reviewed_at} /></p>
                {one.note && <p class="quote">{one.note}</p>}
              </div>
            </Section>
          )}
          {one.review !== 'closed' && may('emergencies:review') && <Judge id={id} again={() => asked.again()} />}
        </>
      )}</Shown>
      {revoking && <Confirm danger title={t.glass.revokeTitle} text={t.glass.revokeText} action={t.glass.revoke} close={() => setRevoking(false)} done={async () => {
        await api('post', '/v1/emergencies/{id}/revoke', { path: { id } });
        setRevoking(false);
        asked.again();
      }} />}
    </Page>
  );
}

/** What was read by it, from the trail. */
function Used({ of }: { of: Emergency }) {
  const asked = useAsked(async (passive, signal) => {
    const body = { filter: { user: of.user, from: of.requested_at, until: new Date(Math.max(Date.parse(of.expires_at), serverNow())).toISOString() }, limit: 200 };
    const page = await api('post', '/v1/audit/search', { body, passive, signal });
    return page.items.filter((record) => record.emergency_id === of.id);
  }, [of.id]);
  return (
    <Section title={t.glass.used}>
      <Shown asked={asked} rows={2}>{(records) => records.length === 0 ? <Empty title={t.glass.usedNone} /> : (
        <Table label={t.glass.used} head={[t.audit.record, t.audit.at, t.audit.kind, t.audit.outcome, t.audit.types, t.common.reason]}>
          {records.map((record) => (
            <tr key={`${record.record} ${record.part}`}>
              <th scope="row"><Link to={`/audit/${record.record}`} data-row>{record.record}</Link></th>
              <td><When at={record.at} /></td>
              <td>{record.kind.replaceAll('-', ' ')}</td>
              <td>{record.outcome}</td>
              <td>{record.data_types.join(', ')}</td>
              <td>{record.reason}</td>
            </tr>
          ))}
        </Table>
      )}</Shown>
    </Section>
  );
}

function Judge({ id, again }: { id: string; again: () => void }) {
  const [verdict, setVerdict] = useState<Verdict>();
  const [note, setNote] = useState('');
  const { busy, problem, send } = useSending();
  const submit = () => send(async () => {
    if (!verdict) return;
    await api('post', '/v1/emergencies/{id}/review', { path: { id }, body: { verdict, note } });
    again();
  });
  return (
    <Section title={t.glass.judge}>
      <form class="panel narrow" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <fieldset class="choices">
          <legend>{t.glass.verdict}</legend>
          {(Object.keys(t.glass.verdicts) as Verdict[]).map((one) => (
            <label key={one} class="check"><input type="radio" name="verdict" value={one} checked={verdict === one} onChange={() => setVerdict(one)} required /> {t.glass.verdicts[one]}</label>
          ))}
        </fieldset>
        <div class="field">
          <label for="note">{t.glass.note}</label>
          <textarea id="note" value={note} maxLength={2000} onInput={(event) => setNote(event.currentTarget.value)} />
        </div>
        <Refused problem={problem} />
        <ActButton type="submit" class="button primary" busy={busy} ready={verdict !== undefined}>{t.glass.close}</ActButton>
      </form>
    </Section>
  );
}
