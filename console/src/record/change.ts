// What a form makes of a record: which fields there are, what an absent one begins with, what is sent, and what becomes of
// it when somebody else was faster.

import type { PatientRecord } from '../api/types';
import type { Draft } from './drafts';

export type Fields = Record<string, unknown>;

/** The fields of each data type that a form offers (docs/guides/records.md). */
export const FIELDS: Record<string, string[]> = {
  allergies: ['allergies'],
  diagnosis: ['diagnoses'],
  medications: ['medications'],
  treatment: ['treatments'],
  vitals: ['vitals'],
  lab_results: ['lab_results'],
  appointments: ['appointments'],
  insurance: ['insurance'],
  billing: ['billing'],
  demographics: ['name', 'other_names', 'birth_date', 'sex', 'ssn', 'mrn', 'address', 'phone', 'email', 'emergency_contact', 'language', 'marital_status', 'deceased', 'restrictions'],
};

const NAME = { family: '', given: [''] };
const CODED = { code: '', text: '' };
/** What an absent field begins with: the forms that a feed writes; lists of texts where none is fixed. */
const BEGINNINGS: Fields = {
  name: NAME, other_names: [NAME], birth_date: '', sex: '', ssn: '', mrn: [{ value: '', authority: '' }],
  address: [{ line: [''], city: '', state: '', postal_code: '', country: '' }], phone: { home: [''], work: [''] }, email: [''],
  emergency_contact: { name: '', relationship: '', phone: '' }, language: CODED, marital_status: CODED, deceased: { value: false },
  restrictions: { vip: false, employee: false, confidential: false }, insurance: [{ company: '', plan: '', number: '' }],
};

export function beginning(field: string): unknown {
  return structuredClone(BEGINNINGS[field] ?? ['']);
}

/** The same shape with nothing in it: what one more of a list begins with. */
export function blank(value: unknown): unknown {
  if (Array.isArray(value)) return value.length ? [blank(value[0])] : [];
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, blank(part)]));
  return typeof value === 'boolean' ? false : '';
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part)]));
}

/** A value without the parts that were left empty. A list stays one: that there are none is something that is known. */
export function filled(value: unknown): unknown {
  const kept = parts(value);
  return Array.isArray(value) ? (kept ?? []) : kept;
}

function parts(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (Array.isArray(value)) {
    const some = value.map(parts).filter((part) => part !== undefined);
    return some.length ? some : undefined;
  }
  if (typeof value === 'object' && value !== null) {
    const some = Object.entries(value).flatMap(([name, part]) => {
      const kept = parts(part);
      return kept === undefined ? [] : [[name, kept] as const];
    });
    return some.length ? Object.fromEntries(some) : undefined;
  }
  return value;
}

interface Change {
  set: Fields;
  remove: string[];
}

/** What would be sent: only what differs from the record. */
export function changeOf({ base, wanted }: Draft): Change {
  const now = base.fields as Fields;
  const change: Change = { set: {}, remove: [] };
  for (const [field, value] of Object.entries(wanted)) {
    const kept = filled(value);
    if (kept === undefined) {
      if (field in now) change.remove.push(field);
    } else if (!(field in now) || !same(kept, now[field])) change.set[field] = kept;
  }
  return change;
}

export function changes(draft: Draft): number {
  const { set, remove } = changeOf(draft);
  return Object.keys(set).length + remove.length + (draft.note.trim() ? 1 : 0);
}

/** A record that somebody else changed first, beside what was wanted. */
export interface Clash {
  /** The version that was followed, and the one that there is. */
  was: PatientRecord;
  now: PatientRecord;
  /** Fields that somebody else changed. */
  theirs: string[];
  /** Those of them that this draft changes too, to something else. */
  both: string[];
}

export function clashOf(draft: Draft, now: PatientRecord): Clash {
  const [before, after] = [draft.base.fields as Fields, now.fields as Fields];
  const theirs = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => !same(before[field], after[field]));
  const { set, remove } = changeOf(draft);
  const both = theirs.filter((field) => (field in set && !same(set[field], after[field])) || (remove.includes(field) && field in after));
  return { was: draft.base, now, theirs: theirs.sort(), both: both.sort() };
}

/** The draft as one that follows the newer record: nothing of it is lost. A note that is there already is not added twice. */
export function upon(draft: Draft, now: PatientRecord): Draft {
  const had = (record: PatientRecord) => (record.notes ?? []).filter(({ value }) => value === draft.note.trim()).length;
  return { base: now, wanted: draft.wanted, note: had(now) > had(draft.base) ? '' : draft.note };
}
