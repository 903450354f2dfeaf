//! backout proves that a staged migration can be rolled back: before it is pushed, on every pull
//! request, and when someone has to do it.
//!
//! Dependencies run downwards only: `command` and `report` stand on `readiness`, that on
//! `rollback`, `policy`, `stage`, `backup`, `receipt`, `flag`, `forge` and `ci`, and those on `git`
//! and `config`.

pub mod backup;
pub mod ci;
pub mod cli;
pub mod command;
pub mod config;
pub mod draft;
pub mod exit;
pub mod flag;
pub mod forge;
pub mod git;
pub mod group;
pub mod hook;
pub mod interrupt;
pub mod policy;
pub mod readiness;
pub mod receipt;
pub mod report;
pub mod rollback;
mod run;
pub mod shell;
pub mod stage;
pub mod turn;

pub use run::run;
