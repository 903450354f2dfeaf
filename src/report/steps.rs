//! The steps of a rollback beside the code, with the words and the commands that do them: one source
//! for the plan, its JSON, and the description of a pull request.

use std::fmt::Write as _;

use serde::Serialize;

use super::escape::terminal;
use super::layout::wrap;
use crate::backup::describe;
use crate::backup::restore::{OneArchive, named, scratch_command};
use crate::config::{Action, Backup, FlagState, Migration, RollbackStep, Stage, Store};
use crate::readiness::archives::{Archives, Effect, Restorable};
use crate::receipt::{ArchiveReceipt, SourceKind, instant_text};
use crate::rollback::message::Naming;
use crate::shell::word;
use crate::stage::matcher::StageIndex;

/// The steps on one side of the code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    /// Before the code goes back.
    Before,
    /// After it.
    After,
}

/// A piece of what a step says.
pub(super) enum Part {
    /// Our words.
    Words(&'static str),
    /// A text of the configuration.
    Text(String),
    /// A command of the configuration, as a shell takes it.
    Command(String),
    /// A command of this program.
    Ours(String),
}

/// One way to do a step, or to look at it.
pub(super) struct How {
    /// What it is for, where that is not plain: `check it first`.
    pub(super) before: &'static str,
    /// The text or the command.
    pub(super) what: Part,
    /// What comes after it.
    pub(super) after: String,
}

/// One step of a stage's rollback.
pub(super) struct Step {
    /// Whose.
    pub(super) stage: StageIndex,
    /// The word for it in JSON.
    pub(super) word: &'static str,
    /// What is done.
    pub(super) head: Vec<Part>,
    /// With what.
    pub(super) how: Vec<How>,
}

/// What goes back.
#[derive(Clone, Copy)]
pub(super) struct Going<'n> {
    /// How stages are named.
    pub(super) naming: Naming<'n>,
    /// The stages, in the order in which they go.
    pub(super) stages: &'n [StageIndex],
    /// From which archives their data would be brought back.
    pub(super) archives: &'n Archives,
}

/// The steps of the stages' rollback that come before the code goes back, or after it, as each
/// stage has them, in the order in which the stages go.
pub(super) fn steps(going: Going<'_>, half: Half) -> Vec<Step> {
    let mut all = Vec::new();
    for index in going.stages {
        let Some(stage) = going.naming.migration.stages.get(*index) else { continue };
        for kind in half_of(stage, half) {
            all.extend(of_kind(going, *index, stage, *kind));
        }
    }
    all
}

/// What the teams themselves do, in their words.
pub(super) fn procedure<'n>(
    naming: Naming<'n>,
    stages: &'n [StageIndex],
) -> impl Iterator<Item = (StageIndex, &'n str)> {
    let of = move |index: &StageIndex| Some((*index, naming.migration.stages.get(*index)?));
    let all = stages.iter().filter_map(of);
    all.flat_map(|(index, stage)| stage.procedure.iter().map(move |line| (index, line.as_str())))
}

/// The steps of one stage on one side of its code.
fn half_of(stage: &Stage, half: Half) -> &[RollbackStep] {
    let code_at = stage.rollback.iter().position(|step| *step == RollbackStep::Code);
    let at = code_at.unwrap_or(stage.rollback.len());
    let of_half = match half {
        Half::Before => stage.rollback.get(..at),
        Half::After => stage.rollback.get(at + 1..),
    };
    of_half.unwrap_or_default()
}

fn of_kind(going: Going<'_>, index: StageIndex, stage: &Stage, kind: RollbackStep) -> Vec<Step> {
    let migration = going.naming.migration;
    let acted = |word, head, action: &Option<Action>| {
        let how = action.iter().map(|action| How::plain(part(action))).collect();
        vec![Step { stage: index, word, head: vec![Part::Words(head)], how }]
    };
    match kind {
        RollbackStep::Flags => {
            let flags = stage.flags.iter();
            flags.map(|(name, state)| flag(migration, index, name, *state)).collect()
        }
        RollbackStep::Quiesce => acted("quiesce", "Stop whoever writes", &stage.quiesce),
        RollbackStep::Code => Vec::new(),
        RollbackStep::Deploy => acted("deploy", "Bring the code to production", &stage.deploy),
        RollbackStep::Data => {
            let backups = stage.backups.iter().filter_map(|name| migration.backups.get(name));
            backups.map(|one| backup(going, index, one)).collect()
        }
        RollbackStep::Verify => acted("verify", "See that it worked", &stage.verify),
    }
}

fn flag(migration: &Migration, stage: StageIndex, name: &str, state: FlagState) -> Step {
    let flag = migration.flags.get(name);
    let value = flag.and_then(|flag| flag.value(state)).unwrap_or(match state {
        FlagState::On => "on",
        FlagState::Off => "off",
    });
    let set = flag.and_then(|flag| flag.set.as_ref()).map(|action| match action {
        Action::Command { argv, .. } => {
            let words: Vec<String> =
                argv.iter().map(|word| word.replace("{value}", value)).collect();
            How::plain(Part::Command(command_line(&words)))
        }
        Action::Text(_) => How::plain(part(action)),
    });
    let live = flag.and_then(|flag| flag.live.as_ref());
    let live = live.map(|action| How { before: "how it runs now", ..How::plain(part(action)) });
    let (name, value) = (Part::Text(name.to_owned()), Part::Text(value.to_owned()));
    let head = vec![Part::Words("Set the flag "), name, Part::Words(" to "), value];
    Step { stage, word: "flags", head, how: set.into_iter().chain(live).collect() }
}

fn backup(going: Going<'_>, stage: StageIndex, backup: &Backup) -> Step {
    let (Store::Folder(place) | Store::Remote(place)) = &backup.store;
    let found = going.archives.get(&(stage, backup.name.clone()));
    let mut head = vec![Part::Words("Restore ")];
    head.extend(data(backup, found));
    let name = Part::Text(backup.name.to_string());
    head.extend([Part::Words(" from the backup "), name, Part::Words(" in ")]);
    head.push(Part::Text(place.clone()));
    let how = match found {
        Some(Restorable::Archive { archive, effect }) => {
            from_archive(going, stage, backup, archive, effect)
        }
        Some(Restorable::Unknown(why)) => no_archive(why),
        None => no_archive("nobody has looked for one"),
    };
    Step { stage, word: "data", head, how }
}

/// What was captured: by the archive, for the configuration may name another source by now.
fn data(backup: &Backup, found: Option<&Restorable>) -> Vec<Part> {
    let archive = match found {
        Some(Restorable::Archive { archive, .. }) => Some(archive),
        Some(Restorable::Unknown(_)) | None => None,
    };
    let was = archive.and_then(|archive| Some((archive.source, archive.from.clone()?)));
    let description = describe(&backup.source);
    let (kind, from) = was.unwrap_or_else(|| (description.kind(), description.text()));
    match kind {
        SourceKind::Redis => vec![Part::Words("the Redis keys "), Part::Text(from)],
        SourceKind::File => vec![Part::Text(from)],
        SourceKind::Command => {
            vec![Part::Words("what "), Part::Command(from), Part::Words(" gave")]
        }
    }
}

/// How the data is brought back from the archive that counts.
fn from_archive(
    going: Going<'_>,
    stage: StageIndex,
    backup: &Backup,
    archive: &ArchiveReceipt,
    effect: &Effect,
) -> Vec<How> {
    let Going { naming, stages, .. } = going;
    let name = named(&naming.migration.id, backup, naming.several);
    let captured = instant_text(archive.captured_end);
    let why = match effect {
        Effect::Landing => "the last one before the stage took effect".to_owned(),
        Effect::After(at) => format!(
            "the first one of which the landing branch knew; it is younger than the stage's first \
             commit ({}), which came by a fast-forward: see that the stage was not live by then",
            instant_text(*at)
        ),
        Effect::Before(at) => format!(
            "the last one before the stage's first commit ({}), which came by a fast-forward: a \
             younger one is better, where it is from before the stage was live (`--archive`, \
             `backout backup list`)",
            instant_text(*at)
        ),
        Effect::Tag(tag) => format!(
            "the last one before the tag {} was set: where that was set anew since the stage went \
             live, take the last one before that (`--archive`, `backout backup list`)",
            terminal(tag)
        ),
        Effect::Unset(tag) => format!(
            "the last one there is: the tag {} is set on nothing that has the stage in its present \
             life; where the stage was never live, there is nothing to restore",
            terminal(tag)
        ),
    };
    let uses = |other: &&StageIndex| {
        let other = naming.migration.stages.get(**other);
        other.is_some_and(|other| other.backups.contains(&backup.name))
    };
    let apart = match stages.iter().filter(uses).count() {
        0 | 1 => String::new(),
        _ => format!("-{}", naming.migration.stages.get(stage).map_or("", |one| one.id.as_str())),
    };
    match scratch_command(OneArchive { name: &name, backup, archive, apart: &apart }) {
        Some(command) => {
            let after = format!("captured {captured}, {why}; then put it in place");
            vec![How { after, ..How::plain(Part::Ours(command)) }]
        }
        None => {
            let verify = Part::Ours(format!("backout backup verify {}", word(&name)));
            let after = format!("captured {captured}, {why}");
            let place = Part::Text(archive.place.clone());
            vec![
                How { before: "from", what: place, after },
                How { before: "check it first", ..How::plain(verify) },
            ]
        }
    }
}

/// What there is to do where no archive is known to be from before the stage.
fn no_archive(why: &str) -> Vec<How> {
    let none = Part::Words("no archive is known that it can be restored from");
    let list = Part::Ours("backout backup list".to_owned());
    vec![
        How::plain(none),
        How { before: "why", ..How::plain(Part::Text(why.to_owned())) },
        How { before: "what there is", ..How::plain(list) },
    ]
}

impl How {
    const fn plain(what: Part) -> Self {
        Self { before: "", what, after: String::new() }
    }
}

fn part(action: &Action) -> Part {
    match action {
        Action::Command { argv, .. } => Part::Command(command_line(argv)),
        Action::Text(text) => Part::Text(text.clone()),
    }
}

/// A command as a shell takes it.
fn command_line(argv: &[String]) -> String {
    let words = argv.iter().map(String::as_str);
    shlex::try_join(words).unwrap_or_else(|_| argv.join(" "))
}

impl Part {
    fn plain(&self) -> &str {
        match self {
            Self::Words(text) => text,
            Self::Text(text) | Self::Command(text) | Self::Ours(text) => text,
        }
    }
}

impl Step {
    /// What is done, in one line.
    fn headline(&self) -> String {
        self.head.iter().map(Part::plain).collect()
    }
}

/// The whole rollback of what a plan takes back: its code, and all that people do beside it.
pub(super) struct Rollback<'n> {
    going: Going<'n>,
    before: Vec<Step>,
    after: Vec<Step>,
}

/// A step of the rollback in JSON.
#[derive(Serialize)]
pub(super) struct JsonStep {
    step: &'static str,
    stages: Vec<String>,
    text: String,
    command: Option<String>,
}

impl<'n> Rollback<'n> {
    /// That of all that goes back.
    pub(super) fn new(going: Going<'n>) -> Self {
        let [before, after] = [Half::Before, Half::After].map(|half| steps(going, half));
        Self { going, before, after }
    }

    /// Whether the code is all of it.
    fn is_code_alone(&self) -> bool {
        self.before.is_empty()
            && self.after.is_empty()
            && procedure(self.going.naming, self.going.stages).next().is_none()
    }

    /// Its steps for people, numbered; none where the code is all of it. Commands stay whole, so
    /// that they can be copied.
    pub(super) fn human(&self, code: &str) -> String {
        if self.is_code_alone() {
            return String::new();
        }
        let mut text = "\n  the whole rollback, in this order\n".to_owned();
        let mut number = 0;
        let mut line = |text: &mut String, head: &str| {
            number += 1;
            let mark = format!("{number}. ");
            let _ = writeln!(text, "    {mark}{}", wrap(head, 4 + mark.len()));
        };
        for step in &self.before {
            line(&mut text, &self.title(step));
            told(&mut text, step);
        }
        line(&mut text, code);
        for step in &self.after {
            line(&mut text, &self.title(step));
            told(&mut text, step);
        }
        self.procedure_lines(&mut text);
        text
    }

    fn procedure_lines(&self, text: &mut String) {
        let mut lines = procedure(self.going.naming, self.going.stages).peekable();
        if lines.peek().is_some() {
            text.push_str("\n  the team's own procedure\n");
        }
        for (stage, words) in lines {
            let line = format!("{}{}", terminal(words), self.whose(stage));
            let _ = writeln!(text, "    - {}", wrap(&line, 6));
        }
    }

    fn title(&self, step: &Step) -> String {
        format!("{}{}", terminal(&step.headline()), self.whose(step.stage))
    }

    /// Whose a step is, where there are several stages.
    fn whose(&self, stage: StageIndex) -> String {
        match self.going.stages {
            [_] => String::new(),
            _ => format!(" (stage {})", self.going.naming.name(stage)),
        }
    }

    /// What is left beside the code, in one line and in the same numbers: nothing where the code is
    /// all of it.
    pub(super) fn left(&self) -> Option<String> {
        let count = self.before.len();
        let numbered = |steps: &[Step], from: usize| {
            let one = |(step, number): (&Step, usize)| format!("{number} {}", self.title(step));
            steps.iter().zip(from..).map(one).collect::<Vec<_>>().join("; ")
        };
        let mut parts = Vec::new();
        if !self.before.is_empty() {
            let steps = numbered(&self.before, 1);
            parts.push(format!("before the code goes to production: {steps}"));
        }
        if !self.after.is_empty() {
            parts.push(format!("after the code: {}", numbered(&self.after, count + 2)));
        }
        if procedure(self.going.naming, self.going.stages).next().is_some() {
            parts.push("and the team's own procedure".to_owned());
        }
        match parts.is_empty() {
            true => None,
            false => Some(format!("still to be done by hand: {}", parts.join(". "))),
        }
    }

    /// The steps for programs, the code among them.
    pub(super) fn json(&self) -> Vec<JsonStep> {
        let names = |stages: &[StageIndex]| {
            stages.iter().map(|stage| self.going.naming.name(*stage)).collect::<Vec<_>>()
        };
        let one = |step: &Step| JsonStep {
            step: step.word,
            stages: names(&[step.stage]),
            text: text_of(step),
            command: command_of(step),
        };
        let code = JsonStep {
            step: "code",
            stages: names(self.going.stages),
            text: "Take the code back, as this plan says".to_owned(),
            command: None,
        };
        let own = procedure(self.going.naming, self.going.stages).map(|(stage, words)| JsonStep {
            step: "procedure",
            stages: names(&[stage]),
            text: words.to_owned(),
            command: None,
        });
        let before = self.before.iter().map(one);
        before.chain([code]).chain(self.after.iter().map(one)).chain(own).collect()
    }
}

/// With what a step is done, each on a line of its own.
fn told(text: &mut String, step: &Step) {
    for How { before, what, after } in &step.how {
        let colon = if before.is_empty() { "" } else { ": " };
        let said = format!("{before}{colon}{}", terminal(what.plain()));
        // Commands stay whole.
        let said = match what {
            Part::Words(_) | Part::Text(_) => wrap(&said, 7),
            Part::Command(_) | Part::Ours(_) => said,
        };
        let _ = writeln!(text, "       {said}");
        if !after.is_empty() {
            let _ = writeln!(text, "       {}", wrap(after, 7));
        }
    }
}

/// What is done, and with which words.
fn text_of(step: &Step) -> String {
    let mut text = step.headline();
    for How { before, what, after } in &step.how {
        if let Part::Words(_) | Part::Text(_) = what {
            let colon = if before.is_empty() { "" } else { ": " };
            let _ = write!(text, ": {before}{colon}{}", what.plain());
        }
        if !after.is_empty() {
            let _ = write!(text, ": {after}");
        }
    }
    text
}

/// The command that does a step, where there is one.
fn command_of(step: &Step) -> Option<String> {
    step.how.iter().find_map(|how| match &how.what {
        Part::Command(line) | Part::Ours(line) if how.before.is_empty() => Some(line.clone()),
        _ => None,
    })
}
