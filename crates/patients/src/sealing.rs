//! Sealing of values and manifests: each is bound to the site, the patient, the path and the version.

use wardline_phi::{Aad, Sensitive, SubjectKey};

use crate::error::OperationError;
use crate::manifest::Manifest;
use crate::model::{FieldPath, FieldValue, PatientId};

/// Version of what is inside the envelopes.
const SCHEMA: u16 = 1;
const FIELD: &str = "patient-field";
const MANIFEST: &str = "patient-manifest";
const MANIFEST_PATH: &str = "manifest";

/// Seals for one patient.
pub(crate) struct Sealer<'a> {
    pub(crate) key: &'a SubjectKey,
    pub(crate) site: &'a str,
    pub(crate) patient: PatientId,
}

impl Sealer<'_> {
    pub(crate) fn seal_value(
        &self,
        path: &FieldPath,
        version: u64,
        value: &FieldValue,
    ) -> Result<Vec<u8>, OperationError> {
        let (record, path) = (self.record(version), path.to_string());
        let aad = Aad::new(FIELD, record.as_slice(), &path, SCHEMA);
        Ok(self.key.seal(&aad, value.expose())?)
    }

    pub(crate) fn open_value(
        &self,
        path: &FieldPath,
        version: u64,
        envelope: &[u8],
    ) -> Result<FieldValue, OperationError> {
        let (record, path) = (self.record(version), path.to_string());
        let aad = Aad::new(FIELD, record.as_slice(), &path, SCHEMA);
        let json = self.key.open(&aad, envelope);
        json.map(FieldValue::opened)
            .map_err(|_| OperationError::Damaged)
    }

    pub(crate) fn seal_manifest(&self, manifest: &Manifest) -> Result<Vec<u8>, OperationError> {
        let record = self.record(manifest.version);
        let aad = Aad::new(MANIFEST, record.as_slice(), MANIFEST_PATH, SCHEMA);
        let plain = Sensitive::new(manifest.encode()?);
        Ok(self.key.seal(&aad, plain.expose())?)
    }

    pub(crate) fn open_manifest(
        &self,
        version: u64,
        envelope: &[u8],
    ) -> Result<Manifest, OperationError> {
        let record = self.record(version);
        let aad = Aad::new(MANIFEST, record.as_slice(), MANIFEST_PATH, SCHEMA);
        let plain = self.key.open(&aad, envelope);
        let plain = plain.map_err(|_| OperationError::Damaged)?;
        let manifest = Manifest::decode(plain.expose())?;
        if manifest.version == version {
            Ok(manifest)
        } else {
            Err(OperationError::Damaged)
        }
    }

    /// Site, patient and version: the patient has 16 bytes and the version 8, so the rest is the site.
    fn record(&self, version: u64) -> Vec<u8> {
        let version = version.to_be_bytes();
        [&self.patient.0[..], &version, self.site.as_bytes()].concat()
    }
}
