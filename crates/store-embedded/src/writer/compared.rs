//! Changes that are compared with what there is before they are written.

use wardline_access::port::{Put, Row as AccessRow};
use wardline_kernel::StoreError;
use wardline_patients::port::Committed;

use super::Writer;
use crate::access::{self, Decided};
use crate::engine::Durability;
use crate::patients;

impl Writer {
    pub(super) fn put_access(&mut self, row: &AccessRow) -> Result<Put, StoreError> {
        let opened = self.ready()?;
        match access::decide(&opened.engine, row)? {
            Decided::Not(put) => Ok(put),
            // Some of these take a right away, and each is small: like removals they may use the last of the room.
            Decided::Write(rows) => {
                self.require_free(4, row.body.len())?;
                self.write(&opened, Durability::Synced, |draft| {
                    draft.add_rows(rows);
                    Ok(())
                })?;
                Ok(Put::Done)
            }
        }
    }

    pub(super) fn change_patients(
        &mut self,
        change: patients::Change,
    ) -> Result<Committed, StoreError> {
        let opened = self.ready()?;
        // An erasure must be possible on a full disk.
        let (factor, bytes) = if change.is_erasure() {
            (4, 0)
        } else {
            (2, change.bytes())
        };
        match patients::decide(&opened.engine, change)? {
            patients::Decided::Not(committed) => Ok(committed),
            patients::Decided::Write(rows) => {
                self.require_free(factor, bytes)?;
                self.write(&opened, Durability::Synced, |draft| {
                    draft.add_rows(rows);
                    Ok(())
                })?;
                Ok(Committed::Done)
            }
        }
    }
}
