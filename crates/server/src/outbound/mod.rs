//! The way out: implements messaging's port to partners for MLLP receivers, webhooks, folders, and the live beds and
//! patients' records of this process.
//!
//! What is told about an attempt must be true: `NotSent` is said only when no byte of the message was
//! handed to the operating system, so each connection counts what it writes (`wire`). Start at
//! [`Partners`]; `pool` keeps connections, `dial` makes them, one folder or file per kind of partner.

mod beds;
mod dial;
mod exchange;
mod file_drop;
mod mllp;
mod pool;
mod records;
mod webhook;
mod wire;

pub(crate) use exchange::{Site, is_this_machine};
pub(crate) use webhook::SigningKey;

use std::sync::Arc;

use wardline_kernel::LocalZone;
use wardline_messaging::channel::{Destination, DestinationKind};
use wardline_messaging::model::ChannelName;
use wardline_messaging::port::{Clock, Partner, PartnerFactory};
use wardline_patients::Patients;
use wardline_vitals::LiveBeds;

use crate::gate::Gate;
use crate::metrics::Metrics;
use beds::{BedsPartner, NoBeds};
use file_drop::FileDropPartner;
use mllp::MllpSender;
use records::{NoRecords, OfRecords};
use webhook::WebhookSender;

/// Makes partners from their configuration.
pub struct Partners {
    clock: Arc<dyn Clock>,
    beds: Option<BedsPartner>,
    records: Option<OfRecords>,
}

impl Partners {
    /// A factory whose webhooks are signed with this clock's time.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            beds: None,
            records: None,
        }
    }

    /// The same, with live beds to hand messages to; without them such a destination waits.
    #[must_use]
    pub fn with_beds(self, beds: LiveBeds, metrics: &Metrics) -> Self {
        Self {
            beds: Some(BedsPartner::new(beds, metrics.beds.clone())),
            ..self
        }
    }

    /// The same, with patients' records to hand messages to, through the gate; times in messages without a zone are
    /// of `zone`. Without them such a destination waits.
    #[must_use]
    pub fn with_records(self, patients: Patients, gate: Arc<Gate>, zone: LocalZone) -> Self {
        Self {
            records: Some(OfRecords {
                patients,
                gate,
                zone,
            }),
            ..self
        }
    }
}

impl PartnerFactory for Partners {
    fn partner(
        &self,
        channel: &ChannelName,
        destination: &Destination,
    ) -> Result<Arc<dyn Partner>, String> {
        let parallel = destination.parallel_patients;
        let partner: Result<Arc<dyn Partner>, String> = match &destination.kind {
            DestinationKind::Mllp(mllp) => {
                MllpSender::new(mllp, parallel).map(|p| Arc::new(p) as _)
            }
            DestinationKind::Webhook(webhook) => {
                WebhookSender::new(webhook, parallel, Arc::clone(&self.clock))
                    .map(|p| Arc::new(p) as _)
            }
            DestinationKind::File(file) => FileDropPartner::new(file).map(|p| Arc::new(p) as _),
            DestinationKind::Beds => Ok(match &self.beds {
                Some(beds) => Arc::new(beds.clone()),
                None => Arc::new(NoBeds),
            }),
            DestinationKind::Records => match &self.records {
                Some(records) => records.of(channel).map(|p| Arc::new(p) as _),
                None => Ok(Arc::new(NoRecords)),
            },
        };
        partner.map_err(|problem| {
            format!(
                "channel `{channel}`, destination `{}`: {problem}",
                destination.name
            )
        })
    }
}
