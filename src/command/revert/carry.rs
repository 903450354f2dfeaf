//! Carrying a plan out, where it was asked for: a pull request, commits, a patch.

use std::path::Path;

use anyhow::Context as _;

use super::super::Context;
use super::super::named_file::{prepare, put, refuse_protected};
use super::super::writing::{Task, Writing};
use super::planning::drafts;
use super::request::Work;
use crate::git::Repo;
use crate::report::{PlanFormat, PlanReport, render_request_human};
use crate::rollback::execute::Target;
use crate::rollback::journal::{Event, Journal};
use crate::shell;

impl Work<'_> {
    /// Brings the plan to its target, and says what that came to.
    pub(super) fn carry_out(
        &self,
        writing: &Writing,
        target: Option<&Target>,
        report: &PlanReport<'_>,
        context: &mut Context<'_>,
    ) -> anyhow::Result<()> {
        let Writing { journal, way } = writing;
        let Task { naming, why, .. } = self.task;
        if let Some(way) = way {
            let done = self.request(way, journal, context)?;
            let text = match self.args.format {
                PlanFormat::Human => render_request_human(&done),
                PlanFormat::Json => report.json(Some(&done)),
            };
            context.stdout.write_all(text.as_bytes())?;
        } else if let Some(target) = target {
            let drafts = drafts(self.ground, self.stages, naming, why)?;
            self.task.commit(&self.scene.repo, journal, &drafts, target, context)?;
        } else if let Some(file) = &self.args.patch {
            self.patch(file, journal, context)?;
        }
        Ok(())
    }

    fn patch(
        &self,
        file: &Path,
        journal: &Journal,
        context: &mut Context<'_>,
    ) -> anyhow::Result<()> {
        let (repo, planned) = (&self.scene.repo, self.planned);
        let Some(tree) = planned.tree else { return Ok(()) };
        let problem = || format!("the patch {} cannot be written", file.display());
        journal.begin(self.task.begin(format!("patch {}", file.display())))?;
        let tip = repo.commit(&planned.onto)?.tree;
        let patch = repo.patch(&tip, &tree)?;
        let target = context.folder.join(file);
        refuse_protected(&target).with_context(problem)?;
        let pending = prepare(&target, &patch).with_context(problem)?;
        put(pending).with_context(problem)?;
        journal.write(Event::End { outcome: "done".to_owned() })?;
        let apply = apply(repo, &context.folder, file);
        context.note(&format!("written: {}; to apply it: {apply}", file.display()));
        Ok(())
    }
}

/// The command that applies a patch, as it works in the folder where it was written. Below the top
/// of a work tree `git apply` leaves out all that is elsewhere.
fn apply(repo: &Repo, folder: &Path, file: &Path) -> String {
    let at = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let named = |path: &Path| shell::word(&path.to_string_lossy()).into_owned();
    match repo.work_tree().map(at).filter(|top| *top != at(folder)) {
        Some(top) => {
            format!("git -C {} apply --index {}", named(&top), named(&at(&folder.join(file))))
        }
        None => format!("git apply --index {}", named(file)),
    }
}
