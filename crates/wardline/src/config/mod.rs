//! The configuration: one `wardline.toml`, the environment over it, flags over both.
//!
//! Start at [`Config`] for what there is and at `sections` for what each setting means. A setting is declared
//! once; checks, suggestions, the reference and the file that `wardline init` writes follow from that.
//! Whatever is wrong is reported at once, with its place. The rest of the program gets a [`Config`] and
//! never doubts it.

mod access;
mod audit;
mod beds;
mod environment;
mod file;
mod layers;
mod load;
mod outside;
mod problem;
mod reader;
mod redis;
pub mod reference;
mod section;
mod sections;
mod suggest;
#[cfg(test)]
mod tests;
mod value;

pub use access::Access;
pub use audit::{Audit, ZoneName};
pub use beds::{BedIds, Beds, FacilityName, Zone};
pub use environment::{CONFIG_VARIABLE, Environment, KEYS_VARIABLE};
pub use layers::FlagSetting;
pub use load::{Loaded, Overrides, load};
pub use outside::{KeyHolder, Kms, S3, Vault, Word};
pub use problem::{ConfigError, Problem, Source};
pub use reader::Effective;
pub use redis::{Redis, StoreKind};
pub use section::{Section, SettingSpec};
pub use sections::{
    Api, Channels, Http, Keys, Log, Mllp, Node, Sessions, Shutdown, Store, Telemetry,
};
pub use value::{AtLimit, Kind, LogFilter, LogFormat, NodeName, Setting};

use reader::Reader;

/// The name of the configuration file.
pub const FILE_NAME: &str = "wardline.toml";

macro_rules! config {
    ($($(#[doc = $doc:literal])+ $field:ident: $Section:ident,)+) => {
        /// The whole configuration, checked.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Config {
            $($(#[doc = $doc])+ pub $field: $Section,)+
        }

        impl Config {
            fn read(reader: &mut Reader<'_>) -> Option<Self> {
                $(let $field = $Section::read(reader);)+
                Some(Self { $($field: $field?),+ })
            }
        }

        /// Name, description and settings of each section.
        pub const SECTIONS: &[(&str, &str, &[SettingSpec])] =
            &[$(($Section::NAME, $Section::DOC, $Section::SETTINGS)),+];
    };
}

config! {
    /// This process.
    node: Node,
    /// Where everything is kept.
    store: Store,
    /// The Redis that it is kept in, if it is one.
    redis: Redis,
    /// The keys that seal them.
    keys: Keys,
    /// Vault or OpenBao.
    vault: Vault,
    /// AWS KMS.
    kms: Kms,
    /// The HTTP API.
    http: Http,
    /// Who may use it.
    api: Api,
    /// The interfaces.
    channels: Channels,
    /// Limits of all MLLP listeners together.
    mllp: Mllp,
    /// Sessions of people.
    sessions: Sessions,
    /// Live beds.
    beds: Beds,
    /// Who may do what.
    access: Access,
    /// The trail of who did what to whose records.
    audit: Audit,
    /// The bucket that the trail is archived to.
    s3: S3,
    /// What is logged.
    log: Log,
    /// How the process stops.
    shutdown: Shutdown,
    /// Figures for Prometheus.
    telemetry: Telemetry,
}

/// Every setting there is.
pub fn settings() -> impl Iterator<Item = &'static SettingSpec> + Clone {
    SECTIONS.iter().flat_map(|(_, _, settings)| settings.iter())
}

fn section_names() -> impl Iterator<Item = &'static str> + Clone {
    SECTIONS.iter().map(|(name, _, _)| *name)
}
