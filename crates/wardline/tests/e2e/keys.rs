//! Keys are exchanged while the service runs: killed in the middle, everything opens; and with a real OpenBao, which may be
//! away. No process leaves its memory in a core.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;
use tokio::time::sleep;
use wardline_simulator::load::{Load, LoadOptions, OnFailure};
use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};
use wardline_testkit::services::{BAO_ROOT_TOKEN, OpenBao};

use crate::home::{Home, Node, free_address};
use crate::http::{self, Response};
use crate::ledger::none_is_lost;
use crate::partner::Recorder;
use crate::sender::{Sender, admission};
use crate::wait::until;

/// How often the process is killed amid a rotation and the move that follows it.
const KILLS: u64 = 6;
const CHANNELS: usize = 12;

async fn keys(node: &Node, token: &str, method: &str, path: &str) -> Option<Response> {
    http::request(node.http, Some(token), method, path, Some("{}"))
        .await
        .ok()
}

async fn moved(node: &Node, token: &str) -> Value {
    until("all data keys are moved", async || {
        let shown = keys(node, token, "GET", "/v1/keys/rewrap").await.unwrap();
        shown.json()["state"] == "done"
    })
    .await;
    keys(node, token, "GET", "/v1/keys").await.unwrap().json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_amid_rotations_and_moves_under_load_leaves_everything_openable() {
    let mut rng = Rng::new();
    let seed = rng.get_seed();
    println!("seed {seed}");
    rng.seed(seed);
    let options = PartnerOptions {
        behaviour: Behaviour::taking(Duration::ZERO),
        seed,
        ..PartnerOptions::default()
    };
    let partner = Partner::start(options).await.unwrap();
    let home = Home::new().await;
    let addresses: Vec<_> = (0..CHANNELS).map(|_| free_address()).collect();
    for (number, listener) in addresses.iter().enumerate() {
        let to = partner.address();
        let text = format!(
            "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\naddress = \"{to}\"\n"
        );
        home.channel(&format!("in-{number}"), &text);
    }
    let token = home.make_token("keys:read,keys:write").await;
    let mut node = home.start().await;
    // A key of its own for each channel, so that a move has something to do.
    for listener in &addresses[1..] {
        let mut sender = Sender::to(*listener).await;
        assert_eq!(sender.send(&admission("ONE", "MRN1")).await.0, "AA");
    }
    let load = Load::start(&LoadOptions {
        connections: 4,
        depth: 1,
        patients: 20,
        run: 1,
        on_failure: OnFailure::Resend {
            patience: Duration::from_mins(2),
        },
        remember_acknowledged: true,
        ..LoadOptions::to(addresses[0])
    })
    .unwrap();

    for _ in 0..KILLS {
        let before = load.progress().1;
        until("messages are taken again", async || {
            load.progress().1 > before + 20
        })
        .await;
        let (http, asked) = (node.http, token.clone());
        let rotation = tokio::spawn(async move {
            http::request(http, Some(&asked), "POST", "/v1/keys/rotate", Some("{}")).await
        });
        sleep(Duration::from_millis(rng.u64(0..60))).await;
        node.kill().await;
        drop(rotation.await);
        node = home.start().await;
    }
    load.stop();
    let report = load.finish().await;
    node.drained("in-0").await;

    assert_eq!((report.refused, report.unanswered), (0, 0), "{report:?}");
    none_is_lost(&partner, &report);
    let shown = moved(&node, &token).await;
    let keks = shown["key_encryption_keys"].as_array().unwrap();
    assert_eq!(keks.len(), 1, "{shown}");
    assert_eq!(keks[0]["current"], true, "{shown}");
    assert!(keks[0]["data_keys"].as_u64().unwrap() >= 12, "{shown}");
    node.stop().await;
    // The file has every version that was told, and no half one beside it.
    assert!(!home.folder().join("keys.txt.new").exists());
    let text = fs::read_to_string(home.folder().join("keys.txt")).unwrap();
    let versions = text.lines().filter(|line| line.starts_with("kek ")).count();
    assert_eq!(
        shown["version"].as_u64().unwrap(),
        u64::try_from(versions).unwrap()
    );
    home.start().await.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_moves_to_openbao_and_takes_messages_while_it_is_away() {
    let bao = OpenBao::start();
    bao.make_key("wardline");
    let partner = Recorder::accepting().await;
    let listener = free_address();
    let mut home = Home::new().await;
    home.channel(
        "adt-in",
        &format!(
            "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\naddress = \"{}\"\n",
            partner.address
        ),
    );
    let token = home.make_token("keys:read,keys:write").await;
    let node = home.start().await;
    let mut sender = Sender::to(listener).await;
    assert_eq!(sender.send(&admission("BEFORE", "MRN1")).await.0, "AA");
    node.drained("adt-in").await;
    node.stop().await;

    let vault_token = home.folder().join("vault.token");
    fs::write(&vault_token, BAO_ROOT_TOKEN).unwrap();
    fs::set_permissions(
        &vault_token,
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    let token_file = vault_token.to_str().unwrap().to_owned();
    home.set("WARDLINE_KEYS__PROVIDER", "vault");
    home.set("WARDLINE_VAULT__URL", &bao.url());
    home.set("WARDLINE_VAULT__TOKEN_FILE", &token_file);
    let mut seal = home.command();
    seal.args(["keys", "seal-index", "--set", "keys.provider=vault"])
        .args(["--set", &format!("vault.url={}", bao.url())])
        .args(["--set", &format!("vault.token_file={token_file}")]);
    let sealed = seal.output().await.unwrap();
    assert!(sealed.status.success(), "{sealed:?}");
    let keys_text = fs::read_to_string(home.folder().join("keys.txt")).unwrap();
    assert!(keys_text.contains("sealed-index 1 1 ") && !keys_text.contains("\nindex "));
    let node = home.start().await;
    let shown = moved(&node, &token).await;
    assert_eq!(shown["holder"], "vault");
    let keks = shown["key_encryption_keys"].as_array().unwrap();
    assert_eq!(
        (keks.len(), &keks[0]["holder"]),
        (1, &"vault".into()),
        "{shown}"
    );

    bao.seal();

    until("it says that the key service is away", async || {
        let ready = http::request(node.http, None, "GET", "/readyz", None)
            .await
            .unwrap();
        assert_eq!(ready.status, 200, "{}", ready.text());
        ready.json()["keys"] == "away"
    })
    .await;
    let mut sender = Sender::to(listener).await;
    assert_eq!(sender.send(&admission("MEANWHILE", "MRN1")).await.0, "AA");
    until("both messages arrived", async || {
        partner.received().len() == 2
    })
    .await;
    let rotated = keys(&node, &token, "POST", "/v1/keys/rotate")
        .await
        .unwrap();
    assert_eq!(rotated.status, 503, "{}", rotated.text());
    let log = home.log();
    assert!(log.contains("the key service is away"), "{log}");
    assert!(!log.contains(BAO_ROOT_TOKEN));
    node.stop().await;
    // Without the service nothing is opened, and it says why.
    assert!(home.try_start().await.is_err());
    assert!(
        home.log().contains("the key service is not available"),
        "{}",
        home.log()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_of_a_fault_leaves_no_core_and_its_arguments_hold_nothing() {
    let home = Home::new().await;
    home.channel(
        "adt-in",
        &format!("[listener]\naddress = \"{}\"\n", free_address()),
    );
    let node = home.start().await;
    let of = |file: &str| fs::read(format!("/proc/{}/{file}", node.pid())).unwrap();

    let limits = String::from_utf8(of("limits")).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.unwrap().split_whitespace().collect();
    assert_eq!(&words[4..6], ["0", "0"], "{limits}");
    let arguments = String::from_utf8(of("cmdline")).unwrap();
    let keys_text = fs::read_to_string(home.folder().join("keys.txt")).unwrap();
    let secrets = keys_text
        .lines()
        .filter(|line| line.starts_with("kek ") || line.starts_with("index "));
    let secrets: Vec<&str> = secrets.filter_map(|line| line.split(' ').nth(2)).collect();
    assert_eq!(secrets.len(), 2);
    for secret in secrets.into_iter().chain([home.token.as_str()]) {
        assert!(!arguments.contains(secret));
        assert!(!String::from_utf8_lossy(&of("environ")).contains(secret));
    }
    node.signal("ABRT").await;
    let status = node.ended().await;

    assert_eq!(status.signal(), Some(6));
    assert!(!status.core_dumped());
}
