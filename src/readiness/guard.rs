//! The guard: from ref updates to an assessment. Each update becomes a range; each range is judged
//! under every trusted configuration and under its own; the findings are united.

mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

pub(super) use rules::branches;

use super::along::Along;
use super::assessment::Assessment;
use super::attributed::refuse_slip;
use super::judge_range::{Judged, judge_range};
use super::repeated::Judgements;
use super::repo_facts::Ground;
use super::stores::Stores;
use super::unite::Union;
use crate::ci::LandingText;
use crate::config::{LoadError, Phase};
use crate::exit::Failure;
use crate::git::{
    Ends, GitError, ObjectId, OtherSide, Range, RefName, RefUpdate, Repo, RepoPath, Seconds, ends,
    range,
};
use crate::policy::origins::Trust;
use crate::policy::overrides::Override;
use crate::policy::trust::{Origin, Policies};
use crate::receipt::BackupReceipt;

/// Where an input comes from: it decides what counts as new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A push that is about to happen: new is what the remote is not known to have.
    Push,
    /// A push that has happened, told by CI: this clone's remote refs have it already.
    Event,
    /// A range with a base of its own; without one, all since the migration's start.
    Range,
}

/// What is judged: one update, and what its surroundings say of it.
#[derive(Debug, Clone)]
pub struct Input {
    /// The update.
    pub update: RefUpdate,
    /// Where it comes from.
    pub kind: Kind,
    /// The phase, where it is known beforehand.
    pub phase: Option<Phase>,
    /// The branch that it is to land on, where that is known: phase and landing follow from it.
    pub target_branch: Option<String>,
    /// A pull request that is not ready is shared, not landed.
    pub draft: bool,
    /// The text with which it would land.
    pub landing_text: Option<LandingText>,
    /// Of a range that parted from what it is held against at several commits: the tip of that. The
    /// commits that are judged are those which the tip does not have, as in git's own `A..B`: since
    /// one of the several, there would be some among them that have landed.
    pub beside: Option<ObjectId>,
}

impl Input {
    /// A push of a ref, as the hook is told of it.
    #[must_use]
    pub const fn push(update: RefUpdate) -> Self {
        Self {
            update,
            kind: Kind::Push,
            phase: None,
            target_branch: None,
            draft: false,
            landing_text: None,
            beside: None,
        }
    }
}

/// Where a range begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning {
    /// The merge base; of several one, to name a place.
    pub base: ObjectId,
    /// Where there are several, the tip of the other side: see [`Input::beside`].
    pub beside: Option<ObjectId>,
}

impl Beginning {
    /// Where `head` parted from `tip`; `None` where they have nothing in common.
    pub fn of(repo: &Repo, tip: &ObjectId, head: &ObjectId) -> Result<Option<Self>, GitError> {
        let Some(base) = repo.parting(tip, head)? else { return Ok(None) };
        let crosses = repo.merge_bases(tip, head)?.len() > 1;
        Ok(Some(Self { base, beside: crosses.then_some(*tip) }))
    }
}

/// The guard's surroundings.
pub struct Guard<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The remote's name, where it has one here.
    pub remote: Option<String>,
    /// The remote's default branch, where CI tells it; else the one that this clone knows.
    pub default_branch: Option<String>,
    /// Whether local branches stand in for remote ones.
    pub local: bool,
    /// The configuration's path.
    pub config_path: String,
    /// The clock.
    pub now: Seconds,
    /// Receipts from outside the tree.
    pub delivered: Vec<BackupReceipt>,
    /// The stores, where archives are held against their receipts.
    pub online: Option<Stores>,
    /// Overrides from a protected place.
    pub overrides: Vec<Override>,
    /// Whether an invalid configuration is passed over for the last valid one: to see how things
    /// stand and to roll back, never to judge.
    pub lenient: bool,
}

/// Why the guard could not judge at all.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The repository did not answer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The judged configuration is invalid, or a configuration could not be read.
    #[error(transparent)]
    Configuration(#[from] LoadError),
    /// There is no configuration anywhere.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl GuardError {
    /// The same error, naming the ref that could not be judged.
    fn within(self, name: &RefName) -> Self {
        match self {
            Self::Git(error) => {
                let failure = Failure::from(error);
                Self::Failure(Failure {
                    message: format!("{name}: {}", failure.message),
                    ..failure
                })
            }
            other => other,
        }
    }
}

impl Guard<'_> {
    /// Judges every input.
    pub fn judge(&self, inputs: &[Input]) -> Result<Assessment, GuardError> {
        let begun = Instant::now();
        let mut union = Union::new(self.now);
        let mut judged = Judgements::default();
        let along = Along::of(inputs);
        for (at, input) in inputs.iter().enumerate() {
            if let Some(like) = judged.like(input) {
                union.repeat(like, &input.update);
                continue;
            }
            let name = &input.update.remote;
            let landing =
                self.judge_one(input, &along, &mut union).map_err(|error| error.within(name))?;
            judged.keep(at, input, landing);
        }
        let mut assessment = union.conclude(&self.overrides);
        assessment.timings_ms.push(("total", begun.elapsed().as_secs_f64() * 1000.0));
        Ok(assessment)
    }

    /// Where a commit parted from the landing branches, for a range that names no base: with
    /// several of them, where it first did. `None` where the commit has landed on one of them, or
    /// nothing has: then all since the migration's start is judged.
    pub fn landed(&self, head: &ObjectId) -> Result<Option<Beginning>, GuardError> {
        let ends = Ends { old: None, head: Some(*head) };
        let (_, landing) = self.policies(&self.trust(), ends)?;
        let mut bases = Vec::new();
        for tip in landing.values() {
            match Beginning::of(self.repo, &tip.commit, head)? {
                Some(found) if found.base == *head => return Ok(None),
                Some(found) if landing.len() == 1 => return Ok(Some(found)),
                // Of several for one branch, none is the oldest: then all is judged.
                Some(_) => bases.extend(self.repo.merge_bases(&tip.commit, head)?),
                None => return Ok(None),
            }
        }
        let oldest = self.oldest(&bases)?;
        Ok(oldest.map(|base| Beginning { base, beside: None }))
    }

    /// The tip of the remote's default branch, whose rules count whatever the change says; `None`
    /// where this clone does not know it.
    pub fn default_tip(&self) -> Result<Option<Origin>, GitError> {
        self.trust().head_tip()
    }

    pub(super) fn trust(&self) -> Trust<'_> {
        Trust {
            repo: self.repo,
            remote: self.remote.as_deref(),
            default_branch: self.default_branch.as_deref(),
            local: self.local,
        }
    }

    /// The remote for a command that is suggested: `origin`, as git calls it, where none is known.
    pub(super) fn remote_to_name(&self) -> &str {
        self.remote.as_deref().unwrap_or("origin")
    }

    /// Judges one input; gives the branches on which stages land by the rules that count for it.
    fn judge_one(
        &self,
        input: &Input,
        along: &Along<'_>,
        union: &mut Union,
    ) -> Result<Vec<String>, GuardError> {
        let ends = ends(self.repo, &input.update)?;
        let (policies, landing) = self.policies_with(along, ends)?;
        let unknown = self.unknown_landing(input, &policies, &landing)?;
        let known = self.known(input, ends, &policies, &landing)?;
        let range = range(self.repo, &input.update, ends, known)?;
        self.refuse_cut_off(input, &range)?;
        self.refuse_untrusted(&policies, &range)?;
        refuse_slip(self.repo, &policies, &range)?;
        union.add_range(&range, &policies, unknown);
        let tips = tips(input, ends, &landing);
        let ground = Ground {
            repo: self.repo,
            now: self.now,
            remote: self.remote_to_name(),
            tags_left_out: self.tags_left_out()?,
            delivered: &self.delivered,
            online: self.online.as_ref(),
            landing: &tips,
            config_path: &self.config_path,
        };
        let held = policies.unexcused();
        for configuration in policies.all().map(|policy| &policy.configuration).chain(&held) {
            for migration in &configuration.migrations {
                let judged = Judged {
                    ground: &ground,
                    input,
                    range: &range,
                    policies: &policies,
                    configuration,
                    migration,
                };
                union.add(judge_range(&judged)?, migration);
            }
        }
        Ok(branches(&policies))
    }

    /// In a shallow clone a commit at which history is cut off looks as if it had added every file,
    /// and merge bases can come out too old without an error (ocaml/ocaml#12862).
    fn refuse_cut_off(&self, input: &Input, range: &Range) -> Result<(), GuardError> {
        let cut = self.repo.cut_off_at()?;
        let merge_base = range.base.iter().filter(|_| input.kind == Kind::Range);
        let mut involved = range.commits.iter().map(|commit| &commit.id).chain(merge_base);
        match involved.find(|commit| cut.contains(commit)) {
            None => Ok(()),
            Some(commit) => Err(Failure::indeterminate(format!(
                "this clone is shallow, and its history is cut off at {}, inside of what is judged",
                commit.short()
            ))
            .help(
                "fetch the rest: `git fetch --unshallow --tags` (with \
                 actions/checkout: `fetch-depth: 0`)",
            )
            .into()),
        }
    }

    /// Where every trusted configuration is invalid, and none before it was valid, a change could
    /// only be judged by its own rules: all that it may do is to correct them.
    fn refuse_untrusted(&self, policies: &Policies, range: &Range) -> Result<(), GuardError> {
        let (true, Some((origin, why))) = (policies.trusted.is_empty(), policies.broken.first())
        else {
            return Ok(());
        };
        let files = policies.all().flat_map(|policy| &policy.configuration.files);
        let rules: BTreeSet<RepoPath> = files.map(|file| RepoPath::from(file.as_str())).collect();
        if range.changes.iter().all(|change| rules.contains(&change.path)) {
            return Ok(());
        }
        Err(Failure::indeterminate(format!(
            "the configuration at {} is invalid, as all before it were: \
             there are no trusted rules to judge by\n{why}",
            origin.label
        ))
        .help("push a change that corrects the configuration and nothing else, then the rest")
        .into())
    }

    /// What the other side has already, beside the update's own old end.
    fn known(
        &self,
        input: &Input,
        ends: Ends,
        policies: &Policies,
        landing: &BTreeMap<String, Origin>,
    ) -> Result<OtherSide<'_>, GitError> {
        // What is new to the landing branch is all since its old tip, wherever else it is.
        let lands = input
            .update
            .remote
            .as_branch()
            .is_some_and(|branch| branches(policies).iter().any(|known| known == branch));
        let mut known = OtherSide::default();
        // Where it has none, it is made now, or CI tells of it without: all lands since the start.
        if input.kind != Kind::Range && !lands {
            known.commits.extend(landing.values().map(|origin| origin.commit));
            known.remote = self.remote.as_deref().filter(|_| input.kind == Kind::Push);
        }
        known.lands = lands || input.kind == Kind::Range;
        known.commits.extend(input.beside);
        if input.kind == Kind::Event {
            known.commits.retain(|tip| Some(*tip) != ends.head);
        }
        if known.commits.is_empty() && ends.old.is_none() {
            known.commits.extend(self.start(ends, policies)?);
        }
        Ok(known)
    }

    /// History that nobody is known to have begins, for the guard, where the migrations began.
    fn start(&self, ends: Ends, policies: &Policies) -> Result<Option<ObjectId>, GitError> {
        let Some(head) = ends.head else { return Ok(None) };
        let mut starts = Vec::new();
        for migration in policies.all().flat_map(|policy| &policy.configuration.migrations) {
            let tagged = self.repo.reference(&RefName::tag(&migration.start.tag))?;
            let start = migration.start.oid.or(tagged.and_then(|tag| tag.commit));
            let Some(start) = start.filter(|start| self.repo.has(start)) else { return Ok(None) };
            if self.repo.is_ancestor(&start, &head)? {
                starts.push(start);
            }
        }
        self.oldest(&starts)
    }

    /// The one that all others descend from.
    pub(super) fn oldest(&self, starts: &[ObjectId]) -> Result<Option<ObjectId>, GitError> {
        for start in starts {
            let mut first = true;
            for other in starts {
                first = first && self.repo.is_ancestor(start, other)?;
            }
            if first {
                return Ok(Some(*start));
            }
        }
        Ok(None)
    }

    pub(super) fn tags_left_out(&self) -> Result<Option<&'static str>, GitError> {
        if self.repo.is_shallow()? {
            return Ok(Some("which is shallow"));
        }
        let without = self.repo.remotes()?.into_iter().any(|remote| {
            remote.without_tags && self.remote.as_ref().is_none_or(|name| *name == remote.name)
        });
        Ok(without.then_some("which fetches no tags (`tagOpt = --no-tags`)"))
    }
}

/// The tips of the landing branches. Of one that is about to be pushed, git says where the remote
/// has it, also where that remote has no name here or was not fetched for long.
fn tips(
    input: &Input,
    ends: Ends,
    landing: &BTreeMap<String, Origin>,
) -> BTreeMap<String, ObjectId> {
    let known = landing.iter().map(|(branch, origin)| (branch.clone(), origin.commit));
    let mut tips: BTreeMap<_, _> = known.collect();
    if let (Kind::Push, Some(branch), Some(old)) =
        (input.kind, input.update.remote.as_branch(), ends.old)
    {
        tips.insert(branch.to_owned(), old);
    }
    tips
}
