//! TLS on all sides: listeners that want a certificate, the HTTP API, and the commands that speak to them.

use std::fs;

use crate::authority::write_certificates;
use crate::program::wardline_with;
use crate::server::{Server, initialised};

const MESSAGE: &str = "MSH|^~\\&|LAB|H|EHR|W|2026||ORU^R01|1|P|2.5.1\rPID|1||4711\r";

fn secured() -> Server {
    let folder = initialised(None);
    write_certificates(folder.path(), &["localhost", "laboratory"]);
    let at = |name: &str| folder.path().join(name).display().to_string();
    let channel = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\n[listener.tls]\ncertificate_file = \"{}\"\nkey_file = \
         \"{}\"\nclient_ca_file = \"{}\"\n",
        at("localhost.pem"),
        at("localhost.key"),
        at("ca.pem"),
    );
    fs::write(folder.path().join("channels/adt-in.toml"), channel).unwrap();
    let config = "[http]\ncertificate_file = \"localhost.pem\"\nkey_file = \"localhost.key\"\n";
    fs::write(folder.path().join("wardline.toml"), config).unwrap();
    Server::start_in(folder)
}

#[test]
fn a_sender_with_a_certificate_is_let_in_and_one_without_is_not() {
    let server = secured();
    let ours = [
        "--tls-certificate",
        "laboratory.pem",
        "--tls-key",
        "laboratory.key",
    ];
    let send = [
        "hl7",
        "send",
        &server.mllp,
        "--tls-ca",
        "ca.pem",
        "--tls-name",
        "localhost",
    ];
    let send_with = |more: &[&str]| {
        let arguments = [&send[..], more].concat();
        wardline_with(server.folder.path(), &arguments, &[], MESSAGE.as_bytes())
    };

    let with = send_with(&ours);
    let without = send_with(&[]);

    assert_eq!(with.code, 0, "{}{}", with.stdout, with.stderr);
    assert_ne!(without.code, 0, "{}", without.stdout);
    assert!(!without.stdout.contains("AA"), "{}", without.stdout);
}

#[test]
fn the_api_is_asked_over_tls_and_only_under_the_name_in_its_certificate() {
    let server = secured();
    let port = server.url().rsplit_once(':').unwrap().1.to_owned();
    let ask = |host: &str| {
        let server_url = format!("https://{host}:{port}");
        let arguments = [
            "channel",
            "list",
            "--server",
            &server_url,
            "--ca-file",
            "ca.pem",
        ];
        server.ask_as("admin.token", &arguments, b"")
    };

    let right = ask("localhost");
    let wrong = ask("127.0.0.1");

    assert_eq!(right.code, 0, "{}", right.stderr);
    assert!(right.stdout.contains("adt-in"), "{}", right.stdout);
    assert_eq!(wrong.code, 1);
    assert!(
        wrong.stderr.contains("no TLS with 127.0.0.1"),
        "{}",
        wrong.stderr
    );
}
