// The trail: search it, verify it, act on alerts, make its report.

import { useRef, useState } from 'preact/hooks';
import { api, asProblem, Problem, send, whole } from '../api/client';
import type { Answer } from '../api/client';
import type { AuditAlert, AuditVerification } from '../api/types';
import { useAsked } from '../api/use';
import { Link, go, usePlace, withQuery } from '../app/router';
import { may, serverNow } from '../app/session';
import { t } from '../texts';
import { OutcomeBadge, kindText } from '../ui/audit-bits';
import { ActButton } from '../ui/acts';
import { Badge, Choice, Field, Page, Section, Table, count } from '../ui/parts';
import { AskReason } from '../ui/reason';
import { useSending } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { Ago, LAST_DAY, localDay, midnight, When } from '../ui/time';
import { Views } from '../ui/views';
import { Typed } from './messages';

const DAY_MS = 86_400_000;

export default function Audit() {
  return (
    <Page wide title={t.audit.title} lead={t.audit.lead}>
      <div class="columns audit-top">
        <Verify />
        <Alerts />
        <Report />
      </div>
      <Search />
    </Page>
  );
}

function Verify() {
  const [line, setLine] = useState<AuditVerification>();
  const { busy, problem, send: attempt } = useSending();
  const verify = () => attempt(async () => {
    setLine(undefined);
    let said: AuditVerification | undefined;
    const say = (lines: string) => {
      const last = lines.split('\n').findLast((line) => line.trim());
      if (last) setLine((said = JSON.parse(last) as AuditVerification));
    };
    try {
      const response = await send('post', '/v1/audit/verify', { body: {} as never });
      // While more comes, what stands after the last break is no line yet.
      say(await whole(response, { told: (text) => say(text.slice(0, text.lastIndexOf('\n') + 1)) }));
      // What ends without a verdict was cut off: nothing is known of the trail by it.
      if (!said || !(said.failed || said.finding || said.verified)) throw new Problem(0, 'unreachable', t.common.cutOff);
    } catch (error) {
      setLine(undefined);
      throw error;
    }
  });
  return (
    <Section title={t.audit.verifyTitle}>
      <div class="panel">
        <div role="status">
          {line && <Verdict line={line} />}
        </div>
        <Refused problem={problem} />
        <p class="page-actions"><ActButton class="button primary" busy={busy} onClick={() => void verify()}>{t.audit.verify}</ActButton> <Checkpoint /></p>
        <p class="hint">{t.audit.offline} <code>wardline audit verify</code></p>
      </div>
    </Section>
  );
}

function Verdict({ line }: { line: AuditVerification }) {
  if (line.failed) return <p class="refused">{t.audit.verifyFailed(line.failed)}</p>;
  if (line.finding) {
    const { from, through, fault } = line.finding;
    return <p class="refused"><strong>{from === through ? t.audit.bad(count(from), fault) : t.audit.badBetween(count(from), count(through), fault)}</strong></p>;
  }
  if (line.verified) return <p class="told"><strong>{t.audit.good(count(line.records), count(line.checkpoints ?? 0))}</strong></p>;
  return <><p>{t.audit.verifying(count(line.records), count(line.of ?? line.records))}</p><progress value={line.records} max={line.of ?? line.records} aria-label={t.audit.verify} /></>;
}

function Checkpoint() {
  const [problem, setProblem] = useState<Problem>();
  const keep = async () => {
    setProblem(undefined);
    try {
      const response = await send('get', '/v1/audit/checkpoint', {});
      saveAs('wardline-checkpoint.txt', await whole(response), 'text/plain');
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return <><button type="button" class="button" onClick={() => void keep()}>{t.audit.checkpoint}</button><Refused problem={problem} /></>;
}

export function saveAs(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

function Alerts() {
  const asked = useAsked(async (passive, signal) => {
    const of = (state: string) => api('get', '/v1/audit/alerts', { query: { state, limit: 100 } as never, passive, signal });
    const [fresh, seen] = await Promise.all([of('new'), of('acknowledged')]);
    return [...fresh.items, ...seen.items];
  }, []);
  const [asking, setAsking] = useState<{ alert: AuditAlert; act: 'acknowledge' | 'close' }>();
  return (
    <Section title={t.audit.alerts}>
      <Shown asked={asked} rows={2}>{(alerts) => alerts.length === 0 ? <Empty title={t.audit.alertsNone} /> : (
        <ul class="list panel alerts">
          {alerts.map((alert) => (
            <li key={alert.id}>
              <span><Badge tone={alert.state === 'new' ? 'bad' : 'notice'}>{t.audit.alertStates[alert.state]}</Badge> {alert.rule.replaceAll('_', ' ').replaceAll('-', ' ')} <span class="faint"><Ago at={alert.at} /></span> <Link to={`/audit/${alert.record}`}>{t.audit.one(String(alert.record))}</Link></span>
              {may('audit:write') && (
                <span>
                  {alert.state === 'new' && <button type="button" class="button small" onClick={() => setAsking({ alert, act: 'acknowledge' })}>{t.audit.acknowledge}</button>}{' '}
                  <button type="button" class="button small" onClick={() => setAsking({ alert, act: 'close' })}>{t.audit.close}</button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}</Shown>
      {asking && (
        <AskReason title={t.audit.alertNote(asking.alert.rule)} text={t.audit.alertText} action={asking.act === 'close' ? t.audit.close : t.audit.acknowledge} close={() => setAsking(undefined)} done={async (note) => {
          const path = { id: asking.alert.id };
          if (asking.act === 'close') await api('post', '/v1/audit/alerts/{id}/close', { path, body: { note } });
          else await api('post', '/v1/audit/alerts/{id}/acknowledge', { path, body: { note } });
          setAsking(undefined);
          asked.again();
        }} />
      )}
    </Section>
  );
}

function Search() {
  const place = usePlace();
  const [user, setUser] = useState('');
  const [patient, setPatient] = useState('');
  const [cursors, setCursors] = useState<string[]>([]);
  const kind = place.query.get('kind') ?? '';
  const outcome = place.query.get('outcome') ?? '';
  const cursor = cursors.at(-1);
  const asked = useAsked((passive, signal) => {
    const filter = { ...(kind ? { kind } : {}), ...(outcome ? { outcome } : {}), ...(user ? { user } : {}), ...(patient ? { patient } : {}) };
    return api('post', '/v1/audit/search', { body: { filter, limit: 50, ...(cursor ? { cursor } : {}) }, passive, signal });
  }, [kind, outcome, user, patient, cursor]);
  const set = (changes: Record<string, string>) => {
    setCursors([]);
    go(withQuery(place, changes), true);
  };
  return (
    <Section title={t.audit.records}>
      <div class="filters">
        <Choice label={t.audit.kind} value={kind} onChange={(kind) => set({ kind })} options={[['', t.common.any], ...t.audit.kinds.map((one): [string, string] => [one, kindText(one)])]} />
        <Choice label={t.audit.outcome} value={outcome} onChange={(outcome) => set({ outcome })} options={[['', t.common.any], ...Object.entries(t.audit.outcomes)]} />
        <Typed label={t.audit.user} value={user} change={(user) => { setCursors([]); setUser(user); }} />
        <Typed label={t.audit.patient} value={patient} placeholder="mrn:HOSP:4711" change={(patient) => { setCursors([]); setPatient(patient); }} />
        <button type="button" class="button" onClick={() => asked.again()}>{t.common.refresh}</button>
      </div>
      <Views />
      <Shown asked={asked} rows={8}>{(page) => (
        <>
          {page.items.length === 0 ? <Empty title={t.audit.emptyTitle}>{t.audit.empty}</Empty> : (
            <Table label={t.audit.title} head={[t.audit.record, t.audit.at, t.audit.kind, t.audit.outcome, t.audit.user, t.audit.role, t.audit.patients, t.common.reason]}>
              {page.items.map((record) => (
                <tr key={`${record.record} ${record.part}`}>
                  <th scope="row"><Link to={`/audit/${record.record}`} data-row>{record.record}</Link></th>
                  <td class="nowrap"><When at={record.at} /></td>
                  <td>{kindText(record.kind)}</td>
                  <td class="nowrap"><OutcomeBadge outcome={record.outcome} />{record.times && <span class="faint"> ×{record.times}</span>}</td>
                  <td>{record.user}</td>
                  <td class="faint">{record.role?.replaceAll('_', ' ')}</td>
                  <td>{record.patients?.length ? <><code>{record.patients[0]}</code>{record.patient_count > 1 && <span class="faint"> +{record.patient_count - 1}</span>}</> : record.patient_count || <span class="faint">{t.common.none}</span>}</td>
                  <td class="clip">{record.reason}</td>
                </tr>
              ))}
            </Table>
          )}
          <div class="pager">
            {cursors.length > 0 && <button type="button" class="button" onClick={() => setCursors([])}>{t.common.firstPage}</button>}
            {page.next && <button type="button" class="button" onClick={() => setCursors([...cursors, page.next!])}>{t.audit.older}</button>}
          </div>
        </>
      )}</Shown>
    </Section>
  );
}

type Made = Answer<'/v1/audit/report', 'post'>;

function Report() {
  const [from, setFrom] = useState(localDay(serverNow() - 7 * DAY_MS));
  const [until, setUntil] = useState(localDay(serverNow()));
  const [made, setMade] = useState<Made>();
  const { busy, problem, send: attempt } = useSending();
  const days = useRef('');
  days.current = `${from} ${until}`;
  const period = () => ({ from: new Date(midnight(from)).toISOString(), until: new Date(Math.min(midnight(until, 1), serverNow())).toISOString() });
  // What was made is of its days alone.
  const ofDays = (set: (day: string) => void) => (day: string) => {
    set(day);
    setMade(undefined);
  };
  const make = () => attempt(async () => {
    const asked = days.current;
    const report = (await api('post', '/v1/audit/report', { body: { ...period(), format: 'json' } as never })) as Made;
    if (asked === days.current) setMade(report);
  });
  const save = (format: 'csv' | 'html') => attempt(async () => {
    const response = await send('post', '/v1/audit/report', { body: { ...period(), format } as never });
    saveAs(`audit-report-${from}.${format}`, await whole(response), format === 'csv' ? 'text/csv' : 'text/html');
  });
  return (
    <Section title={t.audit.reportTitle}>
      <form class="panel" onSubmit={(event) => { event.preventDefault(); void make(); }}>
        <div class="pair">
          <Field label={t.audit.from} type="date" max={LAST_DAY} value={from} required onInput={(e) => ofDays(setFrom)(e.currentTarget.value)} />
          <Field label={t.audit.until} type="date" max={LAST_DAY} value={until} required onInput={(e) => ofDays(setUntil)(e.currentTarget.value)} />
        </div>
        <p class="hint">{t.audit.daysOf(new Intl.DateTimeFormat().resolvedOptions().timeZone)}</p>
        <Refused problem={problem} />
        <p class="page-actions below">
          <ActButton type="submit" class="button" busy={busy}>{t.audit.report}</ActButton>
          <ActButton class="button" busy={busy} onClick={() => void save('csv')}>{t.audit.asCsv}</ActButton>
          <ActButton class="button" busy={busy} onClick={() => void save('html')}>{t.audit.asHtml}</ActButton>
        </p>
        {made && <Figures made={made} />}
      </form>
    </Section>
  );
}

function Figures({ made }: { made: Made }) {
  return (
    <div role="status" class="report">
      <p><strong>{count(made.events)}</strong> {t.audit.events}</p>
      {made.cut && <p class="hint">{t.audit.cut}</p>}
      <Table label={t.audit.byKind} head={[t.audit.byKind, [t.audit.events, 'number']]}>
        {Object.entries(made.kinds).sort(([, a], [, b]) => b - a).map(([kind, n]) => <tr key={kind}><th scope="row">{kindText(kind)}</th><td class="number">{count(n)}</td></tr>)}
      </Table>
      <Table label={t.audit.byUser} head={[t.audit.byUser, [t.audit.events, 'number'], [t.audit.patients, 'number'], [t.audit.denied, 'number']]}>
        {made.users.slice(0, 20).map((one, at) => <tr key={at}><th scope="row">{one.user ?? t.common.none}</th><td class="number">{count(one.events)}</td><td class="number">{count(one.patients)}</td><td class="number">{count(one.denied)}</td></tr>)}
      </Table>
    </div>
  );
}
