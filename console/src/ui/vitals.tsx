// Values of a patient as they are shown everywhere: number with unit, age, and staleness louder than any value.

import type { Bed, BedPatient, Score, VitalValue } from '../api/types';
import { t } from '../texts';
import { Badge } from './parts';
import type { Tone } from './parts';
import { span } from './time';

/** What NEWS2 scores, in the order in which nurses read it out. */
export const SCORED = ['respiratory_rate', 'oxygen_saturation', 'supplemental_oxygen', 'systolic_pressure', 'pulse', 'consciousness', 'temperature'];
/** What a card of the board shows. */
export const ON_CARDS = ['pulse', 'respiratory_rate', 'oxygen_saturation', 'systolic_pressure', 'temperature'];

const RANK: Record<string, number> = { high: 5, medium: 3, low_medium: 2, low: 1 };

export function valueOf(patient: BedPatient, parameter: string): VitalValue | undefined {
  // Several methods may have measured it: the freshest is shown.
  return patient.values.filter((value) => value.parameter === parameter).sort((a, b) => a.age_ms - b.age_ms)[0];
}

export function reading(value: VitalValue): string {
  if (value.number !== null && value.number !== undefined) {
    return value.parameter === 'temperature' ? value.number.toFixed(1) : String(Math.round(value.number * 10) / 10);
  }
  return value.consciousness ?? value.oxygen ?? t.common.none;
}

export function unitOf(unit: string): string {
  return t.beds.units[unit] ?? unit;
}

/** Age and staleness by the clock, so that a value grows old on the screen also when nothing comes any more. */
export function ageOf(value: VitalValue, asOf: string, now: number): { ms: number; stale: boolean } {
  const ms = value.age_ms + Math.max(0, now - Date.parse(asOf));
  return { ms, stale: value.state === 'stale' || ms > value.limit_ms };
}

/** The band that counts for looking: what was told, what the score is, or the least that it can be. */
export function bandOf(score: Score): string | undefined {
  const bands = [score.standing?.band, score.band, score.at_least].filter((band): band is string => Boolean(band));
  return bands.sort((a, b) => (RANK[b] ?? 0) - (RANK[a] ?? 0))[0];
}

/** The parameters that are stale by now, those that the server knows of and those that became so since. */
export function staleOf(patient: BedPatient, asOf: string, now: number): string[] {
  const grown = SCORED.filter((parameter) => {
    const value = valueOf(patient, parameter);
    return value && ageOf(value, asOf, now).stale;
  });
  return [...new Set([...patient.score.stale, ...grown])];
}

/** How urgent a bed is, for the order of a board: not to know comes before what is known to be low. */
export function urgency(bed: Bed): number {
  return Math.max(0, ...bed.patients.map(({ score }) => {
    const band = RANK[bandOf(score) ?? ''] ?? 0;
    const unknown = score.state === 'incomplete' ? 2.5 : 0;
    return Math.max(band, unknown) * 100 + (score.total ?? 0);
  }));
}

export function bandTone(band: string | undefined | null): Tone {
  if (band === 'high') return 'bad';
  if (band === 'medium') return 'warning';
  if (band === 'low_medium') return 'notice';
  return 'plain';
}

export function BandBadge({ band }: { band: string | undefined | null }) {
  if (!band) return null;
  return <Badge tone={bandTone(band)}>{t.beds.bands[band] ?? band}</Badge>;
}

/** A name as the server gives it: in clear to whom the policy lets, else masked. */
export function nameOf(patient: BedPatient): string {
  const { family_name: family, given_name: given } = patient.identity;
  return [family, given].filter(Boolean).join(', ') || t.common.none;
}

export function oldest(patient: BedPatient, asOf: string, now: number): string {
  const ages = ON_CARDS.flatMap((parameter) => {
    const value = valueOf(patient, parameter);
    return value ? [ageOf(value, asOf, now).ms] : [];
  });
  return ages.length ? span(Math.min(...ages)) : t.common.none;
}
