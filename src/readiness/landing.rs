//! Where rollbacks happen: the tips of the landing branches, and the rules that hold there. Each
//! migration has a landing branch of its own; where nobody here can say which, that is no answer.

use std::collections::{BTreeMap, BTreeSet};

use super::attributed::attributed;
use super::guard::{Guard, GuardError, Input, Kind, branches};
use crate::config::{Configuration, Migration, MigrationId};
use crate::exit::Failure;
use crate::git::{Ends, ObjectId};
use crate::policy::origins::USUAL;
use crate::policy::trust::{Origin, Policies};
use crate::stage::attribution::Attributions;

/// A place where stages are backed out.
#[derive(Debug, Clone)]
pub struct Landing {
    /// The trusted configuration.
    pub configuration: Configuration,
    /// What the trusted attribution files say, by migration.
    pub attributions: BTreeMap<MigrationId, Attributions>,
    /// The tip.
    pub tip: Origin,
    /// Which files there are invalid, and what stands in for them.
    pub stand_ins: Vec<String>,
    /// The migrations whose stages land here.
    own: BTreeSet<MigrationId>,
}

impl Landing {
    /// The migrations whose stages land here, in the order of the configuration.
    pub fn migrations(&self) -> impl Iterator<Item = &Migration> {
        self.configuration.migrations.iter().filter(|one| self.own.contains(&one.id))
    }
}

/// A migration of which this clone does not know where its stages have landed.
#[derive(Debug, Clone)]
pub struct Unplaced {
    /// The migration.
    pub migration: Migration,
    /// Why.
    pub why: Failure,
}

/// Every place where stages land, and every migration.
#[derive(Debug, Clone, Default)]
pub struct Landings {
    /// The places, each with at least one migration.
    pub known: Vec<Landing>,
    /// The migrations that have none here.
    pub unplaced: Vec<Unplaced>,
    /// Every migration, in the order in which the configurations name them.
    order: Vec<MigrationId>,
}

impl Landings {
    /// Every migration with the place where its stages land, in the order of the configuration.
    pub fn migrations(&self) -> impl Iterator<Item = (&Landing, &Migration)> {
        self.order.iter().filter_map(|id| {
            let mut all = self.known.iter().flat_map(|one| one.migrations().map(move |m| (one, m)));
            all.find(|(_, migration)| migration.id == *id)
        })
    }

    /// The branches that stages land on, known here or not.
    #[must_use]
    pub fn branches(&self) -> BTreeSet<String> {
        let known = self.migrations().map(|(_, migration)| migration);
        let all = known.chain(self.unplaced.iter().map(|one| &one.migration));
        all.map(|migration| migration.branch.clone()).collect()
    }

    /// Which files of a place are invalid, and what stands in for them; each once.
    pub fn stand_ins(&self) -> BTreeSet<&str> {
        self.known.iter().flat_map(|landing| &landing.stand_ins).map(String::as_str).collect()
    }

    /// How many migrations there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.order.len()
    }

    /// Where a migration comes among all of them, by its id.
    #[must_use]
    pub fn position_of(&self, migration: &str) -> usize {
        self.order.iter().position(|id| id.as_str() == migration).unwrap_or(self.order.len())
    }

    /// Why one migration is not in its place, for who asks of all of them.
    pub fn require_all(&self) -> Result<(), Failure> {
        self.unplaced.first().map_or(Ok(()), |one| Err(one.why.clone()))
    }
}

impl Guard<'_> {
    /// Says by whose rules a change is judged whose landing branch is not known here. Where there
    /// are none but its own, it would choose them itself. Only a push may: the first one ever has
    /// no others, and the hook has no way to ask.
    pub(super) fn unknown_landing(
        &self,
        input: &Input,
        policies: &Policies,
        landing: &BTreeMap<String, Origin>,
    ) -> Result<Option<String>, Failure> {
        let mut unknown = branches(policies);
        unknown.retain(|branch| !landing.contains_key(branch));
        let Some(branch) = unknown.first().cloned() else { return Ok(None) };
        let is_push = input.kind == Kind::Push;
        let is_nameless = is_push && self.remote.is_none();
        let is_judged_by_none = policies.trusted.is_empty() && policies.broken.is_empty();
        // The pushed rules alone cannot be asked what lands there.
        let may_land =
            |pushed: &str| unknown.iter().any(|b| b == pushed) || USUAL.contains(&pushed);
        let lands = input.update.remote.as_branch().is_some_and(may_land);
        if is_nameless && lands {
            return self.unseen_landing(input).map(|()| None);
        }
        // A first push ever has only its own rules; a clone that leaves the branch out has them
        // too.
        if let (true, Some(remote)) = (is_push, &self.remote)
            && self.repo.fetches(remote, &branch)?
        {
            return match (is_judged_by_none, lands) {
                (false, _) => Ok(None),
                (true, true) => self.unseen_landing(input).map(|()| None),
                (true, false) => Ok(Some(format!(
                    "no rules of `{remote}` are known here: judged by the pushed rules alone"
                ))),
            };
        }
        let message = match is_nameless {
            true => format!("no remote leads there, so its landing branch `{branch}` is not known"),
            false => format!("the landing branch `{branch}` is not known here"),
        };
        let trusted = policies.trusted.iter().flat_map(|policy| &policy.origins);
        let mut places = trusted.chain(policies.broken.iter().map(|(origin, _)| origin));
        match places.next() {
            Some(place) => Ok(Some(format!("{message}: judged by the rules of {}", place.label))),
            None if !landing.is_empty() => Ok(None),
            None if is_nameless => Ok(Some(format!("{message}: judged by the pushed rules alone"))),
            None => {
                let message = format!("{message}, and no rules but those of the change itself");
                let help = self.landing_help(&branch);
                Err(Failure::indeterminate(message).help(help))
            }
        }
    }

    /// A landing branch of a place of which nothing is known: where it stands, git says. What is not
    /// here would be overwritten, with the rules that it holds.
    fn unseen_landing(&self, input: &Input) -> Result<(), Failure> {
        let (Some(old), true) = (&input.update.from, input.update.to.is_some()) else {
            return Ok(());
        };
        if self.repo.has(old) {
            return Ok(());
        }
        let (pushed, old) = (&input.update.remote, old.short());
        let (message, help) = match &self.remote {
            Some(remote) => (
                format!(
                    "{pushed} stands on {old} at `{remote}`, which is not here: neither its rules \
                     nor what the push would overwrite is known"
                ),
                format!("fetch it: `git fetch {remote}`"),
            ),
            None => (
                format!(
                    "{pushed} stands there on {old}, which is not here, and no remote leads there: \
                     neither its rules nor what the push would overwrite is known"
                ),
                "give the place a name, and fetch it: `git remote add NAME URL`, then \
                 `git fetch NAME`"
                    .to_owned(),
            ),
        };
        Err(Failure::indeterminate(message).help(help))
    }

    fn landing_help(&self, branch: &str) -> String {
        match &self.remote {
            Some(remote) => format!(
                "fetch it: `backout fetch`, or \
                 `git fetch {remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}` (with \
                 actions/checkout: `fetch-depth: 0`)"
            ),
            None => {
                "there is no remote to fetch it from: correct `branch` in the configuration, or \
                 name another place, by `--base` (check) or `--onto` (revert)"
                    .to_owned()
            }
        }
    }

    /// Another commit as the place of every migration, whatever its branch.
    pub fn landing_on(&self, tip: Origin) -> Result<Landings, GuardError> {
        let mut landing = self.landing_at(tip)?;
        landing.own = landing.configuration.migrations.iter().map(|one| one.id.clone()).collect();
        let order = landing.configuration.migrations.iter().map(|one| one.id.clone()).collect();
        Ok(Landings { known: vec![landing], unplaced: Vec::new(), order })
    }

    /// The tips of the landing branches as this clone knows them, each with the migrations that
    /// land there, by the rules that `head` would land under.
    pub fn landings(&self, head: ObjectId) -> Result<Landings, GuardError> {
        let ends = Ends { old: None, head: Some(head) };
        let (policies, tips) = self.policies(&self.trust(), ends)?;
        let mut landings = Landings::default();
        for (branch, tip) in &tips {
            let mut landing = self.landing_at(tip.clone())?;
            let here = landing.configuration.migrations.iter().filter(|one| one.branch == *branch);
            landing.own = here.map(|one| one.id.clone()).collect();
            landings.known.push(landing);
        }
        for migration in every(&policies) {
            landings.order.push(migration.id.clone());
            if let Err(why) = self.place(&migration, &policies, &tips, &mut landings)? {
                landings.unplaced.push(Unplaced { migration, why });
            }
        }
        landings.known.retain(|landing| !landing.own.is_empty());
        Ok(landings)
    }

    /// Sees that a migration has exactly one place; else why it has none.
    fn place(
        &self,
        migration: &Migration,
        policies: &Policies,
        tips: &BTreeMap<String, Origin>,
        landings: &mut Landings,
    ) -> Result<Result<(), Failure>, GuardError> {
        let id = &migration.id;
        let owning: Vec<String> = landings
            .known
            .iter()
            .filter(|landing| landing.own.contains(id))
            .map(|landing| landing.tip.label.clone())
            .collect();
        match owning.as_slice() {
            [_] => return Ok(Ok(())),
            [] => {}
            several => {
                for landing in &mut landings.known {
                    landing.own.remove(id);
                }
                return Ok(Err(disagree(id, several)));
            }
        }
        let Some(tip) = tips.get(&migration.branch) else {
            let message = format!(
                "the landing branch `{}` of migration `{id}` is not known here",
                migration.branch
            );
            let help = self.landing_help(&migration.branch);
            return Ok(Err(Failure::indeterminate(message).help(help)));
        };
        let found = landings.known.iter_mut().find(|landing| landing.tip == *tip);
        let Some(landing) = found else {
            return Ok(Err(disagree(id, std::slice::from_ref(&tip.label))));
        };
        if landing.configuration.migrations.iter().any(|one| one.id == *id) {
            return Ok(Err(disagree(id, &[tip.label.clone(), "elsewhere".to_owned()])));
        }
        // The rules stand on another branch alone.
        let read = attributed(self.repo, policies, migration, Some(&tip.commit))?;
        landing.stand_ins.extend(read.notes);
        landing.attributions.insert(id.clone(), read.attributions);
        landing.configuration.migrations.push(migration.clone());
        landing.own.insert(id.clone());
        Ok(Ok(()))
    }

    /// A commit, and the rules that hold there; nothing lands on it yet.
    fn landing_at(&self, tip: Origin) -> Result<Landing, GuardError> {
        let ends = Ends { old: None, head: Some(tip.commit) };
        let (policies, _) = self.policies(&self.trust(), ends)?;
        let policy = policies.newest().ok_or_else(|| {
            Failure::indeterminate(format!("there is no configuration at {}", tip.label))
        })?;
        let configuration = policy.configuration.clone();
        let mut attributions = BTreeMap::new();
        let mut stand_ins: Vec<String> = policies.stand_in().into_iter().collect();
        for migration in &configuration.migrations {
            let at = Some(&tip.commit);
            let read = attributed(self.repo, &policies, migration, at)?;
            stand_ins.extend(read.notes);
            attributions.insert(migration.id.clone(), read.attributions);
        }
        Ok(Landing { configuration, attributions, tip, stand_ins, own: BTreeSet::new() })
    }
}

/// Every migration that is trusted, in its order, as the first place has it; of those that only the
/// judged side knows nothing can have landed, but for where nothing is trusted at all.
fn every(policies: &Policies) -> Vec<Migration> {
    let mut found: Vec<Migration> = Vec::new();
    let trusted = policies.trusted.iter();
    let judged = policies.judged.iter().filter(|_| policies.trusted.is_empty());
    for migration in trusted.chain(judged).flat_map(|policy| &policy.configuration.migrations) {
        if !found.iter().any(|known| known.id == migration.id) {
            found.push(migration.clone());
        }
    }
    found
}

fn disagree(migration: &MigrationId, places: &[String]) -> Failure {
    Failure::indeterminate(format!(
        "where migration `{migration}` lands is not known: \
         the rules of {} do not agree on its `branch`",
        places.join(" and ")
    ))
    .help(
        "give it the same `branch` in the configuration of each landing branch; \
         or name the commit to act on: `--onto REV`",
    )
}
