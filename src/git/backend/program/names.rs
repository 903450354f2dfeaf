//! Refs, all of them by one question: whatever way git keeps them in.

use std::collections::BTreeMap;
use std::path::Path;

use super::child::{ask, reason};
use crate::git::{GitError, ObjectId};

/// A ref: what it stands for, and the ref that it points to, where it is a symbolic one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ref {
    pub(super) target: ObjectId,
    pub(super) symbolic: bool,
}

/// Every ref by its full name. One that git cannot read is `Err`, in git's words: it is not
/// "no such ref".
pub(super) type Refs = BTreeMap<Vec<u8>, Result<Ref, GitError>>;

/// Asks for ids and names only: anything more would open objects, which may not be here.
pub(super) fn refs(folder: &Path) -> Result<Refs, GitError> {
    let format = "--format=%(objectname)%00%(symref)%00%(refname)";
    let output = ask(folder, &["for-each-ref", format])?;
    if !output.status.success() {
        return Err(GitError::Other(reason(&output.stderr)));
    }
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let mut refs = lines.map(line).collect::<Result<Refs, _>>()?;
    for told in output.stderr.split(|byte| *byte == b'\n') {
        let broken = told.strip_prefix(b"warning: ignoring broken ref ");
        if let Some(name) = broken {
            let text = format!("the ref {} is broken", String::from_utf8_lossy(name));
            refs.insert(name.to_vec(), Err(GitError::Other(text)));
        }
    }
    Ok(refs)
}

fn line(line: &[u8]) -> Result<(Vec<u8>, Result<Ref, GitError>), GitError> {
    let mut fields = line.splitn(3, |byte| *byte == 0);
    let target = fields.next().and_then(|id| std::str::from_utf8(id).ok()?.parse().ok());
    match (target, fields.next(), fields.next()) {
        (Some(target), Some(symref), Some(name)) => {
            Ok((name.to_vec(), Ok(Ref { target, symbolic: !symref.is_empty() })))
        }
        _ => Err(GitError::Other("git lists a ref in a way that is not understood".to_owned())),
    }
}

/// The ref that another one points to; `None` where it does not point to a ref. One that points
/// nowhere is in no list of git's, so a name that is not listed is asked for.
pub(super) fn symbolic(folder: &Path, name: &str, refs: &Refs) -> Result<Option<String>, GitError> {
    if matches!(refs.get(name.as_bytes()), Some(Ok(found)) if !found.symbolic) {
        return Ok(None);
    }
    let output = ask(folder, &["symbolic-ref", "--quiet", "--no-recurse", "--", name])?;
    match output.status.code() {
        Some(0) => {
            let text = String::from_utf8_lossy(&output.stdout);
            Ok(Some(text.trim_end_matches('\n').to_owned()))
        }
        // Not a symbolic one, or none at all; git says no more than that of a bad name either.
        Some(1 | 128) => Ok(None),
        _ => Err(GitError::Other(reason(&output.stderr))),
    }
}
