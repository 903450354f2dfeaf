//! Names that want to be something else, through every format: nothing of them is interpreted, and
//! every name can still be told from every other.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use serde_json::Value;

use crate::support::peers::consumer;
use crate::support::runner::commands;
use crate::support::{Run, Staged, hostile};

/// Every format of a report.
pub(crate) const FORMATS: [&str; 7] =
    ["human", "json", "sarif", "github", "markdown", "junit", "gitlab"];

fn check(scene: &Staged, arguments: &[&str]) -> Run {
    scene.repo.backout(["check"]).args(arguments).run().exits(1)
}

/// The report on the whole list.
fn all(scene: &Staged, format: &str) -> String {
    check(scene, &["--base", "origin/main", "--format", format]).out()
}

/// The report on one of its commits: `path-3`, `subject-3`.
fn one(scene: &Staged, tag: &str, format: &str) -> String {
    let base = format!("{tag}^");
    check(scene, &["--base", &base, "--head", tag, "--format", format]).out()
}

/// A text in which a finding names a path that nobody owns, as it names it.
fn changed(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(" \"Move\" claims a stage, but changes ")?;
    let (name, _) = rest.split_once(", which no stage owns")?;
    Some(name.to_owned())
}

/// Each path is named, and no two of them alike.
#[track_caller]
fn assert_apart(named: impl IntoIterator<Item = String>) {
    let mut count = 0;
    let apart: BTreeSet<String> = named.into_iter().inspect(|_| count += 1).collect();
    assert_eq!(count, hostile::paths().len(), "{apart:?}");
    assert_eq!(apart.len(), count, "{apart:?}");
}

fn array(text: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(text).unwrap().as_array().unwrap().clone()
}

#[test]
fn the_list_is_one_of_different_names() {
    let paths = hostile::paths();
    assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), paths.len());
    assert!(paths.len() > 80);
}

#[test]
fn human() {
    let scene = hostile::repository();
    let said = all(&scene, "human");
    assert_eq!(commands(&said), []);
    assert!(!said.chars().any(|character| character.is_control() && character != '\n'));
    // A finding's lines were wrapped at blanks.
    let lines: Vec<&str> = said.lines().collect();
    let paragraphs = lines.split(|line| line.trim_start().starts_with("see "));
    let joined = paragraphs.map(|lines| {
        let lines: Vec<&str> =
            lines.iter().map(|line| line.strip_prefix("      ").unwrap_or(line)).collect();
        lines.join(" ")
    });
    assert_apart(joined.filter_map(|paragraph| changed(&paragraph)));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs pyte: bash tests/all")]
fn human_on_a_terminal() {
    let scene = hostile::repository();
    let plain = all(&scene, "human");
    let colored = check(&scene, &["--base", "origin/main", "--color", "always"]);
    assert!(colored.out().contains("\u{1b}["));
    let seen = consumer("terminal.py", &[], &colored.stdout);
    assert_eq!(seen["title"], "");
    assert_eq!(seen["replies"], serde_json::json!([]));
    assert_eq!(seen["modes"], consumer("terminal.py", &[], b"plain\n")["modes"]);
    let lines: Vec<&str> = seen["lines"].as_array().unwrap().iter().map(text).collect();
    let expected: Vec<&str> = plain.lines().map(str::trim_end).chain([""]).collect();
    assert_eq!(lines, expected);
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn json() {
    let scene = hostile::repository();
    let said = all(&scene, "json");
    assert_eq!(commands(&said), []);
    assert!(!said.chars().any(|character| character.is_control() && character != '\n'));
    assert!(!said.contains(['\u{202e}', '\u{200b}', '\u{e0041}', '\u{9b}']));
    let report: Value = serde_json::from_str(&said).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let unowned = findings.iter().filter(|finding| changed(text(&finding["message"])).is_some());
    let paths: BTreeSet<Vec<u8>> = unowned
        .map(|finding| match &finding["path"] {
            Value::String(text) => text.as_bytes().to_vec(),
            other => base64::engine::general_purpose::STANDARD
                .decode(other["bytes"].as_str().unwrap())
                .unwrap(),
        })
        .collect();
    assert_eq!(paths, hostile::paths().into_iter().collect());
}

#[test]
fn sarif() {
    let scene = hostile::repository();
    let said = all(&scene, "sarif");
    assert_eq!(commands(&said), []);
    let report: Value = serde_json::from_str(&said).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    let messages = results.iter().map(|result| text(&result["message"]["text"]));
    assert_apart(messages.clone().filter_map(changed));
    for message in messages {
        assert!(!message.replace("\\[", "").contains('['), "a link: {message}");
        assert!(!message.replace("{{", "").contains('{'), "a placeholder: {message}");
    }
    let unowned = results.iter().filter(|r| changed(text(&r["message"]["text"])).is_some());
    let paths: BTreeSet<Vec<u8>> = unowned
        .map(|result| {
            let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
            let uri = text(&location["uri"]);
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"%/-._~".contains(&byte);
            assert!(uri.bytes().all(plain), "{uri}");
            percent_encoding::percent_decode_str(uri).collect()
        })
        .collect();
    assert_eq!(paths, hostile::paths().into_iter().collect());
}

#[test]
fn github() {
    let scene = hostile::repository();
    let (mut named, mut files) = (Vec::new(), BTreeSet::new());
    for number in 0..hostile::paths().len() {
        let said = one(&scene, &format!("path-{number}"), "github");
        let found = commands(&said);
        let names: Vec<&str> = found.iter().map(|command| command.name.as_str()).collect();
        // One line is the verdict; every other one is one annotation.
        assert_eq!(said.lines().count(), names.len() + 1, "{said}");
        assert_eq!(names, ["error", "error"], "{said}");
        assert!(found[0].message.starts_with("there is no backup `context`"), "{said}");
        named.extend(changed(&found[1].message));
        let titles: Vec<_> = found.iter().map(|command| command.property("title")).collect();
        let expected = ["backup/missing (stage 9)", "stage/unowned-path (stage 9)"];
        assert_eq!(titles, expected.map(Some), "{said}");
        files.insert(found[1].property("file").unwrap().to_owned());
        let said = one(&scene, &format!("subject-{number}"), "github");
        assert_eq!(said.lines().count(), commands(&said).len() + 1, "{said}");
        assert_eq!(commands(&said)[1].property("title"), Some(expected[1]), "{said}");
    }
    assert_eq!(files.len(), hostile::paths().len());
    assert_apart(named);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs cmarkgfm: bash tests/all")]
fn markdown() {
    let scene = hostile::repository();
    let count = hostile::paths().len();
    for kind in ["path", "subject"] {
        let reports: Vec<String> =
            (0..count).map(|n| one(&scene, &format!("{kind}-{n}"), "markdown")).collect();
        let read = consumer("gfm.py", &[], &serde_json::to_vec(&reports).unwrap());
        let read = read.as_array().unwrap();
        for (report, rendered) in reports.iter().zip(read) {
            assert_eq!(commands(report), []);
            // Outside of code it is what it is for the plain name, to the letter.
            for part in ["elements", "attributes", "prose"] {
                assert_eq!(rendered[part], read[0][part], "{report}");
            }
        }
        if kind == "path" {
            let blocks = read.iter().map(|rendered| {
                let code: Vec<&str> =
                    rendered["code"].as_array().unwrap().iter().map(text).collect();
                code.join(" ").replace('\n', " ")
            });
            assert_apart(blocks.filter_map(|block| changed(&block)));
        }
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs junitparser: bash tests/all")]
fn junit() {
    let scene = hostile::repository();
    let said = all(&scene, "junit");
    assert_eq!(commands(&said), []);
    assert!(!said.chars().any(|character| character.is_control() && character != '\n'));
    let cases = super::formats::read_junit(&said);
    let texts = cases.iter().flat_map(|case| case["results"].as_array().unwrap());
    assert_apart(texts.filter_map(|result| changed(text(&result[1]))));
    let names: BTreeSet<&str> = cases.iter().map(|case| text(&case["name"])).collect();
    let unowned = names.iter().filter(|name| name.starts_with("stage/unowned-path "));
    assert!(unowned.count() > hostile::paths().len());
}

#[test]
fn gitlab() {
    let scene = hostile::repository();
    let said = all(&scene, "gitlab");
    assert_eq!(commands(&said), []);
    let issues = array(&said);
    let described = |issue: &Value| changed(text(&issue["description"]));
    assert_apart(issues.iter().filter_map(described));
    let fingerprints: BTreeSet<&str> =
        issues.iter().map(|issue| text(&issue["fingerprint"])).collect();
    assert_eq!(fingerprints.len(), issues.len());
    let paths: BTreeSet<&str> =
        issues.iter().map(|issue| text(&issue["location"]["path"])).collect();
    for path in hostile::paths() {
        match String::from_utf8(path) {
            Ok(path) => assert!(paths.contains(path.as_str()), "{path:?}"),
            Err(error) => assert!(!paths.contains(&*String::from_utf8_lossy(error.as_bytes()))),
        }
    }
}

/// A configuration whose names of stages and tags and whose waivers' reasons are the list, and the
/// overrides of what is not waived.
fn words(scene: &Staged) -> (String, String) {
    let refs = hostile::refs(&scene.repo);
    let (mut text, mut overrides) = (crate::support::CONFIGURATION.to_owned(), String::new());
    for (number, name) in hostile::texts().iter().enumerate() {
        let quoted = hostile::toml(name);
        let _ = write!(
            text,
            "\n[[stages]]\nid = \"s{number}\"\nname = {quoted}\nimpact = \"high\"\n\
             paths = [\"s/{number}\"]\nrollback = [\"code\"]\n"
        );
        // git itself takes such a name here, and the configuration does not.
        if refs.contains(&name.clone().into_bytes()) && !name.starts_with('-') {
            let _ = writeln!(text, "start = {{ tag = {quoted} }}");
        }
    }
    for (number, name) in hostile::texts().iter().enumerate() {
        let quoted = hostile::toml(name);
        let (what, whose) = ("finding = \"tag/missing\"", format!("stage = \"s{number}\""));
        if number % 2 == 0 {
            let until = "expires = 2099-01-01";
            let _ = writeln!(text, "\n[[waivers]]\n{what}\n{whose}\nreason = {quoted}\n{until}");
        } else {
            let by = format!("reason = {quoted}\napprover = {quoted}");
            let _ = writeln!(overrides, "[[overrides]]\n{what}\n{whose}\n{by}");
        }
    }
    (text, overrides)
}

/// A report of the list as names of stages and tags and as reasons, and one of it as refs.
fn reports_of_words(format: &str) -> [String; 2] {
    let scene = Staged::new();
    let (configuration, overrides) = words(&scene);
    scene.repo.commit_files(&[("backout.toml", &configuration)], "Rules");
    scene.share(&["origin", "main"]);
    let mut message = "Change\n\n".to_owned();
    for number in 0..hostile::texts().len() {
        scene.repo.write(&format!("s/{number}"), "x");
        let _ = writeln!(message, "Migration-Stage: s{number}");
    }
    let head = scene.repo.commit(&message);
    let words = scene
        .repo
        .backout(["check", "--base", "origin/main", "--format", format])
        .env("BACKOUT_OVERRIDES", overrides)
        .run();
    assert!(words.exit == 0 || words.exit == 1, "{}", words.snapshot());
    let mut lines = Vec::new();
    for name in hostile::refs(&scene.repo) {
        lines.extend([head.as_bytes(), b" ", head.as_bytes(), b" refs/heads/"].concat());
        lines.extend([&name[..], b" ", &[b'0'; 40], b"\n"].concat());
    }
    let hook = ["pre-push", "origin", "elsewhere", "-v", "--format", format];
    let refs = scene.repo.backout(hook).stdin(lines).run();
    assert!(refs.exit == 0 || refs.exit == 1, "{}", refs.snapshot());
    [words.out(), refs.out()]
}

#[test]
fn stages_tags_reasons_and_refs_are_names_and_nothing_else() {
    for format in FORMATS {
        for said in reports_of_words(format) {
            let found = commands(&said);
            for command in &found {
                let title = command.property("title").unwrap();
                assert!(format == "github" && !title.contains("pwned"), "{format}: {command:?}");
            }
            let hidden = |character: char| character.is_control() && character != '\n';
            assert!(!said.chars().any(hidden), "{format}: {said}");
            // GitHub is shown ten of them.
            assert!(format == "github" || said.contains("@team"), "{format}: {said}");
        }
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs cmarkgfm: bash tests/all")]
fn stages_tags_reasons_and_refs_are_no_markup() {
    let reports = reports_of_words("markdown");
    for report in
        consumer("gfm.py", &[], &serde_json::to_vec(&reports).unwrap()).as_array().unwrap()
    {
        let ours = "h3 h4 p code pre table thead tbody tr th td em";
        for element in report["elements"].as_array().unwrap() {
            assert!(ours.split(' ').any(|known| known == text(element)), "{element}");
        }
        for attribute in report["attributes"].as_array().unwrap() {
            assert_eq!(attribute, "pre lang=text");
        }
        let prose = text(&report["prose"]);
        assert!(!prose.contains(['@', '#', '<', '&', '`', '*', '|', '$', '[']), "{prose}");
        assert!(!prose.contains("evil") && !prose.contains(":tada:"), "{prose}");
    }
}
