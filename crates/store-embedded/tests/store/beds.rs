//! Live beds on the embedded store: the contract, kills, and what stands in its files.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use wardline_kernel::{Clock, SystemClock};
use wardline_phi::{KeyFile, KeyRing};
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::conformance::beds::BedsUnderTest;
use wardline_testkit::{block_on, canary};
use wardline_vitals::model::{BedId, BedState, PhiText};
use wardline_vitals::operations::Housekeeping;
use wardline_vitals::port::BedStore;
use wardline_vitals::score::Band;
use wardline_vitals::{LiveBeds, LiveBedsParts, Settings};

use super::support::{child, folder_of_child, open};

struct Embedded {
    folder: TempDir,
    store: Option<EmbeddedStore>,
}

impl Embedded {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(EmbeddedStore::open(folder.path(), Options::default()).unwrap());
        Self { folder, store }
    }
}

impl BedsUnderTest for Embedded {
    fn store(&self) -> &dyn BedStore {
        self.store.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(EmbeddedStore::open(self.folder.path(), Options::default()).unwrap());
    }
}

wardline_testkit::beds_conformance!(Embedded::new());

const ROUNDS: u64 = 6;

/// What a killed process said that it did, by the number of the patient.
#[derive(Default)]
struct Said {
    admitted: u64,
    discharged: u64,
    pulse: u64,
    acknowledged: u64,
}

#[test]
fn kill_9_loses_no_acknowledged_admission_value_or_acknowledgement() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::new();
    let mut said = Said::default();

    for round in 0..ROUNDS {
        let mut process = child("beds::admits_until_it_is_killed", folder.path())
            .env("WARDLINE_TEST_FIRST", (said.admitted + 100).to_string())
            .spawn()
            .unwrap();
        let killed_after = Duration::from_millis(random.u64(300..1_500));
        let pid = rustix::process::Pid::from_child(&process);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(killed_after);
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let Some((what, number)) = line.split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "admitted" => said.admitted = number,
                "discharged" => said.discharged = number,
                "pulse" => said.pulse = number,
                "acknowledged" => said.acknowledged = number,
                _ => {}
            }
        }
        killer.join().unwrap();
        assert!(!process.wait().unwrap().success());
        block_on(as_said(folder.path(), &said, round));
    }

    let counts = (
        said.admitted,
        said.discharged,
        said.pulse,
        said.acknowledged,
    );
    assert!(counts.1 > 0 && counts.2 > 0 && counts.3 > 0, "{counts:?}");
}

async fn as_said(folder: &Path, said: &Said, round: u64) {
    let beds = live_beds(folder).await;
    let view = |number: u64| beds.bed(&bed_id(number));
    if said.discharged > 0 {
        let state = view(said.discharged).unwrap().state;
        assert_eq!(state, BedState::Dirty, "round {round}");
    }
    if said.admitted > said.discharged {
        let state = view(said.admitted).unwrap().state;
        let expected = [BedState::Occupied, BedState::Dirty];
        assert!(expected.contains(&state), "round {round}: {state:?}");
    }
    if said.pulse > said.discharged {
        let view = view(said.pulse).unwrap();
        let Some(occupant) = view.occupants.first() else {
            // The discharge was written and not answered.
            return;
        };
        let values = occupant.chart.values.len();
        assert!(values >= 6, "round {round}: {values} values");
        assert_eq!(occupant.chart.score.band, Some(Band::High));
        if said.acknowledged == said.pulse {
            assert!(occupant.chart.score.acknowledged_at.is_some());
            let by = occupant.acknowledged_by.as_ref().map(PhiText::expose);
            assert_eq!(by, Some("nurse.seven"));
        }
    }
}

#[test]
#[ignore = "run by the test that kills it"]
fn admits_until_it_is_killed() {
    let first = std::env::var("WARDLINE_TEST_FIRST")
        .unwrap()
        .parse()
        .unwrap();
    block_on(async {
        let beds = live_beds(&folder_of_child()).await;
        for number in first.. {
            one_stay(&beds, number).await;
        }
    });
}

async fn one_stay(beds: &LiveBeds, number: u64) {
    let tell = |what: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{what} {number}").unwrap();
    };
    beds.receive(&adt("A01", number)).await.unwrap();
    tell("admitted");
    // Twice, as one sample tells no band.
    for seconds_ago in [3, 0] {
        beds.receive(&oru(number, seconds_ago)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let view = beds.bed(&bed_id(number)).unwrap();
    let occupant = view.occupants.first().unwrap();
    if occupant.chart.score.band == Some(Band::High) {
        tell("pulse");
        let by = PhiText::new("nurse.seven".to_owned(), 64);
        beds.acknowledge(occupant.stay, Band::High, by)
            .await
            .unwrap();
        tell("acknowledged");
    }
    beds.receive(&adt("A03", number)).await.unwrap();
    tell("discharged");
}

async fn live_beds(folder: &Path) -> LiveBeds {
    let key = folder.join("key");
    if !key.exists() {
        KeyFile::generate().unwrap().write_new(&key).unwrap();
    }
    let key = KeyFile::load(&key).unwrap();
    let store = Arc::new(open(&folder.join("store")));
    let ring = KeyRing::load(Arc::new(key.provider()), store.clone()).unwrap();
    let parts = LiveBedsParts {
        store,
        ring: Arc::new(ring),
        blind_index: Arc::new(key.blind_index()),
        clock: Arc::new(SystemClock),
    };
    let mut settings = Settings::default();
    // Every message is a sample.
    settings.bands.apart_ms = 0;
    LiveBeds::open(parts, settings).await.unwrap()
}

fn bed_id(number: u64) -> BedId {
    format!("ICU~{number}~A").parse().unwrap()
}

fn adt(trigger: &str, number: u64) -> Vec<u8> {
    let at = time(0);
    let text = format!(
        "MSH|^~\\&|ADT|H|W|H|{at}||ADT^{trigger}|{trigger}{number}|P|2.5.1\r\
         EVN|{trigger}|{at}\r\
         PID|1||MRNCANARY{number}^^^H^MR||Zebrowski^Canaria||19610309|F\r\
         PV1|1|I|ICU^{number}^A||||^Attendingcanary|||||||||||{number}^^^H^VN\r"
    );
    text.into_bytes()
}

/// A patient who is as ill as the score can say.
fn oru(number: u64, seconds_ago: u64) -> Vec<u8> {
    let at = time(seconds_ago);
    let mut text = format!(
        "MSH|^~\\&|MON|H|W|H|{at}||ORU^R01|{number}{seconds_ago}|P|2.5.1\r\
         PID|1||MRNCANARY{number}^^^H^MR\r\
         PV1|1|I|ICU^{number}^A\r\
         OBR|1|||VS^Vital signs|||{at}\r"
    );
    let rows = [
        ("NM", "9279-1", "28", "/min"),
        ("NM", "59408-5", "88", "%"),
        ("NM", "8480-6", "84", "mm[Hg]"),
        ("NM", "8867-4", "139", "/min"),
        ("NM", "8310-5", "39.4", "Cel"),
        ("NM", "3151-8", "6", "L/min"),
        ("ST", "67775-7", "Alert", ""),
    ];
    let rows = (1..).zip(rows).map(|(row, (kind, code, value, unit))| {
        format!("OBX|{row}|{kind}|{code}^x^LN||{value}|{unit}|||||F|||{at}\r")
    });
    text.extend(rows);
    text.into_bytes()
}

/// A time as HL7 writes it, to the millisecond.
fn time(seconds_ago: u64) -> String {
    let now = SystemClock.now() - seconds_ago * 1000;
    let (days, of_day) = (now / 86_400_000, now % 86_400_000);
    // Days since 1970 as a date, after Howard Hinnant's `civil_from_days`.
    let z = days + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (
        doy - (153 * mp + 2) / 5 + 1,
        if mp < 10 { mp + 3 } else { mp - 9 },
    );
    let year = yoe + era * 400 + u64::from(month <= 2);
    let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
    let (seconds, millis) = (of_day / 1_000 % 60, of_day % 1_000);
    format!("{year:04}{month:02}{day:02}{hours:02}{minutes:02}{seconds:02}.{millis:03}+0000")
}

#[test]
fn people_stand_in_no_file_and_a_new_start_knows_them() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let beds = live_beds(folder.path()).await;
        for number in 1..40 {
            beds.receive(&adt("A01", number)).await.unwrap();
            beds.receive(&oru(number, 1)).await.unwrap();
        }
        beds.receive(&adt("A03", 2)).await.unwrap();
        let (by, reason) = ("housekeeper.canary", "leakcanary under the sink");
        let text = |text: &str| PhiText::new(text.to_owned(), 64);
        let nurses = vec![text("nurse.canaryfield")];
        beds.assign_nurses(bed_id(1), (nurses, text(by)), None)
            .await
            .unwrap();
        let blocked = Housekeeping::Blocked;
        beds.set_bed(bed_id(2), blocked, Some(text(reason)), text(by))
            .await
            .unwrap();
        beds.stop().await;
    });

    let markers = [
        "Zebrowski",
        "Canaria",
        "MRNCANARY",
        "19610309",
        "Attendingcanary",
        "housekeeper.canary",
        "leakcanary",
        "nurse.canaryfield",
    ];
    let findings = canary::scan(&folder.path().join("store"), &markers);
    assert!(findings.is_empty(), "{findings:?}");

    block_on(async {
        let beds = live_beds(folder.path()).await;
        let view = beds.bed(&bed_id(1)).unwrap();
        let patient = &view.occupants[0].patient;
        assert_eq!(patient.family_name.as_ref().unwrap().expose(), "Zebrowski");
        assert_eq!(view.nurses[0].nurse.expose(), "nurse.canaryfield");
        let blocked = beds.bed(&bed_id(2)).unwrap();
        assert_eq!(blocked.state, BedState::Blocked);
        let reason = blocked.reason.as_ref().map(PhiText::expose);
        assert_eq!(reason, Some("leakcanary under the sink"));
        assert!(view.occupants[0].chart.values.len() >= 6);
    });
}
