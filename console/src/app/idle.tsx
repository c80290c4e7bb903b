// The end of a session: a warning two minutes before, which one key puts off, and a look now and then at whether it
// still lives.

import { useEffect, useState } from 'preact/hooks';
import { api, Problem } from '../api/client';
import { t } from '../texts';
import { ActButton } from '../ui/acts';
import { Dialog } from '../ui/parts';
import { useSending } from '../ui/sending';
import { span, useNow } from '../ui/time';
import { reached, unheard } from './reach';
import { deadlines, era, isActing, loggedOut, serverNow, session, signedIn, useSession } from './session';

/** Somebody who reads, scrolls and types is there; the server is told this often at most. */
const TELL_MS = 60_000;
/** How soon a page notices that its session was ended elsewhere. */
const LOOK_MS = 2_000;
/** How long such a look may take. */
const LOOK_LIMIT_MS = 10_000;
/** How long the server may take to say whether a session that should be over lives, or that it was put off. */
const ANSWER_MS = 5_000;
/** What a proxy answers when there is nobody behind it. */
const NOBODY = new Set(['http_502', 'http_503', 'http_504']);

/** Notices that the session ended, that another window of the browser signed somebody else in, and that nobody answers. */
async function watch(): Promise<void> {
  const asked = era();
  const askedAt = serverNow();
  try {
    const me = await api('get', '/v1/me', { passive: true, patienceMs: LOOK_LIMIT_MS });
    reached();
    const now = session();
    if (asked === era() && now.is === 'in' && now.me.session_id !== me.session_id) signedIn(me, false);
  } catch (error) {
    if (asked !== era()) return;
    if (error instanceof Problem && error.status > 0 && !NOBODY.has(error.code)) reached();
    else unheard(askedAt);
  }
}

/** Asks who is signed in. `active` when a person did something. */
export async function lookAtSession(active: boolean, patienceMs?: number): Promise<void> {
  const asked = era();
  const me = await api('get', '/v1/me', { passive: !active, ...(patienceMs ? { patienceMs } : {}) });
  if (asked === era()) signedIn(me, active);
}

export function IdleWarning() {
  const state = useSession();
  const now = useNow();
  const [warned, setWarned] = useState(false);
  const limits = state.is === 'in' ? deadlines(state) : undefined;
  const due = limits !== undefined && now >= limits.warnsAt;

  useEffect(() => {
    if (!due) {
      setWarned(false);
      return;
    }
    // Somebody may have been active in another window: the server knows.
    lookAtSession(false, ANSWER_MS).then(() => {
      const still = session();
      setWarned(still.is === 'in' && serverNow() >= deadlines(still).warnsAt);
    }, () => setWarned(true));
  }, [due]);

  const over = limits !== undefined && now >= limits.endsAt;
  useEffect(() => {
    if (!over) return;
    // Also after a sleep, in which another window may have kept the session alive. Without an answer it is over.
    const end = () => {
      const still = session();
      if (still.is === 'in' && serverNow() >= deadlines(still).endsAt) loggedOut('ended');
    };
    void lookAtSession(false, ANSWER_MS).then(end, end);
  }, [over]);

  if (!warned || !limits) return null;
  return <Warning leftMs={limits.endsAt - now} isFinal={limits.final} close={() => setWarned(false)} />;
}

function Warning({ leftMs, isFinal, close }: { leftMs: number; isFinal: boolean; close: () => void }) {
  const { busy, problem, send } = useSending();
  const stay = () => send(async () => {
    await lookAtSession(true, ANSWER_MS);
    close();
  });
  // Whoever was not heard is not kept in, and may want what they typed: the next Escape lets them at it.
  const leave = isFinal || problem ? close : () => void stay();
  return (
    <Dialog title={isFinal ? t.idle.finalTitle : t.idle.title} close={leave} alert>
      <div
        onKeyDown={(event) => {
          if (isFinal || problem || event.key === 'Tab' || event.key === 'Shift') return;
          event.preventDefault();
          void stay();
        }}
      >
        <p class="countdown" aria-hidden="true">{span(leftMs)}</p>
        <p>{isFinal ? t.idle.finalText : t.idle.text}</p>
        <div role="alert" class={problem ? 'refused' : undefined}>{problem && <><strong>{problem.title}</strong> {t.idle.unheard}</>}</div>
        <div class="dialog-actions">
          {problem && <button type="button" class="button" onClick={close}>{t.common.close}</button>}
          {isFinal
            ? <button type="button" class="button primary" autofocus onClick={close}>{t.common.close}</button>
            : <ActButton class="button primary" autofocus busy={busy} onClick={() => void stay()}>{t.idle.stay}</ActButton>}
        </div>
      </div>
    </Dialog>
  );
}

/** Tells the server that somebody is there, notices when the session was ended elsewhere, and that somebody is about to leave what
 * is under way. */
export function useWatchedSession(on: boolean): void {
  useEffect(() => {
    if (!on) return;
    let told = Date.now();
    const onInput = () => {
      if (Date.now() - told < TELL_MS || document.querySelector('dialog[role=alertdialog][open]')) return;
      told = Date.now();
      void lookAtSession(true).catch(() => {});
    };
    // One at a time: looks that wait for a slow server would take the connections that everything else needs.
    let isLooking = false;
    const timer = setInterval(() => {
      if (document.hidden || isLooking) return;
      isLooking = true;
      void watch().finally(() => {
        isLooking = false;
      });
    }, LOOK_MS);
    const onSeen = () => {
      if (!document.hidden) void lookAtSession(false).catch(() => {});
    };
    // What is on its way may not be sent, and its answer is seen by nobody: the browser asks.
    const onUnload = (event: BeforeUnloadEvent) => {
      if (isActing()) event.preventDefault();
    };
    addEventListener('beforeunload', onUnload);
    addEventListener('keydown', onInput);
    addEventListener('pointerdown', onInput);
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      clearInterval(timer);
      removeEventListener('beforeunload', onUnload);
      removeEventListener('keydown', onInput);
      removeEventListener('pointerdown', onInput);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [on]);
}
