// The emergency access that somebody holds on this page: its token is in memory alone, and gone with the session.

import { onLeaving, serverNow } from './session';
import { Store } from './store';

export interface Held {
  id: string;
  token: string;
  patient: string;
  expiresAt: number;
  /** How many people were told of it. */
  told: number;
}

const held = new Store<Held | undefined>(undefined);
onLeaving(() => held.set(undefined));

export function hold(next: Held | undefined): void {
  held.set(next);
}

/** What a read of a patient carries while an emergency access is held. */
export function emergencyHeaders(): Record<string, string> {
  const now = held.get();
  return now && now.expiresAt > serverNow() ? { 'Wardline-Emergency': now.token } : {};
}

export function useHeld(): Held | undefined {
  return held.use();
}
