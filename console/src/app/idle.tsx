// The end of a session: a warning two minutes before, which one key puts off, and a look now and then at whether it
// still lives.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import { t } from '../texts';
import { Dialog } from '../ui/parts';
import { span, useNow } from '../ui/time';
import { deadlines, era, loggedOut, serverNow, session, signedIn, useSession } from './session';

/** Somebody who reads, scrolls and types is there; the server is told this often at most. */
const TELL_MS = 60_000;
/** How soon a page notices that its session was ended elsewhere. */
const LOOK_MS = 2_000;
/** How long the server may take to say whether a session that should be over lives. */
const ANSWER_MS = 5_000;

/** Notices that the session ended, and that another window of the browser signed somebody else in. */
async function watch(): Promise<void> {
  const asked = era();
  const me = await api('get', '/v1/me', { passive: true });
  const now = session();
  if (asked === era() && now.is === 'in' && now.me.session_id !== me.session_id) signedIn(me, false);
}

/** Asks who is signed in. `active` when a person did something. */
export async function lookAtSession(active: boolean): Promise<void> {
  const asked = era();
  const me = await api('get', '/v1/me', { passive: !active });
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
    lookAtSession(false).then(() => {
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
    void lookAtSession(false).then(end, end);
    const timer = setTimeout(end, ANSWER_MS);
    return () => clearTimeout(timer);
  }, [over]);

  if (!warned || !limits) return null;
  const stay = () => {
    setWarned(false);
    void lookAtSession(true).catch(() => {});
  };
  return (
    <Dialog title={limits.final ? t.idle.finalTitle : t.idle.title} close={stay} alert>
      <div
        onKeyDown={(event) => {
          if (limits.final || event.key === 'Tab' || event.key === 'Shift') return;
          event.preventDefault();
          stay();
        }}
      >
        <p class="countdown" aria-hidden="true">{span(limits.endsAt - now)}</p>
        <p>{limits.final ? t.idle.finalText : t.idle.text}</p>
        <div class="dialog-actions">
          <button type="button" class="button primary" autofocus onClick={limits.final ? () => setWarned(false) : stay}>
            {limits.final ? t.common.close : t.idle.stay}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** Tells the server that somebody is there, and notices when the session was ended elsewhere. */
export function useWatchedSession(on: boolean): void {
  useEffect(() => {
    if (!on) return;
    let told = Date.now();
    const onInput = () => {
      if (Date.now() - told < TELL_MS || document.querySelector('dialog[role=alertdialog][open]')) return;
      told = Date.now();
      void lookAtSession(true).catch(() => {});
    };
    const timer = setInterval(() => {
      if (!document.hidden) void watch().catch(() => {});
    }, LOOK_MS);
    const onSeen = () => {
      if (!document.hidden) void lookAtSession(false).catch(() => {});
    };
    addEventListener('keydown', onInput);
    addEventListener('pointerdown', onInput);
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      clearInterval(timer);
      removeEventListener('keydown', onInput);
      removeEventListener('pointerdown', onInput);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [on]);
}
