//! Globs: `*` never crosses `/`, `**` does.

use globset::GlobBuilder;

use super::super::render::quoted;
use super::super::sink::Problem;

/// Longer globs are refused: they become regular expressions.
const LONGEST: usize = 1000;
/// Deeper `{…{…}…}` are refused: globset compiles them by recursion.
const DEEPEST: usize = 8;

/// Checks the syntax, and what is valid syntax but would never match anything.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    let problem = |what: &str| Problem::new(format!("the glob {} {what}", quoted(text)));
    if text.is_empty() {
        return Err(Problem::new("the glob is empty").help("`**` matches every path"));
    }
    if text.len() > LONGEST {
        return Err(problem("is longer than 1000 bytes"));
    }
    if text.starts_with('!') {
        return Err(problem("starts with `!`").help("`!` is no negation here; use `exclude`"));
    }
    if let Some(relative) = text.strip_prefix('/') {
        let help = format!("globs are relative to this file's folder: {}", quoted(relative));
        return Err(problem("starts with `/`").help(help));
    }
    if text.ends_with('/') {
        let help = format!("for all that is in the folder: {}", quoted(&format!("{text}**")));
        return Err(problem("ends with `/` and would match nothing").help(help));
    }
    components(text).map_err(|(what, help)| problem(what).help(help))?;
    if nesting(text) > DEEPEST {
        return Err(problem("nests `{` too deep"));
    }
    syntax(text).map_err(|error| problem("cannot be read").help(error))
}

fn components(text: &str) -> Result<(), (&'static str, &'static str)> {
    for component in text.split('/') {
        match component {
            "" => return Err(("has an empty component and would match nothing", "write one `/`")),
            "." => return Err(("has a `.` component and would match nothing", "leave it out")),
            ".." => {
                return Err((
                    "has a `..` component",
                    "globs reach only what is below this file's folder",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

fn nesting(text: &str) -> usize {
    let mut depth: usize = 0;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// What can be wrong only where something is opened, closed or escaped: not so in most globs.
fn syntax(text: &str) -> Result<(), String> {
    if !text.contains(['[', ']', '{', '}', '\\']) {
        return Ok(());
    }
    GlobBuilder::new(text)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map(drop)
        .map_err(|error| error.kind().to_string())
}

/// Whether a text is more than a plain path.
pub(in super::super) fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?', '[', ']', '{', '}', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_glob() {
        for text in ["**", "src/**", "a", ".env", "src/*.{py,rs}", "a/..b", r"a\[b\]", "[!a]b"] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        let wrong =
            ["", "!src/**", "/src", "src/", "a//b", "./a", "a/..", "../a", "{a", "a}", "[a", "a\\"];
        for text in wrong {
            assert!(check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hostile_globs_are_refused_before_they_are_compiled() {
        assert!(check(&"{".repeat(500)).is_err());
        assert!(check(&format!("{}a{}", "{".repeat(400), "}".repeat(400))).is_err());
        assert!(check(&"a".repeat(1001)).is_err());
    }
}
