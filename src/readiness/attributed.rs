//! `.backout/attributions.toml` as the trusted places have it. A slip in it stops neither a
//! rollback nor its own repair: the last valid version of its line stands in for it, and that is
//! told. Only the change that brings the slip is refused, as one that brings invalid rules is.

use std::collections::BTreeSet;

use super::guard::GuardError;
use crate::config::{ConfigError, LoadError, Migration, misplaced};
use crate::exit::Failure;
use crate::git::{GitError, ObjectId, Range, Repo, RepoPath, TreeFile};
use crate::policy::trust::{LOOKED_BACK, Origin, Policies};
use crate::stage::attribution::Attributions;
use crate::stage::attributions::{self, Entry};
use crate::stage::plan::{StagePlan, Touch};
use crate::stage::trailer::Claim;

/// What the trusted files of one migration say.
#[derive(Debug, Default)]
pub struct Attributed {
    /// Whose work commits are.
    pub attributions: Attributions,
    /// Which of the files are invalid, and what stands in for them.
    pub notes: Vec<String>,
}

impl Attributed {
    /// Refuses work that says nothing of itself where a trusted file is invalid: what cannot be
    /// read might say whose it is, and to pass over it could make work ready that is not.
    ///
    /// # Errors
    /// The commit, the file, and what helps.
    pub fn refuse_silent(&self, plan: &StagePlan, trailer: &str) -> Result<(), Failure> {
        let silent =
            |touch: &Touch| touch.suggested_by.first().or(touch.ambiguous_by.first()).copied();
        let (Some(note), Some(commit)) =
            (self.notes.first(), plan.touched.values().find_map(silent))
        else {
            return Ok(());
        };
        let help = format!(
            "say it in the commit's message (`{trailer}: ID`, or `{trailer}: none`); or land a \
             repair of the file first"
        );
        let commit = commit.short();
        Err(Failure::indeterminate(format!("whose work {commit} is could not be checked: {note}"))
            .help(help))
    }
}

/// The attributions of every trusted place, or, where nothing is trusted yet, of the judged commit.
/// Those at the tip of the migration's landing branch are the newest.
///
/// # Errors
/// What git cannot read.
pub fn attributed(
    repo: &Repo,
    policies: &Policies,
    migration: &Migration,
    tip: Option<&ObjectId>,
) -> Result<Attributed, GitError> {
    let path = path_of(migration);
    let mut entries = Vec::new();
    let mut notes = Vec::new();
    let mut slips = BTreeSet::new();
    // The newest entry wins: those of the first place come last.
    for place in places(policies, tip).iter().rev() {
        let error = match read(repo, &place.commit, &path)? {
            Ok(read) => {
                entries.extend(read);
                continue;
            }
            Err(error) => error,
        };
        let valid = last_valid(repo, &place.commit, &path)?;
        // The very same slip in several places is told once.
        if slips.insert(repo.entry(&place.commit, &path)?.map(|entry| entry.oid)) {
            notes.push(note(place, &error, valid.as_ref().map(|(commit, _)| commit)));
        }
        entries.extend(valid.into_iter().flat_map(|(_, entries)| entries));
    }
    Ok(Attributed { attributions: Attributions::new(entries), notes })
}

/// The same, and what the range itself says of the commits that it brings: once it has landed, that
/// counts, and whether they may land is asked before.
///
/// # Errors
/// What git cannot read.
pub fn attributed_with(
    repo: &Repo,
    policies: &Policies,
    migration: &Migration,
    tip: Option<&ObjectId>,
    range: &Range,
) -> Result<Attributed, GitError> {
    let Attributed { attributions, notes } = attributed(repo, policies, migration, tip)?;
    let attributions = attributions.with(brought_with(repo, migration, range)?);
    Ok(Attributed { attributions, notes })
}

/// What the range says of its own commits, where it changes the file.
fn brought_with(repo: &Repo, migration: &Migration, range: &Range) -> Result<Vec<Entry>, GitError> {
    let path = path_of(migration);
    let changes_it = range.changes.iter().any(|change| change.path == path);
    let Some(head) = range.head.as_ref().filter(|_| changes_it) else { return Ok(Vec::new()) };
    // One that is invalid is refused, or was so before.
    let mut entries = read(repo, head, &path)?.unwrap_or_default();
    let of_range: BTreeSet<ObjectId> = range.commits.iter().map(|commit| commit.id).collect();
    entries.retain(|one| matches!(one.claim, Claim::Stage(_)) && of_range.contains(&one.commit));
    Ok(entries)
}

/// Refuses a range that brings a file which cannot be read. One that a trusted place has just so is
/// no fault of what comes next.
///
/// # Errors
/// The slip with its place; what git cannot read.
pub fn refuse_slip(repo: &Repo, policies: &Policies, range: &Range) -> Result<(), GuardError> {
    let Some(head) = &range.head else { return Ok(()) };
    let migrations = policies.all().flat_map(|policy| &policy.configuration.migrations);
    let paths: BTreeSet<RepoPath> = migrations.map(path_of).collect();
    // A folder in its place changes what lies below it.
    let is_at = |changed: &RepoPath, path: &RepoPath| {
        let rest = changed.as_bytes().strip_prefix(path.as_bytes());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    let brought = |path: &&RepoPath| {
        range.changes.iter().any(|change| change.new.is_some() && is_at(&change.path, path))
    };
    for path in paths.iter().filter(brought) {
        let Err(error) = read(repo, head, path)? else { continue };
        if !is_trusted(repo, policies, head, path)? {
            return Err(LoadError::Invalid(error).into());
        }
    }
    Ok(())
}

/// Whether a trusted place has the very same file.
fn is_trusted(
    repo: &Repo,
    policies: &Policies,
    head: &ObjectId,
    path: &RepoPath,
) -> Result<bool, GitError> {
    let brought = repo.entry(head, path)?;
    for place in trusted(policies) {
        if repo.entry(&place.commit, path)? == brought {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the file at one commit says, or the last valid one before it.
///
/// # Errors
/// What git cannot read.
pub fn at(repo: &Repo, commit: &ObjectId, migration: &Migration) -> Result<Attributions, GitError> {
    let path = path_of(migration);
    let entries = match read(repo, commit, &path)? {
        Ok(entries) => entries,
        Err(_) => last_valid(repo, commit, &path)?.map(|(_, entries)| entries).unwrap_or_default(),
    };
    Ok(Attributions::new(entries))
}

/// Where the file of a migration lies, from the repository's root.
#[must_use]
pub fn path_of(migration: &Migration) -> RepoPath {
    match migration.folder.as_str() {
        "" => RepoPath::from(attributions::PATH),
        folder => RepoPath::from(format!("{folder}/{}", attributions::PATH).as_str()),
    }
}

/// The trusted places, the newest first.
fn trusted(policies: &Policies) -> impl Iterator<Item = &Origin> {
    // What was attributed since a configuration was last valid holds all the same.
    let newer = policies.broken.iter().map(|(origin, _)| origin).filter(|_| policies.stood_in);
    newer.chain(policies.trusted.iter().flat_map(|policy| &policy.origins))
}

fn places<'p>(policies: &'p Policies, tip: Option<&ObjectId>) -> Vec<&'p Origin> {
    let mut places: Vec<&Origin> = trusted(policies).collect();
    if places.is_empty() {
        places.extend(&policies.judged_at);
    }
    // Stable: the others stay in their order.
    places.sort_by_key(|place| Some(&place.commit) != tip);
    places
}

/// The entries of the file at a commit, none where there is no file; or why it is invalid.
fn read(
    repo: &Repo,
    commit: &ObjectId,
    path: &RepoPath,
) -> Result<Result<Vec<Entry>, ConfigError>, GitError> {
    let name = path.as_str().unwrap_or(attributions::PATH);
    Ok(match repo.file(commit, path)? {
        None => Ok(Vec::new()),
        Some(TreeFile::NotAFile(kind)) => Err(misplaced(name, kind)),
        Some(TreeFile::Content(content)) => {
            attributions::parse(&content).map_err(|error| error.placed(name, &content))
        }
    })
}

/// The last valid version on a commit's line of first parents, of so many commits, and the commit
/// that has it; one that is invalid in the same way is not parsed again.
fn last_valid(
    repo: &Repo,
    commit: &ObjectId,
    path: &RepoPath,
) -> Result<Option<(ObjectId, Vec<Entry>)>, GitError> {
    let mut next = Some(*commit);
    let mut invalid = None;
    for _ in 0..LOOKED_BACK {
        let Some(commit) = next.filter(|commit| repo.has(commit)) else { break };
        let entry = repo.entry(&commit, path)?;
        if entry.is_none() || entry != invalid {
            if let Ok(entries) = read(repo, &commit, path)? {
                return Ok(Some((commit, entries)));
            }
            invalid = entry;
        }
        next = repo.commit(&commit)?.parents.first().copied();
    }
    Ok(None)
}

fn note(place: &Origin, error: &ConfigError, valid: Option<&ObjectId>) -> String {
    let (at, why) = error.diagnostics.first().map_or_else(Default::default, |slip| {
        (format!("{}:{}", slip.place.file, slip.place.line), slip.message.clone())
    });
    let instead = match valid {
        Some(commit) => {
            format!("the last valid one there, of {}, stands in for it", commit.short())
        }
        None => "none there was valid before, so nothing in it counts".to_owned(),
    };
    format!("{at} is invalid at {} ({why}); {instead}", place.label)
}
