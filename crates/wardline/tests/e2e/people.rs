//! A hospital's people at the command line: the first administrator, a second factor, a nurse at her unit's beds, an
//! auditor who reads of it. Nothing that proves who they are, and none of their names, stands in any file or log.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use wardline_testkit::{Authenticator, canary};

use crate::home::{Home, Node, free_address};
use crate::sender::{Sender, admission};
use crate::wait::until;

pub(crate) const PASSWORD: &str = "quillzebrow rides at dawn";
const MARKERS: [&str; 3] = [PASSWORD, "QUILLZEBROW", "kim-canary"];

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Somebody who has signed in.
pub(crate) struct Person {
    pub(crate) session: String,
    pub(crate) authenticator: Authenticator,
}

pub(crate) struct Site<'h> {
    pub(crate) home: &'h Home,
    pub(crate) node: Node,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_sign_in_with_two_factors_and_see_what_their_role_and_unit_let_them() {
    let listener = free_address();
    let mut home = Home::new().await;
    home.set("WARDLINE_LOG__LEVEL", "trace");
    home.channel(
        "adt-in",
        &format!("[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"beds\"\nkind = \"beds\"\n"),
    );
    let first = home.make_token("identities:write").await;
    let node = home.start().await;
    let site = Site { home: &home, node };
    site.keep("first.token", &first);
    Sender::to(listener)
        .await
        .send(&admission("M-1", "4711"))
        .await;

    // Given the first administrator, made by a token of the site that makes nobody else.
    let root = site
        .hire("first.token", ["root", "security_admin", "-"])
        .await;
    assert_eq!(root.code, 0, "{root:?}");
    let another = site
        .hire("first.token", ["eve", "security_admin", "-"])
        .await;
    assert_eq!(another.code, 1, "{another:?}");
    let root = site.sign_in("root").await;

    // When she hires a nurse of the patient's unit, one of another unit, and an auditor.
    for (login, role, department) in [
        ("kim-canary", "nurse", "MED"),
        ("lee", "nurse", "ICU"),
        ("ada", "auditor", "-"),
    ] {
        let hired = site.hire(&root.session, [login, role, department]).await;
        assert_eq!(hired.code, 0, "{hired:?}");
    }
    let (kim, lee) = (site.sign_in("kim-canary").await, site.sign_in("lee").await);
    let ada = site.sign_in("ada").await;

    // Then each sees what is theirs.
    until("the patient lies in the bed", async || {
        let beds = site.beds(&kim).await;
        beds.stdout.contains("Testpatient")
    })
    .await;
    let of_lee = site.beds(&lee).await;
    assert!(
        of_lee.code == 0 && !of_lee.stdout.contains("Testpatient"),
        "{of_lee:?}"
    );
    assert_ne!(site.beds(&root).await.code, 0);
    let trail = site
        .run(
            &[
                "audit",
                "search",
                "--kind",
                "read",
                "--json",
                "--token-file",
                &ada.session,
            ],
            "",
        )
        .await;
    assert!(trail.stdout.contains("kim-canary"), "{trail:?}");
    let me = site
        .run(&["whoami", "--token-file", &lee.session], "")
        .await;
    assert!(
        me.stdout.contains("lee") && me.stdout.contains("nurse"),
        "{me:?}"
    );

    // And who signs out is out, with the file gone.
    let out = site
        .run(&["sign-out", "--token-file", &lee.session], "")
        .await;
    assert_eq!(out.code, 0, "{out:?}");
    assert!(!Path::new(&lee.session).exists());
    assert_eq!(lee.authenticator.code().len(), 6);
    let shown = site
        .run(&["user", "list", "--token-file", &root.session], "")
        .await;
    assert!(shown.stdout.contains("kim-canary"), "{shown:?}");
    assert_eq!(canary::scan(&home.data, &MARKERS), Vec::new());
    let log = canary::scan_bytes(Path::new("log"), home.log().as_bytes(), &MARKERS);
    assert!(log.is_empty(), "{log:?}");
    site.node.stop().await;
}

impl Site<'_> {
    pub(crate) fn keep(&self, file: &str, text: &str) {
        std::fs::write(self.home.folder().join(file), text).unwrap();
    }

    /// Has somebody hired by whoever has the token: login, role, department.
    pub(crate) async fn hire(
        &self,
        token_file: &str,
        [login, role, department]: [&str; 3],
    ) -> Ended {
        let mut arguments = vec![
            "user",
            "create",
            login,
            "--name",
            "Ada QUILLZEBROW",
            "--role",
            role,
            "--token-file",
            token_file,
        ];
        if department != "-" {
            arguments.extend(["--department", department]);
        }
        self.run(&arguments, &format!("{PASSWORD}\n")).await
    }

    async fn beds(&self, who: &Person) -> Ended {
        let arguments = ["bed", "list", "--json", "--token-file", &who.session];
        self.run(&arguments, "").await
    }

    /// Enrols a second factor and signs in with it.
    pub(crate) async fn sign_in(&self, login: &str) -> Person {
        let authenticator = self.enrol(login).await;
        let session = self.home.folder().join(format!("{login}.session"));
        let session = session.to_str().unwrap().to_owned();
        let input = format!("{PASSWORD}\n{}\n", authenticator.code());
        let arguments = ["sign-in", "--login", login, "--token-file", &session];
        let signed_in = self.run(&arguments, &input).await;
        assert_eq!(signed_in.code, 0, "{signed_in:?}");
        Person {
            session,
            authenticator,
        }
    }

    /// The secret is shown first, then a code of it is asked for.
    async fn enrol(&self, login: &str) -> Authenticator {
        let mut child = self
            .command(&["sign-in", "--login", login, "--enrol"])
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let password = format!("{PASSWORD}\n");
        input.write_all(password.as_bytes()).await.unwrap();
        let mut secret = None;
        while secret.is_none() {
            let line = output.next_line().await.unwrap().expect("a secret");
            let uri = line.split_once("secret=");
            secret = uri.and_then(|(_, rest)| Some(rest.split_once('&')?.0.to_owned()));
        }
        let authenticator = Authenticator::new(&secret.unwrap());
        let code = format!("{}\n", authenticator.code());
        input.write_all(code.as_bytes()).await.unwrap();
        while output.next_line().await.unwrap().is_some() {}
        assert!(child.wait().await.unwrap().success());
        authenticator
    }

    pub(crate) async fn run(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.command(arguments).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that does not read its input may have ended already.
        drop(stdin.write_all(input.as_bytes()).await);
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        Ended {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command();
        command
            .args(arguments)
            .args(["--server", &format!("http://{}", self.node.http)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}
