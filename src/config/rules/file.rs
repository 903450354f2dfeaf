//! What a file as a whole needs: a version, a migration, or only includes.

use super::super::format::ROOT;
use super::super::sink::{Problem, Sink};
use super::super::table::Table;

/// More stages than this in one file are a mistake, or an attack on the program's time.
const MOST_STAGES: usize = 1000;
/// As many further files may be included.
pub(in super::super) const MOST_INCLUDES: usize = 64;

/// Checks the keys at the top of a file.
pub(super) fn check(file: &Table<'_>, is_root: bool, sink: &mut Sink<'_>) {
    let only_includes = is_root && !file.entries.keys().any(|key| is_of_migration(key.get_ref()));
    let needs_version = !only_includes || !file.has("include");
    if needs_version && !file.has("version") {
        let problem = Problem::new("the configuration lacks `version`");
        sink.error(&file.span, problem.help("write `version = 1` at its top"));
    }
    if !file.has("migration") && !only_includes {
        let problem = Problem::new("the configuration lacks `[migration]`");
        sink.error(&file.span, problem.help("it needs `id`, `name`, `start` and `branch`"));
    }
    if only_includes && file.texts("include").is_empty() {
        let problem = Problem::new("no migration is described here, so nothing is guarded");
        sink.warning(&file.span, problem.help("add `[migration]`, or name files in `include`"));
    }
    includes(file, is_root, sink);
    stages(file, sink);
}

/// Whether a key has no place in a file without a migration of its own.
fn is_of_migration(key: &str) -> bool {
    ROOT.key(key).is_some() && !matches!(key, "version" | "include")
}

fn includes(file: &Table<'_>, is_root: bool, sink: &mut Sink<'_>) {
    let includes = file.texts("include");
    if !is_root && file.has("include") {
        let problem = Problem::new("an included file cannot include others");
        let help = "name every file in the `include` of the root file";
        sink.error(&file.span_of("include"), problem.help(help));
    }
    if includes.len() > MOST_INCLUDES {
        let message = format!("{} files are included, more than {MOST_INCLUDES}", includes.len());
        sink.error(&file.span_of("include"), Problem::new(message));
    }
}

fn stages(file: &Table<'_>, sink: &mut Sink<'_>) {
    let stages = file.tables("stages").len();
    if stages > MOST_STAGES {
        let message = format!("there are {stages} stages, more than {MOST_STAGES} in one file");
        sink.error(&file.span_of("stages"), Problem::new(message));
    }
    if stages == 0 && file.has("migration") {
        let problem = Problem::new("the migration has no stages, so no path is guarded");
        sink.warning(&file.span_of("migration"), problem.help("add `[[stages]]`"));
    }
}
