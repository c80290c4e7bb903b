//! Sentences 1 to 4: commits.

use bytes::Bytes;
use wardline_vitals::model::StayId;
use wardline_vitals::port::{Durability, Row};

use super::{BedsUnderTest, all_entries, all_rows, append, bed, keys, put, trim};

/// Sentence 1.
pub async fn a_commit_is_whole(opened: &mut impl BedsUnderTest) {
    let writes = vec![
        put(bed(1), "bed"),
        put(Row::Stay(StayId(7)), "stay"),
        append(7, 1, "first"),
        append(7, 2, "second"),
    ];

    opened
        .store()
        .commit(writes, Durability::Synced)
        .await
        .unwrap();

    assert_eq!(all_rows(opened.store(), 10).await.len(), 2);
    assert_eq!(keys(opened.store()).await, [(7, 1), (7, 2)]);
    opened.reopen();
    assert_eq!(all_rows(opened.store(), 10).await.len(), 2);
    assert_eq!(keys(opened.store()).await, [(7, 1), (7, 2)]);
}

/// Sentence 2, as far as it can be seen without a loss of power.
pub async fn when_a_synced_commit_returns_ok_it_and_all_before_it_survive(
    opened: &mut impl BedsUnderTest,
) {
    let (written, synced) = (Durability::Written, Durability::Synced);
    opened
        .store()
        .commit(vec![append(7, 1, "a")], written)
        .await
        .unwrap();
    opened
        .store()
        .commit(vec![put(bed(1), "b")], synced)
        .await
        .unwrap();
    opened
        .store()
        .commit(vec![append(7, 2, "c")], written)
        .await
        .unwrap();
    opened.store().commit(Vec::new(), synced).await.unwrap();

    opened.reopen();

    assert_eq!(keys(opened.store()).await, [(7, 1), (7, 2)]);
    assert_eq!(
        all_rows(opened.store(), 10).await,
        [(bed(1), Bytes::from("b"))]
    );
}

/// Sentence 3, as far as it can be seen within one process; see also the tests that kill one.
pub async fn when_a_written_commit_returns_ok_it_survives_the_process(
    opened: &mut impl BedsUnderTest,
) {
    for number in 1..=50 {
        let writes = vec![append(7, number, "value")];
        opened
            .store()
            .commit(writes, Durability::Written)
            .await
            .unwrap();
    }

    opened.reopen();

    assert_eq!(keys(opened.store()).await.len(), 50);
}

/// Sentence 4.
pub async fn commits_take_effect_in_the_order_of_their_calls(opened: &mut impl BedsUnderTest) {
    let stay = Row::Stay(StayId(7));
    for content in ["first", "second", "third"] {
        let writes = vec![put(stay, "before"), put(stay, content)];
        opened
            .store()
            .commit(writes, Durability::Written)
            .await
            .unwrap();
    }
    let within = vec![
        append(7, 1, "trimmed"),
        append(7, 2, "trimmed"),
        trim(7, 2),
        append(7, 2, "kept"),
    ];
    opened
        .store()
        .commit(within, Durability::Synced)
        .await
        .unwrap();

    opened.reopen();

    assert_eq!(
        all_rows(opened.store(), 10).await,
        [(stay, Bytes::from("third"))]
    );
    let kept = ((StayId(7), 2), Bytes::from("kept"));
    assert_eq!(all_entries(opened.store(), 10).await, [kept]);
}
