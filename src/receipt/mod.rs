//! Receipts of backups: what the repository keeps about an archive that lives elsewhere, and what
//! the guard reads. Pure text in, plain data out: no store, no server, no clock.
//!
//! A receipt is its author's claim. It carries the archive's SHA-256, so whoever has the archive
//! can hold one against the other.

mod digest;
mod instant;
mod model;
mod parse;
mod rehearsal;
mod render;
#[cfg(test)]
mod tests;

pub use digest::{Digest, InvalidDigest};
pub use instant::{FIRST_INSTANT, LAST_INSTANT, instant_from_text, instant_text};
pub use model::{
    ArchiveFormat, ArchiveReceipt, BackupReceipt, Expiring, Rehearsal, RehearsalResult, Server,
    SourceKind, StoredFile,
};
pub use parse::{ReceiptError, ReceiptProblem, parse};
pub use rehearsal::{
    CodeReceipt, InvalidCodeReceipt, Verified, code_path, parse_code, render_code,
};
pub use render::{quoted, render};

use crate::config::BackupName;

/// The format of receipts that this build reads and writes.
pub const VERSION: i64 = 1;

/// Receipts above this size are refused unread: a receipt holds some hundred bytes per archive.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Where the receipt of a backup lies, relative to the folder of its configuration.
#[must_use]
pub fn backup_path(name: &BackupName) -> String {
    format!(".backout/backups/{name}.toml")
}
