//! Where backups come from. Each source writes its entries to a spool and says what it saw.

pub(super) mod command;
pub(super) mod file;
pub(super) mod pipe;

use std::io;

use crate::exit::{Exit, Failure};

/// The store could not take the spool.
fn unspooled(error: &io::Error) -> Failure {
    Failure::refused(format!("the store's folder cannot take the backup: {error}"))
        .help("look at the space and the permissions there")
}

/// Nothing, or nothing that could ever be restored, came from the source.
fn worthless(code: &str, message: &str, help: impl Into<String>) -> Failure {
    let message = format!("{code}: {message}");
    Failure { exit: Exit::Findings, message, help: Some(help.into()) }
}

fn known_bad(what: &str, bad: super::known_bad::KnownBad) -> Failure {
    worthless("backup/foreign-format", &format!("{what}: {}", bad.reason()), bad.instead())
}
