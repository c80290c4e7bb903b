//! What may be written later: activity, and the removal of what expired.

use wardline_kernel::{StoreError, UnixMillis};
use wardline_sessions::model::SessionId;

use super::Running;
use crate::engine::{Durability, Row};
use crate::sessions::image::SHARDS;
use crate::sessions::rows;

/// Sessions in one commit: other writers wait behind it for some milliseconds.
const STEP: usize = 2_048;

impl Running {
    /// Writes it in steps. What could not be written is written the next time.
    pub(super) fn write_behind(&self) -> Result<(), StoreError> {
        let mut activity = Vec::new();
        for shard in 0..SHARDS {
            activity.extend(self.image.take_activity(shard));
            if activity.len() >= STEP {
                self.write_activity(std::mem::take(&mut activity))?;
            }
        }
        self.write_activity(activity)?;
        // After the activity: what expired meanwhile must leave no row of it behind.
        let graves = self.image.take_graves();
        let mut rest = graves.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(STEP));
            let rows = now.iter().flat_map(|id| rows::remove(*id)).collect();
            if let Err(error) = self.write(rows, Durability::Written) {
                self.image.bury(rest.iter().copied());
                return Err(error);
            }
            rest = later;
        }
        Ok(())
    }

    fn write_activity(&self, activity: Vec<(SessionId, UnixMillis)>) -> Result<(), StoreError> {
        if activity.is_empty() {
            return Ok(());
        }
        let rows = activity.iter().map(|(id, at)| rows::put_activity(*id, *at));
        let rows: Result<Vec<Row>, _> = rows.collect();
        let written = rows.and_then(|rows| self.write(rows, Durability::Written));
        if written.is_err() {
            let ids = activity.into_iter().map(|(id, _)| id);
            self.image.activity_unwritten(ids);
        }
        written
    }
}
