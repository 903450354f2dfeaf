//! JSON to the common tree: serde_json judges whether it is JSON at all, and a small reader finds
//! the places and keeps duplicate keys.

use std::rc::Rc;

use serde::de::IgnoredAny;

use super::MAX_DEPTH;
use super::definition::{FlagFileError, Style, depth_expectation};
use super::node::{Entry, Kind, Node, Value};
use super::text::Text;

/// The file as one tree; its top level is an object or an array.
pub(super) fn read(text: &Text<'_>) -> Result<Node, FlagFileError> {
    serde_json::from_str::<IgnoredAny>(text.body).map_err(|error| {
        let offset = offset_of(text.body, error.line(), error.column());
        let message = error.to_string();
        let cause = message.split(" at line ").next().unwrap_or_default();
        text.malformed(offset, format!("this is no JSON ({cause})"), "valid JSON")
    })?;
    let mut reader = Reader { text, at: 0, depth: 0 };
    reader.skip_space();
    let root = reader.value()?;
    match root.kind {
        Kind::Map(_) | Kind::List(_) => Ok(root),
        _ => Err(text.malformed(root.span.start, "a lone value defines nothing", "an object")),
    }
}

/// serde_json counts lines by `\n` and columns in bytes, both from 1.
fn offset_of(body: &str, line: usize, column: usize) -> usize {
    let before: usize = body.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before + column.saturating_sub(1)
}

struct Reader<'a> {
    text: &'a Text<'a>,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.body.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Node, FlagFileError> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(b'}', Self::object)?,
            Some(b'[') => self.nested(b']', Self::array)?,
            Some(b'"') => Kind::Scalar { text: self.string()?, style: Some(Style::Double) },
            _ => Kind::Scalar { text: self.literal()?, style: Some(Style::Plain) },
        };
        Ok(Rc::new(Value { kind, span: start..self.at }))
    }

    fn nested(
        &mut self,
        close: u8,
        members: fn(&mut Self, u8) -> Result<Kind, FlagFileError>,
    ) -> Result<Kind, FlagFileError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.malformed("values nest too deeply", &depth_expectation()));
        }
        self.at += 1;
        let kind = members(self, close)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn object(&mut self, close: u8) -> Result<Kind, FlagFileError> {
        let mut entries = Vec::new();
        while self.more(close)? {
            let offset = self.at;
            let key = Some(self.string()?);
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            entries.push(Entry { key, offset, value: self.value()? });
        }
        Ok(Kind::Map(entries))
    }

    fn array(&mut self, close: u8) -> Result<Kind, FlagFileError> {
        let mut items = Vec::new();
        while self.more(close)? {
            items.push(self.value()?);
        }
        Ok(Kind::List(items))
    }

    /// Steps over a comma or the closing bracket; whether a member follows.
    fn more(&mut self, close: u8) -> Result<bool, FlagFileError> {
        self.skip_space();
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                return Ok(false);
            }
            Some(b',') => self.at += 1,
            Some(_) => {}
            None => return Err(self.malformed("the file ends too early", "a closing bracket")),
        }
        self.skip_space();
        Ok(true)
    }

    fn expect(&mut self, byte: u8) -> Result<(), FlagFileError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(self.malformed("something is missing", &format!("`{}`", char::from(byte))))
    }

    /// A string, decoded by serde_json, which also refuses lone surrogates.
    fn string(&mut self) -> Result<String, FlagFileError> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => return Err(self.malformed("a string is never closed", "`\"`")),
            }
        }
        self.at += 1;
        let source = self.text.body.get(start..self.at).unwrap_or_default();
        serde_json::from_str(source).map_err(|_| {
            self.text.malformed(start, "a string has a wrong escape", "a pair of surrogates")
        })
    }

    /// A number, `true`, `false` or `null`, as written.
    fn literal(&mut self) -> Result<String, FlagFileError> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        {
            self.at += 1;
        }
        match self.text.body.get(start..self.at) {
            Some(literal) if !literal.is_empty() => Ok(literal.to_owned()),
            _ => Err(self.malformed("there is no value", "a value")),
        }
    }

    fn malformed(&self, problem: &str, expected: &str) -> FlagFileError {
        self.text.malformed(self.at, problem, expected)
    }
}

#[cfg(test)]
mod tests {
    use crate::flag::{Definition, FlagFileError, definitions};

    fn read(content: &str) -> Vec<Definition> {
        definitions("flags.json", content.as_bytes()).unwrap().all
    }

    fn error(content: &str) -> FlagFileError {
        definitions("flags.json", content.as_bytes()).unwrap_err()
    }

    #[test]
    fn keys_at_every_depth_with_places() {
        let content =
            "{\r\n  \"USE_A\": true,\r\n  \"f\": {\"é\": [{\"b\\u0041\": -1.5e3}]}, \"e\": {}}";
        let rows: Vec<_> =
            read(content).into_iter().map(|d| (d.name, d.value, d.line, d.column)).collect();
        let row = |n: &str, v: Option<&str>, l, c| (n.to_owned(), v.map(str::to_owned), l, c);
        assert_eq!(
            rows,
            [
                row("USE_A", Some("true"), 2, 3),
                row("f", None, 3, 3),
                row("é", None, 3, 9),
                row("bA", Some("-1.5e3"), 3, 16),
                row("e", None, 3, 38),
            ]
        );
    }

    #[test]
    fn duplicates_are_kept() {
        let names: Vec<_> = read(r#"{"a": 1, "a": 2}"#).into_iter().map(|d| d.name).collect();
        assert_eq!(names, ["a", "a"]);
    }

    #[test]
    fn what_yaml_would_allow_is_no_json() {
        for content in ["{a: 1}", "{'a': 1}", "{\"a\": 1,}", "{} {}", "// x\n{}", "", "{\"a\": 01}"]
        {
            assert!(error(content).to_string().contains("expected valid JSON"), "{content}");
        }
        assert_eq!(error("{\"a\": 1,\n  b}").position(), Some((2, 3)));
        assert!(error("\"USE_A\"").to_string().contains("expected an object"));
        error(r#"{"a": "\ud800"}"#);
        error(r#"{"\ud800": 1}"#);
    }

    #[test]
    fn depth_is_capped() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(&nested(64)).is_empty());
        assert!(error(&nested(65)).to_string().contains("64 levels"));
        error(&nested(200_000));
        error(&"[".repeat(1_000_000));
        error(&"{\"a\":".repeat(100_000));
    }

    #[test]
    fn a_byte_order_mark_is_no_content() {
        assert_eq!(read("\u{feff}{\"a\": 1}").len(), 1);
    }
}
