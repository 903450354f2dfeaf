//! The stages as a Mermaid diagram, which GitHub draws in a step's summary: what has landed, what
//! this change touches, what was backed out, and what has to go first.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::{clip, mermaid};
use crate::config::stage_name;
use crate::readiness::assessment::Assessment;
use crate::readiness::overview::{StageOverview, Stand};

/// Stages that are drawn; those that the change touches come first. GitHub draws no diagram of more
/// than 50,000 characters or 500 arrows.
const STAGES: usize = 60;

/// Arrows that are drawn.
const ARROWS: usize = 300;

/// The longest name, in bytes.
const NAME: usize = 60;

const CLASSES: &str = "  classDef landed fill:#dafbe1,stroke:#1a7f37,color:#1f2328
  classDef waits fill:#f6f8fa,stroke:#8c959f,color:#1f2328
  classDef backedOut fill:#ffebe9,stroke:#cf222e,color:#1f2328
  classDef closed fill:#eaeef2,stroke:#6e7781,color:#6e7781
  classDef unknown fill:#fff8c5,stroke:#9a6700,color:#1f2328
  classDef touched stroke-width:4px
";

/// The picture with its heading; empty where there is nothing to draw.
#[must_use]
pub fn picture(stages: &[StageOverview], assessment: &Assessment) -> String {
    if stages.is_empty() {
        return String::new();
    }
    let touched = |stage: &StageOverview| {
        assessment.stages.iter().any(|one| one.migration == stage.migration && one.id == stage.id)
    };
    let mut drawn: Vec<&StageOverview> = stages.iter().collect();
    if drawn.len() > STAGES {
        // Stable: within both halves, the order of the configuration stays.
        drawn.sort_by_key(|stage| !touched(stage));
        drawn.truncate(STAGES);
    }
    let several =
        stages.iter().any(|stage| Some(&stage.migration) != stages.first().map(|s| &s.migration));
    let mut text = String::from("#### The stages\n\n```mermaid\nflowchart LR\n");
    for (number, stage) in drawn.iter().enumerate() {
        text.push_str(&node(number, stage, several, touched(stage)));
    }
    let left_out = arrows(&mut text, &drawn);
    text.push_str(CLASSES);
    text.push_str("```\n\n");
    text.push_str(LEGEND);
    let more = stages.len() - drawn.len();
    if more > 0 || left_out > 0 {
        let _ = writeln!(text, "_and {more} more stages, {left_out} more arrows_");
    }
    text
}

const LEGEND: &str = "Green has landed, grey waits, red was backed out; a thick border is what \
    this \
change touches. An arrow leads to what comes after; a dotted one from what has to be backed out \
first.\n";

fn node(number: usize, stage: &StageOverview, several: bool, touched: bool) -> String {
    let id = stage_name(&stage.migration, &stage.id, several);
    let stand = match stage.stand {
        Stand::Waits => "not landed",
        Stand::Landed => "landed",
        Stand::BackedOut => "backed out",
        Stand::Closed => "closed",
        Stand::Unknown => "not known",
    };
    let touches = if touched { ", touched" } else { "" };
    let label = format!(
        "{} {}<br>{}, {stand}{touches}",
        mermaid(&clip(&id, NAME)),
        mermaid(&clip(&stage.name, NAME)),
        stage.impact
    );
    let class = match stage.stand {
        Stand::Waits => "waits",
        Stand::Landed => "landed",
        Stand::BackedOut => "backedOut",
        Stand::Closed => "closed",
        Stand::Unknown => "unknown",
    };
    let mut text = format!("  s{number}[\"{label}\"]\n  class s{number} {class}\n");
    if touched {
        let _ = writeln!(text, "  class s{number} touched");
    }
    text
}

/// Draws what comes after what, and what has to go first; gives how many arrows had no room.
fn arrows(text: &mut String, drawn: &[&StageOverview]) -> usize {
    let numbers: BTreeMap<(&str, &str), usize> = drawn
        .iter()
        .enumerate()
        .map(|(number, stage)| ((stage.migration.as_str(), stage.id.as_str()), number))
        .collect();
    let mut arrows = Vec::new();
    for (number, stage) in drawn.iter().enumerate() {
        for blocker in stage.blocked_by.iter().flatten() {
            if let Some(from) = numbers.get(&(stage.migration.as_str(), blocker.as_str())) {
                arrows.push(format!("  s{from} -. first .-> s{number}\n"));
            }
        }
        for (migration, id) in &stage.after {
            if let Some(from) = numbers.get(&(migration.as_str(), id.as_str())) {
                arrows.push(format!("  s{from} --> s{number}\n"));
            }
        }
    }
    text.extend(arrows.iter().take(ARROWS).map(String::as_str));
    arrows.len().saturating_sub(ARROWS)
}
