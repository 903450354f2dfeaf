//! Policy: whose rules count, how strict they are, and what is set aside for a time.

pub mod levels;
pub mod origins;
pub mod overrides;
pub mod past;
#[cfg(test)]
mod tests;
pub mod trust;
pub mod unexcused;
pub mod waiver;
pub mod weakening;
