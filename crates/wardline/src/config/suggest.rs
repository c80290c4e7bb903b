//! What was probably meant by a name that does not exist.

use super::section::SettingSpec;

/// Names less alike than this are not worth naming. `adress` and `address` reach 0.98, unrelated keys
/// stay below 0.75.
const LIKENESS: f64 = 0.82;

/// The name that is most like the unknown one, if one is.
pub(super) fn most_alike<'a>(
    unknown: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let unknown = unknown.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&unknown, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// The setting that was probably meant by `section.key`: a key of that section like the unknown one, else
/// the same key of another section, else anything alike.
pub(super) fn setting<'a>(
    section: &str,
    key: &str,
    known: impl Iterator<Item = &'a SettingSpec>,
) -> Option<&'a SettingSpec> {
    let known: Vec<_> = known.collect();
    let within: Vec<_> = known
        .iter()
        .copied()
        .filter(|spec| spec.section == section)
        .collect();
    if let Some(alike) = most_alike(key, within.iter().map(|spec| spec.key)) {
        return within.into_iter().find(|spec| spec.key == alike);
    }
    if let Some(elsewhere) = known.iter().copied().find(|spec| spec.key == key) {
        return Some(elsewhere);
    }
    let names: Vec<String> = known.iter().map(|spec| spec.name()).collect();
    let alike = most_alike(
        &format!("{section}.{key}"),
        names.iter().map(String::as_str),
    )?;
    known.into_iter().find(|spec| spec.name() == alike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings;

    fn suggested(section: &str, key: &str) -> Option<String> {
        setting(section, key, settings()).map(SettingSpec::name)
    }

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        assert_eq!(suggested("http", "adress").as_deref(), Some("http.address"));
        assert_eq!(
            suggested("htpp", "address").as_deref(),
            Some("http.address")
        );
        assert_eq!(suggested("log", "fromat").as_deref(), Some("log.format"));
    }

    #[test]
    fn a_key_in_the_wrong_section_is_found_in_the_right_one() {
        assert_eq!(
            suggested("store", "grace_seconds").as_deref(),
            Some("shutdown.grace_seconds")
        );
    }

    #[test]
    fn a_forgotten_unit_is_recognised() {
        assert_eq!(
            suggested("shutdown", "grace").as_deref(),
            Some("shutdown.grace_seconds")
        );
    }

    #[test]
    fn nothing_is_suggested_for_something_else() {
        assert_eq!(suggested("weather", "rain"), None);
    }
}
