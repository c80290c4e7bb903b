// One channel: its listener, its destinations and what can be done about them.

import { useState } from 'preact/hooks';
import { api } from '../api/client';
import { useAsked } from '../api/use';
import type { PageProps } from '../app/places';
import { Link } from '../app/router';
import { may } from '../app/session';
import { t } from '../texts';
import { ChannelState, CircuitState } from '../ui/channel-bits';
import { ActButton } from '../ui/acts';
import { Facts, Page, Section, count } from '../ui/parts';
import { useSending } from '../ui/sending';
import { Refused, Shown } from '../ui/states';
import { Ago, When, span } from '../ui/time';

export default function OneChannel({ id }: PageProps) {
  const asked = useAsked((passive, signal) => api('get', '/v1/channels/{channel}', { path: { channel: id }, passive, signal }), [id], 2_000);
  const { busy, problem, send } = useSending();
  const [told, setTold] = useState('');
  const tryNow = (destination: string) => send(async () => {
    setTold('');
    await api('post', '/v1/queues/{channel}/{destination}/try-now', { path: { channel: id, destination } });
    setTold(t.channels.tried(destination));
    asked.again();
  });
  const query = `channel=${encodeURIComponent(id)}`;
  return (
    <Page title={t.channels.one(id)} lead={asked.data?.description ?? undefined} actions={<><Link class="button" to={`/messages?${query}`}>{t.nav.messages}</Link><Link class="button" to={`/messages?${query}&state=quarantined`}>{t.channels.quarantine}</Link></>}>
      <Shown asked={asked} lateMs={10_000}>{(channel) => (
        <>
          <Facts of={[
            [t.messages.state, <ChannelState channel={channel} />],
            [t.channels.address, channel.address && <code>{channel.address}</code>],
            [t.channels.connectionsNow, count(channel.connections)],
            [t.channels.lastMessage, <Ago at={channel.last_received_at} />],
            [t.channels.received, count(channel.received)],
            [t.channels.duplicatesName, count(channel.duplicates)],
            [t.channels.quarantine, count(channel.quarantined)],
            [t.channels.unrouted, count(channel.unrouted)],
          ]} />
          <Refused problem={problem} />
          <p role="status" class={told ? 'told' : 'hidden'}>{told}</p>
          <div class="columns">
            {channel.destinations.map((one) => (
              <Section key={one.name} title={one.name} aside={<CircuitState destination={one} />}>
                <div class="panel">
                  <Facts of={[
                    [t.channels.kind, one.kind],
                    [t.channels.delivered, count(one.delivered)],
                    [t.channels.lastDelivered, <Ago at={one.last_delivered_at} />],
                    [t.channels.waiting, count(one.waiting)],
                    [t.channels.oldest, one.oldest_waiting && <Link to={`/messages/${one.oldest_waiting.id}`}>{t.channels.message(one.oldest_waiting.id)}, {span(one.oldest_waiting.waited_seconds * 1_000)}</Link>],
                    [t.channels.inFlight, count(one.in_flight)],
                    [t.channels.dead, <Link to={`/dead-letters?${query}&destination=${encodeURIComponent(one.name)}`}>{count(one.dead_letters)}</Link>],
                    [t.channels.discarded, count(one.discarded)],
                    [t.channels.resent, count(one.resent)],
                    [t.channels.lastError, one.last_error && <>{one.last_error.detail}, <When at={one.last_error.at} /></>],
                  ]} />
                  {may('operate') && <ActButton class="button small" busy={busy} onClick={() => void tryNow(one.name)}>{t.channels.tryNow}</ActButton>}
                </div>
              </Section>
            ))}
          </div>
        </>
      )}</Shown>
    </Page>
  );
}
