//! Sending to an MLLP receiver over persistent connections, one message on its way per connection.
//!
//! `letter` is what is sent and which answer it waits for, `connection` the exchange on one socket.

mod connection;
mod letter;

pub(super) use self::letter::outcome_of;

use std::time::Duration;

use async_trait::async_trait;
use wardline_messaging::channel::MllpPartner;
use wardline_messaging::port::{Parcel, Partner, SendOutcome};

use self::connection::{Connection, Ended};
use self::letter::Letter;
use super::dial::{Endpoint, dial};
use super::pool::{Place, Pool};
use crate::socket::sane;
use crate::tls::ClientTls;

/// Sends messages to one MLLP receiver.
pub(super) struct MllpSender {
    endpoint: Endpoint,
    tls: Option<ClientTls>,
    connect_timeout: Duration,
    acknowledgement_timeout: Duration,
    commit_is_enough: bool,
    pool: Pool<Connection>,
}

impl MllpSender {
    pub(super) fn new(partner: &MllpPartner, parallel: usize) -> Result<Self, String> {
        let endpoint = Endpoint::parse(&partner.address)?;
        let tls = match &partner.tls {
            None => None,
            Some(tls) => Some(
                ClientTls::for_partner(tls, &endpoint.host).map_err(|error| error.to_string())?,
            ),
        };
        Ok(Self {
            endpoint,
            tls,
            connect_timeout: sane(partner.connect_timeout()),
            acknowledgement_timeout: sane(partner.acknowledgement_timeout()),
            commit_is_enough: partner.commit_is_enough,
            pool: Pool::new(partner.connections.unwrap_or(parallel)),
        })
    }

    /// Sends on an idle connection if one still stands, else on a new one.
    async fn send_from(&self, place: Place<'_, Connection>, letter: &Letter) -> SendOutcome {
        while let Some(mut connection) = place.take_idle() {
            if !connection.still_stands().await {
                continue;
            }
            match connection
                .exchange(letter, self.acknowledgement_timeout)
                .await
            {
                Ended::NothingLeft(_) => {}
                Ended::With(outcome) => return keep(place, connection, outcome),
            }
        }
        let wire = match dial(&self.endpoint, self.tls.as_ref(), self.connect_timeout).await {
            Ok(wire) => wire,
            Err(detail) => return SendOutcome::NotSent { detail },
        };
        let mut connection = Connection::new(wire);
        match connection
            .exchange(letter, self.acknowledgement_timeout)
            .await
        {
            Ended::NothingLeft(detail) => SendOutcome::NotSent { detail },
            Ended::With(outcome) => keep(place, connection, outcome),
        }
    }
}

#[async_trait]
impl Partner for MllpSender {
    async fn send(&self, parcel: Parcel) -> SendOutcome {
        let letter = match Letter::new(&parcel.bytes, self.commit_is_enough) {
            Ok(letter) => letter,
            Err(problem) => {
                // No answer of a partner could ever be matched: as final as a refusal.
                tracing::warn!(message_id = parcel.id.0, queue = %parcel.queue, %problem,
                    "message cannot be sent by MLLP");
                return SendOutcome::Refused {
                    answer: bytes::Bytes::new(),
                };
            }
        };
        // The timeouts count from here: waiting for a place is not the partner's failure.
        match self.pool.place().await {
            Some(place) => self.send_from(place, &letter).await,
            None => SendOutcome::NotSent {
                detail: "the sender is closed".to_owned(),
            },
        }
    }
}

/// Keeps a connection whose message was answered, closes any other.
fn keep(place: Place<'_, Connection>, connection: Connection, outcome: SendOutcome) -> SendOutcome {
    if connection.is_at_rest() {
        place.give_back(connection);
    }
    outcome
}
