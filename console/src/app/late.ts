// What went wrong with something that was sent from a page, or a window, that is not there any more: whoever went on is told
// wherever they are.

import type { Problem } from '../api/client';
import { onLeaving } from './session';
import { Store } from './store';

export interface Late {
  problem: Problem;
  /** Where it was sent. An address names no patient. */
  from: string;
}

/** The last ones, at most. */
const MOST = 5;

const late = new Store<readonly Late[]>([]);
onLeaving(() => late.set([]));

export function tellLate(one: Late): void {
  late.set([...late.get(), one].slice(-MOST));
}

export function dropLate(one: Late): void {
  late.set(late.get().filter((other) => other !== one));
}

export function useLate(): readonly Late[] {
  return late.use();
}
