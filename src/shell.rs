//! Commands that messages suggest are copied into a shell: a name in one stays a word there.

use std::borrow::Cow;

/// A name as one word of a POSIX shell. A NUL, which no command line can hold, is left out.
#[must_use]
pub fn word(name: &str) -> Cow<'_, str> {
    match shlex::try_quote(name) {
        Ok(word) => word,
        Err(_) => Cow::Owned(word(&name.replace('\0', "")).into_owned()),
    }
}

/// The command that fetches a tag from a remote.
#[must_use]
pub fn fetch_tag(remote: &str, name: &str) -> String {
    let refspec = format!("refs/tags/{name}:refs/tags/{name}");
    format!("git fetch {} {}", word(remote), word(&refspec))
}

/// The same where the tag is here already, and leads elsewhere.
#[must_use]
pub fn fetch_tag_anew(remote: &str, name: &str) -> String {
    let refspec = format!("+refs/tags/{name}:refs/tags/{name}");
    format!("git fetch {} {}", word(remote), word(&refspec))
}

/// What helps where a start tag is not here: one command for each case, as they are to be typed.
#[must_use]
pub fn missing_tag(remote: Option<&str>, name: &str) -> String {
    let set = format!("git tag -a {} <commit>", word(name));
    match remote {
        None => format!("set it where the migration began: `{set}`"),
        Some(remote) => {
            let push = word(&format!("refs/tags/{name}")).into_owned();
            format!(
                "if `{remote}` has it, fetch it: `{}`; else set it where the migration began: \
                 `{set} && git push {} {push}`",
                fetch_tag(remote, name),
                word(remote)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_name_stands_as_it_is() {
        assert_eq!(word("migration-start"), "migration-start");
        assert_eq!(fetch_tag("origin", "v1.0"), "git fetch origin refs/tags/v1.0:refs/tags/v1.0");
        assert_eq!(fetch_tag("up stream", "a"), "git fetch 'up stream' refs/tags/a:refs/tags/a");
    }

    #[test]
    fn a_missing_tag_is_fetched_from_where_there_is_a_remote() {
        let alone = "set it where the migration began: `git tag -a a <commit>`";
        assert_eq!(missing_tag(None, "a"), alone);
        let told = missing_tag(Some("up"), "a");
        assert!(told.contains("`git fetch up refs/tags/a:refs/tags/a`"), "{told}");
        assert!(told.contains("`git tag -a a <commit> && git push up refs/tags/a`"), "{told}");
    }

    #[test]
    fn a_tag_runs_no_command() {
        for name in ["$(touch x)", "a;touch x", "`touch x`", "a'b", "a\"b", "a&b", "a|b", "~", "*"]
        {
            let script = format!("printf %s {}", word(name));
            let said = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&said.stdout), name);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn any_name_is_one_word(name in "\\PC*") {
            let words: Vec<String> = shlex::split(&word(&name)).unwrap();
            prop_assert_eq!(words, vec![name.replace('\0', "")]);
        }
    }
}
