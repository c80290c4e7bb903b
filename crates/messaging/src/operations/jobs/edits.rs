//! The values of an editing job, as bytes that are sealed: path and value in turn, each after its length.

use wardline_hl7::Path;

use crate::error::OperationError;

/// Writes values.
pub(super) fn write(values: &[(Path, String)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (path, value) in values {
        for text in [path.to_string().as_str(), value.as_str()] {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    bytes
}

/// Reads what [`write`] wrote.
///
/// # Errors
/// It is something else.
pub(super) fn read(mut bytes: &[u8]) -> Result<Vec<(Path, String)>, OperationError> {
    let mut values = Vec::new();
    while !bytes.is_empty() {
        let path = take(&mut bytes).and_then(|text| text.parse().ok());
        let value = take(&mut bytes).map(str::to_owned);
        let pair = path.zip(value);
        values.push(pair.ok_or_else(|| {
            OperationError::Invalid("the values of the job cannot be read".to_owned())
        })?);
    }
    Ok(values)
}

fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (text, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back_as_they_were_written() {
        let values: Vec<(Path, String)> = vec![
            ("PID-5.1".parse().unwrap(), "Müller|^~".to_owned()),
            ("OBX[3]-5".parse().unwrap(), String::new()),
        ];

        let read = read(&write(&values)).unwrap();

        let shown = |values: &[(Path, String)]| -> Vec<(String, String)> {
            let pairs = values.iter();
            pairs
                .map(|(path, value)| (path.to_string(), value.clone()))
                .collect()
        };
        assert_eq!(shown(&read), shown(&values));
    }

    #[test]
    fn what_was_cut_or_is_no_path_is_refused() {
        let whole = write(&[("PID-5.1".parse().unwrap(), "X".to_owned())]);

        for bytes in [
            &whole[..whole.len() - 1],
            &whole[..3],
            b"\0\0\0\x01?\0\0\0\0",
        ] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
    }
}
