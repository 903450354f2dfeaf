//! What bringing stages back would do, and what helps where it cannot be done.

use std::fmt::Write as _;

use super::escape::terminal;
use super::layout::{Paint, Style, wrap};
use super::plan::{changes, commands, free_branch, git_reverts, list, reason};
use crate::git::{GitError, Repo};
use crate::rollback::clash::{Clash, Reason};
use crate::rollback::message::Naming;
use crate::rollback::reapply::Return;
use crate::shell::word;
use crate::stage::matcher::StageIndex;

/// What bringing stages back comes to, for people.
pub fn render_return_human(
    repo: &Repo,
    naming: Naming<'_>,
    returns: &Return,
    command: &str,
    tip: &str,
    color: bool,
) -> Result<String, GitError> {
    let paint = Paint(color);
    let mut text = String::new();
    let title = format!("Bring back {}", naming.stages(&returns.stages));
    let _ = writeln!(text, "{}", paint.paint(Style::Strong, &title));
    let _ = writeln!(text, "  on {} ({})", terminal(tip), returns.onto.short());
    if returns.is_empty() && returns.clashes.is_empty() {
        let landed = if returns.stages.len() == 1 { "it has" } else { "they have" };
        let _ = writeln!(text, "\n  nothing to bring back: {landed} landed");
        return Ok(text);
    }
    let _ = writeln!(text, "\n  what is undone, newest first");
    let mut commits = Vec::new();
    for commit in &returns.undone {
        let subject = repo.commit(commit)?.subject();
        commits.push(format!("{} {}", commit.short(), terminal(&subject)));
    }
    list(&mut text, &commits, "commits");
    text.push_str(&changes(repo, &returns.paths)?);
    if !returns.left_out.is_empty() {
        let left: Vec<StageIndex> = returns.left_out.iter().copied().collect();
        let stays = if left.len() == 1 { "stays" } else { "stay" };
        let line = format!("{} went by the same commit and {stays} out", naming.stages(&left));
        let _ = writeln!(text, "\n  {line}");
    }
    if !returns.clashes.is_empty() {
        let _ = writeln!(text, "\n  {}", paint.paint(Style::Deny, "what stands in the way"));
        let lines: Vec<String> = returns
            .clashes
            .iter()
            .map(|clash| format!("{}: {}", terminal(&clash.path.shown()), reason(naming, clash)))
            .collect();
        list(&mut text, &lines, "conflicts");
        text.push_str(&way_back(repo, naming, returns, command)?);
    }
    Ok(text)
}

/// What helps where stages cannot be brought back.
fn way_back(
    repo: &Repo,
    naming: Naming<'_>,
    returns: &Return,
    command: &str,
) -> Result<String, GitError> {
    if !returns.together.is_empty() {
        let others: Vec<StageIndex> = returns.together.iter().copied().collect();
        let more: String =
            others.iter().map(|stage| format!(" --stage {}", naming.name(*stage))).collect();
        let words =
            format!("\n  It works together with {}: {command}{more}\n", naming.stages(&others));
        return Ok(wrap(&words, 4));
    }
    // Not where undoing that would bring others' work along, or a part of the stage's alone.
    let is_conflict = |clash: &Clash| {
        !matches!(clash.reason, Reason::Shared(_) | Reason::Tangled | Reason::TakenInParts)
    };
    if !returns.left_out.is_empty() || !returns.clashes.iter().all(is_conflict) {
        return Ok(String::from("\n  it has to be resolved by hand, on a branch, and reviewed\n"));
    }
    let stages = returns.stages.as_slice();
    let branch = free_branch(repo, "again", naming, stages)?;
    let mut lines = vec![format!("git switch -c {branch} {}", returns.onto.short())];
    lines.extend(git_reverts(repo, &returns.undone)?);
    let trailers: String = stages
        .iter()
        .map(|stage| format!("{}: {}", naming.migration.trailer, naming.name(*stage)))
        .map(|trailer| format!(" --trailer {}", word(&trailer)))
        .collect();
    let title = format!("Bring back {}", naming.stages(stages));
    lines.push(format!("git commit -m {}{trailers}", word(&title)));
    let words = "\n  it has to be resolved by hand, on a branch, and reviewed: git marks what is in \
                 conflict, and what others did since stays\n";
    Ok(wrap(words, 4) + &commands(&lines))
}
