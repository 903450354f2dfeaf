//! The GitHub Action: its scripts by themselves, and all of it by act, in clones as actions/checkout
//! makes them.

mod install;
mod jobs;
mod run;
mod scripts;
