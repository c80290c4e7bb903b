// A value that stands outside of what shows it: in memory alone, the same for every part of the page.

import { useLayoutEffect, useState } from 'preact/hooks';

export class Store<T> {
  private readonly listeners = new Set<(now: T) => void>();

  constructor(private now: T) {}

  get(): T {
    return this.now;
  }

  set(next: T): void {
    if (next === this.now) return;
    this.now = next;
    for (const listener of this.listeners) listener(next);
  }

  /** The value as it is whenever it changes. */
  use(): T {
    const [shown, show] = useState(() => this.now);
    // Before anything can happen to what was drawn: an effect after it might miss a change.
    useLayoutEffect(() => {
      const look = (now: T) => show(() => now);
      look(this.now);
      this.listeners.add(look);
      return () => void this.listeners.delete(look);
    }, []);
    return shown;
  }
}
