//! CODEOWNERS, by the examples of GitHub's documentation.

use super::super::{CodeOwners, Owner};
use crate::git::RepoPath;

const FILE: &str = "
# a comment
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs-star@example.com @docs-star
apps/ @octocat
/scripts/ @doctocat @octocat
**/logs @logs
/apps/github
a\\ b @blank
!nothing @nobody
[x] @nobody
";

fn owners(path: &str) -> String {
    CodeOwners::read(FILE.as_bytes()).owners(&RepoPath::from(path)).join(" ")
}

#[test]
fn the_last_line_that_matches_counts() {
    assert_eq!(owners("README.md"), "@global-owner1 @global-owner2");
    assert_eq!(owners("src/deep/a.js"), "@js-owner");
    assert_eq!(owners("x.go"), "docs@example.com");
    assert_eq!(owners("docs/getting-started.md"), "docs-star@example.com @docs-star");
    assert_eq!(owners("docs/build-app/troubleshooting.md"), "@global-owner1 @global-owner2");
    assert_eq!(owners("build/logs/a"), "@logs");
    assert_eq!(owners("deeply/nested/logs/x/y"), "@logs");
    assert_eq!(owners("apps/x/y.js"), "@octocat");
    assert_eq!(owners("src/apps/x"), "@octocat");
    assert_eq!(owners("apps/github/x"), "");
    assert_eq!(owners("scripts/x"), "@doctocat @octocat");
    assert_eq!(owners("src/scripts/x"), "@global-owner1 @global-owner2");
    assert_eq!(owners("a b"), "@blank");
    assert_eq!(owners("nothing"), "@global-owner1 @global-owner2");
}

#[test]
fn only_people_and_teams_can_be_asked() {
    assert_eq!(Owner::read("@octocat"), Some(Owner::Person("octocat".to_owned())));
    let team = Owner::Team("acme".to_owned(), "platform".to_owned());
    assert_eq!(Owner::read("@acme/platform"), Some(team));
    for none in ["octocat", "a@example.com", "@", "@a/b/c", "@a b", "@/b", "@a/"] {
        assert_eq!(Owner::read(none), None, "{none}");
    }
}

#[test]
fn a_file_that_is_too_large_or_no_text_owns_nothing() {
    let large = [b"* @a\n".repeat(700_000), b"".to_vec()].concat();
    assert!(CodeOwners::read(&large).owners(&RepoPath::from("a")).is_empty());
    let odd = CodeOwners::read(b"* @a\n\xff\xfe @b\n");
    assert_eq!(odd.owners(&RepoPath::from("x")), ["@a"]);
    assert!(odd.owners(&RepoPath::from_bytes(b"\xff")).is_empty());
}
