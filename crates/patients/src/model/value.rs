//! The value of a field: JSON, kept as it was given.

use serde_json::Value;
use wardline_phi::Sensitive;

/// Bytes of one value as JSON at most.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;
/// Arrays and objects within each other at most.
pub const MAX_DEPTH: usize = 16;
/// Whole numbers beyond this are not told apart by every reader of JSON (RFC 8259, section 6).
const GREATEST_EXACT: f64 = 9_007_199_254_740_991.0;

/// A value: any JSON, `null`, `false`, `0` and `""` included. All are sealed alike; a field that is absent has none.
/// Wiped when dropped, silent in `{:?}`.
#[derive(Debug)]
pub struct FieldValue(Sensitive<Vec<u8>>);

/// Why a value is not taken. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Too long.
    #[error(
        "a value has at most 65,536 bytes as JSON: put several parts into several fields or notes"
    )]
    TooLong,
    /// Too deep.
    #[error("a value has at most 16 levels of arrays and objects")]
    TooDeep,
    /// A number that would be changed by others who read it.
    #[error("a number is greater than JSON can carry exactly: send it as text")]
    Number,
    /// Not JSON.
    #[error("the value is no JSON")]
    NoJson,
}

impl FieldValue {
    /// Takes a value.
    ///
    /// # Errors
    /// [`ValueError`]
    pub fn new(value: &Value) -> Result<Self, ValueError> {
        check(value, MAX_DEPTH)?;
        // Room for all of it at once: growing would leave parts of it in freed memory.
        let mut json = Vec::with_capacity(MAX_VALUE_BYTES.min(1_024));
        serde_json::to_writer(&mut json, value).map_err(|_| ValueError::NoJson)?;
        let json = Sensitive::new(json);
        if json.expose().len() > MAX_VALUE_BYTES {
            return Err(ValueError::TooLong);
        }
        Ok(Self(json))
    }

    /// Takes what was opened.
    pub(crate) fn opened(json: Sensitive<Vec<u8>>) -> Self {
        Self(json)
    }

    /// Its JSON. Every call is a place where it may leak.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// The value, to give out or to compare.
    ///
    /// # Errors
    /// [`ValueError::NoJson`], of a value that was stored damaged.
    pub fn to_json(&self) -> Result<Value, ValueError> {
        serde_json::from_slice(self.0.expose()).map_err(|_| ValueError::NoJson)
    }
}

impl Clone for FieldValue {
    fn clone(&self) -> Self {
        Self(Sensitive::new(self.0.expose().clone()))
    }
}

impl PartialEq for FieldValue {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

fn check(value: &Value, depth: usize) -> Result<(), ValueError> {
    match value {
        Value::Array(items) => {
            let depth = depth.checked_sub(1).ok_or(ValueError::TooDeep)?;
            items.iter().try_for_each(|item| check(item, depth))
        }
        Value::Object(items) => {
            let depth = depth.checked_sub(1).ok_or(ValueError::TooDeep)?;
            items.values().try_for_each(|item| check(item, depth))
        }
        Value::Number(number) if number.as_i64().is_none() && number.as_u64().is_none() => {
            let is_exact = number
                .as_f64()
                .is_some_and(|n| n.is_finite() && n.abs() <= GREATEST_EXACT);
            is_exact.then_some(()).ok_or(ValueError::Number)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_false_zero_and_empty_text_are_values_like_others() {
        for value in [
            json!(null),
            json!(false),
            json!(0),
            json!(""),
            json!([]),
            json!({}),
        ] {
            let taken = FieldValue::new(&value).unwrap();

            assert_eq!(taken.to_json(), Ok(value));
        }
    }

    #[test]
    fn a_value_of_the_greatest_length_is_taken_and_one_beyond_is_refused() {
        let text = "a".repeat(MAX_VALUE_BYTES - 2);

        assert!(FieldValue::new(&json!(text)).is_ok());
        let beyond = FieldValue::new(&json!(format!("{text}a")));
        assert_eq!(beyond, Err(ValueError::TooLong));
    }

    #[test]
    fn a_value_of_the_greatest_depth_is_taken_and_one_beyond_is_refused() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));

        assert!(FieldValue::new(&nested(MAX_DEPTH)).is_ok());
        let beyond = FieldValue::new(&nested(MAX_DEPTH + 1));
        assert_eq!(beyond, Err(ValueError::TooDeep));
    }

    #[test]
    fn a_number_that_readers_would_change_is_refused() {
        let number: Value = serde_json::from_str("123456789012345678901234567890").unwrap();

        assert_eq!(FieldValue::new(&number), Err(ValueError::Number));
        assert!(FieldValue::new(&json!(36.6)).is_ok());
    }

    #[test]
    fn a_value_does_not_show_in_debug() {
        let value = FieldValue::new(&json!("Zebrowski")).unwrap();

        assert!(!format!("{value:?}").contains("Zebrowski"));
    }
}
