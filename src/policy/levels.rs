//! How strict a finding is: by its kind, the stage's impact and the phase, unless the
//! configuration says otherwise.

use crate::config::{FindingCode, Impact, Level, Migration, Phase};

/// The kinds of strictness that the built-in levels know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Stops everything everywhere: the push would destroy the way back.
    Always,
    /// Told, never in the way.
    Told,
    /// Stops in every phase, from impact medium up.
    FromMedium,
    /// Stops a landing or a deployment, from impact medium up; told on a topic branch.
    LandingFromMedium,
    /// Stops a landing from impact high up, a deployment from medium up; told on a topic branch.
    LandingFromHigh,
    /// Stops a deployment, from impact medium up; told before.
    Deployment,
}

impl Strictness {
    /// The level without any configuration. A finding without a stage has no impact.
    #[must_use]
    pub fn level(self, impact: Option<Impact>, phase: Phase) -> Level {
        let at_least = |least| impact.is_some_and(|impact| impact >= least);
        let denies = match self {
            Self::Always => true,
            Self::Told => false,
            Self::FromMedium => at_least(Impact::Medium),
            Self::LandingFromMedium => phase >= Phase::Land && at_least(Impact::Medium),
            Self::LandingFromHigh => match phase {
                Phase::Share => false,
                Phase::Land => at_least(Impact::High),
                Phase::Deploy => at_least(Impact::Medium),
            },
            Self::Deployment => phase == Phase::Deploy && at_least(Impact::Medium),
        };
        if denies { Level::Deny } else { Level::Warn }
    }

    /// The rule in words, for help pages.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Always => "deny, always",
            Self::Told => "warn, always",
            Self::FromMedium => "deny from impact medium up, in every phase; else warn",
            Self::LandingFromMedium => "deny at land and deploy from impact medium up; else warn",
            Self::LandingFromHigh => {
                "deny at land from impact high up and at deploy from medium up; else warn"
            }
            Self::Deployment => "deny at deploy from impact medium up; else warn",
        }
    }
}

/// The level of a finding in a migration.
#[must_use]
pub fn level(
    migration: &Migration,
    code: &FindingCode,
    strictness: Strictness,
    impact: Option<Impact>,
    phase: Phase,
) -> Level {
    let configured = migration.requirements.get(code).and_then(|rule| rule.levels.get(&phase));
    configured.copied().unwrap_or_else(|| strictness.level(impact, phase))
}

/// The phase as which a migration wants this one judged (`[phases] share = "land"`); never less
/// strict than it is.
#[must_use]
pub fn effective_phase(migration: &Migration, phase: Phase) -> Phase {
    migration.phases.get(&phase).copied().unwrap_or(phase).max(phase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(strictness: Strictness) -> String {
        let cell = |impact, phase| strictness.level(impact, phase).as_str();
        let impacts = [None, Some(Impact::Low), Some(Impact::Medium), Some(Impact::High)];
        let phase = |phase: &Phase| impacts.map(|impact| cell(impact, *phase)).join(" ");
        Phase::ALL.iter().map(phase).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn levels_follow_from_impact_and_phase() {
        // Columns: no stage, low, medium, high; in share | land | deploy.
        let table = |strictness| row(strictness);
        insta::assert_snapshot!(table(Strictness::Always), @"deny deny deny deny | deny deny deny deny | deny deny deny deny");
        insta::assert_snapshot!(table(Strictness::Told), @"warn warn warn warn | warn warn warn warn | warn warn warn warn");
        insta::assert_snapshot!(table(Strictness::FromMedium), @"warn warn deny deny | warn warn deny deny | warn warn deny deny");
        insta::assert_snapshot!(table(Strictness::LandingFromMedium), @"warn warn warn warn | warn warn deny deny | warn warn deny deny");
        insta::assert_snapshot!(table(Strictness::LandingFromHigh), @"warn warn warn warn | warn warn warn deny | warn warn deny deny");
        insta::assert_snapshot!(table(Strictness::Deployment), @"warn warn warn warn | warn warn warn warn | warn warn deny deny");
    }
}
