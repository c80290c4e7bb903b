//! What is known of a session's person, client and application: sealed wherever it is stored.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use wardline_phi::Sensitive;

use super::FieldName;

/// Bytes of a user's name at most.
pub const MAX_USER_BYTES: usize = 256;
/// Bytes of a user agent at most.
pub const MAX_USER_AGENT_BYTES: usize = 512;
/// Bytes of a device's description at most.
pub const MAX_DEVICE_BYTES: usize = 128;
/// Fields of a session at most.
pub const MAX_FIELDS: usize = 32;
/// Bytes of one field's value at most.
pub const MAX_FIELD_BYTES: usize = 2_048;
/// Bytes of all fields of a session at most, names and values.
pub const MAX_FIELDS_BYTES: usize = 8_192;

/// Why a fact was refused. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// The user's name.
    #[error("user: expected 1 to {MAX_USER_BYTES} bytes without control characters")]
    User,
    /// The user agent.
    #[error(
        "client.user_agent: expected at most {MAX_USER_AGENT_BYTES} bytes without control characters"
    )]
    UserAgent,
    /// The device.
    #[error("client.device: expected at most {MAX_DEVICE_BYTES} bytes without control characters")]
    Device,
    /// A field's name.
    #[error(
        "fields: expected names of 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.', ':' and '/', \
         beginning with a letter or digit"
    )]
    FieldName,
    /// A field's value.
    #[error("fields: expected values of at most {MAX_FIELD_BYTES} bytes")]
    FieldValue,
    /// How many fields.
    #[error("fields: expected at most {MAX_FIELDS}")]
    FieldCount,
    /// How long all fields are.
    #[error("fields: expected at most {MAX_FIELDS_BYTES} bytes of names and values together")]
    FieldBytes,
}

/// Who a session is of, as the application names people. Copies share one text, which is wiped with the last.
#[derive(Clone)]
pub struct UserName(Arc<Sensitive<String>>);

impl UserName {
    /// Takes a name.
    ///
    /// # Errors
    /// [`FactError::User`]
    pub fn new(text: &str) -> Result<Self, FactError> {
        let fits = (1..=MAX_USER_BYTES).contains(&text.len());
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(Arc::new(Sensitive::new(text.to_owned()))))
        } else {
            Err(FactError::User)
        }
    }

    /// The name itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl PartialEq for UserName {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for UserName {}

impl fmt::Debug for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserName(redacted)")
    }
}

/// What a session was begun from.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClientFacts {
    ip: Option<IpAddr>,
    user_agent: Option<Arc<str>>,
    device: Option<Arc<str>>,
}

impl ClientFacts {
    /// Takes what is known.
    ///
    /// # Errors
    /// [`FactError::UserAgent`], [`FactError::Device`]
    pub fn new(
        ip: Option<IpAddr>,
        user_agent: Option<&str>,
        device: Option<&str>,
    ) -> Result<Self, FactError> {
        let checked = |text: Option<&str>, max_bytes: usize, error: FactError| match text {
            None | Some("") => Ok(None),
            Some(text) if text.len() <= max_bytes && !text.chars().any(char::is_control) => {
                Ok(Some(text.into()))
            }
            Some(_) => Err(error),
        };
        Ok(Self {
            ip,
            user_agent: checked(user_agent, MAX_USER_AGENT_BYTES, FactError::UserAgent)?,
            device: checked(device, MAX_DEVICE_BYTES, FactError::Device)?,
        })
    }

    /// The client's address.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// What the browser calls itself.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// The device, as the application describes it.
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }
}

impl fmt::Debug for ClientFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientFacts(redacted)")
    }
}

/// The value of a field, wiped when dropped.
pub struct FieldValue(Sensitive<String>);

impl FieldValue {
    /// The value itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Clone for FieldValue {
    fn clone(&self) -> Self {
        Self(Sensitive::new(self.expose().to_owned()))
    }
}

impl PartialEq for FieldValue {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for FieldValue {}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldValue(redacted)")
    }
}

/// What the application keeps with a session. Always within the limits above.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<FieldName, FieldValue>);

impl Fields {
    /// Takes fields.
    ///
    /// # Errors
    /// [`FactError`] when one of the limits is passed; what a later pair says of a name counts.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, FactError> {
        Self::default().with(pairs.into_iter().map(|(name, value)| (name, Some(value))))
    }

    /// These fields with changes: a value puts a field, `None` takes it away.
    ///
    /// # Errors
    /// [`FactError`] when one of the limits is passed.
    pub fn with<'a>(
        mut self,
        changes: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<Self, FactError> {
        for (name, value) in changes {
            let name = FieldName::new(name).map_err(|_| FactError::FieldName)?;
            let Some(value) = value else {
                self.0.remove(&name);
                continue;
            };
            if value.len() > MAX_FIELD_BYTES {
                return Err(FactError::FieldValue);
            }
            let value = FieldValue(Sensitive::new(value.to_owned()));
            self.0.insert(name, value);
            // Looked at on the way too, so that no list of changes takes memory without end; twice as many, as
            // what comes later may take others away.
            if self.0.len() > 2 * MAX_FIELDS {
                return Err(FactError::FieldCount);
            }
        }
        if self.0.len() > MAX_FIELDS {
            return Err(FactError::FieldCount);
        }
        let bytes: usize = self
            .iter()
            .map(|(name, value)| name.as_str().len() + value.expose().len())
            .sum();
        if bytes > MAX_FIELDS_BYTES {
            return Err(FactError::FieldBytes);
        }
        Ok(self)
    }

    /// All of them, in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&FieldName, &FieldValue)> {
        self.0.iter()
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Option<&FieldValue> {
        self.0.get(name)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({} redacted)", self.0.len())
    }
}
