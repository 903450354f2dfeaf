//! What the rules were along a line of commits.

use super::trust::{Reader, TreeFiles, reads_the_same};
use crate::config::{self, Configuration, LoadError};
use crate::git::ObjectId;

/// What there is to say of the rules at each of these commits, the oldest first: the same as at the
/// commit before where its files are the very same, or where its rules are invalid; nothing where
/// no rules before them were valid either.
///
/// # Errors
///
/// Where a commit's files could not be read.
pub fn along<T: Copy>(
    Reader { repo, path, vocabulary, .. }: Reader<'_>,
    commits: &[ObjectId],
    say: &dyn Fn(Option<&Configuration>) -> T,
) -> Result<Vec<Option<T>>, LoadError> {
    let (mut said, mut reads) = (None, Vec::new());
    let mut all = Vec::with_capacity(commits.len());
    for commit in commits {
        if reads.is_empty() || !reads_the_same(repo, commit, &reads)? {
            let files = TreeFiles::new(repo, *commit);
            match config::load(&files, path, vocabulary) {
                Ok(configuration) => said = Some(say(configuration.as_ref())),
                Err(error) if error.slip().is_some() => {}
                Err(error) => return Err(error),
            }
            reads = files.into_reads();
        }
        all.push(said);
    }
    Ok(all)
}
