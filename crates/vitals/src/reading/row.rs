//! One OBX segment: a container, a value, or a value that is set apart.

use std::borrow::Cow;

use wardline_hl7::{Message, Segment};
use wardline_kernel::{LocalZone, UnixMillis};

use super::codes::{Code, meaning, pressure_without_site};
use super::{answers, device, mdil, times};
use crate::observation::{
    Device, Findings, Method, Observation, Parameter, Quantity, Reason, SetApart, Source, Status,
    TakenAt, TimeSource, Value, Withdrawal,
};
use crate::units::{NotAValue, Unit, read_number};

/// What is known before the row is read.
pub(super) struct Context<'a> {
    pub(super) received_at: UnixMillis,
    /// Of times that name none.
    pub(super) zone: &'a LocalZone,
    pub(super) is_device_profile: bool,
    pub(super) inherited_time: Option<(&'a [u8], TimeSource)>,
    pub(super) inherited_device: Option<Device>,
}

/// An OBX segment.
pub(super) struct Row<'m, 'a> {
    message: &'m Message<'a>,
    segment: Segment<'a>,
    meaning: Option<(Parameter, Method)>,
}

/// What OBX-11 makes of the value.
enum Standing {
    Value(Status),
    TakenBack,
    Invalid,
    Unknown,
}

impl<'m, 'a> Row<'m, 'a> {
    pub(super) fn new(message: &'m Message<'a>, segment: Segment<'a>) -> Self {
        let mut row = Self {
            message,
            segment,
            meaning: None,
        };
        row.meaning = row.find_meaning();
        row
    }

    /// A row without a value and without a code of ours is a part of the device.
    pub(super) fn is_container(&self) -> bool {
        self.meaning.is_none() && self.bytes(5).is_none()
    }

    /// The pressure that it holds of a vessel that it does not name.
    fn without_site(&self) -> Option<Parameter> {
        [1, 4]
            .into_iter()
            .find_map(|from| self.code(from, pressure_without_site))
    }

    /// OBX-4.
    pub(super) fn path(&self) -> &'a [u8] {
        self.bytes(4).unwrap_or_default()
    }

    /// OBX-14.
    pub(super) fn time(&self) -> Option<&'a [u8]> {
        times::written(self.segment.field(14)?)
    }

    /// OBX-18.
    pub(super) fn device(&self) -> Option<Device> {
        device::of(self.message, self.segment.field(18))
    }

    /// Reads the row into `findings`.
    pub(super) fn read(&self, context: &Context<'_>, findings: &mut Findings) {
        let device = self.device().or_else(|| context.inherited_device.clone());
        let Some((parameter, method)) = self.meaning else {
            findings
                .apart
                .push(self.unknown(context.received_at, device));
            return;
        };
        let taken_at = self.taken_at(context);
        let result = match self.standing() {
            Standing::Invalid => Err(Reason::Invalid.into()),
            Standing::Unknown => Err(Reason::UnknownStatus.into()),
            Standing::TakenBack => match taken_at {
                Ok(taken_at) => {
                    let taken_at = taken_at.at;
                    findings.withdrawn.push(Withdrawal {
                        parameter,
                        method,
                        taken_at,
                        device,
                    });
                    return;
                }
                Err(reason) => Err(reason.into()),
            },
            Standing::Value(status) => self
                .doubt()
                .or_else(|| self.setting(parameter))
                .map_or_else(|| self.value(parameter), |reason| Err(reason.into()))
                .and_then(|value| match taken_at {
                    Ok(taken_at) => Ok((value, status, taken_at)),
                    Err(reason) => Err(NotAValue::of(value, reason)),
                }),
        };
        match result {
            Ok((value, status, taken_at)) => findings.observations.push(Observation {
                parameter,
                method,
                value,
                taken_at,
                received_at: context.received_at,
                source: self.source(context, device.as_ref()),
                device,
                status,
            }),
            Err(NotAValue {
                reason,
                thousandths,
            }) => findings.apart.push(SetApart {
                parameter: Some(parameter),
                method,
                reason,
                thousandths,
                count: 1,
                received_at: context.received_at,
                device,
            }),
        }
    }

    /// OBX-3 by its code and by its alternate code. Two that mean different parameters mean nothing.
    fn find_meaning(&self) -> Option<(Parameter, Method)> {
        let [first, second] = [1, 4].map(|from| self.code(from, meaning));
        let found = match (first, second) {
            (Some(one), Some(other)) if one.0 != other.0 => None,
            (Some(found), _) | (None, Some(found)) => Some(found),
            (None, None) => None,
        };
        let without_site = self.without_site();
        found.filter(|(parameter, _)| without_site.is_none_or(|known| known == *parameter))
    }

    /// The code of a device in OBX-3 that means nothing here.
    pub(super) fn unknown_code(&self) -> Option<String> {
        if self.meaning.is_some() {
            return None;
        }
        let [identifier, system] = [1, 3].map(|number| self.component(3, number));
        let (identifier, system) = (identifier.trim(), system.trim());
        let is_number = |text: &str| text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit());
        let is_code = match system {
            mdil::SYSTEM => mdil::is_code(identifier),
            "MDC" => !identifier.is_empty() && is_number(identifier),
            _ => false,
        };
        is_code.then(|| format!("{system} {identifier}"))
    }

    /// What is made of the code in OBX-3 that begins at this component.
    fn code<T>(&self, from: usize, read: impl Fn(Code<'_>) -> Option<T>) -> Option<T> {
        let [identifier, text, system] = [0, 1, 2].map(|add| self.component(3, from + add));
        if system.trim() == mdil::SYSTEM {
            let identifier = mdil::to_mdc(&identifier)?.to_string();
            return read(Code {
                identifier: &identifier,
                // A label of the monitor, in its own words.
                text: "",
                system: "MDC",
            });
        }
        read(Code {
            identifier: &identifier,
            text: &text,
            system: &system,
        })
    }

    /// OBX-11 (HL7 table 0085). An empty one is an unverified result: devices before v2.3 leave it out.
    fn standing(&self) -> Standing {
        match self.bytes(11).unwrap_or_default() {
            b"R" | b"" => Standing::Value(Status::Unverified),
            b"P" => Standing::Value(Status::Preliminary),
            b"F" | b"U" | b"V" => Standing::Value(Status::Final),
            b"C" | b"A" => Standing::Value(Status::Corrected),
            b"W" | b"D" => Standing::TakenBack,
            b"X" => Standing::Invalid,
            _ => Standing::Unknown,
        }
    }

    /// OBX-8 as IHE PCD-01 uses it for the validity of a measurement.
    fn doubt(&self) -> Option<Reason> {
        let flags = self.segment.field(8)?;
        let mut flags = flags
            .repetitions()
            .filter_map(|flag| flag.component(1)?.value().bytes());
        flags.find_map(|flag| match flag {
            b"INV" | b"NAV" | b"TEST" | b"DEMO" | b"CAL" | b"CALB" => Some(Reason::Invalid),
            b"QUES" => Some(Reason::Questionable),
            _ => None,
        })
    }

    /// OBX-17 as IHE PCD-01 uses it: whether it is what the device is set to do, by hand, by itself or from afar. Of
    /// oxygen that is what the patient gets.
    fn setting(&self, parameter: Parameter) -> Option<Reason> {
        if matches!(
            parameter,
            Parameter::OxygenFraction | Parameter::OxygenFlow | Parameter::SupplementalOxygen
        ) {
            return None;
        }
        let mut methods = self.segment.field(17)?.repetitions();
        let is_setting = methods.any(|method| {
            let code = method.component(1).and_then(|code| code.value().bytes());
            matches!(code, Some(b"MSET" | b"ASET" | b"RSET"))
        });
        is_setting.then_some(Reason::Setting)
    }

    /// What no parameter is. A pressure of no vessel keeps its number, so that it can be seen what is missing.
    fn unknown(&self, received_at: UnixMillis, device: Option<Device>) -> SetApart {
        let parameter = self.without_site();
        let number = parameter.and_then(|parameter| self.number(parameter).ok());
        SetApart {
            parameter,
            method: Method::Unspecified,
            reason: parameter.map_or(Reason::UnknownCode, |_| Reason::UnknownSite),
            thousandths: number.and_then(|number| Value::Number(number).thousandths()),
            count: 1,
            received_at,
            device: device.filter(|_| parameter.is_some()),
        }
    }

    fn value(&self, parameter: Parameter) -> Result<Value, NotAValue> {
        if parameter.is_number() {
            self.number(parameter).map(Value::Number)
        } else {
            self.answer(parameter)
                .ok_or_else(|| Reason::UnknownAnswer.into())
        }
    }

    fn number(&self, parameter: Parameter) -> Result<Quantity, NotAValue> {
        let text = if self.bytes(2) == Some(b"SN") {
            let comparator = self.component(5, 1);
            let is_one_number =
                matches!(comparator.as_ref(), "" | "=") && self.component(5, 3).is_empty();
            if !is_one_number {
                return Err(Reason::NotANumber.into());
            }
            self.component(5, 2)
        } else {
            self.message.decode(self.bytes(5).unwrap_or_default())
        };
        read_number(parameter, &text, self.unit()?)
    }

    /// OBX-6 by its code, its text, or its alternates. None when it is empty; two that differ are no unit.
    fn unit(&self) -> Result<Option<Unit>, Reason> {
        if self.bytes(6).is_none() {
            return Ok(None);
        }
        let named = [1, 2, 4, 5].into_iter().filter_map(|number| {
            let text = self.component(6, number);
            let code = text.trim().parse::<u32>().ok();
            let code = code.or_else(|| mdil::to_mdc(&text));
            // `1` is UCUM's unit of a fraction and no code of MDC.
            let by_code = code.filter(|code| *code > 1).and_then(Unit::from_mdc);
            // A number of MDC's is no text: gateways that know names alone write `1^MDC_DIM_BEAT_PER_MIN^MDC`.
            let is_mdc =
                code.is_some() && self.component(6, number + 2).eq_ignore_ascii_case("MDC");
            by_code.or_else(|| (!is_mdc).then(|| Unit::from_text(&text)).flatten())
        });
        let mut found = None;
        for unit in named {
            if *found.get_or_insert(unit) != unit {
                return Err(Reason::UnknownUnit);
            }
        }
        found.map(Some).ok_or(Reason::UnknownUnit)
    }

    /// OBX-5 by its code, its text, or its alternates. Two that differ are no answer.
    fn answer(&self, parameter: Parameter) -> Option<Value> {
        if self.segment.field(5)?.repetitions().nth(1).is_some() {
            return None;
        }
        let known = [1, 2, 4, 5].into_iter();
        let mut known =
            known.filter_map(|number| answers::read(parameter, &self.component(5, number)));
        let first = known.next()?;
        known.all(|other| other == first).then_some(first)
    }

    /// OBX-14, else what is inherited. A time that is there and cannot be used is not replaced by another.
    fn taken_at(&self, context: &Context<'_>) -> Result<TakenAt, Reason> {
        let own = self.time().map(|time| (time, TimeSource::Observation));
        let (written, source) = own.or(context.inherited_time).ok_or(Reason::NoTime)?;
        let zone = (context.zone, context.received_at);
        let read = times::read(written, zone, source)?;
        times::check(read, context.received_at)
    }

    fn source(&self, context: &Context<'_>, device: Option<&Device>) -> Source {
        let is_mdc = [3, 6]
            .iter()
            .any(|number| ["MDC", mdil::SYSTEM].contains(&self.component(3, *number).as_ref()));
        if context.is_device_profile || device.is_some() || is_mdc {
            Source::Device
        } else {
            Source::Charted
        }
    }

    fn bytes(&self, field: usize) -> Option<&'a [u8]> {
        self.segment.field(field)?.value().bytes()
    }

    fn component(&self, field: usize, number: usize) -> Cow<'a, str> {
        let field = self.segment.field(field);
        let component = field.and_then(|field| field.repetition(1)?.component(number));
        let bytes = component.and_then(|component| component.value().bytes());
        bytes.map_or(Cow::Borrowed(""), |bytes| self.message.decode(bytes))
    }
}
