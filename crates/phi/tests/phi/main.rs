//! What sealing, blind indexes, key files and tokens promise, one file for each.
#![cfg(test)]
#![expect(clippy::string_slice, reason = "the texts that are cut are ASCII")]

mod api_token;
mod blind_index;
mod given;
mod key_file;
mod key_ring;
mod mask;
mod provider;
mod scope;
mod sealing;
mod silence;
mod subject_key;
mod vectors;
mod wycheproof;
