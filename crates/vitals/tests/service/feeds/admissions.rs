//! Admissions, moves, merges and beds.

use wardline_hl7::Charset;
use wardline_vitals::model::BedState;

use super::{contradictions, families};
use crate::scene::{House, WELL, adt, id, time};

/// An ADT message as the largest systems write them: long headers, a long PID, and most of it empty.
fn long(trigger: &str, at: &str, rest: &str) -> String {
    format!(
        "MSH|^~\\&|ADTSYS|MAIN|RCV|MAIN|202611210{at}00|IFUSER|ADT^{trigger}^ADT_A01|{trigger}{at}|P|2.3\n\
         EVN|{trigger}|202611210{at}00||ADT_EVENT|IFUSER^INTERFACE^USER^^^^^^MAIN^^^^^10501|\n{rest}"
    )
}

const LONG_PID: &str = "PID|1||E777^^^ENT^EPI~900100^^^MAIN^MRN~900-10-0100^^^USA^SS||TESTER^ANNA^Q^^^^D||19600301|F||W|1 A ST^^X^WI^53711^US^P||(608)555-0100^P^PH||EN|M|||900-10-0100|||||||||||N\n";

#[tokio::test]
async fn an_admission_with_many_numbers_and_a_long_place_is_read() {
    let house = House::new().await;

    let pv1 = "PV1|1|I|4W^0412^A^MAIN^R^^^^4W UNIT|EL|||1234^DOC^ONE^^^^^^MAIN^^^^MAIN|||CAR||||1|||1234^DOC^ONE|IP|5001^^^CSN^VN|||||||||||||||||||||||||20261121075500\n";
    house
        .receive(&long("A01", "755", &(LONG_PID.to_owned() + pv1)))
        .await;

    assert_eq!(families(&house, "MAIN~4W~0412~A"), ["TESTER"]);
    let patient = &house.occupant("MAIN~4W~0412~A").patient;
    assert_eq!(patient.main_identifier().unwrap().number.expose(), "900100");
}

/// PID-2 holds the number and PID-3 none; ADT^A02 of v2.2 has no structure and no facility.
#[tokio::test]
async fn a_message_of_version_2_2_is_read() {
    let house = House::new().await;
    let message = |trigger: &str, at: &str, bed: &str| {
        format!(
            "MSH|^~\\&|MEDITECH||||2026112107{at}||ADT^{trigger}|9{at}|P|2.2\nEVN|{trigger}|2026112107{at}\n\
             PID||M000123|||PATIENT^OLD||19310405|M||||||||||V00077\nPV1||I|{bed}||||DRX^DOC\n"
        )
    };

    house.receive(&message("A01", "10", "ICU^ICU-7^1")).await;
    house.receive(&message("A02", "20", "MS2^201^B")).await;

    assert_eq!(house.view("ICU~ICU-7~1").state, BedState::Dirty);
    assert_eq!(families(&house, "MS2~201~B"), ["PATIENT"]);
}

/// `""` deletes and is no name: neither a bed, nor a number, nor a person is called so.
#[tokio::test]
async fn null_parts_of_a_place_and_of_numbers_name_nothing() {
    let house = House::new().await;

    let text = "PID|1|\"\"|900100^^^MAIN^MR~\"\"^^^MAIN^PI||TESTER^\"\"||\"\"|\"\"||||||||||\"\"\n\
                PV1|1|I|ICU^101^\"\"^\"\"|||\"\"|\"\"||||||||||||5001\n";
    house.receive(&long("A01", "755", text)).await;

    assert_eq!(families(&house, "ICU~101~"), ["TESTER"]);
    let patient = &house.occupant("ICU~101~").patient;
    assert_eq!(patient.identifiers.len(), 1);
    assert_eq!(patient.given_name, None);
}

#[tokio::test]
async fn names_are_decoded_by_the_messages_own_delimiters_escapes_and_characters() {
    let house = House::new().await;
    let text = "MSH*^~\\&*HIS*H***20261121075500**ADT^A01^ADT_A01*1*P*2.8******UNICODE UTF-8\n\
                EVN**20261121075500\nPID*1**77^^^H^MR**O\\T\\Neil\\S\\Müller^Zo\\XC3AB\\**19600301*F\n\
                PV1*1*I*A\\F\\B^1^2****************V77\n";

    house.receive(text).await;

    let view = house.view("A.2AB~1~2");
    let patient = &view.occupants[0].patient;
    let family = patient.family_name.as_ref().unwrap().expose();
    assert_eq!(family, "O&Neil^Müller");
    assert_eq!(patient.given_name.as_ref().unwrap().expose(), "Zoë");
}

/// The old number of a patient who was merged twice still finds the bed, whichever order the merges come in.
#[tokio::test]
async fn a_chain_of_merges_leads_from_the_first_number_to_the_bed() {
    for order in [["A40", "A18"], ["A18", "A40"]] {
        let house = House::new().await;
        house.adt("A01", 1, "ICU~1~A").await;
        let merge = |trigger: &str| {
            let (into, from) = if trigger == "A40" { (2, 1) } else { (3, 2) };
            format!(
                "MSH|^~\\&|ADT|H|W|H|2026112107{into}000||ADT^{trigger}^ADT_A39|m{into}|P|2.5.1\nEVN||2026112107{into}000\n\
                 PID|1||M{into}^^^H^MR||Zebrowski^Ada\nMRG|M{from}^^^H^MR\n"
            )
        };

        for trigger in order {
            house.receive(&merge(trigger)).await;
        }
        house.vitals(1, "ICU~1~A", &[("pulse", "71")]).await;
        assert_eq!(house.pulse("ICU~1~A"), Some(71.0));
        house.vitals(3, "ICU~1~A", &[("pulse", "73")]).await;

        assert_eq!(house.pulse("ICU~1~A"), Some(73.0));
        let main = &house.occupant("ICU~1~A").patient;
        assert_eq!(main.main_identifier().unwrap().number.expose(), "M3");
    }
}

/// A47 changes the number itself: PID-3 is the new one, MRG-1 the wrong one.
#[tokio::test]
async fn a_corrected_number_is_the_patients_own() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;

    house
        .receive(
            "MSH|^~\\&|ADT|H|W|H|20261121080001||ADT^A47^ADT_A30|c|P|2.5.1\nEVN||20261121080001\n\
             PID|1||M9^^^H^MR||Zebrowski^Ada\nMRG|M1^^^H^MR\n",
        )
        .await;

    let patient = &house.occupant("ICU~1~A").patient;
    assert_eq!(patient.main_identifier().unwrap().number.expose(), "M9");
    assert!(contradictions(&house, "ICU~1~A").is_empty());
}

/// A44: the account was opened under the wrong patient, MRG-1, and is moved with its visit to the right one.
#[tokio::test]
async fn a_moved_account_takes_its_bed_to_the_right_patient() {
    let house = House::new().await;
    let pid = |n: u32, account: &str| {
        format!("PID|1||M{n}^^^H^MR||Name{n}^A||19600101|F||||||||||{account}\n")
    };
    let header = |trigger: &str, minute: u32| {
        format!(
            "MSH|^~\\&|ADT|H|W|H|2026112107{minute}00||ADT^{trigger}|{trigger}{minute}|P|2.5.1\nEVN||2026112107{minute}00\n"
        )
    };
    house
        .receive(&(header("A01", 10) + &pid(1, "ACC1") + "PV1|1|I|ICU^1^A\n"))
        .await;

    house
        .receive(&(header("A44", 20) + &pid(2, "ACC1") + "MRG|M1^^^H^MR\n"))
        .await;

    assert_eq!(families(&house, "ICU~1~A"), ["Name2"]);
    house.vitals(2, "ICU~1~A", &[("pulse", "72")]).await;
    assert_eq!(house.pulse("ICU~1~A"), Some(72.0));
    let wrong = house.vitals(1, "ICU~1~A", &[("pulse", "99")]).await;
    assert_eq!((wrong.charted, wrong.set_aside), (0, 1));
}

/// A45: two visits of a wrong account, each MRG with the PV1 that follows it.
#[tokio::test]
async fn moved_visits_take_their_beds_to_the_right_patient() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;

    house
        .receive(
            "MSH|^~\\&|ADT|H|W|H|20261121080001||ADT^A45^ADT_A45|mv|P|2.5.1\nEVN||20261121080001\n\
             PID|1||M2^^^H^MR||Right^Bo||19500101|M||||||||||ACC2^^^H^AN\n\
             MRG|M1^^^H^MR||ACC1^^^H^AN||V1^^^H^VN\nPV1|1|I|ICU^1^A||||||||||||||||V1^^^H^VN\n\
             MRG|M1^^^H^MR||ACC1^^^H^AN||V8^^^H^VN\nPV1|2|I|||||||||||||||||V8^^^H^VN\n",
        )
        .await;

    assert_eq!(families(&house, "ICU~1~A"), ["Right"]);
}

#[tokio::test]
async fn persons_without_a_visit_make_no_bed_and_change_their_names_everywhere() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let person = |trigger: &str, n: u32| {
        format!(
            "MSH|^~\\&|MPI|H|W|H|20261121080001||ADT^{trigger}^ADT_A05|{trigger}|P|2.5.1\nEVN||20261121080001\n\
             PID|1||M{n}^^^H^MR||Married^Ada||19610309|F\nPV1|1|N\n"
        )
    };

    house.receive(&person("A31", 1)).await;
    let unknown = house.receive(&person("A28", 5)).await;

    assert_eq!(families(&house, "ICU~1~A"), ["Married"]);
    assert_eq!(unknown.contradictions, 0);
}

#[tokio::test]
async fn a_pre_admission_that_is_cancelled_leaves_nothing() {
    let house = House::new().await;
    house.adt("A05", 1, "ICU~1~A").await;
    house.adt("A14", 2, "ICU~1~B").await;
    assert_eq!(house.view("ICU~1~B").state, BedState::Assigned);

    house.pass(60).await;
    house.adt("A38", 1, "ICU~1~A").await;
    house.adt("A27", 2, "ICU~1~B").await;

    assert_eq!(house.view("ICU~1~B").state, BedState::Unknown);
    assert!(contradictions(&house, "ICU~1~A").is_empty());
}

/// As ED systems do: A04 into a bay, A06 to the ward, A07 back.
#[tokio::test]
async fn an_emergency_patient_who_becomes_an_inpatient_leaves_the_bay() {
    let house = House::new().await;
    let message = |trigger: &str, class: &str, to: &str, from: &str, minute: u32| {
        format!(
            "MSH|^~\\&|EDIS|H|W|H|2026112107{minute}00||ADT^{trigger}|{minute}|P|2.5.1\nEVN||2026112107{minute}00\n\
             PID|1||M1^^^H^MR||Bay^Ed||19610309|F\nPV1|1|{class}|{to}|||{from}|||||||||||||V1\n"
        )
    };

    house
        .receive(&message("A04", "E", "ED^BAY^07", "", 10))
        .await;
    house
        .receive(&message("A06", "I", "MED^3^B", "ED^BAY^07", 20))
        .await;
    assert_eq!(house.view("ED~BAY~07").state, BedState::Dirty);
    assert_eq!(families(&house, "MED~3~B"), ["Bay"]);

    house
        .receive(&message("A07", "O", "ED^BAY^07", "MED^3^B", 30))
        .await;
    assert_eq!(families(&house, "ED~BAY~07"), ["Bay"]);
    assert_eq!(house.view("MED~3~B").state, BedState::Dirty);
    assert!(contradictions(&house, "ED~BAY~07").is_empty());
}

/// The decision to admit is taken back: the patient still lies in the bay (A11 cancels the A01, not the visit).
#[tokio::test]
async fn a_cancelled_admission_of_an_emergency_patient_leaves_them_in_the_bay() {
    let house = House::new().await;
    let message = |trigger: &str, class: &str, to: &str, minute: u32| {
        format!(
            "MSH|^~\\&|EDIS|H|W|H|2026112107{minute}00||ADT^{trigger}|{minute}|P|2.5.1\nEVN||2026112107{minute}00\n\
             PID|1||M1^^^H^MR||Bay^Ed||19610309|F\nPV1|1|{class}|{to}||||||||||||||||V1\n"
        )
    };
    house.receive(&message("A04", "E", "ED^BAY^07", 10)).await;
    house.receive(&message("A01", "I", "MED^3^B", 20)).await;

    house.receive(&message("A11", "E", "ED^BAY^07", 30)).await;

    assert_eq!(families(&house, "ED~BAY~07"), ["Bay"]);
    assert!(house.view("MED~3~B").occupants.is_empty());
}

#[tokio::test]
async fn who_returns_from_leave_to_another_bed_is_reported() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.pass(60).await;
    house.adt("A21", 1, "ICU~1~A").await;
    house.pass(60).await;

    house.adt("A22", 1, "ICU~1~B").await;

    assert_eq!(contradictions(&house, "ICU~1~A"), ["elsewhere"]);
}

#[tokio::test]
async fn an_intended_discharge_that_names_another_bed_is_reported() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.pass(60).await;

    house.adt("A16", 1, "ICU~1~B").await;

    assert_eq!(house.view("ICU~1~A").state, BedState::PendingDischarge);
    assert_eq!(contradictions(&house, "ICU~1~A"), ["elsewhere"]);
}

#[tokio::test]
async fn every_state_of_a_bed_is_taken_from_a20() {
    let house = House::new().await;
    for (code, state) in [
        ("C", BedState::Blocked),
        ("H", BedState::Cleaning),
        ("K", BedState::Dirty),
        ("U", BedState::Clean),
        ("O", BedState::Occupied),
    ] {
        house.pass(60).await;
        let at = time(house.now());
        house
            .receive(&format!(
                "MSH|^~\\&|EVS|H|W|H|{at}||ADT^A20^ADT_A20|{code}|P|2.5.1\nEVN||{at}\nNPU|ICU^9^A|{code}\n"
            ))
            .await;

        assert_eq!(house.view("ICU~9~A").state, state, "{code}");
    }
    assert_eq!(contradictions(&house, "ICU~9~A"), ["occupant_unknown"]);
}

/// Interfaces send news of a patient in bursts and late: the newest by its own time counts.
#[tokio::test]
async fn late_news_with_the_old_bed_after_a_transfer_move_nobody() {
    let house = House::new().await;
    let message = |trigger: &str, bed: &str, minute: u32| {
        format!(
            "MSH|^~\\&|ADT|H|W|H|2026112107{minute}00||ADT^{trigger}|{minute}|P|2.5.1\nEVN||2026112107{minute}00\n\
             PID|1||M1^^^H^MR||Late^Ann||19610309|F\nPV1|1|I|{bed}||||||||||||||||V1\n"
        )
    };
    house.receive(&message("A01", "ICU^1^A", 10)).await;
    house.receive(&message("A02", "MED^3^B", 30)).await;

    house.receive(&message("A08", "ICU^1^A", 20)).await;

    assert_eq!(families(&house, "MED~3~B"), ["Late"]);
    assert!(contradictions(&house, "MED~3~B").is_empty());
}

/// The discharge was cancelled and the A13 got lost. After a restart it is shown as before.
#[tokio::test]
async fn a_bed_that_somebody_is_said_to_be_in_after_the_discharge_shows_it_also_after_a_restart() {
    let house = House::new().await;
    for (trigger, bed) in [("A01", "ICU~1~A"), ("A03", "ICU~1~A"), ("A02", "MED~2~B")] {
        house.adt(trigger, 1, bed).await;
        house.pass(60).await;
    }
    let shown = |house: &House| {
        (
            house.view("MED~2~B").state,
            contradictions(house, "MED~2~B"),
        )
    };
    let expected = (BedState::Occupied, vec!["not_here".to_owned()]);
    assert_eq!(shown(&house), expected);

    let house = house.restarted().await;
    assert_eq!(shown(&house), expected);

    let set_aside = house.vitals(1, "MED~2~B", &WELL).await.set_aside;
    assert_eq!(set_aside, 1);
    house.adt("A13", 1, "MED~2~B").await;
    assert_eq!(families(&house, "MED~2~B"), ["Zebrowski"]);
    assert!(
        house
            .beds
            .bed(&id("MED~2~B"))
            .unwrap()
            .contradictions
            .is_empty()
    );
}

/// The patient may have left: whoever looks after the bed must see it, also after a restart, until it is answered.
#[tokio::test]
async fn a_discharge_under_another_visit_shows_at_the_bed_until_it_is_answered() {
    let house = House::new().await;
    let pv1 = |visit: &str| format!("PV1|1|I|4W^0412^A^MAIN||||||||||||||||{visit}^^^CSN^VN\n");
    let told = |trigger, at, visit| long(trigger, at, &(LONG_PID.to_owned() + &pv1(visit)));
    house.receive(&told("A01", "705", "5001")).await;

    house.receive(&told("A03", "715", "5002")).await;

    assert_eq!(contradictions(&house, "MAIN~4W~0412~A"), ["other_visit"]);
    assert_eq!(families(&house, "MAIN~4W~0412~A"), ["TESTER"]);
    let house = house.restarted().await;
    assert_eq!(contradictions(&house, "MAIN~4W~0412~A"), ["other_visit"]);

    house.receive(&told("A03", "725", "5001")).await;

    let bed = house.view("MAIN~4W~0412~A");
    assert_eq!(bed.state, BedState::Dirty);
    assert!(bed.contradictions.is_empty());
}

/// A sender of v2.3 that says nothing of its text, and a channel that says ISO-8859-2.
#[tokio::test]
async fn names_that_are_not_utf_8_are_read_as_the_channel_says_else_as_windows_1252() {
    let eastern = Charset::from_name(b"8859/2").unwrap();
    for (character_set, shown) in [(Some(eastern), "Košcielny"), (None, "Ko¹cielny")] {
        let house = House::new().await;
        let text = adt("A01", 1, "ICU~1~A", house.now()).replace('\n', "\r");
        let raw = text.replace("Zebrowski", "Ko?cielny").into_bytes();
        let raw: Vec<u8> = raw
            .into_iter()
            .map(|b| if b == b'?' { 0xb9 } else { b })
            .collect();

        house.beds.receive_in(&raw, character_set).await.unwrap();

        assert_eq!(families(&house, "ICU~1~A"), [shown]);
    }
}
