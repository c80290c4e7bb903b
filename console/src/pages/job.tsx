// One job. It is the server's: closing this page changes nothing of it.

import { useState } from 'preact/hooks';
import { api } from '../api/client';
import { useAsked } from '../api/use';
import type { PageProps } from '../app/places';
import { may } from '../app/session';
import { t } from '../texts';
import { Confirm } from '../ui/delivery-acts';
import { JobState, selectionText } from '../ui/job-bits';
import { Facts, Page, count } from '../ui/parts';
import { Shown } from '../ui/states';
import { When } from '../ui/time';

export default function OneJob({ id }: PageProps) {
  const asked = useAsked((passive, signal) => api('get', '/v1/jobs/{id}', { path: { id: Number(id) }, passive, signal }), [id], 1_000);
  const [asking, setAsking] = useState(false);
  const running = asked.data?.state === 'running';
  return (
    <Page
      title={t.jobs.one(id)}
      lead={t.jobs.oneLead}
      actions={running && may('operate') && <button type="button" class="button danger" onClick={() => setAsking(true)}>{t.jobs.cancel}</button>}
    >
      <Shown asked={asked} lateMs={10_000}>{(job) => (
        <>
          <div class="job-figures" role="status">
            <p><span class="tile-value">{count(job.counts.changed)}</span> {job.dry_run ? t.jobs.wouldChange : t.jobs.changed}</p>
            <p><span class="tile-value">{count(job.counts.skipped)}</span> {t.jobs.skipped}</p>
            <p><span class="tile-value">{count(job.counts.examined)}</span> {t.jobs.examined}</p>
          </div>
          {job.selection.ids > 0 && <progress value={job.state === 'running' ? job.counts.examined : job.selection.ids} max={job.selection.ids} aria-label={t.jobs.progress} />}
          <Facts of={[
            [t.messages.state, <JobState state={job.state} />],
            [t.jobs.action, `${t.jobs.actions[job.action] ?? job.action}${job.dry_run ? `, ${t.jobs.dryRun}` : ''}`],
            [t.jobs.of, selectionText(job)],
            [t.jobs.by, job.created_by],
            [t.jobs.begun, <When at={job.created_at} />],
            [t.jobs.last, <When at={job.changed_at} />],
            [t.jobs.error, job.error],
          ]} />
        </>
      )}</Shown>
      {asking && <Confirm danger title={t.jobs.cancelTitle} text={t.jobs.cancelText} action={t.jobs.cancel} close={() => setAsking(false)} done={async () => {
        await api('post', '/v1/jobs/{id}/cancel', { path: { id: Number(id) } });
        setAsking(false);
        asked.again();
      }} />}
    </Page>
  );
}
