// Changes of records that somebody has begun: in memory alone, kept when one goes to another page, gone with the session.

import type { PatientRecord } from '../api/types';
import { onLeaving } from '../app/session';

/** What somebody wants of a record. */
export interface Draft {
  /** The record that it follows. */
  base: PatientRecord;
  /** New values by field; `undefined` takes a field away. What is not here stays. */
  wanted: Record<string, unknown>;
  /** A note to add. */
  note: string;
}

const drafts = new Map<string, Draft>();

export function draftOf(id: string): Draft | undefined {
  return drafts.get(id);
}

export function keepDraft(id: string, draft: Draft | undefined): void {
  if (draft) drafts.set(id, draft);
  else drafts.delete(id);
}

onLeaving(() => drafts.clear());
