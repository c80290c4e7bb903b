//! The contract of the store of records, on the one in memory.

use wardline_patients::port::{ErasureLedger, PatientStore};
use wardline_testkit::conformance::patients::PatientsUnderTest;
use wardline_testkit::{MemoryLedger, MemoryPatients};

#[derive(Default)]
struct Memory(MemoryPatients, MemoryLedger);

impl PatientsUnderTest for Memory {
    fn store(&self) -> &dyn PatientStore {
        &self.0
    }

    fn ledger(&self) -> &dyn ErasureLedger {
        &self.1
    }

    /// Memory is all that it has.
    fn reopen(&mut self) {}
}

wardline_testkit::patients_conformance!(Memory::default());
