//! Say who looks after a bed.

use std::fmt;
use std::str::FromStr;

use crate::error::OperationError;
use crate::model::{Assignment, BedId, PhiText};
use crate::service::LiveBeds;

/// Bytes of a version.
const BYTES: usize = 16;

/// Which nurses look after a bed, in which order, and since when: other ones have another version. A keyed hash, which
/// tells nobody who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NursesVersion([u8; BYTES]);

/// It is no [`NursesVersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the version of a bed's nurses, as it was given: 32 hexadecimal digits")]
pub struct NoNursesVersion;

impl fmt::Display for NursesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0.iter();
        bytes.try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for NursesVersion {
    type Err = NoNursesVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_one = text.len() == 2 * BYTES && text.bytes().all(|b| b.is_ascii_hexdigit());
        let number = u128::from_str_radix(text, 16).ok().filter(|_| is_one);
        Ok(Self(number.ok_or(NoNursesVersion)?.to_be_bytes()))
    }
}

impl LiveBeds {
    /// The version of these nurses of a bed.
    pub fn nurses_version(&self, nurses: &[Assignment]) -> NursesVersion {
        let since: Vec<[u8; 8]> = nurses.iter().map(|n| n.since.to_be_bytes()).collect();
        let mut parts: Vec<&[u8]> = vec![b"nurses"];
        for (assignment, since) in nurses.iter().zip(&since) {
            parts.extend([assignment.nurse.expose().as_bytes(), since]);
        }
        NursesVersion(self.0.sealer.version(&parts))
    }

    /// Sets the nurses of a bed; none clears it. Whoever was assigned before keeps the time since when. With `expected`
    /// only if that is the version of those before. Gives the version of those that it has now.
    ///
    /// # Errors
    /// [`OperationError::NoSuchBed`], [`OperationError::NursesChanged`], [`OperationError::Invalid`] for too many, and
    /// what the store says.
    pub async fn assign_nurses(
        &self,
        bed: BedId,
        (nurses, by): (Vec<PhiText>, PhiText),
        expected: Option<NursesVersion>,
    ) -> Result<NursesVersion, OperationError> {
        let beds = self.clone();
        let work = async move {
            let now = beds.now();
            let mut state = beds.0.state.lock().await;
            let before = state.census.facts(&bed).ok_or(OperationError::NoSuchBed)?;
            if expected.is_some_and(|expected| expected != beds.nurses_version(&before.nurses)) {
                return Err(OperationError::NursesChanged);
            }
            let assignment = |nurse: PhiText| {
                let known = before.nurses.iter().find(|known| known.nurse == nurse);
                known.cloned().unwrap_or(Assignment {
                    nurse,
                    since: now,
                    by: by.clone(),
                })
            };
            let nurses: Vec<Assignment> = nurses.into_iter().map(assignment).collect();
            let version = beds.nurses_version(&nurses);
            let applied = state.census.assign(&bed, nurses)?;
            beds.store_census(&mut state, applied, now).await?;
            Ok(version)
        };
        self.finish(work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_back_as_it_was_shown_and_nothing_else_is_one() {
        let version = NursesVersion(*b"\0\x01of the ward\xff\xfe\x80");

        assert_eq!(version.to_string().parse(), Ok(version));
        for text in ["", "3", "+0000000000000000000000000000001", "zz", "\u{e9}"] {
            assert_eq!(
                text.parse::<NursesVersion>(),
                Err(NoNursesVersion),
                "{text}"
            );
        }
    }
}
