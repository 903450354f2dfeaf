//! A forge with a small repository.

use std::time::Duration;

use backout::forge::{Client, Credential, Limits, Place, Refusal};

use crate::support::TestRepo;
use crate::support::fake_github::{FakeApp, FakeGitHub};
use crate::support::peers::project;

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
