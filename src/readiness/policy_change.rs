//! What the judged side does to its own rules and evidence, compared with what is trusted.

use std::collections::BTreeSet;

use super::snapshot::PolicyChange;
use crate::config::{Configuration, Migration, Waiver};
use crate::git::{Range, RepoPath};
use crate::policy::trust::{Policies, Policy};
use crate::policy::weakening::{redefined, weakenings};

/// How the judged configuration and evidence differ from what is trusted.
#[must_use]
pub fn of(policies: &Policies, migration: &Migration, range: &Range) -> PolicyChange {
    let trusted: Vec<&Configuration> =
        policies.trusted.iter().map(|policy| &policy.configuration).collect();
    let mut change = PolicyChange { evidence: evidence(migration, range), ..Default::default() };
    change.waivers = waivers(policies, migration);
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

/// The migration's waivers that no trusted rules have just so.
fn waivers(policies: &Policies, migration: &Migration) -> Vec<Waiver> {
    let of = |policy: &Policy| {
        let mut all = policy.configuration.migrations.iter();
        let own = all.find(|one| one.id == migration.id);
        own.map(|own| own.waivers.clone()).unwrap_or_default()
    };
    let known: Vec<Waiver> = policies.trusted.iter().flat_map(of).collect();
    let is_known = |waiver: &Waiver| {
        let key = |one: &Waiver| (one.finding.clone(), one.stage.clone(), one.expires);
        known.iter().any(|one| key(one) == key(waiver))
    };
    policies.judged.iter().flat_map(of).filter(|waiver| !is_known(waiver)).collect()
}

/// Configuration files that the range itself changes.
pub fn changed_files(policies: &Policies, range: &Range) -> Vec<String> {
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
