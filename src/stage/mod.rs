//! Stages: which one owns a path, whose work a commit is, what has landed.

pub mod attribution;
pub mod attributions;
pub mod cache;
mod ending;
pub mod history;
pub mod ledger;
pub mod matcher;
pub mod moves;
pub mod plan;
pub mod reading;
mod settle;
mod silent_merge;
pub mod step;
pub mod taken;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod trail;
pub mod trailer;
mod undone;
mod weigh;
pub mod words;
