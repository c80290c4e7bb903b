// Asks why before something is shown or done. The reason stands in the trail.

import { useState } from 'preact/hooks';
import { t } from '../texts';
import { DialogActs } from './acts';
import { Dialog } from './parts';
import { useSending } from './sending';
import { Refused } from './states';

/** Characters of a reason, at least and at most. */
const SHORTEST = 10;
const LONGEST = 200;

export function AskReason({ title, text, action, danger, picks, done, close, children }: {
  title: string;
  text: string;
  action: string;
  danger?: boolean;
  picks?: string[];
  done: (reason: string) => Promise<void>;
  close: () => void;
  children?: preact.ComponentChildren;
}) {
  const [reason, setReason] = useState('');
  const { busy, problem, send } = useSending();
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={(event) => { event.preventDefault(); void send(() => done(reason.trim())); }}>
        <p>{text}</p>
        {children}
        {picks && (
          <div class="picks" role="group" aria-label={t.reason.picks}>
            {picks.map((pick) => <button key={pick} type="button" class="button small" onClick={() => setReason(pick)}>{pick}</button>)}
          </div>
        )}
        <div class="field">
          <label for="reason">{t.common.reason}</label>
          <textarea id="reason" value={reason} onInput={(event) => setReason(event.currentTarget.value)} minLength={SHORTEST} maxLength={LONGEST} required autofocus aria-describedby="reason-hint" />
          <p class="hint" id="reason-hint">{t.reason.hint}</p>
        </div>
        <Refused problem={problem} />
        <DialogActs danger={danger ?? false} busy={busy} ready={reason.trim().length >= SHORTEST} close={close}>{action}</DialogActs>
      </form>
    </Dialog>
  );
}
