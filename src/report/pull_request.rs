//! The title and the description of a pull request that backs stages out, or brings them back: why,
//! what, and what has to be done before and after. GitHub takes 65,536 characters and refuses more,
//! so lists are cut, and say so.

use std::fmt::Write as _;

use super::escape::{cell, clip, code, fence, terminal, terminal_lines};
use super::plan::{action, counted};
use super::steps::{Going, Half};
use crate::git::{Change, ObjectId};
use crate::readiness::archives::Archives;
use crate::receipt::instant_text;
use crate::rollback::message::{Naming, harmless, reason_text, without_directives};
use crate::rollback::plan::Plan;
use crate::rollback::proposal::Reviewers;
use crate::rollback::reapply::Return;
use crate::stage::attribution::BACKOUT_TRAILER;
use crate::stage::ledger::Unsaid;
use crate::stage::matcher::StageIndex;

mod boxes;
mod made;

use boxes::{procedure, steps};
pub use made::{RequestKeys, render_request_human};

/// What is kept of 65,536 characters for what people add.
const BUDGET: usize = 60_000;

/// How many entries of a list are shown; the first count with which all of it fits.
const SHOWN: [usize; 5] = [200, 80, 30, 10, 3];

/// The longest text of others, in bytes.
const TEXT: usize = 300;

/// The longest reason, in bytes.
const REASON: usize = 8_000;

/// The longest title, in bytes, before it says what is left out; GitHub takes 256 characters.
const TITLE: usize = 200;

/// A back-out, and what its description needs beside it.
pub struct BackOutRequest<'a> {
    /// How stages are named.
    pub naming: Naming<'a>,
    /// The plan.
    pub plan: &'a Plan,
    /// From which archives the data of its stages would be brought back.
    pub archives: &'a Archives,
    /// Why.
    pub reason: &'a str,
    /// Stages that have landed, build on what goes, and stay.
    pub stay: &'a [StageIndex],
    /// Owners who are not asked for a review, because there are too many of them.
    pub not_asked: &'a [String],
}

/// A return, and what its description needs beside it.
pub struct ReturnRequest<'a> {
    /// How stages are named.
    pub naming: Naming<'a>,
    /// What comes back.
    pub returns: &'a Return,
    /// Why.
    pub reason: &'a str,
    /// Owners who are not asked for a review, because there are too many of them.
    pub not_asked: &'a [String],
}

/// A title out of the first line of a commit's message.
#[must_use]
pub fn request_title(message: &str) -> String {
    let line = terminal(message.lines().next().unwrap_or_default());
    clip(&line, TITLE).into_owned()
}

impl BackOutRequest<'_> {
    /// The description.
    #[must_use]
    pub fn body(&self) -> String {
        within_budget(|shown| self.body_with(shown))
    }

    fn body_with(&self, shown: usize) -> String {
        let Self { naming, plan, .. } = *self;
        let migration = naming.migration;
        let mut text = format!(
            "Backs out {} of the migration {}, planned on {} ({}).\n\n",
            names(naming, &plan.stages),
            safe(&migration.name),
            safe(&migration.branch),
            code(&plan.onto.short()),
        );
        text.push_str(&why(self.reason));
        text.push_str(&impact(naming, &plan.stages));
        let stages = plan.stages.as_slice();
        let going = Going { naming, stages, archives: self.archives };
        section(&mut text, "Before the merge", &steps(going, Half::Before), shown);
        section(&mut text, "What is undone, newest first", &self.commits(), shown);
        text.push_str(&changes(&plan.paths, shown));
        section(&mut text, "What others did on the same files, and stays", &self.foreign(), shown);
        section(&mut text, "What builds on it, and stays", &self.stay(), shown);
        section(&mut text, "After the merge", &steps(going, Half::After), shown);
        section(&mut text, "The team's own procedure", &procedure(naming, stages), shown);
        text.push_str(&not_asked(self.not_asked, shown));
        text.push_str(&self.to_know());
        text
    }

    fn commits(&self) -> Vec<String> {
        let line = |step: &crate::stage::ledger::StageStep| {
            let at = instant_text(step.time);
            let mark = match step.unsaid() {
                Unsaid::All => ", by ownership alone",
                Unsaid::InPart => ", in part by ownership alone",
                Unsaid::Nothing => "",
            };
            let day = at.get(..10).unwrap_or_default();
            format!("- {} {} ({day}{mark})", step.id, safe(&step.subject))
        };
        self.plan.commits.iter().map(line).collect()
    }

    fn foreign(&self) -> Vec<String> {
        self.plan.foreign.iter().map(|commit| format!("- {commit}")).collect()
    }

    fn stay(&self) -> Vec<String> {
        let line = |stage: &StageIndex| {
            let name = self.naming.migration.stages.get(*stage).map(|stage| safe(&stage.name));
            let name = name.unwrap_or_default();
            format!("- stage {}: {name}", code(&self.naming.name(*stage)))
        };
        self.stay.iter().map(line).collect()
    }

    fn to_know(&self) -> String {
        let names: Vec<String> =
            self.plan.stages.iter().map(|stage| self.naming.name(*stage)).collect();
        let again: String = names.iter().map(|name| format!(" --stage {name}")).collect();
        let trailers: String =
            names.iter().map(|name| format!("{BACKOUT_TRAILER}: {name}\n")).collect();
        format!(
            "### To know\n\n\
             - This is exactly what {} plans; {} says whether it still is.\n\
             - **Merging the stage's old branch again brings nothing back**: git takes it for \
             merged. To bring it back: {}\n\
             - Where this is squashed, these lines have to stay in the message:\n\n{}",
            code("backout revert"),
            code("backout verify-revert --pr NUMBER"),
            code(&format!("backout reapply{again} --pr --reason TEXT")),
            fence(&trailers),
        )
    }
}

impl ReturnRequest<'_> {
    /// The description.
    #[must_use]
    pub fn body(&self) -> String {
        within_budget(|shown| self.body_with(shown))
    }

    fn body_with(&self, shown: usize) -> String {
        let Self { naming, returns, .. } = *self;
        let migration = naming.migration;
        let mut text = format!(
            "Brings back {} of the migration {}, planned on {} ({}).\n\n",
            names(naming, &returns.stages),
            safe(&migration.name),
            safe(&migration.branch),
            code(&returns.onto.short()),
        );
        text.push_str(&why(self.reason));
        text.push_str(&impact(naming, &returns.stages));
        let undone: Vec<String> =
            returns.undone.iter().map(|commit: &ObjectId| format!("- {commit}")).collect();
        section(&mut text, "What is undone, newest first", &undone, shown);
        text.push_str(&changes(&returns.paths, shown));
        text.push_str(&not_asked(self.not_asked, shown));
        let trailer = &migration.trailer;
        let names = returns.stages.iter().map(|stage| naming.name(*stage));
        let trailers: String = names.map(|name| format!("{trailer}: {name}\n")).collect();
        let _ = write!(
            text,
            "### To know\n\n\
             - The way back of these stages begins anew: take their backups again before they are \
             deployed.\n\
             - Where this is squashed, these lines have to stay in the message:\n\n{}",
            fence(&trailers)
        );
        text
    }
}

fn within_budget(body: impl Fn(usize) -> String) -> String {
    let fits = |text: &String| text.chars().count() <= BUDGET;
    let mut last = String::new();
    for shown in SHOWN {
        last = body(shown);
        if fits(&last) {
            return last;
        }
    }
    // Only a configuration with very many stages comes here.
    let mut kept = String::new();
    for line in last.lines().take_while(|line| line.len() < BUDGET) {
        if kept.chars().count() + line.chars().count() > BUDGET {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept + "\n_and more than a description can hold_\n"
}

/// Text of others: nothing in it is markup, and nothing in it acts, here or in a message of a
/// commit that is made of it.
fn safe(text: &str) -> String {
    code(&clip(&harmless(text), TEXT))
}

/// A path keeps its `@`, which is none to anybody within a code span.
fn path_text(change: &Change) -> String {
    code(&clip(&without_directives(&change.path.shown()), TEXT))
}

fn names(naming: Naming<'_>, stages: &[StageIndex]) -> String {
    let one = |stage: &StageIndex| code(&naming.name(*stage));
    let all: Vec<String> = stages.iter().map(one).collect();
    match all.as_slice() {
        [one] => format!("stage {one}"),
        all => format!("the stages {}", all.join(", ")),
    }
}

fn why(reason: &str) -> String {
    let text = terminal_lines(&clip(&reason_text(reason), REASON));
    format!("### Why\n\n{}\n", fence(&text))
}

fn impact(naming: Naming<'_>, stages: &[StageIndex]) -> String {
    let mut text = String::from("### Impact\n\n| stage | name | impact |\n|---|---|---|\n");
    for index in stages {
        let Some(stage) = naming.migration.stages.get(*index) else { continue };
        let name = cell(&clip(&harmless(&stage.name), TEXT));
        let _ = writeln!(text, "| {} | {name} | {} |", cell(&naming.name(*index)), stage.impact);
    }
    text.push('\n');
    text
}

fn section(text: &mut String, title: &str, lines: &[String], shown: usize) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "### {title}\n");
    for line in lines.iter().take(shown) {
        let _ = writeln!(text, "{line}");
    }
    if lines.len() > shown {
        let _ = writeln!(text, "\nand {} more", lines.len() - shown);
    }
    text.push('\n');
}

/// Within code spans they are named to whoever reads, and called by nobody.
fn not_asked(owners: &[String], shown: usize) -> String {
    let lines: Vec<String> = owners.iter().map(|owner| format!("- {}", code(owner))).collect();
    let mut text = String::new();
    let most = Reviewers::MOST;
    let title = format!("Owners beyond the {most} whom GitHub asks for a review");
    section(&mut text, &title, &lines, shown);
    text
}

fn changes(changes: &[Change], shown: usize) -> String {
    let line = |change: &Change| format!("- {} {}", action(change), path_text(change));
    let lines: Vec<String> = changes.iter().map(line).collect();
    let mut text = String::new();
    let title = format!("What changes: {}", counted(changes.len(), "path"));
    section(&mut text, &title, &lines, shown);
    text
}
