//! Live beds as a partner: what they refuse is declined with its reason, and nothing is taken while they cannot store.

use std::sync::Arc;

use wardline_kernel::Clock;
use wardline_messaging::port::{ManualClock, Partner, PartnerFactory, SendOutcome};
use wardline_server::metrics::Metrics;
use wardline_server::outbound::Partners;
use wardline_testkit::{MemoryBeds, key_ring};
use wardline_vitals::{LiveBeds, LiveBedsParts, Settings};

use crate::{NOON_MS, assert_accepted, assert_not_sent, channel, parcel, parcel_of, partner};

/// A part of the message that no answer may repeat.
const MARKER: &str = "ZQ77310942";

struct Ward {
    store: MemoryBeds,
    beds: LiveBeds,
    partner: Arc<dyn Partner>,
}

async fn ward() -> Ward {
    let keys = key_ring::new();
    let store = MemoryBeds::default();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(NOON_MS));
    let parts = LiveBedsParts {
        store: Arc::new(store.clone()),
        ring: Arc::new(keys.ring),
        blind_index: Arc::new(keys.blind_index),
        clock: Arc::clone(&clock),
    };
    let beds = LiveBeds::open(parts, Settings::default()).await.unwrap();
    let metrics = Metrics::new("0.0.0-test", NOON_MS);
    let partners = Partners::new(clock).with_beds(beds.clone(), &metrics);
    let channel = channel("kind = \"beds\"");
    let partner = partners.partner(&channel.name, &channel.destinations[0]);
    Ward {
        store,
        beds,
        partner: partner.unwrap(),
    }
}

fn message(trigger: &str, patient: &str, bed: &str) -> String {
    format!(
        "MSH|^~\\&|A|B|C|D|20261121115900||{trigger}|1|P|2.5.1\rEVN||20261121115900\r\
         PID|1||{patient}||{MARKER}\rPV1|1|I|{bed}||||||||||||||||V1\r"
    )
}

impl Ward {
    async fn send(&self, text: String) -> SendOutcome {
        self.partner.send(parcel_of(1, text.into())).await
    }

    fn occupied(&self) -> usize {
        self.beds.units().iter().map(|unit| unit.beds).sum()
    }
}

#[tokio::test]
async fn an_admission_is_taken() {
    let ward = ward().await;

    let outcome = ward.send(message("ADT^A01", "M1", "ICU^1^A")).await;

    assert_accepted(&outcome);
    assert_eq!(ward.occupied(), 1);
}

#[tokio::test]
async fn what_live_beds_refuse_is_declined_for_good_with_a_reason_that_names_no_patient() {
    let ward = ward().await;
    for (text, because) in [
        (message("ADT^A01", "", "ICU^1^A"), "PID-3"),
        (message("ADT^A17", "M1", "ICU^1^A"), "two PID"),
        (message("MDM^T02", "M1", "ICU^1^A"), "live beds:"),
        (format!("this is no message {MARKER}"), "live beds:"),
    ] {
        let outcome = ward.send(text).await;

        let SendOutcome::Declined { reason, is_final } = outcome else {
            panic!("{outcome:?}")
        };
        assert!(is_final, "{reason}");
        assert!(reason.contains(because), "{reason}");
        assert!(!reason.contains(MARKER), "{reason}");
    }
    assert_eq!(ward.occupied(), 0);
}

#[tokio::test]
async fn while_live_beds_cannot_store_nothing_is_sent_and_it_is_taken_afterwards() {
    let ward = ward().await;
    ward.store.set_broken(true);
    let admission = message("ADT^A01", "M1", "ICU^1^A");

    assert_not_sent(&ward.send(admission.clone()).await);
    assert_eq!(ward.occupied(), 0);

    ward.store.set_broken(false);
    assert_accepted(&ward.send(admission).await);
    assert_eq!(ward.occupied(), 1);
}

#[tokio::test]
async fn without_live_beds_in_the_process_nothing_is_sent() {
    assert_not_sent(&partner("kind = \"beds\"").send(parcel(1)).await);
}
