//! The GitHub Action: its scripts by themselves, and all of it by act, in clones as actions/checkout
//! makes them.

mod comment;
mod drill;
mod helpers;
mod install;
mod jobs;
mod packages;
mod peers;
mod remote;
mod run;
mod scripts;
mod server;
mod workflows;
