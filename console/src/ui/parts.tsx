// Small parts that every page is made of.

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { isWaiting } from '../app/router';
import { t } from '../texts';
import { isTyping } from './typing';

/** A page: its heading gets the focus when one comes to it, so that a screen reader says where one is. `tab` is what the
 * browser is told instead of a title that names a patient: it keeps titles in its history, for whoever uses it next. */
export function Page({ title, tab = title, lead, actions, wide, children }: {
  title: string;
  tab?: string;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab} · Wardline`;
  }, [tab]);
  useLayoutEffect(() => {
    // A page may come late: whoever types by then, as in the search, or went elsewhere by keys, goes on.
    if (isWaiting() && !isTyping(document.activeElement)) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class={wide ? 'page wide' : 'page'}>
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export type Tone = 'plain' | 'good' | 'notice' | 'warning' | 'bad' | 'stale';

export function Badge({ tone = 'plain', children, title }: { tone?: Tone; children: ComponentChildren; title?: string }) {
  return <span class={`badge ${tone}`} title={title}>{children}</span>;
}

export function Section({ title, aside, children }: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head"><h2 id={id}>{title}</h2>{aside}</div>
      {children}
    </section>
  );
}

/** Names and what they are. */
export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {of.filter(([, what]) => what !== undefined && what !== null && what !== '').map(([name, what]) => (
        <div key={name}><dt>{name}</dt><dd>{what}</dd></div>
      ))}
    </dl>
  );
}

/** A table that scrolls sideways by itself on a narrow screen, and can be scrolled by keyboard. */
export function Table({ label, head, children }: { label: string; head: (string | [string, 'number'])[]; children: ComponentChildren }) {
  return (
    <div class="table-frame" role="group" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>{head.map((name, at) => typeof name === 'string'
            ? <th key={at} scope="col">{name || <span class="hidden">{t.common.actions}</span>}</th>
            : <th key={at} scope="col" class="number">{name[0]}</th>)}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

type InputProps = JSX.IntrinsicElements['input'] & { label: string; hint?: string };

export function Field({ label, hint, ...input }: InputProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...input} id={id} aria-describedby={hint ? `${id}-hint` : undefined} />
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

/** Where it is `required`, the empty value is none. */
export function Choice({ label, value, required, options, onChange }: {
  label: string;
  value: string;
  required?: boolean;
  options: [string, string][];
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} required={required} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </div>
  );
}

/** A window over the page. It closes with Escape, and the focus goes back to where it was. */
export function Dialog({ title, close, alert, children }: {
  title: string;
  close: () => void;
  alert?: boolean;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    const window = dialog.current!;
    window.showModal();
    return () => {
      // As long as it is open, nothing else takes the focus.
      window.close();
      const back = before?.isConnected ? before : document.querySelector('main h1');
      if (back instanceof HTMLElement) back.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      role={alert ? 'alertdialog' : undefined}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      // A browser closes a window that it did not see anybody touch without asking.
      onClose={(event) => {
        if (event.currentTarget.isConnected) close();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** Goes on to the next page of a listing. */
export function More({ next, go, first }: { next: string | null | undefined; go: (cursor: string) => void; first?: () => void }) {
  if (!next && !first) return null;
  return (
    <div class="pager">
      {first && <button type="button" class="button" onClick={first}>{t.common.firstPage}</button>}
      {next && <button type="button" class="button" onClick={() => go(next)}>{t.common.nextPage}</button>}
    </div>
  );
}

/** A number with thin spaces between thousands. */
export function count(n: number | null | undefined): string {
  return n === null || n === undefined ? t.common.none : n.toLocaleString('en').replaceAll(',', ' ');
}

/** How a value went, as a line: its last points, no axes. What it says is said in words beside it. */
export function Spark({ points, label, fromZero }: { points: number[]; label: string; fromZero?: boolean }) {
  if (points.length < 2) return <svg class="spark" viewBox="0 0 100 24" aria-hidden="true" />;
  const low = fromZero ? 0 : Math.min(...points);
  const range = Math.max(...points) - low || 1;
  const step = 96 / (points.length - 1);
  const line = points.map((value, at) => `${(2 + at * step).toFixed(1)},${(21 - ((value - low) / range) * 18).toFixed(1)}`);
  const [x, y] = line.at(-1)!.split(',');
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={line.join(' ')} />
      <circle cx={x} cy={y} r="1.8" />
    </svg>
  );
}
