//! Where branches and their commits are read: on a forge, or on any remote by git.

use super::ProposeError;
use crate::forge::{Client, Refusal, Signer, is_app};
use crate::git::{Commit, ObjectId, RefName, Repo, Seconds};

/// Branches and commits that lie elsewhere.
pub(super) trait Tips {
    /// What a ref stands on there; `None` where there is none.
    fn tip(&self, name: &RefName) -> Result<Option<ObjectId>, ProposeError>;

    /// A commit that lies there.
    fn commit(&self, id: &ObjectId) -> Result<Commit, ProposeError>;

    /// Whether a commit that lies there names nobody as its author and its committer but whom a
    /// commit of ours would name: whoever runs this, or an App.
    fn is_from_us(&self, id: &ObjectId) -> Result<bool, ProposeError>;
}

/// On a forge.
pub(super) struct OnForge<'t, 'c> {
    pub(super) client: &'t Client<'c>,
    pub(super) repo: &'t Repo,
}

impl Tips for OnForge<'_, '_> {
    fn tip(&self, name: &RefName) -> Result<Option<ObjectId>, ProposeError> {
        Ok(self.client.reference(name)?)
    }

    fn commit(&self, id: &ObjectId) -> Result<Commit, ProposeError> {
        if self.repo.has(id) {
            return Ok(self.repo.commit(id)?);
        }
        let found = self.client.commit(id)?.ok_or_else(|| {
            let why = format!("the forge has no commit {}, which a branch stands on", id.short());
            ProposeError::Refused(Refusal::Otherwise(why))
        })?;
        Ok(Commit {
            id: found.id,
            tree: found.tree,
            parents: found.parents,
            time: Seconds(0),
            message: found.message.into_bytes(),
        })
    }

    fn is_from_us(&self, id: &ObjectId) -> Result<bool, ProposeError> {
        let Some([author, committer]) = self.client.signers(id)? else { return Ok(false) };
        let mine = self.repo.own_address()?;
        let known = [&author, &committer];
        if known.iter().all(|one| one.is_app() || mine.is_some() && one.address == mine) {
            return Ok(true);
        }
        let login = self.client.login()?;
        let is_me = |one: &Signer| match (&one.login, &login) {
            (Some(one), Some(login)) => one.eq_ignore_ascii_case(login),
            _ => mine.is_some() && one.address == mine,
        };
        let fits = |one: &Signer| one.is_app() || is_me(one);
        // What GitHub commits for somebody it signs with a name of its own.
        Ok(fits(&author) && (fits(&committer) || committer.is_forge()))
    }
}

/// On a remote; what is asked for is fetched, and no ref here moves.
pub(super) struct OnRemote<'t> {
    pub(super) repo: &'t Repo,
    pub(super) remote: &'t str,
}

impl Tips for OnRemote<'_> {
    fn tip(&self, name: &RefName) -> Result<Option<ObjectId>, ProposeError> {
        self.repo.fetch_ref(self.remote, name).map_err(|error| ProposeError::InTheWay {
            why: format!("git could not read {}: {error}", self.remote),
            help: "see that `git fetch` works there; then run the same command again".to_owned(),
        })
    }

    fn commit(&self, id: &ObjectId) -> Result<Commit, ProposeError> {
        Ok(self.repo.commit(id)?)
    }

    fn is_from_us(&self, id: &ObjectId) -> Result<bool, ProposeError> {
        let mine = self.repo.own_address()?;
        let fits = |address: &String| is_app(address) || mine.as_ref() == Some(address);
        Ok(self.repo.addresses(id)?.iter().all(fits))
    }
}
