//! What hangs on a commit of which nobody has said whose work it was: what holds in both cases is
//! known, anything else is not.

use super::judgement::Problem;
use super::snapshot::Snapshot;
use crate::config::Stage;
use crate::git::ObjectId;

/// What is wrong, and what could not be checked.
type Problems = (Vec<Problem>, Vec<Problem>);

/// Unites what follows if the commit was the stage's work with what follows if it was not.
pub fn agree(
    snapshot: &Snapshot<'_>,
    stage: &Stage,
    commit: ObjectId,
    [work, hotfix]: [Problems; 2],
) -> Problems {
    let is_clean = |(unmet, unknown): &Problems| unmet.is_empty() && unknown.is_empty();
    let (problems, was) = match (is_clean(&work), is_clean(&hotfix)) {
        (true, false) => (hotfix, "was no work of"),
        (false, true) => (work, "was work of"),
        // The same in both cases, or wrong in either.
        _ => return work,
    };
    let (unmet, mut unknown) = problems;
    let id = &stage.id;
    unknown.extend(unmet.into_iter().map(|problem| {
        problem.doubtful(
            &format!(
                "nobody has said whose work {} is, on files of stage {id}; \
                 if it {was} that stage, ",
                commit.short()
            ),
            format!(
                "say it, and land that: `backout attribute --stage {} {}`, \
                 or `--stage none` for a hotfix",
                snapshot.named(stage),
                commit.short()
            ),
        )
    }));
    (Vec::new(), unknown)
}
