//! Workflow commands of GitHub Actions: `::error file=…,line=…::message`.

use super::terminal;

/// For the message of a workflow command. The runners of Gitea, Forgejo and act take the last `::`
/// of a line for the end of the properties, so a message holds none and begins with none.
pub(in crate::report) fn workflow_message(text: &str) -> String {
    let text = terminal(text).replace('%', "%25").replace("::", ":\\u{3a}");
    match text.strip_prefix(':') {
        Some(rest) => format!("\\u{{3a}}{rest}"),
        None => text,
    }
}

/// For a property of a workflow command: `file=…,line=…`.
pub(in crate::report) fn workflow_property(text: &str) -> String {
    terminal(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_command_cannot_be_ended_or_extended() {
        let message = workflow_message("50%\r\n::stop-commands::x");
        assert_eq!(message, "50%25\\u{d}\\u{a}:\\u{3a}stop-commands:\\u{3a}x");
        assert_eq!(workflow_message(":a:::b"), "\\u{3a}a:\\u{3a}:b");
        assert_eq!(workflow_property("a,line=1::b%"), "a%2Cline=1%3A%3Ab%25");
    }
}
