//! Every fault at every request of the flow: run again, it comes to exactly one branch and one pull
//! request with the planned tree, and no token leaves the host.

use super::scene::{Migration, WHY, app, app_key};
use crate::support::fake_github::{At, Fault, PullState, TOKEN};
use crate::way_back::scene::Scene;

const STAGE_4: [&str; 8] = ["revert", "--pr", "--reason", WHY, "--stage", "4", "--assignee", "dev"];
const RETURN: [&str; 8] = ["reapply", "--pr", "--reason", WHY, "--stage", "4", "--assignee", "dev"];

/// A scene that can be copied, with what is asked for and what it shall come to.
struct Flow {
    scene: Migration,
    /// What is asked for.
    asks: Vec<&'static str>,
    branch: &'static str,
    labels: &'static [&'static str],
    commits: usize,
    pulls: u64,
    tree: String,
    requests: usize,
}

impl Flow {
    /// A stage is backed out for the first time.
    fn opened() -> Self {
        Self::of(Migration::to_copy(), &[])
    }

    /// The same, and git pushes the commit.
    fn pushed() -> Self {
        Self::of(Migration::to_copy(), &["--via", "push"])
    }

    /// A stage is backed out with the one that sits on it.
    fn cascade() -> Self {
        let scene = Migration::to_copy_of(Scene::blocked());
        let asks = [&STAGE_4[..], &["--cascade"]].concat();
        let planned = ["revert", "--stage", "4", "--cascade"];
        let flow = Self::asking(scene, asks, &planned);
        Self { labels: &["stage:9", "stage:4", "impact:medium"], commits: 2, ..flow }
    }

    /// The same, and the landing branch has moved since.
    fn cascade_updated() -> Self {
        let Self { scene, asks, .. } = Self::cascade();
        scene.backout(&asks).run().ok();
        scene.move_on();
        let flow = Self::asking(scene, asks, &["revert", "--stage", "4", "--cascade"]);
        Self { labels: &["stage:9", "stage:4", "impact:medium"], commits: 2, ..flow }
    }

    /// A stage that was backed out is brought back.
    fn returned() -> Self {
        let scene = Migration::to_copy();
        let out = ["revert", "--stage", "4", "--branch", "out", "--reason", WHY];
        scene.backout(&out).run().ok();
        scene.repo.git(&["merge", "--quiet", "--ff-only", "out"]).ok();
        scene.repo.git(&["push", "--quiet", "--no-verify", "origin", "main"]).ok();
        let flow = Self::asking(scene, RETURN.to_vec(), &["reapply", "--stage", "4"]);
        Self { branch: "backout/entities/reapply-4", ..flow }
    }

    /// The same, and the landing branch has moved since.
    fn returned_updated() -> Self {
        let Self { scene, asks, branch, .. } = Self::returned();
        scene.backout(&asks).run().ok();
        scene.move_on();
        let flow = Self::asking(scene, asks, &["reapply", "--stage", "4"]);
        Self { branch, ..flow }
    }

    /// Somebody has closed the pull request, and the landing branch has moved since.
    fn closed() -> Self {
        let scene = Migration::to_copy();
        scene.revert(&["--stage", "4"]).ok();
        scene.fake.world().pull_mut(1).state = PullState::Closed;
        scene.move_on();
        Self::of(scene, &["--reopen"])
    }

    /// There is a pull request, and the landing branch has moved since.
    fn updated() -> Self {
        let scene = Migration::to_copy();
        scene.revert(&["--stage", "4"]).ok();
        scene.move_on();
        Self::of(scene, &[])
    }

    fn of(scene: Migration, more: &[&'static str]) -> Self {
        let asks = [&STAGE_4[..], more].concat();
        Self::asking(scene, asks, &["revert", "--stage", "4"])
    }

    fn asking(scene: Migration, asks: Vec<&'static str>, planned: &[&str]) -> Self {
        let pulls = u64::try_from(scene.fake.world().pulls().len()).unwrap().max(1);
        let plan = scene.backout(planned).args(["--format=json"]).run().ok();
        let plan: serde_json::Value = serde_json::from_str(&plan.out()).unwrap();
        let tree = plan["tree"].as_str().unwrap().to_owned();
        let trial = scene.copy();
        trial.backout(&asks).run().ok();
        let requests = trial.fake.requests().len();
        assert!(requests >= 6, "{:?}", trial.fake.take_calls());
        let labels = &["stage:4", "impact:medium"];
        let branch = "backout/entities/stage-4";
        Self { scene, asks, branch, labels, commits: 1, pulls, tree, requests }
    }

    /// Fails once, or from a request on, and is run again. Gives whether the first run failed.
    fn fails(&self, fault: &Fault, at: At) -> bool {
        let case = format!("{} at {at:?}", fault.name);
        let scene = self.scene.copy();
        scene.fake.inject(fault.clone().at(at));
        let first = scene.backout(&self.asks).run();
        assert!(matches!(first.exit, 0 | 5), "{case}: {}", first.snapshot());
        assert!(first.exit == 0 || first.err().contains("error: "), "{case}");
        let second = {
            scene.fake.heal();
            scene.backout(&self.asks).run()
        };
        assert_eq!(second.exit, 0, "{case}: {}\nthen {}", first.snapshot(), second.snapshot());
        for run in [&first, &second] {
            let said = run.out() + &run.err();
            assert!(!said.contains(TOKEN), "{case}: {said}");
        }
        self.is_done(&scene, &case);
        if is_refused(fault) {
            return first.exit != 0;
        }
        // Once more, there is nothing to do.
        let third = scene.backout(&self.asks).args(["--format=json"]).run().ok();
        let told: serde_json::Value = serde_json::from_str(&third.out()).unwrap();
        assert_eq!(told["state"], "unchanged", "{case}: {told}");
        first.exit != 0
    }

    fn is_done(&self, scene: &Migration, case: &str) {
        let (branch, commits) = (self.branch, self.commits);
        let branches = scene.git(&["for-each-ref", "--format=%(refname)", "refs/heads/backout/"]);
        assert_eq!(branches, format!("refs/heads/{branch}\n"), "{case}");
        assert_eq!(scene.tree(branch), self.tree, "{case}");
        assert_eq!(
            scene.git(&["rev-list", "--count", &format!("main..{branch}")]),
            format!("{commits}\n"),
            "{case}"
        );
        assert_eq!(
            scene.git(&["rev-parse", &format!("{branch}~{commits}")]),
            scene.git(&["rev-parse", "main"])
        );
        let world = scene.fake.world();
        assert_eq!(u64::try_from(world.pulls().len()).unwrap(), self.pulls, "{case}");
        let issue = world.the_open_pull();
        assert!(issue.body.contains(WHY), "{case}");
        assert_eq!(issue.labels, self.labels, "{case}");
        assert_eq!(issue.assignees, ["dev"], "{case}");
        let pull = issue.pull.as_ref().unwrap();
        assert_eq!(pull.reviewers, ["keeper", "team-platform"], "{case}");
        assert_eq!(pull.state, PullState::Open, "{case}");
        for request in &world.requests {
            let bearer = request.header("authorization");
            assert_eq!(bearer, Some(&*format!("Bearer {TOKEN}")), "{case}");
        }
        assert_eq!(world.requests_elsewhere.len(), 0, "{case}");
    }
}

fn faults(pick: fn(&Fault) -> bool) -> Vec<Fault> {
    let picked: Vec<Fault> = Fault::all().into_iter().filter(pick).collect();
    assert!(!picked.is_empty());
    picked
}

/// How many first runs failed.
fn each(flow: &Flow, pick: fn(&Fault) -> bool, at: fn(usize) -> At) -> usize {
    let mut failed = 0;
    for fault in faults(pick) {
        let fails = |number: &usize| flow.fails(&fault, at(*number));
        failed += (1..=flow.requests).filter(fails).count();
    }
    failed
}

fn is_lost(fault: &Fault) -> bool {
    ["500 after the effect", "cut body", "a page"].contains(&fault.name)
}

fn is_slow(fault: &Fault) -> bool {
    fault.name == "slow body"
}

fn is_refused(fault: &Fault) -> bool {
    !is_lost(fault) && !is_slow(fault)
}

#[test]
fn a_refusal_while_it_is_opened() {
    assert!(each(&Flow::opened(), is_refused, At::Nth) > 0);
}

#[test]
fn a_refusal_while_it_is_updated() {
    assert!(each(&Flow::updated(), is_refused, At::Nth) > 0);
}

#[test]
fn a_lost_answer_while_it_is_opened() {
    // One alone is made up for within the run.
    assert_eq!(each(&Flow::opened(), is_lost, At::Nth), 0);
}

#[test]
fn lost_answers_to_the_end_while_it_is_opened() {
    assert!(each(&Flow::opened(), is_lost, At::From) > 0);
}

#[test]
fn lost_answers_to_the_end_while_it_is_updated() {
    assert!(each(&Flow::updated(), is_lost, At::From) > 0);
}

#[test]
fn an_answer_that_never_ends_while_it_is_opened() {
    assert_eq!(each(&Flow::opened(), is_slow, At::Nth), 0);
}

#[test]
fn an_answer_that_never_ends_while_it_is_updated() {
    assert_eq!(each(&Flow::updated(), is_slow, At::Nth), 0);
}

#[test]
fn a_server_that_fails_before_and_after_while_it_is_opened() {
    assert!(each(&Flow::opened(), |fault| fault.name == "500", At::From) > 0);
}

/// A refusal, one that is no answer, and one that says what is wrong.
fn is_of_each_kind(fault: &Fault) -> bool {
    ["403 permission", "422", "500"].contains(&fault.name)
}

#[test]
fn a_refusal_while_git_pushes() {
    // The requests are those of the other way, less some: one refusal of each kind will do.
    assert!(each(&Flow::pushed(), is_of_each_kind, At::Nth) > 0);
}

#[test]
fn a_lost_answer_while_git_pushes() {
    assert_eq!(each(&Flow::pushed(), is_lost, At::Nth), 0);
}

#[test]
fn a_lost_answer_while_it_is_opened_again() {
    assert_eq!(each(&Flow::closed(), is_lost, At::Nth), 0);
}

#[test]
fn a_refusal_while_a_cascade_is_opened() {
    assert!(each(&Flow::cascade(), is_refused, At::Nth) > 0);
}

#[test]
fn a_lost_or_endless_answer_while_a_cascade_is_opened() {
    assert_eq!(each(&Flow::cascade(), |fault| !is_refused(fault), At::Nth), 0);
}

#[test]
fn lost_answers_to_the_end_while_a_cascade_is_opened() {
    assert!(each(&Flow::cascade(), is_lost, At::From) > 0);
}

#[test]
fn a_fault_of_each_kind_while_a_cascade_is_updated() {
    let flow = Flow::cascade_updated();
    assert!(each(&flow, is_of_each_kind, At::Nth) > 0);
    assert!(each(&flow, is_lost, At::From) > 0);
}

#[test]
fn a_refusal_while_a_return_is_opened() {
    assert!(each(&Flow::returned(), is_refused, At::Nth) > 0);
}

#[test]
fn a_lost_or_endless_answer_while_a_return_is_opened() {
    assert_eq!(each(&Flow::returned(), |fault| !is_refused(fault), At::Nth), 0);
}

#[test]
fn lost_answers_to_the_end_while_a_return_is_opened() {
    assert!(each(&Flow::returned(), is_lost, At::From) > 0);
}

#[test]
fn a_fault_of_each_kind_while_a_return_is_updated() {
    let flow = Flow::returned_updated();
    assert!(each(&flow, is_of_each_kind, At::Nth) > 0);
    assert!(each(&flow, is_lost, At::From) > 0);
}

#[test]
fn an_app_that_gets_no_token_leaves_nothing_behind() {
    let scene = Migration::to_copy();
    scene.fake.world().app = Some(app());
    let run = || {
        let asks = ["revert", "--pr", "--stage", "4", "--reason", WHY];
        let key = app_key();
        scene.backout(&asks).env("BACKOUT_APP_ID", "7").env("BACKOUT_APP_KEY", key).run()
    };
    for fault in faults(|fault| fault.name != "429 for now") {
        let case = fault.name;
        scene.fake.inject(fault.at(At::Call("POST", "/access_tokens")));
        let failed = run();
        assert_eq!(failed.exit, 5, "{case}: {}", failed.snapshot());
        assert!(failed.err().contains("error: "), "{case}");
        assert!(!failed.err().contains("PRIVATE KEY"), "{case}: {}", failed.err());
        scene.fake.heal();
    }
    assert!(scene.fake.world().pulls().is_empty());
    assert!(scene.fake.requests_elsewhere().is_empty());
    run().ok();
}
