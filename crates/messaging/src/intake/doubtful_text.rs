//! Senders that do not say how their text is encoded, each named once in the log.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::Wish;
use crate::model::ChannelName;

/// Senders that are remembered; others are not named.
const MAX_SENDERS: usize = 1_024;

/// Channels and addresses that were named since the start.
#[derive(Default)]
pub(crate) struct UnnamedCharsets(Mutex<BTreeSet<(ChannelName, String)>>);

impl UnnamedCharsets {
    /// Names a sender whose text was read as Windows-1252 for want of a name. Who edits a message is none.
    pub(super) fn tell(&self, wish: &Wish) {
        if wish.edit_of.is_none() && self.is_new(&wish.channel.name, &wish.peer) {
            tracing::warn!(
                channel = %wish.channel.name,
                peer = wish.peer,
                "messages of this sender are not UTF-8 and name no character set in MSH-18: they are read as Windows-1252. \
                 Have the sender name it, or set `character_set` in `[listener]`"
            );
        }
    }

    fn is_new(&self, channel: &ChannelName, peer: &str) -> bool {
        let mut named = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = (channel.clone(), peer.to_owned());
        (named.len() < MAX_SENDERS || named.contains(&sender)) && named.insert(sender)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::*;
    use crate::channel::parse_channel;
    use crate::model::{DestinationName, MessageId};

    #[test]
    fn who_edits_a_message_is_not_named() {
        let adt = ChannelName::new("adt").unwrap();
        let text = "[listener]\naddress = \"127.0.0.1:0\"\n[[destination]]\nname = \"lab\"\nkind = \"mllp\"\n\
                    address = \"lab:2575\"\n";
        let lab = DestinationName::new("lab").unwrap();
        let edit = Wish {
            channel: Arc::new(parse_channel(adt.clone(), text, "adt.toml").unwrap()),
            peer: "edit by ops".to_owned(),
            received_at: 0,
            raw: Bytes::new(),
            edit_of: Some((MessageId(1), lab)),
        };
        let named = UnnamedCharsets::default();

        named.tell(&edit);

        assert!(named.is_new(&adt, "edit by ops"));
    }

    #[test]
    fn a_sender_is_named_once_and_of_too_many_none_is() {
        let (adt, lab) = (
            ChannelName::new("adt").unwrap(),
            ChannelName::new("lab").unwrap(),
        );
        let named = UnnamedCharsets::default();

        let first = [&adt, &adt, &lab].map(|channel| named.is_new(channel, "10.0.0.1"));
        for number in 2..MAX_SENDERS {
            assert!(named.is_new(&adt, &number.to_string()));
        }

        assert_eq!(first, [true, false, true]);
        assert!(!named.is_new(&adt, "one more"));
    }
}
