//! Take an HL7 message: an admission, or vital signs.

use std::collections::BTreeMap;

use wardline_hl7::{Charset, Limits, Message};
use wardline_kernel::UnixMillis;

use super::distribute::Report;
use crate::census::{AdtEvent, Applied, Change, Course, Purpose, Subject, Whereabouts};
use crate::chart::Rules;
use crate::error::{OperationError, ReceiveError};
use crate::model::StayId;
use crate::port::{Row, Write};
use crate::reading::{self, ReadOptions};
use crate::service::{KeptChart, LiveBeds, State};

/// Longest message that is read. Admissions take a few KiB, a monitor's message some tens.
pub const MAX_MESSAGE_BYTES: usize = 4 << 20;
const MAX_SEGMENTS: usize = 20_000;
/// Segments of which anything is read.
const READ: [&str; 9] = [
    "EVN", "PID", "PV1", "PV2", "MRG", "NPU", "OBR", "OBX", "PRT",
];

/// What became of a message. The same message again gives the same state, whatever it says here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Stays or beds changed.
    pub census_changed: bool,
    /// Values that were charted, in any order, the first time.
    pub charted: usize,
    /// Values that were there already.
    pub repeated: usize,
    /// Messages' parts that are nobody's: they are kept apart.
    pub set_aside: usize,
    /// What did not fit together because of it.
    pub contradictions: usize,
}

impl LiveBeds {
    /// Takes an ADT or ORU message. Messages of one patient may come more than once and in any order; what a
    /// message said is stored when this returns: the census, bands and what people did survive the loss of power,
    /// values the loss of the process at once and that of power within a second.
    ///
    /// # Errors
    /// [`ReceiveError`]; [`ReceiveError::is_permanent`] tells whether to try again.
    pub async fn receive(&self, raw: &[u8]) -> Result<Received, ReceiveError> {
        self.receive_in(raw, None).await
    }

    /// The same, with text read in this character set where MSH-18 does not say.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub async fn receive_in(
        &self,
        raw: &[u8],
        character_set: Option<Charset>,
    ) -> Result<Received, ReceiveError> {
        if raw.len() > MAX_MESSAGE_BYTES {
            return Err(ReceiveError::TooLong(MAX_MESSAGE_BYTES));
        }
        let now = self.now();
        match self.read((raw, character_set), now)? {
            Parsed::Event(event) if event.purpose == Purpose::None => Ok(Received::default()),
            Parsed::Event(event) => {
                let beds = self.clone();
                let done = self.finish(async move { beds.apply(&event, now).await });
                Ok(done.await?)
            }
            Parsed::Vitals(reports) => {
                let beds = self.clone();
                let done = self.finish(async move { beds.chart(reports, now).await });
                Ok(done.await?)
            }
        }
    }

    fn read(
        &self,
        (raw, character_set): (&[u8], Option<Charset>),
        now: UnixMillis,
    ) -> Result<Parsed, ReceiveError> {
        let limits = Limits {
            max_bytes: MAX_MESSAGE_BYTES,
            max_segments: MAX_SEGMENTS,
        };
        let message = Message::parse_within(raw, limits)?.with_default_charset(character_set);
        check_names(&message)?;
        let reading = &self.0.settings.reading;
        match message.header().message_code() {
            b"ADT" => Ok(Parsed::Event(Box::new(AdtEvent::read(
                &message, reading, now,
            )?))),
            b"ORU" => {
                let options = ReadOptions {
                    received_at: now,
                    zone: reading.default_zone.clone(),
                };
                let report = reading::read(&message, &options)?;
                self.0.unread_codes.name(report.unknown_codes);
                let patients = report.patients.into_iter().map(|patient| {
                    let around = (patient.pid.as_ref(), patient.pv1.as_ref());
                    Ok(Report {
                        subject: Subject::read(&message, around, reading)?,
                        findings: patient.findings,
                    })
                });
                Ok(Parsed::Vitals(
                    patients.collect::<Result<_, ReceiveError>>()?,
                ))
            }
            _ => Err(ReceiveError::NotForBeds),
        }
    }

    async fn apply(&self, event: &AdtEvent, now: UnixMillis) -> Result<Received, OperationError> {
        let mut state = self.0.state.lock().await;
        let applied = state.census.apply(event, now)?;
        let contradicted = |change: &&Change| matches!(change, Change::Contradicted(_));
        let received = Received {
            census_changed: !applied.is_nothing(),
            contradictions: applied.changes.iter().filter(contradicted).count(),
            ..Received::default()
        };
        self.store_census(&mut state, applied, now).await?;
        Ok(received)
    }

    /// Stores what changed in the census and shows it; takes the change back when it cannot be stored.
    pub(super) async fn store_census(
        &self,
        state: &mut State,
        applied: Applied,
        now: UnixMillis,
    ) -> Result<(), OperationError> {
        let joined = joined_charts(state, &applied, (now, &self.0.settings.rules()));
        let stored = match self.census_writes(state, (&applied, &joined), now).await {
            Ok(writes) if writes.is_empty() => Ok(()),
            Ok(writes) => self.0.commit_synced(writes).await,
            Err(error) => Err(error),
        };
        if let Err(error) = stored {
            state.census.undo(applied);
            return Err(error);
        }
        state.charts.extend(joined);
        follow(state, &applied, now);
        self.0.publish(state, &applied, now);
        Ok(())
    }

    async fn census_writes(
        &self,
        state: &State,
        (applied, joined): (&Applied, &BTreeMap<StayId, KeptChart>),
        now: UnixMillis,
    ) -> Result<Vec<Write>, OperationError> {
        if applied.is_nothing() {
            return Ok(Vec::new());
        }
        let sealer = &self.0.sealer;
        let key = sealer.key(now).await?;
        let mut writes = Vec::new();
        let put = |row, sealed| Write::Put { row, sealed };
        for id in &applied.stays {
            let row = Row::Stay(*id);
            match state.census.stay(*id) {
                Some(stay) => writes.push(put(row, sealer.seal_row(key, row, stay)?)),
                None => writes.extend([
                    Write::Remove(row),
                    Write::Remove(Row::Chart(*id)),
                    Write::Trim {
                        stay: *id,
                        up_to: u64::MAX,
                    },
                ]),
            }
            if let Some(stay) = state.census.stay(*id)
                && let Some(kept) = state.charts.get(id)
                && is_admitted_anew(kept, stay.course())
            {
                writes.push(Write::Remove(Row::Chart(*id)));
                writes.push(Write::Trim {
                    stay: *id,
                    up_to: kept.last_entry,
                });
            }
        }
        for (id, kept) in joined {
            let row = Row::Chart(*id);
            writes.push(put(row, sealer.seal_row(key, row, kept)?));
        }
        for id in &applied.beds {
            if let Some(bed) = state.census.bed(id) {
                let row = sealer.bed_row(id);
                writes.push(put(row, sealer.seal_row(key, row, bed)?));
            }
        }
        for number in &applied.merges {
            let row = Row::Merge(*number);
            writes.push(match state.census.merge(*number) {
                Some(merge) => put(row, sealer.seal_row(key, row, merge)?),
                None => Write::Remove(row),
            });
        }
        Ok(writes)
    }
}

/// Refuses a message in which a segment is named almost as one that is read: passed over in silence its values would be
/// missing, and after a patient that was passed over those of the next one would be taken for the one before.
fn check_names(message: &Message<'_>) -> Result<(), ReceiveError> {
    for (at, segment) in message.segments().enumerate() {
        let meant = READ.into_iter().find(|read| {
            let written = segment.name();
            written != *read && written.eq_ignore_ascii_case(read)
        });
        if let Some(name) = meant {
            let number = at + 1;
            return Err(ReceiveError::SegmentName { name, number });
        }
    }
    Ok(())
}

/// Charts of stays that others became part of.
fn joined_charts(
    state: &State,
    applied: &Applied,
    (now, rules): (UnixMillis, &Rules<'_>),
) -> BTreeMap<StayId, KeptChart> {
    let mut joined: BTreeMap<StayId, KeptChart> = BTreeMap::new();
    for (old, new) in &applied.joined {
        let (Some(from), Some(stay)) = (state.charts.get(old), state.census.stay(*new)) else {
            continue;
        };
        let kept = joined.entry(*new).or_insert_with(|| {
            let known = state.charts.get(new).cloned();
            known.unwrap_or_else(|| KeptChart::new(stay, now))
        });
        kept.join(from, now, rules);
        kept.stored_entry = kept.last_entry;
    }
    joined
}

/// Charts follow their stays.
fn follow(state: &mut State, applied: &Applied, now: UnixMillis) {
    for id in &applied.stays {
        let Some(stay) = state.census.stay(*id) else {
            state.charts.remove(id);
            continue;
        };
        if let Some(kept) = state.charts.get_mut(id) {
            if is_admitted_anew(kept, stay.course()) {
                let last_entry = kept.last_entry;
                *kept = KeptChart::new(stay, now);
                kept.last_entry = last_entry;
                kept.stored_entry = last_entry;
            }
            kept.admitted_at = stay.course().admitted_at;
            kept.chart.set_subject(KeptChart::subject(stay, now));
        }
    }
}

/// Whether the patient was out of the house since the admission that a chart is about.
fn is_admitted_anew(kept: &KeptChart, course: &Course) -> bool {
    match (kept.admitted_at, course.admitted_at) {
        (Some(old), Some(new)) if new > old => course.place_at(new - 1) == Whereabouts::Out,
        _ => false,
    }
}

enum Parsed {
    Event(Box<AdtEvent>),
    Vitals(Vec<Report>),
}
