//! What tests stand on: real repositories, the built program, and text that stays the same.
#![allow(dead_code, reason = "a helper serves whichever test needs it")]

pub(crate) mod act;
mod backout;
pub(crate) mod backup;
pub(crate) mod connect_proxy;
mod dice;
pub(crate) mod fake_github;
mod filter;
mod generated;
pub(crate) mod hostile;
pub(crate) mod peers;
pub(crate) mod prism;
mod program;
mod recorder;
pub(crate) mod replay;
mod repo;
mod run;
pub(crate) mod runner;
mod staged;
pub(crate) mod tls;

pub(crate) use backout::{Backout, PROGRAM};
pub(crate) use dice::Dice;
pub(crate) use filter::Filter;
pub(crate) use generated::history;
pub(crate) use program::{copy_folder, write_program, write_with_mode};
pub(crate) use recorder::{Call, Recorder};
pub(crate) use repo::{RepoOptions, TestRepo};
pub(crate) use run::{Passage, Run, execute, interrupt, scrubbed};
pub(crate) use staged::{
    CONFIGURATION, RECEIPT, RECEIPT_PATH, SHARED, STATE, Staged, WEAKENED, WITHOUT_BACKUP,
};
