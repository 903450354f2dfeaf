//! The plan of a back-out, or of bringing stages back, for people and for programs.

use std::fmt::Write as _;

use clap::ValueEnum;

use super::escape::{self, terminal};
use super::layout::{Paint, Style, table, wrap};
use super::steps::{Going, Rollback};
use crate::git::{Change, GitError, ObjectId, RefName, Repo};
use crate::readiness::archives::Archives;
use crate::receipt::instant_text;
use crate::rollback::blockers::Blockers;
use crate::rollback::clash::{Clash, Reason, Renamed};
use crate::rollback::clearing::{Clearing, foreign_trailer};
use crate::rollback::flags::Doubt;
use crate::rollback::message::Naming;
use crate::rollback::plan::Plan;
use crate::shell::word;
use crate::stage::attribution::BACKOUT_TRAILER;
use crate::stage::ledger::Unsaid;
use crate::stage::matcher::StageIndex;

mod json;

pub use json::render_return_json;

/// The formats of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people.
    Human,
    /// For programs: version 1.
    Json,
}

/// The command that made a plan, to be run again in other ways; as a shell takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The command and what it is about: `backout revert --stage 9`.
    pub command: String,
    /// Whether what comes after, and what blocks, goes along.
    pub cascade: bool,
    /// The commit, where it was named.
    pub onto: Option<String>,
    /// All else that shapes the plan, with a space in front.
    pub rest: String,
}

impl Again {
    /// The command that plans the same.
    #[must_use]
    pub fn same(&self) -> String {
        let Self { command, cascade, onto, rest } = self;
        let cascade = if *cascade { " --cascade" } else { "" };
        let onto = onto.as_deref().map(|onto| format!(" --onto {}", word(onto)));
        format!("{command}{cascade}{}{rest}", onto.unwrap_or_default())
    }

    fn onto(&self, commit: &str) -> String {
        Self { onto: Some(commit.to_owned()), ..self.clone() }.same()
    }

    fn cascading(&self) -> String {
        Self { cascade: true, ..self.clone() }.same()
    }
}

/// A plan and what its report needs beside it.
pub struct PlanReport<'a> {
    /// How stages are named.
    pub naming: Naming<'a>,
    /// The stage that was asked for.
    pub asked: &'a str,
    /// The command that plans it.
    pub command: &'a Again,
    /// The tip, as people know it.
    pub tip: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// From which archives the data of its stages would be brought back.
    pub archives: &'a Archives,
    /// What stands in its way.
    pub blockers: &'a Blockers,
    /// Whether it helps to take foreign work back first.
    pub clearing: &'a Clearing,
    /// Why there is nothing to back out, where that is so.
    pub nothing: &'a str,
    /// Landed stages that come after what goes, and stay.
    pub stay: &'a [StageIndex],
    /// Flags that may not do what the rollback needs.
    pub doubts: &'a [Doubt],
}

/// How a step is marked that is a stage's by ownership alone.
pub(super) const fn by_ownership(unsaid: Unsaid) -> &'static str {
    match unsaid {
        Unsaid::Nothing => "",
        Unsaid::InPart => "  (in part by ownership)",
        Unsaid::All => "  (by ownership)",
    }
}

/// How many paths, commits or conflicts are shown to people.
const SHOWN: usize = 40;

impl PlanReport<'_> {
    /// The plan for people. Nothing in it says that anything was done.
    pub fn human(&self, repo: &Repo, color: bool) -> Result<String, GitError> {
        let paint = Paint(color);
        let plan = self.plan;
        let mut text = String::new();
        let title = format!("Back out {}", self.naming.stages(&plan.stages));
        let _ = writeln!(text, "{}", paint.paint(Style::Strong, &title));
        let tip = format!("{} ({})", terminal(self.tip), plan.onto.short());
        let _ = writeln!(text, "  on {tip}");
        if plan.is_empty() {
            let nothing = match self.nothing {
                "" => "nothing to back out".to_owned(),
                why => format!("nothing to back out: {why}"),
            };
            let _ = writeln!(text, "\n  {}", wrap(&nothing, 4));
            return Ok(text);
        }
        for stage in self.irreversible() {
            let name = self.naming.name(stage);
            let why = self.naming.migration.stages.get(stage).and_then(|one| one.reason.as_deref());
            let why = why.map(|why| format!(": {}", terminal(why))).unwrap_or_default();
            let line = format!(
                "stage {name} is a point of no return{why}. Its code goes back, \
                 and what it did stays done"
            );
            let _ = write!(text, "\n  {}", wrap(&format!("{line}\n"), 4));
        }
        text.push_str(&self.flags());
        let _ = writeln!(text, "\n  what goes back, newest first");
        let mut commits = Vec::new();
        for step in &plan.commits {
            let mark = by_ownership(step.unsaid());
            let at = instant_text(step.time);
            let subject = terminal(&step.subject);
            commits.push(format!("{} {} {subject}{mark}", step.id.short(), &at[..10]));
            for part in step.unsaid_parts() {
                let subject = repo.commit(&part)?.subject();
                let mark = by_ownership(Unsaid::All);
                commits.push(format!("  {} {}{mark}", part.short(), terminal(&subject)));
            }
        }
        list(&mut text, &commits, "commits");
        text.push_str(&changes(repo, &plan.paths)?);
        if !plan.foreign.is_empty() {
            let _ = writeln!(text, "\n  other commits on the same files, which stay");
            let mut others = Vec::new();
            for commit in &plan.foreign {
                let subject = repo.commit(commit)?.subject();
                let goes = plan.commits.iter().any(|step| step.id == *commit);
                let mark = if goes { "  (in part)" } else { "" };
                others.push(format!("{} {}{mark}", commit.short(), terminal(&subject)));
            }
            list(&mut text, &others, "commits");
        }
        text.push_str(&self.rollback().human("The code: what this plan takes back"));
        if !self.stay.is_empty() {
            let stay = self.naming.stages(self.stay);
            let (goes, it) = match self.stay {
                [_] => ("goes", "it goes"),
                _ => ("go", "they go"),
            };
            let told = format!(
                "\n  {stay} would stay, and by `after` {goes} first: \
                 with `--cascade` {it} as well\n"
            );
            text.push_str(&wrap(&told, 4));
        }
        if !plan.clashes.is_empty() {
            text.push_str(&self.conflicts(repo, paint)?);
        }
        Ok(text)
    }

    /// What stands against counting on the flags.
    fn flags(&self) -> String {
        if self.doubts.is_empty() {
            return String::new();
        }
        let mut text = "\n  flags that may not do what the rollback needs\n".to_owned();
        let lines: Vec<String> =
            self.doubts.iter().map(|doubt| wrap(&terminal(&doubt.why), 6)).collect();
        list(&mut text, &lines, "flags");
        text
    }

    /// All that the rollback takes, the code among it.
    fn rollback(&self) -> Rollback<'_> {
        let (stages, archives) = (&self.plan.stages, self.archives);
        Rollback::new(Going { naming: self.naming, stages, archives })
    }

    /// What is left to people once the code is written: one line, where there is anything.
    #[must_use]
    pub fn left(&self) -> Option<String> {
        self.rollback().left()
    }

    fn conflicts(&self, repo: &Repo, paint: Paint) -> Result<String, GitError> {
        let mut text = String::new();
        let title = "what stands in the way";
        let _ = writeln!(text, "\n  {}", paint.paint(Style::Deny, title));
        let mut clashes = Vec::new();
        for clash in &self.plan.clashes {
            let mut line =
                format!("{}: {}", terminal(&clash.path.shown()), reason(self.naming, clash));
            if let Some(commits) = self.blockers.commits.get(&clash.path) {
                let commits: Vec<String> = commits.iter().map(ObjectId::short).collect();
                let _ = write!(line, " (by {})", commits.join(", "));
            }
            clashes.push(wrap(&line, 6));
        }
        list(&mut text, &clashes, "conflicts");
        text.push_str(&wrap(&format!("\n  {}\n", self.way_out()), 4));
        text.push_str(&self.by_hand(repo)?);
        text.push_str(&self.moves());
        Ok(text)
    }

    /// The commands that take work of none of the stages back on a branch, and plan on that.
    fn by_hand(&self, repo: &Repo) -> Result<String, GitError> {
        if *self.clearing != Clearing::Works {
            return Ok(String::new());
        }
        let branch = free_branch(repo, "before", self.naming, &self.plan.stages)?;
        let mut lines = vec![format!("git switch -c {branch} {}", self.plan.onto.short())];
        lines.extend(git_reverts(repo, &self.blockers.foreign)?);
        let trailer = foreign_trailer(&self.naming.migration.trailer);
        let trailer = word(&trailer);
        lines.push(format!("git commit -m 'Take back what is in the way' --trailer {trailer}"));
        lines.push(self.command.onto(&branch));
        Ok(commands(&lines))
    }

    /// What helps against work of none of the stages.
    fn against_foreign(&self) -> String {
        let commits: Vec<String> = self.blockers.foreign.iter().map(ObjectId::short).collect();
        let blocked =
            format!("blocked by work of none of the migration's stages ({})", commits.join(", "));
        let why = match self.clearing {
            Clearing::Works => {
                return format!(
                    "{blocked}: take it back on a branch, in a commit that says so, and plan on that"
                );
            }
            Clearing::Conflicts(commit, path) => format!(
                "taking {} back first is in conflict itself, at {}",
                commit.short(),
                terminal(&path.shown())
            ),
            Clearing::NotEnough | Clearing::Unasked => {
                "taking that back first is not enough".to_owned()
            }
        };
        let stages = self.names(&self.plan.stages);
        let says: Vec<String> =
            stages.iter().map(|stage| format!("`{BACKOUT_TRAILER}: {stage}`")).collect();
        let whose = if stages.len() == 1 { "the stage" } else { "these stages" };
        format!(
            "{blocked}, and {why}. It has to be resolved by hand, on a branch, and reviewed: a \
             commit that says {} and leaves the files of {whose} as they were before its work backs \
             it out; what is to stay of other work comes again, in commits that say whose it is (`{}`)",
            says.join(" and "),
            foreign_trailer(&self.naming.migration.trailer)
        )
    }

    /// What `[[moves]]` has to say, so that what was renamed goes back under its new name.
    fn moves(&self) -> String {
        let folder = &self.naming.migration.folder;
        let renamed = self.plan.clashes.iter().filter_map(|clash| clash.renamed(folder));
        let lines: Vec<String> = renamed
            .map(|Renamed { from, to }| {
                let [from, to] = [from, to].map(|name| escape::json(&name));
                format!("[[moves]]\n    from = {from}\n    to = {to}")
            })
            .collect();
        if lines.is_empty() {
            return String::new();
        }
        let told = "\n  where it was renamed, these lines in backout.toml take its work back under the \
                    new name, which has to be among the stage's `paths`, too; once that has landed, \
                    plan again\n";
        let mut text = wrap(told, 4);
        list(&mut text, &lines, "moves");
        text
    }

    /// What helps against the conflicts.
    #[must_use]
    pub fn way_out(&self) -> String {
        let blockers = self.blockers;
        let blocking = self.naming.stages(&blockers.stages);
        let checkpoint = self.plan.clashes.iter().find_map(Clash::checkpoint_help);
        match (&blockers.cascade, blockers.stages.as_slice()) {
            (Some(cascade), [_, ..]) => {
                let names: Vec<String> =
                    cascade.iter().map(|stage| self.naming.name(*stage)).collect();
                let works = match blockers.one_by_one {
                    true => format!("It works in this order: {}", names.join(", then ")),
                    false => format!("It works in one commit alone: {}", names.join(" and ")),
                };
                format!("blocked by {blocking}. {works}. To do so: {}", self.command.cascading())
            }
            (_, [_, ..]) => format!(
                "blocked by {blocking}, and backing those out as well is not enough: the commits \
                 above have to be resolved by hand"
            ),
            (_, []) if blockers.are_foreign_alone() && checkpoint.is_none() => {
                self.against_foreign()
            }
            _ => checkpoint.unwrap_or_else(|| {
                "it has to be resolved by hand, on a branch, and reviewed".to_owned()
            }),
        }
    }

    /// The stages of the plan that cannot be undone.
    fn irreversible(&self) -> Vec<StageIndex> {
        let stages = &self.naming.migration.stages;
        let is_one = |stage: &StageIndex| stages.get(*stage).is_some_and(|one| one.irreversible);
        self.plan.stages.iter().copied().filter(is_one).collect()
    }

    fn names(&self, stages: &[StageIndex]) -> Vec<String> {
        stages.iter().map(|stage| self.naming.name(*stage)).collect()
    }
}

/// A name for a branch on which something is done for stages, that no branch has.
pub(super) fn free_branch(
    repo: &Repo,
    what: &str,
    naming: Naming<'_>,
    stages: &[StageIndex],
) -> Result<String, GitError> {
    let names: Vec<String> = stages.iter().map(|stage| naming.name(*stage)).collect();
    let first = format!("{what}-{}", names.join("-").replace(':', "-"));
    let mut name = first.clone();
    let mut number = 1;
    while repo.reference(&RefName::branch(&name))?.is_some() {
        number += 1;
        name = format!("{first}-{number}");
    }
    Ok(name)
}

/// The commands by which git takes commits back.
pub(super) fn git_reverts(repo: &Repo, commits: &[ObjectId]) -> Result<Vec<String>, GitError> {
    let command = |commit: &ObjectId| {
        let merge = if repo.commit(commit)?.parents.len() > 1 { " -m 1" } else { "" };
        Ok(format!("git revert --no-commit{merge} {}", commit.short()))
    };
    commits.iter().map(command).collect()
}

/// Commands to be copied: all of them, for some alone would lead nowhere.
pub(super) fn commands(lines: &[String]) -> String {
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("\n{lines}")
}

pub(super) fn reason(naming: Naming<'_>, clash: &Clash) -> String {
    match &clash.reason {
        Reason::Shared(with) => {
            let with: Vec<StageIndex> = with.iter().copied().collect();
            let whose = naming.stages(&with);
            format!("{} changed it for {whose} as well, and cannot be divided", clash.step.short())
        }
        other => terminal(&other.to_string()),
    }
}

pub(super) fn list(text: &mut String, lines: &[String], what: &str) {
    for line in lines.iter().take(SHOWN) {
        let _ = writeln!(text, "    {line}");
    }
    if lines.len() > SHOWN {
        let _ = writeln!(text, "    and {} more {what}", lines.len() - SHOWN);
    }
}

/// What changes, with the lines that come and go.
pub(super) fn changes(repo: &Repo, changes: &[Change]) -> Result<String, GitError> {
    if changes.is_empty() {
        return Ok(String::new());
    }
    let mut text = String::from("\n  what changes\n");
    let mut rows = Vec::new();
    let (mut added, mut removed) = (0, 0);
    for change in changes {
        let stat = repo.line_stat(change)?;
        let lines = match stat {
            Some((plus, minus)) => {
                added += plus;
                removed += minus;
                format!("+{plus} -{minus}")
            }
            None => "binary".to_owned(),
        };
        let path = terminal(&change.path.shown());
        rows.push(vec![action(change).to_owned(), path, lines]);
    }
    let count = rows.len();
    rows.truncate(SHOWN);
    for line in table(&rows, Paint(false)).lines() {
        let _ = writeln!(text, "  {line}");
    }
    if count > SHOWN {
        let _ = writeln!(text, "    and {} more paths", count - SHOWN);
    }
    let (paths, added) = (counted(count, "path"), counted(added, "line"));
    let _ = writeln!(text, "    {paths}, {added} added, {removed} taken away");
    Ok(text)
}

/// `1 step`, `2 steps`.
#[must_use]
pub fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

pub(super) fn action(change: &Change) -> &'static str {
    match (change.old, change.new) {
        (None, _) => "add",
        (_, None) => "delete",
        (Some(old), Some(new)) if old.oid == new.oid => "mode",
        _ => "modify",
    }
}
