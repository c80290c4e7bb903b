// Every request of the console goes through here: the public API, in the session that the browser's cookie names.

import type { paths } from './schema';
import { acted, acting, era, heard, loggedOut } from '../app/session';
import { t } from '../texts';
import { texts, Unanswered, within } from './patience';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Parameters<O, K extends string> = O extends { parameters: { [key in K]?: infer V } } ? V : never;
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : never;
type Success<R> = {
  [S in keyof R]: S extends 200 | 201 | 202 | 204 | 207
    ? R[S] extends { content: { 'application/json': infer B } } ? B : undefined
    : never;
}[keyof R];
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Success<R> : never;
type PathsOf<M extends Method> = { [P in keyof paths]: paths[P][M] extends undefined ? never : P }[keyof paths];

export interface Asked<P extends keyof paths, M extends Method> {
  path?: Parameters<Operation<P, M>, 'path'>;
  query?: Parameters<Operation<P, M>, 'query'>;
  body?: Body<Operation<P, M>>;
  /** Nothing that a person did: a timer or a stream asks. It does not keep the session alive. */
  passive?: boolean;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** How long the beginning of an answer is waited for, in milliseconds. */
  patienceMs?: number;
}

/** Whatever went wrong, as the API says it or as the network shows it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail?: string,
    readonly field?: string,
    readonly requestId?: string,
    /** Somebody wanted to change something by it. */
    readonly isOfAct = false,
  ) {
    super(title);
  }
}

/** What was thrown, as a page tells it. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, 'broken', t.common.unreadable);
}

/** An answer that came to an ended session. */
export const OF_ENDED = 'of_ended_session';
/** The header that other origins cannot set, and that the cookie counts only with. */
const OF_THE_CONSOLE = { 'Wardline-Browser': '1' };
/** Ends a session here: the page has nothing to show any more. */
const SIGNED_OUT = new Set(['unauthenticated', 'session_ended']);
/** The server, or a proxy before it, gave up what may be done nevertheless. */
const UNFINISHED = new Set(['timed_out', 'http_502', 'http_504']);

/** Sends a request and gives the answer's body. */
export async function api<M extends Method, P extends PathsOf<M>>(
  method: M,
  template: P,
  asked: Asked<P, M> = {},
): Promise<Answer<P, M>> {
  const asker = era();
  const response = await send(method, template, asked as Asked<never, never>);
  if (response.status === 204 || response.status === 202) return undefined as Answer<P, M>;
  const unsure = unsureOf(method, template, asked);
  const text = await whole(response, { signal: asked.signal, unsure });
  ofSession(asker);
  try {
    return JSON.parse(text) as Answer<P, M>;
  } catch {
    // Something on the way answered. What it said is not shown: it may be anything.
    throw silence('unreadable', t.common.unreadable, unsure);
  }
}

/** All of an answer as text. `told` gets what is there so far each time that there is more, `unsure` is what to say of what
 * may have been done when it is cut off. */
export async function whole(
  response: Response,
  { signal, unsure, told }: { signal?: AbortSignal | undefined; unsure?: string | undefined; told?: (text: string) => void } = {},
): Promise<string> {
  let text = '';
  try {
    for await (const more of texts(response)) {
      text += more;
      told?.(text);
    }
    return text;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw silence('unreachable', t.common.cutOff, unsure);
  }
}

/** What is no GET and changes nothing. */
const READS = /\/(search|count|compare|report|verify)$/;

/** What to say of a request whose answer nobody heard, when a person wanted to change something by it: whether it was done is
 * not known here, and what to do next depends on what the server makes of a second one. */
function unsureOf(method: Method, template: string, { passive, headers = {} }: { passive?: boolean; headers?: Record<string, string> }): string | undefined {
  if (method === 'get' || passive || READS.test(template)) return undefined;
  if (headers['Idempotency-Key']) return t.common.unsureOnce;
  return headers['If-Match'] ? t.common.unsureCompared : t.common.unsure;
}

/** No answer, or none that can be read. */
function silence(code: string, title: string, unsure: string | undefined): Problem {
  return new Problem(0, code, title, unsure, undefined, undefined, unsure !== undefined);
}

/** Refuses what an ended session had asked for: whoever is signed in by now may be somebody else. */
function ofSession(asker: number): void {
  if (asker !== era()) throw new Problem(0, OF_ENDED, t.common.ofEnded);
}

/** Sends a request and gives the answer as it begins, for what is no JSON. */
export async function send(method: Method, template: string, asked: Asked<never, never>): Promise<Response> {
  const headers: Record<string, string> = { ...OF_THE_CONSOLE, ...asked.headers };
  if (asked.passive) headers['Wardline-Passive'] = '1';
  if (asked.body !== undefined) headers['Content-Type'] = 'application/json';
  const init: RequestInit = { method: method.toUpperCase(), headers, credentials: 'same-origin', cache: 'no-store' };
  if (asked.body !== undefined) init.body = JSON.stringify(asked.body);
  const asker = era();
  const unsure = unsureOf(method, template, asked);
  const done = unsure ? acting() : undefined;
  // Whoever waits no longer asks no longer: what is late is heard by nobody.
  const stop = new AbortController();
  asked.signal?.addEventListener('abort', () => stop.abort());
  if (asked.signal?.aborted) stop.abort();
  init.signal = stop.signal;
  const sentAt = Date.now();
  const isOffline = !navigator.onLine;
  try {
    const response = await within(fetch(address(template, asked), init), asked.patienceMs);
    const told = heard(response.headers.get('Date'), sentAt);
    if (!response.ok) throw await problem(response, asker, unsure);
    ofSession(asker);
    if (!asked.passive) acted(told);
    return response;
  } catch (error) {
    if (error instanceof Problem || asked.signal?.aborted) throw error;
    stop.abort();
    throw silence('unreachable', isOffline ? t.common.offline : error instanceof Unanswered ? t.common.unanswered : t.common.unreachable, unsure);
  } finally {
    done?.();
  }
}

function address(template: string, asked: { path?: unknown; query?: unknown }): string {
  const parts = (asked.path ?? {}) as Record<string, string | number>;
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts[name] ?? '')));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((asked.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

async function problem(response: Response, asker: number, unsure: string | undefined): Promise<Problem> {
  let said: { code?: string; title?: string; detail?: string; field?: string } = {};
  try {
    said = await within(response.json());
  } catch {
    // A proxy on the way may answer with something else.
  }
  const id = response.headers.get('X-Request-Id') ?? undefined;
  const code = said.code ?? `http_${response.status}`;
  if (SIGNED_OUT.has(code) && asker === era()) loggedOut('ended');
  const detail = said.detail ?? (UNFINISHED.has(code) ? unsure : undefined);
  return new Problem(response.status, code, said.title ?? t.common.answered(response.status), detail, said.field, id, unsure !== undefined);
}

/** A key for a request that must be done once, however often it is sent. */
export function onceKey(): string {
  return crypto.randomUUID();
}
