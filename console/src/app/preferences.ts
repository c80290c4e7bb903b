// What somebody prefers of the console's looks. It is kept in the browser; nothing of a patient or a session ever is.

import { useLayoutEffect, useState } from 'preact/hooks';

export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  density: 'desk' | 'wall';
  shortcuts: boolean;
}

const KEY = 'wardline-preferences';
const USUAL: Preferences = { theme: 'system', density: 'desk', shortcuts: true };
const listeners = new Set<(preferences: Preferences) => void>();
let kept: Preferences = read();

function read(): Preferences {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return USUAL;
  }
}

export function preferences(): Preferences {
  return kept;
}

export function prefer(change: Partial<Preferences>): void {
  kept = { ...kept, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing shows it for this page.
  }
  const root = document.documentElement;
  if (kept.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = kept.theme;
  if (kept.density === 'wall') root.dataset.density = 'wall';
  else delete root.dataset.density;
  for (const listener of listeners) listener(kept);
}

export function usePreferences(): Preferences {
  const [shown, show] = useState(kept);
  useLayoutEffect(() => {
    listeners.add(show);
    return () => void listeners.delete(show);
  }, []);
  return shown;
}
