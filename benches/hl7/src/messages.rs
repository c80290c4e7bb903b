//! The messages that are read: the samples of the repository, and large ones made here.

use std::fs;
use std::path::Path;

/// The samples in the one form that all contenders read: no byte order mark, CR between segments, none at the
/// end.
pub fn samples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/hl7");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("testdata/hl7 is part of the repository")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|end| end == "hl7"))
        .collect();
    files.sort();
    let texts = files
        .iter()
        .map(|file| fs::read_to_string(file).expect("samples are UTF-8"));
    texts.map(|text| in_one_form(&text)).collect()
}

/// A report with one base64 document of about that many bytes.
pub fn with_document(bytes: usize) -> String {
    let head = "MSH|^~\\&|LAB|HOSP|EHR|HOSP|20260102||ORU^R01^ORU_R01|77|P|2.5.1\r\
                PID|1||4711^^^HOSP^MR\rOBR|1|P1|F1|1^PDF\rOBX|1|ED|||^application^pdf^Base64^";
    format!("{head}{}", "QUJDRGVm".repeat(bytes / 8))
}

/// A report of so many results that it has about that many bytes.
pub fn with_results(bytes: usize) -> String {
    let head = "MSH|^~\\&|LAB|HOSP|EHR|HOSP|20260102||ORU^R01^ORU_R01|77|P|2.5.1\r\
                PID|1||4711^^^HOSP^MR\rOBR|1|P1|F1|1^Panel";
    let result =
        "\rOBX|1|NM|8867-4^Heart rate^LN^^X&1&Y||72|/min^^UCUM|50-90|N~H|||F|||20260102030405";
    format!("{head}{}", result.repeat(bytes / result.len()))
}

fn in_one_form(text: &str) -> String {
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\r")
        .replace('\n', "\r");
    let lines = text.split('\r').filter(|line| !line.trim().is_empty());
    lines.collect::<Vec<_>>().join("\r")
}
