//! Names that reach across files, and the order of the stages: no stage comes after itself.

use std::collections::HashMap;

use super::super::ids::StageRef;
use super::super::render::quoted;
use super::super::sink::{Problem, Problems};
use super::super::suggest;
use super::super::table::{Document, Text};

/// A stage by the number of its file and its id.
type Node<'a> = (usize, &'a str);

/// An entry of a stage's `after` that names a known stage: where it stands, and whom it names.
type Edge<'a> = (Text<'a>, Node<'a>);

/// The stages of all files.
struct Stages<'a> {
    /// The number of its place in the list of documents, by the id of the migration.
    migrations: HashMap<&'a str, usize>,
    /// The ids of each document's stages.
    ids: Vec<Vec<&'a str>>,
    /// Whether every file could be read.
    complete: bool,
}

/// Checks migrations' ids, `after` and the stages that waivers name.
pub(super) fn check(documents: &[Document<'_>], complete: bool, problems: &mut Problems) {
    let stages = index(documents, complete, problems);
    let mut edges: HashMap<Node<'_>, Vec<Edge<'_>>> = HashMap::new();
    for (number, document) in documents.iter().enumerate() {
        for stage in document.table().tables("stages") {
            let Some(id) = stage.text("id") else { continue };
            for after in stage.texts("after") {
                let Some(node) = resolve(&stages, number, document, &after, problems) else {
                    continue;
                };
                if node == (number, id.text) {
                    let message = format!("the stage {} cannot come after itself", quoted(id.text));
                    document.sink(problems).error(&after.span, Problem::new(message));
                } else {
                    edges.entry((number, id.text)).or_default().push((after, node));
                }
            }
        }
        for waiver in document.table().tables("waivers") {
            if let Some(stage) = waiver.text("stage") {
                resolve(&stages, number, document, &stage, problems);
            }
        }
    }
    cycles(documents, &edges, problems);
}

fn index<'a>(documents: &'a [Document<'_>], complete: bool, problems: &mut Problems) -> Stages<'a> {
    let mut migrations = HashMap::new();
    let mut lower = HashMap::new();
    let mut ids = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        let file = document.table();
        let stages = file.tables("stages");
        ids.push(stages.iter().filter_map(|stage| Some(stage.text("id")?.text)).collect());
        let Some(id) = file.table("migration").and_then(|table| table.text("id")) else { continue };
        migrations.entry(id.text).or_insert(number);
        if let Some(first) = lower.insert(id.text.to_lowercase(), document.source.path.as_str()) {
            let message = format!("another migration has the id {} already", quoted(id.text));
            let help = format!("it stands in {}", quoted(first));
            document.sink(problems).error(&id.span, Problem::new(message).help(help));
        }
    }
    Stages { migrations, ids, complete }
}

/// The stage that a name means, or `None` with the reason told.
fn resolve<'a>(
    stages: &Stages<'a>,
    own: usize,
    document: &Document<'_>,
    name: &Text<'_>,
    problems: &mut Problems,
) -> Option<Node<'a>> {
    let wanted: StageRef = name.text.parse().ok()?;
    let number = match &wanted.migration {
        None => own,
        Some(migration) => match stages.migrations.get(migration.as_str()) {
            Some(number) => *number,
            None if !stages.complete => return None,
            None => {
                let message = format!("there is no migration {}", quoted(migration.as_str()));
                let known: Vec<&str> = stages.migrations.keys().copied().collect();
                let help = suggest::help(migration.as_str(), sorted(known));
                let problem = Problem::new(message).maybe_help(help);
                document.sink(problems).error(&name.span, problem);
                return None;
            }
        },
    };
    let ids = stages.ids.get(number)?;
    if let Some(id) = ids.iter().find(|id| **id == wanted.stage.as_str()) {
        return Some((number, id));
    }
    let problem = Problem::new(format!("there is no stage {}", quoted(name.text)));
    let help = elsewhere(stages, wanted.stage.as_str())
        .or_else(|| suggest::help(wanted.stage.as_str(), ids.iter().copied()));
    document.sink(problems).error(&name.span, problem.maybe_help(help));
    None
}

/// Help for a stage that another migration has.
fn elsewhere(stages: &Stages<'_>, id: &str) -> Option<String> {
    let has = |number: &usize| stages.ids.get(*number).is_some_and(|ids| ids.contains(&id));
    let migrations = stages.migrations.iter().filter(|(_, number)| has(number));
    let migration = migrations.map(|(migration, _)| *migration).min()?;
    Some(format!("did you mean {}?", quoted(&format!("{migration}:{id}"))))
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

/// A path through the stages: each with the number of its entries that have been followed.
type Path<'a> = Vec<(Node<'a>, usize)>;

fn cycles(
    documents: &[Document<'_>],
    edges: &HashMap<Node<'_>, Vec<Edge<'_>>>,
    problems: &mut Problems,
) {
    let mut starts: Vec<Node<'_>> = edges.keys().copied().collect();
    starts.sort_unstable();
    // Whether a stage that was seen has been left again.
    let mut left: HashMap<Node<'_>, bool> = HashMap::new();
    for start in starts {
        if left.contains_key(&start) {
            continue;
        }
        walk(start, edges, &mut left, |path, at, target| {
            tell_cycle(documents, path, at, target, problems);
        });
    }
}

/// Walks depth first from a stage and gives every entry that leads back onto the path. Without
/// recursion: a hostile file may chain thousands of stages.
fn walk<'a>(
    start: Node<'a>,
    edges: &HashMap<Node<'a>, Vec<Edge<'a>>>,
    left: &mut HashMap<Node<'a>, bool>,
    mut found: impl FnMut(&Path<'a>, &Text<'a>, Node<'a>),
) {
    let mut path: Path<'a> = vec![(start, 0)];
    left.insert(start, false);
    while let Some((node, next)) = path.last_mut() {
        let Some((at, target)) = edges.get(node).and_then(|all| all.get(*next)) else {
            left.insert(*node, true);
            path.pop();
            continue;
        };
        *next += 1;
        match left.get(target) {
            Some(true) => {}
            Some(false) => found(&path, at, *target),
            None => {
                left.insert(*target, false);
                path.push((*target, 0));
            }
        }
    }
}

fn tell_cycle(
    documents: &[Document<'_>],
    path: &Path<'_>,
    at: &Text<'_>,
    target: Node<'_>,
    problems: &mut Problems,
) {
    const SHOWN: usize = 8;
    let from = path.iter().position(|(node, _)| *node == target).unwrap_or_default();
    let cycle = path.get(from..).unwrap_or_default();
    let one_file = cycle.iter().all(|((number, _), _)| *number == target.0);
    let name = |node: Node<'_>| if one_file { quoted(node.1) } else { full_name(documents, node) };
    let mut names: Vec<String> = cycle.iter().take(SHOWN).map(|(node, _)| name(*node)).collect();
    if cycle.len() > SHOWN {
        names.push(format!("… {} more …", cycle.len() - SHOWN));
    }
    names.push(name(target));
    let message = format!("these stages come after each other: {}", names.join(" after "));
    let problem = Problem::new(message).help("take one of these entries out of `after`");
    let file = path.last().and_then(|((number, _), _)| documents.get(*number));
    if let Some(document) = file {
        document.sink(problems).error(&at.span, problem);
    }
}

/// A stage with its migration: `billing:9`.
fn full_name(documents: &[Document<'_>], (number, id): Node<'_>) -> String {
    let migration = documents.get(number).and_then(|document| document.table().table("migration"));
    let migration = migration.and_then(|table| table.text("id")).map_or("?", |text| text.text);
    quoted(&format!("{migration}:{id}"))
}
