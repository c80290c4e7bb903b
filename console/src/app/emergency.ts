// The emergency access that somebody holds on this page: its token is in memory alone, and gone with the session.

import { useLayoutEffect, useState } from 'preact/hooks';
import { onLeaving, serverNow } from './session';

export interface Held {
  id: string;
  token: string;
  patient: string;
  expiresAt: number;
  /** How many people were told of it. */
  told: number;
}

let held: Held | undefined;
const listeners = new Set<(held: Held | undefined) => void>();

export function hold(next: Held | undefined): void {
  held = next;
  for (const listener of listeners) listener(held);
}

onLeaving(() => hold(undefined));

/** What a read of a patient carries while an emergency access is held. */
export function emergencyHeaders(): Record<string, string> {
  if (!held || held.expiresAt <= serverNow()) return {};
  return { 'Wardline-Emergency': held.token };
}

export function useHeld(): Held | undefined {
  const [shown, show] = useState(held);
  useLayoutEffect(() => {
    listeners.add(show);
    return () => void listeners.delete(show);
  }, []);
  return shown;
}
