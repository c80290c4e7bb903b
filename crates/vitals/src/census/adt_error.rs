//! Why an ADT message cannot be taken.

/// Why an ADT message cannot be taken. Sending it again does not help. It names places, never content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdtError {
    /// No patient where one is needed.
    #[error(
        "PID-3 has no identifier of the patient's own (types SS and EN are none); an ADT message must say whom it is about"
    )]
    NoPatient,
    /// Two are needed.
    #[error("a swap of two patients needs two PID segments")]
    NoSecondPatient,
    /// Merge without the number that ends.
    #[error(
        "MRG names no number of a patient's own that ends (types SS and EN are none); a merge must"
    )]
    NothingMerged,
    /// A20 without a bed and a state that are known.
    #[error("NPU-1 must name a bed and NPU-2 a state of HL7 table 0116")]
    NoBed,
    /// A part is too long.
    #[error("{field} is longer than {max_bytes} bytes")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// The most that is taken.
        max_bytes: usize,
    },
    /// More than any sender needs.
    #[error("more than {most} {segment} segments")]
    TooMany {
        /// Which segment.
        segment: &'static str,
        /// The most that is taken.
        most: usize,
    },
}
