// Emergency access: asking for it, and reviewing what others did with it.

import { useState } from 'preact/hooks';
import { api } from '../api/client';
import type { EmergencyReason } from '../api/types';
import { useAsked } from '../api/use';
import { hold, useHeld } from '../app/emergency';
import { Link, go, usePlace, withQuery } from '../app/router';
import { may } from '../app/session';
import { t } from '../texts';
import { ReviewState } from '../ui/emergency-bits';
import { ActButton } from '../ui/acts';
import { Badge, Choice, Field, More, Page, Section, Table, count } from '../ui/parts';
import { isRefusal, useOnce, useSending } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { Ago, When, span, useNow } from '../ui/time';
import { Views } from '../ui/views';

export default function BreakGlass() {
  return (
    <Page wide title={t.glass.title} lead={may('emergencies:review') ? t.glass.reviewLead : t.glass.lead}>
      {may('emergencies:use') && <Use />}
      {may('emergencies:review') && <Queue />}
    </Page>
  );
}

function Use() {
  const held = useHeld();
  const now = useNow();
  if (held && held.expiresAt > now) return <HeldNow />;
  return <Ask />;
}

function HeldNow() {
  const held = useHeld();
  const now = useNow();
  const { busy, problem, send } = useSending();
  const [bed, setBed] = useState('');
  const [record, setRecord] = useState('');
  if (!held) return null;
  const giveBack = () => send(async () => {
    await api('post', '/v1/emergencies/{id}/give-back', { path: { id: held.id } });
    hold(undefined);
  });
  return (
    <Section title={t.glass.heldTitle}>
      <div class="panel held">
        <p class="told" role="status"><strong>{t.glass.held(held.patient)}</strong> {t.glass.heldFor(span(held.expiresAt - now))}</p>
        <p>{t.glass.told(held.told)} {t.glass.heldText}</p>
        <div class="filters">
          <form class="filters" onSubmit={(event) => { event.preventDefault(); go(`/beds/${encodeURIComponent(bed)}`); }}>
            <Field label={t.glass.openBed} hint={t.glass.openBedHint} value={bed} required onInput={(e) => setBed(e.currentTarget.value.trim())} spellcheck={false} />
            <button type="submit" class="button">{t.glass.open}</button>
          </form>
          <form class="filters" onSubmit={(event) => { event.preventDefault(); go(`/patients/${encodeURIComponent(record)}`); }}>
            <Field label={t.glass.openRecord} hint={t.glass.openRecordHint} value={record} required onInput={(e) => setRecord(e.currentTarget.value.trim())} spellcheck={false} />
            <button type="submit" class="button">{t.glass.open}</button>
          </form>
        </div>
        <Refused problem={problem} />
        <ActButton class="button primary" busy={busy} onClick={() => void giveBack()}>{t.glass.giveBack}</ActButton>
      </div>
    </Section>
  );
}

function Ask() {
  const [number, setNumber] = useState('');
  const [authority, setAuthority] = useState('');
  const [reason, setReason] = useState<EmergencyReason>('emergency_treatment');
  const [text, setText] = useState('');
  const [code, setCode] = useState('');
  const { busy, problem, send } = useSending();
  const once = useOnce();
  const submit = () => send(async () => {
    const body = { patient: { number, ...(authority ? { authority } : {}) }, reason, text, code };
    try {
      const granted = await once(body, (headers) => api('post', '/v1/emergencies', { body, headers }));
      hold({ id: granted.id, token: granted.token, patient: number, expiresAt: Date.parse(granted.expires_at), told: granted.told });
    } catch (error) {
      // A code counts once. While nobody knows whether it did, the same request is sent again, and that has the same code.
      if (isRefusal(error)) setCode('');
      throw error;
    }
  });
  return (
    <Section title={t.glass.askTitle}>
      <form class="panel narrow" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <p>{t.glass.askText}</p>
        <div class="pair">
          <Field label={t.glass.number} value={number} required onInput={(e) => setNumber(e.currentTarget.value.trim())} autocomplete="off" spellcheck={false} data-filter />
          <Field label={t.glass.authority} hint={t.glass.authorityHint} value={authority} onInput={(e) => setAuthority(e.currentTarget.value.trim())} autocomplete="off" spellcheck={false} />
        </div>
        <Choice label={t.common.reason} value={reason} onChange={(value) => setReason(value as EmergencyReason)} options={Object.entries(t.glass.reasons)} />
        <div class="field">
          <label for="words">{t.glass.words}</label>
          <textarea id="words" value={text} maxLength={2000} minLength={reason === 'other' ? 20 : 0} required={reason === 'other'} onInput={(event) => setText(event.currentTarget.value)} />
        </div>
        <Field label={t.signIn.code} hint={t.glass.codeHint} value={code} required inputMode="numeric" autocomplete="one-time-code" onInput={(e) => setCode(e.currentTarget.value.replace(/\s/g, ''))} />
        <Refused problem={problem} />
        <ActButton type="submit" class="button danger" busy={busy}>{t.glass.ask}</ActButton>
      </form>
    </Section>
  );
}

function Queue() {
  const place = usePlace();
  const review = place.query.get('review') ?? '';
  const cursor = place.query.get('cursor') ?? undefined;
  const asked = useAsked((passive, signal) => api('get', '/v1/emergencies', { query: { review: review || undefined, cursor, limit: 100 } as never, passive, signal }), [review, cursor], 60_000);
  const set = (changes: Record<string, string>) => go(withQuery(place, { ...changes, cursor: '' }), true);
  return (
    <Section title={t.glass.queue} aside={<Choice label={t.glass.review} value={review} onChange={(review) => set({ review })} options={[['', t.common.all], ...Object.entries(t.glass.states)]} />}>
      <Views />
      <Shown asked={asked} lateMs={180_000}>{(page) => (
        <>
          {page.items.length === 0 ? <Empty title={t.glass.emptyTitle}>{t.glass.empty}</Empty> : (
            <Table label={t.glass.queue} head={[t.glass.when, t.glass.user, t.glass.patient, t.common.reason, [t.glass.uses, 'number'], t.glass.review, t.glass.due, t.glass.verdict]}>
              {page.items.map((one) => (
                <tr key={one.id}>
                  <th scope="row"><Link to={`/break-glass/${one.id}`} data-row><Ago at={one.requested_at} /></Link></th>
                  <td>{one.user} {one.is_conspicuous && <Badge tone="warning">{t.glass.conspicuous}</Badge>}</td>
                  <td><code>{one.patient}</code></td>
                  <td>{t.glass.reasons[one.reason] ?? one.reason}</td>
                  <td class="number">{count(one.uses)}</td>
                  <td><ReviewState state={one.review} /></td>
                  <td class="nowrap"><When at={one.review_due_at} /></td>
                  <td>{one.verdict ? t.glass.verdicts[one.verdict] : <span class="faint">{t.common.none}</span>}</td>
                </tr>
              ))}
            </Table>
          )}
          <More next={page.next} go={(next) => go(withQuery(place, { cursor: next }))} first={cursor ? () => go(withQuery(place, { cursor: '' })) : undefined} />
        </>
      )}</Shown>
    </Section>
  );
}
