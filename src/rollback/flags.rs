//! The flags that a rollback sets, and which of them may not do what it needs.

use super::plan::Ground;
use crate::config::{Flag, FlagState};
use crate::flag::{Lookup, definitions, look_up, safe_state};
use crate::git::{GitError, RepoPath, TreeFile};
use crate::stage::matcher::StageIndex;

/// A flag that setting alone may not put into the state that a stage needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Its name.
    pub flag: String,
    /// The state.
    pub state: FlagState,
    /// The file that defines it.
    pub file: RepoPath,
    /// Why, as a sentence.
    pub why: String,
}

/// What the files on which the plan stands say against the flags of its stages. Whether a flag is
/// defined at all is for the requirement `flag` to say.
///
/// # Errors
/// Where git cannot read a file.
pub fn in_doubt(ground: &Ground<'_>, stages: &[StageIndex]) -> Result<Vec<Doubt>, GitError> {
    let mut doubts = Vec::new();
    for stage in stages.iter().filter_map(|stage| ground.migration.stages.get(*stage)) {
        for (name, state) in &stage.flags {
            let Some(flag) = ground.migration.flags.get(name) else { continue };
            for file in &flag.defined_in {
                let doubt = doubt(ground, flag, *state, file)?;
                doubts.extend(doubt.filter(|doubt| !doubts.contains(doubt)));
            }
        }
    }
    Ok(doubts)
}

fn doubt(
    ground: &Ground<'_>,
    flag: &Flag,
    state: FlagState,
    file: &str,
) -> Result<Option<Doubt>, GitError> {
    let path = ground.migration.rooted(file);
    let file = RepoPath::from(path.as_str());
    let Some(TreeFile::Content(content)) = ground.repo.file(&ground.onto, &file)? else {
        return Ok(None);
    };
    let Ok(read) = definitions(&path, &content) else { return Ok(None) };
    let Lookup::Found(definition) = look_up(&read, &flag.name) else { return Ok(None) };
    let against = safe_state(flag, state, definition).against(flag, state, &path);
    Ok(against.map(|why| Doubt { flag: flag.name.clone(), state, file, why }))
}
