// What a person sends, however slow the answer: one at a time, once, and never shown to somebody who has gone on.

import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asProblem, onceKey, Problem } from '../api/client';
import { tellLate } from '../app/late';
import { era, serverNow } from '../app/session';

/** Sends one thing at a time and keeps what was refused. Whoever has gone on by then is told where they are. */
export function useSending(): { busy: boolean; problem: Problem | undefined; send: (work: () => Promise<void>) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isUnderWay = useRef(false);
  const stands = useStanding();
  const send = useCallback(async (work: () => Promise<void>) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setBusy(true);
    setProblem(undefined);
    const [asker, from] = [era(), location.pathname + location.search];
    try {
      await work();
    } catch (error) {
      const problem = asProblem(error);
      if (stands()) setProblem(problem);
      else if (problem.isOfAct && asker === era()) tellLate({ problem, from });
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
 * refused was not done, and something else is another thing. `since` is when it was tried first, in milliseconds since 1970 by
 * the server's clock: a try that says another time is another request. */
export function useOnce(): <T>(what: unknown, send: (headers: { 'Idempotency-Key': string }, since: number) => Promise<T>) => Promise<T> {
  const tried = useRef<{ what: string; key: string; since: number } | undefined>(undefined);
  return useCallback(async (what, send) => {
    const text = JSON.stringify(what);
    if (tried.current?.what !== text) tried.current = { what: text, key: onceKey(), since: serverNow() };
    const { key, since } = tried.current;
    try {
      const done = await send({ 'Idempotency-Key': key }, since);
      tried.current = undefined;
      return done;
    } catch (error) {
      if (isRefusal(error)) tried.current = undefined;
      throw error;
    }
  }, []);
}

/** Whether it is known that what was asked for was not done. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Problem && error.status >= 400 && error.status < 500 && !DONE_OR_UNDER_WAY.has(error.code);
}
