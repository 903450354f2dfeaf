//! CODEOWNERS: whether somebody is asked before the rules, the receipts or the workflows change.

use super::could_not;
use crate::command::doctor::Report;
use crate::config::{Configuration, Migration};
use crate::exit::Exit;
use crate::forge::{Client, CodeOwners, Refusal};
use crate::git::RepoPath;

/// Workflows are covered by a pattern or not at all: any name will do.
const WORKFLOWS: [&str; 2] = [".github/workflows/guard.yml", ".github/workflows/another.yaml"];

/// Looks at the file on a branch.
pub(super) fn tell(
    report: &mut Report,
    client: &Client<'_>,
    branch: &str,
    configuration: &Configuration,
) {
    let found = match find(client, branch) {
        Ok(found) => found,
        Err(refusal) => return could_not(report, "CODEOWNERS", &refusal, "contents: read"),
    };
    let Some((place, content)) = found else {
        report.row("owners", format!("no CODEOWNERS on {branch}"));
        let lines: Vec<String> =
            groups(configuration).into_iter().map(|(name, _)| format!("/{name} @owner")).collect();
        report.problem(Exit::Findings, format!(
            "there is no CODEOWNERS on {branch}: write .github/CODEOWNERS with lines such as `{}`",
            lines.join("`, `")
        ));
        return;
    };
    let owners = CodeOwners::read(&content);
    for (name, paths) in groups(configuration) {
        let of = |path: &String| owners.owners(&RepoPath::from(path.as_str()));
        match paths.iter().find(|path| of(path).is_empty()) {
            Some(path) => report.problem(
                Exit::Findings,
                format!(
                    "{place} names nobody for {path}: \
                     add the line `/{name} @owner` at its end, where later lines win"
                ),
            ),
            None => {
                let who = paths.first().map(of).unwrap_or_default().join(" ");
                report.row("owners", format!("{name}: {who}, by {place}"));
            }
        }
    }
}

/// The first of its places at which there is one, as the forge looks for it.
fn find(client: &Client<'_>, branch: &str) -> Result<Option<(&'static str, Vec<u8>)>, Refusal> {
    for place in CodeOwners::places() {
        if let Some(content) = client.file(branch, place)? {
            return Ok(Some((place, content)));
        }
    }
    Ok(None)
}

/// What has to be covered: as a line of CODEOWNERS names it, and the paths that stand for it.
fn groups(configuration: &Configuration) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> =
        configuration.files.iter().map(|file| (file.clone(), vec![file.clone()])).collect();
    for migration in &configuration.migrations {
        let folder = below(&migration.folder, ".backout/");
        let paths = records(migration);
        match groups.iter_mut().find(|(name, _)| *name == folder) {
            Some((_, known)) => known.extend(paths),
            None => groups.push((folder, paths)),
        }
    }
    groups.push((".github/workflows/".to_owned(), WORKFLOWS.map(str::to_owned).to_vec()));
    groups
}

/// The files beside the configuration that the guard believes.
fn records(migration: &Migration) -> Vec<String> {
    let mut paths = vec![".backout/attributions.toml".to_owned()];
    paths.extend(migration.backups.keys().map(|name| format!(".backout/backups/{name}.toml")));
    let stages = migration.stages.iter();
    paths.extend(
        stages.map(|stage| format!(".backout/receipts/{}/{}.toml", migration.id, stage.id)),
    );
    paths.iter().map(|path| below(&migration.folder, path)).collect()
}

fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
