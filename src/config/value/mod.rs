//! What a text has to look like, format by format: each check says what is wrong and what helps.

mod duration;
mod glob;
mod name;
mod path;

use super::ids::{BackupName, StageRef};
use super::render::quoted;
use super::shape::{Format, WordCheck};
use super::sink::Problem;
use super::suggest;
use crate::git::ObjectId;

pub(super) use duration::parse as parse_duration;
pub(super) use glob::has_wildcard;
pub(super) use path::store;

/// Checks a text against its format; finding codes are checked against those that exist.
pub(super) fn check(format: Format, text: &str, codes: &[&str]) -> Result<(), Problem> {
    match format {
        Format::Any => Ok(()),
        Format::Filled => filled(text),
        Format::Id => id(text),
        Format::StageId => stage_id(text),
        Format::StageRef => stage_ref(text),
        Format::Oid => oid(text),
        Format::Commit => commit(text),
        Format::RefName => name::ref_name(text),
        Format::Glob => glob::check(text),
        Format::Path => path::check(text),
        Format::Duration => duration::parse(text).map(drop),
        Format::Trailer => name::trailer(text),
        Format::Store => store(text).map(drop),
        Format::Variable => name::variable(text),
        Format::Code => code(text, codes),
        Format::Word(parse) => word(parse, text),
    }
}

fn filled(text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() { Err(Problem::new("the text is empty")) } else { Ok(()) }
}

fn id(text: &str) -> Result<(), Problem> {
    text.parse::<BackupName>().map(drop).map_err(|_| {
        Problem::new(format!("{} is no id", quoted(text))).help(
            "letters, digits, `.`, `_` and `-`, \
             at most 100 and not only dots: ids become file names",
        )
    })
}

fn stage_id(text: &str) -> Result<(), Problem> {
    if text.eq_ignore_ascii_case("none") {
        return Err(Problem::new(format!("`{text}` cannot be the id of a stage"))
            .help("in a trailer, `none` says that a commit is no part of the migration"));
    }
    id(text)
}

fn stage_ref(text: &str) -> Result<(), Problem> {
    text.parse::<StageRef>().map(drop).map_err(|_| {
        Problem::new(format!("{} names no stage", quoted(text)))
            .help("write the id of a stage, or `migration:stage` for one of another migration")
    })
}

fn oid(text: &str) -> Result<(), Problem> {
    match text.parse::<ObjectId>() {
        Ok(id) if !id.is_zero() => Ok(()),
        _ => Err(Problem::new(format!("{} is no full object id", quoted(text)))
            .help("40 or 64 hexadecimal digits, as `git rev-parse 'TAG^{commit}'` prints them")),
    }
}

fn commit(text: &str) -> Result<(), Problem> {
    let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digits && (4..=64).contains(&text.len()) {
        return Ok(());
    }
    Err(Problem::new(format!("{} is no commit id", quoted(text)))
        .help("4 to 64 hexadecimal digits, as `git log --format=%H` prints them"))
}

fn code(text: &str, codes: &[&str]) -> Result<(), Problem> {
    if codes.contains(&text) {
        return Ok(());
    }
    let problem = Problem::new(format!("{} is no finding's code", quoted(text)));
    let of_requirement: Vec<&str> = codes
        .iter()
        .copied()
        .filter(|code| code.split_once('/').is_some_and(|(requirement, _)| requirement == text))
        .collect();
    Err(if of_requirement.is_empty() {
        problem.maybe_help(suggest::help(text, codes.iter().copied()))
    } else {
        problem.help(format!("one of its problems is meant: {}", listed(&of_requirement)))
    })
}

fn word(parse: WordCheck, text: &str) -> Result<(), Problem> {
    parse(text).map_err(|unknown| {
        let all = format!("one of {}", listed(unknown.expected));
        let help = match suggest::nearest(text, unknown.expected.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? It is {all}"),
            None => all,
        };
        Problem::new(format!("{} is not understood here", quoted(text))).help(help)
    })
}

/// Words in backticks, with commas.
fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
