//! What kinds of steps and histories were tried: one that never occurs would be proved by nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::ancestors;
use super::spec::{Blob, Made};

/// Every kind, as it is told.
pub(crate) const CLASSES: [&str; 11] = [
    "rename",
    "folder rename",
    "mode",
    "link",
    "submodule",
    "CRLF",
    "binary",
    "odd name",
    "merge",
    "criss-cross",
    "deletion",
];

/// How often each was tried.
pub(crate) type Tally = BTreeMap<&'static str, usize>;

/// The kinds that a step is of, taken back on a tip.
pub(crate) fn classes(made: &[Made], step: usize, tip: usize) -> BTreeSet<&'static str> {
    let mut found = of_step(made, step);
    let merges: BTreeSet<&[usize]> = ancestors(made, tip)
        .into_iter()
        .map(|at| made[at].parents.as_slice())
        .filter(|parents| parents.len() > 1)
        .collect();
    if !merges.is_empty() {
        found.insert("merge");
    }
    if merges.iter().any(|parents| merges.contains(&[parents[1], parents[0]][..])) {
        found.insert("criss-cross");
    }
    found
}

fn of_step(made: &[Made], step: usize) -> BTreeSet<&'static str> {
    let (old, new) = (&made[made[step].parents[0]].files, &made[step].files);
    let mut found = BTreeSet::new();
    let (mut went, mut came) = (Vec::new(), Vec::new());
    for path in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let (before, after) = (old.get(path), new.get(path));
        if before == after {
            continue;
        }
        if std::str::from_utf8(path).is_err() || path.contains(&b'"') || path.contains(&b'\n') {
            found.insert("odd name");
        }
        [before, after].into_iter().flatten().for_each(|blob| found.extend(of_blob(blob)));
        match (before, after) {
            (Some(before), Some(after)) if before.content == after.content => {
                found.insert("mode");
            }
            (Some(before), None) => went.push((path, before)),
            (None, Some(after)) => came.push((path, after)),
            _ => {}
        }
    }
    if !went.is_empty() {
        found.insert("deletion");
    }
    // What is empty has come from anywhere.
    let same = |one: &Blob, other: &Blob| one == other && !one.content.is_empty();
    let renamed: Vec<(&Vec<u8>, &Vec<u8>)> = went
        .iter()
        .flat_map(|(from, before)| {
            let to = came.iter().filter(|(_, after)| same(before, after));
            to.map(|(to, _)| (*from, *to))
        })
        .collect();
    if !renamed.is_empty() {
        found.insert("rename");
    }
    let folders: Vec<_> = renamed.iter().filter_map(|(from, to)| folders(from, to)).collect();
    if folders.iter().any(|one| folders.iter().filter(|other| *other == one).count() > 1) {
        found.insert("folder rename");
    }
    found
}

/// The folders of a file that kept its own name in another one.
fn folders<'p>(from: &'p [u8], to: &'p [u8]) -> Option<(&'p [u8], &'p [u8])> {
    let cut = |path: &'p [u8]| {
        let at = path.iter().rposition(|byte| *byte == b'/')?;
        Some(path.split_at(at))
    };
    let ((from, name), (to, other)) = (cut(from)?, cut(to)?);
    (name == other).then_some((from, to))
}

fn of_blob(blob: &Blob) -> Option<&'static str> {
    match blob.mode {
        0o120_000 => Some("link"),
        0o160_000 => Some("submodule"),
        _ if blob.content.contains(&0) => Some("binary"),
        _ if blob.content.windows(2).any(|two| two == b"\r\n") => Some("CRLF"),
        _ => None,
    }
}
