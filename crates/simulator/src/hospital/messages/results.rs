//! Results: the laboratory's ORU^R01 in v2.3.1 and radiology's in v2.4. LOINC codes and reference
//! ranges are common adult ones, good enough for traffic and for nothing else.

use super::{About, pdf, segments};
use crate::hospital::draft::Draft;
use crate::hospital::orders::{LabOrder, ResultStatus};

/// LOINC of the only picture this hospital takes.
pub(super) const IMAGING_CODE: &str = "30745-4";
/// Its name.
pub(super) const IMAGING_NAME: &str = "Radiology XR Chest Views";

/// What is ordered together.
#[derive(Debug)]
pub(crate) struct Panel {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) analytes: &'static [Analyte],
}

/// What is measured.
#[derive(Debug)]
pub(crate) struct Analyte {
    code: &'static str,
    name: &'static str,
    unit: &'static str,
    pub(crate) low: f64,
    pub(crate) high: f64,
    decimals: usize,
}

const fn analyte(
    code: &'static str,
    name: &'static str,
    unit: &'static str,
    range: (f64, f64),
    decimals: usize,
) -> Analyte {
    Analyte {
        code,
        name,
        unit,
        low: range.0,
        high: range.1,
        decimals,
    }
}

/// All that can be ordered.
pub(crate) static PANELS: [&Panel; 4] = [
    &Panel {
        code: "51990-0",
        name: "Basic metabolic panel - Blood",
        analytes: &[
            analyte("2951-2", "Sodium", "mmol/L", (135.0, 145.0), 0),
            analyte("2823-3", "Potassium", "mmol/L", (3.5, 5.1), 1),
            analyte("2075-0", "Chloride", "mmol/L", (98.0, 107.0), 0),
            analyte("2160-0", "Creatinine", "mg/dL", (0.6, 1.2), 2),
            analyte("2345-7", "Glucose", "mg/dL", (70.0, 99.0), 0),
            analyte("3094-0", "Urea nitrogen", "mg/dL", (7.0, 20.0), 0),
        ],
    },
    &Panel {
        code: "58410-2",
        name: "CBC panel - Blood by Automated count",
        analytes: &[
            analyte("6690-2", "Leukocytes", "10*3/uL", (4.5, 11.0), 1),
            analyte("718-7", "Hemoglobin", "g/dL", (12.0, 17.0), 1),
            analyte("4544-3", "Hematocrit", "%", (36.0, 50.0), 1),
            analyte("777-3", "Platelets", "10*3/uL", (150.0, 400.0), 0),
        ],
    },
    &Panel {
        code: "6598-7",
        name: "Troponin T.cardiac [Mass/volume] in Serum or Plasma",
        analytes: &[analyte(
            "6598-7",
            "Troponin T.cardiac",
            "ng/mL",
            (0.0, 0.01),
            3,
        )],
    },
    &Panel {
        code: "1988-5",
        name: "C reactive protein [Mass/volume] in Serum or Plasma",
        analytes: &[analyte(
            "1988-5",
            "C reactive protein",
            "mg/L",
            (0.0, 8.0),
            1,
        )],
    },
];

/// A laboratory report, with one value for each analyte of the panel.
pub(crate) fn laboratory(
    draft: &mut Draft,
    about: &About<'_>,
    order: &LabOrder,
    status: ResultStatus,
    values: &[f64],
) {
    segments::patient(draft, about);
    segments::visit(draft, about);
    request(
        draft,
        about,
        order.number,
        (order.panel.code, order.panel.name),
    );
    draft
        .text(7, &order.collected.hl7())
        .text(22, &about.at.hl7())
        .text(25, status.code());
    for (set_id, (analyte, value)) in (1..).zip(order.panel.analytes.iter().zip(values)) {
        observation(draft, set_id, analyte, *value, status);
    }
    draft
        .segment("NTE")
        .text(1, "1")
        .text(3, "Method: synthetic. 5 µL sample.\nNo clinical use.");
}

/// A radiologist's report, one in ten with the PDF.
pub(crate) fn imaging(draft: &mut Draft, about: &About<'_>, order: u64) {
    const LINES: [&str; 3] = [
        "FINDINGS: lungs are clear.",
        "Heart size is normal.",
        "IMPRESSION: no acute disease.",
    ];
    segments::patient(draft, about);
    segments::visit(draft, about);
    request(draft, about, order, (IMAGING_CODE, IMAGING_NAME));
    draft
        .text(22, &about.at.hl7())
        .text(24, "RAD")
        .text(25, "F");
    for (set_id, line) in (1_u32..).zip(LINES) {
        draft
            .segment("OBX")
            .text(1, &set_id.to_string())
            .text(2, "TX")
            .parts(3, &[IMAGING_CODE, IMAGING_NAME, "LN"])
            .text(4, "1")
            .text(5, line)
            .text(11, "F");
    }
    if order.is_multiple_of(10) {
        pdf::attach(draft, 4, IMAGING_CODE, IMAGING_NAME, order);
    }
}

/// ORC and the beginning of OBR, up to OBR-4.
fn request(draft: &mut Draft, about: &About<'_>, order: u64, (code, name): (&str, &str)) {
    let (placer, filler) = (
        segments::placer_number(order),
        segments::accession_number(order),
    );
    draft
        .segment("ORC")
        .text(1, "RE")
        .text(2, &placer)
        .text(3, &filler);
    if let Some(encounter) = about.encounter {
        segments::physician(draft, 12, encounter.attending);
    }
    draft
        .segment("OBR")
        .text(1, "1")
        .text(2, &placer)
        .text(3, &filler)
        .parts(4, &[code, name, "LN"]);
}

fn observation(
    draft: &mut Draft,
    set_id: u32,
    analyte: &Analyte,
    value: f64,
    status: ResultStatus,
) {
    let decimals = analyte.decimals;
    let flag = if value < analyte.low {
        "L"
    } else if value > analyte.high {
        "H"
    } else {
        "N"
    };
    draft
        .segment("OBX")
        .text(1, &set_id.to_string())
        .text(2, "NM")
        .parts(3, &[analyte.code, analyte.name, "LN"])
        .text(5, &format!("{value:.decimals$}"))
        .text(6, analyte.unit)
        .text(
            7,
            &format!("{:.decimals$}-{:.decimals$}", analyte.low, analyte.high),
        )
        .text(8, flag)
        .text(11, status.code());
}
