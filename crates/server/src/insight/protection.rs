//! What the configuration decides about protection and nothing that runs would show.

/// How two parts of an installation speak to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// By TLS.
    Tls,
    /// In clear, on this machine alone.
    ThisMachine,
    /// In clear beyond this machine: the configuration says that it may (`allow_plain_text`).
    PlainText,
}

impl Link {
    /// By TLS or not, to this machine or beyond it.
    pub const fn of(is_tls: bool, is_here: bool) -> Self {
        match (is_tls, is_here) {
            (true, _) => Self::Tls,
            (false, true) => Self::ThisMachine,
            (false, false) => Self::PlainText,
        }
    }
}

/// What the configuration decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// How the HTTP API is reached.
    pub http: Link,
    /// How Redis is reached; `None` for a store on this machine.
    pub redis: Option<Link>,
    /// What an unused session is to end after, unless its role says otherwise, in seconds.
    pub idle_timeout_seconds: u64,
    /// Whether the store copies itself and reads each copy through.
    pub copies_itself: bool,
}
