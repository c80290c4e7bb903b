//! Messages out of files, folders and standard input: plain, several in a row, batches, or framed for MLLP.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use wardline_hl7::mllp::{Decoder, Event, Limits, START_BLOCK};
use wardline_hl7::{ParseError, batch};

/// Stands for standard input.
const STDIN: &str = "-";
/// Bytes of one file at most.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// A message and where it was found.
#[derive(Clone)]
pub(super) struct Found {
    /// The message's bytes, as they stand in the file.
    pub(super) message: Bytes,
    /// Its place.
    pub(super) place: Place,
}

/// The file that a message was found in, and which one of the file it is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    file: PathBuf,
    /// Counted from 1; none when the file holds one message.
    number: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match self.number {
            Some(number) => write!(f, "{file}#{number}"),
            None => write!(f, "{file}"),
        }
    }
}

/// A file to be read.
#[derive(Clone, Debug)]
pub(super) struct InputFile {
    path: PathBuf,
    /// Named on the command line, not found in a folder: it must hold a message.
    named: bool,
}

impl InputFile {
    /// Its size, if that can be known before it is read.
    pub(super) fn bytes(&self) -> Option<u64> {
        self.path
            .metadata()
            .ok()
            .filter(fs::Metadata::is_file)
            .map(|metadata| metadata.len())
    }

    /// The messages in it. A file of a folder that holds none is passed over.
    ///
    /// # Errors
    /// When it cannot be read, or was named and holds no message.
    pub(super) fn messages(&self) -> anyhow::Result<Vec<Found>> {
        let path = self.path.display();
        let content = read(&self.path).with_context(|| format!("cannot read {path}"))?;
        let messages = match split(&content) {
            Ok(messages) => messages,
            Err(ParseError::Empty | ParseError::NoHeader { .. }) => Vec::new(),
            Err(error) => bail!("{path}: {error}"),
        };
        if messages.is_empty() && self.named {
            bail!("{path}: no message in it; a message begins with MSH");
        }
        let several = messages.len() > 1;
        let found = messages.into_iter().enumerate().map(|(at, message)| {
            let number = several.then_some(at + 1);
            Found {
                message,
                place: Place {
                    file: self.path.clone(),
                    number,
                },
            }
        });
        Ok(found.collect())
    }
}

/// The files that the arguments stand for: a folder stands for the files below it, by name; names that begin
/// with a dot are left out, and no argument stands for standard input.
///
/// # Errors
/// When a folder cannot be read.
pub(super) fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<InputFile>> {
    if paths.is_empty() {
        return Ok(vec![InputFile {
            path: PathBuf::from(STDIN),
            named: true,
        }]);
    }
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            list(path, &mut files)?;
        } else {
            files.push(InputFile {
                path: path.clone(),
                named: true,
            });
        }
    }
    Ok(files)
}

fn list(folder: &Path, files: &mut Vec<InputFile>) -> anyhow::Result<()> {
    let context = || format!("cannot read {}", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            entries.push(entry.path());
        }
    }
    entries.sort();
    for path in entries {
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(InputFile { path, named: false });
        }
    }
    Ok(())
}

fn read(file: &Path) -> io::Result<Bytes> {
    let mut content = Vec::new();
    let read = if file == Path::new(STDIN) {
        io::stdin()
            .lock()
            .take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut content)
    } else {
        File::open(file)?
            .take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut content)
    }?;
    if u64::try_from(read).is_ok_and(|read| read <= MAX_FILE_BYTES) {
        Ok(content.into())
    } else {
        Err(io::Error::other(format!(
            "it is larger than {MAX_FILE_BYTES} bytes"
        )))
    }
}

fn split(content: &Bytes) -> Result<Vec<Bytes>, ParseError> {
    if content.contains(&START_BLOCK) {
        Ok(framed(content))
    } else {
        in_a_row(content)
    }
}

/// The messages of an MLLP recording.
fn framed(content: &Bytes) -> Vec<Bytes> {
    let limits = Limits {
        max_message_bytes: content.len(),
        max_garbage_bytes: usize::MAX,
    };
    let mut decoder = Decoder::new(limits);
    let mut rest: &[u8] = content;
    let mut messages = Vec::new();
    while let Some(event) = decoder.decode(&mut rest) {
        if let Event::Frame(message) = event {
            messages.push(message);
        }
    }
    messages.extend(decoder.take_unterminated());
    messages
}

/// A message, several in a row, or a batch. What there is before the first message is kept with a single
/// one, so that its bytes stay as they are.
fn in_a_row(content: &Bytes) -> Result<Vec<Bytes>, ParseError> {
    let envelope = batch::split(content)?;
    let is_plain = envelope.file.is_none() && envelope.batches.iter().all(|b| b.header.is_none());
    let messages: Vec<_> = envelope
        .messages()
        .map(|message| content.slice_ref(message))
        .collect();
    if is_plain && messages.len() == 1 {
        Ok(vec![content.clone()])
    } else {
        Ok(messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rPID|1\r";
    const TWO: &str = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|2|P|2.5\rPID|1\r";

    fn split_text(text: &str) -> Vec<String> {
        let messages = split(&Bytes::from(text.to_owned())).unwrap_or_default();
        messages
            .iter()
            .map(|message| String::from_utf8(message.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn a_file_with_one_message_is_that_message_to_the_byte() {
        assert_eq!(split_text(ONE), [ONE]);
        assert_eq!(
            split_text("\u{feff}MSH|^~\\&|\r\nPID|1\r\n\r\n"),
            ["\u{feff}MSH|^~\\&|\r\nPID|1\r\n\r\n"]
        );
    }

    #[test]
    fn messages_in_a_row_are_told_apart() {
        assert_eq!(split_text(&format!("{ONE}{TWO}")), [ONE, TWO]);
        assert_eq!(
            split_text(&format!("{ONE}\n{TWO}")),
            [format!("{ONE}\n"), TWO.to_owned()]
        );
    }

    #[test]
    fn the_envelopes_of_a_batch_are_left_out() {
        let batch = format!("FHS|^~\\&\rBHS|^~\\&\r{ONE}{TWO}BTS|2\rFTS|1\r");

        assert_eq!(split_text(&batch), [ONE, TWO]);
    }

    #[test]
    fn a_recording_of_mllp_is_unframed() {
        let recording = format!("\u{b}{ONE}\u{1c}\r\u{b}{TWO}\u{1c}");

        assert_eq!(split_text(&recording), [ONE, TWO]);
    }

    #[test]
    fn something_else_holds_no_message() {
        assert!(split_text("name,value\n").is_empty());
        assert!(split_text("").is_empty());
    }
}
