//! What the process logs, for tests that look at it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

/// What was logged so far. Copies stand for the same.
#[derive(Clone, Default)]
pub(crate) struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    /// All that this process logs from now on, down to this level. Once in a process: threads of their own log as well, so
    /// the log of a test alone would not have it all.
    pub(crate) fn from_now_on(down_to: Level) -> Self {
        let logged = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(down_to)
            .with_ansi(false)
            .with_writer(logged.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        logged
    }

    /// The text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logged {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
