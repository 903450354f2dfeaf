//! The rules that are pushed along: with the first push ever of a migration goes the tag at which it
//! starts, and the commit of that tag is older than the rules.

use std::cell::OnceCell;

use super::guard::{Guard, Input, Kind, branches};
use crate::git::{Ends, ObjectId, ends};

/// What goes with one push.
pub(super) struct Along<'a> {
    inputs: &'a [Input],
    rules: OnceCell<Option<ObjectId>>,
}

impl<'a> Along<'a> {
    /// All that is judged together.
    pub(super) const fn of(inputs: &'a [Input]) -> Self {
        Self { inputs, rules: OnceCell::new() }
    }

    /// The first pushed commit that brings rules to the branch on which its stages land by them.
    pub(super) fn rules(&self, guard: &Guard<'_>) -> Option<ObjectId> {
        *self.rules.get_or_init(|| self.inputs.iter().find_map(|input| brought(guard, input)))
    }
}

/// What cannot be read is told where its own ref is judged.
fn brought(guard: &Guard<'_>, input: &Input) -> Option<ObjectId> {
    let branch = input.update.remote.as_branch().filter(|_| input.kind == Kind::Push)?;
    let head = ends(guard.repo, &input.update).ok()?.head?;
    let (policies, _) =
        guard.policies(&guard.trust(), Ends { old: None, head: Some(head) }).ok()?;
    branches(&policies).iter().any(|lands| lands == branch).then_some(head)
}
