//! Reports: one file per format. They read assessments and decide nothing.

mod escape;
mod github;
mod human;
mod json;
mod layout;
mod standing;

use std::fmt;

use clap::ValueEnum;

pub use escape::terminal;
pub use layout::{Paint, Style, fitted_table, table, wrap};
pub use standing::{render_standing_human, render_standing_json};

use crate::readiness::assessment::Assessment;

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: a table of refs and stages, then findings by stage; the verdict comes last.
    Human,
    /// For programs: version 1.
    Json,
    /// Annotations for GitHub Actions.
    Github,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Github => "github",
        })
    }
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

/// Renders an assessment; empty where there is nothing to say.
#[must_use]
pub fn render(assessment: &Assessment, format: Format, look: Look) -> String {
    match format {
        Format::Human => human::render(assessment, look),
        Format::Json => json::render(assessment),
        Format::Github => github::render(assessment),
    }
}
