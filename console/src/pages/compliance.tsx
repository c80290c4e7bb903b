// Technical controls of the Security Rule as this instance sees them: which hold, what shows it, what to do about the others.

import { api } from '../api/client';
import type { Compliance, ComplianceControl, ComplianceStatus } from '../api/types';
import { useAsked } from '../api/use';
import { go, usePlace, withQuery } from '../app/router';
import { t } from '../texts';
import { ActButton } from '../ui/acts';
import { Badge, Choice, Facts, Page, Section, count } from '../ui/parts';
import type { Tone } from '../ui/parts';
import { Empty, Shown } from '../ui/states';
import { When } from '../ui/time';

/** Nobody asks by itself: a look reads much and is in the trail. One that is older than this is told to be old. */
const LATE_MS = 60 * 60 * 1_000;

/** How each status is told beside its word: by a colour, and by a line in a square of 16. */
const MARKS: Record<ComplianceStatus, { tone: Tone; line: string }> = {
  pass: { tone: 'good', line: 'M3 8.5 6.5 12 13 4.5' },
  fail: { tone: 'bad', line: 'M4 4l8 8M12 4l-8 8' },
  unknown: { tone: 'warning', line: 'M5.2 5.6a2.8 2.8 0 1 1 4 2.6C8.4 8.6 8 9 8 10M8 13v.2' },
  not_applicable: { tone: 'plain', line: 'M3 8h10' },
};

export default function CompliancePage() {
  const place = usePlace();
  const onlyOpen = place.query.get('show') === 'open';
  const asked = useAsked((passive, signal) => api('get', '/v1/compliance', { passive, signal }), []);
  const actions = (
    <>
      <ActButton class="button" busy={asked.loading} onClick={() => asked.again()}>{asked.loading ? t.compliance.looking : t.compliance.again}</ActButton>
      <button type="button" class="button" disabled={!asked.data} onClick={() => print()}>{t.compliance.print}</button>
    </>
  );
  return (
    <Page title={t.compliance.title} lead={t.compliance.lead} actions={actions}>
      <Shown asked={asked} lateMs={LATE_MS}>{(report) => (
        <>
          <p class="told">{report.notice}</p>
          <Totals of={report} />
          <div class="filters">
            <Choice label={t.compliance.show} value={onlyOpen ? 'open' : 'all'} onChange={(show) => go(withQuery(place, { show: show === 'open' ? show : '' }), true)} options={[['all', t.compliance.showAll], ['open', t.compliance.showOpen]]} />
            <p class="count faint" role="status">{t.compliance.shown(onlyOpen ? report.controls.filter(isOpen).length : report.controls.length, report.controls.length)}</p>
          </div>
          <Controls of={report.controls} onlyOpen={onlyOpen} />
          <Section title={t.compliance.outside}>
            <p class="hint">{t.compliance.outsideLead}</p>
            <dl class="record">
              {report.outside.map(({ citation, what }) => <div key={`${citation} ${what}`}><dt>{t.compliance.sections([citation])}</dt><dd>{what}</dd></div>)}
            </dl>
          </Section>
        </>
      )}</Shown>
    </Page>
  );
}

function Totals({ of }: { of: Compliance }) {
  const { totals } = of;
  return (
    <>
      <ul class="tiles totals" aria-label={t.compliance.totals}>
        {(['fail', 'unknown', 'pass', 'not_applicable'] as const).map((status) => (
          <li key={status} class={totals[status] ? `tile ${MARKS[status].tone}` : 'tile'}>
            <span class="tile-value">{count(totals[status])}</span> <Status is={status} />
          </li>
        ))}
      </ul>
      <div role="status">
        <Facts of={[[t.compliance.lookedAt, <When at={of.checked_at} />], [t.compliance.trail, of.trail], [t.compliance.version, of.version]]} />
      </div>
    </>
  );
}

function isOpen({ status }: ComplianceControl): boolean {
  return status === 'fail' || status === 'unknown';
}

/** Controls by the first part of their name. Those that are not asked for are on paper alone, where the report is whole. */
function Controls({ of, onlyOpen }: { of: ComplianceControl[]; onlyOpen: boolean }) {
  const groups = new Map<string, ComplianceControl[]>();
  for (const control of of) {
    const group = control.id.split('.')[0]!;
    groups.set(group, [...(groups.get(group) ?? []), control]);
  }
  return (
    <>
      {onlyOpen && !of.some(isOpen) && <Empty title={t.compliance.nothingOpenTitle}>{t.compliance.nothingOpen}</Empty>}
      {[...groups].map(([group, controls]) => (
        <div key={group} class={onlyOpen && !controls.some(isOpen) ? 'on-paper' : undefined}>
          <Section title={t.compliance.groups[group] ?? group}>
            <ul class="panel controls">
              {controls.map((control) => <Control key={control.id} of={control} shown={!onlyOpen || isOpen(control)} />)}
            </ul>
          </Section>
        </div>
      ))}
    </>
  );
}

function Control({ of, shown }: { of: ComplianceControl; shown: boolean }) {
  return (
    <li class={shown ? 'control' : 'control on-paper'}>
      <Status is={of.status} />
      <div>
        <h3 data-row={shown || undefined} tabIndex={-1}>{of.title}</h3>
        <p class="faint"><code>{of.id}</code> · {t.compliance.sections(of.citations)}</p>
        <ul class="evidence">{of.evidence.map((found) => <li key={found}>{found}</li>)}</ul>
        {of.to_do && <p class="to-do"><strong>{t.compliance.toDo}</strong> <Commands of={of.to_do} /></p>}
      </div>
    </li>
  );
}

function Status({ is }: { is: ComplianceStatus }) {
  const { tone, line } = MARKS[is];
  return <Badge tone={tone}><svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><path d={line} /></svg> {t.compliance.status[is]}</Badge>;
}

/** Words in which commands stand between backticks. */
function Commands({ of }: { of: string }) {
  return <>{of.split('`').map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part))}</>;
}
