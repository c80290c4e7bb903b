// One drill: what was broken, what happened when, and what the clients of each pattern saw meanwhile.

import { api } from '../api/client';
import type { DrillReport } from '../api/types';
import { useAsked } from '../api/use';
import type { PageProps } from '../app/places';
import { Link } from '../app/router';
import { t } from '../texts';
import { Badge, Facts, Page, Section, Table, count } from '../ui/parts';
import { Shown } from '../ui/states';
import { When } from '../ui/time';

export default function DrillPage({ id }: PageProps) {
  const asked = useAsked((passive, signal) => api('get', '/v1/estate/drills/{id}', { path: { id }, passive, signal }), [id]);
  const drill = asked.data;
  return (
    <Page wide title={drill ? t.estate.kinds[drill.drill] ?? drill.drill : t.estate.drill} lead={t.estate.drillLead} actions={<Link to="/estate" class="button">{t.estate.back}</Link>}>
      <Shown asked={asked}>{(report) => <Report report={report} />}</Shown>
    </Page>
  );
}

function Report({ report }: { report: DrillReport }) {
  return (
    <>
      {report.findings.length === 0
        ? <div class="readiness good"><strong>{t.estate.held}</strong> {t.estate.heldText}</div>
        : <div class="panel warnings bad"><ul class="list">{report.findings.map((one) => <li key={one}><Badge tone="bad">{t.estate.foundOne}</Badge> <span class="warning-says">{one}</span></li>)}</ul></div>}
      <Facts of={[
        [t.estate.began, <When at={report.began_at} />],
        [t.estate.method, report.method],
        [t.estate.topology, t.estate.topologies[report.topology] ?? report.topology],
        [t.estate.size, t.estate.sizeOf(report.nodes, report.sentinels)],
        [t.estate.version, report.server_version],
        [t.estate.acknowledged, report.durability === 'replicated' ? t.estate.replicated(1) : t.estate.durability[report.durability]],
        [t.estate.outage, `${count(report.outage_ms)} ms`],
        [t.estate.paused, report.paused_ms === null || report.paused_ms === undefined ? '' : `${count(report.paused_ms)} ms`],
        [t.estate.stale, report.stale_writes === null || report.stale_writes === undefined ? '' : count(report.stale_writes)],
      ]} />
      <Section title={t.estate.timeline}>
        <Picture report={report} />
        <Table label={t.estate.timeline} head={[[t.estate.at, 'number'], t.estate.what]}>
          {report.timeline.map((event) => <tr key={`${event.at_ms} ${event.what}`}><td class="number nowrap">{count(event.at_ms)} ms</td><td>{event.what}</td></tr>)}
        </Table>
      </Section>
      <Section title={t.estate.seen}>
        <Table label={t.estate.seen} head={[t.estate.pattern, [t.estate.writers, 'number'], [t.estate.acks, 'number'], [t.estate.lost, 'number'], [t.estate.twice, 'number'], [t.estate.disorder, 'number'], [t.estate.outage, 'number'], [t.estate.median, 'number'], [t.estate.p99, 'number'], [t.estate.refused, 'number']]}>
          {report.patterns.map((one) => (
            <tr key={one.name}>
              <th scope="row">{one.name}</th>
              <td class="number">{count(one.writers)}</td>
              <td class="number">{count(one.acknowledged)}</td>
              {[one.lost, one.duplicates, one.order_violations].map((n, at) => <td key={at} class="number">{n ? <Badge tone="bad">{count(n)}</Badge> : '0'}</td>)}
              <td class="number nowrap">{count(one.outage_ms)} ms</td>
              <td class="number nowrap">{count(one.median_ms)} ms</td>
              <td class="number nowrap">{count(one.p99_ms)} ms</td>
              <td class="number">{count(one.failures)}</td>
            </tr>
          ))}
        </Table>
      </Section>
    </>
  );
}

const WIDE = 900;
const LEFT = 90;
const LANE = 46;

/** Acknowledged writes over time, a lane for each pattern, the outage hatched, events as lines. The tables say the same. */
function Picture({ report }: { report: DrillReport }) {
  const end = Math.max(1, ...report.timeline.map((one) => one.at_ms), ...report.patterns.map((one) => one.per_tenth_second.length * 100));
  const x = (ms: number) => LEFT + (ms / end) * (WIDE - LEFT - 10);
  const height = report.patterns.length * LANE + 30;
  const seconds = Array.from({ length: Math.floor(end / 1_000) + 1 }, (_, at) => at);
  const every = Math.max(1, Math.ceil(seconds.length / 12));
  return (
    <div class="topology" role="group" aria-label={t.estate.timeline} tabIndex={0}>
      <svg class="drill-picture" viewBox={`0 0 ${WIDE} ${height}`} width={WIDE} height={height} role="img" aria-label={t.estate.pictureWords(report.patterns.map((one) => t.estate.outageOf(one.name, one.outage_ms, one.outage_from_ms)))}>
        {report.patterns.map((one, lane) => {
          const top = lane * LANE;
          const most = Math.max(1, ...one.per_tenth_second);
          const points = one.per_tenth_second.map((n, at) => `${x(at * 100).toFixed(1)},${(top + LANE - 8 - (n / most) * (LANE - 14)).toFixed(1)}`);
          return (
            <g key={one.name}>
              <text x="0" y={top + LANE / 2 + 4}>{one.name}</text>
              <rect class="outage" x={x(one.outage_from_ms)} y={top + 2} width={Math.max(1, x(one.outage_from_ms + one.outage_ms) - x(one.outage_from_ms))} height={LANE - 8} />
              <polyline points={points.join(' ')} />
              <line class="axis" x1={LEFT} x2={WIDE - 10} y1={top + LANE - 8} y2={top + LANE - 8} />
            </g>
          );
        })}
        {report.timeline.map((event) => <line key={`${event.at_ms} ${event.what}`} class="event" x1={x(event.at_ms)} x2={x(event.at_ms)} y1="0" y2={height - 26}><title>{event.what}</title></line>)}
        {seconds.filter((at) => at % every === 0).map((at) => <text key={at} class="tick" x={x(at * 1_000)} y={height - 6}>{at} s</text>)}
      </svg>
    </div>
  );
}
