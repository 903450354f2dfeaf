//! Reports: one file per format. They read assessments and decide nothing.

mod entry;
mod escape;
mod github;
mod gitlab;
mod headline;
mod human;
mod json;
mod junit;
mod layout;
mod markdown;
mod picture;
mod plan;
mod pull_request;
mod returns;
mod sarif;
mod standing;
mod steps;
#[cfg(test)]
mod tests;
mod told;

use std::fmt;

use clap::ValueEnum;

pub use escape::{terminal, terminal_lines, without_commands};
pub use json::{Outputs, outputs};
pub use layout::{Paint, Style, fitted_table, table, wrap};
pub use picture::picture;
pub use plan::{Again, PlanFormat, PlanReport, counted, render_return_json};
pub use pull_request::{
    BackOutRequest, RequestKeys, ReturnRequest, render_request_human, request_title,
};
pub use returns::render_return_human;
pub use standing::{render_standing_human, render_standing_json};
pub use told::{
    CheckRunText, Outcome, check_run_name, check_run_text, comment_marker, comment_text,
    failure_annotation, is_worth_a_comment, labels, stage_labels,
};

use crate::readiness::assessment::Assessment;

/// The JSON Schema of the report in JSON, version 1.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: a table of refs and stages, then findings by stage; the verdict comes last.
    Human,
    /// For programs: version 1.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations for GitHub Actions.
    Github,
    /// Markdown, for a comment or a step's summary.
    Markdown,
    /// JUnit XML: a test case for each finding and each requirement that holds.
    Junit,
    /// GitLab's Code Quality report.
    Gitlab,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Markdown => "markdown",
            Self::Junit => "junit",
            Self::Gitlab => "gitlab",
        })
    }
}

/// A document as one line of JSON, in which nothing acts on a terminal or a log.
#[must_use]
pub fn json_text(document: &impl serde::Serialize) -> String {
    escape::json(document) + "\n"
}

/// How a human report is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether it shows colour.
    pub color: bool,
    /// A hook says as little as it can: nothing where no stage is touched, a line for each warning.
    pub brief: bool,
    /// Whether what was asked and holds is listed as well.
    pub verbose: bool,
}

/// An assessment as a step's summary in Markdown, in so many bytes at the most; empty where they
/// are too few.
#[must_use]
pub fn summary(assessment: &Assessment, budget: usize) -> String {
    markdown::render_within(assessment, budget)
}

/// The same where there is no assessment, because judging failed.
#[must_use]
pub fn failure_summary(error: &str, help: Option<&str>) -> String {
    markdown::failure(error, help)
}

/// Renders an assessment where a check run has its annotations already: the same, but for a format
/// that would show them once more.
#[must_use]
pub fn render_beside_check_run(assessment: &Assessment, format: Format, look: Look) -> String {
    match format {
        Format::Github => github::render_beside_check_run(assessment),
        other => render(assessment, other, look),
    }
}

/// Renders an assessment; empty where there is nothing to say.
#[must_use]
pub fn render(assessment: &Assessment, format: Format, look: Look) -> String {
    match format {
        Format::Human => human::render(assessment, look),
        Format::Json => json::render(assessment),
        Format::Sarif => sarif::render(assessment),
        Format::Github => github::render(assessment),
        Format::Markdown => markdown::render(assessment),
        Format::Junit => junit::render(assessment),
        Format::Gitlab => gitlab::render(assessment),
    }
}
