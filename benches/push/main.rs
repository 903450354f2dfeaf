//! The whole-process benchmark: what `backout pre-push` costs on a large repository, measured in
//! turns with git itself. `cargo bench --bench push`; benches/README.md says what the rows are.

mod child;
mod history;
mod layout;
mod measure;
mod options;
mod readme;
mod report;
mod repository;
mod rows;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser;

use options::Options;
use report::Report;
use repository::Repository;
use rows::Subject;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if !options.bench {
        // `cargo test --all-targets` runs this program too, and must not build 200,000 commits.
        writeln!(io::stderr(), "nothing measured; run `cargo bench --bench push`")?;
        return Ok(());
    }
    options.check()?;
    let repository = Repository::prepare(&cache(), options.commits)?;
    let subject = Subject::new(options.program(), &shim())?;
    repository.write_hooks(&subject)?;
    repository.reset()?;
    rows::check_judgement(&repository, &subject)?;

    let groups = rows::groups(&repository, &subject, &options.only)?;
    let mut timings = Vec::new();
    for group in &groups {
        timings.push(measure::group(group, options.rounds)?);
    }
    repository.reset()?;

    let report = Report::new(&options, &subject, &timings)?.to_string();
    writeln!(io::stdout(), "{report}")?;
    if options.write {
        readme::write(&manifest_folder().join("benches/README.md"), &report)?;
    }
    Ok(())
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
