//! The steps of a rollback beside the code, as boxes to tick.

use std::fmt::Write as _;

use super::super::escape::{clip, code};
use super::super::steps::{self, Going, Half, How, Part, Step};
use super::{TEXT, safe};
use crate::rollback::message::{Naming, without_directives};
use crate::stage::matcher::StageIndex;

/// The steps of the stages' rollback that come before the code goes back, or after it, as each
/// stage has them.
pub(super) fn steps(going: Going<'_>, half: Half) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps::steps(going, half) {
        let stage = going.naming.migration.stages.get(step.stage);
        let whose = match stage.filter(|_| going.stages.len() > 1) {
            Some(stage) => format!(" (stage {})", code(stage.id.as_str())),
            None => String::new(),
        };
        let line = format!("- [ ] {}{whose}", said(&step));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn said(step: &Step) -> String {
    let mut line: String = step.head.iter().map(marked).collect();
    for How { before, what, after } in &step.how {
        let what = marked(what);
        let _ = match *before {
            "" => write!(line, ": {what}"),
            before => write!(line, "; {before}: {what}"),
        };
        if !after.is_empty() {
            let _ = write!(line, ", {after}");
        }
    }
    line
}

fn marked(part: &Part) -> String {
    match part {
        Part::Words(words) => (*words).to_owned(),
        Part::Text(text) => safe(text),
        Part::Command(line) => code(&clip(&without_directives(line), TEXT)),
        Part::Ours(line) => code(line),
    }
}

/// What the teams themselves do.
pub(super) fn procedure(naming: Naming<'_>, stages: &[StageIndex]) -> Vec<String> {
    let lines = steps::procedure(naming, stages);
    lines.map(|(_, line)| format!("- [ ] {}", safe(line))).collect()
}
