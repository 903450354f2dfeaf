//! Where a judged configuration asks for less than a trusted one.

use std::collections::BTreeSet;

use crate::config::{
    Backup, Configuration, Migration, Mode, Move, Pattern, Phase, Stage, StageState,
};

/// Each loosening, in words; empty where the judged configuration asks for no less.
/// `judged` is `None` where the file is gone.
#[must_use]
pub fn weakenings(trusted: &Configuration, judged: Option<&Configuration>) -> Vec<String> {
    let Some(judged) = judged else {
        return vec!["the configuration is deleted".to_owned()];
    };
    let mut found = Vec::new();
    for before in &trusted.migrations {
        match judged.migrations.iter().find(|after| after.id == before.id) {
            None => found.push(format!("the migration `{}` is gone", before.id)),
            Some(after) => {
                let prefix = if trusted.migrations.len() > 1 {
                    format!("{}: ", before.id)
                } else {
                    String::new()
                };
                let of_migration = migration(before, after);
                found.extend(of_migration.into_iter().map(|what| format!("{prefix}{what}")));
            }
        }
    }
    found
}

fn migration(before: &Migration, after: &Migration) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |is_weaker: bool, what: String| {
        if is_weaker {
            found.push(what);
        }
    };
    note(after.mode < before.mode, "mode is now observe: nothing is stopped".to_owned());
    note(after.branch != before.branch, format!("the landing branch is now `{}`", after.branch));
    note(after.trailer != before.trailer, format!("the trailer is now `{}`", after.trailer));
    let moved = after.start.tag != before.start.tag
        || (before.start.oid.is_some() && after.start.oid != before.start.oid);
    note(moved, "the start tag is another one, or no longer pinned to its commit".to_owned());
    let since = after.since.is_some() && after.since != before.since;
    note(since, "`since` holds more commits against nobody".to_owned());
    let both = (before, after);
    note(lost(both, &before.scope, &after.scope), "the scope has lost a pattern".to_owned());
    note(
        before.max_waiver.is_some_and(|limit| after.max_waiver.is_none_or(|now| now > limit)),
        "waivers may run longer".to_owned(),
    );
    let document = before.document.is_some() && after.document.is_none();
    note(document, "the plan's document is no longer named".to_owned());
    let elsewhere = format!("receipts and attributions are looked for in {}", after.evidence());
    note(before.folder != after.folder, elsewhere);
    let phase_of = |migration: &Migration, phase: Phase| {
        migration.phases.get(&phase).copied().unwrap_or(phase).max(phase)
    };
    let looser = Phase::ALL.iter().any(|phase| phase_of(after, *phase) < phase_of(before, *phase));
    note(looser, "a phase is judged less strictly".to_owned());
    found.extend(moves(before, after));
    found.extend(levels(before, after));
    found.extend(waivers(before, after));
    found.extend(flags(before, after));
    for (name, backup) in &before.backups {
        found.extend(after.backups.get(name).map_or_else(
            || vec![format!("the backup `{name}` is gone")],
            |now| self::backup(backup, now),
        ));
    }
    for was in &before.stages {
        found.extend(after.stage(&was.id).map_or_else(
            || vec![format!("stage {} is gone", was.id)],
            |now| stage(both, was, now),
        ));
    }
    found
}

/// The migration before and after.
type Both<'m> = (&'m Migration, &'m Migration);

/// Whether a pattern is gone, or means other files now that the configuration lies elsewhere.
fn lost((was, is): Both<'_>, before: &[Pattern], after: &[Pattern]) -> bool {
    let after: BTreeSet<String> = after.iter().map(|pattern| is.rooted(&pattern.text)).collect();
    before.iter().any(|pattern| !after.contains(&was.rooted(&pattern.text)))
}

/// Moves that are followed no more: what was changed under the old name would be nobody's.
fn moves(before: &Migration, after: &Migration) -> Vec<String> {
    let kept = |was: &Move| {
        let same =
            |was: &Pattern, now: &Pattern| before.rooted(&was.text) == after.rooted(&now.text);
        after.moves.iter().any(|now| same(&was.from, &now.from) && same(&was.to, &now.to))
    };
    let gone = before.moves.iter().filter(|was| !kept(was));
    gone.map(|was| format!("the move of `{}` is no longer followed", was.from.text)).collect()
}

fn levels(before: &Migration, after: &Migration) -> Vec<String> {
    let codes: BTreeSet<_> = before.requirements.keys().chain(after.requirements.keys()).collect();
    let mut found = Vec::new();
    for code in codes {
        let of = |migration: &Migration, phase: Phase| {
            migration.requirements.get(code).and_then(|rule| rule.levels.get(&phase)).copied()
        };
        for phase in Phase::ALL {
            match (of(before, *phase), of(after, *phase)) {
                (Some(was), Some(now)) if now < was => {
                    found.push(format!("{code} is now {now} at {phase} (was {was})"));
                }
                // Against a built-in level that may be deny, any explicit level below it counts.
                (None, Some(now)) if now < crate::config::Level::Deny => {
                    found.push(format!("{code} is now {now} at {phase}"));
                }
                (Some(was), None) if was > crate::config::Level::Warn => {
                    found.push(format!("{code} is no longer {was} at {phase}"));
                }
                _ => {}
            }
        }
    }
    found
}

fn waivers(before: &Migration, after: &Migration) -> Vec<String> {
    let known = |waiver: &crate::config::Waiver| {
        before.waivers.iter().any(|was| {
            was.finding == waiver.finding
                && was.stage == waiver.stage
                && was.expires >= waiver.expires
        })
    };
    let fresh = after.waivers.iter().filter(|waiver| !known(waiver));
    fresh.map(|waiver| format!("{} is waived until {}", waiver.finding, waiver.expires)).collect()
}

fn flags(before: &Migration, after: &Migration) -> Vec<String> {
    let mut found = Vec::new();
    for (name, was) in &before.flags {
        let Some(now) = after.flags.get(name) else {
            found.push(format!("the flag `{name}` is gone"));
            continue;
        };
        let looked: BTreeSet<String> = now.defined_in.iter().map(|one| after.rooted(one)).collect();
        let fewer_files = was.defined_in.iter().any(|one| !looked.contains(&before.rooted(one)));
        if fewer_files || lost((before, after), &was.referenced_in, &now.referenced_in) {
            found.push(format!("the flag `{name}` is looked for in fewer places"));
        }
        let other = |was: &Option<String>, now: &Option<String>| was.is_some() && was != now;
        if other(&was.on, &now.on) || other(&was.off, &now.off) {
            found.push(format!("the flag `{name}` has another value for on or off"));
        }
    }
    found
}

fn backup(before: &Backup, after: &Backup) -> Vec<String> {
    let longer = |was: Option<jiff::SignedDuration>, now: Option<jiff::SignedDuration>| {
        was.is_some_and(|was| now.is_none_or(|now| now > was))
    };
    let mut found = Vec::new();
    if longer(before.max_age_at_deploy, after.max_age_at_deploy) {
        found.push(format!("the backup `{}` may be older", before.name));
    }
    if longer(before.rehearse_every, after.rehearse_every) {
        found.push(format!("the backup `{}` is rehearsed less often", before.name));
    }
    if before.source != after.source {
        found.push(format!("the backup `{}` is taken from another source", before.name));
    }
    found
}

fn stage((was, is): Both<'_>, before: &Stage, after: &Stage) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |is_weaker: bool, what: &str| {
        if is_weaker {
            found.push(format!("stage {} {what}", before.id));
        }
    };
    note(after.impact < before.impact, "has a lower impact");
    note(after.state == StageState::Closed && before.state == StageState::Open, "is closed");
    let observes = |stage: &Stage| stage.mode == Some(Mode::Observe);
    note(observes(after) && !observes(before), "only observes");
    note(
        before.mode == Some(Mode::Enforce) && after.mode.is_none(),
        "no longer enforces by itself",
    );
    note(lost((was, is), &before.paths, &after.paths), "owns fewer paths");
    note(lost((is, was), &after.exclude, &before.exclude), "excludes more paths");
    note(before.after.iter().any(|name| !after.after.contains(name)), "waits for fewer stages");
    let steps = before.rollback.iter().any(|step| !after.rollback.contains(step));
    note(steps, "has fewer steps in its rollback");
    let backups = before.backups.iter().any(|name| !after.backups.contains(name));
    note(backups, "asks for fewer backups");
    let flags = before.flags.iter().any(|(name, state)| after.flags.get(name) != Some(state));
    note(flags, "asks for fewer flags, or another safe state");
    note(after.irreversible && !before.irreversible, "is now a point of no return");
    let pin = |stage: &Stage| stage.start.as_ref().map(|pin| (pin.tag.clone(), pin.oid));
    let deployed = |stage: &Stage| stage.deployed.as_ref().map(|pin| pin.tag.clone());
    let redated = before.deployed.is_some() && deployed(after) != deployed(before);
    note(redated, "takes effect by another tag");
    note(before.start.is_some() && pin(after) != pin(before), "has another checkpoint");
    note(before.verify.is_some() && after.verify.is_none(), "is no longer verified");
    found
}

/// Stages whose definition differs between two configurations, as (migration, stage).
#[must_use]
pub fn redefined(trusted: &[&Configuration], judged: &Configuration) -> BTreeSet<(String, String)> {
    let paths = |migration: &Migration, stage: &Stage| -> Vec<String> {
        let patterns = stage.paths.iter().chain(&stage.exclude);
        patterns.map(|pattern| migration.rooted(&pattern.text)).collect()
    };
    let mut found = BTreeSet::new();
    for migration in &judged.migrations {
        for stage in &migration.stages {
            let known = trusted.iter().any(|configuration| {
                let same = configuration.migrations.iter().find(|m| m.id == migration.id);
                let was = same.and_then(|same| Some((same, same.stage(&stage.id)?)));
                was.is_some_and(|(same, was)| paths(same, was) == paths(migration, stage))
            });
            if !known {
                found.insert((migration.id.to_string(), stage.id.to_string()));
            }
        }
    }
    found
}
