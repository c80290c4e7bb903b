//! A registration system fills patients' records: real messages over MLLP begin, change and merge them, the nurse of the
//! unit reads what they said, what is not certain waits for a person, and the trail says that the channel did it.

use serde_json::{Value, json};

use crate::home::{Home, free_address};
use crate::people::{Ended, Person, Site};
use crate::sender::{Sender, admission};
use crate::wait::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_fills_merges_and_links_records_that_a_nurse_then_reads() {
    let home = Home::new().await;
    let listener = free_address();
    home.channel(
        "adt-in",
        &format!(
            "[listener]\naddress = \"{listener}\"\n[acknowledgement]\nmode = \"original\"\n\
             [[destination]]\nname = \"beds\"\nkind = \"beds\"\n[[destination]]\nname = \"records\"\nkind = \"records\"\n"
        ),
    );
    let first = home.make_token("identities:write").await;
    let node = home.start().await;
    let site = Site { home: &home, node };
    let house = House::staffed(site, &first).await;
    let mut sender = Sender::to(listener).await;

    // When a patient is admitted, then registered under another number, and real messages come beside it.
    sender.send(&admission("F-1", "4711")).await;
    sender
        .send(&register("F-2", "56789^^^BCBS^MR", "Tost^Test"))
        .await;
    for sample in ["ADT-A01-01", "ADT-A08-01", "ADT-A28-01", "ADT-A40-01"] {
        let path = format!(
            "{}/../../testdata/hl7/{sample}.hl7",
            env!("CARGO_MANIFEST_DIR")
        );
        let (code, answer) = sender.send(&std::fs::read(path).unwrap()).await;
        assert_eq!(code, "AA", "{sample}: {answer}");
    }
    house.site.node.drained("adt-in").await;

    // Then the nurse of the unit reads the record of her patient.
    let admitted = house.found(&house.desk, &number("4711", "SYNTHHOSP")).await;
    let seen = house.show(&house.kim, &admitted).await;
    assert!(seen.stdout.contains("Testpatient"), "{seen:?}");
    assert_eq!(house.show(&house.lee, &admitted).await.code, 1);

    // And the real patient is found by the number of PID-3, and by that of the type SS there is none but of PID-19.
    let sample = house
        .found(&house.desk, &number("PATID1234", "test1"))
        .await;
    let record = house.show(&house.desk, &sample).await;
    for word in ["EVERYMAN", "ADAM", "1988-08-18", "Ann Arbor", "99999"] {
        assert!(record.stdout.contains(word), "{word}: {record:?}");
    }

    // And the merge of the real A40 leads from the old number to the record that stays.
    let survivor = house.found(&house.desk, &number("12345", "BCBS")).await;
    assert_eq!(
        house.found(&house.desk, &number("56789", "BCBS")).await,
        survivor
    );
    let record = house.show(&house.desk, &survivor).await;
    assert!(record.stdout.contains("2018-02-05"), "{record:?}");

    // When a message names two records as one patient, it waits for a person, who is told why and nothing of it.
    let both = "4711^^^SYNTHHOSP^MR~12345^^^BCBS^MR";
    sender.send(&register("F-3", both, "Who^Knows")).await;
    until("it became a dead letter", async || {
        let channel = house.site.node.channel("adt-in").await;
        channel["destinations"][1]["dead_letters"] == 1
    })
    .await;
    let letters = house.site.node.ask("GET", "/v1/dead-letters", None).await;
    let letters = letters.json();
    let letter = &letters["items"][0];
    assert_eq!(letter["destination"], "records");
    let path = format!("/v1/messages/{}", letter["message"]["id"]);
    let said = house.site.node.ask("GET", &path, None).await;
    let said = said.json()["deliveries"].to_string();
    assert!(
        said.contains("of 2 records") && !said.contains("Knows"),
        "{said}"
    );

    // And the desk links the two records instead.
    let link = format!("patient link {admitted} {survivor} --version 1 --other-version 2");
    let link: Vec<&str> = link.split(' ').collect();
    let linked = house.run(&house.desk, &link, "").await;
    assert_eq!(linked.code, 0, "{linked:?}");
    let show = ["patient", "show", &admitted, "--json"];
    let record = house.run(&house.desk, &show, "").await;
    assert!(record.stdout.contains(&survivor), "{record:?}");

    // And the trail has each change as the channel's, and an operator's replay changes nothing more.
    let trail = ["audit", "search", "--kind", "write", "--json"];
    let trail = house.run(&house.auditor, &trail, "").await.stdout;
    assert!(
        trail.contains("channel:adt-in") && trail.contains("mrn:BCBS:12345"),
        "{trail}"
    );
    let versions = house.history(&survivor).await;
    sender
        .send(&register("F-4", "12345^^^BCBS^MR", "Test^Test^A"))
        .await;
    house.site.node.drained("adt-in").await;
    assert_eq!(house.history(&survivor).await, versions);
    house.site.node.stop().await;
}

/// A registration of somebody with these numbers, in July 2018.
fn register(control_id: &str, numbers: &str, name: &str) -> Vec<u8> {
    format!(
        "MSH|^~\\&|REG|SYNTHHOSP|ENGINE|SYNTHHOSP|20180701060000||ADT^A28^ADT_A05|{control_id}|P|2.5.1\r\
         EVN|A28|20180701060000\rPID|1||{numbers}||{name}\r"
    )
    .into_bytes()
}

fn number(value: &str, authority: &str) -> Value {
    json!({"mrn": {"value": value, "authority": authority}})
}

struct House<'h> {
    site: Site<'h>,
    desk: Person,
    kim: Person,
    lee: Person,
    auditor: Person,
}

impl<'h> House<'h> {
    async fn staffed(site: Site<'h>, first: &str) -> Self {
        site.keep("first.token", first);
        site.hire("first.token", ["root", "security_admin", "-"])
            .await;
        let root = site.sign_in("root").await;
        for who in [
            ["rita", "registrar", "-"],
            ["kim", "nurse", "MED"],
            ["lee", "nurse", "ICU"],
            ["ada", "auditor", "-"],
        ] {
            assert_eq!(site.hire(&root.session, who).await.code, 0);
        }
        let (desk, kim) = (site.sign_in("rita").await, site.sign_in("kim").await);
        let (lee, auditor) = (site.sign_in("lee").await, site.sign_in("ada").await);
        Self {
            site,
            desk,
            kim,
            lee,
            auditor,
        }
    }

    /// The id of the one record that is found.
    async fn found(&self, who: &Person, query: &Value) -> String {
        let search = ["patient", "search", "-", "--json"];
        let found = self.run(who, &search, &query.to_string()).await;
        let json: Value = serde_json::from_str(&found.stdout).unwrap_or_default();
        let items = json["items"].as_array().or_else(|| json.as_array());
        let items = items.unwrap_or_else(|| panic!("{found:?}"));
        assert_eq!(items.len(), 1, "{found:?}");
        items[0]["id"].as_str().unwrap().to_owned()
    }

    async fn show(&self, who: &Person, id: &str) -> Ended {
        self.run(who, &["patient", "show", id, "--reveal"], "")
            .await
    }

    async fn history(&self, id: &str) -> String {
        self.run(&self.desk, &["patient", "history", id], "")
            .await
            .stdout
    }

    async fn run(&self, who: &Person, arguments: &[&str], input: &str) -> Ended {
        let mut all = arguments.to_vec();
        all.extend(["--token-file", &who.session]);
        self.site.run(&all, input).await
    }
}
