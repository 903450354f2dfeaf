//! A push that touches no stage in a small repository, against the start of `true`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::bench::Bench;
use crate::child::git;
use crate::history::{START_TAG, data, date};
use crate::judge::pre_push;
use crate::layout;
use crate::repository::{import, write_hook};
use crate::rows::{Group, Plan, Row};

/// What starting costs, and what is left to do when there is next to nothing to do.
pub(crate) const SMALL: Plan = Plan {
    rows: &["true", "sh", "git-version", "version", "small-diff", "small", "small-shim"],
    build: small,
};

const COMMITS: u32 = 10;
const VERSION: u32 = 1;

fn small<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let folder = bench.cache.join(format!("small-v{VERSION}"));
    if !folder.join("complete").exists() {
        build(&folder)?;
    }
    let work = folder.join("work");
    write_hook(&folder.join("hooks"), &bench.subject.shim)?;
    let (base, tip) = (git(&work, &["rev-parse", "main~1"])?, git(&work, &["rev-parse", "main"])?);
    let lines = format!("refs/heads/main {tip} refs/heads/main {base}\n");
    let remote = PathBuf::from("../remote.git");
    bench.subject.must_see(&work, &remote, &lines, &[])?;
    let judge = |id, title| pre_push(bench, id, title, &work, &remote, lines.clone());
    let mut shim = judge("small-shim", "… through the shim `hooks/pre-push`");
    shim.argv.splice(..2, [folder.join("hooks/pre-push").into_os_string()]);
    let start = |id, title, argv: &[&str]| Row::new(id, title, &work, argv);
    let range = format!("{base}...{tip}");
    let version = [bench.backout().into_os_string(), "--version".into()];
    Ok(Group::plain(vec![
        start("true", "the start of `true`", &["true"]),
        start("sh", "`sh -c :`", &["sh", "-c", ":"]),
        start("git-version", "`git --version`", &["git", "--version"]),
        Row::new("version", "`backout --version`", &work, version),
        start(
            "small-diff",
            "`git diff --name-only A...B`, small repository",
            &["git", "diff", "--name-only", "--no-renames", &range],
        ),
        judge("small", "`backout pre-push`, small repository, no stage"),
        shim,
    ]))
}

fn build(folder: &Path) -> anyhow::Result<()> {
    let _ = fs::remove_dir_all(folder);
    let work = folder.join("work");
    fs::create_dir_all(&work)?;
    git(&work, &["init", "--quiet", "--initial-branch=main"])?;
    git(&work, &["config", "remote.origin.url", "../remote.git"])?;
    git(&work, &["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"])?;
    import(&work, |mut stream| write(&mut stream))?;
    git(&work, &["update-ref", "refs/remotes/origin/main", "main~1"])?;
    git(&work, &["reset", "--hard", "--quiet", "main"])?;
    fs::write(folder.join("complete"), "")?;
    Ok(())
}

fn write(out: &mut impl Write) -> io::Result<()> {
    for number in 0..COMMITS {
        writeln!(out, "commit refs/heads/main\ncommitter {}", date(number))?;
        data(out, &format!("Work {number}\n"))?;
        if number == 0 {
            writeln!(out, "M 100644 inline backout.toml")?;
            data(out, &layout::configuration(START_TAG))?;
        }
        for file in number * 2..number * 2 + 2 {
            let path = layout::path(20, file);
            writeln!(out, "M 100644 inline {path}")?;
            data(out, &layout::content(&path, number))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "tag {START_TAG}\nfrom refs/heads/main\ntagger {}", date(COMMITS))?;
    data(out, "The migration begins here")?;
    writeln!(out, "done")?;
    out.flush()
}
