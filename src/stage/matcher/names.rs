//! The names of a path: below its migration's folder, and before and after each `[[moves]]`.

use crate::config::{Migration, Pattern};

/// A path with more names than this comes from moves that contradict each other.
const MOST_NAMES: usize = 1000;

/// The names of a path; none outside the migration's folder.
#[derive(Default)]
pub(super) struct Names<'p> {
    now: Option<&'p [u8]>,
    others: Vec<Vec<u8>>,
}

impl Names<'_> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.now.into_iter().chain(self.others.iter().map(Vec::as_slice))
    }
}

/// The path below the migration's folder, and what `[[moves]]` called it before and after.
pub(super) fn names<'p>(path: &'p [u8], migration: &Migration) -> anyhow::Result<Names<'p>> {
    let Some(relative) = below(path, &migration.folder) else {
        return Ok(Names::default());
    };
    let moves = &migration.moves;
    if moves.is_empty() {
        return Ok(Names { now: Some(relative), others: Vec::new() });
    }
    let later: Vec<_> = moves.iter().map(|renamed| (&renamed.from, &renamed.to)).collect();
    let earlier: Vec<_> = moves.iter().map(|renamed| (&renamed.to, &renamed.from)).collect();
    let mut others = follow(relative, &later)?;
    others.extend(follow(relative, &earlier)?);
    Ok(Names { now: Some(relative), others })
}

/// The part of a path below a folder, empty for the root.
pub(in crate::stage) fn below<'p>(path: &'p [u8], folder: &str) -> Option<&'p [u8]> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder.as_bytes())?.strip_prefix(b"/")
}

/// The names that renames, one after the other, give a path. A folder may be renamed more than
/// once.
fn follow(path: &[u8], renames: &[(&Pattern, &Pattern)]) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut names = Vec::new();
    let mut newest = vec![path.to_vec()];
    // A chain longer than the list would go in circles.
    for _ in renames {
        let renamed = newest
            .iter()
            .flat_map(|name| renames.iter().filter_map(|(old, new)| rename(name, old, new)));
        let mut fresh: Vec<Vec<u8>> =
            renamed.filter(|name| name != path && !names.contains(name)).collect();
        fresh.sort();
        fresh.dedup();
        anyhow::ensure!(
            names.len() + fresh.len() < MOST_NAMES,
            "the `[[moves]]` give {} more than {MOST_NAMES} names",
            String::from_utf8_lossy(path)
        );
        names.extend(fresh.iter().cloned());
        newest = fresh;
    }
    Ok(names)
}

/// The name that one rename gives a path below the migration's folder.
pub(in crate::stage) fn rename(path: &[u8], from: &Pattern, to: &Pattern) -> Option<Vec<u8>> {
    match (from.text.strip_suffix("/**"), to.text.strip_suffix("/**")) {
        (Some(old), Some(new)) => {
            // What took the place of the folder itself moves with it.
            let rest = path.strip_prefix(old.as_bytes())?;
            let moves = rest.is_empty() || rest.starts_with(b"/");
            moves.then(|| [new.as_bytes(), rest].concat())
        }
        _ => (path == from.text.as_bytes()).then(|| to.text.as_bytes().to_vec()),
    }
}
