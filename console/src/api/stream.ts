// Server-sent events read with `fetch`, since an EventSource can send no headers: resumed where they stopped, and
// watched for silence. Reading a stream is nothing that a person does, so it never keeps a session alive.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem, send } from './client';
import { texts } from './patience';

export interface Happening {
  id: string;
  type: string;
  data: string;
}

export type LiveState = 'connecting' | 'live' | 'lost' | 'paused' | 'refused';

/** Servers send something at least every 15 s. What is not answered at all is given up earlier than what is silent. */
const ANSWER_MS = 15_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Reads a stream until told to stop. `told` gets what happened in order, several at once when they come together; `state`
 * gets why, when it is lost or refused. */
export function listen(
  template: string,
  query: Record<string, string | undefined>,
  told: (happenings: Happening[]) => void,
  state: (state: LiveState, why?: Problem) => void,
): () => void {
  const stop = new AbortController();
  void run(template, query, told, state, stop.signal);
  return () => stop.abort();
}

async function run(
  template: string,
  query: Record<string, string | undefined>,
  told: (happenings: Happening[]) => void,
  state: (state: LiveState, why?: Problem) => void,
  stopped: AbortSignal,
): Promise<void> {
  let last = '';
  let pause = FIRST_PAUSE_MS;
  // What was lost stays lost until it is there again: what is shown meanwhile is old, however long it takes.
  state('connecting');
  while (!stopped.aborted) {
    let why: Problem | undefined;
    const attempt = new AbortController();
    const give = () => attempt.abort();
    stopped.addEventListener('abort', give);
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (last) headers['Last-Event-ID'] = last;
      const response = await send('get', template, { query, headers, passive: true, patienceMs: ANSWER_MS, signal: attempt.signal } as never);
      state('live');
      pause = FIRST_PAUSE_MS;
      await read(response, (happenings) => {
        if (stopped.aborted) return;
        last = happenings.at(-1)?.id || last;
        told(happenings);
      });
    } catch (error) {
      if (stopped.aborted) return;
      if (error instanceof Problem && (error.status === 401 || error.status === 403 || error.status === 404)) {
        state('refused', error);
        return;
      }
      if (error instanceof Problem) why = error;
    } finally {
      stopped.removeEventListener('abort', give);
    }
    if (stopped.aborted) return;
    state('lost', why);
    await rest(pause + Math.random() * pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** Waits before the next try, and no longer than until the network is there again. */
function rest(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
  });
}

async function read(response: Response, told: (happenings: Happening[]) => void): Promise<void> {
  let text = '';
  for await (const more of texts(response)) {
    text += more.replaceAll('\r\n', '\n');
    const end = text.lastIndexOf('\n\n');
    if (end < 0) continue;
    const whole = text.slice(0, end);
    text = text.slice(end + 2);
    const happenings = whole.split('\n\n').flatMap(parse);
    if (happenings.length) told(happenings);
  }
}

function parse(block: string): Happening[] {
  const happening: Happening = { id: '', type: 'message', data: '' };
  let holds = false;
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    if (at <= 0) continue;
    const value = line.slice(at + 1).replace(/^ /, '');
    const field = line.slice(0, at);
    if (field === 'id') happening.id = value;
    else if (field === 'event') happening.type = value;
    else if (field === 'data') {
      happening.data += happening.data ? `\n${value}` : value;
      holds = true;
    }
  }
  return holds ? [happening] : [];
}

/** A stream for as long as a page shows it. While paused nothing is read; going on resumes where it stopped. */
export function useStream(
  template: string | null,
  query: Record<string, string | undefined>,
  told: (happenings: Happening[]) => void,
): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const teller = useRef(told);
  teller.current = told;
  const key = JSON.stringify(query);
  useEffect(() => {
    if (!template) return;
    return listen(template, query, (happenings) => teller.current(happenings), setState);
  }, [template, key]);
  return template ? state : 'paused';
}
