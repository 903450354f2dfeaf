//! The other ways: by git, as an App, on a server of one's own, as a job, with several stages, back
//! again, and the proof.

use super::scene::{Migration, WHY, app, app_key, said};
use crate::support::fake_github::world::Ruleset;
use crate::support::fake_github::{JOB_TOKEN, Setting, TOKEN};
use crate::support::write_program;
use crate::way_back::scene::{STATE, Scene, lines};

const BRANCH: &str = "backout/entities/stage-4";

#[test]
fn git_pushes_what_the_api_would_make() {
    let forge = Migration::landed();
    let planned = forge.plan(&["--stage", "4"]);
    let push = ["--stage", "4", "--via", "push", "--format", "json"];
    let told: serde_json::Value = serde_json::from_str(&forge.revert(&push).ok().out()).unwrap();
    assert_eq!((&told["state"], &told["verified"]), (&"created".into(), &serde_json::Value::Null));
    assert_eq!(planned["tree"], forge.tree(BRANCH));
    let author = forge.git(&["log", "-1", "--format=%an", BRANCH]);
    assert_eq!(author, "A Developer\n");
    // A job's pull request starts no workflows, whoever pushed.
    let of_the_job = Migration::landed()
        .backout(&[&["revert", "--pr", "--reason", WHY][..], &push].concat())
        .env("GITHUB_TOKEN", JOB_TOKEN)
        .env("GITHUB_ACTIONS", "true")
        .run()
        .ok();
    assert!(of_the_job.err().contains("GitHub starts no workflows"), "{}", of_the_job.err());
    let calls = forge.fake.take_calls();
    assert!(
        !calls.iter().any(|call| call.contains("/git/trees") || call.contains("/git/refs")),
        "{calls:?}"
    );
    // The same plan, by either way, is there already.
    for how in ["push", "api"] {
        let again = forge.revert(&["--stage", "4", "--via", how, "--format", "json"]).ok();
        assert!(again.out().contains("\"state\":\"unchanged\""), "{}", again.out());
    }
    forge.move_on();
    let again = forge.revert(&push).ok();
    assert!(again.out().contains("\"state\":\"updated\""), "{}", again.out());
    assert_eq!(forge.git(&["rev-parse", &format!("{BRANCH}^")]), forge.git(&["rev-parse", "main"]));
}

#[test]
fn git_pushes_over_nobody() {
    let forge = Migration::landed();
    forge.revert(&["--stage", "4", "--via", "push"]).ok();
    forge.move_on();
    // Somebody pushes after git has looked, too: this hook runs then, and plays them.
    let hook = forge.repo.path().join(".git/hooks/pre-push");
    let other = forge.git(&["rev-parse", "main"]);
    let script = format!(
        "#!/bin/sh\nunset GIT_DIR\ngit --git-dir=../origin.git update-ref refs/heads/{BRANCH} \
         {other}"
    );
    write_program(&hook, script);
    let run = forge.revert(&["--stage", "4", "--via", "push"]).exits(5);
    assert!(run.err().contains("git could not push to origin"), "{}", run.err());
    assert_eq!(forge.git(&["rev-parse", BRANCH]), other);
}

#[test]
fn what_is_pushed_elsewhere_is_noticed() {
    let forge = Migration::landed();
    let elsewhere = forge.repo.root().join("elsewhere.git");
    forge.repo.git(&["clone", "--quiet", "--bare", ".", elsewhere.to_str().unwrap()]).ok();
    forge.repo.git(&["remote", "set-url", "origin", elsewhere.to_str().unwrap()]).ok();
    let run = forge.revert(&["--stage", "4", "--via", "push"]).exits(5);
    assert!(run.err().contains("is not at acme/shop at 127.0.0.1"), "{}", run.err());
    assert!(run.err().contains("--repo owner/name"), "{}", run.err());
    assert_eq!(forge.fake.world().pulls().len(), 0);
}

#[test]
fn an_app_commits_and_the_forge_signs() {
    let forge = Migration::landed();
    forge.fake.world().app = Some(app());
    let asks = ["revert", "--pr", "--stage", "4", "--reason", WHY, "--format", "json"];
    let run = forge
        .backout(&asks)
        .env("BACKOUT_APP_ID", "7")
        .env("BACKOUT_APP_KEY", app_key())
        .run()
        .ok();
    let told: serde_json::Value = serde_json::from_str(&run.out()).unwrap();
    assert_eq!(told["verified"], true);
    assert!(run.err().contains("the forge has signed the commit"), "{}", run.err());
    assert_eq!(forge.git(&["log", "-1", "--format=%an", BRANCH]), "backout[bot]\n");
    let said = run.out() + &run.err();
    assert!(!said.contains("ghs_FAKE") && !said.contains("PRIVATE KEY") && !said.contains(TOKEN));
}

#[test]
fn a_server_of_ones_own_has_its_own_path_and_token() {
    let forge = Migration::landed();
    forge.fake.world().prefix = "/api/v3";
    let url = format!("http://127.0.0.1:{}/api/v3", forge.fake.port());
    let asks = ["revert", "--pr", "--stage", "4", "--repo", "acme/shop", "--reason", WHY];
    let run = forge.repo.backout(asks).env("GITHUB_API_URL", url).env("GH_TOKEN", TOKEN).run().ok();
    assert!(run.out().contains("pull request #1 from backout/entities/stage-4: created"));
}

#[test]
fn a_job_says_what_its_token_does_not_do() {
    let forge = Migration::landed();
    let output = forge.repo.root().join("output");
    let run = forge
        .backout(&["revert", "--pr", "--draft", "--stage", "4", "--reason", WHY])
        .env("GITHUB_TOKEN", JOB_TOKEN)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_OUTPUT", &output)
        .run()
        .ok();
    assert!(run.err().contains("GitHub starts no workflows on it"), "{}", run.err());
    assert!(forge.fake.world().the_open_pull().pull.as_ref().unwrap().draft);
    let written = std::fs::read_to_string(output).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    let end = lines[2];
    let values = [
        ("url", "https://github.com/acme/shop/pull/1"),
        ("number", "1"),
        ("branch", "backout/entities/stage-4"),
    ];
    let expected =
        values.map(|(name, value)| format!("pull-request-{name}<<{end}\n{value}\n{end}\n"));
    assert_eq!(written, expected.concat());
}

#[test]
fn a_setting_that_forbids_it_is_named_with_the_way_out() {
    let forge = Migration::landed();
    forge.fake.world().settings = vec![Setting::ActionsMayNot];
    let asks = ["revert", "--pr", "--stage", "4", "--reason", WHY];
    let run = forge
        .backout(&asks)
        .env("GITHUB_TOKEN", JOB_TOKEN)
        .env("GITHUB_ACTIONS", "true")
        .run()
        .exits(5);
    insta::assert_snapshot!(said(&run), @r#"
    making the tree [oid]
    made the commit [oid]
    error: the forge refused: GitHub Actions may not create pull requests here (POST /repos/acme/shop/pulls: 403 GitHub Actions is not permitted to create or approve pull requests.)
    help: tick "Allow GitHub Actions to create and approve pull requests": in the repository's Settings > Actions > General, or, where that is greyed out, in the organisation's; or use a GitHub App's token (BACKOUT_APP_ID, BACKOUT_APP_KEY)
    "#);
    // What was made stays, and is used once it may.
    let head = forge.git(&["rev-parse", BRANCH]);
    forge.fake.world().settings.clear();
    forge.backout(&asks).run().ok();
    assert_eq!(forge.git(&["rev-parse", BRANCH]), head);
}

fn rules(forge: &Migration, rule: &str) {
    forge.fake.world().rulesets = vec![Ruleset {
        name: "all".to_owned(),
        target: "branch",
        enforcement: "active",
        include: vec!["~ALL".to_owned()],
        rules: vec![(rule.to_owned(), serde_json::Value::Null)],
    }];
}

#[test]
fn a_ruleset_is_named() {
    let forge = Migration::landed();
    rules(&forge, "creation");
    let run = forge.revert(&["--stage", "4"]).exits(5);
    insta::assert_snapshot!(said(&run), @"
    making the tree [oid]
    made the commit [oid]
    error: the forge refused: a rule of the repository forbids it (POST /repos/acme/shop/git/refs: 422 Repository rule violations found Cannot create ref due to creations being restricted.)
    help: allow whoever the token stands for to bypass the rule, or to create `backout/**` branches: Settings > Rules > Rulesets, or Settings > Branches
    ");
    forge.fake.world().rulesets.clear();
    forge.revert(&["--stage", "4"]).ok();
    rules(&forge, "non_fast_forward");
    forge.move_on();
    let run = forge.revert(&["--stage", "4"]).exits(5);
    assert!(run.err().contains("a rule of the repository forbids it"), "{}", run.err());
}

/// A migration whose stage 5-6 owns a workflow.
fn with_workflow() -> Migration {
    let scene = Scene::begun();
    let rules = scene.repo.read("backout.toml");
    let rules = rules.replace("[\"agents/**\"]", "[\"agents/**\", \".github/workflows/**\"]");
    scene.repo.commit_files(&[("backout.toml", &rules)], "Rules");
    scene.land("5-6", "Release", &[(".github/workflows/release.yml", "on: push\n")]);
    scene.share();
    Migration::of(scene)
}

#[test]
fn a_change_of_workflows_is_looked_for_first() {
    let forge = with_workflow();
    let asks = ["revert", "--pr", "--stage", "5-6", "--reason", WHY];
    let job =
        forge.backout(&asks).env("GITHUB_TOKEN", JOB_TOKEN).env("GITHUB_ACTIONS", "true").run();
    insta::assert_snapshot!(said(&job.exits(5)), @r#"
    error: the plan changes .github/workflows/release.yml, and this token may not change workflows
    help: use a GitHub App's token with the permission "Workflows: write", or a classic token with the scope `workflow` (the GITHUB_TOKEN of a job can have neither); or push with git and your own rights: `--via push`
    "#);
    assert_eq!(forge.fake.requests().len(), 0);
    // A classic token tells with its first answer, before anything is made.
    forge.fake.world().tokens.get_mut(TOKEN).unwrap().scopes = Some("repo");
    forge.backout(&asks).run().exits(5);
    assert_eq!(forge.fake.take_calls(), ["GET /repos/acme/shop/pulls"]);
    // What nobody can know before is recognised after.
    let caller = forge.fake.world().tokens[TOKEN].clone().without("workflows");
    forge.fake.world().tokens.insert(TOKEN.to_owned(), caller);
    forge.fake.world().tokens.get_mut(TOKEN).unwrap().scopes = None;
    let run = forge.backout(&asks).run().exits(5);
    assert!(run.err().contains("the token may not change workflows"), "{}", run.err());
    // git has other rights.
    forge.backout(&[&asks[..], &["--via", "push"]].concat()).run().ok();
    assert_eq!(forge.fake.world().pulls().len(), 1);
}

#[test]
fn who_may_only_read_is_told_what_it_takes() {
    let forge = Migration::landed();
    let reader = forge.fake.world().tokens[TOKEN].clone().reads_only();
    forge.fake.world().tokens.insert(TOKEN.to_owned(), reader);
    insta::assert_snapshot!(said(&forge.revert(&["--stage", "4"]).exits(5)), @"
    making the tree [oid]
    error: the forge refused: the token may not do this (POST /repos/acme/shop/git/trees: 403 Resource not accessible by personal access token)
    help: it needs to write contents and pull requests: in a workflow `permissions: { contents: write, pull-requests: write }`, of a fine-grained token or an App the same two, of a classic token the scope `repo`
    ");
}

#[test]
fn a_cascade_is_one_pull_request_with_a_commit_for_each_stage() {
    let forge = Migration::of(Scene::blocked());
    let blocked = forge.revert(&["--stage", "4"]).exits(4);
    assert!(blocked.out().contains("blocked by stage 9"), "{}", blocked.out());
    assert_eq!(forge.fake.requests().len(), 0);
    forge.revert(&["--stage", "4", "--cascade"]).ok();
    let subjects = forge.git(&["log", "--format=%s", &format!("main..{BRANCH}")]);
    assert_eq!(
        subjects,
        "Back out stage 4: State manager integration\nBack out stage 9: Continuation migration\n"
    );
    let world = forge.fake.world();
    let issue = world.the_open_pull();
    assert_eq!(issue.title, "Back out stages 9 and 4");
    assert_eq!(issue.labels, ["stage:9", "stage:4", "impact:medium"]);
    assert!(
        issue.body.contains("```text\nBackout-Stage: 9\nBackout-Stage: 4\n```"),
        "{}",
        issue.body
    );
}

#[test]
fn where_stages_interleave_it_is_one_commit() {
    let scene = Scene::begun();
    for (stage, text) in [("4", "4a"), ("9", "9a"), ("4", "4b"), ("9", "9b")] {
        scene.land(stage, text, &[(STATE, &lines(&[(2, text)]))]);
    }
    scene.share();
    let forge = Migration::of(scene);
    forge.revert(&["--stage", "4", "--cascade"]).ok();
    assert_eq!(forge.git(&["rev-list", "--count", &format!("main..{BRANCH}")]), "1\n");
    assert_eq!(forge.tree(BRANCH), forge.git(&["rev-parse", "migration-start^{tree}"]).trim());
    // Its plan for an earlier tip is known as ours, several commits or one.
    forge.move_on();
    forge.revert(&["--stage", "4", "--cascade"]).ok();
    let cascade = Migration::of(Scene::blocked());
    cascade.revert(&["--stage", "4", "--cascade"]).ok();
    cascade.move_on();
    cascade.revert(&["--stage", "4", "--cascade"]).ok();
    assert_eq!(cascade.git(&["rev-list", "--count", &format!("main..{BRANCH}")]), "2\n");
}

#[test]
fn everything_after_a_stage_goes_by_a_branch_of_its_own() {
    let forge = Migration::landed();
    forge.backout(&["revert", "--to", "4", "--pr", "--reason", WHY]).run().ok();
    let branch = forge.fake.world().the_open_pull().pull.as_ref().unwrap().head.clone();
    assert_eq!(branch, "backout/entities/to-4");
}

/// Merges the only pull request as GitHub's button does.
fn merged(forge: &Migration) {
    let repo = &forge.repo;
    repo.git(&["fetch", "--quiet", "origin", BRANCH]).ok();
    repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge pull request", "FETCH_HEAD"]).ok();
    repo.git(&["push", "--quiet", "--no-verify", "origin", "main"]).ok();
    forge.fake.world().pull_mut(1).state = crate::support::fake_github::PullState::Merged;
}

#[test]
fn a_stage_is_brought_back_by_a_draft() {
    let forge = Migration::landed();
    let before = forge.tree("main");
    forge.revert(&["--stage", "4"]).ok();
    merged(&forge);
    let asks = ["reapply", "--stage", "4", "--pr", "--reason", "repaired"];
    let run = forge.backout(&asks).run().ok();
    insta::assert_snapshot!(run.snapshot());
    let branch = "backout/entities/reapply-4";
    assert_eq!(forge.tree(branch), before);
    {
        let world = forge.fake.world();
        let issue = world.the_open_pull();
        assert_eq!(issue.title, "Bring back stage 4: State manager integration");
        assert!(issue.pull.as_ref().unwrap().draft);
        insta::assert_snapshot!("the_body_of_a_return", run.filter().apply(&issue.body));
    }
    let json = [&asks[..], &["--format", "json"]].concat();
    let told = |run: crate::support::Run| -> serde_json::Value {
        serde_json::from_str(&run.ok().out()).unwrap()
    };
    assert_eq!(told(forge.backout(&json).run())["state"], "unchanged");
    forge.move_on();
    let again = told(forge.backout(&json).run());
    assert_eq!((&again["state"], &again["number"]), (&"updated".into(), &2.into()));
    assert_eq!(again["tree"], forge.tree(branch));
}

#[test]
fn a_pull_request_is_proved() {
    let forge = Migration::landed();
    forge.revert(&["--stage", "4"]).ok();
    let proof = ["verify-revert", "--pr", "1", "--status"];
    let run = forge.backout(&proof).run().ok();
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 0
    stdout:
    #1 is exactly the planned back-out of stage 4 on [oid]
    stderr:
    set the status `backout/verify-revert`
    ");
    let head = forge.git(&["rev-parse", BRANCH]).trim().to_owned();
    {
        let world = forge.fake.world();
        let [status] = &world.statuses[..] else { panic!("{:?}", world.statuses) };
        assert_eq!((status.sha.as_str(), status.state.as_str()), (head.as_str(), "success"));
        assert_eq!(status.context, "backout/verify-revert");
    }
    // The landing branch moves on elsewhere: merged there, it is the plan still.
    forge.move_on();
    let json = ["verify-revert", "--pr", "1", "--format", "json"];
    let told: serde_json::Value =
        serde_json::from_str(&forge.backout(&json).run().ok().out()).unwrap();
    assert_eq!((&told["planned"], &told["stages"]), (&true.into(), &serde_json::json!(["4"])));
    assert_eq!(told["commit"], head);
    // More of the stage lands: what is planned now is more.
    let more = lines(&[(2, "delta"), (4, "more"), (7, "continue")]);
    forge.repo.commit_files(&[(STATE, &more)], "More\n\nMigration-Stage: 4");
    forge.repo.push(&["--quiet", "--no-verify", "origin", "main"]).ok();
    let run = forge.backout(&proof).run().exits(1);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 1
    stdout:
    #1 is not the planned back-out of stage 4 on [oid]
      main has moved on to [oid]: merged there, it is not what is planned now
    stderr:
    set the status `backout/verify-revert`
    ");
    assert_eq!(forge.fake.world().statuses[1].state, "failure");
    // Brought up to date, it is proved again.
    forge.revert(&["--stage", "4"]).ok();
    forge.backout(&proof).run().ok();
}

/// Exit code and the last status of a proof.
fn proved(forge: &Migration) -> (crate::support::Run, String, String) {
    let run = forge.backout(&["verify-revert", "--pr", "1", "--status"]).run();
    let world = forge.fake.world();
    let last = world.statuses.last().unwrap();
    (run, last.state.clone(), last.description.clone())
}

#[test]
fn what_cannot_be_judged_leaves_no_success_behind() {
    let forge = Migration::landed();
    forge.revert(&["--stage", "4"]).ok();
    assert_eq!(proved(&forge).1, "success");
    // The clone cannot learn where the landing branch is now.
    let main = forge.git(&["rev-parse", "main"]).trim().to_owned();
    forge.move_on();
    let repo = &forge.repo;
    repo.git(&["update-ref", "refs/remotes/origin/main", &main]).ok();
    repo.git(&["config", "--unset-all", "remote.origin.fetch"]).ok();
    let lock = repo.path().join(".git/refs/remotes/origin/main.lock");
    std::fs::write(&lock, "").unwrap();
    let (run, state, said) = proved(&forge);
    let run = run.exits(3);
    assert!(run.err().contains("it cannot be judged by what is old"), "{}", run.err());
    assert!(run.err().contains("set the status `backout/verify-revert`"), "{}", run.err());
    assert_eq!(state, "error");
    assert!(said.starts_with("could not be checked: origin/main is "), "{said}");
    std::fs::remove_file(lock).unwrap();
    // Rules that are none.
    let refspec = "+refs/heads/*:refs/remotes/origin/*";
    repo.git(&["config", "remote.origin.fetch", refspec]).ok();
    assert_eq!(proved(&forge).1, "success");
    repo.commit_files(&[("backout.toml", "version = ")], "Rules");
    repo.push(&["--quiet", "--no-verify", "origin", "main"]).ok();
    let (run, state, _) = proved(&forge);
    assert_ne!(run.exit, 0, "{}", run.snapshot());
    assert_eq!(state, "error");
}

#[test]
fn a_cascade_is_judged_by_its_commits_where_the_base_moves() {
    let forge = Migration::of(Scene::blocked());
    forge.revert(&["--stage", "4", "--cascade"]).ok();
    forge.move_on();
    forge.backout(&["verify-revert", "--pr", "1"]).run().ok();
}

#[test]
fn a_pull_request_with_anything_more_is_not() {
    let forge = Migration::landed();
    forge.revert(&["--stage", "4"]).ok();
    let repo = &forge.repo;
    repo.git(&["fetch", "--quiet", "origin", BRANCH]).ok();
    repo.git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]).ok();
    repo.commit_files(&[("README.md", "sneaked in\n")], "Words");
    repo.git(&["push", "--quiet", "--no-verify", "origin", &format!("HEAD:{BRANCH}")]).ok();
    repo.git(&["checkout", "--quiet", "main"]).ok();
    let run = forge.backout(&["verify-revert", "--pr", "1"]).run().exits(1);
    assert!(run.out().contains("README.md: it is otherwise than planned"), "{}", run.out());
}

#[test]
fn one_that_parted_from_its_target_at_several_commits_cannot_be_checked() {
    let forge = Migration::landed();
    let repo = &forge.repo;
    repo.git(&["checkout", "--quiet", "-b", "topic"]).ok();
    let theirs = repo.commit_files(&[("words.md", "words\n")], "Words");
    repo.git(&["checkout", "--quiet", "main"]).ok();
    let ours = repo.commit_files(&[("more.md", "more\n")], "More words");
    for (into, other) in [("main", &theirs), ("topic", &ours)] {
        repo.git(&["checkout", "--quiet", into]).ok();
        repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", other]).ok();
        repo.git(&["push", "--quiet", "--no-verify", "origin", into]).ok();
    }
    repo.git(&["checkout", "--quiet", "main"]).ok();
    super::scene::open_by_hand(&forge, "topic");
    let run = forge.backout(&["verify-revert", "--pr", "1"]).run().exits(3);
    assert!(run.err().contains("#1 parted from main at 2 commits"), "{}", run.err());
    assert!(run.err().contains("help: merge main into it once more"), "{}", run.err());
    repo.git(&["checkout", "--quiet", "topic"]).ok();
    repo.git(&["merge", "--quiet", "--no-edit", "main"]).ok();
    repo.git(&["push", "--quiet", "--no-verify", "origin", "topic"]).ok();
    let run = forge.backout(&["verify-revert", "--pr", "1"]).run().exits(1);
    assert!(run.out().contains("#1 is not a planned back-out: it names no stage"), "{}", run.out());
}

#[test]
fn what_is_no_back_out_at_all_is_not_either() {
    let forge = Migration::landed();
    let repo = &forge.repo;
    repo.git(&["checkout", "--quiet", "-b", "topic"]).ok();
    repo.commit_files(&[("README.md", "words\n")], "Words");
    repo.git(&["push", "--quiet", "--no-verify", "origin", "topic"]).ok();
    repo.git(&["checkout", "--quiet", "main"]).ok();
    super::scene::open_by_hand(&forge, "topic");
    let run = forge.backout(&["verify-revert", "--pr", "1"]).run().exits(1);
    assert!(run.out().contains("#1 is not a planned back-out: it names no stage"), "{}", run.out());
    let none = forge.backout(&["verify-revert", "--pr", "99"]).run().exits(5);
    assert!(none.err().contains("there is no pull request #99"), "{}", none.err());
    forge.backout(&["verify-revert"]).run().exits(2);
    forge.backout(&["verify-revert", "HEAD", "--pr", "1"]).run().exits(2);
}

#[test]
fn reviewers_are_the_owners_of_stages_and_files() {
    let scene = Scene::begun();
    let rules = scene.repo.read("backout.toml");
    let owners = "paths = [\"agents/**\"]\nowners = [\"@boss\", \"@acme/team-platform\", \
        \"mail@example.com\"]";
    let rules = rules.replace("paths = [\"agents/**\"]", owners);
    let code_owners = "* @nobody\n/agents/ @keeper @dev @stranger\n";
    scene.repo.commit_files(&[("backout.toml", &rules), ("CODEOWNERS", code_owners)], "Rules");
    scene.land("5-6", "Prompt", &[("agents/base_agent.py", "x\n")]);
    scene.share();
    let forge = Migration::of(scene);
    forge.fake.world().reviewers = ["boss", "keeper", "team-platform"].map(str::to_owned).to_vec();
    // One who cannot be asked keeps nobody else from being asked; nobody reviews their own.
    let run = forge.revert(&["--stage", "5-6"]).ok();
    assert!(run.err().contains("@stranger could not be asked for a review"), "{}", run.err());
    let reviewers = |forge: &Migration| {
        let world = forge.fake.world();
        world.the_open_pull().pull.as_ref().unwrap().reviewers.clone()
    };
    assert_eq!(reviewers(&forge), ["boss", "keeper", "team-platform"]);
    // Who has given a review is not asked again.
    {
        let mut world = forge.fake.world();
        let pull = world.pull_mut(1);
        pull.reviewers = vec!["boss".to_owned()];
        pull.reviews = vec!["keeper".to_owned()];
    }
    forge.move_on();
    forge.revert(&["--stage", "5-6"]).ok();
    // The team has given none; GitHub writes logins as their owners do.
    assert_eq!(reviewers(&forge), ["boss", "team-platform"]);
    let again = |reviews: &[&str]| {
        {
            let mut world = forge.fake.world();
            let pull = world.pull_mut(1);
            pull.reviewers = vec!["Boss".to_owned()];
            pull.reviews = reviews.iter().map(|login| (*login).to_owned()).collect();
        }
        forge.revert(&["--stage", "5-6"]).ok()
    };
    again(&["Keeper"]);
    assert_eq!(reviewers(&forge), ["Boss", "team-platform"]);
    // Somebody else's review may be the team's.
    let run = again(&["Keeper", "member"]);
    assert_eq!(reviewers(&forge), ["Boss"]);
    assert!(run.err().contains("the team team-platform is not asked"), "{}", run.err());
}

#[test]
fn more_owners_than_github_asks_are_named() {
    let scene = Scene::begun();
    let owners = "paths = [\"agents/**\"]\nowners = [\"@zoe\"]";
    let rules = scene.repo.read("backout.toml").replace("paths = [\"agents/**\"]", owners);
    let many: String = (1..=26).map(|n| format!(" @owner-{n:02}")).collect();
    let code_owners = format!("/agents/{many} @acme/team-platform\n");
    scene.repo.commit_files(&[("backout.toml", &rules), ("CODEOWNERS", &code_owners)], "Rules");
    scene.land("5-6", "Prompt", &[("agents/base_agent.py", "x\n")]);
    scene.share();
    let forge = Migration::of(scene);
    let mut all: Vec<String> = (1..=26).map(|n| format!("owner-{n:02}")).collect();
    all.extend(["zoe", "team-platform"].map(str::to_owned));
    forge.fake.world().reviewers = all;
    let run = forge.revert(&["--stage", "5-6"]).ok();
    insta::assert_snapshot!(said(&run), @"
    making the tree [oid]
    made the commit [oid]
    GitHub asks 15 for a review at most; not asked, though owners: @owner-15, @owner-16, @owner-17, @owner-18, @owner-19, @owner-20, @owner-21, @owner-22, @owner-23, @owner-24 and 3 more
    the forge has not signed the commit: a rule that asks for signatures will stop it; a GitHub App's token or `--via push` signs
    ");
    let asked = |forge: &Migration| {
        forge.fake.world().the_open_pull().pull.as_ref().unwrap().reviewers.join(" ")
    };
    // The stage's own first.
    insta::assert_snapshot!(asked(&forge), @"zoe owner-01 owner-02 owner-03 owner-04 owner-05 owner-06 owner-07 owner-08 owner-09 owner-10 owner-11 owner-12 owner-13 owner-14");
    {
        let body = forge.fake.world().the_open_pull().body.clone();
        let (_, rest) = body.split_once("### Owners beyond").unwrap();
        insta::assert_snapshot!(rest.split_once("### To know").unwrap().0, @"
         the 15 whom GitHub asks for a review

        - `@owner-15`
        - `@owner-16`
        - `@owner-17`
        - `@owner-18`
        - `@owner-19`
        - `@owner-20`
        - `@owner-21`
        - `@owner-22`
        - `@owner-23`
        - `@owner-24`
        - `@owner-25`
        - `@owner-26`
        - `@acme/team-platform`
        ");
        assert!(!rest.contains(" @owner"), "named, and called by nobody: {rest}");
    }
    // Another run asks nobody more.
    let before = asked(&forge);
    forge.fake.take_calls();
    forge.revert(&["--stage", "5-6"]).ok();
    assert_eq!(asked(&forge), before);
    assert_eq!(forge.fake.take_calls().iter().filter(|call| call.starts_with("POST")).count(), 0);
}

#[test]
fn one_person_or_one_team_is_asked_without_the_other() {
    for (owner, asked) in [
        ("@boss", &["boss"][..]),
        ("@acme/team-platform", &["team-platform"]),
        ("mail@example.com", &[]),
    ] {
        let scene = Scene::begun();
        let owners = format!("paths = [\"agents/**\"]\nowners = [\"{owner}\"]");
        let rules = scene.repo.read("backout.toml").replace("paths = [\"agents/**\"]", &owners);
        scene.repo.commit_files(&[("backout.toml", &rules)], "Rules");
        scene.land("5-6", "Prompt", &[("agents/base_agent.py", "x\n")]);
        scene.share();
        let forge = Migration::of(scene);
        forge.fake.world().reviewers = ["boss", "team-platform"].map(str::to_owned).to_vec();
        forge.revert(&["--stage", "5-6"]).ok();
        let world = forge.fake.world();
        assert_eq!(world.the_open_pull().pull.as_ref().unwrap().reviewers, asked, "{owner}");
    }
}

#[test]
fn labels_that_cannot_be_set_stop_nothing() {
    use crate::support::fake_github::{At, Fault};
    let forge = Migration::landed();
    for what in ["labels", "assignees"] {
        let call = if what == "labels" { "/issues/1/labels" } else { "/issues/1/assignees" };
        // Both at once are not taken either.
        for call in [("PATCH", "/issues/1"), ("POST", call)] {
            forge.fake.inject(Fault::unprocessable().at(At::Call(call.0, call.1)));
        }
        let run = forge.revert(&["--stage", "4", "--assignee", &format!("no-{what}")]).ok();
        assert!(run.err().contains(&format!("{what} could not be set")), "{}", run.err());
        forge.fake.heal();
    }
    forge.revert(&["--stage", "4"]).ok();
    assert_eq!(forge.fake.world().the_open_pull().labels, ["stage:4", "impact:medium"]);
}

#[test]
fn the_description_says_what_to_do_before_and_after() {
    let scene = Scene::begun();
    let rules = scene.repo.read("backout.toml");
    let stage = r#"paths = ["agents/**"]
rollback = ["flags", "quiesce", "code", "deploy", "data", "verify"]
flags = { USE_PROMPTS = "off", USE_OLD = "on" }
quiesce = { text = "Scale the workers to 0" }
deploy = { command = ["./ops/deploy", "--to", "the old one"] }
verify = { command = ["pytest", "tests/test_agents.py"] }
backups = ["context", "exports"]
procedure = ["Tell @support, see #12 [skip ci]", "Revert `agents`"]
"#;
    let more = r#"
[flags.USE_PROMPTS]
on = "true"
off = "false"
defined_in = [".env.example"]
set = { command = ["./ops/flag", "set", "USE_PROMPTS", "{value}"] }

[flags.USE_OLD]
on = "yes"
off = "no"
defined_in = [".env.example"]
set = { text = "Config repo, values/prod.yaml" }

[backups.context]
source = { kind = "redis", url_env = "REDIS_URL", pattern = "session:*" }
store = "s3://ops/backups"

[backups.exports]
source = { kind = "file", path = "export" }
store = "../store"

[[stages]]
id = "7"
name = "What comes after"
impact = "low"
paths = ["after/**"]
rollback = ["code"]
after = ["5-6"]
"#;
    let rules = rules.replacen("paths = [\"agents/**\"]\nrollback = [\"code\"]\n", stage, 1) + more;
    let env = "USE_PROMPTS=false\nUSE_OLD=yes\n";
    scene.repo.commit_files(&[("backout.toml", &rules), (".env.example", env)], "Rules");
    scene.land("5-6", "Prompt", &[("agents/base_agent.py", "x\n")]);
    scene.land("7", "Next", &[("after/x.py", "x\n")]);
    scene.share();
    let forge = Migration::of(scene);
    let run = forge.revert(&["--stage", "5-6"]).ok();
    let world = forge.fake.world();
    insta::assert_snapshot!(run.filter().apply(&world.the_open_pull().body));
}
