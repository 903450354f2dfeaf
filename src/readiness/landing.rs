//! Where a rollback happens: the tip of the landing branch, and the rules that hold there.

use std::collections::BTreeMap;

use super::guard::{Guard, GuardError};
use super::policy_change;
use crate::config::{Configuration, MigrationId};
use crate::exit::Failure;
use crate::git::{Ends, ObjectId};
use crate::policy::trust::Origin;
use crate::stage::attribution::Attributions;

/// The place where stages are backed out.
#[derive(Debug, Clone)]
pub struct Landing {
    /// The trusted configuration.
    pub configuration: Configuration,
    /// What the trusted attribution files say, by migration.
    pub attributions: BTreeMap<MigrationId, Attributions>,
    /// The tip.
    pub tip: Origin,
    /// That the configuration there is invalid, and what stands in for it.
    pub stand_in: Option<String>,
}

impl Guard<'_> {
    /// The tip of the landing branch as this clone knows it, or another commit.
    pub fn landing(&self, onto: Option<Origin>) -> Result<Landing, GuardError> {
        let tip = match onto {
            Some(tip) => tip,
            None => self.landing_tip()?,
        };
        let ends = Ends { old: None, head: Some(tip.commit) };
        let (policies, _) = self.policies(&self.trust(), ends)?;
        let policy = policies.newest().ok_or_else(|| {
            Failure::indeterminate(format!("there is no configuration at {}", tip.label))
        })?;
        let configuration = policy.configuration.clone();
        let mut attributions = BTreeMap::new();
        for migration in &configuration.migrations {
            let read = policy_change::attributions(self.repo, &policies, migration)?;
            attributions.insert(migration.id.clone(), read);
        }
        Ok(Landing { configuration, attributions, tip, stand_in: policies.stand_in() })
    }

    /// The landing branch's tip; HEAD where nothing has landed anywhere.
    fn landing_tip(&self) -> Result<Origin, GuardError> {
        let here: ObjectId = self.repo.resolve("HEAD")?;
        let ends = Ends { old: None, head: Some(here) };
        let (_, landing) = self.policies(&self.trust(), ends)?;
        let here = Origin { label: "HEAD".to_owned(), commit: here };
        Ok(landing.into_values().next().unwrap_or(here))
    }
}
