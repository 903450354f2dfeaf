//! Where the action's backout comes from.

use std::fs;
use std::path::{Path, PathBuf};

use super::scripts::Script;
use crate::support::peers::project;
use crate::support::{Run, TestRepo, write_program};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A folder with what the script needs and neither cargo nor backout.
fn plain_tools(repo: &TestRepo) -> PathBuf {
    let folder = repo.root().join("tools");
    fs::create_dir_all(&folder).unwrap();
    for tool in [
        "sed",
        "head",
        "dirname",
        "uname",
        "mkdir",
        "awk",
        "cut",
        "sha256sum",
        "tar",
        "gzip",
        "curl",
        "cat",
    ] {
        let found =
            repo.command("sh", repo.path()).args(["-c", &format!("command -v {tool}")]).output();
        let found = String::from_utf8(found.unwrap().stdout).unwrap();
        std::os::unix::fs::symlink(found.trim(), folder.join(tool)).unwrap();
    }
    folder
}

/// A release as the release workflow puts it there, for every platform that can run these tests.
fn release(repo: &TestRepo, says: &str) -> PathBuf {
    let folder = repo.root().join(format!("releases/v{VERSION}"));
    write_program(&repo.root().join("made/backout"), format!("#!/bin/sh\necho '{says}'\n"));
    fs::create_dir_all(&folder).unwrap();
    let mut sums = String::new();
    for platform in [
        "x86_64-unknown-linux-gnu",
        "aarch64-unknown-linux-gnu",
        "x86_64-apple-darwin",
        "aarch64-apple-darwin",
    ] {
        let name = format!("backout-{VERSION}-{platform}.tar.gz");
        let archive = folder.join(&name).display().to_string();
        let pack =
            format!("tar -czf '{archive}' -C '{}' backout", repo.root().join("made").display());
        assert!(repo.command("sh", repo.path()).args(["-c", &pack]).status().unwrap().success());
        let sum = repo.command("sha256sum", &folder).arg(&name).output().unwrap();
        sums.push_str(&String::from_utf8(sum.stdout).unwrap());
    }
    fs::write(folder.join("SHA256SUMS"), sums).unwrap();
    repo.root().join("releases")
}

fn install<'a>(repo: &'a TestRepo, releases: &Path) -> Script<'a> {
    let tools = plain_tools(repo);
    let releases = format!("file://{}", releases.display());
    Script::new(repo, "install.sh").only(&[&tools]).set("BACKOUT_RELEASES", &releases)
}

fn added(repo: &TestRepo) -> String {
    fs::read_to_string(repo.root().join("path")).unwrap_or_default()
}

#[test]
fn a_backout_on_the_path_is_used() {
    let repo = TestRepo::new();
    let said = Script::new(&repo, "install.sh").with_backout().run().ok();
    assert!(said.out().contains(&format!(", backout {VERSION}\n")), "{}", said.snapshot());
    let said = Script::new(&repo, "install.sh").with_backout().set("BACKOUT_VERSION", VERSION);
    assert!(said.run().ok().out().starts_with("using "));
    assert_eq!(added(&repo), "");
}

#[test]
fn the_release_is_fetched_and_its_checksum_verified() {
    let repo = TestRepo::new();
    let releases = release(&repo, &format!("backout {VERSION}"));
    let said = install(&repo, &releases).run().ok();
    assert_eq!(said.out(), format!("installed backout {VERSION}, from the release\n"));
    let folder = repo.root().join("runner/backout/bin");
    assert_eq!(added(&repo), format!("{}\n", folder.display()));
    assert!(folder.join("backout").exists());
}

#[test]
fn a_backout_of_another_version_than_the_wanted_one_is_not_used() {
    let repo = TestRepo::new();
    let releases = release(&repo, &format!("backout {VERSION}"));
    let other = repo.root().join("other");
    write_program(&other.join("backout"), "#!/bin/sh\necho 'backout 0.0.1'\n");
    for wanted in [VERSION.to_owned(), format!("v{VERSION}")] {
        let script = install(&repo_again(&repo), &releases)
            .with_path(&other)
            .set("BACKOUT_VERSION", &wanted)
            .run();
        assert!(script.ok().out().ends_with("from the release\n"));
    }
}

/// The same folder: what was there before is made anew.
fn repo_again(repo: &TestRepo) -> TestRepo {
    let _ = fs::remove_dir_all(repo.root().join("tools"));
    repo.clone()
}

fn stops(said: &Run, with: &str) {
    assert_eq!(said.exit, 3, "{}", said.snapshot());
    assert!(said.out().contains("::error title=backout::"), "{}", said.snapshot());
    assert!(said.out().contains(with), "{}", said.snapshot());
}

#[test]
fn an_archive_that_is_not_the_released_one_is_not_run() {
    let repo = TestRepo::new();
    let releases = release(&repo, "backout");
    let folder = releases.join(format!("v{VERSION}"));
    for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        if entry.file_name().to_str().unwrap().ends_with(".gz") {
            let mut bytes = fs::read(entry.path()).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(entry.path(), bytes).unwrap();
        }
    }
    let said = install(&repo, &releases).run();
    stops(&said, "nothing of it was run");
    assert_eq!(added(&repo), "");
    assert!(!repo.root().join("runner/backout/bin/backout").exists());
}

#[test]
fn without_a_release_it_is_built_from_the_actions_own_source() {
    let repo = TestRepo::new();
    let cargo = repo.root().join("cargo");
    // What cargo was asked for, and a program where cargo would have put one.
    write_program(
        &cargo.join("cargo"),
        "#!/bin/sh\necho \"$@\" > \"$RUNNER_TEMP/asked\"\n\
         printf '#!/bin/sh\\necho backout built\\n' > \"$RUNNER_TEMP/backout/bin/backout\"\n\
         chmod +x \"$RUNNER_TEMP/backout/bin/backout\"\n",
    );
    let chmod = repo.command("sh", repo.path()).args(["-c", "command -v chmod"]).output().unwrap();
    let chmod = String::from_utf8(chmod.stdout).unwrap();
    std::os::unix::fs::symlink(chmod.trim(), cargo.join("chmod")).unwrap();
    let asked = || fs::read_to_string(repo.root().join("runner/asked")).unwrap();
    let root = repo.root().join("runner/backout").display().to_string();
    let said = install(&repo, &repo.root().join("none")).with_path(&cargo).run().ok();
    assert_eq!(said.out(), "installed backout built, built from source\n");
    let source = project(".").canonicalize().unwrap().display().to_string();
    assert_eq!(asked().trim(), format!("install --locked --quiet --root {root} --path {source}"));
    let other = install(&repo_again(&repo), &repo.root().join("none"))
        .with_path(&cargo)
        .set("BACKOUT_VERSION", "9.9.9")
        .run();
    other.ok();
    assert_eq!(
        asked().trim(),
        format!("install --locked --quiet --root {root} --version =9.9.9 backout")
    );
}

#[test]
fn without_release_and_cargo_it_says_what_to_do() {
    let repo = TestRepo::new();
    let said = install(&repo, &repo.root().join("none")).run();
    stops(&said, "install Rust in a step before, or put backout on the PATH");
}

#[test]
fn a_version_that_is_none_gets_nowhere() {
    let repo = TestRepo::new();
    for hostile in
        ["../../evil", "1.0.0/../x", "latest", "1.0.0\n::error::x", "$(touch pwned)", "-1.0.0"]
    {
        let said = Script::new(&repo, "install.sh").with_backout().set("BACKOUT_VERSION", hostile);
        stops(&said.run(), "should be one such as 1.2.3");
    }
    assert!(!repo.path().join("pwned").exists());
}

#[test]
fn a_backout_that_does_not_run_is_none() {
    let repo = TestRepo::new();
    let releases = release(&repo, &format!("backout {VERSION}"));
    let broken = repo.root().join("broken");
    write_program(&broken.join("backout"), "#!/bin/sh\nexit 126\n");
    let said = install(&repo, &releases).with_path(&broken).run().ok();
    assert!(said.out().ends_with("from the release\n"), "{}", said.snapshot());
    assert!(said.err().contains("does not run"), "{}", said.snapshot());
}

#[test]
fn a_build_that_fails_is_told_as_one() {
    let repo = TestRepo::new();
    let nowhere = repo.root().join("nowhere");
    let failing = repo.root().join("failing");
    write_program(&failing.join("cargo"), "#!/bin/sh\necho 'error: no linker' >&2\nexit 101\n");
    let said = install(&repo, &nowhere).with_path(&failing).run().exits(3);
    assert!(said.out().contains("building one with cargo failed"), "{}", said.snapshot());
    assert!(said.err().contains("no linker"), "{}", said.snapshot());
}

#[test]
fn a_release_by_plain_http_is_not_taken() {
    let repo = TestRepo::new();
    let nowhere = repo.root().join("nowhere");
    let said = install(&repo, &nowhere).set("BACKOUT_RELEASES", "http://127.0.0.1:9/x").run();
    let said = said.exits(3);
    assert!(said.err().contains("rotocol"), "{}", said.snapshot());
}
