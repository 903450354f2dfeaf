//! What is released: the archive that the action and `cargo binstall` fetch, the wheel, the
//! packages for npm; each made of the built program, installed, and run.

use std::fs;
use std::path::{Path, PathBuf};

use super::scripts::Script;
use crate::support::peers::{project, pypi};
use crate::support::{PROGRAM, Run, Staged, TestRepo, execute};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn run(repo: &TestRepo, program: &str, arguments: &[&str]) -> Run {
    execute(repo.command(program, &repo.root()).args(arguments), b"", repo.filter())
}

/// Packs, and gives the paths that were made.
fn package(repo: &TestRepo, arguments: &[&str]) -> Vec<PathBuf> {
    let script = project(".github/packages/package.py").display().to_string();
    let run = run(repo, "python3", &[&[script.as_str()], arguments].concat()).ok();
    run.out().lines().map(|line| repo.root().join(line)).collect()
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The built program behind a name that packing gives it; what `backout --version` says.
fn says_its_version(said: &Run) {
    assert_eq!(said.out(), format!("backout {VERSION}\n"), "{}", said.snapshot());
}

fn target() -> String {
    let said = std::process::Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs python3: bash tests/all")]
fn the_archive_is_what_the_action_installs() {
    let repo = TestRepo::new();
    let out = format!("releases/v{VERSION}");
    let made = package(&repo, &["archive", PROGRAM, "--target", &target(), "--out", &out]);
    let name = format!("backout-{VERSION}-{}.tar.gz", target());
    assert_eq!(made, [repo.root().join(&out).join(&name)]);
    let first = fs::read(&made[0]).unwrap();
    package(&repo, &["archive", PROGRAM, "--target", &target(), "--out", &out]);
    assert!(first == fs::read(&made[0]).unwrap(), "the same input gave other bytes");
    package(&repo, &["sums", &out]);
    let folder = repo.root().join(&out);
    let mut check = repo.command("sha256sum", &folder);
    execute(check.args(["--check", "--strict", "SHA256SUMS"]), b"", repo.filter()).ok();
    let releases = format!("file://{}", repo.root().join("releases").display());
    let script = Script::new(&repo, "install.sh").set("BACKOUT_RELEASES", &releases);
    let other = repo.root().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("backout"), "#!/bin/sh\necho backout 0.0.1\n").unwrap();
    run(&repo, "chmod", &["+x", "other/backout"]).ok();
    let said = script.with_path(&other).set("BACKOUT_VERSION", VERSION).run().ok();
    assert_eq!(said.out(), format!("installed backout {VERSION}, from the release\n"));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs python3: bash tests/all")]
fn the_wheel_installs_and_runs() {
    let repo = TestRepo::new();
    let platform =
        run(&repo, "python3", &["-c", "import sysconfig; print(sysconfig.get_platform())"]);
    let platform = platform.ok().line().replace(['-', '.'], "_");
    let made = package(&repo, &["wheel", PROGRAM, "--platform", &platform, "--out", "wheels"]);
    run(&repo, "python3", &["-m", "venv", "try"]).ok();
    let python = repo.root().join("try/bin/python");
    let install = ["-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check"];
    run(&repo, shown(&python), &[&install[..], &[shown(&made[0])]].concat()).ok();
    let installed = repo.root().join("try/bin/backout");
    says_its_version(&run(&repo, shown(&installed), &["--version"]));
    let listed =
        run(&repo, shown(&python), &["-m", "pip", "show", "--files", "backout"]).ok().out();
    for line in [concat!("Version: ", env!("CARGO_PKG_VERSION")), "bin/backout", "LICENSE-MIT"] {
        assert!(listed.contains(line), "{line}: {listed}");
    }
    // Every file stands in RECORD with its digest.
    let check = "import sys,zipfile,hashlib,base64,csv,io\nz=zipfile.ZipFile(sys.argv[1])\n\
        r=[n for n in z.namelist() if n.endswith('RECORD')][0]\n\
        rows=list(csv.reader(io.StringIO(z.read(r).decode())))\n\
        assert {row[0] for row in rows}==set(z.namelist())\n\
        told=lambda n: base64.urlsafe_b64encode(hashlib.sha256(z.read(n)).digest()).rstrip(b'=')\n\
        assert all(row[1]=='sha256='+told(row[0]).decode() for row in rows if row[0]!=r)";
    run(&repo, "python3", &["-c", check, shown(&made[0])]).ok();
    let bad = project(".github/packages/package.py").display().to_string();
    let said =
        run(&repo, "python3", &[&bad, "wheel", PROGRAM, "--platform", "a b", "--out", "wheels"]);
    assert!(said.exit != 0 && said.err().contains("is no platform tag"), "{}", said.snapshot());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs pre-commit: bash tests/all")]
fn pre_commit_installs_the_wheel_and_no_rust() {
    let scene = Staged::new();
    let repo = &scene.repo;
    let platform =
        run(repo, "python3", &["-c", "import sysconfig; print(sysconfig.get_platform())"]);
    let platform = platform.ok().line().replace(['-', '.'], "_");
    package(repo, &["wheel", PROGRAM, "--platform", &platform, "--out", "wheels"]);
    let recipe = fs::read_to_string(project("hooks/pre-commit-python.yaml")).unwrap();
    assert!(recipe.contains(&format!("additional_dependencies: [backout=={VERSION}]")));
    repo.commit_files(&[(".pre-commit-config.yaml", &recipe)], "Check before pushing");
    let before = repo.rev("HEAD");
    let check = |from: &str| {
        let mut command = repo.command(pypi("pre-commit").to_str().unwrap(), repo.path());
        let links = [project("target/peers/wheels"), repo.root().join("wheels")];
        let links = links.map(|folder| folder.display().to_string()).join(" ");
        command.args(["run", "--hook-stage", "pre-push", "--from-ref", from, "--to-ref", "HEAD"]);
        command.args(["--remote-branch", "refs/heads/main", "--local-branch", "refs/heads/main"]);
        command.env("PRE_COMMIT_HOME", repo.root().join("pre-commit"));
        command.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", links);
        execute(&mut command, b"", repo.filter())
    };
    repo.commit_files(&[("README.md", "words\n")], "Words");
    check(&before).ok();
    scene.unready();
    let said = check(&before).exits(1);
    assert!(said.out().contains("deny backup/missing"), "{}", said.snapshot());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs npm: bash tests/all")]
fn the_npm_package_installs_and_runs() {
    let repo = TestRepo::new();
    let here = run(&repo, "node", &["-p", "`${process.platform}-${process.arch}`"]).ok().line();
    let made = package(&repo, &["npm", "--binary", &format!("{here}={PROGRAM}"), "--out", "npm"]);
    fs::create_dir(repo.root().join("tarballs")).unwrap();
    for folder in &made {
        let pack = ["pack", "--silent", "--pack-destination", "tarballs", shown(folder)];
        run(&repo, "npm", &pack).ok();
    }
    let platform = format!("./tarballs/backout-{here}-{VERSION}.tgz");
    let main = format!("./tarballs/backout-{VERSION}.tgz");
    fs::write(repo.root().join("package.json"), "{}").unwrap();
    let install = ["install", "--silent", "--offline", "--no-audit", "--no-fund", &platform, &main];
    run(&repo, "npm", &install).ok();
    let program = repo.root().join("node_modules/.bin/backout");
    says_its_version(&run(&repo, shown(&program), &["--version"]).ok());
    // Arguments, exit code and both streams are those of the program.
    let direct = repo.backout(["check", "--base", "a b"]).folder(&repo.root()).run();
    let through = run(&repo, shown(&program), &["check", "--base", "a b"]);
    assert_eq!(through.snapshot(), direct.snapshot());
    // Where the platform's package was left out, it is no pass.
    fs::remove_dir_all(repo.root().join("node_modules/@backout")).unwrap();
    let said = run(&repo, shown(&program), &["check"]).exits(3);
    assert!(said.err().contains("--omit=optional"), "{}", said.snapshot());
}

#[test]
fn every_place_names_the_same_archives() {
    let read = |path: &str| fs::read_to_string(project(path)).unwrap();
    let release = read(".github/workflows/release.yml");
    let action = read(".github/action/install.sh");
    let packing = read(".github/packages/package.py");
    let built: Vec<&str> = release
        .lines()
        .filter_map(|line| line.split_once("- { target: ")?.1.split(',').next())
        .collect();
    assert_eq!(built.len(), 5);
    for target in built {
        assert!(action.contains(&format!(") echo {target} ;;")), "{target}");
    }
    for platform in
        release.lines().filter_map(|l| l.split_once("npm: ")?.1.split([',', ' ']).next())
    {
        assert!(packing.contains(&format!("\"{platform}\": (")), "{platform}");
    }
    let url = "{ repo }/releases/download/v{ version }/backout-{ version }-{ target }.tar.gz";
    assert!(read("Cargo.toml").contains(&format!("pkg-url = \"{url}\"")));
    assert!(action.contains("archive=\"backout-$version-$platform.tar.gz\""));
    assert!(action.contains(concat!(env!("CARGO_PKG_REPOSITORY"), "/releases/download")));
}
