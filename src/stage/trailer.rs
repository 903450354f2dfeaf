//! Trailers: `Migration-Stage: 9` in a commit message.
//!
//! git reads the last paragraph alone. A squash holds the messages of several commits one after
//! the other, with their trailers in the middle, so here the whole body counts. The rules:
//!
//! - a trailer stands at the start of a line; what is indented or quoted with `>` is none;
//! - `git merge --squash` indents the messages that it lists: each of them is read as if it stood
//!   alone (`squash`);
//! - the first line that is not blank is the subject, and no trailer;
//! - what stands between two code fences is an example, and none; a fence that is never closed is
//!   an ordinary line, so that one stray fence in a squash does not hide what follows;
//! - the key's case does not matter, blanks around the colon neither, as in git;
//! - a value ends with its line, and is one value whatever it holds: no folding, no lists.

mod squash;

use crate::config::{InvalidId, StageRef};

/// One trailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    /// What stands after the colon, trimmed; may be empty. Bytes that are not UTF-8 are replaced.
    pub value: String,
    /// The line of the message, from 1.
    pub line: usize,
}

/// What a trailer's value says about the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The commit is this stage's work.
    Stage(StageRef),
    /// `none`: it is no part of the migration.
    Foreign,
}

/// Reads a trailer's value. `none` in any case declares foreign work.
///
/// # Errors
/// What is no stage's id, such as an empty value or a list.
pub fn claim(value: &str) -> Result<Claim, InvalidId> {
    match value.eq_ignore_ascii_case("none") {
        true => Ok(Claim::Foreign),
        false => value.parse().map(Claim::Stage),
    }
}

/// Every trailer with this key in a message, in order, repetitions included.
#[must_use]
pub fn trailers(message: &[u8], key: &str) -> Vec<Trailer> {
    // Cheap first look: nearly every message of a long history holds no such key.
    if key.is_empty() || !mentions(message, key.as_bytes()) {
        return Vec::new();
    }
    let lines = message.split(|byte| *byte == b'\n').enumerate().collect();
    let messages = squash::messages(lines);
    let mut found: Vec<Trailer> =
        messages.iter().flat_map(|lines| of_lines(lines, key.as_bytes())).collect();
    found.sort_by_key(|trailer| trailer.line);
    found
}

/// A line at the end of a message that was most likely meant to be a trailer with this key: another
/// spelling of it, by a letter or two, or by what stands between its words.
#[must_use]
pub fn misspelt(message: &[u8], key: &str) -> Option<String> {
    let text = String::from_utf8_lossy(message);
    let last = text.trim_end().split("\n\n").last()?;
    // The subject is none, and stands alone in most messages.
    let subject = text.trim_start().lines().next();
    let mut lines = last.lines().map(str::trim_end).filter(|line| Some(*line) != subject);
    let is_meant = |line: &&str| line.split_once(':').is_some_and(|(own, _)| is_near(own, key));
    lines.find(is_meant).map(|line| line.trim().to_owned())
}

fn is_near(own: &str, key: &str) -> bool {
    let own = own.trim().to_ascii_lowercase();
    let key = key.to_ascii_lowercase();
    if own == key || own.len() > key.len() + 2 {
        return false;
    }
    let letters = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    // Of a short key, two letters are most of it.
    let allowed = (key.len() / 5).min(2);
    letters(&own) == letters(&key) || strsim::osa_distance(&own, &key) <= allowed
}

/// A line of a message, and its place in the whole, from 0.
type Line<'m> = (usize, &'m [u8]);

/// The trailers of one message.
fn of_lines(lines: &[Line<'_>], key: &[u8]) -> Vec<Trailer> {
    let texts: Vec<&[u8]> = lines.iter().map(|(_, line)| *line).collect();
    let subject = texts.iter().position(|line| !line.trim_ascii().is_empty());
    let closings = closings(&texts);
    let mut found = Vec::new();
    let mut index = subject.map_or(lines.len(), |subject| subject + 1);
    while let Some((place, line)) = lines.get(index) {
        if let Some(end) = closings.get(index).copied().flatten() {
            index = end;
        } else if let Some(value) = value(line, key) {
            found.push(Trailer { value, line: place + 1 });
        }
        index += 1;
    }
    found
}

fn mentions(message: &[u8], key: &[u8]) -> bool {
    message.windows(key.len()).any(|window| window.eq_ignore_ascii_case(key))
}

/// The value, where the line is a trailer with this key.
fn value(line: &[u8], key: &[u8]) -> Option<String> {
    let (start, rest) = line.split_at_checked(key.len())?;
    let after = rest.trim_ascii_start().strip_prefix(b":")?;
    start.eq_ignore_ascii_case(key).then(|| String::from_utf8_lossy(after).trim().to_owned())
}

/// A code fence: its character, its length, and whether it could close another one.
#[derive(Clone, Copy)]
struct Fence {
    mark: u8,
    length: usize,
    bare: bool,
}

fn fence(line: &[u8]) -> Option<Fence> {
    let indent = line.iter().take_while(|byte| **byte == b' ').count();
    let rest = line.get(indent..).filter(|_| indent <= 3)?;
    let mark = *rest.first().filter(|mark| matches!(mark, b'`' | b'~'))?;
    let length = rest.iter().take_while(|byte| **byte == mark).count();
    let info = rest.get(length..)?;
    // Three backticks and their counterparts on one line are inline code.
    let inline = mark == b'`' && info.contains(&mark);
    (length >= 3 && !inline).then(|| Fence { mark, length, bare: info.trim_ascii().is_empty() })
}

/// For each line that opens a fence, the line that closes it. One pass from the end, for a hostile
/// message may open a fence on every line.
fn closings(lines: &[&[u8]]) -> Vec<Option<usize>> {
    // The closing fences that lie ahead, nearest last; one hides those further off that are no
    // longer than itself, since whatever they close, it closes earlier.
    let mut ahead: [Vec<(usize, usize)>; 2] = [Vec::new(), Vec::new()];
    let mut closings = vec![None; lines.len()];
    for (index, line) in lines.iter().enumerate().rev() {
        let Some(fence) = fence(line) else { continue };
        let closers = &mut ahead[usize::from(fence.mark == b'~')];
        // Lengths fall from first to last, so those that are long enough come first.
        let enough = closers.partition_point(|(length, _)| *length >= fence.length);
        closings[index] = enough.checked_sub(1).and_then(|at| closers.get(at)).map(|(_, at)| *at);
        if fence.bare {
            while closers.last().is_some_and(|(length, _)| *length <= fence.length) {
                closers.pop();
            }
            closers.push((fence.length, index));
        }
    }
    closings
}

#[cfg(test)]
mod tests;
