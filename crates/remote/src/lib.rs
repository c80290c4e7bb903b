//! Services outside that hold keys and archives: Vault or OpenBao Transit, AWS KMS, and S3.
//!
//! - [`VaultProvider`] and [`KmsProvider`] are [`KeyProvider`](wardline_phi::KeyProvider)s; [`S3Archive`] is an
//!   [`ArchiveStore`](wardline_audit::port::ArchiveStore).
//! - `http` is the one way out: HTTPS, bounded answers, time limits, retries. `sigv4` signs for AWS.
//!
//! Everything here blocks and is called where blocking is allowed. It knows nothing of patients; what it sends is
//! wrapped, or goes to whoever holds the key anyway.

mod credentials;
mod http;
mod kms;
mod s3;
mod secret_file;
mod sigv4;
mod vault;

pub use credentials::{AwsCredentials, StaticCredentials};
pub use http::{Endpoint, EndpointError};
pub use kms::{KmsProvider, KmsSettings};
pub use s3::{S3Archive, S3Settings};
pub use secret_file::SecretFileError;
pub use vault::{VaultAuth, VaultProvider, VaultSettings};
