//! Programs of others, as `tests/all` installs them: a missing one stops the test, with the command
//! that installs it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Filter, Run, execute, scrubbed};

/// A file of this project.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A program that came from PyPI.
pub(crate) fn pypi(program: &str) -> PathBuf {
    installed(project("target/peers/bin").join(program))
}

/// A file that came from npm, below `node_modules`.
pub(crate) fn npm(path: &str) -> PathBuf {
    installed(project("target/peers/npm/node_modules").join(path))
}

fn installed(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} is not there: bash tests/all", path.display());
    path
}

/// Runs one of these programs in a folder.
pub(crate) fn peer<S: AsRef<OsStr>>(
    program: &Path,
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
    stdin: &[u8],
) -> Run {
    let mut command: Command = scrubbed(program, folder);
    // What .NET and Node would keep between runs stays with the test.
    command
        .args(arguments)
        .env("HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
    execute(&mut command, stdin, Filter::default())
}

/// What a script of `tests/consumers` made of stdin, as JSON.
#[track_caller]
pub(crate) fn consumer(script: &str, arguments: &[&Path], stdin: &[u8]) -> serde_json::Value {
    let script = project("tests/consumers").join(script);
    let all = std::iter::once(script.as_path()).chain(arguments.iter().copied());
    let folder = std::env::temp_dir();
    let run = peer(&pypi("python"), &folder, all, stdin);
    assert_eq!(run.exit, 0, "{}: {}", script.display(), run.err());
    serde_json::from_str(&run.out()).unwrap()
}

/// Validates a file against a JSON schema: whether it is valid, and what was said.
pub(crate) fn check_jsonschema<S: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = S>,
) -> (bool, String) {
    let run = peer(&pypi("check-jsonschema"), &project("."), arguments, b"");
    (run.exit == 0, run.out() + &run.err())
}
