//! What one stage needs: reasons for what is final, actions and names for its steps.

use std::collections::HashSet;

use super::super::render::quoted;
use super::super::sink::{Problem, Sink};
use super::super::source::Span;
use super::super::table::Table;
use super::thing;

/// Checks one stage.
pub(super) fn check(stage: &Table<'_>, sink: &mut Sink<'_>) {
    closed(stage, sink);
    reasons(stage, sink);
    repeated_steps(stage, sink);
    steps_without_means(stage, sink);
    if stage.list("paths").is_some_and(|paths| paths.is_empty()) {
        let problem = Problem::new("the stage owns no paths: only a trailer can name it");
        sink.warning(&stage.span_of("paths"), problem);
    }
    for key in ["quiesce", "deploy", "verify"] {
        thing::action(stage, key, sink);
    }
}

fn closed(stage: &Table<'_>, sink: &mut Sink<'_>) {
    let state = stage.text("state");
    if let Some(state) = state.filter(|state| state.text == "closed") {
        if !stage.has("since") {
            let help = "add the day on which it was closed: `since = 2026-12-24`";
            sink.error(&state.span, Problem::new("a closed stage needs `since`").help(help));
        }
        need_reason(stage, &state.span, "a closed stage", sink);
    } else if stage.has("since") {
        let problem = Problem::new("`since` has no effect on an open stage");
        sink.warning(&stage.span_of("since"), problem.help("did you mean `state = \"closed\"`?"));
    }
}

fn reasons(stage: &Table<'_>, sink: &mut Sink<'_>) {
    if stage.list("rollback").is_some_and(|steps| steps.is_empty()) {
        need_reason(stage, &stage.span_of("rollback"), "a stage without rollback", sink);
    }
    if stage.is_true("irreversible") {
        need_reason(stage, &stage.span_of("irreversible"), "an irreversible stage", sink);
    }
}

fn need_reason(stage: &Table<'_>, at: &Span, what: &str, sink: &mut Sink<'_>) {
    if !stage.has("reason") {
        let problem = Problem::new(format!("{what} needs a `reason`"));
        sink.error(at, problem.help("say why in one sentence: `reason = \"…\"`"));
    }
}

fn repeated_steps(stage: &Table<'_>, sink: &mut Sink<'_>) {
    let mut seen = HashSet::new();
    for step in stage.texts("rollback") {
        if !seen.insert(step.text) {
            let message = format!("the step {} stands here twice", quoted(step.text));
            let help = "steps are done once, in the order of the list";
            sink.error(&step.span, Problem::new(message).help(help));
        }
    }
}

/// A step whose means are missing is told, not refused: people may do it by other means.
fn steps_without_means(stage: &Table<'_>, sink: &mut Sink<'_>) {
    for step in stage.texts("rollback") {
        let (means, what) = match step.text {
            "flags" => ("flags", "sets no flags"),
            "data" => ("backups", "names no backups"),
            "quiesce" => ("quiesce", "does not say how"),
            "deploy" => ("deploy", "does not say how"),
            "verify" => ("verify", "does not say how"),
            _ => continue,
        };
        let empty = stage.texts(means).is_empty() && stage.named_texts(means).is_empty();
        let absent = if matches!(step.text, "flags" | "data") { empty } else { !stage.has(means) };
        if absent {
            let message = format!("the rollback has a step `{}`, but the stage {what}", step.text);
            sink.warning(&step.span, Problem::new(message).help(format!("add `{means} = …`")));
        }
    }
}
