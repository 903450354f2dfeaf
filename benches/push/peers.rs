//! The hook managers: found where `tests/all` puts them, or else installed for the benchmark.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::bench::Bench;
use crate::child::{command, git, told};
use crate::repository::Repository;

/// A hook manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// husky, from npm.
    Husky,
    /// prek, from PyPI.
    Prek,
    /// lefthook, from PyPI.
    Lefthook,
    /// pre-commit, from PyPI.
    PreCommit,
}

const PYPI: [&str; 3] = ["pre-commit==4.7.0", "prek==0.5.11", "lefthook==2.2.2"];
const NPM: &str = "husky@9.1.7";
/// For pre-commit and prek.
const PRE_COMMIT_CONFIG: &str = "\
repos:
- repo: local
  hooks:
  - {id: nothing, name: nothing, language: system, entry: 'true', always_run: true,
     pass_filenames: false, stages: [pre-push]}
";
/// Scripts are what lefthook runs on every push; `run:` it leaves out on some.
const LEFTHOOK_CONFIG: &str = "pre-push:\n  scripts:\n    nothing: {runner: sh}\n";

impl Peer {
    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Husky => "husky",
            Self::Prek => "prek",
            Self::Lefthook => "lefthook",
            Self::PreCommit => "pre-commit",
        }
    }

    /// Where its program lies below a folder of peers.
    fn program(self, peers: &Path) -> PathBuf {
        match self {
            Self::Husky => peers.join("npm/node_modules/husky/bin.js"),
            _ => peers.join("bin").join(self.name()),
        }
    }
}

/// The folder for `core.hooksPath` in which a manager's hook lies. `None` where the manager is not
/// there and may not be installed.
pub(crate) fn hooks(
    bench: &Bench<'_>,
    repository: &Repository,
    peer: Peer,
) -> anyhow::Result<Option<PathBuf>> {
    let Some(program) = program(bench, peer)? else { return Ok(None) };
    let place = repository.hooks(peer.name());
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place)?;
    git(&place, &["init", "--quiet"])?;
    // The manager reads its configuration in the repository that is pushed.
    configure(&repository.work())?;
    configure(&place)?;
    match peer {
        Peer::Husky => {
            run("node", &[program.to_str().context("the path is not UTF-8")?], &place)?;
            fs::write(place.join(".husky/pre-push"), "true\n")?;
            return Ok(Some(place.join(".husky/_")));
        }
        Peer::Lefthook => run(program, &["install", "pre-push"], &place)?,
        Peer::Prek | Peer::PreCommit => {
            run(program, &["install", "--hook-type", "pre-push"], &place)?;
        }
    }
    Ok(Some(place.join(".git/hooks")))
}

fn configure(place: &Path) -> anyhow::Result<()> {
    let excluded = ".pre-commit-config.yaml\nlefthook.yml\n.lefthook/\n";
    fs::create_dir_all(place.join(".git/info"))?;
    fs::write(place.join(".git/info/exclude"), excluded)?;
    fs::write(place.join(".pre-commit-config.yaml"), PRE_COMMIT_CONFIG)?;
    fs::write(place.join("lefthook.yml"), LEFTHOOK_CONFIG)?;
    fs::create_dir_all(place.join(".lefthook/pre-push"))?;
    fs::write(place.join(".lefthook/pre-push/nothing"), "true\n")?;
    Ok(())
}

fn program(bench: &Bench<'_>, peer: Peer) -> anyhow::Result<Option<PathBuf>> {
    let target = bench.cache.parent().context("the cache is a root")?;
    let (tests, own) = (target.join("peers"), target.join("bench-peers"));
    let found = |place: &Path| Some(peer.program(place)).filter(|program| program.exists());
    if let Some(program) = found(&tests).or_else(|| found(&own)) {
        return Ok(Some(program));
    }
    if !bench.options.installs() {
        return Ok(None);
    }
    fs::create_dir_all(&own)?;
    // Installers need the user's own settings, a proxy or a mirror for instance.
    let install = |program: PathBuf, arguments: &[&str]| {
        let mut child = Command::new(&program);
        succeed(child.current_dir(&own).args(arguments))
    };
    if peer == Peer::Husky {
        install("npm".into(), &["install", "--silent", "--no-audit", "--prefix", "npm", NPM])?;
    } else {
        install("python3".into(), &["-m", "venv", "."])?;
        install(own.join("bin/pip"), &[["install", "--quiet"].as_slice(), &PYPI].concat())?;
    }
    Ok(found(&own))
}

fn run(program: impl AsRef<Path>, arguments: &[&str], place: &Path) -> anyhow::Result<()> {
    succeed(command(program.as_ref(), place).args(arguments))
}

fn succeed(child: &mut Command) -> anyhow::Result<()> {
    let output = child.output().with_context(|| format!("{child:?} cannot be started"))?;
    if !output.status.success() {
        bail!("{child:?}: {}", told(&output));
    }
    Ok(())
}
