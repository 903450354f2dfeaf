//! The branches that are pushed and judged, as streams for `git fast-import` into a repository that
//! has the history already.

use std::io::{self, Write};

use crate::history::{data, date, message};
use crate::layout;

/// A branch with one new commit, and what that commit changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Push {
    /// The branch.
    pub(crate) branch: &'static str,
    area: u32,
    first: u32,
    files: u32,
}

/// Touches no stage.
pub(crate) const QUIET: Push = Push { branch: "quiet", area: 20, first: 7, files: 1 };
/// Touches a stage.
pub(crate) const STAGED: Push = Push { branch: "staged", area: 6, first: 7, files: 1 };
/// Touches ten files and no stage.
pub(crate) const TEN: Push = Push { branch: "ten", area: 21, first: 7, files: 10 };
/// Touches no stage, and left the landing branch long ago.
pub(crate) const FAR: Push = Push { branch: "far", area: 22, first: 7, files: 1 };

/// The branch of many commits, on paths of every area.
pub(crate) const MANY: &str = "many";
const MANY_COMMITS: u32 = 1_000;
const MANY_FILES: u32 = 10;

impl Push {
    /// The changed paths.
    pub(crate) fn paths(&self) -> Vec<String> {
        (self.first..self.first + self.files).map(|file| layout::path(self.area, file)).collect()
    }

    /// The stage that owns them.
    pub(crate) fn stage(&self) -> Option<String> {
        layout::stage(self.area)
    }

    fn write(&self, out: &mut impl Write, from: &str, number: u32) -> io::Result<()> {
        writeln!(out, "commit refs/heads/{}\ncommitter {}", self.branch, date(number))?;
        data(out, &message("Work to be pushed", number, self.area, true))?;
        writeln!(out, "from {from}")?;
        for path in self.paths() {
            writeln!(out, "M 100644 inline {path}")?;
            data(out, &layout::content(&path, number))?;
        }
        writeln!(out)
    }
}

/// How many commits the landing branch is ahead of where [`FAR`] left it.
pub(crate) fn far_distance(commits: u32) -> u32 {
    80_000.min(commits / 5 * 2)
}

/// Every branch with one new commit: fewer than a hundred objects, which stay loose, as those of a
/// commit just made.
pub(crate) fn write(out: &mut impl Write, commits: u32) -> io::Result<()> {
    for push in [QUIET, STAGED, TEN] {
        push.write(out, "refs/heads/main^0", commits)?;
    }
    // Of the fifty commits of a block 42 are on the landing branch's first-parent line.
    let steps = far_distance(commits) / 50 * 42;
    FAR.write(out, &format!("refs/heads/main~{steps}"), commits)?;
    writeln!(out, "done")?;
    out.flush()
}

/// [`MANY`]: a thousand commits, each with ten new files of one area after another.
pub(crate) fn write_many(out: &mut impl Write, commits: u32) -> io::Result<()> {
    for number in 0..MANY_COMMITS {
        let area = number % layout::AREAS;
        writeln!(out, "commit refs/heads/{MANY}\ncommitter {}", date(commits + number))?;
        data(out, &message("Work to be pushed", number, area, true))?;
        if number == 0 {
            writeln!(out, "from refs/heads/main^0")?;
        }
        let first = layout::FILES + number / layout::AREAS * MANY_FILES;
        for file in first..first + MANY_FILES {
            let path = layout::path(area, file);
            writeln!(out, "M 100644 inline {path}")?;
            data(out, &layout::content(&path, number))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "done")?;
    out.flush()
}
