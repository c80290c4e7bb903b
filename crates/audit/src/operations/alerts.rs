//! Alerts: listed, acknowledged, closed. A change of state and the record of it are one step.

use super::archive::changed;
use crate::error::OperationError;
use crate::model::{Note, Origin};
use crate::port::{RowKey, RowKind};
use crate::rules::{Alert, AlertChange, AlertId, AlertState};
use crate::service::Audit;
use crate::writer::Asked;

/// Alerts of a page at most.
pub const MAX_ALERTS: usize = 200;

impl Audit {
    /// A page of alerts, oldest day first, beyond `after`. They hold pseudonyms only.
    ///
    /// # Errors
    /// [`OperationError::TooMany`] beyond [`MAX_ALERTS`], or the store failed, or one does not open.
    pub async fn alerts(
        &self,
        after: Option<AlertId>,
        limit: usize,
    ) -> Result<Vec<Alert>, OperationError> {
        if limit > MAX_ALERTS {
            let (field, max) = ("limit", MAX_ALERTS);
            return Err(OperationError::TooMany { field, max });
        }
        let after = after.map(|id| RowKey::Alert(id.0));
        let rows = self.0.store.rows(RowKind::Alert, after, limit).await?;
        let mut alerts = Vec::with_capacity(rows.len());
        for (key, sealed) in rows {
            if let RowKey::Alert(id) = key {
                alerts.push(self.open_alert(AlertId(id), &sealed)?);
            }
        }
        Ok(alerts)
    }

    /// Somebody looks into an alert, or is done with it; what they say of it stands in the trail. An alert goes from
    /// new to acknowledged to closed, or at once to closed, and never back.
    ///
    /// # Errors
    /// There is no such alert, it is in this state or beyond, or it could not be recorded.
    pub async fn set_alert(
        &self,
        id: AlertId,
        state: AlertState,
        note: Note,
        by: Origin,
    ) -> Result<Alert, OperationError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let row = self.0.store.row(RowKey::Alert(id.0)).await?;
        let mut alert = self.open_alert(id, &row.ok_or(OperationError::NoSuch("alert"))?)?;
        if state <= alert.state {
            let why = "an alert goes from new to acknowledged to closed, and never back";
            return Err(OperationError::State(why));
        }
        alert.state = state;
        alert.changes.push(AlertChange {
            state,
            at: self.now(),
            by: self.0.sealer.user_token(&by.user),
        });
        let sealed = self.seal_row(id.0.to_vec(), alert.clone()).await?;
        let mut event = changed(&by, "changed an alert");
        event.reason = Some(note);
        self.ask(Asked {
            events: vec![event],
            rows: vec![(RowKey::Alert(id.0), Some(sealed.into()))],
            ..Asked::default()
        })
        .await?;
        Ok(alert)
    }

    fn open_alert(&self, id: AlertId, sealed: &[u8]) -> Result<Alert, OperationError> {
        let opened = self.0.sealer.open_row(&id.0, sealed);
        opened.map_err(|_| OperationError::State("an alert does not open"))
    }
}
