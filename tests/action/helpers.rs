//! The action's other scripts: the guard's start on a revert's branch, the receipts' commit.

use std::fs;

use super::scripts::Script;
use super::server::Server;
use crate::support::peers::project;
use crate::support::{RECEIPT, Run, Staged, TestRepo, execute, write_program};

const STARTED: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
const REFUSED: &str = "HTTP/1.1 403 Forbidden\r\nContent-Length: 24\r\nConnection: close\r\n\r\n\
    {\"message\":\"not for you\"}";

const BRANCH: &str = "backout/entities/stage-9";

fn start(repo: &TestRepo, server: &Server, arguments: [&str; 2]) -> Run {
    let mut command = repo.command("bash", repo.path());
    command.arg(project(".github/action/start-guard.sh")).args(arguments);
    command.env("GITHUB_API_URL", &server.url).env("GITHUB_REPOSITORY", "acme/service");
    command.env("GITHUB_TOKEN", "s3cret");
    execute(&mut command, b"", repo.filter())
}

#[test]
fn the_guard_is_started_on_the_pull_requests_branch() {
    let server = Server::answering(STARTED);
    let said = start(&TestRepo::new(), &server, ["guard.yml", BRANCH]).ok();
    assert_eq!(said.out(), "started guard.yml on backout/entities/stage-9\n");
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let path = "/repos/acme/service/actions/workflows/guard.yml/dispatches";
    assert_eq!(requests[0].line, format!("POST {path} HTTP/1.1"));
    assert_eq!(requests[0].body, r#"{"ref":"backout/entities/stage-9"}"#);
    let token = "Authorization: Bearer s3cret".to_owned();
    assert!(requests[0].headers.contains(&token), "{:?}", requests[0].headers);
}

#[test]
fn a_guard_that_cannot_be_started_is_told_and_the_pull_request_stays() {
    let repo = TestRepo::new();
    let told = |server: &Server, arguments, why: &str| {
        let said = start(&repo, server, arguments).ok();
        assert!(said.out().starts_with("::warning title=backout::"), "{}", said.snapshot());
        assert!(said.out().contains(why), "{}", said.snapshot());
        assert!(said.out().contains("start it by hand: Actions"), "{}", said.snapshot());
        assert_eq!(said.out().lines().count(), 1, "{}", said.snapshot());
        assert!(!said.out().contains("s3cret"), "{}", said.snapshot());
    };
    let refusing = Server::answering(REFUSED);
    told(&refusing, ["guard.yml", BRANCH], "not for you");
    assert_eq!(refusing.requests().len(), 1);
    let server = Server::answering(STARTED);
    for guard in ["../../x.yml", "guard", "a b.yml", "guard.yml\n::error::x"] {
        told(&server, [guard, BRANCH], "a workflow's file name");
    }
    // Nothing of a name becomes more than a name.
    for branch in ["", "a\"b", "a\nb", "a b", "x\",\"inputs\":{}"] {
        told(&server, ["guard.yml", branch], "no branch of a pull request was reported");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn the_token_goes_to_github_alone_and_never_in_the_clear() {
    let repo = TestRepo::new();
    for api in [
        "http://api.github.com",
        "ftp://x",
        "http://127.0.0.1.evil.example",
        "http://x@127.0.0.1",
        "",
    ] {
        let mut command = repo.command("bash", repo.path());
        command.arg(project(".github/action/start-guard.sh")).args(["guard.yml", BRANCH]);
        command.env("GITHUB_API_URL", api).env("GITHUB_REPOSITORY", "acme/service");
        // Whoever is asked says so.
        let fake = repo.root().join("fake");
        write_program(&fake.join("curl"), "#!/bin/sh\necho ASKED \"$@\"\nexit 22\n");
        let path = format!("{}:{}", fake.display(), std::env::var("PATH").unwrap());
        let said = execute(command.env("PATH", path), b"", repo.filter()).ok();
        // Left out, it is GitHub's own.
        assert_eq!(said.out().contains("ASKED"), api.is_empty(), "{api}: {}", said.snapshot());
    }
}

/// A shallow checkout of the remote, as the workflow has it, and a folder with a receipt.
fn keep(scene: &Staged, branch: &str) -> Run {
    keep_with(scene, branch, &[])
}

fn keep_with(scene: &Staged, branch: &str, tools: &[&std::path::Path]) -> Run {
    let source = format!("file://{}", scene.origin.display());
    let name = format!("ci-{}", fs::read_dir(scene.repo.root()).unwrap().count());
    let clone = scene.repo.clone_of(&source, &name, &["--depth", "1", "--no-tags"]);
    let receipts = scene.repo.root().join("receipts");
    fs::create_dir_all(&receipts).unwrap();
    fs::write(receipts.join("context.toml"), RECEIPT).unwrap();
    let mut script =
        Script::new(&clone, "run.sh").with_backout().set("IN_COMMAND", "keep receipts");
    for folder in tools {
        script = script.with_path(folder);
    }
    let script = script.set("IN_RECEIPT", &receipts.display().to_string());
    script.set("IN_BRANCH", branch).set("GITHUB_RUN_ID", "77").run()
}

#[test]
fn receipts_are_committed_to_the_branch_as_it_is_now() {
    let scene = Staged::new();
    scene.unready();
    scene.share(&["origin", "main"]);
    let before = scene.repo.rev("HEAD");
    let said = keep(&scene, "main").ok();
    assert!(said.out().starts_with("committed to main: "), "{}", said.snapshot());
    scene.repo.git(&["pull", "--quiet", "--ff-only", "origin", "main"]).ok();
    assert_eq!(scene.repo.rev("HEAD^"), before);
    assert_eq!(scene.repo.read(".backout/backups/context.toml"), RECEIPT);
    let changed = scene.repo.git(&["diff", "--name-only", "HEAD^"]).ok().line();
    assert_eq!(changed, ".backout/backups/context.toml");
    let again = keep(&scene, "main").ok();
    assert_eq!(again.out(), "the branch has these receipts already\n");
}

#[test]
fn a_protected_branch_gets_them_by_another() {
    let scene = Staged::new();
    let hook = scene.origin.join("hooks/update");
    write_program(&hook, "#!/bin/sh\n[ \"$1\" != refs/heads/main ]\n");
    let said = keep(&scene, "main").ok();
    assert!(said.out().contains("the receipts are on backout/receipts-77"), "{}", said.snapshot());
    assert!(scene.remote_refs().contains("refs/heads/backout/receipts-77"));
}

#[test]
fn what_is_no_branch_and_no_receipt_stops() {
    let scene = Staged::new();
    for branch in ["", "x~1", "a..b", "x:refs/tags/y", "a b"] {
        let said = keep(&scene, branch).exits(2);
        assert!(said.out().contains("the input branch should be"), "{branch}: {}", said.snapshot());
    }
    let script = Script::new(&scene.repo, "run.sh").with_backout().set("IN_BRANCH", "main");
    let said =
        script.set("IN_COMMAND", "keep receipts").set("IN_RECEIPT", "nowhere").run().exits(2);
    assert!(said.out().contains("a folder with receipts"), "{}", said.snapshot());
}

/// A git that lets somebody else push to main just before its own first push does.
fn overtaken(scene: &Staged) -> std::path::PathBuf {
    let folder = scene.repo.root().join("overtaken");
    fs::create_dir_all(&folder).unwrap();
    let git = scene.repo.command("sh", scene.repo.path()).args(["-c", "command -v git"]).output();
    let git = String::from_utf8(git.unwrap().stdout).unwrap();
    let (git, there, done) = (git.trim(), scene.repo.path().display(), folder.join("done"));
    let done = done.display();
    let text = format!(
        "#!/bin/sh\ncase \"$1 $*\" in push*refs/heads/main*) [ -e '{done}' ] || {{ touch '{done}'; \
         '{git}' -C '{there}' push --quiet --no-verify origin main; }};; esac\n\
         exec '{git}' \"$@\"\n"
    );
    write_program(&folder.join("git"), text);
    folder
}

#[test]
fn a_push_in_between_is_no_protected_branch() {
    let scene = Staged::new();
    let theirs = scene.ordinary();
    let said = keep_with(&scene, "main", &[&overtaken(&scene)]).ok();
    assert!(said.out().starts_with("committed to main: "), "{}", said.snapshot());
    assert!(!scene.remote_refs().contains("backout/receipts"), "{}", scene.remote_refs());
    scene.repo.git(&["pull", "--quiet", "--ff-only", "origin", "main"]).ok();
    assert_eq!(scene.repo.rev("HEAD^"), theirs);
}

/// The receipt with another archive at its end.
fn with_archive(name: &str) -> String {
    let archive = RECEIPT.split_once("[[archives]]").unwrap().1;
    format!("{RECEIPT}\n[[archives]]{}", archive.replace("context.backout", name))
}

/// Two deliveries begin from one commit; each has written an archive of its own into the receipt.
fn two_deliveries() -> (Staged, TestRepo, impl Fn(&Staged, &TestRepo, &str) -> Run) {
    let scene = Staged::new();
    scene.ready();
    scene.share(&["origin", "main"]);
    let source = format!("file://{}", scene.origin.display());
    let begun = scene.repo.clone_of(&source, "begun", &["--depth", "1", "--no-tags"]);
    let was = begun.rev("HEAD:.backout/backups/context.toml");
    let keep = move |scene: &Staged, checkout: &TestRepo, name: &str| {
        let receipts = scene.repo.root().join(name).join(".backout/backups");
        fs::create_dir_all(&receipts).unwrap();
        fs::write(receipts.join("context.toml"), with_archive(name)).unwrap();
        let folder = scene.repo.root().join(name);
        let noted = format!("{was} .backout/backups/context.toml\n");
        fs::write(folder.join(".begun-from"), noted).unwrap();
        let script = Script::new(checkout, "run.sh").with_backout();
        script
            .set("IN_COMMAND", "keep receipts")
            .set("IN_RECEIPT", &folder.display().to_string())
            .set("IN_BRANCH", "main")
            .set("GITHUB_RUN_ID", "77")
            .run()
    };
    (scene, begun, keep)
}

#[test]
fn a_receipt_that_another_delivery_has_written_is_not_replaced() {
    let (scene, begun, keep) = two_deliveries();
    keep(&scene, &begun, "first").ok();
    let kept = || scene.repo.git_in(&scene.origin, &["show", "main:.backout/backups/context.toml"]);
    assert_eq!(kept().ok().out(), with_archive("first"));
    // Again, it is there already.
    assert!(keep(&scene, &begun, "first").ok().out().contains("has these receipts already"));
    // From the same commit, or from wherever that checkout stands by now.
    let source = format!("file://{}", scene.origin.display());
    let later = scene.repo.clone_of(&source, "later", &["--depth", "1", "--no-tags"]);
    begun.git(&["checkout", "--quiet", "--detach", "origin/main"]).ok();
    for (checkout, name) in [(&begun, "second"), (&later, "third")] {
        let said = keep(&scene, checkout, name).exits(2);
        let told = ".backout/backups/context.toml was changed on main since this delivery began";
        assert!(said.out().contains(told), "{}", said.snapshot());
        assert_eq!(kept().ok().out(), with_archive("first"));
        // What it has written is not lost.
        let own = said.out().split("The receipts are on ").nth(1).unwrap().to_owned();
        let own = own.split(';').next().unwrap().to_owned();
        let there = format!("{own}:.backout/backups/context.toml");
        let text = scene.repo.git_in(&scene.origin, &["show", &there]).ok().out();
        assert_eq!(text, with_archive(name));
    }
}

#[test]
fn only_what_a_backup_has_just_written_is_handed_on_from_wherever_it_lies() {
    let configuration = crate::support::CONFIGURATION;
    let store = tempfile::tempdir().unwrap();
    let billing = configuration
        .replace("\"entities\"", "\"billing\"")
        .replace("s3://ops/backups", &store.path().display().to_string());
    let root = "version = 1\ninclude = [\"billing/backout.toml\"]\n";
    let scene = Staged::with(
        crate::support::RepoOptions::default(),
        &configuration.replacen("version = 1\n", root, 1),
    );
    let repo = &scene.repo;
    repo.commit_files(
        &[
            ("billing/backout.toml", billing.as_str()),
            ("billing/state.json", "{}\n"),
            (crate::support::RECEIPT_PATH, RECEIPT),
        ],
        "Two migrations",
    );
    let script = Script::new(repo, "run.sh").with_backout().set("IN_COMMAND", "backup create");
    script.set("IN_BACKUP", "billing:context").run().ok();
    let found = super::scripts::outputs(repo);
    let folder = found.iter().find(|(name, _)| name == "receipts").unwrap().1.clone();
    let listed =
        repo.command("find", repo.path()).args([&folder, "-name", "*.toml"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed, format!("{folder}/billing/.backout/backups/context.toml\n"));
    // It is noted what the receipt was before, so that nobody else's is replaced later.
    let noted = fs::read_to_string(format!("{folder}/.begun-from")).unwrap();
    assert_eq!(noted, "none billing/.backout/backups/context.toml\n");
    // So they come to the branch, and the check has them.
    scene.share(&["origin", "main"]);
    let script = Script::new(repo, "run.sh").with_backout().set("IN_COMMAND", "keep receipts");
    script.set("IN_RECEIPT", &folder).set("IN_BRANCH", "main").run().ok();
    let changed = repo.git_in(&scene.origin, &["show", "--format=", "--name-only", "main"]);
    assert_eq!(changed.ok().line(), "billing/.backout/backups/context.toml");
}

#[test]
fn where_no_backup_is_defined_none_is_taken() {
    let without = crate::support::CONFIGURATION
        .replace(
            "[backups.context]\nsource = { kind = \"file\", path = \"state.json\" }\n\
            store = \"s3://ops/backups\"\n",
            "",
        )
        .replace("backups = [\"context\"]\n", "");
    let scene = Staged::with(crate::support::RepoOptions::default(), &without);
    let script = Script::new(&scene.repo, "run.sh").with_backout();
    let said = script.set("IN_COMMAND", "backup create").run().ok();
    assert!(said.err().contains("no backup is defined: there is nothing to take"));
}
