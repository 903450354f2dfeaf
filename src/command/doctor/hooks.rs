//! What `doctor` says of the hook, of what it starts and of what runs before it.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::Report;
use crate::exit::Exit;
use crate::hook::{self, Answer, Hook, Manager, Site, shown};

/// Adds the rows of the hook, of what it starts and of what runs before it.
pub(super) fn tell(report: &mut Report, site: &Site, path: Option<&OsStr>) -> anyhow::Result<()> {
    match site.current()? {
        Hook::None => {
            report.row("pre-push", "none");
            report.problem(Exit::Findings, "no pre-push hook is there: run `backout install`");
        }
        Hook::NotAFile => {
            report.row("pre-push", "no file");
            report.problem(Exit::Findings, format!("{} is no file", shown(&site.hook)));
        }
        Hook::Ours { version, program, executable, .. } => {
            ours(report, version, executable);
            starts(report, program, path);
        }
        Hook::LinkToOurs => {
            report.row("pre-push", "a link to a hook that backout wrote elsewhere");
            report.problem(
                Exit::Indeterminate,
                "the hook is a link: remove it and run `backout install`",
            );
        }
        Hook::Foreign { executable, content } => foreign(report, site, executable, &content)?,
    }
    kept(report, site)
}

fn ours(report: &mut Report, version: u32, executable: bool) {
    let age = match version.cmp(&hook::VERSION) {
        std::cmp::Ordering::Less => "; `backout install` upgrades it",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "; a newer backout wrote it",
    };
    report.row("pre-push", format!("backout's, shim version {version}{age}"));
    if !executable {
        report.problem(
            Exit::Findings,
            "git skips the hook, for it is not executable: run `backout install`",
        );
    }
}

/// What the shim would start: the recorded path, else what `PATH` finds.
fn starts(report: &mut Report, recorded: Option<PathBuf>, path: Option<&OsStr>) {
    let on_path = || hook::find_on_path(path);
    let usable = |program: &PathBuf| {
        !matches!(hook::probe(program), Answer::Missing | Answer::NotExecutable)
    };
    let gone = recorded.clone().filter(|program| !usable(program));
    if let Some(gone) = &gone {
        let why = match hook::probe(gone) {
            Answer::NotExecutable => "cannot be executed",
            _ => "is not there",
        };
        report.row("recorded", format!("{}, which {why}", shown(gone)));
    }
    let Some(program) = recorded.filter(usable).or_else(on_path) else {
        report.row("starts", "nothing: every push is stopped");
        report.problem(
            Exit::Findings,
            "the hook finds no backout, and stops every push: run `backout install`",
        );
        return;
    };
    match hook::probe(&program) {
        Answer::Backout(version) => {
            report.row("starts", format!("{}, version {version}", shown(&program)));
        }
        _ => {
            report.row("starts", format!("{}, which does not answer as backout", shown(&program)));
            report.problem(
                Exit::Findings,
                "the hook starts a program that is not backout, or is broken: run `backout install`",
            );
        }
    }
}

fn foreign(
    report: &mut Report,
    site: &Site,
    executable: bool,
    content: &[u8],
) -> anyhow::Result<()> {
    let manager = Manager::of_hook(content);
    let whose = manager.map_or("not backout's".to_owned(), |m| format!("written by {}", m.name()));
    let skipped = if executable { "" } else { ", not executable" };
    report.row("pre-push", format!("{whose}{skipped}"));
    let husky = site.is_huskys().then(|| huskys_script(site)).flatten();
    let calls = [content, husky.as_deref().unwrap_or_default()].into_iter().any(calls_backout);
    let runs_legacy = matches!(manager, Some(Manager::PreCommit | Manager::Prek));
    let legacy = site.displaced()?.iter().any(|path| path.ends_with(hook::DISPLACED_NAMES[0]));
    if executable && runs_legacy && legacy {
        report.row("moved aside", "backout's hook; the manager runs it with every ref line");
        report.problem(
            Exit::Indeterminate,
            "a manager moved the hook aside: `backout install` puts it in front again",
        );
    } else if executable && calls {
        report.problem(
            Exit::Indeterminate,
            "the hook names backout itself; whether it comes to that line cannot be seen from here",
        );
    } else {
        report.problem(Exit::Findings, "the hook does not run backout: run `backout install`");
    }
    Ok(())
}

fn huskys_script(site: &Site) -> Option<Vec<u8>> {
    let folder = site.locations.hooks.parent()?;
    std::fs::read(folder.join(hook::FILE_NAME)).ok()
}

fn calls_backout(script: &[u8]) -> bool {
    String::from_utf8_lossy(script)
        .lines()
        .any(|line| !line.trim_start().starts_with('#') && line.contains("backout pre-push"))
}

fn kept(report: &mut Report, site: &Site) -> anyhow::Result<()> {
    let in_front = site.current()?.is_ours();
    let state = match site.kept()? {
        Hook::None => {
            report.row("runs first", "nothing");
            return Ok(());
        }
        Hook::Foreign { executable: true, .. } if in_front => "",
        Hook::Foreign { executable: false, .. } if in_front => ", not executable, so it is skipped",
        Hook::Foreign { .. } => ", which nothing runs now",
        _ => ", which backout did not put there: `backout install` clears it up",
    };
    report.row("runs first", format!("{}{state}", shown(&site.previous)));
    Ok(())
}
