// Words and marks for records of the trail.

import { t } from '../texts';
import { Badge } from './parts';

export function kindText(kind: string): string {
  const words = kind.replaceAll('-', ' ').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function OutcomeBadge({ outcome }: { outcome: string }) {
  return <Badge tone={outcome === 'success' ? 'good' : outcome === 'denied' ? 'warning' : 'bad'}>{t.audit.outcomes[outcome] ?? outcome}</Badge>;
}
