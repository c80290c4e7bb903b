//! A registration system's messages fill, change, merge and link records.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wardline_kernel::LocalZone;
use wardline_patients::adt::Adt;
use wardline_patients::model::{Field, PatientId};
use wardline_patients::{FeedError, OperationError, Selection};
use wardline_testkit::block_on;

use crate::scene::{NOW, Scene};

const FEED: &str = "channel:adt";

struct Feed(Scene);

impl Feed {
    async fn new() -> Self {
        Self(Scene::new().await)
    }

    /// Takes a message, and gives what was done.
    async fn takes(
        &self,
        event: &str,
        at: &str,
        rest: &str,
    ) -> Result<Vec<&'static str>, FeedError> {
        let message = format!("MSH|^~\\&|ADT|H|W|H|{at}||ADT^{event}|1|P|2.5.1\r{rest}\r");
        let adt = Adt::read(message.as_bytes(), NOW, &LocalZone::UTC)?;
        let mut done = Vec::new();
        while let Some(step) = self.0.patients.next_step(&adt).await? {
            done.push(step.as_str());
            self.0.patients.take_step(step, FEED).await?;
        }
        Ok(done)
    }

    async fn record(&self, number: &str) -> (PatientId, BTreeMap<String, Value>) {
        let holder = self.0.patients.holder_of(number, "H").await.unwrap();
        (holder.unwrap(), self.0.all(holder.unwrap()).await)
    }
}

const ADA: &str = "PID|1||4711^^^H^MR||Zebrowski^Ada||19710309|F|||1 Main St^^Boston^MA^02115";
const EARLY: &str = "20261121080000";
const LATER: &str = "20261121090000";

#[test]
fn an_admission_begins_the_record_and_a_repeat_changes_nothing() {
    block_on(async {
        let feed = Feed::new().await;

        assert_eq!(feed.takes("A01", EARLY, ADA).await.unwrap(), ["began"]);
        assert!(feed.takes("A01", EARLY, ADA).await.unwrap().is_empty());

        let (id, record) = feed.record("4711").await;
        assert_eq!(
            record["name"],
            json!({"family": "Zebrowski", "given": ["Ada"]})
        );
        assert_eq!(record["mrn"], json!([{"value": "4711", "authority": "H"}]));
        let nothing = Selection::default();
        let history = feed
            .0
            .patients
            .history(id, None, 10, &nothing)
            .await
            .unwrap();
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].by, FEED);
    });
}

#[test]
fn an_update_changes_what_it_names_keeps_what_it_does_not_and_takes_away_what_it_quotes() {
    block_on(async {
        let feed = Feed::new().await;
        feed.takes("A04", EARLY, ADA).await.unwrap();

        let update = "PID|1||4711^^^H^MR~P9^^^LAB^PI||Zebra^Ada||||||\"\"||555";
        let done = feed.takes("A08", LATER, update).await.unwrap();

        assert_eq!(done, ["changed"]);
        let (_, record) = feed.record("4711").await;
        assert_eq!(record["name"]["family"], "Zebra");
        assert_eq!(record["birth_date"], "1971-03-09");
        assert!(!record.contains_key("address"));
        assert_eq!(record["phone"], json!({"home": [{"number": "555"}]}));
        assert_eq!(record["mrn"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn what_was_entered_before_the_newest_change_does_not_bring_the_old_back() {
    block_on(async {
        let feed = Feed::new().await;
        feed.takes("A01", EARLY, ADA).await.unwrap();
        let update = "PID|1||4711^^^H^MR||Zebra^Ada";
        feed.takes("A08", LATER, update).await.unwrap();

        assert!(feed.takes("A01", EARLY, ADA).await.unwrap().is_empty());

        assert_eq!(feed.record("4711").await.1["name"]["family"], "Zebra");
    });
}

#[test]
fn a_merge_joins_the_records_and_the_old_number_leads_to_the_survivor() {
    block_on(async {
        let feed = Feed::new().await;
        feed.takes("A01", EARLY, ADA).await.unwrap();
        feed.takes("A28", EARLY, "PID|1||4712^^^H^MR||Zebrovski^Ada")
            .await
            .unwrap();
        let merge = format!("{ADA}\rMRG|4712^^^H^MR");

        assert_eq!(feed.takes("A40", LATER, &merge).await.unwrap(), ["merged"]);
        assert!(feed.takes("A40", LATER, &merge).await.unwrap().is_empty());

        let (survivor, _) = feed.record("4711").await;
        let (merged, _) = feed.record("4712").await;
        let record = feed.0.patients.read(merged, &Selection::default()).await;
        assert_eq!(record.unwrap().merged_into, Some(survivor));
        // What comes with the old number from now on is the survivor's.
        let late = "PID|1||4712^^^H^MR||||19710310";
        assert_eq!(feed.takes("A08", LATER, late).await.unwrap(), ["changed"]);
        assert_eq!(feed.record("4711").await.1["birth_date"], "1971-03-10");
    });
}

#[test]
fn a_merge_of_a_number_that_nobody_has_gives_it_to_the_survivor() {
    block_on(async {
        let feed = Feed::new().await;
        let merge = format!("{ADA}\rMRG|4712^^^H^MR");

        assert_eq!(feed.takes("A40", EARLY, &merge).await.unwrap(), ["began"]);

        assert_eq!(feed.record("4712").await.0, feed.record("4711").await.0);
    });
}

#[test]
fn numbers_of_two_records_are_a_conflict_and_change_nothing() {
    block_on(async {
        let feed = Feed::new().await;
        feed.takes("A01", EARLY, ADA).await.unwrap();
        let other = "PID|1||4712^^^H^MR||Other^Eve";
        feed.takes("A01", EARLY, other).await.unwrap();
        let before = (feed.record("4711").await, feed.record("4712").await);

        let both = "PID|1||4711^^^H^MR~4712^^^H^MR||Who^Knows";
        let refused = feed.takes("A08", LATER, both).await;

        assert!(matches!(
            refused,
            Err(FeedError::SeveralRecords { count: 2, .. })
        ));
        assert_eq!(
            (feed.record("4711").await, feed.record("4712").await),
            before
        );
    });
}

#[test]
fn a_record_that_was_merged_elsewhere_is_not_merged_again() {
    block_on(async {
        let feed = Feed::new().await;
        for number in ["1", "2", "3"] {
            let pid = format!("PID|1||{number}^^^H^MR||N^{number}");
            feed.takes("A28", EARLY, &pid).await.unwrap();
        }
        let merge = |to: &str| format!("PID|1||{to}^^^H^MR\rMRG|3^^^H^MR");
        feed.takes("A40", EARLY, &merge("1")).await.unwrap();

        let refused = feed.takes("A40", LATER, &merge("2")).await;

        assert!(matches!(refused, Err(FeedError::MergedElsewhere)));
    });
}

#[test]
fn a_corrected_number_replaces_the_wrong_one() {
    block_on(async {
        let feed = Feed::new().await;
        feed.takes("A01", EARLY, ADA).await.unwrap();
        let (id, _) = feed.record("4711").await;
        let correction = "PID|1||4713^^^H^MR\rMRG|4711^^^H^MR";

        assert_eq!(
            feed.takes("A47", LATER, correction).await.unwrap(),
            ["changed"]
        );
        // Nothing is left to correct; the number that was wrong is nobody's.
        assert!(
            feed.takes("A47", LATER, correction)
                .await
                .unwrap()
                .is_empty()
        );

        assert_eq!(feed.record("4713").await.0, id);
        assert_eq!(feed.0.patients.holder_of("4711", "H").await.unwrap(), None);
    });
}

#[test]
fn two_patients_are_linked_and_the_link_is_taken_away() {
    block_on(async {
        let feed = Feed::new().await;
        let two = "PID|1||1^^^H^MR||N^A\rPID|2||2^^^LAB^MR||N^A";

        let done = feed.takes("A24", EARLY, two).await.unwrap();
        assert_eq!(done, ["began", "began", "linked"]);
        assert!(feed.takes("A24", EARLY, two).await.unwrap().is_empty());
        assert_eq!(feed.takes("A37", LATER, two).await.unwrap(), ["unlinked"]);
        assert!(feed.takes("A37", LATER, two).await.unwrap().is_empty());
    });
}

#[test]
fn a_step_that_was_overtaken_is_looked_for_again() {
    block_on(async {
        let feed = Feed::new().await;
        let message = format!("MSH|^~\\&|ADT|H|W|H|{EARLY}||ADT^A01|1|P|2.5.1\r{ADA}\r");
        let adt = Adt::read(message.as_bytes(), NOW, &LocalZone::UTC).unwrap();
        let step = feed.0.patients.next_step(&adt).await.unwrap().unwrap();
        feed.takes("A01", EARLY, ADA).await.unwrap();

        let late = feed.0.patients.take_step(step, FEED).await;

        assert!(matches!(late, Err(OperationError::NumberTaken { .. })));
        assert!(feed.0.patients.next_step(&adt).await.unwrap().is_none());
    });
}

#[test]
fn of_an_erased_patient_a_feed_begins_a_new_record() {
    block_on(async {
        let feed = Feed::new().await;
        feed.takes("A01", EARLY, ADA).await.unwrap();
        let (id, record) = feed.record("4711").await;
        feed.0.patients.erase(id, None).await.unwrap();

        assert_eq!(feed.takes("A08", LATER, ADA).await.unwrap(), ["began"]);

        let (again, same) = feed.record("4711").await;
        assert_ne!(again, id);
        assert_eq!(same[Field::Name.as_str()], record["name"]);
    });
}
