// Marks for emergency accesses.

import type { Emergency } from '../api/types';
import { t } from '../texts';
import { Badge } from './parts';
import type { Tone } from './parts';

const TONES: Record<string, Tone> = { open: 'notice', overdue: 'bad', closed: 'good' };

export function ReviewState({ state }: { state: Emergency['review'] }) {
  return <Badge tone={TONES[state] ?? 'plain'}>{t.glass.states[state] ?? state}</Badge>;
}
