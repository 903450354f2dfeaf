//! Backups: captured from a source, kept in an archive that can be verified offline, listed in a
//! receipt that the repository keeps.
//!
//! [`create`] makes an archive, [`append_receipt`] tells of it, [`check_file`] and
//! [`check_receipt`] hold archives against their checksums and receipts, [`restore`](mod@restore)
//! gets their data back. Nothing here reads the
//! clock or knows the command line.

pub mod archive;
mod check;
mod create;
mod hollow;
mod identify;
pub mod known_bad;
mod plain;
mod record;
pub mod redact;
pub mod restore;
mod select;
mod source;
mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use check::{Checked, Owner, Problem, Shelf, check_archive, check_file, check_receipt};
pub use create::{Created, Request, create, describe};
pub use identify::{Foreign, Identity, PREFIX, identify, identify_file};
pub use record::{Hidden, append_receipt, hidden, may_append_receipt, read_receipt, receipt_path};
pub use select::{Selected, Wanted, select};
pub use source::pipe::hides_failures;
pub use store::{EXTENSION, FolderStore, folder_of};
