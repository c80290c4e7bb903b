//! The blind indexes of records: what a patient is found by, as tokens.
//!
//! | field | kept of the token | why |
//! |---|---|---|
//! | record number and authority, record number alone | 128 bits | says nothing without the key; keeps numbers unique |
//! | social security number | 16 bits | there are only 10^9: a whole token could be tried out by whoever got the key |
//! | family name, first given name, date of birth | 16 bits | as above: names and dates are guessed easily |
//!
//! With 16 bits several patients share a token (15 of a million on average), so each is opened and compared before it
//! counts as found, and a token that leaks fits 15,000 numbers. Lengths follow the rule of CipherSweet: between 2 and
//! the square root of the number of records share one. Nothing else is indexed, ever: no diagnosis, no sex.

use std::collections::BTreeSet;

use wardline_phi::{BlindIndex, IndexField};

use crate::model::Identity;
use crate::port::{IndexToken, Indexed};

/// Bytes that are kept of a token that could be tried out.
const SHORT: usize = 2;

/// All tokens of a patient.
pub(crate) fn tokens_of(index: &BlindIndex, identity: &Identity) -> BTreeSet<IndexToken> {
    let mut tokens = BTreeSet::new();
    for number in &identity.numbers {
        tokens.extend(number_token(index, &number.value, Some(&number.authority)));
        tokens.extend(number_token(index, &number.value, None));
    }
    if let Some(ssn) = &identity.ssn {
        tokens.extend(ssn_token(index, ssn));
    }
    if let Some(birth_date) = &identity.birth_date {
        for name in &identity.names {
            tokens.extend(name_token(index, &name.family, &name.given, birth_date));
        }
    }
    tokens
}

/// With an authority it leads to one patient, without to whoever has the number of any authority.
pub(crate) fn number_token(
    index: &BlindIndex,
    value: &str,
    authority: Option<&str>,
) -> Option<IndexToken> {
    // Of punctuation alone nothing is left, and the authority must not make a token of that.
    index.token(IndexField::RecordNumber, value.as_bytes())?;
    let (indexed, token) = match authority {
        Some(authority) => (
            Indexed::RecordNumber,
            index.token_of(
                IndexField::RecordNumber,
                &[value.as_bytes(), authority.as_bytes()],
            )?,
        ),
        None => (
            Indexed::AnyRecordNumber,
            index.token(IndexField::RecordNumber, value.as_bytes())?,
        ),
    };
    Some(IndexToken { indexed, token })
}

pub(crate) fn ssn_token(index: &BlindIndex, ssn: &str) -> Option<IndexToken> {
    let token = index.token(IndexField::RecordSsn, ssn.as_bytes())?;
    Some(IndexToken {
        indexed: Indexed::Ssn,
        token: short(token),
    })
}

pub(crate) fn name_token(
    index: &BlindIndex,
    family: &str,
    given: &str,
    birth_date: &str,
) -> Option<IndexToken> {
    index.token(IndexField::RecordNameBirth, family.as_bytes())?;
    let parts = [family.as_bytes(), given.as_bytes(), birth_date.as_bytes()];
    let token = index.token_of(IndexField::RecordNameBirth, &parts)?;
    Some(IndexToken {
        indexed: Indexed::NameBirth,
        token: short(token),
    })
}

fn short(mut token: [u8; 16]) -> [u8; 16] {
    token.iter_mut().skip(SHORT).for_each(|byte| *byte = 0);
    token
}

#[cfg(test)]
mod tests {
    use wardline_phi::KeyFile;

    use super::*;
    use crate::model::{PersonName, RecordNumber};

    fn index() -> BlindIndex {
        KeyFile::generate().unwrap().blind_index()
    }

    #[test]
    fn of_tokens_that_could_be_tried_out_sixteen_bits_are_kept() {
        let index = index();
        let identity = Identity {
            names: vec![PersonName {
                family: "Zebrowski".to_owned(),
                given: "Ada".to_owned(),
            }],
            birth_date: Some("1971-03-09".to_owned()),
            ssn: Some("219-09-9999".to_owned()),
            numbers: vec![RecordNumber {
                value: "4711".to_owned(),
                authority: "H".to_owned(),
            }],
        };

        let tokens = tokens_of(&index, &identity);

        assert_eq!(tokens.len(), 4);
        for token in tokens {
            let is_short = matches!(token.indexed, Indexed::Ssn | Indexed::NameBirth);
            assert_eq!(token.token[SHORT..] == [0; 14], is_short, "{token:?}");
        }
    }

    #[test]
    fn what_is_empty_has_no_token() {
        let index = index();

        assert_eq!(number_token(&index, "--", Some("H")), None);
        assert_eq!(ssn_token(&index, ""), None);
        assert_eq!(name_token(&index, "", "Ada", "1971-03-09"), None);
    }
}
