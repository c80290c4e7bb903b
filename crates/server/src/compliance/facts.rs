//! What is known of an instance. Counts and times: nobody's name, nothing of a patient, no secret.

use wardline_kernel::UnixMillis;

use crate::insight::{DrillShelf, Estate, Link};

/// What was seen, or why it could not be looked at, in words.
pub(crate) type Seen<T> = Result<T, String>;

/// All that controls look at.
pub(crate) struct Facts {
    /// When it was looked at.
    pub(crate) now: UnixMillis,
    /// The name of the trail.
    pub(crate) origin: String,
    /// Which version runs.
    pub(crate) version: String,
    pub(crate) keys: Seen<KeyFacts>,
    pub(crate) trail: TrailFacts,
    pub(crate) alerts: Seen<AlertFacts>,
    pub(crate) emergencies: Seen<EmergencyFacts>,
    pub(crate) people: Seen<PeopleFacts>,
    pub(crate) machines: Seen<MachineFacts>,
    pub(crate) sessions: SessionFacts,
    pub(crate) policies: Seen<PolicyFacts>,
    pub(crate) estate: Seen<Estate>,
    pub(crate) drills: Seen<DrillShelf>,
    /// Whether the store copies itself and reads each copy through.
    pub(crate) copies_itself: bool,
    pub(crate) links: LinkFacts,
}

/// The keys, and what they seal.
pub(crate) struct KeyFacts {
    pub(crate) holder: &'static str,
    /// Of the key-encryption key that wraps now; `None` while it cannot be asked.
    pub(crate) version: Option<u32>,
    /// The key service does not answer.
    pub(crate) is_away: bool,
    /// Keys that it wraps: of months and of patients.
    pub(crate) under_current: u64,
    /// Keys that another one still wraps.
    pub(crate) under_older: u64,
    /// Whether they are being moved.
    pub(crate) is_moving: bool,
    /// When the oldest of all these keys was made.
    pub(crate) oldest_at: Option<UnixMillis>,
    /// Records without a key.
    pub(crate) erased: u64,
    /// Records that stand in the ledger of erasures and still have a key.
    pub(crate) not_yet_erased: u64,
    /// Records without a key that do not stand in that ledger.
    pub(crate) not_in_ledger: u64,
}

/// The audit trail.
pub(crate) struct TrailFacts {
    /// Events recorded since the start.
    pub(crate) recorded: u64,
    /// Events that could not be, so that what they were about was refused.
    pub(crate) refused: u64,
    /// When this process began to write it.
    pub(crate) since: UnixMillis,
    /// When a checkpoint last covered all records; `None` when none did since then.
    pub(crate) signed_at: Option<UnixMillis>,
    /// How often one is to be signed.
    pub(crate) sign_every_ms: u64,
    pub(crate) retention_days: u32,
    /// Holds that are not released.
    pub(crate) holds: Seen<usize>,
    pub(crate) has_archive: bool,
    /// What a verification of its end found just now.
    pub(crate) end: Seen<EndVerified>,
    /// The last verification of all of it; `None` when there was none.
    pub(crate) whole: Seen<Option<WholeVerified>>,
}

/// What a verification of the trail's end found.
pub(crate) struct EndVerified {
    /// The first record that was looked at.
    pub(crate) first: u64,
    /// Records that were.
    pub(crate) records: u64,
    pub(crate) checkpoints: u64,
    /// What is wrong.
    pub(crate) fault: Option<String>,
}

/// What the last verification of all of the trail came to.
pub(crate) struct WholeVerified {
    pub(crate) at: UnixMillis,
    pub(crate) is_good: bool,
    /// How far it went, and what was wrong.
    pub(crate) said: Option<String>,
}

/// Alerts of the last year.
pub(crate) struct AlertFacts {
    pub(crate) open: u64,
    /// Nobody has acknowledged them.
    pub(crate) unseen: u64,
    pub(crate) oldest_unseen: Option<UnixMillis>,
    pub(crate) is_cut: bool,
}

/// Emergency accesses.
#[derive(Default)]
pub(crate) struct EmergencyFacts {
    pub(crate) all: usize,
    /// Their review is not closed.
    pub(crate) open: usize,
    /// And its time is over.
    pub(crate) overdue: usize,
    /// When the oldest of these was due.
    pub(crate) oldest_due_at: Option<UnixMillis>,
    pub(crate) is_cut: bool,
}

/// Days after which an account that nobody used is to be looked at. The rule says "periodic" and names no time.
pub(crate) const UNUSED_DAYS: u64 = 90;

/// Accounts of people.
#[derive(Default)]
pub(crate) struct PeopleFacts {
    /// They may sign in.
    pub(crate) usable: usize,
    pub(crate) disabled: usize,
    /// Their time is over.
    pub(crate) ended: usize,
    /// Of the usable ones: they have a role that may read of patients.
    pub(crate) readers: usize,
    /// Of these: they have enrolled no second factor here.
    pub(crate) readers_without_factor: usize,
    /// Roles that the policies let read of patients without one.
    pub(crate) roles_without_factor: Vec<&'static str>,
    /// Of the usable ones: they are older than [`UNUSED_DAYS`] and did nothing for so long.
    pub(crate) unused: usize,
    /// Of some it could not be told.
    pub(crate) is_use_unknown: bool,
    pub(crate) security_admins: usize,
    pub(crate) privacy_officers: usize,
    /// People may come in by an outside provider.
    pub(crate) has_provider: bool,
    pub(crate) is_cut: bool,
}

/// API keys of service accounts, and tokens of the site's file; those that hold now.
#[derive(Default)]
pub(crate) struct MachineFacts {
    pub(crate) api_keys: usize,
    pub(crate) tokens: usize,
    /// Tokens that never end.
    pub(crate) without_end: usize,
    /// The last of all ends.
    pub(crate) last_end_at: Option<UnixMillis>,
    pub(crate) is_cut: bool,
}

/// When sessions end.
pub(crate) struct SessionFacts {
    /// What an unused one is to end after, unless its role says otherwise.
    pub(crate) idle_seconds: u64,
    pub(crate) roles: Vec<SessionRole>,
}

/// When sessions of a role end.
pub(crate) struct SessionRole {
    pub(crate) name: String,
    pub(crate) idle_seconds: u64,
    pub(crate) absolute_seconds: u64,
}

/// The policies in force.
pub(crate) struct PolicyFacts {
    pub(crate) hash: String,
    /// What the lint objects to.
    pub(crate) findings: Vec<String>,
}

/// How data comes and goes.
pub(crate) struct LinkFacts {
    pub(crate) http: Link,
    /// `None` for a store on this machine.
    pub(crate) redis: Option<Link>,
    /// Listeners of channels that take messages.
    pub(crate) listeners: Vec<NamedLink>,
    /// Destinations over a network that messages are sent to.
    pub(crate) partners: Vec<NamedLink>,
    /// Destinations that are folders.
    pub(crate) folders: usize,
}

/// A listener or a destination.
pub(crate) struct NamedLink {
    /// Its channel, or channel and destination.
    pub(crate) name: String,
    pub(crate) link: Link,
}
