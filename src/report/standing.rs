//! How every stage stands, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::Look;
use super::escape::{json, terminal};
use super::human::blocking;
use super::layout::{Paint, Style, fitted_table, wrap};
use super::plan::by_ownership;
use crate::config::{Level, StageState, stage_name};
use crate::git::Seconds;
use crate::policy::trust::Origin;
use crate::readiness::finding::Outcome;
use crate::readiness::standing::{Blocked, StageStanding, Standing};
use crate::receipt::instant_text;
use crate::stage::ledger::{StageHistory, Unsaid};

/// The status for people: a table, then what is wrong and, on request, each stage's commits.
#[must_use]
pub fn render_standing_human(standing: &Standing, look: Look) -> String {
    let paint = Paint(look.color);
    let several = standing
        .stages
        .iter()
        .any(|one| standing.stages.first().is_some_and(|first| first.migration != one.migration));
    let heading = ["stage", "name", "impact", "landed", "commits", "ready", "way back"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(standing.stages.iter().map(|stage| row(stage, several)));
    let mut text = fitted_table(&rows, 1, paint);
    text.push_str(&places(standing));
    text.push_str(&moments(standing, several));
    text.push_str(&orders(standing, several));
    text.push_str(&problems(standing, several, paint));
    if look.verbose {
        text.push_str(&commits(standing, several, paint));
    }
    text
}

/// What was looked at, and why some of it could not be.
fn places(standing: &Standing) -> String {
    let several = standing.tips.len() + standing.unplaced.len() > 1;
    let mut text = String::from("\n");
    for (tip, migrations) in &standing.tips {
        let of = if several { format!("{} ", migrations.join(", ")) } else { String::new() };
        let _ = writeln!(text, "  {of}as of {} ({})", terminal(&tip.label), tip.commit.short());
    }
    for (migration, why) in &standing.unplaced {
        let told = format!("{migration}: could not check: {}", terminal(&why.message));
        let _ = writeln!(text, "  {}", wrap(&told, 4));
        if let Some(help) = &why.help {
            let _ = writeln!(text, "    {}", wrap(&format!("help: {}", terminal(help)), 10));
        }
    }
    text
}

fn name(stage: &StageStanding, several: bool) -> String {
    stage_name(&stage.migration, &stage.id, several)
}

fn row(stage: &StageStanding, several: bool) -> Vec<String> {
    let (landed, commits) = match &stage.history {
        Ok(history) => {
            let landed = match (history.landed(), history.backed_out) {
                (Some(at), _) => date(at),
                (None, Some(_)) => "backed out".to_owned(),
                (None, None) => "-".to_owned(),
            };
            (landed, history.steps.len().to_string())
        }
        Err(_) => ("not known".to_owned(), "-".to_owned()),
    };
    vec![
        name(stage, several),
        terminal(&stage.name),
        stage.impact.to_string(),
        landed,
        commits,
        ready_text(stage),
        way_back(stage),
    ]
}

/// The day; moments are told below the table, which has no room for them.
fn date(at: Seconds) -> String {
    instant_text(at).chars().take(10).collect()
}

fn has_landed(stage: &StageStanding) -> bool {
    stage.history.as_ref().is_ok_and(|history| !history.steps.is_empty())
}

/// Whether a landed stage could be backed out.
enum Ready {
    /// It has not landed.
    NotAsked,
    /// Its requirements have ended.
    Closed,
    Yes,
    /// This many problems stand against it.
    No(usize),
    NotKnown,
}

fn ready(stage: &StageStanding) -> Ready {
    if stage.history.is_err() {
        return Ready::NotKnown;
    }
    if !has_landed(stage) {
        return Ready::NotAsked;
    }
    if stage.state == StageState::Closed {
        return Ready::Closed;
    }
    let of = |outcome: Outcome| {
        let denied = stage.findings.iter().filter(|one| one.level == Level::Deny);
        denied.filter(|one| one.outcome == outcome).count()
    };
    match (of(Outcome::Unmet), of(Outcome::Indeterminate)) {
        (0, 0) => Ready::Yes,
        (0, _) => Ready::NotKnown,
        (problems, _) => Ready::No(problems),
    }
}

fn ready_text(stage: &StageStanding) -> String {
    match ready(stage) {
        Ready::NotAsked => "-".to_owned(),
        Ready::Closed => "closed".to_owned(),
        Ready::Yes => "yes".to_owned(),
        Ready::No(problems) => format!("no ({problems})"),
        Ready::NotKnown => "not known".to_owned(),
    }
}

fn way_back(stage: &StageStanding) -> String {
    if !has_landed(stage) {
        return "-".to_owned();
    }
    let blocked = blocking(&stage.way_back);
    match (stage.way_back.open, stage.way_back.until) {
        (Some(true), Some(until)) => format!("until {}", date(until)),
        (Some(true), None) => blocked.map_or("open".to_owned(), |ids| format!("open, {ids} first")),
        (Some(false), _) => {
            blocked.map_or("not open".to_owned(), |ids| format!("blocked by {ids}"))
        }
        (None, _) if stage.state == StageState::Closed => "-".to_owned(),
        (None, _) => "not asked".to_owned(),
    }
}

/// When ways back end, and when stages were backed out.
fn moments(standing: &Standing, several: bool) -> String {
    let mut text = String::new();
    for stage in &standing.stages {
        let name = name(stage, several);
        if let (true, Some(true), Some(until)) =
            (has_landed(stage), stage.way_back.open, stage.way_back.until)
        {
            let at = instant_text(until);
            let _ = writeln!(text, "  stage {name}: the way back is open until {at}");
        }
        let history = stage.history.as_ref().ok();
        if let Some(at) = history.filter(|all| all.landed().is_none()).and_then(|h| h.backed_out) {
            let _ = writeln!(text, "  stage {name}: backed out at {}", instant_text(at));
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// Which stages cannot be backed out alone, and how they go, where no finding says it.
fn orders(standing: &Standing, several: bool) -> String {
    let mut text = String::new();
    let told = |stage: &StageStanding| {
        let denied = stage.findings.iter().filter(|one| one.level == Level::Deny);
        denied.into_iter().any(|one| one.code.requirement() == "revert")
    };
    let open = standing.stages.iter().filter(|stage| stage.state == StageState::Open);
    for stage in open.filter(|stage| !told(stage)) {
        let name = name(stage, several);
        let line = match &stage.blocked {
            Ok(None) => continue,
            Ok(Some(blocked)) => order(&name, stage, blocked),
            // Of a history that could not be read, it is said below.
            Err(_) if stage.history.is_err() => continue,
            Err(why) => {
                let reason = terminal(&why.reason);
                format!("stage {name}: whether it can be backed out alone is not known: {reason}")
            }
        };
        let _ = writeln!(text, "  {}", wrap(&line, 6));
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn order(name: &str, stage: &StageStanding, blocked: &Blocked) -> String {
    let at = blocked.paths.first().map(|(path, why)| {
        let more = match blocked.paths.len() {
            0 | 1 => String::new(),
            more => format!(" (and {} more)", more - 1),
        };
        format!("{}{more}: {}", terminal(&path.shown()), terminal(why))
    });
    let at = at.unwrap_or_default();
    let revert = format!("`backout revert --stage {name}");
    match (&blocked.order, blocking(&stage.way_back)) {
        (Some(all), Some(first)) if blocked.expected => {
            let along = match goes_along(stage, all) {
                true => format!("; with what comes after that: {}", all.join(", then ")),
                false => String::new(),
            };
            format!("stage {name} goes after {first}, as declared: {at}{along}")
        }
        (Some(all), Some(others)) => {
            let along = match goes_along(stage, all) {
                true => format!(" (and takes all of these: {})", all.join(", ")),
                false => String::new(),
            };
            format!(
                "stage {name} goes only together with {others}: {revert} --cascade`{along}; {at}"
            )
        }
        _ => {
            let help = blocked.help.as_deref().map(|help| format!(": {}", terminal(help)));
            let help = help.unwrap_or_default();
            format!("stage {name} cannot be backed out as it is: {revert} --dry-run`; {at}{help}")
        }
    }
}

/// Whether more goes than the stage and what is in its way: what comes after these by `after`.
fn goes_along(stage: &StageStanding, all: &[String]) -> bool {
    let in_the_way = stage.way_back.blocked_by.as_deref().unwrap_or_default();
    all.iter().any(|one| *one != stage.id && !in_the_way.contains(one))
}

fn problems(standing: &Standing, several: bool, paint: Paint) -> String {
    let mut text = String::new();
    let of_stages = standing.stages.iter().flat_map(|stage| &stage.findings);
    let denied = of_stages.chain(&standing.findings).filter(|one| one.level == Level::Deny);
    for finding in denied {
        let named = |id| format!("stage {}: ", stage_name(&finding.migration, id, several));
        let stage = finding.stage.as_ref().map(named).unwrap_or_default();
        let line = format!("{} {stage}{}", finding.code, terminal(&finding.message));
        let _ = writeln!(text, "  {}", paint.paint(Style::Deny, &wrap(&line, 6)));
        let _ = writeln!(text, "      help: {}", wrap(&terminal(&finding.help), 12));
    }
    // Of a migration without a place, it was said above.
    let unplaced =
        |stage: &StageStanding| standing.unplaced.iter().any(|(id, _)| *id == stage.migration);
    for stage in standing.stages.iter().filter(|stage| !unplaced(stage)) {
        let name = name(stage, several);
        match &stage.history {
            Err(why) => {
                let line = format!("stage {name}: could not be told: {}", why.reason);
                let _ =
                    writeln!(text, "  {}", paint.paint(Style::Deny, &wrap(&terminal(&line), 6)));
                let _ = writeln!(text, "      help: {}", wrap(&terminal(&why.help), 12));
            }
            Ok(history) => {
                let suggested =
                    history.steps.iter().filter(|s| s.unsaid() != Unsaid::Nothing).count();
                if suggested > 0 {
                    let line = format!(
                        "stage {name}: {suggested} counted by ownership alone; say whose they are \
                         with `backout attribute`"
                    );
                    let _ = writeln!(text, "  {}", wrap(&line, 6));
                }
            }
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn commits(standing: &Standing, several: bool, paint: Paint) -> String {
    let mut text = String::new();
    for stage in &standing.stages {
        let Ok(history) = &stage.history else { continue };
        if history.steps.is_empty() && history.foreign.is_empty() {
            continue;
        }
        let title = format!("Stage {}: {}", name(stage, several), terminal(&stage.name));
        let _ = writeln!(text, "\n{}", paint.paint(Style::Strong, &title));
        for step in &history.steps {
            let mark = by_ownership(step.unsaid());
            let at = instant_text(step.time);
            let _ = writeln!(text, "  {} {at} {}{mark}", step.id.short(), terminal(&step.subject));
        }
        for commit in &history.foreign {
            let _ = writeln!(text, "  {} (foreign work, stays)", commit.short());
        }
    }
    text
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tip: Option<String>,
    commit: Option<String>,
    tips: Vec<Tip<'a>>,
    stages: Vec<Stage<'a>>,
}

/// A tip that was looked at; `tip` and `commit` of the document are those of the first.
#[derive(Serialize)]
struct Tip<'a> {
    migrations: &'a [String],
    tip: &'a str,
    commit: String,
}

#[derive(Serialize)]
struct Stage<'a> {
    migration: &'a str,
    id: &'a str,
    name: &'a str,
    impact: &'static str,
    state: &'static str,
    landed: Option<String>,
    backed_out: Option<String>,
    commits: Option<Vec<Step>>,
    foreign: Option<Vec<String>>,
    ready: Option<bool>,
    way_back: WayBack,
    findings: Vec<String>,
}

#[derive(Serialize)]
struct Step {
    commit: String,
    confirmed: bool,
}

#[derive(Serialize)]
struct WayBack {
    open: Option<bool>,
    until: Option<String>,
    blocked_by: Option<Vec<String>>,
    alone: Option<bool>,
    order: Option<Vec<String>>,
}

/// The status for programs. `landed`, `commits` and the rest are null where they are not known.
#[must_use]
pub fn render_standing_json(standing: &Standing) -> String {
    let document = Document {
        version: 1,
        tip: standing.tips.first().map(|(tip, _)| tip.label.clone()),
        commit: standing.tips.first().map(|(tip, _)| tip.commit.to_string()),
        tips: standing.tips.iter().map(json_tip).collect(),
        stages: standing.stages.iter().map(json_stage).collect(),
    };
    json(&document) + "\n"
}

fn json_tip((tip, migrations): &(Origin, Vec<String>)) -> Tip<'_> {
    Tip { migrations, tip: &tip.label, commit: tip.commit.to_string() }
}

fn json_stage(stage: &StageStanding) -> Stage<'_> {
    let history = stage.history.as_ref().ok();
    let blocked = stage.blocked.as_ref().ok();
    let step = |step: &crate::stage::ledger::StageStep| Step {
        commit: step.id.to_string(),
        confirmed: step.unsaid() == Unsaid::Nothing,
    };
    Stage {
        migration: &stage.migration,
        id: &stage.id,
        name: &stage.name,
        impact: stage.impact.as_str(),
        state: stage.state.as_str(),
        landed: history.and_then(StageHistory::landed).map(instant_text),
        backed_out: history.and_then(|history| history.backed_out).map(instant_text),
        commits: history.map(|history| history.steps.iter().map(step).collect()),
        foreign: history.map(|h| h.foreign.iter().map(ToString::to_string).collect()),
        ready: match ready(stage) {
            Ready::Yes => Some(true),
            Ready::No(_) => Some(false),
            Ready::NotAsked | Ready::Closed | Ready::NotKnown => None,
        },
        way_back: WayBack {
            open: stage.way_back.open,
            until: stage.way_back.until.map(instant_text),
            blocked_by: stage.way_back.blocked_by.clone(),
            alone: blocked.filter(|_| has_landed(stage)).map(Option::is_none),
            order: blocked.and_then(Option::as_ref).and_then(|blocked| blocked.order.clone()),
        },
        findings: stage.findings.iter().map(|finding| finding.code.to_string()).collect(),
    }
}
