//! Commits, branches, patches: what is written, and that all else stays as it was.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
use std::process::Stdio;

use serde_json::json;

use super::resumed::with_submodule;
use super::scene::{ADDED, AGENT, STATE, Scene, lines};
use crate::support::{PROGRAM, execute, write_program};

const WHY: &str = "carts lose lines";

#[test]
fn a_branch_is_made_and_nothing_else_is_touched() {
    let scene = Scene::landed();
    scene.repo.write("README.md", "not yet committed\n");
    scene.repo.write("new.txt", "unknown to git\n");
    scene.repo.write(STATE, "staged\n");
    scene.repo.git(&["add", STATE]).ok();
    let before = scene.repo.git(&["status", "--porcelain"]).ok().out();
    let planned = scene.plan(&["--stage", "4"], 0);
    let run = scene.backout(&["revert", "--stage", "4", "--branch", "out", "--reason", WHY]).ok();
    insta::assert_snapshot!(run.snapshot());
    assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), before);
    assert_eq!(planned["tree"], scene.tree("out").as_str());
    assert_eq!(scene.repo.rev("out^"), scene.repo.rev("main"));
    assert_eq!(scene.difference("main", "out"), format!("D {ADDED}\nM {STATE}\n"));
    assert_eq!(scene.at("out", STATE), lines(&[(7, "continue")]));
    insta::assert_snapshot!(
        "message",
        scene
            .repo
            .filter()
            .apply(&scene.repo.git(&["log", "-1", "--format=%an <%ae>%n%B", "out"]).ok().out())
    );
    // Once more: it is there.
    let run = scene.backout(&["revert", "--stage", "4", "--branch", "out", "--reason", WHY]).ok();
    assert!(run.err().contains("has it already"), "{}", run.err());
    // Another plan does not take its place.
    scene.backout(&["revert", "--stage", "9", "--branch", "out", "--reason", WHY]).exits(2);
}

#[test]
fn stages_that_can_go_one_by_one_get_a_commit_each() {
    let scene = Scene::blocked();
    scene
        .backout(&["revert", "--stage", "4", "--cascade", "--branch", "out", "--reason", WHY])
        .ok();
    let subjects = scene.repo.git(&["log", "--format=%s", "main..out"]).ok().out();
    assert_eq!(
        subjects,
        "Back out stage 4: State manager integration\nBack out stage 9: Continuation migration\n"
    );
    assert_eq!(scene.difference("migration-start", "out"), format!("M {AGENT}\n"));
}

#[test]
fn stages_that_interleave_go_in_one_commit_that_names_both() {
    let scene = Scene::begun();
    for (stage, text) in [("4", "4a"), ("9", "9a"), ("4", "4b"), ("9", "9b")] {
        scene.land(stage, text, &[(STATE, &lines(&[(2, text)]))]);
    }
    scene.share();
    assert_eq!(scene.plan(&["--stage", "4"], 4)["blocked_by"], serde_json::json!(["9"]));
    assert_eq!(scene.plan(&["--stage", "9"], 4)["blocked_by"], serde_json::json!(["4"]));
    scene
        .backout(&["revert", "--stage", "4", "--cascade", "--branch", "out", "--reason", WHY])
        .ok();
    let message = scene.repo.git(&["log", "--format=%B", "main..out"]).ok().out();
    assert_eq!(message.matches("Backout-Stage: ").count(), 2, "{message}");
    assert_eq!(message.matches("Back out stages 9 and 4").count(), 1, "{message}");
    assert_eq!(scene.tree("out"), scene.tree("migration-start"));
}

#[test]
fn a_commit_that_git_made_otherwise_than_asked_goes_nowhere() {
    // A git in between, as some teams have, that takes something away or adds it.
    for made in ["commit-tree \"$2\"", "commit-tree \"$4^{tree}\" -p \"$4\""] {
        let scene = Scene::landed();
        let folder = scene.repo.path().join("../bin");
        fs::create_dir_all(&folder).unwrap();
        let script = format!(
            "#!/bin/sh\nPATH=${{PATH#*:}}\n\
             case \"$*\" in *commit-tree*)\n\
             while [ \"$1\" != commit-tree ]; do shift; done\nexec git {made} ;;\nesac\n\
             exec git \"$@\"\n"
        );
        write_program(&folder.join("git"), script);
        let mut command = scene.repo.command(PROGRAM, scene.repo.path());
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        command.env("PATH", path);
        command.args(["revert", "--stage", "4", "--branch", "out", "--reason", WHY]);
        let run = execute(&mut command, b"", scene.repo.filter());
        assert_ne!(run.exit, 0, "{}", run.snapshot());
        assert!(run.err().contains("otherwise than asked"), "{}", run.err());
        assert_eq!(scene.repo.git(&["branch", "--list", "out"]).ok().out(), "");
    }
}

#[test]
fn in_place_needs_a_clean_work_tree() {
    let scene = Scene::landed();
    let arguments = ["revert", "--stage", "4", "--in-place", "--reason", WHY];
    scene.repo.write("README.md", "changed\n");
    insta::assert_snapshot!(scene.backout(&arguments).exits(2).snapshot());
    assert_eq!(scene.repo.read("README.md"), "changed\n");
    scene.repo.git(&["checkout", "--quiet", "README.md"]).ok();
    scene.repo.write("unknown.txt", "stays\n");
    scene.backout(&arguments).ok();
    assert_eq!(scene.repo.read(STATE), lines(&[(7, "continue")]));
    assert!(!scene.repo.path().join(ADDED).exists());
    assert_eq!(scene.repo.read("unknown.txt"), "stays\n");
    assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), "?? unknown.txt\n");
    assert_eq!(scene.repo.git(&["symbolic-ref", "HEAD"]).ok().line(), "refs/heads/main");
    // What was backed out is not backed out again.
    let again = scene.backout(&arguments).ok();
    assert!(again.out().contains("nothing to back out"), "{}", again.out());
}

#[test]
fn in_place_needs_a_branch_and_no_other_work_under_way() {
    let scene = Scene::landed();
    let arguments = ["revert", "--stage", "4", "--in-place", "--reason", WHY];
    scene.repo.git(&["checkout", "--quiet", "--detach"]).ok();
    scene.backout(&arguments).exits(2);
    scene.repo.git(&["checkout", "--quiet", "main"]).ok();
    let head = scene.repo.rev("HEAD");
    fs::write(scene.repo.path().join(".git/MERGE_HEAD"), format!("{head}\n")).unwrap();
    let run = scene.backout(&arguments).exits(2);
    assert!(run.err().contains("a merge is under way"), "{}", run.err());
    assert_eq!(scene.repo.rev("HEAD"), head);
}

#[test]
fn an_unknown_file_in_the_way_is_not_overwritten() {
    let scene = Scene::begun();
    scene.repo.git(&["rm", "--quiet", AGENT]).ok();
    scene.repo.commit("Drop it\n\nMigration-Stage: 5-6");
    scene.share();
    scene.repo.write(AGENT, "unknown to git\n");
    let run = scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", WHY]);
    assert_ne!(run.exit, 0);
    assert_eq!(scene.repo.read(AGENT), "unknown to git\n");
    // And once it is out of the way, the same command does it.
    fs::remove_file(scene.repo.path().join(AGENT)).unwrap();
    scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", WHY]).ok();
    assert_eq!(scene.repo.read(AGENT), lines(&[]));
}

#[test]
fn what_git_refused_is_not_done_later_by_another_command() {
    let scene = Scene::begun();
    scene.repo.git(&["rm", "--quiet", AGENT]).ok();
    scene.repo.commit("Drop it\n\nMigration-Stage: 5-6");
    scene.share();
    let landed = scene.repo.rev("main");
    scene.repo.write(AGENT, "unknown to git\n");
    let run = scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", WHY]);
    assert_ne!(run.exit, 0);
    assert_eq!(scene.repo.rev("main"), landed);
    fs::remove_file(scene.repo.path().join(AGENT)).unwrap();
    scene.backout(&["rehearse", "--no-receipts"]).ok();
    assert_eq!(scene.repo.rev("main"), landed, "nobody has asked for it again");
    assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), "");
}

#[test]
fn a_killed_run_whose_branch_has_moved_on_is_in_nobodys_way() {
    let scene = Scene::landed();
    let (from, to) = (scene.repo.rev("main~2"), scene.repo.rev("main~1"));
    let line = |event: &str| {
        format!("{{\"version\":1,\"at\":\"2026-01-05T12:00:00Z\",\"run\":\"a\",{event}}}\n")
    };
    let begin = "\"event\":\"begin\",\"pid\":1,\"command\":\"revert\",\"migration\":\"entities\",\
                 \"stages\":[\"4\"],\"onto\":\"\",\"reason\":\"x\",\
                 \"target\":\"work tree of refs/heads/main\"";
    let moving = format!("\"event\":\"moving\",\"from\":\"{from}\",\"to\":\"{to}\"");
    let folder = scene.repo.path().join(".git/backout");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("journal"), line(begin) + &line(&moving)).unwrap();
    let landed = scene.repo.rev("main");
    let run = scene.backout(&["revert", "--stage", "4", "--branch", "out", "--reason", WHY]).ok();
    assert!(run.err().contains("has moved since, and it is given up"), "{}", run.err());
    assert_eq!(scene.repo.rev("main"), landed);
    // Once is enough.
    let again = scene.backout(&["revert", "--stage", "4", "--branch", "b", "--reason", WHY]).ok();
    assert!(!again.err().contains("given up"), "{}", again.err());
}

#[test]
fn nothing_is_written_without_a_reason() {
    let scene = Scene::landed();
    for target in [&["--branch", "out"][..], &["--in-place"], &["--patch", "out.patch"]] {
        let all = [&["revert", "--stage", "4"], target].concat();
        let run = scene.backout(&all).exits(2);
        assert!(run.err().contains("a reason is needed"), "{}", run.err());
        scene.backout(&[&all[..], &["--reason", "  "]].concat()).exits(2);
    }
    assert_eq!(scene.repo.git(&["branch", "--list", "out"]).ok().out(), "");
    assert!(!scene.repo.path().join("out.patch").exists());
    assert!(!scene.repo.path().join(".git/backout").exists());
}

#[test]
fn a_patch_gives_the_planned_tree() {
    let scene = Scene::begun();
    let folder = scene.repo.path().join("agents");
    scene.repo.write("agents/blob.bin", b"\0\x01\x02binary\xff");
    scene.repo.write("agents/run.sh", "#!/bin/sh\n");
    scene.repo.write("agents/no-end", "without a line break");
    fs::set_permissions(folder.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("run.sh", folder.join("link")).unwrap();
    let odd = std::ffi::OsStr::new("agents/a \"b\"\t\u{e9}.py");
    scene.repo.write(odd.to_str().unwrap(), "odd\n");
    scene.repo.git(&["rm", "--quiet", AGENT]).ok();
    scene.repo.commit("All sorts\n\nMigration-Stage: 5-6");
    scene.share();
    let planned = scene.plan(&["--stage", "5-6"], 0);
    scene.backout(&["revert", "--stage", "5-6", "--patch", "../p", "--reason", WHY]).ok();
    scene.repo.git(&["apply", "--index", "../p"]).ok();
    let tree = scene.repo.git(&["write-tree"]).ok().line();
    assert_eq!(planned["tree"], tree.as_str());
    assert_eq!(tree, scene.tree("migration-start"));
}

/// In a subfolder `git apply` leaves out whatever is elsewhere, and says nothing.
#[test]
fn the_line_that_applies_a_patch_works_where_it_was_written() {
    let told = |scene: &Scene, folder: &std::path::Path, file: &str| {
        let patch = ["revert", "--stage", "5-6", "--patch", file, "--reason", WHY];
        let err = scene.repo.backout(patch).folder(folder).run().ok().err();
        err.lines().find_map(|line| line.split_once("; to apply it: ")).unwrap().1.to_owned()
    };
    for (below, file) in [("", "out.patch"), ("core", "out.patch"), ("core", "../../o ut")] {
        let scene = Scene::landed();
        let planned = scene.plan(&["--stage", "5-6"], 0);
        let folder = scene.repo.path().join(below);
        let line = told(&scene, &folder, file);
        assert_eq!(line.contains(" -C "), !below.is_empty(), "{line}");
        let mut shell = scene.repo.command("sh", &folder);
        execute(shell.args(["-e", "-c", &line]), b"", scene.repo.filter()).ok();
        assert_eq!(planned["tree"], scene.repo.git(&["write-tree"]).ok().line().as_str());
    }
}

#[test]
fn a_patch_goes_into_a_pipe_and_through_a_link_and_replaces_neither() {
    let scene = Scene::landed();
    let at = |name: &str| scene.repo.root().join(name);
    let revert =
        |file: &str| scene.backout(&["revert", "--stage", "5-6", "--patch", file, "--reason", WHY]);
    revert("../plain").ok();
    let plain = fs::read_to_string(at("plain")).unwrap();
    assert!(plain.starts_with("diff --git "), "{plain}");
    let mut make = scene.repo.command("mkfifo", std::path::Path::new("/"));
    assert!(make.arg(at("pipe")).status().unwrap().success());
    let pipe = at("pipe");
    // A reader that nobody ever writes to would wait for ever: this one is opened for both.
    let open = fs::File::options().read(true).write(true).open(&pipe).unwrap();
    revert("../pipe").ok();
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo(), "it was replaced");
    let mut told = vec![0; plain.len()];
    (&open).read_exact(&mut told).unwrap();
    assert_eq!(String::from_utf8(told).unwrap(), plain);
    fs::write(at("real"), "old").unwrap();
    fs::set_permissions(at("real"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real", at("link")).unwrap();
    symlink("made", at("dangling")).unwrap();
    for (link, real) in [("link", "real"), ("dangling", "made")] {
        revert(&format!("../{link}")).ok();
        assert!(at(link).is_symlink(), "{link} was replaced");
        assert_eq!(fs::read_to_string(at(real)).unwrap(), plain);
    }
    assert_eq!(fs::metadata(at("real")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_place_that_takes_no_patch_is_told_once_and_in_plain_words() {
    let scene = Scene::landed();
    let kept = scene.repo.root().join("kept");
    fs::write(&kept, "kept").unwrap();
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o444)).unwrap();
    symlink("circle", scene.repo.root().join("circle")).unwrap();
    let told =
        ["../kept", "../circle", "core", "no/folder/x", "README.md/x", "-", ""].map(|file| {
            let run =
                scene.backout(&["revert", "--stage", "5-6", "--patch", file, "--reason", WHY]);
            format!("{} {}", run.exit, run.err().lines().next().unwrap())
        });
    insta::assert_snapshot!(told.join("\n"), @"
    3 error: the patch ../kept cannot be written: it is write-protected
    3 error: the patch ../circle cannot be written: its symbolic links lead in a circle
    3 error: the patch core cannot be written: it is a folder
    3 error: the patch no/folder/x cannot be written: there is no such folder
    3 error: the patch README.md/x cannot be written: a file stands where a folder is needed
    2 error: invalid value '-' for '--patch <FILE>': standard output takes the plan; name a file
    2 error: invalid value '' for '--patch <FILE>': expected a file
    ");
    assert_eq!(fs::read_to_string(kept).unwrap(), "kept");
}

#[test]
fn no_setting_of_git_changes_a_patch() {
    let scene = with_submodule();
    let text = lines(&[(4, "prompt")]).replace("line 2\n", "\n");
    scene.land("5-6", "Write prompts", &[(AGENT, &text), ("agents/\u{e9}.py", "x\n")]);
    scene.share();
    let planned = scene.plan(&["--offline", "--stage", "5-6"], 0);
    let patch = ["revert", "--offline", "--stage", "5-6", "--patch", "../p", "--reason", WHY];
    scene.backout(&patch).ok();
    let plain = fs::read_to_string(scene.repo.root().join("p")).unwrap();
    assert!(plain.contains("+Subproject commit "), "{plain}");
    scene.repo.git(&["apply", "--index", "../p"]).ok();
    assert_eq!(planned["tree"], scene.repo.git(&["write-tree"]).ok().line().as_str());
    scene.repo.git(&["reset", "--quiet", "--hard"]).ok();
    let modules = scene.repo.read(".gitmodules") + "\tignore = all\n";
    scene.repo.write(".gitmodules", modules);
    for setting in [
        "diff.ignoreSubmodules=all",
        "submodule.agents/library.ignore=all",
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.srcPrefix=x/",
        "diff.external=false",
        "diff.context=0",
        "diff.interHunkContext=9",
        "diff.submodule=log",
        "diff.relative=true",
        "diff.renames=copies",
        "diff.suppressBlankEmpty=true",
        "diff.wordRegex=.",
        "diff.colorMoved=zebra",
        "diff.orderFile=/dev/null",
        "color.ui=always",
        "color.diff=always",
        "core.quotePath=false",
        "core.abbrev=4",
    ] {
        let (name, value) = setting.split_once('=').unwrap();
        scene.repo.git(&["config", "set", name, value]).ok();
    }
    let run =
        scene.repo.backout(patch).env("GIT_DIFF_OPTS", "-u0").env("GIT_EXTERNAL_DIFF", "false");
    run.run().ok();
    assert_eq!(fs::read_to_string(scene.repo.root().join("p")).unwrap(), plain);
}

#[test]
fn another_index_is_left_alone_and_a_commit_is_in_utf_8() {
    let scene = Scene::landed();
    scene.repo.git(&["config", "i18n.commitEncoding", "ISO-8859-1"]).ok();
    let other = scene.repo.root().join("index");
    fs::copy(scene.repo.path().join(".git/index"), &other).unwrap();
    let before = fs::read(&other).unwrap();
    let arguments = ["revert", "--stage", "4", "--in-place", "--reason", "Körbe verlieren Zeilen"];
    scene.repo.backout(arguments).env("GIT_INDEX_FILE", &other).run().ok();
    assert!(fs::read(&other).unwrap() == before, "it was written");
    assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), "");
    let commit = scene.repo.git(&["cat-file", "commit", "main"]).ok().out();
    assert!(commit.contains("Körbe") && !commit.contains("\nencoding"), "{commit}");
}

#[test]
fn a_work_tree_that_git_cannot_bring_along_is_told_and_finished_by_the_same_command() {
    let scene = Scene::landed();
    scene.repo.git(&["config", "filter.broken.smudge", "false"]).ok();
    scene.repo.git(&["config", "filter.broken.clean", "cat"]).ok();
    scene.repo.git(&["config", "filter.broken.required", "true"]).ok();
    fs::write(scene.repo.path().join(".git/info/attributes"), format!("{STATE} filter=broken\n"))
        .unwrap();
    let arguments = ["revert", "--offline", "--stage", "4", "--in-place", "--reason", WHY];
    let first = scene.backout(&arguments).exits(3);
    insta::assert_snapshot!(first.filter().apply(&first.err()), @"
    error: refs/heads/main has moved to [oid], but the files have not all followed: git: core/state_manager.py: smudge filter broken failed
    help: see to the cause, then run the same command again: it brings the rest along
    ");
    let again = scene.backout(&arguments).exits(3);
    insta::assert_snapshot!(again.filter().apply(&again.err()), @"
    error: refs/heads/main has moved to [oid], but the files have not all followed: git: core/state_manager.py: smudge filter broken failed
    help: see to the cause, then run the same command again: it brings the rest along
    ");
    scene.repo.git(&["config", "filter.broken.smudge", "cat"]).ok();
    let last = scene.backout(&arguments).ok();
    assert!(last.err().contains("it is finished now"), "{}", last.err());
    assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), "");
}

#[test]
fn a_commit_that_git_does_not_make_is_told_with_what_helps() {
    let scene = Scene::landed();
    let revert = ["revert", "--offline", "--stage", "4", "--branch", "out", "--reason", WHY];
    fs::write(scene.repo.root().join("empty"), "[user]\n\tuseConfigOnly = true\n").unwrap();
    let settings = scene.repo.root().join("empty");
    let nobody = scene.repo.backout(revert).env("GIT_CONFIG_GLOBAL", settings).run().exits(3);
    insta::assert_snapshot!(nobody.err(), @"
    error: no commit could be made: git: no email was given and auto-detection is disabled
    help: say who commits: `git config user.name NAME` and `git config user.email ADDRESS`
    ");
    scene.repo.git(&["config", "commit.gpgSign", "true"]).ok();
    scene.repo.git(&["config", "gpg.program", "false"]).ok();
    let unsigned = scene.backout(&revert).exits(3);
    insta::assert_snapshot!(unsigned.err(), @"
    error: no commit could be made: git: (no gpg output)
    help: `commit.gpgSign` is on: look whether `git commit -S` can sign here, or switch it off for this repository: `git config commit.gpgSign false`
    ");
    assert_eq!(scene.repo.git(&["branch", "--list", "out"]).ok().out(), "");
}

#[test]
fn what_a_git_that_was_killed_left_locked_is_told_with_what_helps() {
    let scene = Scene::landed();
    let lock = scene.repo.path().join(".git/refs/heads/out.lock");
    fs::write(&lock, "").unwrap();
    let revert = ["revert", "--offline", "--stage", "4", "--branch", "out", "--reason", WHY];
    let run = scene.backout(&revert).exits(3);
    insta::assert_snapshot!(run.filter().apply(&run.err()));
    fs::remove_file(&lock).unwrap();
    scene.backout(&revert).ok();
}

#[test]
fn commits_are_signed_as_git_is_configured() {
    let scene = Scene::landed();
    let signer = scene.repo.path().join("../signer");
    let script = "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\n\
                  printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nabc\\n\
                  -----END PGP SIGNATURE-----\\n'\n";
    write_program(&signer, script);
    scene.repo.git(&["config", "gpg.program", signer.to_str().unwrap()]).ok();
    scene.repo.git(&["config", "commit.gpgSign", "true"]).ok();
    scene.backout(&["revert", "--stage", "4", "--branch", "out", "--reason", WHY]).ok();
    let commit = scene.repo.git(&["cat-file", "commit", "out"]).ok().out();
    assert!(commit.contains("BEGIN PGP SIGNATURE"), "{commit}");
}

#[test]
fn what_others_wrote_takes_no_effect_a_second_time() {
    let scene = Scene::begun();
    let subject = "Fix @acme/team [skip ci] closes #7";
    scene.land("5-6", subject, &[(AGENT, &lines(&[(1, "x")]))]);
    scene.share();
    let why = "see #9\nMigration-Stage: 4\n[ci skip]";
    scene.backout(&["revert", "--stage", "5-6", "--branch", "out", "--reason", why]).ok();
    let message = scene.repo.git(&["log", "-1", "--format=%B", "out"]).ok().out();
    for word in ["@acme", "[skip ci]", "[ci skip]", "#7", "#9", "\nMigration-Stage"] {
        assert!(!message.contains(word), "{word} is in\n{message}");
    }
    let trailers = scene.repo.git(&["log", "-1", "--format=%(trailers:only)", "out"]).ok().out();
    assert!(trailers.starts_with("Backout-Stage: 5-6\nBackout-Commits: "), "{trailers}");
}

#[test]
fn a_stage_comes_back_as_it_was() {
    let scene = Scene::landed();
    let before = scene.tree("main");
    scene.backout(&["revert", "--stage", "4", "--in-place", "--reason", WHY]).ok();
    scene.share();
    insta::assert_snapshot!(scene.backout(&["reapply", "--stage", "4"]).ok().snapshot());
    scene.backout(&["reapply", "--stage", "4", "--in-place", "--reason", "repaired"]).ok();
    assert_eq!(scene.tree("main"), before);
    scene.share();
    // It lives again, and can be backed out again.
    scene.backout(&["reapply", "--stage", "4"]).exits(2);
    scene.backout(&["revert", "--stage", "4", "--in-place", "--reason", WHY]).ok();
    assert_eq!(scene.at("main", STATE), lines(&[(7, "continue")]));
}

#[test]
fn what_the_same_command_has_brought_back_is_done() {
    let scene = Scene::landed();
    scene.backout(&["revert", "--stage", "4", "--in-place", "--reason", WHY]).ok();
    let again = ["reapply", "--offline", "--stage", "4", "--in-place", "--reason", "repaired"];
    scene.backout(&again).ok();
    let tip = scene.repo.rev("main");
    insta::assert_snapshot!(scene.backout(&again).ok().snapshot());
    let json = scene.backout(&[&again[..], &["--format", "json"]].concat()).ok().out();
    let planned: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(planned["tree"], scene.tree("main").as_str());
    assert_eq!((&planned["undone"], &planned["paths"]), (&json!([]), &json!([])));
    assert_eq!(scene.repo.rev("main"), tip);
    // It still is once others have gone on.
    scene.land("none", "Go on", &[("README.md", "two\n")]);
    scene.backout(&again).ok();
    // Another wish is none that was fulfilled.
    for other in [
        &["--stage", "4", "--in-place", "--reason", "other"][..],
        &["--stage", "9", "--in-place", "--reason", "repaired"],
        &["--stage", "4", "--stage", "9", "--in-place", "--reason", "repaired"],
        &["--stage", "4", "--branch", "out", "--reason", "repaired"],
        &["--stage", "4"],
    ] {
        scene.backout(&[&["reapply", "--offline", "--onto", "main"], other].concat()).exits(2);
    }
    // Nor is one that something else came after.
    scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", WHY]).ok();
    scene.backout(&again).exits(2);
}

#[test]
fn merging_the_branch_again_brings_nothing_and_reapply_does() {
    let scene = Scene::begun();
    scene.repo.git(&["checkout", "--quiet", "-b", "topic"]).ok();
    scene.land("5-6", "Write prompts", &[(AGENT, &lines(&[(4, "prompt")]))]);
    scene.repo.git(&["checkout", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic"]).ok();
    scene.share();
    scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", WHY]).ok();
    assert_eq!(scene.repo.read(AGENT), lines(&[]));
    scene.repo.git(&["merge", "--quiet", "topic"]).ok();
    assert_eq!(scene.repo.read(AGENT), lines(&[]), "git takes it for merged");
    scene.backout(&["reapply", "--stage", "5-6", "--in-place", "--reason", "again"]).ok();
    assert_eq!(scene.repo.read(AGENT), lines(&[(4, "prompt")]));
}

#[test]
fn stages_that_went_together_come_back_together() {
    let scene = Scene::begun();
    for (stage, text) in [("4", "4a"), ("9", "9a"), ("4", "4b"), ("9", "9b")] {
        scene.land(stage, text, &[(STATE, &lines(&[(2, text)]))]);
    }
    let before = scene.tree("main");
    scene.backout(&["revert", "--stage", "4", "--cascade", "--in-place", "--reason", WHY]).ok();
    scene.backout(&["reapply", "--stage", "4", "--stage", "9", "--in-place", "--reason", "x"]).ok();
    assert_eq!(scene.tree("main"), before);
}

#[test]
fn stages_that_went_one_by_one_come_back_one_by_one() {
    let scene = Scene::blocked();
    let before = scene.tree("main");
    scene.backout(&["revert", "--stage", "4", "--cascade", "--in-place", "--reason", WHY]).ok();
    scene.backout(&["reapply", "--stage", "9", "--stage", "4", "--in-place", "--reason", "x"]).ok();
    assert_eq!(scene.tree("main"), before);
    let subjects = scene.repo.git(&["log", "-2", "--format=%s"]).ok().out();
    assert_eq!(
        subjects,
        "Bring back stage 9: Continuation migration\n\
         Bring back stage 4: State manager integration\n"
    );
}

#[test]
fn two_at_once_both_come_to_an_end() {
    let scene = Scene::landed();
    let start = |name: &str| {
        let mut command = scene.repo.command(PROGRAM, scene.repo.path());
        command.args(["revert", "--offline", "--stage", "4", "--branch", name, "--reason", WHY]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = ["a", "a", "b", "a"].into_iter().map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(scene.tree("a"), scene.tree("b"));
    assert_eq!(scene.repo.git(&["rev-list", "--count", "main..a"]).ok().line(), "1");
}

#[test]
fn two_at_once_in_one_work_tree_do_it_once() {
    for command in ["revert", "reapply"] {
        let scene = Scene::landed();
        let asked = [command, "--offline", "--stage", "4", "--in-place", "--reason", WHY];
        if command == "reapply" {
            scene.backout(&["revert", "--stage", "4", "--in-place", "--reason", WHY]).ok();
        }
        let before = scene.repo.rev("main");
        let start = |_| {
            let mut command = scene.repo.command(PROGRAM, scene.repo.path());
            command.args(asked).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let children: Vec<_> = (0..3).map(start).collect();
        let codes = children.into_iter().map(|mut child| child.wait().unwrap().code().unwrap());
        let codes: Vec<i32> = codes.collect();
        // What has come back needs not come back: there is nothing to reapply.
        let others = if command == "revert" { 0 } else { 1 };
        assert!(codes.contains(&0), "{codes:?}");
        assert!(codes.iter().all(|code| [0, others].contains(code)), "{command}: {codes:?}");
        let made = scene.repo.git(&["rev-list", "--count", &format!("{before}..main")]).ok();
        assert_eq!(made.line(), "1", "{command}");
        assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), "", "{command}");
    }
}

/// Takes git's place: somebody else moves the ref just before it is moved.
const MOVED_BEFORE: &str = r#"#!/bin/sh
[ "$1" != update-ref ] || "$REAL_GIT" update-ref "$MOVED" "$OTHER" || exit 1
exec "$REAL_GIT" "$@"
"#;

#[test]
fn a_ref_that_somebody_moves_just_before_stays_theirs() {
    for (arguments, branch) in [(["--branch", "out"], "out"), (["--in-place", "--confirm"], "main")]
    {
        let scene = Scene::landed();
        let tip = scene.repo.rev("main");
        let commit = ["commit-tree", "main^{tree}", "-p", "main", "-m", "Somebody's"];
        let other = scene.repo.git(&commit).ok().line();
        let bin = scene.repo.root().join("bin");
        write_program(&bin.join("git"), MOVED_BEFORE);
        let path = std::env::var("PATH").unwrap();
        let real = std::env::split_paths(&path).map(|folder| folder.join("git"));
        let real = real.into_iter().find(|file| file.exists()).unwrap();
        let asked = ["revert", "--offline", "--stage", "4", "--reason", WHY];
        let run = scene.repo.backout(asked).args(arguments);
        let run = run.env("REAL_GIT", real).env("PATH", format!("{}:{path}", bin.display()));
        let run = run.env("MOVED", format!("refs/heads/{branch}")).env("OTHER", &other).run();
        let told = run.exits(3).err();
        assert!(told.contains("cannot lock ref"), "{branch}: {told}");
        assert_eq!(scene.repo.rev(branch), other, "{branch}");
        assert!(branch == "main" || scene.repo.rev("main") == tip);
        assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), "", "{branch}");
        let journal = scene.repo.read(".git/backout/journal");
        let last = journal.lines().last().unwrap();
        assert!(last.contains(r#""event":"end","outcome":"failed""#), "{branch}: {last}");
        // Nothing is left to be finished.
        let next = ["revert", "--offline", "--stage", "4", "--branch", "next", "--reason", WHY];
        assert!(!scene.backout(&next).ok().err().contains("interrupted"));
    }
}

#[test]
fn three_stages_go_and_come_back_in_a_commit_each() {
    let scene = Scene::begun();
    let first = "\n[[stages]]\nid = \"1\"\nname = \"First\"\nimpact = \"medium\"\n\
                 paths = [\"README.md\"]\nrollback = [\"code\"]\n";
    let text = scene.repo.read("backout.toml").replacen(
        "\n[[stages]]",
        &format!("{first}\n[[stages]]"),
        1,
    );
    scene.repo.commit_files(&[("backout.toml", &text)], "Name the first stage");
    scene.land("1", "Begin", &[("README.md", "two\n")]);
    let begun = scene.tree("main");
    scene.land("4", "Add deltas", &[(STATE, &lines(&[(2, "delta")])), (ADDED, "delta = 1\n")]);
    scene.land("5-6", "Write prompts", &[(AGENT, &lines(&[(4, "prompt")]))]);
    scene.land("9", "Continue", &[(STATE, &lines(&[(2, "delta"), (7, "continue")]))]);
    scene.share();
    let landed = scene.tree("main");
    scene.backout(&["revert", "--to", "1", "--in-place", "--reason", WHY]).ok();
    assert_eq!(scene.tree("main"), begun);
    let subjects = || scene.repo.git(&["log", "-3", "--format=%s"]).ok().out();
    assert_eq!(subjects().matches("Back out stage ").count(), 3, "{}", subjects());
    let stages = ["--stage", "4", "--stage", "5-6", "--stage", "9"];
    let again = [&["reapply", "--in-place", "--reason", "repaired"][..], &stages].concat();
    scene.backout(&again).ok();
    assert_eq!(scene.tree("main"), landed);
    assert_eq!(subjects().matches("Bring back stage ").count(), 3, "{}", subjects());
}
