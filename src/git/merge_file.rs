//! Three-way merges of one file's content.

use std::collections::HashMap;
use std::ops::RangeInclusive;

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
/// git compares lines by its histogram, which libgit2 does not have. Of lines that are all alike it
/// says otherwise what was changed than the plain and the patient comparison do. So an outcome is
/// called clean only where both of these give it, and where it does not depend on how lines are
/// compared: between two lines that all three have once, only one side has changed anything.
pub fn merge_files(base: &[u8], ours: &[u8], theirs: &[u8]) -> Result<FileMerge, GitError> {
    if [base, ours, theirs].into_iter().any(is_binary) {
        return Ok(FileMerge::Binary);
    }
    if ours == theirs || base == theirs {
        return Ok(FileMerge::Clean(ours.to_vec()));
    }
    if base == ours {
        return Ok(FileMerge::Clean(theirs.to_vec()));
    }
    if may_be_empty(base, ours, theirs) {
        return Ok(FileMerge::Unsure);
    }
    let plain = merged(base, ours, theirs, false)?;
    let patient = merged(base, ours, theirs, true)?;
    Ok(match (plain, patient) {
        (Some(one), Some(other))
            if one == other && by_landmarks(base, ours, theirs).as_ref() == Some(&one) =>
        {
            FileMerge::Clean(one)
        }
        (None, None) => FileMerge::Conflict,
        _ => FileMerge::Unsure,
    })
}

fn is_binary(content: &[u8]) -> bool {
    let head = content.get(..LOOKED_AT).unwrap_or(content);
    content.len() > LARGEST || memchr::memchr(0, head).is_some()
}

/// Whether nothing might be left: both sides only took lines away, and together as many as there
/// are. Asked for an empty outcome, git2 makes a slice of a null pointer.
fn may_be_empty(base: &[u8], ours: &[u8], theirs: &[u8]) -> bool {
    let mut left: HashMap<&[u8], usize> = HashMap::new();
    for line in lines(base) {
        *left.entry(line).or_default() += 1;
    }
    // What either side keeps is a line of its own: all of it has to be found in the base.
    lines(ours).chain(lines(theirs)).all(|line| match left.get_mut(line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    })
}

/// The merge of what lies between the lines that all three have exactly once, in the same order;
/// `None` where both sides have changed the same part, or lines have changed places.
fn by_landmarks(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    let all = [base, ours, theirs].map(|content| lines(content).collect::<Vec<_>>());
    let parts = parts(&all)?;
    for (side, other) in [(1, 2), (2, 1)] {
        for moved in moved(&parts, side) {
            if parts.get(moved)?.iter().any(|part| part[other] != part[0]) {
                return None;
            }
        }
    }
    let mut merged = Vec::new();
    let landmarks = landmarks(&all);
    let ends = landmarks.iter().map(|to| all[0].get(to[0]).copied()).chain([None]);
    for ([was, one, other], end) in parts.iter().zip(ends) {
        let part = match () {
            () if one == other || other == was => one,
            () if one == was => other,
            () => return None,
        };
        merged.extend(part.concat());
        merged.extend(end.into_iter().flatten());
    }
    Some(merged)
}

/// The lines of the three between two landmarks.
type Part<'l> = [&'l [&'l [u8]]; 3];

fn parts<'l>(all: &'l [Vec<&'l [u8]>; 3]) -> Option<Vec<Part<'l>>> {
    let [base, ours, theirs] = all;
    let ends = [base.len(), ours.len(), theirs.len()];
    let mut from = [0; 3];
    let mut parts = Vec::new();
    for to in landmarks(all).into_iter().chain([ends]) {
        // `get` finds nothing where a landmark comes before the last one.
        parts.push([
            base.get(from[0]..to[0])?,
            ours.get(from[1]..to[1])?,
            theirs.get(from[2]..to[2])?,
        ]);
        from = to.map(|at| at + 1);
    }
    Some(parts)
}

/// The parts over which one side may have moved lines: it has fewer of a line in one part than the
/// base has, and more in another. Whether such a line has moved, or others have moved past it, each
/// comparison decides for itself.
fn moved(parts: &[Part<'_>], side: usize) -> Vec<RangeInclusive<usize>> {
    let mut places: HashMap<&[u8], [Vec<usize>; 2]> = HashMap::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| part[side] != part[0]) {
        let mut counts: HashMap<&[u8], isize> = HashMap::new();
        part[0].iter().for_each(|line| *counts.entry(line).or_default() -= 1);
        part[side].iter().for_each(|line| *counts.entry(line).or_default() += 1);
        for (line, count) in counts.into_iter().filter(|(_, count)| *count != 0) {
            places.entry(line).or_default()[usize::from(count > 0)].push(at);
        }
    }
    let both = places.into_values().filter(|[less, more]| !less.is_empty() && !more.is_empty());
    both.filter_map(|[less, more]| {
        let first = less.first()?.min(more.first()?);
        let last = less.last()?.max(more.last()?);
        Some(*first..=*last)
    })
    .collect()
}

/// The places of the lines that all three have exactly once, in the order of the first.
fn landmarks(all: &[Vec<&[u8]>; 3]) -> Vec<[usize; 3]> {
    let mut known: HashMap<&[u8], [(usize, usize); 3]> = HashMap::new();
    for (side, lines) in all.iter().enumerate() {
        for (at, line) in lines.iter().enumerate() {
            if let Some((count, last)) = known.entry(line).or_default().get_mut(side) {
                (*count, *last) = (*count + 1, at);
            }
        }
    }
    let once = known.into_values().filter(|sides| sides.iter().all(|(count, _)| *count == 1));
    let mut places: Vec<[usize; 3]> = once.map(|sides| sides.map(|(_, at)| at)).collect();
    places.sort_unstable();
    places
}

fn lines(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split_inclusive(|byte| *byte == b'\n')
}

/// The merged content, where there is no conflict.
fn merged(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    patient: bool,
) -> Result<Option<Vec<u8>>, GitError> {
    // Unlike most of git2, `merge_file` does not see to it that libgit2 is set up, which it is not
    // where the git program reads the repository. Making an id sees to it.
    git2::Oid::from_bytes(&[0; 20])?;
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
        assert_eq!(merge(b"c\n", b"", b""), Ok(FileMerge::Clean(Vec::new())));
    }

    #[test]
    fn an_outcome_that_may_be_empty_is_left_to_git() {
        let base = b"a\nb\nc\nd\ne\nf\ng\nh\n";
        let merged = merge_files(base, b"a\nb\nc\n", b"g\nh\n");
        assert_eq!(merged, Ok(FileMerge::Unsure));
        let merged = merge_files(base, b"a\nb\nc\nd\n", b"d\ne\nf\ng\nh\n");
        assert_eq!(merged, Ok(FileMerge::Clean(b"d\n".to_vec())));
    }
}
