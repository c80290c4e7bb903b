//! An estate that is changed while clients use it: certificates, slots, nodes.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use tempfile::TempDir;
use wardline_estate::certificates::Renewal;
use wardline_estate::description::Topology;
use wardline_estate::lab::Lab;
use wardline_estate::link::{Credentials, Link, LinkError, LinkTls};
use wardline_estate::status::{self, Status};
use wardline_estate::{Role, quicken};

use crate::unhurried;

#[tokio::test]
async fn new_certificates_are_taken_while_connections_stay() {
    let folder = TempDir::new().unwrap();
    let mut lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();
    let master = lab.masters().await.unwrap()[0].address;
    let mut before = lab.link(master, Role::App).await.unwrap();
    let id = before.text(&["CLIENT", "ID"]).await.unwrap();
    let old = served_certificate(&lab, master);

    let renewed = lab.rotate_certificates().await.unwrap();

    // 3 nodes, 3 Sentinels, 6 clients.
    assert_eq!(renewed.len(), 12);
    assert_ne!(served_certificate(&lab, master), old);
    assert_eq!(before.text(&["CLIENT", "ID"]).await.unwrap(), id);
    let mut after = lab.link(master, Role::App).await.unwrap();
    assert_eq!(after.text(&["PING"]).await.unwrap(), "PONG");
    assert_eq!(lab.masters().await.unwrap()[0].address, master);
    lab.wait_until_whole().await.unwrap();
}

#[tokio::test]
async fn a_new_authority_takes_over_while_connections_stay_and_what_the_old_one_signed_is_refused()
{
    let folder = TempDir::new().unwrap();
    let mut lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();
    let master = lab.masters().await.unwrap()[0].address;
    let mut before = lab.link(master, Role::App).await.unwrap();
    let id = before.text(&["CLIENT", "ID"]).await.unwrap();
    let first = client(&lab);

    for state in [Renewal::Begun, Renewal::Switched, Renewal::None] {
        // Whoever has not read its files again since the step before is let in and lets itself be let in.
        let late = client(&lab);
        assert_eq!(lab.renew_authority().await.unwrap(), state);
        let mut link = connect(&lab, master, &late).await.unwrap();
        assert_eq!(link.text(&["PING"]).await.unwrap(), "PONG", "{state:?}");
        let mut link = lab.link(master, Role::App).await.unwrap();
        assert_eq!(link.text(&["PING"]).await.unwrap(), "PONG", "{state:?}");
        lab.wait_until_whole().await.unwrap();
    }

    assert_eq!(before.text(&["CLIENT", "ID"]).await.unwrap(), id);
    assert!(connect(&lab, master, &first).await.is_err());
    for sentinel in lab.sentinel_addresses() {
        assert!(connect(&lab, sentinel, &first).await.is_err());
    }
    let authority = fs::read_to_string(lab.client_certificate(Role::App).authority).unwrap();
    assert_eq!(authority.matches("BEGIN CERTIFICATE").count(), 1);
}

/// The application with the files that it has now.
fn client(lab: &Lab) -> LinkTls {
    LinkTls::read(&lab.client_certificate(Role::App)).unwrap()
}

async fn connect(lab: &Lab, to: SocketAddr, tls: &LinkTls) -> Result<Link, LinkError> {
    let credentials = Credentials {
        user: Role::App.name(),
        password: lab.password(Role::App),
    };
    Link::connect(to, Some(tls), credentials).await
}

#[tokio::test]
async fn a_sentinel_that_was_started_again_is_named_until_it_is_told_how_often_to_look() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();
    let sentinel = lab.node("sentinel-2").unwrap().clone();
    let mut link = lab.link(sentinel.address, Role::Admin).await.unwrap();
    link.call(&["SENTINEL", "DEBUG", "PING-PERIOD", "1000"])
        .await
        .unwrap();
    let forgot = status::look_at(&lab).await.unwrap();

    quicken::after_start(lab.estate(), "sentinel-2")
        .await
        .unwrap();

    let told = status::look_at(&lab).await.unwrap();
    let names_it = |status: &Status| {
        let mut warnings = status.warnings.iter();
        warnings.any(|warning| warning.starts_with("sentinel-2 looks too seldom"))
    };
    assert!(names_it(&forgot) && !names_it(&told));
    let nobody = quicken::after_start(lab.estate(), "redis-1").await;
    assert!(nobody.unwrap_err().to_string().contains("sentinel-1"));
}

#[tokio::test]
async fn a_cluster_grows_by_a_shard_and_shrinks_again_with_every_key() {
    let folder = TempDir::new().unwrap();
    let mut lab = Lab::up(unhurried(Topology::Cluster, folder.path()))
        .await
        .unwrap();
    lab.load_functions(
        "#!lua name=wardline\nredis.register_function('wl_ping', function() return 'pong' end)",
    )
    .await
    .unwrap();
    let first = lab.node("redis-1").unwrap().address;
    let mut link = lab.link(first, Role::Admin).await.unwrap();
    // The tag `{06S}` is in slot 0 (redis-cli cluster keyslot): the first slot of the first master.
    for number in 0..250 {
        let key = format!("wl:{{06S}}:{number}");
        link.call(&["SET", &key, "kept"]).await.unwrap();
    }

    let added = lab.add_node(None).await.unwrap();
    let moved = lab.reshard("redis-1", &added, 40).await.unwrap();
    lab.wait_until_whole().await.unwrap();

    assert_eq!(moved, 40);
    let new = lab.node(&added).unwrap().address;
    let mut to_new = lab.link(new, Role::App).await.unwrap();
    assert_eq!(keys_of_slot_0(&mut to_new).await, 250);
    assert_eq!(
        to_new.text(&["FCALL", "wl_ping", "0"]).await.unwrap(),
        "pong"
    );
    let refused = lab.remove_node(&added).await.unwrap_err();
    assert!(refused.to_string().contains("is a master"), "{refused}");

    lab.reshard(&added, "redis-1", 40).await.unwrap();
    lab.wait_until_whole().await.unwrap();
    let mut to_first = lab.link(first, Role::App).await.unwrap();
    assert_eq!(keys_of_slot_0(&mut to_first).await, 250);
    lab.remove_node(&added).await.unwrap();
    lab.wait_until_whole().await.unwrap();
    assert_eq!(lab.data_addresses().len(), 6);
}

#[tokio::test]
async fn a_replica_joins_under_sentinels_and_leaves_again() {
    let folder = TempDir::new().unwrap();
    let mut lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();

    let added = lab.add_node(None).await.unwrap();
    lab.wait_until_whole().await.unwrap();
    let grown = status::look_at(&lab).await.unwrap();
    lab.remove_node(&added).await.unwrap();
    lab.wait_until_whole().await.unwrap();
    let shrunk = status::look_at(&lab).await.unwrap();

    assert_eq!((replicas(&grown), replicas(&shrunk)), (3, 2));
    let master = lab.masters().await.unwrap()[0].name.clone();
    let refused = lab.remove_node(&master).await.unwrap_err();
    assert!(refused.to_string().contains("is a master"), "{refused}");
}

#[tokio::test]
async fn status_names_what_is_broken() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();
    let well = status::look_at(&lab).await.unwrap();
    let master = lab.masters().await.unwrap()[0].clone();
    let mut link = lab.link(master.address, Role::Admin).await.unwrap();

    link.call(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"])
        .await
        .unwrap();
    lab.kill("sentinel-3").unwrap();
    let broken = status::look_at(&lab).await.unwrap();

    assert!(
        well.whole && well.warnings.is_empty(),
        "{:?}",
        well.warnings
    );
    assert_eq!(replicas(&well), 2);
    let said = broken.warnings.join("\n");
    assert!(!broken.whole);
    assert!(said.contains("sentinel-3 does not run"), "{said}");
    assert!(said.contains("evicts keys"), "{said}");
}

#[tokio::test]
async fn what_servers_write_is_for_their_owner_only_and_holds_no_password_but_where_it_must() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();
    let app = lab.password(Role::App).to_owned();

    for path in files_below(lab.directory()) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        let text = fs::read(&path).unwrap();
        let holds = text.windows(app.len()).any(|some| some == app.as_bytes());
        assert_eq!(mode & 0o077, 0, "{}", path.display());
        assert_eq!(holds, path.ends_with("secrets/app"), "{}", path.display());
    }
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn replicas(status: &Status) -> usize {
    let nodes = status.nodes.iter();
    nodes.filter(|node| node.role == "replica").count()
}

async fn keys_of_slot_0(link: &mut Link) -> usize {
    let mut there = 0;
    for number in 0..250 {
        let key = format!("wl:{{06S}}:{number}");
        let value = link.text(&["GET", &key]).await.unwrap();
        there += usize::from(value == "kept");
    }
    there
}

/// The certificate that a server shows, as another program sees it.
fn served_certificate(lab: &Lab, at: SocketAddr) -> String {
    let files = lab.client_certificate(Role::App);
    let script = format!(
        "openssl s_client -connect {at} -CAfile {} -cert {} -key {} </dev/null 2>/dev/null | openssl x509 -noout -serial",
        files.authority.display(),
        files.certificate.display(),
        files.key.display()
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let serial = String::from_utf8(output.stdout).unwrap();
    assert!(serial.starts_with("serial="), "{serial}");
    serial
}
