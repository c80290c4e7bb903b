//! The sending systems of the hospital, each with its own interface habits: the HL7 version it was
//! certified for, its character set, and the acknowledgement mode it asks for.

/// A system that sends; each has one connection and its own MSH-3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Application {
    /// Admission, discharge, transfer: HL7 v2.5.1, UTF-8.
    Adt,
    /// Order entry: v2.5, UTF-8.
    Orders,
    /// Laboratory: v2.3.1, ISO 8859-1.
    Laboratory,
    /// Radiology: v2.4, ASCII, asks for a commit acknowledgement only (MSH-15 AL, MSH-16 NE).
    Radiology,
    /// Pharmacy: v2.6, UTF-8.
    Pharmacy,
    /// Scheduling: v2.7, UTF-8.
    Scheduling,
    /// Billing: v2.3, ASCII.
    Billing,
    /// Documents: v2.8, UTF-8.
    Documents,
    /// Bedside monitors: v2.6, UTF-8, the profile of IHE PCD-01. Silent unless somebody watches the beds.
    Monitors,
    /// The nurses' charting: v2.5.1, UTF-8. As silent.
    Charting,
}

/// How text becomes bytes (MSH-18, HL7 table 0211).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Ascii,
    Latin1,
    Utf8,
}

/// HL7 versions in use, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    V2_3,
    V2_3_1,
    V2_4,
    V2_5,
    V2_5_1,
    V2_6,
    V2_7,
    V2_8,
}

impl Application {
    /// All of them; the place in this list is [`Application::index`].
    pub const ALL: [Self; 10] = [
        Self::Adt,
        Self::Orders,
        Self::Laboratory,
        Self::Radiology,
        Self::Pharmacy,
        Self::Scheduling,
        Self::Billing,
        Self::Documents,
        Self::Monitors,
        Self::Charting,
    ];

    /// The short name that control ids and patient keys begin with.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Adt => "ADT",
            Self::Orders => "ORD",
            Self::Laboratory => "LAB",
            Self::Radiology => "RAD",
            Self::Pharmacy => "PHARM",
            Self::Scheduling => "SCHED",
            Self::Billing => "BILLING",
            Self::Documents => "DOCS",
            Self::Monitors => "MON",
            Self::Charting => "CHART",
        }
    }

    /// MSH-3.
    pub const fn sending_application(self) -> &'static str {
        match self {
            Self::Adt => "SYNTH_ADT",
            Self::Orders => "SYNTH_ORD",
            Self::Laboratory => "SYNTH_LAB",
            Self::Radiology => "SYNTH_RAD",
            Self::Pharmacy => "SYNTH_PHARM",
            Self::Scheduling => "SYNTH_SCHED",
            Self::Billing => "SYNTH_BILLING",
            Self::Documents => "SYNTH_DOCS",
            Self::Monitors => "SYNTH_MON",
            Self::Charting => "SYNTH_CHART",
        }
    }

    /// MSH-4.
    pub const fn sending_facility(self) -> &'static str {
        match self {
            Self::Laboratory => "SYNTHLAB",
            Self::Radiology => "SYNTHRAD",
            _ => "SYNTHHOSP",
        }
    }

    pub(crate) const fn version(self) -> Version {
        match self {
            Self::Billing => Version::V2_3,
            Self::Laboratory => Version::V2_3_1,
            Self::Radiology => Version::V2_4,
            Self::Orders => Version::V2_5,
            Self::Adt | Self::Charting => Version::V2_5_1,
            Self::Pharmacy | Self::Monitors => Version::V2_6,
            Self::Scheduling => Version::V2_7,
            Self::Documents => Version::V2_8,
        }
    }

    pub(crate) const fn charset(self) -> Charset {
        match self {
            Self::Laboratory => Charset::Latin1,
            Self::Radiology | Self::Billing => Charset::Ascii,
            _ => Charset::Utf8,
        }
    }

    /// MSH-15 and MSH-16, if this system uses enhanced mode (HL7 v2.5.1 §2.9.3).
    pub(crate) const fn acknowledgement(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Radiology => Some(("AL", "NE")),
            Self::Monitors => Some(("NE", "AL")),
            _ => None,
        }
    }

    /// MSH-21: the profile that the messages follow, if they follow one.
    pub(crate) const fn profile(self) -> Option<[&'static str; 4]> {
        match self {
            Self::Monitors => Some([
                "IHE_PCD_ORU_R01",
                "IHE PCD",
                "1.3.6.1.4.1.19376.1.6.1.1.1",
                "ISO",
            ]),
            _ => None,
        }
    }

    /// The place in [`Application::ALL`].
    pub const fn index(self) -> usize {
        match self {
            Self::Adt => 0,
            Self::Orders => 1,
            Self::Laboratory => 2,
            Self::Radiology => 3,
            Self::Pharmacy => 4,
            Self::Scheduling => 5,
            Self::Billing => 6,
            Self::Documents => 7,
            Self::Monitors => 8,
            Self::Charting => 9,
        }
    }
}

impl Charset {
    pub(crate) const fn msh_18(self) -> &'static str {
        match self {
            Self::Ascii => "",
            Self::Latin1 => "8859/1",
            Self::Utf8 => "UNICODE UTF-8",
        }
    }
}

impl Version {
    pub(crate) const fn msh_12(self) -> &'static str {
        match self {
            Self::V2_3 => "2.3",
            Self::V2_3_1 => "2.3.1",
            Self::V2_4 => "2.4",
            Self::V2_5 => "2.5",
            Self::V2_5_1 => "2.5.1",
            Self::V2_6 => "2.6",
            Self::V2_7 => "2.7",
            Self::V2_8 => "2.8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_application_stands_where_its_index_says() {
        let places: Vec<usize> = Application::ALL.iter().map(|each| each.index()).collect();

        assert_eq!(places, (0..Application::ALL.len()).collect::<Vec<_>>());
    }
}
