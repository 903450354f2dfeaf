//! One thin file per subcommand: arguments in, calls to the rooms below, report out.

mod context;

pub mod attribute;
pub mod backup;
pub mod check;
pub mod comment;
pub mod completions;
pub mod demo;
pub mod doctor;
pub mod explain;
pub mod fetch;
pub mod init;
pub mod install;
pub mod man;
mod named_file;
mod outputs;
pub mod pre_push;
mod pull_request;
pub mod reapply;
pub mod rehearse;
mod report_back;
pub mod revert;
pub mod schema;
pub mod status;
mod step_files;
mod surroundings;
pub mod uninstall;
mod unjudged;
mod verify_request;
pub mod verify_revert;
mod way_back;
mod writing;

pub use context::Context;
pub use surroundings::way_out;
