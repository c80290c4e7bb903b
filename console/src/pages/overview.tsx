// The first page: what needs attention now, of what one's role sees. It changes nothing, it leads on.

import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { api, Problem } from '../api/client';
import { useStream } from '../api/stream';
import type { Channel, Unit } from '../api/types';
import { useAsked } from '../api/use';
import { Link } from '../app/router';
import { may, serverNow } from '../app/session';
import { t } from '../texts';
import { ActButton } from '../ui/acts';
import { LiveMark, NotLive } from '../ui/live';
import { Page, Section, Spark, Table, count } from '../ui/parts';
import type { Tone } from '../ui/parts';
import { useSending } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { Ago, clockTime, span } from '../ui/time';

const EVERY_MS = 5_000;
/** What is recorded in the trail when it is looked at is looked at less often. */
const RECORDED_EVERY_MS = 60_000;
const LATE_MS = 20_000;
const SILENT_S = 3_600;
const RECENT = 12;
/** Looks that a line of the flow shows. */
const LOOKS = 60;

interface Figures {
  ready: { ready: boolean; service: string; audit: string; unbound_channels: string[] } | undefined;
  channels: Channel[] | undefined;
  sessions: number | undefined;
  units: Unit[] | undefined;
  /** What could not be asked for, in words: the rest is shown nevertheless. */
  problems: string[];
}

interface Oversight {
  reviews: { open: number; overdue: number } | undefined;
  alerts: number | undefined;
}

async function figures(passive: boolean, signal: AbortSignal): Promise<Figures> {
  const how = { passive, signal };
  const problems: string[] = [];
  const part = async <T,>(scope: string, ask: () => Promise<T>): Promise<T | undefined> => {
    if (scope && !may(scope)) return undefined;
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || !(error instanceof Problem) || error.status === 0 || error.status === 401) throw error;
      problems.push(`${error.title} ${error.detail ?? ''}`);
      return undefined;
    }
  };
  const [ready, channels, sessions, units] = await Promise.all([
    part('', () => readiness(signal)),
    part('read', async () => (await api('get', '/v1/channels', how)).items),
    part('sessions:read', async () => (await api('post', '/v1/sessions/count', { ...how, body: {} })).count),
    part('beds:read', async () => (await api('get', '/v1/units', how)).items),
  ]);
  return { ready, channels, sessions, units, problems };
}

async function oversight(passive: boolean, signal: AbortSignal): Promise<Oversight> {
  const [reviews, alerts] = await Promise.all([
    may('emergencies:review') ? reviewsOf(passive, signal) : undefined,
    may('audit:read') ? api('get', '/v1/audit/alerts', { query: { state: 'new', limit: 200 } as never, passive, signal }).then((page) => page.items.length) : undefined,
  ]);
  return { reviews, alerts };
}

async function readiness(signal: AbortSignal): Promise<Figures['ready']> {
  // It answers 503 with the same body when messages cannot be taken.
  const response = await fetch('/readyz', { signal, cache: 'no-store' });
  return response.headers.get('Content-Type')?.startsWith('application/json') ? await response.json() : undefined;
}

async function reviewsOf(passive: boolean, signal: AbortSignal) {
  const of = async (review: string) => (await api('get', '/v1/emergencies', { query: { review, limit: 500 } as never, passive, signal })).items.length;
  const [open, overdue] = await Promise.all([of('open'), of('overdue')]);
  return { open, overdue };
}

export default function Overview() {
  const asked = useAsked(figures, [], EVERY_MS);
  return (
    <Page title={t.overview.title} wide>
      <Shown asked={asked} lateMs={LATE_MS}>{(now) => <Known now={now} />}</Shown>
    </Page>
  );
}

function Known({ now }: { now: Figures }) {
  const { ready, channels, units } = now;
  return (
    <>
      {ready && (
        <p class={ready.ready ? 'readiness good' : 'readiness bad'} role="status">
          <strong>{ready.ready ? t.overview.ready : t.overview.notReady}</strong>
          <span>{t.overview.service(ready.service)}</span>
          <span>{t.overview.trail(ready.audit)}</span>
          {ready.unbound_channels.length > 0 && <span>{t.overview.unbound(ready.unbound_channels.join(', '))}</span>}
        </p>
      )}
      {now.problems.map((problem) => <p key={problem} class="refused" role="alert">{problem}</p>)}
      <ul class="tiles">
        {channels && <OfChannels channels={channels} />}
        {units && <OfUnits units={units} />}
        {(may('emergencies:review') || may('audit:read')) && <OfOversight />}
        {now.sessions !== undefined && <Tile to="/sessions" name={t.overview.sessions} value={count(now.sessions)} lead={t.overview.sessionsLead} />}
      </ul>
      <div class="columns">
        {channels && <Flow channels={channels} />}
        {channels && <div><Attention channels={channels} /><Recent /></div>}
        {(may('emergencies:review') || may('audit:read')) && <Told />}
      </div>
      {units && <Units units={units} />}
    </>
  );
}

function Tile({ to, name, value, lead, tone = 'plain' }: { to: string; name: string; value: ComponentChildren; lead: string; tone?: Tone }) {
  return (
    <li class={`tile ${tone}`}>
      <Link to={to} data-row>
        <span class="tile-name">{name}</span>
        <span class="tile-value">{value}</span>
        <span class="tile-lead">{lead}</span>
      </Link>
    </li>
  );
}

function OfChannels({ channels }: { channels: Channel[] }) {
  const on = channels.filter((channel) => channel.configured && channel.enabled);
  const up = on.filter((channel) => channel.listening).length;
  const silent = on.filter((channel) => (channel.last_received_seconds_ago ?? Infinity) > SILENT_S).length;
  const all = channels.flatMap((channel) => channel.destinations);
  const waits = Math.max(0, ...all.map((one) => one.oldest_waiting?.waited_seconds ?? 0));
  const waiting = all.reduce((sum, one) => sum + one.waiting, 0);
  const dead = all.reduce((sum, one) => sum + one.dead_letters, 0);
  const down = all.filter((one) => one.circuit === 'open').length;
  return (
    <>
      <Tile to="/channels" name={t.overview.channelsUp} value={<>{up} <small>{t.overview.of(on.length)}</small></>} tone={up < on.length ? 'bad' : silent ? 'warning' : 'plain'} lead={silent ? t.overview.silent(silent) : t.overview.notSilent} />
      <Tile to="/channels" name={t.overview.circuits} value={count(down)} tone={down ? 'bad' : 'plain'} lead={down ? t.overview.waiting(waiting) : t.overview.circuitsUp} />
      <Tile to="/channels" name={t.overview.oldest} value={waiting ? span(waits * 1_000) : t.common.none} tone={waits > 300 ? 'bad' : waits > 60 ? 'warning' : 'plain'} lead={waiting ? t.overview.waiting(waiting) : t.overview.nothingWaits} />
      <Tile to="/dead-letters" name={t.overview.deadLetters} value={count(dead)} tone={dead ? 'warning' : 'plain'} lead={dead ? t.overview.needsDecision : t.overview.noneDead} />
    </>
  );
}

function OfUnits({ units }: { units: Unit[] }) {
  const sum = (of: (unit: Unit) => number | undefined) => units.reduce((total, unit) => total + (of(unit) ?? 0), 0);
  const high = sum((unit) => unit.by_band.high);
  const incomplete = sum((unit) => unit.incomplete);
  const unseen = sum((unit) => unit.unacknowledged);
  return (
    <>
      <Tile to="/beds" name={t.overview.highBand} value={count(high)} tone={high ? 'bad' : 'plain'} lead={t.overview.medium(sum((unit) => unit.by_band.medium))} />
      <Tile to="/beds" name={t.overview.unacknowledged} value={count(unseen)} tone={unseen ? 'warning' : 'plain'} lead={t.overview.unacknowledgedLead} />
      <Tile to="/beds" name={t.overview.incomplete} value={count(incomplete)} tone={incomplete ? 'stale' : 'plain'} lead={t.overview.incompleteLead} />
    </>
  );
}

/** Figures of one line, as they were at the last looks. */
interface Line {
  at: number;
  total: number;
  rates: number[];
}

/** How many messages a minute go where, since this page was opened: a hospital's pulse. */
function Flow({ channels }: { channels: Channel[] }) {
  const lines = useRef(new Map<string, Line>());
  const rows = channels.flatMap((channel) => [
    { key: channel.name, name: channel.name, what: t.overview.received, total: channel.received, to: channel.name },
    ...channel.destinations.map((one) => ({ key: `${channel.name} ${one.name}`, name: `→ ${one.name}`, what: t.overview.delivered, total: one.delivered, to: channel.name })),
  ]);
  const now = Date.now();
  for (const { key, total } of rows) {
    const line = lines.current.get(key);
    if (!line) lines.current.set(key, { at: now, total, rates: [] });
    else if (now - line.at > EVERY_MS / 2) {
      const rate = Math.max(0, ((total - line.total) * 60_000) / (now - line.at));
      lines.current.set(key, { at: now, total, rates: [...line.rates, rate].slice(-LOOKS) });
    }
  }
  return (
    <Section title={t.overview.flow}>
      <Table label={t.overview.flow} head={[t.overview.where, [t.overview.perMinute, 'number'], '']}>
        {rows.map(({ key, name, what, to }) => {
          const rates = lines.current.get(key)?.rates ?? [];
          const last = rates.at(-1);
          return (
            <tr key={key}>
              <th scope="row" class="nowrap"><Link to={`/channels/${encodeURIComponent(to)}`} data-row>{name}</Link> <span class="faint">{what}</span></th>
              <td class="number">{last === undefined ? t.common.none : count(Math.round(last))}</td>
              <td class="flow-line"><Spark fromZero points={rates} label={t.overview.flowLine(rates.length)} /></td>
            </tr>
          );
        })}
      </Table>
    </Section>
  );
}

function OfOversight() {
  const asked = useAsked(oversight, [], RECORDED_EVERY_MS);
  const { reviews, alerts } = asked.data ?? {};
  return (
    <>
      {asked.problem && <li class="tile bad"><p class="tile-problem">{asked.problem.title} {asked.at && <>{t.common.shownFrom} <Ago at={asked.at + (serverNow() - Date.now())} />.</>}</p></li>}
      {reviews && <Tile to="/break-glass" name={t.overview.reviews} value={count(reviews.overdue)} tone={reviews.overdue ? 'bad' : 'plain'} lead={t.overview.reviewsOpen(reviews.open)} />}
      {alerts !== undefined && <Tile to="/audit" name={t.overview.alerts} value={count(alerts)} tone={alerts ? 'warning' : 'plain'} lead={t.overview.alertsLead} />}
    </>
  );
}

function Attention({ channels }: { channels: Channel[] }) {
  const rows: [string, string, ComponentChildren][] = [];
  for (const channel of channels) {
    const to = `/channels/${encodeURIComponent(channel.name)}`;
    if (channel.configured && channel.enabled && (channel.last_received_seconds_ago ?? Infinity) > SILENT_S) {
      rows.push([to, t.overview.silentChannel(channel.name), <Ago at={channel.last_received_at} />]);
    }
    for (const one of channel.destinations) {
      if (one.circuit === 'open') rows.push([to, t.overview.destinationDown(channel.name, one.name), <span>{one.last_error?.detail}</span>]);
      if (one.oldest_waiting && one.oldest_waiting.waited_seconds > 60) rows.push([to, t.overview.headWaits(channel.name, one.name), <span>{span(one.oldest_waiting.waited_seconds * 1_000)}</span>]);
      if (one.dead_letters) rows.push([`/dead-letters?channel=${encodeURIComponent(channel.name)}&destination=${encodeURIComponent(one.name)}`, t.overview.deadOf(channel.name, one.name, one.dead_letters), null]);
    }
  }
  return (
    <Section title={t.overview.attention}>
      {rows.length === 0 ? <Empty title={t.overview.nothing} /> : (
        <ul class="list">
          {rows.map(([to, text, more]) => <li key={to + text}><Link to={to} data-row>{text}</Link> <span class="faint">{more}</span></li>)}
        </ul>
      )}
    </Section>
  );
}

interface Told {
  id: string;
  at: string;
  text: string;
  to: string | undefined;
}

function Recent() {
  const [rows, setRows] = useState<Told[]>([]);
  const [paused, setPaused] = useState<number>();
  const kept = useRef<Told[]>([]);
  const live = useStream(paused ? null : '/v1/events', {}, (happenings) => {
    const news = happenings.map(({ id, data }): Told => {
      const event = JSON.parse(data) as { type: string; at: string; channel?: string; destination?: string; message_id?: number; job_id?: number; state?: string };
      const who = [event.channel, event.destination].filter(Boolean).join(' → ');
      const what = t.events[event.type] ?? event.type.replaceAll('_', ' ');
      const of = event.job_id !== undefined ? `${event.job_id} ${event.state ?? ''}` : '';
      return {
        id,
        at: event.at,
        text: [who, what, of].filter(Boolean).join(' '),
        to: event.message_id !== undefined ? `/messages/${event.message_id}` : event.job_id !== undefined ? `/jobs/${event.job_id}` : event.channel ? `/channels/${encodeURIComponent(event.channel)}` : undefined,
      };
    });
    kept.current = [...news.reverse(), ...kept.current].slice(0, RECENT);
    setRows(kept.current);
  });
  return (
    <Section title={t.overview.recent} aside={<LiveMark state={live} paused={paused} pause={(on) => setPaused(on ? Date.now() : undefined)} />}>
      <NotLive state={live} paused={paused} shown={rows.length > 0} />
      {rows.length === 0 ? <Empty title={t.overview.recentEmpty} /> : (
        <ol class="list timeline">
          {rows.map((row) => <li key={row.id}><time class="faint" dateTime={row.at}>{clockTime(row.at)}</time> {row.to ? <Link to={row.to} data-row>{row.text}</Link> : row.text}</li>)}
        </ol>
      )}
    </Section>
  );
}

function Told() {
  const asked = useAsked((passive, signal) => api('get', '/v1/notifications', { passive, signal }), [], 15_000);
  const { busy, problem, send } = useSending();
  const seen = (id: string) => send(async () => {
    await api('post', '/v1/notifications/{id}/seen', { path: { id } });
    asked.again();
  });
  return (
    <Section title={t.overview.told}>
      <Refused problem={problem} />
      <Shown asked={asked} rows={3}>{({ items }) => items.length === 0 ? <Empty title={t.overview.toldNone} /> : (
        <ul class="list">
          {items.map((one) => (
            <li key={one.id}>
              <Link to={`/break-glass/${one.id}`} data-row>{t.overview.emergencyBy(one.user)}</Link> <span class="faint"><Ago at={one.requested_at} /></span>
              <ActButton class="button small" busy={busy} onClick={() => void seen(one.id)}>{t.overview.seen}</ActButton>
            </li>
          ))}
        </ul>
      )}</Shown>
    </Section>
  );
}

function Units({ units }: { units: Unit[] }) {
  const bands = ['high', 'medium', 'low_medium', 'low'];
  return (
    <Section title={t.overview.units}>
      <Table label={t.overview.units} head={[t.overview.unit, [t.overview.beds, 'number'], ...bands.map((band): [string, 'number'] => [t.overview.bands[band] ?? band, 'number']), [t.overview.incomplete, 'number'], [t.overview.unacknowledged, 'number']]}>
        {units.map((unit) => (
          <tr key={unit.id}>
            <th scope="row">{unit.unit} <span class="faint">{unit.facility}</span></th>
            <td class="number">{unit.beds}</td>
            {bands.map((band) => <td key={band} class="number">{unit.by_band[band] || <span class="faint">0</span>}</td>)}
            <td class="number">{unit.incomplete || <span class="faint">0</span>}</td>
            <td class="number">{unit.unacknowledged || <span class="faint">0</span>}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
