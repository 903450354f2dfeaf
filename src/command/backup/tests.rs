//! The commands as people see them: reports and exit codes.

use std::fs;

use clap::Parser;

use super::*;
use crate::backup::testing::{Ground, NOON, backup, configuration, migration, script};
use crate::config::Backup;

struct Said {
    exit: anyhow::Result<Exit>,
    stdout: String,
    stderr: String,
}

impl Said {
    fn failure(&self) -> &Failure {
        self.exit.as_ref().unwrap_err().downcast_ref::<Failure>().unwrap()
    }
}

struct Stand {
    ground: Ground,
    workspace: Workspace,
}

impl Stand {
    fn new(backups: Vec<Backup>) -> Self {
        let ground = Ground::new();
        let root = ground.repo();
        Self {
            ground,
            workspace: Workspace { root, configuration: configuration(vec![migration(backups)]) },
        }
    }

    fn ask(
        &self,
        command: impl FnOnce(&Workspace, &mut Context<'_>) -> anyhow::Result<Exit>,
    ) -> Said {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut context = Context {
            stdout: &mut stdout,
            stderr: &mut stderr,
            color: false,
            color_stderr: false,
            quiet: false,
            verbose: 0,
            config: None,
            folder: self.workspace.root.clone(),
            environment: |_| None,
        };
        let exit = command(&self.workspace, &mut context);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { exit, stdout: text(stdout), stderr: text(stderr) }
    }

    fn create(&self, arguments: &[&str]) -> Said {
        let parsed = Line::try_parse_from([&["backup", "create"], arguments].concat()).unwrap();
        let BackupCommand::Create(args) = parsed.backup.command else { panic!() };
        self.ask(|workspace, context| create_all(&args, workspace, &|| Seconds(NOON), context))
    }

    fn verify(&self, name: &str, quick: bool) -> Said {
        let args = VerifyArgs { subject: None, quick };
        self.ask(|workspace, context| {
            verify_backups(&args, Wanted::Named(name), workspace, context)
        })
    }

    fn archive(&self, name: &str) -> PathBuf {
        let store = self.workspace.root.join("../kept");
        let mut files = fs::read_dir(store).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(name)).unwrap()
    }
}

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    backup: BackupArgs,
}

fn two() -> Stand {
    Stand::new(vec![
        backup("context", script("printf content"), "../kept"),
        backup("orders", script("echo 'no such table' >&2; exit 3"), "../kept"),
    ])
}

fn redacted(text: &str, stand: &Stand) -> String {
    let path = stand.archive("context");
    let bytes = fs::read(&path).unwrap();
    let digest = crate::receipt::Digest::of(&bytes);
    let store = path.parent().unwrap().canonicalize().unwrap();
    text.replace(store.to_str().unwrap(), "STORE")
        .replace(&digest.to_string(), "SHA256")
        .replace(&digest.short(), "SHORT")
        .replace(&format!("{} bytes", bytes.len()), "SIZE")
}

#[test]
fn create_says_what_it_made_and_what_comes_next() {
    let stand = two();
    let said = stand.create(&["context", "--environment", "production"]);
    assert_eq!(said.exit.unwrap(), Exit::Ready);
    insta::assert_snapshot!(redacted(&said.stdout, &stand), @"
    backup context: captured
      archive   STORE/context-20261003T120000Z-SHORT.backout
      size      SIZE
      sha256    SHA256
      entries   1, 7 bytes of content
      captured  2026-10-03T12:00:00Z
      from      production
      note      whether all of it is as of one moment is up to the command
      next      git add .backout/backups/context.toml
    ");
    assert_eq!(said.stderr, "capturing `context` (command)\n");
    assert!(stand.workspace.root.join(".backout/backups/context.toml").is_file());
}

#[test]
fn one_failing_source_does_not_cost_the_others_their_backup() {
    for which in [&["--all"][..], &["--stage", "9"]] {
        let stand = two();
        let said = stand.create(which);
        assert_eq!(said.failure().exit, Exit::Indeterminate);
        assert!(said.failure().message.contains("no such table"));
        assert!(said.stdout.contains("backup context: captured"), "{}", said.stdout);
        assert!(!said.stdout.contains("orders"), "{}", said.stdout);
        assert!(!stand.workspace.root.join(".backout/backups/orders.toml").exists());
    }
}

#[test]
fn create_wants_exactly_one_way_to_choose() {
    for arguments in
        [&[][..], &["context", "--all"], &["--all", "--stage", "9"], &["--stage", "a b"]]
    {
        let line = [&["backup", "create"], arguments].concat();
        assert!(Line::try_parse_from(line).is_err(), "{arguments:?}");
    }
}

#[test]
fn a_broken_receipt_is_told_before_anything_is_captured() {
    let stand = two();
    stand.ground.write(".backout/backups/context.toml", "nonsense");
    let said = stand.create(&["context"]);
    assert_eq!(said.failure().exit, Exit::Usage);
    assert!(stand.ground.kept().is_empty());
}

#[test]
fn a_receipt_that_git_ignores_is_told_with_the_lines_that_help() {
    let stand = two();
    stand.ground.write(".gitignore", "*.log\nbackups/\n");
    let said = stand.create(&["context"]);
    assert_eq!(said.exit.unwrap(), Exit::Ready);
    insta::assert_snapshot!(said.stderr, @r"
    capturing `context` (command)
    warning: git ignores the receipts in .backout/backups, by `backups/` (.gitignore:2): they would never be committed, and the guard would not find them
    help: add two lines at the end of .gitignore, `!/.backout/` and `!/.backout/**`; or, for a folder at the top, write the pattern with a slash in front
    ");
    assert!(said.stdout.contains("let git see the receipt, then git add"), "{}", said.stdout);
}

#[test]
fn the_lines_that_help_do_help() {
    for rule in ["backups/", "backups", ".backout/", "*.toml", "/.backout/*", "**/backups/**"] {
        let stand = two();
        stand.ground.write(".gitignore", &format!("{rule}\n"));
        assert!(stand.create(&["context"]).stderr.contains("warning: git ignores"), "{rule}");
        stand.ground.write(".gitignore", &format!("{rule}\n!/.backout/\n!/.backout/**\n"));
        let said = stand.create(&["context"]);
        assert_eq!(said.stderr, "capturing `context` (command)\n", "{rule}");
        assert!(said.stdout.contains("next      git add"), "{rule}: {}", said.stdout);
    }
}

#[test]
fn verify_by_name_goes_from_good_to_bad_to_absent() {
    let stand = two();
    let never = stand.verify("context", false);
    assert_eq!(never.exit.unwrap(), Exit::Indeterminate);
    assert!(never.stdout.contains("no receipt yet"), "{}", never.stdout);
    stand.create(&["context"]).exit.unwrap();
    let good = stand.verify("context", false);
    assert_eq!(good.exit.unwrap(), Exit::Ready);
    insta::assert_snapshot!(redacted(&good.stdout, &stand), @"
    backup context
      ok    context-20261003T120000Z-SHORT.backout
            1 entry, SIZE, captured 2026-10-03T12:00:00Z; every byte verified
            sha256 SHA256
    ");
    let quick = stand.verify("context", true);
    assert_eq!(quick.exit.unwrap(), Exit::Ready);
    assert!(quick.stdout.contains("sampled: the frame and 1 of 1 blocks"), "{}", quick.stdout);
    let path = stand.archive("context");
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
    let bad = stand.verify("context", false);
    assert_eq!(bad.exit.unwrap(), Exit::Findings);
    assert!(bad.stdout.contains("backup/corrupt"), "{}", bad.stdout);
    fs::remove_file(&path).unwrap();
    let absent = stand.verify("context", false);
    assert_eq!(absent.exit.unwrap(), Exit::Indeterminate);
    assert!(absent.stdout.contains("could not be checked"), "{}", absent.stdout);
}

#[test]
fn verify_of_a_file_needs_no_configuration() {
    let stand = two();
    stand.create(&["context"]).exit.unwrap();
    let path = stand.archive("context");
    let verify_it = |subject: &str| {
        let args = VerifyArgs { subject: Some(subject.to_owned()), quick: false };
        stand.ask(|_, context| verify(&args, context))
    };
    let good = verify_it(path.to_str().unwrap());
    assert_eq!(good.exit.unwrap(), Exit::Ready);
    assert!(good.stdout.contains("every byte verified"), "{}", good.stdout);
    stand.ground.write("dump", "REDIS0010");
    let foreign = verify_it("dump");
    assert_eq!(foreign.exit.unwrap(), Exit::Findings);
    assert!(foreign.stdout.contains("backup/foreign-format"), "{}", foreign.stdout);
    assert!(foreign.stdout.contains("a Redis dump (RDB version 10)"), "{}", foreign.stdout);
    let absent = verify_it("absent.backout");
    assert_eq!(absent.exit.unwrap(), Exit::Indeterminate);
    assert!(verify_it("absent").exit.is_err());
}

#[test]
fn list_shows_every_backup_and_its_age() {
    let stand = two();
    stand.create(&["context", "--environment", "production"]).exit.unwrap();
    let said = stand.ask(|workspace, context| list(workspace, Seconds(NOON + 7200), context));
    assert_eq!(said.exit.unwrap(), Exit::Ready);
    insta::assert_snapshot!(redacted(&said.stdout, &stand), @"
    context (command; stage 9)
      2026-10-03T12:00:00Z (2 h ago)  SIZE, 1 entry, production, not rehearsed
        ../kept/context-20261003T120000Z-SHORT.backout
    orders (command; stage 9)
      never captured
    ");
    stand.ground.write(".backout/backups/orders.toml", "nonsense");
    let said = stand.ask(|workspace, context| list(workspace, Seconds(NOON), context));
    assert_eq!(said.exit.unwrap(), Exit::Usage);
    assert!(said.stdout.contains(".backout/backups/orders.toml: line 1"), "{}", said.stdout);
}

#[test]
fn bad_outweighs_unchecked_and_unchecked_outweighs_good() {
    use Exit::{Findings, Indeterminate, Ready};
    assert_eq!(worst(&[Ready, Indeterminate, Findings]), Findings);
    assert_eq!(worst(&[Ready, Indeterminate]), Indeterminate);
    assert_eq!(worst(&[Ready]), Ready);
}

#[test]
fn sizes_ages_and_paths_read_well() {
    use super::text::{age_text, size_text};
    assert_eq!(size_text(0), "0 bytes");
    assert_eq!(size_text(1023), "1023 bytes");
    assert_eq!(size_text(1536), "1.5 KiB (1536 bytes)");
    assert_eq!(size_text(5 << 40), "5.0 TiB (5497558138880 bytes)");
    for (seconds, expected) in [(-1, "ahead of this clock"), (61, "1 min ago"), (7200, "2 h ago")] {
        assert_eq!(age_text(Seconds(NOON), Seconds(NOON + seconds)), expected);
    }
    assert_eq!(age_text(Seconds(i64::MIN), Seconds(NOON)).split(' ').nth(1), Some("days"));
    let root = Path::new("/r");
    assert_eq!(shell_path("a b/x.toml", root, root), "'a b/x.toml'");
    assert_eq!(shell_path("x.toml", Path::new("/r/s"), root), ":/x.toml");
}
