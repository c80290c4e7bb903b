//! Texts that identify somebody by their form alone, whoever it is of: dates, numbers of people and devices, addresses of
//! machines. A clinical field keeps codes, and some codes look alike: what may be either is left out.

use std::net::IpAddr;

/// Digits of a number that may be of a telephone: those of a code are written without what stands between them there.
const TELEPHONE_DIGITS: usize = 7;
/// Digits before the decimal point of a measurement at most. Seconds since 1970 and nine-digit numbers have more.
const MAX_NUMBER_DIGITS: usize = 8;
/// The beginning of a unique device identifier (GS1, 21 CFR 830).
const DEVICE: &str = "(01)";
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Whether a text identifies somebody or something, or tells a day, by its form.
pub(super) fn identifies(text: &str) -> bool {
    let text = text.trim();
    is_grouped_like_a_person(text)
        || is_telephone(text)
        || is_day(text)
        || text.contains(DEVICE)
        || is_hardware_address(text)
        || text.parse::<IpAddr>().is_ok()
        || text.contains("://")
        || text.to_ascii_lowercase().starts_with("www.")
        || has_name_behind(text)
}

/// Whether a number is too long for a measurement.
pub(super) fn is_long(number: &serde_json::Number) -> bool {
    let text = number.to_string();
    let whole = text.split(['.', 'e', 'E']).next().unwrap_or_default();
    let digits = whole.bytes().filter(u8::is_ascii_digit).count();
    digits > MAX_NUMBER_DIGITS || text.contains(['e', 'E'])
}

/// A social security number or a telephone number, in its groups.
fn is_grouped_like_a_person(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', ' ', '.']).collect();
    let is_digits = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    parts.iter().all(is_digits) && (lengths == [3, 2, 4] || lengths == [3, 3, 4])
}

/// Digits with a plus, brackets or spaces between them, and no letter.
fn is_telephone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let has_letter = text.bytes().any(|b| b.is_ascii_alphabetic());
    digits >= TELEPHONE_DIGITS && !has_letter && text.contains(['+', '(', ' '])
}

/// A day as people write it: `3/9/1936`, `09.03.36`, `9-Mar-2026`, `March 9`.
fn is_day(text: &str) -> bool {
    let is_number = |part: &&str, longest: usize| {
        (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    // Only the first word: a time may follow.
    let first: Vec<&str> = text
        .split(' ')
        .next()
        .map_or_else(Vec::new, |word| word.split(['/', '.', '-']).collect());
    if let [first, second, third] = first.as_slice()
        && is_number(first, 4)
        && is_number(second, 2)
        && is_number(third, 4)
    {
        return true;
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let is_month = |part: &&str| {
        let start = part.get(..3).map(str::to_ascii_lowercase);
        start.is_some_and(|start| MONTHS.contains(&start.as_str()))
            && part.bytes().all(|b| b.is_ascii_alphabetic())
    };
    parts.iter().any(is_month) && parts.iter().any(|part| is_number(part, 4))
}

/// Six pairs of hexadecimal digits.
fn is_hardware_address(text: &str) -> bool {
    let pairs: Vec<&str> = text.split([':', '-']).collect();
    let is_pair = |pair: &&str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    pairs.len() == 6 && pairs.iter().all(is_pair)
}

/// A word behind the first one that is written as names are: `mother Ann`. Units and abbreviations are not.
fn has_name_behind(text: &str) -> bool {
    text.split_whitespace().skip(1).any(|word| {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| c.is_ascii_uppercase())
            && letters.next().is_some_and(|c| c.is_ascii_lowercase())
            && word.len() > 2
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_numbers_of_people_devices_and_machines_are_known_by_their_form() {
        for text in [
            "219-09-9999",
            "555-123-4567",
            "555.123.4567",
            "(617) 555-0100",
            "+16175550100",
            "3/9/1936",
            "03/09/36",
            "09.03.2026",
            "9-Mar-2026",
            "March 9",
            "(01)00643169007222(21)ABC123",
            "00:1A:2B:3C:4D:5E",
            "10.20.30.40",
            "fe80::1",
            "https://portal.example/p/7",
            "www.example.org",
            "mother Ann",
            "told Dr Smith",
        ] {
            assert!(identifies(text), "{text}");
        }
    }

    #[test]
    fn codes_units_and_measurements_are_not() {
        for text in [
            "2345-7",
            "44054006",
            "E11.9",
            "120/80",
            "mmol/L",
            "10*3/uL",
            "0002-8215-01",
            "2.16.840.1.113883.6.1",
            "twice daily",
            "Skin rash",
            "1 mg IV",
            "3.5 mg",
            "5 - 10",
            "< 3.0",
        ] {
            assert!(!identifies(text), "{text}");
        }
    }

    #[test]
    fn a_number_of_eight_digits_is_a_measurement_and_one_of_nine_is_not() {
        let is_long = |text: &str| is_long(&text.parse().unwrap());

        assert!(!is_long("12345678") && !is_long("-12345678.5"));
        assert!(is_long("123456789") && is_long("1773040500") && is_long("1e12"));
    }
}
