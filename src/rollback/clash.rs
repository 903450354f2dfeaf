//! What stands in the way of playing a change again.

use std::collections::BTreeSet;
use std::fmt;

use crate::git::{ObjectId, RepoPath};
use crate::stage::matcher::StageIndex;

/// Why a change cannot be made to what stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The same lines were changed since.
    Lines,
    /// It was changed since, and is no text whose lines could be merged.
    Binary,
    /// It was changed since, and links or submodules cannot be merged.
    NoFile,
    /// It would go away, and was changed since.
    ChangedSince,
    /// It was taken away or renamed since.
    GoneSince,
    /// It would come back, and something else has taken its place.
    Taken,
    /// It would come back to this folder, which was taken away or renamed since.
    FolderGone(RepoPath),
    /// It would take a folder away in which there are these new files.
    FolderInUse(Vec<RepoPath>),
    /// A file and a folder would have the same name.
    FolderInTheWay,
    /// Attributes say that it is merged in a way of its own.
    Attribute(String),
    /// Two ways to compare lines disagree, and git could not be asked.
    Unsure,
    /// It was renamed to this since: git would make the change there.
    Renamed(RepoPath),
    /// The stage's own step renamed it to this, which does not go back with the stage.
    MovedOut(RepoPath),
    /// The stage's own step renamed it from this, which does not come back with the stage.
    MovedIn(RepoPath),
    /// git reports a conflict, in these words.
    Git(String),
    /// The same change is the work of other stages too, which stay.
    Shared(BTreeSet<StageIndex>),
    /// The same change holds foreign work, which stays.
    Tangled,
    /// It cannot be set back to its checkpoint: others have worked on it.
    WorkedOn,
    /// The checkpoint holds the stage's own work of this commit, which would stay.
    KeptByCheckpoint(ObjectId),
    /// Its checkpoint is older than the migration: whose work lies between is not known.
    BeforeStart,
    /// It was taken back by hand, in several steps that do not tell all that they took.
    TakenInParts,
}

impl Reason {
    /// Whether it comes from what others did in a folder, be it on files that nobody else owns.
    #[must_use]
    pub const fn is_about_folders(&self) -> bool {
        matches!(self, Self::FolderGone(_) | Self::FolderInUse(_) | Self::FolderInTheWay)
    }

    /// Whether it comes from where the stage's checkpoint stands, and from nobody's work since.
    #[must_use]
    pub const fn is_about_the_checkpoint(&self) -> bool {
        matches!(self, Self::KeptByCheckpoint(_) | Self::BeforeStart)
    }

    /// Whether what others did to other paths can be the cause.
    #[must_use]
    pub const fn may_come_from_elsewhere(&self) -> bool {
        self.is_about_folders() || matches!(self, Self::Git(_) | Self::Renamed(_))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lines => "the same lines were changed since",
            Self::Binary => "it was changed since, and is no text",
            Self::NoFile => "it was changed since, and is no file whose lines could be merged",
            Self::ChangedSince => "it would go away, and was changed since",
            Self::GoneSince => "it was taken away or renamed since",
            Self::Taken => "it would come back, and something else stands there now",
            Self::FolderGone(folder) => {
                return write!(
                    f,
                    "it would come back to {}, which was taken away or renamed since",
                    folder.shown()
                );
            }
            Self::FolderInUse(files) => {
                f.write_str("its folder would go away, in which there are new files: ")?;
                return names(f, files);
            }
            Self::FolderInTheWay => "a file and a folder would have the same name",
            Self::Attribute(line) => {
                return write!(f, "needs review: attributes say how it is merged: {line}");
            }
            Self::Unsure => "needs review: it depends on how lines are compared",
            Self::Renamed(to) => {
                return write!(
                    f,
                    "git: it was renamed since: its change would go to {}",
                    to.shown()
                );
            }
            Self::MovedOut(to) => {
                return write!(
                    f,
                    "needs review: the stage renamed it to {}, which is none of its files and would \
                     stay",
                    to.shown()
                );
            }
            Self::MovedIn(from) => {
                return write!(
                    f,
                    "needs review: the stage renamed it from {}, which is none of its files and \
                     would not come back",
                    from.shown()
                );
            }
            Self::Git(words) => return write!(f, "git: {words}"),
            Self::Shared(_) => "one change is the work of several stages",
            Self::Tangled => "needs review: one change holds the stage's work and foreign work",
            Self::WorkedOn => "others have worked on it since the checkpoint",
            Self::KeptByCheckpoint(commit) => {
                return write!(
                    f,
                    "the stage's checkpoint holds work of its own commit {}, which would stay",
                    commit.short()
                );
            }
            Self::BeforeStart => {
                "needs review: its checkpoint is older than the migration's start, and whose work \
                 lies between is not known"
            }
            Self::TakenInParts => {
                "needs review: it was taken back by hand, bit by bit, and undoing the last of that \
                 may bring back a part of the stage's work alone"
            }
        })
    }
}

/// Names some paths, and says how many more there are.
fn names(f: &mut fmt::Formatter<'_>, paths: &[RepoPath]) -> fmt::Result {
    const NAMED: usize = 3;
    for (path, place) in paths.iter().take(NAMED).zip(0..) {
        let comma = if place == 0 { "" } else { ", " };
        write!(f, "{comma}{}", path.shown())?;
    }
    match paths.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

/// A path at which a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The path.
    pub path: RepoPath,
    /// The step whose change it is.
    pub step: ObjectId,
    /// That step's place among all steps.
    pub order: usize,
    /// Why.
    pub reason: Reason,
}

/// A file that was renamed in mid-migration, as `[[moves]]` tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The old name, relative to the migration's folder.
    pub from: String,
    /// The new one.
    pub to: String,
}

impl Renamed {
    /// What helps: the lines that tell of it.
    #[must_use]
    pub fn help(&self) -> String {
        let Self { from, to } = self;
        format!(
            "say in `[[moves]]` that it was renamed (`from = \"{from}\"`, `to = \"{to}\"`), and have \
             {to} among the stage's `paths`: then its work goes back under the new name"
        )
    }
}

impl Clash {
    /// What helps where the checkpoint stands after work of the stage.
    #[must_use]
    pub fn checkpoint_help(&self) -> Option<String> {
        let Reason::KeptByCheckpoint(commit) = &self.reason else { return None };
        Some(format!(
            "let the stage's `start` name a tag on a commit before {}, one that has none of its work, \
             or have its commits undone instead: `code = \"revert\"`",
            commit.short()
        ))
    }

    /// The rename that stands in the way, as an entry of `[[moves]]` would tell of it: with that,
    /// the change goes back under the new name. `None` where a configuration cannot say it.
    #[must_use]
    pub fn renamed(&self, folder: &str) -> Option<Renamed> {
        let (from, to) = match &self.reason {
            Reason::Renamed(to) | Reason::MovedOut(to) => (&self.path, to),
            Reason::MovedIn(from) => (from, &self.path),
            _ => return None,
        };
        let within = |path: &RepoPath| {
            let path = path.as_str()?;
            let inner = match folder {
                "" => path,
                folder => path.strip_prefix(folder)?.strip_prefix('/')?,
            };
            // It would be read as a glob.
            let is_plain = !inner.contains(['*', '?', '[', ']', '{', '}', '\\']);
            is_plain.then(|| inner.to_owned())
        };
        Some(Renamed { from: within(from)?, to: within(to)? })
    }
}

/// A step of which changes are played again.
#[derive(Debug, Clone, Copy)]
pub struct Played {
    /// The commit.
    pub step: ObjectId,
    /// Its place among all steps.
    pub order: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_use(files: &[&str]) -> Clash {
        let files = files.iter().map(|path| RepoPath::from(*path)).collect();
        let step = ObjectId::from_bytes(&[1; 20]).unwrap();
        Clash { path: RepoPath::from("a/b"), step, order: 3, reason: Reason::FolderInUse(files) }
    }

    #[test]
    fn some_reasons_come_from_folders_and_some_from_anywhere() {
        let folder = RepoPath::from("a");
        for reason in
            [Reason::FolderGone(folder), Reason::FolderInUse(Vec::new()), Reason::FolderInTheWay]
        {
            assert!(reason.is_about_folders() && reason.may_come_from_elsewhere(), "{reason}");
        }
        let git = Reason::Git("no".to_owned());
        assert!(!git.is_about_folders() && git.may_come_from_elsewhere());
        for reason in [Reason::Lines, Reason::GoneSince, Reason::Attribute("a".to_owned())] {
            assert!(!reason.is_about_folders() && !reason.may_come_from_elsewhere(), "{reason}");
        }
    }

    #[test]
    fn a_reason_names_what_is_in_the_way() {
        let said = |files: &[&str]| in_use(files).reason.to_string();
        let begins = "its folder would go away, in which there are new files: ";
        assert_eq!(said(&["a/c"]), format!("{begins}a/c"));
        assert_eq!(said(&["a/c", "a/d", "a/e"]), format!("{begins}a/c, a/d, a/e"));
        assert_eq!(
            said(&["a/c", "a/d", "a/e", "a/f"]),
            format!("{begins}a/c, a/d, a/e and 1 more")
        );
        assert_eq!(Reason::Lines.to_string(), "the same lines were changed since");
        assert_eq!(Reason::Git("no".to_owned()).to_string(), "git: no");
        let line = Reason::Attribute("*.md merge=union".to_owned()).to_string();
        assert_eq!(line, "needs review: attributes say how it is merged: *.md merge=union");
    }
}
