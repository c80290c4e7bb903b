// Whether what is shown is live, and the switch that holds it still (WCAG 2.2.2).

import type { LiveState } from '../api/stream';
import { t } from '../texts';
import { clockTime } from './time';

export function LiveMark({ state, paused, pause }: { state: LiveState; paused?: number | undefined; pause?: (paused: boolean) => void }) {
  const shown: LiveState = paused ? 'paused' : state;
  return (
    <span class="live">
      <span class={`live-mark ${shown}`} role="status">{t.live[shown]}</span>
      {pause && (
        <button type="button" class="button small" data-pause aria-keyshortcuts="." aria-label={paused ? t.live.goOnLabel : t.live.pauseLabel} onClick={() => pause(!paused)}>
          {paused ? t.live.goOn : t.live.pause}
        </button>
      )}
    </span>
  );
}

/** Told above what is shown when it is not live: louder than anything in it. `shown`: something is, of before. */
export function NotLive({ state, paused, shown = false }: { state: LiveState; paused?: number | undefined; shown?: boolean }) {
  if (paused) return <div class="stale-notice" role="status"><strong>{t.live.paused}</strong><span>{t.live.pausedSince(clockTime(paused))}</span></div>;
  if (state === 'lost' || state === 'refused') return <div class="stale-notice" role="alert"><strong>{t.live[state]}</strong><span>{t.live.lostText}</span></div>;
  if (state === 'connecting' && shown) return <div class="stale-notice" role="status"><strong>{t.live.connecting}</strong><span>{t.live.connectingText}</span></div>;
  return null;
}
