//! Getting the data of an archive back: into a scratch folder beside the target, compared with the
//! archive there, and then moved into place whole.
//!
//! [`choose`] finds the archive and verifies every byte, [`Target::find`] refuses the places that
//! it must not go to, [`restore`] writes. Whatever ends it, the target is as it was or as the
//! archive has it. What stood there is moved aside, and never deleted here.

mod choose;
mod command;
mod compare;
mod place;
mod scratch;
mod target;
#[cfg(test)]
mod tests;
mod unpack;

use std::path::PathBuf;

pub use choose::{Chosen, Search, choose};
pub use command::{OneArchive, named, scratch_command};
pub use scratch::leftovers;
pub use target::{Occupied, Target, Wish};

use self::scratch::Scratch;
use super::archive::shown_path;
use crate::draft;
use crate::exit::Failure;
use crate::interrupt;

/// What a restore came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where the data is now.
    pub path: PathBuf,
    /// Where that lies which was there before.
    pub aside: Option<PathBuf>,
}

/// Writes the archive's data to the target.
///
/// # Errors
/// Exit 1: the archive has been damaged since it was chosen. 3: the target cannot take the data, or
/// holds something else than was written. 130: the user wanted an end of it. The target is then as
/// it was; an error that comes later says that the data is in place.
pub fn restore(chosen: &Chosen, target: &Target) -> Result<Restored, Failure> {
    let scratch = prepare(chosen, target).map_err(|failure| {
        // Whatever failed, failed because of that.
        let stopped = interrupt::is_requested();
        if stopped { interrupt::failure("nothing was put in place") } else { failure }
    })?;
    let aside = place::move_in(scratch, target)?;
    Ok(Restored { path: target.path().to_owned(), aside })
}

fn prepare(chosen: &Chosen, target: &Target) -> Result<Scratch, Failure> {
    let mut scratch = Scratch::beside(target, chosen.verified.manifest.source.folder_mode())?;
    unpack::unpack(chosen, &mut scratch)?;
    compare::compare(chosen, &scratch)?;
    scratch.settle()?;
    if interrupt::is_requested() {
        return Err(interrupt::failure("nothing was put in place"));
    }
    Ok(scratch)
}

/// The target could not take something.
fn unwritten(what: &str, error: &std::io::Error) -> Failure {
    Failure::indeterminate(format!("{what} cannot be written: {error}; nothing was put in place"))
        .help(draft::LOOK_THERE)
}

/// The archive could not be read to its end, or is no longer the one that was verified.
fn unread(chosen: &Chosen, error: &super::archive::ArchiveError) -> Failure {
    let message = format!("`{}`: {error}; nothing was put in place", shown_path(&chosen.path));
    match error {
        super::archive::ArchiveError::Io(_) => Failure::indeterminate(message),
        _ => damaged(format!("backup/corrupt: {message}")),
    }
}

fn damaged(message: String) -> Failure {
    Failure { exit: crate::exit::Exit::Findings, message, help: None }
}
