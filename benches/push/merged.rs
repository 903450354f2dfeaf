//! Merges that ask for much: a topic of which half says nothing, all on one file that two stages own,
//! and one that fills a folder.

use std::io::{self, Write};
use std::path::Path;

use crate::bench::Bench;
use crate::rows::{Group, Plan, Row};
use crate::way_back::{build_once, commit, file};

/// A merge of commits that say whose work they are and of as many that do not.
pub(crate) const ONE_FILE: Plan = Plan { rows: &["log-patch", "merged-silent"], build: one_file };
/// A merge of many files of one folder.
pub(crate) const ONE_FOLDER: Plan =
    Plan { rows: &["log-folder", "merged-folder"], build: one_folder };

const VERSION: u32 = 1;
const CONFIGURATION: &str = r#"version = 1
[migration]
id = "m"
name = "M"
start = { tag = "migration-start" }
branch = "main"
[[stages]]
id = "1"
name = "One"
impact = "high"
paths = ["one/**", "shared"]
rollback = ["code"]
[[stages]]
id = "2"
name = "Two"
impact = "high"
paths = ["two/**", "shared"]
rollback = ["code"]
"#;

fn one_file<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let each = if bench.options.installs() { 100 } else { 3 };
    let folder = bench.cache.join(format!("merged-silent-v{VERSION}-{each}"));
    let work = build_once(&folder, |mut out| {
        write(
            &mut out,
            |out| {
                for number in 0..2 * each {
                    let trailer = if number < each { "\n\nMigration-Stage: 1\n" } else { "" };
                    commit(out, "topic", number + 1, &format!("Work {number}{trailer}"))?;
                    file(out, "shared", &lines(number + 1))?;
                }
                Ok(())
            },
            |out| file(out, "shared", &lines(2 * each)),
        )
    })?;
    let title = format!("`git log --patch` of {} commits on one file, and their merge", 2 * each);
    let log = ["git", "log", "--patch", "migration-start..origin/main"];
    let status = "`backout status`, where half of them say nothing; nothing remembered";
    Ok(Group::plain(vec![
        Row::new("log-patch", &title, &work, log),
        cold_status(bench, "merged-silent", status, &work),
    ]))
}

fn one_folder<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let count: u32 = if bench.options.installs() { 20_000 } else { 30 };
    let folder = bench.cache.join(format!("merged-folder-v{VERSION}-{count}"));
    let files = |out: &mut dyn Write| {
        (0..count).try_for_each(|number| file(out, &format!("one/file-{number}"), "new\n"))
    };
    let work = build_once(&folder, |mut out| {
        write(
            &mut out,
            |out| {
                commit(out, "topic", 1, "Work\n\nMigration-Stage: 1\n")?;
                files(out)
            },
            files,
        )
    })?;
    let title = format!("`git log --name-only` of {count} new files of one folder, merged");
    let range = "migration-start..origin/main";
    let log = ["git", "log", "--name-only", "--diff-merges=first-parent", range];
    let status = "`backout status` of it; nothing remembered";
    Ok(Group::plain(vec![
        Row::new("log-folder", &title, &work, log),
        cold_status(bench, "merged-folder", status, &work),
    ]))
}

fn cold_status(bench: &Bench<'_>, id: &'static str, title: &str, work: &Path) -> Row {
    let script = format!("rm -rf {}/.git/backout/cache && exec \"$@\"", work.display());
    let mut argv = vec!["/bin/sh".into(), "-c".into(), script.into(), "sh".into()];
    argv.extend([bench.backout().into_os_string(), "status".into()]);
    Row::new(id, title, work, argv)
}

/// A start, what `topic` does, a commit beside it, and the merge, which has `result`.
fn write(
    out: &mut dyn Write,
    topic: impl Fn(&mut dyn Write) -> io::Result<()>,
    result: impl Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    commit(out, "main", 0, "First")?;
    file(out, "backout.toml", CONFIGURATION)?;
    file(out, "shared", &lines(0))?;
    file(out, "one/here", "1\n")?;
    writeln!(out, "tag migration-start\nfrom refs/heads/main")?;
    writeln!(out, "tagger Bench <bench@example.com> 1750000000 +0000")?;
    writeln!(out, "data 5\nstart")?;
    writeln!(out, "reset refs/heads/topic\nfrom refs/heads/main\n")?;
    topic(out)?;
    commit(out, "main", 1, "Beside it")?;
    file(out, "other", "1\n")?;
    commit(out, "main", 1_000, "Merge branch 'topic'")?;
    writeln!(out, "merge refs/heads/topic")?;
    result(out)?;
    writeln!(out, "done")?;
    out.flush()
}

/// Lines of one length, of which the first so many of every other one were changed.
fn lines(changed: u32) -> String {
    let is_new = |line: u32| line.is_multiple_of(2) && line / 2 < changed;
    (0..400u32)
        .map(|line| format!("{} {line:05}\n", if is_new(line) { "new" } else { "old" }))
        .collect()
}
