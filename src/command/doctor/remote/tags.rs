//! The tags from which the migration and its stages began: there, where they belong, and safe.

use super::could_not;
use crate::command::doctor::Report;
use crate::config::{Configuration, TagPin};
use crate::exit::Exit;
use crate::forge::{Client, Enforcement, Ruleset};
use crate::git::{ObjectId, RefName, Repo};
use crate::shell;

/// What this clone knows of the tags, and where they have to be.
#[derive(Clone, Copy)]
pub(super) struct Here<'h> {
    /// The clone.
    pub(super) repo: &'h Repo,
    /// What it calls the remote, as a word of a command.
    pub(super) remote: &'h str,
}

/// Looks at each of them. `seen`: whether the token sees the repository's refs at all.
pub(super) fn tell(
    report: &mut Report,
    client: &Client<'_>,
    here: Here<'_>,
    configuration: &Configuration,
    seen: bool,
) {
    let mut rulesets = None;
    for (whose, pin) in tags(configuration) {
        let name = RefName::tag(&pin.tag);
        let there = match client.tagged_commit(&name) {
            Ok(Some(there)) => there,
            Ok(None) if seen => {
                report.row("start tag", format!("{} of {whose}: not there", pin.tag));
                report.problem(Exit::Findings, missing(&pin.tag, &whose, here.remote));
                continue;
            }
            Ok(None) => {
                let text = format!(
                    "could not check the tag {}: it is not there, or the token may not see it; it \
                     takes a token with contents: read",
                    pin.tag
                );
                report.problem(Exit::Indeterminate, text);
                continue;
            }
            Err(refusal) => {
                could_not(report, &format!("the tag {}", pin.tag), &refusal, "contents: read");
                continue;
            }
        };
        compare(report, here, pin, &whose, there);
        let known = rulesets.get_or_insert_with(|| client.rulesets());
        if let Ok(known) = known {
            protected(report, known, &name, &pin.tag);
        }
    }
    if let Some(Err(refusal)) = rulesets {
        could_not(report, "the rulesets for tags", &refusal, "metadata: read");
    }
}

/// Every start tag, with the migration or the stage that has it.
pub(in crate::command::doctor) fn tags(configuration: &Configuration) -> Vec<(String, &TagPin)> {
    let mut tags: Vec<(String, &TagPin)> = Vec::new();
    for migration in &configuration.migrations {
        tags.push((migration.id.to_string(), &migration.start));
        let own = migration.stages.iter().filter_map(|stage| {
            let start = stage.start.as_ref()?;
            Some((format!("{}:{}", migration.id, stage.id), start))
        });
        tags.extend(own);
    }
    tags
}

fn missing(tag: &str, whose: &str, remote: &str) -> String {
    let name = RefName::tag(tag);
    let name = shell::word(name.as_str());
    format!("the start tag {tag} of {whose} is not on the remote: `git push {remote} {name}`")
}

/// Holds the tag there against the one here and the pinned one.
fn compare(report: &mut Report, here: Here<'_>, pin: &TagPin, whose: &str, there: ObjectId) {
    let Here { repo, remote } = here;
    let tag = &pin.tag;
    let name = RefName::tag(tag);
    let to_here = shell::word(&format!("{name}:{name}")).into_owned();
    let here = match repo.reference(&name) {
        Ok(found) => found.and_then(|peeled| peeled.commit),
        Err(error) => {
            report.problem(
                Exit::Indeterminate,
                format!("the tag {tag} cannot be read here: {error}"),
            );
            None
        }
    };
    let mut same = Vec::new();
    match pin.oid {
        Some(pinned) if pinned == there => same.push("as pinned"),
        Some(pinned) => {
            report.problem(Exit::Findings, format!(
                "the tag {tag} was moved: it stands on {} there, and the configuration pins {}; \
                 put it back: `git push --force {remote} {}`",
                there.short(), pinned.short(), shell::word(&format!("{pinned}:{name}")),
            ));
        }
        None => {}
    }
    match here {
        Some(here) if here == there => same.push("as here"),
        Some(here) => {
            report.problem(
                Exit::Findings,
                format!(
                    "the tag {tag} stands on {} there and on {} here: find out which one is right, \
                     then `git fetch --force {remote} {to_here}` or `git push --force {remote} {}`",
                    there.short(),
                    here.short(),
                    shell::word(name.as_str()),
                ),
            );
        }
        None if pin.oid.is_some() => {}
        None => {
            report.problem(
                Exit::Indeterminate,
                format!(
                    "could not check where the tag {tag} belongs: it is not here, and not pinned; \
                     `git fetch {remote} {to_here}`, or pin it: `oid = \"{there}\"`"
                ),
            );
        }
    }
    let same = if same.is_empty() { String::new() } else { format!(", {}", same.join(" and ")) };
    report.row("start tag", format!("{tag} of {whose}: {}{same}", there.short()));
}

/// What protects a tag, and what does not.
fn protected(report: &mut Report, rulesets: &[Ruleset], name: &RefName, tag: &str) {
    let covering = rulesets.iter().filter(|set| set.for_tags && set.covers(name));
    let (active, other): (Vec<&Ruleset>, Vec<&Ruleset>) =
        covering.partition(|set| set.enforcement == Enforcement::Active);
    let has = |rule: &str| active.iter().any(|set| set.has(rule));
    let lacks: Vec<&str> = [("deletion", "deleted"), ("update", "moved")]
        .into_iter()
        .filter(|(rule, _)| !has(rule))
        .map(|(_, word)| word)
        .collect();
    for set in &active {
        report.row("protected", format!("{tag} by the ruleset \"{}\"{}", set.name, bypass(set)));
    }
    for set in other.iter().filter(|set| set.enforcement == Enforcement::Evaluate) {
        report
            .row("tried out", format!("the ruleset \"{}\" for {tag}: it stops nothing", set.name));
    }
    if lacks.is_empty() {
        return;
    }
    let forward = match has("non_fast_forward") && !has("update") {
        true => " (blocked force pushes still let it move forward)",
        false => "",
    };
    report.problem(Exit::Findings, format!(
        "nothing keeps the tag {tag} from being {}{forward}: Settings > Rules > Rulesets > New tag \
         ruleset, enforcement Active, target {tag}, \
         \"Restrict deletions\" and \"Restrict updates\"",
        lacks.join(" or "),
    ));
}

fn bypass(set: &Ruleset) -> String {
    match &set.bypass {
        None => "; who may pass by it, this token cannot see".to_owned(),
        Some(all) if all.is_empty() => "; nobody may pass by it".to_owned(),
        Some(all) => format!("; may pass by it: {}", all.join(", ")),
    }
}
