//! The way back itself.

pub mod checkpoint;
