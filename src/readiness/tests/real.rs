//! A small migration in a real repository, for what reads more than a snapshot.

use super::fake::{archive, at, migration, receipt, stage, stage_at};
use crate::git::testing::Scratch;
use crate::git::{ObjectId, RefName, RefUpdate, Repo};
use crate::readiness::guard::{Guard, Input, Kind};

/// The receipt that stage 9 needs.
pub const RECEIPT: &str = ".backout/backups/data.toml";

/// Stage 4 is low; stage 9 is critical and restores data.
pub fn rules(more: &str) -> String {
    migration(more)
        + &stage("4", "low", "")
        + &stage("9", "critical", "rollback = [\"code\", \"data\"]\nbackups = [\"data\"]")
        + "[backups.data]\nsource = { kind = \"command\", command = [\"./export\"] }\n\
           store = \"/srv/backups/data\"\n\
           [requirements]\n\"rehearsal/missing\" = \"allow\"\n"
}

/// A file that stages 4 and 9 have in common.
pub const BOTH: &str = "1\n2\n3\n4\n5\n";
/// With 9's work on it.
pub const NINES: &str = "nine\n2\n3\n4\n5\n";
/// With 4's as well.
pub const BOTHS: &str = "nine\n2\n3\n4\nfour\n";

/// Rules under which stages 4 and 9 have a file in common; `more` is said of stage 4.
pub fn in_common(more: &str) -> String {
    let paths = |own: &str| format!("[\"src/{own}/**\", \"src/both.py\"]");
    migration("")
        + &stage_at("4", "low", &paths("4"), more)
        + &stage_at("9", "low", &paths("9"), "")
}

/// A migration that `origin/main` has, with its start tag.
pub struct Real {
    /// The repository.
    pub scratch: Scratch,
    /// Where the migration starts, and where `origin/main` stands.
    pub start: ObjectId,
}

impl Real {
    /// With `more` in `[migration]`.
    pub fn with(more: &str) -> Self {
        let scratch = Scratch::empty();
        let files = [("src/4/a.py", "a\n"), ("src/9/a.py", "a\n"), ("README.md", "a\n")];
        scratch.commit("first", &files);
        let start = scratch.commit("rules", &[("backout.toml", &rules(more))]);
        scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
        scratch.remote_has("main", &start);
        Self { scratch, start }
    }

    /// Under these rules, with a file that may be in common.
    pub fn under(rules: &str) -> Self {
        let real = Self::with("");
        let start = real.scratch.commit("Rules", &[("backout.toml", rules), ("src/both.py", BOTH)]);
        real.scratch.git(&["tag", "--force", "m-start"]);
        real.scratch.remote_has("main", &start);
        Self { start, ..real }
    }

    /// One more commit: a file's new content, and a message.
    pub fn commit(&self, path: &str, message: &str) -> ObjectId {
        self.scratch.commit(message, &[(path, message)])
    }

    /// Work on stage 9 whose backup nobody took.
    pub fn unready(&self) -> ObjectId {
        self.commit("src/9/a.py", "Work\n\nMigration-Stage: 9")
    }

    /// The same with a backup from before.
    pub fn ready(&self) -> ObjectId {
        let receipt = receipt("data", &[archive("2026-01-05T11:00:00Z")]);
        let files = [("src/9/a.py", "b\n"), (RECEIPT, receipt.as_str())];
        self.scratch.commit("Work\n\nMigration-Stage: 9", &files)
    }
}

/// The guard of a push to `origin`.
pub fn guard(repo: &Repo) -> Guard<'_> {
    Guard {
        repo,
        remote: Some("origin".to_owned()),
        default_branch: None,
        local: false,
        config_path: "backout.toml".to_owned(),
        now: at("2026-01-06T12:00:00Z"),
        delivered: Vec::new(),
        online: None,
        overrides: Vec::new(),
        lenient: false,
    }
}

/// A push of a branch.
pub fn push(branch: &str, from: Option<ObjectId>, to: ObjectId) -> Input {
    Input::push(RefUpdate { local: None, remote: RefName::branch(branch), from, to: Some(to) })
}

/// A range given by hand.
pub fn by_hand(base: Option<ObjectId>, head: ObjectId) -> Input {
    let update =
        RefUpdate { local: None, remote: RefName::new("HEAD"), from: base, to: Some(head) };
    Input { kind: Kind::Range, ..Input::push(update) }
}
