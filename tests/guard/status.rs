//! `backout status`: the stages, what has landed of them, and their ways back.

use super::{check, json};
use crate::support::{CONFIGURATION, STATE, Staged};

#[test]
fn status_before_and_after_a_stage_landed() {
    let scene = Staged::new();
    insta::assert_snapshot!(scene.repo.backout(["status"]).run().snapshot(), @r"
    exit: 0
    stdout:
      stage  name          impact    landed  commits  ready  way back
      4      Readers       medium    -       0        -      -
      9      Continuation  critical  -       0        -      -

      as of origin/main ([oid])
    stderr:
    ");
    scene.ready();
    scene.passes(&["origin", "main"]);
    insta::assert_snapshot!(scene.repo.backout(["status", "-v"]).run().snapshot(), @r"
    exit: 0
    stdout:
      stage  name          impact    landed      commits  ready  way back
      4      Readers       medium    -           0        -      -
      9      Continuation  critical  2026-01-05  1        yes    open

      as of origin/main ([oid])

    Stage 9: Continuation
      [oid] [TIME] Move the state
    stderr:
    ");
    let run = scene.repo.backout(["status", "--format", "json"]).run().ok();
    let pretty = serde_json::to_string_pretty(&json(&run)).unwrap();
    insta::assert_snapshot!(scene.repo.filter().apply(&pretty), @r#"
    {
      "commit": "[OID]",
      "stages": [
        {
          "backed_out": null,
          "commits": [],
          "findings": [],
          "foreign": [],
          "id": "4",
          "impact": "medium",
          "landed": null,
          "migration": "entities",
          "name": "Readers",
          "ready": null,
          "state": "open",
          "way_back": {
            "alone": null,
            "blocked_by": null,
            "open": null,
            "order": null,
            "until": null
          }
        },
        {
          "backed_out": null,
          "commits": [
            {
              "commit": "[OID]",
              "confirmed": true
            }
          ],
          "findings": [],
          "foreign": [],
          "id": "9",
          "impact": "critical",
          "landed": "[TIME]",
          "migration": "entities",
          "name": "Continuation",
          "ready": true,
          "state": "open",
          "way_back": {
            "alone": true,
            "blocked_by": [],
            "open": true,
            "order": null,
            "until": null
          }
        }
      ],
      "tip": "origin/main",
      "tips": [
        {
          "commit": "[OID]",
          "migrations": [
            "entities"
          ],
          "tip": "origin/main"
        }
      ],
      "version": 1
    }
    "#);
}

#[test]
fn stages_are_listed_as_people_count_them() {
    let stage = |id: &str| {
        format!(
            "[[stages]]\nid = \"{id}\"\nname = \"Stage {id}\"\nimpact = \"critical\"\n\
             paths = [\"src/core/*.py\"]\nrollback = [\"code\", \"data\"]\n\
             backups = [\"context\"]\n"
        )
    };
    let head = CONFIGURATION.split("[[stages]]").next().unwrap();
    let stages = ["10", "9", "1-2", "11", "7-8"].map(stage).concat();
    let scene = Staged::with(crate::support::RepoOptions::default(), &(head.to_owned() + &stages));
    let work = "Work\n\n".to_owned()
        + &["9", "10", "11", "1-2", "7-8"].map(|id| format!("Migration-Stage: {id}\n")).concat();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], &work);
    let said = json(&check(&scene, &["--base", "origin/main", "--format", "json"]));
    let listed = |key: &str, of: &str| -> Vec<String> {
        let all = said[key].as_array().unwrap().iter();
        let mut ids: Vec<_> = all.map(|one| one[of].as_str().unwrap_or("").to_owned()).collect();
        ids.dedup();
        ids
    };
    let natural = ["1-2", "7-8", "9", "10", "11"];
    assert_eq!(listed("stages", "id"), natural);
    assert_eq!(listed("findings", "stage"), natural);
    let out = check(&scene, &["--base", "origin/main"]).out();
    let headings: Vec<&str> = out.lines().filter(|line| line.starts_with("Stage ")).collect();
    let expected = natural.map(|id| format!("Stage {id}: Stage {id} (critical)"));
    assert_eq!(headings, expected);
}

#[test]
fn status_fits_the_screen_also_where_a_way_back_ends() {
    let configuration = CONFIGURATION
        .replace("Continuation", "Moves every stored continuation into its new place")
        + "\n[[waivers]]\nfinding = \"backup/unrehearsed\"\nstage = \"9\"\nreason = \"r\"\n\
            expires = 2999-12-31\n";
    let scene = Staged::with(crate::support::RepoOptions::default(), &configuration);
    scene.ready();
    scene.passes(&["origin", "main"]);
    let run = scene.repo.backout(["status"]).run().ok();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 0
    stdout:
      stage  name             impact    landed      commits  ready  way back
      4      Readers          medium    -           0        -      -
      9      Moves every st…  critical  2026-01-05  1        yes    until 3000-01-01

      as of origin/main ([oid])

      stage 9: the way back is open until 3000-01-01T00:00:00Z
    stderr:
    ");
    let out = run.out();
    assert_eq!(out.lines().filter(|line| line.chars().count() > 80).collect::<Vec<_>>(), [""; 0]);
    let out = check(&scene, &["--base", "HEAD~1"]).out();
    assert_eq!(out.lines().filter(|line| line.chars().count() > 80).collect::<Vec<_>>(), [""; 0]);
}
