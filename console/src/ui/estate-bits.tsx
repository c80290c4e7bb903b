// How servers stand to each other, drawn; what a person should look at, in words.

import type { DataServer, EstateWarning, RedisEstate } from '../api/types';
import { t } from '../texts';
import { Badge } from './parts';

/** Bytes in the unit that people read: powers of 1,024. */
export function bytes(n: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  while (n >= 1_024 && at < units.length - 1) {
    n /= 1_024;
    at += 1;
  }
  return `${n >= 100 || at === 0 ? Math.round(n) : n.toFixed(1)} ${units[at]}`;
}

/** Percent, rounded down: 100 is said of what is full. */
export function share(part: number, whole: number): number {
  return Math.floor((part * 100) / whole);
}

const TONES = { broken: 'bad', warning: 'warning', unseen: 'plain' } as const;

export function Warnings({ of }: { of: EstateWarning[] }) {
  if (of.length === 0) return <div class="readiness good" role="status"><strong>{t.estate.well}</strong></div>;
  const worst = of.some((one) => one.severity === 'broken') ? 'bad' : of.some((one) => one.severity === 'warning') ? 'warning' : 'plain';
  return (
    <div class={`panel warnings ${worst}`} role="status" aria-label={t.estate.warnings}>
      <ul class="list">
        {of.map((one) => (
          <li key={`${one.address} ${one.what} ${one.says}`}>
            <Badge tone={TONES[one.severity]}>{t.estate.severity[one.severity]}</Badge>
            <span class="warning-says">{one.address && <strong class="nowrap">{one.address} </strong>}<code>{one.what}</code>: {one.says}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function ServerState({ server }: { server: DataServer }) {
  if (server.role === 'silent') return <Badge tone="bad">{t.estate.roles.silent}</Badge>;
  return <Badge tone={server.role === 'master' ? 'notice' : 'plain'}>{t.estate.roles[server.role]}</Badge>;
}

const BOX = { width: 176, height: 58, gap: 22, lane: 92 };

/** Masters in a column, each with its replicas to the right; Sentinels below. The table says the same in words. */
export function Topology({ redis }: { redis: RedisEstate }) {
  const { rows, loose } = lanes(redis);
  const columns = Math.max(1, ...rows.map((row) => row.replicas.length + 1), loose.length);
  const all = loose.length ? [...rows, { master: undefined, replicas: loose }] : rows;
  const width = Math.max(columns, redis.sentinels.length ? Math.min(redis.sentinels.length, 4) : 0) * (BOX.width + BOX.gap);
  const sentinelsTop = all.length * BOX.lane;
  const perRow = Math.max(1, Math.floor(width / (BOX.width + BOX.gap)));
  const height = sentinelsTop + Math.ceil(redis.sentinels.length / perRow) * BOX.lane;
  return (
    <div class="topology" role="group" aria-label={t.estate.picture} tabIndex={0}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={inWords(redis, rows)}>
        {all.map((row, at) => (
          <g key={row.master?.address ?? 'loose'}>
            {row.replicas.map((replica, column) => {
              const x = (column + (row.master ? 1 : 0)) * (BOX.width + BOX.gap);
              const down = replica.role === 'silent' || replica.is_linked === false || replica.is_in_line === false;
              return (
                <g key={replica.address}>
                  {row.master && <line class={down ? 'wire down' : 'wire'} x1={x - BOX.gap} x2={x} y1={at * BOX.lane + BOX.height / 2} y2={at * BOX.lane + BOX.height / 2} />}
                  <Box x={x} y={at * BOX.lane} server={replica} />
                </g>
              );
            })}
            {row.master && <Box x={0} y={at * BOX.lane} server={row.master} />}
          </g>
        ))}
        {redis.sentinels.map((sentinel, at) => (
          <g key={sentinel.address} transform={`translate(${(at % perRow) * (BOX.width + BOX.gap)}, ${sentinelsTop + Math.floor(at / perRow) * BOX.lane})`}>
            <rect class={sentinel.silent_because ? 'box silent' : 'box sentinel'} width={BOX.width} height={BOX.height} rx="28" />
            <text x="16" y="24" class="box-name">{sentinel.address}</text>
            <text x="16" y="43">{sentinel.silent_because ? t.estate.roles.silent : `${t.estate.sentinel}: ${short(sentinel.master ?? '')}`}</text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function Box({ x, y, server }: { x: number; y: number; server: DataServer }) {
  const says = server.role === 'silent' ? t.estate.roles.silent
    : server.role === 'master' ? (server.slots.length ? t.estate.slotCount(server.slots.reduce((sum, { first, last }) => sum + last - first + 1, 0)) : t.estate.roles.master)
    : server.is_linked === false ? t.estate.linkDown
    : server.is_in_line === false ? t.estate.notInLine
    : `${t.estate.roles.replica}, ${bytes(server.behind_bytes ?? 0)} ${t.estate.behindShort}`;
  return (
    <g transform={`translate(${x}, ${y})`}>
      <rect class={`box ${server.role}`} width={BOX.width} height={BOX.height} rx="6" />
      <text x="12" y="24" class="box-name">{server.address}</text>
      <text x="12" y="43">{says}</text>
    </g>
  );
}

interface Lane {
  master: DataServer | undefined;
  replicas: DataServer[];
}

/** Each master with its replicas, and servers of which it is not known whose they are. */
function lanes(redis: RedisEstate): { rows: Lane[]; loose: DataServer[] } {
  const masters = redis.servers.filter((one) => one.role === 'master' || (one.role === 'silent' && (one.is_followed || one.slots.length > 0)));
  const others = redis.servers.filter((one) => !masters.includes(one));
  const rows = masters.map((master) => ({ master, replicas: others.filter((one) => one.master === master.address) }));
  const placed = new Set(rows.flatMap((row) => row.replicas));
  return { rows, loose: others.filter((one) => !placed.has(one)) };
}

function inWords(redis: RedisEstate, rows: Lane[]): string {
  const said = rows.map(({ master, replicas }) => t.estate.lane(master?.address ?? '', replicas.map((one) => one.address)));
  const silent = redis.servers.filter((one) => one.role === 'silent').map((one) => one.address);
  return [...said, silent.length ? t.estate.silent(silent) : '', redis.sentinels.length ? t.estate.watched(redis.sentinels.length) : ''].filter(Boolean).join(' ');
}

/** An address without what all of them begin with would be guessing: the port alone says which one on a machine. */
function short(address: string): string {
  return address.length > 18 ? `…${address.slice(-17)}` : address;
}

