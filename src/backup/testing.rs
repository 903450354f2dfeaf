//! Backups, the migration that asks for them, and a work tree to make them in, for tests.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{Created, Request};
use crate::config::{
    Backup, BackupName, CodeRollback, Configuration, Impact, Migration, Mode, Place, Source, Stage,
    StageState, Store, TagPin,
};
use crate::exit::Failure;
use crate::git::Seconds;
use crate::receipt::{ArchiveFormat, ArchiveReceipt, Digest, SourceKind, StoredFile};

/// 2026-10-03T12:00:00Z.
pub const NOON: i64 = 1_791_028_800;

fn place() -> Place {
    Place { file: "backout.toml".to_owned(), line: 1, column: 1 }
}

/// A backup of the given source, kept in `store`.
pub fn backup(name: &str, source: Source, store: &str) -> Backup {
    Backup {
        name: name.parse().unwrap(),
        source,
        store: Store::Folder(store.to_owned()),
        max_age_at_deploy: None,
        rehearse_every: None,
        place: place(),
    }
}

/// What a receipt tells of an archive.
pub fn archive() -> ArchiveReceipt {
    ArchiveReceipt {
        format: ArchiveFormat::Backout(1),
        source: SourceKind::Command,
        from: None,
        captured_start: Seconds(NOON),
        captured_end: Seconds(NOON),
        environment: None,
        place: "/srv/backups/one.backout".to_owned(),
        files: vec![StoredFile {
            name: "one.backout".to_owned(),
            sha256: Digest::of(b"one"),
            size: 100,
        }],
        entries: 3,
        payload_bytes: 42,
        server: None,
        expiring: None,
        rehearsed: None,
    }
}

/// A source that runs a script.
pub fn script(text: &str) -> Source {
    Source::Command { argv: ["sh", "-c", text].map(str::to_owned).to_vec(), timeout: None }
}

/// A source that reads a file or a folder.
pub fn file_source(path: &str) -> Source {
    Source::File { path: path.to_owned() }
}

/// A migration with these backups, and a stage `9` that restores all of them.
pub fn migration(backups: Vec<Backup>) -> Migration {
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
pub fn configuration(migrations: Vec<Migration>) -> Configuration {
    Configuration { migrations, files: vec!["backout.toml".to_owned()], warnings: Vec::new() }
}

/// A folder with a git work tree in `repo` beside nothing else.
pub struct Ground {
    pub folder: tempfile::TempDir,
}

impl Ground {
    pub fn new() -> Self {
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

    pub fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    pub fn write(&self, path: &str, content: &str) {
        let path = self.repo().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The names in the store beside the work tree, hidden ones included.
    pub fn kept(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("kept")) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    pub fn create(&self, backup: Backup) -> Result<Created, Failure> {
        self.create_labelled(backup, None)
    }

    pub fn create_labelled(
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
        super::create(request, &mut std::io::sink())
    }
}
