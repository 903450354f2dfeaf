//! `backout attribute`: says which stage landed commits belong to, for history that can't be
//! rewritten: squashes that lost their trailer, work from before adoption. Appends to
//! `.backout/attributions.toml`; it counts once it has landed.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use clap::Args;

use super::Context;
use super::surroundings::{config_path, load_failure, load_work_tree, repository};
use crate::config::{Configuration, Migration, find_stage};
use crate::draft;
use crate::exit::{Exit, Failure};
use crate::git::{Commit, ObjectId, RefName, Repo};
use crate::report::terminal;
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::attributions::{self, Entry};
use crate::stage::trailer::{Claim, claim};
use crate::turn::Turn;

/// Options of `backout attribute`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backout attribute --stage 9 4f2c062              one commit\n  \
    backout attribute --stage 5-6 v1.2..v1.3         all first-parent steps of a range\n  \
    backout attribute --stage none 91ab3c0           a hotfix that is no part of the migration")]
pub struct AttributeArgs {
    /// The stage's id, `migration:id` for another migration's, or `none`.
    #[arg(long, value_name = "ID")]
    pub stage: String,
    /// Only for this path; repeatable. Relative to the configuration's folder.
    #[arg(long, value_name = "PATH")]
    pub path: Vec<String>,
    /// A commit, or a range `A..B`.
    pub range: String,
}

/// Runs the command.
pub fn run(args: &AttributeArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let repo = repository(context)?;
    let top = repo.work_tree().ok_or_else(|| {
        Failure::usage("a bare repository has no work tree to write attributions into")
            .help("run it in a clone with a work tree")
    })?;
    let root = config_path(context);
    let configuration = load_work_tree(top, &root).map_err(load_failure)?.ok_or_else(|| {
        Failure::usage(format!("there is no {root}")).help("write one with `backout init`")
    })?;
    let claimed = claim(&args.stage).map_err(|error| Failure::usage(error.to_string()))?;
    let migration = migration_of(&configuration, &claimed)?;
    let commits = commits(&repo, &args.range)?;
    let about = match &claimed {
        Claim::Stage(_) => std::slice::from_ref(migration),
        _ => &configuration.migrations,
    };
    refuse_older(&repo, about, &commits)?;
    let folder = top.join(&migration.folder);
    let file = folder.join(attributions::PATH);
    draft::refuse_link(top, &file)?;
    // Nobody appends between what is read and what is written.
    let _turn =
        Turn::wait(&folder).with_context(|| format!("{} cannot be locked", folder.display()))?;
    let known = read(&file)?;
    let (speaking, silent): (Vec<&Commit>, Vec<&Commit>) =
        commits.iter().partition(|commit| speaks_for_itself(commit, &configuration, migration));
    if silent.is_empty() {
        return Err(in_vain(&speaking, migration).into());
    }
    let fresh: Vec<&Commit> =
        silent.into_iter().filter(|commit| !is_known(&known, &commit.id, &claimed, args)).collect();
    append(&file, &fresh, &claimed, &args.path)?;
    for commit in &fresh {
        writeln!(
            context.stdout,
            "{} {}: {}",
            commit.id.short(),
            terminal(&commit.subject()),
            args.stage
        )?;
    }
    for commit in &speaking {
        context.note(&format!(
            "left out: {} says itself whose work it is, and that counts",
            commit.id.short()
        ));
    }
    let path = migration.rooted(attributions::PATH);
    context.note(&match fresh.len() {
        0 => "nothing to add: these commits are attributed so already".to_owned(),
        _ => format!("added to {path}; it counts once it has landed on `{}`", migration.branch),
    });
    Ok(Exit::Ready)
}

/// An attribution that never would count is not written.
fn in_vain(speaking: &[&Commit], migration: &Migration) -> Failure {
    let names: Vec<String> = speaking.iter().map(|commit| commit.id.short()).collect();
    let (say, it) = match names.as_slice() {
        [_] => ("says itself", "it is"),
        _ => ("say themselves", "they are"),
    };
    Failure::usage(format!(
        "{} {say} whose work {it}: that counts, and an attribution never would",
        names.join(", ")
    ))
    .help(format!(
        "to put it otherwise, take the commit back and make it again, with the trailer that is meant \
         (`{}: ID`)",
        migration.trailer
    ))
}

/// Whether the commit's own trailer counts, whatever is attributed.
fn speaks_for_itself(commit: &Commit, all: &Configuration, migration: &Migration) -> bool {
    let none = Attributions::default();
    let claims = Attribution::new(migration, &all.migrations, &none).of_message(&commit.message);
    claims.foreign || !claims.stages.is_empty()
}

fn migration_of<'c>(
    configuration: &'c Configuration,
    claimed: &Claim,
) -> Result<&'c Migration, Failure> {
    match claimed {
        Claim::Stage(name) => Ok(find_stage(&configuration.migrations, name)?.0),
        _ => configuration
            .migrations
            .first()
            .ok_or_else(|| Failure::usage("the configuration has no migration")),
    }
}

/// The steps of a range, oldest first: first parents only, because steps are what lands.
fn commits(repo: &Repo, range: &str) -> Result<Vec<Commit>, Failure> {
    if range.contains("...") {
        return Err(Failure::usage("`...` is no range of steps").help("give `A..B`"));
    }
    let Some((from, to)) = range.split_once("..") else {
        return Ok(vec![repo.commit(&repo.resolve(range)?)?]);
    };
    let end = |name: &str| repo.resolve(if name.is_empty() { "HEAD" } else { name });
    let (from, to) = (end(from)?, end(to)?);
    let mut commits = repo.first_parents(&to, &[from])?;
    commits.reverse();
    if commits.is_empty() {
        return Err(Failure::usage(format!("the range `{range}` holds no commit")));
    }
    Ok(commits)
}

/// Refuses what no migration counts: the commit where it began, and what came before.
fn refuse_older(repo: &Repo, migrations: &[Migration], commits: &[Commit]) -> Result<(), Failure> {
    let mut starts = Vec::new();
    for migration in migrations {
        let Some(start) = start(repo, migration)? else { return Ok(()) };
        starts.push((migration, start));
    }
    for commit in commits {
        let mut counts = false;
        for (_, start) in &starts {
            counts |= commit.id != *start && !repo.is_ancestor(&commit.id, start)?;
        }
        if let (false, Some((migration, start))) = (counts, starts.first()) {
            let (id, tag) = (commit.id.short(), &migration.start.tag);
            let what = if commit.id == *start {
                format!("{id} is where migration `{}` began (`{tag}`)", migration.id)
            } else {
                format!("{id} is older than the start of migration `{}` (`{tag}`)", migration.id)
            };
            let message = format!("{what}: nothing counts that is not newer");
            return Err(Failure::usage(message).help(format!("give newer commits: `{tag}..HEAD`")));
        }
    }
    Ok(())
}

/// The commit where a migration began, where it is here.
fn start(repo: &Repo, migration: &Migration) -> Result<Option<ObjectId>, Failure> {
    let tagged = repo.reference(&RefName::tag(&migration.start.tag))?;
    let commit = migration.start.oid.or(tagged.and_then(|tag| tag.commit));
    Ok(commit.filter(|commit| repo.has(commit)))
}

fn read(file: &Path) -> anyhow::Result<Vec<Entry>> {
    match fs::read(file) {
        Ok(content) => attributions::parse(&content).map_err(|error| {
            Failure::usage(error.to_string()).help("correct the file by hand first").into()
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

/// Whether the newest entry for a commit says the same already.
fn is_known(known: &[Entry], commit: &ObjectId, claimed: &Claim, args: &AttributeArgs) -> bool {
    let newest = known.iter().rev().find(|entry| entry.commit == *commit);
    newest.is_some_and(|entry| entry.claim == *claimed && entry.paths == args.path)
}

/// Appends in one step: the file is either as it was, or whole.
fn append(
    file: &Path,
    commits: &[&Commit],
    claimed: &Claim,
    paths: &[String],
) -> anyhow::Result<()> {
    if commits.is_empty() {
        return Ok(());
    }
    let problem = || format!("{} cannot be written", file.display());
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(problem)?;
    let mut text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            "# Which stage landed commits belong to. Append-only: \
             `backout attribute` writes here.\n"
                .to_owned()
        }
        Err(error) => return Err(error).with_context(problem),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for commit in commits {
        let entry = Entry { commit: commit.id, claim: claimed.clone(), paths: paths.to_vec() };
        text.push_str(&attributions::render(&entry));
    }
    let mut written = draft::begin(folder).with_context(problem)?;
    draft::write(&mut written, text.as_bytes()).with_context(problem)?;
    if let Ok(old) = fs::metadata(file) {
        written.as_file().set_permissions(old.permissions()).with_context(problem)?;
    }
    draft::finish(written, file).with_context(problem)
}
