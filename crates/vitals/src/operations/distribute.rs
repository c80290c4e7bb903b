//! Chart what came in: for each value, the stay that it is of; and what is nobody's is kept apart.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::receive::Received;
use crate::census::{Census, Found, Subject};
use crate::error::OperationError;
use crate::model::{BedId, StayId};
use crate::observation::Findings;
use crate::port::{Row, Write};
use crate::score::BandEvent;
use crate::service::{Entry, KeptChart, LiveBeds, MAX_ASIDE_OBSERVATIONS, State};
use crate::watch::EventKind;

/// What is said of one patient.
pub(crate) struct Report {
    pub(crate) subject: Subject,
    pub(crate) findings: Findings,
}

/// Values that are nobody's.
#[derive(Clone, Debug)]
pub struct SetAside {
    /// When they came.
    pub at: UnixMillis,
    /// Why they are nobody's, in a word: one of those of [`Found::why`].
    pub why: &'static str,
    /// The bed that was named, when it is known.
    pub bed: Option<BedId>,
    /// The stay of the patient who was named and is elsewhere or gone.
    pub stay: Option<StayId>,
    /// The values, at most 64.
    pub findings: Findings,
}

impl LiveBeds {
    /// Charts what came in, in one step.
    pub(super) async fn chart(
        &self,
        reports: Vec<Report>,
        now: UnixMillis,
    ) -> Result<Received, OperationError> {
        let mut state = self.0.state.lock().await;
        let mut received = Received::default();
        let mut of_stays: BTreeMap<StayId, Findings> = BTreeMap::new();
        let mut aside = Vec::new();
        for report in reports {
            for (found, findings) in split(&state.census, &report, now) {
                match found {
                    Found::Stay(stay) => add(of_stays.entry(stay).or_default(), findings),
                    nobody => {
                        received.set_aside += 1;
                        aside.extend(nobodys(&nobody, findings, now));
                    }
                }
            }
        }
        self.keep_aside(&mut state, aside, now).await?;
        self.record(&mut state, of_stays, now, &mut received)
            .await?;
        Ok(received)
    }

    /// Stores values, charts them, shows and tells what changed.
    pub(super) async fn record(
        &self,
        state: &mut State,
        of_stays: BTreeMap<StayId, Findings>,
        now: UnixMillis,
        received: &mut Received,
    ) -> Result<(), OperationError> {
        if of_stays.is_empty() {
            return Ok(());
        }
        let entries: Vec<(StayId, Entry)> = of_stays
            .into_iter()
            .map(|(stay, findings)| (stay, Entry::Findings { at: now, findings }))
            .collect();
        let writes = self.entry_writes(state, &entries, now).await?;
        self.0.commit_written(writes).await?;
        let mut told: Vec<(StayId, Vec<BandEvent>)> = Vec::new();
        let mut beds = BTreeSet::new();
        let rules = self.0.settings.rules();
        for (stay, entry) in entries {
            let Some(kept) = state.charts.get_mut(&stay) else {
                continue;
            };
            kept.last_entry += 1;
            if let Entry::Findings { findings, .. } = entry {
                let recorded = kept.record(&findings, now, &rules);
                let count = findings.observations.len();
                received.repeated += recorded.repeated;
                received.charted += count.saturating_sub(recorded.repeated);
                told.push((stay, recorded.events));
            }
            let stay = state.census.stay(stay);
            beds.extend(stay.and_then(|stay| stay.bed().cloned()));
        }
        // A band that is told must not be told again after a loss of power.
        let is_change = |event: &BandEvent| matches!(event, BandEvent::Changed { .. });
        let synced = if told.iter().flat_map(|(_, events)| events).any(is_change) {
            self.0.commit_synced(Vec::new()).await
        } else {
            Ok(())
        };
        self.0.show(state, &beds, now);
        for (stay, events) in told {
            self.0.tell_score(state, stay, events, now);
        }
        synced
    }

    /// The writes that store entries, with the chart before them where it is time for that.
    pub(super) async fn entry_writes(
        &self,
        state: &mut State,
        entries: &[(StayId, Entry)],
        now: UnixMillis,
    ) -> Result<Vec<Write>, OperationError> {
        let sealer = &self.0.sealer;
        let key = sealer.key(now).await?;
        let mut writes = Vec::new();
        for (id, entry) in entries {
            let stay = state.census.stay(*id).ok_or(OperationError::NoSuchStay)?;
            let kept = state
                .charts
                .entry(*id)
                .or_insert_with(|| KeptChart::new(stay, now));
            if kept.wants_storing() {
                let (row, up_to) = (Row::Chart(*id), kept.last_entry);
                let sealed = sealer.seal_row(key, row, kept)?;
                writes.push(Write::Put { row, sealed });
                writes.push(Write::Trim { stay: *id, up_to });
                kept.stored_entry = up_to;
            }
            let number = kept.last_entry + 1;
            writes.push(Write::Append {
                stay: *id,
                number,
                sealed: sealer.seal_entry(key, (*id, number), entry)?,
            });
        }
        Ok(writes)
    }

    /// Stores values that are nobody's, keeps and tells of them.
    async fn keep_aside(
        &self,
        state: &mut State,
        aside: Vec<SetAside>,
        now: UnixMillis,
    ) -> Result<(), OperationError> {
        if aside.is_empty() {
            return Ok(());
        }
        let sealer = &self.0.sealer;
        let key = sealer.key(now).await?;
        let (numbers, gone) = state.aside_numbers(aside.len());
        let gone = gone
            .into_iter()
            .map(|number| Write::Remove(Row::Aside(number)));
        let mut writes: Vec<Write> = gone.collect();
        for (number, aside) in numbers.clone().zip(&aside) {
            let row = Row::Aside(number);
            let stored = StoredAside::from(aside.clone());
            let sealed = sealer.seal_row(key, row, &stored)?;
            writes.push(Write::Put { row, sealed });
        }
        self.0.commit_written(writes).await?;
        for (number, aside) in numbers.zip(aside) {
            let (bed, why) = (aside.bed.clone(), aside.why);
            let unit = bed.as_ref().and_then(BedId::place).map(|p| p.unit_id());
            if state.set_aside(number, aside) {
                let kind = EventKind::SetAside { bed, why };
                self.0.events.tell(now, unit, kind);
            }
        }
        Ok(())
    }
}

/// Values that are nobody's, with what is known of why.
fn nobodys(why: &Found, mut findings: Findings, now: UnixMillis) -> Option<SetAside> {
    let (bed, stay) = match why {
        Found::PatientElsewhere { stay, named } => (Some(named.clone()), Some(*stay)),
        Found::PatientGone(stay) => (None, Some(*stay)),
        Found::ManyThere(bed) => (Some(bed.clone()), None),
        Found::NobodyThere(place) => (place.bed_id(), None),
        _ => (None, None),
    };
    findings.observations.truncate(MAX_ASIDE_OBSERVATIONS);
    findings.apart.truncate(MAX_ASIDE_OBSERVATIONS);
    findings.withdrawn.truncate(MAX_ASIDE_OBSERVATIONS);
    Some(SetAside {
        at: now,
        why: why.why()?,
        bed,
        stay,
        findings,
    })
}

/// How values that are nobody's are stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredAside {
    at: UnixMillis,
    why: String,
    bed: Option<BedId>,
    stay: Option<StayId>,
    findings: Findings,
}

impl From<SetAside> for StoredAside {
    fn from(aside: SetAside) -> Self {
        Self {
            at: aside.at,
            why: aside.why.to_owned(),
            bed: aside.bed,
            stay: aside.stay,
            findings: aside.findings,
        }
    }
}

impl StoredAside {
    /// What was stored; nothing when its reason is none that is known.
    pub(crate) fn read(self) -> Option<SetAside> {
        Some(SetAside {
            at: self.at,
            why: Found::word(&self.why)?,
            bed: self.bed,
            stay: self.stay,
            findings: self.findings,
        })
    }
}

/// Parts what is said of one patient by whose it was at the time of each value.
fn split(census: &Census, report: &Report, now: UnixMillis) -> Vec<(Found, Findings)> {
    let mut parts: Vec<(Found, Findings)> = Vec::new();
    let mut of_time: BTreeMap<UnixMillis, usize> = BTreeMap::new();
    let mut part = |at: UnixMillis, parts: &mut Vec<(Found, Findings)>| {
        *of_time.entry(at).or_insert_with(|| {
            let found = census.find(&report.subject, at);
            let known = parts.iter().position(|(other, _)| *other == found);
            known.unwrap_or_else(|| {
                parts.push((found, Findings::default()));
                parts.len() - 1
            })
        })
    };
    for observation in &report.findings.observations {
        let number = part(observation.effective_at(), &mut parts);
        if let Some((_, findings)) = parts.get_mut(number) {
            findings.observations.push(observation.clone());
        }
    }
    for withdrawal in &report.findings.withdrawn {
        let number = part(withdrawal.taken_at.min(now), &mut parts);
        if let Some((_, findings)) = parts.get_mut(number) {
            findings.withdrawn.push(withdrawal.clone());
        }
    }
    for apart in &report.findings.apart {
        let number = part(now, &mut parts);
        if let Some((_, findings)) = parts.get_mut(number) {
            findings.apart.push(apart.clone());
        }
    }
    parts
}

pub(super) fn add(to: &mut Findings, mut more: Findings) {
    to.observations.append(&mut more.observations);
    to.apart.append(&mut more.apart);
    to.withdrawn.append(&mut more.withdrawn);
}
