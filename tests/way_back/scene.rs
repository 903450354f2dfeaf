//! A migration of which stages 4, 5-6 and 9 have landed; 4 and 9 share a file.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Run, TestRepo};

/// The file that stages 4 and 9 own together.
pub(crate) const STATE: &str = "core/state_manager.py";
/// The file of stage 5-6.
pub(crate) const AGENT: &str = "agents/base_agent.py";
/// A file that stage 4 adds.
pub(crate) const ADDED: &str = "core/delta.py";

const CONFIGURATION: &str = r#"version = 1

[migration]
id = "entities"
name = "Entity architecture"
start = { tag = "migration-start" }
branch = "main"

[[stages]]
id = "4"
name = "State manager integration"
impact = "medium"
paths = ["core/state_manager.py", "core/delta.py"]
rollback = ["code"]

[[stages]]
id = "5-6"
name = "Prompts and parser"
impact = "medium"
paths = ["agents/**"]
rollback = ["code"]

[[stages]]
id = "9"
name = "Continuation migration"
impact = "medium"
paths = ["core/state_manager.py", "core/continuation/**"]
rollback = ["code"]
"#;

/// Eight lines, of which some are another's.
pub(crate) fn lines(changed: &[(usize, &str)]) -> String {
    let line = |number: usize| {
        let other = changed.iter().find(|(at, _)| *at == number);
        other.map_or_else(|| format!("line {number}\n"), |(_, text)| format!("{text}\n"))
    };
    (1..=8).map(line).collect()
}

/// The scene: what has landed is pushed.
pub(crate) struct Scene {
    pub(crate) repo: TestRepo,
    pub(crate) origin: PathBuf,
}

impl Scene {
    /// The migration has begun.
    pub(crate) fn begun() -> Self {
        let repo = TestRepo::new();
        let origin = repo.bare_remote("origin");
        let (state, agent) = (lines(&[]), lines(&[]));
        let files = [
            ("backout.toml", CONFIGURATION),
            (STATE, state.as_str()),
            (AGENT, agent.as_str()),
            ("README.md", "one\n"),
        ];
        repo.commit_files(&files, "Start");
        repo.annotated_tag("migration-start", "main");
        repo.push(&["--quiet", "--set-upstream", "origin", "main", "migration-start"]).ok();
        repo.git(&["remote", "set-head", "origin", "main"]).ok();
        Self { repo, origin }
    }

    /// 4, 5-6 and 9 have landed; 9 on other lines than 4.
    pub(crate) fn landed() -> Self {
        let scene = Self::begun();
        scene.land("4", "Add deltas", &[(STATE, &lines(&[(2, "delta")])), (ADDED, "delta = 1\n")]);
        scene.land("5-6", "Write prompts", &[(AGENT, &lines(&[(4, "prompt")]))]);
        scene.land("9", "Continue", &[(STATE, &lines(&[(2, "delta"), (7, "continue")]))]);
        scene.share();
        scene
    }

    /// The same, and 9 has changed 4's line.
    pub(crate) fn blocked() -> Self {
        let scene = Self::landed();
        scene.land("9", "Go on", &[(STATE, &lines(&[(2, "delta, and more"), (7, "continue")]))]);
        scene.share();
        scene
    }

    /// A commit of a stage; `none` for foreign work, empty for one that says nothing.
    pub(crate) fn land(&self, stage: &str, subject: &str, files: &[(&str, &str)]) -> String {
        let message = match stage {
            "" => subject.to_owned(),
            stage => format!("{subject}\n\nMigration-Stage: {stage}"),
        };
        self.repo.commit_files(files, &message)
    }

    /// The landing branch has other rules from now on.
    pub(crate) fn configure(&self, from: &str, to: &str) {
        let text = self.repo.read("backout.toml");
        assert!(text.contains(from), "{text}");
        self.land("none", "Change the rules", &[("backout.toml", &text.replacen(from, to, 1))]);
    }

    pub(crate) fn share(&self) {
        self.repo.push(&["--quiet", "--no-verify", "origin", "main"]).ok();
    }

    pub(crate) fn backout(&self, arguments: &[&str]) -> Run {
        self.repo.backout(arguments).run()
    }

    /// The plan as JSON.
    pub(crate) fn plan(&self, arguments: &[&str], exit: i32) -> Value {
        let all = [&["revert", "--format", "json"], arguments].concat();
        let run = self.backout(&all).exits(exit);
        serde_json::from_str(&run.out()).unwrap()
    }

    /// What a revision's tree has otherwise than another's: `M path` lines.
    pub(crate) fn difference(&self, from: &str, to: &str) -> String {
        let run = self.repo.git(&["diff-tree", "-r", "--name-status", "--no-renames", from, to]);
        run.ok().out().replace('\t', " ")
    }

    pub(crate) fn tree(&self, revision: &str) -> String {
        self.repo.rev(&format!("{revision}^{{tree}}"))
    }

    /// A file as a revision has it.
    pub(crate) fn at(&self, revision: &str, path: &str) -> String {
        self.repo.git(&["show", &format!("{revision}:{path}")]).ok().out()
    }
}
