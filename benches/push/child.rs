//! Child processes with a bare environment, so that neither the user's git configuration nor a CI
//! variable changes what is measured.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, bail};

/// A command that runs in `folder` and sees only PATH and what makes git repeatable.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(found(program.as_ref()));
    command.current_dir(folder).env_clear();
    // Windows starts no program without SystemRoot.
    for name in ["PATH", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("LC_ALL", "C")
        // Hook managers keep caches there.
        .env("HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0");
    command
}

/// The program's own path. A name alone is looked up by a fork of this process, which is large by
/// then: that costs milliseconds which a program given by its path does not pay.
fn found(program: &OsStr) -> PathBuf {
    let name = Path::new(program);
    if name.components().count() > 1 {
        return name.to_owned();
    }
    let places = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&places).map(|folder| folder.join(name));
    places.find(|place| place.is_file()).unwrap_or_else(|| name.to_owned())
}

/// Runs git in `folder` and gives its stdout without the last newline; another exit than 0 is an
/// error that shows stderr.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut child = command("git", folder);
    child.args(arguments).stdin(Stdio::null());
    let output = child.output().context("git cannot be started")?;
    if !output.status.success() {
        bail!("`git {}` in {}: {}", arguments.join(" "), folder.display(), told(&output));
    }
    let text = String::from_utf8(output.stdout).context("git printed something else than UTF-8")?;
    Ok(text.trim_end().to_owned())
}

/// How a child ended, and what it said, for an error message.
pub(crate) fn told(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    format!("{}\n{}", output.status, text.trim_end())
}

/// Gives a child its stdin and closes it. A child that ended before it read is no error here: its
/// exit code tells why.
pub(crate) fn feed(child: &mut Child, input: &str) -> io::Result<()> {
    let Some(mut stdin) = child.stdin.take() else { return Ok(()) };
    match stdin.write_all(input.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
