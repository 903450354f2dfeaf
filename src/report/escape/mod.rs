//! Text from a repository is hostile: a path may hold a newline and `::error::`, terminal escapes,
//! or controls that turn the reading direction. Each output escapes for itself, here and nowhere
//! else; what is shown instead can still be told from every other name.

mod json;
mod markdown;
mod mermaid;
mod sarif;
mod workflow;

pub(super) use json::{json, json_pretty};
pub(super) use markdown::{cell, code, fence};
pub(super) use mermaid::mermaid;
pub(super) use sarif::{sarif_lines, sarif_text, uri};
pub(super) use workflow::{workflow_message, workflow_property};

/// Characters that a reader cannot see, or that change how others are seen: controls, bidirectional
/// controls (Trojan Source), zero-width ones, blanks other than the common ones, and what XML
/// forbids. The ranges are Unicode's `Default_Ignorable_Code_Point`, the interlinear annotations,
/// the empty Braille pattern and the noncharacters.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || (character.is_whitespace() && !matches!(character, ' ' | '\u{3000}'))
        || u32::from(character) & 0xfffe == 0xfffe
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// For a terminal and for the log of a CI job, on one line: what cannot be seen is shown as
/// `\u{1b}`, newlines too. A log is read for commands, by GitHub (`##[error]` anywhere in a line,
/// `::error::` behind its leading blanks), Azure (`##vso[…]`) and TeamCity (`##teamcity[…]`): those
/// are broken in the same way.
#[must_use]
pub fn terminal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) || completes_command(&escaped, character) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// The same for a text of several lines, which stay lines.
#[must_use]
pub fn terminal_lines(text: &str) -> String {
    text.split('\n').map(terminal).collect::<Vec<_>>().join("\n")
}

/// For text that is laid out already, with colours: breaks only what CI systems take for commands
/// in the middle of a line.
#[must_use]
pub fn without_commands(text: &str) -> String {
    text.replace("##", "#\\u{23}")
}

/// Whether a character would make what stands before it the beginning of a command to a CI system.
fn completes_command(before: &str, character: char) -> bool {
    match character {
        '#' => before.ends_with('#'),
        // A word can become the first one of a line, where a report is wrapped.
        ':' => before == ":" || before.ends_with(" :"),
        _ => false,
    }
}

/// Cuts a text that is longer than `most` bytes, and says so: its beginning and its end stay, which
/// is where long names differ.
pub(super) fn clip(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    if text.len() <= most {
        return text.into();
    }
    let boundary = |at: &usize| text.is_char_boundary(*at);
    let head = (0..=most / 2).rev().find(boundary).unwrap_or(0);
    let tail = (text.len() - most / 2..text.len()).find(boundary).unwrap_or(text.len());
    let left_out = text[head..tail].chars().count();
    format!("{}[… {left_out} characters …]{}", &text[..head], &text[tail..]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_reaches_a_terminal() {
        assert_eq!(terminal("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(terminal("a\n::error::b"), "a\\u{a}::error::b");
        assert_eq!(terminal("a\u{202e}b\u{200d}\u{feff}"), "a\\u{202e}b\\u{200d}\\u{feff}");
        assert_eq!(terminal("\u{9b}31m\u{a0}\u{fffe}"), "\\u{9b}31m\\u{a0}\\u{fffe}");
        assert_eq!(terminal("naïve 漢字\u{3000}✓"), "naïve 漢字\u{3000}✓");
    }

    #[test]
    fn no_line_is_a_command_to_a_ci_system() {
        assert_eq!(terminal("x ##[error]y"), "x #\\u{23}[error]y");
        assert_eq!(terminal("####vso[a]"), "#\\u{23}#\\u{23}vso[a]");
        assert_eq!(terminal("::error::y"), ":\\u{3a}error::y");
        assert_eq!(terminal("x ::error::y"), "x :\\u{3a}error::y");
        assert_eq!(terminal("x :::y"), "x :\\u{3a}:y");
        assert_eq!(terminal("std::fmt, #1"), "std::fmt, #1");
        assert_eq!(without_commands("###[a]"), "#\\u{23}#[a]");
        assert_eq!(terminal_lines("a\n::error::b\r"), "a\n:\\u{3a}error::b\\u{d}");
    }

    #[test]
    fn a_long_text_keeps_both_ends() {
        assert_eq!(clip("short", 10), "short");
        assert_eq!(clip("abcdefghijkl", 6), "abc[… 6 characters …]jkl");
        assert_eq!(clip("ééééé", 5), "é[… 3 characters …]é");
    }
}
