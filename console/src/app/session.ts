// Who is signed in, and until when. The token itself is in a cookie that no script can read; this is all that the page
// knows, and it is in memory alone.

import { useEffect, useState } from 'preact/hooks';
import type { Me } from '../api/types';

export type Why = 'first' | 'ended' | 'out' | 'idle';
export type SessionState =
  | { is: 'unknown' }
  | { is: 'out'; why: Why }
  | { is: 'in'; me: Me; idleEndsAt: number; endsAt: number };

let state: SessionState = { is: 'unknown' };
let idleLimitMs = 15 * 60_000;
let warningMs = 2 * 60_000;
/** How far the server's clock is ahead of the browser's. */
let aheadMs = 0;
const listeners = new Set<(state: SessionState) => void>();
const leaving = new Set<() => void>();
/** How many sessions have ended on this page: an answer of an earlier one counts no more. */
let ended = 0;
let signsOut = false;

function set(next: SessionState) {
  state = next;
  for (const listener of listeners) listener(state);
}

export function session(): SessionState {
  return state;
}

export function useSession(): SessionState {
  const [shown, show] = useState(state);
  useEffect(() => {
    show(state);
    listeners.add(show);
    return () => void listeners.delete(show);
  }, []);
  return shown;
}

/** The server's time, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

/** What the server says of the session. `active` when asking was something that a person did. */
export function signedIn(me: Me, active: boolean): void {
  const idleEndsAt = Date.parse(me.idle_expires_at);
  const endsAt = Date.parse(me.absolute_expires_at);
  warningMs = Math.max(Math.min(idleEndsAt, endsAt) - Date.parse(me.warns_at), 0);
  if (active) idleLimitMs = Math.max(idleEndsAt - serverNow(), 1_000);
  set({ is: 'in', me, idleEndsAt, endsAt });
}

/** A person did something that the server saw. */
export function acted(date: string | null): void {
  if (date) {
    const ahead = Date.parse(date) - Date.now();
    // The header counts in whole seconds.
    if (Number.isFinite(ahead) && Math.abs(ahead - aheadMs) > 1_500) aheadMs = ahead;
  }
  if (state.is === 'in') set({ ...state, idleEndsAt: serverNow() + idleLimitMs });
}

export function loggedOut(why: Why): void {
  if (state.is === 'out') return;
  const first = state.is === 'unknown';
  ended += 1;
  for (const forget of leaving) forget();
  set({ is: 'out', why: first ? 'first' : signsOut ? 'out' : why });
  signsOut = false;
}

/** The person signs out. A page that asks meanwhile may hear of it before the person's own request is answered. */
export function signingOut(): void {
  signsOut = true;
}

/** The session that a request belongs to. */
export function era(): number {
  return ended;
}

/** Runs when the session ends: whatever is kept in memory of patients goes then. */
export function onLeaving(forget: () => void): void {
  leaving.add(forget);
}

/** When the person is to be warned, and when it is over, by the server's clock. */
export function deadlines(of: SessionState & { is: 'in' }): { warnsAt: number; endsAt: number; final: boolean } {
  const endsAt = Math.min(of.idleEndsAt, of.endsAt);
  return { warnsAt: endsAt - warningMs, endsAt, final: of.endsAt <= of.idleEndsAt };
}

export function may(scope: string): boolean {
  return state.is === 'in' && (state.me.scopes as string[]).includes(scope);
}
