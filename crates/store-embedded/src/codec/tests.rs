use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::{Debug, Write as _};
use wardline_messaging::model::{
    ChannelCounters, DeliveryState, DestinationCounters, MessageRecord, SearchField, SearchToken,
};
use wardline_testkit::sample;

use super::*;
use crate::buckets::Bucket;

fn hex<T: Serialize + DeserializeOwned + PartialEq + Debug>(row: &T) -> String {
    let bytes = encode(row).unwrap();
    assert_eq!(decode::<T>(Table::Meta, &bytes).unwrap(), *row);
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// When this fails, stores that are out there cannot be read any more: raise [`SCHEMA`], and say in the
/// change log how a store is carried over.
#[test]
fn the_bytes_of_every_row_are_those_of_schema_1() {
    let lab = sample::queue("adt-in", "lab");
    let letter = sample::dead_letter(&lab, 300);
    let rows = [
        hex(&Head {
            commits: 300,
            last_id: MessageId(7),
        }),
        hex(&QueuedRow {
            lanes: vec![LaneKey(1), LaneKey(300)],
            received_at: sample::MIDNIGHT,
        }),
        hex(&DuplicateRow {
            id: MessageId(7),
            content_hash: [0xab; 16],
            received_at: 5,
        }),
        hex(&Bucket {
            earliest: 1,
            latest: 300,
            messages: 2,
        }),
        hex(&sample::record(300)),
        hex(&sample::quarantined(1)),
        hex(&sample::delivery(DeliveryState::Waiting, 1)),
        hex(&letter),
        hex(&sample::job(3)),
        hex(&ChannelCounters::new(lab.channel.clone())),
        hex(&DestinationCounters::new(lab.clone())),
        hex(&lab),
    ];

    assert_eq!(rows.join("\n"), include_str!("schema-1.hex").trim_end());
    assert_eq!(SCHEMA, 1);
}

#[test]
fn a_row_that_is_cut_short_too_long_or_of_another_version_is_damage() {
    let whole = encode(&sample::record(1)).unwrap().to_vec();
    let longer = [&*whole, &[0]].concat();
    let other_version = [&[ROW_VERSION + 1], whole.get(1..).unwrap()].concat();
    let cut = (0..whole.len()).map(|length| whole.get(..length).unwrap().to_vec());

    for bytes in cut.chain([longer, other_version]) {
        let told = decode::<MessageRecord>(Table::Records, &bytes)
            .unwrap_err()
            .to_string();
        assert!(told.contains("table records"), "{told}");
        assert!(told.contains("restore"), "{told}");
    }
}

proptest! {
    #[test]
    fn a_record_is_decoded_as_it_was_encoded(
        id: u64,
        received_at: u64,
        peer in ".{0,40}",
        lanes: Vec<u64>,
        tokens: Vec<[u8; 16]>,
        duplicate_key: Option<[u8; 16]>,
    ) {
        let token = |token| SearchToken { field: SearchField::Visit, token };
        let record = MessageRecord {
            received_at,
            peer,
            lanes: lanes.into_iter().map(LaneKey).collect(),
            tokens: tokens.into_iter().map(token).collect(),
            duplicate_key,
            id: MessageId(id),
            ..sample::record(1)
        };

        let bytes = encode(&record).unwrap();

        prop_assert_eq!(decode::<MessageRecord>(Table::Records, &bytes).unwrap(), record);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes: Vec<u8>) {
        drop(decode::<MessageRecord>(Table::Records, &bytes));
        drop(decode::<QueuedRow>(Table::Queued, &bytes));
        prop_assert!(commits_of_head(&[&[ROW_VERSION + 1], &*bytes].concat()).is_none());
    }
}
