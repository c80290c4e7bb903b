// Who is signed in, and until when. The token itself is in a cookie that no script can read; this is all that the page
// knows, and it is in memory alone.

import { useLayoutEffect, useState } from 'preact/hooks';
import type { Me } from '../api/types';

export type Why = 'first' | 'ended' | 'out' | 'unsure' | 'idle';
export type SessionState =
  | { is: 'unknown' }
  | { is: 'out'; why: Why; isMidAct: boolean }
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
/** What the person sent to change something, and has no answer yet. */
const acts = new Set<object>();
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
  // Before anything can happen to what was drawn: an effect after it might miss a change.
  useLayoutEffect(() => {
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
  // Signed in anew in another window of the browser, perhaps as somebody else: nothing of the session before is for them.
  if (state.is === 'in' && state.me.session_id !== me.session_id) leave();
  warningMs = Math.max(Math.min(idleEndsAt, endsAt) - Date.parse(me.warns_at), 0);
  if (active) idleLimitMs = Math.max(idleEndsAt - serverNow(), 1_000);
  set({ is: 'in', me, idleEndsAt, endsAt });
}

/** What the `Date` of an answer says of the server's clock, and when that was by it. The answer was written at some moment
 * between asking and now: what is known of the clock changes only when no such moment would agree with it. */
export function heard(date: string | null, sentAt: number): number {
  const written = Date.parse(date ?? '');
  if (!Number.isFinite(written)) return serverNow();
  // The header counts in whole seconds.
  const [least, most] = [written - Date.now(), written + 1_000 - sentAt];
  if (least <= most) aheadMs = Math.min(Math.max(aheadMs, least), most);
  return written;
}

/** A person did something that the server saw, when its answer says: an answer that comes late makes no session longer. */
export function acted(at: number): void {
  if (state.is === 'in') set({ ...state, idleEndsAt: Math.max(state.idleEndsAt, at + idleLimitMs) });
}

export function loggedOut(why: Why): void {
  if (state.is === 'out') {
    // The server heard late that somebody left.
    if (state.why === 'unsure' && why === 'out') set({ ...state, why });
    return;
  }
  const isIdle = state.is === 'in' && serverNow() >= state.idleEndsAt;
  const told = state.is === 'unknown' ? 'first' : why !== 'ended' ? why : signsOut ? 'out' : isIdle ? 'idle' : why;
  const isMidAct = isActing();
  leave();
  set({ is: 'out', why: told, isMidAct });
  signsOut = false;
}

function leave(): void {
  ended += 1;
  acts.clear();
  for (const forget of leaving) forget();
}

/** The person signs out. A page that asks meanwhile may hear of it before the person's own request is answered. */
export function signingOut(): void {
  signsOut = true;
}

/** The person sends something to change something. Gives what to call when it is answered. */
export function acting(): () => void {
  const act = {};
  acts.add(act);
  return () => void acts.delete(act);
}

/** Whether something is on its way that changes something. */
export function isActing(): boolean {
  return acts.size > 0;
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
