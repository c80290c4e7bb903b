//! Monitors and nurses, read by the program that they are made for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use wardline_hl7::{Message, Path};
use wardline_kernel::LocalZone;
use wardline_simulator::hospital::{Application, BedsideOptions, Event, Hospital, VirtualTime};
use wardline_vitals::census::{AdtEvent, Census, CensusLimits, Change, Reading};
use wardline_vitals::chart::{Chart, DEFAULT_SKEW_LIMIT_MS, Rules};
use wardline_vitals::freshness::Freshness;
use wardline_vitals::news2::News2;
use wardline_vitals::observation::{Observation, Reason, Value};
use wardline_vitals::reading::{PatientReport, ReadOptions, read};
use wardline_vitals::score::{Band, BandEvent, BandPolicy, Subject};

fn millis(at: VirtualTime) -> u64 {
    u64::try_from(at.since_epoch().as_millis()).unwrap()
}

fn text(message: &Message<'_>, path: &str) -> String {
    let path: Path = path.parse().unwrap();
    message.text(&path).unwrap_or_default().into_owned()
}

fn is_bedside(event: &Event) -> bool {
    matches!(
        event.application,
        Application::Monitors | Application::Charting
    )
}

fn watched(seed: u64, beds: u32, options: BedsideOptions) -> Hospital {
    let mut hospital = Hospital::new(seed, beds);
    hospital.watch_beds(options);
    hospital
}

/// Messages until so many hours have passed.
fn told(mut hospital: Hospital, hours: u64) -> impl Iterator<Item = Event> {
    let end = millis(hospital.now()) + hours * 3_600_000;
    std::iter::from_fn(move || Some(hospital.next_event()))
        .take_while(move |event| millis(event.at) < end)
}

fn read_one<'a>(message: &Message<'a>, event: &Event) -> PatientReport<'a> {
    let options = ReadOptions {
        received_at: millis(event.at),
        zone: LocalZone::UTC,
    };
    let mut report = read(message, &options).unwrap();
    assert_eq!((report.patients.len(), report.unread), (1, 0));
    report.patients.remove(0)
}

/// Rows with a number as they stand in the message: code, number, OBX-11.
fn rows(bytes: &[u8]) -> Vec<(String, String, String)> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let rows = text.split('\r').filter(|line| line.starts_with("OBX|"));
    let fields = rows.map(|row| row.split('|').collect::<Vec<_>>());
    let numbers = fields.filter(|fields| fields.get(2) == Some(&"NM"));
    numbers
        .map(|fields| {
            let field = |number: usize| fields.get(number).copied().unwrap_or_default();
            let code = field(3).split('^').next().unwrap_or_default();
            (code.to_owned(), field(5).to_owned(), field(11).to_owned())
        })
        .collect()
}

#[test]
fn a_day_of_messages_is_read_as_it_was_told() {
    let options = BedsideOptions {
        every: Duration::from_mins(4),
        ..BedsideOptions::default()
    };
    let (mut read_values, mut invalid, mut skewed) = (0_usize, 0_usize, BTreeSet::new());

    for event in told(watched(3, 40, options), 24).filter(is_bedside) {
        let message = Message::parse(&event.bytes).unwrap();
        let report = read_one(&message, &event);

        let told = rows(&event.bytes);
        let (valid, not): (Vec<_>, Vec<_>) = told.iter().partition(|row| row.2 != "X");
        let numbers: Vec<f64> = report
            .findings
            .observations
            .iter()
            .filter_map(number)
            .collect();
        let expected: Vec<f64> = valid.iter().map(|row| row.1.parse().unwrap()).collect();
        assert_eq!(numbers, expected);
        assert_eq!(report.findings.apart.len(), not.len());
        assert!(
            report
                .findings
                .apart
                .iter()
                .all(|apart| apart.reason == Reason::Invalid)
        );
        read_values += numbers.len();
        invalid += not.len();
        for observation in &report.findings.observations {
            if observation.skew_ms().abs() > 120_000 {
                skewed.insert(observation.device.clone());
            }
        }
    }

    assert!(read_values > 40_000, "{read_values}");
    assert!(invalid > 50, "{invalid}");
    assert!((1..=6).contains(&skewed.len()), "{}", skewed.len());
}

fn number(observation: &Observation) -> Option<f64> {
    match observation.value {
        Value::Number(number) => Some(number.to_f64()),
        Value::Consciousness(_) | Value::Oxygen(_) => None,
    }
}

#[test]
fn a_monitors_message_follows_the_profile() {
    let mut hospital = watched(4, 20, BedsideOptions::default());
    let event = std::iter::from_fn(|| Some(hospital.next_event()))
        .find(|event| event.application == Application::Monitors)
        .unwrap();

    let message = Message::parse(&event.bytes).unwrap();
    let report = read_one(&message, &event);

    assert_eq!(message.warnings(), []);
    assert_eq!(text(&message, "MSH-12"), "2.6");
    assert_eq!(text(&message, "MSH-21.3"), "1.3.6.1.4.1.19376.1.6.1.1.1");
    assert_eq!(text(&message, "OBX-11"), "X");
    assert!(!text(&message, "PV1-3.3").is_empty());
    for observation in &report.findings.observations {
        assert!(observation.device.as_ref().unwrap().is_eui_64());
    }
}

#[test]
fn the_rest_of_the_story_is_the_same_with_and_without_monitors() {
    let options = BedsideOptions {
        opening_census: false,
        ..BedsideOptions::default()
    };

    let alone: Vec<_> = told(Hospital::new(5, 20), 2)
        .map(|event| event.bytes)
        .collect();
    let beside = told(watched(5, 20, options), 2).filter(|event| !is_bedside(event));

    assert_eq!(beside.map(|event| event.bytes).collect::<Vec<_>>(), alone);
}

#[test]
fn the_same_seed_shows_the_same_vital_signs() {
    let story = |seed| {
        let events = told(watched(seed, 10, BedsideOptions::default()), 1);
        events.map(|event| event.bytes).collect::<Vec<_>>()
    };

    assert_eq!(story(6), story(6));
    assert_ne!(story(6), story(7));
}

#[test]
fn a_monitor_speaks_for_whoever_lies_in_its_bed_and_about_as_often_as_asked() {
    let events: Vec<_> = told(watched(8, 20, BedsideOptions::default()), 1).collect();
    let monitors = events
        .iter()
        .filter(|event| event.application == Application::Monitors);
    let mut beds: BTreeMap<String, usize> = BTreeMap::new();
    for event in monitors {
        let message = Message::parse(&event.bytes).unwrap();
        *beds.entry(text(&message, "PV1-3")).or_default() += 1;
    }

    assert!((13..=20).contains(&beds.len()), "{}", beds.len());
    assert!(beds.values().all(|count| *count <= 361));
    assert!(beds.values().filter(|count| **count > 320).count() > 10);
}

/// The charts of everybody, by visit number.
struct Ward {
    freshness: Freshness,
    bands: BandPolicy,
    charts: BTreeMap<String, (Chart, Vec<(u64, BandEvent)>)>,
}

impl Ward {
    fn new() -> Self {
        let (freshness, bands) = (Freshness::default(), BandPolicy::default());
        Self {
            freshness,
            bands,
            charts: BTreeMap::new(),
        }
    }

    fn hears(&mut self, event: &Event) {
        let now = millis(event.at);
        let message = Message::parse(&event.bytes).unwrap();
        let report = read_one(&message, event);
        let subject = Subject {
            age_years: Some(70),
            ..Subject::default()
        };
        let visit = text(&message, "PV1-19.1");
        let (chart, events) = self
            .charts
            .entry(visit)
            .or_insert_with(|| (Chart::new(subject), Vec::new()));
        let rules = Rules {
            freshness: &self.freshness,
            score: &News2,
            bands: &self.bands,
            skew_limit_ms: DEFAULT_SKEW_LIMIT_MS,
            trend_span_ms: wardline_vitals::trend::DEFAULT_SPAN_MS,
        };
        let recorded = chart.record(&report.findings, now, &rules);
        events.extend(recorded.events.into_iter().map(|told| (now, told)));
    }

    fn total(&self, visit: &str, now: u64) -> Option<u8> {
        let rules = Rules {
            freshness: &self.freshness,
            score: &News2,
            bands: &self.bands,
            skew_limit_ms: DEFAULT_SKEW_LIMIT_MS,
            trend_span_ms: wardline_vitals::trend::DEFAULT_SPAN_MS,
        };
        self.charts.get(visit)?.0.assess(now, &rules).total()
    }
}

#[test]
fn the_sepsis_patient_reaches_seven_stays_there_and_is_told_once() {
    for seed in [1, 2, 3] {
        let onset = Duration::from_mins(5);
        let options = BedsideOptions {
            sepsis_after: Some(onset),
            ..BedsideOptions::default()
        };
        let hospital = watched(seed, 30, options);
        let [unit, room, bed] = hospital.sepsis_bed().unwrap();
        let place = format!("{unit}^{room}^{bed}^SYNTHHOSP");
        let start = millis(hospital.now());
        let mut ward = Ward::new();
        let (mut visit, mut first_seven, mut before) = (String::new(), None, Vec::new());
        let at_bed = |event: &Event| {
            event
                .bytes
                .windows(place.len())
                .any(|it| it == place.as_bytes())
        };
        for event in told(hospital, 2).filter(|event| is_bedside(event) && at_bed(event)) {
            ward.hears(&event);
            let message = Message::parse(&event.bytes).unwrap();
            visit = text(&message, "PV1-19.1");
            let minutes = (millis(event.at) - start) / 60_000;
            match ward.total(&visit, millis(event.at)) {
                Some(total) if minutes < 5 => before.push(total),
                Some(total) if total >= 7 => first_seven = first_seven.or(Some(minutes)),
                total => assert!(
                    first_seven.is_none_or(|at| minutes < at + 3),
                    "{minutes} {total:?}"
                ),
            }
        }

        assert!(
            !before.is_empty() && before.iter().all(|total| *total <= 2),
            "{before:?}"
        );
        assert!(
            first_seven.is_some_and(|minutes| (6..16).contains(&minutes)),
            "{first_seven:?}"
        );
        let events = &ward.charts[&visit].1;
        let high = events
            .iter()
            .filter(|(_, event)| matches!(event, BandEvent::Changed { to: Band::High, .. }));
        assert_eq!(high.count(), 1, "{events:?}");
        let falls = events.iter().filter(
            |(_, event)| matches!(event, BandEvent::Changed { from, to, .. } if *from > Some(*to)),
        );
        assert_eq!(falls.count(), 0, "{events:?}");
    }
}

#[test]
fn a_quiet_house_makes_no_storm_of_events() {
    let mut ward = Ward::new();
    for event in told(watched(9, 16, BedsideOptions::default()), 2).filter(is_bedside) {
        ward.hears(&event);
    }

    let events = ward.charts.values().flat_map(|(_, events)| events);
    let changes = events.filter(|(_, event)| matches!(event, BandEvent::Changed { .. }));
    let per_bed_day = f64::from(u32::try_from(changes.count()).unwrap()) / 11.5 * 12.0;
    assert!(per_bed_day < 12.0, "{per_bed_day}");
    let scored = ward.charts.len();
    assert!(scored >= 11, "{scored}");
}

#[test]
fn the_census_of_a_week_holds_no_contradiction() {
    let every = Duration::from_hours(1);
    let mut hospital = watched(
        2,
        60,
        BedsideOptions {
            every,
            ..BedsideOptions::default()
        },
    );
    let mut census = Census::new(CensusLimits::default());
    let mut contradictions = Vec::new();
    let end = millis(hospital.now()) + 7 * 24 * 3_600_000;

    let occupied = loop {
        let (occupied, _) = hospital.occupancy();
        let event = hospital.next_event();
        let now = millis(event.at);
        if now > end {
            break occupied;
        }
        if event.application != Application::Adt {
            continue;
        }
        let message = Message::parse(&event.bytes).unwrap();
        let adt = AdtEvent::read(&message, &Reading::default(), now).unwrap();
        for change in census.apply(&adt, now).unwrap().changes {
            // When an admission is cancelled, what was told of it before has lost its ground.
            if let Change::Contradicted(contradiction) = change
                && event.message_type != "ADT^A11"
            {
                contradictions.push((event.message_type, contradiction));
            }
        }
    };

    assert!(contradictions.is_empty(), "{contradictions:?}");
    let here = census
        .stays()
        .filter(|stay| stay.course().is_here() && stay.bed().is_some());
    assert_eq!(here.count(), occupied);
}

#[test]
fn clocks_at_the_bedside_can_show_the_listeners_time() {
    let mut hospital = watched(10, 20, BedsideOptions::default());
    let shown = VirtualTime::from_unix_seconds(1_800_000_000);
    for _ in 0..500 {
        hospital.show_time(shown, 60.0);
        let event = hospital.next_event();
        let message = Message::parse(&event.bytes).unwrap();

        let expected = if is_bedside(&event) {
            "20270115080000+0000"
        } else {
            "2026"
        };
        if event.application == Application::Charting || !is_bedside(&event) {
            assert!(
                text(&message, "MSH-7").starts_with(expected),
                "{}",
                text(&message, "MSH-7")
            );
        }
    }
}
