// Dead letters by their cause: a pile is repaired as a pile, by a job of the server that goes on when the page is closed.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { DeadLetter, DeadReason, Job } from '../api/types';
import { useAsked } from '../api/use';
import { Link, go, usePlace, withQuery } from '../app/router';
import { may } from '../app/session';
import { t } from '../texts';
import { DialogActs } from '../ui/acts';
import { reasonText } from '../ui/message-bits';
import { Choice, Dialog, Field, Page, Table, count } from '../ui/parts';
import { AskReason } from '../ui/reason';
import { useOnce, useSending, useStanding } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { Ago } from '../ui/time';
import { Views } from '../ui/views';
import { ChannelChoice, Typed } from './messages';

const EVERY_MS = 10_000;
const LATE_MS = 30_000;
const PAGE = 500;
/** Dead letters that are gathered for the groups; beyond it a filter is asked for. */
const MOST = 5_000;
/** Rows of one group on the page at once. */
const ROWS = 50;

interface Group {
  key: string;
  reason: DeadReason;
  channel: string;
  destination: string;
  type: string;
  letters: DeadLetter[];
}

/** What was chosen, with the group in which it was. */
type Chosen = ReadonlyMap<string, string>;
type Doing = { is: 'retry' | 'discard' | 'edit'; letters: DeadLetter[]; group: Group };

export default function DeadLetters() {
  const place = usePlace();
  const channel = place.query.get('channel') ?? '';
  const destination = place.query.get('destination') ?? '';
  const reason = place.query.get('reason') ?? '';
  const asked = useAsked((passive, signal) => gather({ channel, destination, reason }, passive, signal), [channel, destination, reason], EVERY_MS);
  const set = (changes: Record<string, string>) => go(withQuery(place, changes), true);
  return (
    <Page wide title={t.dead.title} lead={t.dead.lead}>
      <div class="filters">
        <ChannelChoice value={channel} change={(channel) => set({ channel })} />
        <Typed label={t.message.destination} value={destination} change={(destination) => set({ destination })} />
        <Choice label={t.dead.cause} value={reason} onChange={(reason) => set({ reason })} options={[['', t.common.any], ...Object.entries(t.message.deadReasons)]} />
      </div>
      <Views />
      <Shown asked={asked} lateMs={LATE_MS}>{({ letters, more }) => <Groups letters={letters} more={more} again={() => asked.again()} />}</Shown>
    </Page>
  );
}

async function gather(query: Record<string, string>, passive: boolean, signal: AbortSignal): Promise<{ letters: DeadLetter[]; more: boolean }> {
  const letters: DeadLetter[] = [];
  let cursor: string | undefined;
  do {
    const page = await api('get', '/v1/dead-letters', { query: { ...query, limit: PAGE, cursor } as never, passive, signal });
    letters.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor && letters.length < MOST);
  return { letters, more: cursor !== undefined };
}

function grouped(letters: DeadLetter[]): Group[] {
  const groups = new Map<string, Group>();
  for (const letter of letters) {
    const { channel, message_type: type } = letter.message;
    const key = [letter.reason, channel, letter.destination, type].join(' ');
    const group = groups.get(key) ?? { key, reason: letter.reason, channel, destination: letter.destination, type, letters: [] };
    group.letters.push(letter);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.letters.length - a.letters.length || a.key.localeCompare(b.key));
}

function Groups({ letters, more, again }: { letters: DeadLetter[]; more: boolean; again: () => void }) {
  const groups = useMemo(() => grouped(letters), [letters]);
  const [open, setOpen] = useState<string>();
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  return (
    <>
      {groups.length === 0 && <Empty title={t.dead.emptyTitle}>{t.dead.empty}</Empty>}
      {more && <p class="told" role="status">{t.dead.more(count(MOST))}</p>}
      <ul class="groups">
        {groups.map((group) => {
          const mine = group.letters.filter((letter) => chosen.has(idOf(letter)));
          // Somebody else may have settled what was chosen: that is no choice of all the others.
          const isGone = mine.length === 0 && [...chosen.values()].includes(group.key);
          const of = mine.length ? mine : group.letters;
          const sinces = group.letters.map((letter) => letter.since).sort();
          const isOpen = open === group.key;
          return (
            <li key={group.key} class="group">
              <div class="group-head">
                <p class="group-count">{count(group.letters.length)}</p>
                <div class="group-what">
                  <h2>{reasonText(group.reason)}</h2>
                  <p>{group.channel} → <strong>{group.destination}</strong> · <code>{group.type}</code></p>
                  <p class="faint">{sinces.length > 1 ? t.dead.between : t.dead.for} <Ago at={sinces[0]} />{sinces.length > 1 && <> {t.dead.and} <Ago at={sinces.at(-1)} /></>} · {t.dead.attempts(Math.max(...group.letters.map((letter) => letter.attempt_count)))}</p>
                </div>
                <div class="group-acts">
                  {mine.length > 0 && <span class="faint">{t.dead.chosen(mine.length)}</span>}
                  {isGone && <><span role="status">{t.dead.chosenGone}</span> <button type="button" class="button small" onClick={() => setChosen(new Map([...chosen].filter(([, key]) => key !== group.key)))}>{t.dead.chooseAnew}</button></>}
                  <button type="button" class="button small" aria-expanded={isOpen} onClick={() => setOpen(isOpen ? undefined : group.key)} data-row>{isOpen ? t.dead.hide : t.dead.show}</button>
                  {may('operate') && !isGone && (
                    <>
                      <button type="button" class="button small primary" onClick={() => setDoing({ is: 'retry', letters: of, group })}>{t.dead.retry}</button>
                      {may('phi') && <button type="button" class="button small" onClick={() => setDoing({ is: 'edit', letters: of, group })}>{t.dead.edit}</button>}
                      <button type="button" class="button small danger" onClick={() => setDoing({ is: 'discard', letters: of, group })}>{t.dead.discard}</button>
                    </>
                  )}
                </div>
              </div>
              {isOpen && <Letters group={group} chosen={chosen} choose={setChosen} />}
            </li>
          );
        })}
      </ul>
      {doing?.is === 'retry' && <Retry doing={doing} close={close} />}
      {doing?.is === 'discard' && <Discard doing={doing} close={close} />}
      {doing?.is === 'edit' && <Edit doing={doing} close={() => { close(); again(); }} />}
    </>
  );
}

function idOf(letter: DeadLetter): string {
  return `${letter.message.channel} ${letter.destination} ${letter.message.id}`;
}

function Letters({ group, chosen, choose }: { group: Group; chosen: Chosen; choose: (chosen: Chosen) => void }) {
  const [shown, setShown] = useState(ROWS);
  const flip = (ids: string[], on: boolean) => {
    const next = new Map(chosen);
    for (const id of ids) {
      if (on) next.set(id, group.key);
      else next.delete(id);
    }
    choose(next);
  };
  const all = group.letters.map(idOf);
  return (
    <>
      <p class="group-pick"><label class="check"><input type="checkbox" checked={all.every((id) => chosen.has(id))} onChange={(e) => flip(all, e.currentTarget.checked)} /> {t.dead.chooseAll}</label></p>
      <Table label={`${reasonText(group.reason)} ${group.destination}`} head={[t.dead.choose, t.messages.id, t.dead.since, [t.message.attempts, 'number'], t.messages.peer]}>
        {group.letters.slice(0, shown).map((letter) => {
          const id = idOf(letter);
          return (
            <tr key={id} class={chosen.has(id) ? 'marked' : undefined}>
              <td><input type="checkbox" aria-label={t.dead.chooseOne(letter.message.id)} checked={chosen.has(id)} onChange={(e) => flip([id], e.currentTarget.checked)} /></td>
              <th scope="row"><Link to={`/messages/${letter.message.id}`} data-row>{letter.message.id}</Link></th>
              <td><Ago at={letter.since} /></td>
              <td class="number">{letter.attempt_count}</td>
              <td class="faint">{letter.message.peer}</td>
            </tr>
          );
        })}
      </Table>
      {shown < group.letters.length && <div class="pager"><button type="button" class="button small" onClick={() => setShown(shown + ROWS)}>{t.dead.showMore(group.letters.length - shown)}</button></div>}
    </>
  );
}

/** What a job is to touch: the messages that were on the page, named one by one, so that later ones are left alone. */
function jobOf(doing: Doing, action: Job['action']) {
  const { group, letters } = doing;
  return {
    action,
    dead_reason: group.reason,
    destination: group.destination,
    filter: { channel: group.channel },
    ids: letters.map((letter) => letter.message.id),
  };
}

/** Counts first, then does it: the job is the server's, and this window only shows it. */
function Retry({ doing, close }: { doing: Doing; close: () => void }) {
  const [trial, setTrial] = useState<Job>();
  const { busy, problem, send } = useSending();
  const once = useOnce();
  const stands = useStanding();
  const count = () => send(async () => {
    const body = { ...jobOf(doing, 'retry_dead_letters'), dry_run: true };
    await settle(await once(body, (headers) => api('post', '/v1/jobs', { body, headers })), setTrial, stands);
  });
  useEffect(() => void count(), []);
  const start = () => send(async () => {
    const body = jobOf(doing, 'retry_dead_letters');
    const job = await once(body, (headers) => api('post', '/v1/jobs', { body, headers }));
    if (!stands()) return;
    close();
    go(`/jobs/${job.id}`);
  });
  const done = trial && trial.state !== 'running';
  return (
    <Dialog title={t.dead.retryTitle(doing.letters.length)} close={close}>
      <p>{t.dead.retryText(doing.group.destination)}</p>
      <p role="status" class={done ? 'told' : undefined}>{done && t.dead.trial(trial.counts.changed, trial.counts.skipped)}</p>
      <Refused problem={problem} />
      {done || busy
        ? <DialogActs busy={busy} ready={done ?? false} harmless={!done && t.dead.counting} close={close} onClick={() => void start()}>{t.dead.retryAction(done ? trial.counts.changed : doing.letters.length)}</DialogActs>
        : <DialogActs close={close} onClick={() => void count()}>{t.dead.countAgain}</DialogActs>}
    </Dialog>
  );
}

/** Waits for a job that only counts, as long as its figures are wanted. */
async function settle(job: Job, set: (job: Job) => void, isWanted: () => boolean): Promise<void> {
  let now = job;
  while (isWanted()) {
    set(now);
    if (now.state !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, 200));
    now = await api('get', '/v1/jobs/{id}', { path: { id: job.id }, passive: true });
  }
}

function Discard({ doing, close }: { doing: Doing; close: () => void }) {
  const once = useOnce();
  const stands = useStanding();
  return (
    <AskReason danger title={t.dead.discardTitle(doing.letters.length)} text={t.dead.discardText(doing.group.destination)} action={t.dead.discardAction(doing.letters.length)} close={close} done={async (reason) => {
      const body = { ...jobOf(doing, 'discard_dead_letters'), reason };
      const job = await once(body, (headers) => api('post', '/v1/jobs', { body, headers }));
      if (!stands()) return;
      close();
      go(`/jobs/${job.id}`);
    }} />
  );
}

/** Sets one field in a copy of each that was chosen: counted first, then a job of the server, which this window only shows. */
function Edit({ doing, close }: { doing: Doing; close: () => void }) {
  const [path, setPath] = useState('');
  const [value, setValue] = useState('');
  const [counted, setCounted] = useState<{ of: string; job: Job }>();
  const { busy, problem, send } = useSending();
  const once = useOnce();
  const stands = useStanding();
  const job = () => ({ ...jobOf(doing, 'edit_dead_letters'), set: [{ path, value }] });
  // What was counted holds for these values alone.
  const of = JSON.stringify([path, value]);
  const latest = useRef(of);
  latest.current = of;
  const trial = counted?.of === of ? counted.job : undefined;
  const done = trial && trial.state !== 'running';
  const count = () => send(async () => {
    const body = { ...job(), dry_run: true };
    await settle(await once(body, (headers) => api('post', '/v1/jobs', { body, headers })), (job) => setCounted({ of, job }), () => stands() && latest.current === of);
  });
  const start = () => send(async () => {
    const body = job();
    const { id } = await once(body, (headers) => api('post', '/v1/jobs', { body, headers }));
    if (!stands()) return;
    close();
    go(`/jobs/${id}`);
  });
  return (
    <Dialog title={t.dead.editTitle(doing.letters.length)} close={close}>
      <form onSubmit={(event) => { event.preventDefault(); void (done ? start() : count()); }}>
        <p>{t.dead.editText}</p>
        <Field label={t.acts.path} hint={t.acts.pathHint} value={path} onInput={(e) => setPath(e.currentTarget.value.trim())} required autofocus spellcheck={false} autocomplete="off" />
        <Field label={t.acts.value} value={value} onInput={(e) => setValue(e.currentTarget.value)} spellcheck={false} autocomplete="off" />
        <p role="status" class={done ? 'told' : undefined}>{done && t.dead.editTrial(trial.counts.changed, trial.counts.skipped)}</p>
        <Refused problem={problem} />
        <DialogActs busy={busy} ready={!done || trial.counts.changed > 0} harmless={!done && t.dead.counting} close={close}>{done ? t.dead.editAction(trial.counts.changed) : t.dead.editCount}</DialogActs>
      </form>
    </Dialog>
  );
}
