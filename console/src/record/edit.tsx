// Changing a record: the fields of the data types that the policy lets one write. Who else was faster is shown beside what
// was typed, and nothing that was typed is lost.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, Problem } from '../api/client';
import type { PatientRecord } from '../api/types';
import { draftOf, keepDraft } from './drafts';
import type { Draft } from './drafts';
import { FIELDS, beginning, changeOf, changes, clashOf, upon } from './change';
import type { Clash, Fields } from './change';
import { t } from '../texts';
import { ActButton } from '../ui/acts';
import { Table } from '../ui/parts';
import { Any } from '../ui/record-bits';
import { useSending } from '../ui/sending';
import { Refused } from '../ui/states';
import { ValueEdit } from './value';

/** The record, with what its reader may write. */
export function readRecord(id: string, asked: { passive?: boolean; signal?: AbortSignal; version?: string | undefined; headers?: Record<string, string> }): Promise<PatientRecord> {
  const { version, ...rest } = asked;
  return api('get', '/v1/patients/{id}', { path: { id }, query: (version ? { version } : { writable: true }) as never, ...rest });
}

export function canChange(record: PatientRecord): boolean {
  return !record.merged_into && (record.writable ?? []).length > 0;
}

export function RecordEdit({ id, record, close, saved }: { id: string; record: PatientRecord; close: () => void; saved: (version: number) => void }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(id) ?? { base: record, wanted: {}, note: '' });
  const [clash, setClash] = useState<Clash>();
  const { busy, problem, send } = useSending();
  // What is typed while the server answers counts too.
  const latest = useRef(draft);
  latest.current = draft;
  const [part, setPart] = useState<number>();
  const count = changes(draft);
  useEffect(() => keepDraft(id, count ? draft : undefined), [draft]);
  useEffect(() => {
    // Leaving the console altogether would lose it; the browser asks.
    if (!count) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [count > 0]);
  const writable = draft.base.writable ?? [];
  const want = (field: string, value: unknown) => setDraft((before) => ({ ...before, wanted: { ...before.wanted, [field]: value } }));
  const leave = (field: string) => setDraft((before) => {
    const { [field]: _, ...wanted } = before.wanted;
    return { ...before, wanted };
  });
  const end = () => {
    keepDraft(id, undefined);
    close();
  };
  const done = (version: number) => {
    keepDraft(id, undefined);
    saved(version);
  };
  /** Goes on upon the record as it is now, with what is not in it yet. Whether there is any. */
  const goOn = async (): Promise<boolean> => {
    const now = await readRecord(id, {});
    const next = upon(latest.current, now);
    if (changes(next) === 0) {
      done(now.version);
      return false;
    }
    setClash(clashOf(latest.current, now));
    setDraft(next);
    return true;
  };
  const save = () => send(async () => {
    const sent = draft;
    const { set, remove } = changeOf(sent);
    const notes = sent.note.trim() ? [{ value: sent.note.trim() }] : [];
    setPart(undefined);
    try {
      const written = await api('patch', '/v1/patients/{id}', { path: { id }, body: { set, remove, notes } as never, headers: { 'If-Match': `"${sent.base.version}"` } });
      if (latest.current === sent) return done(written.version);
      if (await goOn()) {
        setClash(undefined);
        setPart(written.version);
      }
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      await goOn();
    }
  });
  return (
    <form class="panel record-edit" aria-label={t.change.title} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <h2>{t.change.title}</h2>
      <p class="hint">{t.change.text}</p>
      {part !== undefined && <p class="told" role="status">{t.change.savedPart(part)}</p>}
      {clash && <Overtaken clash={clash} draft={draft} take={leave} />}
      {Object.entries(FIELDS).filter(([type]) => writable.includes(type)).map(([type, fields]) => (
        <div key={type} class="section">
          <h3>{t.patients.types[type] ?? type}</h3>
          {fields.map((field) => <FieldEdit key={field} field={field} draft={draft} want={want} leave={leave} />)}
        </div>
      ))}
      {writable.includes('notes') && (
        <div class="field">
          <label for="new-note">{t.change.note}</label>
          <textarea id="new-note" value={draft.note} onInput={(event) => { const note = event.currentTarget.value; setDraft((before) => ({ ...before, note })); }} />
        </div>
      )}
      <Refused problem={problem} />
      <div class="dialog-actions">
        <p class="faint" role="status">{t.change.count(count)}</p>
        <button type="button" class="button" onClick={end}>{count ? t.change.throwAway : t.common.cancel}</button>
        <ActButton type="submit" class="button primary" busy={busy} ready={count > 0}>{clash ? t.change.saveOver(draft.base.version) : t.common.save}</ActButton>
      </div>
    </form>
  );
}

function FieldEdit({ field, draft, want, leave }: { field: string; draft: Draft; want: (field: string, value: unknown) => void; leave: (field: string) => void }) {
  const label = t.patients.fields[field] ?? field;
  const now = (draft.base.fields as Fields)[field];
  const isWanted = field in draft.wanted;
  const value = isWanted ? draft.wanted[field] : now;
  return (
    <div class={isWanted ? 'field-edit changed' : 'field-edit'}>
      {value === undefined
        ? <p><strong>{label}</strong> <span class="faint">{isWanted ? t.change.goes : t.change.absent}</span></p>
        : <ValueEdit label={label} value={value} more={Array.isArray(value) ? (beginning(field) as unknown[])[0] : undefined} change={(next) => want(field, next)} />}
      <p class="field-acts">
        {value === undefined && <button type="button" class="button small" aria-label={t.change.addOf(label)} onClick={() => want(field, now ?? beginning(field))}>{t.change.add}</button>}
        {value !== undefined && now !== undefined && <button type="button" class="button small" aria-label={t.change.removeOf(label)} onClick={() => want(field, undefined)}>{t.change.remove}</button>}
        {isWanted && <button type="button" class="button small" aria-label={t.change.backOf(label)} onClick={() => leave(field)}>{t.change.back}</button>}
      </p>
    </div>
  );
}

/** Somebody else was faster: what they changed, and where both changed the same. */
function Overtaken({ clash, draft, take }: { clash: Clash; draft: Draft; take: (field: string) => void }) {
  const [was, now] = [clash.was.fields as Fields, clash.now.fields as Fields];
  const open = clash.both.filter((field) => field in draft.wanted);
  const name = (field: string) => t.patients.fields[field] ?? field;
  return (
    <div class="clash" role="alert">
      <p><strong>{t.change.clash(clash.now.version)}</strong> {t.change.clashText}</p>
      {clash.theirs.length > 0 && <p>{t.change.theirs(clash.theirs.map(name).join(', '))}</p>}
      {open.length > 0 && (
        <Table label={t.change.both} head={[t.change.field, t.change.was, t.change.now, t.change.mine, '']}>
          {open.map((field) => (
            <tr key={field}>
              <th scope="row">{name(field)}</th>
              <td><Any value={was[field]} /></td>
              <td><Any value={now[field]} /></td>
              <td><Any value={draft.wanted[field]} /></td>
              <td><button type="button" class="button small" aria-label={t.change.takeOf(name(field))} onClick={() => take(field)}>{t.change.take}</button></td>
            </tr>
          ))}
        </Table>
      )}
    </div>
  );
}
