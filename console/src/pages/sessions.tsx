// Who is signed in where, as it changes; and ending it.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client';
import { useStream } from '../api/stream';
import type { Session } from '../api/types';
import { useAsked } from '../api/use';
import { go, usePlace, withQuery } from '../app/router';
import { may, session } from '../app/session';
import { t } from '../texts';
import { Confirm } from '../ui/delivery-acts';
import { LiveMark, NotLive } from '../ui/live';
import { Badge, Choice, More, Page, Table } from '../ui/parts';
import { Empty, Shown } from '../ui/states';
import { Ago, When, span, useNow } from '../ui/time';
import { Views } from '../ui/views';
import { Typed } from './messages';

/** Events that come close together are one reason to look again. */
const GATHER_MS = 250;

type Asking = { is: 'one'; of: Session } | { is: 'all'; user: string };

export default function Sessions() {
  const place = usePlace();
  const cursor = place.query.get('cursor') ?? undefined;
  const role = place.query.get('role') ?? '';
  const state = place.query.get('state') ?? '';
  // Names of people stand in no address.
  const [user, setUser] = useState('');
  const [paused, setPaused] = useState<number>();
  const asked = useAsked((passive, signal) => {
    const filter = { ...(user ? { user } : {}), ...(role ? { role } : {}), ...(state ? { state: state as Session['state'] } : {}) };
    return api('post', '/v1/sessions/search', { body: { filter, limit: 100, ...(cursor ? { cursor } : {}) }, passive, signal });
  }, [user, role, state, cursor], paused ? undefined : 60_000);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const live = useStream(paused ? null : '/v1/sessions/events', {}, () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      asked.again(true);
    }, GATHER_MS);
  });
  useEffect(() => {
    // Whatever happened before the stream was there, it does not tell.
    if (live === 'live') asked.again(true);
  }, [live]);
  useEffect(() => {
    if (!paused) return;
    clearTimeout(timer.current);
    timer.current = undefined;
  }, [paused]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const [asking, setAsking] = useState<Asking>();
  const set = (changes: Record<string, string>) => go(withQuery(place, { ...changes, cursor: '' }), true);
  const own = session();
  const ownId = own.is === 'in' ? own.me.session_id : '';
  return (
    <Page wide title={t.sessions.title} lead={t.sessions.lead} actions={<LiveMark state={live} paused={paused} pause={(on) => setPaused(on ? Date.now() : undefined)} />}>
      <NotLive state={live} paused={paused} shown={asked.data !== undefined} />
      <div class="filters">
        <Typed label={t.sessions.user} value={user} change={setUser} />
        <Typed label={t.sessions.role} value={role} change={(role) => set({ role })} />
        <Choice label={t.messages.state} value={state} onChange={(state) => set({ state })} options={[['', t.common.any], ['active', t.sessions.states.active!], ['locked', t.sessions.states.locked!]]} />
        {user && may('sessions:revoke') && <button type="button" class="button danger" onClick={() => setAsking({ is: 'all', user })}>{t.sessions.revokeAll(user)}</button>}
      </div>
      <Views />
      <Shown asked={asked}>{(page) => (
        <>
          {page.items.length === 0 ? <Empty title={t.sessions.emptyTitle}>{t.sessions.empty}</Empty> : (
            <Table label={t.sessions.title} head={[t.sessions.user, t.sessions.role, t.sessions.portal, t.messages.state, t.sessions.from, t.sessions.begun, t.sessions.active, t.sessions.ends, '']}>
              {page.items.map((one) => (
                <tr key={one.id}>
                  <th scope="row"><span data-row tabIndex={-1}>{one.user}</span> {one.id === ownId && <Badge>{t.sessions.own}</Badge>}</th>
                  <td>{one.role.replaceAll('_', ' ')}{one.department && <span class="faint"> {one.department.split('~').at(-1)}</span>}</td>
                  <td>{one.portal}</td>
                  <td><Badge tone={one.state === 'locked' ? 'warning' : 'good'}>{t.sessions.states[one.state] ?? one.state}</Badge></td>
                  <td class="faint">{one.client.ip}</td>
                  <td><Ago at={one.created_at} /></td>
                  <td><Ago at={one.last_activity_at} /></td>
                  <td class="nowrap"><Left until={one.idle_expires_at} /> <span class="faint under">{t.sessions.atMost} <When at={one.absolute_expires_at} /></span></td>
                  <td>{may('sessions:revoke') && <button type="button" class="button small danger" aria-label={t.sessions.revokeOf(one.user)} onClick={() => setAsking({ is: 'one', of: one })}>{t.sessions.revoke}</button>}</td>
                </tr>
              ))}
            </Table>
          )}
          <More next={page.next} go={(next) => go(withQuery(place, { cursor: next }))} first={cursor ? () => go(withQuery(place, { cursor: '' })) : undefined} />
        </>
      )}</Shown>
      {asking?.is === 'one' && (
        <Confirm danger title={t.sessions.revokeTitle(asking.of.user)} text={asking.of.id === ownId ? t.sessions.revokeOwn : t.sessions.revokeText} action={t.sessions.revoke} close={() => setAsking(undefined)} done={async () => {
          await api('delete', '/v1/sessions/{id}', { path: { id: asking.of.id } });
          setAsking(undefined);
          asked.again();
        }} />
      )}
      {asking?.is === 'all' && (
        <Confirm danger title={t.sessions.revokeAll(asking.user)} text={t.sessions.revokeText} action={t.sessions.revoke} close={() => setAsking(undefined)} done={async () => {
          await api('post', '/v1/sessions/revoke-user', { body: { user: asking.user } });
          setAsking(undefined);
          asked.again();
        }} />
      )}
    </Page>
  );
}

function Left({ until }: { until: string }) {
  const now = useNow();
  const ms = Date.parse(until) - now;
  return <>{ms <= 0 ? t.sessions.ended : t.sessions.left(span(ms))}</>;
}
