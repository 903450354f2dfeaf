//! `init` in real repositories.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::super::Context;
use super::{InitArgs, run};
use crate::config::{self, FileSource, Vocabulary};
use crate::exit::{Exit, Failure};

/// Runs git without anything of the machine's own settings, and without the variables that a hook
/// running these tests would have set.
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let output = command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args(["-c", "user.name=T", "-c", "user.email=t@example.com", "-C"])
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn repository(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "trunk"]);
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x\n").unwrap();
    }
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "first"]);
    folder
}

/// Runs `init` and gives its result with what it printed to stdout.
fn init(folder: &Path, config: Option<&str>, print: bool) -> (anyhow::Result<Exit>, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut context = Context {
        stdout: &mut stdout,
        stderr: &mut stderr,
        color: false,
        color_stderr: false,
        quiet: false,
        verbose: 0,
        config: config.map(str::to_owned),
        folder: folder.to_owned(),
        environment: |name| name.starts_with("GIT_CONFIG_").then(|| "/dev/null".into()),
    };
    let result = run(&InitArgs { print }, &mut context);
    (result, String::from_utf8(stdout).unwrap())
}

struct Disk<'a>(&'a Path);

impl FileSource for Disk<'_> {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(fs::read(self.0.join(path)).ok())
    }
}

fn load(folder: &Path, file: &str) -> config::Configuration {
    config::load(&Disk(folder), file, Vocabulary { codes: &[] }).unwrap().unwrap()
}

fn refusal(result: anyhow::Result<Exit>) -> (Exit, String) {
    let error = result.unwrap_err();
    let failure = error.downcast_ref::<Failure>().unwrap();
    (failure.exit, format!("{failure} / {}", failure.help.clone().unwrap_or_default()))
}

#[test]
fn it_writes_what_it_guessed() {
    let repo = repository(&["steps/1-a/x", "steps/2-b/x", ".env.example", "sub/file"]);
    git(repo.path(), &["tag", "-a", "shop-start", "-m", "start"]);
    let (result, report) = init(&repo.path().join("sub"), None, false);
    assert_eq!(result.unwrap(), Exit::Ready);
    let configuration = load(repo.path(), "backout.toml");
    assert_eq!(configuration.warnings, []);
    let migration = &configuration.migrations[0];
    assert_eq!((migration.branch.as_str(), migration.start.tag.as_str()), ("trunk", "shop-start"));
    assert_eq!(migration.stages[1].paths[0].text, "steps/2-b/**");
    insta::assert_snapshot!(report, @"
    Wrote backout.toml, in observe mode: it reports and stops nothing.

    Guessed from the repository; correct what is wrong:
      branch       trunk
      start tag    shop-start
      flag files   .env.example
      stages       steps/1-a, steps/2-b

    Next:
      1. Describe the stages in backout.toml (its comments explain every key), and commit it:
         git add backout.toml && git commit
      2. Mark the start for everybody: git push origin shop-start
      3. Put the guard in front of `git push`: backout install
      4. See where every stage stands: backout status
    ");
    let left: Vec<_> = fs::read_dir(repo.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".backout-")), "{left:?}");
}

#[test]
fn an_empty_repository() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    let (result, report) = init(folder.path(), None, false);
    assert_eq!(result.unwrap(), Exit::Ready);
    assert_eq!(load(folder.path(), "backout.toml").warnings, []);
    insta::assert_snapshot!(report, @"
    Wrote backout.toml, in observe mode: it reports and stops nothing.

    Guessed from the repository; correct what is wrong:
      branch       main
      start tag    migration-start (none found yet)
      flag files   none found
      stages       src (no folders of stages found)

    Next:
      1. Describe the stages in backout.toml (its comments explain every key), and commit it:
         git add backout.toml && git commit
      2. Mark the start for everybody: git tag -a migration-start -m 'The migration begins' && git push origin migration-start
      3. Put the guard in front of `git push`: backout install
      4. See where every stage stands: backout status
    ");
}

#[cfg(unix)]
#[test]
fn others_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let repo = repository(&[]);
    init(repo.path(), None, false).0.unwrap();
    let mode = fs::metadata(repo.path().join("backout.toml")).unwrap().permissions().mode();
    assert_ne!(mode & 0o777, 0o600);
    assert_eq!(mode & 0o111, 0);
}

#[test]
fn it_never_overwrites() {
    let repo = repository(&[]);
    fs::write(repo.path().join("backout.toml"), "mine").unwrap();
    let (exit, message) = refusal(init(repo.path(), None, false).0);
    assert_eq!(exit, Exit::Usage);
    insta::assert_snapshot!(message, @r#""backout.toml" is there already, and init never overwrites / edit it, remove it first, or see what init would write: `backout init --print`"#);
    assert_eq!(fs::read_to_string(repo.path().join("backout.toml")).unwrap(), "mine");
    assert_eq!(init(repo.path(), None, true).0.unwrap(), Exit::Ready);
}

#[cfg(unix)]
#[test]
fn it_does_not_write_through_a_dangling_link() {
    let repo = repository(&[]);
    std::os::unix::fs::symlink("elsewhere", repo.path().join("backout.toml")).unwrap();
    assert_eq!(refusal(init(repo.path(), None, false).0).0, Exit::Usage);
    assert!(!repo.path().join("elsewhere").exists());
}

#[test]
fn printing_writes_nothing() {
    let repo = repository(&["src/x"]);
    let (result, text) = init(repo.path(), None, true);
    assert_eq!(result.unwrap(), Exit::Ready);
    assert!(text.contains("paths = [\"src/**\"]"));
    assert!(!repo.path().join("backout.toml").exists());
}

#[test]
fn another_path() {
    let repo = repository(&["services/billing/src/x", "src/y"]);
    let name = "services/billing/backout.toml";
    init(repo.path(), Some(name), false).0.unwrap();
    let configuration = load(repo.path(), name);
    assert_eq!(configuration.migrations[0].folder, "services/billing");
    for wrong in ["../x.toml", "/tmp/x.toml", "", "a/", "a//b", "none/backout.toml"] {
        let (exit, message) = refusal(init(repo.path(), Some(wrong), false).0);
        assert_eq!(exit, Exit::Usage, "{wrong}: {message}");
    }
}

#[test]
fn no_repository_and_a_bare_one() {
    let folder = tempfile::tempdir().unwrap();
    let (exit, message) = refusal(init(folder.path(), None, false).0);
    assert_eq!(exit, Exit::Usage);
    insta::assert_snapshot!(message, @"this folder is in no git work tree / change to the repository, or make one with `git init`");
    git(folder.path(), &["init", "-q", "--bare"]);
    assert_eq!(refusal(init(folder.path(), None, false).0).0, Exit::Usage);
    assert!(!folder.path().join("backout.toml").exists());
}

#[test]
fn the_remotes_default_branch_comes_first() {
    let repo = repository(&[]);
    git(repo.path(), &["branch", "main"]);
    init(repo.path(), None, false).0.unwrap();
    assert_eq!(load(repo.path(), "backout.toml").migrations[0].branch, "main");
    fs::remove_file(repo.path().join("backout.toml")).unwrap();
    git(repo.path(), &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/stable"]);
    init(repo.path(), None, false).0.unwrap();
    assert_eq!(load(repo.path(), "backout.toml").migrations[0].branch, "stable");
}

#[test]
fn receipts_that_git_would_ignore_are_told() {
    let repo = repository(&[]);
    fs::write(repo.path().join(".gitignore"), "backups/\n").unwrap();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut context = Context {
        stdout: &mut stdout,
        stderr: &mut stderr,
        color: false,
        color_stderr: false,
        quiet: false,
        verbose: 0,
        config: None,
        folder: repo.path().to_owned(),
        environment: |_| None,
    };
    assert_eq!(run(&InitArgs { print: false }, &mut context).unwrap(), Exit::Ready);
    let told = String::from_utf8(stderr).unwrap();
    assert!(told.starts_with("warning: git ignores the receipts in .backout/backups"), "{told}");
}
