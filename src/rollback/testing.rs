//! A migration of two stages that have a file in common, in a real repository.

use crate::config::Migration;
use crate::config::testing::configuration;
use crate::git::testing::Scratch;
use crate::git::{ObjectId, Repo};
use crate::rollback::undoing::read_ledger;
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::ledger::Ledger;
use crate::stage::matcher::StageIndex;

pub const FOUR: StageIndex = 0;
pub const NINE: StageIndex = 1;

/// What commits say of themselves.
pub const AS_FOUR: &str = "Migration-Stage: 4";
pub const AS_NINE: &str = "Migration-Stage: 9";
pub const AS_BOTH: &str = "Migration-Stage: 4\nMigration-Stage: 9";
pub const FOREIGN: &str = "Migration-Stage: none";
pub const OUT_4: &str = "Backout-Stage: 4";
pub const OUT_9: &str = "Backout-Stage: 9";
pub const OUT_BOTH: &str = "Backout-Stage: 4\nBackout-Stage: 9";

/// Stage 4 owns `four/**`, stage 9 `nine/**`, and both of them `both`; `more` is said of stage 9.
pub fn rules(more: &str) -> String {
    format!(
        r#"version = 1
[migration]
id = "m"
name = "M"
start = {{ tag = "s" }}
branch = "main"
[[stages]]
id = "4"
name = "Four"
impact = "low"
paths = ["four/**", "both"]
rollback = ["code"]
[[stages]]
id = "9"
name = "Nine"
impact = "low"
paths = ["nine/**", "both"]
rollback = ["code"]
{more}
"#
    )
}

/// The migration of these rules.
pub fn migration(rules: &str) -> Migration {
    configuration(&[("backout.toml", rules)], &[]).migrations.remove(0)
}

/// A repository in which the migration has begun; its landing branch is `main`.
pub struct Scene {
    pub scratch: Scratch,
    pub repo: Repo,
    pub migration: Migration,
    pub start: ObjectId,
}

impl Scene {
    /// It begins with these files; `more` is said of stage 9.
    pub fn new(more: &str, files: &[(&str, &str)]) -> Self {
        let scratch = Scratch::empty();
        let start = scratch.commit("Start", files);
        let repo = scratch.repo();
        Self { scratch, repo, migration: migration(&rules(more)), start }
    }

    /// A commit that says whose work it is, or what it takes back.
    pub fn land(&self, says: &str, files: &[(&str, &str)]) -> ObjectId {
        self.scratch.commit(&format!("Change\n\n{says}"), files)
    }

    /// Takes a file away; the next commit does.
    pub fn remove(&self, path: &str) {
        self.scratch.git(&["rm", "--quiet", path]);
    }

    /// What has landed until `tip`.
    pub fn ledger_at(&self, tip: &ObjectId) -> anyhow::Result<Ledger> {
        let none = Attributions::default();
        let attribution = Attribution::new(&self.migration, &[], &none);
        read_ledger(&self.repo, &self.migration, &attribution, &self.start, tip)
    }

    /// What has landed on `main`.
    pub fn ledger(&self) -> Ledger {
        self.ledger_at(&self.scratch.id("main")).unwrap()
    }
}
