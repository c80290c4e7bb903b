// Addresses and pages. Nothing that names a patient ever stands in an address.

import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

export interface Place {
  path: string;
  query: URLSearchParams;
}

const listeners = new Set<(place: Place) => void>();

export function here(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** Goes to an address of the console. `replace` changes what is asked of the page that is there. */
export function go(to: string, replace = false): void {
  if (to === location.pathname + location.search) return;
  // A filter that is left half typed takes effect as its page goes: it is of that page alone.
  if (replace && to.split('?')[0] !== location.pathname) return;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  moved();
  if (!replace) scrollTo(0, 0);
}

/** What had the focus when somebody went to where they are. */
let leftFrom: Element | null = null;

/** Whether nobody has taken the focus elsewhere since. */
export function isWaiting(): boolean {
  const now = document.activeElement;
  return now === null || now === document.body || now === leftFrom;
}

function moved() {
  leftFrom = document.activeElement;
  const place = here();
  for (const listener of listeners) listener(place);
}

addEventListener('popstate', moved);

export function usePlace(): Place {
  const [place, set] = useState(here);
  useLayoutEffect(() => {
    listeners.add(set);
    return () => void listeners.delete(set);
  }, []);
  return place;
}

/** An address with changed parts of its query; what is empty is left out. */
export function withQuery(place: Place, changes: Record<string, string | undefined>): string {
  const query = new URLSearchParams(place.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  return text ? `${place.path}?${text}` : place.path;
}

interface Anchor {
  to: string;
  children?: ComponentChildren;
  class?: string;
  onClick?: (event: TargetedMouseEvent<HTMLAnchorElement>) => void;
  'aria-current'?: 'page' | undefined;
  'aria-label'?: string | undefined;
  'data-row'?: boolean;
}

export function Link({ to, onClick, ...rest }: Anchor) {
  return (
    <a
      {...rest}
      href={to}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    />
  );
}
