//! Which records, and how many of them: what searches and exports share.

use std::str::FromStr;

use serde::Deserialize;
use utoipa::ToSchema;
use wardline_audit::model::{PatientId, Seq, UserName};
use wardline_audit::operations::{AuditFilter, AuditPage, MAX_PAGE};

use super::super::time;
use super::by::Admitted;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::Object;
use crate::http::problem::Problem;

const USUAL_PAGE: usize = 50;

/// Which records; every part given must match.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuditFilter)]
pub(super) struct FilterBody {
    /// Of this user.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 256)]
    user: Option<String>,
    /// About this patient, as the trail names it: `mrn:`, the assigning authority, `:`, the number. A token needs
    /// the scope `phi` for it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128, example = "mrn:HOSP:4711")]
    patient: Option<String>,
    /// Of this kind.
    #[serde(default)]
    #[schema(example = "read")]
    kind: Option<String>,
    /// That ended so: `success`, `denied` or `failed`.
    #[serde(default)]
    #[schema(example = "denied")]
    outcome: Option<String>,
    /// Recorded at this time or later.
    #[serde(default)]
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Recorded before this time.
    #[serde(default)]
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// A search of the trail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuditSearch)]
pub(super) struct SearchBody {
    #[serde(default)]
    #[schema(value_type = FilterBody)]
    filter: Object<FilterBody>,
    /// The `next` of an earlier page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items on the page, 1 to 200; 50 when not given. A page may hold fewer although there are more.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// A page of records, once it is recorded that they are read; and where the next one begins.
pub(super) async fn page(
    api: &Api,
    (caller, admitted): (&Caller, &Admitted),
    body: SearchBody,
) -> Result<(AuditPage, Option<String>), Problem> {
    let limit = match body.limit {
        None => USUAL_PAGE,
        Some(limit @ 1..=MAX_PAGE) => limit,
        Some(_) => return Err(Problem::invalid("limit", "expected 1 to 200")),
    };
    let read = |text: &str| text.parse().ok().map(Seq);
    let cursor = cursor::decode(Listing::Audit, body.cursor.as_deref(), read)?;
    let filter = body.filter.0.read(caller, admitted)?;
    let page = api
        .audit
        .search(&filter, cursor, limit, admitted.by())
        .await?;
    let next = page
        .next
        .map(|seq| cursor::encode(Listing::Audit, &seq.to_string()));
    Ok((page, next))
}

impl FilterBody {
    fn read(&self, caller: &Caller, admitted: &Admitted) -> Result<AuditFilter, Problem> {
        if self.patient.is_some() {
            // Whoever may not see whom a record is about must not find out by asking.
            admitted.must_see_people(caller, "filter.patient")?;
        }
        Ok(AuditFilter {
            user: self.user.as_deref().map(user).transpose()?,
            patient: self.patient.as_deref().map(patient).transpose()?,
            kind: word("filter.kind", self.kind.as_deref())?,
            outcome: word("filter.outcome", self.outcome.as_deref())?,
            from: time::read("filter.from", self.from.as_deref())?,
            until: time::read("filter.until", self.until.as_deref())?,
        })
    }
}

/// A user in a request.
pub(super) fn user(text: &str) -> Result<UserName, Problem> {
    UserName::new(text).map_err(|error| Problem::invalid("user", error.to_string()))
}

/// A patient in a request.
pub(super) fn patient(text: &str) -> Result<PatientId, Problem> {
    PatientId::new(text).map_err(|error| Problem::invalid("patient", error.to_string()))
}

fn word<T: FromStr>(field: &'static str, text: Option<&str>) -> Result<Option<T>, Problem> {
    let read = text.map(str::parse).transpose();
    read.map_err(|_| Problem::invalid(field, "expected one of the words that records show"))
}
