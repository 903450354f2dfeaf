//! Names within one file: each given once, and each that is used is known.

use std::collections::{HashMap, HashSet};

use super::super::render::quoted;
use super::super::sink::{Problem, Sink};
use super::super::suggest;
use super::super::table::{Table, Text};

/// Checks the names of flags, backups and stages.
pub(super) fn check(file: &Table<'_>, sink: &mut Sink<'_>) {
    let stages = file.tables("stages");
    let ids: Vec<Text<'_>> = stages.iter().filter_map(|stage| stage.text("id")).collect();
    unique("stage", &ids, sink);
    let backups = names(file, "backups");
    unique("backup", &backups, sink);
    let flags = names(file, "flags");
    for stage in &stages {
        known("flag", &names(stage, "flags"), &flags, sink);
        known("backup", &stage.texts("backups"), &backups, sink);
    }
}

fn names<'a>(table: &Table<'a>, key: &str) -> Vec<Text<'a>> {
    let entries = table.table(key).map(|table| table.entries()).unwrap_or_default();
    entries.into_iter().map(|(name, _)| name).collect()
}

/// Ids become file names, and some file systems do not tell `A` from `a`.
fn unique(what: &str, ids: &[Text<'_>], sink: &mut Sink<'_>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for id in ids {
        let Some(first) = seen.insert(id.text.to_lowercase(), id.text) else { continue };
        let problem = if first == id.text {
            Problem::new(format!("there are two {what}s {}", quoted(id.text)))
                .help("each id may be used once")
        } else {
            let (first, second) = (quoted(first), quoted(id.text));
            Problem::new(format!("the {what}s {first} and {second} differ only in case"))
                .help("ids become file names, and not every file system tells them apart")
        };
        sink.error(&id.span, problem);
    }
}

fn known(what: &str, used: &[Text<'_>], defined: &[Text<'_>], sink: &mut Sink<'_>) {
    let defined: HashSet<&str> = defined.iter().map(|name| name.text).collect();
    for name in used.iter().filter(|name| !defined.contains(name.text)) {
        let problem = Problem::new(format!("there is no {what} {}", quoted(name.text)));
        let table = format!("define it: `[{what}s.{}]`", quoted(name.text).trim_matches('`'));
        let near = suggest::nearest(name.text, defined.iter().copied());
        let help = near.map_or(table, |near| format!("did you mean {}?", quoted(near)));
        sink.error(&name.span, problem.help(help));
    }
}
