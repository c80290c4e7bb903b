//! A reader's place in the events: of which process, and how far.

use std::fmt;

/// The id of an event, `process-sequence`. Sequences begin at 1 with each process, so the process belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) process: u64,
    pub(crate) sequence: u64,
}

impl Place {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (process, sequence) = text.split_once('-')?;
        Some(Self {
            process: process.parse().ok()?,
            sequence: sequence.parse().ok()?,
        })
    }

    /// After which event of `process` the reader goes on: of another process it has seen none.
    pub(crate) fn in_process(self, process: u64) -> u64 {
        if self.process == process {
            self.sequence
        } else {
            0
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.process, self.sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back() {
        let place = Place {
            process: 1_795_249_800_500,
            sequence: 42,
        };

        assert_eq!(Place::parse(&place.to_string()), Some(place));
        for text in ["", "42", "-", "1-", "x-1", "1-2-3"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_reader_of_an_earlier_process_starts_over() {
        let place = Place {
            process: 1,
            sequence: 42,
        };

        assert_eq!(place.in_process(1), 42);
        assert_eq!(place.in_process(2), 0);
    }
}
