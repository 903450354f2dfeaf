//! Whether a stage can be backed out alone: for one commit, and which step took that away.

use std::collections::BTreeSet;

use super::blockers::{Blockers, blockers};
use super::clash::Clash;
use super::plan::{Ground, Plan};
use crate::config::Migration;
use crate::git::ObjectId;
use crate::stage::matcher::StageIndex;

/// How backing out one stage, and nothing else, would go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outlook {
    /// What stands in the way; nothing where it goes alone.
    pub clashes: Vec<Clash>,
    /// Whose work that is, and the order that works.
    pub blockers: Blockers,
    /// Whether the stages in the way all come after this one: they are backed out before it, as the
    /// configuration says.
    pub expected: bool,
    /// Whether it goes by what the commits say of themselves alone; `None` where the stage has not
    /// landed by that.
    pub claimed: Option<bool>,
}

impl Outlook {
    /// Whether it goes without any other stage.
    #[must_use]
    pub const fn is_alone(&self) -> bool {
        self.clashes.is_empty()
    }

    /// Whether it goes, alone or in the order that the configuration expects.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.clashes.is_empty() || self.expected
    }
}

/// The step that took a stage its lone way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The commit.
    pub commit: ObjectId,
    /// Whether it says that it is work of a stage there; foreign work, where not.
    pub is_work: bool,
    /// Whether it is so without what only ownership suggests.
    pub certain: bool,
    /// How the stage stands now.
    pub outlook: Outlook,
}

/// How backing out a stage goes, by the plan to back it out alone; `None` where it has not landed.
pub fn outlook(
    ground: &Ground<'_>,
    alone: &Plan,
    stage: StageIndex,
) -> anyhow::Result<Option<Outlook>> {
    let landed = ground.ledger.get(stage).is_some_and(|history| !history.steps.is_empty());
    if !landed {
        return Ok(None);
    }
    let blockers = blockers(ground, alone)?;
    let all_later = || blockers.stages.iter().all(|one| comes_after(ground.migration, *one, stage));
    let expected = !alone.clashes.is_empty() && blockers.cascade.is_some() && all_later();
    Ok(Some(Outlook { clashes: alone.clashes.clone(), blockers, expected, claimed: None }))
}

/// Whether a stage says, itself or through others, that it comes after another one.
#[must_use]
pub fn comes_after(migration: &Migration, stage: StageIndex, other: StageIndex) -> bool {
    let mut seen = BTreeSet::from([stage]);
    let mut pending = vec![stage];
    while let Some(next) = pending.pop() {
        let Some(next) = migration.stages.get(next) else { continue };
        for before in &next.after {
            let own = before.migration.as_ref().is_none_or(|name| *name == migration.id);
            let named = migration.stages.iter().position(|one| one.id == before.stage);
            if let (true, Some(index)) = (own, named)
                && seen.insert(index)
            {
                pending.push(index);
            }
        }
    }
    stage != other && seen.contains(&other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::configuration;

    #[test]
    fn what_comes_after_what_is_found_through_others() {
        let stage = |id: &str, after: &str| {
            format!(
                "[[stages]]\nid = \"{id}\"\nname = \"n\"\nimpact = \"low\"\npaths = [\"{id}/**\"]\n\
                 rollback = [\"code\"]\nafter = [{after}]\n"
            )
        };
        let text = "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = { tag = \"t\" }\n\
                    branch = \"main\"\n"
            .to_owned()
            + &stage("1", "")
            + &stage("2", "\"1\"")
            + &stage("3", "\"m:2\"")
            + &stage("4", "");
        let configuration = configuration(&[("backout.toml", &text)], &[]);
        let mut migration = configuration.migrations[0].clone();
        let after = |stage, other| comes_after(&migration, stage, other);
        assert!(after(1, 0) && after(2, 1) && after(2, 0));
        assert!(!after(0, 1) && !after(3, 0) && !after(1, 1) && !after(9, 0));
        // A stage of another migration may have the same name.
        for (name, expected) in [("m:1", true), ("other:1", false)] {
            migration.stages[3].after = vec![name.parse().unwrap()];
            assert_eq!(comes_after(&migration, 3, 0), expected, "{name}");
        }
    }
}
