//! The words of the policies. Each list is closed: a word that is not on it is refused by name.

use std::fmt;

/// A word that is not on its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such {of}: nothing is known of what it may; use one of {known}")]
pub struct UnknownWord {
    /// What was looked for.
    pub of: &'static str,
    /// The words that there are.
    pub known: &'static str,
}

macro_rules! words {
    (
        $(#[$page:meta])*
        $name:ident, $of:literal { $( $(#[$item:meta])* $variant:ident = $text:literal, )* }
    ) => {
        $(#[$page])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$item])* $variant, )* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }

            /// Takes a word exactly as it is written.
            ///
            /// # Errors
            /// [`UnknownWord`]; it holds nothing of the text.
            pub fn parse(text: &str) -> Result<Self, UnknownWord> {
                let known = concat!($( $text, " ", )*);
                match text {
                    $( $text => Ok(Self::$variant), )*
                    _ => Err(UnknownWord { of: $of, known }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

macro_rules! set {
    ($(#[$page:meta])* $name:ident of $item:ident) => {
        $(#[$page])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// None of them.
            pub const EMPTY: Self = Self(0);

            /// Just this one.
            pub const fn one(item: $item) -> Self {
                Self(1 << item as u32)
            }

            /// These.
            pub fn of(items: &[$item]) -> Self {
                items.iter().copied().collect()
            }

            /// All that there are.
            pub fn all() -> Self {
                Self::of($item::ALL)
            }

            /// This set and one more.
            #[must_use]
            pub const fn with(self, item: $item) -> Self {
                Self(self.0 | Self::one(item).0)
            }

            /// Whether the item is in it.
            pub const fn has(self, item: $item) -> bool {
                self.0 & Self::one(item).0 != 0
            }

            /// What is in both.
            #[must_use]
            pub const fn and(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// Whether everything in it is in `other`.
            pub const fn is_within(self, other: Self) -> bool {
                self.0 & !other.0 == 0
            }

            /// Whether nothing is in it.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Each, in the order of the list.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.iter().copied().filter(move |item| self.has(*item))
            }
        }

        impl FromIterator<$item> for $name {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                items.into_iter().fold(Self::EMPTY, Self::with)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_set().entries(self.iter()).finish()
            }
        }
    };
}

words! {
    /// As what somebody acts.
    Role, "role" {
        /// Treats patients.
        Physician = "physician",
        /// Cares for patients.
        Nurse = "nurse",
        /// Dispenses.
        Pharmacist = "pharmacist",
        /// Works in a laboratory.
        Lab = "lab",
        /// Admits patients, makes appointments.
        Registrar = "registrar",
        /// Administrative staff. Changes no policies.
        Admin = "admin",
        /// Bills.
        Billing = "billing",
        /// A patient, of whom the record is.
        Patient = "patient",
        /// Keeps the system and its interfaces running.
        Operator = "operator",
        /// Reads the trail.
        Auditor = "auditor",
        /// Reads the trail, reviews emergency accesses.
        PrivacyOfficer = "privacy_officer",
        /// Changes policies and identities; sees nothing of patients.
        SecurityAdmin = "security_admin",
        /// An interface: writes what messages bring.
        Integration = "integration",
        /// A bedside device: writes vital signs.
        Device = "device",
        /// Uses de-identified data.
        Researcher = "researcher",
        /// An application of the site that answers for its own users, by a token of the site's file.
        Application = "application",
        /// Health information management: releases copies of records to those outside who may have them.
        HealthInformation = "health_information",
    }
}

words! {
    /// What access is decided on: never a single field.
    DataType, "data type" {
        /// Diagnoses.
        Diagnosis = "diagnosis",
        /// Treatment and orders.
        Treatment = "treatment",
        /// Medications.
        Medications = "medications",
        /// Vital signs and scores.
        Vitals = "vitals",
        /// Results of laboratories.
        LabResults = "lab_results",
        /// Name, birth date, address, numbers.
        Demographics = "demographics",
        /// Allergies and intolerances.
        Allergies = "allergies",
        /// Clinical notes.
        Notes = "notes",
        /// Appointments.
        Appointments = "appointments",
        /// Insurance.
        Insurance = "insurance",
        /// Bills and payments.
        Billing = "billing",
        /// HL7 messages and what became of them.
        Messages = "messages",
        /// Who lies where: beds and stays.
        Census = "census",
        /// Sessions of users.
        Sessions = "sessions",
        /// The audit trail.
        Audit = "audit",
        /// Policies.
        Policy = "policy",
        /// Users, service accounts and API keys.
        Identities = "identities",
        /// Emergency accesses and their reviews.
        Emergencies = "emergencies",
        /// Keys: who holds them, and what they wrap; never a key.
        Keys = "keys",
        /// Data from which the identifiers were taken.
        Deidentified = "deidentified",
        /// The store and its servers, drills, the configuration: nothing of a patient, no secret.
        System = "system",
    }
}

words! {
    /// What is done.
    Action, "action" {
        /// Reading.
        Read = "read",
        /// Searching by a field, or in it: needs the right to see it.
        Search = "search",
        /// Reading as it changes.
        Stream = "stream",
        /// Writing.
        Write = "write",
        /// Deleting.
        Delete = "delete",
        /// Taking a copy away as a file.
        Export = "export",
        /// Taking a copy away on paper.
        Print = "print",
    }
}

words! {
    /// Why it is done; the codes of HL7 v3 PurposeOfUse.
    Purpose, "purpose of use" {
        /// Treatment.
        Treatment = "TREAT",
        /// Emergency treatment.
        EmergencyTreatment = "ETREAT",
        /// Break-glass.
        BreakGlass = "BTG",
        /// Payment.
        Payment = "HPAYMT",
        /// Operations of the hospital.
        Operations = "HOPERAT",
        /// Research.
        Research = "HRESCH",
        /// The patient asks.
        PatientRequest = "PATRQT",
        /// Public health: what is reported to its authorities (45 CFR 164.512(b)).
        PublicHealth = "PUBHLTH",
        /// Legal: subpoenas, orders of a court, what law asks for (45 CFR 164.512(a), (e), (f)).
        Legal = "HLEGAL",
    }
}

words! {
    /// What may be true of user, patient and item, when somebody asks what the policies would say.
    Fact, "fact" {
        /// The user is in the patient's care team.
        CareTeam = "care_team",
        /// The user's department cares for the patient.
        Department = "department",
        /// The record is the user's own.
        Own = "own",
        /// An emergency access holds.
        Emergency = "emergency",
        /// The patient is of public interest.
        Vip = "vip",
        /// The patient works here.
        Employee = "employee",
        /// The patient is confidential.
        Confidential = "confidential",
        /// The item is a psychotherapy note.
        Psychotherapy = "psychotherapy",
        /// The item falls under 42 CFR Part 2.
        Part2 = "part2",
        /// The user wrote the item.
        Author = "author",
        /// The patient's consent covers the purpose.
        Consent = "consent",
        /// The user is suspended.
        Suspended = "suspended",
        /// The user is off shift.
        OffShift = "off_shift",
        /// The user proved no second factor.
        NoSecondFactor = "no_second_factor",
    }
}

set! {
    /// Roles.
    RoleSet of Role
}
set! {
    /// Data types.
    TypeSet of DataType
}

impl Role {
    /// Whether machines, not people, have it.
    pub const fn is_machine(self) -> bool {
        matches!(self, Self::Integration | Self::Device | Self::Application)
    }
}

impl DataType {
    /// Whether it holds protected health information.
    pub const fn is_phi(self) -> bool {
        !matches!(
            self,
            Self::Sessions
                | Self::Audit
                | Self::Policy
                | Self::Identities
                | Self::Emergencies
                | Self::Keys
                | Self::Deidentified
                | Self::System
        )
    }
}

impl Purpose {
    /// Whether disclosures for it are accounted for: all but treatment, payment, operations and what the patient asked for
    /// (45 CFR 164.528(a)(1)).
    pub const fn is_accounted_for(self) -> bool {
        matches!(self, Self::Research | Self::PublicHealth | Self::Legal)
    }
}

impl Action {
    /// Whether something is seen by it and nothing changed or taken away.
    pub const fn is_view(self) -> bool {
        matches!(self, Self::Read | Self::Search | Self::Stream)
    }
}
