//! Why there is nothing to back out.

use super::super::surroundings::remote_to_name;
use super::super::way_back::Scene;
use crate::receipt::instant_text;
use crate::report::terminal;
use crate::rollback::message::Naming;
use crate::rollback::plan::Ground;
use crate::shell;
use crate::stage::matcher::StageIndex;

/// Says of each stage why nothing of it is there to be backed out; empty where something is.
pub(super) fn nothing(
    scene: &Scene,
    ground: &Ground<'_>,
    naming: Naming<'_>,
    stages: &[StageIndex],
) -> String {
    let mut why: Vec<String> =
        stages.iter().map(|stage| of_stage(ground, naming, *stage)).collect();
    if stages.is_empty() {
        why.push("no stage that comes after it has landed".to_owned());
    }
    let mut text = why.join("; ");
    text.push_str(&moved_tag(scene, naming));
    text
}

fn of_stage(ground: &Ground<'_>, naming: Naming<'_>, stage: StageIndex) -> String {
    let name = naming.name(stage);
    let history = ground.ledger.get(stage);
    if history.is_some_and(|history| !history.steps.is_empty()) {
        return format!("what stage {name} changed is as it was before");
    }
    match history.and_then(|history| history.backed_out) {
        Some(at) => format!("stage {name} was backed out already ({})", instant_text(at)),
        None => format!("stage {name} has not landed"),
    }
}

/// What landed is counted from the start tag: where that leads elsewhere than on the remote, less
/// may be counted here.
fn moved_tag(scene: &Scene, naming: Naming<'_>) -> String {
    let start = &naming.migration.start;
    if start.oid.is_some() || !scene.moved.contains(&start.tag) {
        return String::new();
    }
    let remote = remote_to_name(&scene.repo);
    format!(
        ". That is by the start tag {} as it is here, which leads elsewhere on {}: where it is right \
         there, take it from there and plan again: {}",
        terminal(&start.tag),
        terminal(&remote),
        shell::fetch_tag_anew(&remote, &start.tag)
    )
}
