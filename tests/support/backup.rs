//! A migration that changes data: stage 9 needs a backup of what was exported into a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::TestRepo;

/// The rules: `export` is captured as the backup `sessions`, whose archives lie in `store`.
pub(crate) fn rules(store: &str) -> String {
    format!(
        r#"version = 1
[migration]
id = "carts"
name = "Carts"
start = {{ tag = "start" }}
branch = "main"
[backups.sessions]
source = {{ kind = "file", path = "export" }}
store = "{store}"
[[stages]]
id = "9"
name = "Move"
impact = "critical"
paths = ["src/**"]
rollback = ["data"]
backups = ["sessions"]
"#
    )
}

/// The migration begins, under these rules, with two files to be captured.
pub(crate) fn begun(rules: &str) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("backout.toml", rules);
    repo.write(".gitignore", "/export/\n");
    repo.write("export/1.json", "{\"cart\": 1}\n");
    repo.write("export/deep/2.json", "{}\n");
    repo.write("src/a.py", "a\n");
    repo.commit("Start");
    repo.tag("start", "HEAD");
    repo
}

/// What is in a folder: every path in it, in order.
pub(crate) fn paths_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The last part of a path.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Every file below a folder with its content.
pub(crate) fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for path in paths_in(&next) {
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                    found.push((name, fs::read(path).unwrap()));
                }
            }
        }
    }
    found.sort();
    found
}
