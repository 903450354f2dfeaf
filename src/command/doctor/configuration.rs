//! What `doctor` says of the configuration in the work tree.

use std::path::Path;

use super::Report;
use crate::backup::hidden;
use crate::command::surroundings::load_work_tree;
use crate::config::{ConfigError, Configuration, LoadError, Mode};
use crate::exit::Exit;

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
            valid(report, root, &configuration);
            receipts(report, top, &configuration);
        }
        Err(LoadError::Invalid(error)) => invalid(report, root, &error),
        Err(LoadError::Unreadable(error)) => {
            report.row("configuration", format!("{root}, unreadable"));
            report.problem(Exit::Indeterminate, format!("{error:#}"));
        }
    }
}

fn valid(report: &mut Report, root: &str, configuration: &Configuration) {
    report.row("configuration", format!("{root}, valid"));
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

/// Says so where git would leave receipts out of commits.
fn receipts(report: &mut Report, top: &Path, configuration: &Configuration) {
    let with_backups = configuration.migrations.iter().filter(|one| !one.backups.is_empty());
    for migration in with_backups {
        let all_hidden = migration
            .backups
            .keys()
            .find_map(|name| hidden(top, &migration.folder, name.as_str()).transpose());
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
