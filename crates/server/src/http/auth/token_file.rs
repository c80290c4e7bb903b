//! The file of tokens: TOML, hashes only.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use wardline_phi::TokenHash;

use super::{Scope, TokenEntry};

const LONGEST_NAME: usize = 64;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenFile {
    #[serde(default, rename = "token")]
    tokens: Vec<TokenTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenTable {
    name: String,
    hash: String,
    scopes: Vec<Scope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
}

/// Why a token file was refused. Holds names and places, never a hash.
#[derive(Debug, thiserror::Error)]
pub enum TokenFileError {
    /// Not TOML, or not the keys that are expected.
    #[error("line {line}: {problem}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// What the reader says.
        problem: String,
    },
    /// A name is missing, too long or has other characters.
    #[error("token number {0}: a name has 1 to 64 lower-case letters, digits, '-', '_' and '.'")]
    Name(usize),
    /// Two tokens of one name or hash: logs could not tell them apart.
    #[error("token `{0}` stands there twice; give each token a name and a hash of its own")]
    Twice(String),
    /// The hash is damaged.
    #[error("token `{0}`: hash is not sha256: and 64 hexadecimal digits; make the token again")]
    Hash(String),
    /// It may do nothing.
    #[error("token `{0}`: scopes is empty; choose some, such as read, operate or sessions:check")]
    NoScopes(String),
    /// A time is not understood.
    #[error("token `{name}`: {key} is no time such as 2027-01-31T00:00:00Z")]
    Time {
        /// Of which token.
        name: String,
        /// `created` or `expires`.
        key: &'static str,
    },
}

/// The entries of a token file.
///
/// # Errors
/// [`TokenFileError`]
pub fn parse(text: &str) -> Result<Vec<TokenEntry>, TokenFileError> {
    let file: TokenFile = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    let mut entries: Vec<TokenEntry> = Vec::with_capacity(file.tokens.len());
    for (at, table) in file.tokens.into_iter().enumerate() {
        let entry = entry(at, table)?;
        if entries
            .iter()
            .any(|other| other.name == entry.name || other.hash == entry.hash)
        {
            return Err(TokenFileError::Twice(entry.name.to_string()));
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// The text of one entry, to be appended to a token file.
pub fn render(entry: &TokenEntry) -> String {
    let scopes: Vec<String> = entry
        .scopes
        .iter()
        .map(|scope| format!("\"{scope}\""))
        .collect();
    let mut lines = vec![
        "[[token]]".to_owned(),
        format!("name = \"{}\"", entry.name),
        format!("hash = \"{}\"", entry.hash),
        format!("scopes = [{}]", scopes.join(", ")),
    ];
    for (key, at) in [("created", entry.created_at), ("expires", entry.expires_at)] {
        let at = at.and_then(|at| i64::try_from(at).ok());
        let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
        lines.extend(at.map(|at| format!("{key} = \"{at}\"")));
    }
    lines.join("\n") + "\n"
}

/// Whether a token may be called so: logs and the trail name it.
pub fn is_name(name: &str) -> bool {
    let allowed =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(allowed)
}

fn entry(at: usize, table: TokenTable) -> Result<TokenEntry, TokenFileError> {
    let TokenTable {
        name,
        hash,
        scopes,
        created,
        expires,
    } = table;
    if !is_name(&name) {
        return Err(TokenFileError::Name(at + 1));
    }
    let Ok(hash) = TokenHash::parse(&hash) else {
        return Err(TokenFileError::Hash(name));
    };
    if scopes.is_empty() {
        return Err(TokenFileError::NoScopes(name));
    }
    let created_at = time(&name, "created", created)?;
    let expires_at = time(&name, "expires", expires)?;
    Ok(TokenEntry {
        name: name.into(),
        hash,
        scopes,
        created_at,
        expires_at,
    })
}

fn time(
    name: &str,
    key: &'static str,
    text: Option<String>,
) -> Result<Option<UnixMillis>, TokenFileError> {
    let Some(text) = text else { return Ok(None) };
    let time: Timestamp = text.parse().map_err(|_| TokenFileError::Time {
        name: name.to_owned(),
        key,
    })?;
    // A time before 1970 has long passed.
    Ok(Some(u64::try_from(time.as_millisecond()).unwrap_or(0)))
}

fn syntax(text: &str, error: &toml::de::Error) -> TokenFileError {
    let start = error.span().map_or(0, |span| span.start);
    let line = text
        .get(..start)
        .map_or(1, |before| before.split('\n').count());
    TokenFileError::Syntax {
        line,
        problem: error.message().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use wardline_phi::ApiToken;

    use super::*;

    fn file(name: &str, scopes: &str, more: &str) -> String {
        let hash = ApiToken::generate().unwrap().hash();
        format!("[[token]]\nname = \"{name}\"\nhash = \"{hash}\"\nscopes = {scopes}\n{more}\n")
    }

    #[test]
    fn what_is_rendered_reads_back() {
        let entry = TokenEntry {
            name: "ward-board".into(),
            hash: ApiToken::generate().unwrap().hash(),
            scopes: vec![Scope::Read, Scope::Phi],
            created_at: Some(1_700_000_000_000),
            expires_at: Some(1_800_000_000_000),
        };

        let read = parse(&render(&entry)).unwrap().remove(0);

        assert_eq!((read.name, read.hash), (entry.name, entry.hash));
        assert_eq!(
            (read.scopes, read.created_at, read.expires_at),
            (entry.scopes, entry.created_at, entry.expires_at)
        );
    }

    #[test]
    fn what_is_wrong_is_named_and_the_hash_is_not_repeated() {
        let twice = file("a", "[\"read\"]", "").repeat(2);
        let cases = [
            (file("A b", "[\"read\"]", ""), "token number 1"),
            (file("a", "[]", ""), "scopes is empty"),
            (file("a", "[\"root\"]", ""), "line 4"),
            (
                file("a", "[\"read\"]", "expires = \"tomorrow\""),
                "expires is no time",
            ),
            (
                file("a", "[\"read\"]", "created = \"yesterday\""),
                "created is no time",
            ),
            (file("a", "[\"read\"]", "scope = 1"), "line 5"),
            (
                file("a", "[\"read\"]", "").replace("sha256:", "sha256:0"),
                "hash is not",
            ),
            (twice, "twice"),
        ];

        for (text, expected) in cases {
            let error = parse(&text).unwrap_err().to_string();

            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("sha256:0") && error.len() < 400, "{error}");
        }
    }

    #[test]
    fn an_empty_file_lets_nobody_in() {
        assert!(parse("").unwrap().is_empty());
    }
}
