//! The files of the repository that is measured: 5,000 of them in 40 areas, 15 of which are
//! services that a stage owns each.

use std::fmt::Write;

/// How many services there are, with one stage each.
pub(crate) const STAGES: u32 = 15;
/// How many folders stand side by side under services/, libs/ and apps/.
pub(crate) const AREAS: u32 = 40;
/// Files in an area.
pub(crate) const FILES: u32 = 125;

const LIBRARIES: u32 = 15;
const FOLDERS: [&str; 5] = ["src/api", "src/core/model", "src/store", "tests/unit", "docs"];

/// The path of a file of an area: `area` below [`AREAS`], `file` below [`FILES`].
pub(crate) fn path(area: u32, file: u32) -> String {
    let area = if area < STAGES {
        format!("services/{}", stage_name(area))
    } else if area < STAGES + LIBRARIES {
        format!("libs/l{:02}", area - STAGES + 1)
    } else {
        format!("apps/a{:02}", area - STAGES - LIBRARIES + 1)
    };
    let folder = FOLDERS[file as usize % FOLDERS.len()];
    format!("{area}/{folder}/part_{:02}.rs", file / FOLDERS.len() as u32)
}

/// The id of the stage that owns an area, where one does.
pub(crate) fn stage(area: u32) -> Option<String> {
    (area < STAGES).then(|| stage_name(area))
}

fn stage_name(area: u32) -> String {
    format!("s{:02}", area + 1)
}

/// What a file holds at a revision: a few hundred bytes of which one line changes.
pub(crate) fn content(path: &str, revision: u32) -> String {
    let mut text = format!("//! {path}\n\npub const REVISION: u32 = {revision};\n\n");
    for line in 0..8 {
        let _ = writeln!(text, "pub fn part_{line}(value: u64) -> u64 {{ value + {line} }}");
    }
    text
}

/// The configuration: a start tag, the landing branch, and one stage for each service.
pub(crate) fn configuration(start_tag: &str) -> String {
    let mut text = format!(
        "version = 1\n\n[migration]\nid = \"services\"\nname = \"Services, one after another\"\n\
         start = {{ tag = \"{start_tag}\" }}\nbranch = \"main\"\n"
    );
    for area in 0..STAGES {
        let id = stage_name(area);
        let _ = write!(
            text,
            "\n[[stages]]\nid = \"{id}\"\nname = \"Service {id}\"\nimpact = \"high\"\n\
             paths = [\"services/{id}/**\"]\nrollback = [\"code\"]\n"
        );
    }
    text
}
