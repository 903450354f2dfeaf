//! `backout explain`: what a finding means and how to get out; which stage owns a path and why.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::Args;

use super::Context;
use super::surroundings::{config_path, load_failure, load_work_tree, repository};
use crate::config::{Configuration, Impact, Migration, Phase, Stage, StageRef, nearest};
use crate::exit::{Exit, Failure};
use crate::git::{Repo, RepoPath};
use crate::policy::levels::level;
use crate::readiness::registry::{self, Code, REGISTRY, Specification};
use crate::report::{Paint, Style, table, terminal, wrap};
use crate::stage::matcher::{Matcher, Patterns};

/// Options of `backout explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backout explain                      every finding, in one line each\n  \
    backout explain backup/stale         what it means and how to get out\n  \
    backout explain src/core/state.py    which stage owns it, and why\n  \
    backout explain 9                    what a stage owns and needs")]
pub struct ExplainArgs {
    /// A finding's code, a requirement, a path, or a stage's id; all findings when left out.
    pub subject: Option<String>,
}

/// Runs the command.
pub fn run(args: &ExplainArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let paint = Paint(context.color);
    let text = match &args.subject {
        None => every_code(paint),
        Some(subject) if misspelt(subject).is_some() => {
            let near = misspelt(subject).unwrap_or_default();
            return Err(Failure::usage(format!("`{subject}` is no finding"))
                .help(format!("did you mean `backout explain {near}`?"))
                .into());
        }
        Some(subject) => match of_code(subject, paint) {
            Some(text) => text,
            None => of_configuration(subject, context, paint)?,
        },
    };
    context.stdout.write_all(text.as_bytes())?;
    Ok(Exit::Ready)
}

/// The code that was meant, where what was typed is nearly one: not a path to be looked up.
fn misspelt(subject: &str) -> Option<String> {
    let distance = |code: &String| strsim::osa_distance(code, subject);
    let near = registry::codes().into_iter().min_by_key(distance)?;
    (1..=2).contains(&distance(&near)).then_some(near)
}

fn every_code(paint: Paint) -> String {
    let codes =
        || REGISTRY.iter().copied().flat_map(|one| one.codes.iter().map(move |code| (one, code)));
    let id = |(requirement, code): (&Specification, &Code)| {
        format!("{}/{}", requirement.id, code.problem)
    };
    let width = codes().map(|one| id(one).len()).max().unwrap_or_default();
    let heading = format!("{:width$}  level", "finding");
    let mut text = format!("  {}\n", paint.paint(Style::Dim, &heading));
    for (requirement, code) in codes() {
        let level = wrap(code.strictness.describe(), width + 4);
        let _ = writeln!(text, "  {:width$}  {level}", id((requirement, code)));
    }
    let _ = writeln!(text, "\n  more about one: backout explain backup/stale");
    text
}

/// The help page of a requirement, or the section of one code.
fn of_code(subject: &str, paint: Paint) -> Option<String> {
    if let Some((requirement, code)) = registry::find(subject) {
        return Some(code_page(requirement, code, paint));
    }
    let requirement = REGISTRY.iter().find(|requirement| requirement.id == subject)?;
    Some(format!("{}\n", requirement.page.trim_end()))
}

fn code_page(requirement: &Specification, code: &Code, paint: Paint) -> String {
    let title = format!("{}/{}", requirement.id, code.problem);
    let section = requirement.section(code.problem).unwrap_or_default();
    format!(
        "{}\n\n{section}\n\n**Level**: {}.\nTo change it: `[requirements]` in backout.toml.\n",
        paint.paint(Style::Strong, &title),
        code.strictness.describe()
    )
}

/// A stage or a path, by the configuration in the work tree.
fn of_configuration(subject: &str, context: &Context<'_>, paint: Paint) -> anyhow::Result<String> {
    let repo = repository(context)?;
    let top = repo.work_tree().map_or_else(|| context.folder.clone(), std::path::Path::to_owned);
    let root = config_path(context);
    let loaded = load_work_tree(&top, &root).map_err(load_failure)?;
    let configuration = loaded.ok_or_else(|| {
        Failure::usage(format!(
            "`{subject}` is no finding, and there is no {root} to look it up in"
        ))
        .help("`backout explain` lists every finding; `backout init` writes a configuration")
    })?;
    let stages = stages_called(&configuration, subject);
    if !stages.is_empty() {
        let pages = stages.iter().map(|(migration, stage)| stage_page(migration, stage, paint));
        return Ok(pages.collect::<Vec<_>>().join("\n"));
    }
    let path = from_top(subject, &context.folder, &top);
    let tracked = tracked(&repo)?;
    // As typed in this folder; or from the top, as reports name it.
    for path in [path.as_str(), subject] {
        let page = path_page(&configuration, path, paint)?;
        let known = page.concerns_a_stage || top.join(path).symlink_metadata().is_ok();
        if known || tracked.contains(path) {
            return Ok(page.text);
        }
    }
    Err(nothing(subject, &path, &configuration, &tracked).into())
}

/// Every path at HEAD that is text, in order; none where there is no commit yet.
fn tracked(repo: &Repo) -> anyhow::Result<BTreeSet<String>> {
    let Ok(head) = repo.resolve("HEAD") else { return Ok(BTreeSet::new()) };
    let entries = repo.entries(&head, "").map_err(Failure::from)?;
    Ok(entries.iter().filter_map(|(path, _)| path.as_str().map(str::to_owned)).collect())
}

/// The error for a word that is nothing, with what was perhaps meant.
fn nothing(
    subject: &str,
    path: &str,
    configuration: &Configuration,
    tracked: &BTreeSet<String>,
) -> Failure {
    let codes = registry::codes();
    let stages = configuration.migrations.iter().flat_map(|migration| &migration.stages);
    let stages: Vec<&str> = stages.map(|stage| stage.id.as_str()).collect();
    let requirements = REGISTRY.iter().map(|requirement| requirement.id);
    let names = codes.iter().map(String::as_str).chain(requirements).chain(stages.iter().copied());
    let in_a_folder = format!("/{path}");
    let meant = nearest(subject, names)
        .or_else(|| tracked.iter().find(|one| one.ends_with(&in_a_folder)).map(String::as_str))
        .or_else(|| nearest(path, tracked.iter().map(String::as_str)));
    let help = match meant {
        Some(meant) => format!("did you mean `backout explain {}`?", terminal(meant)),
        None => {
            format!("`backout explain` lists every finding; the stages are {}", stages.join(", "))
        }
    };
    let shown = terminal(subject);
    Failure::usage(format!("`{shown}` is no finding, no stage and no path here")).help(help)
}

/// The stages of this name, of each migration that has one.
fn stages_called<'c>(
    configuration: &'c Configuration,
    subject: &str,
) -> Vec<(&'c Migration, &'c Stage)> {
    let Ok(name) = subject.parse::<StageRef>() else { return Vec::new() };
    let of = |migration: &&Migration| name.migration.as_ref().is_none_or(|id| *id == migration.id);
    let migrations = configuration.migrations.iter().filter(of);
    migrations.filter_map(|migration| Some((migration, migration.stage(&name.stage)?))).collect()
}

/// The path from the top of the work tree, as typed in some folder below it.
fn from_top(typed: &str, folder: &std::path::Path, top: &std::path::Path) -> String {
    let canonical = |path: &std::path::Path| path.canonicalize().unwrap_or_else(|_| path.into());
    let below = canonical(folder);
    let below = below.strip_prefix(canonical(top)).unwrap_or(std::path::Path::new(""));
    let prefix = below.to_string_lossy().replace('\\', "/");
    let typed = typed.trim_start_matches("./");
    if prefix.is_empty() { typed.to_owned() } else { format!("{prefix}/{typed}") }
}

fn stage_page(migration: &Migration, stage: &Stage, paint: Paint) -> String {
    let title = format!("Stage {}: {} ({})", stage.id, terminal(&stage.name), stage.impact);
    let mut text = format!("{}\n", paint.paint(Style::Strong, &title));
    let mut line = |what: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {what:<10} {}", wrap(&terminal(&value), 13));
        }
    };
    let join = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(", ");
    line("migration", format!("{} ({})", migration.id, migration.name));
    line("defined", format!("{}:{}", stage.place.file, stage.place.line));
    line("state", stage.state.to_string());
    line("owns", join(&mut stage.paths.iter().map(|pattern| pattern.text.clone())));
    line("but not", join(&mut stage.exclude.iter().map(|pattern| pattern.text.clone())));
    line("after", join(&mut stage.after.iter().map(ToString::to_string)));
    line("rollback", join(&mut stage.rollback.iter().map(ToString::to_string)));
    line("flags", join(&mut stage.flags.iter().map(|(name, state)| format!("{name} {state}"))));
    line("backups", join(&mut stage.backups.iter().map(ToString::to_string)));
    line("owners", stage.owners.join(", "));
    line("reason", stage.reason.clone().unwrap_or_default());
    text.push('\n');
    text + &levels(migration, stage.impact, paint)
}

/// What would stop this stage, by phase.
fn levels(migration: &Migration, impact: Impact, paint: Paint) -> String {
    let heading = std::iter::once("finding").chain(Phase::ALL.iter().map(|phase| phase.as_str()));
    let mut rows = vec![heading.map(str::to_owned).collect::<Vec<_>>()];
    for requirement in REGISTRY {
        for code in requirement.codes {
            let id = crate::config::FindingCode::new(requirement.id, code.problem);
            let of = |phase: &Phase| {
                level(migration, &id, code.strictness, Some(impact), *phase).to_string()
            };
            rows.push(std::iter::once(id.to_string()).chain(Phase::ALL.iter().map(of)).collect());
        }
    }
    table(&rows, paint)
}

/// What is said of a path.
struct PathPage {
    text: String,
    /// Whether a stage owns or excludes it, or a scope holds it: then it need not exist.
    concerns_a_stage: bool,
}

fn path_page(configuration: &Configuration, path: &str, paint: Paint) -> anyhow::Result<PathPage> {
    let at = RepoPath::from(path);
    let mut text = format!("{}\n", paint.paint(Style::Strong, &terminal(path)));
    let title = text.len();
    let mut owned = false;
    for migration in &configuration.migrations {
        let matcher = Matcher::new(migration);
        let owners = matcher.owners(&at)?;
        owned |= !owners.is_empty();
        for (index, stage) in migration.stages.iter().enumerate() {
            let which = |patterns: &[crate::config::Pattern]| {
                patterns
                    .iter()
                    .find(|pattern| {
                        Patterns::new([*pattern], &migration.folder)
                            .is_ok_and(|one| one.match_any(&at))
                    })
                    .map(|pattern| {
                        format!(
                            "`{}` ({}:{})",
                            pattern.text, pattern.place.file, pattern.place.line
                        )
                    })
            };
            let name = format!("stage {} of {}", stage.id, migration.id);
            if owners.contains(&index) {
                let why = which(&stage.paths)
                    .unwrap_or_else(|| "a name that `[[moves]]` gives it".to_owned());
                let _ = writeln!(text, "  {}", wrap(&format!("owned by {name}: by {why}"), 4));
            } else if let Some(why) = which(&stage.exclude) {
                let _ = writeln!(
                    text,
                    "  {}",
                    wrap(&format!("not owned by {name}: excluded by {why}"), 4)
                );
            }
        }
        if owners.len() > 1 {
            let trailer = &migration.trailer;
            let _ = writeln!(
                text,
                "  {}",
                wrap(&format!("shared: a commit says whose work it is by `{trailer}: <stage>`"), 4)
            );
        }
        if owners.is_empty() && matcher.in_scope(&at)? {
            let _ = writeln!(
                text,
                "  {}",
                wrap(
                    &format!(
                        "inside the scope of {}: a commit that claims a stage may not change it",
                        migration.id
                    ),
                    4
                )
            );
        }
    }
    let concerns_a_stage = text.len() > title;
    if !owned {
        let _ = writeln!(text, "  no stage owns it");
    }
    Ok(PathPage { text, concerns_a_stage })
}
