//! Programs of others that have to agree with us.

use std::path::Path;
use std::process::Command;

use crate::support::TestRepo;
use crate::support::peers::check_jsonschema;

/// The shell scripts of this project.
const SCRIPTS: [&str; 15] = [
    ".github/action/common.sh",
    ".github/action/drill-report.sh",
    ".github/action/drill.sh",
    ".github/action/fetch.sh",
    ".github/action/install.sh",
    ".github/action/drill-stores.sh",
    ".github/action/keep-receipts.sh",
    ".github/action/run.sh",
    ".github/action/start-guard.sh",
    "hooks/pre-push",
    "tests/all",
    ".ci/run",
    "tests/corpus/run",
    "tests/corpus/prelude.sh",
    "tests/mutants/run",
];

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs shellcheck: bash tests/all")]
fn shellcheck_has_nothing_to_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("shellcheck")
        .arg("--severity=style")
        .args(SCRIPTS)
        .current_dir(root)
        .output()
        .unwrap_or_else(|error| panic!("shellcheck did not start ({error}): bash tests/all"));
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "shellcheck on {SCRIPTS:?}:\n{said}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs shellcheck: bash tests/all")]
fn shellcheck_has_nothing_to_say_of_the_corpus() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all =
        "find tests/corpus/*/ -name '*.sh' -exec shellcheck --shell=bash --severity=style {} +";
    let output = Command::new("sh").args(["-c", all]).current_dir(root).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
}

/// Holds a configuration against the checked-in schema.
fn check_configuration(file: &Path) -> (bool, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = root.join("src/config/backout.schema.json");
    check_jsonschema(["--schemafile".as_ref(), schema.as_os_str(), file.as_ref()])
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs check-jsonschema: bash tests/all")]
fn an_independent_validator_accepts_the_sample_by_the_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (good, said) = check_configuration(&root.join("tests/fixtures/full.toml"));
    assert!(good, "{said}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs check-jsonschema: bash tests/all")]
fn an_independent_validator_refuses_what_the_parser_refuses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = std::fs::read_to_string(root.join("tests/fixtures/full.toml")).unwrap();
    let repo = TestRepo::new();
    let cases = [
        ("impact = \"critical\"", "impact = \"dire\"", "dire"),
        ("branch = ", "brunch = ", "brunch"),
    ];
    for (from, to, culprit) in cases {
        assert!(sample.contains(from), "the sample has no `{from}`");
        repo.write("broken.toml", sample.replacen(from, to, 1));
        let (good, said) = check_configuration(&repo.path().join("broken.toml"));
        assert!(!good, "`{to}` passed: {said}");
        assert!(said.contains(culprit), "`{culprit}` is not named: {said}");
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs check-jsonschema: bash tests/all")]
fn an_independent_validator_accepts_what_init_writes() {
    let repo = TestRepo::new();
    repo.commit_files(&[("src/app.py", "x\n")], "start");
    repo.backout(["init"]).run().ok();
    let (good, said) = check_configuration(&repo.path().join("backout.toml"));
    assert!(good, "{said}");
}

/// The platform of this compiler: only its dependencies have been fetched.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

#[test]
fn every_dependency_builds_with_the_stated_rust() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &host()])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let version = |text: &str| -> Vec<u32> {
        text.split('.').map(|part| part.parse().unwrap_or(0)).chain([0]).take(3).collect()
    };
    let packages = metadata["packages"].as_array().unwrap();
    let ours = packages.iter().find(|package| package["name"] == "backout").unwrap();
    let stated = version(ours["rust_version"].as_str().unwrap());
    for package in packages {
        let Some(needs) = package["rust_version"].as_str() else { continue };
        let fits = version(needs) <= stated;
        assert!(fits, "{} {} needs Rust {needs}", package["name"], package["version"]);
    }
    assert!(packages.len() > 20);
}
