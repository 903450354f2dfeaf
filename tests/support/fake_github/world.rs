//! What the server knows.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::app::FakeApp;
use super::caller::{Caller, Kind};
use super::fault::Fault;
use super::more::More;
use super::recorded::Recorded;
use super::store::Store;
use super::{JOB_TOKEN, TOKEN};

/// All of it. Tests set the scene here, and look at what has become of it.
pub(crate) struct World {
    /// Objects and refs.
    pub(crate) store: Store,
    /// Who has it.
    pub(crate) owner: String,
    /// What it is called.
    pub(crate) name: String,
    /// What stands before every path: `/api/v3` on a GitHub Enterprise Server.
    pub(crate) prefix: &'static str,
    /// The branch that it shows first.
    pub(crate) default_branch: String,
    /// Who has which token.
    pub(crate) tokens: BTreeMap<String, Caller>,
    /// The GitHub App that is installed.
    pub(crate) app: Option<FakeApp>,
    /// Pull requests and issues, by number.
    pub(crate) issues: BTreeMap<u64, Issue>,
    /// The labels that the repository has.
    pub(crate) labels: Vec<String>,
    /// The statuses of commits.
    pub(crate) statuses: Vec<Status>,
    /// The check runs.
    pub(crate) check_runs: Vec<CheckRun>,
    /// The rulesets.
    pub(crate) rulesets: Vec<Ruleset>,
    /// Who may be asked for a review: logins, and teams by slug.
    pub(crate) reviewers: Vec<String>,
    /// The settings that are on.
    pub(crate) settings: Vec<Setting>,
    /// Labels' looks, protection of branches, and so on.
    pub(crate) more: More,
    /// Every request.
    pub(crate) requests: Vec<Recorded>,
    /// Every request to the other server.
    pub(crate) requests_elsewhere: Vec<Recorded>,
    pub(super) faults: Vec<Fault>,
    pub(super) latency: Duration,
    pub(super) next_id: u64,
    /// Every branch with its tip, as of the request that is answered.
    pub(super) tips: BTreeMap<String, String>,
}

/// Settings that make GitHub refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Actions may not create pull requests.
    ActionsMayNot,
    /// Nobody may write.
    Archived,
    /// What Apps and jobs commit is not signed.
    Unsigned,
}

/// An issue, or a pull request.
#[derive(Debug, Clone)]
pub(crate) struct Issue {
    /// Its number.
    pub(crate) number: u64,
    /// Its title.
    pub(crate) title: String,
    /// Its description.
    pub(crate) body: String,
    /// Who opened it.
    pub(crate) author: String,
    /// Its labels.
    pub(crate) labels: Vec<String>,
    /// Who it is assigned to.
    pub(crate) assignees: Vec<String>,
    /// What was said.
    pub(crate) comments: Vec<Comment>,
    /// What makes it a pull request.
    pub(crate) pull: Option<Pull>,
    /// Whether an issue is closed.
    pub(crate) closed: bool,
}

/// What a pull request has beyond an issue.
#[derive(Debug, Clone)]
pub(crate) struct Pull {
    /// The branch that it brings.
    pub(crate) head: String,
    /// The branch that it is for.
    pub(crate) base: String,
    /// What has become of it.
    pub(crate) state: PullState,
    /// The branch's tip while it was open last.
    pub(crate) tip: String,
    /// Whether it is a draft.
    pub(crate) draft: bool,
    /// Who is asked for a review: logins, and teams by slug.
    pub(crate) reviewers: Vec<String>,
    /// Who has given a review.
    pub(crate) reviews: Vec<String>,
}

/// What has become of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PullState {
    /// It waits.
    Open,
    /// It was closed.
    Closed,
    /// It was merged.
    Merged,
}

/// What somebody said.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    /// Its id.
    pub(crate) id: u64,
    /// Who.
    pub(crate) author: String,
    /// What.
    pub(crate) body: String,
}

/// A status of a commit.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    /// The commit.
    pub(crate) sha: String,
    /// Its name.
    pub(crate) context: String,
    /// `success`.
    pub(crate) state: String,
    /// Its text.
    pub(crate) description: String,
}

/// A check run.
#[derive(Debug, Clone)]
pub(crate) struct CheckRun {
    /// Its id.
    pub(crate) id: u64,
    /// The commit.
    pub(crate) sha: String,
    /// What was sent, put together over its updates.
    pub(crate) body: Value,
    /// Every annotation, in the order in which they were sent.
    pub(crate) annotations: Vec<Value>,
}

/// A ruleset.
#[derive(Debug, Clone)]
pub(crate) struct Ruleset {
    /// Its name.
    pub(crate) name: String,
    /// `branch` or `tag`.
    pub(crate) target: &'static str,
    /// `active`, `evaluate`, `disabled`.
    pub(crate) enforcement: &'static str,
    /// The refs, as patterns: `refs/heads/main`, `refs/tags/*`, `~ALL`.
    pub(crate) include: Vec<String>,
    /// The kinds of its rules, with their parameters or null.
    pub(crate) rules: Vec<(String, Value)>,
}

impl Ruleset {
    /// Whether it holds for a full ref, and has a rule of this kind.
    pub(super) fn forbids(&self, reference: &str, rule: &str) -> bool {
        self.enforcement == "active"
            && self.covers(reference)
            && self.rules.iter().any(|(kind, _)| kind == rule)
    }

    /// Whether it holds for a full ref.
    pub(super) fn covers(&self, reference: &str) -> bool {
        let folder = if self.target == "tag" { "refs/tags/" } else { "refs/heads/" };
        let one = |pattern: &String| match (pattern.as_str(), pattern.split_once('*')) {
            ("~ALL", _) => true,
            ("~DEFAULT_BRANCH", _) => reference == "refs/heads/main",
            (_, Some((before, after))) => {
                reference.starts_with(before) && reference.ends_with(after.trim_start_matches('*'))
            }
            (exact, None) => exact == reference,
        };
        reference.starts_with(folder) && self.include.iter().any(one)
    }
}

impl World {
    pub(super) fn new(store: Store) -> Self {
        let mut tokens = BTreeMap::new();
        tokens.insert(TOKEN.to_owned(), Caller::new("dev", Kind::User));
        let job = Caller::new("github-actions[bot]", Kind::Job).without("workflows");
        tokens.insert(JOB_TOKEN.to_owned(), job.without("administration"));
        Self {
            store,
            owner: "acme".to_owned(),
            name: "shop".to_owned(),
            prefix: "",
            default_branch: "main".to_owned(),
            tokens,
            app: None,
            issues: BTreeMap::new(),
            labels: Vec::new(),
            statuses: Vec::new(),
            check_runs: Vec::new(),
            rulesets: Vec::new(),
            reviewers: Vec::new(),
            settings: Vec::new(),
            more: More::default(),
            requests: Vec::new(),
            requests_elsewhere: Vec::new(),
            faults: Vec::new(),
            latency: Duration::ZERO,
            next_id: 1000,
            tips: BTreeMap::new(),
        }
    }

    /// Knows what another one knows, over a copy of its repository.
    pub(crate) fn take_over(&mut self, other: &Self) {
        self.prefix = other.prefix;
        self.tokens.clone_from(&other.tokens);
        self.app.clone_from(&other.app);
        self.issues.clone_from(&other.issues);
        self.labels.clone_from(&other.labels);
        self.statuses.clone_from(&other.statuses);
        self.check_runs.clone_from(&other.check_runs);
        self.rulesets.clone_from(&other.rulesets);
        self.reviewers.clone_from(&other.reviewers);
        self.settings.clone_from(&other.settings);
    }

    /// `acme/shop`.
    pub(crate) fn slug(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The pull requests, open or not.
    pub(crate) fn pulls(&self) -> Vec<&Issue> {
        self.issues.values().filter(|issue| issue.pull.is_some()).collect()
    }

    /// The only pull request that is open.
    #[track_caller]
    pub(crate) fn the_open_pull(&self) -> &Issue {
        let mut open = self.pulls();
        open.retain(|issue| issue.pull.as_ref().is_some_and(|pull| pull.state == PullState::Open));
        assert_eq!(open.len(), 1, "{open:#?}");
        open[0]
    }

    /// A pull request by its number.
    #[track_caller]
    pub(crate) fn pull_mut(&mut self, number: u64) -> &mut Pull {
        self.issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()).unwrap()
    }

    pub(super) fn has(&self, setting: Setting) -> bool {
        self.settings.contains(&setting)
    }

    /// A number that nothing has yet.
    pub(super) fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub(super) fn fresh_number(&self) -> u64 {
        self.issues.keys().last().copied().unwrap_or(0) + 1
    }

    /// Pull requests follow their branches: an open one knows its tip, and is closed with it.
    pub(super) fn follow_branches(&mut self) {
        let short = |(name, id): (String, String)| (name["refs/heads/".len()..].to_owned(), id);
        self.tips = self.store.references("refs/heads/").into_iter().map(short).collect();
        for issue in self.issues.values_mut() {
            let Some(pull) = &mut issue.pull else { continue };
            if pull.state != PullState::Open {
                continue;
            }
            match self.tips.get(&pull.head) {
                Some(tip) => {
                    tip.clone_into(&mut pull.tip);
                    let name = format!("refs/pull/{}/head", issue.number);
                    self.store.set_reference(&name, tip).unwrap();
                }
                None => pull.state = PullState::Closed,
            }
        }
    }
}
