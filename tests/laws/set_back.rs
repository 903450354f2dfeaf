//! Stages with `code = "restore"`, whose files are set back to a checkpoint.

use std::collections::BTreeSet;

use backout::config::{CodeRollback, Migration, TagPin};
use backout::git::{ObjectId, Repo};
use backout::rollback::plan::{self, Plan, plan};
use backout::stage::ledger::Ledger;
use backout::stage::matcher::Matcher;
use proptest::test_runner::TestCaseError;

use super::scene::Scene;
use super::{Law, Tally, count};

/// The migration, its stages set back to where this commit stands.
fn to_checkpoint(scene: &Scene<'_>, point: ObjectId) -> Migration {
    let mut migration = scene.migration().clone();
    migration.start.oid = Some(scene.start());
    let checkpoint =
        TagPin { tag: "point".to_owned(), oid: Some(point), ..migration.start.clone() };
    for stage in &mut migration.stages {
        stage.code = CodeRollback::Restore;
        stage.start = Some(checkpoint.clone());
    }
    migration
}

/// Wherever the checkpoint stands: what is set back to it is what undoing the stage's own steps comes
/// to, or it is not said to be clean. Nobody's work gets lost, and none of the stage's comes again.
pub(super) fn as_undone(
    scene: &Scene<'_>,
    (repo, ledger): (&Repo, &Ledger),
    stage: usize,
    undone: &Plan,
    tally: &Tally,
) -> Law {
    let line = scene.line();
    for point in [line.first(), line.get(line.len() / 2), line.iter().rev().nth(1)] {
        let Some(point) = point else { continue };
        let migration = to_checkpoint(scene, *point);
        let matcher = Matcher::new(&migration);
        let onto = scene.tip();
        let ground = plan::Ground { repo, migration: &migration, matcher: &matcher, ledger, onto };
        let set_back = plan(&ground, &BTreeSet::from([stage])).unwrap();
        if !set_back.is_clean() {
            count(tally, "checkpoint refused");
            continue;
        }
        count(tally, "set back");
        holds!(
            set_back.tree == undone.tree,
            "set back to {point}, stage {stage} is {set_back:?}, and undone {undone:?}"
        );
    }
    Ok(())
}
