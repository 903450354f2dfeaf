//! The whole-process benchmark: what backout costs on repositories large and small, measured in
//! turns with git itself and with hook managers. `cargo bench --bench push`; benches/README.md says
//! what the rows are.

mod bench;
mod child;
mod cold;
#[path = "../../tests/support/fake_github/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    reason = "it is the tests', which use all of it, and where nothing is handled"
)]
mod fake_github;
mod far;
mod forge;
mod growth;
mod heavy;
mod history;
mod judge;
mod layout;
mod many;
mod matcher;
mod measure;
mod memory;
mod merged;
mod options;
mod peers;
mod push;
mod pushes;
mod readme;
mod report;
mod repository;
mod rows;
mod smoke;
#[path = "../shared/stages.rs"]
mod stages;
mod start;
mod subject;
mod way_back;
mod wide;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser;

use bench::Bench;
use heavy::Heavy;
use options::Options;
use report::{Report, surroundings};
use subject::Subject;

fn main() -> anyhow::Result<()> {
    // Without one of these it is `cargo test` that runs this program.
    if !std::env::args().any(|argument| ["--bench", "--peak"].contains(&argument.as_str())) {
        return smoke::run();
    }
    let options = Options::parse();
    if !options.peak.is_empty() {
        return writeln!(io::stdout(), "{}", memory::peak_of(&options)?).map_err(Into::into);
    }
    options.check()?;
    let subject = Subject::new(options.program(), &shim())?;
    let cache = cache();
    let bench = Bench::new(&options, &subject, &cache);
    let (name, table) = if options.heavy {
        ("heavy", Heavy::measure(&bench)?.to_string())
    } else {
        ("push", groups(&bench)?)
    };
    let report = format!("{}\n{table}", surroundings(&options)?);
    writeln!(io::stdout(), "{report}")?;
    if options.write {
        readme::write(&manifest_folder().join("benches/README.md"), name, &report)?;
    }
    Ok(())
}

fn groups(bench: &Bench<'_>) -> anyhow::Result<String> {
    let mut timings = Vec::new();
    for group in rows::groups(bench, &bench.options.only)? {
        timings.push(measure::group(&group, bench.options.rounds())?);
    }
    Ok(Report { options: bench.options, groups: &timings }.to_string())
}

/// Where the repositories are kept between runs: beside cargo's own output.
fn cache() -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    scratch.parent().unwrap_or(scratch).join("bench-repositories")
}

fn manifest_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shim() -> PathBuf {
    manifest_folder().join("hooks/pre-push")
}

/// Text of a file, with its name in the error.
fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
