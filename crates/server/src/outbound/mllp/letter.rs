//! One message on its way out: its frame, and what its answer must be.

use bytes::Bytes;
use wardline_hl7::Header;
use wardline_hl7::ack::{Ack, AckCode, AckMode, Condition, Outcome};
use wardline_hl7::mllp::{self, Commit};
use wardline_messaging::port::SendOutcome;

/// A framed message and the answer that it waits for.
pub(super) struct Letter {
    pub(super) frame: Bytes,
    /// MSH-10, which MSA-2 of the answer must repeat.
    pub(super) control_id: Bytes,
    pub(super) waits_for: Answers,
}

/// The answers that a message asks for (HL7 v2.5.1 §2.9.2 and §2.9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    /// One: any acknowledgement ends the exchange.
    One,
    /// An accept acknowledgement (CA), then the application's (AA).
    CommitThenApplication,
    /// None, except perhaps an error: silence is consent.
    OnlyErrors,
}

/// What an arrived frame means for a letter.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The exchange is over.
    Final(SendOutcome),
    /// It was accepted; the application's answer follows.
    Committed,
    /// It is about another message.
    About(Bytes),
    /// Nothing to act on: MLLP release 2's transport acknowledgement.
    Nothing,
}

impl Letter {
    /// Frames a message. The error is a sentence without its text.
    pub(super) fn new(message: &Bytes, commit_is_enough: bool) -> Result<Self, String> {
        let header = Header::parse(message).map_err(|error| error.to_string())?;
        let frame = mllp::encode(message).map_err(|error| error.to_string())?;
        Ok(Self {
            frame,
            control_id: Bytes::copy_from_slice(header.control_id()),
            waits_for: Answers::asked_for(&header, commit_is_enough),
        })
    }

    /// Reads an answer.
    pub(super) fn judge(&self, answer: Bytes) -> Verdict {
        match Commit::from_frame(&answer) {
            Some(Commit::Affirmative) => return Verdict::Nothing,
            Some(Commit::Negative) => return Verdict::Final(SendOutcome::TryLater { answer }),
            None => {}
        }
        let (code, about) = match Ack::parse(&answer) {
            Ok(ack) if ack.answers(&self.control_id) => (ack.code, None),
            Ok(ack) => (ack.code, Some(Bytes::copy_from_slice(ack.control_id))),
            Err(error) => {
                let detail = error.to_string();
                return Verdict::Final(SendOutcome::Unreadable { answer, detail });
            }
        };
        match about {
            Some(other) => Verdict::About(other),
            None if code == AckCode::Ca && self.waits_for == Answers::CommitThenApplication => {
                Verdict::Committed
            }
            None => Verdict::Final(outcome_of(code, answer)),
        }
    }
}

impl Answers {
    fn asked_for(header: &Header<'_>, commit_is_enough: bool) -> Self {
        let is_due = |condition: Condition| condition.wants(Outcome::Accepted);
        match AckMode::of(header) {
            AckMode::Original => Self::One,
            AckMode::Enhanced {
                accept,
                application,
            } => match (is_due(accept), is_due(application)) {
                (true, true) if !commit_is_enough => Self::CommitThenApplication,
                (false, false) => Self::OnlyErrors,
                _ => Self::One,
            },
        }
    }
}

/// What an acknowledgement means for the delivery.
pub(crate) fn outcome_of(code: AckCode, answer: Bytes) -> SendOutcome {
    match code.outcome() {
        Outcome::Accepted => SendOutcome::Accepted { answer },
        Outcome::Error => SendOutcome::TryLater { answer },
        Outcome::Rejected => SendOutcome::Refused { answer },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(conditions: &str, commit_is_enough: bool) -> Letter {
        let message = format!("MSH|^~\\&|A|B|C|D|2026||ADT^A01|id 7|P|2.5.1|||{conditions}\r");
        Letter::new(&Bytes::from(message), commit_is_enough).unwrap()
    }

    fn ack(code: &str, about: &str) -> Bytes {
        Bytes::from(format!(
            "MSH|^~\\&|C|D|A|B|2026||ACK|1|P|2.5.1\rMSA|{code}|{about}\r"
        ))
    }

    #[test]
    fn each_code_has_its_outcome() {
        use SendOutcome::{Accepted, Refused, TryLater, Unreadable};
        let judge = |code| letter("", true).judge(ack(code, "id 7"));

        assert!(matches!(judge("AA"), Verdict::Final(Accepted { .. })));
        assert!(matches!(judge("CA"), Verdict::Final(Accepted { .. })));
        assert!(matches!(judge("AE"), Verdict::Final(TryLater { .. })));
        assert!(matches!(judge("CE"), Verdict::Final(TryLater { .. })));
        assert!(matches!(judge("AR"), Verdict::Final(Refused { .. })));
        assert!(matches!(judge("CR"), Verdict::Final(Refused { .. })));
        assert!(matches!(judge("XX"), Verdict::Final(Unreadable { .. })));
    }

    #[test]
    fn a6_an_answer_is_matched_by_msa_2() {
        for other in ["id 8", "id 77", "ID 7", ""] {
            let verdict = letter("", true).judge(ack("AA", other));

            assert!(
                matches!(verdict, Verdict::About(about) if about == other),
                "{other:?}"
            );
        }
    }

    #[test]
    fn a6_ca_is_success_only_if_no_application_answer_is_expected() {
        let judge = |conditions, enough| letter(conditions, enough).judge(ack("CA", "id 7"));

        assert!(matches!(judge("AL|AL", false), Verdict::Committed));
        for (conditions, enough) in [
            ("AL|AL", true),
            ("AL|NE", false),
            ("AL|ER", false),
            ("", false),
        ] {
            let verdict = judge(conditions, enough);
            assert!(
                matches!(verdict, Verdict::Final(SendOutcome::Accepted { .. })),
                "{conditions} {enough}"
            );
        }
    }

    #[test]
    fn a_message_that_asks_for_no_answer_waits_for_errors_only() {
        for conditions in ["NE|NE", "NE|ER", "ER|NE", "ER|ER", "NE|"] {
            assert_eq!(
                letter(conditions, true).waits_for,
                Answers::OnlyErrors,
                "{conditions}"
            );
        }
    }

    #[test]
    fn an_answer_without_msa_says_so() {
        let verdict = letter("", true).judge(Bytes::from_static(b"MSH|^~\\&|A\rPID|1\r"));

        let Verdict::Final(SendOutcome::Unreadable { detail, .. }) = verdict else {
            panic!()
        };
        assert_eq!(detail, "the answer has no MSA segment");
    }

    #[test]
    fn f11_a_negative_transport_commit_means_try_later() {
        let judge = |byte| letter("", true).judge(Bytes::from_static(byte));

        assert!(matches!(judge(b"\x06"), Verdict::Nothing));
        assert!(matches!(
            judge(b"\x15"),
            Verdict::Final(SendOutcome::TryLater { .. })
        ));
    }

    #[test]
    fn a_message_that_no_frame_can_hold_is_not_sent() {
        let message = Bytes::from_static(b"MSH|^~\\&|A|||||||7\rNTE|\x1c\r");

        assert!(Letter::new(&message, true).is_err());
    }
}
