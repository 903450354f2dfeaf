//! `backout doctor`: says what is active and what would run.

use std::ffi::OsStr;
use std::path::Path;

use clap::Args;

use super::Context;
use crate::config;
use crate::exit::Exit;
use crate::git::{Repo, locate};
use crate::hook::{self, Reach, Site, shown};
use crate::report::{terminal, terminal_lines};

mod configuration;
mod hooks;
mod managers;
mod remote;

/// Options of `backout doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Ends with 0 when a push would be guarded, 1 when it would not, \
                        2 when the configuration is invalid, 3 when it cannot tell.\n\
                        With --remote: 0 when the repository on GitHub keeps what the guard rests \
                        on, 1 when it does not, 3 when the token may not see it.\n\n\
                        Examples:\n  \
                        backout doctor\n  \
                        GH_TOKEN=$(gh auth token) backout doctor --remote")]
pub struct DoctorArgs {
    /// Look at the repository on GitHub instead: are the start tags there and protected, is the
    /// check required, do code owners have to agree to changes of the rules.
    #[arg(long)]
    pub remote: bool,
    /// The repository, where neither GITHUB_REPOSITORY nor the remote tells.
    #[arg(long, value_name = "[HOST/]OWNER/NAME", requires = "remote")]
    pub repo: Option<String>,
    /// The required check's name, where it is not one with `backout` in it.
    #[arg(long, value_name = "NAME", requires = "remote")]
    pub check: Option<String>,
}

/// Runs the command.
pub fn run(args: &DoctorArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let report = if args.remote { remote::examine(args, context)? } else { here(context)? };
    context.stdout.write_all(report.render().as_bytes())?;
    Ok(report.exit())
}

fn here(context: &Context<'_>) -> anyhow::Result<Report> {
    let site = Site::find(&context.folder)?;
    let path = (context.environment)("PATH");
    let mut report = Report::default();
    programs(&mut report, path.as_deref())?;
    reader(&mut report, &context.folder);
    places(&mut report, &site);
    hooks::tell(&mut report, &site, path.as_deref())?;
    configured(&mut report, &site, context.config.as_deref().unwrap_or(config::FILE_NAME));
    managers::tell(&mut report, &site)?;
    Ok(report)
}

/// What the report comes to, in words.
#[derive(Debug, Clone, Copy)]
struct Words {
    good: &'static str,
    unknown: &'static str,
    bad: &'static str,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            good: "A push from here is guarded.",
            unknown: "Whether a push from here is guarded cannot be told:",
            bad: "A push from here is not guarded:",
        }
    }
}

/// Rows for people, and what is wrong.
#[derive(Debug, Default)]
struct Report {
    rows: Vec<(&'static str, String)>,
    problems: Vec<(Exit, String)>,
    words: Words,
}

impl Report {
    fn row(&mut self, label: &'static str, text: impl Into<String>) {
        self.rows.push((label, text.into()));
    }

    fn problem(&mut self, exit: Exit, text: impl Into<String>) {
        self.problems.push((exit, text.into()));
    }

    /// The gravest problem decides: certainly unguarded, then a broken configuration, then doubt.
    fn exit(&self) -> Exit {
        [Exit::Findings, Exit::Usage, Exit::Indeterminate]
            .into_iter()
            .find(|exit| self.problems.iter().any(|(found, _)| found == exit))
            .unwrap_or(Exit::Ready)
    }

    fn render(&self) -> String {
        let mut text = String::new();
        for (label, row) in &self.rows {
            text.push_str(&format!("{label:<15}{}\n", terminal(row)));
        }
        let told = match self.exit() {
            Exit::Ready => self.words.good,
            Exit::Indeterminate => self.words.unknown,
            _ => self.words.bad,
        };
        text.push_str(&format!("\n{told}\n"));
        for (_, problem) in &self.problems {
            text.push_str(&format!("- {}\n", terminal_lines(problem)));
        }
        text
    }
}

fn programs(report: &mut Report, path: Option<&OsStr>) -> anyhow::Result<()> {
    let running = hook::this_program(path)?;
    let version = env!("CARGO_PKG_VERSION");
    report.row("backout", format!("{version}, {}", shown(&running)));
    report.row(
        "on the PATH",
        match hook::find_on_path(path) {
            Some(found) => shown(&found),
            None => "no; only the path that the hook recorded leads to it".to_owned(),
        },
    );
    report.row("git", locate::version()?);
    Ok(())
}

/// Who reads the repository: what it cannot read, it cannot judge.
fn reader(report: &mut Report, folder: &Path) {
    match Repo::open(folder) {
        Ok(repo) => {
            let why = repo
                .refused()
                .map(|why| format!(", for libgit2 does not: {}", shown(why.as_ref())));
            report.row("read by", format!("{}{}", repo.engine(), why.unwrap_or_default()));
        }
        Err(error) => {
            report.row("read by", "nobody");
            report.problem(Exit::Indeterminate, format!("nothing can be judged: {error}"));
        }
    }
}

fn places(report: &mut Report, site: &Site) {
    let locations = &site.locations;
    report.row(
        "repository",
        match &locations.work_tree {
            Some(top) => shown(top),
            None => format!("{}, bare", shown(&locations.common_dir)),
        },
    );
    let reach = match site.reach {
        Reach::Own => "",
        Reach::Tracked => ", part of the repository",
        Reach::Outside => ", outside the repository",
    };
    report.row("hooks", format!("{}{reach}", shown(&locations.hooks)));
    if let Some(behind) = &site.behind {
        report.row("in front of", shown(behind));
    }
    report.row(
        "core.hooksPath",
        match &locations.hooks_setting {
            Some(setting) if setting.is_empty() => "set to nothing".to_owned(),
            Some(setting) => shown(Path::new(setting)),
            None => "not set".to_owned(),
        },
    );
}

fn configured(report: &mut Report, site: &Site, root: &str) {
    let Some(top) = &site.locations.work_tree else {
        report.row("configuration", "not looked at: a bare repository has no work tree");
        report.problem(Exit::Indeterminate, "the configuration has not been looked at");
        return;
    };
    configuration::tell(report, top, root);
}
