//! The configuration's promises, as sentences.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;

struct Setup {
    folder: TempDir,
    environment: Vec<(String, OsString)>,
    overrides: Overrides,
}

fn file(text: &str) -> Setup {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    fs::write(&path, text).unwrap();
    let overrides = Overrides {
        file: Some(path),
        settings: Vec::new(),
    };
    Setup {
        folder,
        environment: Vec::new(),
        overrides,
    }
}

impl Setup {
    fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    fn set(self, section: &str, key: &str, text: &str) -> Self {
        self.flag("--set", section, key, text)
    }

    fn flag(mut self, flag: &'static str, section: &str, key: &str, text: &str) -> Self {
        self.overrides.settings.push(FlagSetting {
            flag,
            section: section.to_owned(),
            key: key.to_owned(),
            text: text.to_owned(),
        });
        self
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    fn load(&self) -> Result<Loaded, ConfigError> {
        load(&self.overrides, &self.environment.iter().cloned().collect())
    }

    fn problems(&self) -> Vec<String> {
        let folder = format!("{}/", self.folder.path().display());
        let problems = self.load().expect_err("a refusal").problems;
        problems
            .iter()
            .map(|problem| problem.to_string().replace(&folder, ""))
            .collect()
    }
}

fn source_of(loaded: &Loaded, section: &str, key: &str) -> String {
    let entry = loaded
        .effective
        .iter()
        .find(|e| e.section == section && e.key == key)
        .unwrap();
    entry.source.to_string()
}

#[test]
fn an_empty_file_means_the_defaults() {
    let config = file("").load().unwrap().config;

    assert_eq!(config.http.address, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.http.certificate_file, None);
    assert_eq!(config.shutdown.grace_seconds, 20);
    assert_eq!(config.store.min_free_bytes, 1 << 30);
    assert!(config.telemetry.metrics_require_token);
}

#[test]
fn the_environment_wins_over_the_file_and_flags_over_both() {
    let setup =
        file("[shutdown]\ngrace_seconds = 1\n[node]\nname = 'file'\n[log]\nlevel = 'warn'\n")
            .variable("WARDLINE_SHUTDOWN__GRACE_SECONDS", "2")
            .variable("WARDLINE_NODE__NAME", "environment")
            .set("shutdown", "grace_seconds", "3");

    let loaded = setup.load().unwrap();

    assert_eq!(loaded.config.shutdown.grace_seconds, 3);
    assert_eq!(loaded.config.node.name.as_str(), "environment");
    assert_eq!(loaded.config.log.level.to_string(), "warn");
}

#[test]
fn every_value_remembers_where_it_came_from() {
    let setup = file("[shutdown]\n\ngrace_seconds = 1\n")
        .variable("WARDLINE_NODE__NAME", "ward-7")
        .set("log", "level", "debug")
        .flag("--http", "http", "address", "127.0.0.1:1");

    let loaded = setup.load().unwrap();

    let line = format!("{}:3:17", setup.path().display());
    assert_eq!(source_of(&loaded, "shutdown", "grace_seconds"), line);
    assert_eq!(
        source_of(&loaded, "node", "name"),
        "environment WARDLINE_NODE__NAME"
    );
    assert_eq!(source_of(&loaded, "log", "level"), "--set log.level");
    assert_eq!(source_of(&loaded, "http", "address"), "--http");
    assert_eq!(source_of(&loaded, "store", "directory"), "default");
    assert_eq!(loaded.effective.len(), settings().count());
}

#[test]
fn paths_of_the_file_are_below_its_folder_and_others_below_the_current_one() {
    let setup = file("[store]\ndirectory = 'messages'\n[channels]\ndirectory = '/srv/channels'\n")
        .variable("WARDLINE_API__TOKENS_FILE", "here/tokens.toml");

    let config = setup.load().unwrap().config;

    assert_eq!(config.store.directory, setup.folder.path().join("messages"));
    assert_eq!(config.keys.file, setup.folder.path().join("keys.txt"));
    assert_eq!(config.channels.directory, Path::new("/srv/channels"));
    assert_eq!(config.api.tokens_file, Path::new("here/tokens.toml"));
}

#[test]
fn an_unknown_key_of_the_file_is_refused_with_its_place_and_a_suggestion() {
    let problems = file("# ours\n[http]\n  adress = '127.0.0.1:1'\n").problems();

    assert_eq!(
        problems,
        ["wardline.toml:3:3: unknown key `adress` in `[http]`; did you mean `address`?"]
    );
}

#[test]
fn an_unknown_section_is_refused_with_its_place_and_a_suggestion() {
    let problems = file("[node]\n[shutdwon]\ngrace_seconds = 1\n").problems();

    assert_eq!(
        problems,
        ["wardline.toml:2:2: unknown section `[shutdwon]`; did you mean `[shutdown]`?"]
    );
}

#[test]
fn a_key_outside_of_every_section_is_shown_where_it_belongs() {
    let problems = file("grace_seconds = 1\nnode = 'x'\n").problems();

    assert_eq!(
        problems,
        [
            "wardline.toml:1:1: `grace_seconds` stands outside of every section; did you mean \
             `shutdown.grace_seconds`?",
            "wardline.toml:2:1: `node` is a section, not a value; did you mean `[node]` on a line of its \
             own?",
        ]
    );
}

#[test]
fn an_unknown_variable_is_refused_with_a_suggestion() {
    let problems = file("")
        .variable("WARDLINE_HTTP__ADRESS", "127.0.0.1:1")
        .variable("WARDLINE_LOG_LEVEL", "info")
        .problems();

    assert_eq!(
        problems,
        [
            "environment WARDLINE_HTTP__ADRESS: unknown setting; did you mean WARDLINE_HTTP__ADDRESS?",
            "environment WARDLINE_LOG_LEVEL: unknown setting; did you mean WARDLINE_LOG__LEVEL?",
        ]
    );
}

#[test]
fn variables_that_kubernetes_sets_for_a_service_are_left_alone() {
    let setup = file("")
        .variable("WARDLINE_SERVICE_HOST", "10.0.0.1")
        .variable("WARDLINE_PORT_8080_TCP_ADDR", "10.0.0.1");

    assert!(setup.load().is_ok());
}

#[test]
fn an_unknown_flag_setting_is_refused_with_a_suggestion() {
    let problems = file("").set("shutdown", "grace", "3").problems();

    assert_eq!(
        problems,
        [
            "--set shutdown.grace: unknown setting `shutdown.grace`; did you mean \
             `shutdown.grace_seconds`?"
        ]
    );
}

#[test]
fn a_wrong_type_names_the_key_and_what_was_expected() {
    let problems = file("[http]\nmax_connections = 'many'\n")
        .variable("WARDLINE_TELEMETRY__METRICS", "yes")
        .set("http", "address", "localhost")
        .problems();

    assert_eq!(
        problems,
        [
            "--set http.address: `http.address`: expected an IP address and a port, such as \
             \"127.0.0.1:8080\", found another text",
            "wardline.toml:2:19: `http.max_connections`: expected a whole number from 1 to 100000, found \
             another text",
            "environment WARDLINE_TELEMETRY__METRICS: `telemetry.metrics`: expected true or false, found \
             another text",
        ]
    );
}

#[test]
fn a_number_at_the_limit_is_taken_and_one_beyond_refused() {
    let at_limit = file("[shutdown]\ngrace_seconds = 600\n");
    let beyond = file("[shutdown]\ngrace_seconds = 601\n");
    let negative = file("[shutdown]\ngrace_seconds = -1\n");

    assert!(at_limit.load().is_ok());
    assert_eq!(beyond.problems().len(), 1);
    assert_eq!(negative.problems().len(), 1);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let problems = file("[http]\nadress = 1\nmax_connections = 0\n[lgo]\n")
        .variable("WARDLINE_NODE__NAM", "x")
        .problems();

    assert_eq!(problems.len(), 4, "{problems:#?}");
}

#[test]
fn broken_toml_is_refused_with_line_and_column() {
    let problems = file("[http]\naddress = \n").problems();

    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("wardline.toml:2:"), "{problems:?}");
    assert!(problems[0].contains("not valid TOML"), "{problems:?}");
}

#[test]
fn a_refused_value_of_the_environment_or_a_flag_is_not_repeated() {
    let setup = file("")
        .variable("WARDLINE_HTTP__ADDRESS", "hunter2")
        .set("log", "format", "hunter2")
        .set("keys", "text", "hunter2");

    let problems = setup.problems().join("\n");

    assert!(!problems.contains("hunter2"), "{problems}");
}

#[test]
fn a_missing_file_that_was_asked_for_is_refused() {
    let mut setup = file("");
    setup.overrides.file = Some(setup.folder.path().join("other.toml"));

    let problems = setup.problems();

    assert_eq!(
        problems,
        ["--config: cannot read other.toml: there is no such file (`wardline init` writes one)"]
    );
}

#[test]
fn http_beyond_this_machine_needs_tls_or_a_stated_proxy() {
    let bare = file("[http]\naddress = '0.0.0.0:8080'\n");
    let proxy = file("[http]\naddress = '0.0.0.0:8080'\nallow_plain_text = true\n");
    let tls = file("[http]\naddress = '[::]:8080'\ncertificate_file = 'c'\nkey_file = 'k'\n");

    assert!(
        bare.problems()[0].starts_with("wardline.toml:2:11: `http.address`: beyond this machine")
    );
    assert!(proxy.load().is_ok());
    assert!(tls.load().is_ok());
}

#[test]
fn a_certificate_without_its_key_is_refused() {
    let problems = file("[http]\ncertificate_file = 'c.pem'\n").problems();

    assert!(
        problems[0].contains("needs `http.key_file`"),
        "{problems:?}"
    );
}

#[test]
fn a_log_level_that_is_none_is_refused_though_the_library_takes_it_for_a_target() {
    assert_eq!(file("[log]\nlevel = 'inof'\n").problems().len(), 1);
    assert!(
        file("[log]\nlevel = 'info,wardline_server=debug'\n")
            .load()
            .is_ok()
    );
}

#[test]
fn the_template_means_the_defaults_and_so_does_each_line_in_it() {
    let defaults = file("").load().unwrap().config;
    let commented = reference::template();
    let uncommented: String = commented
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();

    let from_comments = file(&commented).load().unwrap();
    let setup = file(&uncommented);
    let from_lines = setup.load().unwrap();

    assert_eq!(from_comments.config.http, defaults.http);
    assert_eq!(from_lines.config.http, defaults.http);
    assert_eq!(
        from_lines.config.store.directory,
        setup.folder.path().join("data")
    );
    let still_default = from_lines
        .effective
        .iter()
        .filter(|e| e.source == Source::Default)
        .count();
    assert_eq!(still_default, 0);
}

#[test]
fn the_guide_is_the_reference() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/configuration.md");

    let written = fs::read_to_string(guide).unwrap();

    assert!(
        written == reference::reference(),
        "run: cargo run -- config reference > docs/guides/configuration.md"
    );
}
