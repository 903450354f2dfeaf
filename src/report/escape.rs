//! Text from a repository is hostile: a path may hold a newline and `::error::`, terminal escapes,
//! or controls that turn the reading direction. Each output escapes for itself.

/// Characters that a reader cannot see, or that change how others are seen: C0 and C1 controls,
/// bidirectional controls (Trojan Source), zero-width ones, line and paragraph separators.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// For a terminal: what cannot be seen is shown as `\u{1b}`. Newlines too.
#[must_use]
pub fn terminal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// For the message of a GitHub workflow command.
pub(super) fn workflow_message(text: &str) -> String {
    terminal(text).replace('%', "%25")
}

/// For a property of a GitHub workflow command: `file=…,line=…`.
pub(super) fn workflow_property(text: &str) -> String {
    workflow_message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_reaches_a_terminal() {
        assert_eq!(terminal("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(terminal("a\n::error::b"), "a\\u{a}::error::b");
        assert_eq!(terminal("a\u{202e}b\u{200d}\u{feff}"), "a\\u{202e}b\\u{200d}\\u{feff}");
        assert_eq!(terminal("naïve 漢字 ✓"), "naïve 漢字 ✓");
    }

    #[test]
    fn a_workflow_command_cannot_be_ended_or_extended() {
        let message = workflow_message("50%\r\n::stop-commands::x");
        assert_eq!(message, "50%25\\u{d}\\u{a}::stop-commands::x");
        assert_eq!(workflow_property("a,line=1::b%"), "a%2Cline=1%3A%3Ab%25");
    }
}
