//! What every cell of the matrix is made from: one history, on a remote that clones are taken of.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{
    CONFIGURATION, PROGRAM, RECEIPT, RECEIPT_PATH, RepoOptions, STATE, TestRepo, execute,
    write_program,
};

/// Two more stages: the start of one was never set, that of the other stands elsewhere.
const MORE_STAGES: &str = r#"
[[stages]]
id = "5"
name = "Writers"
impact = "medium"
paths = ["src/core/five.py"]
rollback = ["code"]
start = { tag = "stage-5-start" }

[[stages]]
id = "6"
name = "Caches"
impact = "medium"
paths = ["src/core/six.py"]
rollback = ["code"]
start = { tag = "stage-6-start", oid = "PINNED" }
"#;

/// Commits before the migration's start, and between it and the tip of `main`.
const BEFORE: u64 = 8;
const SINCE: u64 = 4;

/// What is true of a branch: the exit code, and the finding that a stop has to name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truth {
    /// The branch.
    pub(super) branch: &'static str,
    /// What `check` and the hook have to exit with.
    pub(super) exit: i32,
    /// What they have to say.
    pub(super) says: &'static str,
}

/// The ready one comes last: it alone changes the remote.
pub(super) const TRUTHS: [Truth; 4] = [
    Truth { branch: "unready", exit: 1, says: "deny backup/missing" },
    Truth { branch: "untagged", exit: 1, says: "deny tag/missing" },
    Truth { branch: "moved", exit: 1, says: "deny tag/moved" },
    Truth { branch: "ready", exit: 0, says: "" },
];

/// The remote, and the folder that everything of one make lives in.
pub(super) struct Source {
    /// Gives the scrubbed environment; its own work tree stays empty.
    pub(super) repo: TestRepo,
    /// The bare remote.
    pub(super) hub: PathBuf,
    /// The hook as `backout install` writes it, which tells its exit code to [`Source::told`].
    pub(super) hook: String,
    /// Whether refs are in reftables, here and in clones.
    pub(super) reftable: bool,
}

impl Source {
    pub(super) fn new(options: RepoOptions) -> Self {
        let repo = TestRepo::with(options);
        let hub = repo.bare_remote("origin");
        repo.git_in(&hub, &["config", "uploadpack.allowFilter", "true"]).ok();
        import(&repo, &hub, &before());
        let pinned = repo.git_in(&hub, &["rev-parse", "main"]).ok().line();
        import(&repo, &hub, &since(&pinned));
        repo.install_hook();
        let root = repo.root();
        let wrapper = root.join("backout-told");
        let told = root.join("told");
        let script = format!(
            "#!/bin/sh\n'{PROGRAM}' \"$@\"\ncode=$?\necho $code >'{}'\nexit $code\n",
            told.display()
        );
        write_program(&wrapper, script);
        let hook = fs::read_to_string(repo.path().join(".git/hooks/pre-push")).unwrap();
        assert!(hook.contains(PROGRAM));
        let hook = hook.replace(PROGRAM, &wrapper.display().to_string());
        Self { repo, hub, hook, reftable: options.reftable }
    }

    /// What the hook exited with, where it ran since this was last asked.
    pub(super) fn told(&self) -> Option<i32> {
        let file = self.repo.root().join("told");
        let text = fs::read_to_string(&file).ok()?;
        fs::remove_file(&file).unwrap();
        Some(text.trim().parse().unwrap())
    }
}

fn import(repo: &TestRepo, folder: &Path, stream: &str) {
    let mut command = repo.command("git", folder);
    execute(command.args(["fast-import", "--quiet"]), stream.as_bytes(), repo.filter()).ok();
}

/// One commit for `git fast-import`. Times are of January 2026, one minute apart.
struct Stream {
    text: String,
    time: u64,
}

impl Stream {
    fn commit(&mut self, branch: &str, from: Option<&str>, message: &str, files: &[(&str, &str)]) {
        self.time += 60;
        let who = format!("committer T <t@example.com> {} +0000", self.time);
        let _ = writeln!(self.text, "commit refs/heads/{branch}\n{who}");
        let _ = writeln!(self.text, "data {}\n{message}", message.len());
        if let Some(from) = from {
            let _ = writeln!(self.text, "from {from}");
        }
        for (path, content) in files {
            let _ = writeln!(self.text, "M 644 inline {path}\ndata {}\n{content}", content.len());
        }
        self.text.push('\n');
    }

    fn tag(&mut self, name: &str, from: &str) {
        let who = format!("tagger T <t@example.com> {} +0000", self.time);
        let _ = writeln!(self.text, "tag {name}\nfrom {from}\n{who}\ndata {}\n{name}", name.len());
    }
}

fn before() -> String {
    let mut stream = Stream { text: String::new(), time: 1_767_614_400 };
    for number in 0..BEFORE {
        let words = format!("{number}\n");
        let files =
            [("README.md", &*words), ("docs/guide/one.md", "one\n"), (STATE, "state = 1\n")];
        stream.commit("main", None, "Work", &files);
    }
    stream.text
}

fn since(pinned: &str) -> String {
    let mut stream = Stream { text: String::new(), time: 1_767_700_000 };
    let configuration = format!("{CONFIGURATION}{MORE_STAGES}").replace("PINNED", pinned);
    let old = Some("refs/heads/main^0");
    stream.commit("main", old, "Rules", &[("backout.toml", &configuration)]);
    stream.tag("migration-start", "refs/heads/main");
    for number in 0..SINCE {
        stream.commit("main", None, "More words", &[("README.md", &format!("since {number}\n"))]);
    }
    stream.tag("stage-6-start", "refs/heads/main");
    let moved = (STATE, "state = 2\n");
    let stage_9 = "Move the state\n\nMigration-Stage: 9";
    let mut branch = |name: &str, message: &str, files: &[(&str, &str)]| {
        stream.commit(name, Some("refs/heads/main"), message, files);
        stream.commit(name, None, "Words on top", &[("NOTES.md", name)]);
    };
    branch("ready", stage_9, &[moved, (RECEIPT_PATH, RECEIPT)]);
    branch("unready", stage_9, &[moved]);
    branch("decoy", "Fix it\n\nMigration-Stage: none", &[moved]);
    branch("untagged", "Write\n\nMigration-Stage: 5", &[("src/core/five.py", "5\n")]);
    branch("moved", "Cache\n\nMigration-Stage: 6", &[("src/core/six.py", "6\n")]);
    stream.text
}
