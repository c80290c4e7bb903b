//! The fields of a record, and the data type to which each belongs.

use std::fmt;

use wardline_access::model::DataType;

use super::patient_id::random_bytes;

/// Bytes of an extension's name at most, `x-` included.
const MAX_EXTENSION_BYTES: usize = 64;

/// The data types of which a record has fields. Messages and the census are kept by others.
pub const RECORD_TYPES: [DataType; 11] = [
    DataType::Diagnosis,
    DataType::Treatment,
    DataType::Medications,
    DataType::Vitals,
    DataType::LabResults,
    DataType::Demographics,
    DataType::Allergies,
    DataType::Notes,
    DataType::Appointments,
    DataType::Insurance,
    DataType::Billing,
];

macro_rules! fields {
    ( $( $(#[$page:meta])* $variant:ident = $text:literal of $data_type:ident, )* ) => {
        /// A field that every record may have. The list is closed; what is not on it is an extension.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $( $(#[$page])* $variant, )* }

        impl Field {
            /// All of them.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// Its name in requests and answers.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }

            /// What access to it is decided on.
            pub const fn data_type(self) -> DataType {
                match self { $( Self::$variant => DataType::$data_type, )* }
            }

            fn parse(text: &str) -> Option<Self> {
                match text {
                    $( $text => Some(Self::$variant), )*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    /// `{"family", "given": [..], ..}`.
    Name = "name" of Demographics,
    /// Names that the person had or is also known by: a list of the same.
    OtherNames = "other_names" of Demographics,
    /// `YYYY-MM-DD`, or only its beginning.
    BirthDate = "birth_date" of Demographics,
    /// Administrative sex.
    Sex = "sex" of Demographics,
    /// Social security number: nine digits, however they are set apart.
    Ssn = "ssn" of Demographics,
    /// Medical record numbers: `[{"value", "authority"}, ..]`.
    RecordNumbers = "mrn" of Demographics,
    /// Postal addresses.
    Address = "address" of Demographics,
    /// Telephone and fax numbers.
    Phone = "phone" of Demographics,
    /// Electronic mail addresses.
    Email = "email" of Demographics,
    /// Whom to call.
    EmergencyContact = "emergency_contact" of Demographics,
    /// Preferred language.
    Language = "language" of Demographics,
    /// Marital status.
    MaritalStatus = "marital_status" of Demographics,
    /// Whether, and when, the patient died.
    Deceased = "deceased" of Demographics,
    /// `{"vip", "employee", "confidential"}`: how the patient is protected.
    Restrictions = "restrictions" of Demographics,
    /// Diagnoses.
    Diagnoses = "diagnoses" of Diagnosis,
    /// Treatments, procedures and orders.
    Treatments = "treatments" of Treatment,
    /// Medications.
    Medications = "medications" of Medications,
    /// Vital signs that were charted.
    Vitals = "vitals" of Vitals,
    /// Results of laboratories.
    LabResults = "lab_results" of LabResults,
    /// Allergies and intolerances.
    Allergies = "allergies" of Allergies,
    /// Appointments.
    Appointments = "appointments" of Appointments,
    /// Insurance.
    Insurance = "insurance" of Insurance,
    /// Bills and payments.
    Billing = "billing" of Billing,
}

/// The name of an extension: `x-` and 1 to 62 of `a-z`, `0-9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtensionName(String);

/// A note's id within its record: 64 random bits, so that it does not tell how many notes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteId(pub [u8; 8]);

/// Which value of a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldPath {
    /// One of the list.
    Field(Field),
    /// One that a site declared, of the data type that it declared.
    Extension(ExtensionName, DataType),
    /// A clinical note.
    Note(NoteId),
}

/// A text that names no field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// There is no such field.
    #[error(
        "there is no such field: use one of the list, notes/<id>, or x-<name> with a declared data type"
    )]
    Unknown,
    /// An extension must say its data type.
    #[error("an extension field declares the data type that access to it is decided on")]
    Undeclared,
    /// An extension's name is malformed.
    #[error("an extension is named x- and 1 to 62 of the characters a-z, 0-9 and -")]
    Extension,
    /// The data type is not one of a record's.
    #[error("a record has no fields of this data type")]
    DataType,
}

impl ExtensionName {
    /// Takes a name.
    ///
    /// # Errors
    /// [`PathError::Extension`]
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = text.len() <= MAX_EXTENSION_BYTES
            && text
                .strip_prefix("x-")
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(allowed));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(PathError::Extension)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NoteId {
    pub(crate) fn generate() -> Result<Self, wardline_phi::RandomError> {
        random_bytes().map(Self)
    }

    fn parse(text: &str) -> Option<Self> {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 16 || !text.bytes().all(is_digit) {
            return None;
        }
        let number = u64::from_str_radix(text, 16).ok()?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for NoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FieldPath {
    /// Reads a path as it stands in requests; an extension comes with its declared data type.
    ///
    /// # Errors
    /// [`PathError`]
    pub fn parse(text: &str, declared: Option<DataType>) -> Result<Self, PathError> {
        if let Some(note) = text.strip_prefix("notes/") {
            let note = NoteId::parse(note).ok_or(PathError::Unknown)?;
            return Ok(Self::Note(note));
        }
        if text.starts_with("x-") {
            let name = ExtensionName::parse(text)?;
            let data_type = declared.ok_or(PathError::Undeclared)?;
            return if RECORD_TYPES.contains(&data_type) {
                Ok(Self::Extension(name, data_type))
            } else {
                Err(PathError::DataType)
            };
        }
        Field::parse(text)
            .map(Self::Field)
            .ok_or(PathError::Unknown)
    }

    /// What access to it is decided on.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Field(field) => field.data_type(),
            Self::Extension(_, data_type) => *data_type,
            Self::Note(_) => DataType::Notes,
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => f.write_str(field.as_str()),
            Self::Extension(name, _) => f.write_str(name.as_str()),
            Self::Note(id) => write!(f, "notes/{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_type_of_access_with_phi_has_a_field_or_is_kept_elsewhere() {
        let kept_elsewhere = [DataType::Messages, DataType::Census];
        for data_type in DataType::ALL {
            let is_of_records = data_type.is_phi() && !kept_elsewhere.contains(data_type);
            let has_fields = *data_type == DataType::Notes
                || Field::ALL
                    .iter()
                    .any(|field| field.data_type() == *data_type);

            assert_eq!(
                RECORD_TYPES.contains(data_type),
                is_of_records,
                "{data_type}"
            );
            assert_eq!(has_fields, is_of_records, "{data_type}");
        }
    }

    #[test]
    fn every_path_is_read_back_from_its_text() {
        let mut paths: Vec<_> = Field::ALL.iter().copied().map(FieldPath::Field).collect();
        let extension = ExtensionName::parse("x-blood-donor").unwrap();
        paths.push(FieldPath::Extension(extension, DataType::Treatment));
        paths.push(FieldPath::Note(NoteId([0xf0, 0, 1, 2, 3, 4, 5, 6])));

        for path in paths {
            let read = FieldPath::parse(&path.to_string(), Some(path.data_type()));

            assert_eq!(read, Ok(path));
        }
    }

    #[test]
    fn an_extension_declares_a_data_type_of_records() {
        let parse = FieldPath::parse;

        assert_eq!(parse("x-a", None), Err(PathError::Undeclared));
        for wrong in [DataType::Audit, DataType::Messages, DataType::Deidentified] {
            assert_eq!(parse("x-a", Some(wrong)), Err(PathError::DataType));
        }
        let longest = format!("x-{}", "a".repeat(62));
        assert!(parse(&longest, Some(DataType::Notes)).is_ok());
        for wrong in ["x-", "x-A", "x-a b", &format!("{longest}a")] {
            let read = parse(wrong, Some(DataType::Notes));
            assert_eq!(read, Err(PathError::Extension), "{wrong}");
        }
    }

    #[test]
    fn what_is_on_no_list_is_no_field() {
        for wrong in ["", "Name", "notes", "notes/1", "notes/F000000000000000"] {
            assert_eq!(FieldPath::parse(wrong, None), Err(PathError::Unknown));
        }
    }
}
