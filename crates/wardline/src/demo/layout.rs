//! The demonstration's folder: what `wardline init` writes, and a channel for the hospital.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::people;
use crate::commands::init;
use crate::config::FILE_NAME;

/// Where things are.
pub(super) struct Layout {
    pub(super) directory: PathBuf,
    pub(super) config: PathBuf,
    pub(super) token: PathBuf,
    pub(super) log: PathBuf,
}

impl Layout {
    /// Writes what is not there yet; keys and messages of an earlier run stay.
    pub(super) fn prepare(directory: &Path) -> anyhow::Result<Self> {
        let layout = Self {
            directory: directory.to_owned(),
            config: directory.join(FILE_NAME),
            token: directory.join("admin.token"),
            log: directory.join("wardline.log"),
        };
        if !layout.config.exists() {
            init::lay_out(directory)?;
            // Its listener would take the hospital's port.
            fs::remove_file(directory.join("channels/adt-in.toml"))?;
            people::prepare(directory)?;
        }
        Ok(layout)
    }

    /// Writes the hospital's channel, with the partners where they listen now.
    pub(super) fn write_channel(
        &self,
        mllp: SocketAddr,
        ehr: SocketAddr,
        lab: SocketAddr,
    ) -> anyhow::Result<()> {
        let path = self.directory.join("channels/hospital.toml");
        fs::write(&path, channel(mllp, ehr, lab))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

fn channel(mllp: SocketAddr, ehr: SocketAddr, lab: SocketAddr) -> String {
    format!(
        r#"# The demonstration's channel. It is written anew at each start, as the partners' ports change.
description = "Everything that the synthetic hospital sends"

[listener]
address = "{mllp}"

[[destination]]
name = "ehr"
kind = "mllp"
address = "{ehr}"
parallel_patients = 8
retry = {{ first_delay_ms = 500, max_delay_ms = 2000 }}

[[destination]]
name = "lab"
kind = "mllp"
address = "{lab}"
parallel_patients = 8
retry = {{ first_delay_ms = 500, max_delay_ms = 2000 }}
when = [{{ message_type = ["ADT", "ORM", "OMG", "ORU"] }}]

[[destination]]
name = "beds"
kind = "beds"
when = [{{ message_type = ["ADT", "ORU"] }}]

[[destination]]
name = "records"
kind = "records"
when = [{{ message_type = ["ADT"] }}]
"#
    )
}

#[cfg(test)]
mod tests {
    use wardline_messaging::channel::parse_channel;
    use wardline_messaging::model::ChannelName;

    use super::*;

    #[test]
    fn the_channel_can_be_read() {
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));

        let text = channel(at(2575), at(1), at(2));

        let name = ChannelName::new("hospital").unwrap();
        assert_eq!(
            parse_channel(name, &text, "hospital.toml")
                .unwrap()
                .destinations
                .len(),
            4
        );
    }
}
