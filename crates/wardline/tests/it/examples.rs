//! The files in `examples/` are what this version takes.

use std::fs;
use std::path::PathBuf;

use wardline::config::{Environment, Overrides, load};
use wardline_messaging::channel::load_directory;

fn examples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn files_of(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect()
}

#[test]
fn every_configuration_loads() {
    let files = files_of(examples());

    assert_eq!(files.len(), 2);
    for file in files {
        let overrides = Overrides {
            file: Some(file),
            settings: Vec::new(),
        };
        load(&overrides, &Environment::default()).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn every_channel_loads_and_none_takes_anothers_address() {
    let channels = load_directory(&examples().join("channels")).unwrap();

    assert_eq!(channels.len(), files_of(examples().join("channels")).len());
    assert_eq!(channels.len(), 6);
}

#[test]
fn the_page_lists_every_example() {
    let page = fs::read_to_string(examples().join("README.md")).unwrap();

    for file in files_of(examples())
        .into_iter()
        .chain(files_of(examples().join("channels")))
    {
        let name = file.strip_prefix(examples()).unwrap().display().to_string();
        assert!(page.contains(&format!("]({name})")), "{name}");
    }
}
