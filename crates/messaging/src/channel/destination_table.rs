//! A destination as its table is written: one flat table, whose `kind` says which keys belong.

use std::path::PathBuf;

use serde::Deserialize;

use super::destination::{
    Destination, DestinationKind, FileDrop, MllpPartner, OnUnknownOutcome, PartnerTls, Retry,
    Webhook,
};
use super::filter::Filter;
use crate::model::DestinationName;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Mllp,
    Webhook,
    File,
    Beds,
    Records,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DestinationTable {
    name: DestinationName,
    kind: Kind,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    when: Filter,
    #[serde(default = "default_parallel_patients")]
    parallel_patients: usize,
    #[serde(default)]
    retry: Retry,
    #[serde(default)]
    on_unknown_outcome: OnUnknownOutcome,

    address: Option<String>,
    tls: Option<PartnerTls>,
    connections: Option<usize>,
    connect_timeout_seconds: Option<u64>,
    acknowledgement_timeout_seconds: Option<u64>,
    commit_is_enough: Option<bool>,

    url: Option<String>,
    secret_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    timeout_seconds: Option<u64>,

    directory: Option<PathBuf>,
}

fn yes() -> bool {
    true
}

fn default_parallel_patients() -> usize {
    8
}

const DEFAULT_CONNECT_TIMEOUT_SECONDS: u64 = 10;
const DEFAULT_ANSWER_TIMEOUT_SECONDS: u64 = 30;

impl DestinationTable {
    /// The first key that is given but belongs to another kind.
    fn foreign_key(&self) -> Option<&'static str> {
        let mllp = [
            ("address", self.address.is_some()),
            ("tls", self.tls.is_some()),
            ("connections", self.connections.is_some()),
            (
                "connect_timeout_seconds",
                self.connect_timeout_seconds.is_some(),
            ),
            (
                "acknowledgement_timeout_seconds",
                self.acknowledgement_timeout_seconds.is_some(),
            ),
            ("commit_is_enough", self.commit_is_enough.is_some()),
        ];
        let webhook = [
            ("url", self.url.is_some()),
            ("secret_file", self.secret_file.is_some()),
            ("ca_file", self.ca_file.is_some()),
            ("timeout_seconds", self.timeout_seconds.is_some()),
        ];
        let file = [("directory", self.directory.is_some())];
        let foreign: Vec<(&'static str, bool)> = match self.kind {
            Kind::Mllp => webhook.into_iter().chain(file).collect(),
            Kind::Webhook => mllp.into_iter().chain(file).collect(),
            Kind::File => mllp.into_iter().chain(webhook).collect(),
            Kind::Beds | Kind::Records => mllp.into_iter().chain(webhook).chain(file).collect(),
        };
        foreign
            .into_iter()
            .find(|(_, given)| *given)
            .map(|(key, _)| key)
    }

    fn kind(self) -> Result<DestinationKind, String> {
        let missing = |key: &str| format!("destination `{}` needs `{key}`", self.name);
        Ok(match self.kind {
            Kind::Mllp => DestinationKind::Mllp(MllpPartner {
                address: self.address.ok_or_else(|| missing("address"))?,
                tls: self.tls,
                connections: self.connections,
                connect_timeout_seconds: self
                    .connect_timeout_seconds
                    .unwrap_or(DEFAULT_CONNECT_TIMEOUT_SECONDS),
                acknowledgement_timeout_seconds: self
                    .acknowledgement_timeout_seconds
                    .unwrap_or(DEFAULT_ANSWER_TIMEOUT_SECONDS),
                commit_is_enough: self.commit_is_enough.unwrap_or(true),
            }),
            Kind::Webhook => DestinationKind::Webhook(Webhook {
                url: self.url.ok_or_else(|| missing("url"))?,
                secret_file: self.secret_file.ok_or_else(|| missing("secret_file"))?,
                ca_file: self.ca_file,
                timeout_seconds: self
                    .timeout_seconds
                    .unwrap_or(DEFAULT_ANSWER_TIMEOUT_SECONDS),
            }),
            Kind::File => DestinationKind::File(FileDrop {
                directory: self.directory.ok_or_else(|| missing("directory"))?,
            }),
            Kind::Beds => DestinationKind::Beds,
            Kind::Records => DestinationKind::Records,
        })
    }
}

impl TryFrom<DestinationTable> for Destination {
    type Error = String;

    fn try_from(mut table: DestinationTable) -> Result<Self, String> {
        if let Some(key) = table.foreign_key() {
            return Err(format!(
                "destination `{}`: `{key}` does not belong to a destination of this kind",
                table.name
            ));
        }
        Ok(Self {
            name: table.name.clone(),
            enabled: table.enabled,
            filter: std::mem::take(&mut table.when),
            parallel_patients: table.parallel_patients,
            retry: table.retry.clone(),
            on_unknown_outcome: table.on_unknown_outcome,
            kind: table.kind()?,
        })
    }
}
