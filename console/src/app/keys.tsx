// What keys do. Single letters can be switched off (WCAG 2.1.4), and do nothing while somebody types.

import { useLayoutEffect, useState } from 'preact/hooks';
import { t } from '../texts';
import { Dialog } from '../ui/parts';
import { isTyping } from '../ui/typing';
import { preferences } from './preferences';
import { go } from './router';
import { PLACES } from './places';
import { may } from './session';

const PREFIX_MS = 1_200;

export function useKeys(): [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    let prefixAt = -Infinity;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!preferences().shortcuts || isTyping(event.target) || document.querySelector('dialog[open]')) return;
      const key = event.key;
      if (event.timeStamp - prefixAt < PREFIX_MS) {
        prefixAt = -Infinity;
        const place = PLACES.find((place) => place.key === key && place.scopes.some((scope) => !scope || may(scope)));
        if (place) {
          event.preventDefault();
          go(place.path);
        }
        return;
      }
      if (key === 'g') prefixAt = event.timeStamp;
      else if (key === '?') setOpen(true);
      else if (key === '/') focus('[data-find]');
      else if (key === 'f') focus('main [data-filter]');
      else if (key === 'j' || key === 'k') step(key === 'j' ? 1 : -1);
      else if (key === '.') document.querySelector<HTMLElement>('[data-pause]')?.click();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return [open, setOpen];
}

function focus(selector: string) {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** The row that was gone to last, and its place in its listing. */
let stood: { row: HTMLElement; at: number; path: string } | undefined;

/** Moves along the rows of a listing; Enter opens the one that has the focus, as with any link. */
function step(by: number) {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = Math.min(Math.max(at < 0 ? afterGone(by, rows) : at + by, 0), rows.length - 1);
  const row = rows[next]!;
  row.focus();
  row.scrollIntoView({ block: 'nearest' });
  stood = { row, at: next, path: location.pathname };
}

/** Where one goes on when the row that had the focus is gone from a listing that changes by itself: at its place, which the
 * next one took. */
function afterGone(by: number, rows: HTMLElement[]): number {
  const isGone = stood && !stood.row.isConnected && stood.path === location.pathname && document.activeElement === document.body;
  if (stood && isGone) return by > 0 ? stood.at : stood.at - 1;
  return by > 0 ? 0 : rows.length - 1;
}

export function KeyMap({ close }: { close: () => void }) {
  const places = PLACES.filter((place) => place.key && place.scopes.some((scope) => !scope || may(scope)));
  return (
    <Dialog title={t.keys.title} close={close}>
      <div class="key-map">
        <dl>
          {t.keys.general.map(([keys, what]) => <div key={keys}><dt>{keys.split(' ').map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{what}</dd></div>)}
        </dl>
        <dl>
          {places.map((place) => <div key={place.path}><dt><kbd>g</kbd><kbd>{place.key}</kbd></dt><dd>{place.name}</dd></div>)}
        </dl>
      </div>
      <p class="hint">{t.keys.off}</p>
      <div class="dialog-actions"><button type="button" class="button primary" onClick={close} autofocus>{t.common.close}</button></div>
    </Dialog>
  );
}
