//! Runs git and this very program in the scratch folder, in an environment of their own.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::command::Context;
use crate::exit::Failure;

/// What children inherit, beside what is set for them: how programs are found and loaded, and
/// where temporary files go. Anything else of the user's could change how the story comes out.
const INHERITED: &[&str] = &[
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DEVELOPER_DIR",
    "TMPDIR",
    "TMP",
    "TEMP",
    "SystemRoot",
    "COMSPEC",
    "PATHEXT",
    "LLVM_PROFILE_FILE",
];

/// What a child said and how it ended.
#[derive(Debug)]
pub(super) struct Said {
    /// The exit code; `None` where a signal ended it.
    pub(super) exit: Option<i32>,
    /// stdout and stderr, in the order in which they were written.
    pub(super) output: String,
}

/// Starts children in one folder.
#[derive(Debug)]
pub(super) struct Runner {
    folder: PathBuf,
    program: PathBuf,
    environment: Vec<(OsString, OsString)>,
}

impl Runner {
    /// A runner in `folder`; `home` holds the children's own git settings, in `.gitconfig`.
    pub(super) fn new(folder: &Path, home: &Path, context: &Context<'_>) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program's own path cannot be read")?;
        let inherited = INHERITED
            .iter()
            .filter_map(|name| Some((OsString::from(name), (context.environment)(name)?)));
        let mut environment: Vec<_> = inherited.collect();
        let settings = home.join(".gitconfig");
        let fixed: [(&str, OsString); 9] = [
            ("HOME", home.into()),
            ("USERPROFILE", home.into()),
            ("XDG_CONFIG_HOME", home.into()),
            ("GIT_CONFIG_GLOBAL", settings.into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_TERMINAL_PROMPT", "0".into()),
            ("GIT_EDITOR", "true".into()),
            ("LC_ALL", "C".into()),
            ("TERM", "dumb".into()),
        ];
        environment.extend(fixed.map(|(name, value)| (name.into(), value)));
        if context.color {
            environment.push(("FORCE_COLOR".into(), "1".into()));
        }
        Ok(Self { folder: folder.to_owned(), program, environment })
    }

    /// Runs a command to its end, whatever its exit code; its first word is `git` or `backout`,
    /// which is the program that runs now, wherever `PATH` leads.
    pub(super) fn run(&self, words: &[&str]) -> anyhow::Result<Said> {
        let (name, arguments) = words.split_first().context("an empty command")?;
        let mut command = match *name {
            "backout" => Command::new(&self.program),
            other => Command::new(other),
        };
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command.env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        // One pipe for both streams: their order is what a person sees.
        let (mut reader, writer) = io::pipe()?;
        command.stdout(writer.try_clone()?).stderr(writer);
        let mut child = command.spawn().map_err(|error| not_started(name, &error))?;
        // The command holds the pipe's other ends, which have to go for the reading to end.
        drop(command);
        let mut output = Vec::new();
        reader.read_to_end(&mut output)?;
        let exit = child.wait()?.code();
        Ok(Said { exit, output: String::from_utf8_lossy(&output).into_owned() })
    }

    /// What git answers, without the line break at its end; an error with all that it said where
    /// it fails.
    pub(super) fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let said = self.run(&[&["git"], arguments].concat())?;
        if said.exit != Some(0) {
            anyhow::bail!("`git {}` failed: {}", arguments.join(" "), said.output.trim());
        }
        Ok(said.output.trim_end().to_owned())
    }
}

fn not_started(name: &str, error: &io::Error) -> Failure {
    Failure::indeterminate(format!("the program `{name}` cannot be started: {error}"))
        .help("the demo needs git, and nothing else: install it, and put it on the PATH")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runner(folder: &Path, environment: fn(&str) -> Option<OsString>) -> Runner {
        let context = Context {
            stdout: &mut io::sink(),
            stderr: &mut io::sink(),
            color: false,
            color_stderr: false,
            quiet: false,
            verbose: 0,
            config: None,
            folder: folder.to_owned(),
            environment,
        };
        Runner::new(folder, folder, &context).unwrap()
    }

    #[test]
    fn a_missing_git_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let runner = runner(folder.path(), |name| (name == "PATH").then(|| "/nowhere".into()));
        let error = runner.git(&["version"]).unwrap_err();
        let failure = error.downcast_ref::<Failure>().unwrap();
        assert!(failure.message.starts_with("the program `git` cannot be started"), "{failure}");
        assert!(failure.help.is_some());
    }

    #[test]
    fn nothing_but_the_listed_variables_is_inherited() {
        let folder = tempfile::tempdir().unwrap();
        let runner = runner(folder.path(), |name| {
            std::env::var_os(name).or_else(|| Some("inherited".into()))
        });
        let names: Vec<_> = runner.environment.iter().map(|(name, _)| name.clone()).collect();
        assert!(names.contains(&"PATH".into()));
        assert!(!names.contains(&"GIT_DIR".into()));
        let said = runner.git(&["-c", "alias.env=!env", "env"]).unwrap();
        assert!(!said.contains("CARGO_MANIFEST_DIR"), "{said}");
    }

    #[test]
    fn what_fails_is_told_with_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let runner = runner(folder.path(), |name| std::env::var_os(name));
        let error = runner.git(&["no-such-command"]).unwrap_err().to_string();
        assert!(error.contains("`git no-such-command` failed: git: 'no-such-command'"), "{error}");
    }
}
