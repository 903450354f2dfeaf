//! From which archive a stage's data comes back: the plan names the last one from before the stage,
//! for the newest may hold what the stage has written already.

use super::scene::{AGENT, STATE, Scene, lines};

const DATA: &str = r#"rollback = ["code", "data"]
backups = ["exports"]
"#;

const BACKUP: &str = r#"
[backups.exports]
source = { kind = "file", path = "export" }
store = "../store"
"#;

/// What a receipt of a backup tells of archives that were captured at these instants, in this format
/// and of a source of this kind.
pub(crate) fn receipt(backup: &str, format: &str, kind: &str, captured: &[&str]) -> String {
    let one = |at: &&str| {
        let name = format!("{backup}-{}.backout", at.replace(':', ""));
        format!(
            "\n[[archives]]\nformat = \"{format}\"\nsource = \"{kind}\"\n\
             captured_start = {at}\ncaptured_end = {at}\nplace = \"../store/{name}\"\n\
             files = [{{ name = \"{name}\", sha256 = \"{}\", size = 10 }}]\n\
             entries = 1\npayload_bytes = 10\n",
            "0".repeat(64)
        )
    };
    let head = format!("version = 1\nbackup = \"{backup}\"\nmigration = \"entities\"\n");
    captured.iter().map(one).fold(head, |text, one| text + &one)
}

/// Stages 4 and 5-6 restore the same backup; 4 lands on the 6th of January, 5-6 on the 8th.
fn scene(format: &str, captured: &[&str]) -> Scene {
    let scene = Scene::begun();
    let plain = "paths = [\"core/state_manager.py\", \"core/delta.py\"]\nrollback = [\"code\"]\n";
    scene.configure(plain, &plain.replace("rollback = [\"code\"]\n", DATA));
    let plain = "paths = [\"agents/**\"]\nrollback = [\"code\"]\n";
    scene.configure(plain, &plain.replace("rollback = [\"code\"]\n", DATA));
    let rules = scene.repo.read("backout.toml") + BACKUP;
    scene.land("none", "Back up", &[("backout.toml", &rules)]);
    let receipt = receipt("exports", format, "file", captured);
    scene.land("none", "Receipt", &[(".backout/backups/exports.toml", &receipt)]);
    // 2026-01-06 and 2026-01-08, at noon.
    scene.repo.set_clock(1_767_700_800);
    scene.merge("4", &[(STATE, &lines(&[(2, "delta")]))]);
    scene.repo.set_clock(1_767_873_600);
    scene.merge("5-6", &[(AGENT, &lines(&[(4, "prompt")]))]);
    scene.share();
    scene
}

impl Scene {
    /// Work on a stage that lands by a merge, which says when.
    fn merge(&self, stage: &str, files: &[(&str, &str)]) {
        self.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
        self.land(stage, "Work", files);
        self.repo.git(&["switch", "--quiet", "main"]).ok();
        self.repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]).ok();
        self.repo.git(&["branch", "--quiet", "--delete", "topic"]).ok();
    }

    /// What the plan says of the data, up to the next step.
    fn data(&self, arguments: &[&str]) -> String {
        let out = self.backout(&[&["revert"], arguments].concat()).ok().out();
        let told = out.split("The code: what this plan takes back\n").nth(1).unwrap();
        told.split("\n\n").next().unwrap().to_owned()
    }
}

const DAYS: [&str; 3] = ["2026-01-05T18:00:00Z", "2026-01-07T12:00:00Z", "2026-01-09T12:00:00Z"];

#[test]
fn it_is_the_last_one_from_before_the_stage() {
    let scene = scene("backout-archive/1", &DAYS);
    insta::assert_snapshot!(scene.data(&["--stage", "4"]), @"
    2. Restore export from the backup exports in ../store
       backout backup restore exports --archive exports-2026-01-05T180000Z.backout --to ../restored-exports --execute
       captured 2026-01-05T18:00:00Z, the last one before the stage took effect;
       then put it in place
    ");
    let step = &scene.plan(&["--stage", "5-6"], 0)["steps"][1];
    insta::assert_snapshot!(format!("{step:#}"), @r#"
    {
      "command": "backout backup restore exports --archive exports-2026-01-07T120000Z.backout --to ../restored-exports --execute",
      "stages": [
        "5-6"
      ],
      "step": "data",
      "text": "Restore export from the backup exports in ../store: captured 2026-01-07T12:00:00Z, the last one before the stage took effect; then put it in place"
    }
    "#);
}

#[test]
fn stages_with_one_backup_come_back_apart() {
    let scene = scene("backout-archive/1", &DAYS);
    let first = "[[stages]]\nid = \"4\"";
    let before = "[[stages]]\nid = \"1\"\nname = \"Groundwork\"\nimpact = \"low\"\n\
                  paths = [\"ground/**\"]\nrollback = [\"code\"]\n\n";
    scene.configure(first, &format!("{before}{first}"));
    scene.share();
    insta::assert_snapshot!(scene.data(&["--to", "1"]), @"
    2. Restore export from the backup exports in ../store (stage 5-6)
       backout backup restore exports --archive exports-2026-01-07T120000Z.backout --to ../restored-exports-5-6 --execute
       captured 2026-01-07T12:00:00Z, the last one before the stage took effect;
       then put it in place
    3. Restore export from the backup exports in ../store (stage 4)
       backout backup restore exports --archive exports-2026-01-05T180000Z.backout --to ../restored-exports-4 --execute
       captured 2026-01-05T18:00:00Z, the last one before the stage took effect;
       then put it in place
    ");
}

#[test]
fn where_all_are_younger_than_the_stage_none_is_named() {
    let scene = scene("backout-archive/1", &DAYS[2..]);
    insta::assert_snapshot!(scene.data(&["--stage", "4"]), @"
    2. Restore export from the backup exports in ../store
       no archive is known that it can be restored from
       why: every backup `exports` was captured when stage 4 had already taken
       effect: it holds the new data, not the old
       what there is: backout backup list
    ");
    let step = &scene.plan(&["--stage", "4"], 0)["steps"][1];
    assert_eq!(step["command"], serde_json::Value::Null);
}

#[test]
fn without_a_receipt_none_is_named() {
    let scene = scene("backout-archive/1", &DAYS);
    scene.repo.git(&["rm", "--quiet", ".backout/backups/exports.toml"]).ok();
    scene.land("none", "Tidy up", &[]);
    scene.share();
    insta::assert_snapshot!(scene.data(&["--stage", "4"]), @"
    2. Restore export from the backup exports in ../store
       no archive is known that it can be restored from
       why: no receipt of it has landed on `main`
       (.backout/backups/exports.toml)
       what there is: backout backup list
    ");
}

#[test]
fn of_a_fast_forward_it_is_said_that_it_does_not_tell_when() {
    let scene = scene("backout-archive/1", &DAYS[1..]);
    scene.repo.git(&["reset", "--quiet", "--hard", "main~2"]).ok();
    scene.repo.set_clock(1_767_700_800);
    scene.land("4", "Work", &[(STATE, &lines(&[(2, "delta")]))]);
    scene.repo.push(&["--quiet", "--no-verify", "--force", "origin", "main"]).ok();
    insta::assert_snapshot!(scene.data(&["--stage", "4"]), @"
    2. Restore export from the backup exports in ../store
       backout backup restore exports --archive exports-2026-01-07T120000Z.backout --to ../restored-exports --execute
       captured 2026-01-07T12:00:00Z, the first one of which the landing branch
       knew; it is younger than the stage's first commit (2026-01-06T12:01:00Z),
       which came by a fast-forward: see that the stage was not live by then;
       then put it in place
    ");
}

#[test]
fn it_is_what_the_archive_has_whatever_the_source_is_now() {
    let scene = scene("backout-archive/1", &DAYS);
    let receipt = scene.repo.read(".backout/backups/exports.toml");
    let told = receipt.replace("source = \"file\"\n", "source = \"file\"\nfrom = \"export\"\n");
    scene.land("none", "Say what it is", &[(".backout/backups/exports.toml", &told)]);
    scene.configure("path = \"export\"", "path = \"elsewhere\"");
    scene.share();
    let said = scene.data(&["--stage", "4"]);
    assert!(said.starts_with("    2. Restore export from the backup exports"), "{said}");
}

#[test]
fn of_another_format_its_place_is_named() {
    let scene = scene("pg_dump", &DAYS);
    insta::assert_snapshot!(scene.data(&["--stage", "4"]), @"
    2. Restore export from the backup exports in ../store
       from: ../store/exports-2026-01-05T180000Z.backout
       captured 2026-01-05T18:00:00Z, the last one before the stage took effect
       check it first: backout backup verify exports
    ");
}

#[test]
fn a_stage_that_was_never_live_has_nothing_to_restore() {
    let scene = scene("backout-archive/1", &DAYS);
    scene.configure(DATA, &format!("{DATA}deployed = {{ tag = \"live-4\" }}\n"));
    scene.share();
    insta::assert_snapshot!(scene.data(&["--stage", "4"]), @"
    2. Restore export from the backup exports in ../store
       backout backup restore exports --archive exports-2026-01-09T120000Z.backout --to ../restored-exports --execute
       captured 2026-01-09T12:00:00Z, the last one there is: the tag live-4 is
       set on nothing that has the stage in its present life; where the stage
       was never live, there is nothing to restore; then put it in place
    ");
    scene.repo.set_clock(1_767_900_000);
    scene.repo.annotated_tag("live-4", "main");
    scene.repo.push(&["--quiet", "--no-verify", "origin", "live-4"]).ok();
    insta::assert_snapshot!(scene.data(&["--stage", "4"]), @"
    2. Restore export from the backup exports in ../store
       backout backup restore exports --archive exports-2026-01-07T120000Z.backout --to ../restored-exports --execute
       captured 2026-01-07T12:00:00Z, the last one before the tag live-4 was
       set: where that was set anew since the stage went live, take the last one
       before that (`--archive`, `backout backup list`); then put it in place
    ");
}
