// Words and marks for messages, the same on every page.

import type { DeadReason, MessageState } from '../api/types';
import { t } from '../texts';
import { Badge } from './parts';
import type { Tone } from './parts';

const TONES: Record<string, Tone> = { waiting: 'notice', dead: 'bad', done: 'good', unrouted: 'plain', quarantined: 'warning', delivered: 'good', discarded: 'plain', superseded: 'plain' };

export function StateBadge({ state }: { state: MessageState | string }) {
  return <Badge tone={TONES[state] ?? 'plain'}>{t.message.states[state] ?? state}</Badge>;
}

export function reasonText(reason: DeadReason | null | undefined): string {
  return reason ? (t.message.deadReasons[reason] ?? reason) : t.common.none;
}

export function bytes(n: number): string {
  if (n < 1_024) return `${n} B`;
  if (n < 1_048_576) return `${(n / 1_024).toFixed(1)} KiB`;
  return `${(n / 1_048_576).toFixed(1)} MiB`;
}
