//! What the judged side does to its own rules and evidence, compared with what is trusted.

use std::collections::BTreeSet;

use super::guard::GuardError;
use super::snapshot::PolicyChange;
use crate::config::{Configuration, Migration};
use crate::exit::Failure;
use crate::git::{ObjectId, Range, Repo, RepoPath, TreeFile};
use crate::policy::trust::Policies;
use crate::policy::weakening::{redefined, weakenings};
use crate::stage::attribution::Attributions;
use crate::stage::attributions;

/// How the judged configuration and evidence differ from what is trusted.
#[must_use]
pub fn of(policies: &Policies, migration: &Migration, range: &Range) -> PolicyChange {
    let trusted: Vec<&Configuration> =
        policies.trusted.iter().map(|policy| &policy.configuration).collect();
    let mut change = PolicyChange { evidence: evidence(migration, range), ..Default::default() };
    if trusted.is_empty() || range.head.is_none() {
        return change;
    }
    let judged = policies.judged.as_ref().map(|policy| &policy.configuration);
    if judged.is_none() && policies.judged_has_one {
        return change;
    }
    change.changed = changed_files(policies, range);
    // An older branch differs from the landing branch, or has no file yet, without asking for
    // anything: only a range that touches the configuration changes it.
    if !change.changed.is_empty() {
        let weakened: BTreeSet<String> =
            trusted.iter().flat_map(|before| weakenings(before, judged)).collect();
        change.weakened = weakened.into_iter().collect();
        change.redefined = judged.map(|judged| redefined(&trusted, judged)).unwrap_or_default();
    }
    change
}

/// Configuration files that the range itself changes.
fn changed_files(policies: &Policies, range: &Range) -> Vec<String> {
    let files: BTreeSet<&str> = policies
        .all()
        .flat_map(|policy| policy.configuration.files.iter().map(String::as_str))
        .collect();
    let changed = range.changes.iter().filter_map(|change| change.path.as_str());
    changed.filter(|path| files.contains(path)).map(str::to_owned).collect()
}

/// Receipts and attributions of this migration that the range adds or edits.
fn evidence(migration: &Migration, range: &Range) -> Vec<RepoPath> {
    let folder = migration.evidence();
    let added = range.changes.iter().filter(|change| {
        change.new.is_some() && change.path.as_bytes().starts_with(folder.as_bytes())
    });
    added.map(|change| change.path.clone()).collect()
}

/// The attributions of every trusted place, or, where nothing is trusted yet, of the judged commit.
/// Those at the tip of the migration's landing branch are the newest.
pub fn attributions(
    repo: &Repo,
    policies: &Policies,
    migration: &Migration,
    tip: Option<&ObjectId>,
) -> Result<Attributions, GuardError> {
    let path = match migration.folder.as_str() {
        "" => attributions::PATH.to_owned(),
        folder => format!("{folder}/{}", attributions::PATH),
    };
    let trusted: Vec<ObjectId> = policies
        .trusted
        .iter()
        .flat_map(|policy| policy.origins.iter().map(|origin| origin.commit))
        .collect();
    // What was attributed since a configuration was last valid holds all the same.
    let newer = policies.broken.iter().map(|(origin, _)| origin.commit);
    let trusted: Vec<ObjectId> = match policies.stood_in {
        true => newer.chain(trusted).collect(),
        false => trusted,
    };
    let mut places: Vec<ObjectId> = match trusted.is_empty() {
        true => policies.judged_at.iter().map(|origin| origin.commit).collect(),
        false => trusted,
    };
    // Stable: the others stay in their order.
    places.sort_by_key(|place| Some(place) != tip);
    let mut entries = Vec::new();
    // The newest entry wins: those of the first place come last.
    for commit in places.iter().rev() {
        match repo.file(commit, &RepoPath::from(path.as_str()))? {
            Some(TreeFile::Content(content)) => {
                entries.extend(attributions::parse(&content).map_err(|error| {
                    Failure::usage(format!("{error} (at {})", commit.short())).help(format!(
                        "correct {path}: every entry is `[[attributions]]` with `commit` and `stage`"
                    ))
                })?);
            }
            Some(TreeFile::NotAFile(kind)) => {
                return Err(Failure::usage(format!("{path} is {kind}")).into());
            }
            None => {}
        }
    }
    Ok(Attributions::new(entries))
}
