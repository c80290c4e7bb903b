//! What the clients were told, against what the survivors hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::traffic::{Access, Journal, LOOK_AT_ONCE, Pattern};
use crate::EstateError;
use crate::lab::Lab;
use crate::link::{Link, list_of, text_of};

/// Entries of a log that are read at once.
const PAGE: &str = "1000";

/// What one pattern's clients saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PatternVerdict {
    /// Which pattern.
    pub pattern: Pattern,
    /// Its writers.
    pub writers: u64,
    /// Writes that were acknowledged.
    pub acknowledged: u64,
    /// Acknowledged writes that the survivors do not hold.
    pub lost: u64,
    /// Messages that are in the log more than once.
    pub duplicates: u64,
    /// Messages that are in the log behind one that came after them.
    pub order_violations: u64,
    /// The longest time in which a writer had nothing acknowledged, in milliseconds.
    pub outage_ms: u64,
    /// When that began, in milliseconds from the start.
    pub outage_from_ms: u64,
    /// The same of the writer that was hit least, in milliseconds.
    pub least_outage_ms: u64,
    /// From the beginning of a write to its acknowledgement: the median, in milliseconds.
    pub median_ms: u64,
    /// The same, 99th of 100.
    pub p99_ms: u64,
    /// Attempts that were not acknowledged, by what was said.
    pub failures: BTreeMap<String, u64>,
    /// Acknowledged writes in each tenth of a second.
    pub per_tenth_second: Vec<u64>,
}

/// Compares the journals with what is there. Read it before anything expires.
pub(super) async fn compare(
    lab: &Lab,
    journals: &[Journal],
) -> Result<Vec<PatternVerdict>, EstateError> {
    let access = Access::of(lab)?;
    let mut verdicts = Vec::new();
    for pattern in Pattern::ALL {
        let own: Vec<&Journal> = journals
            .iter()
            .filter(|journal| journal.pattern == pattern)
            .collect();
        let mut verdict = seen(pattern, &own);
        for journal in own {
            let owner = lab.owner_of(journal.tag.slot(), None).await?;
            let mut link = access.link(owner.address).await?;
            if pattern == Pattern::Hl7 {
                compare_log(&mut link, journal, &mut verdict).await?;
            } else {
                verdict.lost += missing(&mut link, journal).await?;
            }
        }
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

/// What can be said from the journals alone.
fn seen(pattern: Pattern, journals: &[&Journal]) -> PatternVerdict {
    let mut latencies = Vec::new();
    let mut per_tenth_second = Vec::new();
    let mut failures = BTreeMap::new();
    let mut outages: Vec<(u64, u64)> = Vec::new();
    for journal in journals {
        for (said, times) in &journal.failures {
            *failures.entry(said.clone()).or_insert(0) += times;
        }
        outages.push(longest_silence(journal));
        for write in &journal.writes {
            let Some(at_ms) = write.acknowledged_ms else {
                continue;
            };
            latencies.push(at_ms.saturating_sub(write.began_ms));
            let tenth = usize::try_from(at_ms / 100).unwrap_or(usize::MAX);
            if per_tenth_second.len() <= tenth {
                per_tenth_second.resize(tenth + 1, 0);
            }
            if let Some(count) = per_tenth_second.get_mut(tenth) {
                *count += 1;
            }
        }
    }
    latencies.sort_unstable();
    let (outage_ms, outage_from_ms) = outages.iter().max().copied().unwrap_or_default();
    let least_outage_ms = outages.iter().map(|(length, _)| *length).min();
    PatternVerdict {
        pattern,
        writers: journals.len() as u64,
        acknowledged: latencies.len() as u64,
        lost: 0,
        duplicates: 0,
        order_violations: 0,
        outage_ms,
        outage_from_ms,
        least_outage_ms: least_outage_ms.unwrap_or_default(),
        median_ms: percentile(&latencies, 50),
        p99_ms: percentile(&latencies, 99),
        failures,
        per_tenth_second,
    }
}

/// The longest time without an acknowledgement, and when it began; to the last attempt, when that had none.
fn longest_silence(journal: &Journal) -> (u64, u64) {
    let mut last: Option<u64> = None;
    let mut longest = (0, 0);
    for write in &journal.writes {
        let from = last.unwrap_or(write.began_ms);
        if let Some(at) = write.acknowledged_ms {
            longest = longest.max((at.saturating_sub(from), from));
            last = Some(at);
        }
    }
    longest
}

fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let index = sorted.len().saturating_sub(1) * percent / 100;
    sorted.get(index).copied().unwrap_or_default()
}

/// Acknowledged writes with a key of their own that is not there.
async fn missing(link: &mut Link, journal: &Journal) -> Result<u64, EstateError> {
    let acknowledged: Vec<u64> = acknowledged(journal).collect();
    let mut missing = 0;
    for some in acknowledged.chunks(LOOK_AT_ONCE) {
        let mut words = vec![
            "FCALL_RO".to_owned(),
            "drill_present".to_owned(),
            some.len().to_string(),
        ];
        words.extend(some.iter().map(|sequence| journal.key(*sequence)));
        let present = link.text(&words).await?;
        missing += present.chars().filter(|there| *there == '0').count() as u64;
    }
    Ok(missing)
}

async fn compare_log(
    link: &mut Link,
    journal: &Journal,
    verdict: &mut PatternVerdict,
) -> Result<(), EstateError> {
    let held = log_of(link, journal).await?;
    let mut known = BTreeSet::new();
    let mut newest = 0;
    for sequence in held {
        if !known.insert(sequence) {
            verdict.duplicates += 1;
        } else if sequence < newest {
            verdict.order_violations += 1;
        }
        newest = newest.max(sequence);
    }
    let lost = acknowledged(journal).filter(|sequence| !known.contains(sequence));
    verdict.lost += lost.count() as u64;
    Ok(())
}

/// The numbers in a log, in its order.
async fn log_of(link: &mut Link, journal: &Journal) -> Result<Vec<u64>, EstateError> {
    let key = journal.log();
    let mut from = "-".to_owned();
    let mut numbers = Vec::new();
    loop {
        let page = link
            .call(&["XRANGE", &key, &from, "+", "COUNT", PAGE])
            .await?;
        let entries = list_of(&page);
        for entry in entries {
            let parts = list_of(entry);
            if let Some(id) = parts.first().and_then(text_of) {
                from = format!("({id}");
            }
            let fields = parts.get(1).map(list_of).unwrap_or_default();
            numbers.extend(
                fields
                    .get(1)
                    .and_then(text_of)
                    .and_then(|text| text.parse::<u64>().ok()),
            );
        }
        if entries.is_empty() {
            return Ok(numbers);
        }
    }
}

fn acknowledged(journal: &Journal) -> impl Iterator<Item = u64> {
    journal
        .writes
        .iter()
        .filter(|write| write.acknowledged_ms.is_some())
        .map(|write| write.sequence)
}

#[cfg(test)]
mod tests {
    use super::super::traffic::Write;
    use super::*;

    fn journal(acknowledged_ms: &[Option<u64>]) -> Journal {
        let writes = (1..)
            .zip(acknowledged_ms)
            .map(|(sequence, acknowledged_ms)| Write {
                sequence,
                began_ms: 0,
                acknowledged_ms: *acknowledged_ms,
            });
        Journal {
            pattern: Pattern::Hl7,
            tag: wardline_store_redis::Tag::new("c:1"),
            writes: writes.collect(),
            failures: BTreeMap::new(),
        }
    }

    #[test]
    fn an_outage_is_the_longest_time_between_two_acknowledgements() {
        let journal = journal(&[Some(10), Some(20), Some(1520), None, Some(1530)]);

        let verdict = seen(Pattern::Hl7, &[&journal]);

        assert_eq!((verdict.outage_ms, verdict.outage_from_ms), (1500, 20));
        assert_eq!(verdict.acknowledged, 4);
        assert_eq!(verdict.per_tenth_second[0], 2);
    }
}
