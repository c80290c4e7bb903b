//! The messages that are sent, what must be answered, and whether all of them came.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::library::Answers;
use super::make_folder;
use crate::workspace;

/// How long a delivery may take until the test gives up on it.
const PATIENCE: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(100);

/// The samples as senders put them on the wire: segments ended by CR, no byte order mark.
pub(super) struct Mail {
    files: Vec<PathBuf>,
    messages: Vec<Vec<u8>>,
}

impl Mail {
    /// Takes every message of `testdata/hl7`.
    pub(super) fn of_the_samples(folder: &Path) -> Result<Self> {
        let to_send = make_folder(folder, "to-send")?;
        let mut samples: Vec<PathBuf> = std::fs::read_dir(workspace::root().join("testdata/hl7"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        samples.retain(|path| path.extension().is_some_and(|extension| extension == "hl7"));
        samples.sort();
        ensure!(!samples.is_empty(), "there is no message in testdata/hl7");
        let mut mail = Self {
            files: Vec::new(),
            messages: Vec::new(),
        };
        for sample in samples {
            let message = as_sent(&std::fs::read(&sample)?);
            let file = to_send.join(sample.file_name().context("a file has a name")?);
            std::fs::write(&file, &message)?;
            mail.files.push(file);
            mail.messages.push(message);
        }
        Ok(mail)
    }

    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Every message was answered, and accepted; only one that asks for no answer (MSH-15 and MSH-16 both
    /// `NE`) has none.
    pub(super) fn check_answers(&self, sender: &str, answers: &[Answers]) -> Result<()> {
        ensure!(
            answers.len() == self.len(),
            "{sender} was not answered for every message"
        );
        for (answers, message) in answers.iter().zip(&self.messages) {
            let file = answers.file.display();
            let accepted = answers
                .codes
                .iter()
                .all(|code| code == "AA" || code == "CA");
            ensure!(
                accepted,
                "{sender} was answered {:?} for {file}",
                answers.codes
            );
            let asks_for_none = header_fields(message, 15) == [b"NE", b"NE"];
            ensure!(
                answers.codes.is_empty() == asks_for_none,
                "{sender} was answered {:?} for {file}",
                answers.codes
            );
        }
        Ok(())
    }

    /// Waits until the folder has each message as often as there are senders, byte for byte. The libraries
    /// differ in whether they end the last segment with CR, so that one byte is not compared.
    pub(super) fn await_delivery(&self, folder: &Path, senders: usize) -> Result<()> {
        let mut expected = BTreeMap::new();
        for message in &self.messages {
            *expected
                .entry(without_last_cr(message).to_vec())
                .or_insert(0) += senders;
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let files = files_of(folder)?;
            if files.len() >= senders * self.len() {
                let mut received: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
                for file in files {
                    let message = std::fs::read(file)?;
                    *received
                        .entry(without_last_cr(&message).to_vec())
                        .or_insert(0) += 1;
                }
                ensure!(
                    received == expected,
                    "{} is not what was sent",
                    folder.display()
                );
                return Ok(());
            }
            if Instant::now() > deadline {
                let expected = senders * self.len();
                bail!(
                    "{} has {} of {expected} messages",
                    folder.display(),
                    files.len()
                );
            }
            std::thread::sleep(PAUSE);
        }
    }
}

fn as_sent(sample: &[u8]) -> Vec<u8> {
    let sample = sample.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(sample);
    let mut message = Vec::with_capacity(sample.len());
    for (index, byte) in sample.iter().enumerate() {
        match (byte, sample.get(index + 1)) {
            (b'\r', Some(b'\n')) => {}
            (b'\n', _) => message.push(b'\r'),
            (byte, _) => message.push(*byte),
        }
    }
    message
}

/// Two fields of MSH, from this one on. MSH-1 is the separator itself.
fn header_fields(message: &[u8], first: usize) -> [&[u8]; 2] {
    let header = message
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let mut fields = header.split(|byte| *byte == b'|').skip(first - 1);
    [
        fields.next().unwrap_or_default(),
        fields.next().unwrap_or_default(),
    ]
}

fn without_last_cr(message: &[u8]) -> &[u8] {
    message.strip_suffix(b"\r").unwrap_or(message)
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(messages: &[&[u8]]) -> Mail {
        let messages: Vec<Vec<u8>> = messages.iter().map(|message| message.to_vec()).collect();
        let files = messages.iter().map(|_| PathBuf::from("a.hl7")).collect();
        Mail { files, messages }
    }

    fn answers(codes: &[&str]) -> Answers {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        Answers {
            file: PathBuf::from("a.hl7"),
            codes,
        }
    }

    const ORIGINAL: &[u8] = b"MSH|^~\\&|||||||ADT^A01|1|P|2.5\r";
    const SILENT: &[u8] = b"MSH|^~\\&|||||||ADT^A01|1|P|2.5|||NE|NE\r";

    #[test]
    fn samples_are_sent_with_cr_and_without_a_byte_order_mark() {
        assert_eq!(
            as_sent(b"\xEF\xBB\xBFMSH|1\r\nPID|2\nPV1|3\r"),
            b"MSH|1\rPID|2\rPV1|3\r"
        );
    }

    #[test]
    fn an_answer_that_refuses_and_a_missing_one_fail() {
        let mail = mail(&[ORIGINAL]);

        assert!(mail.check_answers("a", &[answers(&["AA"])]).is_ok());
        assert!(mail.check_answers("a", &[answers(&["AE"])]).is_err());
        assert!(mail.check_answers("a", &[answers(&[])]).is_err());
        assert!(mail.check_answers("a", &[]).is_err());
    }

    #[test]
    fn a_message_that_asks_for_silence_gets_silence() {
        let mail = mail(&[SILENT]);

        assert!(mail.check_answers("a", &[answers(&[])]).is_ok());
        assert!(mail.check_answers("a", &[answers(&["AA"])]).is_err());
    }
}
