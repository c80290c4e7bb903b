//! The canary scan: are planted markers (a name, an MRN, a birth date) to be found in any file?

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem;

/// Shorter markers are found by chance.
const SHORTEST_MARKER: usize = 6;

/// A marker that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// The marker.
    pub marker: String,
    /// As what it stood there.
    pub encoding: &'static str,
    /// Where, in bytes from the file's beginning; `None` for a file's name.
    pub offset: Option<usize>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            marker,
            encoding,
            offset,
        } = self;
        match offset {
            Some(offset) => write!(
                f,
                "{marker} ({encoding}) at byte {offset} of {}",
                path.display()
            ),
            None => write!(f, "{marker} ({encoding}) in the name of {}", path.display()),
        }
    }
}

/// Looks for every marker in every file under `directory` and in the files' names: as it is, in upper and
/// lower case, in base64 at each alignment, in hexadecimal, and in UTF-16.
///
/// # Panics
/// When a marker is too short to mean anything, or a file cannot be read.
pub fn scan(directory: &Path, markers: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in files_under(directory) {
        match fs::read(&path) {
            Ok(content) => findings.extend(scan_bytes(&path, &content, markers)),
            // Compaction removes files while the store is in use.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => panic!("{}: {error}", path.display()),
        }
        let name = path.to_string_lossy();
        let in_name = scan_bytes(&path, name.as_bytes(), markers);
        findings.extend(in_name.into_iter().map(|finding| Finding {
            offset: None,
            ..finding
        }));
    }
    findings
}

/// Looks for every marker in `content`, which came from `path`.
///
/// # Panics
/// When a marker is too short to mean anything.
pub fn scan_bytes(path: &Path, content: &[u8], markers: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let content = without_padding(content);
    for marker in markers {
        for (encoding, needle) in disguises(marker) {
            if let Some(offset) = memmem::find(content, &needle) {
                findings.push(Finding {
                    path: path.to_owned(),
                    marker: (*marker).to_owned(),
                    encoding,
                    offset: Some(offset),
                });
            }
        }
    }
    findings
}

/// Journals are laid out in advance: looking through their zeros takes long. The last character of UTF-16 may end
/// in one.
fn without_padding(content: &[u8]) -> &[u8] {
    let last = content.iter().rposition(|byte| *byte != 0);
    let end = last.map_or(0, |last| content.len().min(last + 2));
    &content[..end]
}

fn disguises(marker: &str) -> Vec<(&'static str, Vec<u8>)> {
    assert!(
        marker.len() >= SHORTEST_MARKER,
        "{marker} is too short a marker"
    );
    let mut needles = Vec::new();
    let mut cases = vec![
        marker.to_owned(),
        marker.to_uppercase(),
        marker.to_lowercase(),
    ];
    cases.sort();
    cases.dedup();
    for text in &cases {
        needles.push(("plain", text.as_bytes().to_vec()));
        needles.push((
            "UTF-16LE",
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ));
        needles.push((
            "UTF-16BE",
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ));
        for alignment in 0..3 {
            needles.push((
                "base64",
                base64_within(text.as_bytes(), alignment, &STANDARD_NO_PAD),
            ));
            needles.push((
                "base64url",
                base64_within(text.as_bytes(), alignment, &URL_SAFE_NO_PAD),
            ));
        }
        needles.push(("hex", hex(text.as_bytes(), b"0123456789abcdef")));
        needles.push(("hex", hex(text.as_bytes(), b"0123456789ABCDEF")));
    }
    needles
}

/// The characters of a base64 text that `bytes` alone decides, when `alignment` bytes (modulo 3) stand before.
fn base64_within(bytes: &[u8], alignment: usize, engine: &impl base64::Engine) -> Vec<u8> {
    let padded = [&vec![0; alignment], bytes].concat();
    let whole = engine.encode(&padded).into_bytes();
    // 6 bits a character: leave out those that hold a bit of what stands before or after.
    let first = (alignment * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    whole[first..last].to_vec()
}

fn hex(bytes: &[u8], digits: &[u8; 16]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|d| digits[usize::from(d)])
        .collect()
}

fn files_under(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    const MARKER: &str = "Zebrowski";

    fn found_in(content: &[u8]) -> Vec<&'static str> {
        let findings = scan_bytes(Path::new("file"), content, &[MARKER]);
        findings.iter().map(|finding| finding.encoding).collect()
    }

    #[test]
    fn a_marker_is_found_in_each_disguise() {
        assert_eq!(found_in(b"PID|1||7||Zebrowski^Ada"), ["plain"]);
        assert_eq!(found_in(b"PID|1||7||ZEBROWSKI^ADA"), ["plain"]);
        let utf_16: Vec<u8> = "xZebrowski"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert!(found_in(&utf_16).contains(&"UTF-16BE"));
        assert_eq!(found_in(b"78205a6562726f77736b69"), ["hex"]);
        assert_eq!(found_in(b"78205A6562726F77736B69"), ["hex"]);
        for before in ["", "x", "xy", "xyz"] {
            let text = STANDARD_NO_PAD.encode(format!("{before}Zebrowski^Ada"));
            assert!(found_in(text.as_bytes()).contains(&"base64"), "{before}");
        }
        assert!(found_in(b"PID|1||7||Zebrowsk^Ada").is_empty());
    }

    #[test]
    fn a_marker_at_the_end_is_found_whatever_padding_follows() {
        let little_endian: Vec<u8> = MARKER.encode_utf16().flat_map(u16::to_le_bytes).collect();

        for padding in [0, 1, 1_000] {
            let padded = [little_endian.as_slice(), &vec![0; padding]].concat();
            assert!(found_in(&padded).contains(&"UTF-16LE"), "{padding}");
            let padded = [MARKER.as_bytes(), &vec![0; padding]].concat();
            assert_eq!(found_in(&padded), ["plain"], "{padding}");
        }
        assert!(found_in(&[0; 10]).is_empty());
    }

    #[test]
    fn files_in_folders_and_their_names_are_looked_at() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("deeper")).unwrap();
        fs::write(directory.path().join("deeper/log"), "admitted Zebrowski").unwrap();
        fs::write(directory.path().join("zebrowski.txt"), "").unwrap();

        let findings = scan(directory.path(), &[MARKER, "1971-03-09"]);

        let mut offsets: Vec<_> = findings.iter().map(|finding| finding.offset).collect();
        offsets.sort();
        assert_eq!(offsets, [None, Some(9)]);
    }
}
