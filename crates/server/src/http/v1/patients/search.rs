//! Finds patients.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, DataType, PatientRef, TypeSet};
use wardline_patients::model::{Field, FieldPath};
use wardline_patients::{Find, MAX_FINDS, Query, Selection};

use super::of_number;
use crate::gate;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, Object};
use crate::http::problem::{Code, Problem};
use crate::http::protect::Wanted;

/// Shown of each find, so that the right one can be told from others.
const SHOWN: [Field; 3] = [Field::Name, Field::BirthDate, Field::RecordNumbers];

/// What is looked for: one of these. It is in the body, as URLs are logged everywhere.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatientSearch)]
pub(super) struct SearchBody {
    /// A social security number.
    ssn: Option<String>,
    /// A medical record number.
    #[schema(value_type = Option<NumberBody>)]
    mrn: Option<Object<NumberBody>>,
    /// A person.
    #[schema(value_type = Option<PersonBody>)]
    person: Option<Object<PersonBody>>,
    /// How many at most.
    #[schema(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

/// A medical record number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NumberBody {
    value: String,
    /// Who gave it; any unless told.
    authority: Option<String>,
}

/// A person by name and date of birth.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonBody {
    family: String,
    /// The first given name.
    #[serde(default)]
    given: String,
    #[schema(format = Date)]
    birth_date: String,
}

/// Who was found, of those whom the caller may see.
#[derive(Serialize, ToSchema)]
#[schema(as = PatientFinds)]
pub(super) struct FoundView {
    items: Vec<FindView>,
    /// Whether that is all: else there may be more.
    is_complete: bool,
}

/// A patient who was found.
#[derive(Serialize, ToSchema)]
#[schema(as = PatientFind)]
struct FindView {
    /// The record to look at.
    id: String,
    /// The record that was found, when it was merged into that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    found_as: Option<String>,
    /// Name, date of birth and record numbers.
    #[schema(value_type = Object)]
    fields: BTreeMap<String, Value>,
}

/// Finds patients by social security number, medical record number, or name and date of birth: exactly, by the rule of
/// writing of each. The caller must be permitted to see demographics, of each patient who is found too. With the token of
/// an emergency access its patient is found by the record number and its authority, and nobody else.
#[utoipa::path(
    post, path = "/v1/patients/search", tag = "patients", operation_id = "patient_search",
    security(("token" = ["patients:read", "phi"])),
    request_body = SearchBody,
    responses((status = 200, description = "Who was found.", body = FoundView)),
)]
pub(super) async fn patient_search(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<FoundView>, Problem> {
    let limit = body.limit.unwrap_or(20);
    if !(1..=MAX_FINDS).contains(&limit) {
        return Err(Problem::invalid("limit", "expected 1 to 100"));
    }
    let (query, by) = body.read()?;
    let alone = alone(&api, &caller, &query).await?;
    let subject = alone
        .clone()
        .map_or(Subject::WhoeverIsFound, Subject::Patient);
    let wanted = Wanted {
        action: Action::Search,
        types: &[DataType::Demographics],
        subject,
        about: format!("patients by {by}"),
    };
    api.gate
        .may_search(&caller.principal(), caller.purpose())
        .await?;
    let permit = api.permit(&caller, wanted).await?;
    let found = match api.patients.search(&query, limit).await {
        Ok(found) => found,
        Err(error) => return Err(api.failed(permit, Vec::new(), error).await),
    };
    let (mut items, mut patients) = (Vec::new(), Vec::new());
    for find in found.finds {
        let of = find.patient;
        match seen(&api, (&permit, alone.as_ref()), find).await {
            Ok(None) => {}
            Ok(Some((view, references))) => {
                items.push(view);
                patients.extend(references);
            }
            Err(problem) => {
                let of = gate::of_record(of, &[]);
                return Err(api.failed(permit, of, problem).await);
            }
        }
    }
    let view = FoundView {
        items,
        is_complete: found.is_complete,
    };
    Ok(Json(api.disclose(permit, view, patients).await?))
}

/// The patient of an emergency access, when it is searched for by its record number and whoever gave that. No other
/// search is of one patient, so none is opened by such an access.
async fn alone(api: &Api, caller: &Caller, query: &Query) -> Result<Option<PatientRef>, Problem> {
    match query {
        Query::RecordNumber {
            value,
            authority: Some(authority),
        } if caller.emergency().is_some() => of_number(api, value, authority).await,
        _ => Ok(None),
    }
}

/// A find that the caller may see, and how it is named. Under an emergency access that is its one patient.
async fn seen(
    api: &Api,
    (permit, alone): (&Permit, Option<&PatientRef>),
    find: Find,
) -> Result<Option<(FindView, Vec<PatientRef>)>, Problem> {
    let numbers = api.patients.numbers(find.patient).await?;
    let references = gate::of_record(find.patient, &numbers);
    let decisive = match alone {
        None => references.first(),
        Some(patient) if references.contains(patient) => Some(patient),
        Some(_) => None,
    };
    let Some(decisive) = decisive else {
        return Ok(None);
    };
    if !api.gate.may_see_find(permit, decisive).await? {
        return Ok(None);
    }
    let view = shown(api, find).await?;
    Ok(view.map(|view| (view, references)))
}

/// What is shown of a find; nothing of one that was erased meanwhile.
async fn shown(api: &Api, find: Find) -> Result<Option<FindView>, Problem> {
    let selection = Selection::of(TypeSet::one(DataType::Demographics));
    let record = match api.patients.read(find.patient, &selection).await {
        Ok(record) => record,
        Err(wardline_patients::OperationError::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut fields = BTreeMap::new();
    for field in SHOWN {
        if let Some(its) = record.fields.get(&FieldPath::Field(field)) {
            let value = its.value.to_json();
            let value = value.map_err(|_| Problem::new(Code::Unreadable))?;
            fields.insert(field.as_str().to_owned(), value);
        }
    }
    Ok(Some(FindView {
        id: find.patient.to_string(),
        found_as: find.found_as.map(|id| id.to_string()),
        fields,
    }))
}

impl SearchBody {
    fn read(self) -> Result<(Query, &'static str), Problem> {
        match (self.ssn, self.mrn, self.person) {
            (Some(ssn), None, None) => Ok((Query::Ssn(ssn), "ssn")),
            (None, Some(Object(mrn)), None) => {
                let query = Query::RecordNumber {
                    value: mrn.value,
                    authority: mrn.authority,
                };
                Ok((query, "mrn"))
            }
            (None, None, Some(Object(person))) => {
                let query = Query::NameAndBirth {
                    family: person.family,
                    given: person.given,
                    birth_date: person.birth_date,
                };
                Ok((query, "name and date of birth"))
            }
            _ => Err(Problem::invalid(
                "body",
                "expected one of ssn, mrn and person",
            )),
        }
    }
}
