//! `flag`: the switches that a rollback throws are defined, spelt right, read by somebody, and have
//! a state that is safe for the stage. Proves the definition, never the running state.

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::Snapshot;
use crate::config::{Flag, FlagState, RollbackStep, StageState};
use crate::flag::{Definition, Lookup, SafeState, definitions, look_up, reads, safe_state};
use crate::git::{RepoPath, TreeFile};
use crate::policy::levels::Strictness;
use crate::stage::matcher::Patterns;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "flag",
    asks: "the stage's flags are defined in the pushed tree and have a safe state",
    codes: &[
        Code { problem: "undefined", strictness: Strictness::FromMedium },
        Code { problem: "misspelt", strictness: Strictness::FromMedium },
        Code { problem: "no-safe-state", strictness: Strictness::FromMedium },
        Code { problem: "targeting", strictness: Strictness::Told },
        Code { problem: "unread", strictness: Strictness::FromMedium },
        Code { problem: "duplicate", strictness: Strictness::FromMedium },
        Code { problem: "removed-while-needed", strictness: Strictness::FromMedium },
    ],
    page: include_str!("flag.md"),
    judge,
    asked_of_reverts: false,
};

/// What is wrong, and what could not be checked.
#[derive(Default)]
struct Problems {
    unmet: Vec<Problem>,
    unknown: Vec<Problem>,
}

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    for (_, stage, touch) in snapshot.open() {
        let switches = stage.rollback.contains(&RollbackStep::Flags);
        let mut problems = Problems::default();
        if switches && stage.flags.is_empty() {
            problems.unmet.push(Problem::new(
                "no-safe-state",
                format!("stage {} is rolled back by its flags, but names none", stage.id),
                format!(
                    "say which state is safe: `flags = {{ NAME = \"off\" }}` in stage {}",
                    stage.id
                ),
            ));
        } else if stage.flags.is_empty() {
            judgement.stage(stage).not_applicable();
            continue;
        }
        for (name, state) in &stage.flags {
            // The configuration's validation has seen to it that the name is one.
            let Some(flag) = snapshot.migration.flags.get(name) else { continue };
            judge_flag(snapshot, flag, *state, &mut problems);
        }
        let ceiling = super::tag::ceiling(touch.is_foreign());
        judgement.stage(stage).at_most(ceiling).conclude(problems.unmet, problems.unknown);
    }
    removed_under_others(snapshot, judgement);
}

fn judge_flag(snapshot: &Snapshot<'_>, flag: &Flag, state: FlagState, problems: &mut Problems) {
    let name = &flag.name;
    let about = |problem: Problem| problem.about(name).asked_at(&flag.place);
    let known = problems.unknown.len();
    let mut found = false;
    let mut near = None;
    for file in &flag.defined_in {
        let path = snapshot.rooted(file);
        match look_in(snapshot, &path, name, false) {
            Ok(Looked::Once(definition)) => {
                found = true;
                problems.unmet.extend(unsafe_state(flag, state, &definition, &path).map(about));
            }
            Ok(Looked::Several(lines)) => {
                found = true;
                problems.unmet.push(about(duplicate(name, &path, &lines)));
            }
            Ok(Looked::Near(spelt, line)) => near = near.or(Some((spelt, path, line))),
            Ok(Looked::Nowhere) => {}
            Err(problem) => problems.unknown.push(about(*problem)),
        }
    }
    if found {
        unread(snapshot, flag, problems);
    } else if let Some((spelt, path, line)) = near {
        problems.unmet.push(about(misspelt(name, &spelt, &path, line)));
    } else if problems.unknown.len() == known {
        problems.unmet.push(about(undefined(snapshot, flag)));
    }
}

/// What a file says of a name, in owned data.
enum Looked {
    Once(Box<Definition>),
    Several(Vec<u32>),
    Near(String, u32),
    Nowhere,
}

/// Looks a flag up in a file at the head, or at the base.
fn look_in(
    snapshot: &Snapshot<'_>,
    path: &str,
    name: &str,
    at_base: bool,
) -> Result<Looked, Box<Problem>> {
    let file = if at_base { snapshot.facts.base_file(path) } else { snapshot.facts.file(path) };
    let content = match file {
        Ok(Some(TreeFile::Content(content))) => content,
        Ok(None) => return Ok(Looked::Nowhere),
        Ok(Some(TreeFile::NotAFile(kind))) => {
            return Err(Box::new(Problem::new(
                "undefined",
                format!("`{name}`: could not check: {path} is {kind}, which is not followed"),
                "name the file itself in `defined_in`",
            )));
        }
        Err(why) => {
            let what = format!("`{name}` in {path}");
            return Err(Box::new(Problem::unknown("undefined", &what, &why)));
        }
    };
    let read = definitions(path, &content).map_err(|error| {
        let message = format!("`{name}`: could not check: {error}");
        let help = format!("correct {path}, or name another file in `defined_in`");
        Box::new(Problem::new("undefined", message, help).path(&RepoPath::from(path)))
    })?;
    Ok(match look_up(&read, name) {
        Lookup::Found(definition) => Looked::Once(Box::new(definition.clone())),
        Lookup::Duplicate(all) => Looked::Several(all.iter().map(|one| one.line).collect()),
        Lookup::Misspelt { near, line } => Looked::Near(near, line),
        Lookup::Missing => Looked::Nowhere,
    })
}

fn unsafe_state(
    flag: &Flag,
    state: FlagState,
    definition: &Definition,
    path: &str,
) -> Option<Problem> {
    let found = safe_state(flag, state, definition);
    let against = found.against(flag, state, path)?;
    let (problem, help) = match found {
        SafeState::Reachable { .. } => (
            "targeting",
            format!(
                "have the rules come to `{state}` in a rollback as well, and say how in the stage's `procedure`"
            ),
        ),
        SafeState::Disabled => (
            "no-safe-state",
            "set its `state` to `ENABLED`, with the variant as the default that holds today"
                .to_owned(),
        ),
        SafeState::NoSafeState { .. } => (
            "no-safe-state",
            format!(
                "say in `[flags.{}]` which value means `{state}`: `{state} = \"…\"`",
                flag.name
            ),
        ),
    };
    Some(Problem::new(problem, against, help))
}

fn duplicate(name: &str, path: &str, lines: &[u32]) -> Problem {
    let lines = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    Problem::new(
        "duplicate",
        format!(
            "the flag `{name}` is defined more than once in {path}, in lines {lines}: which one \
             wins depends on who reads it"
        ),
        "keep one of them",
    )
    .path(&RepoPath::from(path))
}

fn misspelt(name: &str, near: &str, path: &str, line: u32) -> Problem {
    Problem::new(
        "misspelt",
        format!("the flag `{name}` is not defined; {path}:{line} has `{near}`"),
        format!("correct one of the two: setting `{name}` would change nothing"),
    )
    .path(&RepoPath::from(path))
}

fn undefined(snapshot: &Snapshot<'_>, flag: &Flag) -> Problem {
    let name = &flag.name;
    let had_it = |file: &String| {
        let looked = look_in(snapshot, &snapshot.rooted(file), name, true);
        matches!(looked, Ok(Looked::Once(_) | Looked::Several(_)))
    };
    if flag.defined_in.iter().any(had_it) {
        return removed(flag);
    }
    if flag.defined_in.is_empty() {
        return Problem::new(
            "undefined",
            format!("nothing says where the flag `{name}` is defined"),
            format!("name the files in `[flags.{name}]`: `defined_in = [\".env.example\"]`"),
        );
    }
    Problem::new(
        "undefined",
        format!("the flag `{name}` is defined in none of {}", flag.defined_in.join(", ")),
        format!("define it there, or correct `defined_in` in `[flags.{name}]`"),
    )
}

fn removed(flag: &Flag) -> Problem {
    let name = &flag.name;
    Problem::new(
        "removed-while-needed",
        format!("this change removes the flag `{name}`, which a stage needs to be rolled back"),
        format!("keep `{name}` until the stage is closed"),
    )
}

fn unread(snapshot: &Snapshot<'_>, flag: &Flag, problems: &mut Problems) {
    if flag.referenced_in.is_empty() {
        return;
    }
    let name = &flag.name;
    let about = |problem: Problem| problem.about(name).asked_at(&flag.place);
    match is_read(snapshot, flag) {
        Ok(true) => {}
        Ok(false) => {
            let patterns: Vec<&str> =
                flag.referenced_in.iter().map(|pattern| pattern.text.as_str()).collect();
            problems.unmet.push(about(Problem::new(
                "unread",
                format!(
                    "nobody reads the flag `{name}` in {}: setting it would change nothing",
                    patterns.join(", ")
                ),
                "have the code read it, or correct `referenced_in`",
            )));
        }
        Err(why) => problems.unknown.push(about(Problem::unknown(
            "unread",
            &format!("who reads `{name}`"),
            &why,
        ))),
    }
}

fn is_read(snapshot: &Snapshot<'_>, flag: &Flag) -> super::snapshot::Known<bool> {
    let patterns = Patterns::new(&flag.referenced_in, &snapshot.migration.folder);
    for path in snapshot.facts.all_paths()? {
        let asked = patterns.as_ref().is_ok_and(|patterns| patterns.match_any(&path));
        // A name that is not UTF-8 cannot be looked up by its text; no source file has one.
        let Some(text) = path.as_str().filter(|_| asked) else { continue };
        if let Some(TreeFile::Content(content)) = snapshot.facts.file(text)?
            && !reads(&content, &flag.name).is_empty()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Flags that this range takes away from stages that it does not touch.
fn removed_under_others<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let touched: Vec<usize> = snapshot.touched().map(|(index, _, _)| index).collect();
    let others = snapshot
        .migration
        .stages
        .iter()
        .enumerate()
        .filter(|(index, stage)| stage.state == StageState::Open && !touched.contains(index));
    for (_, stage) in others {
        let mut problems = Problems::default();
        let flags = stage.flags.keys().filter_map(|name| snapshot.migration.flags.get(name));
        for flag in flags.filter(|flag| changes_a_definition(snapshot, flag)) {
            removed_here(snapshot, flag, &mut problems);
        }
        if !problems.unmet.is_empty() || !problems.unknown.is_empty() {
            judgement.stage(stage).conclude(problems.unmet, problems.unknown);
        }
    }
}

fn changes_a_definition(snapshot: &Snapshot<'_>, flag: &Flag) -> bool {
    flag.defined_in.iter().any(|file| {
        let path = RepoPath::from(snapshot.rooted(file).as_str());
        snapshot.range.changes.iter().any(|change| change.path == path)
    })
}

fn removed_here(snapshot: &Snapshot<'_>, flag: &Flag, problems: &mut Problems) {
    let look = |at_base: bool| {
        let files = flag.defined_in.iter();
        files.map(move |file| look_in(snapshot, &snapshot.rooted(file), &flag.name, at_base))
    };
    let has = |looked: &Result<Looked, Box<Problem>>| {
        matches!(looked, Ok(Looked::Once(_) | Looked::Several(_)))
    };
    let about = |problem: Problem| problem.about(&flag.name).asked_at(&flag.place);
    let now: Vec<_> = look(false).collect();
    if now.iter().any(has) {
        return;
    }
    let before: Vec<_> = look(true).collect();
    let had_it = before.iter().any(has);
    if !had_it && before.iter().all(Result::is_ok) {
        return;
    }
    let unasked = before.into_iter().filter(|_| !had_it).chain(now);
    let unknown: Vec<_> = unasked.filter_map(Result::err).collect();
    if unknown.is_empty() {
        problems.unmet.push(about(removed(flag)));
    }
    problems.unknown.extend(unknown.into_iter().map(|problem| about(*problem)));
}
