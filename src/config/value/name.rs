//! Names that other programs define: refs, trailers, environment variables.

use super::super::render::quoted;
use super::super::sink::Problem;

/// The trailer that backout itself writes into the commits that back a stage out.
const OWN_TRAILER: &str = "Backout-Stage";

/// A branch or a tag, by git's own rules (`git check-ref-format --branch`).
pub(super) fn ref_name(text: &str) -> Result<(), Problem> {
    let problem = |what: &str| Problem::new(format!("the name {} {what}", quoted(text)));
    if text.is_empty() {
        return Err(Problem::new("the name is empty"));
    }
    if text.starts_with("refs/") {
        let short = text.split('/').skip(2).collect::<Vec<_>>().join("/");
        let help = format!("write {}", quoted(&short));
        return Err(problem("starts with `refs/`").maybe_help((!short.is_empty()).then_some(help)));
    }
    match broken_rule(text) {
        Some(rule) => Err(problem(rule).help("git would refuse a branch or tag of this name")),
        None => Ok(()),
    }
}

fn broken_rule(text: &str) -> Option<&'static str> {
    let forbidden = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
    if text.contains(forbidden) {
        return Some("has a space, a control character or one of ~ ^ : ? * [ \\");
    }
    if text.contains("..") {
        return Some("has `..`");
    }
    if text.contains("@{") || text == "@" {
        return Some("has `@{`, or is `@`");
    }
    if text.starts_with('-') {
        return Some("starts with `-`");
    }
    if text == "HEAD" {
        return Some("is `HEAD`");
    }
    if text.ends_with('.') {
        return Some("ends with `.`");
    }
    let broken = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    text.split('/')
        .any(broken)
        .then_some("has a part that is empty, starts with `.` or ends with `.lock`")
}

/// The key of a trailer: what git takes for one before the colon.
pub(super) fn trailer(text: &str) -> Result<(), Problem> {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if text.is_empty() || text.starts_with('-') || !letters {
        return Err(Problem::new(format!("{} is no trailer's key", quoted(text)))
            .help("letters, digits and `-`, without the colon: `Migration-Stage`"));
    }
    if text.eq_ignore_ascii_case(OWN_TRAILER) {
        return Err(Problem::new(format!("the trailer `{OWN_TRAILER}` is taken"))
            .help("it marks the commits that back a stage out; choose another one"));
    }
    Ok(())
}

/// The name of an environment variable.
pub(super) fn variable(text: &str) -> Result<(), Problem> {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit()) || !letters {
        // The value may have been written here by mistake, password and all.
        return Err(Problem::new("this is no name of an environment variable")
            .help("write the variable's name, not its value: `REDIS_URL`")
            .secret());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ref_names() {
        for text in ["main", "release/1.2", "a-b", "migration-start", "ü", "a.b", "a@b", "refsx"] {
            assert_eq!(ref_name(text), Ok(()), "{text}");
        }
        let wrong = [
            "",
            "@",
            "a@{b",
            "-a",
            "a..b",
            "a b",
            "a~1",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[b",
            "a\\b",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a/.b",
            "a.lock",
            "a.lock/b",
            "a.",
            "a\nb",
            "a\u{7f}",
            "HEAD",
            "refs/heads/main",
            "refs/",
        ];
        for text in wrong {
            assert!(ref_name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_full_ref_name_is_corrected() {
        let help = ref_name("refs/heads/release/1").unwrap_err().help;
        assert_eq!(help.as_deref(), Some("write `release/1`"));
    }

    #[test]
    fn trailers_and_variables() {
        assert_eq!(trailer("Migration-Stage"), Ok(()));
        for text in ["", "-a", "a b", "a:", "Stäge", "backout-stage"] {
            assert!(trailer(text).is_err(), "{text}");
        }
        assert_eq!(variable("REDIS_URL"), Ok(()));
        for text in ["", "1A", "A-B", "redis://user:secret@host"] {
            let problem = variable(text).unwrap_err();
            assert!(!problem.message.contains("secret"), "{text}");
        }
    }
}
