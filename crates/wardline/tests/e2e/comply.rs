//! Technical controls of a running installation, at the command line: what a privacy officer is told, and what the exit
//! code says, while the installation is put in order and falls out of it again.

use std::fs::{self, File};
use std::time::Duration;

use crate::home::{Home, free_address};
use crate::people::{Ended, Site};
use crate::wait::until;

const HOUR: Duration = Duration::from_hours(1);

/// A home whose tokens end, whose backups are marked, and whose channel is of this machine.
async fn in_order() -> Home {
    let mut home = Home::new().await;
    for (name, scope) in [
        ("first", "identities:write"),
        ("looker", "system:read"),
        ("reader", "read"),
    ] {
        let file = format!("{name}.token");
        let create = ["token", "create", name, "--scope", scope, "--write", &file];
        let create = [&create[..], &["--expires-in-days", "90"]].concat();
        let made = home.run(&create).await;
        assert!(made.status.success(), "{made:?}");
    }
    let revoked = home.run(&["token", "revoke", "admin"]).await;
    assert!(revoked.status.success(), "{revoked:?}");
    let mark = home.folder().join("last-backup");
    File::create(&mark).unwrap();
    home.set("WARDLINE_STORE__BACKUP_MARK_FILE", mark.to_str().unwrap());
    let listener = free_address();
    home.channel("adt-in", &format!("[listener]\naddress = \"{listener}\"\n"));
    home
}

async fn check(site: &Site<'_>, token_file: &str) -> Ended {
    let check = ["comply", "check", "--html", "controls.html"];
    site.run(&[&check[..], &["--token-file", token_file]].concat(), "")
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_privacy_officer_sees_what_holds_and_the_exit_code_says_when_something_does_not() {
    let home = in_order().await;
    let node = home.start().await;
    let site = Site { home: &home, node };

    // Given an administrator and no privacy officer yet.
    let root = ["root", "security_admin", "-"];
    assert_eq!(site.hire("first.token", root).await.code, 0);
    let root = site.sign_in("root").await;
    let alone = check(&site, &root.session).await;

    // When there is one, who looks.
    let pia = ["pia", "privacy_officer", "-"];
    assert_eq!(site.hire(&root.session, pia).await.code, 0);
    let pia = site.sign_in("pia").await;
    let before = check(&site, &pia.session).await;
    let verify = ["audit", "verify", "--token-file", &pia.session];
    assert_eq!(site.run(&verify, "").await.code, 0);
    until("all holds that can be known", async || {
        let looked = check(&site, &pia.session).await;
        looked.code == 0 && looked.stdout.contains("pass    trail.verified")
    })
    .await;
    let whole = check(&site, &pia.session).await;
    let page = fs::read_to_string(home.folder().join("controls.html")).unwrap();

    // And no backup was made for too long.
    let mark = File::options()
        .write(true)
        .open(home.folder().join("last-backup"))
        .unwrap();
    let marked_at = mark.metadata().unwrap().modified().unwrap();
    mark.set_modified(marked_at - 27 * HOUR).unwrap();
    until("the backup is told to be old", async || {
        check(&site, &pia.session).await.code == 7
    })
    .await;
    let late = check(&site, "looker.token").await;
    let stranger = check(&site, "reader.token").await;

    assert_eq!(alone.code, 7, "{alone:?}");
    assert!(
        alone.stdout.contains("FAIL    people.officers"),
        "{alone:?}"
    );
    assert!(
        before.stdout.contains("UNKNOWN trail.verified"),
        "{before:?}"
    );
    assert!(whole.stdout.contains(" 0 fail, 3 unknown"), "{whole:?}");
    assert!(page.contains("164.312(a)(2)(iv)") && page.contains("Reviewed by"));
    assert!(!page.contains("Ada") && !page.contains("pia"), "{page}");
    assert_eq!(late.code, 7, "{late:?}");
    assert!(late.stdout.contains("FAIL    backup.fresh"), "{late:?}");
    assert_eq!((stranger.code, stranger.stdout.as_str()), (1, ""));
    site.node.stop().await;
}
