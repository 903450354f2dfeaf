//! Variables for every other CI system: `BACKOUT_BASE`, `BACKOUT_HEAD` (default `HEAD`),
//! `BACKOUT_TARGET` (the branch the change is meant for), `BACKOUT_PHASE`.

use super::event::{Event, Provider, Subject};
use super::variables::{Variables, unset, wrong};
use super::{EventError, Rev};
use crate::config::Phase;

/// The phase that `BACKOUT_PHASE` names. It holds whatever the CI system, so that a delivery
/// pipeline can say `deploy` for all its steps.
///
/// # Errors
/// A word that is no phase.
pub fn phase_variable(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Phase>, EventError> {
    let Some(word) = Variables(env).get("BACKOUT_PHASE") else { return Ok(None) };
    let phase = word.parse();
    phase.map(Some).map_err(|_| wrong("BACKOUT_PHASE", "share, land or deploy", &word))
}

/// The event of the generic variables, where one of them names a range. A part without its
/// counterpart is an error, for the rest would have to be guessed.
pub(super) fn event(variables: Variables<'_>) -> Result<Option<Event>, EventError> {
    let head = variables.rev("BACKOUT_HEAD")?;
    let target = variables.branch("BACKOUT_TARGET")?;
    let Some(base) = variables.rev("BACKOUT_BASE")? else {
        return match head.is_some() || target.is_some() {
            true => Err(unset("BACKOUT_BASE", "the commit or branch that the range starts from")),
            false => Ok(None),
        };
    };
    let head = head.unwrap_or_else(|| Rev::Name("HEAD".to_owned()));
    let subject = Subject::Range { base, head, merge_base: true };
    let event = Event::new(Provider::Variables, "variables", subject);
    Ok(Some(Event { target_branch: target, ..event }))
}
