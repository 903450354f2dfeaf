//! GitHub's own description of its API between a client and a server: every request and every
//! answer is held against it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::peers::{npm, peer, project, pypi};
use super::scrubbed;

/// Prism in front of a server. It ends when this is dropped.
pub(crate) struct Prism {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Prism {
    /// Starts it in front of `server` with the described paths that match these.
    pub(crate) fn before(server: &str, paths: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = project("tests/consumers/openapi.py");
        let whole = npm("@octokit/openapi/generated/api.github.com.json");
        let arguments = [&script, &whole].map(|path| path.display().to_string());
        let all = arguments.iter().map(String::as_str).chain(paths.iter().copied());
        let trimmed = peer(&pypi("python"), folder.path(), all, b"");
        assert_eq!(trimmed.exit, 0, "{}", trimmed.err());
        let description = folder.path().join("github.json");
        std::fs::write(&description, &trimmed.stdout).unwrap();
        let address = free_address();
        let log = folder.path().join("log");
        let output = std::fs::File::create(&log).unwrap();
        let mut command: Command = scrubbed("node", folder.path());
        command
            .arg(npm("@stoplight/prism-cli/dist/index.js"))
            .args(["proxy", "--errors", "-h", "127.0.0.1", "-p", &address.port().to_string()])
            .arg(&description)
            .arg(server)
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output);
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("node did not start ({error}): bash tests/all"));
        let mut prism = Self { child, address, log, _folder: folder };
        prism.wait();
        prism
    }

    fn wait(&mut self) {
        while TcpStream::connect(self.address).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "prism ended: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Its address, for `GITHUB_API_URL`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it said so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
