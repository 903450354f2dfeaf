//! Brings runs that were killed to their end. What was about to move is moved; what has not come so
//! far is given up, having changed nothing. A work tree is finished where it is: runs of several of
//! them may be open, and none of them is in the way of anything else.

use std::collections::BTreeSet;
use std::path::Path;

use super::execute::{ExecuteError, Target, confirm, half, move_ref};
use super::journal::{Event, Journal, Switch, Unfinished};
use super::verify::remove;
use crate::git::{ObjectId, RefName, Repo, RepoPath, Resumed, View};
use crate::shell;

/// What became of a run in a work tree.
enum Became {
    /// It is finished, and what is left to be done about submodules.
    Finished(Option<String>),
    /// It is over, and why it cannot be finished.
    GivenUp(String),
    /// It is to be finished in another work tree.
    Elsewhere(String),
    /// It cannot be finished yet.
    Blocked {
        /// Why.
        why: String,
        /// What helps.
        help: String,
    },
}

/// Brings to their end all runs that were killed and that can be ended here. Gives what was done,
/// and what is left, in words.
///
/// # Errors
/// With `in_place`, where a run in this work tree cannot be finished yet: it is in the way of the
/// next one there, and of nothing else. Without, the work tree is left alone, as is what is open in
/// it.
pub fn finish_killed(
    repo: &Repo,
    journal: &Journal,
    in_place: bool,
) -> Result<Vec<String>, ExecuteError> {
    let mut told = Vec::new();
    for run in journal.unfinished()? {
        told.extend(remove_scratch_trees(repo, &run));
        match run.switch() {
            Some(switch) => told.push(ended(repo, journal, &run, switch, in_place)?),
            // A branch moves in one step: it has, or it has not.
            None if keeps_commits(&run) => {}
            None => journal.end(&run.run, "given-up")?,
        }
    }
    Ok(told)
}

fn remove_scratch_trees(repo: &Repo, run: &Unfinished) -> Vec<String> {
    let folders = run.events.iter().filter_map(|event| match event {
        Event::WorkTree { folder } => Some(folder),
        _ => None,
    });
    let failed = folders.filter_map(|folder| remove(repo, Path::new(folder)).err());
    failed.map(|why| format!("what a rehearsal left could not be removed: {why:#}")).collect()
}

/// Whether the commits of a killed run may still be asked for.
fn keeps_commits(run: &Unfinished) -> bool {
    run.begin.target.starts_with("refs/heads/")
}

/// Finishes a run in a work tree where that is possible, and says what became of it.
fn ended(
    repo: &Repo,
    journal: &Journal,
    run: &Unfinished,
    switch: Switch<'_>,
    in_place: bool,
) -> Result<String, ExecuteError> {
    let (command, stages) = (&run.begin.command, run.begin.stages.join(", "));
    let what = format!("`backout {command}` of stage {stages} was interrupted");
    let became = match open(repo, run, switch) {
        Ok(Open::Over(became)) => became,
        Ok(Open::Here(found)) if in_place => finish(repo, found)?,
        Ok(Open::Here(found)) => leave(repo, &found),
        Err(error) if in_place => return Err(error),
        Err(error) => left(error.to_string()),
    };
    Ok(match became {
        Became::Finished(left) => {
            journal.end(&run.run, "resumed")?;
            match left {
                None => format!("{what}; it is finished now"),
                Some(left) => format!("{what}; it is finished now; {left}"),
            }
        }
        Became::GivenUp(why) => {
            journal.end(&run.run, "given-up")?;
            format!("{what}; {why}, and it is given up: look at `git status` there")
        }
        Became::Elsewhere(folder) => {
            let folder = shell::word(&folder);
            format!("{what} in another work tree; run it again there to finish it: cd {folder}")
        }
        Became::Blocked { why, help } if in_place => {
            let why = format!("{what} here, and cannot be finished yet: {why}");
            return Err(ExecuteError::Unfinished { why, help });
        }
        Became::Blocked { why, help } => {
            format!("{what} in this work tree, and is not finished: {why}; {help}")
        }
    })
}

/// What is left to be done about submodules that differ from what a commit has, in words; nothing
/// where nothing is.
#[must_use]
pub fn left_behind(
    repo: &Repo,
    commit: &ObjectId,
    submodules: &BTreeSet<RepoPath>,
) -> Option<String> {
    let tree = View::of_commit(repo, commit).ok();
    // All is done by now: what cannot be read is no reason to fail.
    let went = |path: &RepoPath| {
        tree.as_ref().is_some_and(|tree| tree.entry(path).is_ok_and(|entry| entry.is_none()))
    };
    let is_there = |path: &RepoPath| {
        let place = repo.work_tree().zip(path.as_str());
        place.is_some_and(|(top, path)| top.join(path).is_dir())
    };
    let (mut stay, mut gone) = (Vec::new(), Vec::new());
    for path in submodules {
        let named = shell::word(&path.shown()).into_owned();
        if !went(path) {
            stay.push(named);
        } else if is_there(path) {
            gone.push(named);
        }
    }
    let mut told = Vec::new();
    if !stay.is_empty() {
        told.push(format!(
            "submodules stay as they are checked out; to bring them along: \
             git submodule update -- {}",
            stay.join(" ")
        ));
    }
    if !gone.is_empty() {
        let names = gone.join(" ");
        told.push(format!(
            "the folders of submodules that went stay; where nothing in them is needed: \
             rm -r -- {names}"
        ));
    }
    (!told.is_empty()).then(|| told.join("; "))
}

/// What a run that was killed left of a switch.
enum Open {
    /// It is not to be gone on with here.
    Over(Became),
    /// This work tree is on its way.
    Here(Found),
}

/// A switch of this work tree.
struct Found {
    name: RefName,
    from: ObjectId,
    to: ObjectId,
    /// Whether the branch has moved already.
    moved: bool,
}

/// Looks what there is to go on with.
fn open(repo: &Repo, run: &Unfinished, switch: Switch<'_>) -> Result<Open, ExecuteError> {
    let over = |why: &str| Ok(Open::Over(Became::GivenUp(why.to_owned())));
    let name = RefName::new(switch.branch);
    if let Some(elsewhere) = elsewhere(repo, run, &name)? {
        return Ok(Open::Over(elsewhere));
    }
    let (Ok(from), Ok(to)) = (switch.from.parse::<ObjectId>(), switch.to.parse::<ObjectId>())
    else {
        return over("its line in the journal names no commits");
    };
    let stands = repo.stands_on(&name)?;
    if stands != Some(from) && stands != Some(to) {
        return over(&format!("{name} has moved since"));
    }
    if repo.checked_out()?.as_ref() != Some(&name) {
        return over(&format!("{name} is checked out here no more"));
    }
    if !repo.has(&from) || !repo.has(&to) {
        return over("its commits are not here any more");
    }
    // All that is ever written comes after what it was planned on.
    if !repo.is_ancestor(&from, &to)? {
        return over("its line in the journal does not lead forwards");
    }
    Ok(Open::Here(Found { name, from, to, moved: stands == Some(to) }))
}

/// Finishes what a killed run did to a work tree.
fn finish(repo: &Repo, found: Found) -> Result<Became, ExecuteError> {
    let Found { name, from, to, moved } = found;
    let finished = repo.finish_switch(&from, &to).map_err(|why| match moved {
        true => half(&name, &to, &why),
        false => why.into(),
    })?;
    if let Resumed::Foreign(path) = finished {
        let shown = path.shown();
        let help = format!(
            "put a copy of it aside, then take it back, `git restore --source=HEAD --staged \
             --worktree -- {}`, and run the same command again with `--in-place`",
            shell::word(&shown)
        );
        return Ok(Became::Blocked { why: format!("{shown} was changed in the meantime"), help });
    }
    if !moved {
        move_ref(repo, &name, &to, Some(&from), "backout: resumed")?;
    }
    let submodules = repo.submodules_between(&from, &to)?;
    confirm(repo, &Target::InPlace(name), &to, &submodules)?;
    Ok(Became::Finished(left_behind(repo, &to, &submodules)))
}

/// A run that leaves the work tree alone finishes nothing in it; but what has come to its end, and
/// could not say so any more, is over.
fn leave(repo: &Repo, found: &Found) -> Became {
    let there = || -> Result<Option<Became>, ExecuteError> {
        if !found.moved {
            return Ok(None);
        }
        let submodules = repo.submodules_between(&found.from, &found.to)?;
        confirm(repo, &Target::InPlace(found.name.clone()), &found.to, &submodules)?;
        Ok(Some(Became::Finished(left_behind(repo, &found.to, &submodules))))
    };
    let open = || left("what you run now leaves the work tree alone".to_owned());
    there().ok().flatten().unwrap_or_else(open)
}

fn left(why: String) -> Became {
    let help = "to finish it, run the same command again with `--in-place`".to_owned();
    Became::Blocked { why, help }
}

/// Where another work tree than this one is the run's: that, or that it is gone.
fn elsewhere(
    repo: &Repo,
    run: &Unfinished,
    name: &RefName,
) -> Result<Option<Became>, ExecuteError> {
    let here = repo.work_tree().map(|top| top.canonicalize().unwrap_or_else(|_| top.to_owned()));
    let began = run.begin.work_tree.as_deref().map(Path::new);
    if began.is_some() && began == here.as_deref() {
        return Ok(None);
    }
    // A work tree that was moved is found by its branch; so is one of which the journal has no
    // word.
    let at = match began.filter(|folder| folder.join(".git").exists()) {
        Some(folder) => Some(folder.to_owned()),
        None => repo.checked_out_at(name)?,
    };
    Ok(match at {
        Some(at) if here.as_ref() == Some(&at) => None,
        Some(at) => Some(Became::Elsewhere(at.display().to_string())),
        None => match repo.stands_on(name)? {
            None => Some(Became::GivenUp(format!("{name} is gone"))),
            Some(_) => Some(Became::GivenUp(format!("{name} is checked out nowhere any more"))),
        },
    })
}

#[cfg(test)]
mod tests;
