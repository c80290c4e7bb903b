// What a page shows while it waits, when there is nothing, when it failed, and when what it shows is old.

import type { ComponentChildren } from 'preact';
import type { Asked } from '../api/use';
import type { Problem } from '../api/client';
import { t } from '../texts';
import { Ago, useNow } from './time';
import { serverNow } from '../app/session';

/** A page's data in whatever state it is. `lateMs`: older than this it is told to be stale. */
export function Shown<T>({ asked, lateMs, children, rows = 6 }: {
  asked: Asked<T>;
  lateMs?: number;
  rows?: number;
  children: (data: T) => ComponentChildren;
}) {
  const { data, problem, at } = asked;
  if (data === undefined && problem) return <Failed problem={problem} again={() => asked.again()} />;
  if (data === undefined) return <Loading rows={rows} />;
  return (
    <>
      {problem && <StillShown problem={problem} at={at} again={() => asked.again()} />}
      {!problem && lateMs && at ? <Late at={at} afterMs={lateMs} /> : null}
      {children(data)}
    </>
  );
}

export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <div class="loading" role="status" aria-label={t.common.loading}>
      {Array.from({ length: rows }, (_, at) => <div key={at} class="bone" />)}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

export function Failed({ problem, again }: { problem: Problem; again?: () => void }) {
  return (
    <div class="failed" role="alert">
      <p class="failed-title">{problem.title}</p>
      {problem.detail && <p>{problem.detail}</p>}
      <p class="faint">
        {problem.status ? t.common.problemCode(problem.code, problem.requestId) : t.common.unreachableHint}
      </p>
      {again && <button type="button" class="button" onClick={again}>{t.common.tryAgain}</button>}
    </div>
  );
}

/** What a form answers with when it was refused. */
export function Refused({ problem }: { problem: Problem | undefined }) {
  return (
    <div role="alert" class={problem ? 'refused' : undefined}>
      {problem && (
        <>
          <strong>{problem.title}</strong>
          {problem.detail && <> {problem.field ? `${problem.field}: ` : ''}{problem.detail}</>}
        </>
      )}
    </div>
  );
}

function StillShown({ problem, at, again }: { problem: Problem; at: number | undefined; again: () => void }) {
  return (
    <div class="stale-notice" role="alert">
      <strong>{t.common.staleTitle}</strong>
      <span>{problem.title} {at ? <>{t.common.shownFrom} <Ago at={at + (serverNow() - Date.now())} />.</> : null}</span>
      <button type="button" class="button small" onClick={again}>{t.common.tryAgain}</button>
    </div>
  );
}

function Late({ at, afterMs }: { at: number; afterMs: number }) {
  useNow();
  const age = Date.now() - at;
  if (age < afterMs) return null;
  return (
    <div class="stale-notice" role="alert">
      <strong>{t.common.staleTitle}</strong>
      <span>{t.common.shownFrom} <Ago at={at + (serverNow() - Date.now())} />.</span>
    </div>
  );
}
