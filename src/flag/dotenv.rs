//! Dotenv files, read without expanding anything.
//!
//! There is no standard, so this is the common ground of the loaders: an optional `export`, a
//! name, `=` with blanks round it, and a value that is bare, in single or in double quotes.
//! Quoted values may span lines. In double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are
//! escapes; nothing else is. A `#` begins a comment at the start of a line, after a blank, or
//! behind a closing quote.

use super::definition::{Definition, FlagFileError, Slot, Style};
use super::text::Text;

/// Every definition, in the order of the file, duplicates included.
pub(super) fn read(text: &Text<'_>) -> Result<Vec<Definition>, FlagFileError> {
    let mut reader = Reader { text, at: 0 };
    let mut found = Vec::new();
    while let Some(byte) = reader.next_significant() {
        if byte == b'#' {
            reader.skip_line();
        } else {
            found.push(reader.definition()?);
        }
    }
    Ok(found)
}

struct Reader<'a> {
    text: &'a Text<'a>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.body.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.rest().bytes().next()
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        self.at += self.rest().bytes().take_while(|byte| wanted(*byte)).count();
    }

    fn skip_blanks(&mut self) {
        self.skip_while(is_blank);
    }

    fn skip_line(&mut self) {
        self.skip_while(|byte| !is_line_end(byte));
    }

    /// The first byte that is neither blank nor a line's end.
    fn next_significant(&mut self) -> Option<u8> {
        self.skip_while(|byte| is_blank(byte) || is_line_end(byte));
        self.peek()
    }

    fn definition(&mut self) -> Result<Definition, FlagFileError> {
        let (name, offset) = self.name()?;
        self.skip_blanks();
        if self.peek() != Some(b'=') {
            return Err(self.malformed("a name without a value", "`=` after the name"));
        }
        self.at += 1;
        let (value, slot) = self.value()?;
        let mut definition = Definition::plain(name, offset, None);
        definition.value = Some(value);
        definition.slot = Some(slot);
        Ok(definition)
    }

    /// The name, without `export`; `export=1` defines a variable of that name.
    fn name(&mut self) -> Result<(&'a str, usize), FlagFileError> {
        let (first, offset) = self.word()?;
        let before_blanks = self.at;
        self.skip_blanks();
        let more = self.at > before_blanks && self.peek().is_some_and(begins_name);
        if first == "export" && more { self.word() } else { Ok((first, offset)) }
    }

    fn word(&mut self) -> Result<(&'a str, usize), FlagFileError> {
        let start = self.at;
        if !self.peek().is_some_and(begins_name) {
            return Err(self.malformed(
                "this line begins with no name",
                "`NAME=value`, a comment or an empty line",
            ));
        }
        self.skip_while(|byte| begins_name(byte) || matches!(byte, b'0'..=b'9' | b'.' | b'-'));
        Ok((self.text.body.get(start..self.at).unwrap_or_default(), start))
    }

    fn value(&mut self) -> Result<(String, Slot), FlagFileError> {
        let after_sign = self.at;
        self.skip_blanks();
        match self.peek() {
            Some(b'\'') => self.quoted(b'\'', Style::Single),
            Some(b'"') => self.quoted(b'"', Style::Double),
            _ => Ok(self.bare(after_sign)),
        }
    }

    fn bare(&mut self, after_sign: usize) -> (String, Slot) {
        let start = self.at;
        self.skip_line();
        let line = self.text.body.get(start..self.at).unwrap_or_default();
        let blank_before = start > after_sign;
        let value = line.get(..comment_start(line, blank_before)).unwrap_or_default();
        let value = value.trim_end_matches([' ', '\t']);
        // An empty value with a comment behind it belongs before the blank that the comment needs.
        let start = if value.is_empty() && !line.is_empty() { after_sign } else { start };
        let span = start..start + value.len();
        (value.to_owned(), Slot { span, style: Style::Plain })
    }

    fn quoted(&mut self, quote: u8, style: Style) -> Result<(String, Slot), FlagFileError> {
        let start = self.at;
        self.at += 1;
        let escapes = style == Style::Double;
        let Some(length) = closing_quote(self.rest(), quote, escapes) else {
            self.at = start;
            return Err(self.malformed("a quote is never closed", "a closing quote"));
        };
        let inner = self.rest().get(..length).unwrap_or_default();
        self.at += length + 1;
        let slot = Slot { span: start..self.at, style };
        self.skip_blanks();
        if self.peek() == Some(b'#') {
            self.skip_line();
        }
        if self.peek().is_some_and(|byte| !is_line_end(byte)) {
            return Err(self.malformed(
                "there is text behind the closing quote",
                "the end of the line or a comment",
            ));
        }
        Ok((if escapes { unescape(inner) } else { inner.to_owned() }, slot))
    }

    fn malformed(&self, problem: &str, expected: &str) -> FlagFileError {
        self.text.malformed(self.at, problem, expected)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Where the comment of an unquoted value begins, or the line's length.
fn comment_start(line: &str, blank_before: bool) -> usize {
    let mut after_blank = blank_before;
    for (at, byte) in line.bytes().enumerate() {
        if byte == b'#' && after_blank {
            return at;
        }
        after_blank = is_blank(byte);
    }
    line.len()
}

fn closing_quote(text: &str, quote: u8, escapes: bool) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if escaped {
            escaped = false;
        } else if escapes && byte == b'\\' {
            escaped = true;
        } else if byte == quote {
            return Some(at);
        }
    }
    None
}

fn unescape(inner: &str) -> String {
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => value.push('\n'),
            Some('r') => value.push('\r'),
            Some('t') => value.push('\t'),
            Some(literal @ ('"' | '\\' | '$')) => value.push(literal),
            Some(other) => value.extend(['\\', other]),
            None => value.push('\\'),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use crate::flag::{FlagFileError, definitions};

    fn read(content: &str) -> Vec<(String, String, u32, u32)> {
        let found = definitions(".env", content.as_bytes()).unwrap();
        let row = |d: crate::flag::Definition| (d.name, d.value.unwrap(), d.line, d.column);
        found.all.into_iter().map(row).collect()
    }

    fn values(content: &str) -> Vec<String> {
        read(content).into_iter().map(|row| row.1).collect()
    }

    fn error(content: &str) -> FlagFileError {
        definitions(".env", content.as_bytes()).unwrap_err()
    }

    #[test]
    fn names_values_and_places() {
        let content = "# flags\n\nUSE_A=true\n  export  USE_B = 'x y' # why\r\nexport=1\nLAST=";
        let rows = read(content);
        let row = |n: &str, v: &str, l, c| (n.to_owned(), v.to_owned(), l, c);
        assert_eq!(
            rows,
            [
                row("USE_A", "true", 3, 1),
                row("USE_B", "x y", 4, 11),
                row("export", "1", 5, 1),
                row("LAST", "", 6, 1),
            ]
        );
    }

    #[test]
    fn nothing_is_expanded() {
        let content = "A=${HOME}/x\nB=\"$HOME\"\nC='$(id)'\nD=`id`\n";
        assert_eq!(values(content), ["${HOME}/x", "$HOME", "$(id)", "`id`"]);
    }

    #[test]
    fn comments_end_values_only_after_a_blank() {
        let content = "A=a#b\nB=a # b\nC=#x\nD= # only a comment\nE=\"a # b\"# c\nF=a\t#b";
        assert_eq!(values(content), ["a#b", "a", "#x", "", "a # b", "a"]);
    }

    #[test]
    fn a_commented_definition_is_none() {
        assert!(read("# USE_X=false\n  #USE_Y=true").is_empty());
    }

    #[test]
    fn quotes_escapes_and_lines() {
        let content =
            "A='it\\n'\nB=\"a\\n\\\"b\\\" \\$x \\q\"\nC=\"one\ntwo\"\nD='1\r\n2'\nE=don't\n";
        assert_eq!(values(content), ["it\\n", "a\n\"b\" $x \\q", "one\ntwo", "1\r\n2", "don't"]);
        assert_eq!(read(content)[3].2, 5, "lines inside a value count");
    }

    #[test]
    fn duplicates_line_ends_and_a_byte_order_mark() {
        assert_eq!(values("A=1\r\nA=2\rB=3"), ["1", "2", "3"]);
        assert_eq!(read("\u{feff}USE_A=true")[0].0, "USE_A");
    }

    #[test]
    fn what_cannot_be_read_has_a_place() {
        for (content, position, expected) in [
            ("A=1\nnot a definition", (2, 5), "`=`"),
            ("USE_X", (1, 6), "`=`"),
            ("export USE_X", (1, 13), "`=`"),
            ("A=1\n=2", (2, 1), "NAME=value"),
            ("<<<<<<< HEAD\nA=1", (1, 1), "NAME=value"),
            ("{\"A\": 1}", (1, 1), "NAME=value"),
            ("A=1\nB=\"open", (2, 3), "closing quote"),
            ("A='x\nB='y'\n", (2, 4), "end of the line"),
            ("A=\"x\"y", (1, 6), "end of the line"),
        ] {
            let error = error(content);
            assert_eq!(error.position(), Some(position), "{content}: {error}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
