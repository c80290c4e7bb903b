// The board: every bed of a unit as it is now. A value that is old is louder than one that is bad.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { memo } from '../ui/memo';
import { api } from '../api/client';
import { useStream } from '../api/stream';
import type { Happening, LiveState } from '../api/stream';
import type { Bed, BedEvent } from '../api/types';
import { useAsked } from '../api/use';
import { prefer, usePreferences } from '../app/preferences';
import { Link, go, usePlace, withQuery } from '../app/router';
import { session } from '../app/session';
import { t } from '../texts';
import { LiveMark, NotLive } from '../ui/live';
import { Choice, Page, Spark } from '../ui/parts';
import { Empty, Failed, Loading } from '../ui/states';
import { span, useSlowNow } from '../ui/time';
import { Views } from '../ui/views';
import { ON_CARDS, ageOf, bandOf, bandTone, nameOf, oldest, reading, staleOf, urgency, valueOf } from '../ui/vitals';

/** Changes are drawn together, at most this often and so many at a time: no drawing holds up a key that is pressed. */
const DRAW_MS = 60;
const DRAWN_AT_ONCE = 80;
/** Points of a card's line. */
const LONGEST_LINE = 60;
/** Between two looks of a card at how old its values are. */
const CARD_MS = 5_000;
const LIST_EVERY_MS = 15_000;

type Board = ReadonlyMap<string, Bed>;

/** The board of the own unit, or of one that somebody chose; what of it is shown, the policy decides. */
export default function Beds() {
  const state = session();
  const own = state.is === 'in' ? (state.me.department ?? undefined) : undefined;
  const unit = usePlace().query.get('unit') ?? own;
  if (!unit || unit === MINE) return <ListedBoard />;
  return <LiveBoard key={unit} unit={unit} />;
}

/** Which board: the own one, that of another unit, or whoever of a patient one treats, wherever they lie. */
function UnitChoice() {
  const place = usePlace();
  const state = session();
  const own = state.is === 'in' ? (state.me.department ?? undefined) : undefined;
  const asked = useAsked(async (passive, signal) => (await api('get', '/v1/units', { passive, signal })).items.map((unit) => unit.id).sort(), []);
  const units = (asked.data ?? []).filter((id) => id !== own);
  const chosen = place.query.get('unit') ?? '';
  // What an address names stays to be chosen, also while units are not known.
  const known = chosen && chosen !== MINE && !units.includes(chosen) ? [chosen, ...units] : units;
  const options: [string, string][] = [
    ['', own ? t.beds.ownUnit(unitName(own)) : t.beds.mine],
    ...known.map((id): [string, string] => [id, unitName(id)]),
    ...(own ? [[MINE, t.beds.mine] as [string, string]] : []),
  ];
  return <Choice label={t.beds.unit} value={chosen} options={options} onChange={(value) => go(withQuery(place, { unit: value }), true)} />;
}

/** In the address: whoever one treats, of every unit. */
const MINE = '*';

function unitName(id: string): string {
  return id.split('~').at(-1) ?? id;
}

/** Beds of a unit, from the stream: one record in the trail, and no request after it. */
function LiveBoard({ unit }: { unit: string }) {
  const [paused, setPaused] = useState<number>();
  const [refused, setRefused] = useState(false);
  const { board, said, took, begins, lines } = useBoard(paused !== undefined);
  const live = useStream(paused ? null : '/v1/stream', { unit }, took);
  useEffect(() => setRefused(live === 'refused'), [live]);
  useEffect(() => {
    if (live === 'live') begins();
  }, [live]);
  if (refused) return <ListedBoard unit={unit} />;
  return (
    <Shown
      board={board}
      lead={t.beds.lead(unitName(unit))}
      live={live}
      paused={paused}
      pause={(on) => setPaused(on ? Date.now() : undefined)}
      lines={lines}
      said={said}
    />
  );
}

/** Beds of patients whom somebody treats, of one unit or of all: asked for now and then. */
function ListedBoard({ unit }: { unit?: string }) {
  const [paused, setPaused] = useState<number>();
  const asked = useAsked(async (passive, signal) => {
    const beds = new Map<string, Bed>();
    let cursor: string | undefined;
    do {
      const page = await api('get', '/v1/beds', { query: { limit: 500, ...(unit ? { unit } : {}), ...(cursor ? { cursor } : {}) }, passive, signal });
      for (const bed of page.items) beds.set(bed.id, bed);
      cursor = page.next ?? undefined;
    } while (cursor);
    return beds as Board;
  }, [unit], paused ? undefined : LIST_EVERY_MS);
  // What was on its way when somebody paused does not change what is held.
  const held = useRef(asked.data);
  if (!paused || !asked.data || !held.current) held.current = asked.data;
  if (held.current === undefined) {
    return <Page title={t.beds.title}>{asked.problem ? <Failed problem={asked.problem} again={() => asked.again()} /> : <Loading />}</Page>;
  }
  return (
    <Shown
      board={held.current}
      lead={unit ? t.beds.leadSome(unitName(unit)) : t.beds.leadAll}
      live={asked.problem ? 'lost' : 'live'}
      paused={paused}
      pause={(on) => setPaused(on ? Date.now() : undefined)}
      lines={new Map()}
      said=""
    />
  );
}

/** Gathers what the stream tells and draws it a few times a second. */
function useBoard(paused: boolean) {
  const [board, setBoard] = useState<Board>();
  const [said, setSaid] = useState('');
  const shown = useRef(new Map<string, Bed>());
  const waiting = useRef(new Map<string, Bed>());
  const lines = useRef(new Map<string, number[]>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isAnew = useRef(true);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLayoutEffect(() => {
    if (!paused) return;
    // What was on its way to the screen is not drawn any more; whoever goes on gets every bed anew.
    clearTimeout(timer.current);
    timer.current = undefined;
    waiting.current.clear();
    isAnew.current = true;
  }, [paused]);
  /** A stream that begins anew tells every bed that may be seen. One that it does not tell may be seen no more. */
  const begins = () => {
    if (!isAnew.current) return;
    isAnew.current = false;
    for (const kept of [shown.current, lines.current]) kept.clear();
    setBoard(undefined);
  };
  const took = (happenings: Happening[]) => {
    // The stream may tell something yet before it is left.
    if (paused) return;
    begins();
    for (const { type, data } of happenings) {
      if (type === 'bed') {
        const bed = JSON.parse(data) as Bed;
        waiting.current.set(bed.id, bed);
        const patient = bed.patients[0];
        const pulse = patient && valueOf(patient, 'pulse')?.number;
        const line = lines.current.get(bed.id) ?? [];
        if (!patient) lines.current.delete(bed.id);
        else if (typeof pulse === 'number' && line.at(-1) !== pulse) lines.current.set(bed.id, [...line.slice(1 - LONGEST_LINE), pulse]);
      } else if (type === 'bed_hidden') {
        // Somebody lies there whom this person may not see, or may see no more.
        const { id } = JSON.parse(data) as { id: string };
        for (const kept of [waiting.current, shown.current, lines.current]) kept.delete(id);
      } else if (type === 'band_changed') {
        const event = JSON.parse(data) as BedEvent;
        if (event.bed && event.to) setSaid(t.beds.changed(event.bed.split('~').slice(-2).join('-'), t.beds.bands[event.to] ?? event.to));
      }
    }
    timer.current ??= setTimeout(draw, DRAW_MS);
  };
  const draw = () => {
    // A board that opens is drawn whole; what changes later is drawn in turns, what waits longest first.
    const many = shown.current.size === 0 ? Infinity : DRAWN_AT_ONCE;
    let drawn = 0;
    for (const [id, bed] of waiting.current) {
      if (drawn >= many) break;
      shown.current.set(id, bed);
      waiting.current.delete(id);
      drawn += 1;
    }
    timer.current = waiting.current.size > 0 ? setTimeout(draw, DRAW_MS) : undefined;
    setBoard(new Map(shown.current));
  };
  return { board, said, took, begins, lines: lines.current };
}

function Shown({ board, lead, live, paused, pause, lines, said }: {
  board: Board | undefined;
  lead: string;
  live: LiveState;
  paused: number | undefined;
  pause: (on: boolean) => void;
  lines: ReadonlyMap<string, number[]>;
  said: string;
}) {
  const place = usePlace();
  const { density } = usePreferences();
  const order = place.query.get('order') ?? 'urgent';
  const show = place.query.get('show') ?? 'all';
  const beds = useMemo(() => arranged(board, order, show), [board, order, show]);
  const set = (changes: Record<string, string>) => go(withQuery(place, changes), true);
  const old = live !== 'live' || paused !== undefined;
  return (
    <Page
      wide
      title={t.beds.title}
      lead={lead}
      actions={<>
        <LiveMark state={live} paused={paused} pause={pause} />
        <button type="button" class="button small" aria-pressed={density === 'wall'} aria-label={density === 'wall' ? t.beds.deskLabel : t.beds.wallLabel} onClick={() => prefer({ density: density === 'wall' ? 'desk' : 'wall' })}>
          {density === 'wall' ? t.beds.desk : t.beds.wall}
        </button>
      </>}
    >
      <NotLive state={live} paused={paused} shown={board !== undefined} />
      <div class="filters" data-filters>
        <UnitChoice />
        <Choice label={t.beds.sort} value={order} onChange={(value) => set({ order: value === 'urgent' ? '' : value })} options={[['urgent', t.beds.sortUrgent], ['place', t.beds.sortPlace]]} />
        <Choice label={t.beds.show} value={show} onChange={(value) => set({ show: value === 'all' ? '' : value })} options={[['all', t.beds.showAll], ['occupied', t.beds.showOccupied], ['free', t.beds.showFree]]} />
        {board && <p class="faint count">{t.beds.counts(beds.length, board.size)}</p>}
      </div>
      <Views />
      {/* Changes of a band are told to screen readers; each beat is not. */}
      <p class="hidden" role="status" aria-live="polite">{said}</p>
      {board === undefined && <Loading rows={8} />}
      {board && beds.length === 0 && <Empty title={t.beds.emptyTitle}>{t.beds.empty}</Empty>}
      <ul class={old ? 'board old' : 'board'}>
        {beds.map((bed) => <Card key={bed.id} bed={bed} line={lines.get(bed.id)} />)}
      </ul>
    </Page>
  );
}

function arranged(board: Board | undefined, order: string, show: string): Bed[] {
  const beds = [...(board?.values() ?? [])].filter((bed) => show === 'all' || (show === 'occupied') === bed.patients.length > 0);
  const byPlace = (a: Bed, b: Bed) => a.id.localeCompare(b.id, 'en', { numeric: true });
  return order === 'place' ? beds.sort(byPlace) : beds.sort((a, b) => urgency(b) - urgency(a) || byPlace(a, b));
}

const Card = memo(function Card({ bed, line }: { bed: Bed; line: number[] | undefined }) {
  const now = Math.max(useSlowNow(CARD_MS), Date.parse(bed.as_of));
  const patient = bed.patients[0];
  const place = `${bed.place.room}-${bed.place.bed}`;
  const state = t.beds.state[bed.state] ?? bed.state.replaceAll('_', ' ');
  if (!patient) {
    return (
      <li class="card free">
        <Link to={`/beds/${encodeURIComponent(bed.id)}`} data-row>
          <span class="card-place">{place}</span>
          <span class="card-state">{state}</span>
          {bed.reason && <span class="faint">{bed.reason}</span>}
        </Link>
      </li>
    );
  }
  const { score } = patient;
  const band = bandOf(score);
  const stale = staleOf(patient, bed.as_of, now);
  const incomplete = score.state === 'incomplete' || (score.state === 'complete' && stale.length > 0);
  const tone = incomplete && stale.length ? 'stale' : bandTone(band);
  const known = score.state === 'complete' && !incomplete;
  return (
    <li class={`card ${tone}`}>
      <Link to={`/beds/${encodeURIComponent(bed.id)}`} data-row>
        <span class="card-head">
          <span class="card-place">{place}</span>
          <span class="card-who">
            <span class="card-name">{nameOf(patient)}</span>
            <span class="faint">{[patient.identity.sex, patient.age_years != null ? t.beds.age(patient.age_years) : undefined, bed.state !== 'occupied' ? state : undefined].filter(Boolean).join(' · ')}</span>
          </span>
          <span class="card-score">
            <span class="card-total">{known ? score.total : '?'}</span>
            <span class="card-band">{score.state === 'not_applicable' ? t.beds.notApplicable : known ? t.beds.bands[score.band ?? ''] : t.beds.incomplete}</span>
          </span>
        </span>
        {stale.length > 0 && <span class="card-stale"><strong>{t.beds.staleBadge}</strong> {stale.map((name) => t.beds.short[name] ?? name).join(', ')}</span>}
        {incomplete && score.missing.length > 0 && <span class="card-missing">{t.beds.missing(score.missing.map((name) => t.beds.short[name] ?? name).join(', '))}{score.at_least ? `, ${t.beds.atLeast(t.beds.bands[score.at_least] ?? score.at_least)}` : ''}</span>}
        {bed.contradictions.length > 0 && <span class="card-missing">{t.beds.contradicted}</span>}
        <span class="card-values">
          {ON_CARDS.map((parameter) => {
            const value = valueOf(patient, parameter);
            const age = value && ageOf(value, bed.as_of, now);
            return (
              <span key={parameter} class={age?.stale ? 'vital old' : 'vital'}>
                <span class="vital-name">{t.beds.short[parameter]}</span>
                <span class="vital-number">{value ? reading(value) : t.common.none}</span>
                <span class="vital-unit">{value ? unitOfShort(value.unit) : ''}</span>
                {age?.stale && <span class="vital-age">{span(age.ms)}</span>}
              </span>
            );
          })}
        </span>
        <span class="card-foot">
          <Spark points={line ?? []} label={t.beds.sparkPulse} />
          <span class="faint">{patient.values.length ? t.beds.newestAge(oldest(patient, bed.as_of, now)) : t.beds.noValues}</span>
          {score.standing && score.standing.band !== 'low' && <span class="faint">{score.standing.acknowledged_at ? t.beds.acknowledged : t.beds.notAcknowledged}</span>}
        </span>
      </Link>
    </li>
  );
});

function unitOfShort(unit: string): string {
  return t.beds.units[unit] ?? unit;
}
