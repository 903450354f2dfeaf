//! `--output FORMAT=FILE`: further reports into files.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::Path;

use super::hostile::FORMATS;
use crate::support::{CONFIGURATION, RepoOptions, Run, Staged};

fn check(scene: &Staged, outputs: &[&str]) -> Run {
    let outputs = outputs.iter().flat_map(|output| ["--output", output]);
    scene.repo.backout(["check", "--base", "origin/main"]).args(outputs).run()
}

fn scene() -> Staged {
    let scene = Staged::new();
    scene.unready();
    scene
}

#[test]
fn every_format_at_once_is_what_each_says_alone() {
    let scene = scene();
    let outputs: Vec<String> =
        FORMATS.iter().map(|format| format!("{format}=report.{format}")).collect();
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    check(&scene, &outputs).exits(1);
    for format in FORMATS {
        let alone =
            scene.repo.backout(["check", "--base", "origin/main", "--format", format]).run();
        let masked =
            |text: &str| text.split(',').filter(|part| !part.contains("_ms\"")).collect::<String>();
        let written = scene.repo.read(&format!("report.{format}"));
        assert_eq!(masked(&written), masked(&alone.out()), "{format}");
    }
}

#[test]
fn a_format_that_is_none_is_told_with_those_that_are() {
    insta::assert_snapshot!(check(&scene(), &["jsn=a"]).exits(2).err(), @"
    error: invalid value 'jsn=a' for '--output <FORMAT=FILE>': there is no format `jsn`: expected one of human, json, sarif, github, markdown, junit, gitlab

    For more information, try '--help'.
    ");
}

#[test]
fn standard_output_is_for_one_report() {
    let scene = scene();
    insta::assert_snapshot!(check(&scene, &["json=-"]).snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: invalid value 'json=-' for '--output <FORMAT=FILE>': standard output takes the report of `--format`; name a file

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(check(&scene, &["json=a", "sarif=./a"]).snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: two reports go into ./a
    help: give each `--output` a file of its own
    ");
    assert!(!scene.repo.path().join("a").exists());
}

#[test]
fn all_reports_are_made_before_one_takes_its_place() {
    let scene = scene();
    scene.repo.write("old.json", "old");
    let run = check(&scene, &["json=old.json", "sarif=no/such/folder/x"]).exits(3);
    assert!(run.err().contains("the report no/such/folder/x cannot be written"), "{}", run.err());
    assert_eq!(scene.repo.read("old.json"), "old");
    let left = fs::read_dir(scene.repo.path()).unwrap();
    let left = left.filter(|file| {
        file.as_ref().unwrap().file_name().to_string_lossy().starts_with(".backout-")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn a_link_and_a_mode_stay_as_they_are() {
    let scene = scene();
    scene.repo.write("real.json", "old");
    let real = scene.repo.path().join("real.json");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.json", scene.repo.path().join("link.json")).unwrap();
    check(&scene, &["json=link.json", "junit=new.xml"]).exits(1);
    assert!(scene.repo.path().join("link.json").is_symlink());
    assert!(scene.repo.read("real.json").contains("not-ready"));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    // A new report is readable by others, as far as the umask lets it.
    let new = fs::metadata(scene.repo.path().join("new.xml")).unwrap().permissions().mode();
    scene.repo.write("plain", "");
    let plain = fs::metadata(scene.repo.path().join("plain")).unwrap().permissions().mode();
    assert_eq!(new, plain);
}

#[test]
fn a_link_that_leads_nowhere_gets_its_file_and_one_in_a_circle_is_an_error() {
    let scene = scene();
    let at = |name: &str| scene.repo.path().join(name);
    fs::create_dir(at("later")).unwrap();
    symlink("later/one", at("link")).unwrap();
    symlink("two", at("later/one")).unwrap();
    check(&scene, &["json=link"]).exits(1);
    assert!(at("link").is_symlink() && at("later/one").is_symlink());
    assert!(scene.repo.read("later/two").contains("not-ready"));
    symlink("around", at("circle")).unwrap();
    symlink("circle", at("around")).unwrap();
    insta::assert_snapshot!(check(&scene, &["json=circle"]).snapshot(), @"
    exit: 3
    stdout:
    stderr:
    error: the report circle cannot be written: its symbolic links lead in a circle
    ");
    assert!(at("circle").is_symlink() && at("around").is_symlink());
}

#[test]
fn a_pipe_without_a_name_is_written_to() {
    let scene = scene();
    symlink("/dev/stdout", scene.repo.path().join("link")).unwrap();
    for file in ["/dev/stdout", "link"] {
        let run = check(&scene, &[&format!("json={file}")]).exits(1);
        assert!(run.out().contains("\"verdict\":\"not-ready\""), "{}", run.snapshot());
    }
    assert!(scene.repo.path().join("link").is_symlink());
}

#[test]
fn what_cannot_be_written_is_told_once_and_in_plain_words() {
    let scene = scene();
    let told = |file: &str| {
        let run = check(&scene, &[&format!("json={file}")]).exits(3);
        run.err().lines().next().unwrap().to_owned()
    };
    let told: Vec<String> = ["no/folder/x", "src", "backout.toml/x"].map(told).into();
    insta::assert_snapshot!(told.join("\n"), @"
    error: the report no/folder/x cannot be written: there is no such folder
    error: the report src cannot be written: it is a folder
    error: the report backout.toml/x cannot be written: a file stands where a folder is needed
    ");
}

#[test]
fn an_older_report_does_not_stay_because_it_is_write_protected() {
    let scene = scene();
    scene.repo.write("report", "{\"verdict\":\"ready\"}");
    let report = scene.repo.path().join("report");
    fs::set_permissions(&report, fs::Permissions::from_mode(0o444)).unwrap();
    check(&scene, &["json=report"]).exits(1);
    assert!(scene.repo.read("report").contains("not-ready"));
    assert_eq!(fs::metadata(&report).unwrap().permissions().mode() & 0o777, 0o444);
}

#[test]
fn a_device_and_a_pipe_are_written_to_and_not_replaced() {
    let scene = scene();
    check(&scene, &["json=/dev/null", "sarif=/dev/null"]).exits(1);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let pipe = scene.repo.path().join("pipe");
    let mut make = scene.repo.command("mkfifo", Path::new("/"));
    assert!(make.arg(&pipe).status().unwrap().success());
    let reading = pipe.clone();
    let reader = std::thread::spawn(move || fs::read_to_string(reading).unwrap());
    check(&scene, &["junit=pipe"]).exits(1);
    assert!(reader.join().unwrap().contains("<testsuites"));
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
}

/// Each path with a finding of its own: to tell them all apart takes no more than to find them.
#[test]
fn thousands_of_findings_are_told_and_counted() {
    let scoped = CONFIGURATION.replace("branch = \"main\"", "branch = \"main\"\nscope = [\"**\"]");
    let scene = Staged::with(RepoOptions::default(), &scoped);
    for number in 0..10_000 {
        scene.repo.write(&format!("elsewhere/{}/{number}", number % 100), "x\n");
    }
    scene.unready();
    let base = ["--base", "origin/main", "--format"];
    for format in FORMATS {
        let run = scene.repo.backout(["check"]).args(base).args([format]).run().exits(1);
        let told = match format {
            "human" => run.out().contains("/9999"),
            "json" => run.out().contains("\"truncated\":true"),
            "sarif" => run.out().contains("elsewhere/"),
            _ => run.out().contains(" more"),
        };
        assert!(told, "{format}");
    }
}
