//! `backout doctor --remote`.

use serde_json::{Value, json};

use crate::support::fake_github::world::Ruleset;
use crate::support::fake_github::{At, Caller, FakeGitHub, Fault, Kind, TOKEN};
use crate::support::{CONFIGURATION, RepoOptions, Run, Staged};

const CODE_OWNERS: &str = "* @everybody\n/backout.toml @acme/platform\n/.backout/ @acme/platform\n\
    /.github/ @acme/platform\n";

/// A repository on a forge.
pub(super) struct Remote {
    staged: Staged,
    pub(super) fake: FakeGitHub,
}

impl Remote {
    /// Nothing is protected.
    pub(super) fn bare() -> Self {
        Self::of(CONFIGURATION, &[])
    }

    /// Everything is as it should be.
    pub(super) fn safe() -> Self {
        let remote = Self::of(CONFIGURATION, &[(".github/CODEOWNERS", CODE_OWNERS)]);
        remote.ruleset("Starts", "tag", &["refs/tags/*-start"], &["deletion", "update"]);
        remote.require(&["ci", "backout / guard"], true);
        remote
    }

    fn of(configuration: &str, files: &[(&str, &str)]) -> Self {
        let staged = Staged::with(RepoOptions::default(), configuration);
        if !files.is_empty() {
            staged.repo.commit_files(files, "Files");
            staged.share(&["origin", "main"]);
        }
        let fake = FakeGitHub::start(&staged.origin);
        Self { staged, fake }
    }

    fn ruleset(&self, name: &str, target: &'static str, include: &[&str], rules: &[&str]) {
        let rules = rules.iter().map(|rule| ((*rule).to_owned(), Value::Null)).collect();
        self.add(name, target, "active", include, rules);
    }

    fn add(
        &self,
        name: &str,
        target: &'static str,
        enforcement: &'static str,
        include: &[&str],
        rules: Vec<(String, Value)>,
    ) {
        let include = include.iter().map(|text| (*text).to_owned()).collect();
        let ruleset = Ruleset { name: name.to_owned(), target, enforcement, include, rules };
        self.fake.world().rulesets.push(ruleset);
    }

    /// Requires checks on `main`, and a review of code owners.
    fn require(&self, checks: &[&str], owners: bool) {
        let contexts: Vec<Value> = checks.iter().map(|name| json!({ "context": name })).collect();
        let checks = json!({
            "required_status_checks": contexts, "strict_required_status_checks_policy": false,
        });
        let review = json!({
            "dismiss_stale_reviews_on_push": false, "require_code_owner_review": owners,
            "require_last_push_approval": false, "required_approving_review_count": 1,
            "required_review_thread_resolution": false,
        });
        let rules = vec![
            ("required_status_checks".to_owned(), checks),
            ("pull_request".to_owned(), review),
        ];
        self.add("Main", "branch", "active", &["refs/heads/main"], rules);
    }

    fn doctor(&self, more: &[&str]) -> Run {
        let run = self.staged.repo.backout(["doctor", "--remote"]).args(more);
        let run = run.env("BACKOUT_FORGE_TIMEOUT", "1");
        self.fake
            .environment()
            .into_iter()
            .fold(run, |run, (name, value)| run.env(name, value))
            .run()
    }

    /// A run that asks at this address.
    #[cfg(feature = "peers")]
    pub(super) fn doctor_at(&self, url: &str) -> Run {
        let run = self.staged.repo.backout(["doctor", "--remote"]);
        let all = self.fake.environment().into_iter();
        let run = all.fold(run, |run, (name, value)| run.env(name, value));
        run.env("GITHUB_API_URL", url).env("BACKOUT_FORGE_TIMEOUT", "60").run()
    }

    /// The token may do only this.
    fn may_only(&self, kind: Kind, names: &[&str]) {
        let mut caller = Caller::new("dev", kind).reads_only();
        caller.permissions.retain(|name, _| names.contains(name));
        self.fake.world().tokens.insert(TOKEN.to_owned(), caller);
    }
}

#[test]
fn of_a_repository_that_is_safe() {
    let remote = Remote::safe();
    insta::assert_snapshot!(remote.doctor(&[]).snapshot(), @r#"
    exit: 0
    stdout:
    repository     acme/shop at 127.0.0.1
    token          may admin, pull, push
    check          backout / guard is required on main
    review         code owners have to agree on main
    owners         backout.toml: @acme/platform, by .github/CODEOWNERS
    owners         .backout/: @acme/platform, by .github/CODEOWNERS
    owners         .github/workflows/: @acme/platform, by .github/CODEOWNERS
    start tag      migration-start of entities: [oid], as here
    protected      migration-start by the ruleset "Starts"; nobody may pass by it

    The remote keeps what the guard rests on.
    stderr:
    "#);
}

#[test]
fn of_a_repository_that_protects_nothing() {
    let remote = Remote::bare();
    insta::assert_snapshot!(remote.doctor(&[]).snapshot(), @r#"
    exit: 1
    stdout:
    repository     acme/shop at 127.0.0.1
    token          may admin, pull, push
    check          no check is required on main
    owners         no CODEOWNERS on main
    start tag      migration-start of entities: [oid], as here

    The remote does not keep what the guard rests on:
    - main does not require the check: Settings > Rules > Rulesets, for main: "Require status checks to pass", backout / guard; where it has another name: `--check NAME`
    - on main, code owners need not agree: Settings > Rules > Rulesets, for main: "Require a pull request before merging", "Require review from Code Owners"
    - there is no CODEOWNERS on main: write .github/CODEOWNERS with lines such as `/backout.toml @owner`, `/.backout/ @owner`, `/.github/workflows/ @owner`
    - nothing keeps the tag migration-start from being deleted or moved: Settings > Rules > Rulesets > New tag ruleset, enforcement Active, target migration-start, "Restrict deletions" and "Restrict updates"
    stderr:
    "#);
}

#[test]
fn of_a_tag_that_is_not_where_it_belongs() {
    let pinned = |oid: &str| {
        CONFIGURATION.replace(
            "start = { tag = \"migration-start\" }",
            &format!("start = {{ tag = \"migration-start\", oid = \"{oid}\" }}"),
        )
    };
    let remote = Remote::safe();
    let repo = &remote.staged.repo;
    let began = repo.rev("migration-start^{commit}");
    // Gone there.
    repo.git_in(&remote.staged.origin, &["tag", "--delete", "migration-start"]).ok();
    let run = remote.doctor(&[]).exits(1);
    assert!(
        run.out().contains(
            "- the start tag migration-start of entities is not on the remote: \
             `git push origin refs/tags/migration-start`\n"
        ),
        "{}",
        run.out()
    );
    // Moved there, to a commit, without a tag object.
    repo.git_in(&remote.staged.origin, &["tag", "migration-start", "main"]).ok();
    let run = remote.doctor(&[]).exits(1);
    assert!(run.out().contains("- the tag migration-start stands on "), "{}", run.out());
    // Not here to be compared, and not pinned.
    repo.git(&["tag", "--delete", "migration-start"]).ok();
    let run = remote.doctor(&[]).exits(3);
    assert!(
        run.out().contains("- could not check where the tag migration-start belongs"),
        "{}",
        run.out()
    );
    // Pinned, that is enough.
    repo.write("backout.toml", pinned(&began));
    let run = remote.doctor(&[]).exits(1);
    assert!(
        run.out().contains("- the tag migration-start was moved: it stands on "),
        "{}",
        run.out()
    );
    repo.write("backout.toml", pinned(&repo.rev("main")));
    let run = remote.doctor(&[]).ok();
    assert!(run.out().contains(", as pinned\n"), "{}", run.out());
}

#[test]
fn of_a_tag_names_the_remote_as_this_clone_does() {
    let remote = Remote::safe();
    let repo = &remote.staged.repo;
    repo.git(&["remote", "rename", "origin", "upstream"]).ok();
    // What stands between backticks works, here and there.
    let helps = |exit: i32, begins: &str| {
        let said = remote.doctor(&[]).exits(exit).out();
        let commands = said.split('`').skip(1).step_by(2);
        let command = commands.filter(|one| one.starts_with(begins)).last().unwrap_or_default();
        assert!(command.contains(" upstream "), "{begins}: {said}");
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        repo.git(
            &[
                &words[..1],
                if begins.contains("push") { &["--no-verify"] } else { &[] },
                &words[1..],
            ]
            .concat(),
        )
        .ok();
    };
    let pin = |oid: &str| {
        let pinned = format!("tag = \"migration-start\", oid = \"{oid}\"");
        repo.write("backout.toml", CONFIGURATION.replace("tag = \"migration-start\"", &pinned));
    };
    repo.git_in(&remote.staged.origin, &["tag", "--delete", "migration-start"]).ok();
    helps(1, "git push upstream refs/tags/");
    remote.doctor(&[]).ok();
    repo.git_in(&remote.staged.origin, &["tag", "--force", "migration-start", "main"]).ok();
    helps(1, "git push --force upstream refs/tags/");
    remote.doctor(&[]).ok();
    repo.git_in(&remote.staged.origin, &["tag", "--force", "migration-start", "main"]).ok();
    helps(1, "git fetch --force upstream refs/tags/");
    remote.doctor(&[]).ok();
    repo.git(&["tag", "--delete", "migration-start"]).ok();
    helps(3, "git fetch upstream refs/tags/");
    remote.doctor(&[]).ok();
    repo.git(&["commit", "--quiet", "--allow-empty", "-m", "More"]).ok();
    pin(&repo.rev("HEAD"));
    helps(1, "git push --force upstream ");
    repo.git(&["tag", "--delete", "migration-start"]).ok();
    remote.doctor(&[]).ok();
}

#[test]
fn of_rulesets_that_do_not_protect_the_tag() {
    const BOTH: &[&str] = &["deletion", "update"];
    const FORWARD: &[&str] = &["deletion", "non_fast_forward"];
    let none = "deleted or moved";
    for (target, enforcement, include, rules, told) in [
        ("branch", "active", "~ALL", BOTH, none),
        ("tag", "active", "refs/tags/v*", BOTH, none),
        ("tag", "active", "~ALL", &["update"], "deleted"),
        ("tag", "active", "~ALL", &["deletion"], "moved"),
        (
            "tag",
            "active",
            "~ALL",
            FORWARD,
            "moved (blocked force pushes still let it move forward)",
        ),
        ("tag", "evaluate", "~ALL", BOTH, none),
        ("tag", "disabled", "~ALL", BOTH, none),
    ] {
        let remote = Remote::safe();
        remote.fake.world().rulesets.remove(0);
        let rules = rules.iter().map(|rule| ((*rule).to_owned(), Value::Null)).collect();
        remote.add("R", target, enforcement, &[include], rules);
        let run = remote.doctor(&[]).exits(1);
        let line = format!("- nothing keeps the tag migration-start from being {told}:");
        assert!(run.out().contains(&line), "{line}\n{}", run.out());
        let tried = run.out().contains("tried out      the ruleset \"R\" for migration-start");
        assert_eq!(tried, enforcement == "evaluate", "{}", run.out());
    }
    // One that leaves it out.
    let remote = Remote::safe();
    let left_out = vec!["refs/tags/migration-*".to_owned()];
    remote.fake.world().more.excludes.insert("Starts".to_owned(), left_out);
    remote.doctor(&[]).exits(1);
    // Two that do it together.
    let remote = Remote::safe();
    remote.fake.world().rulesets.remove(0);
    remote.ruleset("One", "tag", &["~ALL"], &["deletion"]);
    remote.ruleset("Other", "tag", &["refs/tags/migration-start"], &["update"]);
    remote.doctor(&[]).ok();
}

#[test]
fn who_may_pass_by_is_named() {
    let remote = Remote::safe();
    let actors = vec![
        json!({ "actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always" }),
        json!({ "actor_id": 7, "actor_type": "Team", "bypass_mode": "pull_request" }),
    ];
    remote.fake.world().more.bypass.insert("Starts".to_owned(), actors);
    let run = remote.doctor(&[]).ok();
    let told = "may pass by it: OrganizationAdmin 1, Team 7 (pull_request)\n";
    assert!(run.out().contains(told), "{}", run.out());
    remote.may_only(Kind::User, &["contents", "metadata"]);
    let run = remote.doctor(&[]).ok();
    assert!(run.out().contains("who may pass by it, this token cannot see"), "{}", run.out());
}

#[test]
fn of_a_check_that_is_not_required() {
    let remote = Remote::safe();
    remote.fake.world().rulesets.pop();
    remote.require(&["ci", "backout (share)"], true);
    let run = remote.doctor(&[]).exits(1);
    assert!(
        run.out().contains("check          only backout (share), ci is required on main\n"),
        "{}",
        run.out()
    );
    assert!(run.out().contains("- main does not require the check: "), "{}", run.out());
    // By another name, and by classic protection.
    remote.doctor(&["--check", "ci"]).ok();
    let contexts = vec!["backout".to_owned()];
    remote.fake.world().more.contexts.insert("main".to_owned(), contexts);
    let run = remote.doctor(&[]).ok();
    assert!(run.out().contains("check          backout is required on main\n"), "{}", run.out());
}

#[test]
fn of_code_owners() {
    let told = |place: &str, content: &str| {
        let remote = Remote::of(CONFIGURATION, &[(place, content)]);
        remote.ruleset("Starts", "tag", &["~ALL"], &["deletion", "update"]);
        remote.require(&["backout"], true);
        remote.doctor(&[])
    };
    for place in [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] {
        told(place, CODE_OWNERS).ok();
        told(place, "* @everybody\n").ok();
    }
    for (content, path) in [
        ("* @a\nbackout.toml\n", "backout.toml"),
        ("* @a\n/.backout/receipts/\n", ".backout/receipts/entities/4.toml"),
        ("* @a\n/.backout/**/context.toml\n", ".backout/backups/context.toml"),
        ("/backout.toml @a\n/.backout/ @a\n", ".github/workflows/guard.yml"),
        (
            "/backout.toml @a\n/.backout/ @a\n/.github/workflows/*.yml @a\n",
            ".github/workflows/another.yaml",
        ),
    ] {
        let run = told("CODEOWNERS", content).exits(1);
        let line = format!("- CODEOWNERS names nobody for {path}: ");
        assert!(run.out().contains(&line), "{line}\n{}", run.out());
    }
    // The first place counts, whatever stands in the others.
    let remote =
        Remote::of(CONFIGURATION, &[(".github/CODEOWNERS", "\n"), ("CODEOWNERS", CODE_OWNERS)]);
    assert!(
        remote.doctor(&[]).out().contains("- .github/CODEOWNERS names nobody for backout.toml")
    );
}

#[test]
fn of_code_owners_whom_nobody_has_to_ask() {
    let remote = Remote::safe();
    remote.fake.world().rulesets.pop();
    remote.require(&["backout"], false);
    let run = remote.doctor(&[]).exits(1);
    assert!(run.out().contains("- on main, code owners need not agree: "), "{}", run.out());
    // Classic protection may ask for it, and only administrators see that.
    remote.fake.world().more.contexts.insert("main".to_owned(), Vec::new());
    remote.fake.world().more.code_owners.insert("main".to_owned(), true);
    let run = remote.doctor(&[]).ok();
    assert!(
        run.out().contains("review         code owners have to agree on main\n"),
        "{}",
        run.out()
    );
    remote.may_only(Kind::User, &["contents", "metadata"]);
    let run = remote.doctor(&[]).exits(3);
    assert!(
        run.out().contains("- could not check whether code owners have to agree"),
        "{}",
        run.out()
    );
}

#[test]
fn what_the_token_may_not_see_is_never_a_pass() {
    let remote = Remote::safe();
    for (kind, names) in [
        (Kind::User, &["metadata"][..]),
        (Kind::Job, &["metadata"]),
        (Kind::User, &[]),
        (Kind::Job, &[]),
    ] {
        remote.may_only(kind, names);
        let run = remote.doctor(&[]).exits(3);
        let out = run.out();
        assert!(
            out.contains(
                "\nWhether the remote keeps what the guard rests on cannot be told:\n\
                 - could not check "
            ),
            "{out}"
        );
    }
    remote.may_only(Kind::Job, &["metadata"]);
    insta::assert_snapshot!(remote.doctor(&[]).snapshot(), @"
    exit: 3
    stdout:
    repository     acme/shop at 127.0.0.1
    token          what it may do is not told

    Whether the remote keeps what the guard rests on cannot be told:
    - could not check the branch main: the token may not do this (GET /repos/acme/shop/branches/main: 403 Resource not accessible by integration); it takes a token with contents: read
    - could not check the tag migration-start: the token may not do this (GET /repos/acme/shop/git/ref/tags%2Fmigration-start: 403 Resource not accessible by integration); it takes a token with contents: read
    stderr:
    ");
}

#[test]
fn every_fault_at_every_request_is_told_and_never_a_pass() {
    let remote = Remote::safe();
    remote.doctor(&[]).ok();
    let count = remote.fake.take_calls().len();
    assert!(count >= 8, "{count}");
    for fault in Fault::all() {
        // Those that are asked for again and again, with pauses, fail at the ends alone.
        let again = ["500", "500 after the effect", "a page", "cut body", "slow body"];
        let ends = again.contains(&fault.name);
        for number in (1..=count).filter(|number| !ends || [1, count].contains(number)) {
            let case = format!("{} from {number} on", fault.name);
            remote.fake.heal();
            remote.fake.inject(fault.clone().at(At::From(number)));
            let run = remote.doctor(&[]);
            let (out, err) = (run.out(), run.err());
            assert_ne!(run.exit, 0, "{case}: {out}");
            let told = ["could not check ", "no CODEOWNERS", "is not on the remote"];
            assert!(told.iter().any(|one| out.contains(one)), "{case}: {out}");
            assert!(!(out + &err).contains(TOKEN), "{case}");
        }
    }
    assert_eq!(remote.fake.requests_elsewhere().len(), 0);
}

#[test]
fn without_a_token_or_a_forge_it_is_a_wrong_call() {
    let remote = Remote::safe();
    let run =
        remote.staged.repo.backout(["doctor", "--remote", "--repo", "acme/shop"]).run().exits(2);
    assert!(run.err().contains("there is no token for api.github.com"), "{}", run.err());
    let run =
        remote.staged.repo.backout(["doctor", "--remote"]).env("GH_TOKEN", "x").run().exits(2);
    assert!(run.err().contains("is no repository on a forge"), "{}", run.err());
    remote.staged.repo.backout(["doctor", "--check", "x"]).run().exits(2);
}

#[test]
fn names_from_the_forge_are_names_and_nothing_else() {
    let remote = Remote::safe();
    remote.fake.world().rulesets.clear();
    remote.ruleset("a\n- b\u{1b}[31m\u{202e}", "tag", &["~ALL"], &["deletion", "update"]);
    remote.require(&["backout / \n::error::pwned"], true);
    let out = remote.doctor(&[]).ok().out();
    assert!(
        !out.contains("\u{1b}") && !out.contains('\u{202e}') && !out.contains("\n- b"),
        "{out}"
    );
    assert_eq!(crate::support::runner::commands(&out), []);
}
