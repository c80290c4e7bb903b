//! What a lab writes down of itself, so that another command finds it again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Identity, Lab, Network};
use crate::description::Estate;
use crate::secrets::Secrets;
use crate::{EstateError, files};

const FILE: &str = "lab.json";

#[derive(Serialize, Deserialize)]
struct Record {
    redis_server: PathBuf,
    network: Network,
    estate: Estate,
    /// By the server's name.
    processes: BTreeMap<String, Identity>,
}

impl Lab {
    /// Finds a lab that was raised in this folder and [left running](Lab::leave_running). It runs on when the value goes.
    ///
    /// # Errors
    /// When there is none, or what it wrote down cannot be read.
    pub fn open(directory: &Path) -> Result<Self, EstateError> {
        let path = directory.join(FILE);
        if !path.exists() {
            let folder = directory.display();
            return Err(EstateError::Description(format!(
                "there is no lab in {folder}: `wardline redis lab up --dir {folder}` raises one"
            )));
        }
        let record: Record = serde_json::from_str(&files::read(&path)?)
            .map_err(|error| EstateError::Description(format!("{}: {error}", path.display())))?;
        let secrets = Secrets::read_or_make(&directory.join("secrets"))?;
        let mut lab = Self::assemble(
            record.estate,
            directory,
            &record.redis_server,
            record.network,
            secrets,
        )?;
        lab.ends_with_us = false;
        for process in &lab.processes {
            if let Some(identity) = record.processes.get(&process.name) {
                process.adopt(*identity);
            }
        }
        Ok(lab)
    }

    /// Writes down what runs.
    pub(super) fn keep_record(&self) -> Result<(), EstateError> {
        let processes = self.processes.iter();
        let record = Record {
            redis_server: self.redis_server.clone(),
            network: self.network,
            estate: self.estate.clone(),
            processes: processes
                .filter_map(|process| Some((process.name.clone(), process.identity()?)))
                .collect(),
        };
        let text = serde_json::to_string_pretty(&record)
            .map_err(|error| EstateError::Description(error.to_string()))?;
        files::write(&self.directory.join(FILE), &text)
    }
}
