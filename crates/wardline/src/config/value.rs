//! The types of settings: each with one way to read it, so that inside nothing is checked twice.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::Value;
use tracing_subscriber::EnvFilter;

/// How the text of an environment variable or a flag becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, as it stands.
    Text,
    /// A whole number; underscores may group digits.
    Number,
    /// `true` or `false`.
    Flag,
}

impl Kind {
    /// The text as a value; text that does not fit stays text, and is refused by the setting itself.
    pub fn value(self, text: &str) -> Value {
        let fitting = match self {
            Self::Text => None,
            Self::Number => text.replace('_', "").parse().ok().map(Value::Integer),
            Self::Flag => text.parse().ok().map(Value::Boolean),
        };
        fitting.unwrap_or_else(|| Value::String(text.to_owned()))
    }
}

/// A type that a setting can have.
pub trait Setting: Sized {
    /// How its text is read.
    const KIND: Kind;
    /// What a value must look like, as it stands after "expected".
    const EXPECTED: &'static str;

    /// The value, or `None` when it is not what is expected. Relative paths are below `base`.
    fn from_value(value: &Value, base: &Path) -> Option<Self>;

    /// The value as it took effect; `None` when nothing is set.
    fn to_value(&self) -> Option<Value>;

    /// The number to be held against the setting's range.
    fn number(&self) -> Option<u64> {
        None
    }
}

impl Setting for bool {
    const KIND: Kind = Kind::Flag;
    const EXPECTED: &'static str = "true or false";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        value.as_bool()
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::Boolean(*self))
    }
}

macro_rules! number {
    ($($Number:ty),+) => {$(
        impl Setting for $Number {
            const KIND: Kind = Kind::Number;
            const EXPECTED: &'static str = "a whole number";

            fn from_value(value: &Value, _: &Path) -> Option<Self> {
                value.as_integer().and_then(|number| number.try_into().ok())
            }

            fn to_value(&self) -> Option<Value> {
                i64::try_from(*self).ok().map(Value::Integer)
            }

            fn number(&self) -> Option<u64> {
                u64::try_from(*self).ok()
            }
        }
    )+};
}

number!(u64, usize);

impl Setting for SocketAddr {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "an IP address and a port, such as \"127.0.0.1:8080\"";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        value.as_str()?.parse().ok()
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl Setting for PathBuf {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "a path";

    fn from_value(value: &Value, base: &Path) -> Option<Self> {
        let path = value.as_str().filter(|path| !path.is_empty())?;
        Some(base.join(path))
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.display().to_string()))
    }
}

impl Setting for Option<PathBuf> {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "a path";

    fn from_value(value: &Value, base: &Path) -> Option<Self> {
        match value.as_str()? {
            "" => Some(None),
            path => Some(Some(base.join(path))),
        }
    }

    fn to_value(&self) -> Option<Value> {
        self.as_ref().and_then(Setting::to_value)
    }
}

/// A choice of words as a setting.
macro_rules! words {
    ($Type:ident, $expected:literal, { $($word:literal => $Choice:ident,)+ }) => {
        impl Setting for $Type {
            const KIND: Kind = Kind::Text;
            const EXPECTED: &'static str = $expected;

            fn from_value(value: &Value, _: &Path) -> Option<Self> {
                match value.as_str()? {
                    $($word => Some(Self::$Choice),)+
                    _ => None,
                }
            }

            fn to_value(&self) -> Option<Value> {
                let word = match self {
                    $(Self::$Choice => $word,)+
                };
                Some(Value::String(word.to_owned()))
            }
        }
    };
}

pub(super) use words;

/// The address of something that is reached by HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress(pub String);

impl Setting for Option<WebAddress> {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "an address that begins with https://";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        match value.as_str()? {
            "" => Some(None),
            address if address.starts_with("http") => Some(Some(WebAddress(address.to_owned()))),
            _ => None,
        }
    }

    fn to_value(&self) -> Option<Value> {
        self.as_ref()
            .map(|address| Value::String(address.0.clone()))
    }
}

/// The name of a node: 1 to 32 lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeName(String);

impl NodeName {
    /// The name's most characters.
    pub const MAX_CHARACTERS: usize = 32;

    /// A name that keeps the rules.
    pub fn new(name: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = (1..=Self::MAX_CHARACTERS).contains(&name.len());
        (fits && name.chars().all(allowed)).then(|| Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for NodeName {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "1 to 32 lower-case letters, digits and hyphens";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        Self::new(value.as_str()?)
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Human on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// For people.
    Human,
    /// One JSON object per line.
    Json,
}

words!(LogFormat, "\"auto\", \"human\" or \"json\"", {
    "auto" => Auto, "human" => Human, "json" => Json,
});

/// What is done when a user has as many sessions as are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtLimit {
    /// The oldest ends.
    #[default]
    EndOldest,
    /// The new one is refused.
    Refuse,
}

words!(AtLimit, "\"end-oldest\" or \"refuse\"", {
    "end-oldest" => EndOldest, "refuse" => Refuse,
});

/// What is logged, as a list of levels by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The filter for the logging library.
    pub fn to_filter(&self) -> EnvFilter {
        EnvFilter::new(&self.0)
    }
}

impl fmt::Display for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Setting for LogFilter {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str =
        "error, warn, info, debug or trace, or a list such as \"info,wardline_server=debug\"";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        let text = value.as_str().filter(|text| !text.is_empty())?;
        // A bare word that is no level is a target to the library, and would silence everything else.
        let bare_words_are_levels = text.split(',').map(str::trim).all(|part| {
            part.contains(['=', '['])
                || part
                    .parse::<tracing_subscriber::filter::LevelFilter>()
                    .is_ok()
        });
        let parses = EnvFilter::builder().parse(text).is_ok();
        (bare_words_are_levels && parses).then(|| Self(text.to_owned()))
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}
