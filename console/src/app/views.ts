// Views that somebody keeps: addresses with filters, by person, in this browser. An address holds nothing of a patient, only
// the parameters that are named here are kept, and nobody types a name for a view: so no patient can get into one.

import { useLayoutEffect, useState } from 'preact/hooks';
import { session } from './session';

/** Pages whose filters can be kept, and which parameters of theirs. */
const KEPT: Record<string, string[]> = {
  '/messages': ['channel', 'type', 'state', 'from', 'until'],
  '/dead-letters': ['channel', 'destination', 'reason'],
  '/sessions': ['role', 'state'],
  '/audit': ['kind', 'outcome'],
  '/beds': ['unit', 'order', 'show'],
  '/break-glass': ['review'],
};
/** Views of one person, and characters of one address, at most. */
const MOST = 30;
const LONGEST = 300;
const KEY = 'wardline-views';

/** A view: the page, and its filters in the order in which they are named. */
export interface View {
  path: string;
  filters: [string, string][];
}

const listeners = new Set<() => void>();

/** What can be kept of an address; nothing when no filter is set. */
export function viewOf(path: string, query: URLSearchParams): View | undefined {
  const filters = (KEPT[path] ?? []).flatMap((name): [string, string][] => {
    const value = query.get(name);
    return value ? [[name, value]] : [];
  });
  const view = { path, filters };
  return filters.length && addressOf(view).length <= LONGEST ? view : undefined;
}

export function addressOf({ path, filters }: View): string {
  return `${path}?${new URLSearchParams(filters)}`;
}

function owner(): string | undefined {
  const state = session();
  return state.is === 'in' ? state.me.user : undefined;
}

/** Everybody's addresses. What somebody else wrote there is no reason to break. */
function stored(): Record<string, unknown> {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof all === 'object' && all !== null && !Array.isArray(all) ? (all as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function views(): View[] {
  const mine = stored()[owner() ?? ''];
  if (!Array.isArray(mine)) return [];
  return mine.slice(0, MOST).flatMap((address: unknown) => {
    if (typeof address !== 'string' || address.length > LONGEST) return [];
    const [path, query] = address.split('?');
    return viewOf(path ?? '', new URLSearchParams(query)) ?? [];
  });
}

function write(next: View[]): void {
  const id = owner();
  if (!id) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...stored(), [id]: next.map(addressOf) }));
  } catch {
    // A browser that keeps nothing has bookmarks: the address says it all.
  }
  for (const listener of listeners) listener();
}

export function keepView(view: View): void {
  const others = views().filter((one) => addressOf(one) !== addressOf(view));
  write([view, ...others].slice(0, MOST));
}

export function dropView(view: View): void {
  write(views().filter((one) => addressOf(one) !== addressOf(view)));
}

/** The views of a page. */
export function useViews(path: string): View[] {
  const [shown, show] = useState(() => views());
  useLayoutEffect(() => {
    const look = () => show(views());
    listeners.add(look);
    return () => void listeners.delete(look);
  }, []);
  return shown.filter((view) => view.path === path);
}
