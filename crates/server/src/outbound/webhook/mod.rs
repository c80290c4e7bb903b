//! Sending by HTTP POST, signed, over persistent connections (HTTP/1.1).
//!
//! hyper is used at the level of one connection, so that it is known whether a byte of the message left
//! (docs/decisions/0003-http-client.md). `signature` says how requests are signed, `target` where they go,
//! `connection` makes one exchange.

mod connection;
mod signature;
mod target;

pub(super) use connection::{Connection, Ended};
pub(crate) use signature::SigningKey;
pub(super) use target::Target;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hyper::StatusCode;
use wardline_hl7::ack::Ack;
use wardline_messaging::channel::Webhook;
use wardline_messaging::port::{Clock, Parcel, Partner, SendOutcome};

use self::connection::Answer;
use self::target::Stamp;
use super::dial::dial;
use super::mllp::outcome_of;
use super::pool::{Place, Pool};
use crate::socket::sane;
use crate::tls::ClientTls;

/// Posts messages to one HTTP endpoint.
pub(super) struct WebhookSender {
    target: Target,
    tls: Option<ClientTls>,
    key: SigningKey,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    pool: Pool<Connection>,
}

impl WebhookSender {
    pub(super) fn new(
        webhook: &Webhook,
        parallel: usize,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let target = Target::parse(&webhook.url)?;
        let tls = if target.is_https {
            let tls = ClientTls::for_webhook(webhook.ca_file.clone(), &target.endpoint.host);
            Some(tls.map_err(|error| error.to_string())?)
        } else {
            None
        };
        Ok(Self {
            target,
            tls,
            key: SigningKey::read(&webhook.secret_file)?,
            timeout: sane(Duration::from_secs(webhook.timeout_seconds)),
            clock,
            pool: Pool::new(parallel),
        })
    }

    async fn send_from(&self, place: Place<'_, Connection>, parcel: &Parcel) -> SendOutcome {
        let stamp = Stamp {
            seconds: self.clock.now() / 1000,
            key: &self.key,
        };
        while let Some(mut connection) = place.take_idle() {
            if !connection.still_stands().await {
                continue;
            }
            let request = match self.target.request(parcel, &stamp) {
                Ok(request) => request,
                Err(detail) => return SendOutcome::NotSent { detail },
            };
            match connection.exchange(request, self.timeout).await {
                Ended::NothingLeft(_) => {}
                Ended::Unknown(detail) => return SendOutcome::Unknown { detail },
                Ended::Answered(answer) => return keep(place, connection, answer),
            }
        }
        let dialled = async {
            let wire = dial(&self.target.endpoint, self.tls.as_ref(), self.timeout).await?;
            Ok((
                Connection::new(wire).await?,
                self.target.request(parcel, &stamp)?,
            ))
        };
        let (mut connection, request) = match dialled.await {
            Ok(ready) => ready,
            Err(detail) => return SendOutcome::NotSent { detail },
        };
        match connection.exchange(request, self.timeout).await {
            Ended::NothingLeft(detail) => SendOutcome::NotSent { detail },
            Ended::Unknown(detail) => SendOutcome::Unknown { detail },
            Ended::Answered(answer) => keep(place, connection, answer),
        }
    }
}

#[async_trait]
impl Partner for WebhookSender {
    async fn send(&self, parcel: Parcel) -> SendOutcome {
        match self.pool.place().await {
            Some(place) => self.send_from(place, &parcel).await,
            None => SendOutcome::NotSent {
                detail: "the sender is closed".to_owned(),
            },
        }
    }
}

fn keep(place: Place<'_, Connection>, connection: Connection, answer: Answer) -> SendOutcome {
    if connection.is_at_rest() {
        place.give_back(connection);
    }
    outcome(answer)
}

/// What an answer means: an HL7 acknowledgement in it decides, else the status.
fn outcome(answer: Answer) -> SendOutcome {
    if answer.status.is_success() && answer.is_hl7 {
        return match Ack::parse(&answer.body).map(|ack| ack.code) {
            Ok(code) => outcome_of(code, answer.body),
            Err(error) => SendOutcome::Unreadable {
                answer: answer.body,
                detail: error.to_string(),
            },
        };
    }
    let kept = answer.as_bytes();
    match answer.status {
        status if status.is_success() => SendOutcome::Accepted { answer: kept },
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            SendOutcome::TryLater { answer: kept }
        }
        status if status.is_client_error() => SendOutcome::Refused { answer: kept },
        // 5xx, and redirects: they are not followed, since the message would go where nobody said it may.
        _ => SendOutcome::TryLater { answer: kept },
    }
}

impl Answer {
    /// The status and the body, as they are kept with the attempt.
    fn as_bytes(&self) -> Bytes {
        let mut kept = format!("HTTP {}\r\n\r\n", self.status.as_u16()).into_bytes();
        kept.extend_from_slice(&self.body);
        kept.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome_of_status(status: u16) -> SendOutcome {
        let status = StatusCode::from_u16(status).unwrap();
        outcome(Answer {
            status,
            is_hl7: false,
            body: Bytes::from_static(b"why"),
        })
    }

    #[test]
    fn the_status_decides() {
        for accepted in [200, 201, 202, 204] {
            assert!(matches!(
                outcome_of_status(accepted),
                SendOutcome::Accepted { .. }
            ));
        }
        for later in [408, 425, 429, 500, 502, 503, 504, 599, 301, 302, 307, 308] {
            assert!(
                matches!(outcome_of_status(later), SendOutcome::TryLater { .. }),
                "{later}"
            );
        }
        for refused in [400, 401, 404, 409, 413, 415, 422] {
            assert!(
                matches!(outcome_of_status(refused), SendOutcome::Refused { .. }),
                "{refused}"
            );
        }
    }

    #[test]
    fn the_kept_answer_shows_status_and_body() {
        let SendOutcome::Refused { answer } = outcome_of_status(422) else {
            panic!()
        };

        assert_eq!(answer, "HTTP 422\r\n\r\nwhy");
    }

    #[test]
    fn an_hl7_acknowledgement_in_a_2xx_answer_decides() {
        let body = Bytes::from_static(b"MSH|^~\\&|A\rMSA|AE|7\r");
        let answer = Answer {
            status: StatusCode::OK,
            is_hl7: true,
            body,
        };

        assert!(matches!(outcome(answer), SendOutcome::TryLater { .. }));
    }
}
