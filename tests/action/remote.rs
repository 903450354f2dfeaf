//! A remote as CI finds it, and the events that it tells of.

use serde_json::{Value, json};

use crate::support::Staged;
use crate::support::act::Job;

/// The remote, as it stands after someone has pushed a topic and opened a pull request.
pub(super) struct Remote {
    pub(super) scene: Staged,
    pub(super) base: String,
    pub(super) head: String,
}

/// With the topic's commit, or its commits.
pub(super) fn remote(work: impl Fn(&Staged) -> String) -> Remote {
    let scene = Staged::new();
    let base = scene.repo.rev("origin/main");
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    let head = work(&scene);
    scene.share(&["origin", "topic"]);
    // GitHub's merge of the pull request, which is what a job checks out.
    scene.repo.git(&["switch", "--quiet", "--detach", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]).ok();
    scene.share(&["origin", "HEAD:refs/pull/7/merge"]);
    scene.repo.git(&["switch", "--quiet", "topic"]).ok();
    Remote { scene, base, head }
}

impl Remote {
    pub(super) fn pull_request(&self) -> (&'static str, Value) {
        let event = json!({"action": "opened", "number": 7, "pull_request": {"number": 7,
            "draft": false, "title": "t", "body": "b",
            "base": {"ref": "main", "sha": self.base, "repo": {}},
            "head": {"ref": "topic", "sha": self.head}},
            "repository": {"default_branch": "main"}});
        ("pull_request", event)
    }

    pub(super) fn push(&self, branch: &str, before: &str) -> (&'static str, Value) {
        let name = format!("refs/heads/{branch}");
        let event = json!({"ref": name, "before": before, "after": self.head,
            "repository": {"default_branch": "main"}});
        ("push", event)
    }

    pub(super) fn job(&self, workflow: &str, event: (&'static str, Value)) -> Job<'_> {
        Job::new(&self.scene.repo, &self.scene.origin, workflow, event)
    }
}

pub(super) fn unready() -> Remote {
    remote(Staged::unready)
}
