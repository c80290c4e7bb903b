use super::*;
use crate::channel::{AcknowledgementMode, OnUnknownOutcome, ReusedControlId};

const MINIMAL: &str = "[listener]\naddress = \"127.0.0.1:2575\"\n";

fn parse(text: &str) -> Result<Channel, String> {
    parse_channel(ChannelName::new("adt").unwrap(), text, "adt.toml").map_err(|e| e.to_string())
}

#[test]
fn an_address_is_all_that_a_channel_needs() {
    let channel = parse(MINIMAL).unwrap();

    assert_eq!(channel.name.as_str(), "adt");
    assert_eq!(channel.acknowledgement.mode, AcknowledgementMode::Auto);
    assert_eq!(
        channel.duplicates.reused_control_id,
        ReusedControlId::Accept
    );
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_a_suggestion() {
    let error =
        parse("[listener]\naddress = \"127.0.0.1:2575\"\nmax_conections = 5\n").unwrap_err();

    assert!(error.starts_with("adt.toml:3:1: "), "{error}");
    assert!(
        error.ends_with("did you mean `max_connections`?"),
        "{error}"
    );
}

#[test]
fn an_unknown_key_of_a_destination_is_refused_too() {
    let text = format!(
        "{MINIMAL}[[destination]]\nname = \"lab\"\nkind = \"mllp\"\naddress = \"lab:1\"\nparalel_patients = 4\n"
    );

    let error = parse(&text).unwrap_err();

    assert!(
        error.contains("did you mean `parallel_patients`?"),
        "{error}"
    );
}

#[test]
fn a_key_of_another_kind_of_destination_is_refused() {
    let text = format!(
        "{MINIMAL}[[destination]]\nname = \"lab\"\nkind = \"mllp\"\naddress = \"lab:1\"\nurl = \"https://x\"\n"
    );

    let error = parse(&text).unwrap_err();

    assert!(error.contains("`url` does not belong"), "{error}");
}

#[test]
fn each_kind_of_destination_says_which_key_it_misses() {
    for (kind, key) in [
        ("mllp", "address"),
        ("webhook", "url"),
        ("file", "directory"),
    ] {
        let text = format!("{MINIMAL}[[destination]]\nname = \"x\"\nkind = \"{kind}\"\n");

        let error = parse(&text).unwrap_err();

        assert!(error.contains(&format!("needs `{key}`")), "{error}");
    }
}

#[test]
fn live_beds_need_no_key_and_take_none_of_another_kind() {
    let beds = "[[destination]]\nname = \"x\"\nkind = \"beds\"\n";
    let taken = parse(&format!("{MINIMAL}{beds}")).unwrap();
    assert_eq!(taken.destinations[0].kind, DestinationKind::Beds);

    for key in [
        "address = \"x:1\"",
        "url = \"https://x\"",
        "directory = \"/x\"",
    ] {
        let error = parse(&format!("{MINIMAL}{beds}{key}\n")).unwrap_err();
        assert!(error.contains("does not belong"), "{error}");
    }
}

#[test]
fn a_filter_is_a_list_of_conditions() {
    let text = format!(
        "{MINIMAL}[[destination]]\nname = \"lab\"\nkind = \"mllp\"\naddress = \"lab:1\"\n\
         on_unknown_outcome = \"dead_letter\"\n\
         [[destination.when]]\nmessage_type = [\"ADT\"]\n[[destination.when]]\npath = \"PV1-3.1\"\nin = [\"ICU\"]\n"
    );

    let channel = parse(&text).unwrap();

    assert_eq!(channel.destinations[0].filter.conditions().len(), 2);
    assert_eq!(
        channel.destinations[0].on_unknown_outcome,
        OnUnknownOutcome::DeadLetter
    );
}

#[test]
fn a_condition_that_no_message_can_meet_is_refused() {
    let with = |types: &str| {
        parse(&format!(
            "{MINIMAL}[[destination]]\nname = \"lab\"\nkind = \"mllp\"\naddress = \"lab:1\"\n\
             [[destination.when]]\nmessage_type = [\"ADT\", \"{types}\"]\n"
        ))
    };

    for wrong in [
        "ADT^A01^ADT_A01",
        "ADT_A01",
        "adt^a01",
        "ADT^",
        "^A01",
        "ADT ^A01",
        "ADT^A*",
        "",
    ] {
        let error = with(wrong).unwrap_err();
        assert!(
            error.contains(&format!("message_type `{wrong}`")),
            "{error}"
        );
        assert!(error.contains("ADT^A01"), "{error}");
    }
    for right in ["ORU", "ORU^R01", "ZZZ^Z01", "ACK"] {
        assert!(with(right).is_ok(), "{right}");
    }
}

#[test]
fn a_condition_with_a_bad_path_is_refused() {
    let text = format!(
        "{MINIMAL}[[destination]]\nname = \"lab\"\nkind = \"mllp\"\naddress = \"lab:1\"\n\
         [[destination.when]]\npath = \"PV1-\"\nin = [\"ICU\"]\n"
    );

    assert!(parse(&text).unwrap_err().contains("path `PV1-`"));
}

#[test]
fn a_webhook_in_clear_is_refused_but_to_a_loopback_address() {
    let webhook = |url: &str| {
        format!(
            "{MINIMAL}[[destination]]\nname = \"w\"\nkind = \"webhook\"\nurl = \"{url}\"\nsecret_file = \"s\"\n"
        )
    };

    assert!(parse(&webhook("http://example.org/hl7")).is_err());
    assert!(parse(&webhook("http://127.0.0.1.example.org/hl7")).is_err());
    assert!(parse(&webhook("http://127.0.0.1:8080/hl7")).is_ok());
    assert!(parse(&webhook("https://example.org/hl7")).is_ok());
}

#[test]
fn two_channels_on_one_address_are_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), MINIMAL).unwrap();
    fs::write(folder.path().join("b.toml"), MINIMAL).unwrap();

    let error = load_directory(folder.path()).unwrap_err().to_string();

    assert!(error.contains("taken by channel `a`"), "{error}");
}

#[test]
fn a_destination_named_twice_is_refused() {
    let one = "[[destination]]\nname = \"lab\"\nkind = \"mllp\"\naddress = \"lab:1\"\n";

    let error = parse(&format!("{MINIMAL}{one}{one}")).unwrap_err();

    assert!(error.contains("stands here twice"), "{error}");
}
