// The kept views of a page, and keeping the one that is shown.

import { Link, usePlace } from '../app/router';
import { addressOf, dropView, keepView, useViews, viewOf } from '../app/views';
import type { View } from '../app/views';
import { t } from '../texts';
import { absolute } from './time';

export function Views() {
  const place = usePlace();
  const kept = useViews(place.path);
  const now = viewOf(place.path, place.query);
  const isKept = now !== undefined && kept.some((one) => addressOf(one) === addressOf(now));
  if (!now && kept.length === 0) return null;
  return (
    <div class="views" role="group" aria-label={t.views.label}>
      {kept.length > 0 && (
        <ul>
          {kept.map((view) => (
            <li key={addressOf(view)}>
              <Link to={addressOf(view)} aria-current={now && addressOf(view) === addressOf(now) ? 'page' : undefined}>{inWords(view)}</Link>
              <button type="button" class="button small quiet" aria-label={t.views.drop(inWords(view))} title={t.views.drop(inWords(view))} onClick={() => dropView(view)}>×</button>
            </li>
          ))}
        </ul>
      )}
      {now && !isKept && <button type="button" class="button small" onClick={() => keepView(now)}>{t.views.keep}</button>}
    </div>
  );
}

/** A view by what it filters: nobody types a name for it, in which a patient's could stand. */
export function inWords({ filters }: View): string {
  return filters.map(([name, value]) => t.views.filter(t.views.names[name] ?? name, words(name, value))).join(', ');
}

function words(name: string, value: string): string {
  if (name === 'from' || name === 'until') return absolute(value) || value;
  const known = { state: { ...t.messages.stateOptions, ...t.sessions.states }, reason: t.message.deadReasons, outcome: t.audit.outcomes, review: t.glass.states }[name];
  return known?.[value] ?? value.split('~').at(-1)!.replaceAll('_', ' ').replaceAll('-', ' ');
}
