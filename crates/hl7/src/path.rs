//! Addresses inside a message as people write them: `PID-5.1`, `PID-3[2].4.1`, `OBX[3]-5`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A place in a message, all numbers 1-based. Compile once, use on many messages.
///
/// `-` and `.` separate, `[2]` and `(2)` count occurrences. `PID-3` is the whole field with all its
/// repetitions, `PID-3[1]` its first repetition, `PID-3.1` the first component of the first repetition.
/// `PID` alone is the whole segment. Names match without regard to case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    pub(crate) segment: SegmentName,
    pub(crate) occurrence: u16,
    pub(crate) field: Option<u16>,
    pub(crate) repetition: Option<u16>,
    pub(crate) component: Option<u16>,
    pub(crate) subcomponent: Option<u16>,
}

/// What is wrong with a path, and at which character (1-based).
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("at character {at}: {problem}")]
pub struct PathError {
    /// 1-based position in the text of the path.
    pub at: usize,
    /// What was expected there.
    pub problem: PathProblem,
}

/// The kinds of [`PathError`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathProblem {
    /// Not three or four letters and digits.
    #[error("expected a segment name of three or four letters and digits, as in PID-5.1")]
    SegmentName,
    /// No digit where a number belongs.
    #[error("expected a number from 1 to 65535")]
    Number,
    /// Numbers start at 1.
    #[error("numbering starts at 1")]
    Zero,
    /// A bracket without its partner.
    #[error("expected a closing {0}")]
    Bracket(char),
    /// Another character, or a level below the sub-component.
    #[error("expected -, ., [ or the end of the path")]
    Separator,
    /// A path ends at the sub-component.
    #[error("a path ends at the sub-component, as in PID-3[2].4.1")]
    TooDeep,
}

impl Path {
    /// The place of a field: `Path::field("PID", 5)` is `PID-5`. None for a name or number that is none.
    pub fn field(segment: &str, field: u16) -> Option<Self> {
        let segment = SegmentName::new(segment.as_bytes()).filter(|_| field > 0)?;
        Some(Self {
            segment,
            occurrence: 1,
            field: Some(field),
            repetition: None,
            component: None,
            subcomponent: None,
        })
    }

    /// Upper-case name of the segment.
    pub fn segment_name(&self) -> &str {
        self.segment.as_str()
    }

    /// Which segment of that name, from 1.
    pub fn occurrence(&self) -> usize {
        usize::from(self.occurrence)
    }

    /// Number of the field; none for a whole segment.
    pub fn field_number(&self) -> Option<usize> {
        self.field.map(usize::from)
    }

    /// The same place in the `occurrence`th segment of that name; 0 is taken as 1.
    pub fn in_occurrence(mut self, occurrence: u16) -> Self {
        self.occurrence = occurrence.max(1);
        self
    }

    /// The same place in the `repetition`th repetition of the field; 0 is taken as 1.
    pub fn in_repetition(mut self, repetition: u16) -> Self {
        self.repetition = Some(repetition.max(1));
        self
    }

    /// The `component`th component of this field; 0 is taken as 1.
    pub fn component(mut self, component: u16) -> Self {
        self.component = Some(component.max(1));
        self
    }

    /// Whether the place is MSH-1 or MSH-2 (or those of FHS and BHS), which define the separators.
    pub(crate) fn is_separator_definition(&self) -> bool {
        self.segment.is_header() && matches!(self.field, Some(1 | 2))
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut reader = Reader {
            text: text.as_bytes(),
            at: 0,
        };
        let segment = reader.segment_name()?;
        let mut path = Self {
            segment,
            occurrence: reader.bracketed()?.unwrap_or(1),
            field: None,
            repetition: None,
            component: None,
            subcomponent: None,
        };
        path.field = reader.level()?;
        if path.field.is_some() {
            path.repetition = reader.bracketed()?;
            path.component = reader.level()?;
        }
        if path.component.is_some() {
            path.subcomponent = reader.level()?;
        }
        reader.end(path.subcomponent.is_some())?;
        Ok(path)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.segment.as_str())?;
        if self.occurrence != 1 {
            write!(formatter, "[{}]", self.occurrence)?;
        }
        if let Some(field) = self.field {
            write!(formatter, "-{field}")?;
        }
        if let Some(repetition) = self.repetition {
            write!(formatter, "[{repetition}]")?;
        }
        for level in [self.component, self.subcomponent].into_iter().flatten() {
            write!(formatter, ".{level}")?;
        }
        Ok(())
    }
}

/// Upper-case name of a segment, filled up with zeros; all zeros for a stray line of text.
pub(crate) type Letters = [u8; 4];

/// Three or four letters and digits, a letter first, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SegmentName {
    letters: Letters,
    length: u8,
}

impl SegmentName {
    pub(crate) fn new(name: &[u8]) -> Option<Self> {
        let length = u8::try_from(name.len()).ok()?;
        let mut letters = [0; 4];
        letters.get_mut(..name.len())?.copy_from_slice(name);
        letters.make_ascii_uppercase();
        is_segment_name(name).then_some(Self { letters, length })
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.letters
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    /// The letters, filled up with zeros: names of segments compare as one word.
    #[inline]
    pub(crate) fn letters(self) -> Letters {
        self.letters
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn is_header(self) -> bool {
        matches!(self.as_bytes(), b"MSH" | b"FHS" | b"BHS")
    }
}

impl fmt::Debug for SegmentName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Whether `name` has the shape of a segment name, in any case.
#[inline]
pub(crate) fn is_segment_name(name: &[u8]) -> bool {
    matches!(name.len(), 3 | 4)
        && name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(u8::is_ascii_alphanumeric)
}

/// Reads a path from left to right.
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn segment_name(&mut self) -> Result<SegmentName, PathError> {
        let length = self
            .text
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let name = self.text.get(..length).and_then(SegmentName::new);
        let name = name.ok_or(self.wrong(PathProblem::SegmentName))?;
        self.at = length;
        Ok(name)
    }

    /// `[n]` or `(n)`, if one stands here.
    fn bracketed(&mut self) -> Result<Option<u16>, PathError> {
        let closing = match self.text.get(self.at) {
            Some(b'[') => b']',
            Some(b'(') => b')',
            _ => return Ok(None),
        };
        self.at += 1;
        let number = self.number()?;
        if self.text.get(self.at) != Some(&closing) {
            return Err(self.wrong(PathProblem::Bracket(char::from(closing))));
        }
        self.at += 1;
        Ok(Some(number))
    }

    /// A separator and a number, unless the path ends here.
    fn level(&mut self) -> Result<Option<u16>, PathError> {
        match self.text.get(self.at) {
            None => Ok(None),
            Some(b'-' | b'.') => {
                self.at += 1;
                self.number().map(Some)
            }
            Some(_) => Err(self.wrong(PathProblem::Separator)),
        }
    }

    fn number(&mut self) -> Result<u16, PathError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = rest
            .get(..digits)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| digits.parse().ok())
            .ok_or(self.wrong(PathProblem::Number))?;
        if number == 0 {
            return Err(self.wrong(PathProblem::Zero));
        }
        self.at += digits;
        Ok(number)
    }

    fn end(&self, at_subcomponent: bool) -> Result<(), PathError> {
        match self.text.get(self.at) {
            None => Ok(()),
            Some(b'-' | b'.') if at_subcomponent => Err(self.wrong(PathProblem::TooDeep)),
            Some(_) => Err(self.wrong(PathProblem::Separator)),
        }
    }

    fn wrong(&self, problem: PathProblem) -> PathError {
        PathError {
            at: self.at + 1,
            problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        text.parse::<Path>().unwrap().to_string()
    }

    fn problem(text: &str) -> (usize, PathProblem) {
        let error = text.parse::<Path>().unwrap_err();
        (error.at, error.problem)
    }

    #[test]
    fn the_ways_people_write_a_path_mean_the_same() {
        for text in [
            "PID-3[2].4.1",
            "PID.3[2].4.1",
            "PID-3(2).4.1",
            "pid-3[2]-4-1",
            "PID[1]-3[2].4.1",
        ] {
            assert_eq!(written(text), "PID-3[2].4.1", "{text}");
        }
        assert_eq!(written("OBX(3)-5"), "OBX[3]-5");
        assert_eq!(written("ZPDA-1"), "ZPDA-1");
        assert_eq!(written("OBX[2]"), "OBX[2]");
    }

    #[test]
    fn a_wrong_path_names_the_character_and_what_was_expected() {
        assert_eq!(problem(""), (1, PathProblem::SegmentName));
        assert_eq!(problem("PI-5"), (1, PathProblem::SegmentName));
        assert_eq!(problem("3ID-5"), (1, PathProblem::SegmentName));
        assert_eq!(problem("PID5-"), (6, PathProblem::Number));
        assert_eq!(problem("PID-"), (5, PathProblem::Number));
        assert_eq!(problem("PID-x"), (5, PathProblem::Number));
        assert_eq!(problem("PID-0"), (5, PathProblem::Zero));
        assert_eq!(problem("PID-70000"), (5, PathProblem::Number));
        assert_eq!(problem("PID-3[2"), (8, PathProblem::Bracket(']')));
        assert_eq!(problem("PID-3(2]"), (8, PathProblem::Bracket(')')));
        assert_eq!(problem("PID/3"), (4, PathProblem::Separator));
        assert_eq!(problem("PID-3.1.1.1"), (10, PathProblem::TooDeep));
        assert_eq!(problem("PID-3.1.1 "), (10, PathProblem::Separator));
    }

    #[test]
    fn the_error_reads_as_advice() {
        let error = "PID-0".parse::<Path>().unwrap_err();

        assert_eq!(error.to_string(), "at character 5: numbering starts at 1");
    }

    proptest! {
        #[test]
        fn a_path_that_is_written_reads_back_as_itself(
            name in "[A-Z][A-Z0-9]{2,3}", occurrence in 1u16.., field in 1u16..,
            repetition in proptest::option::of(1u16..), component in 1u16.., deep: bool,
        ) {
            let path = Path {
                segment: SegmentName::new(name.as_bytes()).unwrap(),
                occurrence,
                field: Some(field),
                repetition,
                component: deep.then_some(component),
                subcomponent: deep.then_some(2),
            };

            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn any_text_is_answered_without_panic(text in ".{0,40}") {
            let _answer = text.parse::<Path>();
        }
    }
}
