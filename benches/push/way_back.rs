//! The way back: what backing stages out would come to, for all of them and for a long one, against
//! what git needs for the same.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ChildStdin;

use crate::bench::Bench;
use crate::child::git;
use crate::judge::pre_push;
use crate::memory::peak;
use crate::repository::import;
use crate::rows::{Group, Plan, Row};

/// How every landed stage could be backed out.
pub(crate) const STANDING: Plan =
    Plan { rows: &["merge-trees", "status", "status-cold"], build: standing };
/// What the forecast adds to a push.
pub(crate) const FORECAST: Plan =
    Plan { rows: &["push-no-code", "push-code", "push-code-cold"], build: forecast };
/// The same against reading what landed.
pub(crate) const LANDED: Plan = Plan { rows: &["log-landed", "push-code-first"], build: landed };
/// The plan of a long stage.
pub(crate) const LONG: Plan = Plan { rows: &["git-revert", "revert"], build: long };
/// What reading a long history takes.
pub(crate) const LEDGER: Plan =
    Plan { rows: &["log-first-parent", "ledger", "ledger-again"], build: ledger };

const VERSION: u32 = 2;

/// How large it is.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    files: u32,
    /// Commits before the migration began.
    before: u32,
    stages: u32,
    commits: u32,
    long: u32,
}

impl Sizes {
    const fn of(bench: &Bench<'_>) -> Self {
        match bench.options.installs() {
            true => Self { files: 50_000, before: 0, stages: 11, commits: 20, long: 200 },
            false => Self { files: 200, before: 0, stages: 3, commits: 2, long: 4 },
        }
    }
}

/// A stage of twenty steps in a tree of so many files, with so many commits before the migration
/// began: git's merge of each of them without a work tree, and the plan to back the stage out.
pub(crate) fn grown(bench: &Bench<'_>, files: u32, before: u32) -> anyhow::Result<[Row; 2]> {
    const STEPS: u32 = 20;
    let sizes = Sizes { files, before, stages: 2, commits: STEPS, long: STEPS };
    let landed = Landed::of(bench.cache, sizes)?;
    Ok([merges(&landed.work, &landed.of_stage("long")?, "git")?, plan(bench, &landed.work, "long")])
}

/// The repository, and the commits that rows ask about.
struct Landed {
    work: PathBuf,
    remote: PathBuf,
    sizes: Sizes,
}

impl Landed {
    fn prepare(bench: &Bench<'_>) -> anyhow::Result<Self> {
        let landed = Self::of(bench.cache, Sizes::of(bench))?;
        git(&landed.work, &["reset", "--hard", "--quiet", "origin/main"])?;
        Ok(landed)
    }

    fn of(cache: &Path, sizes: Sizes) -> anyhow::Result<Self> {
        let Sizes { files, before, long, .. } = sizes;
        let folder = cache.join(format!("way-back-v{VERSION}-{files}-{before}-{long}"));
        let work = build_once(&folder, |mut out| write(&mut out, sizes))?;
        Ok(Self { work, remote: folder.join("remote.git"), sizes })
    }

    fn rev(&self, name: &str) -> anyhow::Result<String> {
        git(&self.work, &["rev-parse", "--verify", name])
    }

    /// The commits that name a stage, the newest first.
    fn of_stage(&self, stage: &str) -> anyhow::Result<Vec<String>> {
        let grep = format!("--grep=^Migration-Stage: {stage}$");
        let told = git(&self.work, &["log", "--format=%H", &grep, "refs/remotes/origin/main"])?;
        Ok(told.lines().map(str::to_owned).collect())
    }

    /// A ref line that pushes a commit of a stage to a topic branch.
    fn line(&self, branch: &str) -> anyhow::Result<String> {
        let (tip, base) = (self.rev(&format!("refs/heads/{branch}"))?, self.rev("origin/main")?);
        Ok(format!("refs/heads/{branch} {tip} refs/heads/{branch} {base}\n"))
    }

    fn without_cache(&self) -> String {
        format!("rm -rf {}/.git/backout/cache && exec \"$@\"", self.work.display())
    }
}

fn standing<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let landed = Landed::prepare(bench)?;
    let place = &landed.work;
    let mut commits = Vec::new();
    for stage in 1..=landed.sizes.stages {
        commits.extend(landed.of_stage(&stage.to_string())?);
    }
    let count = commits.len();
    let title =
        format!("`git merge-tree`, {count} times: each commit of {} stages", landed.sizes.stages);
    let status = || vec![bench.backout().into_os_string(), "status".into()];
    let mut cold = vec!["/bin/sh".into(), "-c".into(), landed.without_cache().into(), "sh".into()];
    cold.extend(status());
    Ok(Group::plain(vec![
        merges(place, &commits, &title)?,
        Row::new("status", "`backout status`: can each be backed out alone?", place, status()),
        Row::new("status-cold", "… with nothing remembered", place, cold),
    ]))
}

/// One `git merge-tree` for each of some commits.
fn merges(place: &Path, commits: &[String], title: &str) -> anyhow::Result<Row> {
    fs::write(place.join(".git/stage-commits"), commits.join("\n") + "\n")?;
    let script = "while read -r c; do git merge-tree --write-tree --merge-base=\"$c\" \
                  refs/remotes/origin/main \"$c^\" >/dev/null || [ $? = 1 ] || exit; \
                  done <.git/stage-commits";
    Ok(Row::new("merge-trees", title, place, ["/bin/sh", "-c", script]))
}

/// The plan to back a stage out.
fn plan(bench: &Bench<'_>, place: &Path, stage: &str) -> Row {
    let mut argv = vec![bench.backout().into_os_string()];
    argv.extend(["revert", "--offline", "--stage", stage, "--dry-run"].map(Into::into));
    Row::new("revert", "`backout revert --dry-run` of the same stage", place, argv)
}

fn forecast<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let landed = Landed::prepare(bench)?;
    let (place, remote) = (&landed.work, &landed.remote);
    let row = |id, title, branch: &str| -> anyhow::Result<Row> {
        Ok(pre_push(bench, id, title, place, remote, landed.line(branch)?))
    };
    let mut cold = row("push-code-cold", "… with nothing remembered", "code")?;
    let script = landed.without_cache();
    let shell = ["/bin/sh", "-c", &script, "sh"].map(Into::into);
    cold.argv.splice(..0, shell);
    Ok(Group::plain(vec![
        row("push-no-code", "`backout pre-push`, a stage whose rollback has no code", "no-code")?,
        row("push-code", "… a stage whose code is backed out, foretold", "code")?,
        cold,
    ]))
}

fn landed<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let landed = Landed::prepare(bench)?;
    let (place, remote) = (&landed.work, &landed.remote);
    let title = "`backout pre-push` of a stage, with nothing remembered";
    let mut cold = pre_push(bench, "push-code-first", title, place, remote, landed.line("code")?);
    let script = landed.without_cache();
    cold.argv.splice(..0, ["/bin/sh", "-c", &script, "sh"].map(Into::into));
    let log = ["git", "log", "--name-only", "--format=%H", "migration-start..origin/main"];
    Ok(Group::plain(vec![
        Row::new("log-landed", "`git log --name-only` of all that landed", place, log),
        cold,
    ]))
}

fn long<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let landed = Landed::prepare(bench)?;
    let commits = landed.of_stage("long")?;
    let mut title = format!("`git revert --no-commit` of {} commits", commits.len());
    let revert: Vec<String> =
        ["git", "revert", "--no-commit"].map(str::to_owned).into_iter().chain(commits).collect();
    let plan = plan(bench, &landed.work, "long");
    // On Linux alone the system says how much memory it was.
    if cfg!(target_os = "linux") {
        title += &format!("; the plan takes {:.1} MiB of memory", peak(&plan)?);
    }
    let rows = vec![Row::new("git-revert", &title, &landed.work, revert), plan];
    let work = landed.work;
    let before = move || {
        let _ = git(&work, &["revert", "--quit"]);
        git(&work, &["reset", "--hard", "--quiet", "origin/main"]).map(|_| ())
    };
    Ok(Group { rows, before: Some(Box::new(before)) })
}

fn ledger<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let steps = if bench.options.installs() { 50_000 } else { 200 };
    let folder = bench.cache.join(format!("ledger-v{VERSION}-{steps}"));
    let work = build_once(&folder, |mut out| write_ledger(&mut out, steps))?;
    let range = "migration-start..origin/main";
    let log = ["git", "log", "--first-parent", "--name-only", "--format=%H", range];
    let title = format!("`git log --first-parent --name-only` of {steps} commits");
    let again = plan(bench, &work, "once");
    let mut first = plan(bench, &work, "once");
    let script = format!("rm -rf {}/.git/backout/cache && exec \"$@\"", work.display());
    first.argv.splice(..0, ["/bin/sh", "-c", &script, "sh"].map(Into::into));
    Ok(Group::plain(vec![
        Row::new("log-first-parent", &title, &work, log),
        first.named("ledger", "`backout revert --dry-run` of one of them, nothing remembered"),
        again.named("ledger-again", "… once more"),
    ]))
}

/// Every tenth commit is work on one of ten stages, one of them on the stage that is asked about.
fn write_ledger(out: &mut impl Write, steps: u32) -> io::Result<()> {
    const FILES: u32 = 2_000;
    let sizes = Sizes { files: FILES, before: 0, stages: 10, commits: 0, long: 0 };
    let text = configuration(sizes).replace("\"long\"", "\"once\"").replace("/long/", "/once/");
    commit(out, "main", 0, "First")?;
    file(out, "backout.toml", &text)?;
    for number in 0..FILES {
        file(out, &format!("tree/d{}/f{number}", number / 50), "0\n")?;
    }
    writeln!(out, "tag migration-start\nfrom refs/heads/main")?;
    writeln!(out, "tagger Bench <bench@example.com> 1750000000 +0000")?;
    data(out, "start")?;
    for number in 1..=steps {
        let (stage, path) = match number {
            _ if number == steps / 2 => (Some("once".to_owned()), "stages/once/0".to_owned()),
            _ if number.is_multiple_of(10) => {
                let stage = number / 10 % 10 + 1;
                (Some(stage.to_string()), format!("stages/{stage}/{}", number / 100 % 20))
            }
            _ => (None, format!("tree/d{}/f{}", number % FILES / 50, number % FILES)),
        };
        let trailer = stage.map_or_else(String::new, |id| format!("Migration-Stage: {id}\n"));
        commit(out, "main", number, &format!("Work {number}\n\n{trailer}"))?;
        file(out, &path, &format!("{number}\n"))?;
    }
    writeln!(out, "done")?;
    out.flush()
}

/// A repository of a stream for `git fast-import`, and a bare one beside it; returns its work tree.
/// Once built it is kept.
pub(crate) fn build_once(
    folder: &Path,
    stream: impl FnOnce(BufWriter<ChildStdin>) -> io::Result<()>,
) -> anyhow::Result<PathBuf> {
    let work = folder.join("work");
    if !folder.join("complete").exists() {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(&work)?;
        build(folder, &work, stream)?;
        fs::write(folder.join("complete"), "")?;
    }
    Ok(work)
}

fn build(
    folder: &Path,
    work: &Path,
    stream: impl FnOnce(BufWriter<ChildStdin>) -> io::Result<()>,
) -> anyhow::Result<()> {
    git(work, &["init", "--quiet", "--initial-branch=main"])?;
    for (key, value) in [("gc.auto", "0"), ("maintenance.auto", "false")] {
        git(work, &["config", key, value])?;
    }
    import(work, stream)?;
    git(work, &["config", "user.name", "Bench"])?;
    git(work, &["config", "user.email", "bench@example.com"])?;
    git(work, &["repack", "-a", "-d", "-q"])?;
    git(work, &["commit-graph", "write", "--reachable"])?;
    git(folder, &["clone", "--quiet", "--bare", "--local", "work", "remote.git"])?;
    let remote = folder.join("remote.git").display().to_string();
    git(work, &["remote", "add", "origin", &remote])?;
    git(work, &["update-ref", "refs/remotes/origin/main", "refs/heads/main"])?;
    Ok(())
}

fn configuration(sizes: Sizes) -> String {
    let mut text = "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\n\
                    start = { tag = \"migration-start\" }\nbranch = \"main\"\n"
        .to_owned();
    let mut stage = |id: &str, rollback: &str| {
        text.push_str(&format!(
            "[[stages]]\nid = \"{id}\"\nname = \"Stage {id}\"\nimpact = \"low\"\n\
             paths = [\"stages/{id}/**\"]\nrollback = [\"{rollback}\"]\n\
             deploy = {{ text = \"x\" }}\n"
        ));
    };
    for id in 1..=sizes.stages {
        stage(&id.to_string(), "code");
    }
    stage("long", "code");
    stage("no-code", "deploy");
    text
}

/// A file's lines, of which some were changed.
fn lines(changed: u32) -> String {
    (0..400)
        .map(|line| if line < changed { format!("new {line}\n") } else { format!("old {line}\n") })
        .collect()
}

fn data(out: &mut (impl Write + ?Sized), text: &str) -> io::Result<()> {
    writeln!(out, "data {}\n{text}", text.len())
}

/// The beginning of a commit; what it changes comes after it.
pub(crate) fn commit(
    out: &mut (impl Write + ?Sized),
    branch: &str,
    number: u32,
    message: &str,
) -> io::Result<()> {
    let when = 1_750_000_000 + u64::from(number) * 600;
    writeln!(out, "commit refs/heads/{branch}")?;
    writeln!(out, "committer Bench <bench@example.com> {when} +0000")?;
    data(out, message)
}

/// A file of the commit that was begun.
pub(crate) fn file(out: &mut (impl Write + ?Sized), path: &str, text: &str) -> io::Result<()> {
    writeln!(out, "M 100644 inline {path}")?;
    data(out, text)
}

fn write(out: &mut impl Write, sizes: Sizes) -> io::Result<()> {
    for number in 0..sizes.before {
        commit(out, "main", 0, "Long ago")?;
        file(out, &format!("before/{}", number % 100), &format!("{number}\n"))?;
    }
    commit(out, "main", 0, "First")?;
    file(out, "backout.toml", &configuration(sizes))?;
    for number in 0..sizes.files {
        let (one, two) = (number / 2_000, number / 50 % 40);
        file(out, &format!("tree/d{one}/d{two}/f{number}"), &format!("{number}\n"))?;
    }
    let stages = (1..=sizes.stages).map(|id| id.to_string());
    let stages: Vec<String> = stages.chain(["long".to_owned(), "no-code".to_owned()]).collect();
    for stage in &stages {
        for name in 0..4 {
            file(out, &format!("stages/{stage}/{name}"), &lines(0))?;
        }
    }
    writeln!(out, "tag migration-start\nfrom refs/heads/main")?;
    writeln!(out, "tagger Bench <bench@example.com> 1750000000 +0000")?;
    data(out, "start")?;
    let mut number = 1;
    for round in 1..=sizes.long {
        for stage in &stages {
            let wanted = if stage == "long" { sizes.long } else { sizes.commits };
            if stage == "no-code" || round > wanted {
                continue;
            }
            let message = format!("Work {round} on {stage}\n\nMigration-Stage: {stage}\n");
            commit(out, "main", number, &message)?;
            for name in [round % 4, (round + 1) % 4] {
                file(out, &format!("stages/{stage}/{name}"), &lines(round))?;
            }
            number += 1;
        }
    }
    for (branch, stage) in [("code", "1"), ("no-code", "no-code")] {
        writeln!(out, "reset refs/heads/{branch}\nfrom refs/heads/main\n")?;
        commit(out, branch, number, &format!("Work\n\nMigration-Stage: {stage}\n"))?;
        file(out, &format!("stages/{stage}/more"), "more\n")?;
    }
    writeln!(out, "done")?;
    out.flush()
}
