//! What a check looks at, and what is told of a session, in bytes: written and read here and by `functions/sessions.lua` alike.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use wardline_sessions::model::{
    DepartmentName, EndCause, Event, EventKind, Expiry, Life, Placement, PortalName, RoleName,
    SessionId, TokenHash,
};
use wardline_sessions::port::Record;

use crate::failure::Failure;

const LIVES: u8 = b'L';
/// Placements that are shared at most; beyond, sessions have their own.
const MAX_SHARED: usize = 1_024;

const IDLE: u8 = 1;
const ABSOLUTE: u8 = 2;
const REVOKED: u8 = 3;
const DISPLACED: u8 = 4;
const CREATED: u8 = 5;
const LOCKED: u8 = 6;
const UNLOCKED: u8 = 7;
const RENEWED: u8 = 8;

const UNREADABLE: Failure = Failure::Unreadable("the head of a session cannot be read");

/// Placements by their bytes: thousands of sessions share a few.
#[derive(Debug, Default)]
pub(super) struct Placements(RwLock<HashMap<Box<[u8]>, Arc<Placement>>>);

impl Placements {
    fn of(&self, bytes: &[u8]) -> Result<Arc<Placement>, Failure> {
        let shared = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(placement) = shared.get(bytes) {
            return Ok(Arc::clone(placement));
        }
        drop(shared);
        let placement = Arc::new(read_placement(bytes).ok_or(UNREADABLE)?);
        let mut shared = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if shared.len() < MAX_SHARED {
            shared.insert(bytes.into(), Arc::clone(&placement));
        }
        Ok(placement)
    }
}

/// A session in bytes.
pub(super) fn write(record: &Record) -> Vec<u8> {
    let life = &record.life;
    let mut head = Vec::with_capacity(192);
    head.push(LIVES);
    head.extend_from_slice(record.token.as_bytes());
    head.extend_from_slice(&record.user);
    head.extend_from_slice(&life.created_at.to_be_bytes());
    head.extend_from_slice(&life.last_activity_at.to_be_bytes());
    head.extend_from_slice(&life.idle_limit_ms.to_be_bytes());
    head.extend_from_slice(&life.ends_at.to_be_bytes());
    head.extend_from_slice(&life.warning_ms.to_be_bytes());
    head.push(u8::from(life.is_locked));
    head.extend_from_slice(&record.version.to_be_bytes());
    let placement = &record.placement;
    let department = placement.department.as_ref();
    for name in [
        placement.role.as_str(),
        department.map_or("", DepartmentName::as_str),
        placement.portal.as_str(),
    ] {
        // A name has 64 bytes at most.
        head.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        head.extend_from_slice(name.as_bytes());
    }
    head
}

/// A session out of its bytes; `None` when it is none that lives.
pub(super) fn read(
    id: SessionId,
    head: &[u8],
    placements: &Placements,
) -> Result<Option<Record>, Failure> {
    let Some((&LIVES, mut rest)) = head.split_first() else {
        return Ok(None);
    };
    let rest = &mut rest;
    Ok(Some(Record {
        id,
        token: TokenHash::from_bytes(take(rest)?),
        user: take(rest)?,
        life: Life {
            created_at: u64::from_be_bytes(take(rest)?),
            last_activity_at: u64::from_be_bytes(take(rest)?),
            idle_limit_ms: u32::from_be_bytes(take(rest)?),
            ends_at: u64::from_be_bytes(take(rest)?),
            warning_ms: u32::from_be_bytes(take(rest)?),
            is_locked: take::<1>(rest)? != [0],
        },
        version: u32::from_be_bytes(take(rest)?),
        placement: placements.of(rest)?,
    }))
}

/// A cause in a byte.
pub(super) fn cause_byte(cause: EndCause) -> u8 {
    match cause {
        EndCause::Expired(Expiry::Idle) => IDLE,
        EndCause::Expired(Expiry::Absolute) => ABSOLUTE,
        EndCause::Revoked => REVOKED,
        EndCause::Displaced => DISPLACED,
    }
}

/// The cause of a byte.
pub(super) fn cause_of(byte: u8) -> Result<EndCause, Failure> {
    match byte {
        IDLE => Ok(EndCause::Expired(Expiry::Idle)),
        ABSOLUTE => Ok(EndCause::Expired(Expiry::Absolute)),
        REVOKED => Ok(EndCause::Revoked),
        DISPLACED => Ok(EndCause::Displaced),
        _ => Err(UNREADABLE),
    }
}

/// What happened, in a byte.
pub(super) fn kind_byte(kind: EventKind) -> u8 {
    match kind {
        EventKind::Created => CREATED,
        EventKind::Locked => LOCKED,
        EventKind::Unlocked => UNLOCKED,
        EventKind::Renewed => RENEWED,
        EventKind::Ended(cause) => cause_byte(cause),
    }
}

fn kind_of(byte: u8) -> Result<EventKind, Failure> {
    Ok(match byte {
        CREATED => EventKind::Created,
        LOCKED => EventKind::Locked,
        UNLOCKED => EventKind::Unlocked,
        RENEWED => EventKind::Renewed,
        cause => EventKind::Ended(cause_of(cause)?),
    })
}

/// An event out of its bytes: the session, what happened, its version then, when; then its placement as in a head.
pub(super) fn read_event(
    sequence: u64,
    mut bytes: &[u8],
    placements: &Placements,
) -> Result<Event, Failure> {
    let rest = &mut bytes;
    let (id, [kind]) = (take(rest)?, take(rest)?);
    let (version, at) = (take(rest)?, take(rest)?);
    Ok(Event {
        sequence,
        at: u64::from_be_bytes(at),
        id: SessionId::from_bytes(id),
        kind: kind_of(kind)?,
        version: u32::from_be_bytes(version),
        placement: placements.of(rest)?,
    })
}

/// What is sealed, in one value: the length of the facts, the facts, the fields.
pub(super) fn write_sealed(facts: &[u8], fields: &[u8]) -> Vec<u8> {
    let length = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    let mut sealed = Vec::with_capacity(4 + facts.len() + fields.len());
    sealed.extend_from_slice(&length.to_be_bytes());
    sealed.extend_from_slice(facts);
    sealed.extend_from_slice(fields);
    sealed
}

/// Facts and fields out of it.
pub(super) fn read_sealed(sealed: &bytes::Bytes) -> Result<(bytes::Bytes, bytes::Bytes), Failure> {
    let (length, _) = sealed.split_first_chunk::<4>().ok_or(UNREADABLE)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| UNREADABLE)?;
    let end = length.checked_add(4).filter(|end| *end <= sealed.len());
    let end = end.ok_or(UNREADABLE)?;
    Ok((sealed.slice(4..end), sealed.slice(end..)))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Failure> {
    let (part, others) = rest.split_first_chunk::<N>().ok_or(UNREADABLE)?;
    *rest = others;
    Ok(*part)
}

fn read_placement(mut bytes: &[u8]) -> Option<Placement> {
    let mut name = || {
        let (length, rest) = bytes.split_first()?;
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        bytes = rest;
        std::str::from_utf8(name).ok()
    };
    let (role, department, portal) = (name()?, name()?, name()?);
    let department = match department {
        "" => None,
        name => Some(DepartmentName::new(name).ok()?),
    };
    Some(Placement {
        role: RoleName::new(role).ok()?,
        department,
        portal: PortalName::new(portal).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(department: Option<&str>) -> Record {
        Record {
            id: SessionId::from_bytes([1; 16]),
            token: TokenHash::from_bytes([2; 32]),
            user: [3; 16],
            placement: Arc::new(Placement {
                role: RoleName::new(&"r".repeat(64)).unwrap(),
                department: department.map(|name| DepartmentName::new(name).unwrap()),
                portal: PortalName::new("hyperspace").unwrap(),
            }),
            life: Life {
                created_at: 4,
                last_activity_at: 5,
                idle_limit_ms: 6,
                ends_at: 7,
                warning_ms: 8,
                is_locked: true,
            },
            version: 9,
        }
    }

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let placements = Placements::default();
        for record in [record(None), record(Some("icu"))] {
            let head = write(&record);

            let read = read(record.id, &head, &placements).unwrap();

            assert_eq!(read, Some(record));
        }
    }

    #[test]
    fn a_head_that_is_cut_off_anywhere_is_refused() {
        let head = write(&record(Some("icu")));
        let placements = Placements::default();

        for length in 1..head.len() {
            let cut = &head[..length];
            assert!(read(SessionId::from_bytes([1; 16]), cut, &placements).is_err());
        }
    }

    #[test]
    fn what_is_sealed_is_taken_apart_as_it_was_put_together() {
        let sealed = write_sealed(b"facts", b"").into();
        let (facts, fields) = read_sealed(&sealed).unwrap();

        assert_eq!((facts.as_ref(), fields.as_ref()), (&b"facts"[..], &b""[..]));
        assert!(read_sealed(&bytes::Bytes::from_static(&[0, 0, 0, 9, 1])).is_err());
    }
}
