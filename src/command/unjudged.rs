//! What `check` and `pre-push` say where judging failed: the report that was asked for says so in
//! its own format, and none that says "ready" is left from an earlier run.

use super::Context;
use super::outputs::{self, Output};
use super::surroundings::way_out;
use crate::config::{Configuration, Mode, Phase};
use crate::exit::{Exit, exit_of};
use crate::git::Repo;
use crate::readiness::assessment::Assessment;
use crate::readiness::guard::Guard;
use crate::report::{Format, Look, render};

/// Why there is no judgement, and what is asked for instead of one.
pub(super) struct Unjudged<'a> {
    /// What went wrong.
    pub(super) error: anyhow::Error,
    /// Whether all of the trusted rules only observe.
    pub(super) observed: bool,
    /// The phase, where it is known.
    pub(super) phase: Option<Phase>,
    /// The format of the report on standard output.
    pub(super) format: Format,
    /// Further reports.
    pub(super) outputs: &'a [Output],
}

impl Unjudged<'_> {
    /// Writes the reports. What could not be judged is told as a report where programs read it; for
    /// people, the error says it all.
    pub(super) fn tell(self, context: &mut Context<'_>) -> anyhow::Result<Exit> {
        let error = self.error;
        let (message, help) = (format!("{error:#}"), way_out(&error).unwrap_or_default());
        let phase = self.phase.unwrap_or(Phase::Land);
        let assessment = Assessment::unjudged(message, help, phase, self.observed);
        let is_judgement = exit_of(&error) == Exit::Indeterminate;
        // Where the call itself is wrong, there is nothing to report, and nothing older to be kept.
        let outputs =
            self.outputs.iter().filter(|one| is_judgement || one.is_there(&context.folder));
        let outputs: Vec<Output> = outputs.cloned().collect();
        if let Err(why) = outputs::write(&outputs, &assessment, &context.folder) {
            context.note(&format!("{why:#}"));
        }
        if !is_judgement {
            return Err(error);
        }
        // What stops nothing is no error: the report alone tells of it.
        if self.format != Format::Human || self.observed {
            let look = Look { color: context.color, brief: false, verbose: false };
            let text = render(&assessment, self.format, look);
            context.stdout.write_all(text.as_bytes())?;
        }
        if self.observed { Ok(Exit::Ready) } else { Err(error) }
    }
}

/// Whether all rules that are trusted here only observe. Where they cannot be read, they do not.
pub(super) fn observes(guard: &Guard<'_>, repo: &Repo) -> bool {
    let read = || {
        let landings = guard.landings(repo.resolve("HEAD").ok()?).ok()?;
        landings.require_all().ok()?;
        let mut all = landings.known.iter().map(|landing| &landing.configuration).peekable();
        all.peek().is_some().then(|| all.all(only_observes))
    };
    read().unwrap_or(false)
}

fn only_observes(configuration: &Configuration) -> bool {
    let stage_enforces = |stage: &crate::config::Stage| stage.mode == Some(Mode::Enforce);
    configuration.migrations.iter().all(|migration| {
        migration.mode == Mode::Observe && !migration.stages.iter().any(stage_enforces)
    })
}
