//! Jobs as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_messaging::model::{self, JobAction};

use super::super::dead_letters::DeadReason;
use super::request::Action;
use super::time;

/// A job.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct Job {
    id: u64,
    action: Action,
    selection: Selection,
    /// Whether it only counts.
    dry_run: bool,
    state: JobState,
    counts: Counts,
    #[schema(format = DateTime)]
    created_at: String,
    /// When its state or progress last changed.
    #[schema(format = DateTime)]
    changed_at: String,
    /// The name of the token that asked for it.
    created_by: String,
    /// What failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Which messages a job works on. Identifiers that it was asked for with are kept blind and cannot be shown again.
#[derive(Serialize, ToSchema)]
struct Selection {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_reason: Option<DeadReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    received_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    received_until: Option<String>,
    /// How many identifiers it was asked for with.
    identifiers: usize,
    /// How many messages it was asked for with by id.
    ids: usize,
}

/// Where a job stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http::v1) enum JobState {
    /// Working, or waiting to.
    Running,
    /// Done.
    Finished,
    /// Ended by a person.
    Cancelled,
    /// Ended by an error.
    Failed,
}

/// How far a job is.
#[derive(Serialize, ToSchema)]
struct Counts {
    /// Messages looked at.
    examined: u64,
    /// Messages acted on; in a dry run: that would be.
    changed: u64,
    /// Messages left alone because their state had changed.
    skipped: u64,
}

impl Job {
    pub(super) fn id(&self) -> u64 {
        self.id
    }
}

impl From<model::Job> for Job {
    fn from(job: model::Job) -> Self {
        let replay_to = match &job.action {
            JobAction::Replay { destination } => destination.as_ref(),
            JobAction::RetryDeadLetters
            | JobAction::DiscardDeadLetters { .. }
            | JobAction::EditDeadLetters { .. } => None,
        };
        let selection = &job.selection;
        Self {
            id: job.id.0,
            action: match &job.action {
                JobAction::RetryDeadLetters => Action::RetryDeadLetters,
                JobAction::DiscardDeadLetters { .. } => Action::DiscardDeadLetters,
                JobAction::Replay { .. } => Action::Replay,
                JobAction::EditDeadLetters { .. } => Action::EditDeadLetters,
            },
            selection: Selection {
                channel: selection.channel.as_ref().map(ToString::to_string),
                destination: selection
                    .destination
                    .as_ref()
                    .or(replay_to)
                    .map(ToString::to_string),
                message_type: selection.message_type.as_ref().map(ToString::to_string),
                dead_reason: selection.reason.map(DeadReason::from),
                received_from: selection.received_from.map(time::text),
                received_until: selection.received_until.map(time::text),
                identifiers: selection.tokens.len(),
                ids: selection.ids.len(),
            },
            dry_run: job.dry_run,
            state: job.state.into(),
            counts: Counts {
                examined: job.counts.examined,
                changed: job.counts.changed,
                skipped: job.counts.skipped,
            },
            created_at: time::text(job.created_at),
            changed_at: time::text(job.changed_at),
            created_by: job.created_by,
            error: job.error,
        }
    }
}

impl From<model::JobState> for JobState {
    fn from(state: model::JobState) -> Self {
        match state {
            model::JobState::Running => Self::Running,
            model::JobState::Finished => Self::Finished,
            model::JobState::Cancelled => Self::Cancelled,
            model::JobState::Failed => Self::Failed,
        }
    }
}
