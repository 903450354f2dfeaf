//! Three-way merges of one file's content.

use git2::{MergeFileInput, MergeFileOptions, merge_file};

use super::GitError;

/// What a three-way merge came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileMerge {
    /// The merged content.
    Clean(Vec<u8>),
    /// Both sides changed the same lines.
    Conflict,
    /// One of the three is no text.
    Binary,
    /// Ways to compare the lines disagree about the outcome.
    Unsure,
}

/// git takes a file for binary where one of its first bytes is NUL, or where it is larger than
/// `core.bigFileThreshold`.
const LOOKED_AT: usize = 8000;
const LARGEST: usize = 512 << 20;

/// Merges what leads from `base` to `theirs` into `ours`.
///
/// git compares lines by its histogram, which libgit2 does not have. Where that matters, the plain
/// and the patient comparison nearly always differ as well: only where both give the same bytes is
/// the outcome called clean.
pub fn merge_files(base: &[u8], ours: &[u8], theirs: &[u8]) -> Result<FileMerge, GitError> {
    if [base, ours, theirs].into_iter().any(is_binary) {
        return Ok(FileMerge::Binary);
    }
    let plain = merged(base, ours, theirs, false)?;
    let patient = merged(base, ours, theirs, true)?;
    Ok(match (plain, patient) {
        (Some(one), Some(other)) if one == other => FileMerge::Clean(one),
        (None, None) => FileMerge::Conflict,
        _ => FileMerge::Unsure,
    })
}

fn is_binary(content: &[u8]) -> bool {
    let head = content.get(..LOOKED_AT).unwrap_or(content);
    content.len() > LARGEST || memchr::memchr(0, head).is_some()
}

/// The merged content, where there is no conflict.
fn merged(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    patient: bool,
) -> Result<Option<Vec<u8>>, GitError> {
    let input = |content| {
        let mut input = MergeFileInput::new();
        input.content(content);
        input
    };
    let mut options = MergeFileOptions::new();
    options.patience(patient);
    let merged = merge_file(&input(base), &input(ours), &input(theirs), Some(&mut options))?;
    Ok(merged.is_automergeable().then(|| merged.content().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_survive_or_nothing_is_claimed() {
        let merge = |base: &[u8], ours: &[u8], theirs: &[u8]| merge_files(base, ours, theirs);
        assert_eq!(
            merge(b"a\nb\nc\nd\n", b"A\nb\nc\nd\n", b"a\nb\nc\nD\n"),
            Ok(FileMerge::Clean(b"A\nb\nc\nD\n".to_vec()))
        );
        assert_eq!(merge(b"a\n", b"b\n", b"c\n"), Ok(FileMerge::Conflict));
        assert_eq!(merge(b"a\0\n", b"b\n", b"c\n"), Ok(FileMerge::Binary));
        assert_eq!(merge(b"", b"", b"c\n"), Ok(FileMerge::Clean(b"c\n".to_vec())));
    }
}
