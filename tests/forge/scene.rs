//! A forge with a small repository.

use std::time::Duration;

use backout::forge::{Client, Credential, Limits, NewPullRequest, Place, Refusal};

use crate::support::fake_github::{FakeApp, FakeGitHub};
use crate::support::peers::project;
use crate::support::{Backout, Run, TestRepo};
use crate::way_back::scene::Scene;

/// The private key of the tests' GitHub App.
pub(super) fn app_key() -> String {
    std::fs::read_to_string(project("tests/fixtures/app.pem")).unwrap()
}

/// The App that has that key.
pub(super) fn app() -> FakeApp {
    let der: rustls_pki_types::PrivateKeyDer<'_> =
        rustls_pki_types::pem::PemObject::from_pem_slice(app_key().as_bytes()).unwrap();
    let rustls_pki_types::PrivateKeyDer::Pkcs1(key) = der else { panic!("no PKCS#1") };
    let pair = ring::signature::RsaKeyPair::from_der(key.secret_pkcs1_der()).unwrap();
    FakeApp {
        id: "7".to_owned(),
        public_key: pair.public().as_ref().to_vec(),
        token: "ghs_FAKE0installation0token".to_owned(),
        without: Vec::new(),
    }
}

/// A repository and a forge that has it.
pub(super) struct Forge {
    pub(super) repo: TestRepo,
    pub(super) fake: FakeGitHub,
}

impl Forge {
    /// With two files on `main`.
    pub(super) fn new() -> Self {
        let repo = TestRepo::new();
        let origin = repo.bare_remote("origin");
        repo.commit_files(&[("a.txt", "a\n"), ("folder/b.txt", "b\n")], "first");
        repo.push(&["--quiet", "origin", "main"]).ok();
        Self { repo, fake: FakeGitHub::start(&origin) }
    }

    /// The variables of the fake's user.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let all = self.fake.environment();
        all.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// A client with the user's token.
    pub(super) fn client(&self) -> Client<'static> {
        self.client_of(&|name| self.variable(name)).unwrap()
    }

    /// A client with whatever these variables say.
    pub(super) fn client_of(
        &self,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Client<'static>, Refusal> {
        let place = Place::find(None, None, variable).unwrap();
        let credential = Credential::find(&place, variable).unwrap();
        let limits = Limits { connect: Duration::from_secs(5), answer: Duration::from_secs(2) };
        Client::open(&place, &credential, limits, |_| {})
    }

    /// What git in the forge's own repository says.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let path = self.fake.world().store.path().to_owned();
        self.repo.git_in(&path, arguments).ok().out()
    }
}

/// Why stages are backed out in tests.
pub(super) const WHY: &str = "carts lose lines since 14:05";

/// A migration that has landed, on a forge.
pub(super) struct Migration {
    pub(super) repo: TestRepo,
    pub(super) fake: FakeGitHub,
}

impl Migration {
    /// Stages 4, 5-6 and 9 have landed; 4 and 9 on other lines of one file.
    pub(super) fn landed() -> Self {
        Self::of(Scene::landed())
    }

    /// Any scene, on a forge.
    pub(super) fn of(scene: Scene) -> Self {
        let fake = FakeGitHub::start(&scene.origin);
        Self { repo: scene.repo, fake }
    }

    /// The same, with reviewers, so that it can be copied together with its remote.
    pub(super) fn to_copy() -> Self {
        Self::to_copy_of(Scene::landed())
    }

    /// The same of any scene.
    pub(super) fn to_copy_of(scene: Scene) -> Self {
        scene.repo.git(&["remote", "set-url", "origin", "../origin.git"]).ok();
        let owners =
            "* @keeper\n/core/ @keeper @acme/team-platform @other/team someone@example.com\n";
        scene.repo.commit_files(&[(".github/CODEOWNERS", owners)], "Owners");
        scene.share();
        let scene = Self::of(scene);
        scene.fake.world().reviewers = vec!["keeper".to_owned(), "team-platform".to_owned()];
        scene
    }

    /// A copy of the repository, its remote, and all that the forge knows.
    pub(super) fn copy(&self) -> Self {
        let repo = self.repo.copy();
        let fake = FakeGitHub::start(&repo.root().join("origin.git"));
        fake.world().take_over(&self.fake.world());
        Self { repo, fake }
    }

    /// Somebody else lands something.
    pub(super) fn move_on(&self) {
        self.repo.commit_files(&[("README.md", "more words\n")], "More words");
        self.repo.push(&["--quiet", "--no-verify", "origin", "main"]).ok();
    }

    /// `revert --pr` of stage 4, assigned to somebody.
    pub(super) fn run(&self, more: &[&str]) -> Run {
        self.revert(&[&["--stage", "4", "--assignee", "dev"], more].concat())
    }

    /// A run of the program with the forge's variables.
    pub(super) fn backout<'s>(&'s self, arguments: &[&str]) -> Backout<'s> {
        let run = self.repo.backout(arguments).env("BACKOUT_FORGE_TIMEOUT", "1");
        self.fake.environment().into_iter().fold(run, |run, (name, value)| run.env(name, value))
    }

    /// `revert --pr` with a reason.
    pub(super) fn revert(&self, arguments: &[&str]) -> Run {
        self.backout(&[&["revert", "--pr", "--reason", WHY], arguments].concat()).run()
    }

    /// The plan as JSON.
    pub(super) fn plan(&self, arguments: &[&str]) -> serde_json::Value {
        let all = [&["revert", "--format", "json"], arguments].concat();
        serde_json::from_str(&self.backout(&all).run().ok().out()).unwrap()
    }

    /// What git in the forge's own repository says.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let path = self.fake.world().store.path().to_owned();
        self.repo.git_in(&path, arguments).ok().out()
    }

    /// The tree of a branch on the forge.
    pub(super) fn tree(&self, branch: &str) -> String {
        self.git(&["rev-parse", &format!("{branch}^{{tree}}")]).trim().to_owned()
    }
}

/// Opens a pull request as a person would.
pub(super) fn open_by_hand(forge: &Migration, head: &str) {
    let all = forge.fake.environment();
    let variable =
        |name: &str| all.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    let place = Place::find(None, None, &variable).unwrap();
    let credential = Credential::find(&place, &variable).unwrap();
    let client = Client::open(&place, &credential, Limits::default(), |_| {}).unwrap();
    let new = NewPullRequest { title: "By hand", body: "", head, base: "main", draft: false };
    client.open_pull_request(&new).unwrap();
}

/// What a run said on stderr, without what differs from run to run.
pub(super) fn said(run: &Run) -> String {
    run.filter().apply(&run.err())
}
