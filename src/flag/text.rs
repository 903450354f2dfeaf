//! A file's content as text, and the way from byte offsets to lines and columns.

use super::definition::{Definition, FlagFileError};

/// What some editors put in front of UTF-8.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The text of one file, without its byte order mark.
pub(super) struct Text<'a> {
    path: &'a str,
    /// What parsers read; every offset in this room counts from its start.
    pub(super) body: &'a str,
}

impl<'a> Text<'a> {
    /// Decodes UTF-8. A NUL is refused: YAML and C readers take it for the end of the file, and
    /// what stands behind it would be overlooked.
    pub(super) fn new(path: &'a str, content: &'a [u8]) -> Result<Self, FlagFileError> {
        let decoded = match std::str::from_utf8(content) {
            Ok(decoded) => decoded,
            Err(error) => return Err(not_utf8(path, content, error.valid_up_to())),
        };
        let body = decoded.strip_prefix(BYTE_ORDER_MARK).unwrap_or(decoded);
        let text = Self { path, body };
        match body.find('\0') {
            Some(offset) => Err(text.malformed(offset, "there is a NUL byte", "plain text")),
            None => Ok(text),
        }
    }

    /// An error at a byte offset.
    pub(super) fn malformed(
        &self,
        offset: usize,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) -> FlagFileError {
        let mut cursor = Cursor::new(self.body);
        cursor.advance(offset);
        FlagFileError::Malformed {
            path: self.path.to_owned(),
            line: cursor.line,
            column: cursor.column,
            problem: problem.into(),
            expected: expected.into(),
        }
    }

    /// Fills in line and column of every definition, in one sweep over the text.
    pub(super) fn place(&self, definitions: &mut [Definition]) {
        let mut order: Vec<&mut Definition> = definitions.iter_mut().collect();
        order.sort_by_key(|definition| definition.offset);
        let mut cursor = Cursor::new(self.body);
        for definition in order {
            cursor.advance(definition.offset);
            definition.line = cursor.line;
            definition.column = cursor.column;
        }
    }
}

fn not_utf8(path: &str, content: &[u8], valid: usize) -> FlagFileError {
    let prefix = content.get(..valid).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let text = Text { path, body: prefix.unwrap_or_default() };
    let problem = if content.starts_with(&[0xff, 0xfe]) || content.starts_with(&[0xfe, 0xff]) {
        "the file is UTF-16"
    } else {
        "a byte is not UTF-8"
    };
    text.malformed(valid, problem, "text in UTF-8")
}

/// Walks the text once, forward. `\n`, `\r\n` and a lone `\r` end a line.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    column: u32,
    after_return: bool,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, offset: 0, line: 1, column: 1, after_return: false }
    }

    fn advance(&mut self, to: usize) {
        let mut to = to.min(self.text.len());
        while !self.text.is_char_boundary(to) {
            to -= 1;
        }
        let between = self.text.get(self.offset..to).unwrap_or_default();
        for character in between.chars() {
            match character {
                '\n' if self.after_return => {}
                '\n' | '\r' => {
                    self.line = self.line.saturating_add(1);
                    self.column = 1;
                }
                _ => self.column = self.column.saturating_add(1),
            }
            self.after_return = character == '\r';
        }
        self.offset = self.offset.max(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(body: &str, offset: usize) -> (u32, u32) {
        Text { path: "x", body }.malformed(offset, "", "").position().unwrap()
    }

    #[test]
    fn lines_and_columns_count_characters() {
        assert_eq!(position("ab\ncd", 4), (2, 2));
        assert_eq!(position("ab\r\ncd", 4), (2, 1));
        assert_eq!(position("ab\rcd", 3), (2, 1));
        assert_eq!(position("é=1", 2), (1, 2));
        assert_eq!(position("é=1", 1), (1, 1), "inside a character counts as its start");
        assert_eq!(position("a", 99), (1, 2));
    }

    #[test]
    fn unreadable_bytes_are_placed() {
        let error = Text::new("f", b"a\nb\xff").err().unwrap();
        assert_eq!(error.position(), Some((2, 2)));
        let wide = Text::new("f", b"\xff\xfeA\0").err().unwrap();
        assert!(wide.to_string().contains("UTF-16"), "{wide}");
        assert_eq!(Text::new("f", b"a\n\0").err().unwrap().position(), Some((2, 1)));
    }

    #[test]
    fn the_byte_order_mark_is_no_text() {
        assert_eq!(Text::new("f", b"\xef\xbb\xbfA").unwrap().body, "A");
    }
}
