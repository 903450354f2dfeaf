//! What `doctor` says of the hook, of what it starts and of what runs before it.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::{Report, managers};
use crate::exit::Exit;
use crate::hook::{self, Answer, Hook, Site, Stand, active, shown};

const IN_CONFIGURATION: &str = "git runs backout from its configuration; whether for every push \
    cannot be seen from here: `backout install` makes sure";

/// Adds the rows of the hook, of what it starts and of what runs before it.
pub(super) fn tell(report: &mut Report, site: &Site, path: Option<&OsStr>) -> anyhow::Result<()> {
    let configured = managers::configured_in_git(report, site)?;
    match site.current()? {
        Hook::None if configured => {
            report.row("pre-push", "none");
            report.problem(Exit::Indeterminate, IN_CONFIGURATION);
        }
        Hook::None => {
            report.row("pre-push", "none");
            report.problem(
                Exit::Findings,
                match site.odd_folder() {
                    Some(why) => format!("{why}; {}", hook::ODD_FOLDER),
                    None => "no pre-push hook is there: run `backout install`".to_owned(),
                },
            );
        }
        Hook::NotAFile => {
            report.row("pre-push", "no file");
            report.problem(Exit::Findings, format!("{} is no file", shown(&site.hook)));
        }
        Hook::Ours { version, program, executable, content } => {
            ours(report, version, executable);
            changed(report, &content);
            starts(report, program, path);
            in_front(report, site, &content)?;
        }
        Hook::LinkToOurs => {
            report.row("pre-push", "a link to a hook that backout wrote elsewhere");
            report.problem(
                Exit::Indeterminate,
                "the hook is a link: remove it and run `backout install`",
            );
        }
        Hook::Foreign { executable, content } => {
            foreign(report, site, executable)?;
            if let Some(Hook::Ours { program, content, .. }) = moved_aside(report, site)? {
                changed(report, &content);
                starts(report, program, path);
            } else if configured {
                report.problem(Exit::Indeterminate, IN_CONFIGURATION);
            } else if !executable || !managers::alone(report, site)? {
                unguarded(report, executable, &content);
            }
        }
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

/// Says so where the shim is not as this program writes it: nobody knows what it does then.
fn changed(report: &mut Report, content: &[u8]) {
    if hook::is_changed(content) {
        report.problem(Exit::Findings, "the hook was changed: run `backout install`");
    }
}

/// What the shim would start: the recorded path, else what `PATH` finds.
fn starts(report: &mut Report, recorded: Option<PathBuf>, path: Option<&OsStr>) {
    let usable = |program: &PathBuf| {
        !matches!(hook::probe(program), Answer::Missing | Answer::NotExecutable | Answer::Hollow)
    };
    let on_path = || hook::find_on_path(path).filter(usable);
    let gone = recorded.clone().filter(|program| !usable(program));
    if let Some(gone) = &gone {
        let why = match hook::probe(gone) {
            Answer::NotExecutable => "cannot be executed",
            Answer::Hollow => "holds no program",
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
                "the hook starts a program that is not backout, \
                 or is broken: run `backout install`",
            );
        }
    }
}

/// What has changed under a shim that stands in front of a folder.
fn in_front(report: &mut Report, site: &Site, content: &[u8]) -> anyhow::Result<()> {
    let Some(behind) = &site.behind else { return Ok(()) };
    let recorded = hook::recorded_behind(content);
    if site.huskys().is_none() || recorded.as_ref().is_none_or(|old| !behind.ends_with(old)) {
        let old = recorded.as_deref().map(shown).unwrap_or_default();
        report
            .row("out of date", format!("it stands in front of {old}; `backout install` mends it"));
    }
    if site.front.was_moved()? {
        report.row(
            "out of date",
            "the repository was moved: pushes from linked worktrees are not judged until \
             `backout install` is run here",
        );
    }
    Ok(())
}

fn foreign(report: &mut Report, site: &Site, executable: bool) -> anyhow::Result<()> {
    let whose = match active(site)? {
        Some((manager, _)) => format!("written by {}", manager.name()),
        None => "not backout's".to_owned(),
    };
    let skipped = if executable { "" } else { ", not executable" };
    report.row("pre-push", format!("{whose}{skipped}"));
    Ok(())
}

/// Our hook, where a manager moved it aside and runs it from its own.
fn moved_aside(report: &mut Report, site: &Site) -> anyhow::Result<Option<Hook>> {
    let Some((manager, Stand::Within)) = active(site)? else { return Ok(None) };
    let Some(path) = site.displaced()?.into_iter().next() else { return Ok(None) };
    report.row(
        "moved aside",
        format!(
            "{}; {} runs it first. `backout install` puts it in front again",
            shown(&path),
            manager.name()
        ),
    );
    Ok(Some(hook::look(&path)?))
}

fn unguarded(report: &mut Report, executable: bool, content: &[u8]) {
    if executable && calls_backout(content) {
        report.problem(
            Exit::Indeterminate,
            "the hook names backout itself; whether it comes to that line cannot be seen from here",
        );
    } else {
        report.problem(Exit::Findings, "the hook does not run backout: run `backout install`");
    }
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
