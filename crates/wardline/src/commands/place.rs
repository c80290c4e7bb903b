//! A message at a destination, as lists print it and commands take it: `CHANNEL/DESTINATION/ID`.

use std::fmt;
use std::str::FromStr;

use wardline_messaging::model::{ChannelName, DestinationName};

/// A message at a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) channel: ChannelName,
    pub(crate) destination: DestinationName,
    pub(crate) id: u64,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected CHANNEL/DESTINATION/ID, such as adt-in/ehr/4711".to_owned();
        let mut parts = text.split('/');
        let (Some(channel), Some(destination), Some(id), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        Ok(Self {
            channel: ChannelName::new(channel).map_err(|_| wrong())?,
            destination: DestinationName::new(destination).map_err(|_| wrong())?,
            id: id.parse().map_err(|_| wrong())?,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.channel, self.destination, self.id)
    }
}

/// The number of a message, as `message list` shows it.
pub(crate) fn message_id(text: &str) -> Result<u64, String> {
    let wrong =
        |_| "expected the number of a message, as `wardline message list` shows it".to_owned();
    text.parse().map_err(wrong)
}

/// How many items a list shows at most.
pub(crate) fn limit(text: &str) -> Result<usize, String> {
    let most = text.parse::<usize>().ok().filter(|most| *most > 0);
    most.ok_or_else(|| "expected a number from 1 on".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_as_it_is_shown() {
        let place: Place = "adt-in/ehr/4711".parse().unwrap();

        assert_eq!(place.to_string(), "adt-in/ehr/4711");
    }

    #[test]
    fn a_list_of_nothing_is_not_asked_for() {
        assert_eq!(limit("1"), Ok(1));
        assert!(limit("0").is_err() && limit("-1").is_err() && limit("x").is_err());
    }

    #[test]
    fn what_could_mean_another_path_of_the_api_is_no_place() {
        for wrong in [
            "adt-in/ehr",
            "adt-in/ehr/x",
            "a/b/1/retry",
            "../ehr/1",
            "a/b?c/1",
            "/ehr/1",
        ] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
