// What a page asks for and shows: loading, there, failed, and how old.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from './client';

export interface Asked<T> {
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  /** When the data came, in milliseconds since 1970. */
  at: number | undefined;
  /** Asks again; `passive` when no person asked for it. */
  again: (passive?: boolean) => void;
}

/** Asks when the page opens, whenever `key` changes, and every `everyMs` as a program does. */
export function useAsked<T>(
  ask: (passive: boolean, signal: AbortSignal) => Promise<T>,
  key: unknown[],
  everyMs?: number,
): Asked<T> {
  const [shown, show] = useState<Omit<Asked<T>, 'again'>>({ data: undefined, problem: undefined, loading: true, at: undefined });
  const asking = useRef(ask);
  asking.current = ask;
  const current = useRef<AbortController | undefined>(undefined);
  const again = useCallback((passive = false) => {
    current.current?.abort();
    const attempt = new AbortController();
    current.current = attempt;
    show((before) => ({ ...before, loading: true }));
    asking.current(passive, attempt.signal).then(
      (data) => {
        if (!attempt.signal.aborted) show({ data, problem: undefined, loading: false, at: Date.now() });
      },
      (error: unknown) => {
        if (attempt.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem(0, 'broken', 'The page could not read the answer.');
        show((before) => ({ ...before, problem, loading: false }));
      },
    );
  }, []);
  useEffect(() => {
    show({ data: undefined, problem: undefined, loading: true, at: undefined });
    again();
    return () => current.current?.abort();
  }, key);
  useEffect(() => {
    if (!everyMs) return;
    const timer = setInterval(() => {
      if (!document.hidden) again(true);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return { ...shown, again };
}
