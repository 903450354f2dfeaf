//! The data of a backup comes back into a folder: dry first, then whole, and never over anything
//! that was not given up.

mod refused;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::backup::{content, name, paths_in};
use crate::support::{Run, TestRepo, backup};

/// Beside `sessions`: what a command gives, and two that this build cannot restore.
const MORE: &str = r#"
[backups.orders]
source = { kind = "command", command = ["sh", "-c", "echo 'insert 1'"] }
store = "../store"
[backups.keys]
source = { kind = "redis", url_env = "REDIS_URL", pattern = "session:*" }
store = "../store"
[backups.far]
source = { kind = "file", path = "export" }
store = "s3://ops/backups"
"#;

fn rules() -> String {
    backup::rules("../store") + MORE
}

fn scene() -> TestRepo {
    backup::begun(&rules())
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
    paths_in(&repo.root().join("store"))
}

/// What every run tells of the backup `sessions`; the dry run shows it in full.
const OF_SESSIONS: &str = "  archive   [TMP]/store/[ARCHIVE 0]
  captured  [TIME]
  loses     what was written since: [AGE]
  from      production
  data      3 entries, 15 bytes
";

/// What it said, apart from what every run tells of `sessions`.
fn said(repo: &TestRepo, run: &Run) -> String {
    in_full(repo, run).replace(OF_SESSIONS, "  [OF SESSIONS]\n")
}

/// All that it said; archives are numbered, and what tells the time is left out.
fn in_full(repo: &TestRepo, run: &Run) -> String {
    let mut text = run.snapshot();
    for (number, archive) in archives(repo).iter().enumerate() {
        text = text.replace(&name(archive), &format!("[ARCHIVE {number}]"));
    }
    text.lines().map(without_time).collect::<Vec<_>>().join("\n")
}

fn without_time(line: &str) -> String {
    if let Some((start, _)) = line.split_once("what was written since: ") {
        return format!("{start}what was written since: [AGE]");
    }
    match line.split_once(".before-restore-") {
        Some((start, rest)) => {
            format!("{start}.before-restore-[TIME]{}", &rest["20261003T120000Z".len()..])
        }
        None => line.to_owned(),
    }
}

/// What lies beside the work tree, apart from the scene's own.
fn there(repo: &TestRepo) -> Vec<String> {
    let mut names: Vec<_> = paths_in(&repo.root()).iter().map(|path| name(path)).collect();
    names.retain(|name| !["work", "store", "home"].contains(&name.as_str()));
    names
}

#[test]
fn a_dry_run_says_what_would_be_and_writes_nothing() {
    let repo = captured("sessions");
    let before = there(&repo);
    let run = restore(&repo, &["sessions", "--to", "../back"]);
    insta::assert_snapshot!(in_full(&repo, &run), @"
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
      [OF SESSIONS]
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
      [OF SESSIONS]
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
    let mut kept = paths_in(repo.path());
    kept.retain(|path| name(path).starts_with("export.before-restore-"));
    assert_eq!(kept.len(), 1);
    assert_eq!(content(&kept[0]), spoiled);
}

/// The plan of backing stage 9 out, whose rollback has these steps.
fn planned(rollback: &str) -> (TestRepo, Run) {
    let repo = captured("sessions");
    repo.write("backout.toml", rules().replace("rollback = [\"data\"]", rollback));
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

      the whole rollback, in this order
        1. The code: what this plan takes back
        2. Restore export from the backup sessions in ../store
           backout backup restore sessions --archive [ARCHIVE 0] --to ../restored-sessions --execute
           captured [TIME], the first one of which the landing branch
           knew; it is younger than the stage's first commit ([TIME]),
           which came by a fast-forward: see that the stage was not live by then;
           then put it in place
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
    assert!(at("1. Restore") < at("2. The code"), "{told}");
}

#[test]
fn data_in_the_work_tree_that_git_sees_is_told() {
    let repo = captured("sessions");
    let run = restore(&repo, &["sessions", "--to", "back"]);
    insta::assert_snapshot!(said(&repo, &run), @"
    exit: 0
    stdout:
    backup sessions: a dry run, nothing is written
      [OF SESSIONS]
      to        [TMP]/work/back (new)
      next      backout backup restore sessions --to back --execute
    stderr:
    warning: `[TMP]/work/back` lies in the work tree and is not ignored by git: do not commit the data
    ");
    fs::write(repo.path().join(".gitignore"), "/export/\n/back/\n").unwrap();
    assert_eq!(restore(&repo, &["sessions", "--to", "back"]).err(), "");
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

#[test]
fn an_archive_is_found_by_its_name_though_no_receipt_here_tells_of_it() {
    let repo = captured("sessions");
    let name = name(&archives(&repo)[0]).to_owned();
    fs::remove_file(repo.path().join(".backout/backups/sessions.toml")).unwrap();
    restore(&repo, &["sessions", "--to", "../back", "--archive", &name, "--execute"]).ok();
    assert_eq!(content(&repo.root().join("back")), content(&repo.path().join("export")));
    let other = restore(&repo, &["sessions", "--to", "../back-2", "--archive", "none.backout"]);
    other.exits(3);
}
