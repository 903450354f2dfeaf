//! Rules of what stages refer to: flags, backups, actions; and of moves.

use super::super::sink::{Problem, Sink};
use super::super::table::Table;
use super::super::value::has_wildcard;

/// Checks the flags, backups and moves of a file.
pub(super) fn check(file: &Table<'_>, sink: &mut Sink<'_>) {
    for (_, flag) in file.named_tables("flags") {
        states(&flag, sink);
        action(&flag, "live", sink);
        action(&flag, "set", sink);
        placeholder(&flag, sink);
    }
    for moved in file.tables("moves") {
        shapes_agree(&moved, sink);
    }
}

/// Checks one action of a table.
pub(super) fn action(table: &Table<'_>, key: &str, sink: &mut Sink<'_>) {
    let Some(action) = table.table(key) else { return };
    if action.has("text") && action.has("timeout") {
        let problem = Problem::new("`timeout` has no effect beside `text`");
        sink.warning(&action.span_of("timeout"), problem.help("only a command can time out"));
    }
}

fn states(flag: &Table<'_>, sink: &mut Sink<'_>) {
    if let (Some(on), Some(off)) = (flag.text("on"), flag.text("off"))
        && on.text == off.text
    {
        let problem = Problem::new("`on` and `off` are the same: the flag has only one state");
        sink.error(&off.span, problem);
    }
}

fn placeholder(flag: &Table<'_>, sink: &mut Sink<'_>) {
    let Some(set) = flag.table("set").filter(|set| set.has("command")) else { return };
    if !set.texts("command").iter().any(|argument| argument.text.contains("{value}")) {
        let problem = Problem::new("the command never says which value to set");
        sink.warning(&set.span_of("command"), problem.help("`{value}` stands for it"));
    }
}

/// A move renames a whole folder or one file: anything else cannot be followed.
fn shapes_agree(moved: &Table<'_>, sink: &mut Sink<'_>) {
    let (Some(from), Some(to)) = (moved.text("from"), moved.text("to")) else { return };
    let mut plain = true;
    for end in [&from, &to] {
        if has_wildcard(folder(end.text).unwrap_or(end.text)) {
            let problem = Problem::new("a move needs a folder followed by `/**`, or a plain path");
            sink.error(
                &end.span,
                problem.help("describe each renamed folder by a move of its own"),
            );
            plain = false;
        }
    }
    if plain && folder(from.text).is_some() != folder(to.text).is_some() {
        let problem = Problem::new("`from` and `to` have different forms");
        sink.error(&to.span, problem.help("both a folder followed by `/**`, or both a plain path"));
    }
    if from.text == to.text {
        sink.error(&to.span, Problem::new("`from` and `to` are the same"));
    }
}

fn folder(glob: &str) -> Option<&str> {
    glob.strip_suffix("/**")
}
