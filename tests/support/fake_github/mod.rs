//! GitHub, as far as it is asked: a server on this machine with real HTTP, over a real bare
//! repository whose objects and refs git itself makes. It keeps what was asked of it, and fails
//! where a test wants it to.

mod app;
pub(crate) mod caller;
mod checks;
mod dispatch;
pub(crate) mod fault;
mod git_data;
mod issues;
mod more;
mod pulls;
mod recorded;
mod reply;
mod repository;
mod server;
mod shapes;
mod store;
pub(crate) mod world;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

pub(crate) use app::FakeApp;
pub(crate) use caller::{Caller, Kind};
pub(crate) use fault::{At, Fault};
pub(crate) use recorded::Recorded;
pub(crate) use store::Store;
pub(crate) use world::{PullState, Setting, World};

/// The token that a test's user has: it may do everything in the repository.
pub(crate) const TOKEN: &str = "github_pat_11FAKE0test0token0that0no0host0but0this0sees";
/// The token of a job of GitHub Actions.
pub(crate) const JOB_TOKEN: &str = "ghs_FAKE0job0token0that0no0host0but0this0one0sees";

/// The running server. It ends when this is dropped.
pub(crate) struct FakeGitHub {
    address: SocketAddr,
    elsewhere: SocketAddr,
    shared: Arc<Mutex<World>>,
    _server: server::Server,
}

impl FakeGitHub {
    /// A server for `acme/shop`, whose repository is this bare one.
    pub(crate) fn start(bare: &Path) -> Self {
        let shared = Arc::new(Mutex::new(World::new(Store::new(bare))));
        let server = server::Server::start(&shared);
        Self { address: server.address, elsewhere: server.elsewhere, shared, _server: server }
    }

    /// The API's address, for `GITHUB_API_URL`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{}", self.address, self.world().prefix)
    }

    /// The server's port.
    pub(crate) const fn port(&self) -> u16 {
        self.address.port()
    }

    /// The other server, to which redirects lead.
    pub(crate) fn elsewhere(&self) -> String {
        format!("http://{}", self.elsewhere)
    }

    /// What it knows, to look at and to change. Nothing is answered while this is held.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.shared.lock().unwrap()
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.world().requests.clone()
    }

    /// Every request that arrived at the other server.
    pub(crate) fn requests_elsewhere(&self) -> Vec<Recorded> {
        self.world().requests_elsewhere.clone()
    }

    /// The requests so far, as `POST /repos/acme/shop/git/trees`; forgets them.
    pub(crate) fn take_calls(&self) -> Vec<String> {
        std::mem::take(&mut self.world().requests).iter().map(Recorded::call).collect()
    }

    /// Fails from now on.
    pub(crate) fn inject(&self, fault: Fault) {
        self.world().faults.push(fault);
    }

    /// Fails no more.
    pub(crate) fn heal(&self) {
        self.world().faults.clear();
    }

    /// Takes this long for every answer.
    pub(crate) fn delay(&self, latency: Duration) {
        self.world().latency = latency;
    }

    /// The variables of a user with a token, or of a job.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("GITHUB_REPOSITORY", "acme/shop".to_owned()),
            ("GITHUB_API_URL", self.url()),
            ("GITHUB_TOKEN", TOKEN.to_owned()),
        ]
    }
}
