//! Reading answers without trusting them.

use bytes::Bytes;
use redis::Value;

use crate::failure::Failure;

/// An answer, taken apart step by step; what is not as agreed is [`Failure::Unreadable`].
#[derive(Clone, Debug)]
pub struct Reply(pub Value);

impl Reply {
    /// Whether there is nothing.
    pub fn is_nil(&self) -> bool {
        matches!(self.0, Value::Nil)
    }

    /// Nothing, or something.
    pub fn optional(self) -> Option<Self> {
        (!self.is_nil()).then_some(self)
    }

    /// Bytes, taken over without a copy.
    ///
    /// # Errors
    /// [`Failure::Unreadable`]
    pub fn bytes(self) -> Result<Bytes, Failure> {
        match self.0 {
            Value::BulkString(bytes) => Ok(bytes.into()),
            Value::SimpleString(text) | Value::VerbatimString { text, .. } => Ok(text.into()),
            Value::Okay => Ok(Bytes::from_static(b"OK")),
            _ => Err(Failure::Unreadable("expected bytes")),
        }
    }

    /// Bytes of this length exactly.
    ///
    /// # Errors
    /// [`Failure::Unreadable`]
    pub fn array_of<const N: usize>(self) -> Result<[u8; N], Failure> {
        let bytes = self.bytes()?;
        <[u8; N]>::try_from(bytes.as_ref())
            .map_err(|_| Failure::Unreadable("expected bytes of another length"))
    }

    /// Text.
    ///
    /// # Errors
    /// [`Failure::Unreadable`]
    pub fn text(self) -> Result<String, Failure> {
        String::from_utf8(self.bytes()?.into()).map_err(|_| Failure::Unreadable("expected text"))
    }

    /// A whole number that is not negative, as a number or in decimal digits.
    ///
    /// # Errors
    /// [`Failure::Unreadable`]
    pub fn number(self) -> Result<u64, Failure> {
        const EXPECTED: Failure = Failure::Unreadable("expected a whole number");
        match self.0 {
            Value::Int(number) => u64::try_from(number).map_err(|_| EXPECTED),
            _ => self.text()?.parse().map_err(|_| EXPECTED),
        }
    }

    /// Several.
    ///
    /// # Errors
    /// [`Failure::Unreadable`]
    pub fn list(self) -> Result<Vec<Self>, Failure> {
        match self.0 {
            Value::Array(values) | Value::Set(values) => Ok(values.into_iter().map(Self).collect()),
            // A map is a list of names and values in turn to a server that speaks RESP2.
            Value::Map(pairs) => Ok(pairs
                .into_iter()
                .flat_map(|(name, value)| [Self(name), Self(value)])
                .collect()),
            _ => Err(Failure::Unreadable("expected a list")),
        }
    }

    /// Exactly so many.
    ///
    /// # Errors
    /// [`Failure::Unreadable`]
    pub fn exactly<const N: usize>(self) -> Result<[Self; N], Failure> {
        let list = self.list()?;
        <[Self; N]>::try_from(list).map_err(|_| Failure::Unreadable("expected a longer list"))
    }

    /// A word that says what follows, and what follows.
    ///
    /// # Errors
    /// [`Failure::Unreadable`]
    pub fn tagged(self) -> Result<(String, Vec<Self>), Failure> {
        let mut parts = self.list()?.into_iter();
        let word = parts.next().ok_or(Failure::Unreadable("expected a word"))?;
        Ok((word.text()?, parts.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_as_agreed_is_said_and_does_not_panic() {
        assert!(Reply(Value::Nil).bytes().is_err());
        assert!(Reply(Value::Int(-1)).number().is_err());
        assert!(Reply(Value::BulkString(b"x1".to_vec())).number().is_err());
        assert!(Reply(Value::Array(Vec::new())).tagged().is_err());
        assert!(Reply(Value::Int(1)).list().is_err());
        assert!(
            Reply(Value::BulkString(vec![1; 3]))
                .array_of::<4>()
                .is_err()
        );
    }

    #[test]
    fn numbers_are_read_from_both_spellings() {
        assert_eq!(Reply(Value::Int(7)).number().unwrap(), 7);
        let digits = Value::BulkString(b"18446744073709551615".to_vec());
        assert_eq!(Reply(digits).number().unwrap(), u64::MAX);
    }
}
