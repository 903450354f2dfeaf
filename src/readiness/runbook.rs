//! `runbook`: the plan that people would follow is there.

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::Snapshot;
use crate::git::TreeFile;
use crate::policy::levels::Strictness;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "runbook",
    asks: "the plan's document is in the pushed tree",
    codes: &[Code { problem: "plan-missing", strictness: Strictness::Told }],
    page: include_str!("runbook.md"),
    judge,
    asked_of_reverts: false,
};

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let Some(document) = &snapshot.migration.document else {
        return judgement.range().not_applicable();
    };
    if snapshot.plan.touched.is_empty() {
        return judgement.range().not_applicable();
    }
    let path = snapshot.rooted(document);
    let missing = |message: String| {
        let help =
            format!("add the document at `{path}`, or name another one in `[migration] document`");
        Problem::new("plan-missing", message, help).about(document)
    };
    let (unmet, unknown) = match snapshot.facts.file(&path) {
        Ok(Some(TreeFile::Content(content))) if content.iter().all(u8::is_ascii_whitespace) => {
            (vec![missing(format!("the migration's document `{path}` is empty"))], Vec::new())
        }
        Ok(Some(TreeFile::Content(_))) => (Vec::new(), Vec::new()),
        Ok(Some(TreeFile::NotAFile(kind))) => {
            (vec![missing(format!("the migration's document `{path}` is {kind}"))], Vec::new())
        }
        Ok(None) => (
            vec![missing(format!("the migration's document `{path}` is not in the pushed tree"))],
            Vec::new(),
        ),
        Err(unknown) => {
            (Vec::new(), vec![Problem::unknown("plan-missing", &format!("`{path}`"), &unknown)])
        }
    };
    judgement.range().conclude(unmet, unknown);
}
