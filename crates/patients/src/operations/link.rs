//! Links records that may be of one person without merging them, and takes a link away.

use crate::error::OperationError;
use crate::model::{ChangeKind, PatientId};
use crate::operations::merge::{MAX_MERGED, within};
use crate::operations::update::Written;
use crate::service::{Loaded, Patients};

impl Patients {
    /// Links two records, each in the version that is expected (HL7 A24). Nothing else of them changes.
    ///
    /// # Errors
    /// [`OperationError::Conflict`], [`OperationError::Merged`], [`OperationError::NotFound`], or the store failed.
    pub async fn link(
        &self,
        one: (PatientId, u64),
        other: (PatientId, u64),
        by: &str,
    ) -> Result<[Written; 2], OperationError> {
        self.linked(one, other, by, |links, to| {
            if !links.contains(&to) {
                links.push(to);
            }
        })
        .await
    }

    /// Takes the link between two records away (HL7 A37).
    ///
    /// # Errors
    /// As [`Patients::link`].
    pub async fn unlink(
        &self,
        one: (PatientId, u64),
        other: (PatientId, u64),
        by: &str,
    ) -> Result<[Written; 2], OperationError> {
        self.linked(one, other, by, |links, to| links.retain(|link| *link != to))
            .await
    }

    async fn linked(
        &self,
        one: (PatientId, u64),
        other: (PatientId, u64),
        by: &str,
        change: impl Fn(&mut Vec<PatientId>, PatientId),
    ) -> Result<[Written; 2], OperationError> {
        if one.0 == other.0 {
            return Err(OperationError::Value {
                field: "other",
                expected: "another record",
            });
        }
        let one = self.0.load_for_change(one.0, one.1).await?;
        let other = self.0.load_for_change(other.0, other.1).await?;
        for loaded in [&one, &other] {
            self.stands_by_itself(loaded).await?;
        }
        let next = |of: &Loaded, to: &Loaded| {
            let mut next = of.manifest.next(self.0.change(ChangeKind::Linked, by)?);
            change(&mut next.links, to.patient);
            within(&next.links, MAX_MERGED)?;
            let written = Written {
                patient: of.patient,
                version: next.version,
                notes: Vec::new(),
            };
            Ok::<_, OperationError>((written, self.0.rewrite(of, &next)?))
        };
        let (first, first_write) = next(&one, &other)?;
        let (second, second_write) = next(&other, &one)?;
        self.0.commit(vec![first_write, second_write]).await?;
        Ok([first, second])
    }
}
