// What a person sends, however slow the answer: one at a time, once, and never shown to somebody who has gone on.

import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asProblem, onceKey, Problem } from '../api/client';

/** Sends one thing at a time and keeps what was refused. */
export function useSending(): { busy: boolean; problem: Problem | undefined; send: (work: () => Promise<void>) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isUnderWay = useRef(false);
  const send = useCallback(async (work: () => Promise<void>) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    }
    isUnderWay.current = false;
    setBusy(false);
  }, []);
  return { busy, problem, send };
}

/** Whether this part is still on the page, for an answer that comes when somebody may have closed it. */
export function useStanding(): () => boolean {
  const stands = useRef(false);
  useLayoutEffect(() => {
    stands.current = true;
    return () => void (stands.current = false);
  }, []);
  return useCallback(() => stands.current, []);
}

/** What is refused because the try before is being worked on, or was done. */
const DONE_OR_UNDER_WAY = new Set(['idempotency_key_busy', 'idempotency_answer_not_kept']);

/** Gives what is to be done once a key, and the same to each try of it while nobody knows whether it was done. What was
 * refused was not done, and something else is another thing. */
export function useOnce(): <T>(what: unknown, send: (headers: { 'Idempotency-Key': string }) => Promise<T>) => Promise<T> {
  const tried = useRef<{ what: string; key: string } | undefined>(undefined);
  return useCallback(async (what, send) => {
    const text = JSON.stringify(what);
    if (tried.current?.what !== text) tried.current = { what: text, key: onceKey() };
    try {
      return await send({ 'Idempotency-Key': tried.current.key });
    } catch (error) {
      if (error instanceof Problem && error.status >= 400 && error.status < 500 && !DONE_OR_UNDER_WAY.has(error.code)) tried.current = undefined;
      throw error;
    }
  }, []);
}
