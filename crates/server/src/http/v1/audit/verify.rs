//! Verifies the trail, and says how far it is while it does.

use std::convert::Infallible;
use std::pin::Pin;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::ToSchema;
use wardline_audit::model::{Origin, Seq};
use wardline_audit::operations::{Verification, VerifyRequest};
use wardline_audit::verify::{Finding, Progress};
use wardline_audit::{OperationError, Recorded};

use super::by::{reader, reads};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::JsonBody;
use crate::http::problem::Problem;

/// Anchors of one verification at most.
const MAX_ANCHORS: usize = 1_000;
/// Lines that wait for a reader at most; what is beyond is not told.
const MAX_LINES: usize = 16;

/// What to verify.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuditVerify)]
pub(super) struct VerifyBody {
    /// The `progress` of an earlier verification, to go on from there.
    #[serde(default)]
    progress: Option<String>,
    /// Begin at the segment of this record: what lies before is held against the signed roots only.
    #[serde(default)]
    from_record: Option<u64>,
    /// Checkpoints that were kept elsewhere, as signed notes.
    #[serde(default)]
    #[schema(max_items = 1000)]
    anchors: Vec<String>,
}

/// One line of the answer; the last one says `verified`.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditVerification)]
pub(super) struct LineView {
    /// Records that were looked at so far.
    records: u64,
    /// Of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    /// In the last line: whether nothing is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
    /// Records in archived segments that were held against the signed roots only.
    #[serde(skip_serializing_if = "Option::is_none")]
    archived: Option<u64>,
    /// Checkpoints that were held against the records.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoints: Option<u64>,
    /// The first thing that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<FindingView>,
    /// Where to go on from later.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<String>,
    /// Why it could not be done to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
}

/// What is wrong, and where.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditFinding)]
pub(super) struct FindingView {
    /// The first record that is bad, or may be.
    from: u64,
    /// The last one that may be the first bad one; the same when it is known exactly.
    through: u64,
    /// What is wrong.
    fault: String,
}

/// Verifies the trail. The answer is a line of JSON now and then, and a last one with what it came to. A trail in which
/// something is wrong is a normal answer. What is recorded meanwhile is not looked at. That all of it was verified, from the
/// first record on, is recorded with what it came to, so that it is known later.
#[utoipa::path(
    post, path = "/v1/audit/verify", tag = "audit", operation_id = "audit_verify",
    security(("token" = ["audit:read"])),
    request_body = VerifyBody,
    responses((
        status = 200, description = "Lines of JSON.", body = LineView, content_type = "application/x-ndjson",
    )),
)]
pub(super) async fn audit_verify(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<VerifyBody>,
) -> Result<impl IntoResponse, Problem> {
    let admitted = reader(&api, &caller, "a verification of the trail").await?;
    let request = body.read(&api).await?;
    let by = admitted.by();
    let recorded = reads(&api, by.clone(), "verified the trail").await?;
    let (told, heard) = mpsc::channel(MAX_LINES);
    let stop = api.stop.clone();
    let work = async move {
        let verified = verified(&api, (request, by), &recorded, told);
        tokio::select! {
            line = verified => line,
            () = stop.cancelled() => LineView::failed("the service is stopping".to_owned()),
        }
    };
    let lines = Lines {
        work: Some(Box::pin(work)),
        heard,
    };
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson")];
    Ok((headers, Body::from_stream(lines.into_stream())))
}

impl VerifyBody {
    async fn read(self, api: &Api) -> Result<VerifyRequest, Problem> {
        if self.anchors.len() > MAX_ANCHORS {
            return Err(Problem::invalid("anchors", "expected at most 1000"));
        }
        let from = match (self.progress, self.from_record) {
            (Some(_), Some(_)) => {
                let why = "expected `progress` or `from_record`, not both";
                return Err(Problem::invalid("from_record", why));
            }
            (Some(text), None) => {
                let bytes = STANDARD.decode(text).unwrap_or_default();
                let progress = Progress::from_bytes(&bytes).ok_or_else(|| {
                    Problem::invalid("progress", "expected the `progress` of an earlier answer")
                })?;
                Some(progress)
            }
            (None, Some(record)) => Some(api.audit.progress_before(Seq(record)).await?),
            (None, None) => None,
        };
        Ok(VerifyRequest {
            from,
            until: None,
            anchors: self.anchors,
        })
    }
}

async fn verified(
    api: &Api,
    request: (VerifyRequest, Origin),
    recorded: &Recorded,
    told: mpsc::Sender<(u64, u64)>,
) -> LineView {
    // A reader that does not keep up misses lines, and nothing of what it comes to.
    let mut tell = |records, of| told.try_send((records, of)).unwrap_or_default();
    match api
        .audit
        .verify_recorded(request, recorded, &mut tell)
        .await
    {
        Ok(verification) => LineView::of(verification),
        Err(error) => {
            tracing::error!(%error, "the audit trail could not be verified to its end");
            let problem: &OperationError = &error;
            LineView::failed(match problem {
                OperationError::Store(_) | OperationError::Key(_) => {
                    "the store did not answer; the log says more".to_owned()
                }
                error => error.to_string(),
            })
        }
    }
}

type Work = Pin<Box<dyn Future<Output = LineView> + Send>>;

/// The lines of an answer: how far it is, and at last what it came to.
struct Lines {
    work: Option<Work>,
    heard: mpsc::Receiver<(u64, u64)>,
}

impl Lines {
    fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, |mut lines| async move {
            let line = lines.next().await?;
            let mut text = serde_json::to_vec(&line).unwrap_or_default();
            text.push(b'\n');
            Some((Ok(Bytes::from(text)), lines))
        })
    }

    async fn next(&mut self) -> Option<LineView> {
        let work = self.work.as_mut()?;
        tokio::select! {
            biased;
            Some((records, of)) = self.heard.recv() => Some(LineView::so_far(records, of)),
            line = work => {
                self.work = None;
                Some(line)
            }
        }
    }
}

impl LineView {
    fn so_far(records: u64, of: u64) -> Self {
        Self {
            records,
            of: Some(of),
            verified: None,
            archived: None,
            checkpoints: None,
            finding: None,
            progress: None,
            failed: None,
        }
    }

    fn of(verification: Verification) -> Self {
        let progress = verification.progress.map(|progress| progress.to_bytes());
        Self {
            of: None,
            verified: Some(verification.finding.is_none()),
            archived: Some(verification.archived),
            checkpoints: Some(verification.checkpoints),
            finding: verification.finding.map(FindingView::from),
            progress: progress.map(|bytes| STANDARD.encode(bytes)),
            ..Self::so_far(verification.records, 0)
        }
    }

    fn failed(why: String) -> Self {
        Self {
            of: None,
            failed: Some(why),
            ..Self::so_far(0, 0)
        }
    }
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        Self {
            from: finding.from.0,
            through: finding.through.0,
            fault: finding.fault.to_string(),
        }
    }
}
