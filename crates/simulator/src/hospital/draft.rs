//! Writes a message field by field. It is on purpose not the parser's own builder: a generator that
//! shares code with the parser would share its mistakes.

use super::application::Charset;

/// A message being written. Fields are given in ascending order within a segment.
pub(crate) struct Draft {
    bytes: Vec<u8>,
    charset: Charset,
    /// The field of the open segment that was written last.
    field: usize,
}

impl Draft {
    /// Begins with `MSH|^~\&`, so that the next field is MSH-3.
    pub(crate) fn new(charset: Charset) -> Self {
        let mut bytes = Vec::with_capacity(1_024);
        bytes.extend_from_slice(br"MSH|^~\&");
        Self {
            bytes,
            charset,
            field: 2,
        }
    }

    pub(crate) fn charset(&self) -> Charset {
        self.charset
    }

    pub(crate) fn segment(&mut self, id: &str) -> &mut Self {
        self.bytes.push(b'\r');
        self.bytes.extend_from_slice(id.as_bytes());
        self.field = 0;
        self
    }

    /// A field of one component; delimiters in it are escaped.
    pub(crate) fn text(&mut self, field: usize, text: &str) -> &mut Self {
        self.parts(field, &[text])
    }

    /// A field of several components; delimiters in them are escaped.
    pub(crate) fn parts(&mut self, field: usize, components: &[&str]) -> &mut Self {
        debug_assert!(field > self.field, "fields are written in order");
        if components.iter().all(|component| component.is_empty()) {
            return self;
        }
        while self.field < field {
            self.bytes.push(b'|');
            self.field += 1;
        }
        self.components(components)
    }

    /// One more repetition of the field that was written last.
    pub(crate) fn again(&mut self, components: &[&str]) -> &mut Self {
        self.bytes.push(b'~');
        self.components(components)
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.bytes.push(b'\r');
        self.bytes
    }

    fn components(&mut self, components: &[&str]) -> &mut Self {
        let last = components
            .iter()
            .rposition(|component| !component.is_empty());
        for (place, component) in components
            .iter()
            .take(last.map_or(0, |at| at + 1))
            .enumerate()
        {
            if place > 0 {
                self.bytes.push(b'^');
            }
            self.escaped(component);
        }
        self
    }

    /// HL7 v2.5.1 §2.7.1: the five delimiters, and a line break as `\.br\`.
    fn escaped(&mut self, text: &str) {
        const DELIMITERS: [char; 6] = ['|', '^', '&', '~', '\\', '\n'];
        if text.is_ascii() && !text.contains(DELIMITERS) {
            self.bytes.extend_from_slice(text.as_bytes());
            return;
        }
        for letter in text.chars() {
            match letter {
                '|' => self.bytes.extend_from_slice(br"\F\"),
                '^' => self.bytes.extend_from_slice(br"\S\"),
                '&' => self.bytes.extend_from_slice(br"\T\"),
                '~' => self.bytes.extend_from_slice(br"\R\"),
                '\\' => self.bytes.extend_from_slice(br"\E\"),
                '\n' => self.bytes.extend_from_slice(br"\.br\"),
                letter => self.letter(letter),
            }
        }
    }

    fn letter(&mut self, letter: char) {
        match self.charset {
            Charset::Utf8 => {
                let mut buffer = [0; 4];
                self.bytes
                    .extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
            }
            Charset::Latin1 => self.bytes.push(u8::try_from(letter).unwrap_or(b'?')),
            Charset::Ascii => self.bytes.push(if letter.is_ascii() {
                u8::try_from(letter).unwrap_or(b'?')
            } else {
                b'?'
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(charset: Charset, write: impl FnOnce(&mut Draft)) -> Vec<u8> {
        let mut draft = Draft::new(charset);
        write(&mut draft);
        draft.finish()
    }

    #[test]
    fn skipped_fields_stay_empty() {
        let message = written(Charset::Utf8, |draft| {
            draft
                .segment("PID")
                .text(1, "1")
                .parts(3, &["42", "", "", "SYNTH", "MR", ""]);
        });

        assert_eq!(message, b"MSH|^~\\&\rPID|1||42^^^SYNTH^MR\r");
    }

    #[test]
    fn delimiters_in_text_are_escaped() {
        let message = written(Charset::Utf8, |draft| {
            draft.segment("NTE").text(3, "a|b^c&d~e\\f\ng");
        });

        assert_eq!(
            message,
            b"MSH|^~\\&\rNTE|||a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\.br\\g\r"
        );
    }

    #[test]
    fn a_latin_1_sender_writes_one_byte_per_letter() {
        let message = written(Charset::Latin1, |draft| {
            draft.segment("PID").text(5, "Zoë");
        });

        assert_eq!(message, b"MSH|^~\\&\rPID|||||Zo\xEB\r");
    }
}
