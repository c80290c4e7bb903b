// Times with their zone, and ages that grow while one looks at them. One clock ticks for the whole page.

import { useEffect, useState } from 'preact/hooks';
import { serverNow } from '../app/session';
import { t } from '../texts';

const listeners = new Set<(now: number) => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  const now = serverNow();
  for (const listener of listeners) listener(now);
}

/** The server's time, once a second. */
export function useNow(): number {
  const [now, set] = useState(serverNow);
  useEffect(() => {
    listeners.add(set);
    timer ??= setInterval(tick, 1_000);
    return () => {
      listeners.delete(set);
      if (listeners.size === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    };
  }, []);
  return now;
}

/** The server's time every so often, each reader at a moment of its own: hundreds of cards are not all drawn at once. */
export function useSlowNow(everyMs: number): number {
  const [now, set] = useState(serverNow);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (ms: number) => {
      timer = setTimeout(() => {
        set(serverNow());
        wait(everyMs);
      }, ms);
    };
    wait(Math.random() * everyMs);
    return () => clearTimeout(timer);
  }, [everyMs]);
  return now;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
const day = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short',
});

export function absolute(at: string | number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? '' : day.format(time);
}

export function clockTime(at: string | number): string {
  return clock.format(new Date(at));
}

/** The last day that a field for one takes: without it a browser lets one type years of six digits, which no date has. */
export const LAST_DAY = '9999-12-31';

/** The day that is at a time where the reader is, as fields for days write it. */
export function localDay(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** When a day begins where the reader is, or one that is so many later, in milliseconds since 1970: not each has 24 hours. */
export function midnight(day: string, later = 0): number {
  const begins = new Date(`${day}T00:00:00`);
  begins.setDate(begins.getDate() + later);
  return begins.getTime();
}

/** A length of time in the one or two largest units: `3 min`, `1 h 20 min`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** How long ago something was. */
export function Ago({ at }: { at: string | number | null | undefined }) {
  const now = useNow();
  if (at === null || at === undefined) return <span class="faint">{t.common.never}</span>;
  const time = typeof at === 'number' ? at : Date.parse(at);
  return (
    <time dateTime={new Date(time).toISOString()} title={absolute(time)}>
      {t.common.ago(span(now - time))}
    </time>
  );
}

/** When something was, in full. */
export function When({ at }: { at: string | null | undefined }) {
  if (!at) return <span class="faint">{t.common.none}</span>;
  return <time dateTime={at}>{absolute(at)}</time>;
}
