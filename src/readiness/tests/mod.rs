//! Every requirement on facts in memory: four outcomes, every code, near misses, levels.

mod backup;
mod fake;
mod flag;
mod policy;
mod reference;
mod registry;
mod runbook;
mod stage;
mod tag;
mod unite;
mod unknowns;
mod window;
