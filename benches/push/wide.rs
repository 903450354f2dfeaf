//! Repositories of one commit to be pushed: on many files, or of many.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::child::git;
use crate::history::{START_TAG, data, date, message};
use crate::layout;
use crate::repository::import;

const VERSION: u32 = 1;
/// Half of the changed files belong to this area's stage.
const AREA: u32 = 6;

/// A repository with a configuration, `files` files, and a commit on top that changes `changed`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide {
    /// Files in the base.
    pub(crate) files: u32,
    /// Files that the commit adds, from a place on that no file of the base has.
    pub(crate) changed: u32,
    /// Whether half of what it adds belongs to a stage.
    pub(crate) staged: bool,
}

/// Where it lies, its two ends, and the stages that the push touches.
pub(crate) struct Place {
    /// The work folder.
    pub(crate) folder: PathBuf,
    /// What the remote has.
    pub(crate) base: String,
    /// What is pushed.
    pub(crate) tip: String,
    /// Who owns what it changes.
    pub(crate) stages: Vec<String>,
}

impl Wide {
    /// Opens the repository, which is built where it is not there yet.
    pub(crate) fn prepare(self, cache: &Path) -> anyhow::Result<Place> {
        let kind = if self.staged { "staged" } else { "quiet" };
        let name = format!("wide-v{VERSION}-{}-{}-{kind}", self.files, self.changed);
        let folder = cache.join(name);
        if !folder.join("complete").exists() {
            self.build(&folder)?;
        }
        let tip = |name| git(&folder, &["rev-parse", name]);
        let stages = layout::stage(AREA).filter(|_| self.staged).into_iter().collect();
        Ok(Place { base: tip("main")?, tip: tip("wide")?, stages, folder: folder.clone() })
    }

    fn build(self, folder: &Path) -> anyhow::Result<()> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
        git(folder, &["init", "--quiet", "--initial-branch=main"])?;
        for (key, value) in [("remote.origin.url", "nowhere"), ("gc.auto", "0")] {
            git(folder, &["config", key, value])?;
        }
        import(folder, |mut stream| self.write(&mut stream))?;
        git(folder, &["update-ref", "refs/remotes/origin/main", "main"])?;
        git(folder, &["repack", "-a", "-d", "-q"])?;
        fs::write(folder.join("complete"), "")?;
        Ok(())
    }

    /// All files have the same content: the trees are what matters.
    fn write(self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "blob\nmark :1")?;
        data(out, "content\n")?;
        writeln!(out, "commit refs/heads/main\ncommitter {}", date(1))?;
        data(out, "First\n")?;
        writeln!(out, "M 100644 inline backout.toml")?;
        data(out, &layout::configuration(START_TAG))?;
        for number in 0..self.files {
            writeln!(out, "M 100644 :1 {}", self.path("base", number))?;
        }
        writeln!(out, "\ntag {START_TAG}\nfrom refs/heads/main\ntagger {}", date(1))?;
        data(out, "The migration begins here")?;
        writeln!(out, "commit refs/heads/wide\ncommitter {}", date(2))?;
        let area = if self.staged { AREA } else { layout::STAGES };
        data(out, &message("Work to be pushed", 2, area, true))?;
        writeln!(out, "from refs/heads/main")?;
        for number in 0..self.changed {
            writeln!(out, "M 100644 :1 {}", self.path("new", number))?;
        }
        writeln!(out, "\ndone")?;
        out.flush()
    }

    /// A hundred files to a folder, a hundred folders to a folder.
    fn path(self, kind: &str, number: u32) -> String {
        let top = match layout::stage(AREA) {
            Some(stage) if self.staged && number.is_multiple_of(2) => format!("services/{stage}"),
            _ => "libs/l01".to_owned(),
        };
        let (file, folder) = (number % 100, number / 100);
        format!("{top}/{kind}/d{:02}/d{:02}/part_{file:02}.rs", folder / 100, folder % 100)
    }
}
