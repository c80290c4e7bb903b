// Every request of the console goes through here: the public API, in the session that the browser's cookie names.

import type { paths } from './schema';
import { acted, era, heard, loggedOut } from '../app/session';
import { t } from '../texts';

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
  ) {
    super(title);
  }
}

/** What was thrown, as a page tells it. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, 'broken', String(error));
}

/** An answer that came to an ended session. */
export const OF_ENDED = 'of_ended_session';
/** The header that other origins cannot set, and that the cookie counts only with. */
const OF_THE_CONSOLE = { 'Wardline-Browser': '1' };
/** Ends a session here: the page has nothing to show any more. */
const SIGNED_OUT = new Set(['unauthenticated', 'session_ended']);

/** Sends a request and gives the answer's body. */
export async function api<M extends Method, P extends PathsOf<M>>(
  method: M,
  template: P,
  asked: Asked<P, M> = {},
): Promise<Answer<P, M>> {
  const asker = era();
  const response = await send(method, template, asked as Asked<never, never>);
  if (response.status === 204 || response.status === 202) return undefined as Answer<P, M>;
  const text = await whole(response, asked.signal);
  ofSession(asker);
  return JSON.parse(text) as Answer<P, M>;
}

/** All of an answer as text. */
export async function whole(response: Response, signal?: AbortSignal): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'unreachable', t.common.cutOff);
  }
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
  if (asked.signal) init.signal = asked.signal;
  const asker = era();
  const sentAt = Date.now();
  let response: Response;
  try {
    response = await fetch(address(template, asked), init);
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    throw new Problem(0, 'unreachable', 'The server cannot be reached.');
  }
  const told = heard(response.headers.get('Date'), sentAt);
  if (!response.ok) throw await problem(response, asker);
  ofSession(asker);
  if (!asked.passive) acted(told);
  return response;
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

async function problem(response: Response, asker: number): Promise<Problem> {
  let said: { code?: string; title?: string; detail?: string; field?: string } = {};
  try {
    said = await response.json();
  } catch {
    // A proxy on the way may answer with something else.
  }
  const id = response.headers.get('X-Request-Id') ?? undefined;
  const code = said.code ?? `http_${response.status}`;
  if (SIGNED_OUT.has(code) && asker === era()) loggedOut('ended');
  return new Problem(response.status, code, said.title ?? `The server answered ${response.status}.`, said.detail, said.field, id);
}

/** A key for a request that must be done once, however often it is sent. */
export function onceKey(): string {
  return crypto.randomUUID();
}
