//! Finding sealed records by identifier, without storing the identifier.
//!
//! A token is `HMAC-SHA-256(field key, len || normalised part, ...)`, cut to 16 bytes; the field key is
//! `HKDF-SHA256(ikm = index root, salt = "wardline/phi/blind-index", info = field name || 0x00 || normaliser
//! version)`. Tokens of different fields are unrelated.
//!
//! What a token gives away: equality. Whoever reads the index sees that two records share an identifier and
//! how often, not which. Whoever also has the index root can try identifiers one by one (three million a
//! second and core), so the root is kept like the KEK.

mod normalise;

use std::fmt;

use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

use crate::sensitive::SecretKey;
use normalise::Rule;

const TOKEN: usize = 16;
const SALT: &[u8] = b"wardline/phi/blind-index";

/// What a token stands for. Each has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexField {
    /// MSH-10. Exact: senders tell control ids apart by case and by leading zeros.
    ControlId,
    /// An identifier of a patient: PID-3, PID-18, PID-2. Letters and digits only, case folded, so that
    /// `MRN-00 42a` and `mrn0042A` are one; leading zeros count.
    PatientIdentifier,
    /// A visit or encounter: PV1-19. As [`IndexField::PatientIdentifier`].
    Visit,
    /// An accession or order number: ORC-2/3, OBR-2/3, OBR-18. As [`IndexField::PatientIdentifier`].
    Accession,
    /// The patient whose order of delivery must hold. As [`IndexField::PatientIdentifier`].
    PatientLane,
    /// What makes a message a repetition of another: sender and control id. Exact.
    Dedup,
    /// The content of a message. Exact; see [`BlindIndex::content_hash`].
    ContentHash,
    /// The person whose sessions belong together. Exact.
    SessionUser,
    /// Who did what the audit trail tells of. Exact.
    AuditUser,
    /// A patient of whom the audit trail tells. Exact: the internal id, not what people type.
    AuditPatient,
    /// The name that a user signs in with. Exact.
    Login,
    /// A medical record number in a patient's record, with or without its authority. As
    /// [`IndexField::PatientIdentifier`], and unrelated to it.
    RecordNumber,
    /// A social security number in a patient's record. Digits only.
    RecordSsn,
    /// Family name, first given name and date of birth in a patient's record. Letters and digits of any script,
    /// without accents, in lower case.
    RecordNameBirth,
    /// What ties an entry of the erasure ledger to those before it. Exact.
    Erasure,
    /// What stands for a patient in de-identified data, and shifts its dates. Exact.
    Pseudonym,
}

impl IndexField {
    /// Every field, in the order of their numbers.
    pub const ALL: [Self; 16] = [
        Self::ControlId,
        Self::PatientIdentifier,
        Self::Visit,
        Self::Accession,
        Self::PatientLane,
        Self::Dedup,
        Self::ContentHash,
        Self::SessionUser,
        Self::AuditUser,
        Self::AuditPatient,
        Self::Login,
        Self::RecordNumber,
        Self::RecordSsn,
        Self::RecordNameBirth,
        Self::Erasure,
        Self::Pseudonym,
    ];

    /// The name that goes into the field's key. A change makes every stored token worthless.
    fn name(self) -> &'static [u8] {
        match self {
            Self::ControlId => b"control-id",
            Self::PatientIdentifier => b"patient-identifier",
            Self::Visit => b"visit",
            Self::Accession => b"accession",
            Self::PatientLane => b"patient-lane",
            Self::Dedup => b"dedup",
            Self::ContentHash => b"content-hash",
            Self::SessionUser => b"session-user",
            Self::AuditUser => b"audit-user",
            Self::AuditPatient => b"audit-patient",
            Self::Login => b"login",
            Self::RecordNumber => b"record-number",
            Self::RecordSsn => b"record-ssn",
            Self::RecordNameBirth => b"record-name-birth",
            Self::Erasure => b"erasure",
            Self::Pseudonym => b"pseudonym",
        }
    }

    fn rule(self) -> Rule {
        match self {
            Self::ControlId
            | Self::Dedup
            | Self::ContentHash
            | Self::SessionUser
            | Self::AuditUser
            | Self::AuditPatient
            | Self::Login
            | Self::Erasure
            | Self::Pseudonym => Rule::Exact,
            Self::PatientIdentifier
            | Self::Visit
            | Self::Accession
            | Self::PatientLane
            | Self::RecordNumber => Rule::LettersAndDigits,
            Self::RecordSsn => Rule::Digits,
            Self::RecordNameBirth => Rule::Name,
        }
    }
}

/// A blind token: comparable, and without the index root not to be turned back or guessed at.
pub type Token = [u8; TOKEN];

/// Makes tokens.
pub struct BlindIndex {
    version: u32,
    /// Some kilobytes, so that whoever holds an index by value stays small.
    keys: Box<[hmac::Key; IndexField::ALL.len()]>,
}

impl BlindIndex {
    /// The index under version `version` of the index root.
    pub fn new(version: u32, root: &SecretKey) -> Self {
        Self {
            version,
            keys: Box::new(IndexField::ALL.map(|field| field_key(root, field))),
        }
    }

    /// The version of the root. Tokens of another version do not match: store it beside them.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// A value that is equal only under the same root, to be stored beside the tokens and compared at start:
    /// an index read with another root would find nothing and say nothing.
    pub fn check_value(&self) -> Token {
        self.hash(
            IndexField::ContentHash,
            &[b"wardline index check", &self.version.to_be_bytes()],
        )
    }

    /// The token of `value`, normalised by the field's rule. `None` when nothing is left of it: an empty
    /// identifier is no identifier, and must not match another empty one.
    pub fn token(&self, field: IndexField, value: &[u8]) -> Option<Token> {
        self.token_of(field, &[value])
    }

    /// The token of an identifier in several parts, such as number and assigning authority. `None` when
    /// nothing is left of any part. The parts are kept apart: `["a", "bc"]` is not `["ab", "c"]`.
    pub fn token_of(&self, field: IndexField, parts: &[&[u8]]) -> Option<Token> {
        if let Rule::Exact = field.rule() {
            let empty = parts.iter().all(|part| part.is_empty());
            return (!empty).then(|| self.hash(field, parts));
        }
        let kept: Vec<Zeroizing<Vec<u8>>> =
            parts.iter().map(|part| field.rule().apply(part)).collect();
        if kept.iter().all(|part| part.is_empty()) {
            return None;
        }
        let kept: Vec<&[u8]> = kept.iter().map(|part| part.as_slice()).collect();
        Some(self.hash(field, &kept))
    }

    /// Whether two identifiers are one by the field's rule. Two empty ones are not.
    pub fn is_same(&self, field: IndexField, one: &[&[u8]], other: &[&[u8]]) -> bool {
        let one = self.token_of(field, one);
        one.is_some() && one == self.token_of(field, other)
    }

    /// The keyed hash of a message's content, for telling a repetition from another message under the same
    /// control id. The parts are kept apart, so cut them at fixed places.
    pub fn content_hash(&self, parts: &[&[u8]]) -> Token {
        self.hash(IndexField::ContentHash, parts)
    }

    fn hash(&self, field: IndexField, parts: &[&[u8]]) -> Token {
        let [
            control,
            patient,
            visit,
            accession,
            lane,
            dedup,
            content,
            user,
            audit_user,
            audit_patient,
            login,
            record_number,
            record_ssn,
            record_name_birth,
            erasure,
            pseudonym,
        ] = &*self.keys;
        let key = match field {
            IndexField::ControlId => control,
            IndexField::PatientIdentifier => patient,
            IndexField::Visit => visit,
            IndexField::Accession => accession,
            IndexField::PatientLane => lane,
            IndexField::Dedup => dedup,
            IndexField::ContentHash => content,
            IndexField::SessionUser => user,
            IndexField::AuditUser => audit_user,
            IndexField::AuditPatient => audit_patient,
            IndexField::Login => login,
            IndexField::RecordNumber => record_number,
            IndexField::RecordSsn => record_ssn,
            IndexField::RecordNameBirth => record_name_birth,
            IndexField::Erasure => erasure,
            IndexField::Pseudonym => pseudonym,
        };
        let mut mac = hmac::Context::with_key(key);
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let tag = mac.sign();
        let mut token = [0; TOKEN];
        token
            .iter_mut()
            .zip(tag.as_ref())
            .for_each(|(to, from)| *to = *from);
        token
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlindIndex")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

fn field_key(root: &SecretKey, field: IndexField) -> hmac::Key {
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(root.expose());
    let info = [field.name(), &[0, field.rule().version()]];
    #[expect(
        clippy::expect_used,
        reason = "HKDF refuses only more than 8,160 bytes; this is 32"
    )]
    let okm = prk
        .expand(&info, hmac::HMAC_SHA256)
        .expect("HKDF-SHA256 gives 32 bytes");
    hmac::Key::from(okm)
}
