//! SARIF's own rules for texts: `[name](target)` is a link (§3.11.6), `{0}` a placeholder
//! (§3.11.5), and a place is a URI.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::{terminal, terminal_lines};

/// What stands in a URI's path as it is.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A plain text message on one line.
pub(in crate::report) fn sarif_text(text: &str) -> String {
    without_markup(&terminal(text))
}

/// A plain text message of several lines.
pub(in crate::report) fn sarif_lines(text: &str) -> String {
    without_markup(&terminal_lines(text))
}

fn without_markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '[' | ']' => escaped.extend(['\\', character]),
            '{' | '}' => escaped.extend([character, character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A path as a relative URI: every byte survives, text or not.
pub(in crate::report) fn uri(path: &[u8]) -> String {
    percent_encode(path, PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_and_no_placeholder() {
        assert_eq!(sarif_text("[a](b) {0}"), r"\[a\](b) {{0}}");
        assert_eq!(sarif_text("a\u{1b}"), r"a\u{{1b}}");
        assert_eq!(sarif_lines("a\nb\r"), "a\nb\\u{{d}}");
    }

    #[test]
    fn a_uri_holds_every_byte() {
        assert_eq!(uri(b"src/a b:\xff\n%?#.py"), "src/a%20b%3A%FF%0A%25%3F%23.py");
    }
}
