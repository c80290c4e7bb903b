//! The whole way: a hospital's messages, in the listener's own time, onto the board of live beds.

use std::sync::Arc;
use std::time::Duration;

use wardline_kernel::{Clock, ManualClock};
use wardline_simulator::hospital::{Application, BedsideOptions, Event, Hospital, VirtualTime};
use wardline_testkit::{MemoryBeds, key_ring};
use wardline_vitals::operations::BedFilter;
use wardline_vitals::score::{Assessment, Band, BandEvent};
use wardline_vitals::watch::EventKind;
use wardline_vitals::{LiveBeds, LiveBedsParts, Settings};

/// 2026-11-18: months after the hospital's own date.
const HERE: u64 = 1_795_000_000_000;
const MINUTE: u64 = 60_000;

async fn board(clock: &Arc<ManualClock>) -> LiveBeds {
    let keys = key_ring::new();
    let parts = LiveBedsParts {
        store: Arc::new(MemoryBeds::default()),
        ring: Arc::new(keys.ring),
        blind_index: Arc::new(keys.blind_index),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
    };
    LiveBeds::open(parts, Settings::default()).await.unwrap()
}

/// What the board listens to.
fn is_heard(event: &Event) -> bool {
    matches!(
        event.application,
        Application::Adt | Application::Monitors | Application::Charting
    )
}

/// Plays so many minutes, as fast as the hospital lives times `speed`, and lets time pass once a second.
async fn play(
    hospital: &mut Hospital,
    live: &LiveBeds,
    clock: &ManualClock,
    minutes: u64,
    speed: f64,
) {
    let (start, mut ticked) = (hospital.now(), HERE);
    loop {
        let shown = VirtualTime::from_unix_seconds(clock.now() / 1000);
        hospital.show_time(shown, speed);
        let event = hospital.next_event();
        let passed = event.at.since(start).div_f64(speed);
        let here = HERE + u64::try_from(passed.as_millis()).unwrap();
        if here > HERE + minutes * MINUTE {
            return;
        }
        clock.advance(here.saturating_sub(clock.now()));
        if here >= ticked + 1000 {
            live.tick().await;
            ticked = here;
        }
        if is_heard(&event) {
            let received = live.receive(&event.bytes).await.unwrap();
            assert_eq!((received.contradictions, received.set_aside), (0, 0));
        }
    }
}

async fn sepsis_is_told_once(speed: f64, every: Duration) {
    let clock = Arc::new(ManualClock::at(HERE));
    let live = board(&clock).await;
    let mut events = live.events(None, None);
    let mut hospital = Hospital::new(1, 20);
    hospital.watch_beds(BedsideOptions {
        every,
        sepsis_after: Some(Duration::from_mins(5).mul_f64(speed)),
        ..BedsideOptions::default()
    });
    let [unit, room, bed] = hospital.sepsis_bed().unwrap();

    play(&mut hospital, &live, &clock, 25, speed).await;

    let page = live.beds(&BedFilter::default(), None, 100);
    let occupied: Vec<_> = page
        .beds
        .iter()
        .filter(|bed| !bed.occupants.is_empty())
        .collect();
    assert_eq!(occupied.len(), hospital.occupancy().0);
    let incomplete = occupied
        .iter()
        .flat_map(|bed| &bed.occupants)
        .filter(|occupant| matches!(occupant.chart.score.assessment, Assessment::Incomplete(_)));
    assert!(incomplete.count() <= occupied.len() / 5);

    let place = format!("{unit}~{room}~{bed}");
    let mut told = Vec::new();
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(50), events.next()).await
    {
        if let EventKind::Score {
            bed,
            event: BandEvent::Changed { to, .. },
            ..
        } = event.kind
            && format!("{bed:?}").contains(&place)
        {
            told.push(to);
        }
    }
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(
        told.iter().filter(|band| **band == Band::High).count(),
        1,
        "{told:?}"
    );
}

#[tokio::test]
async fn sepsis_is_told_once_in_real_time() {
    sepsis_is_told_once(1.0, Duration::from_secs(10)).await;
}

#[tokio::test]
async fn sepsis_is_told_once_in_a_hospital_that_lives_sixty_times_as_fast() {
    sepsis_is_told_once(60.0, Duration::from_mins(5)).await;
}
