// Finding messages. What names a patient goes in the body of the search and stays in memory; the address holds the rest.

import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { api, Problem } from '../api/client';
import type { MessageItem, MessageState } from '../api/types';
import { useAsked } from '../api/use';
import { keepSearch, keptSearch, onSearch } from '../app/found';
import type { Search } from '../app/found';
import { Link, go, usePlace, withQuery } from '../app/router';
import { may } from '../app/session';
import { t } from '../texts';
import { StateBadge, bytes } from '../ui/message-bits';
import { Choice, Field, More, Page, Table } from '../ui/parts';
import { Empty, Shown } from '../ui/states';
import { LAST_DAY, When } from '../ui/time';
import { Views } from '../ui/views';

const LAST_TIME = `${LAST_DAY}T23:59`;
const LATE_MS = 20_000;
const EVERY_MS = 5_000;
type By = NonNullable<Search['by']>;
/** In which order a text is tried when nobody said what it is: accession numbers are what people come with. */
const ORDER: By[] = ['accession', 'visit', 'control_id', 'patient'];

interface Found {
  items: MessageItem[];
  next: string | null | undefined;
  by: By | undefined;
}

export default function Messages() {
  const place = usePlace();
  const [search, setSearch] = useState(keptSearch);
  useLayoutEffect(() => onSearch(setSearch), []);
  const filter = useMemo(() => ({
    channel: place.query.get('channel') ?? '',
    message_type: place.query.get('type') ?? '',
    state: place.query.get('state') ?? '',
    received_from: place.query.get('from') ?? '',
    received_until: place.query.get('until') ?? '',
  }), [place]);
  const cursor = place.query.get('cursor') ?? undefined;
  const asked = useAsked(
    (passive, signal) => find({ filter, cursor, search, passive, signal }),
    [JSON.stringify(filter), cursor, search.find, search.by],
    cursor || search.find ? undefined : EVERY_MS,
  );
  const set = (changes: Record<string, string>) => go(withQuery(place, { ...changes, cursor: '' }), true);
  return (
    <Page wide title={t.messages.title} lead={t.messages.lead}>
      <FindForm search={search} />
      <div class="filters">
        <ChannelChoice value={filter.channel} change={(channel) => set({ channel })} />
        <Typed label={t.messages.type} value={filter.message_type} placeholder="ADT^A01" change={(type) => set({ type })} />
        <Choice label={t.messages.state} value={filter.state} onChange={(state) => set({ state })} options={[['', t.common.any], ...Object.keys(t.messages.stateOptions).map((state): [string, string] => [state, t.messages.stateOptions[state]!])]} />
        <Field label={t.messages.from} type="datetime-local" max={LAST_TIME} value={local(filter.received_from)} onChange={(e) => set({ from: utc(e.currentTarget.value) })} />
        <Field label={t.messages.until} type="datetime-local" max={LAST_TIME} value={local(filter.received_until)} onChange={(e) => set({ until: utc(e.currentTarget.value) })} />
      </div>
      <Views />
      <Shown asked={asked} lateMs={cursor || search.find ? undefined : LATE_MS} rows={10}>
        {(found) => <Listing found={found} search={search} cursor={cursor} />}
      </Shown>
    </Page>
  );
}

async function find({ filter, cursor, search, passive, signal }: {
  filter: Record<string, string>;
  cursor: string | undefined;
  search: Search;
  passive: boolean;
  signal: AbortSignal;
}): Promise<Found> {
  const { state, ...rest } = filter;
  const plain = Object.fromEntries(Object.entries(rest).filter(([, value]) => value));
  const ask = async (by: By | undefined): Promise<Found> => {
    const named = by ? { [by]: search.find } : {};
    const body = { filter: { ...plain, ...named }, limit: 50, ...(state ? { state: state as MessageState } : {}), ...(cursor ? { cursor } : {}) };
    const page = await api('post', '/v1/messages/search', { body, passive, signal });
    return { items: page.items, next: page.next, by };
  };
  if (!search.find) return ask(undefined);
  if (search.by) return ask(search.by);
  let last: Found = { items: [], next: undefined, by: undefined };
  for (const by of may('phi') ? ORDER : (['control_id'] as By[])) {
    try {
      last = await ask(by);
    } catch (error) {
      // What is no such number is not found by it.
      if (error instanceof Problem && error.status === 422) continue;
      throw error;
    }
    if (last.items.length) return last;
  }
  return { ...last, by: undefined };
}

function FindForm({ search }: { search: Search }) {
  const [text, setText] = useState(search.find ?? '');
  const [by, setBy] = useState<string>(search.by ?? '');
  useEffect(() => setText(search.find ?? ''), [search.find]);
  return (
    <form
      class="filters find-form"
      role="search"
      aria-label={t.messages.searchLabel}
      onSubmit={(event) => {
        event.preventDefault();
        keepSearch(text.trim() ? { find: text.trim(), ...(by ? { by: by as By } : {}) } : {});
      }}
    >
      <Field label={t.messages.find} hint={t.messages.findHint} value={text} onInput={(e) => setText(e.currentTarget.value)} data-filter autocomplete="off" spellcheck={false} />
      <Choice label={t.messages.by} value={by} onChange={setBy} options={[['', t.messages.byAny], ...ORDER.map((one): [string, string] => [one, t.messages.byOptions[one]!])]} />
      <button type="submit" class="button primary">{t.common.search}</button>
      {search.find && <button type="button" class="button" onClick={() => { setText(''); keepSearch({}); }}>{t.common.clear}</button>}
    </form>
  );
}

export function ChannelChoice({ value, change }: { value: string; change: (channel: string) => void }) {
  const asked = useAsked((passive, signal) => api('get', '/v1/channels', { passive, signal }), []);
  const names = asked.data?.items.map((channel) => channel.name) ?? [];
  const all = value && !names.includes(value) ? [...names, value] : names;
  return <Choice label={t.messages.channel} value={value} onChange={change} options={[['', t.common.any], ...all.map((name): [string, string] => [name, name])]} />;
}

/** A field that takes effect when somebody leaves it or presses Enter. */
export function Typed({ label, value, placeholder, change }: { label: string; value: string; placeholder?: string; change: (value: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return <Field label={label} value={text} placeholder={placeholder} onInput={(e) => setText(e.currentTarget.value)} onChange={(e) => change(e.currentTarget.value.trim())} spellcheck={false} />;
}

function Listing({ found, search, cursor }: { found: Found; search: Search; cursor: string | undefined }) {
  const place = usePlace();
  const more = <More next={found.next} go={(next) => go(withQuery(place, { cursor: next }))} first={cursor ? () => go(withQuery(place, { cursor: '' })) : undefined} />;
  if (found.items.length === 0) {
    return <><Empty title={search.find ? t.messages.notFoundTitle : t.messages.emptyTitle}>{search.find ? t.messages.notFound : t.messages.empty}</Empty>{more}</>;
  }
  return (
    <>
      {search.find && found.by && <p role="status" class="told">{t.messages.foundBy(found.items.length, t.messages.byOptions[found.by]!)}</p>}
      <Table label={t.messages.title} head={[t.messages.id, t.messages.received, t.messages.type, t.messages.state, t.messages.channel, t.messages.destinations, [t.messages.size, 'number'], t.messages.peer]}>
        {found.items.map(({ message, state }) => (
          <tr key={message.id}>
            <th scope="row"><Link to={`/messages/${message.id}`} data-row>{message.id}</Link></th>
            <td class="nowrap"><When at={message.received_at} /></td>
            <td><code>{message.message_type}</code></td>
            <td><StateBadge state={state} /></td>
            <td>{message.channel}</td>
            <td>{message.destinations.join(', ') || <span class="faint">{t.common.none}</span>}</td>
            <td class="number nowrap">{bytes(message.size_bytes)}</td>
            <td class="faint">{message.peer}</td>
          </tr>
        ))}
      </Table>
      {more}
    </>
  );
}

function local(at: string): string {
  if (!at) return '';
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? '' : new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function utc(at: string): string {
  return at ? new Date(at).toISOString() : '';
}
