// One message: its values masked until somebody says why it needs them, and for 60 seconds then.

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { api, Problem } from '../api/client';
import type { Delivery, MessageDetail } from '../api/types';
import { useAsked } from '../api/use';
import { Link, go, usePlace, withQuery } from '../app/router';
import { may } from '../app/session';
import type { PageProps } from '../app/places';
import { t } from '../texts';
import { Raw, Tree, fromBase64 } from '../ui/hl7';
import { StateBadge, bytes, reasonText } from '../ui/message-bits';
import { Badge, Facts, Field, Page } from '../ui/parts';
import { AskReason } from '../ui/reason';
import { Empty, Shown } from '../ui/states';
import { When, span, useNow } from '../ui/time';
import { Acts } from '../ui/delivery-acts';
import { serverNow } from '../app/session';

/** How long values stay in clear on the page. */
const SHOWN_MS = 60_000;
const EVERY_MS = 3_000;
const TABS = ['tree', 'raw', 'answers', 'timeline'] as const;
type Tab = (typeof TABS)[number];

interface Revealed {
  detail: MessageDetail;
  raw: Uint8Array | undefined;
  until: number;
}

export default function Message({ id }: PageProps) {
  const place = usePlace();
  const number = Number(id);
  const asked = useAsked(
    (passive, signal) => api('get', '/v1/messages/{id}', { path: { id: number }, query: { masked: true }, passive, signal }),
    [id],
    EVERY_MS,
  );
  const [revealed, setRevealed] = useState<Revealed>();
  const [asking, setAsking] = useState(false);
  /** Goes up whenever nobody may be looking any more: values that come after that are shown to nobody. */
  const looks = useRef(0);
  const hide = useCallback(() => {
    looks.current += 1;
    setRevealed(undefined);
  }, []);
  useHidden(revealed !== undefined || asking, hide);
  const tab = (TABS as readonly string[]).includes(place.query.get('tab') ?? '') ? (place.query.get('tab') as Tab) : 'tree';
  const reveal = async (reason: string) => {
    const look = looks.current;
    const shown = await api('post', '/v1/messages/{id}/reveal', { path: { id: number }, body: { reason } });
    if (look !== looks.current) throw new Problem(0, 'looked_away', t.message.lookedAway);
    setRevealed({ detail: shown.detail, raw: shown.raw_base64 ? fromBase64(shown.raw_base64) : undefined, until: serverNow() + SHOWN_MS });
    setAsking(false);
  };
  return (
    <Page
      wide
      title={t.message.title(id)}
      actions={<>
        {revealed
          ? <><Countdown until={revealed.until} over={hide} /><button type="button" class="button" onClick={hide}>{t.message.hide}</button></>
          : may('phi') && <button type="button" class="button primary" onClick={() => setAsking(true)}>{t.message.reveal}</button>}
      </>}
    >
      <Shown asked={asked}>{(masked) => <Whole detail={revealed?.detail ?? masked} live={masked} raw={revealed?.raw} tab={tab} again={() => asked.again()} />}</Shown>
      {asking && <AskReason title={t.message.revealTitle} text={t.message.revealText} action={t.message.revealAction} picks={t.message.revealPicks} done={reveal} close={() => { hide(); setAsking(false); }} />}
    </Page>
  );
}

/** Hides what was revealed when somebody looks away: another window, another tab, another page. */
function useHidden(revealed: boolean, hide: () => void) {
  useLayoutEffect(() => {
    if (!revealed) return;
    const onChange = () => {
      if (document.hidden) hide();
    };
    document.addEventListener('visibilitychange', onChange);
    addEventListener('blur', hide);
    addEventListener('pagehide', hide);
    return () => {
      document.removeEventListener('visibilitychange', onChange);
      removeEventListener('blur', hide);
      removeEventListener('pagehide', hide);
    };
  }, [revealed, hide]);
}

function Countdown({ until, over }: { until: number; over: () => void }) {
  const now = useNow();
  useEffect(() => {
    if (now >= until) over();
  });
  return <Badge tone="warning">{t.message.shownFor(span(until - now))}</Badge>;
}

function Whole({ detail, live, raw, tab, again }: { detail: MessageDetail; live: MessageDetail; raw: Uint8Array | undefined; tab: Tab; again: () => void }) {
  const place = usePlace();
  const { message, identifiers, masked } = detail;
  return (
    <>
      {!masked && <p class="revealed" role="status">{t.message.inClear}</p>}
      <Facts of={[
        [t.messages.state, <StateBadge state={live.state} />],
        [t.messages.type, <code>{message.message_type}</code>],
        [t.messages.channel, <Link to={`/channels/${encodeURIComponent(message.channel)}`}>{message.channel}</Link>],
        [t.messages.received, <When at={message.received_at} />],
        [t.message.controlId, identifiers && <code>{identifiers.control_id}</code>],
        [t.message.patients, identifiers?.patients.length ? identifiers.patients.map((one) => <code key={one}>{one} </code>) : undefined],
        [t.message.visit, identifiers?.visit && <code>{identifiers.visit}</code>],
        [t.message.accessions, identifiers?.accessions.length ? identifiers.accessions.map((one) => <code key={one}>{one} </code>) : undefined],
        [t.messages.size, bytes(message.size_bytes)],
        [t.messages.peer, message.peer],
        [t.message.acceptedAs, t.message.accepted[message.accepted_as] ?? message.accepted_as],
        [t.message.parent, message.parent_id != null ? <Link to={`/messages/${message.parent_id}`}>{message.parent_id}</Link> : undefined],
        [t.message.problem, message.problem ? `${message.problem.text} (${message.problem.place})` : undefined],
      ]} />
      <Acts detail={live} again={again} />
      <div class="tabs" role="tablist" aria-label={t.message.tabsLabel} onKeyDown={alongTabs}>
        {TABS.map((one) => (
          <button key={one} type="button" role="tab" id={`tab-${one}`} aria-selected={one === tab} aria-controls="tab-panel" tabIndex={one === tab ? 0 : -1} onClick={() => go(withQuery(place, { tab: one === 'tree' ? '' : one }), true)}>{t.message.tabs[one]}</button>
        ))}
      </div>
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`} class="panel">
        {tab === 'tree' && <Tree content={detail.content} masked={masked} />}
        {tab === 'raw' && <Raw content={detail.content} bytes={raw} />}
        {tab === 'answers' && (detail.answers.length === 0 ? <Empty title={t.message.noAnswers} /> : detail.answers.map((answer, at) => <Tree key={at} content={answer} masked={masked} />))}
        {tab === 'timeline' && <Timeline detail={{ ...live, deliveries: masked ? live.deliveries : detail.deliveries }} masked={masked} />}
      </div>
      <Compare id={message.id} />
    </>
  );
}

/** Arrow keys go along the tabs, as everywhere. */
function alongTabs(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (!by) return;
  event.preventDefault();
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(document.activeElement as HTMLElement);
  const next = tabs[(at + by + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
}

interface Moment {
  at: string;
  what: string;
  more?: string | undefined;
  tone: string;
}

function Timeline({ detail, masked }: { detail: MessageDetail; masked: boolean }) {
  const moments = [
    { at: detail.message.received_at, what: t.message.moments.stored, more: t.message.moments.storedMore(detail.answers.length), tone: 'good' },
    ...detail.deliveries.flatMap(momentsOf),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return (
    <>
      <ol class="moments">
        {moments.map((moment, at) => (
          <li key={at} class={moment.tone}>
            <When at={moment.at} />
            <span><strong>{moment.what}</strong>{moment.more && <span class="faint"> {moment.more}</span>}</span>
          </li>
        ))}
      </ol>
      {detail.deliveries.map((delivery) => {
        const answer = delivery.attempts.at(-1)?.answer;
        return answer && (
          <details key={delivery.destination} class="answer">
            <summary>{t.message.lastAnswer(delivery.destination)}</summary>
            <Tree content={answer} masked={masked} />
          </details>
        );
      })}
    </>
  );
}

function momentsOf(delivery: Delivery): Moment[] {
  const { destination, attempts, state } = delivery;
  const moments: Moment[] = attempts.map((attempt) => ({
    at: attempt.at,
    what: `${destination}: ${t.message.results[attempt.result] ?? attempt.result}`,
    more: [attempt.detail, t.message.moments.took(attempt.took_ms)].filter(Boolean).join(', '),
    tone: attempt.result === 'accepted' ? 'good' : 'warning',
  }));
  if (delivery.attempt_count > attempts.length && attempts[0]) {
    moments.unshift({ at: attempts[0].at, what: t.message.moments.earlier(delivery.attempt_count - attempts.length), tone: 'plain' });
  }
  if (state !== 'delivered' && state !== 'waiting' && delivery.changed_at) {
    moments.push({ at: delivery.changed_at, what: `${destination}: ${t.message.states[state] ?? state}`, more: delivery.dead_reason ? reasonText(delivery.dead_reason) : (delivery.reason ?? undefined), tone: state === 'dead' ? 'bad' : 'plain' });
  }
  return moments;
}

function Compare({ id }: { id: number }) {
  const [other, setOther] = useState('');
  return (
    <form class="filters compare-form" onSubmit={(event) => { event.preventDefault(); go(`/messages/compare?a=${id}&b=${encodeURIComponent(other)}`); }}>
      <Field label={t.message.compareWith} value={other} inputMode="numeric" pattern="[0-9]+" required onInput={(e) => setOther(e.currentTarget.value.trim())} />
      <button type="submit" class="button">{t.message.compare}</button>
    </form>
  );
}

