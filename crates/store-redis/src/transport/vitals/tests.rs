//! What suffices for a write, as replicas come and go, without a server.

use std::num::NonZeroU8;

use super::*;

fn master(offset: u64, replicas: &[(u16, u64)]) -> Role {
    let replicas = replicas.iter().map(|(port, offset)| Replica {
        address: Address::new("replica", *port),
        offset: *offset,
    });
    Role::Master {
        offset,
        replicas: replicas.collect(),
    }
}

fn vitals(role: &Role) -> Vitals {
    let durability = Durability::Replicated {
        replicas: NonZeroU8::MIN,
        timeout: Duration::from_secs(1),
    };
    Vitals::new(durability, role)
}

fn lower(vitals: &Vitals) {
    let trouble = vitals.seen().troubles;
    vitals.lower(trouble);
}

#[test]
fn what_was_found_out_before_another_trouble_lowers_nothing() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 9)]));
    let before = vitals.seen().troubles;

    vitals.see(&master(20, &[(2, 20)]), vitals.news());
    vitals.lower(before);

    assert_eq!(vitals.wanted(), 2);
    assert!(vitals.shortage().is_some());
}

#[test]
fn every_replica_in_line_must_confirm() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 9)]));

    assert_eq!((vitals.wanted(), vitals.shortage()), (2, None));
}

#[test]
fn when_one_leaves_writes_are_held_up_until_it_is_known_that_it_was_not_promoted() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 9)]));

    vitals.see(&master(20, &[(2, 20)]), vitals.news());

    assert!(vitals.shortage().is_some());
    lower(&vitals);
    assert_eq!((vitals.wanted(), vitals.shortage()), (1, None));
}

#[test]
fn one_who_joins_does_not_stand_for_one_who_left() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 10)]));

    vitals.see(&master(20, &[(2, 20), (3, 20)]), vitals.news());

    assert!(vitals.shortage().is_some());
    lower(&vitals);
    assert_eq!((vitals.wanted(), vitals.shortage()), (2, None));
}

#[test]
fn one_who_left_while_a_batch_was_on_its_way_holds_it_up_though_as_many_are_in_line() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 10)]));

    vitals.see_line(&master(20, &[(2, 20), (3, 20)]), vitals.news());

    assert!(vitals.has_lost_any());
    assert!(vitals.shortage().is_some());
    lower(&vitals);
    assert!(!vitals.has_lost_any());
    assert_eq!((vitals.wanted(), vitals.shortage()), (2, None));
}

#[test]
fn a_line_in_which_everybody_stayed_holds_nothing_up() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 10)]));

    vitals.see_line(&master(20, &[(1, 10), (2, 20), (3, 20)]), vitals.news());

    assert!(!vitals.has_lost_any());
    assert_eq!((vitals.wanted(), vitals.shortage()), (2, None));
}

#[test]
fn one_who_left_and_is_in_line_again_was_not_promoted() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 10)]));

    vitals.see(&master(20, &[(2, 20), (3, 20)]), vitals.news());
    vitals.see(&master(30, &[(1, 30), (2, 30), (3, 30)]), vitals.news());

    assert_eq!(vitals.shortage(), None);
}

#[test]
fn no_fewer_than_the_settings_ask_for_suffice() {
    let vitals = vitals(&master(10, &[(1, 10)]));

    vitals.see(&master(20, &[]), vitals.news());
    lower(&vitals);

    assert_eq!(vitals.wanted(), 1);
    assert!(vitals.shortage().is_some());
    vitals.see(&master(30, &[(1, 20)]), vitals.news());
    assert_eq!(vitals.shortage(), None);
}

#[test]
fn after_a_shortfall_as_many_must_come_to_where_the_master_was() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 10)]));

    vitals.fell_short();
    lower(&vitals);
    assert!(vitals.shortage().is_some(), "nobody has looked yet");
    vitals.see(&master(50, &[(1, 50), (2, 10)]), vitals.news());
    vitals.see(&master(60, &[(1, 60), (2, 10)]), vitals.news());
    assert!(vitals.shortage().is_some(), "one is still behind");

    vitals.see(&master(70, &[(1, 70), (2, 55)]), vitals.news());
    assert_eq!((vitals.wanted(), vitals.shortage()), (2, None));
    vitals.fell_short();
    vitals.see(&master(80, &[(1, 80), (2, 55)]), vitals.news());
    lower(&vitals);
    assert_eq!((vitals.wanted(), vitals.shortage()), (1, None));
}

#[test]
fn an_answer_older_than_what_told_of_somebody_who_left_brings_nobody_back() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 10)]));

    let (watchdog, batch) = (vitals.news(), vitals.news());
    vitals.see_line(&master(20, &[(2, 20), (3, 20)]), batch);
    assert!(vitals.has_lost_any());
    assert!(vitals.see(&master(10, &[(1, 10), (2, 10)]), watchdog));
    vitals.see_line(&master(10, &[(1, 10), (2, 10)]), batch);
    assert!(vitals.has_lost_any(), "1 may have been promoted");

    vitals.see(&master(30, &[(1, 30), (2, 30), (3, 30)]), vitals.news());
    assert!(!vitals.has_lost_any(), "it is a replica again");
}

#[test]
fn an_answer_older_than_what_told_of_somebody_who_joined_takes_nobody_for_gone() {
    let vitals = vitals(&master(10, &[(1, 10), (2, 10)]));
    let (watchdog, batch) = (vitals.news(), vitals.news());

    vitals.see_line(&master(20, &[(1, 20), (2, 20), (3, 20)]), batch);
    assert!(vitals.see(&master(10, &[(1, 10), (2, 10)]), watchdog));

    assert!(!vitals.has_lost_any());
    assert_eq!(vitals.shortage(), None);
}

#[test]
fn a_server_that_is_no_master_is_none() {
    let vitals = vitals(&master(10, &[]));

    assert!(!vitals.see(&Role::Other, vitals.news()));
}
