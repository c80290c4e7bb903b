//! `--character-set`: how text is written that does not say it itself.

use clap::Args;
use wardline_hl7::{Charset, Message, ParseError};
use wardline_messaging::channel::{CharacterSet, UnknownCharacterSet};

/// The same as `character_set` of a channel's listener.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct CharacterSetArg {
    /// How text is encoded where MSH-18 names no known character set, or ASCII and the bytes are not UTF-8: as `character_set`
    /// of a channel, such as 8859/2
    #[arg(long, value_name = "NAME", value_parser = named)]
    character_set: Option<CharacterSet>,
}

impl CharacterSetArg {
    /// The set that was asked for.
    pub(super) fn charset(self) -> Option<Charset> {
        self.character_set.map(|set| set.0)
    }

    /// Reads a message, and its text as was asked for.
    ///
    /// # Errors
    /// As [`Message::parse`].
    pub(super) fn read(self, raw: &[u8]) -> Result<Message<'_>, ParseError> {
        Ok(Message::parse(raw)?.with_default_charset(self.charset()))
    }
}

fn named(name: &str) -> Result<CharacterSet, UnknownCharacterSet> {
    CharacterSet::try_from(name.to_owned())
}
