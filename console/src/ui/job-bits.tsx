// Words and marks for jobs.

import type { Job } from '../api/types';
import { t } from '../texts';
import { reasonText } from './message-bits';
import { Badge } from './parts';
import type { Tone } from './parts';

const TONES: Record<string, Tone> = { running: 'notice', finished: 'good', cancelled: 'plain', failed: 'bad' };

export function JobState({ state }: { state: Job['state'] }) {
  return <Badge tone={TONES[state] ?? 'plain'}>{t.jobs.states[state] ?? state}</Badge>;
}

/** What a job was asked to touch, in words. */
export function selectionText(job: Job): string {
  const { selection: of } = job;
  const parts = [
    of.ids ? t.jobs.named(of.ids) : undefined,
    [of.channel, of.destination].filter(Boolean).join(' → '),
    of.message_type,
    of.dead_reason ? reasonText(of.dead_reason) : undefined,
    of.identifiers ? t.jobs.identifiers(of.identifiers) : undefined,
  ];
  return parts.filter(Boolean).join(', ');
}
