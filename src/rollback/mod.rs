//! The way back itself.

pub mod blockers;
pub mod checkpoint;
pub mod plan;
pub mod replay;
pub mod undoing;
