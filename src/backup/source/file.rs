//! A file, or a folder with all that is in it, that a program exported.
//!
//! Symbolic links within a folder are kept as links, never followed, and refused where they lead
//! out of it: what they point to would be missing after a restore. (The configured path itself may
//! be a link.) Sockets, pipes and devices are refused. Everything is looked at before and after the
//! reading; a difference means that somebody was still writing, and no backup is made. What the
//! file system's clock cannot tell apart (same size, same instant) goes unseen.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{known_bad, unspooled, worthless};
use crate::backup::archive::{Entry, EntryKind, EntryWriter, check_link, shown, shown_path};
use crate::backup::known_bad::{KnownBad, Sniffer};
use crate::backup::plain;
use crate::exit::Failure;
use crate::interrupt;

/// How deep folders may nest.
const MAX_DEPTH: usize = 100;

/// Something to back up, as it was when it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    entry: Entry,
    path: PathBuf,
    target: Option<Vec<u8>>,
    stamp: Stamp,
}

/// What changes when a file is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    identity: [i64; 4],
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        // The size of a folder or link says nothing that its times do not.
        let size = if metadata.is_file() { metadata.len() } else { 0 };
        Self { size, modified, identity: identity(metadata) }
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> [i64; 4] {
    use std::os::unix::fs::MetadataExt;
    [
        metadata.dev().cast_signed(),
        metadata.ino().cast_signed(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    ]
}

#[cfg(not(unix))]
fn identity(_metadata: &Metadata) -> [i64; 4] {
    [0; 4]
}

/// Writes the file or folder at `root` to the spool. Gives a folder's own permission bits.
pub(in crate::backup) fn capture<W: Write>(
    root: &Path,
    out: &mut EntryWriter<W>,
) -> Result<Option<u32>, Failure> {
    let metadata = fs::metadata(root).map_err(|error| unread(root, &error))?;
    let before = walk(root)?;
    let mut verdicts = Vec::new();
    for found in &before {
        match &found.target {
            Some(target) => out.link(&found.entry, target).map_err(|error| unspooled(&error))?,
            None if found.entry.kind == EntryKind::Folder => folder(found, out)?,
            None => verdicts.extend(copy(found, out)?),
        }
    }
    if verdicts.is_empty() {
        let what = format!("`{}` holds no data", shown_path(root));
        let help = "let the program write its export first, then create the backup";
        return Err(worthless("backup/empty", &what, help));
    }
    let all: Option<Vec<KnownBad>> = verdicts.into_iter().collect();
    if let Some(bad) = all.and_then(|all| all.first().copied()) {
        return Err(known_bad(&format!("`{}`", shown_path(root)), bad));
    }
    match differs(&before, &walk(root)?) {
        Some(path) => Err(changed(&path)),
        None => Ok((cfg!(unix) && metadata.is_dir()).then(|| mode(&metadata))),
    }
}

fn folder<W: Write>(found: &Found, out: &mut EntryWriter<W>) -> Result<(), Failure> {
    out.begin(&found.entry).and_then(|()| out.end()).map(drop).map_err(|error| unspooled(&error))
}

/// Copies one file. Gives `None` for an empty one, else whether its content is known to be bad.
fn copy<W: Write>(
    found: &Found,
    out: &mut EntryWriter<W>,
) -> Result<Option<Option<KnownBad>>, Failure> {
    let unread = |error: io::Error| unread(&found.path, &error);
    let mut file = plain::open(&found.path).map_err(unread)?;
    if Stamp::of(&file.metadata().map_err(unread)?) != found.stamp {
        return Err(changed(&found.path));
    }
    out.begin(&found.entry).map_err(|error| unspooled(&error))?;
    let (mut buffer, mut sniffer) = (vec![0; 128 * 1024], Sniffer::default());
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                sniffer.feed(&buffer[..read]);
                out.write(&buffer[..read]).map_err(|error| unspooled(&error))?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unread(error)),
        }
    }
    let size = out.end().map_err(|error| unspooled(&error))?;
    if size != found.stamp.size || Stamp::of(&file.metadata().map_err(unread)?) != found.stamp {
        return Err(changed(&found.path));
    }
    Ok((size > 0).then(|| sniffer.finish()))
}

/// Everything at and below `root`, in the archive's order.
fn walk(root: &Path) -> Result<Vec<Found>, Failure> {
    let metadata = fs::metadata(root).map_err(|error| unread(root, &error))?;
    let mut all = Vec::new();
    if metadata.is_dir() {
        descend(root, b"", 0, &mut all)?;
    } else {
        let name = root.file_name().and_then(name_bytes).ok_or_else(|| nameless(root))?;
        all.push(found(root.to_owned(), name, &metadata)?);
    }
    Ok(all)
}

fn descend(
    folder: &Path,
    prefix: &[u8],
    depth: usize,
    all: &mut Vec<Found>,
) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Err(Failure::indeterminate(format!(
            "`{}` lies more than {MAX_DEPTH} folders deep",
            shown_path(folder)
        )));
    }
    if interrupt::is_requested() {
        return Err(interrupt::failure("not everything was looked at"));
    }
    let unread = |error: io::Error| unread(folder, &error);
    let mut children = Vec::new();
    for child in fs::read_dir(folder).map_err(unread)? {
        let child = child.map_err(unread)?;
        let name = name_bytes(&child.file_name()).ok_or_else(|| nameless(&child.path()))?;
        children.push((name, child.path()));
    }
    children.sort();
    for (name, path) in children {
        let name = [prefix, &name].concat();
        let metadata = fs::symlink_metadata(&path).map_err(unread)?;
        all.push(found(path.clone(), name.clone(), &metadata)?);
        if metadata.is_dir() {
            descend(&path, &[name.as_slice(), b"/"].concat(), depth + 1, all)?;
        }
    }
    Ok(())
}

fn found(path: PathBuf, name: Vec<u8>, metadata: &Metadata) -> Result<Found, Failure> {
    let stamp = Stamp::of(metadata);
    if metadata.is_symlink() {
        let target = fs::read_link(&path).map_err(|error| unread(&path, &error))?;
        let target = name_bytes(target.as_os_str()).ok_or_else(|| nameless(&path))?;
        check_link(&name, &target).map_err(|reason| led_out(&path, &target, reason))?;
        let entry = Entry { kind: EntryKind::Link, mode: 0, name };
        return Ok(Found { entry, path, target: Some(target), stamp });
    }
    let kind = match (metadata.is_file(), metadata.is_dir()) {
        (true, _) => EntryKind::File,
        (_, true) => EntryKind::Folder,
        _ => return Err(special(&path)),
    };
    Ok(Found { entry: Entry { kind, mode: mode(metadata), name }, path, target: None, stamp })
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode(metadata: &Metadata) -> u32 {
    if metadata.permissions().readonly() { 0o444 } else { 0o644 }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a name need not be UTF-8, and is refused")]
fn name_bytes(name: &OsStr) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    Some(name.as_bytes().to_vec())
}

#[cfg(not(unix))]
fn name_bytes(name: &OsStr) -> Option<Vec<u8>> {
    Some(name.to_str()?.replace('\\', "/").into_bytes())
}

/// The first path that is not as it was.
fn differs(before: &[Found], after: &[Found]) -> Option<PathBuf> {
    let pair = before.iter().zip(after).find(|(old, new)| old != new);
    let longer = if before.len() > after.len() { before } else { after };
    let extra = longer.get(before.len().min(after.len()));
    pair.map(|(old, _)| old).or(extra).map(|found| found.path.clone())
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::indeterminate(format!("`{}` cannot be read: {error}", shown_path(path)));
    match error.kind() {
        io::ErrorKind::NotFound => failure.help(
            "let the program write its export first; a source's path is relative to the folder of \
             its configuration",
        ),
        _ => failure,
    }
}

fn changed(path: &Path) -> Failure {
    let message = format!("`{}` changed while it was read; no backup was made", shown_path(path));
    Failure::indeterminate(message).help("wait until the export is complete, then try again")
}

fn special(path: &Path) -> Failure {
    let message = format!("`{}` is no file, folder or link", shown_path(path));
    Failure::indeterminate(message)
        .help("a socket, pipe or device cannot be backed up: move it out of the exported folder")
}

fn nameless(path: &Path) -> Failure {
    Failure::indeterminate(format!("`{}` has a name that cannot be archived", shown_path(path)))
}

fn led_out(path: &Path, target: &[u8], reason: &str) -> Failure {
    let message = format!("link `{}` to `{}`: {reason}", shown_path(path), shown(target));
    Failure::indeterminate(message)
        .help("what it points to would be missing after a restore: export a copy instead")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::exit::Exit;

    fn captured(root: &Path) -> Result<(), Failure> {
        capture(root, &mut EntryWriter::new(io::sink())).map(drop)
    }

    fn names(root: &Path) -> Vec<String> {
        walk(root).unwrap().iter().map(|found| shown(&found.entry.name)).collect()
    }

    #[test]
    fn a_folder_is_walked_in_the_archives_order() {
        let folder = tempfile::tempdir().unwrap();
        let files = BTreeMap::from([("a.b", "1"), ("a/x", "2"), ("a/y/z", "3"), ("B", "4")]);
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        fs::create_dir(folder.path().join("void")).unwrap();
        assert_eq!(names(folder.path()), ["B", "a", "a/x", "a/y", "a/y/z", "a.b", "void"]);
        captured(folder.path()).unwrap();
    }

    #[test]
    fn empty_sources_are_refused_as_empty() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("void/empty");
        fs::create_dir(folder.path().join("void")).unwrap();
        assert_eq!(captured(folder.path()).unwrap_err().exit, Exit::Findings);
        fs::write(&file, "").unwrap();
        for root in [folder.path(), &file] {
            let failure = captured(root).unwrap_err();
            assert_eq!(failure.exit, Exit::Findings);
            assert!(failure.message.starts_with("backup/empty: "), "{failure}");
        }
    }

    #[test]
    fn a_missing_source_could_not_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let failure = captured(&folder.path().join("nowhere")).unwrap_err();
        assert_eq!(failure.exit, Exit::Indeterminate);
        assert!(failure.help.unwrap().contains("write its export first"));
    }

    #[test]
    fn a_file_that_changed_since_it_was_found_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "before").unwrap();
        let found = walk(&path).unwrap().remove(0);
        let mut out = EntryWriter::new(io::sink());
        assert_eq!(copy(&found, &mut out).unwrap(), Some(None));
        fs::write(&path, "before and after").unwrap();
        let failure = copy(&found, &mut EntryWriter::new(io::sink())).unwrap_err();
        assert!(failure.message.contains("changed while it was read"), "{failure}");
    }

    #[test]
    fn a_file_replaced_by_one_of_the_same_size_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "before").unwrap();
        let found = walk(&path).unwrap().remove(0);
        let other = folder.path().join("y");
        fs::write(&other, "AFTER!").unwrap();
        fs::rename(&other, &path).unwrap();
        assert!(copy(&found, &mut EntryWriter::new(io::sink())).is_err());
    }

    #[test]
    fn files_that_come_or_go_between_the_walks_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "1").unwrap();
        let before = walk(folder.path()).unwrap();
        assert_eq!(differs(&before, &walk(folder.path()).unwrap()), None);
        fs::write(folder.path().join("b"), "2").unwrap();
        let after = walk(folder.path()).unwrap();
        assert_eq!(differs(&before, &after), Some(folder.path().join("b")));
        assert_eq!(differs(&after, &before), Some(folder.path().join("b")));
    }

    #[test]
    fn known_bad_content_is_refused_where_there_is_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let bad = folder.path().join("continuation_backup.json");
        fs::write(&bad, "ERR wrong number of arguments for 'mget' command\n").unwrap();
        for root in [folder.path(), &bad] {
            let failure = captured(root).unwrap_err();
            assert_eq!(failure.exit, Exit::Findings);
            assert!(failure.message.starts_with("backup/foreign-format: "), "{failure}");
            assert!(failure.message.contains("error message"), "{failure}");
        }
        fs::write(folder.path().join("good.json"), "{\"turn\": 3}").unwrap();
        captured(folder.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_are_kept_within_and_refused_beyond() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x"), "1").unwrap();
        symlink("x", folder.path().join("link")).unwrap();
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        captured(folder.path()).unwrap();
        let kinds: Vec<_> =
            walk(folder.path()).unwrap().iter().map(|found| found.entry.kind).collect();
        assert_eq!(kinds, [EntryKind::Link, EntryKind::Link, EntryKind::File]);
        symlink("/etc/passwd", folder.path().join("out")).unwrap();
        assert!(captured(folder.path()).unwrap_err().message.contains("absolute"));
    }

    #[cfg(unix)]
    #[test]
    fn the_configured_path_may_be_a_link() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("2026-10-03")).unwrap();
        fs::write(folder.path().join("2026-10-03/x"), "1").unwrap();
        std::os::unix::fs::symlink("2026-10-03", folder.path().join("latest")).unwrap();
        assert_eq!(names(&folder.path().join("latest")), ["x"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x"), "1").unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        let failure = captured(folder.path()).unwrap_err();
        assert!(failure.message.contains("no file, folder or link"), "{failure}");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_are_kept() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(OsStr::from_bytes(b"\xff\n")), "1").unwrap();
        assert_eq!(walk(folder.path()).unwrap()[0].entry.name, b"\xff\n");
        captured(folder.path()).unwrap();
    }
}
