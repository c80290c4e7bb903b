//! The layers of the configuration, laid over one another: file, then environment, then flags.
//!
//! A layer names its values by section and key; what a value must be is not known here (see `reader`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Value;

use super::environment::Environment;
use super::problem::{Problem, Source};
use super::section::SettingSpec;
use super::{file, settings, suggest};

/// A value that somebody gave.
#[derive(Clone, Debug)]
pub struct Given {
    /// The value, not yet checked.
    pub value: Value,
    /// Who gave it.
    pub source: Source,
    /// What its relative paths are below.
    pub base: PathBuf,
}

/// A setting given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagSetting {
    /// The flag as it is shown in messages: `--http`, or `--set`.
    pub flag: &'static str,
    /// The section.
    pub section: String,
    /// The key.
    pub key: String,
    /// The value's text.
    pub text: String,
}

/// All layers, the last one to set a value winning, and what was wrong with them.
#[derive(Debug, Default)]
pub struct Layers {
    given: BTreeMap<(&'static str, &'static str), Given>,
    /// What was wrong, in the order it was found.
    pub problems: Vec<Problem>,
}

impl Layers {
    /// The value that won, if anybody set the setting.
    pub fn get(&self, spec: &SettingSpec) -> Option<&Given> {
        self.given.get(&(spec.section, spec.key))
    }

    /// Lays a configuration file over what is there.
    pub fn add_file(&mut self, path: &Path, text: &str) {
        let base = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let (entries, problems) = file::read(path, text);
        self.problems.extend(problems);
        for entry in entries {
            let given = Given {
                value: entry.value,
                source: entry.source,
                base: base.clone(),
            };
            self.given
                .insert((entry.spec.section, entry.spec.key), given);
        }
    }

    /// Lays the environment over what is there.
    pub fn add_environment(&mut self, environment: &Environment) {
        let (entries, problems) = environment.settings();
        self.problems.extend(problems);
        for (spec, variable, text) in entries {
            self.insert(spec, Source::Environment { variable }, &text);
        }
    }

    /// Lays the command line over what is there.
    pub fn add_flags(&mut self, flags: &[FlagSetting]) {
        for FlagSetting {
            flag,
            section,
            key,
            text,
        } in flags
        {
            let name = format!("{section}.{key}");
            let source = match *flag {
                "--set" => Source::Flag {
                    flag: format!("--set {name}"),
                },
                flag => Source::Flag {
                    flag: flag.to_owned(),
                },
            };
            match settings().find(|spec| spec.section == section && spec.key == key) {
                Some(spec) => self.insert(spec, source, text),
                None => self.problems.push(Problem {
                    source,
                    message: format!("unknown setting `{name}`"),
                    suggestion: suggest::setting(section, key, settings())
                        .map(|spec| format!("`{}`", spec.name())),
                    key: Some(name),
                }),
            }
        }
    }

    fn insert(&mut self, spec: &'static SettingSpec, source: Source, text: &str) {
        let given = Given {
            value: spec.kind.value(text),
            source,
            base: PathBuf::new(),
        };
        self.given.insert((spec.section, spec.key), given);
    }
}
