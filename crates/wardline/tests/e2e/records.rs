//! A patient's record at the command line: the desk begins it, the nurse of the unit adds to it, another unit's does not
//! learn that it is there, it is merged by version, and nothing of it stands in any file or log.

use serde_json::{Value, json};
use wardline_testkit::canary;

use crate::home::{Home, free_address};
use crate::people::{Ended, Person, Site};
use crate::sender::{Sender, admission};
use crate::wait::until;

const FAMILY: &str = "Quillzebrow";
const SSN: &str = "219-09-9999";
const ALLERGY: &str = "XANTHOPENICILLIN";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_begun_found_and_changed_by_those_who_may_and_masked_unless_asked_otherwise() {
    let listener = free_address();
    let mut home = Home::new().await;
    home.set("WARDLINE_LOG__LEVEL", "trace");
    home.channel(
        "adt-in",
        &format!(
            "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"beds\"\nkind = \"beds\"\n"
        ),
    );
    let first = home.make_token("identities:write").await;
    let site = Site {
        node: home.start().await,
        home: &home,
    };
    site.keep("first.token", &first);
    site.hire("first.token", ["root", "security_admin", "-"])
        .await;
    let root = site.sign_in("root").await;
    for who in [
        ["rita", "registrar", "-"],
        ["kim", "nurse", "MED"],
        ["lee", "nurse", "ICU"],
    ] {
        assert_eq!(site.hire(&root.session, who).await.code, 0);
    }
    let (desk, kim, lee) = (
        site.sign_in("rita").await,
        site.sign_in("kim").await,
        site.sign_in("lee").await,
    );
    Sender::to(listener)
        .await
        .send(&admission("M-1", "4711"))
        .await;

    // Given a record that the desk begins, of the patient who lies in MED.
    let record = json!({"set": {
        "name": {"family": FAMILY, "given": ["Ada"]}, "birth_date": "1943-02-17", "ssn": SSN,
        "mrn": [{"value": "4711", "authority": "SYNTHHOSP"}],
    }});
    let begun = act(&site, &desk, &["create", "-"], &record).await;
    assert_eq!(begun.code, 0, "{begun:?}");
    let id = begun.stdout.split(' ').next().unwrap().to_owned();

    // When it is looked for, it is masked, unless the desk says otherwise.
    let by_number = json!({"ssn": SSN});
    let masked = act(&site, &desk, &["search", "-"], &by_number).await;
    assert!(
        masked.stdout.contains(&id) && !masked.stdout.contains(FAMILY),
        "{masked:?}"
    );
    let revealed = act(&site, &desk, &["search", "-", "--reveal"], &by_number).await;
    assert!(revealed.stdout.contains(FAMILY), "{revealed:?}");

    // Then the nurse of the unit adds what is hers to write, following the version that there is.
    until("the patient lies in the bed", async || {
        show(&site, &kim, &id).await.code == 0
    })
    .await;
    let allergies = json!({"set": {"allergies": [ALLERGY]}});
    let change = ["update", &id, "-", "--version", "1"];
    assert_eq!(act(&site, &kim, &change, &allergies).await.code, 0);
    assert_eq!(act(&site, &kim, &change, &allergies).await.code, 1);
    assert!(show(&site, &kim, &id).await.stdout.contains(ALLERGY));
    assert!(!show(&site, &desk, &id).await.stdout.contains(ALLERGY));
    let of_another_unit = show(&site, &lee, &id).await;
    assert!(
        of_another_unit.code == 1 && of_another_unit.stdout.is_empty(),
        "{of_another_unit:?}"
    );
    let history = act(&site, &desk, &["history", &id], &Value::Null).await;
    assert!(
        history.stdout.contains("rita") && history.stdout.contains("kim"),
        "{history:?}"
    );

    let markers = [FAMILY, SSN, "219099999", "1943-02-17", ALLERGY];
    assert_eq!(canary::scan(&home.data, &markers), Vec::new());
    let log = canary::scan_bytes(&home.log_path(), home.log().as_bytes(), &markers);
    assert!(log.is_empty(), "{log:?}");
    site.node.stop().await;
}

async fn show(site: &Site<'_>, who: &Person, id: &str) -> Ended {
    act(site, who, &["show", id, "--reveal"], &Value::Null).await
}

/// `wardline patient ...` of somebody, with this on standard input.
async fn act(site: &Site<'_>, who: &Person, arguments: &[&str], input: &Value) -> Ended {
    let mut all = vec!["patient"];
    all.extend(arguments);
    all.extend(["--token-file", &who.session]);
    site.run(&all, &input.to_string()).await
}
