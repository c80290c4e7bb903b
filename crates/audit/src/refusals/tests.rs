use super::*;
use crate::model::{EventKind, Note, Origin, Outcome, PatientId, RequestId, UserName};

const NOW: UnixMillis = 1_795_262_400_000;

fn refusal(of: &str) -> Event {
    let by = Origin::of(UserName::new("monitoring").unwrap());
    let mut event = Event::new(EventKind::AccessDenied, Outcome::Denied, by);
    event.patients.push(PatientId::new(of).unwrap());
    event.reason = Note::new("bed ICU~1~A; relation").ok();
    event
}

/// Takes in a refusal and records it, as long as that succeeds.
fn refused(refusals: &mut Refusals, refusal: &Event, now: UnixMillis) -> Met {
    let met = refusals.meet(refusal, now);
    if let Met::Record(repeats) = met {
        let told = Event {
            repeats,
            ..refusal.clone()
        };
        refusals.recorded(&told, now);
    }
    met
}

/// Refuses as often as it takes until the next one is counted.
fn until_counted(refusals: &mut Refusals, refusal: &Event, now: UnixMillis) {
    for _ in 0..ONE_BY_ONE {
        refused(refusals, refusal, now);
    }
}

#[test]
fn the_first_ten_are_recorded_and_only_the_tenth_says_that_more_are_counted() {
    let (mut refusals, refusal) = (Refusals::default(), refusal("p1"));

    let met: Vec<Met> = (0..12)
        .map(|_| refused(&mut refusals, &refusal, NOW))
        .collect();

    assert_eq!(met[..9], [Met::Record(None); 9]);
    assert_eq!(met[9], Met::Record(Some(Repeats::CountedFromHere)));
    assert_eq!(met[10..], [Met::Counted; 2]);
}

#[test]
fn nothing_is_counted_before_a_record_that_says_so_is_durable() {
    let (mut refusals, refusal) = (Refusals::default(), refusal("p1"));

    let met: Vec<Met> = (0..100).map(|_| refusals.meet(&refusal, NOW)).collect();

    assert!(met.iter().all(|met| *met != Met::Counted), "{met:?}");
}

#[test]
fn another_patient_reason_address_or_session_is_another_refusal_and_another_request_is_not() {
    let (mut refusals, first) = (Refusals::default(), refusal("p1"));
    until_counted(&mut refusals, &first, NOW);
    let mut reason = first.clone();
    reason.reason = Note::new("bed ICU~1~A; suspended").ok();
    let mut address = first.clone();
    address.by.address = Some([10, 0, 0, 7].into());
    let mut session = first.clone();
    session.by.session = crate::model::SessionRef::new("s2").ok();
    let mut request = first.clone();
    request.by.request = RequestId::new("req-2").ok();

    for other in [refusal("p2"), reason, address, session] {
        assert_eq!(refusals.meet(&other, NOW), Met::Record(None));
    }
    assert_eq!(refusals.meet(&request, NOW), Met::Counted);
}

#[test]
fn what_was_counted_is_due_after_a_minute_with_its_number_and_its_first_and_last_time() {
    let (mut refusals, refusal) = (Refusals::default(), refusal("p1"));
    until_counted(&mut refusals, &refusal, NOW);
    for second in 1..60 {
        refusals.meet(&refusal, NOW + second * 1_000);
    }

    assert_eq!(refusals.due(NOW + STRETCH_MS - 1), []);
    let due = refusals.due(NOW + STRETCH_MS);

    let expected = Repeats::Counted {
        times: 59,
        first_at: NOW + 1_000,
        last_at: NOW + 59_000,
    };
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].repeats, Some(expected));
    assert_eq!(same(&due[0]), refusal);
    assert_eq!(refusals.due(NOW + STRETCH_MS), [], "once");
    // The record that was made says that it goes on being counted.
    assert_eq!(refusals.meet(&refusal, NOW + STRETCH_MS), Met::Counted);
}

#[test]
fn what_does_not_come_for_a_minute_is_recorded_one_by_one_again() {
    let (mut refusals, refusal) = (Refusals::default(), refusal("p1"));
    until_counted(&mut refusals, &refusal, NOW);

    assert_eq!(refusals.due(NOW + STRETCH_MS), []);

    assert!(refusals.runs.is_empty());
    let again = refusals.meet(&refusal, NOW + STRETCH_MS);
    assert_eq!(again, Met::Record(None));
}

#[test]
fn a_number_that_could_not_be_recorded_is_kept_and_nothing_is_counted_until_a_record_says_so_again()
{
    let (mut refusals, refusal) = (Refusals::default(), refusal("p1"));
    until_counted(&mut refusals, &refusal, NOW);
    refusals.meet(&refusal, NOW + 1);
    let due = refusals.due(NOW + STRETCH_MS);

    refusals.give_back(due);
    let met = refusals.meet(&refusal, NOW + STRETCH_MS + 1);
    let again = refusals.due(NOW + STRETCH_MS + 2);

    assert_eq!(met, Met::Record(Some(Repeats::CountedFromHere)));
    assert!(matches!(
        again[0].repeats,
        Some(Repeats::Counted { times: 1, .. })
    ));
}

#[test]
fn closing_gives_all_numbers_and_counts_nothing_any_more() {
    let (mut refusals, refusal) = (Refusals::default(), refusal("p1"));
    until_counted(&mut refusals, &refusal, NOW);
    refusals.meet(&refusal, NOW + 1);

    let last = refusals.close(NOW + 2);

    assert_eq!(last.len(), 1);
    assert_eq!(refusals.meet(&refusal, NOW + 3), Met::Record(None));
}

#[test]
fn a_clock_that_was_set_back_does_not_keep_a_number_from_being_recorded() {
    let (mut refusals, refusal) = (Refusals::default(), refusal("p1"));
    until_counted(&mut refusals, &refusal, NOW);
    refusals.meet(&refusal, NOW + 1);

    assert_eq!(refusals.due(NOW - 3_600_000).len(), 1);
}

#[test]
fn beyond_as_many_as_are_remembered_each_is_recorded() {
    let mut refusals = Refusals::default();
    for number in 0..MAX_REMEMBERED {
        refused(&mut refusals, &refusal(&number.to_string()), NOW);
    }

    for _ in 0..=ONE_BY_ONE {
        let met = refused(&mut refusals, &refusal("one more"), NOW);
        assert_eq!(met, Met::Record(None));
    }
    assert_eq!(refusals.runs.len(), MAX_REMEMBERED);
}
