//! What a test logs, for those that look at it.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Level};
use tracing_subscriber::fmt::MakeWriter;

/// Somebody who listens besides the test: alone, the test would not be asked about a line that another thread, which has
/// nobody who listens, comes by first, and would never be told of it.
static BESIDES: LazyLock<Dispatch> = LazyLock::new(|| {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::WARN)
        .with_writer(std::io::sink);
    Dispatch::new(subscriber.finish())
});

/// What the thread of a test has logged of warnings and errors.
#[derive(Clone, Default)]
pub(crate) struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    /// From now on, until the guard goes. The service runs on the thread of the test; what writes to the store does not.
    pub(crate) fn from_now_on() -> (Self, DefaultGuard) {
        LazyLock::force(&BESIDES);
        let logged = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::WARN)
            .with_ansi(false)
            .with_writer(logged.clone())
            .finish();
        (logged, tracing::subscriber::set_default(subscriber))
    }

    /// How often this was said.
    pub(crate) fn count(&self, text: &str) -> usize {
        let logged = self.0.lock().unwrap();
        String::from_utf8_lossy(&logged).matches(text).count()
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
