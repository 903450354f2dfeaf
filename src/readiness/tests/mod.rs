//! Every requirement on facts in memory: four outcomes, every code, near misses, levels.

mod backup;
mod fake;
mod flag;
mod pages;
mod reference;
mod runbook;
mod stage;
mod tag;
mod window;
