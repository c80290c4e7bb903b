//! A real S3: SeaweedFS with its gateway, which checks signatures and preconditions.

use std::path::PathBuf;
use std::process::Command;

use super::process::{Program, free_ports, listens, program};

/// Whom it knows.
pub const S3_ACCESS_KEY: &str = "AKIDWARDLINETEST";
/// That one's secret.
pub const S3_SECRET: &str = "secret/of+a=test";

/// A SeaweedFS of a test. A bucket is made with the first file that is put into it.
pub struct SeaweedFs {
    _process: Program,
    folder: tempfile::TempDir,
    port: u16,
}

impl SeaweedFs {
    /// Starts one.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_ports();
        let [s3, master, volume, filer] = port;
        let [s3_grpc, master_grpc, volume_grpc, filer_grpc] = free_ports();
        let identities = format!(
            r#"{{"identities":[{{"name":"wardline","credentials":[{{"accessKey":"{S3_ACCESS_KEY}","secretKey":"{S3_SECRET}"}}],"actions":["Admin","Read","Write","List"]}}]}}"#
        );
        let config = folder.path().join("s3.json");
        std::fs::write(&config, identities).unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let mut command = Command::new(program("weed"));
        command
            .args(["server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"])
            .args([
                "-filer",
                "-s3",
                "-volume.max=30",
                "-master.volumeSizeLimitMB=64",
            ])
            // Of these two it would open fixed ports.
            .args(["-s3.port.iceberg=0", "-s3.port.lance=0"])
            .arg(format!("-dir={}", data.display()))
            .arg(format!("-s3.config={}", config.display()))
            .arg(format!("-s3.port={s3}"))
            .arg(format!("-s3.port.grpc={s3_grpc}"))
            .arg(format!("-master.port={master}"))
            .arg(format!("-master.port.grpc={master_grpc}"))
            .arg(format!("-volume.port={volume}"))
            .arg(format!("-volume.port.grpc={volume_grpc}"))
            .arg(format!("-filer.port={filer}"))
            .arg(format!("-filer.port.grpc={filer_grpc}"))
            .env("HOME", folder.path())
            .current_dir(folder.path());
        let process = Program::start(&mut command, &folder.path().join("log"));
        listens(volume);
        listens(s3);
        Self {
            _process: process,
            folder,
            port: s3,
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it keeps.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}
