//! The repository's default branch, as the CI system tells it: whoever proposes a change does not
//! choose it.

use std::io;
use std::path::Path;

use super::github::payload;
use super::variables::Variables;

/// The default branch, without `refs/heads/`; `None` where nothing tells it. That is no error: the
/// remote can be asked.
#[must_use]
pub fn default_branch(
    env: &dyn Fn(&str) -> Option<String>,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Option<String> {
    let variables = Variables(env);
    if variables.says_true("GITHUB_ACTIONS") {
        payload(variables, read_file).ok()?.branch("repository.default_branch").ok()
    } else if variables.says_true("GITLAB_CI") {
        variables.branch("CI_DEFAULT_BRANCH").ok().flatten()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(variables: &[(&str, &str)], event: &str) -> Option<String> {
        let env = |name: &str| {
            let mut found = variables.iter().filter(|(known, _)| *known == name);
            found.next().map(|(_, value)| (*value).to_owned())
        };
        default_branch(&env, &|_: &Path| Ok(event.as_bytes().to_vec()))
    }

    #[test]
    fn each_system_tells_it_in_its_way() {
        let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", "event.json")];
        let event = r#"{"repository": {"default_branch": "trunk"}}"#;
        assert_eq!(told(&github, event).as_deref(), Some("trunk"));
        let gitlab = [("GITLAB_CI", "true"), ("CI_DEFAULT_BRANCH", "trunk")];
        assert_eq!(told(&gitlab, "").as_deref(), Some("trunk"));
    }

    #[test]
    fn what_is_no_branch_is_not_told() {
        let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", "event.json")];
        for event in ["{}", "no", r#"{"repository": {"default_branch": "a:b"}}"#] {
            assert_eq!(told(&github, event), None, "{event}");
        }
        assert_eq!(told(&[("GITHUB_ACTIONS", "true")], "{}"), None);
        assert_eq!(told(&[], r#"{"repository": {"default_branch": "trunk"}}"#), None);
    }
}
