//! Finds a stage by what people call it.

use super::model::Migration;
use super::suggest::nearest;
use super::{MigrationId, StageRef};

/// Why a name is no stage's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchStage {
    /// No migration has a stage of that name.
    #[error("there is no stage `{name}`")]
    Unknown {
        /// The name.
        name: StageRef,
        /// The names of the stages that there are, as one would say them.
        known: Vec<String>,
    },
    /// Several migrations have one, and the name does not say which is meant.
    #[error("several migrations have a stage `{name}`")]
    Ambiguous {
        /// The name.
        name: StageRef,
        /// These migrations.
        migrations: Vec<MigrationId>,
    },
}

impl NoSuchStage {
    /// The name that was perhaps meant, or those to choose from.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { name, known } => {
                match nearest(&name.to_string(), known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the stages are {}", known.join(", ")),
                }
            }
            Self::Ambiguous { name, migrations } => {
                let names: Vec<String> =
                    migrations.iter().map(|id| format!("`{id}:{}`", name.stage)).collect();
                format!("say which: {}", names.join(" or "))
            }
        }
    }
}

/// The migration of a stage, and its place there.
///
/// # Errors
/// Where no migration, or more than one, has such a stage.
pub fn find_stage<'m>(
    migrations: impl IntoIterator<Item = &'m Migration>,
    name: &StageRef,
) -> Result<(&'m Migration, usize), NoSuchStage> {
    let all: Vec<&Migration> = migrations.into_iter().collect();
    let place = |migration: &&'m Migration| {
        let is_meant = name.migration.as_ref().is_none_or(|id| *id == migration.id);
        let place = migration.stages.iter().position(|stage| stage.id == name.stage)?;
        is_meant.then_some((*migration, place))
    };
    let found: Vec<_> = all.iter().filter_map(place).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(NoSuchStage::Unknown { name: name.clone(), known: names(&all) }),
        several => Err(NoSuchStage::Ambiguous {
            name: name.clone(),
            migrations: several.iter().map(|(migration, _)| migration.id.clone()).collect(),
        }),
    }
}

/// Every stage, with the name of its migration where there are several.
fn names(migrations: &[&Migration]) -> Vec<String> {
    let name = |migration: &Migration, stage: &str| match migrations {
        [_] => stage.to_owned(),
        _ => format!("{}:{stage}", migration.id),
    };
    let stages = migrations.iter().flat_map(|migration| {
        migration.stages.iter().map(move |stage| (*migration, stage.id.as_str()))
    });
    stages.map(|(migration, stage)| name(migration, stage)).collect()
}
