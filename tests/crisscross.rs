//! Branches that were merged into each other crosswise: they parted at several commits, and none of
//! these is the one to judge by. Which of them comes first by its id is chance, so every scene is
//! made until each has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::pull_requests::judged_in;
use crate::support::{CONFIGURATION, RepoOptions, Run, SHARED, STATE, Staged};

const FOUR: &str = "src/core/four.py";
const AGAIN: &str = "Four again\n\nMigration-Stage: 4";

/// Twenty lines, some of them changed.
fn lines(changed: &[(usize, &str)]) -> String {
    let line = |at| changed.iter().find(|(line, _)| *line == at).map(|(_, text)| *text);
    (0..20).map(|at| line(at).map_or(format!("line {at}\n"), |text| format!("{text}\n"))).collect()
}

/// The scene, and where its branches parted: at work of stage 9, of which no backup was taken and
/// which is on `main`, and at work of stage 4, which `topic` brought there.
struct Crossed {
    scene: Staged,
    nine: String,
    four: String,
}

impl Crossed {
    /// `topic` and `main` are merged into each other, the first of these two first. Both stages
    /// changed a file that they share.
    fn new(first: &str, salt: usize) -> Self {
        Self::with(first, salt, (&lines(&[(15, "four")]), &[]))
    }

    /// The same with what stage 4 makes of the shared file, and how it is merged.
    fn with(first: &str, salt: usize, (shared, how): (&str, &[&str])) -> Self {
        let scene = Staged::with(RepoOptions::default(), CONFIGURATION);
        let text = lines(&[]);
        scene.repo.commit_files(&[(STATE, &text), (SHARED, &text), (FOUR, &text)], "Many lines");
        let tag = ["tag", "--force", "--annotate", "--message", "start", "migration-start"];
        scene.repo.git(&tag).ok();
        scene.share(&["--force", "origin", "main", "migration-start"]);
        scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
        let files = [(SHARED, shared)];
        let four = scene.repo.commit_files(&files, &format!("Four {salt}\n\nMigration-Stage: 4"));
        scene.share(&["origin", "topic"]);
        scene.repo.git(&["switch", "--quiet", "main"]).ok();
        let files = [(STATE, lines(&[(2, "nine")])), (SHARED, lines(&[(2, "nine")]))];
        let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
        let nine = scene.repo.commit_files(&files, "Nine\n\nMigration-Stage: 9");
        let crossed = Self { scene, nine, four };
        let both = [("main", &crossed.four), ("topic", &crossed.nine)];
        let (one, other) = (both[0], both[1]);
        for (into, commit) in if first == "main" { [one, other] } else { [other, one] } {
            crossed.scene.repo.git(&["switch", "--quiet", into]).ok();
            let merge = ["merge", "--quiet", "--no-ff", "--no-edit"];
            crossed.scene.repo.git(&[&merge, how, &[commit]].concat()).ok();
        }
        crossed.scene.repo.git(&["switch", "--quiet", "main"]).ok();
        crossed.scene.repo.commit_files(&[("README.md", "four\n")], "more words");
        crossed.scene.share(&["origin", "main"]);
        crossed.scene.repo.git(&["switch", "--quiet", "topic"]).ok();
        crossed
    }

    /// Whether the work of stage 9 comes first by its id.
    fn begins_with_nine(&self) -> bool {
        let said = self.scene.repo.git(&["merge-base", "--all", "main", "topic"]).ok().out();
        let bases: BTreeSet<&str> = said.lines().collect();
        assert_eq!(bases, BTreeSet::from([self.nine.as_str(), self.four.as_str()]));
        self.nine < self.four
    }

    fn by_hand(&self) -> Value {
        let words = ["check", "--format", "json", "--base", "origin/main", "--head", "topic"];
        said(&self.scene.repo.backout(words).run())
    }

    fn without_base(&self) -> Value {
        said(&self.scene.repo.backout(["check", "--format", "json", "--head", "topic"]).run())
    }

    /// What CI says of a pull request that lands by a merge commit.
    fn by_event(&self) -> Value {
        let repo = &self.scene.repo;
        let settings = json!({"allow_squash_merge": false, "allow_rebase_merge": false,
            "allow_merge_commit": true});
        judged_in(repo, ("main", &repo.rev("origin/main"), settings), &[]).1
    }

    /// What the hook says of the same commits where they are pushed to `main`.
    fn landed(&self) -> Value {
        let repo = &self.scene.repo;
        repo.git(&["switch", "--quiet", "--detach", "main"]).ok();
        repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]).ok();
        let said = self.hook("main", &repo.rev("HEAD"));
        repo.git(&["switch", "--quiet", "topic"]).ok();
        said
    }

    /// What the hook says of a push of `topic`.
    fn shared(&self) -> Value {
        self.hook("topic", &self.scene.repo.rev("topic"))
    }

    fn hook(&self, branch: &str, head: &str) -> Value {
        let before = self.scene.repo.rev(&format!("origin/{branch}"));
        let line = format!("HEAD {head} refs/heads/{branch} {before}\n");
        let words = ["pre-push", "origin", "../origin.git", "--format", "json"];
        said(&self.scene.repo.backout(words).stdin(&line).run())
    }
}

fn said(run: &Run) -> Value {
    serde_json::from_str(&run.out()).unwrap_or_else(|_| panic!("{}", run.snapshot()))
}

/// `level code stage` of every finding.
fn findings(said: &Value) -> Vec<String> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
    let told = |f: &Value| format!("{} {} {}", text(f, "level"), text(f, "code"), text(f, "stage"));
    said["findings"].as_array().unwrap().iter().map(told).collect()
}

fn stages(said: &Value) -> Vec<&str> {
    let stages = said["stages"].as_array().unwrap();
    stages.iter().map(|stage| stage["id"].as_str().unwrap()).collect()
}

/// Asks of scenes in both orders of the merges, until each of the commits at which the branches
/// parted has been the first.
fn each(ask: impl Fn(&Crossed, &str)) {
    for first in ["main", "topic"] {
        let mut seen = BTreeSet::new();
        for salt in 0..8 {
            let crossed = Crossed::new(first, salt);
            let nine = crossed.begins_with_nine();
            if seen.insert(nine) {
                ask(&crossed, &format!("{first} first, begins with nine: {nine}"));
            }
        }
        assert_eq!(seen.len(), 2, "there was no scene of either kind");
    }
}

#[test]
fn work_that_sets_a_file_back_to_what_one_of_the_bases_has_is_judged() {
    each(|crossed, how| {
        let message = "Nine, another way\n\nMigration-Stage: 9";
        crossed.scene.repo.commit_files(&[(STATE, &lines(&[]))], message);
        let denied = "deny backup/missing 9".to_owned();
        assert!(findings(&crossed.landed()).contains(&denied), "{how}");
        for (way, said) in [
            ("check --base", crossed.by_hand()),
            ("check", crossed.without_base()),
            ("pull_request", crossed.by_event()),
        ] {
            assert_eq!(said["verdict"], "not-ready", "{way}, {how}");
            assert!(findings(&said).contains(&denied), "{way}, {how}: {said:#}");
            assert_eq!(stages(&said), ["9"], "{way}, {how}");
        }
        assert!(stages(&crossed.shared()).contains(&"9"), "{how}");
    });
}

#[test]
fn work_that_has_landed_is_not_the_pull_requests() {
    each(|crossed, how| {
        let again = lines(&[(2, "nine"), (15, "four"), (18, "again")]);
        crossed.scene.repo.commit_files(&[(SHARED, &again)], AGAIN);
        let ways = [
            ("push to main", crossed.landed()),
            ("push of topic", crossed.shared()),
            ("check --base", crossed.by_hand()),
            ("check", crossed.without_base()),
            ("pull_request", crossed.by_event()),
        ];
        for (way, said) in ways {
            assert_eq!(said["verdict"], "ready", "{way}, {how}");
            assert_eq!(findings(&said), Vec::<String>::new(), "{way}, {how}");
            // The merge has put a file together that is stage 9's as well: nothing is asked for that.
            assert_eq!(stages(&said), ["4", "9"], "{way}, {how}");
        }
    });
}

#[test]
fn a_stage_beside_the_landed_work_is_the_only_one_that_is_told() {
    each(|crossed, how| {
        crossed.scene.repo.commit_files(&[(FOUR, &lines(&[(18, "again")]))], AGAIN);
        for said in [crossed.by_hand(), crossed.without_base(), crossed.by_event()] {
            assert_eq!(said["verdict"], "ready", "{how}");
            assert_eq!(findings(&said), Vec::<String>::new(), "{how}");
            assert_eq!(stages(&said), ["4"], "{how}");
        }
    });
}

#[test]
fn merges_alone_touch_no_stage() {
    each(|crossed, how| {
        for said in [crossed.by_hand(), crossed.without_base(), crossed.by_event()] {
            assert_eq!(said["verdict"], "ready", "{how}");
            assert_eq!(findings(&said), Vec::<String>::new(), "{how}");
            assert_eq!(stages(&said), Vec::<&str>::new(), "{how}");
        }
    });
}

#[test]
fn a_merge_that_drops_what_landed_is_judged_as_it_would_be_on_main() {
    each(|crossed, how| {
        let repo = &crossed.scene.repo;
        repo.git(&["reset", "--quiet", "--hard", &crossed.four]).ok();
        repo.git(&["merge", "--quiet", "--no-edit", "--strategy", "ours", &crossed.nine]).ok();
        let landed = crossed.landed();
        assert_eq!(stages(&landed), ["4", "9"], "{how}");
        for said in [crossed.by_hand(), crossed.without_base(), crossed.by_event()] {
            assert_eq!(findings(&said), findings(&landed), "{how}");
            assert_eq!(stages(&said), stages(&landed), "{how}");
        }
    });
}

#[test]
fn where_the_bases_conflict_the_side_that_a_merge_took_is_judged() {
    for first in ["main", "topic"] {
        let four = lines(&[(2, "four")]);
        let crossed = Crossed::with(first, 0, (&four, &["--strategy-option", "ours"]));
        for said in [crossed.by_hand(), crossed.without_base(), crossed.by_event()] {
            assert_eq!(stages(&said), ["4", "9"]);
            assert!(findings(&said).contains(&"warn stage/ambiguous-commit 9".to_owned()));
        }
    }
}
