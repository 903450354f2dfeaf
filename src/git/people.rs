//! Whom commits name: the author and the committer, by their addresses.

use super::{GitError, ObjectId, Repo};

impl Repo {
    /// The address that a commit made here would name as its committer; `None` where git has none
    /// to name.
    pub fn own_address(&self) -> Result<Option<String>, GitError> {
        let said = match self.run(&["var", "GIT_COMMITTER_IDENT"], &[], None) {
            Ok(said) => said,
            Err(GitError::NoProgram(why)) => return Err(GitError::NoProgram(why)),
            Err(_) => return Ok(None),
        };
        Ok(address(&String::from_utf8_lossy(&said.stdout)))
    }

    /// The addresses of a commit's author and committer.
    pub fn addresses(&self, commit: &ObjectId) -> Result<Vec<String>, GitError> {
        let id = commit.to_string();
        let said = self.run(
            &["show", "--no-patch", "--format=%ae%n%ce", "--end-of-options", &id],
            &[],
            None,
        )?;
        Ok(String::from_utf8_lossy(&said.stdout).lines().map(str::to_owned).collect())
    }
}

fn address(ident: &str) -> Option<String> {
    let (_, rest) = ident.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    (!address.is_empty()).then(|| address.to_owned())
}
