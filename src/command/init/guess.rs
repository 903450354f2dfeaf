//! What a repository's files, tags and branches say about its migration.

use std::collections::{BTreeMap, BTreeSet};

use super::git::Git;
use crate::config::Guesses;

/// More stages than this are no stages but files that happen to have numbers.
const MOST_STAGES: usize = 20;
/// More files than this make the template hard to read.
const MOST_FLAG_FILES: usize = 5;

/// Everything that can be guessed for a configuration in a folder (empty for the root).
pub(super) fn guess(git: &Git, folder: &str) -> anyhow::Result<Guesses> {
    let files = below(git.files()?, folder);
    Ok(Guesses {
        branch: branch(git)?.filter(|name| is_plain(name)),
        start: start_tag(&git.tags()?),
        flag_files: flag_files(&files),
        folders: stage_folders(&files),
    })
}

fn below(files: Vec<String>, folder: &str) -> Vec<String> {
    if folder.is_empty() {
        return files.into_iter().filter(|file| is_plain(file)).collect();
    }
    let relative = |file: &String| {
        file.strip_prefix(folder)?
            .strip_prefix('/')
            .filter(|file| is_plain(file))
            .map(str::to_owned)
    };
    files.iter().filter_map(relative).collect()
}

/// Names that can be shown and written as they are; others are somebody's tests or an attack.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || " ._-/+@".contains(c))
}

fn branch(git: &Git) -> anyhow::Result<Option<String>> {
    let tracked = format!("refs/remotes/{}/", git.remote()?);
    let head = git.symbolic_ref(&format!("{tracked}HEAD"))?;
    if let Some(name) = head.as_deref().and_then(|full| full.strip_prefix(&tracked)) {
        return Ok(Some(name.to_owned()));
    }
    let default = git.setting("init.defaultBranch")?;
    for name in default.into_iter().chain(["main".to_owned(), "master".to_owned()]) {
        if git.has_ref(&format!("refs/heads/{name}"))? {
            return Ok(Some(name));
        }
    }
    let current = git.symbolic_ref("HEAD")?;
    Ok(current.and_then(|full| full.strip_prefix("refs/heads/").map(str::to_owned)))
}

/// The first tag whose name says that something begins; tags come oldest first.
fn start_tag(tags: &[String]) -> Option<String> {
    let plain = || tags.iter().filter(|tag| is_plain(tag));
    let about = |tag: &&String| tag.contains("migration");
    let begins = |tag: &&String| tag.ends_with("-start") || tag.ends_with("/start");
    let both = plain().find(|tag| about(tag) && begins(tag));
    // The checkpoint of a stage begins a stage, not the migration.
    let whole = |tag: &&String| begins(tag) && !tag.contains("stage");
    both.or_else(|| plain().find(whole)).or_else(|| plain().find(about)).cloned()
}

fn flag_files(files: &[String]) -> Vec<String> {
    let is_flag_file = |file: &&String| {
        let name = last_part(file).to_lowercase();
        let stem = name.split('.').next().unwrap_or_default();
        let dotenv = [".env.example", ".env.sample", ".env.template", ".env.dist"];
        let structured = [".toml", ".yaml", ".yml", ".json"];
        let flags = ["flags", "feature-flags", "feature_flags", "features"].contains(&stem);
        dotenv.contains(&name.as_str())
            || (flags && structured.iter().any(|extension| name.ends_with(extension)))
            || [".flagd.json", ".flagd.yaml"].iter().any(|end| name.ends_with(end))
    };
    let mut found: Vec<String> = files.iter().filter(is_flag_file).cloned().collect();
    found.sort_by_key(|file| (file.matches('/').count(), file.clone()));
    found.truncate(MOST_FLAG_FILES);
    found
}

/// Numbered folders side by side, else a folder named `migrations`, else `src`.
fn stage_folders(files: &[String]) -> Vec<String> {
    let folders = folders(files);
    let mut numbered: BTreeMap<&str, Vec<(u32, &str)>> = BTreeMap::new();
    for folder in &folders {
        let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        if let Some(number) = number(name) {
            numbered.entry(parent).or_default().push((number, folder));
        }
    }
    let series = numbered.into_values().filter(|found| (2..=MOST_STAGES).contains(&found.len()));
    if let Some(mut stages) = series.max_by_key(Vec::len) {
        stages.sort_unstable();
        return stages.into_iter().map(|(_, folder)| folder.to_owned()).collect();
    }
    let named = |name: &str| {
        let all = folders.iter().filter(|folder| last_part(folder) == name);
        all.min_by_key(|folder| (folder.matches('/').count(), folder.as_str())).cloned()
    };
    let source = || folders.contains("src").then(|| "src".to_owned());
    named("migrations").or_else(source).into_iter().collect()
}

/// Every folder that holds a tracked file, at any depth.
fn folders(files: &[String]) -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    for file in files {
        let mut rest = file.as_str();
        while let Some((folder, _)) = rest.rsplit_once('/') {
            if !folders.insert(folder.to_owned()) {
                break;
            }
            rest = folder;
        }
    }
    folders
}

/// The number of `01-models`, `stage_2`, `step3`, `4`; `None` for other names.
fn number(name: &str) -> Option<u32> {
    let lower = name.to_lowercase();
    let word = ["stage", "step", "phase", "part"].iter().find_map(|word| lower.strip_prefix(word));
    let rest = word.unwrap_or(&lower).trim_start_matches(['-', '_']);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at_checked(end)?;
    let ends = after.is_empty() || after.starts_with(['-', '_']);
    if ends && (1..=4).contains(&digits.len()) { digits.parse().ok() } else { None }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn tags_that_look_like_a_start() {
        let found = |tags: &[&str]| start_tag(&owned(tags));
        let some = |tag: &str| Some(tag.to_owned());
        assert_eq!(
            found(&["v1", "stage-1-start", "a-start", "migration-start"]),
            some("migration-start")
        );
        assert_eq!(found(&["v1", "stage-1-start", "billing-start"]), some("billing-start"));
        assert_eq!(found(&["v1", "pre-migration"]), some("pre-migration"));
        assert_eq!(found(&["v1", "stage-9-start", "\u{202e}migration"]), None);
    }

    #[test]
    fn files_that_may_define_flags() {
        let files = owned(&[
            "z/.env.example",
            "flags.toml",
            "deploy/shop.flagd.json",
            "src/flags.py",
            ".env",
            "config/feature-flags.yaml",
            ".env.sample",
        ]);
        let found = flag_files(&files);
        assert_eq!(
            found,
            [
                ".env.sample",
                "flags.toml",
                "config/feature-flags.yaml",
                "deploy/shop.flagd.json",
                "z/.env.example"
            ]
        );
    }

    #[test]
    fn folders_of_stages() {
        let found = |files: &[&str]| stage_folders(&owned(files));
        assert_eq!(
            found(&["m/10_c/x", "m/02_b/x", "m/1-a/x/y", "src/a"]),
            ["m/1-a", "m/02_b", "m/10_c"]
        );
        assert_eq!(found(&["stage1/a", "stage-2/a", "Step_3/a"]), ["stage1", "stage-2", "Step_3"]);
        assert_eq!(found(&["db/migrations/0001.sql", "src/a"]), ["db/migrations"]);
        assert_eq!(found(&["src/a", "lib/1/x", "docs/v2.0/x"]), ["src"]);
        assert_eq!(found(&["README.md"]), Vec::<String>::new());
        let many: Vec<String> = (0..21).map(|n| format!("posts/{n}/index.md")).collect();
        assert_eq!(stage_folders(&many), Vec::<String>::new());
    }

    #[test]
    fn numbers_of_folders() {
        for (name, expected) in [
            ("01-a", Some(1)),
            ("stage_2", Some(2)),
            ("4", Some(4)),
            ("12345", None),
            ("1a", None),
            ("v1", None),
            ("stage", None),
        ] {
            assert_eq!(number(name), expected, "{name}");
        }
    }

    #[test]
    fn only_files_below_the_configurations_folder_count() {
        let files = owned(&["a/src/x", "ab/src/y", "src/z", "a/e\u{1b}vil"]);
        assert_eq!(below(files, "a"), ["src/x"]);
    }
}
