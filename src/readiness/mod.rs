//! Readiness: what a stage needs to be rolled back, asked of every range. One file per requirement,
//! its help page beside it, listed in one registry.

mod along;
pub mod archives;
pub mod assessment;
pub mod attributed;
mod back_outs;
mod backup;
mod backup_archive;
mod backup_tree;
pub mod before_start;
mod begun;
mod build;
mod closing;
mod dropped;
mod effect;
pub mod finding;
mod first_parents;
mod flag;
mod forecast;
mod foxtrot;
pub mod guard;
mod had_landed;
mod hand_made;
mod judge_range;
mod judgement;
pub mod landing;
mod near;
pub mod needs;
pub mod overview;
mod policy;
mod policy_change;
mod reference;
pub mod registry;
mod rehearsal;
mod repeated;
mod repo_facts;
mod retold;
mod returned;
mod revert;
mod runbook;
mod snapshot;
mod split;
mod stage;
mod stage_order;
pub mod standing;
mod stays_out;
pub mod stores;
mod tag;
mod taken_away;
#[cfg(test)]
mod tests;
mod unite;
mod unsaid;
mod window;

/// A span of seconds for people: its largest unit, and the next one where it is not zero.
#[must_use]
pub fn duration(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds.max(0);
    let mut parts = Vec::new();
    for (size, unit) in UNITS {
        if left >= size && parts.len() < 2 {
            parts.push(format!("{} {unit}", left / size));
            left %= size;
        } else if !parts.is_empty() {
            break;
        }
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}
