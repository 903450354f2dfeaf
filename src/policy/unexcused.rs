//! The judged rules without what they would excuse themselves by: of a migration that trusted rules
//! know, what only the judged ones find is held to all terms of the trusted ones as well. Else a new
//! stage could land together with the excuse for its own work.

use std::collections::BTreeMap;

use crate::config::{
    Backup, BackupName, Configuration, Flag, Migration, Mode, Move, Stage, StageState,
};

/// The judged configuration as each trusted one would hold it, each distinct one once; none where
/// that changes nothing. A migration that the trusted one does not know keeps its own terms.
#[must_use]
pub fn unexcused(judged: &Configuration, trusted: &[&Configuration]) -> Vec<Configuration> {
    let mut found: Vec<Configuration> = Vec::new();
    for trusted in trusted {
        let migrations = judged.migrations.iter().map(|own| {
            let known = trusted.migrations.iter().find(|known| known.id == own.id);
            known.map_or_else(|| own.clone(), |known| held_to(own, known))
        });
        let held = Configuration { migrations: migrations.collect(), ..judged.clone() };
        if held != *judged && !found.contains(&held) {
            found.push(held);
        }
    }
    found
}

/// A migration's own stages under the trusted terms. Its own are its names, its folder with the
/// evidence in it, and what it adds: what nobody trusts yet can only ask for more.
fn held_to(own: &Migration, trusted: &Migration) -> Migration {
    Migration {
        mode: trusted.mode,
        start: trusted.start.clone(),
        branch: trusted.branch.clone(),
        since: trusted.since,
        scope: placed(own, trusted, &own.scope, &trusted.scope).clone(),
        trailer: trusted.trailer.clone(),
        document: placed(own, trusted, &own.document, &trusted.document).clone(),
        max_waiver: trusted.max_waiver,
        flags: flags_held_to(own, trusted),
        backups: backups_held_to(own, trusted),
        moves: moves_held_to(own, trusted),
        phases: trusted.phases.clone(),
        requirements: trusted.requirements.clone(),
        waivers: trusted.waivers.clone(),
        stages: stages_held_to(own, trusted),
        ..own.clone()
    }
}

/// Of what is written relative to the configuration's folder, the trusted; in another folder it
/// would mean other files, and there it is the own.
fn placed<'t, T>(own: &Migration, trusted: &Migration, mine: &'t T, known: &'t T) -> &'t T {
    if own.folder == trusted.folder { known } else { mine }
}

fn flags_held_to(own: &Migration, trusted: &Migration) -> BTreeMap<String, Flag> {
    let mut flags = own.flags.clone();
    for (name, known) in &trusted.flags {
        let mut held = known.clone();
        if let Some(mine) = own.flags.get(name) {
            let Flag { defined_in, referenced_in, .. } = mine;
            held.defined_in = placed(own, trusted, defined_in, &known.defined_in).clone();
            held.referenced_in = placed(own, trusted, referenced_in, &known.referenced_in).clone();
        }
        flags.insert(name.clone(), held);
    }
    flags
}

/// Where a backup is kept is no term: its own store says.
fn backups_held_to(own: &Migration, trusted: &Migration) -> BTreeMap<BackupName, Backup> {
    let mut backups = own.backups.clone();
    for (name, known) in &trusted.backups {
        let mine = own.backups.get(name).unwrap_or(known);
        backups.insert(name.clone(), Backup { store: mine.store.clone(), ..known.clone() });
    }
    backups
}

/// The own ones, and those that would be followed no more.
fn moves_held_to(own: &Migration, trusted: &Migration) -> Vec<Move> {
    let known = placed(own, trusted, &own.moves, &trusted.moves);
    with_lost(&own.moves, known, |one, other| {
        one.from.text == other.from.text && one.to.text == other.to.text
    })
}

/// What stages own is as it is pushed: by what they owned, the trusted rules judge themselves, and
/// to them what claims another stage there is `stage/wrong-stage`.
fn stages_held_to(own: &Migration, trusted: &Migration) -> Vec<Stage> {
    let held = own.stages.iter().map(|mine| match trusted.stage(&mine.id) {
        Some(known) => known_stage(mine, known),
        // It may ask for more than its migration, never for less.
        None => Stage { mode: mine.mode.filter(|mode| *mode == Mode::Enforce), ..mine.clone() },
    });
    held.collect()
}

/// A stage with all that is asked of it on either side.
fn known_stage(mine: &Stage, known: &Stage) -> Stage {
    let is_closed = mine.state == StageState::Closed && known.state == StageState::Closed;
    let mut flags = mine.flags.clone();
    flags.extend(known.flags.clone());
    Stage {
        mode: known.mode,
        impact: mine.impact.max(known.impact),
        state: if is_closed { StageState::Closed } else { StageState::Open },
        after: with_lost(&mine.after, &known.after, |one, other| one == other),
        start: known.start.clone(),
        deployed: known.deployed.clone(),
        rollback: with_lost(&mine.rollback, &known.rollback, |one, other| one == other),
        flags,
        backups: with_lost(&mine.backups, &known.backups, |one, other| one == other),
        code: known.code,
        verify: known.verify.clone().or_else(|| mine.verify.clone()),
        irreversible: mine.irreversible && known.irreversible,
        ..mine.clone()
    }
}

/// The own ones, and after them the trusted ones that are not among them.
fn with_lost<T: Clone>(own: &[T], trusted: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let lost = trusted.iter().filter(|known| !own.iter().any(|mine| same(mine, known)));
    own.iter().chain(lost).cloned().collect()
}

#[cfg(test)]
mod tests;
