// Kept views.

export const views = {
  label: 'Kept views',
  keep: 'Keep this view',
  drop: (name: string) => `Forget the view: ${name}`,
  filter: (name: string, value: string) => `${name} ${value}`,
  names: {
    channel: 'channel', type: 'type', state: 'state', from: 'from', until: 'until', destination: 'to', reason: 'cause', role: 'role', kind: 'kind',
    outcome: 'outcome', unit: 'unit', order: 'order', show: 'beds', review: 'review',
  } as Record<string, string>,
};
