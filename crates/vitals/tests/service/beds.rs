//! Beds, units, nurses and housekeeping, as they are read.

use wardline_vitals::OperationError;
use wardline_vitals::census::Care;
use wardline_vitals::model::{Authority, BedState, PatientIdentifier, PhiText};
use wardline_vitals::operations::{BedFilter, Housekeeping};
use wardline_vitals::score::SaturationScale;

use super::scene::{House, id, person};

#[tokio::test]
async fn an_admission_shows_at_its_bed_and_its_unit() {
    let house = House::new().await;

    house.adt("A01", 1, "ICU~1~A").await;
    house.adt("A01", 2, "WARD~2~A").await;
    house.adt("A03", 2, "WARD~2~A").await;

    let view = house.view("ICU~1~A");
    assert_eq!(view.state, BedState::Occupied);
    let occupant = &view.occupants[0];
    assert_eq!(
        occupant.patient.family_name.as_ref().unwrap().expose(),
        "Zebrowski"
    );
    assert_eq!(occupant.age_years, Some(65));
    let units = house.beds.units();
    let unit = units
        .iter()
        .find(|unit| unit.unit.as_str() == "WARD")
        .unwrap();
    assert_eq!(unit.by_state[&BedState::Dirty], 1);
    assert_eq!(units.len(), 2);
}

#[tokio::test]
async fn beds_are_listed_in_pages_that_neither_repeat_nor_skip() {
    let house = House::new().await;
    for n in 1..=7 {
        house.adt("A01", n, &format!("ICU~{n}~A")).await;
        house.adt("A01", n + 10, &format!("WARD~{n}~A")).await;
    }
    let filter = BedFilter {
        unit: Some("ICU".parse().unwrap()),
        ..BedFilter::default()
    };

    let (mut listed, mut cursor) = (Vec::new(), None);
    loop {
        let page = house.beds.beds(&filter, cursor.as_ref(), 3);
        assert!(page.beds.len() <= 3);
        listed.extend(page.beds.iter().map(|view| view.bed.to_string()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }

    assert_eq!(
        listed,
        (1..=7).map(|n| format!("ICU~{n}~A")).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn nurses_are_assigned_and_found_and_keep_their_time() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.adt("A01", 2, "ICU~1~B").await;
    let (bed, charge) = (id("ICU~1~A"), person("charge"));
    let assign = |nurses| {
        house
            .beds
            .assign_nurses(bed.clone(), (nurses, charge.clone()), None)
    };
    assign(vec![person("ada")]).await.unwrap();
    let since = house.view("ICU~1~A").nurses[0].since;

    house.clock.advance(60_000);
    assign(vec![person("ada"), person("grace")]).await.unwrap();

    let nurses = &house.view("ICU~1~A").nurses;
    assert_eq!(nurses[0].since, since);
    assert_eq!(nurses[1].since, since + 60_000);
    let filter = BedFilter {
        nurse: Some("grace".to_owned()),
        ..BedFilter::default()
    };
    assert_eq!(house.beds.beds(&filter, None, 10).beds.len(), 1);
    assign(Vec::new()).await.unwrap();
    assert!(house.view("ICU~1~A").nurses.is_empty());
}

#[tokio::test]
async fn of_two_who_assign_nurses_upon_the_same_ones_the_second_is_told() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let assign = |nurses: &[&str], expected| {
        let nurses = nurses.iter().map(|nurse| person(nurse)).collect();
        let given = (nurses, person("charge"));
        house.beds.assign_nurses(id("ICU~1~A"), given, expected)
    };
    let nobody = house.beds.nurses_version(&house.view("ICU~1~A").nurses);

    let ada = assign(&["ada"], Some(nobody)).await.unwrap();
    let late = assign(&["grace"], Some(nobody)).await;

    assert!(matches!(late, Err(OperationError::NursesChanged)));
    let shown = house.view("ICU~1~A");
    assert_eq!(shown.nurses[0].nurse.expose(), "ada");
    assert_eq!(house.beds.nurses_version(&shown.nurses), ada);
    let both = assign(&["ada", "grace"], Some(ada)).await.unwrap();
    let turned = assign(&["grace", "ada"], Some(both)).await.unwrap();
    assert_ne!(turned, both);
    assign(&["ada"], None).await.unwrap();
}

#[tokio::test]
async fn a_bed_is_cleaned_and_blocked_by_people_and_never_under_a_patient() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let set = |said, reason: Option<&str>| {
        let reason = reason.map(person);
        house
            .beds
            .set_bed(id("ICU~1~A"), said, reason, person("ada"))
    };
    let refused = set(Housekeeping::Clean, None).await;
    assert!(matches!(refused, Err(OperationError::Conflict(_))));

    house.adt("A03", 1, "ICU~1~A").await;
    assert_eq!(house.view("ICU~1~A").state, BedState::Dirty);
    set(Housekeeping::Cleaning, None).await.unwrap();
    assert_eq!(house.view("ICU~1~A").state, BedState::Cleaning);
    set(Housekeeping::Blocked, Some("leak")).await.unwrap();
    assert_eq!(
        house.view("ICU~1~A").reason.as_ref().unwrap().expose(),
        "leak"
    );
    set(Housekeeping::Clean, None).await.unwrap();
    assert_eq!(house.view("ICU~1~A").state, BedState::Clean);

    let unknown = house
        .beds
        .set_bed(id("X~1~A"), Housekeeping::Clean, None, person("ada"));
    assert!(matches!(unknown.await, Err(OperationError::NoSuchBed)));
}

#[tokio::test]
async fn care_that_a_person_set_changes_the_score() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.vitals(1, "ICU~1~A", &[("spo2", "90")]).await;
    let points = |house: &House| house.occupant("ICU~1~A").chart.score.assessment.parts()[0].points;
    assert_eq!(points(&house), 3);

    let care = Care {
        saturation_scale: SaturationScale::Two,
        ..Care::default()
    };
    house
        .beds
        .set_care(house.stay("ICU~1~A"), care)
        .await
        .unwrap();

    assert_eq!(points(&house), 0);
}

#[tokio::test]
async fn what_cannot_all_be_true_shows_at_the_bed() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;

    let received = house.adt("A01", 2, "ICU~1~A").await;

    assert_eq!(received.contradictions, 1);
    let view = house.view("ICU~1~A");
    assert_eq!(view.occupants.len(), 2);
    assert_eq!(view.contradictions[0].as_str(), "many_in_one_bed");
    let filter = BedFilter {
        contradicted: true,
        ..BedFilter::default()
    };
    assert_eq!(house.beds.beds(&filter, None, 10).beds.len(), 1);
}

#[tokio::test]
async fn a_patient_is_found_by_number_where_it_lies_now_and_nowhere_else() {
    let mut house = House::new().await;
    let number = |number: &str, authority: &str| PatientIdentifier {
        number: PhiText::new(number.to_owned(), 128),
        authority: Authority {
            namespace: authority.to_owned(),
            universal: String::new(),
        },
        type_code: String::new(),
    };
    let found = |house: &House, its: &PatientIdentifier| -> Vec<String> {
        let beds = house.beds.beds_of(its);
        beds.iter().map(|view| view.bed.to_string()).collect()
    };
    let named = |house: &House, authority: &str| house.beds.beds_named("M1", authority).len();
    let one = number("M1", "H");
    house.adt("A01", 1, "ICU~1~A").await;
    house.adt("A01", 2, "ICU~2~A").await;
    assert_eq!(found(&house, &one), ["ICU~1~A"]);
    assert!(found(&house, &number("M1", "OTHER")).is_empty());
    assert!(found(&house, &number("M", "H")).is_empty());
    assert_eq!(found(&house, &number("M1", "")), ["ICU~1~A"]);
    assert_eq!(named(&house, "H"), 1);
    assert_eq!(named(&house, ""), 0, "no authority is not any authority");

    house.pass(60).await;
    house.adt("A02", 1, "WARD~7~A").await;
    assert_eq!(found(&house, &one), ["WARD~7~A"]);
    // A process that was started again knows it too.
    house = house.restarted().await;
    assert_eq!(found(&house, &one), ["WARD~7~A"]);

    house.pass(60).await;
    house.adt("A03", 1, "WARD~7~A").await;
    assert!(found(&house, &one).is_empty());
}
