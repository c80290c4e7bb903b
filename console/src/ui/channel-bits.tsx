// Marks for channels and destinations.

import type { Channel, Destination } from '../api/types';
import { t } from '../texts';
import { Badge } from './parts';

const SILENT_S = 3_600;

export function ChannelState({ channel }: { channel: Channel }) {
  if (!channel.configured) return <Badge>{t.channels.gone}</Badge>;
  if (!channel.enabled) return <Badge>{t.channels.disabled}</Badge>;
  if (!channel.listening) return <Badge tone="bad">{t.channels.notListening}</Badge>;
  if ((channel.last_received_seconds_ago ?? Infinity) > SILENT_S) return <Badge tone="warning">{t.channels.silent}</Badge>;
  return <Badge tone="good">{t.channels.listening}</Badge>;
}

export function CircuitState({ destination }: { destination: Destination }) {
  if (!destination.enabled) return <Badge>{t.channels.disabled}</Badge>;
  if (destination.circuit === 'open') return <Badge tone="bad">{t.channels.down}</Badge>;
  if (destination.circuit === 'half_open') return <Badge tone="warning">{t.channels.trying}</Badge>;
  return <Badge tone="good">{t.channels.taking}</Badge>;
}
