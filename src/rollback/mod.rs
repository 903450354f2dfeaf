//! The way back itself.

mod back;
pub mod blockers;
pub mod by_hand;
pub mod checkpoint;
pub mod clash;
pub mod clearing;
pub mod exact;
pub mod execute;
pub mod flags;
pub mod journal;
pub mod line;
mod lives;
pub mod message;
mod moved;
pub mod order;
pub mod outlook;
pub mod plan;
pub mod proposal;
pub mod reapply;
pub mod rehearsal;
pub mod replay;
pub mod resume;
pub mod sequence;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod turn;
pub mod undoing;
pub mod verify;
