//! From refs to stages: every way in gives the same answer, and nothing in a repository hides a
//! change from the guard.

use serde_json::Value;

use crate::support::{
    Backout, CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, Run, SHARED, STATE, Staged,
    TestRepo,
};

const STAGE_9: &str = "Work\n\nMigration-Stage: 9";

/// What a run says in JSON, without what the way in may change: names of refs and timings.
fn answer(run: Backout<'_>) -> (Value, Value, Value) {
    let said: Value = serde_json::from_str(&run.run().out()).unwrap();
    let mut findings = said["findings"].clone();
    for finding in findings.as_array_mut().unwrap() {
        finding["ref"] = Value::Null;
    }
    (said["verdict"].clone(), said["stages"].clone(), findings)
}

fn stages(scene: &Staged, base: &str) -> Vec<String> {
    let run = scene.repo.backout(["check", "--format", "json", "--base", base]).run();
    let said: Value = serde_json::from_str(&run.out()).unwrap();
    let stages = said["stages"].as_array().unwrap();
    stages.iter().map(|stage| stage["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_way_in_gives_the_same_answer() {
    let scene = Staged::new();
    let repo = &scene.repo;
    let before = repo.rev("origin/main");
    let after = scene.unready();
    let json = ["--format", "json"];
    let check = || repo.backout(["check"]).args(json);
    let hook = || repo.backout(["pre-push", "origin", "../origin.git"]).args(json);
    let line = format!("HEAD~0 {after} refs/heads/main {before}\n");
    let expected = answer(hook().stdin(&line));
    assert_eq!(expected.0, "not-ready");
    assert_eq!(answer(check().args(["--base", "origin/main"])), expected);
    let variables = [("PRE_COMMIT_FROM_REF", before.as_str()), ("PRE_COMMIT_TO_REF", &after)];
    let mut by_pre_commit = repo.backout(["pre-push"]).args(json);
    for (name, value) in variables {
        by_pre_commit = by_pre_commit.env(name, value);
    }
    let by_pre_commit = by_pre_commit
        .env("PRE_COMMIT", "1")
        .env("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")
        .env("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main")
        .env("PRE_COMMIT_REMOTE_NAME", "origin")
        .env("PRE_COMMIT_REMOTE_URL", "../origin.git");
    assert_eq!(answer(by_pre_commit), expected);
    let generic = check().env("BACKOUT_BASE", &before).env("BACKOUT_HEAD", &after);
    assert_eq!(answer(generic), expected);
    let push = format!(r#"{{"ref": "refs/heads/main", "before": "{before}", "after": "{after}"}}"#);
    let pull = format!(
        r#"{{"action": "opened", "number": 1, "pull_request": {{
        "draft": false, "title": "t", "body": "b",
        "base": {{"ref": "main", "sha": "{before}", "repo": {{}}}},
        "head": {{"ref": "topic", "sha": "{after}"}}}},
        "repository": {{"default_branch": "main"}}}}"#
    );
    for (name, event) in [("push", push), ("pull_request", pull)] {
        repo.write("../event.json", &event);
        let path = repo.path().join("../event.json");
        let github = check()
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", name)
            .env("GITHUB_EVENT_PATH", path)
            .env("GITHUB_SHA", &after)
            .env("GITHUB_REF", "refs/heads/main");
        assert_eq!(answer(github), expected, "{name}");
    }
    let gitlab = check()
        .env("GITLAB_CI", "true")
        .env("CI_PIPELINE_SOURCE", "merge_request_event")
        .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &before)
        .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
        .env("CI_COMMIT_SHA", &after);
    assert_eq!(answer(gitlab), expected);
}

/// A `check` in GitHub Actions with an event of this name and content.
fn by_event<'a>(scene: &'a Staged, name: &str, event: &str) -> Backout<'a> {
    scene.repo.write("../event.json", event);
    scene
        .repo
        .backout(["check", "--format", "json"])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", name)
        .env("GITHUB_EVENT_PATH", scene.repo.path().join("../event.json"))
        .env("GITHUB_SHA", scene.repo.rev("HEAD"))
        .env("GITHUB_REF", "refs/heads/queue")
}

fn said(run: &Run) -> Value {
    serde_json::from_str(&run.out()).unwrap()
}

#[test]
fn a_merge_group_is_judged_whole_not_only_its_last_entry() {
    let scene = Staged::new();
    let repo = &scene.repo;
    let landed = repo.rev("origin/main");
    let first = scene.unready();
    let last = scene.ordinary();
    // GitHub's base is the entry before: from there, the range looks innocent.
    let event = format!(
        r#"{{"action": "checks_requested", "merge_group": {{"head_sha": "{last}",
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-2-{first}", "base_sha": "{first}",
        "base_ref": "refs/heads/main"}}, "repository": {{"default_branch": "main"}}}}"#
    );
    let run = by_event(&scene, "merge_group", &event).run().exits(1);
    let whole = said(&run);
    assert_eq!(whole["phase"], "land");
    assert_eq!(whole["refs"][0]["commits"], 2);
    assert_eq!(whole["refs"][0]["from"], landed);
    assert_eq!(whole["findings"][0]["code"], "backup/missing");
    // The group whose work is backed up passes.
    repo.commit_files(&[(RECEIPT_PATH, RECEIPT)], "Receipt");
    let event = event.replace(&last, &repo.rev("HEAD"));
    assert_eq!(said(&by_event(&scene, "merge_group", &event).run().ok())["verdict"], "ready");
    // A target branch that was not fetched is no answer.
    let event = event.replace("refs/heads/main", "refs/heads/release");
    let run = by_event(&scene, "merge_group", &event).run().exits(3);
    assert!(run.err().contains("`release` is not in this clone"), "{}", run.snapshot());
}

#[test]
fn gitlab_pipelines_are_judged_by_their_kind() {
    let scene = Staged::new();
    let before = scene.repo.rev("origin/main");
    let after = scene.unready();
    let gitlab = |source: &str, more: &[(&str, &str)]| {
        let mut run = scene.repo.backout(["check", "--format", "json"]);
        run = run.env("GITLAB_CI", "true").env("CI_PIPELINE_SOURCE", source);
        for (name, value) in more {
            run = run.env(name, value);
        }
        run.env("CI_COMMIT_SHA", &after).run()
    };
    let merge_request = [
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", before.as_str()),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
    ];
    let of = said(&gitlab("merge_request_event", &merge_request).exits(1));
    assert_eq!((&of["phase"], &of["verdict"]), (&"land".into(), &"not-ready".into()));
    let draft = [&merge_request[..], &[("CI_MERGE_REQUEST_DRAFT", "true")]].concat();
    let of = said(&gitlab("merge_request_event", &draft).ok());
    assert_eq!((&of["phase"], &of["verdict"]), (&"share".into(), &"ready".into()));
    // Squashed, with a template that no variable shows, the trailers may get lost.
    let squash = [&merge_request[..], &[("CI_MERGE_REQUEST_SQUASH_ON_MERGE", "true")]].concat();
    gitlab("merge_request_event", &squash).exits(1);
    let push = |branch: &str| {
        gitlab("push", &[("CI_COMMIT_REF_NAME", branch), ("CI_COMMIT_BEFORE_SHA", &before)])
    };
    let of = said(&push("main").exits(1));
    assert_eq!(of["refs"][0]["remote"], "refs/heads/main");
    assert_eq!(said(&push("topic").ok())["phase"], "share");
    let tag = [("CI_COMMIT_REF_NAME", "v1"), ("CI_COMMIT_TAG", "v1")];
    let zeros = "0".repeat(40);
    let tagged = [&tag[..], &[("CI_COMMIT_BEFORE_SHA", zeros.as_str())]].concat();
    assert_eq!(said(&gitlab("push", &tagged).ok())["refs"][0]["target"], "tag");
    // A schedule judges all that the branch has and main has not.
    let of = said(&gitlab("schedule", &[("CI_COMMIT_BRANCH", "main")]).exits(1));
    assert_eq!(of["findings"][0]["code"], "backup/missing");
    // What it does not know is no push of nothing.
    gitlab("external", &[]).exits(2);
}

#[test]
fn what_git_can_do_to_a_path_touches_its_owner() {
    let scene = Staged::new();
    let repo = &scene.repo;
    let touched = |change: &dyn Fn()| {
        repo.git(&["reset", "--quiet", "--hard", "origin/main"]).ok();
        change();
        repo.commit("Change");
        stages(&scene, "origin/main")
    };
    let renamed = || drop(repo.git(&["mv", STATE, "elsewhere.py"]).ok());
    assert_eq!(touched(&renamed), ["9"]);
    let onto = || drop(repo.git(&["mv", "-f", "src/core/four.py", STATE]).ok());
    assert_eq!(touched(&onto), ["4", "9"]);
    let mode = || {
        let path = repo.path().join(STATE);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, mode).unwrap();
    };
    assert_eq!(touched(&mode), ["9"]);
    let link = || {
        std::fs::remove_file(repo.path().join(STATE)).unwrap();
        std::os::unix::fs::symlink("four.py", repo.path().join(STATE)).unwrap();
    };
    assert_eq!(touched(&link), ["9"]);
    let submodule = || {
        let head = repo.rev("HEAD");
        repo.git(&["rm", "--quiet", STATE]).ok();
        repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},{STATE}")]).ok();
        std::fs::create_dir_all(repo.path().join(STATE)).unwrap();
    };
    assert_eq!(touched(&submodule), ["9"]);
    let shared = || repo.write(SHARED, "shared = 2\n");
    assert_eq!(touched(&shared), ["4", "9"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_text_are_judged_and_shown_safely() {
    use std::os::unix::ffi::OsStrExt;

    let wide = CONFIGURATION.replace("\"src/core/state.py\"", "\"src/core/state.py\", \"odd/**\"");
    let scene = Staged::with(RepoOptions::default(), &wide);
    let odd = scene.repo.path().join("odd");
    std::fs::create_dir(&odd).unwrap();
    for name in [&b"\xff.py"[..], b"a\n::error::b.py"] {
        std::fs::write(odd.join(std::ffi::OsStr::from_bytes(name)), "x").unwrap();
    }
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.commit("Odd names");
    for format in ["human", "json", "github"] {
        let run =
            scene.repo.backout(["check", "--format", format, "--base", "origin/main"]).run().ok();
        let said = run.out();
        assert!(!said.contains("\n::error::b"), "{format}: {said}");
        assert!(said.contains("stage/ambiguous-commit"), "{format}: {said}");
    }
}

#[test]
fn a_squash_with_trailers_in_its_middle_is_work_on_both_stages() {
    let scene = Staged::new();
    let body = "Both stages (#7)\n\n* Read it\n\nMigration-Stage: 4\n\n* Move it\n\n\
        Migration-Stage: 9\n\nCo-authored-by: B <b@b>";
    scene.repo.commit_files(&[(STATE, "state = 2\n"), ("src/core/four.py", "four = 2\n")], body);
    let run = scene.stopped(&["origin", "main"], "backup/missing");
    assert!(!(run.out() + &run.err()).contains("stage/"), "{}", run.snapshot());
}

#[test]
fn landing_by_a_merge_is_judged_whole() {
    let scene = Staged::new();
    let repo = &scene.repo;
    repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.unready();
    scene.passes(&["origin", "topic"]);
    repo.git(&["switch", "--quiet", "main"]).ok();
    scene.ordinary();
    repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]).ok();
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn a_merge_that_drops_landed_work_touches_its_stage() {
    let scene = Staged::new();
    let repo = &scene.repo;
    repo.git(&["branch", "topic"]).ok();
    scene.ready();
    scene.passes(&["origin", "main"]);
    repo.git(&["switch", "--quiet", "topic"]).ok();
    repo.commit_files(&[("notes.md", "x\n")], "Notes");
    repo.git(&["merge", "--quiet", "--no-edit", "--strategy=ours", "main"]).ok();
    assert_eq!(stages(&scene, "origin/main"), ["9"]);
}

#[test]
fn others_work_merged_into_a_topic_is_not_its_own() {
    let scene = Staged::new();
    let repo = &scene.repo;
    repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    repo.commit_files(&[("notes.md", "x\n")], "Notes");
    scene.passes(&["origin", "topic"]);
    repo.git(&["switch", "--quiet", "main"]).ok();
    scene.ready();
    scene.passes(&["origin", "main"]);
    repo.git(&["switch", "--quiet", "topic"]).ok();
    repo.git(&["merge", "--quiet", "--no-edit", "main"]).ok();
    assert_eq!(scene.passes(&["origin", "topic"]), "");
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    repo.git(&["rebase", "--quiet", "main"]).ok();
    assert_eq!(scene.passes(&["--force", "origin", "topic"]), "");
}

#[test]
fn an_old_object_that_is_not_here_is_no_answer_on_the_landing_branch() {
    let scene = Staged::new();
    let head = scene.ordinary();
    let gone = "d".repeat(40);
    let hook = |name: &str| {
        let line = format!("HEAD {head} refs/heads/{name} {gone}\n");
        scene.repo.backout(["pre-push", "origin", "x"]).stdin(line).run()
    };
    let run = hook("main").exits(3);
    assert!(run.out().contains("not checked ref/history-rewritten"), "{}", run.snapshot());
    assert_eq!(hook("topic").ok().out(), "");
}

#[test]
fn a_first_push_has_only_its_own_rules() {
    let repo = TestRepo::new();
    repo.bare_remote("origin");
    repo.commit_files(&[("backout.toml", CONFIGURATION), (STATE, "state = 1\n")], "first");
    repo.annotated_tag("migration-start", "main");
    repo.install_hook();
    repo.commit_files(&[(STATE, "state = 2\n")], STAGE_9);
    let run = repo.push(&["origin", "main"]).exits(1);
    assert!((run.out() + &run.err()).contains("deny backup/missing"));
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    repo.push(&["origin", "main"]).ok();
}

/// What is new to the landing branch is all since the start, wherever else the remote has it.
#[test]
fn a_landing_branch_that_is_made_of_pushed_work_is_judged_whole() {
    let release = CONFIGURATION.replace("branch = \"main\"", "branch = \"release\"");
    let scene = Staged::with(RepoOptions::default(), &release);
    scene.unready();
    scene.share(&["origin", "main:topic"]);
    scene.repo.git(&["fetch", "--quiet", "origin"]).ok();
    scene.stopped(&["origin", "main:release"], "backup/missing");
    assert_eq!(scene.passes(&["origin", "migration-start^{}:refs/heads/release"]), "");
}

/// Only its trailer can tell that work is its own.
#[test]
fn a_stage_without_paths_is_judged_by_its_trailer() {
    let paths = "paths = [\"src/core/state.py\", \"src/core/shared.py\"]";
    let scene = Staged::with(RepoOptions::default(), &CONFIGURATION.replace(paths, "paths = []"));
    let before = scene.repo.rev("main");
    scene.repo.commit_files(&[("ops/run.sh", "run\n")], STAGE_9);
    assert_eq!(stages(&scene, &before), ["9"]);
    scene.stopped(&["origin", "main"], "backup/missing");
}

/// Nor can anything else tell that it was taken back.
#[test]
fn a_stage_without_paths_is_not_backed_out_in_silence() {
    let paths = "paths = [\"src/core/state.py\", \"src/core/shared.py\"]";
    let scene = Staged::with(RepoOptions::default(), &CONFIGURATION.replace(paths, "paths = []"));
    scene.repo.commit_files(&[("ops/run.sh", "run\n"), (RECEIPT_PATH, RECEIPT)], STAGE_9);
    scene.passes(&["origin", "main"]);
    scene.repo.commit_files(&[("docs/nine.md", "how\n")], "Words\n\nBackout-Stage: 9");
    let told = scene.passes(&["origin", "main"]);
    assert!(told.contains("warn revert/foreign-edits (stage 9)"), "{told}");
}

/// What the attributions say of a commit is asked about as if its trailer said it, whether they
/// have landed before it or come with it.
#[test]
fn a_stage_without_paths_is_judged_by_an_attribution_too() {
    let paths = "paths = [\"src/core/state.py\", \"src/core/shared.py\"]";
    let attributed = |with_it: bool, stage: &str, rules: &str| {
        let scene = Staged::with(RepoOptions::default(), rules);
        scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
        let work = scene.repo.commit_files(&[("ops/run.sh", "run\n")], "Run the job");
        let onto = if with_it { "topic" } else { "main" };
        scene.repo.git(&["switch", "--quiet", onto]).ok();
        scene.repo.backout(["attribute", "--stage", stage, &work]).run().ok();
        scene.repo.git(&["add", "--all"]).ok();
        scene.repo.commit("Say whose it is");
        if !with_it {
            scene.passes(&["origin", "main"]);
        }
        scene.repo.git(&["switch", "--quiet", "main"]).ok();
        scene.repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]).ok();
        scene
    };
    for with_it in [false, true] {
        let scene = attributed(with_it, "9", &CONFIGURATION.replace(paths, "paths = []"));
        scene.stopped(&["origin", "main"], "backup/missing");
        // That it is no part of the migration asks for nothing.
        let scene = attributed(with_it, "none", &CONFIGURATION.replace(paths, "paths = []"));
        assert!(!scene.passes(&["origin", "main"]).contains("backup/"));
        // Of a stage with files, off its paths.
        let scene = attributed(with_it, "9", CONFIGURATION);
        let told = scene.passes(&["origin", "main"]);
        assert!(told.contains("claims stage 9, but changes no path that it owns"), "{told}");
    }
}

/// The very same on its files: what comes with an attribution is no less its work.
#[test]
fn work_that_comes_with_its_attribution_is_asked_for_what_its_trailer_would_ask() {
    let scene = Staged::new();
    let work = scene.repo.commit_files(&[(STATE, "state = 2\n")], "Squashed");
    scene.repo.backout(["attribute", "--stage", "9", &work]).run().ok();
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.commit("Attribute");
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn an_archive_that_a_later_commit_takes_away_stays_in_history() {
    let scene = Staged::new();
    let repo = &scene.repo;
    repo.write("dump.backout", [&backout::backup::archive::MAGIC[..], b"rest"].concat());
    repo.git(&["add", "dump.backout"]).ok();
    repo.git(&["commit", "--quiet", "--message", "Look at it"]).ok();
    let added = repo.rev("HEAD");
    repo.git(&["rm", "--quiet", "dump.backout"]).ok();
    repo.git(&["commit", "--quiet", "--message", "Take it away"]).ok();
    let run = scene.stopped(&["origin", "main"], "backup/archive-in-tree");
    assert!((run.out() + &run.err()).contains(&added[..12]));
}

#[test]
fn a_claim_on_nothing_that_the_stage_owns_is_told() {
    let scene = Staged::new();
    scene.repo.commit_files(&[("docs/nine.md", "how\n")], STAGE_9);
    insta::assert_snapshot!(scene.passes(&["origin", "main"]), @r#"backout: warn stage/wrong-stage: 3c2fa2818994 "Work" claims stage 9, but changes no path that it owns"#);
    scene.repo.commit_files(&[(SHARED, "shared = 2\n")], "Work\n\nMigration-Stage: 4");
    scene.repo.commit_files(&[(SHARED, "shared = 1\n")], "Undo it\n\nMigration-Stage: 4");
    assert_eq!(scene.passes(&["origin", "main"]), "", "it did change what the stage owns");
}

#[test]
fn a_repository_of_sha_256_is_judged_alike() {
    let scene = Staged::with(RepoOptions { sha256: true, ..RepoOptions::default() }, CONFIGURATION);
    scene.unready();
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn an_id_of_another_length_is_an_object_that_is_not_here() {
    for (sha256, length) in [(false, 64), (true, 40)] {
        let options = RepoOptions { sha256, ..RepoOptions::default() };
        let scene = Staged::with(options, CONFIGURATION);
        let (head, base) = (scene.ordinary(), scene.repo.rev("origin/main"));
        let odd = "5a".repeat(length / 2);
        let hook = |to: &str, from: &str| {
            let line = format!("HEAD {to} refs/heads/main {from}\n");
            scene.repo.backout(["pre-push", "origin", "x"]).stdin(line).run()
        };
        let run = hook(&odd, &odd).exits(3);
        assert!(run.err().contains("object 5a5a5a5a5a5a is not in this clone"), "{}", run.err());
        // Of two lengths in one line, git has written none.
        hook(&odd, &base).exits(2);
        hook(&head, &odd).exits(2);
        let event =
            format!(r#"{{"ref": "refs/heads/main", "before": "{odd}", "after": "{head}"}}"#);
        let run = by_event(&scene, "push", &event).run().exits(3);
        assert_eq!(said(&run)["findings"][0]["code"], "ref/history-rewritten");
        scene.repo.backout(["check", "--base", &odd]).run().exits(3);
    }
}

#[test]
fn a_clone_that_lacks_history_or_tags_gives_no_answer() {
    let scene = Staged::new();
    scene.unready();
    scene.share(&["origin", "main"]);
    let source = format!("file://{}", scene.origin.display());
    let shallow = scene.repo.clone_of(&source, "shallow", &["--depth", "1"]);
    shallow.backout(["check", "--base", "HEAD~1"]).run().exits(2);
    let run = shallow.backout(["check"]).run().exits(3);
    assert!(run.err().contains("--unshallow"), "{}", run.snapshot());
    let tagless = scene.repo.clone_of(&source, "tagless", &["--no-tags"]);
    let run = tagless.backout(["check", "--base", "HEAD~1"]).run();
    assert!(run.out().contains("not checked tag/not-fetched"), "{}", run.snapshot());
}
