// One bed: who lies there, the score with its parts, every value with its age, how it went.

import { api, Problem } from '../api/client';
import type { Bed, BedPatient, Trend } from '../api/types';
import { useAsked } from '../api/use';
import { emergencyHeaders } from '../app/emergency';
import type { PageProps } from '../app/places';
import { Link, go, usePlace, withQuery } from '../app/router';
import { may, session } from '../app/session';
import { t } from '../texts';
import { TrendChart } from '../chart/trend-chart';
import { ActButton } from '../ui/acts';
import { Badge, Choice, Facts, Page, Section, Table, count } from '../ui/parts';
import { useSending } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { When, absolute, span, useNow } from '../ui/time';
import { BandBadge, SCORED, ageOf, bandOf, nameOf, reading, staleOf, unitOf, valueOf } from '../ui/vitals';

/** Between two looks: each is a disclosure of one patient, and recorded as one. */
const EVERY_MS = 10_000;
const LATE_MS = 30_000;
const TRENDS = ['pulse', 'respiratory_rate', 'oxygen_saturation', 'systolic_pressure', 'temperature'];

export default function OneBed({ id }: PageProps) {
  const asked = useAsked((passive, signal) => api('get', '/v1/beds/{id}', { path: { id }, passive, signal, headers: emergencyHeaders() }), [id], EVERY_MS);
  const bed = asked.data;
  const place = id.split('~').slice(-2).join('-');
  return (
    <Page wide title={t.bed.title(place)} lead={bed && `${bed.place.unit}, ${bed.place.facility}`} actions={<Link class="button" to="/beds">{t.bed.back}</Link>}>
      <Shown asked={asked} lateMs={LATE_MS}>{(bed) => <Whole bed={bed} again={() => asked.again()} />}</Shown>
      {asked.problem?.code === 'access_denied' && may('emergencies:use') && <p class="told">{t.bed.breakGlass} <Link to="/break-glass">{t.nav.breakGlass}</Link></p>}
    </Page>
  );
}

function Whole({ bed, again }: { bed: Bed; again: () => void }) {
  const patient = bed.patients[0];
  return (
    <>
      <Facts of={[
        [t.messages.state, t.beds.state[bed.state] ?? bed.state],
        [t.bed.since, bed.since && <When at={bed.since} />],
        [t.bed.reason, bed.reason],
        [t.bed.isolated, bed.isolated ? t.common.yes : undefined],
        [t.bed.nurses, bed.nurses.length ? bed.nurses.map((nurse) => nurse.nurse).join(', ') : t.bed.noNurses],
        [t.bed.reserved, bed.reserved_for.length ? bed.reserved_for.map((one) => [one.identity.family_name, one.identity.given_name].filter(Boolean).join(', ')).join('; ') : undefined],
      ]} />
      {bed.contradictions.map((one, at) => <p key={at} class="refused" role="alert"><strong>{t.beds.contradicted}.</strong> {t.bed.contradictions[one.kind] ?? one.kind.replaceAll('_', ' ')}</p>)}
      {may('beds:write') && <Acts bed={bed} again={again} />}
      {bed.patients.map((one) => <Patient key={one.stay} bed={bed} patient={one} again={again} />)}
      {!patient && <Empty title={t.bed.free} />}
      <p class="hint">{bed.notice}</p>
    </>
  );
}

function Patient({ bed, patient, again }: { bed: Bed; patient: BedPatient; again: () => void }) {
  const { identity, score } = patient;
  return (
    <>
      <div class="bed-patient">
        <div>
          <h2 class="bed-name">{nameOf(patient)}</h2>
          <p class="faint">{[identity.sex, patient.age_years != null ? t.beds.age(patient.age_years) : undefined, identity.birth_date && t.bed.born(identity.birth_date), identity.identifier].filter(Boolean).join(' · ')}</p>
          <p class="faint">{[patient.class, patient.attending && t.bed.attending(patient.attending), patient.admitted_at && t.bed.admitted(absolute(patient.admitted_at))].filter(Boolean).join(' · ')}</p>
          {patient.care.saturation_scale === 2 && <Badge tone="notice">{t.bed.scale2}</Badge>} {patient.care.pregnant && <Badge tone="notice">{t.bed.pregnant}</Badge>}
        </div>
      </div>
      <div class="columns bed-columns">
        <Score bed={bed} patient={patient} again={again} />
        <Values bed={bed} patient={patient} />
      </div>
      <Trends bed={bed} />
      <Told bed={bed} stay={patient.stay} band={patient.score.standing?.band} />
      <p class="hint">{score.attribution}</p>
    </>
  );
}

function Score({ bed, patient, again }: { bed: Bed; patient: BedPatient; again: () => void }) {
  const { score } = patient;
  const now = useNow();
  const stale = staleOf(patient, bed.as_of, now);
  const complete = score.state === 'complete' && stale.length === 0;
  const band = bandOf(score);
  const points = new Map(score.parts.map((part) => [part.parameter, part.points]));
  const { busy, problem, send } = useSending();
  const { standing } = score;
  const acknowledge = () => send(async () => {
    if (!standing) return;
    await api('post', '/v1/beds/{id}/acknowledge', { path: { id: bed.id }, body: { band: standing.band, stay: patient.stay } });
    again();
  });
  return (
    <Section title={score.name} aside={<BandBadge band={band} />}>
      <div class={`panel score ${complete ? '' : 'incomplete'}`}>
        <p class="score-total">
          <span>{complete ? score.total : '?'}</span>
          <span class="score-words">{score.state === 'not_applicable' ? t.bed.notApplicable[score.reason ?? ''] ?? t.beds.notApplicable : complete ? t.beds.bands[score.band ?? ''] : t.beds.incomplete}{score.single_three && complete && score.band === 'low_medium' ? `, ${t.bed.singleThree}` : ''}</span>
        </p>
        {stale.length > 0 && <p class="card-stale"><strong>{t.beds.staleBadge}</strong> {stale.map((name) => t.beds.long[name] ?? name).join(', ')}</p>}
        {score.missing.length > 0 && <p><strong>{t.beds.missing(score.missing.map((name) => t.beds.long[name] ?? name).join(', '))}</strong></p>}
        {patient.values.some((value) => value.contradicted) && <p><strong>{t.bed.oxygenContradicted}</strong></p>}
        {!complete && score.at_least && <p>{t.beds.atLeast(t.beds.bands[score.at_least] ?? score.at_least)}</p>}
        {score.state !== 'not_applicable' && (
          <table class="score-parts">
            <caption class="hidden">{t.bed.parts}</caption>
            <thead><tr><th scope="col">{t.bed.parameter}</th><th scope="col" class="number">{t.bed.value}</th><th scope="col" class="number">{t.bed.points}</th></tr></thead>
            <tbody>
              {SCORED.map((parameter) => {
                const value = valueOf(patient, parameter);
                const got = points.get(parameter);
                return (
                  <tr key={parameter} class={got === 3 ? 'three' : undefined}>
                    <th scope="row">{t.beds.long[parameter]}{parameter === 'oxygen_saturation' && <span class="faint"> {t.bed.scale(score.saturation_scale)}</span>}</th>
                    <td class="number">{value ? `${t.bed.words[reading(value)] ?? reading(value)} ${unitOf(value.unit)}` : t.common.none}{value?.contradicted && <> <Badge tone="warning">{t.bed.contradicted}</Badge></>}</td>
                    <td class="number">{stale.includes(parameter) ? <Badge tone="stale">{t.beds.staleBadge}</Badge> : got ?? t.common.none}</td>
                  </tr>
                );
              })}
            </tbody>
            {complete && <tfoot><tr><th scope="row">{t.bed.sum}</th><td /><td class="number" data-total>{score.total}</td></tr></tfoot>}
          </table>
        )}
        {standing && standing.band !== 'low' && (
          <p class="standing">
            {t.bed.standing(t.beds.bands[standing.band] ?? standing.band)} {standing.since && <When at={standing.since} />}.{' '}
            {standing.acknowledged_at
              ? <>{t.bed.seenBy(standing.acknowledged_by ?? '')} <When at={standing.acknowledged_at} /></>
              : may('beds:write') && <ActButton class="button small primary" busy={busy} onClick={() => void acknowledge()}>{t.bed.acknowledge}</ActButton>}
          </p>
        )}
        <Refused problem={problem} />
      </div>
    </Section>
  );
}

function Values({ bed, patient }: { bed: Bed; patient: BedPatient }) {
  const now = useNow();
  const values = [...patient.values].sort((a, b) => order(a.parameter) - order(b.parameter) || a.age_ms - b.age_ms);
  return (
    <Section title={t.bed.values}>
      <Table label={t.bed.values} head={[t.bed.parameter, [t.bed.value, 'number'], t.bed.age, t.bed.method, t.bed.device]}>
        {values.map((value, at) => {
          const age = ageOf(value, bed.as_of, now);
          return (
            <tr key={at}>
              <th scope="row">{t.beds.long[value.parameter] ?? value.parameter}</th>
              <td class="number nowrap">{t.bed.words[reading(value)] ?? reading(value)} {unitOf(value.unit)}</td>
              <td class="nowrap" title={absolute(value.taken_at)}>{age.stale ? <Badge tone="stale">{t.bed.staleFor(span(age.ms))}</Badge> : span(age.ms)}</td>
              <td class="faint">{t.bed.methods[value.method] ?? value.method.replaceAll('_', ' ')}</td>
              <td class="faint"><code>{value.device}</code></td>
            </tr>
          );
        })}
      </Table>
      {patient.set_apart.length > 0 && (
        <details class="apart">
          <summary>{t.bed.setApart(patient.set_apart.reduce((sum, one) => sum + one.count, 0))}</summary>
          <ul class="list">{patient.set_apart.map((one, at) => <li key={at}><span>{t.beds.long[one.parameter ?? ''] ?? t.bed.unknown} {one.number ?? ''} <strong>{one.reason.replaceAll('_', ' ')}</strong></span><span class="faint">{count(one.count)} ×</span></li>)}</ul>
        </details>
      )}
      {patient.clock_skews.map((skew) => <p key={skew.device} class="hint">{t.bed.skew(skew.device, span(Math.abs(skew.skew_ms)))}</p>)}
    </Section>
  );
}

function order(parameter: string): number {
  const at = SCORED.indexOf(parameter);
  return at < 0 ? SCORED.length : at;
}

function Trends({ bed }: { bed: Bed }) {
  const place = usePlace();
  const parameter = TRENDS.includes(place.query.get('trend') ?? '') ? place.query.get('trend')! : 'pulse';
  const asked = useAsked((passive, signal) => api('get', '/v1/beds/{id}/trend', { path: { id: bed.id }, query: { parameter, points: 300 } as never, passive, signal, headers: emergencyHeaders() }), [bed.id, parameter], 60_000);
  const name = t.beds.long[parameter] ?? parameter;
  return (
    <Section title={t.bed.trend} aside={<Choice label={t.bed.parameter} value={parameter} onChange={(trend) => go(withQuery(place, { trend: trend === 'pulse' ? '' : trend }), true)} options={TRENDS.map((one) => [one, t.beds.long[one] ?? one])} />}>
      <Shown asked={asked} lateMs={180_000} rows={3}>{(trends) => trends.items.length === 0 ? <Empty title={t.bed.noTrend} /> : <div class="trends">{trends.items.map((trend) => (
        <figure key={trend.method} class="panel trend">
          <figcaption>{name}, {unitOf(trend.unit)}, {t.bed.methods[trend.method] ?? trend.method.replaceAll('_', ' ')}</figcaption>
          <TrendChart trend={trend} name={name} />
          <details><summary>{t.bed.asTable}</summary><TrendTable trend={trend} name={name} /></details>
        </figure>
      ))}</div>}</Shown>
    </Section>
  );
}

/** Changes of band, and who has seen them, the newest first. */
function Told({ bed, stay, band }: { bed: Bed; stay: number; band: string | undefined }) {
  const asked = useAsked(async (passive, signal) => {
    try {
      const page = await api('get', '/v1/beds/{id}/events', { path: { id: bed.id }, query: { stay, limit: 256 } as never, passive, signal, headers: emergencyHeaders() });
      return [...page.items].reverse();
    } catch (error) {
      // Nothing was ever told of this stay.
      if (error instanceof Problem && error.status === 404) return [];
      throw error;
    }
  }, [bed.id, stay, band]);
  const name = (one: string) => t.beds.bands[one] ?? one;
  return (
    <Section title={t.bed.told}>
      <Shown asked={asked} rows={2}>{(items) => items.length === 0 ? <Empty title={t.bed.nothingTold} /> : (
        <ol class="moments panel">
          {items.map((one) => (
            <li key={one.number} class={one.band === 'high' ? 'bad' : one.band === 'low' ? 'good' : 'warning'}>
              <When at={one.at} />
              <span>{one.type === 'band_acknowledged' ? t.bed.seen(name(one.band), one.by ?? '') : t.bed.changed(one.from ? name(one.from) : undefined, name(one.band), one.total ?? undefined)}</span>
            </li>
          ))}
        </ol>
      )}</Shown>
    </Section>
  );
}

function TrendTable({ trend, name }: { trend: Trend; name: string }) {
  const unit = unitOf(trend.unit);
  return (
    <Table label={name} head={[t.bed.at, [`${t.bed.mean} (${unit})`, 'number'], [t.bed.lowest, 'number'], [t.bed.highest, 'number'], [t.bed.samples, 'number']]}>
      {[...trend.points].reverse().map((point) => (
        <tr key={point.at}><th scope="row"><When at={point.at} /></th><td class="number">{round(point.mean)}</td><td class="number">{round(point.min)}</td><td class="number">{round(point.max)}</td><td class="number">{point.count}</td></tr>
      ))}
    </Table>
  );
}

function round(n: number): string {
  return String(Math.round(n * 10) / 10);
}

const STATUSES = ['dirty', 'cleaning', 'clean', 'blocked'] as const;

function Acts({ bed, again }: { bed: Bed; again: () => void }) {
  const { busy, problem, send } = useSending();
  const state = session();
  const path = { id: bed.id };
  const mark = (status: (typeof STATUSES)[number]) => send(async () => {
    await api('put', '/v1/beds/{id}/status', { path, body: { status } });
    again();
  });
  const look = (login: string, take: boolean) => send(async () => {
    // Whoever else looks after it by now stays.
    const { nurses } = await api('get', '/v1/beds/{id}', { path, headers: emergencyHeaders() });
    const others = nurses.map((nurse) => nurse.nurse).filter((nurse) => nurse !== login);
    await api('put', '/v1/beds/{id}/nurses', { path, body: { nurses: take ? [...others, login] : others } });
    again();
  });
  const mine = state.is === 'in' && bed.nurses.some((nurse) => nurse.nurse === state.me.login);
  return (
    <div class="bed-acts">
      {bed.patients.length === 0 && STATUSES.filter((status) => status !== bed.state).map((status) => (
        <ActButton key={status} class="button small" busy={busy} onClick={() => void mark(status)}>{t.bed.mark(t.beds.state[status] ?? status)}</ActButton>
      ))}
      {state.is === 'in' && bed.patients.length > 0 && (
        <ActButton class="button small" busy={busy} onClick={() => void look(state.me.login, !mine)}>{mine ? t.bed.leave : t.bed.take}</ActButton>
      )}
      <Refused problem={problem} />
    </div>
  );
}
