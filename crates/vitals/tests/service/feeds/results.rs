//! Monitors, flowsheets and laboratories.

use wardline_vitals::ReceiveError;
use wardline_vitals::score::Assessment;

use crate::scene::{House, WELL, adt};

/// GE's B40 writes the device and its model into OBX-18, a channel row for each pressure, and no OBX-14.
const B40: &str = "MSH|^~\\&|B40_GE^080019FFFE0B4020^EUI-64|GE|||20261121080000+0000||ORU^R01^ORU_R01|b40|P|2.6|||NE|AL|||||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\n\
PID|||M1^^^H^MR^^||Zebrowski^Ada\nPV1||I|ICU^1^A\n\
OBR|1|080019FFFE0B4020^B40_GE|080019FFFE0B4020^B40_GE|182777000^monitoring of patient^SCT|||20261121080000+0000\n\
OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||080019FFFE0B4020^B40_GE\n\
OBX|2||69854^MDC_DEV_METER_PRESS_BLD_VMD^MDC|1.13.0.0|||||||X\n\
OBX|3||69855^MDC_DEV_METER_PRESS_BLD_CHAN^MDC|1.13.1.0|||||||X\n\
OBX|4|NM|150033^MDC_PRESS_BLD_ART_SYS^MDC|1.13.1.1|112|266016^MDC_DIM_MMHG^MDC|||||R|||||||080019FFFE0B4020^B40_GE\n\
OBX|5|NM|150034^MDC_PRESS_BLD_ART_DIA^MDC|1.13.1.2|76|266016^MDC_DIM_MMHG^MDC|||||R|||||||080019FFFE0B4020^B40_GE\n\
OBX|6||69855^MDC_DEV_METER_PRESS_BLD_CHAN^MDC|1.13.2.0|||||||X\n\
OBX|7|NM|150065^MDC_PRESS_BLD_ART_PULM_SYS^MDC|1.13.2.1|24|266016^MDC_DIM_MMHG^MDC|||||R|||||||080019FFFE0B4020^B40_GE\n\
OBX|8|NM|150017^MDC_PRESS_BLD_SYS^MDC|1.13.3.1|31|266016^MDC_DIM_MMHG^MDC|||||R|||||||080019FFFE0B4020^B40_GE\n\
OBX|9|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||||||080019FFFE0B4020^B40_GE\n\
OBX|10|NM|148066^MDC_ECG_V_P_C_RATE^MDC|1.5.1.2|0|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||||||080019FFFE0B4020^B40_GE\n\
OBX|11|NM|150344^MDC_TEMP^MDC|1.2.1.1|36.9|268192^MDC_DIM_DEGC^MDC|||||R\n\
OBX|12|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.9.1.1||262688^MDC_DIM_PERCENT^MDC|||||X\n";

#[tokio::test]
async fn a_monitor_with_three_lines_gives_the_pressure_of_the_artery_alone() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;

    house.receive(B40).await;

    let chart = &house.occupant("ICU~1~A").chart;
    let systolic: Vec<_> = chart
        .values
        .iter()
        .filter(|value| value.parameter.code() == "systolic_pressure")
        .map(|value| value.number.unwrap())
        .collect();
    assert_eq!(systolic, [112.0]);
    let apart: Vec<_> = chart
        .apart
        .iter()
        .map(|apart| (apart.reason.code(), apart.number))
        .collect();
    assert!(apart.contains(&("unknown_site", Some(31.0))), "{apart:?}");
    assert!(apart.contains(&("invalid", None)), "{apart:?}");
}

#[tokio::test]
async fn flowsheet_rows_with_local_codes_first_are_read_by_their_loinc() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;

    let received = house
        .receive(
            "MSH|^~\\&|EHR|H|W|H|20261121080000+0000||ORU^R01^ORU_R01|f|P|2.5.1\nPID|1||M1^^^H^MR\nPV1|1|I|ICU^1^A\n\
             OBR|1|||FLOW^Flowsheet|||20261121080000+0000\n\
             OBX|1|NM|5^BP SYSTOLIC^99EHR^8480-6^Systolic blood pressure^LN||118|mm[Hg]^millimetre of mercury^UCUM|||||F\n\
             OBX|2|NM|8^PULSE^99EHR^8867-4^Heart rate^LN||88|/min^per minute^UCUM|60-100|N|||F\n\
             OBX|3|NM|9^RESP^99EHR^9279-1^Respiratory rate^LN||17|{breaths}/min|||||F\n\
             OBX|4|NM|10^SPO2^99EHR^59408-5^Oxygen saturation^LN||0.96|1|||||F\n\
             OBX|5|SN|6^TEMP^99EHR^8310-5^Body temperature^LN||^98.6|[degF]^degree Fahrenheit^UCUM|||||F\n\
             OBX|6|CWE|11^AVPU^99EHR^80288-4^Level of consciousness^LN||248234008^Mentally alert^SCT||||||F\n\
             OBX|7|NM|12^O2 FLOW^99EHR^3151-8^Oxygen flow^LN||0|L/min|||||F\n",
        )
        .await;

    assert_eq!(received.charted, 7);
    let chart = &house.occupant("ICU~1~A").chart;
    let Assessment::Complete(score) = &chart.score.assessment else {
        panic!("{:?}", chart.score.assessment)
    };
    assert_eq!(score.total, 0);
}

/// Laboratories send dozens of rows of every type: none of them is a vital sign, and none may become one.
#[tokio::test]
async fn a_laboratorys_results_of_every_type_chart_nothing() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let pdf = "JVBERi0xLjQK".repeat(20_000);

    let received = house
        .receive(&format!(
            "MSH|^~\\&|LAB|H|W|H|20261121080000+0000||ORU^R01^ORU_R01|l|P|2.5.1\nPID|1||M1^^^H^MR\nPV1|1|I|ICU^1^A\n\
             OBR|1|1|2|24323-8^CMP^LN|||20261121080000+0000\n\
             OBX|1|NM|2823-3^Potassium^LN||4.1~4.3|mmol/L|3.5-5.1|N|||F\n\
             OBX|2|SN|33914-3^eGFR^LN||>^60|mL/min/{{1.73_m2}}|||||F\n\
             OBX|3|CE|882-1^ABO+Rh^LN||A^A pos^99BLD||||||F\n\
             OBX|4|TX|8251-1^Comment^LN||P\\.br\\Pulse 200\\E\\||||||F\n\
             OBX|5|ED|60591-5^Summary^LN||^application^pdf^Base64^{pdf}||||||F\n\
             OBX|6|NA|86585-7^Trace^LN||71^72^73^74||||||F\n\
             OBX|7|NM|8867-4^Heart rate^LN||71^72|/min|||||F\n\
             OBX|8|NM|8867-4^Heart rate^LN||<40|/min|||||F\n\
             OBX|9|ST|8310-5^Body temperature^LN||36,6|Cel|||||F\n\
             OBX|10|NM|8310-5^Body temperature^LN||36.6||||||F\n\
             OBX|11|NM|8480-6^Systolic^LN||120/80|mm[Hg]|||||F\n\
             OBX|12|NM|59408-5^SpO2^LN||97 %|%|||||F\n"
        ))
        .await;

    assert_eq!(received.charted, 0);
    let chart = &house.occupant("ICU~1~A").chart;
    assert!(chart.values.is_empty(), "{:?}", chart.values);
    let count: u64 = chart.apart.iter().map(|apart| u64::from(apart.count)).sum();
    assert_eq!(count, 12, "each is accounted for: {:?}", chart.apart);
}

#[tokio::test]
async fn an_alarm_a_waveform_and_an_order_are_refused_with_their_kind() {
    let house = House::new().await;
    for kind in ["ORU^R40^ORU_R40", "ORU^W01^ORU_W01", "ORM^O01", "ORU^R30"] {
        let raw = format!(
            "MSH|^~\\&|M|H|W|H|20261121080000||{kind}|1|P|2.6\rPID|1||M1\rOBX|1|NM|8867-4^HR^LN||71|/min|||||F\r"
        );

        let refused = house.beds.receive(raw.as_bytes()).await.unwrap_err();

        assert!(refused.is_permanent(), "{kind}");
        assert!(!matches!(refused, ReceiveError::TooLong(_)), "{kind}");
    }
}

/// 15 years old, and the date of birth as no HL7 sender should write it.
#[tokio::test]
async fn a_child_whose_birth_date_has_separators_is_not_scored() {
    let house = House::new().await;
    let admission = adt("A01", 1, "ICU~1~A", house.now());
    house
        .receive(&admission.replace("19610309", "2010-12-30"))
        .await;

    house.vitals(1, "ICU~1~A", &WELL).await;

    let assessment = &house.occupant("ICU~1~A").chart.score.assessment;
    assert!(matches!(assessment, Assessment::NotApplicable(_)));
}

/// Rows of devices and charts as they are written, and what is shown of each: a number, or why there is none.
const ROWS: [(&str, Result<f64, &str>); 34] = [
    // Units, by UCUM, by MDC and as people write them.
    ("NM|8310-5^Temp^LN||101.3|[degF]|||||F", Ok(38.5)),
    (
        "NM|150344^MDC_TEMP^MDC||310.15|266528^MDC_DIM_KELVIN^MDC|||||F",
        Ok(37.0),
    ),
    ("NM|8480-6^SBP^LN||16|kPa|||||F", Ok(120.01)),
    (
        "NM|150301^MDC_PRESS_CUFF_SYS^MDC||118|266016^MDC_DIM_MMHG^MDC|||||F",
        Ok(118.0),
    ),
    ("NM|8867-4^HR^LN||1.2|Hz|||||F", Ok(72.0)),
    ("NM|59408-5^SpO2^LN||0.94|{fraction}|||||F", Ok(94.0)),
    ("NM|3150-0^FiO2^LN||0.4|1|||||F", Ok(40.0)),
    ("NM|3151-8^O2^LN||2500|mL/min|||||F", Ok(2.5)),
    ("NM|9279-1^RR^LN||18||||||F", Ok(18.0)),
    ("NM|8310-5^Temp^LN||37|ug/L|||||F", Err("unknown_unit")),
    ("NM|8310-5^Temp^LN||98.6|Cel|||||F", Err("absurd")),
    ("NM|8310-5^Temp^LN||37|[degF]|||||F", Err("absurd")),
    ("NM|59408-5^SpO2^LN||97|{fraction}|||||F", Err("absurd")),
    ("NM|8480-6^SBP^LN||120||||||F", Err("unknown_unit")),
    // Numbers and what is none.
    ("SN|8867-4^HR^LN||=^72|/min|||||F", Ok(72.0)),
    ("SN|8867-4^HR^LN||<^40|/min|||||F", Err("not_a_number")),
    (
        "SN|8480-6^SBP^LN||^120^/^80|mm[Hg]|||||F",
        Err("not_a_number"),
    ),
    ("ST|8867-4^HR^LN|| 72 |/min|||||F", Ok(72.0)),
    ("NM|8867-4^HR^LN||+72.0|/min|||||F", Ok(72.0)),
    ("NM|8867-4^HR^LN||7.2e1|/min|||||F", Err("not_a_number")),
    ("NM|8867-4^HR^LN||72\\E\\|/min|||||F", Err("not_a_number")),
    ("NM|8867-4^HR^LN||-1|/min|||||F", Err("absurd")),
    ("NM|8867-4^HR^LN||0|/min|||||F", Ok(0.0)),
    ("NM|59408-5^SpO2^LN||0|%|||||F", Err("absurd")),
    (
        "NM|147842^MDC_ECG_HEART_RATE^MDC||-8388608|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R",
        Err("invalid"),
    ),
    // What the sender says of it.
    ("NM|8867-4^HR^LN||72|/min||QUES|||F", Err("questionable")),
    ("NM|8867-4^HR^LN||72|/min||H~INV|||F", Err("invalid")),
    ("NM|8867-4^HR^LN||72|/min|||||X", Err("invalid")),
    ("NM|8867-4^HR^LN||72|/min|||||I", Err("unknown_status")),
    (
        "NM|8867-4^HR^LN||72|/min||HH^Critical^HL70078|||C",
        Ok(72.0),
    ),
    // Times.
    (
        "NM|8867-4^HR^LN||72|/min|||||F|||202611210759+0000",
        Ok(72.0),
    ),
    (
        "NM|8867-4^HR^LN||72|/min|||||F|||2026-11-21T07:59:00Z",
        Err("unreadable_time"),
    ),
    (
        "NM|8867-4^HR^LN||72|/min|||||F|||2026112107",
        Err("no_time"),
    ),
    (
        "NM|8867-4^HR^LN||72|/min|||||F|||20251121075900",
        Err("absurd_time"),
    ),
];

#[tokio::test]
async fn each_row_shows_its_number_or_says_why_it_has_none() {
    for (row, expected) in ROWS {
        let house = House::new().await;
        house.adt("A01", 1, "ICU~1~A").await;

        house
            .receive(&format!(
                "MSH|^~\\&|X|H|W|H|20261121080000+0000||ORU^R01^ORU_R01|r|P|2.5.1\nPID|1||M1^^^H^MR\nPV1|1|I|ICU^1^A\n\
                 OBR|1|||V|||20261121080000+0000\nOBX|1|{row}\n"
            ))
            .await;

        let chart = &house.occupant("ICU~1~A").chart;
        let number = chart.values.iter().find_map(|value| value.number);
        let reason = chart.apart.first().map(|apart| apart.reason.code());
        let shown = number.ok_or(reason.unwrap_or("nothing"));
        match (shown, expected) {
            (Ok(shown), Ok(expected)) => assert!((shown - expected).abs() < 0.01, "{row}: {shown}"),
            (shown, expected) => assert_eq!(shown, expected, "{row}"),
        }
    }
}
