//! Texts that identify somebody by their form alone, whoever it is of: dates, numbers of people and devices, addresses of
//! machines. A clinical field keeps codes, and some codes look alike: what may be either is left out.

use std::net::IpAddr;

use super::dates;

/// Digits of a number that may be of a telephone: those of a code are written without what stands between them there.
const TELEPHONE_DIGITS: usize = 7;
/// Digits before the decimal point of a measurement at most. Seconds since 1970 and nine-digit numbers have more.
const MAX_NUMBER_DIGITS: usize = 8;
/// The beginning of a unique device identifier (GS1, 21 CFR 830).
const DEVICE: &str = "(01)";
/// Months by their names. Three letters or more of a name are short for it; a drug that begins alike goes on otherwise.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Years when people who are alive now had dates.
const YEARS: std::ops::RangeInclusive<u16> = 1850..=2199;

/// Whether a text identifies somebody or something, or tells a day, by its form.
pub(super) fn identifies(text: &str) -> bool {
    let text = text.trim();
    let numbers = numbers(text);
    is_grouped_like_a_person(&numbers)
        || is_telephone(text)
        || is_day_in_numbers(&numbers)
        || numbers.iter().any(|(_, digits)| dates::is_day(digits))
        || is_day_with_month(text)
        || text.contains(DEVICE)
        || text.split_whitespace().any(is_machine)
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

/// Whether a text holds a number that is too long for a measurement.
pub(super) fn has_long_number(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    numbers.any(|number| {
        let whole = number.split('.').next().unwrap_or_default();
        whole.len() > MAX_NUMBER_DIGITS
    })
}

/// The address of a page, without what every such address begins with.
pub(super) fn without_scheme(text: &str) -> &str {
    let page = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    page.map_or(text, |page| page.strip_prefix("www.").unwrap_or(page))
}

/// The digits of a number, and what stands between it and the number before.
type Number<'a> = (&'a str, &'a str);

fn numbers(text: &str) -> Vec<Number<'_>> {
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (between, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_digit());
        let (digits, behind) = from.split_at(end.unwrap_or(from.len()));
        numbers.push((between.trim(), digits));
        rest = behind;
    }
    numbers
}

/// Whether the three numbers from here on go on, to either side, with what stands between them: a version, an object
/// identifier, doses of a day.
fn goes_on(numbers: &[Number<'_>], at: usize, between: &str) -> bool {
    let before = at > 0 && numbers.get(at).is_some_and(|(b, _)| *b == between);
    before || numbers.get(at + 3).is_some_and(|(b, _)| *b == between)
}

/// A social security number or a telephone number, in its groups.
fn is_grouped_like_a_person(numbers: &[Number<'_>]) -> bool {
    let mut groups = numbers.windows(3).enumerate();
    groups.any(|(at, three)| {
        let [(_, a), (first, b), (second, c)] = three else {
            return false;
        };
        let is_joined = |between: &str| matches!(between, "" | "-" | ")");
        let is_dotted = *first == "." && *second == "." && !goes_on(numbers, at, ".");
        matches!((a.len(), b.len(), c.len()), (3, 2 | 3, 4))
            && (is_joined(first) && is_joined(second) || is_dotted)
    })
}

/// Digits with a plus, brackets or spaces between them, and no letter.
fn is_telephone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let has_letter = text.bytes().any(|b| b.is_ascii_alphabetic());
    digits >= TELEPHONE_DIGITS
        && !has_letter
        && text.contains(['+', '(', ' '])
        && !is_measured(text)
}

/// A limit, or two quantities and maybe the mean behind them: `> 1000000`, `150000 - 400000`, `120/80 (93)`. None of them
/// begins with a nought or is as long as a telephone number.
fn is_measured(text: &str) -> bool {
    let is_number = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        is_digits(whole) && is_digits(part) && (whole == "0" || !whole.starts_with('0'))
    };
    let is_short = |text: &str| {
        let text = text.trim();
        is_number(text) && text.split('.').all(|part| part.len() < TELEPHONE_DIGITS)
    };
    if let Some(limit) = text.strip_prefix(['<', '>', '=']) {
        return is_number(limit.trim_start_matches('=').trim());
    }
    let (two, mean) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((two, mean)) => (two, Some(mean)),
        None => (text, None),
    };
    let two = two.split_once('/').or_else(|| two.split_once(" - "));
    two.is_some_and(|(first, second)| is_short(first) && is_short(second))
        && mean.is_none_or(is_short)
}

/// A day or a month in numbers: `3/9/1936`, `09.03.36`, `2026-03-09`, `3/2026`, `00/00/1936` of which only the year is
/// known. A text may stand around it.
fn is_day_in_numbers(numbers: &[Number<'_>]) -> bool {
    let number = |digits: &str| digits.parse::<u16>().unwrap_or(u16::MAX);
    let is_year = |digits: &str| digits.len() == 4 && YEARS.contains(&number(digits));
    let is_month = |digits: &str| digits.len() <= 2 && number(digits) <= 12;
    let is_day = |digits: &str| digits.len() <= 2 && number(digits) <= 31;
    // In the order of either side of the ocean.
    let are_both = |a: &str, b: &str| is_month(a) && is_day(b) || is_day(a) && is_month(b);

    let is_month_of_year = |two: &[Number<'_>]| match two {
        [(_, a), ("/", b)] => is_month(a) && is_year(b) || is_year(a) && is_month(b),
        _ => false,
    };
    let is_whole = |(at, three): (usize, &[Number<'_>])| {
        let [(_, a), (between, b), (second, c)] = three else {
            return false;
        };
        let with_year = is_year(a) && are_both(b, c) || are_both(a, b) && is_year(c);
        // Of doses one may be none; a day that is not known is written so with strokes.
        let has_nought = number(a) == 0 || number(b) == 0;
        let with_short_year = c.len() == 2
            && (!has_nought || *between == "/")
            && (are_both(a, b) || a.len() == 2 && is_month(b) && is_day(c));
        let goes_on = goes_on(numbers, at, between);
        match (*between, *second) {
            ("/" | "-" | "_", second) if *between == second => {
                with_year || with_short_year && !goes_on
            }
            (".", ".") => (with_year || with_short_year) && !goes_on,
            // `3.5-10` is a range: what stands between is mixed in a day only with a stroke.
            ("/", "-" | ".") | ("-" | ".", "/") | ("", "") => with_year,
            _ => false,
        }
    };
    numbers.windows(2).any(is_month_of_year) || numbers.windows(3).enumerate().any(is_whole)
}

/// A day or a year beside a month by its name: `9-Mar-2026`, `09MAR2026`, `March 9th`.
fn is_day_with_month(text: &str) -> bool {
    let is_month = |word: &str| {
        let word = word.to_ascii_lowercase();
        word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(&word))
    };
    text.bytes().any(|b| b.is_ascii_digit())
        && text.split(|c: char| !c.is_ascii_alphabetic()).any(is_month)
}

/// An address of a machine, in a network or of its hardware.
fn is_machine(word: &str) -> bool {
    is_hardware_address(word) || word.parse::<IpAddr>().is_ok()
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
            "(617) 555 - 0100",
            "tel (617) 555-0100",
            "tel 617 555-0100",
            "617 / 555 / 1234",
            "617 - 5550100",
            "555 - 0100",
            "SSN 219-09-9999",
            "+16175550100",
            "3/9/1936",
            "03/09/36",
            "09.03.2026",
            "9-Mar-2026",
            "March 9",
            "March 9th",
            "Sept 9",
            "09MAR2026",
            "MAR092026",
            "until 03/09/2026",
            "until (3/9/36)",
            "since 2026-03-09",
            "since 2026-03-09T08:15",
            "since 20260309",
            "since:20260309081500",
            "03/09/2026-03/12/2026",
            "03-09-2026-03-12-2026",
            "03 / 09 / 2026",
            "9 3 1936",
            "36-03-09",
            "03/09/00",
            "00/00/1936",
            "00/03/36",
            "3/9-1936",
            "1936-3/9",
            "2026_03_09",
            "03/2026",
            "(01)00643169007222(21)ABC123",
            "00:1A:2B:3C:4D:5E",
            "10.20.30.40",
            "ip 10.20.30.40",
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
            "3.5-10",
            "1-0-1",
            "1-0-1-0",
            "2-0-2",
            "10-0-10",
            "1.0.12",
            "1-1-1-12",
            "2.5.1",
            "50-78-2",
            "64-17-5",
            "50-02-2",
            "1988-5",
            "Augmentin 875",
            "Decadron 4 mg",
            "Decreased 2",
            "Marinol 5 mg",
            "120/80 (93)",
            "120 / 80 (93)",
            "150000 - 400000",
            "1.005 - 1.030",
            "> 10000000",
            "<= 1000000",
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

    #[test]
    fn a_text_with_a_number_of_nine_digits_is_long_and_a_fraction_is_not() {
        assert!(has_long_number("1773040500") && has_long_number("at 1773040500.5"));
        assert!(!has_long_number("12345678") && !has_long_number("0.30000000000000004"));
    }

    #[test]
    fn of_the_address_of_a_page_only_what_is_its_own_is_looked_at() {
        assert_eq!(without_scheme("http://loinc.org"), "loinc.org");
        assert_eq!(without_scheme("https://www.whocc.no/atc"), "whocc.no/atc");
        assert_eq!(without_scheme("219-09-9999"), "219-09-9999");
    }
}
