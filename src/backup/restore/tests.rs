//! What is restored is what was captured; what cannot be restored leaves everything as it was.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::backup::archive::{
    Depth, Entry, EntryKind, EntryWriter, Manifest, SourceDescription, assemble, verify,
};
use crate::backup::testing::{Ground, NOON, backup, migration, script};
use crate::backup::{Created, Owner};
use crate::config::Source;
use crate::exit::{Exit, Failure};
use crate::git::Seconds;
use crate::receipt::BackupReceipt;

struct Stand {
    ground: Ground,
    source: Source,
    created: Vec<Created>,
}

impl Stand {
    /// One archive of the folder `export`.
    fn new() -> Self {
        let ground = Ground::new();
        ground.write("export/a/x.json", "{}");
        ground.write("export/a/void", "");
        ground.write("export/y.json", "[1]");
        let source = Source::File { path: "export".to_owned() };
        Self { ground, source, created: Vec::new() }.captured()
    }

    fn captured(mut self) -> Self {
        let backup = backup("context", self.source.clone(), "../kept");
        self.created.push(self.ground.create(backup).unwrap());
        self
    }

    fn beside(&self) -> PathBuf {
        self.ground.repo().canonicalize().unwrap().parent().unwrap().to_owned()
    }

    fn receipt(&self) -> BackupReceipt {
        BackupReceipt {
            backup: "context".parse().unwrap(),
            migration: "entities".parse().unwrap(),
            archives: self.created.iter().map(|created| created.receipt.clone()).collect(),
        }
    }

    fn choose(&self, receipt: Option<&BackupReceipt>, given: Option<&str>) -> Asked {
        let migration = migration(vec![backup("context", self.source.clone(), "../kept")]);
        let name = "context".parse().unwrap();
        choose(Search {
            owner: Owner { backup: &name, migration: &migration.id },
            name: "context",
            receipt,
            store: &self.beside().join("kept"),
            given,
            folder: &self.ground.repo(),
        })
    }

    fn chosen(&self) -> Chosen {
        self.choose(Some(&self.receipt()), None).unwrap()
    }

    fn target(&self, path: impl AsRef<Path>, replace: bool) -> Result<Target, Failure> {
        Target::find(Wish {
            path: &self.ground.repo().join(path),
            replace,
            source: &self.source,
            base: &self.ground.repo(),
            root: &self.ground.repo(),
            common_dir: &self.ground.repo().join(".git"),
            work_trees: &[],
            store: &self.beside().join("kept"),
            archive: &self.created[0].path,
            now: Seconds(NOON),
        })
    }

    fn restored(&self, path: &str, replace: bool) -> Result<Restored, Failure> {
        restore(&self.chosen(), &self.target(path, replace)?)
    }

    /// The names beside the repository, without the store.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.beside()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != "kept" && name != "repo");
        names.sort();
        names
    }
}

type Asked = Result<Chosen, Failure>;

/// What somebody does to a folder, and what is said of it.
type Spoil = (&'static str, fn(&Path));

/// Every file below a folder with its content.
fn content(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn what_is_restored_is_what_was_captured() {
    let stand = Stand::new();
    let restored = stand.restored("../back", false).unwrap();
    assert_eq!(restored, Restored { path: stand.beside().join("back"), aside: None });
    assert_eq!(content(&restored.path), content(&stand.ground.repo().join("export")));
    assert_eq!(content(&restored.path).len(), 3);
    assert_eq!(stand.names(), ["back"]);
    // An empty folder is as good as none.
    fs::create_dir(stand.beside().join("empty")).unwrap();
    stand.restored("../empty", false).unwrap();
    assert_eq!(content(&stand.beside().join("empty")), content(&restored.path));
}

#[test]
fn a_commands_output_becomes_one_file_with_the_backups_name() {
    let mut stand = Stand::new();
    stand.source = script("printf 'one\\ntwo'");
    stand.created.clear();
    let stand = stand.captured();
    let restored = stand.restored("../back", false).unwrap();
    let expected = [("context.stdout".to_owned(), "one\ntwo".to_owned())];
    assert_eq!(content(&restored.path), expected);
}

#[test]
fn what_stood_there_is_refused_or_moved_aside() {
    let stand = Stand::new();
    let there = stand.beside().join("there");
    fs::create_dir(&there).unwrap();
    fs::write(there.join("mine"), "precious").unwrap();
    let failure = stand.restored("../there", false).unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.message.contains("is not empty (1 in it)"), "{failure}");
    assert_eq!(content(&there).len(), 1);
    let restored = stand.restored("../there", true).unwrap();
    let aside = stand.beside().join("there.before-restore-20261003T120000Z");
    assert_eq!(restored.aside.as_ref(), Some(&aside));
    assert_eq!(content(&aside), [("mine".to_owned(), "precious".to_owned())]);
    assert_eq!(content(&there), content(&stand.ground.repo().join("export")));
    let again = stand.restored("../there", true).unwrap();
    assert_eq!(again.aside, Some(aside.with_file_name("there.before-restore-20261003T120000Z-2")));
    assert_eq!(content(&aside).len(), 1);
}

#[test]
fn the_source_is_a_target_only_where_it_may_be_replaced() {
    let stand = Stand::new();
    for path in ["export", "export/", "export/a", "export/new", "./export/../export"] {
        let failure = stand.target(path, false).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage, "{path}");
        assert!(failure.message.contains("where the backup was taken from"), "{path}: {failure}");
    }
    fs::remove_dir_all(stand.ground.repo().join("export")).unwrap();
    assert_eq!(stand.target("export", false).unwrap_err().exit, Exit::Usage);
    let restored = stand.restored("export", true).unwrap();
    assert_eq!((content(&restored.path).len(), restored.aside), (3, None));
}

#[test]
fn neither_work_tree_nor_store_nor_git_is_a_target() {
    let stand = Stand::new();
    for (path, what) in [
        (".", "holds the work tree"),
        ("..", "holds the work tree"),
        ("/", "root"),
        (".git", "git's own files"),
        (".git/hooks", "git's own files"),
        (".git/new", "git's own files"),
        ("../kept", "the store"),
        ("../kept/new", "the store"),
        ("../kept/..", "holds the work tree"),
        ("export/y.json", "is no folder"),
        ("../no/where", "is not there"),
    ] {
        let failure = stand.target(path, true).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage, "{path}: {failure}");
        assert!(failure.message.contains(what), "{path}: {failure}");
    }
}

#[cfg(unix)]
#[test]
fn a_target_that_is_a_link_is_refused() {
    let stand = Stand::new();
    fs::create_dir(stand.beside().join("real")).unwrap();
    std::os::unix::fs::symlink("real", stand.beside().join("link")).unwrap();
    for path in ["../link", "../link/"] {
        let failure = stand.target(path, true).unwrap_err();
        assert!(failure.message.contains("is a symbolic link"), "{failure}");
    }
    // Above the target it is the reader's own affair, and what is said is where it leads.
    let target = stand.target("../link/new", false).unwrap();
    assert_eq!(target.path(), stand.beside().join("real/new"));
}

#[test]
fn an_archive_with_any_byte_changed_restores_nothing() {
    let stand = Stand::new();
    let path = &stand.created[0].path;
    let (whole, receipt) = (fs::read(path).unwrap(), stand.receipt());
    for at in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        flip(path, at);
        let failure = stand.choose(Some(&receipt), None).unwrap_err();
        assert!(matches!(failure.exit, Exit::Findings), "byte {at}: {failure}");
        fs::write(path, &whole).unwrap();
    }
    stand.choose(Some(&receipt), None).unwrap();
}

#[test]
fn an_archive_that_changes_after_it_was_verified_restores_nothing() {
    let stand = Stand::new();
    let (chosen, target) = (stand.chosen(), stand.target("../back", false).unwrap());
    let length = fs::metadata(&chosen.path).unwrap().len();
    for at in [5, usize::try_from(length).unwrap() - 80] {
        flip(&chosen.path, at);
        let failure = restore(&chosen, &target).unwrap_err();
        assert_eq!(failure.exit, Exit::Findings, "{failure}");
        assert!(failure.message.contains("nothing was put in place"), "{failure}");
        flip(&chosen.path, at);
    }
    // Another whole archive in its place is not the one that was verified either.
    stand.ground.write("export/y.json", "[2]");
    let stand = stand.captured();
    fs::copy(&stand.created[1].path, &chosen.path).unwrap();
    let failure = restore(&chosen, &target).unwrap_err();
    assert!(failure.message.contains("changed after it was verified"), "{failure}");
    assert_eq!(stand.names(), Vec::<String>::new());
}

#[test]
fn the_newest_that_is_there_is_taken_and_a_damaged_one_names_the_next() {
    let stand = Stand::new();
    stand.ground.write("export/y.json", "[2]");
    let stand = stand.captured();
    let [old, new] = [0, 1].map(|index| stand.created[index].path.clone());
    let receipt = stand.receipt();
    assert_eq!(stand.choose(Some(&receipt), None).unwrap().path, new);
    flip(&new, 40);
    let failure = stand.choose(Some(&receipt), None).unwrap_err();
    assert_eq!(failure.exit, Exit::Findings);
    let name = old.file_name().unwrap().to_str().unwrap();
    let help = failure.help.unwrap();
    assert!(help.contains(&format!("--archive {name} --to FOLDER")), "{help}");
    // By its name in the store, its place, its path, or a copy of it.
    let copy = stand.beside().join("copy");
    fs::copy(&old, &copy).unwrap();
    for given in [name, &format!("../kept/{name}"), old.to_str().unwrap(), copy.to_str().unwrap()] {
        let chosen = stand.choose(Some(&receipt), Some(given)).unwrap();
        assert!(chosen.known, "{given}");
        assert_eq!(chosen.verified.digest, Some(stand.created[0].receipt.files[0].sha256));
    }
    flip(&old, 40);
    let help = stand.choose(Some(&receipt), None).unwrap_err().help.unwrap();
    assert!(help.contains("no older archive in the store verifies"), "{help}");
    flip(&old, 40);
    fs::remove_file(&new).unwrap();
    let chosen = stand.choose(Some(&receipt), None).unwrap();
    assert_eq!(chosen.absent, [stand.created[1].receipt.place.clone()]);
    assert_eq!(chosen.path, old);
    fs::remove_file(&old).unwrap();
    let failure = stand.choose(Some(&receipt), None).unwrap_err();
    assert_eq!(failure.exit, Exit::Indeterminate);
}

#[test]
fn an_archive_that_no_receipt_knows_has_to_be_named() {
    let stand = Stand::new();
    let path = stand.created[0].path.clone();
    let failure = stand.choose(None, None).unwrap_err();
    assert_eq!(failure.exit, Exit::Indeterminate);
    let chosen = stand.choose(None, Some(path.to_str().unwrap())).unwrap();
    assert!(!chosen.known);
    let failure = stand.choose(None, Some("nowhere.backout")).unwrap_err();
    assert_eq!(failure.exit, Exit::Indeterminate);
    // Under the name of one that the receipt tells of, another one is refused.
    let mut receipt = stand.receipt();
    receipt.archives[0].files[0].size += 1;
    let failure = stand.choose(Some(&receipt), Some(path.to_str().unwrap())).unwrap_err();
    assert!(failure.message.contains("it is another archive"), "{failure}");
    let other = stand.ground.create(backup("other", script("printf x"), "../kept")).unwrap();
    let failure = stand.choose(None, Some(other.path.to_str().unwrap())).unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.message.contains("holds the backup `other`"), "{failure}");
}

/// An archive made by hand, which is not of this program's capture.
fn by_hand(stand: &Stand, fill: impl FnOnce(&mut EntryWriter<Vec<u8>>)) -> Chosen {
    let mut writer = EntryWriter::new(Vec::new());
    fill(&mut writer);
    let (spool, totals) = writer.finish().unwrap();
    let mut bytes = Vec::new();
    // As an earlier program wrote it: without the mode of the folder.
    let source = SourceDescription::File { path: "export".to_owned(), mode: None };
    let manifest = Manifest { source, ..stand.created[0].manifest.clone() };
    assemble(&manifest, &mut spool.as_slice(), &totals, &mut bytes).unwrap();
    let path = stand.beside().join("kept/by-hand");
    fs::write(&path, &bytes).unwrap();
    let verified = verify(std::io::Cursor::new(bytes), Depth::Full).unwrap();
    Chosen { path, verified, known: false, absent: Vec::new() }
}

fn entry(kind: EntryKind, mode: u32, name: &[u8]) -> Entry {
    Entry { kind, mode, name: name.to_vec() }
}

#[test]
fn an_archive_without_data_takes_nothings_place() {
    let stand = Stand::new();
    for folder in [false, true] {
        let chosen = by_hand(&stand, |writer| {
            if folder {
                writer.begin(&entry(EntryKind::Folder, 0o755, b"a")).unwrap();
                writer.end().unwrap();
            }
        });
        let failure = stand.choose(None, Some(chosen.path.to_str().unwrap())).unwrap_err();
        assert_eq!(failure.exit, Exit::Findings);
        assert!(failure.message.starts_with("backup/empty: "), "{failure}");
    }
}

#[cfg(unix)]
#[test]
fn links_modes_and_names_that_are_not_utf8_come_back() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::PermissionsExt as _;
    let stand = Stand::new();
    let odd = b"b/\xff\n\x1b[2J -rf 'x'";
    let chosen = by_hand(&stand, |writer| {
        for (name, mode) in [(&b"a"[..], 0o000), (b"b", 0o500)] {
            writer.begin(&entry(EntryKind::Folder, mode, name)).unwrap();
            writer.end().unwrap();
            if name == b"a" {
                writer.begin(&entry(EntryKind::File, 0o000, b"a/x")).unwrap();
                writer.end().unwrap();
            }
        }
        writer.link(&entry(EntryKind::Link, 0, b"b/l"), b"../a/x").unwrap();
        writer.begin(&entry(EntryKind::File, 0o4751, odd)).unwrap();
        writer.write(b"data").unwrap();
        writer.end().unwrap();
    });
    let restored = restore(&chosen, &stand.target("../back", false).unwrap()).unwrap();
    let at = |name: &[u8]| restored.path.join(std::ffi::OsStr::from_bytes(name));
    let mode = |name: &[u8]| fs::symlink_metadata(at(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!([mode(b"a"), mode(b"b"), mode(odd)], [0o000, 0o500, 0o4751]);
    assert_eq!(mode(b""), 0o700);
    assert_eq!(fs::read_link(at(b"b/l")).unwrap(), Path::new("../a/x"));
    assert_eq!(fs::read(at(odd)).unwrap(), b"data");
    for folder in [&b"a"[..], b"b"] {
        fs::set_permissions(at(folder), fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert_eq!(mode(b"a/x"), 0o000);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_replaced_hands_its_permissions_on() {
    use std::os::unix::fs::PermissionsExt as _;
    let stand = Stand::new();
    for (name, full) in [("empty", false), ("full", true)] {
        let folder = stand.beside().join(name);
        fs::create_dir(&folder).unwrap();
        if full {
            fs::write(folder.join("x"), "1").unwrap();
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        stand.restored(&format!("../{name}"), full).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o7777, 0o755, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn no_name_leads_out_of_the_scratch_folder() {
    let stand = Stand::new();
    let scratch = Scratch::beside(&stand.target("../back", false).unwrap(), None).unwrap();
    for name in ["../x", "/etc/passwd", "a/../../x", "a/..", "", ".", "a//b", "a\\..\\x", "a\0"] {
        assert!(scratch.place_of(name.as_bytes()).is_err(), "{name:?}");
    }
    fs::create_dir(scratch.path().join("folder")).unwrap();
    std::os::unix::fs::symlink("/tmp", scratch.path().join("link")).unwrap();
    std::os::unix::fs::symlink("/tmp", scratch.path().join("folder/link")).unwrap();
    for name in ["link/x", "folder/link/x", "folder/link/deep/x"] {
        let failure = scratch.place_of(name.as_bytes()).unwrap_err();
        assert!(failure.message.contains("symbolic link is in the way"), "{name}: {failure}");
    }
    let good = scratch.place_of(b"folder/x").unwrap();
    assert_eq!(good, scratch.path().join("folder/x"));
}

#[test]
fn what_differs_from_the_archive_is_not_put_in_place() {
    let stand = Stand::new();
    let (chosen, target) = (stand.chosen(), stand.target("../back", false).unwrap());
    let spoil: [Spoil; 6] = [
        ("another content", |folder| fs::write(folder.join("y.json"), "[9]").unwrap()),
        ("goes on after its end", |folder| fs::write(folder.join("y.json"), "[1]]").unwrap()),
        ("did not come back", |folder| fs::write(folder.join("y.json"), "[").unwrap()),
        ("did not come back", |folder| fs::remove_file(folder.join("a/void")).unwrap()),
        ("6 files, links and folders", |folder| {
            fs::create_dir(folder.join("more")).unwrap();
            fs::write(folder.join("more/x"), "").unwrap();
        }),
        ("of another kind", |folder| {
            fs::remove_file(folder.join("a/void")).unwrap();
            fs::create_dir(folder.join("a/void")).unwrap();
        }),
    ];
    for (what, spoil) in spoil {
        let mut scratch = Scratch::beside(&target, None).unwrap();
        unpack::unpack(&chosen, &mut scratch).unwrap();
        compare::compare(&chosen, &scratch).unwrap();
        spoil(scratch.path());
        let failure = compare::compare(&chosen, &scratch).unwrap_err();
        let told = failure.message.replace("its content is another one", "another content");
        assert!(told.contains(what), "{what}: {failure}");
        assert_eq!(failure.exit, Exit::Indeterminate);
    }
    assert_eq!(stand.names(), Vec::<String>::new());
}

#[test]
fn a_target_that_is_filled_meanwhile_keeps_what_it_holds() {
    let stand = Stand::new();
    let (chosen, target) = (stand.chosen(), stand.target("../back", false).unwrap());
    let back = stand.beside().join("back");
    fs::create_dir(&back).unwrap();
    fs::write(back.join("mine"), "precious").unwrap();
    let failure = restore(&chosen, &target).unwrap_err();
    assert_eq!(failure.exit, Exit::Indeterminate);
    assert!(failure.message.contains("lies complete in"), "{failure}");
    assert_eq!(content(&back), [("mine".to_owned(), "precious".to_owned())]);
    let [left] = leftovers(&stand.beside()).try_into().unwrap();
    assert_eq!(content(&left), content(&stand.ground.repo().join("export")));
}
