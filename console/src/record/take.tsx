// Takes a copy of a record away, on paper or as a file. The server asks the policy, and writes down who took it, why, and for
// whom.

import { useId, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { PatientRecord } from '../api/types';
import { emergencyHeaders } from '../app/emergency';
import { t } from '../texts';
import { Field } from '../ui/parts';
import { AskReason } from '../ui/reason';
import { useStanding } from '../ui/sending';
import { isAccounted, purposeHeaders, readsFor, releases, takesAsUsual } from './purpose';
import type { Chosen } from './purpose';
import { PurposeChoice } from './purpose-choice';

/** Characters of a recipient at most. */
const LONGEST_RECIPIENT = 200;
/** Two characters in one line at least, besides spaces around them: what the server takes. */
const RECIPIENT = String.raw`\s*[^\s\p{Cc}]\P{Cc}*[^\s\p{Cc}]\s*`;

export function Take({ id, types, close, printed }: { id: string; types: string[]; close: () => void; printed: (record: PatientRecord) => void }) {
  const [how, setHow] = useState<'print' | 'export'>('print');
  const [purpose, setPurpose] = useState(begins);
  const known = types.filter((type) => type !== 'census');
  // A copy for others holds what their request covers, and no more (45 CFR 164.502(b)): nothing is in it that nobody chose.
  const beginning = (purpose: Chosen) => (purpose === 'usual' ? known : []);
  const [chosen, choose] = useState(() => beginning(purpose));
  const [recipient, setRecipient] = useState('');
  const stands = useStanding();
  const choosePurpose = (next: Chosen) => {
    if ((next === 'usual') !== (purpose === 'usual')) choose(beginning(next));
    setPurpose(next);
  };
  const needsRecipient = purpose !== 'usual';
  return (
    <AskReason title={t.patients.take} text={t.patients.takeText} action={how === 'print' ? t.patients.print : t.patients.export} close={close} done={async (reason) => {
      const headers = { ...emergencyHeaders(), ...purposeHeaders(purpose) };
      const record = await api('post', '/v1/patients/{id}/take', { path: { id }, body: { how, reason, types: chosen, recipient: recipient.trim() || undefined }, headers });
      // Who closed the window meanwhile wants no copy any more.
      if (!stands()) return;
      if (how === 'print') return printed(record);
      save(record);
      close();
    }}>
      <div class="choices" role="radiogroup" aria-label={t.patients.how}>
        {(['print', 'export'] as const).map((one) => <label class="check" key={one}><input type="radio" name="how" checked={how === one} onChange={() => setHow(one)} /> {t.patients[one]}</label>)}
      </div>
      <PurposeChoice value={purpose} usual={!releases() || takesAsUsual()} onChange={choosePurpose} />
      <Types known={known} chosen={chosen} choose={choose} hint={purpose !== 'usual' ? t.patients.goesAlongHint : undefined} />
      <Field
        label={t.patients.recipient} hint={needsRecipient ? t.patients.recipientNeeded : t.patients.recipientHint} value={recipient} required={needsRecipient}
        pattern={RECIPIENT} title={t.patients.recipientForm} maxLength={LONGEST_RECIPIENT} autocomplete="off" onInput={(event) => setRecipient(event.currentTarget.value)}
      />
    </AskReason>
  );
}

/** What a copy is for before somebody says it: what it was read for, if that was said, and else nothing for those who release. */
function begins(): Chosen {
  const read = readsFor();
  if (isAccounted(read)) return read;
  return releases() ? '' : 'usual';
}

/** Which data types go along: one at least. */
function Types({ known, chosen, choose, hint }: { known: string[]; chosen: string[]; choose: (types: string[]) => void; hint: string | undefined }) {
  const hintId = useId();
  // The first one speaks for all, as no box has to be ticked by itself.
  const speak = (box: HTMLInputElement | null) => box?.setCustomValidity(chosen.length ? '' : t.patients.chooseType);
  return (
    <fieldset class="choices" aria-describedby={hint && hintId}>
      <legend>{t.patients.goesAlong}</legend>
      {known.map((type, at) => (
        <label class="check" key={type}>
          <input ref={at === 0 ? speak : undefined} type="checkbox" checked={chosen.includes(type)} onChange={(event) => choose(event.currentTarget.checked ? [...chosen, type] : chosen.filter((one) => one !== type))} /> {type.replaceAll('_', ' ')}
        </label>
      ))}
      {hint && <p class="hint" id={hintId}>{hint}</p>}
    </fieldset>
  );
}

/** Gives a record to the browser as a file. Its name says nothing of whom it is about. */
function save(record: PatientRecord) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(record, null, 2)], { type: 'application/json' }));
  link.download = 'record.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
