// Jobs of the server: what they were asked for, how far they are.

import { api } from '../api/client';
import { useAsked } from '../api/use';
import { Link, go, usePlace, withQuery } from '../app/router';
import { t } from '../texts';
import { JobState, selectionText } from '../ui/job-bits';
import { Badge, More, Page, Table, count } from '../ui/parts';
import { Empty, Shown } from '../ui/states';
import { Ago } from '../ui/time';

export default function Jobs() {
  const place = usePlace();
  const cursor = place.query.get('cursor') ?? undefined;
  const asked = useAsked((passive, signal) => api('get', '/v1/jobs', { query: { cursor, limit: 50 } as never, passive, signal }), [cursor], cursor ? undefined : 3_000);
  return (
    <Page title={t.jobs.title} lead={t.jobs.lead}>
      <Shown asked={asked} lateMs={cursor ? undefined : 15_000}>{(page) => (
        <>
          {page.items.length === 0 ? <Empty title={t.jobs.emptyTitle}>{t.jobs.empty}</Empty> : (
            <Table label={t.jobs.title} head={[t.messages.id, t.jobs.action, t.messages.state, t.jobs.of, [t.jobs.changed, 'number'], [t.jobs.skipped, 'number'], t.jobs.by, t.jobs.begun]}>
              {page.items.map((job) => (
                <tr key={job.id}>
                  <th scope="row"><Link to={`/jobs/${job.id}`} data-row>{job.id}</Link></th>
                  <td>{t.jobs.actions[job.action] ?? job.action} {job.dry_run && <Badge>{t.jobs.dryRun}</Badge>}</td>
                  <td><JobState state={job.state} /></td>
                  <td>{selectionText(job)}</td>
                  <td class="number">{count(job.counts.changed)}</td>
                  <td class="number">{count(job.counts.skipped)}</td>
                  <td>{job.created_by}</td>
                  <td><Ago at={job.created_at} /></td>
                </tr>
              ))}
            </Table>
          )}
          <More next={page.next} go={(next) => go(withQuery(place, { cursor: next }))} first={cursor ? () => go(withQuery(place, { cursor: '' })) : undefined} />
        </>
      )}</Shown>
    </Page>
  );
}
