//! Whom a message is about: the lanes that keep its order, the blind tokens that it is found by.

use std::collections::BTreeSet;

use wardline_hl7::Message;
use wardline_hl7::routing::{Identifier, PatientEffect, Routing};
use wardline_phi::{BlindIndex, IndexField};

use crate::channel::{Channel, WithoutPatient};
use crate::model::{LaneKey, SearchField, SearchToken, Token};

/// Lanes of one message at most. A merge of more patients holds up the whole channel instead.
const MAX_LANES: usize = 16;
/// Tokens of one message at most; the identifiers beyond are in the message, but do not find it.
const MAX_TOKENS: usize = 64;
/// Identifiers of one message that are looked at at most. Each costs a keyed hash, and a hostile message repeats one as
/// often as fits into it: a merge of more holds up the whole channel, other messages are not found by those beyond.
const MAX_IDENTIFIERS: usize = 1_024;
/// HL7 table 0203: a medical record number, which a hospital keeps for a patient.
const MEDICAL_RECORD_NUMBER: &[u8] = b"MR";

/// What identifies a message.
pub(super) struct Identity {
    pub(super) lanes: Vec<LaneKey>,
    pub(super) tokens: Vec<SearchToken>,
    pub(super) duplicate_key: Option<Token>,
}

impl Identity {
    pub(super) fn of(message: &Message<'_>, channel: &Channel, index: &BlindIndex) -> Self {
        let header = message.header();
        let control_id = header.control_id();
        let sender = [header.sending_application(), header.sending_facility()];
        let parts = [
            channel.name.as_str().as_bytes(),
            sender[0],
            sender[1],
            control_id,
        ];
        let duplicate_key = (!control_id.is_empty())
            .then(|| index.token_of(IndexField::Dedup, &parts))
            .flatten();
        Self {
            lanes: lanes(message.routing(), channel, index),
            tokens: tokens(message, index),
            duplicate_key,
        }
    }
}

/// The orders that a message takes part in; empty for one that waits for all before it.
fn lanes(routing: Routing<'_, '_>, channel: &Channel, index: &BlindIndex) -> Vec<LaneKey> {
    let mut lanes = BTreeSet::new();
    match routing.patient_effect() {
        PatientEffect::Single => {
            lanes.extend(lane_patient(routing).and_then(|patient| lane(patient.id, index)));
        }
        // Both patients' messages wait for what changes hands between them, under whichever of their
        // numbers they come.
        PatientEffect::Merge | PatientEffect::Pair => {
            let all = routing
                .patients()
                .chain(routing.account())
                .chain(routing.merged_patients())
                .chain(routing.merged_account());
            for (before, identifier) in all.enumerate() {
                lanes.extend(lane(identifier.id, index));
                if lanes.len() > MAX_LANES || before == MAX_IDENTIFIERS {
                    return Vec::new();
                }
            }
        }
    }
    if lanes.is_empty() && channel.order.without_patient == WithoutPatient::Lane {
        lanes.extend(lane(b"without patient", index));
    }
    lanes.into_iter().collect()
}

/// PID-3 (PID-2 where it holds none): its medical record number, else the first with a number; else PID-18.
fn lane_patient<'a>(routing: Routing<'_, 'a>) -> Option<Identifier<'a>> {
    routing
        .patients()
        .find(|patient| patient.type_code == MEDICAL_RECORD_NUMBER)
        .or_else(|| routing.patients().next())
        .or_else(|| routing.account())
}

fn lane(id: &[u8], index: &BlindIndex) -> Option<LaneKey> {
    let token = index.token(IndexField::PatientLane, id)?;
    let (first, _) = token.split_first_chunk::<8>()?;
    Some(LaneKey(u64::from_be_bytes(*first)))
}

fn tokens(message: &Message<'_>, index: &BlindIndex) -> Vec<SearchToken> {
    let routing = message.routing();
    let accounts = [routing.account(), routing.merged_account()];
    let visits = [routing.visit(), routing.merged_visit()];
    let patients = routing.patients().chain(routing.merged_patients());
    let patients = patients
        .take(MAX_IDENTIFIERS)
        .map(as_field(SearchField::Patient));
    let orders = routing.order_numbers().map(|order| order.identifier);
    let orders = orders
        .take(MAX_IDENTIFIERS)
        .map(as_field(SearchField::Accession));
    let all = [(SearchField::ControlId, message.header().control_id())]
        .into_iter()
        .chain(patients)
        .chain(
            accounts
                .into_iter()
                .flatten()
                .map(as_field(SearchField::Patient)),
        )
        .chain(
            visits
                .into_iter()
                .flatten()
                .map(as_field(SearchField::Visit)),
        )
        .chain(orders);
    let mut tokens = BTreeSet::new();
    for (field, id) in all {
        if tokens.len() == MAX_TOKENS {
            break;
        }
        tokens.extend(search_token(field, id, index));
    }
    tokens.into_iter().collect()
}

fn as_field<'a>(field: SearchField) -> impl Fn(Identifier<'a>) -> (SearchField, &'a [u8]) {
    move |identifier| (field, identifier.id)
}

/// The blind token that finds messages with this identifier; `None` when it holds no letter or digit.
pub(crate) fn search_token(
    field: SearchField,
    id: &[u8],
    index: &BlindIndex,
) -> Option<SearchToken> {
    let of = match field {
        SearchField::ControlId => IndexField::ControlId,
        SearchField::Patient => IndexField::PatientIdentifier,
        SearchField::Visit => IndexField::Visit,
        SearchField::Accession => IndexField::Accession,
    };
    index
        .token(of, id)
        .map(|token| SearchToken { field, token })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::parse_channel;
    use crate::model::ChannelName;
    use wardline_phi::KeyFile;

    fn channel(order: &str) -> Channel {
        let text = format!("[listener]\naddress = \"127.0.0.1:0\"\n{order}");
        parse_channel(ChannelName::new("adt").unwrap(), &text, "adt.toml").unwrap()
    }

    fn identity(raw: &str, channel: &Channel, index: &BlindIndex) -> Identity {
        Identity::of(&Message::parse(raw.as_bytes()).unwrap(), channel, index)
    }

    fn pid(event: &str, rest: &str) -> String {
        format!("MSH|^~\\&|APP|FAC|||1||ADT^{event}|77|P|2.5.1\r{rest}\r")
    }

    #[test]
    fn one_patient_has_one_lane_whatever_else_identifies_him() {
        let (channel, index) = (channel(""), KeyFile::generate().unwrap().blind_index());

        let first = identity(&pid("A01", "PID|1||5^^^S^PI~100^^^H^MR"), &channel, &index);
        let second = identity(&pid("A08", "PID|1||100^^^H"), &channel, &index);
        let third = identity(&pid("A08", "PID|1||101^^^H"), &channel, &index);

        assert_eq!(first.lanes.len(), 1);
        assert_eq!(first.lanes, second.lanes);
        assert_ne!(second.lanes, third.lanes);
    }

    #[test]
    fn a_merge_takes_part_in_the_lanes_of_both_patients() {
        let (channel, index) = (channel(""), KeyFile::generate().unwrap().blind_index());

        let survivor = identity(&pid("A08", "PID|1||100^^^H^MR"), &channel, &index);
        let ended = identity(&pid("A08", "PID|1||900^^^H^MR"), &channel, &index);
        let merge = identity(
            &pid("A40", "PID|1||100^^^H^MR\rMRG|900^^^H^MR"),
            &channel,
            &index,
        );

        assert_eq!(merge.lanes.len(), 2);
        assert!(merge.lanes.contains(&survivor.lanes[0]));
        assert!(merge.lanes.contains(&ended.lanes[0]));
    }

    #[test]
    fn without_a_patient_the_account_counts_and_then_the_channel() {
        let index = KeyFile::generate().unwrap().blind_index();
        let (lane, barrier) = (
            channel(""),
            channel("[order]\nwithout_patient = \"barrier\"\n"),
        );
        let nobody = pid("A08", "PV1|1");

        let account = identity(&pid("A08", "PID|1|||||||||||||||||ACC1"), &lane, &index);
        assert_eq!(account.lanes.len(), 1);
        assert_ne!(account.lanes, identity(&nobody, &lane, &index).lanes);
        assert_eq!(identity(&nobody, &lane, &index).lanes.len(), 1);
        assert_eq!(identity(&nobody, &barrier, &index).lanes, []);
    }

    #[test]
    fn it_is_found_by_what_people_type() {
        let (channel, index) = (channel(""), KeyFile::generate().unwrap().blind_index());
        let raw = pid(
            "A01",
            "PID|1||MRN-00 42^^^H^MR\rPV1|1|I|||||||||||||||||V7\rOBR|1|P1|F1",
        );

        let tokens = identity(&raw, &channel, &index).tokens;

        for (field, id) in [
            (SearchField::ControlId, "77"),
            (SearchField::Patient, "mrn0042"),
            (SearchField::Visit, "V7"),
            (SearchField::Accession, "F1"),
        ] {
            let token = search_token(field, id.as_bytes(), &index).unwrap();
            assert!(tokens.contains(&token), "{field:?}");
        }
    }

    /// A keyed hash for each of half a million repetitions would hold up the intake of everybody.
    #[test]
    fn of_identifiers_that_a_message_repeats_a_bounded_number_is_looked_at() {
        let (channel, index) = (channel(""), KeyFile::generate().unwrap().blind_index());
        let repeated = |times: usize| format!("PID|1||{}MRN2^^^H^MR", "1~".repeat(times));
        let finds = |raw: &str| {
            let token = search_token(SearchField::Patient, b"MRN2", &index).unwrap();
            identity(raw, &channel, &index).tokens.contains(&token)
        };

        assert!(finds(&pid("A08", &repeated(MAX_IDENTIFIERS - 1))));
        assert!(!finds(&pid("A08", &repeated(MAX_IDENTIFIERS))));
        let orders = |times: usize| format!("{}\rOBR|1|MRN2", "ORC|NW|P1\r".repeat(times));
        let token = search_token(SearchField::Accession, b"MRN2", &index).unwrap();
        for (times, is_found) in [(MAX_IDENTIFIERS - 1, true), (MAX_IDENTIFIERS, false)] {
            let tokens = identity(&pid("O01", &orders(times)), &channel, &index).tokens;
            assert_eq!(tokens.contains(&token), is_found, "{times}");
        }
    }

    #[test]
    fn a_merge_of_more_than_are_looked_at_waits_for_all_before_it() {
        let (channel, index) = (channel(""), KeyFile::generate().unwrap().blind_index());
        let merge = |times: usize| {
            let raw = format!("PID|1||{}1\rMRG|900^^^H^MR", "1~".repeat(times - 2));
            identity(&pid("A40", &raw), &channel, &index).lanes
        };

        assert_eq!(merge(MAX_IDENTIFIERS).len(), 2);
        assert_eq!(merge(MAX_IDENTIFIERS + 1), []);
    }

    #[test]
    fn the_same_control_id_of_another_sender_is_another_key() {
        let (channel, index) = (channel(""), KeyFile::generate().unwrap().blind_index());
        let one = "MSH|^~\\&|APP|FAC|||1||ADT^A01|77|P|2.5.1\r";
        let other = "MSH|^~\\&|APP|LAB|||1||ADT^A01|77|P|2.5.1\r";

        let one = identity(one, &channel, &index).duplicate_key;

        assert!(one.is_some());
        assert_ne!(one, identity(other, &channel, &index).duplicate_key);
    }
}
