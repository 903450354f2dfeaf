//! What pre-commit and prek hand to a pre-push hook: they keep git's ref lines to themselves and
//! export variables, for one ref of the push only (pre-commit#2577).

use std::fmt;

use super::variables::{Variables, unset, wrong};
use super::{EventError, Rev};
use crate::git::{ObjectId, RefName, RefUpdate};

/// One update, as the variables tell it; the revisions are still to be resolved.
#[derive(Clone, PartialEq, Eq)]
pub struct Push {
    /// `PRE_COMMIT_LOCAL_BRANCH`: what was pushed, as typed.
    pub local: Option<String>,
    /// `PRE_COMMIT_REMOTE_BRANCH`, as a full ref name. `None` where somebody ran the hook by hand
    /// with `--from-ref` and `--to-ref`: then it is a range and no push.
    pub remote: Option<RefName>,
    /// `PRE_COMMIT_FROM_REF`. Of a branch that exists: the remote's old commit, or with prek the
    /// merge base. Of a new branch: the parent of the first commit that the remote lacks. `None`:
    /// everything is new.
    pub from: Option<Rev>,
    /// `PRE_COMMIT_TO_REF`.
    pub to: Rev,
    /// `PRE_COMMIT_REMOTE_NAME`: a remote's name or its URL.
    pub remote_name: Option<String>,
    /// `PRE_COMMIT_REMOTE_URL`. It may hold a password; redact it before it is shown.
    pub remote_url: Option<String>,
}

impl Push {
    /// The same as a ref line would give, once `from` and `to` are resolved. `None` where there is
    /// no remote ref.
    #[must_use]
    pub fn resolved(&self, from: Option<ObjectId>, to: ObjectId) -> Option<RefUpdate> {
        let remote = self.remote.clone()?;
        Some(RefUpdate { local: self.local.clone(), remote, from, to: Some(to) })
    }
}

impl fmt::Debug for Push {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Both the name and the URL may hold a password, and debug output ends up in logs.
        f.debug_struct("Push")
            .field("local", &self.local)
            .field("remote", &self.remote)
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// The push that pre-commit's variables describe; `None` where they are not set.
///
/// pre-commit leaves the two revisions out when a root commit is pushed, and the branches out
/// when there is no push; what is left is used.
///
/// # Errors
/// One of a pair without the other, and values that name no single revision or ref.
pub fn detect(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Push>, EventError> {
    let variables = Variables(env);
    let local = variables.get("PRE_COMMIT_LOCAL_BRANCH");
    let remote = remote_ref(variables)?;
    let from_text = variables.get("PRE_COMMIT_FROM_REF");
    let (from, to) = match (&from_text, variables.rev("PRE_COMMIT_TO_REF")?, &local, &remote) {
        (Some(text), Some(to), _, _) => (old(text)?, to),
        (Some(_), None, _, _) => return Err(unset("PRE_COMMIT_TO_REF", "the pushed commit")),
        (None, Some(_), _, _) => {
            return Err(unset("PRE_COMMIT_FROM_REF", "the commit that the range starts from"));
        }
        (None, None, Some(local), Some(_)) => (None, local_rev(local)?),
        (None, None, Some(_), None) => {
            return Err(unset("PRE_COMMIT_REMOTE_BRANCH", "the ref that is pushed to"));
        }
        (None, None, None, Some(_)) => {
            return Err(unset("PRE_COMMIT_LOCAL_BRANCH", "the ref that is pushed"));
        }
        (None, None, None, None) => return Ok(None),
    };
    let remote_name = variables.get("PRE_COMMIT_REMOTE_NAME");
    let remote_url = variables.get("PRE_COMMIT_REMOTE_URL");
    Ok(Some(Push { local, remote, from, to, remote_name, remote_url }))
}

/// Zeros are no commit: the remote has nothing yet.
fn old(text: &str) -> Result<Option<Rev>, EventError> {
    match text.parse::<ObjectId>() {
        Ok(oid) => Ok(Some(Rev::Oid(oid)).filter(|_| !oid.is_zero())),
        Err(_) => Rev::parse(text)
            .map(Some)
            .map_err(|error| wrong("PRE_COMMIT_FROM_REF", error.expected, text)),
    }
}

fn local_rev(text: &str) -> Result<Rev, EventError> {
    Rev::parse(text).map_err(|error| wrong("PRE_COMMIT_LOCAL_BRANCH", error.expected, text))
}

/// pre-commit passes on git's full name; `--remote-branch main` by hand is a branch.
fn remote_ref(variables: Variables<'_>) -> Result<Option<RefName>, EventError> {
    const NAME: &str = "PRE_COMMIT_REMOTE_BRANCH";
    match variables.get(NAME) {
        Some(full) if full.starts_with("refs/") && super::rev::is_ref_text(&full) => {
            Ok(Some(RefName::new(&full)))
        }
        Some(other) if other.starts_with("refs/") => Err(wrong(NAME, "a ref's name", &other)),
        _ => Ok(variables.branch(NAME)?.map(|short| RefName::branch(&short))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const B: &str = "2222222222222222222222222222222222222222";

    fn read(pairs: &[(&str, &str)]) -> Result<Option<Push>, EventError> {
        detect(&|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn name(short: &str) -> String {
        format!("PRE_COMMIT_{short}")
    }

    #[test]
    fn a_push_gives_the_same_update_as_its_ref_line() {
        let push = read(&[
            ("PRE_COMMIT_FROM_REF", A),
            ("PRE_COMMIT_TO_REF", B),
            ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/topic"),
            ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main"),
            ("PRE_COMMIT_REMOTE_NAME", "origin"),
            ("PRE_COMMIT_REMOTE_URL", "https://user:secret@example.org/x.git"),
        ]);
        let push = push.unwrap().unwrap();
        assert_eq!(
            (&push.from, &push.to),
            (&Some(Rev::parse(A).unwrap()), &Rev::parse(B).unwrap())
        );
        let update = push.resolved(Some(A.parse().unwrap()), B.parse().unwrap()).unwrap();
        let line = format!("refs/heads/topic {B} refs/heads/main {A}\n");
        assert_eq!(crate::ci::parse_ref_lines(line.as_bytes()).unwrap(), [update]);
        assert!(!format!("{push:?}").contains("secret"));
    }

    #[test]
    fn symbolic_names_pass_through() {
        let push = read(&[("PRE_COMMIT_FROM_REF", "HEAD~1"), ("PRE_COMMIT_TO_REF", "HEAD")]);
        let push = push.unwrap().unwrap();
        assert_eq!(push.from, Some(Rev::Name("HEAD~1".into())));
        assert_eq!(push.to, Rev::Name("HEAD".into()));
        assert_eq!(push.remote, None);
        assert_eq!(push.resolved(None, A.parse().unwrap()), None);
    }

    #[test]
    fn a_pushed_root_has_branches_alone() {
        let push = read(&[
            ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/orphan"),
            ("PRE_COMMIT_REMOTE_BRANCH", "orphan"),
        ]);
        let push = push.unwrap().unwrap();
        assert_eq!((push.from, push.to), (None, Rev::Name("refs/heads/orphan".into())));
        assert_eq!(push.remote, Some(RefName::branch("orphan")));
    }

    #[test]
    fn zeros_are_nothing_before() {
        let zeros = "0".repeat(64);
        let push = read(&[("PRE_COMMIT_FROM_REF", &zeros), ("PRE_COMMIT_TO_REF", A)]);
        assert_eq!(push.unwrap().unwrap().from, None);
        assert!(read(&[("PRE_COMMIT_FROM_REF", A), ("PRE_COMMIT_TO_REF", &zeros)]).is_err());
    }

    #[test]
    fn unset_and_empty_variables_are_no_push() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&[("PRE_COMMIT_FROM_REF", ""), ("PRE_COMMIT_TO_REF", "")]).unwrap(), None);
        assert_eq!(read(&[("PRE_COMMIT", "1")]).unwrap(), None);
    }

    #[test]
    fn half_a_pair_or_a_bad_name_is_an_error_that_names_the_variable() {
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[("FROM_REF", A)], "TO_REF"),
            (&[("TO_REF", A)], "FROM_REF"),
            (&[("LOCAL_BRANCH", "x")], "REMOTE_BRANCH"),
            (&[("REMOTE_BRANCH", "x")], "LOCAL_BRANCH"),
            (&[("FROM_REF", "a..b"), ("TO_REF", A)], "FROM_REF"),
            (&[("FROM_REF", A), ("TO_REF", "--x")], "TO_REF"),
            (
                &[("FROM_REF", A), ("TO_REF", B), ("REMOTE_BRANCH", "refs/heads/a\nb")],
                "REMOTE_BRANCH",
            ),
            (&[("FROM_REF", A), ("TO_REF", B), ("REMOTE_BRANCH", "a b")], "REMOTE_BRANCH"),
        ];
        for (pairs, culprit) in cases {
            let full: Vec<(String, &str)> = pairs.iter().map(|(k, v)| (name(k), *v)).collect();
            let given: Vec<(&str, &str)> = full.iter().map(|(k, v)| (k.as_str(), *v)).collect();
            let message = read(&given).unwrap_err().to_string();
            assert!(message.contains(&name(culprit)), "{message}");
            assert!(!message.contains('\n'));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None, ..ProptestConfig::with_cases(10_000)
        })]

        #[test]
        fn any_values_give_a_push_or_an_error(
            values in prop::collection::vec(prop::option::of("\\PC{0,12}|[0-9a-f]{40}|.{0,4}"), 6),
        ) {
            let names = ["FROM_REF", "TO_REF", "LOCAL_BRANCH", "REMOTE_BRANCH", "REMOTE_NAME", "REMOTE_URL"];
            let env = |wanted: &str| {
                let at = names.iter().position(|short| name(short) == wanted)?;
                values[at].clone()
            };
            let named = values[..4].iter().flatten().any(|value| !value.is_empty());
            match detect(&env) {
                Ok(found) => prop_assert_eq!(found.is_some(), named),
                Err(error) => prop_assert!(!error.to_string().contains('\n')),
            }
        }
    }
}
