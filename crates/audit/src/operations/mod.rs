//! What can be done with the trail: one file each.

mod account;
mod active;
mod alerts;
mod archive;
mod checkpoint;
mod hold;
mod prove;
mod record;
mod refuse;
mod report;
mod retain;
mod search;
mod show;
mod verified;
mod verify;

pub use account::{Accounting, DisclosureRow};
pub use alerts::MAX_ALERTS;
pub(crate) use archive::segment_name;
pub use archive::{ARCHIVE_MAGIC, Archived, Manifest, SegmentRecord};
pub use hold::{Hold, HoldScope};
pub use prove::InclusionProof;
pub use report::{MAX_ROWS, PatientRow, Report, UserRow};
pub use retain::Retained;
pub use search::{AuditFilter, AuditPage, MAX_PAGE};
pub use show::Record;
pub use verified::LastVerified;
pub use verify::{StoredTrail, Told, Verification, VerifyRequest};
