// Since when nobody answers: known from the looks at the session, which go on whatever the page does.

import { onLeaving } from './session';
import { Store } from './store';

const since = new Store<number | undefined>(undefined);
onLeaving(reached);

/** Nobody answered what was asked then, in milliseconds since 1970 by the server's clock. */
export function unheard(askedAt: number): void {
  since.set(since.get() ?? askedAt);
}

export function reached(): void {
  since.set(undefined);
}

export function useUnreached(): number | undefined {
  return since.use();
}
