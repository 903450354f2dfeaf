//! Whose words count for a commit inside a merge.
//!
//! What a commit is, is what it says itself. Of one that says nothing, the words of the merge that
//! brought it to the line of first parents count, where that merge itself claims something: by its
//! own message, or by an attribution that names it. Nobody else's words do: what one commit of a
//! branch says is not said by those beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::Claims;
use crate::git::{Commit, ObjectId};

impl Claims {
    /// Whether the commit says anything of itself, be it wrong, or in vain.
    #[must_use]
    pub fn speaks(&self) -> bool {
        !self.is_silent()
            || !self.elsewhere.is_empty()
            || !self.of_others.is_empty()
            || !self.backs_out.is_empty()
            || !self.in_vain.is_empty()
    }

    /// Whether it says whose work something is: what a merge says of itself so, it says of the
    /// silent commits that it brought.
    #[must_use]
    pub fn claims_something(&self) -> bool {
        !self.stages.is_empty() || self.foreign || !self.backs_out.is_empty()
    }

    /// The words that count for a commit with these claims, which a merge with those brought.
    #[must_use]
    pub fn within<'c>(&'c self, merge: Option<&'c Self>) -> &'c Self {
        match merge {
            Some(merge) if !self.speaks() && merge.claims_something() => merge,
            _ => self,
        }
    }

    /// What a commit says that is made of commits with these words, and keeps them: each is said of
    /// all of it.
    #[must_use]
    pub fn squashed<'c>(all: impl IntoIterator<Item = &'c Self>) -> Self {
        let mut whole = Self::default();
        for one in all {
            whole.stages.extend(&one.stages);
            whole.foreign |= one.foreign;
            whole.of_others.extend(&one.of_others);
            whole.backs_out.extend(&one.backs_out);
        }
        whole
    }

    /// Whether both say the same of whose work something is.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.stages == other.stages
            && self.foreign == other.foreign
            && self.by_path == other.by_path
            && self.backs_out == other.backs_out
            && self.of_others == other.of_others
    }
}

/// Which merge brought a commit to the line of first parents that ends with `head`: of these
/// commits, which hold all that the line has in between. Those on the line itself nobody brought.
#[must_use]
pub fn brought_by(commits: &[Commit], head: &ObjectId) -> BTreeMap<ObjectId, ObjectId> {
    if commits.iter().all(|commit| commit.parents.len() < 2) {
        return BTreeMap::new();
    }
    let known: BTreeMap<&ObjectId, &Commit> =
        commits.iter().map(|commit| (&commit.id, commit)).collect();
    let first = |commit: &&Commit| known.get(commit.parents.first()?).copied();
    let mut line: Vec<&Commit> = std::iter::successors(known.get(head).copied(), first).collect();
    line.reverse();
    let mut seen: BTreeSet<&ObjectId> = line.iter().map(|commit| &commit.id).collect();
    let mut brought = BTreeMap::new();
    for merge in line {
        let mut pending: Vec<&ObjectId> = merge.parents.iter().skip(1).collect();
        while let Some(id) = pending.pop() {
            if let Some(commit) = known.get(id)
                && seen.insert(&commit.id)
            {
                brought.insert(commit.id, merge.id);
                pending.extend(&commit.parents);
            }
        }
    }
    brought
}

/// What is said by the step that a range will land as: a pull request's text may be known before
/// there is any commit with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LandingWords {
    /// What it says of commits that say nothing, in whichever way it lands.
    pub agreed: Claims,
    /// What it may say of those.
    pub of_silent: Vec<Claims>,
    /// What it may say of all commits, which it would be made of.
    pub of_all: Vec<Claims>,
}

impl LandingWords {
    /// From what it would say in each way, and whether it is one commit then.
    #[must_use]
    pub fn new(ways: impl IntoIterator<Item = (Claims, bool)>) -> Self {
        // Only what makes it somebody's work: a commit that is not there yet backs nothing out.
        let words = |said: Claims| {
            let Claims { stages, foreign, .. } = said;
            Claims { stages, foreign, ..Claims::default() }
        };
        let (mut all, mut found) = (Vec::new(), Self::default());
        for (said, is_one) in ways {
            let said = words(said);
            if !said.stages.is_empty() {
                let may = if is_one { &mut found.of_all } else { &mut found.of_silent };
                may.push(said.clone());
            }
            all.push(said);
        }
        if let Some((first, others)) = all.split_first()
            && others.iter().all(|other| other == first)
        {
            found.agreed.clone_from(first);
        }
        found
    }

    /// Whether it may make anything a stage's work.
    #[must_use]
    pub const fn names_a_stage(&self) -> bool {
        !self.of_silent.is_empty() || !self.of_all.is_empty()
    }

    /// What it says of a commit that says nothing, or may say.
    #[must_use]
    pub fn at_most(&self) -> Claims {
        let mut most = self.agreed.clone();
        most.stages.extend(self.may().flat_map(|said| &said.stages));
        most
    }

    /// All that it may say.
    pub fn may(&self) -> impl Iterator<Item = &Claims> {
        self.of_silent.iter().chain(&self.of_all)
    }
}
