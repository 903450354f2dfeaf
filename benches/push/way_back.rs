//! The way back: what backing stages out would come to, for all of them and for a long one, against
//! what git needs for the same.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::bench::Bench;
use crate::child::git;
use crate::judge::pre_push;
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

const VERSION: u32 = 1;

/// How large it is.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    files: u32,
    stages: u32,
    commits: u32,
    long: u32,
}

impl Sizes {
    const fn of(bench: &Bench<'_>) -> Self {
        match bench.options.installs() {
            true => Self { files: 50_000, stages: 11, commits: 20, long: 200 },
            false => Self { files: 200, stages: 3, commits: 2, long: 4 },
        }
    }
}

/// The repository, and the commits that rows ask about.
struct Landed {
    work: PathBuf,
    remote: PathBuf,
    sizes: Sizes,
}

impl Landed {
    fn prepare(bench: &Bench<'_>) -> anyhow::Result<Self> {
        let sizes = Sizes::of(bench);
        let folder = bench.cache.join(format!("way-back-v{VERSION}-{}", sizes.files));
        let (work, remote) = (folder.join("work"), folder.join("remote.git"));
        if !folder.join("complete").exists() {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&work)?;
            build(&folder, &work, sizes)?;
            fs::write(folder.join("complete"), "")?;
        }
        Ok(Self { work, remote, sizes })
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
    let list = place.join(".git/stage-commits");
    fs::write(&list, commits.join("\n") + "\n")?;
    let script = "while read -r c; do git merge-tree --write-tree --merge-base=\"$c\" \
                  refs/remotes/origin/main \"$c^\" >/dev/null || [ $? = 1 ] || exit; done <.git/stage-commits";
    let title =
        format!("`git merge-tree`, {count} times: each commit of {} stages", landed.sizes.stages);
    let status = || vec![bench.backout().into_os_string(), "status".into()];
    let mut cold = vec!["/bin/sh".into(), "-c".into(), landed.without_cache().into(), "sh".into()];
    cold.extend(status());
    Ok(Group::plain(vec![
        Row::new("merge-trees", &title, place, ["/bin/sh", "-c", script]),
        Row::new("status", "`backout status`: can each be backed out alone?", place, status()),
        Row::new("status-cold", "… with nothing remembered", place, cold),
    ]))
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
    let title = format!("`git revert --no-commit` of {} commits", commits.len());
    let revert: Vec<String> =
        ["git", "revert", "--no-commit"].map(str::to_owned).into_iter().chain(commits).collect();
    let mut plan = vec![bench.backout().into_os_string()];
    plan.extend(["revert", "--offline", "--stage", "long", "--dry-run"].map(Into::into));
    let rows = vec![
        Row::new("git-revert", &title, &landed.work, revert),
        Row::new("revert", "`backout revert --dry-run` of the same stage", &landed.work, plan),
    ];
    let work = landed.work;
    let before = move || {
        let _ = git(&work, &["revert", "--quit"]);
        git(&work, &["reset", "--hard", "--quiet", "origin/main"]).map(|_| ())
    };
    Ok(Group { rows, before: Some(Box::new(before)) })
}

fn build(folder: &Path, work: &Path, sizes: Sizes) -> anyhow::Result<()> {
    git(work, &["init", "--quiet", "--initial-branch=main"])?;
    for (key, value) in [("gc.auto", "0"), ("maintenance.auto", "false")] {
        git(work, &["config", key, value])?;
    }
    import(work, |mut out| write(&mut out, sizes))?;
    git(work, &["config", "user.name", "Bench"])?;
    git(work, &["config", "user.email", "bench@example.com"])?;
    git(work, &["repack", "-a", "-d", "-q"])?;
    git(work, &["commit-graph", "write", "--reachable"])?;
    git(folder, &["clone", "--quiet", "--bare", "--local", "work", "remote.git"])?;
    let remote = folder.join("remote.git").display().to_string();
    git(work, &["remote", "add", "origin", &remote])?;
    git(work, &["update-ref", "refs/remotes/origin/main", "refs/heads/main"])?;
    git(work, &["reset", "--hard", "--quiet", "main"])?;
    Ok(())
}

fn configuration(sizes: Sizes) -> String {
    let mut text = "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\n\
                    start = { tag = \"migration-start\" }\nbranch = \"main\"\n"
        .to_owned();
    let mut stage = |id: &str, rollback: &str| {
        text.push_str(&format!(
            "[[stages]]\nid = \"{id}\"\nname = \"Stage {id}\"\nimpact = \"low\"\n\
             paths = [\"stages/{id}/**\"]\nrollback = [\"{rollback}\"]\ndeploy = {{ text = \"x\" }}\n"
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

fn data(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "data {}\n{text}", text.len())
}

fn commit(out: &mut impl Write, branch: &str, number: u32, message: &str) -> io::Result<()> {
    let when = 1_750_000_000 + u64::from(number) * 600;
    writeln!(out, "commit refs/heads/{branch}")?;
    writeln!(out, "committer Bench <bench@example.com> {when} +0000")?;
    data(out, message)
}

fn file(out: &mut impl Write, path: &str, text: &str) -> io::Result<()> {
    writeln!(out, "M 100644 inline {path}")?;
    data(out, text)
}

fn write(out: &mut impl Write, sizes: Sizes) -> io::Result<()> {
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
