//! Every requirement on facts in memory: four outcomes, every code, near misses, levels; and what
//! puts them together, on real repositories.

mod archives;
mod backup;
mod before_start;
mod closing;
mod facts;
mod fake;
mod flag;
mod forecast;
mod guard;
mod judge_range;
mod needs;
mod overview;
mod policy;
mod policy_change;
mod real;
mod reference;
mod registry;
mod rehearsal;
mod repo_facts;
mod retold;
mod revert;
mod runbook;
mod stage;
mod standing;
mod stores;
mod tag;
mod unite;
mod unknowns;
mod window;
