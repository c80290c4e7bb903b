//! What may be told of a reader's message: what it expected, never what it found.

/// A deserialiser's complaint without the value that it is about.
///
/// serde's messages are ``missing field `x` ``, or `<what was found>, expected <what is wanted>`; what was found
/// holds the caller's value. What is wanted is written in this program.
pub(super) fn without_values(message: &str) -> String {
    if message.starts_with("missing field") || message.starts_with("duplicate field") {
        return until_position(message).to_owned();
    }
    if let Some((_, wanted)) = message.rsplit_once(", expected ") {
        return format!("expected {}", until_position(wanted));
    }
    // What the standard library says of numbers and truth values; it repeats no value either.
    let about_numbers = [" digit ", "parse integer", "to fit in target type"];
    let says = |part: &&str| message.contains(*part);
    if about_numbers.iter().any(says) {
        "expected a whole number that fits here".to_owned()
    } else if message.contains("`true` or `false`") {
        "expected `true` or `false`".to_owned()
    } else if message.starts_with("invalid IP address") {
        "expected an IP address".to_owned()
    } else if message.contains(" at line ") {
        "not well-formed JSON".to_owned()
    } else {
        "not valid here".to_owned()
    }
}

/// The path of a field as far as this program names it: an unknown field's name is the caller's text.
pub(super) fn known_path(path: &serde_path_to_error::Path, message: &str, whole: &str) -> String {
    use serde_path_to_error::Segment;
    let unknown = message.starts_with("unknown field");
    let mut names: Vec<String> = Vec::new();
    for segment in path {
        match segment {
            Segment::Map { key } => names.push(key.clone()),
            Segment::Seq { index } => names.push(index.to_string()),
            Segment::Enum { variant } => names.push(variant.clone()),
            Segment::Unknown => {}
        }
    }
    if unknown {
        names.pop();
    }
    if names.is_empty() {
        whole.to_owned()
    } else {
        names.join(".")
    }
}

fn until_position(message: &str) -> &str {
    message
        .split_once(" at line ")
        .map_or(message, |(text, _)| text)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by the deserialiser only")]
    struct Wanted {
        count: u32,
        mode: Mode,
        inner: Option<Inner>,
        address: Option<std::net::IpAddr>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Mode {
        Fast,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by the deserialiser only")]
    struct Inner {
        mrn: String,
    }

    fn told(json: &str) -> (String, String) {
        let mut reader = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Wanted>(&mut reader).unwrap_err();
        let message = error.inner().to_string();
        (
            known_path(error.path(), &message, "body"),
            without_values(&message),
        )
    }

    #[test]
    fn a_field_is_named_with_what_it_should_be_and_its_value_is_not_repeated() {
        for (json, field, part) in [
            (r#"{"count":"EVERYWOMAN"}"#, "count", "expected u32"),
            (
                r#"{"count":1,"mode":"EVERYWOMAN"}"#,
                "mode",
                "expected `fast`",
            ),
            (r#"{"count":1,"EVERYWOMAN":2}"#, "body", "expected one of"),
            (r#"{"inner":{"EVERYWOMAN":2}}"#, "inner", "expected `mrn`"),
            (
                r#"{"inner":{"mrn":{"EVERYWOMAN":2}}}"#,
                "inner.mrn",
                "expected a string",
            ),
            (r#"{"count":1, EVERYWOMAN"#, "body", "not well-formed JSON"),
            (r#"{"count":1}"#, "body", "missing field `mode`"),
            (
                r#"{"address":"EVERYWOMAN"}"#,
                "address",
                "expected an IP address",
            ),
            (
                r#"{"count":", expected EVERYWOMAN"}"#,
                "count",
                "expected u32",
            ),
        ] {
            let (path, text) = told(json);

            assert_eq!(path, field, "{json}");
            assert!(text.contains(part), "{json}: {text}");
            assert!(
                !text.contains("EVERYWOMAN") && !path.contains("EVERYWOMAN"),
                "{path} {text}"
            );
        }
    }
}
