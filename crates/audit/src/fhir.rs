//! Records as FHIR R4 `AuditEvent` resources, after IHE Basic Audit Log Patterns (BALP 1.1.4): identifiers only, never
//! what was read. One resource for each patient, as the patterns ask (ITI/BALP, PatientQuery).
//!
//! The patterns for reading, changing and deleting a patient's resource are claimed in `meta.profile`. That for queries
//! is not: it wants the raw query, which may hold names and is not recorded.

mod resource;

use jiff::Timestamp;
use wardline_kernel::UnixMillis;

use crate::model::{DataType, EventKind, Outcome, PatientId, Purpose, Repeats, RequestId};
use crate::operations::Record;
use crate::sealing::Content;
pub use resource::{
    Agent, AuditEvent, Coding, Concept, Entity, Identifier, Meta, Network, Reference, Source,
};

const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const PARTICIPANT: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const REQUEST: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";
const PROFILE: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";

/// A record as resources: one for each patient, or one when it is about none. Nothing when the record's key was
/// destroyed. `origin` is the trail's name.
pub fn audit_events(record: &Record, origin: &str) -> Vec<AuditEvent> {
    let Some(content) = &record.content else {
        return Vec::new();
    };
    if content.patients.is_empty() {
        return vec![audit_event(record, content, None, origin)];
    }
    let patients = (0..).zip(&content.patients);
    patients
        .map(|patient| audit_event(record, content, Some(patient), origin))
        .collect()
}

fn audit_event(
    record: &Record,
    content: &Content,
    patient: Option<(u32, &PatientId)>,
    origin: &str,
) -> AuditEvent {
    let shape = Shape::of(record.kind);
    let number = patient.map_or(0, |(number, _)| number);
    // The patterns want the client's address, and what it was about.
    let is_whole =
        patient.is_some() && !content.data_types.is_empty() && content.by.address.is_some();
    let claims = is_whole && record.outcome == Outcome::Success;
    let profile = shape.profile.filter(|_| claims);
    AuditEvent {
        resource_type: "AuditEvent",
        id: format!("{}-{number}", record.seq),
        meta: profile.map(|name| Meta {
            profile: vec![format!("{PROFILE}{name}")],
        }),
        kind: shape.kind,
        subtype: shape.subtype.into_iter().collect(),
        action: shape.action,
        recorded: time(record.at).to_string(),
        outcome: match record.outcome {
            Outcome::Success => "0",
            Outcome::Denied => "4",
            Outcome::Failed => "8",
        },
        outcome_desc: content.repeats.map(told),
        agent: agents(content, (shape.sides, shape.user), origin),
        source: Source {
            observer: named(origin),
        },
        entity: entities(content, patient.map(|(_, patient)| patient)),
    }
}

/// What a resource says of a refusal that comes again and again.
fn told(repeats: Repeats) -> String {
    match repeats {
        Repeats::CountedFromHere => "the same refusal is counted from here on".to_owned(),
        Repeats::Counted {
            times,
            first_at,
            last_at,
        } => {
            let (first, last) = (time(first_at), time(last_at));
            format!("the same refusal {times} times from {first} to {last}")
        }
    }
}

fn time(at: UnixMillis) -> Timestamp {
    let at = i64::try_from(at).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::MAX)
}

/// How a kind is put into the standard's words.
struct Shape {
    kind: Coding,
    subtype: Option<Coding>,
    action: &'static str,
    profile: Option<&'static str>,
    /// The codes of client and server.
    sides: (Coding, Coding),
    /// The code of the user: who gets data, or who they are from.
    user: &'static str,
}

/// Who gets data.
const RECIPIENT: &str = "IRCP";
/// Who made or changed them; the patterns for changes and deletions take no recipient.
const AUTHOR: &str = "AUT";

impl Shape {
    fn of(kind: EventKind) -> Self {
        let dcm = |code: &str| coding(DCM, code);
        let from_client = (dcm("110153"), dcm("110152"));
        let from_server = (dcm("110152"), dcm("110153"));
        let rest = |code: &str, action, profile, sides| Self {
            kind: coding(EVENT_TYPE, "rest"),
            subtype: Some(coding(INTERACTION, code)),
            action,
            profile,
            sides,
            user: RECIPIENT,
        };
        let custodian = coding(PARTICIPANT, "custodian");
        match kind {
            EventKind::Read | EventKind::AuditRead | EventKind::StreamWatched => {
                rest("read", "R", Some("PatientRead"), from_server)
            }
            EventKind::Write => Self {
                user: AUTHOR,
                ..rest("update", "U", Some("PatientUpdate"), from_client)
            },
            EventKind::Delete => {
                let sides = (dcm("110150"), custodian);
                Self {
                    user: AUTHOR,
                    ..rest("delete", "D", Some("PatientDelete"), sides)
                }
            }
            EventKind::Search => rest("search", "E", None, from_client),
            other => {
                let (code, subtype) = dicom(other);
                Self {
                    kind: dcm(code),
                    subtype: subtype.map(dcm),
                    action: "E",
                    profile: None,
                    sides: from_client,
                    user: RECIPIENT,
                }
            }
        }
    }
}

/// Event id and event type code of DICOM PS3.15 A.5, PS3.16 CID 400 and 401.
fn dicom(kind: EventKind) -> (&'static str, Option<&'static str>) {
    match kind {
        EventKind::Login => ("110114", Some("110122")),
        EventKind::Logout => ("110114", Some("110123")),
        EventKind::Export | EventKind::Hl7Sent | EventKind::Disclosure => ("110106", None),
        EventKind::Hl7Received => ("110107", None),
        EventKind::EmergencyRequested | EventKind::EmergencyUsed => ("110113", Some("110127")),
        EventKind::EmergencyRevoked
        | EventKind::EmergencyExpired
        | EventKind::EmergencyReviewed => ("110113", Some("110138")),
        EventKind::IdentityChanged => ("110113", Some("110137")),
        EventKind::PolicyChanged | EventKind::KeyChanged => ("110113", Some("110129")),
        EventKind::ConfigurationChanged => ("110113", Some("110131")),
        EventKind::TrailOpened | EventKind::TrailRepaired => ("110100", Some("110120")),
        EventKind::TrailClosed => ("110100", Some("110121")),
        _ => ("110113", None),
    }
}

fn agents(
    content: &Content,
    ((client, server), user): ((Coding, Coding), &str),
    origin: &str,
) -> Vec<Agent> {
    let by = &content.by;
    let application = by.application.as_ref();
    let application = application.map_or("unknown", |application| application.as_str());
    let purpose = by.purpose.as_ref().map(Purpose::as_str);
    let agent = |kind, who, requestor| Agent {
        kind: Concept { coding: vec![kind] },
        who,
        requestor,
        network: None,
        purpose_of_use: Vec::new(),
    };
    let network = by.address.map(|address| Network {
        address: address.to_string(),
        kind: "2",
    });
    // The trail is named after the machine or service that keeps it.
    let machine = origin.split('/').next().unwrap_or(origin);
    let machine = Network {
        address: machine.to_owned(),
        kind: "1",
    };
    let user = coding(PARTICIPATION, user);
    vec![
        Agent {
            network,
            ..agent(client, named(application), false)
        },
        Agent {
            network: Some(machine),
            ..agent(server, named(origin), false)
        },
        Agent {
            purpose_of_use: purpose
                .map(|purpose| Concept {
                    coding: vec![coding(ACT_REASON, purpose)],
                })
                .into_iter()
                .collect(),
            ..agent(user, identified(by.user.expose()), true)
        },
    ]
}

fn entities(content: &Content, patient: Option<&PatientId>) -> Vec<Entity> {
    let mut entities = Vec::new();
    if let Some(patient) = patient {
        entities.push(Entity {
            what: of_patient(patient.expose()),
            kind: coding(ENTITY_TYPE, "1"),
            role: Some(coding(OBJECT_ROLE, "1")),
        });
    }
    // One for all of them: the patterns take no second.
    let types: Vec<&str> = content.data_types.iter().map(DataType::as_str).collect();
    if !types.is_empty() {
        entities.push(Entity {
            what: named(&types.join(", ")),
            kind: coding(ENTITY_TYPE, "2"),
            role: Some(coding(OBJECT_ROLE, "4")),
        });
    }
    if let Some(request) = content.by.request.as_ref().map(RequestId::as_str) {
        entities.push(Entity {
            what: identified(request),
            kind: coding(REQUEST, "XrequestId"),
            role: None,
        });
    }
    entities
}

fn coding(system: &'static str, code: &str) -> Coding {
    let code = code.to_owned();
    Coding { system, code }
}

fn named(display: &str) -> Reference {
    Reference {
        display: Some(display.to_owned()),
        ..Reference::default()
    }
}

/// By a literal where that can be one (the ids of FHIR: letters, digits, `-` and `.`, 64 at most), else by identifier: the
/// gate names patients by their number and its authority.
fn of_patient(id: &str) -> Reference {
    let is_id = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let reference = if is_id {
        Reference {
            reference: Some(format!("Patient/{id}")),
            ..Reference::default()
        }
    } else {
        identified(id)
    };
    Reference {
        kind: Some("Patient"),
        ..reference
    }
}

fn identified(value: &str) -> Reference {
    let value = value.to_owned();
    Reference {
        identifier: Some(Identifier { value }),
        ..Reference::default()
    }
}
