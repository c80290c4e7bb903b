//! Charts follow their stays when numbers become one.

use super::scene::{House, id};

/// V1 becomes V2, both of patient 1.
const MERGE: &str = "MSH|^~\\&|ADT|H|W|H|20261121080500||ADT^A42|m|P|2.5.1\n\
                     EVN|A42|20261121080500\nPID|1||M1^^^H^MR\nMRG|M1^^^H^MR||||V1^^^H^VN\n\
                     PV1|1|I|||||||||||||||||V2^^^H^VN\n";

fn second_visit(bed: &str, at: &str) -> String {
    let bed = bed.replace('~', "^");
    format!(
        "MSH|^~\\&|ADT|H|W|H|{at}||ADT^A01|{at}|P|2.5.1\nEVN|A01|{at}\n\
         PID|1||M1^^^H^MR||Zebrowski^Ada1||19610309|F\n\
         PV1|1|I|{bed}||||||||||||||||V2^^^H^VN\n"
    )
}

#[tokio::test]
async fn values_of_a_visit_that_is_merged_go_along_and_survive_a_restart() {
    let house = House::new().await;
    house
        .receive(&second_visit("ICU~1~A", "20261121075000"))
        .await;
    house.adt("A01", 1, "ICU~1~B").await;
    let report = "MSH|^~\\&|MON|H|W|H|20261121080000||ORU^R01|v|P|2.5.1\n\
                  PID|1||M1^^^H^MR\nPV1|1|I|ICU^1^B||||||||||||||||V1^^^H^VN\n\
                  OBR|1|||vitals|||20261121080000\n\
                  OBX|1|NM|8867-4^Heart rate^LN||88|/min|||||F|||20261121080000\n";
    house.receive(report).await;
    assert_eq!(house.pulse("ICU~1~B"), Some(88.0));
    let (older, newer) = (house.stay("ICU~1~A"), house.stay("ICU~1~B"));
    assert_ne!(older, newer);

    house.clock.advance(5 * 60_000);
    house.receive(MERGE).await;

    assert_eq!(house.stay("ICU~1~B"), older);
    assert!(house.view("ICU~1~A").occupants.is_empty());
    assert_eq!(house.pulse("ICU~1~B"), Some(88.0));
    let house = house.restarted().await;
    assert_eq!(house.pulse("ICU~1~B"), Some(88.0));
    assert_eq!(house.beds.bed(&id("ICU~1~B")).unwrap().occupants.len(), 1);
}

#[tokio::test]
async fn a_merge_that_comes_first_counts_after_a_restart() {
    let house = House::new().await;
    house.clock.advance(5 * 60_000);
    house.receive(MERGE).await;
    let house = house.restarted().await;

    house
        .receive(&second_visit("ICU~1~A", "20261121075000"))
        .await;
    house.adt("A02", 1, "ICU~1~B").await;

    assert!(house.view("ICU~1~A").occupants.is_empty());
    assert_eq!(house.view("ICU~1~B").occupants.len(), 1);
}
