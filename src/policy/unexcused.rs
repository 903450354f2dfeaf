//! The judged rules without what they would excuse themselves by: of a migration that trusted rules
//! know, what only the judged ones find is held to the trusted waivers, levels, mode and place of
//! landing as well. Else a new stage could land together with the excuse for its own work.

use crate::config::{Configuration, Migration, Mode, Stage};

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

/// A migration's own stages under the trusted terms.
fn held_to(own: &Migration, trusted: &Migration) -> Migration {
    Migration {
        mode: trusted.mode,
        start: trusted.start.clone(),
        branch: trusted.branch.clone(),
        since: trusted.since,
        trailer: trusted.trailer.clone(),
        max_waiver: trusted.max_waiver,
        phases: trusted.phases.clone(),
        requirements: trusted.requirements.clone(),
        waivers: trusted.waivers.clone(),
        stages: own.stages.iter().map(|stage| stage_held_to(stage, trusted)).collect(),
        ..own.clone()
    }
}

fn stage_held_to(own: &Stage, trusted: &Migration) -> Stage {
    match trusted.stage(&own.id) {
        Some(known) => {
            Stage { mode: known.mode, impact: own.impact.max(known.impact), ..own.clone() }
        }
        // It may ask for more than its migration, never for less.
        None => Stage { mode: own.mode.filter(|mode| *mode == Mode::Enforce), ..own.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::configuration;

    const STAGE: &str = "[[stages]]\nid = \"9\"\nname = \"N\"\nimpact = \"high\"\n\
        paths = [\"a\"]\nrollback = [\"code\"]\n";

    fn rules(more: &str, stages: &str) -> Configuration {
        let text = format!(
            "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = {{ tag = \"s\" }}\n\
             branch = \"main\"\n{more}{stages}"
        );
        configuration(&[("backout.toml", &text)], &["backup/missing"])
    }

    /// The only migration of the only configuration that is to be judged besides.
    fn held(judged: &Configuration, trusted: &Configuration) -> Option<Migration> {
        let mut all = unexcused(judged, &[trusted]);
        assert!(all.len() < 2);
        Some(all.pop()?.migrations.remove(0))
    }

    #[test]
    fn what_excuses_nothing_is_judged_once() {
        let trusted = rules("", STAGE);
        assert_eq!(held(&trusted.clone(), &trusted), None);
        let more = STAGE.replace("\"9\"", "\"10\"").replace("\"a\"", "\"b\"");
        assert_eq!(held(&rules("", &format!("{STAGE}{more}")), &trusted), None);
        let mut other = rules("mode = \"observe\"\n", STAGE);
        other.migrations[0].id = "other".parse().unwrap();
        assert_eq!(held(&other, &trusted), None, "a new migration chooses its own terms");
        assert!(unexcused(&trusted, &[]).is_empty());
    }

    #[test]
    fn the_terms_are_the_trusted_ones() {
        let trusted = rules("", STAGE);
        let since = format!("since = \"{}\"\n", "3".repeat(40));
        let weak = "mode = \"observe\"\ntrailer = \"Work-On\"\nmax_waiver = \"90d\"\n";
        let levels = "[requirements]\n\"backup/missing\" = \"allow\"\n[phases]\nshare = \"land\"\n\
             [[waivers]]\nfinding = \"backup/missing\"\nreason = \"r\"\nexpires = 2099-01-01\n";
        let mut judged = rules(&format!("{weak}{since}"), &format!("{STAGE}{levels}"));
        judged.migrations[0].branch = "trunk".to_owned();
        let held = held(&judged, &trusted).unwrap();
        let known = &trusted.migrations[0];
        assert_eq!((held.mode, &held.branch, held.since), (known.mode, &known.branch, None));
        assert_eq!((&held.trailer, held.max_waiver), (&known.trailer, None));
        assert!(held.waivers.is_empty() && held.requirements.is_empty() && held.phases.is_empty());
    }

    #[test]
    fn a_stage_observes_only_where_that_is_trusted() {
        let with = |mode: &str, id: &str| {
            format!("{}mode = \"{mode}\"\n", STAGE.replace("\"9\"", &format!("\"{id}\"")))
        };
        let trusted = rules("", &with("observe", "9"));
        let mode = |stages: &str| {
            let held = held(&rules("", stages), &trusted)?;
            held.stages[0].mode
        };
        assert_eq!(mode(STAGE), Some(Mode::Observe));
        assert_eq!(mode(&with("enforce", "9")), Some(Mode::Observe));
        assert_eq!(mode(&with("observe", "10")), None);
        let enforcing = rules("", &with("enforce", "10"));
        assert_eq!(held(&enforcing, &trusted), None);
        let low = rules("", &STAGE.replace("high", "low"));
        let held = held(&low, &rules("", STAGE)).unwrap();
        assert_eq!(held.stages[0].impact, crate::config::Impact::High);
    }
}
