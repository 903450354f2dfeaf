//! What a rewrite of the landing branch drops that is no work of a stage, and on which the way back
//! rests all the same: evidence, definitions of flags, rules, the way in which files are merged.

use std::collections::BTreeMap;

use super::judgement::Problem;
use super::snapshot::Snapshot;
use crate::git::{ObjectId, RepoPath};
use crate::stage::plan::Work;

/// Paths that a message names.
const NAMED: usize = 3;

/// What goes away, in words, and the newest commit that goes away with it. What the head has just so
/// does not go away. Sets `unknown` where nothing is found, and something could not be checked.
pub fn support(
    snapshot: &Snapshot<'_>,
    dropped: &[Work],
    unknown: &mut Option<Problem>,
) -> Option<(String, ObjectId)> {
    let mut gone: BTreeMap<&'static str, Vec<&RepoPath>> = BTreeMap::new();
    let mut newest = None;
    for work in dropped {
        for path in &work.paths {
            let Some(kind) = kind(snapshot, path) else { continue };
            match snapshot.facts.is_kept(path) {
                Ok(true) => {}
                Ok(false) => {
                    newest = newest.or(Some(work.commit.id));
                    let paths = gone.entry(kind).or_default();
                    if !paths.contains(&path) {
                        paths.push(path);
                    }
                }
                Err(why) => {
                    let what = format!("whether this forced push drops {}", path.shown());
                    let problem = Problem::unknown("history-rewritten", &what, &why);
                    *unknown = unknown.take().or(Some(problem));
                }
            }
        }
    }
    let told: Vec<String> = gone.iter().map(|(kind, paths)| named(kind, paths)).collect();
    newest.map(|commit| (told.join(", "), commit))
}

/// What a path is to the way back; `None` where it is nothing.
fn kind(snapshot: &Snapshot<'_>, path: &RepoPath) -> Option<&'static str> {
    let migration = snapshot.migration;
    let is_in = |files: &[String]| files.iter().any(|file| path.as_str() == Some(file));
    if path.as_bytes().starts_with(migration.evidence().as_bytes()) {
        return Some("evidence");
    }
    if is_in(&snapshot.configuration.files) {
        return Some("rules");
    }
    let defines = |file: &String| path.as_str() == Some(&snapshot.rooted(file));
    if migration.flags.values().flat_map(|flag| &flag.defined_in).any(defines) {
        return Some("definitions of flags");
    }
    path.is_attributes().then_some("settings by which files are merged")
}

/// `evidence (.backout/backups/data.toml and 1 more path)`.
fn named(kind: &str, paths: &[&RepoPath]) -> String {
    let shown: Vec<String> =
        paths.iter().take(NAMED).map(|path| path.shown().to_string()).collect();
    let more = match paths.len().saturating_sub(NAMED) {
        0 => String::new(),
        1 => " and 1 more path".to_owned(),
        many => format!(" and {many} more paths"),
    };
    format!("{kind} ({}{more})", shown.join(", "))
}
