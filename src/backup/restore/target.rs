//! Where data is restored to: a folder that is named, and that holds nothing unless it may be
//! replaced.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::backup::archive::shown_path;
use crate::backup::store::absolute;
use crate::config::Source;
use crate::exit::Failure;
use crate::git::Seconds;
use crate::receipt::instant_text;

/// Where somebody wants the data, and what it must not come in the way of.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The folder that was named.
    pub path: &'a Path,
    /// Whether what is there may be replaced.
    pub replace: bool,
    /// The backup's source.
    pub source: &'a Source,
    /// The folder that the source is relative to.
    pub base: &'a Path,
    /// The root of the work tree.
    pub root: &'a Path,
    /// The git directory that all work trees share.
    pub common_dir: &'a Path,
    /// The folders of all work trees.
    pub work_trees: &'a [PathBuf],
    /// The store's folder.
    pub store: &'a Path,
    /// The archive.
    pub archive: &'a Path,
    /// The time, for the name of what is moved aside.
    pub now: Seconds,
}

/// A place that data may be restored to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: PathBuf,
    parent: PathBuf,
    occupied: Occupied,
    mode: Option<u32>,
}

/// What stands at a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occupied {
    /// Nothing.
    Absent,
    /// An empty folder.
    Empty,
    /// A folder that is to be replaced.
    Full {
        /// How many files and folders are right below it.
        entries: usize,
        /// Where it is moved to.
        aside: PathBuf,
    },
}

impl Target {
    /// Looks at the place.
    ///
    /// # Errors
    /// Exit 2: it must not be restored to. 3: it cannot be looked at.
    pub fn find(wish: Wish<'_>) -> Result<Self, Failure> {
        let (path, parent, is_there) = resolve(wish.path)?;
        refuse_protected(wish, &path)?;
        refuse_source(wish, &path)?;
        let (occupied, mode) = if is_there {
            (occupied(wish, &path, &parent)?, mode_of(&path))
        } else {
            (Occupied::Absent, None)
        };
        Ok(Self { path, parent, occupied, mode })
    }

    /// Its absolute path, links resolved.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder that it lies in.
    #[must_use]
    pub fn parent(&self) -> &Path {
        &self.parent
    }

    /// What stands there.
    #[must_use]
    pub const fn occupied(&self) -> &Occupied {
        &self.occupied
    }

    /// The permissions of the folder that is there.
    pub(super) const fn mode(&self) -> Option<u32> {
        self.mode
    }
}

/// The path with its links resolved, its parent, and whether there is something.
fn resolve(wanted: &Path) -> Result<(PathBuf, PathBuf, bool), Failure> {
    // Without a slash at the end, which would look through a link.
    let wanted: PathBuf = wanted.components().collect();
    let shown = shown_path(&wanted);
    let is_there = match fs::symlink_metadata(&wanted) {
        Ok(found) if found.is_symlink() => {
            return Err(Failure::usage(format!("the target `{shown}` is a symbolic link"))
                .help("name the folder that it leads to, or another one"));
        }
        Ok(found) if !found.is_dir() => {
            return Err(Failure::usage(format!("the target `{shown}` is no folder"))
                .help("data is restored into a folder: name one that is empty or not there yet"));
        }
        Ok(_) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(unseen(&wanted, &error)),
    };
    let path = absolute(&wanted).map_err(|error| match wanted.parent() {
        Some(parent) if error.kind() == io::ErrorKind::NotFound => {
            let parent = shown_path(parent);
            Failure::usage(format!("the target's folder `{parent}` is not there"))
                .help("make it first, or name another target")
        }
        _ => unseen(&wanted, &error),
    })?;
    match path.parent().map(Path::to_owned) {
        Some(parent) => Ok((path, parent, is_there)),
        None => Err(Failure::usage(format!("the target `{shown}` is a file system's root"))
            .help("name a folder for the data alone")),
    }
}

fn unseen(path: &Path, error: &io::Error) -> Failure {
    let shown = shown_path(path);
    Failure::indeterminate(format!("the target `{shown}` cannot be looked at: {error}"))
}

/// No work tree, no git directory and no store is ever moved aside, and nothing is put among git's
/// files or the archives.
fn refuse_protected(wish: Wish<'_>, path: &Path) -> Result<(), Failure> {
    let resolved = |path: &Path| absolute(path).unwrap_or_else(|_| path.to_owned());
    let (root, store) = (resolved(wish.root), resolved(wish.store));
    let common_dir = resolved(wish.common_dir);
    let refused = |what: &str| {
        let shown = shown_path(path);
        Err(Failure::usage(format!("the target `{shown}` {what}"))
            .help("name a folder for the data alone"))
    };
    if root.starts_with(path) {
        return refused("holds the work tree");
    }
    if let Some(tree) = wish.work_trees.iter().find(|tree| resolved(tree).starts_with(path)) {
        return refused(&format!("holds the work tree `{}`", shown_path(tree)));
    }
    if [&common_dir, &root.join(".git")].iter().any(|folder| path.starts_with(folder)) {
        return refused("lies among git's own files");
    }
    if common_dir.starts_with(path) {
        return refused("holds git's own files");
    }
    if store.starts_with(path) || path.starts_with(&store) {
        return refused("and the store of the archives lie within each other");
    }
    if resolved(wish.archive).starts_with(path) {
        return refused("holds the archive");
    }
    Ok(())
}

fn refuse_source(wish: Wish<'_>, path: &Path) -> Result<(), Failure> {
    let Source::File { path: source } = wish.source else { return Ok(()) };
    let source = wish.base.join(source);
    let source = absolute(&source).unwrap_or(source);
    if wish.replace || !(path.starts_with(&source) || source.starts_with(path)) {
        return Ok(());
    }
    let whole = if path == source {
        String::new()
    } else {
        format!(": it and `{}` lie within each other", shown_path(&source))
    };
    Err(Failure::usage(format!(
        "the target `{}` is where the backup was taken from{whole}",
        shown_path(path)
    ))
    .help(
        "restore to another folder and look at it first; with --replace it is put in place, and \
         what is there is moved aside",
    ))
}

fn occupied(wish: Wish<'_>, path: &Path, parent: &Path) -> Result<Occupied, Failure> {
    let entries = fs::read_dir(path).map_err(|error| unseen(path, &error))?.count();
    if entries == 0 {
        return Ok(Occupied::Empty);
    }
    if !wish.replace {
        let shown = shown_path(path);
        return Err(Failure::usage(format!("the target `{shown}` is not empty ({entries} in it)"))
            .help(
                "name a folder that is empty or not there yet; with --replace what is there is \
                 moved aside",
            ));
    }
    let aside = free_name(path, parent, wish.now);
    Ok(Occupied::Full { entries, aside })
}

/// A name beside the target that nobody has.
fn free_name(path: &Path, parent: &Path, now: Seconds) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(format!(".before-restore-{}", instant_text(now).replace(['-', ':'], "")));
    let numbered = |number: u32| {
        let mut name = name.clone();
        if number > 1 {
            name.push(format!("-{number}"));
        }
        parent.join(name)
    };
    let is_free = |path: &PathBuf| fs::symlink_metadata(path).is_err();
    (1..u32::MAX).map(numbered).find(is_free).unwrap_or_else(|| parent.join(&name))
}

#[cfg(unix)]
fn mode_of(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::symlink_metadata(path).ok().map(|found| found.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode_of(_path: &Path) -> Option<u32> {
    None
}
