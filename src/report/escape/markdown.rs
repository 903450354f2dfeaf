//! GitHub's Markdown. Inside code nothing is markup, no address becomes a link, and nobody is
//! mentioned; a backslash before `@` or an entity would not achieve that. So all text that is not
//! ours stands in code spans and fenced blocks.

use super::terminal;

/// The longest run of a character.
fn longest_run(text: &str, of: char) -> usize {
    text.split(|character| character != of).map(str::len).max().unwrap_or(0)
}

/// A code span; for an empty text, nothing.
pub(in crate::report) fn code(text: &str) -> String {
    let text = terminal(text);
    if text.is_empty() {
        return text;
    }
    let ticks = "`".repeat(longest_run(&text, '`') + 1);
    // One blank on each side is taken off again, where both are there.
    let edge = |character| matches!(character, '`' | ' ');
    let pad = if text.starts_with(edge) || text.ends_with(edge) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A code span in a cell of a table, where a bar would begin the next cell.
pub(in crate::report) fn cell(text: &str) -> String {
    // A backslash before the bar would take the escape's place.
    code(&text.replace("\\|", "\\u{5c}|")).replace('|', "\\|")
}

/// A block of lines; whoever calls has made each of them safe for a terminal.
pub(in crate::report) fn fence(lines: &str) -> String {
    let ticks = "`".repeat(longest_run(lines, '`').max(2) + 1);
    format!("{ticks}text\n{}\n{ticks}\n", lines.trim_end_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_cannot_be_left() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a``"), "``` `a`` ```");
        assert_eq!(code(" a "), "`  a  `");
        assert_eq!(code("a\nb"), "`a\\u{a}b`");
        assert_eq!(code(""), "");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(cell("a\\|b"), "`a\\u{5c}\\|b`");
    }

    #[test]
    fn a_block_cannot_be_left() {
        assert_eq!(fence("a\n"), "```text\na\n```\n");
        assert_eq!(fence("````\n"), "`````text\n````\n`````\n");
    }
}
