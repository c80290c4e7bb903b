// What a stream tells whole each time, as a page shows it: the newest, how old it is, and why there is no newer one.

import { useCallback, useEffect, useState } from 'preact/hooks';
import { t } from '../texts';
import { Problem } from './client';
import { listen } from './stream';
import type { Happening, LiveState } from './stream';
import type { Asked } from './use';

interface Told<T> extends Asked<T> {
  live: LiveState;
}

/** Follows a stream while it is not paused. `read` makes what is shown of what was told, or the problem that was. */
export function useTold<T>(template: string, paused: boolean, read: (happening: Happening) => T | Problem): Told<T> {
  const [shown, show] = useState<Pick<Told<T>, 'data' | 'problem' | 'at'>>({ data: undefined, problem: undefined, at: undefined });
  const [live, setLive] = useState<LiveState>('connecting');
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (paused) return;
    return listen(template, {}, (happenings) => {
      const told = read(happenings.at(-1)!);
      show((before) => (told instanceof Problem ? { ...before, problem: told } : { data: told, problem: undefined, at: Date.now() }));
    }, (state, why) => {
      setLive(state);
      if (state === 'lost' || state === 'refused') show((before) => ({ ...before, problem: why ?? new Problem(0, 'unreachable', t.live.lost) }));
    });
  }, [template, paused, tries]);
  const again = useCallback(() => setTries((before) => before + 1), []);
  return { ...shown, loading: live === 'connecting', live: paused ? 'paused' : live, again };
}
