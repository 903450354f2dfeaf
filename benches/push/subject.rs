//! The program under measurement, and the shim that starts it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};

use crate::child::{command, feed, told};

const PLACEHOLDER: &str = "@BACKOUT_PROGRAM@";

/// The program under measurement.
pub(crate) struct Subject {
    /// Absolute path of `backout`.
    pub(crate) program: PathBuf,
    /// The shim's text for this program.
    pub(crate) shim: String,
}

impl Subject {
    /// Reads the shim and records the program in it as `backout install` does.
    pub(crate) fn new(program: PathBuf, shim: &Path) -> anyhow::Result<Self> {
        let template = crate::read(shim)?;
        if !template.contains(PLACEHOLDER) {
            bail!("{} has no {PLACEHOLDER} to put the program's path in", shim.display());
        }
        let path = program.to_str().context("the program's path is not UTF-8")?;
        if path.contains('\'') {
            bail!("the program's path has a quote, which the shim would end at: {path}");
        }
        Ok(Self { shim: template.replace(PLACEHOLDER, path), program })
    }

    /// Asks the program once, in JSON, what it sees of a push: a fast answer counts only if it is
    /// the right one.
    pub(crate) fn must_see(
        &self,
        place: &Path,
        remote: &Path,
        lines: &str,
        stages: &[String],
    ) -> anyhow::Result<()> {
        let mut ask = command(&self.program, place);
        ask.args(["pre-push", "--format", "json", "origin"]).arg(remote);
        ask.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = ask.spawn().context("backout cannot be started")?;
        feed(&mut child, lines)?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            bail!(
                "`backout pre-push` should pass `{}`: {}\n{said}",
                lines.trim_end(),
                told(&output)
            );
        }
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).context("`backout pre-push` printed no JSON")?;
        let seen = report["stages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let touched = seen
            .iter()
            .filter(|stage| stage["touched_by"].as_array().is_some_and(|by| !by.is_empty()));
        let touched: Vec<_> = touched.filter_map(|stage| stage["id"].as_str()).collect();
        if report["verdict"] != "ready" || touched != stages {
            let verdict = &report["verdict"];
            bail!("`{}`: {verdict}, touches {touched:?}, not {stages:?}", lines.trim_end());
        }
        Ok(())
    }
}
