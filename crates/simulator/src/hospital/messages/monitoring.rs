//! What a bedside monitor sends: ORU^R01 of IHE PCD-01 (IHE Patient Care Device Technical Framework, volume 2), with
//! codes and units of ISO/IEEE 11073-10101 and containment in OBX-4.

use super::{About, segments};
use crate::hospital::bedside::{Metric, Reading};
use crate::hospital::draft::Draft;

/// A part of the monitor: code and name of its virtual device and of its channel.
struct Part {
    device: (&'static str, &'static str),
    channel: (&'static str, &'static str),
    metrics: &'static [Metric],
}

const PARTS: [Part; 5] = [
    Part {
        device: ("69798", "MDC_DEV_ECG_VMD"),
        channel: ("69799", "MDC_DEV_ECG_CHAN"),
        metrics: &[Metric::HeartRate],
    },
    Part {
        device: ("69966", "MDC_DEV_MON_PHYSIO_MULTI_PARAM_VMD"),
        channel: ("69967", "MDC_DEV_MON_PHYSIO_MULTI_PARAM_CHAN"),
        metrics: &[Metric::RespiratoryRate],
    },
    Part {
        device: ("69642", "MDC_DEV_ANALY_SAT_O2_VMD"),
        channel: ("69643", "MDC_DEV_ANALY_SAT_O2_CHAN"),
        metrics: &[Metric::Saturation, Metric::PulseRate],
    },
    Part {
        device: ("69854", "MDC_DEV_METER_PRESS_BLD_VMD"),
        channel: ("69855", "MDC_DEV_METER_PRESS_BLD_CHAN"),
        metrics: &[
            Metric::CuffSystolic,
            Metric::CuffDiastolic,
            Metric::CuffMean,
            Metric::ArterialSystolic,
            Metric::ArterialDiastolic,
            Metric::ArterialMean,
        ],
    },
    Part {
        device: ("69902", "MDC_DEV_METER_TEMP_VMD"),
        channel: ("69903", "MDC_DEV_METER_TEMP_CHAN"),
        metrics: &[Metric::Temperature],
    },
];

/// Everything that a monitor measured at one moment.
pub(crate) fn report(draft: &mut Draft, about: &About<'_>, reading: &Reading) {
    segments::patient(draft, about);
    segments::visit(draft, about);
    let at = reading.at.hl7();
    let eui = reading.device.as_str();
    draft
        .segment("OBR")
        .text(1, "1")
        .parts(3, &[&at, "MONITOR", eui, "EUI-64"])
        .parts(4, &["182777000", "Monitoring of patient", "SCT"])
        .text(7, &at);
    let mut set_id = SetId(0);
    draft
        .segment("OBX")
        .text(1, &set_id.next())
        .parts(3, &["69965", "MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS", "MDC"])
        .text(4, "1.0.0.0")
        .text(11, "X")
        .text(14, &at)
        .parts(18, &[eui, "", eui, "EUI-64"]);
    for (number, part) in (1_u32..).zip(&PARTS) {
        let values = reading
            .values
            .iter()
            .filter(|(metric, _)| part.metrics.contains(metric));
        let mut values = values.peekable();
        if values.peek().is_none() {
            continue;
        }
        container(
            draft,
            &set_id.next(),
            part.device,
            &format!("1.{number}.0.0"),
        );
        container(
            draft,
            &set_id.next(),
            part.channel,
            &format!("1.{number}.1.0"),
        );
        for (metric, value) in values {
            let path = format!("1.{number}.1");
            value_row(draft, &set_id.next(), &path, *metric, *value);
        }
    }
}

struct SetId(u32);

impl SetId {
    fn next(&mut self) -> String {
        self.0 += 1;
        self.0.to_string()
    }
}

fn container(draft: &mut Draft, set_id: &str, (code, name): (&str, &str), path: &str) {
    draft
        .segment("OBX")
        .text(1, set_id)
        .parts(3, &[code, name, "MDC"])
        .text(4, path)
        .text(11, "X");
}

fn value_row(draft: &mut Draft, set_id: &str, path: &str, metric: Metric, value: Option<f64>) {
    let (code, name, unit, unit_name) = terms(metric);
    let decimals = metric.decimals();
    let shown = value.map_or_else(String::new, |value| format!("{value:.decimals$}"));
    draft
        .segment("OBX")
        .text(1, set_id)
        .text(2, "NM")
        .parts(3, &[code, name, "MDC"])
        .text(4, &format!("{path}.{code}"))
        .text(5, &shown)
        .parts(6, &[unit, unit_name, "MDC"])
        .text(11, if value.is_some() { "R" } else { "X" });
}

/// Code and name of the metric and of its unit.
const fn terms(metric: Metric) -> (&'static str, &'static str, &'static str, &'static str) {
    const BEATS: (&str, &str) = ("264864", "MDC_DIM_BEAT_PER_MIN");
    const MMHG: (&str, &str) = ("266016", "MDC_DIM_MMHG");
    let (code, name, unit) = match metric {
        Metric::HeartRate => ("147842", "MDC_ECG_HEART_RATE", BEATS),
        Metric::RespiratoryRate => (
            "151562",
            "MDC_RESP_RATE",
            ("264928", "MDC_DIM_RESP_PER_MIN"),
        ),
        Metric::Saturation => (
            "150456",
            "MDC_PULS_OXIM_SAT_O2",
            ("262688", "MDC_DIM_PERCENT"),
        ),
        Metric::PulseRate => ("149530", "MDC_PULS_OXIM_PULS_RATE", BEATS),
        Metric::CuffSystolic => ("150021", "MDC_PRESS_BLD_NONINV_SYS", MMHG),
        Metric::CuffDiastolic => ("150022", "MDC_PRESS_BLD_NONINV_DIA", MMHG),
        Metric::CuffMean => ("150023", "MDC_PRESS_BLD_NONINV_MEAN", MMHG),
        Metric::ArterialSystolic => ("150033", "MDC_PRESS_BLD_ART_SYS", MMHG),
        Metric::ArterialDiastolic => ("150034", "MDC_PRESS_BLD_ART_DIA", MMHG),
        Metric::ArterialMean => ("150035", "MDC_PRESS_BLD_ART_MEAN", MMHG),
        Metric::Temperature => ("150344", "MDC_TEMP", ("268192", "MDC_DIM_DEGC")),
    };
    (code, name, unit.0, unit.1)
}
