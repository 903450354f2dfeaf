//! Which rules count for a push, and what is said where there are none.

use std::collections::BTreeMap;

use super::{Guard, GuardError};
use crate::config::{Configuration, Vocabulary};
use crate::exit::Failure;
use crate::git::{Ends, ObjectId, RepoPath};
use crate::policy::origins::Trust;
use crate::policy::trust::{Origin, PUSHED, Policies, Reader, called};
use crate::readiness::along::Along;
use crate::readiness::registry;
use crate::shell;

impl Guard<'_> {
    /// Every policy that counts; at least one.
    pub(in crate::readiness) fn policies(
        &self,
        trust: &Trust<'_>,
        ends: Ends,
    ) -> Result<(Policies, BTreeMap<String, Origin>), GuardError> {
        let found = self.read_policies(trust, ends, ends.head)?;
        self.require_one(&found.0)?;
        Ok(found)
    }

    /// Every policy that counts; where there is none, the rules that are pushed along.
    pub(super) fn policies_with(
        &self,
        along: &Along<'_>,
        ends: Ends,
    ) -> Result<(Policies, BTreeMap<String, Origin>), GuardError> {
        let trust = self.trust();
        let mut found = self.read_policies(&trust, ends, ends.head)?;
        if found.0.is_empty()
            && let Some(rules) = along.rules(self)
        {
            found = self.read_policies(&trust, ends, Some(rules))?;
        }
        self.require_one(&found.0)?;
        Ok(found)
    }

    /// Reads every policy that counts, with the pushed rules as a commit has them. The landing
    /// branch's name stands in a configuration, and the configuration on the landing branch: so
    /// first those that are found without it are read.
    fn read_policies(
        &self,
        trust: &Trust<'_>,
        ends: Ends,
        judged: Option<ObjectId>,
    ) -> Result<(Policies, BTreeMap<String, Origin>), GuardError> {
        let judged = judged.map(|commit| Origin { label: PUSHED.to_owned(), commit });
        let codes = registry::codes();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let vocabulary = Vocabulary { codes: &codes };
        let mut landing = BTreeMap::new();
        let mut policies = Policies::default();
        loop {
            let trusted = trust.origins(ends, &landing)?;
            let reader = Reader {
                repo: self.repo,
                path: &self.config_path,
                vocabulary,
                lenient: self.lenient,
            };
            policies = Policies::read(reader, &trusted, judged.as_ref(), &policies)?;
            let known = landing.len();
            for branch in branches(&policies) {
                if !landing.contains_key(&branch)
                    && let Some(origin) = trust.tip(&branch)?
                {
                    landing.insert(branch, origin);
                }
            }
            if landing.len() == known {
                return Ok((policies, landing));
            }
        }
    }

    fn require_one(&self, policies: &Policies) -> Result<(), GuardError> {
        if policies.newest().is_some() {
            return Ok(());
        }
        if let Some((origin, why)) = policies.broken.first() {
            return Err(Failure::usage(format!(
                "{} is invalid, and there is no other:\n{why}",
                called(origin)
            ))
            .help("push a change that corrects it")
            .into());
        }
        let path = &self.config_path;
        if self.is_uncommitted(path) {
            let file = shell::word(path);
            let message = format!(
                "{path} is not committed: neither the judged commit has it nor the place where it \
                 would land"
            );
            let help = format!("commit it: `git add {file} && git commit`");
            return Err(Failure::usage(message).help(help).into());
        }
        let message =
            format!("there is no {path}, neither in the judged commit nor where it would land");
        let help = match self.is_committed(path) {
            true => format!(
                "the commit that you stand on has one: push its branch first, or along with this \
                 (`git push {} HEAD ...`)",
                self.remote_to_name()
            ),
            false => "write one with `backout init` and commit it; \
                      or take the guard away with `backout uninstall`"
                .to_owned(),
        };
        Err(Failure::usage(message).help(help).into())
    }

    /// Whether the work tree has a file that its commit does not have.
    fn is_uncommitted(&self, path: &str) -> bool {
        let is_there = self.repo.work_tree().is_some_and(|top| top.join(path).is_file());
        is_there && !self.is_committed(path)
    }

    /// Whether the commit of the work tree has a file.
    fn is_committed(&self, path: &str) -> bool {
        let has_it = |head| self.repo.entry(&head, &RepoPath::from(path));
        matches!(self.repo.resolve("HEAD").and_then(has_it), Ok(Some(_)))
    }
}

/// The branches on which stages land by these rules.
pub(in crate::readiness) fn branches(policies: &Policies) -> Vec<String> {
    let configurations = policies.all().map(|policy| &policy.configuration);
    let of = |configuration: &Configuration| {
        let branches = configuration.migrations.iter().map(|migration| migration.branch.clone());
        branches.collect::<Vec<_>>()
    };
    configurations.flat_map(of).collect()
}
