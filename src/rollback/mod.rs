//! The way back itself.

pub mod blockers;
pub mod checkpoint;
pub mod execute;
pub mod journal;
pub mod message;
pub mod plan;
pub mod reapply;
pub mod rehearsal;
pub mod replay;
pub mod sequence;
pub mod undoing;
pub mod verify;
