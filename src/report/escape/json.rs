//! JSON says everything, so nothing is replaced: what would not be seen, or be taken for a command
//! in a CI job's log, is written as an escape, which reads back as the same text.

use std::fmt::Write as _;

use serde::Serialize;

use super::is_hidden;

/// A value as one line of JSON.
pub(in crate::report) fn json(value: &impl Serialize) -> String {
    // Plain data with text keys can always be written.
    ascii_where_hidden(&serde_json::to_string(value).unwrap_or_default())
}

/// A value as JSON for people to read.
pub(in crate::report) fn json_pretty(value: &impl Serialize) -> String {
    ascii_where_hidden(&serde_json::to_string_pretty(value).unwrap_or_default())
}

/// Escapes what stands inside texts: outside of them, JSON holds no such character.
fn ascii_where_hidden(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        let command = character == '#' && escaped.ends_with('#');
        if command || (character != '\n' && is_hidden(character)) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_read_back_the_same() {
        let text = "a\u{1b}\u{9b}\u{202e}\u{e0041}\u{7f}\n##[error]é漢\\\"";
        let written = json(&[text]);
        assert!(!written.chars().any(is_hidden), "{written}");
        assert!(!written.contains("##"), "{written}");
        assert!(written.contains("é漢"), "{written}");
        let read: Vec<String> = serde_json::from_str(&written).unwrap();
        assert_eq!(read, [text]);
        let read: Vec<String> = serde_json::from_str(&json_pretty(&[text])).unwrap();
        assert_eq!(read, [text]);
    }
}
