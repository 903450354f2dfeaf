//! What a configuration has to say beyond its form: names that exist, reasons that are given,
//! orders without a cycle.

mod file;
mod names;
mod order;
mod stage;
mod thing;

pub(super) use file::MOST_INCLUDES;

use super::sink::Problems;
use super::table::Document;

/// Checks every file by itself and all of them together. `complete` is false where a file could
/// not be read: a name that is not found may then stand there, and is not told.
pub(super) fn check(documents: &[Document<'_>], complete: bool, problems: &mut Problems) {
    for document in documents {
        let table = document.table();
        let mut sink = document.sink(problems);
        file::check(&table, document.file == 0, &mut sink);
        thing::check(&table, &mut sink);
        names::check(&table, &mut sink);
        for stage in table.tables("stages") {
            stage::check(&stage, &mut sink);
        }
    }
    order::check(documents, complete, problems);
}
