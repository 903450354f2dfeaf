//! What a range of commits does to a migration's stages: the touched stages and by whom, and the
//! paths that nobody or several own. Pure: it reads facts that were gathered before.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::attribution::{Attribution, Claims};
use super::matcher::{Matcher, Owners, StageIndex};
use super::words::LandingWords;
use crate::git::{Commit, ObjectId, RepoPath};

/// A commit and the paths that it changed itself.
#[derive(Debug, Clone)]
pub struct Work {
    /// The commit.
    pub commit: Commit,
    /// Its own changes; of a merge, what differs from every parent.
    pub paths: Vec<RepoPath>,
    /// Of a merge that says nothing: what differs from both parents because it put the changes of
    /// both together, as git does. Nothing of it is its own.
    pub joined: Vec<RepoPath>,
    /// The merge that brought it to the line of first parents, where one did.
    pub brought_by: Option<ObjectId>,
    /// Of a merge that claims something: all that differs from its first parent.
    pub step: Vec<RepoPath>,
}

/// How a stage is touched. A commit stands in every list that fits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touch {
    /// Commits that say they are this stage's work: these advance it.
    pub advanced_by: BTreeSet<ObjectId>,
    /// Commits that say nothing, on paths that only this stage owns: a suggestion.
    pub suggested_by: BTreeSet<ObjectId>,
    /// Commits that say nothing, on a path that several stages own.
    pub ambiguous_by: BTreeSet<ObjectId>,
    /// Commits that declare themselves no part of the migration.
    pub foreign_by: BTreeSet<ObjectId>,
    /// Commits that say they back the stage out.
    pub backed_out_by: BTreeSet<ObjectId>,
    /// Commits that name another stage than this owner.
    pub misnamed_by: BTreeSet<ObjectId>,
    /// Commits that may land with a text which says that they are this stage's work.
    pub landing_by: BTreeSet<ObjectId>,
    /// Merges that put changes of its files together, and did nothing more.
    pub joined_by: BTreeSet<ObjectId>,
    /// The changed paths that it owns.
    pub paths: BTreeSet<RepoPath>,
}

impl Touch {
    /// Every commit that touches the stage with work of its own.
    #[must_use]
    pub fn by(&self) -> BTreeSet<ObjectId> {
        let lists = [
            &self.advanced_by,
            &self.suggested_by,
            &self.ambiguous_by,
            &self.foreign_by,
            &self.backed_out_by,
            &self.misnamed_by,
            &self.landing_by,
        ];
        lists.into_iter().flatten().copied().collect()
    }

    /// Whether the stage goes forward, as opposed to somebody working on its files.
    #[must_use]
    pub fn advances(&self) -> bool {
        !self.advanced_by.is_empty() || !self.landing_by.is_empty()
    }

    /// Whether all that touches it says that it backs the stage out.
    #[must_use]
    pub fn is_backed_out(&self) -> bool {
        !self.backed_out_by.is_empty() && self.by() == self.backed_out_by
    }

    /// Whether all that touches it is declared to be no part of the migration.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        !self.foreign_by.is_empty() && self.by() == self.foreign_by
    }
}

/// A commit of the range that concerns the migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitPlan {
    /// The commit.
    pub id: ObjectId,
    /// Its first line, for people.
    pub subject: String,
    /// The merge that brought it to the line of first parents, where one did.
    pub brought_by: Option<ObjectId>,
    /// What it says of itself; of one that says nothing, what the text says that it lands with.
    pub claims: Claims,
    /// Whether that text speaks for it.
    pub by_landing: bool,
    /// The changed paths that stages own, with their owners.
    pub owned: BTreeMap<RepoPath, Owners>,
    /// Those of them that a stage of another migration owns too, which it names: foreign work here.
    pub of_others: BTreeSet<RepoPath>,
    /// The changed paths inside the scope that no stage owns.
    pub unowned_in_scope: Vec<RepoPath>,
    /// Stages that it claims, and of whose files it changed none, where it changed any.
    pub missed: BTreeSet<StageIndex>,
    /// Stages without files that it names: only this tells that they are touched.
    pub fileless: Fileless,
}

/// Stages that own no files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fileless {
    /// A commit is their work.
    pub advanced: BTreeSet<StageIndex>,
    /// A commit backs them out.
    pub backed_out: BTreeSet<StageIndex>,
}

/// What a range does to one migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StagePlan {
    /// The touched stages.
    pub touched: BTreeMap<StageIndex, Touch>,
    /// The commits that claim something or change what a stage owns, newest first.
    pub commits: Vec<CommitPlan>,
    /// Changed paths inside the scope, of commits that claim a stage, that no stage owns.
    pub unowned: BTreeSet<RepoPath>,
    /// Changed paths that several stages own.
    pub shared: BTreeSet<RepoPath>,
    /// The owners of files that commits changed and which are in the end as they were.
    pub passed: BTreeSet<StageIndex>,
}

impl StagePlan {
    /// Whether the range has nothing to do with the migration.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.touched.is_empty() && self.commits.is_empty()
    }
}

/// Builds the plan of a range.
///
/// `changed` are the paths that differ between the base and the head; what was changed and changed
/// back within the range touches nothing. A changed path that no single commit accounts for (a
/// merge that took one side whole) is `head`'s own.
pub fn plan(
    matcher: &Matcher<'_>,
    attribution: &Attribution<'_>,
    changed: &BTreeSet<&RepoPath>,
    head: &ObjectId,
    works: &[Work],
    landing: &LandingWords,
) -> anyhow::Result<StagePlan> {
    let mut owners_of = BTreeMap::new();
    for path in changed.iter().copied() {
        let owners = matcher.owners(path)?;
        if !owners.is_empty() {
            owners_of.insert(path, owners);
        }
    }
    let mut plan = StagePlan::default();
    let mut accounted = BTreeSet::new();
    for (work, own) in &spoken(attribution, works) {
        let by_landing = !own.speaks() && landing.agreed.claims_something();
        let claims = if by_landing { &landing.agreed } else { own };
        let mut commit = commit_plan(matcher, attribution, claims, work, changed, &owners_of)?;
        if by_landing {
            commit.by_landing = true;
            // The text is about all of them.
            commit.missed.clear();
        }
        accounted.extend(commit.owned.keys().filter_map(|path| changed.get(path).copied()));
        plan.join(work, &owners_of, &mut accounted);
        let of_silent: &[Claims] = if own.speaks() { &[] } else { &landing.of_silent };
        plan.add(commit, &landing.of_all.iter().chain(of_silent).collect::<Vec<_>>());
    }
    for stage in landing.may().flat_map(|said| &said.stages) {
        if matcher.owns_nothing(*stage) && !works.is_empty() {
            plan.touched.entry(*stage).or_default().landing_by.insert(*head);
        }
    }
    plan.shared =
        owners_of.iter().filter(|(_, o)| o.len() > 1).map(|(path, _)| (*path).clone()).collect();
    for (path, owners) in owners_of.iter().filter(|(path, _)| !accounted.contains(*path)) {
        for owner in &**owners {
            let touch = plan.touched.entry(*owner).or_default();
            touch.paths.insert((*path).clone());
            touch.suggested_by.insert(*head);
        }
    }
    Ok(plan)
}

/// The work of a range by whose words count for it. A merge speaks for what it brought and says
/// nothing itself, and for what it changed and nobody that it brought did: that is its own work.
fn spoken<'w>(attribution: &Attribution<'_>, works: &'w [Work]) -> Vec<(Cow<'w, Work>, Claims)> {
    let claims: Vec<Claims> = works.iter().map(|work| attribution.claims(&work.commit)).collect();
    let said: BTreeMap<&ObjectId, &Claims> =
        works.iter().map(|work| &work.commit.id).zip(&claims).collect();
    let mut silent: BTreeMap<&ObjectId, Vec<&RepoPath>> = BTreeMap::new();
    let mut brought: BTreeMap<&ObjectId, BTreeSet<&RepoPath>> = BTreeMap::new();
    let mut spoken = Vec::new();
    for (work, own) in works.iter().zip(&claims) {
        let merge = work.brought_by.as_ref();
        if let Some(merge) = merge {
            brought.entry(merge).or_default().extend(work.paths.iter().chain(&work.joined));
        }
        let words = own.within(merge.and_then(|merge| said.get(merge).copied()));
        match merge {
            Some(merge) if !std::ptr::eq(words, own) => {
                silent.entry(merge).or_default().extend(&work.paths);
            }
            _ => spoken.push((Cow::Borrowed(work), own.clone())),
        }
    }
    for (work, _) in &mut spoken {
        let id = work.commit.id;
        let nobodys = |path: &&RepoPath| !brought.get(&id).is_some_and(|all| all.contains(path));
        let more = silent.remove(&id).unwrap_or_default();
        let own = work.step.iter().filter(nobodys);
        let more: BTreeSet<RepoPath> = own.chain(more).cloned().collect();
        if !more.is_empty() {
            let all: BTreeSet<RepoPath> = work.paths.iter().cloned().chain(more).collect();
            work.to_mut().paths = all.into_iter().collect();
        }
    }
    spoken
}

fn commit_plan(
    matcher: &Matcher<'_>,
    attribution: &Attribution<'_>,
    claims: &Claims,
    work: &Work,
    changed: &BTreeSet<&RepoPath>,
    owners_of: &BTreeMap<&RepoPath, Owners>,
) -> anyhow::Result<CommitPlan> {
    let mut owned = BTreeMap::new();
    let mut of_others = BTreeSet::new();
    let mut unowned_in_scope = Vec::new();
    for path in work.paths.iter().filter(|path| changed.contains(*path)) {
        match owners_of.get(path) {
            Some(owners) => {
                if attribution.at_path(claims, path)?.is_some() {
                    of_others.insert(path.clone());
                }
                owned.insert(path.clone(), Owners::clone(owners));
            }
            None if !claims.stages.is_empty() && matcher.in_scope(path)? => {
                unowned_in_scope.push(path.clone());
            }
            None => {}
        }
    }
    let subject = work.commit.subject();
    let fileless = |named: &BTreeSet<StageIndex>| {
        named.iter().copied().filter(|stage| matcher.owns_nothing(*stage)).collect()
    };
    let fileless =
        Fileless { advanced: fileless(&claims.stages), backed_out: fileless(&claims.backs_out) };
    let mut missed: BTreeSet<_> = claims.stages.difference(&fileless.advanced).copied().collect();
    if work.paths.is_empty() && work.step.is_empty() {
        missed.clear();
    }
    for path in work.paths.iter().chain(&work.step) {
        if missed.is_empty() {
            break;
        }
        let owners = matcher.owners(path)?;
        missed.retain(|stage| !owners.contains(stage));
    }
    let (id, claims) = (work.commit.id, claims.clone());
    let by_landing = false;
    Ok(CommitPlan {
        id,
        subject,
        brought_by: work.brought_by,
        claims,
        by_landing,
        owned,
        of_others,
        unowned_in_scope,
        missed,
        fileless,
    })
}

impl StagePlan {
    fn add(&mut self, commit: CommitPlan, may: &[&Claims]) {
        for (path, owners) in &commit.owned {
            self.touch(&commit, path, owners, may);
        }
        for stage in &commit.fileless.advanced {
            self.touched.entry(*stage).or_default().advanced_by.insert(commit.id);
        }
        for stage in &commit.fileless.backed_out {
            self.touched.entry(*stage).or_default().backed_out_by.insert(commit.id);
        }
        self.unowned.extend(commit.unowned_in_scope.iter().cloned());
        let speaks = !commit.claims.is_silent() && !commit.claims.is_foreign_only();
        if !commit.owned.is_empty() || speaks || !commit.fileless.backed_out.is_empty() {
            self.commits.push(commit);
        }
    }

    /// What a merge only put together touches its owners, and is nobody's work.
    fn join<'p>(
        &mut self,
        merge: &Work,
        owners_of: &BTreeMap<&'p RepoPath, Owners>,
        accounted: &mut BTreeSet<&'p RepoPath>,
    ) {
        for (path, owners) in merge.joined.iter().filter_map(|path| owners_of.get_key_value(path)) {
            accounted.insert(*path);
            for owner in &**owners {
                let touch = self.touched.entry(*owner).or_default();
                touch.paths.insert((*path).clone());
                touch.joined_by.insert(merge.commit.id);
            }
        }
    }

    /// A trailer names owners of a shared path; it never takes one away from a path of its own.
    fn touch(
        &mut self,
        commit: &CommitPlan,
        path: &RepoPath,
        owners: &BTreeSet<StageIndex>,
        may: &[&Claims],
    ) {
        let named = commit.claims.named(owners, path);
        let backed_out: BTreeSet<_> =
            commit.claims.backs_out.intersection(owners).copied().collect();
        let foreign = commit.claims.is_foreign(path) || commit.of_others.contains(path);
        let said: BTreeSet<_> = named.union(&backed_out).copied().collect();
        let touched = if said.is_empty() { owners } else { &said };
        let may_name = may.iter().flat_map(|claims| claims.named(owners, path));
        let may_name: BTreeSet<_> = may_name.filter(|owner| !named.contains(owner)).collect();
        for owner in &may_name {
            let touch = self.touched.entry(*owner).or_default();
            touch.paths.insert(path.clone());
            touch.landing_by.insert(commit.id);
        }
        for owner in touched {
            let touch = self.touched.entry(*owner).or_default();
            touch.paths.insert(path.clone());
            let list = if named.contains(owner) {
                &mut touch.advanced_by
            } else if backed_out.contains(owner) {
                &mut touch.backed_out_by
            } else if foreign {
                &mut touch.foreign_by
            } else if commit.claims.names_a_stage() {
                &mut touch.misnamed_by
            } else if may_name.contains(owner) {
                continue;
            } else if owners.len() > 1 {
                &mut touch.ambiguous_by
            } else {
                &mut touch.suggested_by
            };
            list.insert(commit.id);
        }
    }
}
