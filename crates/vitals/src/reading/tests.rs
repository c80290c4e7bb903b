//! Messages of devices and of people, whole and broken.

mod mdil;
mod messages;
mod times;
mod values;

use super::*;
use crate::observation::{
    Acvpu, Method, Observation, Oxygen, Parameter, Precision, Quantity, Reason, Source, Status,
    Value,
};

/// 2026-01-02 03:04:05 UTC.
const RECEIVED: UnixMillis = 1_767_323_045_000;
const OPTIONS: ReadOptions = ReadOptions {
    received_at: RECEIVED,
    zone: LocalZone::UTC,
};

const DEVICE_HEADER: &str = "MSH|^~\\&|MONITOR^0011223344556677^EUI-64|HOSP|||20260102030405+0000||\
    ORU^R01^ORU_R01|1|P|2.6|||NE|AL||UNICODE UTF-8|||IHE_PCD_ORU_R01^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\r\
    PID|||4711^^^HOSP^MR||DOE\rPV1||I|ICU^2^B\rOBR|1||1^M|69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|||20260102030400+0000\r";

fn device_message(rows: &str) -> String {
    format!("{DEVICE_HEADER}{rows}")
}

fn charted(rows: &str) -> String {
    format!(
        "MSH|^~\\&|EHR|HOSP|||20260102030405+0000||ORU^R01^ORU_R01|1|P|2.5.1\r\
         PID|||4711^^^HOSP^MR\rOBR|1||1|85353-1^Vital signs^LN|||20260102030300+0000\r{rows}"
    )
}

/// Findings of a message about one patient.
fn findings(raw: &str) -> Findings {
    let message = Message::parse(raw.as_bytes()).unwrap();
    let mut report = read(&message, &OPTIONS).unwrap();
    assert_eq!(report.patients.len(), 1);
    report.patients.remove(0).findings
}

fn one(raw: &str) -> Observation {
    let mut findings = findings(raw);
    assert_eq!(
        (findings.observations.len(), &findings.apart),
        (1, &Vec::new())
    );
    findings.observations.remove(0)
}

fn reason(raw: &str) -> Reason {
    let findings = findings(raw);
    assert_eq!(
        (findings.observations.len(), findings.apart.len()),
        (0, 1),
        "{raw}"
    );
    findings.apart[0].reason
}

fn number(thousandths: i32) -> Value {
    Value::Number(Quantity::from_thousandths(thousandths))
}
