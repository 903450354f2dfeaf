//! The data of a backup comes back into a folder: dry first, then whole, and never over anything
//! that was not given up.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Run, TestRepo};

const CONFIGURATION: &str = r#"version = 1
[migration]
id = "carts"
name = "Carts"
start = { tag = "start" }
branch = "main"
[backups.sessions]
source = { kind = "file", path = "export" }
store = "../store"
[backups.orders]
source = { kind = "command", command = ["sh", "-c", "echo 'insert 1'"] }
store = "../store"
[backups.keys]
source = { kind = "redis", url_env = "REDIS_URL", pattern = "session:*" }
store = "../store"
[backups.far]
source = { kind = "file", path = "export" }
store = "s3://ops/backups"
[[stages]]
id = "9"
name = "Move"
impact = "critical"
paths = ["src/**"]
rollback = ["data"]
backups = ["sessions"]
"#;

fn scene() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("backout.toml", CONFIGURATION);
    repo.write(".gitignore", "/export/\n");
    repo.write("export/1.json", "{\"cart\": 1}\n");
    repo.write("export/deep/2.json", "{}\n");
    repo.write("src/a.py", "a\n");
    repo.commit("Start");
    repo.git(&["tag", "start"]).ok();
    repo
}

fn captured(name: &str) -> TestRepo {
    let repo = scene();
    repo.backout(["backup", "create", name, "--environment", "production"]).run().ok();
    repo
}

fn restore(repo: &TestRepo, arguments: &[&str]) -> Run {
    repo.backout([&["backup", "restore"], arguments].concat()).run()
}

fn archives(repo: &TestRepo) -> Vec<PathBuf> {
    let entries = fs::read_dir(repo.root().join("store")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// What it said; archives are numbered, and what tells the time is left out.
fn said(repo: &TestRepo, run: &Run) -> String {
    let mut text = run.snapshot();
    for (number, archive) in archives(repo).iter().enumerate() {
        text = text.replace(&name(archive), &format!("[ARCHIVE {number}]"));
    }
    let line = |line: &str| {
        if let Some((start, _)) = line.split_once("what was written since: ") {
            return format!("{start}what was written since: [AGE]");
        }
        match line.split_once(".before-restore-") {
            Some((start, rest)) => {
                format!("{start}.before-restore-[TIME]{}", &rest["20261003T120000Z".len()..])
            }
            None => line.to_owned(),
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Every file below a folder with its content.
fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
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

fn there(repo: &TestRepo) -> Vec<String> {
    let entries = fs::read_dir(repo.root()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| name(&entry.unwrap().path())).collect();
    names.retain(|name| !["work", "store", "home"].contains(&name.as_str()));
    names.sort();
    names
}

#[test]
fn a_dry_run_says_what_would_be_and_writes_nothing() {
    let repo = captured("sessions");
    let before = there(&repo);
    let run = restore(&repo, &["sessions", "--to", "../back"]);
    insta::assert_snapshot!(said(&repo, &run), @"
    exit: 0
    stdout:
    backup sessions: a dry run, nothing is written
      archive   [TMP]/store/[ARCHIVE 0]
      captured  [TIME]
      loses     what was written since: [AGE]
      from      production
      data      3 entries, 15 bytes
      to        [TMP]/back (new)
      next      backout backup restore sessions --to ../back --execute
    stderr:
    ");
    assert_eq!(there(&repo), before);
}

#[test]
fn what_was_captured_comes_back() {
    let repo = captured("sessions");
    let run = restore(&repo, &["carts:sessions", "--to", "../back", "--execute"]);
    insta::assert_snapshot!(said(&repo, &run), @"
    exit: 0
    stdout:
    backup sessions: restored, and compared with the archive
      archive   [TMP]/store/[ARCHIVE 0]
      captured  [TIME]
      loses     what was written since: [AGE]
      from      production
      data      3 entries, 15 bytes
      to        [TMP]/back
    stderr:
    restoring `sessions`
    ");
    assert_eq!(content(&repo.root().join("back")), content(&repo.path().join("export")));
    // Once more it is in the way of itself.
    let again = restore(&repo, &["sessions", "--to", "../back", "--execute"]);
    insta::assert_snapshot!(said(&repo, &again), @"
    exit: 2
    stdout:
    stderr:
    error: the target `[TMP]/back` is not empty (2 in it)
    help: name a folder that is empty or not there yet; with --replace what is there is moved aside
    ");
    assert_eq!(repo.git(&["status", "--porcelain", "-uno"]).ok().out(), "");
}

#[test]
fn what_a_command_gave_becomes_one_file() {
    let repo = captured("orders");
    let run = restore(&repo, &["orders", "--to", "../back", "--execute"]);
    insta::assert_snapshot!(said(&repo, &run), @r#"
    exit: 0
    stdout:
    backup orders: restored, and compared with the archive
      archive   [TMP]/store/[ARCHIVE 0]
      captured  [TIME]
      loses     what was written since: [AGE]
      from      production
      data      1 entry, 9 bytes
      to        [TMP]/back
      next      load [TMP]/back/orders.stdout into what it came from: `sh -c "echo 'insert 1'"`
    stderr:
    restoring `orders`
    "#);
    let expected = [("orders.stdout".to_owned(), b"insert 1\n".to_vec())];
    assert_eq!(content(&repo.root().join("back")), expected);
}

#[test]
fn the_source_itself_is_replaced_only_where_that_was_said() {
    let repo = captured("sessions");
    let export = repo.path().join("export");
    let whole = content(&export);
    repo.write("export/1.json", "lost");
    let run = restore(&repo, &["sessions", "--to", "export", "--execute"]);
    insta::assert_snapshot!(said(&repo, &run), @"
    exit: 2
    stdout:
    stderr:
    error: the target `[TMP]/work/export` is where the backup was taken from
    help: restore to another folder and look at it first; with --replace it is put in place, and what is there is moved aside
    ");
    let spoiled = content(&export);
    let dry = restore(&repo, &["sessions", "--to", "export", "--replace"]);
    insta::assert_snapshot!(said(&repo, &dry), @"
    exit: 0
    stdout:
    backup sessions: a dry run, nothing is written
      archive   [TMP]/store/[ARCHIVE 0]
      captured  [TIME]
      loses     what was written since: [AGE]
      from      production
      data      3 entries, 15 bytes
      replaces  [TMP]/work/export (2 in it)
      aside     [TMP]/work/export.before-restore-[TIME]
      next      backout backup restore sessions --to export --replace --execute
    stderr:
    warning: `[TMP]/work/export.before-restore-[TIME]` lies in the work tree and is not ignored by git: do not commit the data
    ");
    assert_eq!(content(&export), spoiled);
    let run = restore(&repo, &["sessions", "--to", "export", "--replace", "--execute"]).ok();
    assert_eq!(content(&export), whole);
    let told = run.out();
    let aside = told.lines().find_map(|line| line.trim().strip_prefix("aside ")).unwrap();
    let aside = aside.split(": ").next().unwrap().rsplit('/').next().unwrap();
    assert!(aside.starts_with("export.before-restore-"), "{told}");
    let kept = fs::read_dir(repo.path()).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> =
        kept.filter(|path| name(path).starts_with("export.before-restore-")).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(content(&kept[0]), spoiled);
}

#[test]
fn a_damaged_archive_restores_nothing_and_the_next_is_named() {
    let repo = captured("sessions");
    repo.write("export/1.json", "{\"cart\": 2}\n");
    repo.backout(["backup", "create", "sessions"]).run().ok();
    let receipt = repo.read(".backout/backups/sessions.toml");
    let newest = archives(&repo)
        .into_iter()
        .max_by_key(|path| receipt.find(&format!("name = \"{}\"", name(path))))
        .unwrap();
    let mut bytes = fs::read(&newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&newest, bytes).unwrap();
    let run = restore(&repo, &["sessions", "--to", "../back", "--execute"]);
    assert_eq!(run.exit, 1, "{}", run.snapshot());
    assert!(run.err().starts_with("error: backup/corrupt: "), "{}", run.err());
    assert!(run.err().contains("; nothing was restored\nhelp: the next one that verifies"));
    assert!(!repo.root().join("back").exists());
    // What it names works.
    let help = run.err();
    let older = help.split("--archive ").nth(1).unwrap().split(' ').next().unwrap();
    let older = ["sessions", "--archive", older, "--to", "../back", "--execute"];
    restore(&repo, &older).ok();
    let back = content(&repo.root().join("back"));
    assert_eq!(back[0].1, b"{\"cart\": 1}\n");
}

#[test]
fn an_archive_that_is_gone_is_said() {
    let repo = captured("sessions");
    let archive = archives(&repo).pop().unwrap();
    let shelf = repo.root().join("shelf");
    fs::rename(&archive, &shelf).unwrap();
    let gone = restore(&repo, &["sessions", "--to", "../back", "--execute"]);
    insta::assert_snapshot!(said(&repo, &gone), @"
    exit: 3
    stdout:
    stderr:
    error: none of the archives of which the receipt tells is in `[TMP]/store`
    help: run this where the store can be reached, or name a copy by `--archive FILE`
    ");
    // A copy of any name is known by its content.
    let found = restore(&repo, &["sessions", "--archive", "../shelf", "--to", "../back"]).ok();
    assert_eq!(found.err(), "");
    fs::remove_file(repo.path().join(".backout/backups/sessions.toml")).unwrap();
    let none = restore(&repo, &["sessions", "--to", "../back"]);
    insta::assert_snapshot!(said(&repo, &none), @"
    exit: 3
    stdout:
    stderr:
    error: there is no receipt of the backup `sessions`
    help: `backout backup list` shows where receipts are; an archive that none tells of is named by `--archive FILE`
    ");
    let told = restore(&repo, &["sessions", "--archive", "../shelf", "--to", "../back"]).ok();
    insta::assert_snapshot!(said(&repo, &told), @"
    exit: 0
    stdout:
    backup sessions: a dry run, nothing is written
      archive   [TMP]/shelf
      captured  [TIME]
      loses     what was written since: [AGE]
      from      production
      data      3 entries, 15 bytes
      to        [TMP]/back (new)
      next      backout backup restore sessions --archive ../shelf --to ../back --execute
    stderr:
    warning: no receipt tells of `[TMP]/shelf`: only itself says what it is
    ");
}

#[test]
fn what_this_build_cannot_restore_is_said() {
    let repo = scene();
    insta::assert_snapshot!(restore(&repo, &["keys", "--to", "../back"]).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: the backup `keys` has a source of kind `redis`; this build restores `file` and `command` only
    help: a source of kind `command` that runs `redis-cli --rdb -` can be restored
    ");
    insta::assert_snapshot!(restore(&repo, &["far", "--to", "../back"]).snapshot(), @"
    exit: 5
    stdout:
    stderr:
    error: the store `s3://ops/backups` is remote; this build keeps archives in folders only
    help: give a folder as `store`, a mounted one for instance, and copy archives from there
    ");
    insta::assert_snapshot!(restore(&repo, &["session", "--to", "../back"]).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: no backup is called `session`
    help: did you mean `sessions`?
    ");
}

/// The plan of backing stage 9 out, whose rollback has these steps.
fn planned(rollback: &str) -> (TestRepo, Run) {
    let repo = captured("sessions");
    repo.write("backout.toml", CONFIGURATION.replace("rollback = [\"data\"]", rollback));
    repo.commit("Rules");
    repo.commit_files(&[("src/a.py", "b\n")], "Move\n\nMigration-Stage: 9");
    let run = repo.backout(["revert", "--stage", "9"]).run().ok();
    (repo, run)
}

#[test]
fn a_plan_names_the_command_where_restoring_stands_in_the_order() {
    let (repo, run) = planned("rollback = [\"code\", \"data\"]");
    insta::assert_snapshot!(said(&repo, &run), @"
    exit: 0
    stdout:
    Back out stage 9
      on main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Move

      what changes
        modify  src/a.py  +1 -1
        1 path, 1 line added, 1 taken away

      data to restore once the code is back: get it, then put it in place
        backout backup restore sessions --to ../restored-sessions --execute
    stderr:
    nothing was written; to commit it: backout revert --stage 9 --branch NAME --reason TEXT
    ");
    // Copied into a shell, it does what it says.
    let told = run.out();
    let command = told.lines().find_map(|line| line.trim().strip_prefix("backout ")).unwrap();
    repo.backout(command.split(' ')).run().ok();
    let back = repo.root().join("restored-sessions");
    assert_eq!(content(&back), content(&repo.path().join("export")));
    let (_, before) = planned("rollback = [\"data\", \"code\"]");
    let told = before.out();
    let at = |what: &str| told.find(what).unwrap();
    assert!(at("before the code goes back") < at("what goes back"), "{told}");
}

#[test]
fn data_in_the_work_tree_that_git_sees_is_told() {
    let repo = captured("sessions");
    let run = restore(&repo, &["sessions", "--to", "back"]);
    insta::assert_snapshot!(said(&repo, &run), @"
    exit: 0
    stdout:
    backup sessions: a dry run, nothing is written
      archive   [TMP]/store/[ARCHIVE 0]
      captured  [TIME]
      loses     what was written since: [AGE]
      from      production
      data      3 entries, 15 bytes
      to        [TMP]/work/back (new)
      next      backout backup restore sessions --to back --execute
    stderr:
    warning: `[TMP]/work/back` lies in the work tree and is not ignored by git: do not commit the data
    ");
    fs::write(repo.path().join(".gitignore"), "/export/\n/back/\n").unwrap();
    assert_eq!(restore(&repo, &["sessions", "--to", "back"]).err(), "");
}

#[test]
fn what_a_killed_restore_left_is_told_and_kept() {
    let repo = captured("sessions");
    let left = repo.root().join(".backout-restore-x1");
    fs::create_dir(&left).unwrap();
    let run = restore(&repo, &["sessions", "--to", "../back", "--execute"]).ok();
    insta::assert_snapshot!(said(&repo, &run), @"
    exit: 0
    stdout:
    backup sessions: restored, and compared with the archive
      archive   [TMP]/store/[ARCHIVE 0]
      captured  [TIME]
      loses     what was written since: [AGE]
      from      production
      data      3 entries, 15 bytes
      to        [TMP]/back
    stderr:
    warning: a restore that was killed left `[TMP]/.backout-restore-x1`: half of its data, or what was to be moved aside
    help: look into it, then delete it
    restoring `sessions`
    ");
    assert!(left.is_dir());
}

#[cfg(unix)]
#[test]
fn an_interrupted_restore_leaves_nothing() {
    let repo = scene();
    repo.write("export/large", vec![b'x'; 48 << 20]);
    repo.backout(["backup", "create", "sessions"]).run().ok();
    let before = there(&repo);
    let restoring = ["backup", "restore", "sessions", "--to", "../back", "--execute"];
    let begun = || there(&repo).iter().any(|name| name.starts_with(".backout-restore-"));
    let run = repo.backout(restoring).interrupt_once(begun);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 130
    stdout:
    stderr:
    restoring `sessions`
    error: interrupted: nothing was put in place
    ");
    assert_eq!(there(&repo), before);
}

#[cfg(unix)]
#[test]
fn modes_links_and_odd_names_come_back() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let repo = scene();
    let export = repo.path().join("export");
    let odd = std::ffi::OsStr::from_bytes(b"\xff\n--force $(x)");
    fs::write(export.join(odd), "").unwrap();
    symlink("deep/2.json", export.join("link")).unwrap();
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    set(&export.join("1.json"), 0o4640);
    set(&export.join("deep"), 0o550);
    set(&export, 0o2751);
    repo.backout(["backup", "create", "sessions"]).run().ok();
    restore(&repo, &["sessions", "--to", "../back", "--execute"]).ok();
    let back = repo.root().join("back");
    let mode = |path: &str| fs::metadata(back.join(path)).unwrap().permissions().mode() & 0o7777;
    assert_eq!([mode("1.json"), mode("deep"), mode("")], [0o4640, 0o550, 0o2751]);
    assert_eq!(fs::read_link(back.join("link")).unwrap(), Path::new("deep/2.json"));
    assert_eq!(fs::read(back.join(odd)).unwrap(), b"");
    for folder in [&export, &back] {
        set(&folder.join("deep"), 0o750);
    }
}

#[test]
fn a_folder_that_is_there_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = captured("sessions");
    let back = repo.root().join("back");
    fs::create_dir(&back).unwrap();
    fs::set_permissions(&back, fs::Permissions::from_mode(0o710)).unwrap();
    restore(&repo, &["sessions", "--to", "../back", "--execute"]).ok();
    assert_eq!(fs::metadata(&back).unwrap().permissions().mode() & 0o7777, 0o710);
    assert_eq!(fs::read_to_string(back.join("1.json")).unwrap(), "{\"cart\": 1}\n");
}

#[test]
fn no_work_tree_and_no_git_directory_gives_way_wherever_it_is_run() {
    let repo = captured("sessions");
    repo.commit("Keep the receipt");
    let [linked, other] = ["linked", "other"].map(|name| repo.worktree(name));
    fs::create_dir(repo.root().join("drive")).unwrap();
    repo.git(&["worktree", "move", "../other", "../drive/other"]).ok();
    // A drive that is unplugged, and a folder in its place.
    fs::rename(repo.root().join("drive"), repo.root().join("unplugged")).unwrap();
    let before = content(repo.path());
    let mut told = Vec::new();
    for from in [&repo, &linked] {
        for to in [
            "../work",
            "../work/.git",
            "../work/.git/new",
            "../work/.git/worktrees/linked",
            "../linked",
            "..",
            "../drive",
        ] {
            let arguments = ["sessions", "--to", to, "--replace", "--execute"];
            let run = restore(from, &arguments).exits(2);
            told.push(run.snapshot().lines().nth(3).unwrap().to_owned());
        }
        assert!(content(repo.path()) == before, "something was moved");
    }
    assert!(!other.path().exists() && linked.path().join(".git").is_file());
    insta::assert_snapshot!(told.join("\n"), @"
    error: the target `[TMP]/work` holds the work tree
    error: the target `[TMP]/work/.git` lies among git's own files
    error: the target `[TMP]/work/.git/new` lies among git's own files
    error: the target `[TMP]/work/.git/worktrees/linked` lies among git's own files
    error: the target `[TMP]/linked` holds the work tree `[TMP]/linked`
    error: the target `[TMP]` holds the work tree
    error: the target `[TMP]/drive` holds the work tree `[TMP]/drive/other`
    error: the target `[TMP]/work` holds the work tree `[TMP]/work`
    error: the target `[TMP]/work/.git` lies among git's own files
    error: the target `[TMP]/work/.git/new` lies among git's own files
    error: the target `[TMP]/work/.git/worktrees/linked` lies among git's own files
    error: the target `[TMP]/linked` holds the work tree
    error: the target `[TMP]` holds the work tree
    error: the target `[TMP]/drive` holds the work tree `[TMP]/drive/other`
    ");
    // A folder within another work tree is a folder like any other.
    restore(&linked, &["sessions", "--to", "../work/export", "--replace", "--execute"]).ok();
}

#[test]
fn a_pipe_under_an_archives_name_is_waited_for_by_nobody() {
    let repo = captured("sessions");
    let archive = archives(&repo).remove(0);
    fs::rename(&archive, repo.root().join("kept")).unwrap();
    let pipe = |path: &Path| {
        let mut make = repo.command("mkfifo", Path::new("/"));
        assert!(make.arg(path).status().unwrap().success());
    };
    pipe(&archive);
    let archive = archive.display().to_string();
    let runs = [
        vec!["backup", "verify", "sessions"],
        vec!["backup", "verify", &archive],
        vec!["backup", "verify", "/dev/zero"],
        vec!["backup", "restore", "sessions", "--to", "../back"],
        vec!["backup", "restore", "sessions", "--to", "../back", "--archive", &archive],
        vec!["check", "--base", "HEAD", "--phase", "deploy", "--online"],
    ];
    for arguments in runs {
        // Whoever waits is ended.
        let mut command = repo.command("timeout", repo.path());
        command.args(["--signal=KILL", "60", crate::support::PROGRAM]).args(&arguments);
        let run = crate::support::execute(&mut command, b"", repo.filter());
        assert_ne!(run.exit, -1, "{arguments:?} waits");
        assert_ne!(run.exit, 137, "{arguments:?} waits");
        let checked = arguments[0] == "check";
        assert!(checked || run.exit == 3, "{arguments:?}: {}", run.snapshot());
        let said = run.out() + &run.err();
        assert!(checked || said.contains("it is no plain file"), "{arguments:?}: {said}");
    }
    let receipt = repo.path().join(".backout/backups/sessions.toml");
    fs::remove_file(&receipt).unwrap();
    pipe(&receipt);
    for arguments in [&["backup", "list"][..], &["backup", "verify", "sessions"]] {
        let run = repo.backout(arguments).run();
        assert!(run.exit == 3, "{}", run.snapshot());
        let said = run.out() + &run.err();
        assert!(said.contains("cannot be read: it is no plain file"), "{said}");
    }
}
