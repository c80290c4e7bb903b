//! Golden traces: what a day gives rise to, and a night shift that gives rise to nothing.

use jiff::civil::{DateTime, Weekday, date};

use super::window::MAX_USERS;
use super::*;

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];
const DAY_NURSE: u8 = 1;
const NIGHT_NURSE: u8 = 2;

/// New York, by the rule of its daylight saving time.
fn zone() -> TimeZone {
    TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap()
}

fn rules() -> Rules {
    let role = |name| RoleName::new(name).unwrap();
    let days = vec![Shift::new(&EVERY_DAY, (7, 0), 12 * 60).unwrap()];
    let nights = vec![Shift::new(&EVERY_DAY, (19, 0), 12 * 60).unwrap()];
    let shifts = ShiftCalendar::new(zone(), 30)
        .role(role("nurse"), days)
        .user([NIGHT_NURSE; 16], nights);
    Rules::new(RuleSettings {
        zone: zone(),
        shifts: Some(shifts),
        ..RuleSettings::default()
    })
}

fn at(local: DateTime) -> UnixMillis {
    let at = local.to_zoned(zone()).unwrap().timestamp();
    u64::try_from(at.as_millisecond()).unwrap()
}

fn november(day: i8, hour: i8, minute: i8) -> UnixMillis {
    at(date(2026, 11, day).at(hour, minute, 0, 0))
}

fn read(user: u8, patient: u8, at: UnixMillis) -> Observed {
    Observed {
        user: [user; 16],
        role: Some(RoleName::new("nurse").unwrap()),
        patients: vec![[patient; 16]],
        kind: EventKind::Read,
        outcome: Outcome::Success,
        at,
        seq: Seq(at),
        amount: None,
        times: 1,
        is_kin: false,
    }
}

fn denied(user: u8, at: UnixMillis) -> Observed {
    Observed {
        kind: EventKind::AccessDenied,
        outcome: Outcome::Denied,
        ..read(user, 9, at)
    }
}

/// The alerts of a trace, each once.
fn alerts(rules: &mut Rules, trace: &[Observed]) -> Vec<(Rule, Token, Option<Token>)> {
    let mut ids = Vec::new();
    let mut found = Vec::new();
    for alert in trace.iter().flat_map(|event| rules.observe(event)) {
        if !ids.contains(&alert.id) {
            ids.push(alert.id);
            found.push((alert.rule, alert.user, alert.patient));
        }
    }
    found
}

#[test]
fn a_night_shift_raises_nothing() {
    let mut trace = Vec::new();
    for (day, hour) in (19..24)
        .map(|hour| (20, hour))
        .chain((0..7).map(|hour| (21, hour)))
    {
        for (minute, patient) in [(5, 1), (20, 2), (40, 3), (55, 4)] {
            trace.push(read(NIGHT_NURSE, patient, november(day, hour, minute)));
        }
    }
    // A colleague of the day hands over, and two mistyped requests.
    trace.push(read(DAY_NURSE, 1, november(20, 19, 20)));
    trace.push(denied(NIGHT_NURSE, november(20, 22, 30)));
    trace.push(denied(NIGHT_NURSE, november(21, 3, 30)));

    assert_eq!(alerts(&mut rules(), &trace), []);
}

#[test]
fn a_day_with_everything_raises_each_alert_once() {
    let mut trace = Vec::new();
    // 22:30 is after hours for the day nurse, twice the same patient.
    trace.push(read(DAY_NURSE, 1, november(20, 22, 30)));
    trace.push(read(DAY_NURSE, 1, november(20, 22, 59)));
    // Her neighbour, at noon.
    let kin = read(DAY_NURSE, 5, november(21, 12, 0));
    trace.push(Observed {
        is_kin: true,
        ..kin
    });
    // Ten refusals over the turn of an hour.
    trace.extend((0..10).map(|n| denied(3, november(21, 13, 51) + n * 120_000)));
    // A hundred patients in an hour.
    trace.extend((0..100).map(|n| read(4, n, november(21, 14, 0) + u64::from(n) * 30_000)));
    let large = Amount {
        records: 501,
        bytes: 0,
    };
    let export = read(5, 1, november(21, 15, 0));
    trace.push(Observed {
        kind: EventKind::Export,
        amount: Some(large),
        ..export
    });
    let emergency = read(6, 7, november(21, 16, 0));
    let used = Observed {
        kind: EventKind::EmergencyUsed,
        ..emergency
    };
    trace.extend([used.clone(), used]);

    let found = alerts(&mut rules(), &trace);

    let expected = [
        (Rule::AfterHours, DAY_NURSE, Some([1; 16])),
        (Rule::Kinship, DAY_NURSE, Some([5; 16])),
        (Rule::ManyDenials, 3, None),
        (Rule::MassReading, 4, None),
        (Rule::LargeExport, 5, None),
        (Rule::BreakGlass, 6, Some([7; 16])),
    ];
    assert_eq!(
        found,
        expected.map(|(rule, user, patient)| (rule, [user; 16], patient))
    );
}

#[test]
fn nine_refusals_in_an_hour_raise_nothing_and_the_tenth_does() {
    let mut rules = rules();
    let begin = november(21, 10, 0);
    let nine: Vec<Observed> = (0..9).map(|n| denied(3, begin + n * 60_000)).collect();

    assert_eq!(alerts(&mut rules, &nine), []);
    assert_eq!(alerts(&mut rules, &[denied(3, begin + HOUR_MS)]), []);
    let tenth = alerts(&mut rules, &[denied(3, begin + HOUR_MS + 1)]);
    assert_eq!(tenth, [(Rule::ManyDenials, [3; 16], None)]);
}

#[test]
fn an_alert_of_the_next_day_is_another_one() {
    let mut rules = rules();
    let on = |rules: &mut Rules, day| {
        let export = read(5, 1, november(day, 12, 0));
        let amount = Some(Amount {
            records: 501,
            bytes: 0,
        });
        let export = Observed {
            kind: EventKind::Export,
            amount,
            ..export
        };
        rules.observe(&export).first().map(|alert| alert.id)
    };

    let (first, again, next) = (on(&mut rules, 20), on(&mut rules, 20), on(&mut rules, 21));

    assert!(first.is_some());
    assert_eq!(first, again);
    assert!(first < next);
}

#[test]
fn exports_of_one_record_each_are_counted_over_an_hour() {
    let mut rules = rules();
    let begin = november(21, 10, 0);
    let taken = |n: u64, kind| Observed {
        kind,
        amount: Some(Amount {
            records: 1,
            bytes: 0,
        }),
        ..read(5, 1, begin + n * 6_000)
    };
    // As many as are let through, half an hour and more apart; and two hours later again.
    let most: Vec<Observed> = (0..500).map(|n| taken(n, EventKind::Export)).collect();
    let later: Vec<Observed> = (1_300..1_800)
        .map(|n| taken(n, EventKind::Export))
        .collect();

    assert_eq!(alerts(&mut rules, &most), []);
    assert_eq!(alerts(&mut rules, &later), []);
    let beyond = alerts(&mut rules, &[taken(1_800, EventKind::Disclosure)]);
    assert_eq!(beyond, [(Rule::LargeExport, [5; 16], None)]);
}

#[test]
fn an_export_at_the_limit_raises_nothing_and_one_record_beyond_does() {
    let export = |records, bytes| {
        let mut rules = rules();
        let export = read(5, 1, november(21, 12, 0));
        let export = Observed {
            kind: EventKind::Export,
            amount: Some(Amount { records, bytes }),
            ..export
        };
        rules.observe(&export).len()
    };

    assert_eq!(export(500, 10 * 1024 * 1024), 0);
    assert_eq!(export(501, 0), 1);
    assert_eq!(export(0, 10 * 1024 * 1024 + 1), 1);
}

#[test]
fn shifts_hold_over_midnight_and_over_the_change_to_winter_time() {
    let nights = vec![Shift::new(&[Weekday::Saturday], (19, 0), 12 * 60).unwrap()];
    let shifts = ShiftCalendar::new(zone(), 0).user([1; 16], nights);
    let on_duty = |local: DateTime| shifts.is_on_duty([1; 16], None, at(local));

    // Clocks go back on Sunday 2026-11-01 at 02:00.
    assert_eq!(on_duty(date(2026, 10, 31).at(18, 59, 0, 0)), Some(false));
    assert_eq!(on_duty(date(2026, 10, 31).at(19, 0, 0, 0)), Some(true));
    assert_eq!(on_duty(date(2026, 11, 1).at(6, 59, 0, 0)), Some(true));
    assert_eq!(on_duty(date(2026, 11, 1).at(7, 0, 0, 0)), Some(false));
    assert_eq!(on_duty(date(2026, 11, 1).at(19, 0, 0, 0)), Some(false));
    assert_eq!(shifts.is_on_duty([2; 16], None, 0), None);
    assert_eq!(Shift::new(&[], (24, 0), 60), Err(ShiftError));
    assert_eq!(Shift::new(&[], (0, 0), 24 * 60 + 1), Err(ShiftError));
}

#[test]
fn memory_is_bounded_however_many_users_and_patients_there_are() {
    let mut windows = Windows::new(HOUR_MS, 5);

    for number in 0..=(MAX_USERS as u64) {
        let mut user = [0; 16];
        user[..8].copy_from_slice(&number.to_be_bytes());
        windows.add(user, (0..9).map(|n| [n; 16]), number);
    }

    assert_eq!(windows.remembered(), MAX_USERS * 5);
}
