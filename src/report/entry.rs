//! What every format lists: findings and what was set aside, the heaviest first, each with a
//! fingerprint of its own and a place to point at.

use std::collections::BTreeMap;

use crate::config::Level;
use crate::readiness::assessment::{Assessment, SetAside};
use crate::readiness::finding::{Finding, Outcome};

/// How heavily an entry weighs; each format has its own words for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// It stops the push.
    Stops,
    /// It would, and could not be checked.
    Unchecked,
    /// It would, were it not only observed.
    Observed,
    /// It is told.
    Told,
    /// A waiver or an override sets it aside.
    SetAside,
}

impl Weight {
    /// The word for it in reports.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Stops => "deny",
            Self::Unchecked => "not checked",
            Self::Observed => "observed",
            Self::Told => "warn",
            Self::SetAside => "set aside",
        }
    }
}

/// One line of a report.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    /// The finding.
    pub(super) finding: &'a Finding,
    /// How heavily it weighs.
    pub(super) weight: Weight,
    /// Why it was set aside, and whether it was `waived` or `overridden`.
    pub(super) aside: Option<(&'static str, &'a SetAside)>,
    /// The finding's fingerprint and, where several findings share it (the same problem in two
    /// commits), its number among them: what a reader may keep an entry by.
    pub(super) fingerprint: String,
}

impl Entry<'_> {
    /// The finding in one sentence or two, with its way out.
    pub(super) fn statement(&self) -> String {
        let finding = self.finding;
        let unchecked =
            if finding.outcome == Outcome::Indeterminate { "not checked: " } else { "" };
        let observed = if self.weight == Weight::Observed { "observed: " } else { "" };
        let aside = self.aside.map(|(word, aside)| {
            format!("{word}: {} ({}): ", aside.reason.trim_end_matches('.'), aside.by)
        });
        let aside = aside.unwrap_or_default();
        format!(
            "{aside}{observed}{unchecked}{}. Way out: {}",
            finding.message.trim_end_matches('.'),
            finding.help
        )
    }

    /// The word for it: what could not be checked is called so at every level.
    pub(super) fn word(&self) -> &'static str {
        match (self.aside, self.finding.outcome) {
            (Some((word, _)), _) => word,
            (None, Outcome::Indeterminate) => Weight::Unchecked.as_str(),
            (None, _) => self.weight.as_str(),
        }
    }

    /// Where a reader should look: at the path, else at the line of the configuration that asks.
    pub(super) fn spot(&self) -> Option<Spot<'_>> {
        let asked = || {
            let place = self.finding.config.as_ref()?;
            Some(Spot { path: place.file.as_bytes(), line: place.line, column: place.column })
        };
        let path = self.finding.path.as_ref();
        path.map(|path| Spot { path: path.as_bytes(), line: 1, column: 1 }).or_else(asked)
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    /// The file, as bytes from the repository's root.
    pub(super) path: &'a [u8],
    /// Line, from 1.
    pub(super) line: u32,
    /// Column, from 1.
    pub(super) column: u32,
}

/// All entries, the heaviest first.
pub(super) fn entries(assessment: &Assessment) -> Vec<Entry<'_>> {
    let waived = assessment.waived.iter().map(|aside| ("waived", aside));
    let overridden = assessment.overridden.iter().map(|aside| ("overridden", aside));
    let findings = assessment.findings.iter().map(|finding| (finding, weight(finding), None));
    let asides = waived
        .chain(overridden)
        .map(|(word, aside)| (&aside.finding, Weight::SetAside, Some((word, aside))));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries: Vec<Entry<'_>> = findings
        .chain(asides)
        .map(|(finding, weight, aside)| {
            let fingerprint = finding.fingerprint();
            let number = seen.entry(fingerprint.clone()).or_default();
            *number += 1;
            Entry { finding, weight, aside, fingerprint: format!("{fingerprint}:{number}") }
        })
        .collect();
    entries.sort_by_key(|entry| entry.weight);
    entries
}

/// How heavily a finding weighs that is not set aside.
pub(super) fn weight(finding: &Finding) -> Weight {
    match (finding.level, finding.outcome) {
        (Level::Deny, _) if finding.observed => Weight::Observed,
        (Level::Deny, Outcome::Indeterminate) => Weight::Unchecked,
        (Level::Deny, _) => Weight::Stops,
        _ => Weight::Told,
    }
}

/// What a format with a limit says of the rest.
pub(super) fn and_more(left_out: usize) -> String {
    format!("and {left_out} more; for all of them: --output human=FILE")
}
