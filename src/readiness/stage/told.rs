//! What is told of a touched stage, and never in the way.

use std::collections::BTreeSet;

use super::list;
use crate::config::{Stage, StageState};
use crate::git::{ObjectId, RepoPath};
use crate::readiness::judgement::Problem;
use crate::readiness::snapshot::{Snapshot, Squash};
use crate::readiness::split::split;
use crate::stage::matcher::StageIndex;
use crate::stage::plan::Touch;
use crate::stage::trailer;

/// What to say of a line in one of these commits that was meant to be a trailer; else nothing.
fn misspelt(snapshot: &Snapshot<'_>, ids: &BTreeSet<ObjectId>) -> String {
    let key = &snapshot.migration.trailer;
    let commits = snapshot.range.commits.iter().filter(|commit| ids.contains(&commit.id));
    let found =
        commits.filter_map(|commit| Some((commit.id, trailer::misspelt(&commit.message, key)?)));
    found
        .take(1)
        .map(|(commit, line)| format!("; {} says `{line}`: did you mean `{key}`?", commit.short()))
        .collect()
}

/// What is told of a touched stage, and never in the way.
pub(super) fn told(
    snapshot: &Snapshot<'_>,
    index: StageIndex,
    stage: &Stage,
    touch: &Touch,
) -> Vec<Problem> {
    let touched = Touched { snapshot, stage, touch };
    // A closed stage asks nobody whose work it is any more.
    let unsaid = match stage.state {
        StageState::Open => [touched.suggested(), touched.ambiguous(), touched.landing()],
        StageState::Closed => [None, None, None],
    };
    let at = |problem: Problem| match touch.paths.iter().next() {
        Some(path) => problem.path(path),
        None => problem,
    };
    let mut told: Vec<_> =
        unsaid.into_iter().chain([touched.foreign(index)]).flatten().map(at).collect();
    let mixed = mixed(snapshot, index);
    told.extend(squashed(snapshot, index).filter(|_| mixed.is_empty()));
    told.extend(mixed);
    told
}

/// A stage, and what the range does to it.
struct Touched<'s, 'a> {
    snapshot: &'s Snapshot<'a>,
    stage: &'s Stage,
    touch: &'s Touch,
}

impl Touched<'_, '_> {
    fn trailer(&self) -> &str {
        &self.snapshot.migration.trailer
    }

    /// Commits without a trailer on files that the stage alone owns.
    fn suggested(&self) -> Option<Problem> {
        let (snapshot, id, by) = (self.snapshot, &self.stage.id, &self.touch.suggested_by);
        let trailer = self.trailer();
        if by.is_empty() {
            return None;
        }
        let message = format!(
            "{} changes what only stage {id} owns, without a trailer: \
             a rollback would suggest to take it along{}",
            list(snapshot, by),
            misspelt(snapshot, by)
        );
        let help = format!(
            "say whose work it is in the message: `{trailer}: {id}`, \
             or `{trailer}: none` for a hotfix"
        );
        Some(Problem::new("ambiguous-commit", message, help))
    }

    /// Commits without a trailer on files that other stages own as well.
    fn ambiguous(&self) -> Option<Problem> {
        let (snapshot, id, by) = (self.snapshot, &self.stage.id, &self.touch.ambiguous_by);
        let trailer = self.trailer();
        if by.is_empty() {
            return None;
        }
        let message = format!(
            "{} changes a path that several stages own, without a trailer: \
             it counts as work on all of them{}",
            list(snapshot, by),
            misspelt(snapshot, by)
        );
        let help =
            format!("say whose work it is in the message: `{trailer}: {id}`, or `{trailer}: none`");
        Some(Problem::new("ambiguous-commit", message, help).about("shared"))
    }

    /// Commits for which only the text with which they would land speaks.
    fn landing(&self) -> Option<Problem> {
        let (id, by, trailer) = (&self.stage.id, &self.touch.landing_by, self.trailer());
        if by.is_empty() {
            return None;
        }
        let message = format!(
            "{} may land as work on stage {id}: a text with which it would land says so, and \
             it does not say so itself; it is judged as that stage's work",
            list(self.snapshot, by)
        );
        let help = format!(
            "say it in the commit's own message: `{trailer}: {id}`; or, if it is no work of \
             the stage, take the line out of that text"
        );
        Some(Problem::new("ambiguous-commit", message, help).about("landing"))
    }

    /// Commits that are declared to be no work of the stage whose files they change.
    fn foreign(&self, index: StageIndex) -> Option<Problem> {
        let (snapshot, id, by) = (self.snapshot, &self.stage.id, &self.touch.foreign_by);
        let trailer = self.trailer();
        if by.is_empty() {
            return None;
        }
        let message = format!(
            "{} is declared no work of stage {id}, on files that it owns: {}",
            list(snapshot, by),
            kept(snapshot, index)
        );
        let help = format!(
            "look at it once: if it is work of the stage after all, \
             say so in its message: `{trailer}: {id}`"
        );
        Some(Problem::new("declared-foreign", message, help))
    }
}

/// What becomes of foreign work on a stage's files: of one commit with both, nothing can be kept.
fn kept(snapshot: &Snapshot<'_>, index: StageIndex) -> &'static str {
    let squash = snapshot.squash.as_ref().filter(|squash| squash.claims.stages.contains(&index));
    match squash {
        Some(Squash { certain: true, .. }) => {
            "it lands as one commit with the stage's work, and no rollback can keep it then"
        }
        Some(_) => "a rollback will keep it, unless it lands as one commit with the stage's work",
        None => "a rollback will keep it",
    }
}

/// Two stages in one commit on one path that they share: neither can be reverted alone.
fn mixed(snapshot: &Snapshot<'_>, index: StageIndex) -> Vec<Problem> {
    let mixed = snapshot.plan.commits.iter().filter_map(|commit| {
        let (path, _) = commit.owned.iter().find(|(path, owners)| {
            let named = commit.claims.named(owners, path);
            named.len() > 1 && named.contains(&index)
        })?;
        Some(
            Problem::new(
                "mixed-commit",
                format!(
                    "{} \"{}\" is work of several stages on {}: \
                     no one of them can be reverted alone",
                    commit.id.short(),
                    commit.subject,
                    path.shown()
                ),
                split(snapshot, &commit.id),
            )
            .path(path)
            .commit(commit.id),
        )
    });
    mixed.collect()
}

/// Two stages in one commit that the forge makes of several.
fn squashed(snapshot: &Snapshot<'_>, index: StageIndex) -> Option<Problem> {
    let squash = snapshot.squash.as_ref()?;
    let is_mixed = |path: &&RepoPath| {
        // A glob that cannot be read is refused before this.
        let owners = snapshot.matcher.owners(path).unwrap_or_default();
        let named = squash.claims.named(&owners, path);
        named.len() > 1 && named.contains(&index)
    };
    let path = snapshot.plan.shared.iter().find(is_mixed)?;
    let (lands, is) = if squash.certain { ("lands", "is") } else { ("may land", "would be") };
    let message = format!(
        "all of it {lands} as one commit, which {is} work of several stages on {}: \
         no one of them can be reverted alone then",
        path.shown()
    );
    let help = "land each stage's commits by themselves, or all of them by a merge commit";
    Some(Problem::new("mixed-commit", message, help).path(path))
}
