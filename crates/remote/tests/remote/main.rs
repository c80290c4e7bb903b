//! Key services and archives, against servers that really run: OpenBao and SeaweedFS, and for KMS a stand-in.
#![cfg(test)]

mod contract;
mod given;
mod kms;
mod s3;
mod vault;
