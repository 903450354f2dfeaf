//! The command line: what can be asked, and which file answers.

use std::ffi::OsString;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use crate::command::{
    Context, attribute, backup, check, comment, completions, demo, doctor, explain, fetch, init,
    install, man, pre_push, reapply, rehearse, revert, schema, status, uninstall, verify_revert,
};
use crate::exit::Exit;
use crate::report::terminal;

/// Proves that a staged migration can be rolled back.
#[derive(Debug, Parser)]
#[command(name = "backout", version, propagate_version = true, max_term_width = 100)]
#[command(arg_required_else_help = true)]
#[command(
    after_help = "Start with `backout demo` to see it work, or `backout init` in a repository."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
}

/// The hook alone. Every push starts it, and to put the other commands together takes longer than
/// all the rest of its start.
#[derive(Debug, Parser)]
struct Hook {
    #[command(flatten)]
    args: pre_push::PrePushArgs,
    #[command(flatten)]
    global: Global,
}

impl Cli {
    /// Reads the command line; an error is what has to be printed, be it help.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        if let [program, name, rest @ ..] = arguments.as_slice()
            && name == "pre-push"
            && let Ok(Hook { args, global }) =
                Hook::try_parse_from(std::iter::once(program).chain(rest))
        {
            return Ok(Self { command: Command::PrePush(args), global });
        }
        Self::try_parse_from(&arguments).map_err(|error| harmless(error, &arguments))
    }
}

/// What is wrong with the arguments is printed with them in it: as words that cannot act.
fn harmless(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let shown =
        |one: &OsString| one.to_str().map_or_else(|| one.clone(), |one| terminal(one).into());
    let shown: Vec<OsString> = arguments.iter().map(shown).collect();
    if shown == arguments {
        return error;
    }
    let unshown = || clap::Error::raw(error.kind(), "an argument holds what cannot be shown\n");
    Cli::try_parse_from(shown).err().unwrap_or_else(unshown)
}

/// Options that every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Configuration file, relative to the repository's root.
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<String>,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Say less.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more; twice for still more.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set; with `FORCE_COLOR` everywhere.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Every subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented backout.toml for this repository.
    Init(init::InitArgs),
    /// Put the guard in front of `git push`.
    Install(install::InstallArgs),
    /// Take the guard away and restore the hook that was there.
    Uninstall(uninstall::UninstallArgs),
    /// Say what is active and what would run.
    Doctor(doctor::DoctorArgs),
    /// Judge a push: the git hook itself, ref lines on stdin.
    PrePush(pre_push::PrePushArgs),
    /// Judge a range of commits: the CI step.
    Check(check::CheckArgs),
    /// Fetch what judging needs into a shallow or tagless clone.
    Fetch(fetch::FetchArgs),
    /// Say what a finding means, or which stage owns a path and why.
    Explain(explain::ExplainArgs),
    /// Say which stage landed commits belong to, for history that can't be rewritten.
    Attribute(attribute::AttributeArgs),
    /// Show every stage: landed?, commits, how long the way back stays open.
    Status(status::StatusArgs),
    /// Create, verify, restore and list backups.
    Backup(backup::BackupArgs),
    /// Back landed stages out where it hurts nobody, and keep a receipt.
    Rehearse(rehearse::RehearseArgs),
    /// Back the code of stages out: show the plan, or carry it out.
    Revert(revert::RevertArgs),
    /// Bring backed-out stages back.
    Reapply(reapply::ReapplyArgs),
    /// Say whether a commit is exactly the planned back-out that it claims to be.
    VerifyRevert(verify_revert::VerifyRevertArgs),
    /// Read a back-out that a comment on GitHub asks for.
    Comment(comment::CommentArgs),
    /// Print the JSON Schema of backout.toml.
    Schema(schema::SchemaArgs),
    /// Print completions for a shell.
    Completions(completions::CompletionsArgs),
    /// Print man pages.
    Man(man::ManArgs),
    /// Take the tour: a scratch repository, real pushes, real output.
    Demo(demo::DemoArgs),
}

impl Command {
    /// Runs the command that was asked for.
    pub fn run(&self, context: &mut Context<'_>) -> anyhow::Result<Exit> {
        match self {
            Self::Init(args) => init::run(args, context),
            Self::Install(args) => install::run(args, context),
            Self::Uninstall(args) => uninstall::run(args, context),
            Self::Doctor(args) => doctor::run(args, context),
            Self::PrePush(args) => pre_push::run(args, context),
            Self::Check(args) => check::run(args, context),
            Self::Fetch(args) => fetch::run(args, context),
            Self::Explain(args) => explain::run(args, context),
            Self::Attribute(args) => attribute::run(args, context),
            Self::Status(args) => status::run(args, context),
            Self::Backup(args) => backup::run(args, context),
            Self::Rehearse(args) => rehearse::run(args, context),
            Self::Revert(args) => revert::run(args, context),
            Self::Reapply(args) => reapply::run(args, context),
            Self::VerifyRevert(args) => verify_revert::run(args, context),
            Self::Comment(args) => comment::run(args, context),
            Self::Schema(args) => schema::run(args, context),
            Self::Completions(args) => completions::run(args, context),
            Self::Man(args) => man::run(args, context),
            Self::Demo(args) => demo::run(args, context),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// Holds every command, and theirs, to the rule.
    fn each_has_an_example(command: &clap::Command) {
        for one in command.get_subcommands() {
            let name = one.get_name();
            let after = one.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains(&format!("backout {}", path(command, name))), "{name}: {after}");
            assert!(one.get_about().is_some(), "{name} has no purpose");
            each_has_an_example(one);
        }
    }

    fn path(parent: &clap::Command, name: &str) -> String {
        match parent.get_name() {
            "backout" => name.to_owned(),
            parent => format!("{parent} {name}"),
        }
    }

    #[test]
    fn every_help_text_has_a_purpose_and_an_example() {
        let command = Cli::command();
        command.clone().debug_assert();
        each_has_an_example(&command);
    }

    #[test]
    fn the_hooks_own_way_reads_what_the_whole_command_line_reads() {
        for line in [
            "backout pre-push",
            "backout pre-push origin",
            "backout pre-push origin https://example.invalid/a.git",
            "backout pre-push --format json -v origin url --config a.toml -q",
            "backout pre-push --color never -- -odd url",
            "backout pre-push origin url extra",
            "backout pre-push --format nothing",
            "backout pre-push --help",
            "backout pre-push --version",
            "backout -q pre-push origin",
            "backout check",
            "backout",
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let told = |read: Result<Cli, clap::Error>| match read {
                Ok(cli) => format!("{cli:?}"),
                Err(error) => format!("{:?} {error}", error.kind()),
            };
            let whole = told(Cli::try_parse_from(&arguments));
            assert_eq!(told(Cli::read(arguments)), whole, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_arguments_cannot_act() {
        for line in [
            "backout check --phase \n::error::a\u{1b}[31m",
            "backout check \n::error::a",
            "backout revert --stage \n::error::a",
            "backout \n::error::a",
        ] {
            let arguments = line.split(' ').map(OsString::from);
            let said = Cli::read(arguments).unwrap_err().render().to_string();
            assert!(said.contains("u{a}::error::a"), "{said}");
            assert!(said.lines().all(|line| !line.starts_with("::")), "{said}");
        }
    }
}
