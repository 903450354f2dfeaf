//! Names that want to be something else, in the title, the description and the labels of a pull
//! request, and in the message of its commit: nothing of them is interpreted.

use std::collections::BTreeSet;

use backout::report::request_title;

use super::scene::{Migration, WHY};
use crate::support::hostile::{self, texts};
use crate::support::runner::commands;
use crate::way_back::scene::Scene;

/// What a forge, or a CI service, would act on where it reads the message of a commit.
const ACTS: [&str; 6] = [
    "[skip ci]",
    "[ci skip]",
    "closes #7",
    "@acme/team",
    "\nMigration-Stage: 4",
    "\nBackout-Stage: 9",
];

/// All of the list, as subjects, paths and steps of one stage.
fn scene() -> Migration {
    let scene = Scene::begun();
    let all: Vec<String> = texts().into_iter().chain(ACTS.map(str::to_owned)).collect();
    let list: Vec<String> = all.iter().map(|text| hostile::toml(text)).collect();
    let list = list.join(", ");
    let rules = scene.repo.read("backout.toml");
    let stage = format!(
        "paths = [\"agents/**\"]\nprocedure = [{list}]\nquiesce = {{ text = {} }}\n\
         deploy = {{ command = [{list}] }}\n",
        hostile::toml("@team #1 <b>")
    );
    let rules = rules.replacen("paths = [\"agents/**\"]\n", &stage, 1).replacen(
        "\"Prompts and parser\"",
        &hostile::toml("`a` @team [skip ci] | <b> #1"),
        1,
    );
    let rules = rules.replacen(
        "[\"code\"]\n\n[[stages]]\nid = \"9\"",
        "[\"quiesce\", \"code\", \"deploy\"]\n\n[[stages]]\nid = \"9\"",
        1,
    );
    assert!(rules.contains("\"deploy\"]"));
    scene.repo.commit_files(&[("backout.toml", &rules)], "Rules");
    for (number, text) in all.iter().enumerate() {
        let name: String = text.chars().filter(|c| *c != '/' && *c != '\0').collect();
        scene.repo.write(&format!("agents/{number}-{name}"), "x\n");
        scene.repo.git(&["add", "--all"]).ok();
        let message = format!("{text}\n\nMigration-Stage: 5-6");
        scene.repo.git(&["commit", "--quiet", "--cleanup=verbatim", "-m", &message]).ok();
    }
    scene.share();
    Migration::of(scene)
}

fn body(forge: &Migration) -> String {
    forge.fake.world().the_open_pull().body.clone()
}

#[test]
fn nothing_acts_in_a_commits_message_or_a_log() {
    let forge = scene();
    let why = format!("{WHY}\n{}", ACTS.join("\n"));
    let run = forge.backout(&["revert", "--pr", "--stage", "5-6", "--reason", &why]).run().ok();
    assert_eq!(commands(&run.out()), []);
    assert_eq!(commands(&run.err()), []);
    let message = forge.git(&["log", "-1", "--format=%B", "backout/entities/stage-5-6"]);
    let title = forge.fake.world().the_open_pull().title.clone();
    for text in [&message, &body(&forge), &title] {
        for acts in &ACTS[..3] {
            assert!(!text.to_lowercase().contains(acts), "{acts} is in\n{text}");
        }
        assert!(!text.contains("\nMigration-Stage: 4"), "{text}");
        assert!(!text.contains("\nBackout-Stage: 9"), "{text}");
        let hidden = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(hidden) && !text.contains(['\u{202e}', '\u{2066}']), "{text:?}");
    }
    assert!(!message.contains("@acme") && !title.contains("@team"), "{message}{title}");
    let labels = forge.fake.world().the_open_pull().labels.clone();
    assert_eq!(labels, ["stage:5-6", "impact:medium"]);
    assert!(body(&forge).chars().count() < 65_536);
}

#[test]
fn every_title_is_one_line_that_fits() {
    let mut titles = BTreeSet::new();
    for text in texts().into_iter().chain(["x".repeat(5_000)]) {
        let title = request_title(&format!("Back out stage 4: {text}"));
        assert!(title.chars().count() <= 256, "{title}");
        assert!(!title.contains(char::is_control), "{title:?}");
        assert_eq!(commands(&title), []);
        titles.insert(title);
    }
    assert!(titles.len() > 60);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs cmarkgfm: bash tests/all")]
fn nothing_is_markup_to_githubs_own_parser() {
    let forge = scene();
    let all = [texts(), ACTS.map(str::to_owned).to_vec()].concat();
    for why in ["plain".to_owned(), all.join("\n"), "```\n@team <b>\n```".to_owned()] {
        forge.backout(&["revert", "--pr", "--stage", "5-6", "--reason", &why]).run().ok();
        let said = serde_json::to_vec(&[body(&forge)]).unwrap();
        let read = crate::support::peers::consumer("gfm.py", &[], &said);
        let read = &read[0];
        let ours = "!-- h3 p code pre table thead tbody tr th td ul li input strong";
        for element in read["elements"].as_array().unwrap() {
            let element = element.as_str().unwrap();
            assert!(ours.split(' ').any(|known| known == element), "{element}\n{}", body(&forge));
        }
        let attributes = ["pre lang=text", "input type=checkbox", "input disabled="];
        for attribute in read["attributes"].as_array().unwrap() {
            let attribute = attribute.as_str().unwrap();
            assert!(attributes.contains(&attribute), "{attribute}");
        }
        let prose = read["prose"].as_str().unwrap().replace("[ ] ", "");
        let prose = prose.replace("The team's own procedure", "");
        assert!(!prose.contains(['@', '#', '<', '&', '`', '|', '$', '[']), "{prose}");
        assert!(!prose.contains("evil") && !prose.contains("team"), "{prose}");
    }
}
