// The store that this instance uses: who the servers are, how they stand to each other, what to look at, and drills.

import { useState } from 'preact/hooks';
import { api, Problem } from '../api/client';
import type { Happening } from '../api/stream';
import { useTold } from '../api/told';
import type { Drill, Estate, EstateLook } from '../api/types';
import { useAsked } from '../api/use';
import { Link } from '../app/router';
import { may } from '../app/session';
import { t } from '../texts';
import { ActButton } from '../ui/acts';
import { bytes, ServerState, share, Topology, Warnings } from '../ui/estate-bits';
import { LiveMark, NotLive } from '../ui/live';
import { Badge, Facts, Page, Section, Table, count } from '../ui/parts';
import { useSending } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { Ago, When, span } from '../ui/time';

/** A look comes every five seconds. After so long without one, what is shown is told to be old. */
const LATE_MS = 20_000;

export default function EstatePage() {
  const [paused, setPaused] = useState<number>();
  const asked = useTold('/v1/estate/events', paused !== undefined, look);
  return (
    <Page wide title={t.estate.title} lead={t.estate.lead} actions={<LiveMark state={asked.live} paused={paused} pause={(on) => setPaused(on ? Date.now() : undefined)} />}>
      {paused && <NotLive state={asked.live} paused={paused} />}
      <Shown asked={asked} lateMs={paused ? undefined : LATE_MS}>{(estate) => (
        <>
          <Warnings of={estate.warnings} />
          {estate.redis ? <Redis estate={estate} redis={estate.redis} /> : <Embedded estate={estate} />}
        </>
      )}</Shown>
      <Drills />
    </Page>
  );
}

function look({ data }: Happening): Estate | Problem {
  const { estate, unknown_because } = JSON.parse(data) as EstateLook;
  return estate ?? new Problem(503, 'store_unavailable', t.estate.nothing, unknown_because ?? undefined);
}

function writer({ writer, backup, looked_at }: Estate): [string, preact.ComponentChildren][] {
  return [
    [t.estate.writer, <>{writer.instance} <span class="faint">{writer.has_lease ? t.estate.lease : t.estate.noLease}</span></>],
    [t.estate.writesSince, <When at={writer.since} />],
    [t.estate.backup, backup ? (backup.last_at ? <><Ago at={backup.last_at} /> <span class="faint">{t.estate.backupDue(backup.max_age_hours)}</span></> : <Badge tone="warning">{t.common.never}</Badge>) : <span class="faint">{t.estate.backupUnknown}</span>],
    [t.estate.lookedAt, <Ago at={looked_at} />],
  ];
}

function Embedded({ estate }: { estate: Estate }) {
  const store = estate.embedded;
  if (!store) return <Empty title={t.estate.nothing} />;
  return (
    <Section title={t.estate.embedded}>
      <p class="hint">{t.estate.embeddedLead}</p>
      <Facts of={[
        [t.estate.used, bytes(store.used_bytes)],
        [t.estate.free, bytes(store.free_bytes)],
        [t.estate.least, bytes(store.min_free_bytes)],
        ...writer(estate),
      ]} />
      {may('system:write') && <BackUp />}
    </Section>
  );
}

/** Asks for a backup. It goes on by itself, and is the last one above when it is done. */
function BackUp() {
  const [hasBegun, setBegun] = useState(false);
  const { busy, problem, send } = useSending();
  const begin = () => send(async () => {
    setBegun(false);
    await api('post', '/v1/estate/backups');
    setBegun(true);
  });
  return (
    <>
      <p><ActButton class="button" busy={busy} onClick={() => void begin()}>{t.estate.backUp}</ActButton></p>
      {hasBegun ? <p class="told" role="status">{t.estate.backUpBegun}</p> : <Refused problem={problem} />}
    </>
  );
}

function Redis({ estate, redis }: { estate: Estate; redis: NonNullable<Estate['redis']> }) {
  const durability = redis.durability === 'replicated' ? t.estate.replicated(redis.replicas_to_confirm) : (t.estate.durability[redis.durability] ?? redis.durability);
  return (
    <>
      <Facts of={[
        [t.estate.topology, t.estate.topologies[redis.topology] ?? redis.topology],
        [t.estate.acknowledged, durability],
        ...writer(estate),
        [t.estate.slotsMissing, redis.slots_without_server ? <Badge tone="bad">{count(redis.slots_without_server)}</Badge> : ''],
      ]} />
      <Section title={t.estate.picture}><Topology redis={redis} /></Section>
      <Section title={t.estate.servers}>
        <Table label={t.estate.servers} head={[t.estate.address, t.estate.role, t.estate.link, [t.estate.behind, 'number'], [t.estate.memory, 'number'], t.estate.eviction, t.estate.persistence, ...(redis.topology === 'cluster' ? [t.estate.slots] : []), [t.estate.clients, 'number'], t.estate.version]}>
          {redis.servers.map((one) => (
            <tr key={one.address}>
              <th scope="row" class="nowrap">{one.address}{one.is_followed && <span class="under faint">{t.estate.followed}</span>}</th>
              <td><ServerState server={one} /></td>
              {one.role === 'silent' ? <td colSpan={redis.topology === 'cluster' ? 8 : 7}>{one.silent_because}</td> : (
                <>
                  <td>{one.role === 'master' ? t.estate.inLine(one.replicas_in_line ?? 0) : <Replication server={one} />}</td>
                  <td class="number">{one.behind_bytes === null || one.behind_bytes === undefined ? t.common.none : bytes(one.behind_bytes)}</td>
                  <td class="number nowrap">{one.max_memory_bytes ? `${bytes(one.memory_bytes)} ${t.estate.of} ${bytes(one.max_memory_bytes)} (${share(one.memory_bytes, one.max_memory_bytes)} %)` : `${bytes(one.memory_bytes)}, ${t.estate.noLimit}`}</td>
                  <td>{one.eviction === 'noeviction' ? one.eviction : <Badge tone="bad">{one.eviction || t.common.none}</Badge>}{one.evicted_keys > 0 && <span class="under">{t.estate.evicted(one.evicted_keys)}</span>}</td>
                  <td>{one.append_only === null || one.append_only === undefined ? <span class="faint">{t.estate.noLog}</span> : one.append_only ? t.estate.logGood : <Badge tone="bad">{t.estate.logBad}</Badge>}<span class="under faint">{t.estate.snapshot} {one.snapshot_at ? <Ago at={one.snapshot_at} /> : t.common.never}{one.is_snapshot_good ? '' : `, ${t.estate.failed}`}</span></td>
                  {redis.topology === 'cluster' && <td>{one.slots.length ? one.slots.map(({ first, last }) => `${first}–${last}`).join(', ') : <span class="faint">{t.common.none}</span>}</td>}
                  <td class="number">{count(one.clients)}</td>
                  <td class="nowrap">{one.version}<span class="under faint">{t.estate.up(span(one.uptime_seconds * 1_000))}</span></td>
                </>
              )}
            </tr>
          ))}
        </Table>
        {redis.is_cut_short && <p class="hint">{t.estate.cutShort}</p>}
      </Section>
      {redis.sentinels.length > 0 && (
        <Section title={t.estate.sentinels}>
          <Table label={t.estate.sentinels} head={[t.estate.address, t.estate.names, t.estate.thinks, t.estate.agrees, [t.estate.others, 'number']]}>
            {redis.sentinels.map((one) => (
              <tr key={one.address}>
                <th scope="row" class="nowrap">{one.address}</th>
                {one.silent_because ? <td colSpan={4}><Badge tone="bad">{t.estate.roles.silent}</Badge> {one.silent_because}</td> : (
                  <>
                    <td class="nowrap">{one.master}</td>
                    <td>{one.thinks}</td>
                    <td>{one.cannot_fail_over_because ? <Badge tone="warning">{one.cannot_fail_over_because}</Badge> : t.estate.quorum(one.quorum)}</td>
                    <td class="number">{one.others}</td>
                  </>
                )}
              </tr>
            ))}
          </Table>
        </Section>
      )}
    </>
  );
}

function Replication({ server }: { server: NonNullable<Estate['redis']>['servers'][number] }) {
  if (server.is_linked === false) return <Badge tone="bad">{t.estate.linkDown}</Badge>;
  if (server.is_in_line === false) return <Badge tone="warning">{t.estate.notInLine}</Badge>;
  return <>{t.estate.confirms}<span class="under faint">{t.estate.replicaOf} {server.master}{server.heard_seconds_ago !== null && server.heard_seconds_ago !== undefined ? `, ${t.estate.heard(server.heard_seconds_ago)}` : ''}</span></>;
}

function Drills() {
  const asked = useAsked((passive, signal) => api('get', '/v1/estate/drills', { passive, signal }), []);
  return (
    <Section title={t.estate.drills}>
      <Shown asked={asked} rows={2}>{({ is_configured, items, left_out }) => items.length === 0 ? (
        <Empty title={t.estate.noDrills}>{is_configured ? t.estate.noDrillsYet : t.estate.noFolder} <code>{is_configured ? 'wardline redis drill failover --report' : 'redis.drill_reports'}</code></Empty>
      ) : (
        <>
          <Table label={t.estate.drills} head={[t.estate.began, t.estate.drill, t.estate.topology, [t.estate.outage, 'number'], [t.estate.lost, 'number'], t.estate.found]}>
            {items.map((drill) => (
              <tr key={drill.name}>
                <th scope="row"><Link to={`/estate/drills/${drill.name}`} data-row><When at={drill.began_at} /></Link></th>
                <td>{t.estate.kinds[drill.drill] ?? drill.drill}</td>
                <td>{t.estate.topologies[drill.topology] ?? drill.topology}</td>
                <td class="number">{count(drill.outage_ms)} ms</td>
                <td class="number">{drill.lost ? <Badge tone="bad">{count(drill.lost)}</Badge> : '0'}</td>
                <td><Found drill={drill} /></td>
              </tr>
            ))}
          </Table>
          {left_out > 0 && <p class="hint">{t.estate.leftOut(left_out)}</p>}
        </>
      )}</Shown>
    </Section>
  );
}

function Found({ drill }: { drill: Drill }) {
  return drill.findings.length ? <Badge tone="bad">{t.estate.findings(drill.findings.length)}</Badge> : <Badge tone="good">{t.estate.held}</Badge>;
}
