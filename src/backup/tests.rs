//! The whole way of a backup: captured, kept, told of, held against its receipt.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::archive::{Depth, Item, Reader, SourceDescription};
use super::*;
use crate::config::{
    Backup, BackupName, CodeRollback, Configuration, Impact, Migration, Mode, Place, Source, Stage,
    StageState, Store, TagPin,
};
use crate::exit::{Exit, Failure};
use crate::git::Seconds;
use crate::receipt::{ArchiveFormat, parse, render};

/// 2026-10-03T12:00:00Z.
pub(crate) const NOON: i64 = 1_791_028_800;

fn place() -> Place {
    Place { file: "backout.toml".to_owned(), line: 1, column: 1 }
}

/// A backup of the given source, kept in `store`.
pub(crate) fn backup(name: &str, source: Source, store: &str) -> Backup {
    Backup {
        name: name.parse().unwrap(),
        source,
        store: Store::Folder(store.to_owned()),
        max_age_at_deploy: None,
        rehearse_every: None,
        place: place(),
    }
}

/// A source that runs a script.
pub(crate) fn script(text: &str) -> Source {
    Source::Command { argv: ["sh", "-c", text].map(str::to_owned).to_vec(), timeout: None }
}

/// A migration with these backups, and a stage `9` that restores all of them.
pub(crate) fn migration(backups: Vec<Backup>) -> Migration {
    let names: Vec<BackupName> = backups.iter().map(|backup| backup.name.clone()).collect();
    Migration {
        id: "entities".parse().unwrap(),
        name: "Entities".to_owned(),
        mode: Mode::Enforce,
        start: TagPin { tag: "start".to_owned(), oid: None, place: place() },
        branch: "main".to_owned(),
        since: None,
        scope: Vec::new(),
        trailer: "Migration-Stage".to_owned(),
        document: None,
        logs: None,
        dashboard: None,
        max_waiver: None,
        flags: BTreeMap::new(),
        backups: backups.into_iter().map(|backup| (backup.name.clone(), backup)).collect(),
        stages: vec![stage("9", names), stage("10", Vec::new())],
        moves: Vec::new(),
        phases: BTreeMap::new(),
        requirements: BTreeMap::new(),
        waivers: Vec::new(),
        folder: String::new(),
        place: place(),
    }
}

fn stage(id: &str, backups: Vec<BackupName>) -> Stage {
    Stage {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        impact: Impact::Critical,
        mode: None,
        state: StageState::Open,
        since: None,
        reason: None,
        paths: Vec::new(),
        exclude: Vec::new(),
        after: Vec::new(),
        start: None,
        deployed: None,
        rollback: Vec::new(),
        quiesce: None,
        deploy: None,
        flags: BTreeMap::new(),
        backups,
        code: CodeRollback::Revert,
        verify: None,
        irreversible: false,
        procedure: Vec::new(),
        owners: Vec::new(),
        place: place(),
    }
}

/// A configuration of these migrations.
pub(crate) fn configuration(migrations: Vec<Migration>) -> Configuration {
    Configuration { migrations, files: vec!["backout.toml".to_owned()], warnings: Vec::new() }
}

/// A folder with a git work tree in `repo` beside nothing else.
pub(crate) struct Ground {
    folder: tempfile::TempDir,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let ground = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(ground.repo()).unwrap();
        let mut git = Command::new("git");
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            git.env_remove(variable);
        }
        let status = git.arg("-C").arg(ground.repo()).args(["init", "--quiet"]).status();
        assert!(status.unwrap().success());
        ground
    }

    pub(crate) fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.repo().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The names in the store beside the work tree, hidden ones included.
    pub(crate) fn kept(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("kept")) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    pub(crate) fn create(&self, backup: Backup) -> Result<Created, Failure> {
        self.create_labelled(backup, None)
    }

    fn create_labelled(
        &self,
        backup: Backup,
        environment: Option<&str>,
    ) -> Result<Created, Failure> {
        let now = Cell::new(NOON);
        let clock = || Seconds(now.replace(now.get() + 60));
        let (name, migration) = (backup.name.clone(), migration(vec![backup]));
        let backup = &migration.backups[&name];
        let root = &self.repo();
        let request = Request { root, migration: &migration, backup, environment, clock: &clock };
        create(request, &mut std::io::sink())
    }
}

fn content(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut reader = Reader::open(fs::File::open(path).unwrap()).unwrap();
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    loop {
        match reader.next_item().unwrap() {
            Item::Entry(entry) => entries.push((archive::shown(&entry.name), Vec::new())),
            Item::Block(block) => entries.last_mut().unwrap().1.extend_from_slice(block),
            Item::EntryEnd { .. } => {}
            Item::End(_) => return entries,
        }
    }
}

fn file_source(path: &str) -> Source {
    Source::File { path: path.to_owned() }
}

#[test]
fn a_folder_is_backed_up_with_all_that_is_in_it() {
    let ground = Ground::new();
    ground.write("export/a/x.json", "{}");
    ground.write("export/y.json", "[1]");
    let created = ground
        .create_labelled(backup("context", file_source("export"), "../kept"), Some("staging"))
        .unwrap();
    let expected = [("a", ""), ("a/x.json", "{}"), ("y.json", "[1]")];
    let expected = expected.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    assert_eq!(content(&created.path), expected);
    assert_eq!(created.manifest.captured_start, Seconds(NOON));
    assert_eq!(created.manifest.captured_end, Seconds(NOON + 60));
    assert_eq!(created.manifest.environment.as_deref(), Some("staging"));
    assert_eq!(created.manifest.point_in_time, Some(true));
    assert_eq!((created.manifest.entries, created.manifest.payload_bytes), (3, 5));
}

#[test]
fn the_archive_is_named_after_time_and_digest_and_is_private() {
    let ground = Ground::new();
    let created = ground.create(backup("context", script("printf x"), "../kept")).unwrap();
    let bytes = fs::read(&created.path).unwrap();
    let digest = crate::receipt::Digest::of(&bytes);
    let name = format!("context-20261003T120000Z-{}.backout", digest.short());
    assert_eq!(ground.kept(), std::slice::from_ref(&name));
    let file = &created.receipt.files[0];
    assert_eq!((&file.name, file.sha256, file.size), (&name, digest, bytes.len() as u64));
    assert_eq!(created.receipt.place, format!("../kept/{name}"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&created.path).unwrap().permissions().mode() & 0o777, 0o600);
        let store = created.path.parent().unwrap();
        assert_eq!(fs::metadata(store).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn the_same_archive_again_is_no_error_and_no_second_file() {
    let ground = Ground::new();
    let wanted = || backup("context", script("printf x"), "../kept");
    let (first, second) = (ground.create(wanted()).unwrap(), ground.create(wanted()).unwrap());
    assert_eq!(first.receipt, second.receipt);
    assert_eq!(ground.kept().len(), 1);
    fs::write(&first.path, "something else under that name").unwrap();
    assert_eq!(ground.create(wanted()).unwrap_err().exit, Exit::Refused);
    assert_eq!(ground.kept().len(), 1);
}

#[test]
fn a_commands_manifest_keeps_how_it_ended_and_no_secret() {
    let ground = Ground::new();
    let source = script("PGPASSWORD=SECRET printf x; echo 'one note' >&2");
    let created = ground.create(backup("context", source, "../kept")).unwrap();
    let run = created.manifest.command.as_ref().unwrap();
    assert_eq!((run.exit_code, run.stderr.as_str()), (0, "one note\n"));
    assert_eq!(created.manifest.point_in_time, None);
    let SourceDescription::Command { argv } = &created.manifest.source else { panic!() };
    assert!(argv[2].contains("printf x"), "{argv:?}");
    let bytes = fs::read(&created.path).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"SECRET"));
}

#[test]
fn a_capture_that_fails_leaves_nothing_behind() {
    let ground = Ground::new();
    ground.write("empty.json", "");
    ground.write("bad.json", "ERR wrong number of arguments for 'mget' command\n");
    for (source, exit, word) in [
        (script("printf partial; exit 4"), Exit::Indeterminate, "exit code 4"),
        (script("true"), Exit::Findings, "backup/empty"),
        (script("redis-cli --scan | xargs redis-cli MGET"), Exit::Findings, "no keys, no TTLs"),
        (file_source("empty.json"), Exit::Findings, "backup/empty"),
        (file_source("bad.json"), Exit::Findings, "backup/foreign-format"),
        (file_source("absent"), Exit::Indeterminate, "cannot be read"),
    ] {
        let failure = ground.create(backup("context", source, "../kept")).unwrap_err();
        assert_eq!(failure.exit, exit, "{failure}");
        assert!(failure.message.contains(word), "{failure}");
        assert_eq!(ground.kept(), [""; 0]);
    }
}

#[test]
fn what_this_build_cannot_read_or_reach_is_said_plainly() {
    let ground = Ground::new();
    let redis = Source::Redis { url_env: "REDIS_URL".to_owned(), pattern: "*".to_owned() };
    let failure = ground.create(backup("context", redis, "../kept")).unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.message.contains("`file` and `command` only"), "{failure}");
    let mut remote = backup("context", script("printf x"), "");
    remote.store = Store::Remote("s3://key:SECRET@ops/entities".to_owned());
    let failure = ground.create(remote).unwrap_err();
    assert_eq!(failure.exit, Exit::Refused);
    assert!(failure.message.contains("folders only"), "{failure}");
    assert!(!failure.message.contains("SECRET"), "{failure}");
    let labelled = backup("context", script("printf x"), "../kept");
    assert_eq!(ground.create_labelled(labelled, Some("a\nb")).unwrap_err().exit, Exit::Usage);
}

#[test]
fn a_store_in_the_work_tree_has_to_be_ignored() {
    let ground = Ground::new();
    let wanted = || backup("context", script("printf x"), "backups/deep");
    fs::create_dir(ground.repo().join("backups")).unwrap();
    let failure = ground.create(wanted()).unwrap_err();
    assert_eq!(failure.exit, Exit::Refused);
    assert!(failure.message.starts_with("backup/archive-in-tree"), "{failure}");
    assert!(failure.help.unwrap().contains("`/backups/deep/`"));
    assert!(!ground.repo().join("backups/deep").exists());
    ground.write(".gitignore", "/backups/deep/\n");
    ground.create(wanted()).unwrap();
    ground.write(".gitignore", "*.backout\n");
    ground.create(wanted()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_store_that_leads_into_the_work_tree_by_a_link_is_seen_through() {
    let ground = Ground::new();
    fs::create_dir(ground.repo().join("inside")).unwrap();
    let link = ground.folder.path().join("kept");
    std::os::unix::fs::symlink(ground.repo().join("inside"), link).unwrap();
    let failure = ground.create(backup("context", script("printf x"), "../kept")).unwrap_err();
    assert!(failure.message.starts_with("backup/archive-in-tree"), "{failure}");
}

#[test]
fn a_store_without_a_parent_or_that_is_a_file_is_refused() {
    let ground = Ground::new();
    ground.write("../file", "x");
    for store in ["../nowhere/deep", "../file"] {
        let failure = ground.create(backup("context", script("printf x"), store)).unwrap_err();
        assert_eq!(failure.exit, Exit::Refused, "{store}: {failure}");
    }
}

#[test]
fn a_store_within_its_own_source_is_refused() {
    let ground = Ground::new();
    ground.write("../data/x", "1");
    let failure = ground.create(backup("context", file_source("../data"), "../data/kept"));
    assert_eq!(failure.unwrap_err().exit, Exit::Usage);
}

#[test]
fn receipts_are_appended_to_and_keep_the_history() {
    let ground = Ground::new();
    let migration = migration(vec![backup("context", script("printf x"), "../kept")]);
    let backup = migration.backups.values().next().unwrap();
    let root = ground.repo();
    assert_eq!(read_receipt(&root, &migration, backup).unwrap(), None);
    let first = ground.create(backup.clone()).unwrap().receipt;
    let mut second = first.clone();
    second.files[0].name = "context-2.backout".to_owned();
    // The same archive again, as of runs at the same time, is listed once.
    for archive in [&first, &second, &first] {
        append_receipt(&root, &migration, backup, archive.clone()).unwrap();
    }
    let path = root.join(".backout/backups/context.toml");
    let written = fs::read(&path).unwrap();
    let receipt = parse(&written).unwrap();
    assert_eq!(receipt.archives, [first, second]);
    assert_eq!(written, render(&receipt).into_bytes());
    assert_eq!(read_receipt(&root, &migration, backup).unwrap(), Some(receipt));
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1, "no temporary file is left");
}

#[test]
fn a_receipt_that_cannot_be_trusted_is_left_alone() {
    let ground = Ground::new();
    let migration = migration(vec![backup("context", script("printf x"), "../kept")]);
    let backup = migration.backups.values().next().unwrap();
    let archive = ground.create(backup.clone()).unwrap().receipt;
    let root = ground.repo();
    let good = append_receipt(&root, &migration, backup, archive.clone()).unwrap();
    let other = render(&good).replace("\"context\"", "\"other\"");
    let newer = render(&good).replacen("version = 1", "version = 2", 1);
    for (text, exit) in
        [("nonsense", Exit::Usage), (&other, Exit::Usage), (&newer, Exit::Indeterminate)]
    {
        ground.write(".backout/backups/context.toml", text);
        let failure = append_receipt(&root, &migration, backup, archive.clone()).unwrap_err();
        assert_eq!(failure.exit, exit, "{failure}");
        let after = fs::read_to_string(root.join(".backout/backups/context.toml")).unwrap();
        assert_eq!(after, *text);
    }
}

#[cfg(unix)]
#[test]
fn a_receipt_behind_a_link_is_refused() {
    let ground = Ground::new();
    let migration = migration(vec![backup("context", script("printf x"), "../kept")]);
    let backup = migration.backups.values().next().unwrap();
    ground.write("elsewhere/backups/context.toml", "x");
    std::os::unix::fs::symlink("elsewhere", ground.repo().join(".backout")).unwrap();
    let failure = read_receipt(&ground.repo(), &migration, backup).unwrap_err();
    assert!(failure.message.contains("symbolic link"), "{failure}");
}

#[test]
fn a_receipt_of_a_nested_configuration_lies_beside_it() {
    let mut nested = migration(vec![backup("context", script("printf x"), "../kept")]);
    nested.folder = "services/billing".to_owned();
    let backup = nested.backups.values().next().unwrap();
    let path = receipt_path(&nested, backup);
    assert_eq!(path, "services/billing/.backout/backups/context.toml");
}

fn code(checked: &Checked) -> &str {
    match checked {
        Checked::Good(_) => "good",
        Checked::Bad(problem) => problem.code,
        Checked::Unknown { .. } => "unknown",
    }
}

#[test]
fn files_are_told_good_damaged_foreign_newer_and_absent() {
    let ground = Ground::new();
    let created = ground.create(backup("context", script("printf content"), "../kept")).unwrap();
    let good = fs::read(&created.path).unwrap();
    let (mut damaged, mut newer) = (good.clone(), good.clone());
    *damaged.last_mut().unwrap() ^= 1;
    newer[12] = 9;
    let path = ground.repo().join("subject");
    for depth in [Depth::Full, Depth::Quick] {
        for (bytes, expected) in [
            (good.as_slice(), "good"),
            (&damaged, "backup/corrupt"),
            (&good[..good.len() - 1], "backup/corrupt"),
            (&good[..9], "backup/corrupt"),
            (&newer, "backup/incompatible"),
            (b"REDIS0010xx", "backup/foreign-format"),
            (b"\n\n", "backup/foreign-format"),
            (b"", "backup/foreign-format"),
        ] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(code(&check_file(&path, depth)), expected, "{depth:?}");
        }
        assert_eq!(code(&check_file(&ground.repo().join("absent"), depth)), "unknown");
        assert_eq!(code(&check_file(&ground.repo(), depth)), "unknown");
    }
    fs::write(&path, "ERR wrong number of arguments for 'mget' command\n").unwrap();
    let Checked::Bad(problem) = check_file(&path, Depth::Full) else { panic!() };
    assert!(problem.message.contains("Redis error message"), "{}", problem.message);
    fs::write(&path, "PGDMP").unwrap();
    let Checked::Bad(problem) = check_file(&path, Depth::Full) else { panic!() };
    assert!(problem.message.contains("PostgreSQL dump"), "{}", problem.message);
}

#[test]
fn archives_are_held_against_their_receipt() {
    let ground = Ground::new();
    let created = ground.create(backup("context", script("printf one"), "../kept")).unwrap();
    let other = ground.create(backup("context", script("printf two"), "../kept")).unwrap();
    let store = created.path.parent().unwrap();
    let receipt = crate::receipt::BackupReceipt {
        backup: "context".parse().unwrap(),
        migration: "entities".parse().unwrap(),
        archives: vec![created.receipt.clone()],
    };
    let first = |receipt: &_, depth| code(&check_receipt(receipt, store, depth)[0].1).to_owned();
    assert_eq!(first(&receipt, Depth::Full), "good");
    assert_eq!(first(&receipt, Depth::Quick), "good");
    let mut changes = vec![receipt.clone(); 5];
    changes[0].archives[0].files[0].size += 1;
    changes[1].archives[0].files[0].name = other.receipt.files[0].name.clone();
    changes[2].archives[0].captured_end = Seconds(NOON + 61);
    changes[3].archives[0].environment = Some("production".to_owned());
    changes[4].backup = "other".parse().unwrap();
    for changed in &changes {
        assert_eq!(first(changed, Depth::Full), "backup/corrupt", "{changed:?}");
    }
    let mut foreign = receipt.clone();
    foreign.archives[0].format = ArchiveFormat::Other("rdb".to_owned());
    assert_eq!(first(&foreign, Depth::Full), "backup/foreign-format");
    fs::remove_file(&created.path).unwrap();
    assert_eq!(first(&receipt, Depth::Full), "unknown");
    assert_eq!(first(&receipt, Depth::Quick), "unknown");
}

#[test]
fn backups_are_selected_by_name_stage_or_all_of_them() {
    let first =
        migration(vec![backup("context", script("x"), "a"), backup("orders", script("x"), "a")]);
    let mut second = migration(vec![backup("context", script("x"), "b")]);
    second.id = "billing".parse().unwrap();
    let both = configuration(vec![first, second]);
    let ask = |wanted: Wanted<'_>| asked(&both, wanted);
    let all = "entities:context entities:orders billing:context";
    assert_eq!(ask(Wanted::All).unwrap(), all);
    assert_eq!(ask(Wanted::Named("orders")).unwrap(), "entities:orders");
    assert_eq!(ask(Wanted::Named("billing:context")).unwrap(), "billing:context");
    let help = |wanted: Wanted<'_>| ask(wanted).unwrap_err().help.unwrap();
    assert!(help(Wanted::Named("context")).contains("`billing:context`"));
    assert!(help(Wanted::Named("order")).contains("did you mean `orders`"));
    assert!(help(Wanted::Named("zzz")).contains("backup list"));
    let [of_one, of_both, bare, absent] =
        ["billing:9", "9", "billing:10", "11"].map(|text| text.parse().unwrap());
    assert_eq!(ask(Wanted::Stage(&of_one)).unwrap(), "billing:context");
    assert!(help(Wanted::Stage(&of_both)).contains("MIGRATION:9"));
    assert!(help(Wanted::Stage(&bare)).contains("backups = "));
    assert_eq!(ask(Wanted::Stage(&absent)).unwrap_err().exit, Exit::Usage);
    let nothing = configuration(vec![migration(Vec::new())]);
    assert_eq!(select(&nothing, Wanted::All).unwrap_err().exit, Exit::Usage);
}

fn asked(configuration: &Configuration, wanted: Wanted<'_>) -> Result<String, Failure> {
    let shown =
        |selected: &Selected<'_>| format!("{}:{}", selected.migration.id, selected.backup.name);
    let found = select(configuration, wanted)?;
    Ok(found.iter().map(shown).collect::<Vec<_>>().join(" "))
}

/// What `gzip` makes of no input.
const NOTHING: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00";

/// An archive of a command's output, as an older build would have made it of anything.
fn archive_of(output: &[u8]) -> tempfile::NamedTempFile {
    let mut out = archive::EntryWriter::new(Vec::new());
    let kind = archive::EntryKind::Output;
    out.begin(&archive::Entry { kind, mode: 0, name: b"stdout".to_vec() }).unwrap();
    out.write(output).unwrap();
    out.end().unwrap();
    let (spool, totals) = out.finish().unwrap();
    let manifest = archive::Manifest {
        backup: "context".parse().unwrap(),
        migration: "entities".parse().unwrap(),
        tool: "backout 0.1.0".to_owned(),
        source: SourceDescription::Command { argv: vec!["dump".to_owned()] },
        captured_start: Seconds(NOON),
        captured_end: Seconds(NOON),
        environment: None,
        entries: totals.entries(),
        payload_bytes: totals.payload_bytes(),
        point_in_time: None,
        server: None,
        expiries: None,
        command: Some(archive::CommandRun {
            exit_code: 0,
            stderr: String::new(),
            stderr_cut: false,
        }),
    };
    let mut file = tempfile::NamedTempFile::new().unwrap();
    archive::assemble(&manifest, &mut spool.as_slice(), &totals, &mut file).unwrap();
    file
}

#[test]
fn an_archive_of_a_compressed_nothing_is_empty_whatever_its_checksums_say() {
    let hollow = archive_of(NOTHING);
    for depth in [Depth::Full, Depth::Quick] {
        match check_file(hollow.path(), depth) {
            Checked::Bad(problem) => {
                assert_eq!(problem.code, "backup/empty");
                assert!(
                    problem.message.contains("a gzip stream that holds nothing"),
                    "{problem:?}"
                );
            }
            other => panic!("{depth:?}: {other:?}"),
        }
    }
    let full = archive_of(&[NOTHING, b"x"].concat());
    assert!(matches!(check_file(full.path(), Depth::Full), Checked::Good(_)));
}
