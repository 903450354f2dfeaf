//! What `doctor` says of the configuration in the work tree.

use std::path::Path;

use super::Report;
use super::remote::tags;
use crate::backup::hidden;
use crate::command::surroundings::{load_work_tree, look_up, missing_tag, remote};
use crate::config::{ConfigError, Configuration, LoadError, Mode};
use crate::exit::Exit;
use crate::git::{GitError, RefName, Repo, RepoPath, View};
use crate::receipt::backup_path;

/// Reads and validates the configuration in the work tree; adds its row, and what keeps a push
/// from being judged.
pub(super) fn tell(report: &mut Report, top: &Path, root: &str) {
    match load_work_tree(top, root) {
        Ok(None) => {
            report.row("configuration", format!("none: there is no {root}"));
            report.problem(
                Exit::Findings,
                "without a configuration nothing is judged: run `backout init`",
            );
        }
        Ok(Some(configuration)) => {
            valid(report, top, root, &configuration);
            start_tags(report, top, &configuration);
            receipts(report, top, &configuration);
        }
        Err(LoadError::Invalid(error)) => invalid(report, root, &error),
        Err(LoadError::Unreadable(error)) => {
            report.row("configuration", format!("{root}, unreadable"));
            report.problem(Exit::Indeterminate, format!("{error:#}"));
        }
    }
}

fn valid(report: &mut Report, top: &Path, root: &str, configuration: &Configuration) {
    let stops = match is_nowhere_committed(top, root, configuration) {
        true => ", not committed: every push is stopped until it is",
        false => "",
    };
    report.row("configuration", format!("{root}, valid{stops}"));
    for migration in &configuration.migrations {
        let mode = match migration.mode {
            Mode::Enforce => "",
            Mode::Observe => ", observed: its findings stop nothing",
        };
        let count = migration.stages.len();
        let stages = if count == 1 { "1 stage".to_owned() } else { format!("{count} stages") };
        report.row("migration", format!("{}: {stages}{mode}", migration.id));
    }
}

/// Says which start tags are not here: whatever they begin is stopped for it.
fn start_tags(report: &mut Report, top: &Path, configuration: &Configuration) {
    let Ok(repo) = Repo::open(top) else { return };
    for (whose, pin) in tags(configuration) {
        let tag = &pin.tag;
        match repo.reference(&RefName::tag(tag)) {
            Ok(Some(_)) => {}
            Ok(None) => {
                let help = missing_tag(&repo, tag);
                report.row("start tag", format!("{tag} of {whose}: not here; {help}"));
            }
            Err(error) => report.row("start tag", format!("{tag} of {whose}: {error}")),
        }
    }
}

/// Whether neither HEAD nor a branch whose rules count has the configuration. Where that cannot be
/// seen, a push will say so.
fn is_nowhere_committed(top: &Path, root: &str, configuration: &Configuration) -> bool {
    let Ok(repo) = Repo::open(top) else { return false };
    let remote = remote(&repo).ok().flatten();
    let mut places = vec!["HEAD".to_owned()];
    places.extend(remote.iter().map(|remote| format!("refs/remotes/{remote}/HEAD")));
    places.extend(configuration.migrations.iter().map(|one| one.branch.clone()));
    let path = RepoPath::from_bytes(root.as_bytes());
    let has_it = |place: &String| -> Result<bool, GitError> {
        let Some(commit) = look_up(&repo, remote.as_deref(), place)? else { return Ok(false) };
        Ok(View::of_commit(&repo, &commit)?.entry(&path)?.is_some())
    };
    places.iter().all(|place| matches!(has_it(place), Ok(false)))
}

/// Says so where git would leave receipts out of commits.
fn receipts(report: &mut Report, top: &Path, configuration: &Configuration) {
    let with_backups = configuration.migrations.iter().filter(|one| !one.backups.is_empty());
    for migration in with_backups {
        let all_hidden = migration
            .backups
            .keys()
            .find_map(|name| hidden(top, &migration.folder, &backup_path(name)).transpose());
        match all_hidden.transpose() {
            Ok(None) => {}
            Ok(Some(hidden)) => {
                report.row("receipts", format!("{}; {}", hidden.message, hidden.help));
            }
            Err(error) => report.row("receipts", format!("not looked at: {error}")),
        }
    }
}

fn invalid(report: &mut Report, root: &str, error: &ConfigError) {
    report.row("configuration", format!("{root}, invalid"));
    for problem in &error.diagnostics {
        let place = &problem.place;
        let text = format!("{}:{}:{}: {}", place.file, place.line, place.column, problem.message);
        report.problem(Exit::Usage, text);
    }
    report.problem(Exit::Usage, "an invalid configuration judges nothing: mend it");
}
