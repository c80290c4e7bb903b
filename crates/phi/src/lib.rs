//! Protected health information at rest: who holds the keys, how a value is sealed, how a sealed value is
//! still found, and what may be shown of it.
//!
//! - [`KeyFile`] is the root of trust on disk; [`KeyProvider`] is the door behind which it, or a remote key
//!   service, wraps data keys. [`WatchedProvider`] knows whether the service answers.
//! - [`KeyRing`] makes, loads and rewraps data keys, and seals and opens values under them. [`Aad`] ties a
//!   sealed value to the record and field it belongs to.
//! - [`SubjectKeys`] makes and unwraps the data keys of single people, of whom there are too many for the ring: they
//!   are kept wrapped beside what they seal.
//! - [`BlindIndex`] turns an identifier into a token that can be compared but not read.
//! - [`mask`] is what a face may show in an identifier's place.
//! - [`ApiToken`] makes and checks the tokens that callers present.
//!
//! Everything here is synchronous and may be called from many threads. The construction, its limits and what
//! it leaks are written in `docs/decisions/0002-sealing.md`.

mod api_token;
mod blind_index;
mod envelope;
mod key_file;
mod key_ring;
mod key_store;
pub mod mask;
mod provider;
mod random;
mod scope;
mod sensitive;
mod subject_key;

pub use api_token::{ApiToken, ApiTokenError, TokenHash, TokenHashError};
pub use blind_index::{BlindIndex, IndexField, Token};
pub use envelope::{Aad, Fault, OVERHEAD, RecordId, data_key_id_of};
pub use key_file::{KeyFile, KeyFileError, RootFile};
pub use key_ring::{KekUsage, KeyRing, KeyRingError, OpenError, RewrapReport, SealError};
pub use key_store::{DataKeyId, KeyStoreError, MemoryKeyStore, WrappedDataKey, WrappedKeyStore};
pub use provider::{
    FileKeyProvider, Kek, KekHolder, KekVersion, KeyProvider, ProviderError, ProviderState,
    SeveralProviders, WatchedProvider, WrapContext, WrappedKey,
};
pub use random::RandomError;
pub use scope::{KeyScope, ScopeError};
pub use sensitive::{KEY_BYTES, SecretKey, Sensitive};
pub use subject_key::{SubjectKey, SubjectKeys};
