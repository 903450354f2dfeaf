//! A revert pull request: from the start of the program until GitHub has it, against the plan
//! alone. GitHub is the tests' server on this machine, over a real repository, with a delay before
//! every answer like that of a network.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;

use crate::bench::Bench;
use crate::child::git;
use crate::fake_github::{FakeGitHub, TOKEN};
use crate::repository::import;
use crate::rows::{Group, Plan, Row};

/// A stage of 500 files as a pull request.
pub(crate) const REQUEST: Plan = Plan { rows: &["request-plan", "request"], build: request };

const VERSION: u32 = 1;
const BRANCH: &str = "backout/m/stage-1";

/// The requests that it takes, whatever the number of files.
const REQUESTS: usize = 7;

fn request<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let (files, delay) = if bench.options.installs() { (500, 50) } else { (20, 1) };
    let folder = prepare(bench, files)?;
    let work = folder.join("work");
    let remote = folder.join("remote.git");
    let fake = FakeGitHub::start(&remote);
    fake.delay(Duration::from_millis(delay));
    let set = [
        "GITHUB_REPOSITORY=acme/shop".to_owned(),
        format!("GITHUB_API_URL={}", fake.url()),
        format!("GITHUB_TOKEN={TOKEN}"),
    ];
    let program = bench.backout().display().to_string();
    let asks = |more: &[&str]| {
        let revert = [&["revert", "--offline", "--stage", "1"], more].concat();
        let words = revert.into_iter().map(str::to_owned);
        let all = std::iter::once("env".to_owned()).chain(set.clone());
        all.chain([program.clone()]).chain(words).collect::<Vec<_>>()
    };
    let title = format!("`backout revert --pr`: {REQUESTS} requests, {delay} ms each");
    let plan = format!("`backout revert --dry-run` of a stage of {files} files");
    let rows = vec![
        Row::new("request-plan", &plan, &work, asks(&["--dry-run"])),
        Row::new("request", &title, &work, asks(&["--pr", "--reason", "bench"])),
    ];
    let before = move || {
        let sent = fake.take_calls().len();
        ensure!([0, REQUESTS].contains(&sent), "it took {sent} requests, and not {REQUESTS}");
        fake.world().issues.clear();
        git(&remote, &["update-ref", "-d", &format!("refs/heads/{BRANCH}")]).map(drop)
    };
    Ok(Group { rows, before: Some(Box::new(before)) })
}

fn prepare(bench: &Bench<'_>, files: u32) -> anyhow::Result<PathBuf> {
    let folder = bench.cache.join(format!("request-v{VERSION}-{files}"));
    let work = folder.join("work");
    if folder.join("complete").exists() {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&work)?;
    git(&work, &["init", "--quiet", "--initial-branch=main"])?;
    import(&work, |mut out| write(&mut out, files))?;
    git(&folder, &["clone", "--quiet", "--bare", "--local", "work", "remote.git"])?;
    let remote = folder.join("remote.git").display().to_string();
    git(&work, &["remote", "add", "origin", &remote])?;
    git(&work, &["update-ref", "refs/remotes/origin/main", "refs/heads/main"])?;
    fs::write(folder.join("complete"), "")?;
    Ok(folder)
}

const CONFIGURATION: &str = "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\n\
    start = { tag = \"migration-start\" }\nbranch = \"main\"\n\
    [[stages]]\nid = \"1\"\nname = \"One\"\nimpact = \"low\"\n\
    paths = [\"src/**\"]\nrollback = [\"code\"]\n";

fn write(out: &mut impl Write, files: u32) -> io::Result<()> {
    commit(out, 0, "First")?;
    file(out, "backout.toml", CONFIGURATION)?;
    for number in 0..files {
        file(out, &path(number), &format!("old {number}\n"))?;
    }
    writeln!(out, "tag migration-start\nfrom refs/heads/main")?;
    writeln!(out, "tagger Bench <bench@example.com> 1750000000 +0000")?;
    data(out, "start")?;
    commit(out, 1, "Work\n\nMigration-Stage: 1\n")?;
    for number in 0..files {
        file(out, &path(number), &format!("new {number}\n"))?;
    }
    writeln!(out, "done")?;
    out.flush()
}

fn path(number: u32) -> String {
    format!("src/d{}/f{number}.py", number % 20)
}

fn commit(out: &mut impl Write, number: u32, message: &str) -> io::Result<()> {
    writeln!(out, "commit refs/heads/main")?;
    writeln!(out, "committer Bench <bench@example.com> {} +0000", 1_750_000_000 + number * 600)?;
    data(out, message)
}

fn file(out: &mut impl Write, path: &str, text: &str) -> io::Result<()> {
    writeln!(out, "M 100644 inline {path}")?;
    data(out, text)
}

fn data(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "data {}\n{text}", text.len())
}
