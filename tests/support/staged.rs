//! A small migration in a real repository, with a remote and the installed hook.

use std::path::PathBuf;

use super::{Passage, RepoOptions, Run, TestRepo};

/// The file that only stage 9 owns.
pub(crate) const STATE: &str = "src/core/state.py";
/// The file that stages 4 and 9 own together.
pub(crate) const SHARED: &str = "src/core/shared.py";
/// The receipt without which stage 9 may not land.
pub(crate) const RECEIPT_PATH: &str = ".backout/backups/context.toml";

/// The configuration: stage 4 is medium, stage 9 critical and in need of a backup.
pub(crate) const CONFIGURATION: &str = r#"version = 1

[migration]
id = "entities"
name = "Entities"
start = { tag = "migration-start" }
branch = "main"

[backups.context]
source = { kind = "file", path = "state.json" }
store = "s3://ops/backups"

[[stages]]
id = "4"
name = "Readers"
impact = "medium"
paths = ["src/core/four.py", "src/core/shared.py"]
rollback = ["code"]

[[stages]]
id = "9"
name = "Continuation"
impact = "critical"
paths = ["src/core/state.py", "src/core/shared.py"]
rollback = ["code", "data"]
backups = ["context"]

[requirements]
"rehearsal/missing" = "allow"
"#;

/// A receipt that makes stage 9 ready.
pub(crate) const RECEIPT: &str = r#"version = 1
backup = "context"
migration = "entities"

[[archives]]
format = "backout-archive/1"
source = "file"
captured_start = 2026-01-05T12:00:00Z
captured_end = 2026-01-05T12:00:10Z
environment = "production"
place = "s3://ops/backups/context.backout"
files = [
  { name = "context.backout", sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", size = 4096 },
]
entries = 1
payload_bytes = 4000
"#;

/// What a report tells of stage 9 where nobody took its backup; `guard::a_stopped_push` shows it.
pub(crate) const WITHOUT_BACKUP: Passage = Passage {
    name: "STAGE 9 LACKS ITS BACKUP",
    text: "  stage  name          impact    commits  way back
  9      Continuation  critical  1        not open

Stage 9: Continuation (critical)
  deny backup/missing
      there is no backup `context`: the pushed tree has no
      .backout/backups/context.toml
      see backout.toml:9
      help: take it: `backout backup create context`, then commit
            .backout/backups/context.toml",
};

/// What a report tells of a push that lowers the impact of stage 9; `policy` shows it.
pub(crate) const WEAKENED: Passage = Passage {
    name: "STAGE 9 WOULD HAVE A LOWER IMPACT",
    text: "The whole change
  warn policy/changed
      backout.toml is not what is trusted: this push is judged by both
      see backout.toml:3
      help: have the change reviewed by those who answer for the migration
  warn policy/weakened
      the pushed configuration asks for less: stage 9 has a lower impact
      see backout.toml:3
      help: it takes effect once it has landed; until then the trusted
            configuration counts",
};

/// The scene: main is pushed, with an annotated start tag, and the hook is installed.
pub(crate) struct Staged {
    /// The work tree that is pushed from.
    pub(crate) repo: TestRepo,
    /// The bare remote.
    pub(crate) origin: PathBuf,
}

impl Staged {
    /// The scene with the usual configuration.
    pub(crate) fn new() -> Self {
        Self::with(RepoOptions::default(), CONFIGURATION)
    }

    /// The scene in a repository of another make, or with another configuration.
    pub(crate) fn with(options: RepoOptions, configuration: &str) -> Self {
        let repo = TestRepo::with(options);
        let origin = repo.bare_remote("origin");
        let files = [
            ("README.md", "one\n"),
            ("src/core/four.py", "four = 1\n"),
            (SHARED, "shared = 1\n"),
            (STATE, "state = 1\n"),
            ("backout.toml", configuration),
        ];
        repo.commit_files(&files, "first");
        repo.annotated_tag("migration-start", "main");
        repo.commit_files(&[("README.md", "two\n")], "fix bug in readme");
        repo.push(&["--quiet", "--set-upstream", "origin", "main", "migration-start"]).ok();
        repo.git(&["remote", "set-head", "origin", "main"]).ok();
        repo.install_hook();
        Self { repo, origin }
    }

    /// A commit of stage 9 whose backup nobody took.
    pub(crate) fn unready(&self) -> String {
        self.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state\n\nMigration-Stage: 9")
    }

    /// The same with the backup's receipt.
    pub(crate) fn ready(&self) -> String {
        let files = [(STATE, "state = 2\n"), (RECEIPT_PATH, RECEIPT)];
        self.repo.commit_files(&files, "Move the state\n\nMigration-Stage: 9")
    }

    /// A commit that touches no stage.
    pub(crate) fn ordinary(&self) -> String {
        self.repo.commit_files(&[("README.md", "three\n")], "more words")
    }

    /// Merges a branch into `main`, by a merge commit.
    #[track_caller]
    pub(crate) fn merge(&self, branch: &str) {
        self.repo.git(&["switch", "--quiet", "main"]).ok();
        self.repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", branch]).ok();
    }

    /// Pushes past the hook, to set a scene up.
    #[track_caller]
    pub(crate) fn share(&self, arguments: &[&str]) {
        self.repo.push(&[&["--quiet", "--no-verify"], arguments].concat()).ok();
    }

    /// Pushes: the guard has to stop it with this finding, and the remote has to stay as it is.
    #[track_caller]
    pub(crate) fn stopped(&self, arguments: &[&str], finding: &str) -> Run {
        let before = self.remote_refs();
        let run = self.repo.push(arguments).exits(1);
        let told = run.out() + &run.err();
        let line = format!("deny {finding}");
        assert!(told.contains(&line), "`{line}` is not in:\n{told}");
        assert_eq!(self.remote_refs(), before);
        run
    }

    /// Pushes, which has to succeed. Returns what backout said.
    #[track_caller]
    pub(crate) fn passes(&self, arguments: &[&str]) -> String {
        let run = self.repo.push(&[&["--quiet"], arguments].concat()).ok();
        let told = run.out() + &run.err();
        told.lines().filter(|line| line.starts_with("backout:")).map(|l| format!("{l}\n")).collect()
    }

    /// Every ref of the remote.
    pub(crate) fn remote_refs(&self) -> String {
        self.repo.git_in(&self.origin, &["for-each-ref"]).ok().out()
    }
}
