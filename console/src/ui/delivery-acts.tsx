// What can be done about a message at its destinations, each with what it will do before it is done.

import { useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Delivery, MessageDetail } from '../api/types';
import { Link, go } from '../app/router';
import { may } from '../app/session';
import { t } from '../texts';
import { DialogActs } from './acts';
import { StateBadge, reasonText } from './message-bits';
import { Dialog, Field, Table } from './parts';
import { AskReason } from './reason';
import { useOnce, useSending, useStanding } from './sending';
import { Refused } from './states';

type Act = { is: 'retry' | 'discard' | 'edit' | 'park' | 'skip'; delivery: Delivery } | { is: 'replay' };

export function Acts({ detail, again }: { detail: MessageDetail; again: () => void }) {
  const [act, setAct] = useState<Act>();
  if (detail.deliveries.length === 0) return null;
  const close = () => setAct(undefined);
  const operates = may('operate');
  return (
    <div class="deliveries">
      <Table label={t.message.deliveries} head={[t.message.destination, t.messages.state, t.message.why, [t.message.attempts, 'number'], '']}>
        {detail.deliveries.map((delivery) => (
          <tr key={delivery.destination}>
            <th scope="row">{delivery.destination}</th>
            <td><StateBadge state={delivery.state} /></td>
            <td>{delivery.dead_reason ? reasonText(delivery.dead_reason) : (delivery.reason ?? <span class="faint">{t.common.none}</span>)}</td>
            <td class="number">{delivery.attempt_count}</td>
            <td>
              {operates && delivery.state === 'dead' && (
                <>
                  <button type="button" class="button small" onClick={() => setAct({ is: 'retry', delivery })}>{t.acts.retry}</button>
                  {may('phi') && <button type="button" class="button small" onClick={() => setAct({ is: 'edit', delivery })}>{t.acts.edit}</button>}
                  <button type="button" class="button small danger" onClick={() => setAct({ is: 'discard', delivery })}>{t.acts.discard}</button>
                </>
              )}
              {operates && delivery.state === 'waiting' && (
                <>
                  <button type="button" class="button small" onClick={() => setAct({ is: 'park', delivery })}>{t.acts.park}</button>
                  <button type="button" class="button small danger" onClick={() => setAct({ is: 'skip', delivery })}>{t.acts.skip}</button>
                </>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {operates && <p class="page-actions below"><button type="button" class="button small" onClick={() => setAct({ is: 'replay' })}>{t.acts.replay}</button></p>}
      {act && <Doing act={act} detail={detail} close={close} done={() => { close(); again(); }} />}
    </div>
  );
}

function Doing({ act, detail, close, done }: { act: Act; detail: MessageDetail; close: () => void; done: () => void }) {
  const { id, channel } = detail.message;
  const stands = useStanding();
  const once = useOnce();
  if (act.is === 'replay') {
    return (
      <AskReason title={t.acts.replayTitle} text={t.acts.replayText} action={t.acts.replay} close={close} done={async (reason) => {
        const body = { action: 'replay' as const, ids: [id], reason };
        const job = await once(body, (headers) => api('post', '/v1/jobs', { body, headers }));
        if (!stands()) return;
        close();
        go(`/jobs/${job.id}`);
      }} />
    );
  }
  const path = { channel, destination: act.delivery.destination, id };
  if (act.is === 'edit') return <Edit path={path} close={close} />;
  if (act.is === 'discard' || act.is === 'skip') {
    const discard = act.is === 'discard';
    return (
      <AskReason danger title={discard ? t.acts.discardTitle : t.acts.skipTitle} text={discard ? t.acts.discardText(path.destination) : t.acts.skipText(path.destination)} action={discard ? t.acts.discard : t.acts.skip} close={close} done={async (reason) => {
        if (discard) await api('post', '/v1/dead-letters/{channel}/{destination}/{id}/discard', { path, body: { reason } });
        else await api('post', '/v1/queues/{channel}/{destination}/{id}/skip', { path, body: { reason } });
        done();
      }} />
    );
  }
  const retry = act.is === 'retry';
  return (
    <Confirm title={retry ? t.acts.retryTitle : t.acts.parkTitle} text={retry ? t.acts.retryText(path.destination) : t.acts.parkText} action={retry ? t.acts.retry : t.acts.park} close={close} done={async () => {
      if (retry) await api('post', '/v1/dead-letters/{channel}/{destination}/{id}/retry', { path });
      else await api('post', '/v1/queues/{channel}/{destination}/{id}/park', { path });
      done();
    }} />
  );
}

export function Confirm({ title, text, action, danger, close, done }: { title: string; text: string; action: string; danger?: boolean; close: () => void; done: () => Promise<void> }) {
  const { busy, problem, send } = useSending();
  return (
    <Dialog title={title} close={close}>
      <p>{text}</p>
      <Refused problem={problem} />
      <DialogActs danger={danger ?? false} autofocus busy={busy} close={close} onClick={() => void send(done)}>{action}</DialogActs>
    </Dialog>
  );
}

/** One value of a copy is changed; the copy gets an MSH-10 of its own, and the original is kept. */
function Edit({ path, close }: { path: { channel: string; destination: string; id: number }; close: () => void }) {
  const [at, setAt] = useState('');
  const [value, setValue] = useState('');
  const [copy, setCopy] = useState<number>();
  const { busy, problem, send } = useSending();
  const once = useOnce();
  const submit = () => send(async () => {
    const body = { set: [{ path: at, value }] };
    const edited = await once(body, (headers) => api('post', '/v1/dead-letters/{channel}/{destination}/{id}/edit', { path, body, headers }));
    setCopy(edited.id);
  });
  return (
    <Dialog title={t.acts.editTitle} close={close}>
      {copy !== undefined ? (
        <>
          <p role="status">{t.acts.edited} <Link to={`/messages/${copy}`}>{copy}</Link></p>
          <div class="dialog-actions"><button type="button" class="button primary" autofocus onClick={close}>{t.common.close}</button></div>
        </>
      ) : (
        <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
          <p>{t.acts.editText}</p>
          <Field label={t.acts.path} hint={t.acts.pathHint} value={at} onInput={(e) => setAt(e.currentTarget.value.trim())} required autofocus spellcheck={false} autocomplete="off" />
          <Field label={t.acts.value} value={value} onInput={(e) => setValue(e.currentTarget.value)} spellcheck={false} autocomplete="off" />
          <Refused problem={problem} />
          <DialogActs busy={busy} close={close}>{t.acts.editAction}</DialogActs>
        </form>
      )}
    </Dialog>
  );
}
