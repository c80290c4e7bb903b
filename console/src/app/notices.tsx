// What is told above every page: that nobody answers, and what went wrong with something that was sent before.

import { t } from '../texts';
import { clockTime, useNow } from '../ui/time';
import { dropLate, useLate } from './late';
import { useUnreached } from './reach';
import { Link } from './router';

/** A server that is started anew is away for less than that, and nobody needs to know. */
const TOLD_AFTER_MS = 5_000;

export function Unreached() {
  const since = useUnreached();
  return since === undefined ? null : <Since since={since} />;
}

function Since({ since }: { since: number }) {
  const now = useNow();
  if (now - since < TOLD_AFTER_MS) return null;
  return (
    <div class="stale-notice over-page" role="alert">
      <strong>{t.nav.unreached(clockTime(since))}</strong> <span>{t.nav.unreachedText}</span>
    </div>
  );
}

export function LateNotices() {
  return (
    <>
      {useLate().map((one, at) => (
        <div key={at} class="refused over-page" role="alert">
          <strong>{t.nav.late}</strong> {one.problem.title} {one.problem.detail}{' '}
          <Link to={one.from} class="button small" onClick={() => dropLate(one)}>{t.nav.lateBack}</Link>{' '}
          <button type="button" class="button small" onClick={() => dropLate(one)}>{t.common.close}</button>
        </div>
      ))}
    </>
  );
}
