//! One branch and one pull request, whatever is there already: kept, brought up to date, or left to
//! whoever worked on it.

use super::scene::{Migration, WHY, said};
use crate::support::Run;
use crate::support::fake_github::{At, Fault, PullState, Recorded};

const BRANCH: &str = "backout/entities/stage-4";

fn state(run: &Run) -> String {
    let told: serde_json::Value = serde_json::from_str(&run.out()).unwrap();
    told["state"].as_str().unwrap().to_owned()
}

fn json(forge: &Migration) -> Run {
    forge.revert(&["--stage", "4", "--format", "json"])
}

/// Works on the forge's branch as a person would: writes a file, and runs git.
fn by_hand(forge: &Migration, branch: &str, file: Option<&str>, then: &[&[&str]]) {
    let repo = &forge.repo;
    repo.git(&["fetch", "--quiet", "origin", branch]).ok();
    repo.git(&["checkout", "--quiet", "-B", "by-hand", "FETCH_HEAD"]).ok();
    if let Some(file) = file {
        repo.write(file, "by hand\n");
        repo.git(&["add", "--", file]).ok();
    }
    for arguments in then {
        repo.git(arguments).ok();
    }
    repo.git(&["push", "--quiet", "--no-verify", "--force", "origin", &format!("HEAD:{branch}")])
        .ok();
    repo.git(&["checkout", "--quiet", "main"]).ok();
}

#[test]
fn the_plan_as_json_has_the_pull_request_beside_it() {
    let forge = Migration::landed();
    let planned = forge.plan(&["--stage", "4"]);
    let told: serde_json::Value = serde_json::from_str(&json(&forge).ok().out()).unwrap();
    for (key, value) in planned.as_object().unwrap() {
        assert_eq!(&told[key], value, "{key}");
    }
    assert_eq!(told["url"], "https://github.com/acme/shop/pull/1");
    assert_eq!(told["number"], 1);
    assert_eq!(told["branch"], BRANCH);
    assert_eq!(told["state"], "created");
    assert_eq!(told["head"], forge.git(&["rev-parse", BRANCH]).trim());
    assert_eq!(told["verified"], false);
    assert!(planned.get("url").is_none());
}

#[test]
fn the_same_plan_changes_nothing() {
    let forge = Migration::landed();
    json(&forge).ok();
    let head = forge.git(&["rev-parse", BRANCH]);
    forge.fake.take_calls();
    assert_eq!(state(&json(&forge).ok()), "unchanged");
    assert_eq!(forge.git(&["rev-parse", BRANCH]), head);
    let writes: Vec<_> = forge.fake.requests().into_iter().filter(Recorded::writes).collect();
    assert!(writes.is_empty(), "{writes:?}");
}

#[test]
fn a_tip_that_moved_and_another_reason_bring_it_up_to_date() {
    let forge = Migration::landed();
    json(&forge).ok();
    forge.move_on();
    assert_eq!(state(&json(&forge).ok()), "updated");
    let main = forge.git(&["rev-parse", "main"]);
    assert_eq!(forge.git(&["rev-parse", &format!("{BRANCH}^")]), main);
    let again = ["revert", "--pr", "--stage", "4", "--format", "json", "--reason", "other words"];
    assert_eq!(state(&forge.backout(&again).run().ok()), "updated");
    let world = forge.fake.world();
    let issue = world.the_open_pull();
    assert!(issue.body.contains("other words") && !issue.body.contains(WHY), "{}", issue.body);
    assert_eq!(world.pulls().len(), 1);
}

#[test]
fn what_people_wrote_into_the_description_stays() {
    let forge = Migration::landed();
    json(&forge).ok();
    let mark = |text: &str| format!("Ticket 12.\n\n{text}\nLooks good.");
    {
        let mut world = forge.fake.world();
        let issue = world.issues.get_mut(&1).unwrap();
        issue.body = mark(&issue.body);
        issue.labels.push("urgent".to_owned());
    }
    assert_eq!(state(&json(&forge).ok()), "unchanged");
    forge.move_on();
    assert_eq!(state(&json(&forge).ok()), "updated");
    let world = forge.fake.world();
    let issue = world.the_open_pull();
    assert!(issue.body.starts_with("Ticket 12.\n\n<!-- backout: begin"), "{}", issue.body);
    assert!(issue.body.ends_with("<!-- backout: end -->\nLooks good."), "{}", issue.body);
    assert_eq!(issue.labels, ["stage:4", "impact:medium", "urgent"]);
}

#[test]
fn a_persons_commit_on_the_branch_is_never_lost() {
    let forge = Migration::landed();
    json(&forge).ok();
    by_hand(&forge, BRANCH, Some("notes.txt"), &[&["commit", "--quiet", "-m", "A note"]]);
    let head = forge.git(&["rev-parse", BRANCH]);
    for moved in [false, true] {
        if moved {
            forge.move_on();
        }
        let run = forge.revert(&["--stage", "4"]).exits(5);
        assert!(
            run.err().contains("holds commits that are not the planned back-out"),
            "{}",
            run.err()
        );
        assert!(run.err().contains(&format!("git push origin --delete {BRANCH}")), "{}", run.err());
        assert_eq!(forge.git(&["rev-parse", BRANCH]), head);
    }
}

#[test]
fn where_a_persons_commit_is_looked_at_and_deleted_is_the_remote_by_its_name() {
    for how in ["api", "push"] {
        let forge = Migration::landed();
        json(&forge).ok();
        by_hand(&forge, BRANCH, Some("notes.txt"), &[&["commit", "--quiet", "-m", "A note"]]);
        forge.repo.git(&["remote", "rename", "origin", "upstream"]).ok();
        let run = forge.revert(&["--stage", "4", "--via", how]).exits(5);
        insta::allow_duplicates! {
            insta::assert_snapshot!(said(&run), @"
            error: the branch backout/entities/stage-4 holds commits that are not the planned back-out ([oid]): they stay
            help: look at them: `git log upstream/main..[oid]`; then merge that branch as it is, or delete it (`git push upstream --delete backout/entities/stage-4`) and run this again
            ");
        }
        // What it suggests works.
        forge.repo.git(&["push", "--quiet", "--no-verify", "upstream", "--delete", BRANCH]).ok();
    }
}

#[test]
fn a_commit_that_was_amended_by_a_person_is_theirs() {
    let forge = Migration::landed();
    json(&forge).ok();
    let amend: &[&str] = &["commit", "--quiet", "--amend", "--no-edit"];
    by_hand(&forge, BRANCH, Some("core/delta.py"), &[amend]);
    let head = forge.git(&["rev-parse", BRANCH]);
    forge.move_on();
    forge.revert(&["--stage", "4"]).exits(5);
    assert_eq!(forge.git(&["rev-parse", BRANCH]), head);
    // With the planned content the words are theirs still.
    let words: &[&str] = &["commit", "--quiet", "--amend", "-m", "Other words\n\nBackout-Stage: 4"];
    by_hand(&forge, BRANCH, None, &[&["rm", "-q", "core/delta.py"], words]);
    let head = forge.git(&["rev-parse", BRANCH]);
    forge.revert(&["--stage", "4"]).exits(5);
    assert_eq!(forge.git(&["rev-parse", BRANCH]), head);
}

/// What people do to a branch whose content stays the planned one.
fn others_commits() -> Vec<Vec<Vec<&'static str>>> {
    const AUTHOR: &str = "--author=Human <human@example.com>";
    let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
    let commit = |message| vec!["commit", "--quiet", "--allow-empty", "-m", message];
    vec![
        vec![commit("Trigger CI")],
        vec![[words("commit --quiet --amend --no-edit -s"), vec![AUTHOR]].concat()],
        vec![words("add notes.txt"), commit("Analysis"), words("revert --no-edit HEAD")],
    ]
}

#[test]
fn others_commits_stay_where_they_lead_to_what_is_planned() {
    for then in others_commits() {
        let forge = Migration::landed();
        json(&forge).ok();
        let then: Vec<&[&str]> = then.iter().map(Vec::as_slice).collect();
        forge.repo.write("notes.txt", "by hand\n");
        by_hand(&forge, BRANCH, None, &then);
        let head = forge.git(&["rev-parse", BRANCH]);
        let run = json(&forge).ok();
        assert_eq!(state(&run), "unchanged");
        let note = "commits of others are on backout/entities/stage-4: they stay";
        assert!(run.err().contains(note), "{}", run.err());
        forge.move_on();
        let run = forge.revert(&["--stage", "4"]).exits(5);
        assert!(run.err().contains("that are not the planned back-out"), "{}", run.err());
        assert_eq!(forge.git(&["rev-parse", BRANCH]), head);
    }
}

#[test]
fn a_commit_that_a_person_signed_stays() {
    let amend = ["commit", "-q", "--amend", "--no-edit", "--author=Human <human@example.com>"];
    // On the forge's pages it signs for them.
    let on_a_page = ["-c", "user.name=GitHub", "-c", "user.email=noreply@github.com"];
    for how in [&amend[..], &[&on_a_page[..], &amend].concat()] {
        let forge = Migration::landed();
        json(&forge).ok();
        by_hand(&forge, BRANCH, None, &[how]);
        let head = forge.git(&["rev-parse", BRANCH]);
        assert_eq!(state(&json(&forge).ok()), "unchanged");
        forge.move_on();
        for via in ["push", "api"] {
            forge.revert(&["--stage", "4", "--via", via]).exits(5);
            assert_eq!(forge.git(&["rev-parse", BRANCH]), head, "{via}");
        }
    }
}

#[test]
fn who_runs_it_is_asked_only_where_the_commits_do_not_say() {
    for (via, asked) in [("push", false), ("api", true)] {
        let forge = Migration::landed();
        forge.revert(&["--stage", "4", "--via", via]).ok();
        forge.move_on();
        forge.fake.take_calls();
        assert_eq!(state(&json(&forge).ok()), "updated");
        let calls = forge.fake.take_calls();
        let told = calls.iter().any(|call| call.ends_with("/graphql"));
        assert_eq!(told, asked, "{via}: {calls:?}");
    }
}

#[test]
fn others_commits_on_the_branch_of_a_return_stay() {
    let forge = Migration::landed();
    forge.backout(&["revert", "--stage", "4", "--in-place", "--reason", WHY]).run().ok();
    forge.repo.git(&["push", "--quiet", "--no-verify", "origin", "main"]).ok();
    let again = || {
        let asks = ["reapply", "--stage", "4", "--pr", "--reason", "repaired", "--format", "json"];
        forge.backout(&asks).run()
    };
    let branch = "backout/entities/reapply-4";
    again().ok();
    forge.move_on();
    assert_eq!(state(&again().ok()), "updated");
    by_hand(&forge, branch, None, &[&["commit", "-q", "--allow-empty", "-m", "Trigger CI"]]);
    let head = forge.git(&["rev-parse", branch]);
    assert_eq!(state(&again().ok()), "unchanged");
    forge.repo.commit_files(&[("README.md", "even more\n")], "Even more");
    forge.repo.push(&["--quiet", "--no-verify", "origin", "main"]).ok();
    again().exits(5);
    assert_eq!(forge.git(&["rev-parse", branch]), head);
}

#[test]
fn a_branch_of_that_name_which_is_not_ours_stays() {
    let forge = Migration::landed();
    forge.repo.git(&["checkout", "--quiet", "-b", "mine"]).ok();
    forge.repo.commit_files(&[("mine.txt", "x\n")], "Mine\n\nBackout-Stage: 4");
    forge.repo.git(&["push", "--quiet", "--no-verify", "origin", &format!("HEAD:{BRANCH}")]).ok();
    let head = forge.git(&["rev-parse", BRANCH]);
    forge.revert(&["--stage", "4"]).exits(5);
    assert_eq!(forge.git(&["rev-parse", BRANCH]), head);
    assert_eq!(forge.fake.world().pulls().len(), 0);
}

#[test]
fn what_the_update_button_leads_to_is_as_planned() {
    let forge = Migration::landed();
    json(&forge).ok();
    forge.move_on();
    by_hand(&forge, BRANCH, None, &[&["merge", "--quiet", "--no-edit", "origin/main"]]);
    let head = forge.git(&["rev-parse", BRANCH]);
    json(&forge).ok();
    assert_eq!(forge.git(&["rev-parse", BRANCH]), head);
}

#[test]
fn a_closed_pull_request_is_opened_again_only_when_asked() {
    let forge = Migration::landed();
    json(&forge).ok();
    forge.fake.world().pull_mut(1).state = PullState::Closed;
    let run = forge.revert(&["--stage", "4"]).exits(5);
    insta::assert_snapshot!(said(&run), @r"
    error: somebody closed the pull request for it: https://github.com/acme/shop/pull/1
    help: if it shall be open again after all, run this with `--reopen`
    ");
    forge.move_on();
    let again = ["--stage", "4", "--format", "json", "--reopen"];
    assert_eq!(state(&forge.revert(&again).ok()), "updated");
    let world = forge.fake.world();
    assert_eq!((world.the_open_pull().number, world.pulls().len()), (1, 1));
}

#[test]
fn what_cannot_be_opened_again_gives_way_to_a_new_one() {
    let forge = Migration::landed();
    json(&forge).ok();
    forge.fake.world().pull_mut(1).state = PullState::Closed;
    forge.git(&["update-ref", "-d", &format!("refs/heads/{BRANCH}")]);
    let run = forge.revert(&["--stage", "4", "--format", "json", "--reopen"]).ok();
    assert_eq!(state(&run), "created");
    assert!(run.err().contains("#1 cannot be opened again"), "{}", run.err());
    assert_eq!(forge.fake.world().the_open_pull().number, 2);
}

#[test]
fn one_for_another_branch_is_in_the_way() {
    let forge = Migration::landed();
    json(&forge).ok();
    forge.git(&["branch", "release", "main"]);
    forge.fake.world().pull_mut(1).base = "release".to_owned();
    insta::assert_snapshot!(said(&forge.revert(&["--stage", "4"]).exits(5)), @r"
    error: the pull request of backout/entities/stage-4 is for release, and not for main: https://github.com/acme/shop/pull/1
    help: set its base to main on its page, or close it; then run this again
    ");
    forge.fake.world().pull_mut(1).state = PullState::Closed;
    insta::assert_snapshot!(said(&forge.revert(&["--stage", "4"]).exits(5)), @r"
    error: the pull request of backout/entities/stage-4 was closed and is for release, and not for main: https://github.com/acme/shop/pull/1
    help: to open another one into main: `--reopen`
    ");
    assert_eq!(forge.fake.world().pulls().len(), 1);
    let again = forge.revert(&["--stage", "4", "--format", "json", "--reopen"]).ok();
    assert_eq!(state(&again), "created");
    assert_eq!(forge.fake.world().the_open_pull().number, 2);
}

#[test]
fn what_has_not_landed_comes_along_with_no_pull_request() {
    let forge = Migration::landed();
    forge.repo.commit_files(&[("mine.txt", "x\n")], "Mine");
    let url = forge.fake.url();
    for way in [&["--pr"][..], &["--via", "push"]] {
        let asks = ["revert", "--stage", "4", "--onto", "HEAD", "--reason", WHY];
        let run = forge.backout(&[&asks[..], way].concat()).run().exits(2);
        assert!(run.err().contains("is not on origin/main"), "{url}: {}", run.err());
        assert!(run.err().contains("leave out `--onto`"), "{}", run.err());
    }
    let again = ["reapply", "--stage", "4", "--pr", "--onto", "HEAD", "--reason", WHY];
    forge.backout(&again).run().exits(2);
    assert!(forge.fake.requests().is_empty());
    assert_eq!(forge.git(&["for-each-ref", "refs/heads/backout/"]), "");
    forge.revert(&["--stage", "4", "--onto", "origin/main"]).ok();
}

#[test]
fn what_somebody_adds_in_the_meantime_stays() {
    let forge = Migration::landed();
    json(&forge).ok();
    {
        let mut world = forge.fake.world();
        let issue = world.issues.get_mut(&1).unwrap();
        issue.labels = vec!["urgent".to_owned()];
        issue.assignees = vec!["other".to_owned()];
    }
    forge.fake.take_calls();
    forge.run(&[]).ok();
    let calls = forge.fake.take_calls();
    assert!(!calls.iter().any(|call| call.starts_with("PATCH")), "{calls:?}");
    let world = forge.fake.world();
    let issue = world.the_open_pull();
    assert_eq!(issue.labels, ["urgent", "stage:4", "impact:medium"]);
    assert_eq!(issue.assignees, ["other", "dev"]);
}

#[test]
fn text_that_finds_no_room_beside_the_plan_is_told_of() {
    let forge = Migration::landed();
    json(&forge).ok();
    forge.fake.world().issues.get_mut(&1).unwrap().body = "x".repeat(65_500);
    forge.move_on();
    let run = json(&forge).ok();
    assert_eq!(state(&run), "updated");
    assert!(run.err().contains("had no room for what people wrote"), "{}", run.err());
    let world = forge.fake.world();
    assert!(world.the_open_pull().body.starts_with("<!-- backout: begin"));
}

#[test]
fn a_stage_whose_id_makes_no_branch_is_refused_at_once() {
    let scene = crate::way_back::scene::Scene::begun();
    let rules = scene.repo.read("backout.toml").replace("id = \"4\"", "id = \"4.lock\"");
    scene.repo.commit_files(&[("backout.toml", &rules)], "Rules");
    scene.land("4.lock", "Add", &[("core/delta.py", "x\n")]);
    scene.share();
    let forge = Migration::of(scene);
    insta::assert_snapshot!(said(&forge.revert(&["--stage", "4.lock"]).exits(2)), @r"
    error: git takes no branch of the name `backout/entities/stage-4.lock`
    help: give the stage another id, one without `.lock` or a dot at its end, and without `..`
    ");
    assert!(forge.fake.requests().is_empty());
}

#[test]
fn stages_that_come_back_together_have_a_branch_of_their_own() {
    let forge = Migration::landed();
    for stage in ["9", "4"] {
        let asks = ["revert", "--stage", stage, "--in-place", "--reason", WHY];
        forge.backout(&asks).run().ok();
    }
    forge.repo.git(&["push", "--quiet", "--no-verify", "origin", "main"]).ok();
    let asks = ["reapply", "--stage", "4", "--stage", "9", "--pr", "--reason", "repaired"];
    let json = [&asks[..], &["--format", "json"]].concat();
    for expected in ["created", "unchanged"] {
        let run = forge.backout(&json).run().ok();
        assert_eq!(state(&run), expected);
        // Not that of a stage `4-9`.
        assert!(run.out().contains("\"backout/entities/reapply-4+9\""), "{}", run.out());
    }
}

#[test]
fn a_push_between_two_looks_is_noticed() {
    let forge = Migration::landed();
    json(&forge).ok();
    forge.move_on();
    // The answer says that the branch has moved, and it has not: somebody moved it back.
    let done = Fault::with(200, Vec::new(), serde_json::json!({}));
    forge.fake.inject(done.at(At::Call("PATCH", "stage-4")));
    let run = forge.revert(&["--stage", "4"]).exits(5);
    assert!(run.err().contains("has moved the branch"), "{}", run.err());
    forge.fake.heal();
    json(&forge).ok();
}

#[test]
fn a_merged_one_is_of_an_earlier_life() {
    let forge = Migration::landed();
    json(&forge).ok();
    forge.repo.git(&["fetch", "--quiet", "origin", BRANCH]).ok();
    forge.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Back out", "FETCH_HEAD"]).ok();
    forge.repo.git(&["push", "--quiet", "--no-verify", "origin", "main"]).ok();
    forge.fake.world().pull_mut(1).state = PullState::Merged;
    let run = forge.revert(&["--stage", "4"]).ok();
    assert!(run.out().contains("nothing to back out"), "{}", run.out());
    forge.backout(&["reapply", "--stage", "4", "--in-place", "--reason", "repaired"]).run().ok();
    forge.repo.git(&["push", "--quiet", "--no-verify", "origin", "main"]).ok();
    // The branch lies there still, and all of it has landed.
    assert_eq!(state(&json(&forge).ok()), "created");
    assert_eq!(forge.fake.world().the_open_pull().number, 2);
}

#[test]
fn somebody_who_was_faster_is_noticed() {
    let forge = Migration::landed();
    let refused = Fault::answer("ref", 422, "Reference already exists");
    forge.fake.inject(refused.at(At::Call("POST", "/git/refs")));
    let run = forge.revert(&["--stage", "4"]).exits(5);
    assert!(run.err().contains("has moved the branch"), "{}", run.err());
    assert!(run.err().contains("run the same command again"), "{}", run.err());
}

#[test]
fn the_journal_tells_of_it() {
    let forge = Migration::landed();
    forge.fake.inject(Fault::server().at(At::Call("POST", "/pulls")));
    forge.revert(&["--stage", "4"]).exits(5);
    forge.fake.heal();
    json(&forge).ok();
    let journal = std::fs::read_to_string(forge.repo.path().join(".git/backout/journal")).unwrap();
    let lines: Vec<serde_json::Value> =
        journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["begin", "end", "begin", "proposed", "end"]);
    assert_eq!(lines[0]["target"], format!("pull request acme/shop {BRANCH}"));
    assert_eq!(lines[0]["reason"], WHY);
    assert_eq!((&lines[1]["outcome"], &lines[4]["outcome"]), (&"failed".into(), &"done".into()));
    assert_eq!(lines[3]["url"], "https://github.com/acme/shop/pull/1");
}

#[test]
fn without_a_reason_nothing_is_asked() {
    let forge = Migration::landed();
    forge.backout(&["revert", "--stage", "4", "--pr"]).run().exits(2);
    forge.backout(&["reapply", "--stage", "4", "--pr"]).run().exits(2);
    assert_eq!(forge.fake.requests().len(), 0);
}

#[test]
fn without_a_token_or_a_place_nothing_is_asked() {
    let forge = Migration::landed();
    let asks = ["revert", "--stage", "4", "--pr", "--reason", WHY];
    let repo = &forge.repo;
    insta::assert_snapshot!(repo.backout(asks).run().exits(2).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: the remote [TMP]/origin.git is no repository on a forge
    help: name it: `--repo owner/name`, or `--repo host/owner/name` for a server of your own
    ");
    let url = forge.fake.url();
    let with = repo.backout(asks).env("GITHUB_REPOSITORY", "acme/shop").env("GITHUB_API_URL", &url);
    insta::assert_snapshot!(with.run().exits(2).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: there is no token for 127.0.0.1
    help: set GH_TOKEN to a token that may write contents and pull requests, for instance `GH_TOKEN=$(gh auth token)`; in GitHub Actions: `env: { GITHUB_TOKEN: ${{ github.token }} }`
    ");
    let plain = repo.backout(asks).env("GITHUB_API_URL", "http://github.example");
    insta::assert_snapshot!(plain.run().exits(2).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: `http://github.example` is no address of a forge: a token is sent by https alone
    help: set GITHUB_API_URL to the API's address, for instance https://github.example/api/v3
    ");
    let odd = forge.backout(&asks).env("BACKOUT_FORGE_TIMEOUT", "soon");
    insta::assert_snapshot!(odd.run().exits(2).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: BACKOUT_FORGE_TIMEOUT is `soon`: expected seconds, from 1 to 3600
    ");
    assert_eq!(forge.fake.requests().len(), 0);
}

/// Whether the branch's moves were forced.
fn forced(forge: &Migration) -> Vec<bool> {
    let requests = forge.fake.requests();
    let moves =
        requests.iter().filter(|one| one.call().starts_with("PATCH /repos/acme/shop/git/refs/"));
    moves.map(|one| one.body["force"].as_bool().unwrap()).collect()
}

#[test]
fn a_branch_is_moved_forward_where_that_will_do() {
    let forge = Migration::landed();
    forge.move_on();
    // What has landed is nobody's work on it: the plan follows on that.
    let refspec = format!("origin/main~1:refs/heads/{BRANCH}");
    forge.repo.git(&["push", "--quiet", "--no-verify", "origin", &refspec]).ok();
    forge.revert(&["--stage", "4"]).ok();
    assert_eq!(forced(&forge), [false]);
    forge.fake.take_calls();
    // An earlier plan is replaced by what does not follow on it.
    forge.move_on();
    forge.revert(&["--stage", "4"]).ok();
    assert_eq!(forced(&forge), [true]);
}

#[test]
fn a_push_in_between_stops_a_move_forward() {
    use crate::support::fake_github::{At, Fault};
    let forge = Migration::landed();
    forge.move_on();
    let refspec = format!("origin/main~1:refs/heads/{BRANCH}");
    forge.repo.git(&["push", "--quiet", "--no-verify", "origin", &refspec]).ok();
    let refused = Fault::answer("not forward", 422, "Update is not a fast forward");
    forge.fake.inject(refused.at(At::Call("PATCH", "stage-4")));
    let run = forge.revert(&["--stage", "4"]).exits(5);
    assert!(run.err().contains("somebody else has moved the branch"), "{}", run.err());
}
