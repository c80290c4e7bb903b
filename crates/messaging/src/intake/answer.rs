//! Acknowledgements as a channel gives them (HL7 v2.5.1 §2.9.2, §2.9.3).

use bytes::Bytes;
use wardline_hl7::ack::Condition;
use wardline_hl7::{AckCode, AckMode, Fault, Header, Outcome, Reply};

use super::control_id::hl7_time;
use crate::channel::{AcknowledgementMode, Acknowledgements, ApplicationAcknowledgement};
use crate::service::Inner;

impl Inner {
    /// The answers to a message whose header was read.
    pub(super) fn answers_to(
        &self,
        header: &Header<'_>,
        settings: &Acknowledgements,
        outcome: Outcome,
        fault: Option<&Fault<'_>>,
    ) -> Vec<Bytes> {
        codes(header, settings, outcome)
            .into_iter()
            .map(|code| {
                let mut reply = Reply::to(header, code);
                if let Some(fault) = fault {
                    reply = reply.text(fault.text).fault(fault);
                }
                self.write(&reply)
            })
            .collect()
    }

    /// The answer to what has no header.
    pub(super) fn answer_to_unreadable(&self, fault: &Fault<'_>) -> Vec<Bytes> {
        vec![self.write(&Reply::unreadable(fault))]
    }

    /// An answer for the envelope of a batch.
    pub(super) fn batch_answer(
        &self,
        envelope: &wardline_hl7::batch::Envelope<'_>,
        answers: &[Bytes],
    ) -> Bytes {
        envelope
            .reply(
                answers,
                &hl7_time(self.clock.now()),
                &self.control_ids.next(),
            )
            .into()
    }

    fn write(&self, reply: &Reply<'_>) -> Bytes {
        reply
            .write(&hl7_time(self.clock.now()), &self.control_ids.next())
            .into()
    }
}

/// Which answers are due, in order.
fn codes(header: &Header<'_>, settings: &Acknowledgements, outcome: Outcome) -> Vec<AckCode> {
    let mode = match settings.mode {
        AcknowledgementMode::Auto => AckMode::of(header),
        AcknowledgementMode::Original => AckMode::Original,
        AcknowledgementMode::Enhanced => AckMode::Enhanced {
            accept: Condition::Always,
            application: Condition::parse(header.application_acknowledgment_type()),
        },
    };
    // Where an application behind us answers for itself, we still say so when it will not get the message.
    let is_left_to_others = settings.application == ApplicationAcknowledgement::Never
        && mode != AckMode::Original
        && outcome == Outcome::Accepted;
    mode.answers(outcome)
        .filter(|code| code.is_commit() || !is_left_to_others)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_for(msh15: &str, msh16: &str, settings: &str, outcome: Outcome) -> Vec<&'static str> {
        let raw = format!("MSH|^~\\&|A|B|C|D|1||ADT^A01|7|P|2.5.1|||{msh15}|{msh16}\r");
        let header = Header::parse(raw.as_bytes()).unwrap();
        let settings: Acknowledgements = toml::from_str(settings).unwrap();
        codes(&header, &settings, outcome)
            .into_iter()
            .map(AckCode::as_str)
            .collect()
    }

    #[test]
    fn a1_the_sender_chooses_the_mode_unless_the_channel_does() {
        let accepted = Outcome::Accepted;

        assert_eq!(codes_for("", "", "", accepted), ["AA"]);
        assert_eq!(codes_for("AL", "NE", "", accepted), ["CA"]);
        assert_eq!(codes_for("AL", "AL", "", accepted), ["CA", "AA"]);
        assert_eq!(codes_for("NE", "NE", "", accepted), [""; 0]);
        assert_eq!(
            codes_for("NE", "NE", "mode = \"original\"", accepted),
            ["AA"]
        );
        assert_eq!(codes_for("", "", "mode = \"enhanced\"", accepted), ["CA"]);
        assert_eq!(codes_for("ER", "NE", "", accepted), [""; 0]);
        assert_eq!(codes_for("ER", "NE", "", Outcome::Error), ["CE"]);
    }

    #[test]
    fn a4_an_application_that_answers_for_itself_is_not_answered_for() {
        let never = "application = \"never\"";

        assert_eq!(codes_for("AL", "AL", never, Outcome::Accepted), ["CA"]);
        assert_eq!(codes_for("NE", "AL", never, Outcome::Rejected), ["AR"]);
        assert_eq!(codes_for("", "", never, Outcome::Accepted), ["AA"]);
    }
}
