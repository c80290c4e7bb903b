//! What a record says of people, sealed, and the tokens that it is found by.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use wardline_phi::{
    Aad, BlindIndex, DataKeyId, IndexField, KeyRing, KeyRingError, KeyScope, OpenError, Sensitive,
    Token,
};

use crate::error::KeyFailure;
use crate::model::{
    Amount, ApplicationName, DataType, Event, GrantRef, Note, PatientId, PolicyName, Purpose,
    Repeats, RequestId, RoleName, Seq, SessionRef, UserName,
};

/// Version of what is inside the sealed values.
const SCHEMA: u16 = 1;
/// Room for what is sealed of a record about one patient.
const USUAL_BYTES: usize = 512;
const LEAF: &str = "audit";
const EVENT: &str = "event";
const ROW: &str = "audit-row";

/// What is sealed of a record, as it is encoded.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload<'a> {
    #[serde(borrow)]
    pub(crate) user: &'a str,
    pub(crate) role: Option<RoleName>,
    pub(crate) session: Option<SessionRef>,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) address: Option<IpAddr>,
    pub(crate) application: Option<ApplicationName>,
    pub(crate) request: Option<RequestId>,
    #[serde(borrow)]
    pub(crate) patients: Vec<&'a str>,
    pub(crate) data_types: Vec<DataType>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) policies: Vec<PolicyName>,
    pub(crate) grant: Option<GrantRef>,
    pub(crate) recipient: Option<&'a str>,
    pub(crate) amount: Option<(u64, u64)>,
    /// Encoded behind the others, and only if there is one: records from before it read on.
    #[serde(skip)]
    pub(crate) repeats: Option<Repeats>,
}

/// What was sealed of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Who, and from where.
    pub by: crate::model::Origin,
    /// The patients of this part.
    pub patients: Vec<PatientId>,
    /// Which parts of their records.
    pub data_types: Vec<DataType>,
    /// Why.
    pub reason: Option<Note>,
    /// Which policies decided.
    pub policies: Vec<PolicyName>,
    /// The emergency grant.
    pub grant: Option<GrantRef>,
    /// To whom records were disclosed.
    pub recipient: Option<Note>,
    /// How much left in bulk.
    pub amount: Option<Amount>,
    /// That it is counted, or how often it came.
    pub repeats: Option<Repeats>,
}

/// The tokens that an event is found by, made once.
pub(crate) struct Tokens {
    pub(crate) user: Token,
    /// One for each patient, in the event's order.
    pub(crate) patients: Vec<Token>,
}

impl Tokens {
    pub(crate) fn of(event: &Event, sealer: &Sealer) -> Self {
        let patients = event.patients.iter().map(|id| sealer.patient_token(id));
        Self {
            user: sealer.user_token(&event.by.user),
            patients: patients.collect(),
        }
    }
}

/// Seals, opens and makes tokens.
pub(crate) struct Sealer {
    ring: Arc<KeyRing>,
    index: Arc<BlindIndex>,
}

/// A sealed value was not opened.
#[derive(Clone, Debug)]
pub(crate) enum Unopened {
    /// Its key is not there: it may have been destroyed.
    NoKey,
    /// Its key cannot be had now.
    KeyFailed(KeyFailure),
    /// It was altered or moved.
    Altered,
}

impl UserName {
    /// The blind token that records of this user are found by.
    pub fn token(&self, index: &BlindIndex) -> Token {
        // Names are never empty, so there is always a token.
        let token = index.token(IndexField::AuditUser, self.expose().as_bytes());
        token.unwrap_or_default()
    }
}

impl PatientId {
    /// The blind token that records about this patient are found by.
    pub fn token(&self, index: &BlindIndex) -> Token {
        let token = index.token(IndexField::AuditPatient, self.expose().as_bytes());
        token.unwrap_or_default()
    }
}

impl Sealer {
    pub(crate) fn new(ring: Arc<KeyRing>, index: Arc<BlindIndex>) -> Self {
        Self { ring, index }
    }

    pub(crate) fn user_token(&self, user: &UserName) -> Token {
        user.token(&self.index)
    }

    pub(crate) fn patient_token(&self, patient: &PatientId) -> Token {
        patient.token(&self.index)
    }

    /// The key for what is recorded now. May block: the first one of a month is made and stored.
    pub(crate) fn key(&self, now: UnixMillis) -> Result<DataKeyId, KeyFailure> {
        let scope = KeyScope::audit_month(now).map_err(|error| KeyFailure::of(&error))?;
        self.ring
            .data_key(&scope, now)
            .map_err(|error| KeyFailure::of(&error))
    }

    pub(crate) fn seal(
        &self,
        key: DataKeyId,
        seq: Seq,
        payload: &Payload<'_>,
    ) -> Result<Vec<u8>, KeyFailure> {
        // As it grows it would leave copies in freed memory; most have room from the start.
        let room = Vec::with_capacity(USUAL_BYTES);
        let mut plain =
            postcard::to_extend(payload, room).map_err(|error| KeyFailure::of(&error))?;
        if let Some(repeats) = &payload.repeats {
            plain = postcard::to_extend(repeats, plain).map_err(|error| KeyFailure::of(&error))?;
        }
        let plain = Sensitive::new(plain);
        let aad = Aad::new(LEAF, seq.0, EVENT, SCHEMA);
        self.ring
            .seal(key, &aad, plain.expose())
            .map_err(|error| KeyFailure::of(&error))
    }

    pub(crate) fn open(&self, seq: Seq, sealed: &[u8]) -> Result<Content, Unopened> {
        let aad = Aad::new(LEAF, seq.0, EVENT, SCHEMA);
        let plain = self
            .ring
            .open_sensitive(&aad, sealed)
            .map_err(|error| unopened(&error))?;
        let (mut payload, behind): (Payload<'_>, &[u8]) =
            postcard::take_from_bytes(plain.expose()).map_err(|_| Unopened::Altered)?;
        if !behind.is_empty() {
            let repeats = postcard::from_bytes(behind).map_err(|_| Unopened::Altered)?;
            payload.repeats = Some(repeats);
        }
        content(&payload).ok_or(Unopened::Altered)
    }

    /// Seals a row that is kept beside the trail, bound to `id`.
    pub(crate) fn seal_row<T: Serialize>(
        &self,
        now: UnixMillis,
        id: &[u8],
        row: &T,
    ) -> Result<Vec<u8>, KeyFailure> {
        let plain = postcard::to_stdvec(row).map_err(|error| KeyFailure::of(&error))?;
        let plain = Sensitive::new(plain);
        let aad = Aad::new(ROW, id, EVENT, SCHEMA);
        self.ring
            .seal(self.key(now)?, &aad, plain.expose())
            .map_err(|error| KeyFailure::of(&error))
    }

    pub(crate) fn open_row<T: serde::de::DeserializeOwned>(
        &self,
        id: &[u8],
        sealed: &[u8],
    ) -> Result<T, Unopened> {
        let aad = Aad::new(ROW, id, EVENT, SCHEMA);
        let plain = self
            .ring
            .open_sensitive(&aad, sealed)
            .map_err(|error| unopened(&error))?;
        postcard::from_bytes(plain.expose()).map_err(|_| Unopened::Altered)
    }
}

fn unopened(error: &OpenError) -> Unopened {
    match error {
        OpenError::Key(KeyRingError::UnknownKey(_)) => Unopened::NoKey,
        OpenError::Key(error) => Unopened::KeyFailed(KeyFailure::of(error)),
        OpenError::Envelope(_) => Unopened::Altered,
    }
}

fn content(payload: &Payload<'_>) -> Option<Content> {
    let note = |text: Option<&str>| text.map(Note::new).transpose().ok();
    let patients = payload.patients.iter().map(|id| PatientId::new(id));
    Some(Content {
        by: crate::model::Origin {
            user: UserName::new(payload.user).ok()?,
            role: payload.role.clone(),
            session: payload.session.clone(),
            purpose: payload.purpose.clone(),
            address: payload.address,
            application: payload.application.clone(),
            request: payload.request.clone(),
        },
        patients: patients.collect::<Result<_, _>>().ok()?,
        data_types: payload.data_types.clone(),
        reason: note(payload.reason)?,
        policies: payload.policies.clone(),
        grant: payload.grant.clone(),
        recipient: note(payload.recipient)?,
        amount: payload
            .amount
            .map(|(records, bytes)| Amount { records, bytes }),
        repeats: payload.repeats,
    })
}
