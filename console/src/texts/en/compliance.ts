// Technical controls of the HIPAA Security Rule.

import { plural } from './plural';

export const compliance = {
  title: 'Compliance',
  lead: 'Technical controls of the HIPAA Security Rule, looked at in this instance when somebody asks. Each look is in the audit trail.',
  again: 'Look again',
  looking: 'Looking…',
  print: 'Print',
  lookedAt: 'Looked at',
  trail: 'Audit trail',
  version: 'Wardline',
  totals: 'Controls by status',
  status: { pass: 'Pass', fail: 'Fail', unknown: 'Unknown', not_applicable: 'Not applicable' },
  show: 'Show',
  showAll: 'All controls',
  showOpen: 'Open ones: fail and unknown',
  shown: (shown: number, all: number) => `${shown} of ${plural(all, 'control', 'controls')}`,
  nothingOpenTitle: 'No control is open',
  nothingOpen: 'None fails, and none is unknown.',
  groups: {
    sealing: 'Sealing',
    records: 'Records',
    trail: 'Audit trail',
    review: 'Reviews',
    people: 'People',
    machines: 'Machines',
    access: 'Access',
    backup: 'Backups',
    redis: 'Redis',
    store: 'Store',
    transit: 'On the way',
  } as Record<string, string>,
  sections: (citations: string[]) => `45 CFR ${citations.join(', ')}`,
  toDo: 'To do:',
  outside: 'What no software can show',
  outsideLead: 'The rule asks for it, and it is done by people. The control map of the documentation says what Wardline does towards each.',
};
