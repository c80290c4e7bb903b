//! How a section of the configuration is declared: once, as a struct whose doc comments, ranges and
//! defaults are also the reference, the commented file that `wardline init` writes, and the checks.

use super::reader::Reader;
use super::value::Kind;

/// What is known of one setting.
#[derive(Debug)]
pub struct SettingSpec {
    /// The section it stands in.
    pub section: &'static str,
    /// Its key within the section.
    pub key: &'static str,
    /// What it is for, from the doc comment. Lines are separated by line breaks.
    pub doc: &'static str,
    /// How its text is read.
    pub kind: Kind,
    /// What a value must look like, as it stands after "expected".
    pub expected: &'static str,
    /// The smallest and the largest number allowed.
    pub range: Option<(u64, u64)>,
    /// The default, as text; empty means not set.
    pub default: &'static str,
}

impl SettingSpec {
    /// `section.key`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    /// The environment variable that overrides it.
    pub fn variable(&self) -> String {
        format!("WARDLINE_{}__{}", self.section, self.key).to_uppercase()
    }

    /// What a value must be, range included.
    pub fn expected(&self) -> String {
        match self.range {
            Some((least, most)) => format!("{} from {least} to {most}", self.expected),
            None => self.expected.to_owned(),
        }
    }
}

/// A section of the configuration.
pub trait Section: Sized {
    /// Its name in brackets.
    const NAME: &'static str;
    /// What it is about.
    const DOC: &'static str;
    /// Its settings, in the order of declaration.
    const SETTINGS: &'static [SettingSpec];

    /// Takes the section's values; `None` when one of them was refused (the reader keeps why).
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

/// Declares a section: `field: Type [range] = "default";`.
macro_rules! section {
    (
        $(#[doc = $section_doc:literal])+
        pub struct $Section:ident in $name:literal {
            $(
                $(#[doc = $doc:literal])+
                $key:ident: $Type:ty $([$least:literal..=$most:literal])? = $default:literal;
            )+
        }
    ) => {
        $(#[doc = $section_doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Section {
            $(
                $(#[doc = $doc])+
                pub $key: $Type,
            )+
        }

        impl $crate::config::section::Section for $Section {
            const NAME: &'static str = $name;
            const DOC: &'static str = concat!($($section_doc, "\n"),+);
            const SETTINGS: &'static [$crate::config::section::SettingSpec] = &[
                $($crate::config::section::SettingSpec {
                    section: $name,
                    key: stringify!($key),
                    doc: concat!($($doc, "\n"),+),
                    kind: <$Type as $crate::config::value::Setting>::KIND,
                    expected: <$Type as $crate::config::value::Setting>::EXPECTED,
                    range: section!(@range $($least, $most)?),
                    default: $default,
                }),+
            ];

            fn read(reader: &mut $crate::config::reader::Reader<'_>) -> Option<Self> {
                // Every value is read before any refusal counts, so that all mistakes are named at once.
                let mut specs = Self::SETTINGS.iter();
                $(let $key = specs.next().and_then(|spec| reader.take::<$Type>(spec));)+
                Some(Self { $($key: $key?),+ })
            }
        }
    };
    (@range $least:literal, $most:literal) => { Some(($least, $most)) };
    (@range) => { None };
}

pub(crate) use section;
