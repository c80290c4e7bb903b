//! Messages whose text may not read as it was written: counted by channel, and each sender named once in the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use wardline_hl7::Warning;

use super::Wish;
use crate::model::ChannelName;

/// Senders that are remembered; others are not named.
const MAX_SENDERS: usize = 1_024;

/// Messages of a channel since the process started whose text may not read as it was written. Repeats count again, and edits not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DoubtfulText {
    /// They name no character set and are not UTF-8: they are read as Windows-1252.
    pub guessed: u64,
    /// They are read as UTF-8, and some of their bytes are not: these are shown as replacements.
    pub broken: u64,
}

/// What may be wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    Guessed,
    Broken,
}

/// What was seen since the start.
#[derive(Default)]
pub(crate) struct DoubtfulTexts(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    by_channel: BTreeMap<ChannelName, DoubtfulText>,
    named: BTreeSet<(ChannelName, String, Doubt)>,
}

impl DoubtfulTexts {
    /// Counts a message that was read with these warnings, and names its sender the first time. Who edits a message is none.
    pub(super) fn note(&self, wish: &Wish, warnings: &[Warning]) {
        if wish.edit_of.is_some() {
            return;
        }
        for doubt in warnings.iter().filter_map(Doubt::of) {
            if self.is_new(&wish.channel.name, &wish.peer, doubt) {
                doubt.tell(wish);
            }
        }
    }

    /// What was seen on a channel.
    pub(crate) fn of(&self, channel: &ChannelName) -> DoubtfulText {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.by_channel.get(channel).copied().unwrap_or_default()
    }

    fn is_new(&self, channel: &ChannelName, peer: &str, doubt: Doubt) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = seen.by_channel.entry(channel.clone()).or_default();
        match doubt {
            Doubt::Guessed => counts.guessed += 1,
            Doubt::Broken => counts.broken += 1,
        }
        let sender = (channel.clone(), peer.to_owned(), doubt);
        (seen.named.len() < MAX_SENDERS || seen.named.contains(&sender))
            && seen.named.insert(sender)
    }
}

impl Doubt {
    fn of(warning: &Warning) -> Option<Self> {
        match warning {
            Warning::NotUtf8 => Some(Self::Guessed),
            Warning::BrokenUtf8 => Some(Self::Broken),
            _ => None,
        }
    }

    fn tell(self, wish: &Wish) {
        let (channel, peer) = (&wish.channel.name, &wish.peer);
        match self {
            Self::Guessed => tracing::warn!(
                %channel,
                peer,
                "messages of this sender are not UTF-8 and name no character set in MSH-18: they are read as Windows-1252. \
                 Have the sender name it, or set `character_set` in `[listener]`"
            ),
            Self::Broken => tracing::warn!(
                %channel,
                peer,
                "messages of this sender are read as UTF-8, and some of their bytes are not: these are shown as replacements. \
                 Have the sender name the character set that it writes in MSH-18, and cut text between characters"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::*;
    use crate::channel::parse_channel;
    use crate::model::{DestinationName, MessageId};

    const BOTH: [Warning; 2] = [Warning::NotUtf8, Warning::BrokenUtf8];

    fn wish(edit_of: Option<(MessageId, DestinationName)>) -> Wish {
        let adt = ChannelName::new("adt").unwrap();
        let text = "[listener]\naddress = \"127.0.0.1:0\"\n[[destination]]\nname = \"lab\"\nkind = \"mllp\"\n\
                    address = \"lab:2575\"\n";
        Wish {
            channel: Arc::new(parse_channel(adt, text, "adt.toml").unwrap()),
            peer: "10.0.0.1".to_owned(),
            received_at: 0,
            raw: Bytes::new(),
            edit_of,
        }
    }

    #[test]
    fn messages_are_counted_by_channel_and_by_what_is_wrong() {
        let seen = DoubtfulTexts::default();
        let message = wish(None);

        seen.note(&message, &BOTH);
        seen.note(&message, &[Warning::ByteOrderMark, Warning::BrokenUtf8]);
        seen.note(&message, &[Warning::UnknownCharset]);

        let (guessed, broken) = (1, 2);
        assert_eq!(
            seen.of(&message.channel.name),
            DoubtfulText { guessed, broken }
        );
        let other = ChannelName::new("lab").unwrap();
        assert_eq!(seen.of(&other), DoubtfulText::default());
    }

    #[test]
    fn an_edit_is_neither_counted_nor_named() {
        let seen = DoubtfulTexts::default();
        let edit = wish(Some((MessageId(1), DestinationName::new("lab").unwrap())));

        seen.note(&edit, &BOTH);

        let adt = &edit.channel.name;
        assert_eq!(seen.of(adt), DoubtfulText::default());
        assert!(seen.is_new(adt, &edit.peer, Doubt::Guessed));
    }

    #[test]
    fn a_sender_is_named_once_for_each_doubt_and_of_too_many_none_is() {
        let [adt, lab] = ["adt", "lab"].map(|name| ChannelName::new(name).unwrap());
        let seen = DoubtfulTexts::default();
        let is_new = |channel, doubt| seen.is_new(channel, "10.0.0.1", doubt);

        let first = [
            is_new(&adt, Doubt::Guessed),
            is_new(&adt, Doubt::Guessed),
            is_new(&adt, Doubt::Broken),
            is_new(&lab, Doubt::Guessed),
        ];
        for number in 3..MAX_SENDERS {
            assert!(seen.is_new(&adt, &number.to_string(), Doubt::Broken));
        }

        assert_eq!(first, [true, false, true, true]);
        assert!(!seen.is_new(&adt, "one more", Doubt::Broken));
        assert_eq!(
            seen.of(&adt).broken,
            1_023,
            "also of senders that are not named"
        );
    }
}
