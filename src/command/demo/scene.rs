//! The stage of the tour: a work tree, a bare remote, and a way to type commands into it.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, bail, ensure};

use crate::report::{Paint, Style};

/// What a command said, and whether it succeeded.
pub(super) struct Said {
    /// Both streams, in the order in which a person reads them.
    pub(super) text: String,
    /// Whether it exited with 0.
    pub(super) success: bool,
}

impl Said {
    /// Asserts that the command succeeded.
    pub(super) fn passes(self) -> anyhow::Result<Self> {
        ensure!(self.success, "this had to pass:\n{}", self.text);
        Ok(self)
    }

    /// Asserts that the command failed.
    pub(super) fn fails(self) -> anyhow::Result<Self> {
        ensure!(!self.success, "this had to be stopped, but passed:\n{}", self.text);
        Ok(self)
    }

    /// Asserts that it said this.
    pub(super) fn says(self, part: &str) -> anyhow::Result<Self> {
        ensure!(self.text.contains(part), "expected `{part}` in:\n{}", self.text);
        Ok(self)
    }

    /// Asserts how many lines backout itself said.
    pub(super) fn backout_lines(self, count: usize) -> anyhow::Result<Self> {
        let lines = self.text.lines().filter(|line| line.starts_with("backout: ")).count();
        ensure!(lines == count, "expected {count} lines by backout, found {lines}:\n{}", self.text);
        Ok(self)
    }
}

/// The scratch repository.
pub(super) struct Scene<'s> {
    work: PathBuf,
    home: PathBuf,
    program: PathBuf,
    output: &'s mut dyn Write,
    paint: Paint,
    step: u32,
}

impl<'s> Scene<'s> {
    /// Makes the folders of the tour below `folder`; nothing else outside is touched.
    pub(super) fn new(
        folder: &Path,
        program: PathBuf,
        output: &'s mut dyn Write,
        paint: Paint,
    ) -> anyhow::Result<Self> {
        let work = folder.join("orders");
        let home = folder.join("home");
        for folder in [&work, &home] {
            fs::create_dir(folder).with_context(|| folder.display().to_string())?;
        }
        Ok(Self { work, home, program, output, paint, step: 0 })
    }

    /// Begins a step of the story.
    pub(super) fn step(&mut self, title: &str) -> anyhow::Result<()> {
        self.step += 1;
        let title = format!("{}. {title}", self.step);
        writeln!(self.output, "{}\n", self.paint.paint(Style::Strong, &title))?;
        Ok(())
    }

    /// Ends a step: what it showed.
    pub(super) fn lesson(&mut self, text: &str) -> anyhow::Result<()> {
        writeln!(self.output, "  {}\n", self.paint.paint(Style::Good, text))?;
        Ok(())
    }

    /// Writes a file of the work tree.
    pub(super) fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let file = self.work.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, text).with_context(|| file.display().to_string())
    }

    /// Does something off stage; it has to succeed.
    pub(super) fn quietly(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let said = self.run(arguments)?;
        Ok(said.passes().with_context(|| arguments.join(" "))?.text)
    }

    /// Types a command: shows it, runs it, and shows what it said.
    pub(super) fn types(&mut self, arguments: &[&str]) -> anyhow::Result<Said> {
        let shown = arguments.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        writeln!(self.output, "  $ {shown}")?;
        let said = self.run(arguments)?;
        for line in said.text.lines() {
            writeln!(self.output, "  {line}")?;
        }
        writeln!(self.output)?;
        Ok(said)
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<Said> {
        let Some((name, rest)) = arguments.split_first() else { bail!("no command") };
        let program = match *name {
            "backout" => self.program.clone().into_os_string(),
            other => OsString::from(other),
        };
        let output = self
            .command(&program)
            .args(rest)
            .output()
            .with_context(|| format!("`{name}` could not be started: is it on the PATH?"))?;
        Ok(said(&output))
    }

    /// A command that sees nothing of the user's own git: neither configuration nor variables.
    fn command(&self, program: &OsString) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let ci = ["GITHUB_", "GITLAB_", "CI_", "BACKOUT_", "PRE_COMMIT"];
            if text.starts_with("GIT_") || ci.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command
            .current_dir(&self.work)
            .stdin(Stdio::null())
            .env("HOME", &self.home)
            .env("XDG_CONFIG_HOME", &self.home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR");
        command
    }
}

/// git says on stderr what it did; the hook says on stdout what it found, before that.
fn said(output: &Output) -> Said {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    Said { text: text.concat(), success: output.status.success() }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    // Only the first line of a commit message is shown.
    let first = word.lines().next().unwrap_or_default();
    let more = if word.lines().count() > 1 { " …" } else { "" };
    format!("'{first}{more}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, success: bool) -> Said {
        Said { text: text.to_owned(), success }
    }

    #[test]
    fn a_step_that_comes_out_wrong_fails() {
        assert!(said("pushed", true).fails().is_err());
        assert!(said("rejected", false).passes().is_err());
        assert!(said("all is well", true).says("backup/missing").is_err());
        assert!(said("backout: warn x\nTo ../remote", true).backout_lines(0).is_err());
    }

    #[test]
    fn a_step_that_comes_out_right_passes() {
        assert!(said("deny backup/missing", false).fails().unwrap().says("missing").is_ok());
        assert!(said("To ../remote.git", true).passes().unwrap().backout_lines(0).is_ok());
    }

    #[test]
    fn commands_are_shown_as_they_could_be_typed() {
        assert_eq!(quoted("origin/main"), "origin/main");
        assert_eq!(quoted("Fix it\n\nMigration-Stage: none"), "'Fix it …'");
    }
}
