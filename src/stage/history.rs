//! Gathers commits from a repository for the plan and the ledger.

mod share;

use std::collections::{BTreeMap, BTreeSet};

use self::share::Share;
use super::attribution::{Attribution, Claims};
use super::ledger::StageChange;
use super::matcher::Matcher;
use super::plan::Work;
use super::silent_merge::SilentMerge;
use super::step::{Part, Parts, Step};
use super::words::brought_by;
use crate::git::{Change, Commit, GitError, ObjectId, Repo, RepoPath};

/// Each commit with its own changes.
pub fn works(repo: &Repo, commits: &[Commit]) -> Result<Vec<Work>, GitError> {
    commits
        .iter()
        .map(|commit| {
            let changes = repo.own_changes(commit)?;
            let paths = changes.into_iter().map(|change| change.path).collect();
            Ok(Work {
                commit: commit.clone(),
                paths,
                joined: Vec::new(),
                brought_by: None,
                step: Vec::new(),
            })
        })
        .collect()
}

/// Each commit of a range that ends with `head`, with its own changes and the merge that brought
/// it, each merge that claims something with its whole step, and each that says nothing with what
/// it made of what both of its sides had changed.
pub fn claimed_works(
    repo: &Repo,
    attribution: &Attribution<'_>,
    matcher: &Matcher<'_>,
    commits: &[Commit],
    head: &ObjectId,
) -> anyhow::Result<Vec<Work>> {
    let mut works = works(repo, commits)?;
    let brought_by = brought_by(commits, head);
    for work in &mut works {
        work.brought_by = brought_by.get(&work.commit.id).copied();
        if work.commit.parents.len() < 2 {
            continue;
        }
        if attribution.claims(&work.commit).claims_something() {
            let changes = repo.changes(work.commit.parents.first(), Some(&work.commit.id))?;
            work.step = changes.into_iter().map(|change| change.path).collect();
        } else {
            settle(repo, matcher, work)?;
        }
    }
    Ok(works)
}

/// What a silent merge did to the files of stages: where it has what git makes of its sides, it only
/// put them together; else that is its own doing, also where it took one side whole, and what the
/// others had done is gone.
fn settle(repo: &Repo, matcher: &Matcher<'_>, merge: &mut Work) -> anyhow::Result<()> {
    let Some(silent) = SilentMerge::of(repo, &merge.commit) else { return Ok(()) };
    for path in std::mem::take(&mut merge.paths) {
        if silent.put_together(&path) && !matcher.owners(&path)?.is_empty() {
            merge.joined.push(path);
        } else {
            merge.paths.push(path);
        }
    }
    let known: BTreeSet<&RepoPath> = merge.paths.iter().collect();
    let mut set_back = Vec::new();
    for path in silent.set_back(repo, &merge.commit.parents)? {
        if !known.contains(path) && !matcher.owners(path)?.is_empty() {
            set_back.push(path.clone());
        }
    }
    merge.paths.extend(set_back);
    Ok(())
}

/// The first-parent steps of `tip` since `start`, oldest first.
pub fn steps(
    repo: &Repo,
    attribution: &Attribution<'_>,
    start: &ObjectId,
    tip: &ObjectId,
) -> anyhow::Result<Vec<Step>> {
    let mut commits = repo.first_parents(tip, &[*start])?;
    commits.reverse();
    commits.iter().map(|commit| step(repo, attribution, commit)).collect()
}

/// A line of first parents that begins with the migration. Where it had begun on another branch
/// (its tag stands behind a later parent), the merge that brings the start leads on from there: what
/// stood before it, on either side, is nobody's work.
pub(super) fn from_start(
    repo: &Repo,
    start: &ObjectId,
    mut line: Vec<Commit>,
) -> Result<Vec<Commit>, GitError> {
    if line.first().is_none_or(|oldest| oldest.parents.first() == Some(start)) {
        return Ok(line);
    }
    let mut before = 0;
    for commit in &line {
        if repo.is_ancestor(start, &commit.id)? {
            break;
        }
        before += 1;
    }
    if before < line.len() {
        line.drain(..before);
        if let Some(merge) = line.first_mut() {
            merge.parents.insert(0, *start);
        }
    }
    Ok(line)
}

/// The steps that a branch adds to `base`: each commit where they stand in a row, else one whole
/// merge of them, as which they would land. `landing` is what they land with says of those that say
/// nothing themselves.
pub fn branch_steps(
    repo: &Repo,
    attribution: &Attribution<'_>,
    base: &ObjectId,
    head: &ObjectId,
    landing: &Claims,
) -> anyhow::Result<Vec<Step>> {
    let mut commits = repo.walk(head, &[*base])?.commits;
    commits.reverse();
    let mut last = *base;
    let in_a_row = commits.iter().all(|commit| {
        let follows = commit.parents.as_slice() == [last];
        last = commit.id;
        follows
    });
    if in_a_row {
        let step = |commit| {
            let step = step(repo, attribution, commit)?;
            Ok(Step { claims: step.claims.within(Some(landing)).clone(), ..step })
        };
        return commits.iter().map(step).collect();
    }
    let mut commit = repo.commit(head)?;
    commit.parents = vec![*base, *head];
    // What the newest commit says is said of itself alone.
    let whole = Merged::read(repo, attribution, (&commit, landing), base, &[*head])?;
    Ok(vec![whole.step(repo, attribution, (&commit, landing))?])
}

/// The one step as which a branch lands that is squashed: what any of its commits says, or what it
/// lands with, is said of all of it.
pub fn squash_step(
    repo: &Repo,
    attribution: &Attribution<'_>,
    base: &ObjectId,
    head: &ObjectId,
    landing: &Claims,
) -> anyhow::Result<Vec<Step>> {
    let commits = repo.walk(head, &[*base])?.commits;
    if commits.is_empty() {
        return Ok(Vec::new());
    }
    let said: Vec<Claims> = commits.iter().map(|commit| attribution.claims(commit)).collect();
    let claims = Claims::squashed(said.iter().chain([landing]));
    let mut whole = repo.commit(head)?;
    whole.parents = vec![*base];
    let squash = Merged { commits: Vec::new() };
    Ok(vec![squash.step(repo, attribution, (&whole, &claims))?])
}

/// One step.
pub fn step(repo: &Repo, attribution: &Attribution<'_>, commit: &Commit) -> anyhow::Result<Step> {
    let own = attribution.claims(commit);
    let merged = match commit.parents.as_slice() {
        [first, merged @ ..] => Merged::read(repo, attribution, (commit, &own), first, merged)?,
        _ => Merged { commits: Vec::new() },
    };
    merged.step(repo, attribution, (commit, &own))
}

/// The commits that a merge brought, oldest first, with the words that count for them.
struct Merged {
    commits: Vec<(Commit, Claims)>,
}

impl Merged {
    fn read(
        repo: &Repo,
        attribution: &Attribution<'_>,
        (merge, own): (&Commit, &Claims),
        first: &ObjectId,
        merged: &[ObjectId],
    ) -> Result<Self, GitError> {
        let mut commits = Vec::new();
        let mut seen = BTreeSet::from([merge.id]);
        // Of a branch that is taken for a merge, the newest commit is a part as well.
        if merged == [merge.id] {
            seen.clear();
        }
        for tip in merged {
            for part in repo.walk(tip, &[*first])?.commits.into_iter().rev() {
                if seen.insert(part.id) {
                    let said = attribution.claims(&part).within(Some(own)).clone();
                    commits.push((part, said));
                }
            }
        }
        Ok(Self { commits })
    }

    fn step(
        self,
        repo: &Repo,
        attribution: &Attribution<'_>,
        (commit, own): (&Commit, &Claims),
    ) -> anyhow::Result<Step> {
        let changes = repo.changes(commit.parents.first(), Some(&commit.id))?;
        let (claims, parts) = match self.agreed(own) {
            Some(claims) if !self.is_more(repo, (commit, own), &changes)? => {
                (claims.clone(), of_other_migrations(attribution, (commit.id, claims), &changes)?)
            }
            _ => (self.united(own), self.parts(repo, attribution, (commit.id, own), &changes)?),
        };
        Ok(Step {
            id: commit.id,
            parent: commit.parents.first().copied(),
            time: commit.time,
            merge: commit.parents.len() > 1,
            subject: commit.subject(),
            claims,
            changes,
            concerns: BTreeSet::new(),
            parts,
        })
    }

    /// What the merge, and all that it brought, agree on, where they do. A merge that says nothing
    /// does nothing but merge, unless `is_more` tells otherwise: it, and those inside, are not asked.
    fn agreed<'c>(&'c self, own: &'c Claims) -> Option<&'c Claims> {
        let asked = |(commit, said): &&(Commit, Claims)| commit.parents.len() < 2 || said.speaks();
        let brought = self.commits.iter().filter(asked).map(|(_, said)| said);
        let mut all = brought.chain(own.claims_something().then_some(own));
        let Some(agreed) = all.next() else { return Some(own) };
        all.all(|one| one.agrees_with(agreed)).then_some(agreed)
    }

    /// Whether a merge that says nothing made something else of a changed path than git makes of
    /// its sides: threw away what another one had done, for instance, or brought it back.
    fn is_more(
        &self,
        repo: &Repo,
        (merge, own): (&Commit, &Claims),
        changes: &[Change],
    ) -> Result<bool, GitError> {
        let inside = self.commits.iter().map(|(commit, said)| (commit, said));
        let silent = inside
            .chain([(merge, own)])
            .filter(|(one, said)| one.parents.len() > 1 && !said.speaks());
        let changed: BTreeSet<&RepoPath> = changes.iter().map(|change| &change.path).collect();
        for (one, _) in silent {
            let Some(departed) = SilentMerge::of(repo, one) else { continue };
            let set_back = departed.set_back(repo, &one.parents)?;
            if set_back.into_iter().any(|path| changed.contains(path)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The stages that anybody names: whose a change is, its parts tell.
    fn united(&self, own: &Claims) -> Claims {
        let mut claims = own.clone();
        for (_, said) in &self.commits {
            claims.stages.extend(&said.stages);
            claims.backs_out.extend(&said.backs_out);
        }
        claims
    }

    /// Whose each of the changes is.
    fn parts(
        &self,
        repo: &Repo,
        attribution: &Attribution<'_>,
        (merge, own): (ObjectId, &Claims),
        changes: &[Change],
    ) -> anyhow::Result<BTreeMap<RepoPath, Parts>> {
        let mut shares: BTreeMap<RepoPath, Share> = BTreeMap::new();
        let kept: BTreeSet<&RepoPath> = changes.iter().map(|change| &change.path).collect();
        for (place, (commit, said)) in self.commits.iter().enumerate() {
            let mut own = repo.own_changes(commit)?;
            if commit.parents.len() > 1
                && !said.speaks()
                && let Some(silent) = SilentMerge::of(repo, commit)
            {
                own.retain(|change| !silent.put_together(&change.path));
            }
            for path in through_a_lost_name(&own, &kept) {
                shares.entry(path.clone()).or_default().lacks_a_half();
            }
            for change in own {
                let share = shares.entry(change.path.clone()).or_default();
                let of_path = attribution.at_path(said, &change.path)?;
                share.add(place, commit, of_path.as_ref().unwrap_or(said), &change);
            }
        }
        let mut parts = BTreeMap::new();
        for change in changes {
            let share = shares.remove(&change.path).unwrap_or_default();
            let of_path = attribution.at_path(own, &change.path)?;
            let own = (merge, of_path.as_ref().unwrap_or(own));
            parts.insert(change.path.clone(), share.told(repo, own, change)?);
        }
        Ok(parts)
    }
}

/// The paths that a commit of a merge may have renamed to, or from, a name of which the merge has
/// nothing any more: what it did to them is half a rename, and cannot be taken back by itself.
fn through_a_lost_name<'c>(own: &'c [Change], kept: &BTreeSet<&RepoPath>) -> Vec<&'c RepoPath> {
    let is_added = |change: &&Change| change.old.is_none();
    let is_gone = |change: &&Change| change.new.is_none();
    let is_kept = |change: &&Change| kept.contains(&change.path);
    let lost = |change: &&Change| !is_kept(change);
    let mut halves = Vec::new();
    if own.iter().filter(is_added).any(|change| lost(&change)) {
        halves.extend(own.iter().filter(is_gone).filter(is_kept));
    }
    if own.iter().filter(is_gone).any(|change| lost(&change)) {
        halves.extend(own.iter().filter(is_added).filter(is_kept));
    }
    halves.into_iter().map(|change| &change.path).collect()
}

/// Whose those changes of a step are whose files a stage of another migration owns as well, which the
/// step names.
fn of_other_migrations(
    attribution: &Attribution<'_>,
    (commit, claims): (ObjectId, &Claims),
    changes: &[Change],
) -> anyhow::Result<BTreeMap<RepoPath, Parts>> {
    let mut parts = BTreeMap::new();
    if claims.of_others.is_empty() {
        return Ok(parts);
    }
    for Change { path, old, new } in changes {
        if let Some(claims) = attribution.at_path(claims, path)? {
            let (old, new) = (*old, *new);
            let part = Part { place: StageChange::LAST, commit, claims, old, new };
            parts.insert(path.clone(), Parts::Chain(vec![part]));
        }
    }
    Ok(parts)
}
