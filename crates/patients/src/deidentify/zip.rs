//! Places of a de-identified view: states, and three digits of ZIP codes.

use serde_json::{Value, json};

/// Three-digit areas in which 20,000 people or fewer live, by the Census of 2000: told as `000`. From the guidance of the
/// Office for Civil Rights on de-identification (26 November 2012), section 2.3. A site looks for a later census.
const SMALL_AREAS: [&str; 17] = [
    "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878",
    "879", "884", "890", "893",
];

/// What may be told of an address, or of the first of several.
pub(super) fn place_of(address: &Value) -> Option<Value> {
    let address = match address {
        Value::Array(several) => several.first()?,
        one => one,
    };
    let text = |names: [&str; 4]| {
        let mut values = names.iter().filter_map(|name| address.get(*name));
        values.find_map(Value::as_str)
    };
    let country = text(["country", "country_code", "nation", "land"]);
    let is_us = country.is_none_or(|country| matches!(country, "US" | "USA" | "United States"));
    let state = text(["state", "state_code", "region", "province"]);
    let state = state.filter(|state| {
        let is_code = state.len() == 2 && state.bytes().all(|b| b.is_ascii_uppercase());
        is_us && is_code
    });
    let zip = text(["postal_code", "zip", "zip_code", "postalCode"]);
    let zip = zip.filter(|_| is_us).and_then(zip3);
    if state.is_none() && zip.is_none() {
        return None;
    }
    Some(json!({ "state": state, "zip3": zip }))
}

fn zip3(zip: &str) -> Option<&str> {
    let is_zip =
        zip.len() == 5 || zip.len() == 10 && zip.as_bytes().get(5) == Some(&b'-') || zip.len() == 9;
    let digits = zip.bytes().filter(u8::is_ascii_digit).count();
    let first = zip.get(..3)?;
    if !is_zip || digits < 5 || !first.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(if SMALL_AREAS.contains(&first) {
        "000"
    } else {
        first
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_zip_code_three_digits_are_told_and_none_of_a_small_area() {
        assert_eq!(zip3("02115"), Some("021"));
        assert_eq!(zip3("02115-3301"), Some("021"));
        assert_eq!(zip3("03601"), Some("000"));
        for wrong in ["", "021", "SW1A 1AA", "2115", "0211é"] {
            assert_eq!(zip3(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn nothing_smaller_than_a_state_is_told() {
        let address = json!([{
            "line": ["1 Main St"], "city": "Boston", "county": "Suffolk", "state": "MA", "postal_code": "02115"
        }]);

        assert_eq!(
            place_of(&address),
            Some(json!({"state": "MA", "zip3": "021"}))
        );
        let abroad = json!({"state": "MA", "postal_code": "02115", "country": "DE"});
        assert_eq!(place_of(&abroad), None);
    }
}
