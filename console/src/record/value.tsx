// A value of a record as a form: texts, numbers, yes or no, lists that grow and shrink, and parts by name.

import { useId, useRef } from 'preact/hooks';
import { blank } from './change';
import { t } from '../texts';

/** Beyond so many characters a text gets more than one line. */
const ONE_LINE = 80;

interface Props {
  label: string;
  value: unknown;
  /** What one more begins with, where a list is empty. */
  more?: unknown;
  change: (value: unknown) => void;
}

export function ValueEdit({ label, value, more, change }: Props) {
  if (Array.isArray(value)) return <ListEdit label={label} value={value} more={more} change={change} />;
  if (typeof value === 'object' && value !== null) return <PartsEdit label={label} value={value as Record<string, unknown>} change={change} />;
  if (typeof value === 'boolean') return <label class="check"><input type="checkbox" checked={value} onChange={(event) => change(event.currentTarget.checked)} /> {label}</label>;
  return <TextEdit label={label} value={value} change={change} />;
}

function TextEdit({ label, value, change }: Props) {
  const id = useId();
  const mine = useRef<{ text: string; value: unknown } | undefined>(undefined);
  // What somebody types is shown as it is typed: on the way to 7.5 there is `7.`, which is the number 7.
  const isMine = mine.current !== undefined && Object.is(mine.current.value, value);
  const text = isMine ? mine.current!.text : value === null || value === undefined ? '' : String(value);
  const isNumber = useRef(false);
  const isLong = useRef(false);
  if (!isMine) {
    isNumber.current = typeof value === 'number';
    isLong.current = text.length > ONE_LINE || text.includes('\n');
  }
  const typed = (next: string) => {
    // A number stays one as long as what is typed is one.
    const number = isNumber.current && next.trim() !== '' ? Number(next) : NaN;
    mine.current = { text: next, value: Number.isFinite(number) ? number : next };
    change(mine.current.value);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isLong.current
        ? <textarea id={id} value={text} onInput={(event) => typed(event.currentTarget.value)} />
        : <input id={id} value={text} onInput={(event) => typed(event.currentTarget.value)} autocomplete="off" />}
    </div>
  );
}

function ListEdit({ label, value, more, change }: Props & { value: unknown[] }) {
  const put = (at: number, part: unknown) => change(value.map((before, index) => (index === at ? part : before)));
  return (
    <fieldset class="value-parts">
      <legend>{label}</legend>
      {value.length === 0 && <p class="hint">{t.change.none}</p>}
      {value.map((part, at) => (
        <div class="value-item" key={at}>
          <ValueEdit label={t.change.nth(label, at + 1)} value={part} change={(next) => put(at, next)} />
          <button type="button" class="button small" aria-label={t.change.dropNth(label, at + 1)} onClick={() => change(value.filter((_, index) => index !== at))}>{t.change.drop}</button>
        </div>
      ))}
      <button type="button" class="button small" aria-label={t.change.moreOf(label)} onClick={() => change([...value, blank(value[0] ?? more ?? '')])}>{t.change.more}</button>
    </fieldset>
  );
}

function PartsEdit({ label, value, change }: Props & { value: Record<string, unknown> }) {
  return (
    <fieldset class="value-parts">
      <legend>{label}</legend>
      {Object.entries(value).map(([name, part]) => <ValueEdit key={name} label={t.change.parts[name] ?? name.replaceAll('_', ' ')} value={part} change={(next) => change({ ...value, [name]: next })} />)}
    </fieldset>
  );
}
