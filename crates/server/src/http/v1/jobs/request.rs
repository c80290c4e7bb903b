//! A job as it is asked for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_messaging::model::MessageId;
use wardline_messaging::operations::{JobRequest, JobWish};

use super::super::dead_letters::{DeadReason, SetValue, read_values};
use super::super::filter::MessageFilter;
use super::super::names;
use crate::http::auth::{Caller, Scope};
use crate::http::extract::Object;
use crate::http::problem::Problem;

/// A job as it is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct JobBody {
    action: Action,
    /// Which messages. A replay needs a channel or `ids`, and so does a discard.
    #[serde(default)]
    #[schema(value_type = MessageFilter)]
    filter: Object<MessageFilter>,
    /// Only dead letters at this destination; for a replay: only to this destination.
    #[serde(default)]
    #[schema(pattern = "^[a-z0-9][a-z0-9_-]{0,63}$")]
    destination: Option<String>,
    /// Only dead letters for this reason.
    #[serde(default)]
    dead_reason: Option<DeadReason>,
    /// Only these messages, 10,000 at most.
    #[serde(default)]
    #[schema(max_items = 10_000)]
    ids: Vec<u64>,
    /// Why dead letters are discarded, in a person's words, up to 1,024 bytes; it is sealed. A replay may say why, in up to
    /// 200 characters that stand in the trail.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024)]
    reason: Option<String>,
    /// Values to set in copies of dead letters, 1 to 200. They are sealed. What they do not fit is left as it is, and
    /// counted as skipped.
    #[serde(default)]
    #[schema(max_items = 200, value_type = Vec<SetValue>)]
    set: Vec<Object<SetValue>>,
    /// Only count.
    #[serde(default)]
    dry_run: bool,
}

/// What a job does with each message.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Action {
    /// Dead letters go back into their queues.
    RetryDeadLetters,
    /// Dead letters are given up; needs `reason`.
    DiscardDeadLetters,
    /// Stored messages are delivered again, whatever became of them before.
    Replay,
    /// A changed copy is sent in the place of each dead letter; needs `set` and the scope `phi`.
    EditDeadLetters,
}

impl JobBody {
    /// What the trail says of it: what is done, and why somebody delivers again.
    pub(super) fn about(&self) -> String {
        let what = match self.action {
            Action::RetryDeadLetters => "retry dead letters",
            Action::DiscardDeadLetters => "discard dead letters",
            Action::Replay => "deliver again",
            Action::EditDeadLetters => "edit dead letters",
        };
        let only = if self.dry_run { ", a dry run" } else { "" };
        match (self.action, &self.reason) {
            (Action::Replay, Some(why)) => format!("start a job: {what}{only}: {why}"),
            _ => format!("start a job: {what}{only}"),
        }
    }

    pub(super) fn read(self, caller: &Caller) -> Result<JobRequest, Problem> {
        let names_some = self.filter.0.names_channel() || !self.ids.is_empty();
        if self.action != Action::RetryDeadLetters && !names_some {
            let detail = "expected a channel, or ids: this cannot be asked for everything at once";
            return Err(Problem::invalid("filter.channel", detail));
        }
        let destination = names::destination("destination", self.destination.as_deref())?;
        if self.action != Action::EditDeadLetters && !self.set.is_empty() {
            return Err(Problem::invalid("set", "only an edit sets values"));
        }
        let (wish, destination) = match (self.action, self.reason) {
            (Action::EditDeadLetters, None) => {
                caller.must(Scope::Phi, "set")?;
                let values = read_values(self.set)?;
                (JobWish::EditDeadLetters { values }, destination)
            }
            (Action::RetryDeadLetters, None) => (JobWish::RetryDeadLetters, destination),
            (Action::DiscardDeadLetters, Some(reason)) => {
                (JobWish::DiscardDeadLetters { reason }, destination)
            }
            (Action::Replay, reason) => {
                short_enough(reason.as_deref())?;
                (JobWish::Replay { destination }, None)
            }
            (Action::DiscardDeadLetters, None) => {
                return Err(Problem::invalid("reason", "a discard needs a reason"));
            }
            (_, Some(_)) => {
                let detail = "only a discard and a replay have a reason";
                return Err(Problem::invalid("reason", detail));
            }
        };
        if self.action == Action::Replay && self.dead_reason.is_some() {
            let detail = "a replay looks at stored messages, not at dead letters";
            return Err(Problem::invalid("dead_reason", detail));
        }
        Ok(JobRequest {
            wish,
            matching: self.filter.0.read(caller, None, "filter.")?,
            destination,
            reason: self.dead_reason.map(Into::into),
            ids: self.ids.into_iter().map(MessageId).collect(),
            dry_run: self.dry_run,
            created_by: caller.name().to_owned(),
        })
    }
}

/// Characters of the reason of a replay at most: it stands in the trail.
const LONGEST_REASON: usize = 200;

fn short_enough(reason: Option<&str>) -> Result<(), Problem> {
    let Some(reason) = reason else { return Ok(()) };
    let is_one_line = !reason.chars().any(char::is_control);
    if (1..=LONGEST_REASON).contains(&reason.chars().count()) && is_one_line {
        return Ok(());
    }
    let expected = format!("expected 1 to {LONGEST_REASON} characters in one line");
    Err(Problem::invalid("reason", expected))
}
