//! The checks of the stages that go, run on what the plan comes to.

use anyhow::Context as _;

use super::super::Context;
use super::super::way_back::Scene;
use super::super::writing::Task;
use crate::config::{Action, Stage};
use crate::interrupt;
use crate::receipt::Verified;
use crate::report::terminal;
use crate::rollback::journal::Journal;
use crate::rollback::message::Naming;
use crate::rollback::plan::Plan;

/// Whether the checks of all stages that go pass on the result.
pub(super) fn passes(
    scene: &Scene,
    journal: &Journal,
    naming: Naming<'_>,
    planned: &Plan,
    context: &mut Context<'_>,
) -> anyhow::Result<bool> {
    interrupt::listen().context("Ctrl-C cannot be listened for")?;
    let Some(tree) = planned.tree else { return Ok(false) };
    let mut all = true;
    for index in &planned.stages {
        let Some(stage) = naming.migration.stages.get(*index) else { continue };
        let stages = [*index];
        let onto = &planned.onto;
        let task = Task { command: "verify", naming, stages: &stages, onto, why: "" };
        let checked = task.check(scene, journal, stage, &tree, context)?;
        all &= checked.is_ok();
        context.note(&format!("stage {}: {}", naming.name(*index), told(stage, checked)));
    }
    Ok(all)
}

fn told(stage: &Stage, checked: Result<Verified, String>) -> String {
    match checked {
        Ok(Verified::Passed) => "its check passed on the result".to_owned(),
        Ok(Verified::None) => "it has no check".to_owned(),
        Ok(Verified::ByHand) => {
            let words = match &stage.verify {
                Some(Action::Text(words)) => terminal(words),
                _ => String::new(),
            };
            format!("a person has to look at the result: {words}")
        }
        Err(how) => format!("its check FAILED on the result, and nothing was written: {how}"),
    }
}
