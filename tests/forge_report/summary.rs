//! The picture in the step's summary, and hostile names through all that is told.

use std::fs;

use serde_json::Value;

use super::scene::Reporting;
use crate::support::peers::consumer;
use crate::support::runner::commands;
use crate::support::{CONFIGURATION, RepoOptions, Staged, hostile};
use crate::way_back::scene::Scene;

/// What a check writes as the step's summary.
fn summary(staged: &Staged, arguments: &[&str]) -> String {
    let file = staged.repo.root().join("summary");
    let _ = fs::remove_file(&file);
    let run = staged.repo.backout(["check"]).args(arguments).env("GITHUB_STEP_SUMMARY", &file);
    let run = run.run();
    assert!(matches!(run.exit, 0 | 1), "{}", run.snapshot());
    fs::read_to_string(file).unwrap()
}

#[test]
fn shows_every_stage_and_what_is_in_its_way() {
    let scene = Scene::blocked();
    scene.land("5-6", "Write more", &[("agents/more.py", "more\n")]);
    let file = scene.repo.root().join("summary");
    let run =
        scene.repo.backout(["check", "--base", "origin/main"]).env("GITHUB_STEP_SUMMARY", &file);
    run.run().exits(0);
    let text = fs::read_to_string(file).unwrap();
    let (_, picture) = text.split_once("#### The stages\n").unwrap();
    insta::assert_snapshot!(picture, @r#"

    ```mermaid
    flowchart LR
      s0["4 State manager integration<br>medium, landed"]
      class s0 landed
      s1["5-6 Prompts and parser<br>medium, landed, touched"]
      class s1 landed
      class s1 touched
      s2["9 Continuation migration<br>medium, landed"]
      class s2 landed
      s2 -. first .-> s0
      classDef landed fill:#dafbe1,stroke:#1a7f37,color:#1f2328
      classDef waits fill:#f6f8fa,stroke:#8c959f,color:#1f2328
      classDef backedOut fill:#ffebe9,stroke:#cf222e,color:#1f2328
      classDef closed fill:#eaeef2,stroke:#6e7781,color:#6e7781
      classDef unknown fill:#fff8c5,stroke:#9a6700,color:#1f2328
      classDef touched stroke-width:4px
    ```

    Green has landed, grey waits, red was backed out; a thick border is what this change touches. An arrow leads to what comes after; a dotted one from what has to be backed out first.
    "#);
}

#[test]
fn has_no_picture_where_no_stage_is_touched() {
    let staged = Staged::new();
    staged.ordinary();
    let text = summary(&staged, &["--base", "origin/main"]);
    assert!(!text.contains("mermaid"), "{text}");
}

#[test]
fn of_very_many_stages_those_that_are_touched_are_drawn() {
    let mut configuration = CONFIGURATION.to_owned();
    for number in 0..100 {
        configuration.push_str(&format!(
            "\n[[stages]]\nid = \"s{number}\"\nname = \"{}\"\nimpact = \"low\"\n\
             paths = [\"s/{number}\"]\nrollback = [\"code\"]\n",
            "n".repeat(500)
        ));
    }
    let staged = Staged::with(RepoOptions::default(), &configuration);
    staged.repo.commit_files(&[("s/99", "x")], "Change\n\nMigration-Stage: s99");
    let text = summary(&staged, &["--base", "origin/main"]);
    assert!(text.contains("[\"s99 n"), "{text}");
    assert_eq!(text.matches("  class s").count(), 61, "{text}");
    assert!(text.contains("_and 42 more stages, 0 more arrows_"), "{text}");
    let (_, diagram) = text.split_once("```mermaid").unwrap();
    assert!(diagram.len() < 50_000, "{}", diagram.len());
}

/// Stages whose names are the list, one of which is touched.
fn named() -> Staged {
    let mut configuration = CONFIGURATION.to_owned();
    for (number, name) in hostile::texts().iter().enumerate() {
        configuration.push_str(&format!(
            "\n[[stages]]\nid = \"s{number}\"\nname = {}\nimpact = \"low\"\n\
             paths = [\"s/{number}\"]\nrollback = [\"code\"]\n",
            hostile::toml(name)
        ));
    }
    let staged = Staged::with(RepoOptions::default(), &configuration);
    // All of them: they are drawn first, as far as there is room.
    for number in 0..hostile::texts().len() {
        staged.repo.write(&format!("s/{number}"), "x");
    }
    staged.repo.commit("Change");
    staged
}

#[test]
fn no_name_leaves_its_quotes() {
    let text = summary(&named(), &["--base", "origin/main"]);
    let (_, rest) = text.split_once("```mermaid\n").unwrap();
    let (diagram, _) = rest.split_once("\n```\n").unwrap();
    let nodes = diagram.lines().filter(|line| line.contains('['));
    let mut count = 0;
    for line in nodes {
        count += 1;
        let label = line.split('"').nth(1).unwrap();
        assert_eq!(line.matches('"').count(), 2, "{line}");
        let plain = label.replacen("<br>", "", 1);
        let allowed = |c: char| c.is_alphanumeric() || " .,-#;".contains(c);
        assert!(plain.chars().all(allowed), "{line}");
        // A number sign begins a character's number, and nothing else.
        for part in plain.split('#').skip(1) {
            let (number, _) = part.split_once(';').unwrap();
            assert!(number.parse::<u32>().ok().and_then(char::from_u32).is_some(), "{line}");
        }
    }
    assert_eq!(count, 60);
    assert_eq!(commands(&text), []);
}

/// What the report on the list says on the forge: the comment, and the check run's summary.
fn told() -> (Reporting, Vec<String>) {
    let scene = Reporting::hostile();
    scene.report().exits(1);
    let (body, _) = scene.the_check_run();
    let summary = body["output"]["summary"].as_str().unwrap().to_owned();
    let comment = scene.comments().remove(0).1;
    (scene, vec![comment, summary])
}

#[test]
fn hostile_names_are_names_in_every_annotation() {
    let (scene, texts) = told();
    let (_, annotations) = scene.the_check_run();
    assert!(annotations.len() > hostile::paths().len() / 2, "{}", annotations.len());
    for one in &annotations {
        for field in ["path", "title", "message", "raw_details"] {
            let text = one[field].as_str().unwrap();
            let hidden = |c: char| c.is_control() && c != '\n';
            assert!(!text.contains(hidden) && !text.contains('\u{202e}'), "{text:?}");
            assert!(field == "raw_details" || !text.contains('\n'), "{text:?}");
        }
    }
    for text in texts {
        assert_eq!(commands(&text), []);
        assert!(text.len() <= 65_535);
    }
    assert_eq!(scene.labels(), ["impact:critical", "stage:9"]);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs cmarkgfm: bash tests/all")]
fn hostile_names_are_no_markup_anywhere() {
    let (_, mut texts) = told();
    texts.push(summary(&named(), &["--base", "origin/main"]));
    let read = consumer("gfm.py", &[], &serde_json::to_vec(&texts).unwrap());
    for (text, rendered) in texts.iter().zip(read.as_array().unwrap()) {
        let elements: Vec<&str> =
            rendered["elements"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let ours = "h3 h4 p code pre table thead tbody tr th td em sub a !--";
        for element in &elements {
            assert!(ours.split(' ').any(|known| known == *element), "{element}: {text}");
        }
        // Our marker, and our link.
        assert!(elements.iter().filter(|one| **one == "!--").count() <= 1);
        for attribute in rendered["attributes"].as_array().unwrap() {
            let known = [
                "pre lang=text",
                "pre lang=mermaid",
                "a href=https://github.com/acme/shop/actions/runs/77",
            ];
            assert!(known.iter().any(|one| attribute == one), "{attribute}");
        }
        let prose = rendered["prose"].as_str().unwrap();
        assert!(!prose.contains(['@', '<', '`', '|', '$']) && !prose.contains("evil"), "{prose}");
    }
}
