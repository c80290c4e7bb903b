//! What measured a value.

use serde::{Deserialize, Serialize};

/// Longest identifier of a device that is kept. An EUI-64 takes 16.
pub const MAX_DEVICE_BYTES: usize = 64;

/// A device as OBX-18 names it: an EUI-64, or the sender's own number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Device {
    id: String,
    is_eui_64: bool,
}

impl Device {
    /// A device by its identifier; none when that is empty or longer than [`MAX_DEVICE_BYTES`]. An EUI-64 is
    /// written in capitals without separators, however it came.
    pub fn new(id: &str) -> Option<Self> {
        let id = id.trim();
        if id.is_empty() || id.len() > MAX_DEVICE_BYTES || id.chars().any(char::is_control) {
            return None;
        }
        let bare: String = id
            .chars()
            .filter(|letter| !matches!(letter, '-' | ':'))
            .collect();
        let is_eui_64 = bare.len() == 16 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = if is_eui_64 {
            bare.to_ascii_uppercase()
        } else {
            id.to_owned()
        };
        Some(Self { id, is_eui_64 })
    }

    /// The identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it is an EUI-64 (IEEE 64-bit extended unique identifier).
    pub fn is_eui_64(&self) -> bool {
        self.is_eui_64
    }
}
