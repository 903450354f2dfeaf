//! `flag`: the switches that a rollback throws are defined, spelt right, read by somebody, and have
//! a state that is safe for the stage. Proves the definition, never the running state.

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::{Snapshot, Tree};
use crate::config::{Flag, FlagState, RollbackStep};
use crate::flag::{Definition, Lookup, SafeState, definitions, look_up, reads, safe_state};
use crate::git::{RepoPath, TreeFile};
use crate::policy::levels::Strictness;
use crate::stage::matcher::Patterns;

mod others;

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

impl Problems {
    fn is_empty(&self) -> bool {
        self.unmet.is_empty() && self.unknown.is_empty()
    }
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
    others::judge(snapshot, judgement);
}

fn judge_flag(snapshot: &Snapshot<'_>, flag: &Flag, state: FlagState, problems: &mut Problems) {
    let name = &flag.name;
    let known = problems.unknown.len();
    let defined = judge_definitions(snapshot, flag, state, Tree::Pushed, problems);
    let about = |problem: Problem| problem.about(name).asked_at(&flag.place);
    match defined {
        Defined::Here => unread(snapshot, flag, problems),
        Defined::Near { spelt, path, line } => {
            problems.unmet.push(about(misspelt(name, &spelt, &path, line)));
        }
        Defined::Nowhere if problems.unknown.len() == known => {
            problems.unmet.push(about(undefined(snapshot, flag)));
        }
        Defined::Nowhere => {}
    }
}

/// Whether the files that are to define a flag do.
enum Defined {
    Here,
    /// One of them has a name that is nearly it.
    Near {
        spelt: String,
        path: String,
        line: u32,
    },
    Nowhere,
}

/// Holds what the files of a tree say of a flag against the state that is safe.
fn judge_definitions(
    snapshot: &Snapshot<'_>,
    flag: &Flag,
    state: FlagState,
    tree: Tree,
    problems: &mut Problems,
) -> Defined {
    let name = &flag.name;
    let about = |problem: Problem| problem.about(name).asked_at(&flag.place);
    let mut defined = Defined::Nowhere;
    for file in &flag.defined_in {
        let path = snapshot.rooted(file);
        match look_in(snapshot, &path, name, tree) {
            Ok(Looked::Once(definition)) => {
                defined = Defined::Here;
                problems.unmet.extend(unsafe_state(flag, state, &definition, &path).map(about));
            }
            Ok(Looked::Several(lines)) => {
                defined = Defined::Here;
                problems.unmet.push(about(duplicate(name, &path, &lines)));
            }
            Ok(Looked::Near(spelt, line)) if matches!(defined, Defined::Nowhere) => {
                defined = Defined::Near { spelt, path, line };
            }
            Ok(Looked::Near(..) | Looked::Nowhere) => {}
            Err(problem) => problems.unknown.push(about(*problem)),
        }
    }
    defined
}

/// What a file says of a name, in owned data.
enum Looked {
    Once(Box<Definition>),
    Several(Vec<u32>),
    Near(String, u32),
    Nowhere,
}

/// Looks a flag up in a file of a tree.
fn look_in(
    snapshot: &Snapshot<'_>,
    path: &str,
    name: &str,
    tree: Tree,
) -> Result<Looked, Box<Problem>> {
    let content = match snapshot.file(tree, path) {
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
        SafeState::Alike { variants: [this, other], .. } => {
            ("no-safe-state", format!("give `{this}` and `{other}` the values that they stand for"))
        }
        SafeState::NoSafeState { .. } => (
            "no-safe-state",
            format!(
                "say in `[flags.{}]` which value means `{state}`: `{state} = \"…\"`",
                flag.name
            ),
        ),
    };
    Some(Problem::new(problem, against, help).path(&RepoPath::from(path)))
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
    let had_it = |base: Tree, file: &String| {
        let looked = look_in(snapshot, &snapshot.rooted(file), name, base);
        matches!(looked, Ok(Looked::Once(_) | Looked::Several(_)))
    };
    if snapshot.bases().any(|base| flag.defined_in.iter().any(|file| had_it(base, file))) {
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
        format!(
            "keep `{name}` until the stage is closed, or until another file that `defined_in` names \
             has landed with it"
        ),
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
                "have the code read it; or correct `referenced_in`, and land that first",
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
