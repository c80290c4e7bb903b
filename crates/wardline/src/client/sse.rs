//! Reading server-sent events (WHATWG HTML §9.2), as far as our server writes them.

use anyhow::bail;

/// Bytes of one event at most.
const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServerEvent {
    /// What to hand back to go on after it.
    pub(crate) id: Option<String>,
    /// Its data, lines joined.
    pub(crate) data: String,
}

/// Puts events together from pieces of a stream.
#[derive(Debug, Default)]
pub(super) struct SseReader {
    line: Vec<u8>,
    event: ServerEvent,
    /// The id stays until another one comes.
    last_id: Option<String>,
}

impl SseReader {
    /// Reads a piece and hands over each event that is complete.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        take: &mut dyn FnMut(ServerEvent) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.line.len() + self.event.data.len() + piece.len() > MAX_EVENT_BYTES {
                bail!("the server sent an event larger than {MAX_EVENT_BYTES} bytes");
            }
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                let line = String::from_utf8_lossy(&line);
                if let Some(event) = self.line(line.trim_end_matches(['\r', '\n'])) {
                    take(event)?;
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &str) -> Option<ServerEvent> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            // Without data it is a sign of life.
            return (!event.data.is_empty()).then(|| ServerEvent {
                id: self.last_id.clone(),
                ..event
            });
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "id" => self.last_id = Some(value.to_owned()),
            "data" => {
                if !self.event.data.is_empty() {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            // Comments have an empty name; the type of an event stands in its data too.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(pieces: &[&str]) -> Vec<(Option<String>, String)> {
        let mut reader = SseReader::default();
        let mut events = Vec::new();
        for piece in pieces {
            let taken = reader.read(piece.as_bytes(), &mut |event| {
                events.push((event.id, event.data));
                Ok(())
            });
            taken.unwrap();
        }
        events
    }

    #[test]
    fn events_are_put_together_from_pieces() {
        let pieces = [
            "id: 7\nevent: x\nda",
            "ta: {\"a\":1}\n",
            "\n: alive\n\ndata: b\r\ndata: c\r\n\r\n",
        ];

        let events = events(&pieces);

        let id = Some("7".to_owned());
        assert_eq!(
            events,
            [
                (id.clone(), "{\"a\":1}".to_owned()),
                (id, "b\nc".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_not_ended_is_no_event() {
        assert!(events(&["id: 7\ndata: half\n"]).is_empty());
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut reader = SseReader::default();
        let piece = vec![b'x'; MAX_EVENT_BYTES];

        assert!(reader.read(&piece, &mut |_| Ok(())).is_ok());
        assert!(reader.read(b"x", &mut |_| Ok(())).is_err());
    }
}
