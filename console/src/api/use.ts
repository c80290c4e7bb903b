// What a page asks for and shows: loading, there, failed, and how old.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from './client';
import type { Problem } from './client';

export interface Asked<T> {
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  /** When the data came, in milliseconds since 1970. */
  at: number | undefined;
  /** Asks again; `passive` when no person asked for it. */
  again: (passive?: boolean) => void;
}

/** What came, and what it is an answer to. */
type Come<T> = Omit<Asked<T>, 'again'> & { of: string };

/** What is shown to nobody who is told one of these: the right to see it, or the thing itself, is gone. */
const GONE = new Set([403, 404, 410]);

/** Asks when the page opens, whenever `key` changes, and every `everyMs` as a program does. A program waits for the answer
 * to what it asked before: an answer that takes longer than `everyMs` is shown nevertheless. */
export function useAsked<T>(
  ask: (passive: boolean, signal: AbortSignal) => Promise<T>,
  key: unknown[],
  everyMs?: number,
): Asked<T> {
  const of = JSON.stringify(key);
  const nothing = { data: undefined, problem: undefined, loading: true, at: undefined };
  const [come, show] = useState<Come<T>>({ ...nothing, of });
  const asking = useRef(ask);
  asking.current = ask;
  const current = useRef<{ stop: AbortController; more: boolean } | undefined>(undefined);
  const begin = useCallback((passive: boolean, of: string) => {
    current.current?.stop.abort();
    const attempt = { stop: new AbortController(), more: false };
    current.current = attempt;
    const { signal } = attempt.stop;
    const ended = (change: (before: Come<T>) => Come<T>) => {
      if (signal.aborted) return;
      current.current = undefined;
      show(change);
      if (attempt.more) begin(true, of);
    };
    show((before) => (before.of === of ? { ...before, loading: true } : { ...nothing, of }));
    asking.current(passive, signal).then(
      (data) => ended(() => ({ data, problem: undefined, loading: false, at: Date.now(), of })),
      (error: unknown) => {
        const problem = asProblem(error);
        ended((before) => ({ ...(GONE.has(problem.status) ? { ...nothing, of } : before), problem, loading: false }));
      },
    );
  }, []);
  const latest = useRef(of);
  latest.current = of;
  const again = useCallback((passive = false) => {
    // What changed after it was asked may not be in an answer that is on its way.
    if (passive && current.current) current.current.more = true;
    else begin(passive, latest.current);
  }, []);
  useEffect(() => {
    begin(false, of);
    return () => {
      current.current?.stop.abort();
      current.current = undefined;
    };
  }, [of]);
  useEffect(() => {
    if (!everyMs) return;
    const timer = setInterval(() => {
      if (!document.hidden && !current.current) begin(true, latest.current);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  // Until its own answer is there, nothing is shown: never that to another question.
  const { of: _, ...shown } = come.of === of ? come : { ...nothing, of };
  return { ...shown, again };
}
