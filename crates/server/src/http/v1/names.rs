//! Names of channels and destinations in requests.

use wardline_messaging::model::{ChannelName, DestinationName};

use crate::http::problem::Problem;

const EXPECTED: &str =
    "expected 1 to 64 of the characters a-z, 0-9, '-' and '_', starting with a letter or digit";

pub(super) fn channel(name: Option<&str>) -> Result<Option<ChannelName>, Problem> {
    let read = name.map(ChannelName::new).transpose();
    read.map_err(|_| Problem::invalid("channel", EXPECTED))
}

pub(super) fn destination(
    field: &'static str,
    name: Option<&str>,
) -> Result<Option<DestinationName>, Problem> {
    let read = name.map(DestinationName::new).transpose();
    read.map_err(|_| Problem::invalid(field, EXPECTED))
}
