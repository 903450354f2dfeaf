//! The ways to push: everything that git tells a hook differently, or a manager may overlook.

use crate::support::{Run, TestRepo};

/// One way to push from a repository whose main, with two commits, is on the remote.
pub(crate) struct Scenario {
    /// What is pushed.
    pub(crate) name: &'static str,
    /// The arguments of `git push`.
    arguments: &'static [&'static str],
    prepare: fn(&TestRepo),
    place: Place,
}

/// Where the push is started.
enum Place {
    Top,
    Subfolder,
    Worktree,
}

impl Scenario {
    /// Pushes, in a copy that is thrown away afterwards, with variables added.
    pub(crate) fn run(&self, template: &TestRepo, environment: &[(&str, &str)]) -> Run {
        self.push(&template.copy(), environment)
    }

    /// Pushes from this very repository.
    pub(crate) fn push(&self, repo: &TestRepo, environment: &[(&str, &str)]) -> Run {
        (self.prepare)(repo);
        let folder = match self.place {
            Place::Top => repo.path().to_owned(),
            Place::Subfolder => repo.path().join("src"),
            Place::Worktree => repo.root().join("side"),
        };
        let mut command = repo.command("git", &folder);
        command.arg("push").args(self.arguments).envs(environment.iter().copied());
        crate::support::execute(&mut command, b"", repo.filter())
    }
}

/// The scenario of a name.
pub(crate) fn named(name: &str) -> &'static Scenario {
    SCENARIOS.iter().find(|scenario| scenario.name == name).unwrap()
}

const fn scenario(
    name: &'static str,
    arguments: &'static [&'static str],
    prepare: fn(&TestRepo),
) -> Scenario {
    Scenario { name, arguments, prepare, place: Place::Top }
}

fn work(repo: &TestRepo) {
    repo.commit_files(&[("src/a.txt", "three\n")], "third");
}

fn stale(repo: &TestRepo) {
    share(repo, "main:refs/heads/stale");
    work(repo);
}

/// Pushes past every hook.
fn share(repo: &TestRepo, refspec: &str) {
    repo.push(&["--quiet", "--no-verify", "origin", refspec]).ok();
}

fn switch(repo: &TestRepo, arguments: &[&str]) {
    repo.git(&[&["switch", "--quiet"], arguments].concat()).ok();
}

/// All of them.
pub(crate) static SCENARIOS: [Scenario; 25] = [
    scenario("one new commit on main", &["origin", "main"], work),
    scenario("a new branch with one commit", &["origin", "feat"], |repo| {
        switch(repo, &["--create", "feat"]);
        work(repo);
    }),
    scenario("a new branch without new commits", &["origin", "copy"], |repo| {
        repo.git(&["branch", "copy"]).ok();
    }),
    scenario("a branch is deleted", &["origin", "--delete", "stale"], |repo| {
        share(repo, "main:refs/heads/stale");
    }),
    scenario("an annotated tag on a pushed commit", &["origin", "v1"], |repo| {
        repo.annotated_tag("v1", "main");
    }),
    scenario("a lightweight tag on a new commit", &["origin", "v2"], |repo| {
        work(repo);
        repo.tag("v2", "main");
    }),
    scenario("a tag is deleted", &["origin", ":refs/tags/v3"], |repo| {
        repo.tag("v3", "main");
        share(repo, "v3");
    }),
    scenario("forced, other content", &["--force", "origin", "main"], |repo| {
        repo.write("src/a.txt", "amended\n");
        repo.git(&["commit", "--quiet", "--all", "--amend", "--message", "amended"]).ok();
    }),
    scenario("forced, the last commit dropped", &["--force", "origin", "main"], |repo| {
        repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    }),
    scenario("forced, another message", &["--force", "origin", "main"], |repo| {
        repo.git(&["commit", "--quiet", "--amend", "--message", "other words"]).ok();
    }),
    scenario("not forced, so git refuses it", &["origin", "main"], |repo| {
        repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    }),
    scenario("all branches at once", &["--all", "origin"], |repo| {
        share(repo, "main:refs/heads/b2");
        switch(repo, &["--create", "b2"]);
        repo.commit_files(&[("src/b.txt", "b\n")], "on b2");
        switch(repo, &["main"]);
        work(repo);
        repo.git(&["branch", "newb"]).ok();
    }),
    scenario("an update, then a deletion", &["origin", "main", ":stale"], stale),
    scenario("a deletion, then an update", &["origin", ":stale", "main"], stale),
    scenario(
        "two branches under other names",
        &["origin", "HEAD:refs/heads/renamed", "main~1:refs/heads/old"],
        work,
    ),
    scenario("nothing new", &["origin", "main"], |_| {}),
    scenario("--dry-run", &["--dry-run", "origin", "main"], work),
    scenario("to a URL", &["../origin.git", "main"], work),
    scenario("a branch and the tag on it", &["--follow-tags", "origin", "main"], |repo| {
        work(repo);
        repo.annotated_tag("v4", "main");
    }),
    scenario("--no-verify", &["--no-verify", "origin", "main"], work),
    Scenario {
        name: "from a subfolder",
        arguments: &["origin", "main"],
        prepare: work,
        place: Place::Subfolder,
    },
    Scenario {
        name: "from a linked worktree",
        arguments: &["origin", "side"],
        prepare: |repo| work(&repo.worktree("side")),
        place: Place::Worktree,
    },
    scenario("a revision with a blank", &["origin", "HEAD^{/fix bug}:refs/heads/spacy"], |repo| {
        repo.commit_files(&[("src/a.txt", "three\n")], "fix bug for good");
    }),
    scenario("an orphan branch", &["origin", "lone"], |repo| {
        switch(repo, &["--orphan", "lone"]);
        repo.commit_files(&[("pages.html", "<p>\n")], "root");
    }),
    scenario("a commit and its revert", &["origin", "main"], |repo| {
        work(repo);
        repo.git(&["revert", "--no-edit", "HEAD"]).ok();
    }),
];
