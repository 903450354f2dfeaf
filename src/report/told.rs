//! What is told on a forge: a check run with its annotations, a comment, labels. GitHub refuses
//! what is too long, so all of it stays within a budget, the heaviest findings first.

use sha2::{Digest as _, Sha256};

use super::entry::{Entry, Weight, and_more, entries};
use super::escape::{clip, code, terminal, terminal_lines};
use super::headline::headline;
use super::markdown;
use crate::config::{Impact, Phase, stage_name};
use crate::forge::{Annotation, AnnotationLevel, Conclusion, Label};
use crate::git::RepoPath;
use crate::readiness::assessment::{Assessment, StageReport, Verdict};

/// The longest text of a check run, in bytes; GitHub takes 65,535 characters.
const SUMMARY: usize = 65_535;

/// The longest comment, in bytes; GitHub takes 65,536 characters.
const COMMENT: usize = 65_536;

/// What is kept for the lines around the report.
const AROUND: usize = 1_000;

/// Annotations of a check run: ten requests. Nobody reads more, and GitHub takes 80 writes a
/// minute.
const ANNOTATIONS: usize = 500;

/// The longest message of an annotation, in bytes; GitHub takes 64 KB.
const MESSAGE: usize = 8_192;

/// The longest title, in bytes.
const TITLE: usize = 200;

/// The longest name of a label, in characters.
const LABEL: usize = 50;

/// What was to be judged came to this, or to an error with its way out.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'a> {
    /// It was judged.
    Judged(&'a Assessment),
    /// It could not be.
    Failed {
        /// What happened.
        error: &'a str,
        /// What helps.
        help: Option<&'a str>,
    },
}

/// A check run's texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRunText {
    /// What it comes to. What could not be judged is a failure: `neutral` and `skipped` would let a
    /// required check pass, and `action_required` is for a button that an App answers.
    pub conclusion: Conclusion,
    /// The verdict in one line.
    pub title: String,
    /// The report in Markdown.
    pub summary: String,
    /// What is said of lines.
    pub annotations: Vec<Annotation>,
}

/// The name of the check run: `backout` for what lands, so that it can be required, and another one
/// for each other phase. What is ready to be shared is not ready to land, on the same commit.
#[must_use]
pub fn check_run_name(phase: Option<Phase>, config: Option<&str>) -> String {
    let config = config.map(|path| format!(" {}", clip(&terminal(path), TITLE)));
    let phase = match phase {
        None | Some(Phase::Land) => "",
        Some(Phase::Share) => " (share)",
        Some(Phase::Deploy) => " (deploy)",
    };
    format!("backout{}{phase}", config.unwrap_or_default())
}

/// The check run.
#[must_use]
pub fn check_run_text(outcome: Outcome<'_>) -> CheckRunText {
    match outcome {
        Outcome::Judged(assessment) => {
            let (_, line) = headline(assessment, terminal);
            let (annotations, left_out) = annotations(assessment);
            let more = match left_out {
                0 => String::new(),
                more => format!("\n_Annotations: {}_\n", and_more(more)),
            };
            let report = markdown::render_within(assessment, SUMMARY - AROUND);
            CheckRunText {
                conclusion: conclusion(assessment),
                title: clip(&line, TITLE).into_owned(),
                summary: format!("{report}{more}{}", judged(assessment)),
                annotations,
            }
        }
        Outcome::Failed { error, help } => CheckRunText {
            conclusion: Conclusion::Failure,
            title: "could not judge".to_owned(),
            summary: markdown::failure(error, help),
            annotations: Vec::new(),
        },
    }
}

fn conclusion(assessment: &Assessment) -> Conclusion {
    match (assessment.stops(), assessment.verdict) {
        (Verdict::Ready, Verdict::Ready) => Conclusion::Success,
        (Verdict::Ready, _) => Conclusion::Neutral,
        (Verdict::NotReady | Verdict::Indeterminate, _) => Conclusion::Failure,
    }
}

/// The commits that the answer is about.
fn judged(assessment: &Assessment) -> String {
    let one = |one: &crate::readiness::assessment::RefReport| {
        let from = one.from.map_or_else(|| "the beginning".to_owned(), |id| id.short());
        let to = one.to.map_or_else(|| "nothing".to_owned(), |id| id.short());
        format!("{} to {}", code(&from), code(&to))
    };
    let all: Vec<String> = assessment.refs.iter().take(5).map(one).collect();
    match all.is_empty() {
        true => String::new(),
        false => format!("\nJudged: {} ({})\n", all.join(", "), assessment.phase),
    }
}

/// As many annotations as there is room for, and how many have none.
fn annotations(assessment: &Assessment) -> (Vec<Annotation>, usize) {
    let entries = entries(assessment);
    let mut all: Vec<Annotation> = entries.iter().filter_map(annotation).collect();
    let left_out = all.len().saturating_sub(ANNOTATIONS);
    all.truncate(ANNOTATIONS);
    (all, left_out)
}

fn annotation(entry: &Entry<'_>) -> Option<Annotation> {
    let finding = entry.finding;
    let spot = entry.spot()?;
    let stage = finding.stage.as_ref().map(|id| format!(" (stage {id})")).unwrap_or_default();
    Some(Annotation {
        path: clip(&terminal(&RepoPath::from_bytes(spot.path).shown()), MESSAGE).into_owned(),
        line: spot.line.max(1),
        level: match entry.weight {
            Weight::Stops | Weight::Unchecked => AnnotationLevel::Failure,
            Weight::Observed | Weight::Told => AnnotationLevel::Warning,
            Weight::SetAside => AnnotationLevel::Notice,
        },
        title: clip(&format!("{}{stage}", finding.code), TITLE).into_owned(),
        message: terminal(&clip(&entry.statement(), MESSAGE)),
        key: format!("backout explain {}\n{}", finding.code, entry.fingerprint),
    })
}

/// What the comment begins with. One of each configuration: its path's hash, which can hold nothing
/// that would end the marker.
#[must_use]
pub fn comment_marker(config: &str) -> String {
    let hash = Sha256::digest(config.as_bytes());
    let short: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("<!-- backout: report {short} -->")
}

/// The comment's text, below its marker. `run` is the page of the run that says it.
#[must_use]
pub fn comment_text(outcome: Outcome<'_>, run: Option<&str>) -> String {
    let budget = COMMENT - AROUND;
    let (report, judged) = match outcome {
        Outcome::Judged(assessment) => {
            (markdown::render_within(assessment, budget), judged(assessment))
        }
        Outcome::Failed { error, help } => (markdown::failure(error, help), String::new()),
    };
    // Addresses that hold anything but letters, digits and a few signs never come here.
    let run = run.map(|run| format!(" by [this run]({run})")).unwrap_or_default();
    format!("{report}{judged}\n<sub>Kept up to date{run}: edits here are lost.</sub>\n")
}

/// Whether a pull request is told by a comment where there is none yet.
#[must_use]
pub fn is_worth_a_comment(outcome: Outcome<'_>) -> bool {
    match outcome {
        Outcome::Judged(assessment) => !assessment.is_silent() || !assessment.stages.is_empty(),
        Outcome::Failed { .. } => true,
    }
}

/// The labels of what is touched, and how many names are too long for one.
#[must_use]
pub fn labels(assessment: &Assessment) -> (Vec<Label>, usize) {
    let several = assessment.has_several_migrations();
    let stages = &assessment.stages;
    let label =
        |one: &StageReport| Label::stage(&stage_name(&one.migration, &one.id, several), one.impact);
    let mut labels: Vec<Label> = stages.iter().map(label).collect();
    labels.extend(stages.iter().map(|one| one.impact).max().map(Label::impact));
    let all = labels.len();
    labels.retain(|label| label.name.chars().count() <= LABEL);
    let too_long = all - labels.len();
    (labels, too_long)
}

/// The labels of every stage that could be touched.
#[must_use]
pub fn stage_labels(assessment: &Assessment) -> Vec<Label> {
    let several = assessment.has_several_migrations();
    let label = |(migration, id): &(String, String)| {
        Label::stage(&stage_name(migration, id, several), Impact::None)
    };
    assessment.known.iter().map(label).collect()
}

/// An error that could not be told otherwise, as an annotation of the step.
#[must_use]
pub fn failure_annotation(error: &str) -> String {
    let line = terminal_lines(error).replace('\n', " ");
    let message = super::escape::workflow_message(&clip(&line, MESSAGE));
    format!("::error title=backout::could not judge: {message}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phase_has_a_check_of_its_own() {
        assert_eq!(check_run_name(None, None), "backout");
        assert_eq!(check_run_name(Some(Phase::Land), None), "backout");
        assert_eq!(check_run_name(Some(Phase::Share), None), "backout (share)");
        let name = check_run_name(Some(Phase::Deploy), Some("a/b.toml"));
        assert_eq!(name, "backout a/b.toml (deploy)");
    }

    #[test]
    fn the_marker_cannot_be_ended_by_a_name() {
        let marker = comment_marker("a --> b");
        assert_eq!(marker.matches("--").count(), 2, "{marker}");
        assert_ne!(marker, comment_marker("backout.toml"));
    }
}
