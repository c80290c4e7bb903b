//! A patient's record at the command line: the desk begins it, the nurse of the unit adds to it, another unit's does not
//! learn that it is there but by breaking the glass, and nothing of it stands in any file or log.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use wardline_testkit::canary;

use crate::home::{Home, free_address};
use crate::people::{Ended, Person, Site};
use crate::sender::{Sender, admission};
use crate::wait::until;

pub(crate) const FAMILY: &str = "Quillzebrow";
pub(crate) const SSN: &str = "219-09-9999";
pub(crate) const ALLERGY: &str = "XANTHOPENICILLIN";

/// A house with a record of the patient who lies in MED, and those who ask for it.
pub(crate) struct Ward<'h> {
    pub(crate) site: Site<'h>,
    desk: Person,
    kim: Person,
    pub(crate) lee: Person,
    pub(crate) officer: Person,
    pub(crate) id: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_changed_by_those_who_may_and_masked_unless_asked_otherwise() {
    let home = loud_home().await;
    let ward = Ward::open(&home).await;

    // When it is looked for, it is masked, unless the desk says otherwise.
    let by_number = json!({"ssn": SSN});
    let masked = ward.patient(&ward.desk, &["search", "-"], &by_number).await;
    assert!(
        masked.stdout.contains(&ward.id) && !masked.stdout.contains(FAMILY),
        "{masked:?}"
    );
    let asked = ["search", "-", "--reveal"];
    let revealed = ward.patient(&ward.desk, &asked, &by_number).await;
    assert!(revealed.stdout.contains(FAMILY), "{revealed:?}");

    // Then what the nurse of the unit added is for those who treat, and of another unit it is not there.
    let change = ["update", &ward.id, "-", "--version", "1"];
    let overtaken = ward.patient(&ward.kim, &change, &allergies()).await;
    assert_eq!(overtaken.code, 1, "{overtaken:?}");
    assert!(ward.show(&ward.kim).await.stdout.contains(ALLERGY));
    assert!(!ward.show(&ward.desk).await.stdout.contains(ALLERGY));
    let denied = ward.show(&ward.lee).await;
    assert!(denied.code == 1 && denied.stdout.is_empty(), "{denied:?}");
    let asked = ["history", &ward.id];
    let history = ward.patient(&ward.desk, &asked, &Value::Null).await;
    assert!(
        history.stdout.contains("rita") && history.stdout.contains("kim"),
        "{history:?}"
    );

    let markers = [FAMILY, SSN, "219099999", "1943-02-17", ALLERGY];
    assert_eq!(canary::scan(&home.data, &markers), Vec::new());
    let log = canary::scan_bytes(&home.log_path(), home.log().as_bytes(), &markers);
    assert!(log.is_empty(), "{log:?}");
    ward.site.node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_taken_into_a_file_for_its_owner_alone_and_accounted_for() {
    let home = loud_home().await;
    let ward = Ward::open(&home).await;
    ward.site.keep("why.txt", "notifiable disease report\n");
    let id = ward.id.as_str();
    let take = |to: &'static str, more: &[&'static str]| {
        let words = [
            "patient",
            "take",
            id,
            "--types",
            "demographics",
            "--reason-file",
            "why.txt",
            "--purpose",
            "PUBHLTH",
            "--write",
            to,
        ];
        [&words, more].concat()
    };
    let health_office = ["--recipient", "County Health Office"];

    let nobody = ward.run(&ward.officer, &take("nobody.json", &[]), "").await;
    let denied = take("denied.json", &health_office);
    let denied = ward.run(&ward.kim, &denied, "").await;
    let copy = take("copy.json", &health_office);
    let taken = ward.run(&ward.officer, &copy, "").await;
    let again = ward.run(&ward.officer, &copy, "").await;
    let accounting = ["audit", "accounting", "--patient-file", "-"];
    let of_patient = "mrn:SYNTHHOSP:4711\n";
    let accounted = ward.run(&ward.officer, &accounting, of_patient).await;

    assert_eq!(nobody.code, 2, "{nobody:?}");
    assert!(nobody.stderr.contains("--recipient"), "{nobody:?}");
    assert_eq!(denied.code, 1, "{denied:?}");
    assert_eq!(taken.code, 0, "{taken:?}");
    assert!(!taken.stdout.contains(FAMILY), "{taken:?}");
    assert!(
        again.code == 1 && again.stderr.contains("copy.json"),
        "{again:?}"
    );
    for none in ["nobody.json", "denied.json"] {
        assert!(!home.folder().join(none).exists(), "{none}");
    }
    assert!(
        accounted.stdout.contains("County Health Office"),
        "{accounted:?}"
    );
    let file = home.folder().join("copy.json");
    assert!(std::fs::read_to_string(&file).unwrap().contains(FAMILY));
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    ward.site.node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_glass_shows_the_record_to_its_user_alone_and_is_told_counted_and_judged() {
    let home = loud_home().await;
    let ward = Ward::open(&home).await;
    let why = json!({"patient": {"number": "4711", "authority": "SYNTHHOSP"}, "reason": "emergency_treatment",
        "text": "stroke on the corridor"});
    ward.site.keep("why.json", &why.to_string());

    let code = format!("{}\n", ward.lee.authenticator.code());
    let request = [
        "emergency",
        "request",
        "why.json",
        "--write",
        "emergency.token",
    ];
    let granted = ward.run(&ward.lee, &request, &code).await;

    assert_eq!(granted.code, 0, "{granted:?}");
    let grant = granted.stdout.split(' ').next().unwrap();
    let id = ward.id.as_str();
    let show = [
        "patient",
        "show",
        id,
        "--reveal",
        "--emergency-file",
        "emergency.token",
    ];
    let seen = ward.run(&ward.lee, &show, "").await;
    assert!(seen.stdout.contains(ALLERGY), "{seen:?}");
    assert_eq!(ward.run(&ward.kim, &show, "").await.code, 1);
    let told = ["emergency", "notifications"];
    let told = ward.run(&ward.officer, &told, "").await;
    assert!(told.stdout.contains("lee"), "{told:?}");
    let verdict = ["emergency", "review", grant, "justified"];
    assert_eq!(ward.run(&ward.officer, &verdict, "").await.code, 0);
    let back = ["emergency", "give-back", grant];
    assert_eq!(ward.run(&ward.lee, &back, "").await.code, 0);
    assert_eq!(ward.run(&ward.lee, &show, "").await.code, 1);
    ward.site.node.stop().await;
}

/// A home that logs all there is to log.
pub(crate) async fn loud_home() -> Home {
    let mut home = Home::new().await;
    home.set("WARDLINE_LOG__LEVEL", "trace");
    home
}

fn allergies() -> Value {
    json!({"set": {"allergies": [ALLERGY]}})
}

impl<'h> Ward<'h> {
    pub(crate) async fn open(home: &'h Home) -> Self {
        let listener = free_address();
        home.channel(
            "adt-in",
            &format!(
                "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"beds\"\nkind = \"beds\"\n"
            ),
        );
        let first = home.make_token("identities:write").await;
        let node = home.start().await;
        let site = Site { home, node };
        site.keep("first.token", &first);
        site.hire("first.token", ["root", "security_admin", "-"])
            .await;
        let root = site.sign_in("root").await;
        for who in [
            ["pat", "privacy_officer", "-"],
            ["pia", "privacy_officer", "-"],
            ["rita", "registrar", "-"],
            ["kim", "nurse", "MED"],
            ["lee", "nurse", "ICU"],
        ] {
            assert_eq!(site.hire(&root.session, who).await.code, 0);
        }
        let (desk, kim) = (site.sign_in("rita").await, site.sign_in("kim").await);
        let (lee, officer) = (site.sign_in("lee").await, site.sign_in("pat").await);
        let mut sender = Sender::to(listener).await;
        sender.send(&admission("M-1", "4711")).await;
        let mut ward = Self {
            site,
            desk,
            kim,
            lee,
            officer,
            id: String::new(),
        };
        ward.begin_record().await;
        ward
    }

    /// The desk begins it, and the nurse of the unit adds to it once the patient lies there.
    async fn begin_record(&mut self) {
        let record = json!({"set": {
            "name": {"family": FAMILY, "given": ["Ada"]}, "birth_date": "1943-02-17", "ssn": SSN,
            "mrn": [{"value": "4711", "authority": "SYNTHHOSP"}],
        }});
        let begun = self.patient(&self.desk, &["create", "-"], &record).await;
        assert_eq!(begun.code, 0, "{begun:?}");
        self.id = begun.stdout.split(' ').next().unwrap().to_owned();
        until("the patient lies in the bed", async || {
            self.show(&self.kim).await.code == 0
        })
        .await;
        let change = ["update", &self.id, "-", "--version", "1"];
        let added = self.patient(&self.kim, &change, &allergies()).await;
        assert_eq!(added.code, 0, "{added:?}");
    }

    async fn show(&self, who: &Person) -> Ended {
        let asked = ["show", &self.id, "--reveal"];
        self.patient(who, &asked, &Value::Null).await
    }

    /// `wardline patient ...` of somebody, with this on standard input.
    pub(crate) async fn patient(&self, who: &Person, arguments: &[&str], input: &Value) -> Ended {
        let mut all = vec!["patient"];
        all.extend(arguments);
        self.run(who, &all, &input.to_string()).await
    }

    pub(crate) async fn run(&self, who: &Person, arguments: &[&str], input: &str) -> Ended {
        let mut all = arguments.to_vec();
        all.extend(["--token-file", &who.session]);
        self.site.run(&all, input).await
    }
}
