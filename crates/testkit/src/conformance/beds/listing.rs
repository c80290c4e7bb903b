//! Sentences 5 to 9: what is listed.

use bytes::Bytes;
use wardline_vitals::model::StayId;
use wardline_vitals::port::{Durability, Row, Write};

use super::{BedsUnderTest, all_entries, all_rows, append, bed, keys, put, trim};

/// Sentence 5.
pub async fn a_removed_row_is_listed_no_more(opened: &mut impl BedsUnderTest) {
    let (stay, chart) = (Row::Stay(StayId(7)), Row::Chart(StayId(7)));
    let writes = vec![
        put(stay, "stay"),
        put(chart, "chart"),
        append(7, 1, "entry"),
    ];
    opened
        .store()
        .commit(writes, Durability::Synced)
        .await
        .unwrap();

    for _ in 0..2 {
        let removal = vec![Write::Remove(stay), Write::Remove(bed(9))];
        opened
            .store()
            .commit(removal, Durability::Synced)
            .await
            .unwrap();
        assert_eq!(
            all_rows(opened.store(), 10).await,
            [(chart, Bytes::from("chart"))]
        );
    }

    opened.reopen();
    assert_eq!(
        all_rows(opened.store(), 10).await,
        [(chart, Bytes::from("chart"))]
    );
    assert_eq!(
        keys(opened.store()).await,
        [(7, 1)],
        "entries go by trimming"
    );
}

/// Sentence 6.
pub async fn a_stays_entries_are_listed_in_the_order_of_their_numbers(
    opened: &mut impl BedsUnderTest,
) {
    // Numbers beyond one byte, so that an order of text or of little-endian bytes would show.
    for number in [256, 2, u64::MAX, 1, 255, 65_536] {
        let writes = vec![append(8, number, "b"), append(7, number, "a")];
        opened
            .store()
            .commit(writes, Durability::Written)
            .await
            .unwrap();
    }
    let again = vec![append(7, 255, "again")];
    opened
        .store()
        .commit(again, Durability::Synced)
        .await
        .unwrap();

    opened.reopen();

    let of = |stay| [1, 2, 255, 256, 65_536, u64::MAX].map(|number| (stay, number));
    assert_eq!(keys(opened.store()).await, [of(7), of(8)].concat());
    let entries = all_entries(opened.store(), 10).await;
    assert!(entries.contains(&((StayId(7), 255), Bytes::from("again"))));
}

/// Sentence 7.
pub async fn trimming_removes_entries_up_to_a_number_and_no_other(opened: &mut impl BedsUnderTest) {
    let all = (1..=300).flat_map(|number| [6, 7, 8].map(|stay| append(stay, number, "value")));
    let writes = all.chain([put(Row::Chart(StayId(7)), "chart")]).collect();
    opened
        .store()
        .commit(writes, Durability::Synced)
        .await
        .unwrap();

    let trims = vec![trim(7, 298), trim(9, 5), trim(8, u64::MAX)];
    opened
        .store()
        .commit(trims, Durability::Synced)
        .await
        .unwrap();

    opened.reopen();
    let left = keys(opened.store()).await;
    let of = |stay| left.iter().filter(|(of, _)| *of == stay).count();
    assert_eq!((of(6), of(7), of(8)), (300, 2, 0));
    assert!(left.contains(&(7, 299)) && left.contains(&(7, 300)));
    assert_eq!(all_rows(opened.store(), 10).await.len(), 1);
}

/// Sentence 8.
pub async fn pages_neither_repeat_nor_skip_and_end_with_a_cursor_exactly_when_there_is_more(
    opened: &mut impl BedsUnderTest,
) {
    let mut rows: Vec<Row> = vec![
        Row::Merge(1),
        Row::Merge(256),
        Row::Merge(u64::MAX),
        Row::Clock,
    ];
    rows.extend([1, 256].map(Row::Aside));
    rows.extend([1, 255, 256].map(|id| Row::Stay(StayId(id))));
    rows.extend([1, 256, u64::MAX].map(|id| Row::Chart(StayId(id))));
    rows.extend([0, 7, 255].map(bed));
    let mut writes: Vec<Write> = rows.iter().map(|row| put(*row, "row")).collect();
    writes.extend([1, 2, 300].map(|number| append(7, number, "entry")));
    opened
        .store()
        .commit(writes, Durability::Synced)
        .await
        .unwrap();
    rows.sort_unstable();

    for limit in 1..=rows.len() + 1 {
        let found = all_rows(opened.store(), limit).await;
        let found: Vec<Row> = found.into_iter().map(|(row, _)| row).collect();
        assert_eq!(found, rows, "in pages of {limit}");
        assert_eq!(all_entries(opened.store(), limit).await.len(), 3);
    }
    let whole = opened.store().rows(None, rows.len()).await.unwrap();
    assert_eq!(whole.next, None, "there is no more");
    let part = opened.store().rows(None, rows.len() - 1).await.unwrap();
    assert_eq!(part.next, rows.get(rows.len() - 2).copied());
    let entries = opened.store().entries(None, 3).await.unwrap();
    assert_eq!(entries.next, None);
}

/// Sentence 9.
pub async fn what_is_stored_is_given_back_byte_for_byte(opened: &mut impl BedsUnderTest) {
    let every_byte: Vec<u8> = (0..=255).collect();
    let long = every_byte.repeat(4_096);
    let contents = [Vec::new(), vec![0], every_byte, long];
    let mut writes = Vec::new();
    for (number, content) in (1_u8..).zip(&contents) {
        let sealed = Bytes::from(content.clone());
        writes.push(Write::Put {
            row: bed(number),
            sealed: sealed.clone(),
        });
        writes.push(Write::Append {
            stay: StayId(7),
            number: number.into(),
            sealed,
        });
    }
    opened
        .store()
        .commit(writes, Durability::Synced)
        .await
        .unwrap();

    opened.reopen();

    let rows = all_rows(opened.store(), 10).await;
    let entries = all_entries(opened.store(), 10).await;
    for (at, content) in contents.iter().enumerate() {
        assert_eq!(rows[at].1, content);
        assert_eq!(entries[at].1, content);
    }
}
