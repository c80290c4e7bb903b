// For what somebody reads and takes records. Most roles act for one purpose, which the server takes them to act for when they
// say none; those who release records for others say it each time.

import { emergencyHeaders } from '../app/emergency';
import { onLeaving, session } from '../app/session';
import { Store } from '../app/store';

/** Codes of HL7 v3 PurposeOfUse for which a copy is a disclosure that the patient is told of (45 CFR 164.528). */
export const ACCOUNTED = ['PUBHLTH', 'HLEGAL'] as const;
export type Accounted = (typeof ACCOUNTED)[number];
/** What somebody chose: nothing yet, what their role usually acts for, or a purpose that is accounted for. */
export type Chosen = '' | 'usual' | Accounted;

/** Roles that release records for others, and take copies for that alone. */
const RELEASES = new Set(['health_information', 'privacy_officer']);
/** Roles of persons that see no record for what they usually act for. */
const NO_RECORDS = new Set(['privacy_officer', 'operator', 'auditor', 'security_admin']);

const chosen = new Store<Chosen>('');
onLeaving(() => chosen.set(''));

function roles(): string[] {
  const now = session();
  return now.is === 'in' ? now.me.role : [];
}

/** Whether somebody says for what they read: a privacy officer, who sees records to release them. */
export function saysPurpose(): boolean {
  return roles().includes('privacy_officer');
}

/** Whether one of the roles may see records for what it usually acts for. */
export function readsAsUsual(): boolean {
  return roles().some((role) => !NO_RECORDS.has(role));
}

/** Whether somebody takes copies for others, so that none is taken without saying what for. */
export function releases(): boolean {
  return roles().some((role) => RELEASES.has(role));
}

/** Whether one of the roles may take copies for what it usually acts for. */
export function takesAsUsual(): boolean {
  return roles().some((role) => !NO_RECORDS.has(role) && !RELEASES.has(role));
}

/** For what records are read on this page; the empty one before somebody said it who must. */
export function readsFor(): Chosen {
  return of(chosen.get());
}

export function useReadsFor(): Chosen {
  return of(chosen.use());
}

/** Reads for this purpose from now on, until the session ends. */
export function readFor(purpose: Chosen): void {
  chosen.set(purpose);
}

function of(now: Chosen): Chosen {
  return now || (readsAsUsual() ? 'usual' : '');
}

/** What says a purpose to the server. */
export function purposeHeaders(purpose: Chosen): Record<string, string> {
  return isAccounted(purpose) ? { 'Wardline-Purpose': purpose } : {};
}

/** What each read of a patient carries: the emergency access that is held, and what the read is for. */
export function readHeaders(): Record<string, string> {
  return { ...emergencyHeaders(), ...purposeHeaders(readsFor()) };
}

export function isAccounted(purpose: Chosen): purpose is Accounted {
  return (ACCOUNTED as readonly string[]).includes(purpose);
}
