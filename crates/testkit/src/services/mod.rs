//! Services that others wrote, started for a test and ended with it: OpenBao, and SeaweedFS for S3. KMS is AWS's own
//! and cannot be started; [`KmsStandIn`] speaks its documented protocol.

mod http;
mod kms;
mod openbao;
mod process;
mod seaweed;

pub use kms::{KMS_ACCESS_KEY, KMS_REGION, KMS_SECRET, KmsStandIn};
pub use openbao::{BAO_ROOT_TOKEN, OpenBao};
pub use seaweed::{S3_ACCESS_KEY, S3_SECRET, SeaweedFs};
