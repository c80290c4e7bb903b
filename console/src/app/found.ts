// A search goes from page to page in memory: what is searched for may name a patient, so it stands in no address and is
// gone with the session.

import { onLeaving } from './session';

export interface Search {
  /** What somebody typed to find: tried as accession, visit, patient number and MSH-10. */
  find?: string;
  by?: 'accession' | 'visit' | 'patient' | 'control_id';
}

let kept: Search = {};
const listeners = new Set<(search: Search) => void>();

export function keepSearch(search: Search): void {
  kept = search;
  for (const listener of listeners) listener(kept);
}

export function keptSearch(): Search {
  return kept;
}

export function onSearch(listener: (search: Search) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

onLeaving(() => keepSearch({}));
