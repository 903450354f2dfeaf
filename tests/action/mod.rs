//! The GitHub Action: its scripts by themselves, and all of it by act, in clones as
//! actions/checkout makes them.

mod back_out;
mod callers;
mod comment;
mod delivery;
mod drill;
mod drill_script;
mod helpers;
mod install;
mod jobs;
mod packages;
mod peers;
mod remote;
mod reporting;
mod run;
mod scripts;
mod server;
mod tokens;
mod workflows;
