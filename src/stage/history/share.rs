//! What the commits of a merge did to one path, each told apart from the others where that can be.

use crate::git::{Change, Commit, Entry, GitError, ObjectId, Repo};
use crate::stage::attribution::Claims;
use crate::stage::step::{Part, Parts};

/// What the commits of a merge did to one path.
#[derive(Default)]
pub(super) struct Share {
    chain: Vec<Part>,
    /// Who says what. A merge inside that says nothing is not asked.
    words: Vec<(ObjectId, Claims)>,
    /// Whether a commit does not follow the one before it: they stand beside each other, and a merge
    /// put them together.
    beside: bool,
    broken: bool,
    /// Whether half of what a commit did is under a name that is lost.
    halved: bool,
}

/// Whether nothing of these commits comes with a merge: each was there before, alone or with all of
/// them, or is not in what it has.
fn brings_nothing(repo: &Repo, change: &Change, parts: &[Part]) -> Result<bool, GitError> {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Ok(true) };
    let is_elsewhere = |old, new| {
        let was_there = repo.onto((old, new), change.old)? == Some(change.old);
        Ok::<_, GitError>(was_there || repo.onto((new, old), change.new)? == Some(change.new))
    };
    if is_elsewhere(first.old, last.new)? {
        return Ok(true);
    }
    for part in parts {
        if !is_elsewhere(part.old, part.new)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The commits of a merge, one by one.
struct Replayed {
    /// What each did to what the merge came to: less than on its branch, where somebody else had
    /// done some of it before.
    chain: Vec<Part>,
    /// What they come to.
    end: Option<Entry>,
}

impl Share {
    /// Half of what a commit did is under a name that is lost.
    pub(super) const fn lacks_a_half(&mut self) {
        (self.broken, self.halved) = (true, true);
    }

    pub(super) fn add(&mut self, place: usize, commit: &Commit, said: &Claims, change: &Change) {
        self.beside |= self.chain.last().is_some_and(|last| last.new != change.old);
        self.broken |= commit.parents.len() != 1;
        if commit.parents.len() < 2 || said.speaks() {
            self.says(commit.id, said);
        }
        self.chain.push(Part {
            place,
            commit: commit.id,
            claims: said.clone(),
            old: change.old,
            new: change.new,
        });
    }

    /// Keeps in mind who says what: every commit for which nobody speaks, of the others one each.
    fn says(&mut self, commit: ObjectId, said: &Claims) {
        let is_known = |(_, known): &(ObjectId, Claims)| known.agrees_with(said);
        if !said.claims_something() || !self.words.iter().any(is_known) {
            self.words.push((commit, said.clone()));
        }
    }

    /// The commits one by one, where playing them again gives what the merge has; else the merge
    /// has changed it as well.
    pub(super) fn told(
        mut self,
        repo: &Repo,
        (merge, own): (ObjectId, &Claims),
        change: &Change,
    ) -> Result<Parts, GitError> {
        let replayed = if self.broken { None } else { self.in_effect(repo, change)? };
        let whole = replayed.as_ref().is_some_and(|replayed| replayed.end == change.new);
        let replayed = if whole { replayed } else { self.of_one(repo, change)?.or(replayed) };
        match replayed {
            Some(Replayed { chain, end }) if end == change.new => {
                return Ok(Parts::Chain(chain));
            }
            None if !self.words.is_empty() => {}
            _ => self.says(merge, own),
        }
        Ok(Parts::Tangled(self.words))
    }

    /// What the commits did to what the merge began with, one by one. Where the first of them had
    /// come another way before, squashed for instance, it is what the others did.
    fn in_effect(&self, repo: &Repo, change: &Change) -> Result<Option<Replayed>, GitError> {
        let replayed = self.replay(repo, change, &self.chain)?;
        let Some(first) = self.chain.first().filter(|_| replayed.is_none() && !self.beside) else {
            return Ok(replayed);
        };
        for (place, last) in self.chain.iter().enumerate().rev() {
            if repo.onto((first.old, last.new), change.old)? == Some(change.old) {
                let others = self.chain.get(place + 1..).unwrap_or_default();
                return self.replay(repo, change, others);
            }
        }
        Ok(None)
    }

    /// The commits that say the same of whose work they are, where they alone come to what the merge
    /// has: whatever the others did had come another way before, or is gone. `None` where that is so
    /// of nobody's commits, or of more than one's.
    fn of_one(&self, repo: &Repo, change: &Change) -> Result<Option<Replayed>, GitError> {
        if self.halved || self.words.len() < 2 {
            return Ok(None);
        }
        let mut found = None;
        for (_, said) in self.words.iter().filter(|(_, said)| said.claims_something()) {
            let (own, others): (Vec<Part>, Vec<Part>) =
                self.chain.iter().cloned().partition(|part| part.claims.agrees_with(said));
            let replayed = self.replay(repo, change, &own)?;
            let Some(replayed) = replayed.filter(|one| one.end == change.new) else { continue };
            if !brings_nothing(repo, change, &others)? || found.replace(replayed).is_some() {
                return Ok(None);
            }
        }
        Ok(found)
    }

    /// Plays commits again, one by one, on what the merge began with. `None` where they cannot be
    /// played so, forwards and backwards.
    fn replay(
        &self,
        repo: &Repo,
        change: &Change,
        parts: &[Part],
    ) -> Result<Option<Replayed>, GitError> {
        let mut now = change.old;
        let mut chain = Vec::new();
        for part in parts {
            let Some(next) = repo.onto((part.old, part.new), now)? else { return Ok(None) };
            if repo.onto((part.new, part.old), next)? == Some(now) {
                chain.push(part.clone());
            } else if self.beside {
                // Of what both branches did, nobody knows whose it is.
                return Ok(None);
            } else if now != next {
                // What was put together here alone is gone with this process.
                if ![now, next].iter().all(|entry| self.has(change, entry)) {
                    return Ok(None);
                }
                chain.push(Part { old: now, new: next, ..part.clone() });
            }
            now = next;
        }
        Ok(Some(Replayed { chain, end: now }))
    }

    /// Whether a commit has this.
    fn has(&self, change: &Change, entry: &Option<Entry>) -> bool {
        let parts = self.chain.iter().flat_map(|part| [part.old, part.new]);
        parts.chain([change.old, change.new]).any(|one| one == *entry)
    }
}
