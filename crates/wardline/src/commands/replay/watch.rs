//! Waiting for a job, with its progress on the terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value as Json;

use super::path;
use super::view::Job;
use crate::client::{Client, view};

const BETWEEN_LOOKS: Duration = Duration::from_millis(400);

/// Asks for the job until it has ended, and gives its last answer.
pub(super) fn until_ended(client: &Client, mut answer: Json) -> anyhow::Result<Json> {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    loop {
        let job: Job = view(answer.clone())?;
        if !job.is_running() {
            bar.finish_and_clear();
            return Ok(answer);
        }
        bar.set_message(format!("job {}: {}", job.id, job.progress()));
        bar.tick();
        std::thread::sleep(BETWEEN_LOOKS);
        answer = client.get(&path(job.id))?;
    }
}
