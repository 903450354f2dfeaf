//! The program is killed at each system call that writes, and each of these calls fails as on a
//! full disk: nothing half made is taken for whole, and a second run puts it right.
//!
//! strace does both, without a line in the program that knows of it.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use backout::backup::archive::{Depth, verify};

use crate::front::husky_writes;
use crate::oracle::tell;
use crate::support::{PROGRAM, Run, TestRepo, backup, execute, write_program};

/// What changes a disk. Opening for writing is left out: an empty file is made, and the next call
/// of these shows what became of it.
const WRITES: &str = "write,pwrite64,writev,copy_file_range,sendfile,rename,renameat,renameat2,\
    link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,chmod,fchmod,fchmodat,\
    ftruncate,fsync,fdatasync";

/// More calls than any of these commands makes.
const MOST: u32 = 400;

/// What befalls a call.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// The process dies there.
    Kill,
    /// From there on no call that writes succeeds.
    DiskFull,
}

impl Fault {
    fn inject(self, call: u32) -> String {
        match self {
            Self::Kill => format!("inject={WRITES}:signal=KILL:when={call}"),
            Self::DiskFull => format!("inject={WRITES}:error=ENOSPC:when={call}+"),
        }
    }
}

/// Runs backout with a fault at the given call that writes.
fn run(repo: &TestRepo, arguments: &[&str], fault: Fault, call: u32) -> Run {
    let mut command: Command = repo.command("strace", repo.path());
    command.args(["--quiet=all", "--output=/dev/null", "-e"]);
    command.arg(format!("trace={WRITES}")).arg("-e").arg(fault.inject(call));
    command.arg(PROGRAM).args(arguments);
    execute(&mut command, b"", repo.filter())
}

/// Goes through every call, until one run no longer comes to the fault; `check` looks at what each
/// run left, and is told whether it said that it had succeeded.
fn at_every_write(
    repo: &TestRepo,
    arguments: &[&str],
    fault: Fault,
    clear: impl Fn(&TestRepo),
    check: impl Fn(&TestRepo, bool),
) {
    for call in 1..MOST {
        clear(repo);
        let ended = run(repo, arguments, fault, call);
        check(repo, ended.exit == 0);
        let second = repo.backout(arguments).run();
        assert!(
            matches!(second.exit, 0 | 2),
            "{arguments:?} after {fault:?} at {call}: {}",
            second.snapshot()
        );
        check(repo, true);
        if ended.exit == 0 {
            assert!(call > 2, "{arguments:?}: {fault:?} met {} calls only", call - 1);
            return;
        }
    }
    panic!("{arguments:?} writes more than {MOST} times");
}

fn scene() -> TestRepo {
    backup::begun(&backup::rules("../store"))
}

fn store(repo: &TestRepo) -> PathBuf {
    repo.path().join("../store")
}

fn receipt(repo: &TestRepo) -> PathBuf {
    repo.path().join(".backout/backups/sessions.toml")
}

fn forget_backups(repo: &TestRepo) {
    let _ = fs::remove_dir_all(store(repo));
    let _ = fs::remove_dir_all(repo.path().join(".backout"));
}

fn archives(repo: &TestRepo) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(store(repo)) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "backout")).collect()
}

/// What bears an archive's name is a whole archive; what a receipt names is there and verifies.
fn backups_are_whole(repo: &TestRepo, succeeded: bool) {
    for archive in archives(repo) {
        let content = fs::read(&archive).unwrap();
        assert!(verify(Cursor::new(content), Depth::Full).is_ok(), "{} is half", archive.display());
    }
    match fs::read(receipt(repo)) {
        Ok(content) => {
            let read = backout::receipt::parse(&content).expect("half a receipt");
            assert!(!read.archives.is_empty());
            repo.backout(["backup", "verify", "sessions"]).run().ok();
        }
        Err(_) => assert!(!succeeded, "it succeeded, and left no receipt"),
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_backup_killed_at_any_write_is_never_taken_for_whole() {
    let create = ["backup", "create", "sessions"];
    at_every_write(&scene(), &create, Fault::Kill, forget_backups, backups_are_whole);
}

#[test]
fn what_a_killed_backup_left_is_taken_away_once_nobody_can_be_writing_it() {
    let repo = scene();
    fs::create_dir_all(store(&repo)).unwrap();
    let day = Duration::from_secs(24 * 60 * 60);
    for (name, age) in [(".partial-old", day * 2), (".partial-new", day / 2), ("kept", day * 9)] {
        let file = fs::File::create(store(&repo).join(name)).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
    repo.backout(["backup", "create", "sessions"]).run().ok();
    let there = |name: &str| store(&repo).join(name).exists();
    assert_eq!([".partial-old", ".partial-new", "kept"].map(there), [false, true, true]);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_backup_on_a_full_disk_is_never_taken_for_whole() {
    let create = ["backup", "create", "sessions"];
    at_every_write(&scene(), &create, Fault::DiskFull, forget_backups, backups_are_whole);
}

const RESTORE: [&str; 7] =
    ["backup", "restore", "sessions", "--to", "../there", "--replace", "--execute"];

/// A backup, and something else where it is restored to.
fn with_a_backup(repo: &TestRepo) {
    forget_restores(repo);
    if archives(repo).is_empty() {
        repo.backout(["backup", "create", "sessions"]).run().ok();
    }
}

fn forget_restores(repo: &TestRepo) {
    for path in backup::paths_in(&repo.root()) {
        let name = backup::name(&path);
        if name.starts_with("there") || name.starts_with(".backout-restore-") {
            fs::remove_dir_all(path).unwrap();
        }
    }
}

fn with_something_to_replace(repo: &TestRepo) {
    with_a_backup(repo);
    fs::create_dir(repo.root().join("there")).unwrap();
    fs::write(repo.root().join("there/mine"), "precious").unwrap();
}

/// Whether all of the backup is in a folder, and nothing else.
fn is_restored(repo: &TestRepo, folder: &Path) -> bool {
    let captured = repo.path().join("export");
    folder.is_dir()
        && backup::paths_in(folder).len() == backup::paths_in(&captured).len()
        && backup::content(folder) == backup::content(&captured)
}

fn is_mine(folder: &Path) -> bool {
    fs::read_to_string(folder.join("mine")).is_ok_and(|text| text == "precious")
}

/// The target is the old one or the new one, and the old one is never lost.
fn a_replaced_folder_is_whole(repo: &TestRepo, succeeded: bool) {
    let there = repo.root().join("there");
    assert!(is_restored(repo, &there) || !succeeded && is_mine(&there), "half a target");
    let mut beside = fs::read_dir(repo.root()).unwrap();
    assert!(beside.any(|entry| is_mine(&entry.unwrap().path())), "what was there is lost");
}

fn a_restored_folder_is_whole(repo: &TestRepo, succeeded: bool) {
    let there = repo.root().join("there");
    assert!(is_restored(repo, &there) || !succeeded && !there.exists(), "half a target");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_restore_killed_at_any_write_leaves_the_old_or_the_new() {
    let clear = with_something_to_replace;
    at_every_write(&scene(), &RESTORE, Fault::Kill, clear, a_replaced_folder_is_whole);
    at_every_write(&scene(), &RESTORE, Fault::Kill, with_a_backup, a_restored_folder_is_whole);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_restore_on_a_full_disk_leaves_the_old_or_the_new() {
    let clear = with_something_to_replace;
    at_every_write(&scene(), &RESTORE, Fault::DiskFull, clear, a_replaced_folder_is_whole);
    at_every_write(&scene(), &RESTORE, Fault::DiskFull, with_a_backup, a_restored_folder_is_whole);
}

fn hook(repo: &TestRepo) -> PathBuf {
    repo.path().join(".git/hooks/pre-push")
}

const EARLIER: &str = "#!/bin/sh\necho the earlier hook >&2\nexit 0\n";

/// A repository whose hook was there before backout.
fn with_an_earlier_hook(repo: &TestRepo) {
    let _ = fs::remove_dir_all(repo.path().join(".git/hooks"));
    let _ = fs::remove_dir_all(repo.path().join(".git/backout"));
    write_program(&hook(repo), EARLIER);
}

/// There is a whole hook in the place, the earlier one or backout's; the earlier one is never
/// lost, and where it says that it succeeded, it guards.
fn hooks_are_whole(repo: &TestRepo, succeeded: bool) {
    let folder = hook(repo).parent().unwrap().to_owned();
    let texts: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()).into_owned()
        })
        .collect();
    assert!(texts.iter().any(|text| text == EARLIER), "the earlier hook is lost");
    if let Ok(text) = fs::read_to_string(hook(repo)) {
        let ours = text.contains("backout") && text.ends_with('\n');
        assert!(text == EARLIER || ours, "half a hook:\n{text}");
    }
    if succeeded {
        let text = fs::read_to_string(hook(repo)).unwrap();
        assert!(text.contains("backout"), "it succeeded, and left:\n{text}");
        repo.backout(["doctor"]).run().ok();
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn an_installation_killed_at_any_write_loses_no_hook() {
    at_every_write(&scene(), &["install"], Fault::Kill, with_an_earlier_hook, hooks_are_whole);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn an_installation_on_a_full_disk_loses_no_hook() {
    at_every_write(&scene(), &["install"], Fault::DiskFull, with_an_earlier_hook, hooks_are_whole);
}

fn without_configuration(repo: &TestRepo) {
    let _ = fs::remove_file(repo.path().join("backout.toml"));
}

/// A configuration that is there can be read.
fn a_configuration_is_whole(repo: &TestRepo, succeeded: bool) {
    let file = repo.path().join("backout.toml");
    assert!(file.exists() || !succeeded, "it succeeded, and left nothing");
    if file.exists() {
        let told = repo.backout(["doctor"]).run();
        assert!(!told.err().contains("not valid"), "{}", told.snapshot());
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.contains("[[stages]]") && text.ends_with('\n'),
            "half a configuration:\n{text}"
        );
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn init_killed_at_any_write_leaves_a_whole_configuration_or_none() {
    let clear = without_configuration;
    at_every_write(&scene(), &["init"], Fault::Kill, clear, a_configuration_is_whole);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn init_on_a_full_disk_leaves_a_whole_configuration_or_none() {
    let clear = without_configuration;
    at_every_write(&scene(), &["init"], Fault::DiskFull, clear, a_configuration_is_whole);
}

/// A file system of its own over a folder, of so many pages, until this is dropped.
struct SmallDisk {
    folder: PathBuf,
}

const PAGE: usize = 4096;

impl SmallDisk {
    /// None, and a word of it, where this user may not mount one.
    fn over(folder: &Path, pages: usize) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let size = format!("size={}", pages * PAGE);
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "backout-test"]).arg(folder);
        let output = mount.output().unwrap();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            tell(&format!("not tried: a small disk of its own, which takes root: {said}"));
            return None;
        }
        Some(Self { folder: folder.to_owned() })
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    /// Fills it up to the last byte, or leaves room for so many pages.
    fn fill(&self, room: usize) {
        let mut ballast = fs::File::create(self.ballast()).unwrap();
        while ballast.write_all(&[b'x'; PAGE]).is_ok() {}
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length.saturating_sub((room * PAGE) as u64)).unwrap();
    }

    fn free(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    /// What is on it beside the ballast.
    fn left(&self) -> Vec<String> {
        let names = backup::paths_in(&self.folder).iter().map(|path| backup::name(path)).collect();
        let names: Vec<String> = names;
        names.into_iter().filter(|name| name != "ballast").collect()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.folder).status();
    }
}

/// There is room for none of it, for a part of what is captured, for a part of the archive.
#[test]
fn a_backup_on_a_small_disk_leaves_nothing_half_made() {
    let repo = scene();
    let noise: Vec<u8> = (0..10 * PAGE).map(|at| (at * at / 7 % 251) as u8).collect();
    repo.write("export/big", noise);
    let Some(disk) = SmallDisk::over(&store(&repo), 64) else { return };
    for room in [0, 1, 5, 12, 18] {
        disk.fill(room);
        let run = repo.backout(["backup", "create", "sessions"]).run().exits(5);
        assert!(run.err().contains("No space left on device"), "{room}: {}", run.snapshot());
        assert_eq!(disk.left(), Vec::<String>::new(), "{room}");
        assert!(!receipt(&repo).exists(), "{room}");
        disk.free();
    }
    repo.backout(["backup", "create", "sessions"]).run().ok();
    assert_eq!((archives(&repo).len(), disk.left().len()), (1, 1));
    backups_are_whole(&repo, true);
}

#[test]
fn a_receipt_on_a_small_disk_is_written_whole_or_not_at_all() {
    let repo = scene();
    let Some(disk) = SmallDisk::over(&repo.path().join(".backout"), 8) else { return };
    disk.fill(0);
    let run = repo.backout(["backup", "create", "sessions"]).run();
    let told = run.snapshot().replace(&backup::name(&archives(&repo)[0]), "[ARCHIVE]");
    insta::assert_snapshot!(told, @"
    exit: 3
    stdout:
    stderr:
    capturing `sessions` (file)
    error: the archive is in place, `[TMP]/store/[ARCHIVE]`, but the receipt `.backout/backups/sessions.toml` cannot be written: no storage space
    help: look at the folder, its permissions and the space there
    ");
    assert_eq!(backup::paths_in(&repo.path().join(".backout/backups")), Vec::<PathBuf>::new());
    disk.free();
    repo.backout(["backup", "create", "sessions"]).run().ok();
    backups_are_whole(&repo, true);
}

#[test]
fn an_installation_on_a_small_disk_loses_no_hook() {
    let repo = scene();
    let _ = fs::remove_dir_all(repo.path().join(".git/hooks"));
    let Some(disk) = SmallDisk::over(&repo.path().join(".git/hooks"), 16) else { return };
    write_program(&hook(&repo), EARLIER);
    disk.fill(0);
    let run = repo.backout(["install"]).run().exits(3);
    assert!(run.err().contains("no storage space"), "{}", run.snapshot());
    // The earlier hook stays where git runs it; the name that it is kept by takes no room.
    for path in disk.left().iter().map(|name| disk.folder.join(name)) {
        assert_eq!(fs::read_to_string(&path).unwrap(), EARLIER, "{}", path.display());
    }
    assert!(hook(&repo).exists());
    disk.free();
    repo.backout(["install"]).run().ok();
    hooks_are_whole(&repo, true);
}

#[test]
fn init_on_a_small_disk_leaves_a_whole_configuration_or_none() {
    let origin = TestRepo::new();
    origin.commit_files(&[("README.md", "one\n")], "Start");
    let Some(disk) = SmallDisk::over(&origin.root().join("disk"), 512) else { return };
    let repo = origin.clone_of(&origin.path().display().to_string(), "disk/work", &[]);
    disk.fill(0);
    let run = repo.backout(["init"]).run();
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 3
    stdout:
    stderr:
    error: cannot write "backout.toml": no storage space
    help: look at the folder, its permissions and the space there
    "#);
    let names: Vec<_> =
        backup::paths_in(repo.path()).iter().map(|path| backup::name(path)).collect();
    assert_eq!(names, [".git", "README.md"]);
    disk.free();
    repo.backout(["init"]).run().ok();
    a_configuration_is_whole(&repo, true);
}

/// The settings as they are before an installation.
const SETTINGS: &str = ".git/config";

fn with_husky() -> (TestRepo, String) {
    let repo = scene();
    husky_writes(&repo);
    let settings = repo.read(SETTINGS);
    (repo, settings)
}

/// git runs husky's hooks or ours in front of them, and can read its settings.
fn huskys_hooks_run(repo: &TestRepo, succeeded: bool) {
    repo.git(&["config", "--list"]).ok();
    let path = repo.git(&["rev-parse", "--git-path", "hooks"]).ok().line();
    let in_front = path.ends_with(".git/backout/hooks");
    assert!(in_front || !succeeded && path.ends_with(".husky/_"), "hooks are looked for in {path}");
    for name in ["pre-push", "commit-msg"] {
        let theirs = fs::read_to_string(repo.path().join(".husky/_").join(name)).unwrap();
        assert!(theirs.ends_with("/h\""), "{theirs}");
        let text = fs::read_to_string(repo.path().join(&path).join(name)).unwrap();
        let whole = !in_front || text.contains("backout") && text.ends_with('\n');
        assert!(whole, "half a hook {name}:\n{text}");
    }
    if succeeded {
        repo.backout(["doctor"]).run().ok();
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn an_installation_in_front_of_husky_killed_at_any_write_loses_no_hook() {
    let (repo, settings) = with_husky();
    let clear = |repo: &TestRepo| {
        let _ = fs::remove_dir_all(repo.path().join(".git/backout"));
        repo.write(SETTINGS, &settings);
    };
    at_every_write(&repo, &["install"], Fault::Kill, clear, huskys_hooks_run);
    at_every_write(&repo, &["install"], Fault::DiskFull, clear, huskys_hooks_run);
}

/// Starts a command so many times at once; the exit codes in order.
fn at_once(repo: &TestRepo, count: usize, arguments: &[&str]) -> Vec<Option<i32>> {
    let spawn = |_| {
        let mut command = repo.command(PROGRAM, repo.path());
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = (0..count).map(spawn).collect();
    let wait = |mut child: std::process::Child| child.wait().unwrap().code();
    let mut codes: Vec<_> = children.into_iter().map(wait).collect();
    codes.sort_unstable();
    codes
}

/// One of them writes it, and the others say that it is there.
#[test]
fn four_inits_at_once_leave_one_whole_configuration() {
    let repo = scene();
    let before = backup::paths_in(repo.path());
    for _ in 0..5 {
        without_configuration(&repo);
        assert_eq!(at_once(&repo, 4, &["init"]), [Some(0), Some(2), Some(2), Some(2)]);
        a_configuration_is_whole(&repo, true);
        assert_eq!(backup::paths_in(repo.path()), before, "something is left");
    }
}

#[test]
fn four_installations_at_once_keep_the_earlier_hook_once() {
    let repo = scene();
    for _ in 0..5 {
        with_an_earlier_hook(&repo);
        assert_eq!(at_once(&repo, 4, &["install"]), [Some(0); 4]);
        hooks_are_whole(&repo, true);
        let folder = repo.path().join(".git/hooks");
        let names: Vec<_> =
            backup::paths_in(&folder).iter().map(|path| backup::name(path)).collect();
        assert_eq!(names, ["pre-push", "pre-push.backout-previous"]);
        let kept = fs::read_to_string(folder.join("pre-push.backout-previous")).unwrap();
        assert_eq!(kept, EARLIER);
    }
}

/// Two at once: both succeed or one says why not, and what is there is whole.
#[test]
fn two_backups_at_once_leave_two_whole_ones() {
    let repo = scene();
    // Archives of the same data made within a second would be one, listed once.
    let create = |environment: &str| {
        let mut command = repo.command(PROGRAM, repo.path());
        command.args(["backup", "create", "sessions", "--environment", environment]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn()
    };
    let children: Vec<_> =
        ["one", "two", "three", "four"].map(|label| create(label).unwrap()).into_iter().collect();
    let succeeded = children
        .into_iter()
        .map(|mut child| child.wait().unwrap())
        .filter(std::process::ExitStatus::success)
        .count();
    assert!(succeeded > 0);
    let named = backout::receipt::parse(&fs::read(receipt(&repo)).unwrap()).unwrap().archives.len();
    assert_eq!(named, succeeded, "a receipt was lost");
    backups_are_whole(&repo, true);
}
