//! The list of the console's files. The build of the console writes it beside them.

macro_rules! files {
    ($($name:literal)+) => {
        /// Every file: the path that it is asked for by, and its bytes.
        pub(super) const FILES: &[(&str, &[u8])] = &[
            $((concat!("/", $name), include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/console/", $name)))),+
        ];
    };
}

include!("../../../console/files.inc");
