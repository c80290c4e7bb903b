// Channels and where they deliver to: the columns that people who run interfaces read.

import { api } from '../api/client';
import { useAsked } from '../api/use';
import { Link } from '../app/router';
import { t } from '../texts';
import { ChannelState, CircuitState } from '../ui/channel-bits';
import { Page, Table, count } from '../ui/parts';
import { Empty, Shown } from '../ui/states';
import { Ago, span } from '../ui/time';

export default function Channels() {
  const asked = useAsked((passive, signal) => api('get', '/v1/channels', { passive, signal }), [], 2_000);
  return (
    <Page wide title={t.channels.title} lead={t.channels.lead}>
      <Shown asked={asked} lateMs={10_000}>{({ items }) => items.length === 0 ? <Empty title={t.channels.emptyTitle}>{t.channels.empty}</Empty> : (
        <Table label={t.channels.title} head={[t.channels.name, t.messages.state, t.channels.lastMessage, [t.channels.received, 'number'], [t.channels.delivered, 'number'], [t.channels.waiting, 'number'], t.channels.oldest, [t.channels.inFlight, 'number'], [t.channels.dead, 'number'], t.channels.lastError]}>
          {items.flatMap((channel) => [
            <tr key={channel.name} class="of-channel">
              <th scope="row"><Link to={`/channels/${encodeURIComponent(channel.name)}`} data-row>{channel.name}</Link></th>
              <td><ChannelState channel={channel} /></td>
              <td><Ago at={channel.last_received_at} /></td>
              <td class="number">{count(channel.received)}</td>
              <td colSpan={6} class="faint">{[channel.address, t.channels.connections(channel.connections), channel.quarantined ? t.channels.quarantined(channel.quarantined) : '', channel.duplicates ? t.channels.duplicates(channel.duplicates) : ''].filter(Boolean).join(' · ')}</td>
            </tr>,
            ...channel.destinations.map((one) => (
              <tr key={`${channel.name} ${one.name}`} class="of-destination">
                <th scope="row" class="nowrap">→ {one.name} <span class="faint">{one.kind}</span></th>
                <td><CircuitState destination={one} /></td>
                <td><Ago at={one.last_delivered_at} /></td>
                <td class="number" />
                <td class="number">{count(one.delivered)}</td>
                <td class="number">{count(one.waiting)}</td>
                <td>{one.oldest_waiting ? <Link to={`/messages/${one.oldest_waiting.id}`}>{span(one.oldest_waiting.waited_seconds * 1_000)}</Link> : <span class="faint">{t.common.none}</span>}</td>
                <td class="number">{count(one.in_flight)}</td>
                <td class="number">{one.dead_letters ? <Link to={`/dead-letters?channel=${encodeURIComponent(channel.name)}&destination=${encodeURIComponent(one.name)}`}>{count(one.dead_letters)}</Link> : <span class="faint">0</span>}</td>
                <td class="faint">{one.last_error && <>{one.last_error.detail}, <Ago at={one.last_error.at} /></>}</td>
              </tr>
            )),
          ])}
        </Table>
      )}</Shown>
    </Page>
  );
}
