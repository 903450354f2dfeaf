//! The owners of many paths among many stages, against git's own matching of the same globs.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use backout::config::{Configuration, FileSource, Vocabulary, load};
use backout::git::RepoPath;
use backout::stage::matcher::Matcher;

use crate::bench::Bench;
use crate::child::git;
use crate::rows::{Group, Plan, Row};
use crate::stages;

/// One path at a time.
pub(crate) const PATHS: Plan =
    Plan { rows: &["check-attr", "owners", "owners-ready"], build: paths };

/// git is given fewer paths: it would take minutes.
const GITS_SHARE: usize = 1_000;

fn paths<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let (stages, paths) = bench.options.matched();
    let place = bench.cache.join("attributes");
    let git_paths = (paths / GITS_SHARE).max(stages).min(paths);
    let check = check_attr(&place, stages, git_paths)?;
    let configuration = configuration(stages)?;
    let asked: Vec<RepoPath> =
        (0..paths).map(|number| stages::path(number, stages).as_str().into()).collect();
    let owned = (0..paths).filter(|number| stages::owner(*number, stages).is_some()).count();
    let title = format!("the owners of a path, {paths} paths, from an empty matcher");
    let mut owners = Row::new("owners", &title, &place, ["backout"]).of(u32::try_from(paths)?);
    let all = configuration.clone();
    owners.inside = Some(Box::new(move || {
        let found = count_owners(&all, &asked)?;
        ensure!(found == owned, "{found} owners, not {owned}");
        Ok(())
    }));
    let title = "a matcher of as many globs, until its first answer";
    let mut ready = Row::new("owners-ready", title, &place, ["backout"]);
    ready.inside = Some(Box::new(move || {
        let found = count_owners(&configuration, &[RepoPath::from("README.md")])?;
        ensure!(found == 0, "somebody owns the README");
        Ok(())
    }));
    Ok(Group::plain(vec![check, owners, ready]))
}

fn count_owners(configuration: &Configuration, paths: &[RepoPath]) -> anyhow::Result<usize> {
    let migration = configuration.migrations.first().context("no migration")?;
    let matcher = Matcher::new(migration);
    let mut found = 0;
    for path in paths {
        found += matcher.owners(path)?.len();
    }
    Ok(found)
}

struct Text(String);

impl FileSource for Text {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok((path == "backout.toml").then(|| self.0.clone().into_bytes()))
    }
}

fn configuration(stages: usize) -> anyhow::Result<Configuration> {
    let text = Text(stages::configuration(stages));
    load(&text, "backout.toml", Vocabulary { codes: &[] })?.context("no configuration")
}

/// `git check-attr` over the same globs, which it has no braces for.
fn check_attr(place: &Path, stages: usize, paths: usize) -> anyhow::Result<Row> {
    let _ = fs::remove_dir_all(place);
    fs::create_dir_all(place)?;
    git(place, &["init", "--quiet"])?;
    let mut attributes = String::new();
    for stage in 0..stages {
        for glob in stages::globs(stage) {
            let plain =
                [glob.replace("{read,write}", "read"), glob.replace("{read,write}", "write")];
            let different = if plain[0] == plain[1] { &plain[..1] } else { &plain[..] };
            for glob in different {
                writeln!(attributes, "{glob} stage={stage}")?;
            }
        }
    }
    fs::write(place.join(".gitattributes"), attributes)?;
    let (mut asked, mut answer) = (String::new(), String::new());
    for number in 0..paths {
        let path = stages::path(number, stages);
        let owner = stages::owner(number, stages);
        let owner = owner.map_or_else(|| "unspecified".to_owned(), |stage| stage.to_string());
        writeln!(asked, "{path}")?;
        writeln!(answer, "{path}: stage: {owner}")?;
    }
    let title = format!(
        "`git check-attr --stdin`, a path of {paths}, {stages} stages of {} globs",
        stages::GLOBS
    );
    let argv = ["git", "check-attr", "--stdin", "stage"];
    let row = Row::new("check-attr", &title, place, argv).reading(asked).printing(answer);
    Ok(row.of(u32::try_from(paths)?))
}
