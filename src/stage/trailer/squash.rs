//! The message that `git merge --squash` writes: a log of the commits, each with its message
//! indented by four blanks.
//!
//! ```text
//! Squashed commit of the following:
//!
//! commit 9fceb02d0ae598e95dc970b74767f19372d61af8
//! Author: A Developer <dev@example.com>
//! Date:   Mon Jan 5 12:00:00 2026 +0000
//!
//!     Move the context
//!
//!     Migration-Stage: 9
//! ```

use super::Line;

const HEADER: &[u8] = b"Squashed commit of the following:";
const INDENT: &[u8] = b"    ";

/// A message, and those that it lists, each without its indent. What was squashed may have been a
/// squash itself.
pub(super) fn messages(lines: Vec<Line<'_>>) -> Vec<Vec<Line<'_>>> {
    let mut found = Vec::new();
    let mut pending = vec![lines];
    while let Some(lines) = pending.pop() {
        let (own, listed) = parted(lines);
        found.push(own);
        pending.extend(listed);
    }
    found
}

/// What a message says itself, and the messages that it lists.
fn parted(lines: Vec<Line<'_>>) -> (Vec<Line<'_>>, Vec<Vec<Line<'_>>>) {
    let mut own = Vec::new();
    let mut listed: Vec<Vec<Line<'_>>> = Vec::new();
    let mut in_log = false;
    for (place, line) in lines {
        in_log = in_log || line.trim_ascii_end() == HEADER;
        if in_log && names_a_commit(line) {
            listed.push(Vec::new());
        }
        match (listed.last_mut(), line.strip_prefix(INDENT)) {
            (Some(message), Some(text)) => message.push((place, text)),
            // Below the log there may be more: `git commit --trailer`.
            _ => own.push((place, line)),
        }
    }
    (own, listed)
}

/// `commit 9fceb02d…`.
fn names_a_commit(line: &[u8]) -> bool {
    let id = line.strip_prefix(b"commit ").map(<[u8]>::trim_ascii_end);
    id.is_some_and(|id| matches!(id.len(), 40 | 64) && id.iter().all(u8::is_ascii_hexdigit))
}
