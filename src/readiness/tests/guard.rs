//! From refs to an assessment: what is new, what is trusted, and what is no answer.

use super::fake::{archive, receipt};
use super::real::{RECEIPT, Real, by_hand, guard, push, rules};
use crate::config::Level;
use crate::exit::Exit;
use crate::git::testing::Scratch;
use crate::git::{ObjectId, RefName, RefUpdate, Repo};
use crate::readiness::assessment::{Assessment, RefReport, Verdict};
use crate::readiness::finding::Finding;
use crate::readiness::guard::{Beginning, Guard, GuardError, Input, Kind};

fn judge(scratch: &Scratch, inputs: &[Input]) -> Result<Assessment, GuardError> {
    guard(&scratch.repo()).judge(inputs)
}

/// How many commits of each ref count as new.
fn new_commits(scratch: &Scratch, inputs: &[Input]) -> Vec<usize> {
    judge(scratch, inputs).unwrap().refs.iter().map(|one| one.commits).collect()
}

fn absent() -> ObjectId {
    ObjectId::from_bytes(&[7; 20]).unwrap()
}

#[test]
fn every_ref_is_judged_and_the_worst_decides() {
    let real = Real::with("");
    let fine = real.commit("README.md", "Words");
    let unready = real.unready();
    let inputs = [push("topic", None, fine), push("main", Some(real.start), unready)];
    let assessment = judge(&real.scratch, &inputs).unwrap();
    assert_eq!(assessment.verdict, Verdict::NotReady);
    assert_eq!(assessment.refs.len(), 2);
    assert_eq!(assessment.findings[0].reference.as_ref().unwrap().as_branch(), Some("main"));
    let assessment = judge(&real.scratch, &inputs[..1]).unwrap();
    assert_eq!(assessment.verdict, Verdict::Ready);
    assert!(assessment.is_silent());
    assert_eq!(judge(&real.scratch, &[]).unwrap().verdict, Verdict::Ready, "nothing is pushed");
}

#[test]
fn a_ref_goes_by_its_short_name_where_it_has_one() {
    let real = Real::with("");
    let update = |name| RefUpdate { local: None, remote: name, from: None, to: Some(real.start) };
    let names = [RefName::branch("a/b"), RefName::tag("v1"), RefName::new("refs/notes/x")];
    let inputs = names.map(|name| Input::push(update(name)));
    let refs = judge(&real.scratch, &inputs).unwrap().refs;
    let short: Vec<_> = refs.iter().map(RefReport::short_name).collect();
    assert_eq!(short, ["a/b", "v1", "refs/notes/x"]);
}

#[test]
fn the_time_it_took_is_told_in_milliseconds() {
    let real = Real::with("");
    let head = real.unready();
    let begun = std::time::Instant::now();
    let assessment = judge(&real.scratch, &[push("topic", None, head)]).unwrap();
    let most = begun.elapsed().as_secs_f64() * 1000.0;
    let [("total", told)] = assessment.timings_ms[..] else { panic!("one time is told") };
    // No repository is judged in ten microseconds.
    assert!((0.01..=most).contains(&told), "{told} of {most}");
}

#[test]
fn what_the_remote_has_is_not_new_on_a_topic_branch() {
    let real = Real::with("");
    let shared = real.unready();
    let head = real.commit("README.md", "Words");
    assert_eq!(new_commits(&real.scratch, &[push("topic", None, head)]), [2]);
    real.scratch.remote_has("other", &shared);
    assert_eq!(new_commits(&real.scratch, &[push("topic", None, head)]), [1]);
    // On the landing branch all since its old tip is new, wherever else it is.
    assert_eq!(new_commits(&real.scratch, &[push("main", Some(real.start), head)]), [2]);
    // A remote without a name here is not known to have anything but the migration's start.
    let repo = real.scratch.repo();
    let nameless = Guard { remote: None, ..guard(&repo) };
    let assessment = nameless.judge(&[push("topic", None, head)]).unwrap();
    assert_eq!(assessment.refs[0].commits, 2);
}

/// A push to a URL: git says where that remote's branch stands, and nothing else is known of it.
#[test]
fn what_has_landed_on_a_remote_without_a_name_is_known_from_the_push_to_it() {
    let real = Real::with("");
    real.scratch.git(&["switch", "--quiet", "--create", "topic"]);
    real.unready();
    real.scratch.git(&["switch", "--quiet", "main"]);
    real.scratch.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "topic"]);
    let landed = real.scratch.id("HEAD");
    let late = receipt("data", &[archive("2026-01-05T13:00:00Z")]);
    let files = [("src/9/a.py", "c\n"), (RECEIPT, late.as_str())];
    let head = real.scratch.commit("Work\n\nMigration-Stage: 9", &files);
    let repo = real.scratch.repo();
    let nameless = Guard { remote: None, ..guard(&repo) };
    let assessment = nameless.judge(&[push("main", Some(landed), head)]).unwrap();
    let codes: Vec<_> = assessment.findings.iter().map(|one| one.code.as_str()).collect();
    assert!(codes.contains(&"backup/after-the-fact"), "{codes:?}");
}

#[test]
fn a_place_whose_rules_count_for_several_refs_is_named_once() {
    let real = Real::with("");
    let head = real.commit("README.md", "Words");
    let inputs = [push("topic", None, head), push("other", None, head)];
    let assessment = judge(&real.scratch, &inputs).unwrap();
    let places: Vec<_> = assessment.trusted.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(places, ["origin/main"]);
    let judged = assessment.judged.map(|one| one.label);
    assert_eq!(judged.as_deref(), None, "it brings no rules of its own");
}

#[test]
fn a_push_that_has_happened_is_not_held_to_be_old_news() {
    let real = Real::with("");
    let head = real.unready();
    real.scratch.remote_has("topic", &head);
    let event = Input { kind: Kind::Event, ..push("topic", None, head) };
    assert_eq!(new_commits(&real.scratch, &[event]), [1]);
    real.scratch.remote_has("main", &head);
    for from in [Some(real.start), None] {
        let event = Input { kind: Kind::Event, ..push("main", from, head) };
        assert_eq!(new_commits(&real.scratch, &[event]), [1], "{from:?}");
    }
    // Nor where the landing branch has it by now, too.
    let event = Input { kind: Kind::Event, ..push("topic", None, head) };
    assert_eq!(new_commits(&real.scratch, &[event]), [1]);
    // One that is yet to come brings nothing.
    assert_eq!(new_commits(&real.scratch, &[push("other", None, head)]), [0]);
}

#[test]
fn what_a_topic_branch_takes_from_the_landing_branch_is_not_new() {
    let real = Real::with("");
    let topic = real.commit("topic", "Topic");
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    let landed = real.commit("landed", "Landed");
    real.scratch.remote_has("main", &landed);
    real.scratch.git(&["checkout", "--quiet", "--detach", &topic.to_string()]);
    real.scratch.git(&["merge", "--quiet", "--no-edit", &landed.to_string()]);
    let merge = real.scratch.id("HEAD");
    assert_eq!(new_commits(&real.scratch, &[push("topic", Some(topic), merge)]), [1]);
}

#[test]
fn a_range_without_a_base_begins_where_the_migration_does() {
    let real = Real::with("");
    let head = real.unready();
    assert_eq!(new_commits(&real.scratch, &[by_hand(None, head)]), [1]);
    assert_eq!(new_commits(&real.scratch, &[by_hand(Some(head), head)]), [0]);
    let before = real.scratch.id("m-start~1");
    assert_eq!(new_commits(&real.scratch, &[by_hand(Some(before), head)]), [2], "as it was asked");
    real.scratch.git(&["tag", "--delete", "m-start"]);
    assert_eq!(new_commits(&real.scratch, &[by_hand(None, head)]), [3], "all there is");
}

#[test]
fn of_several_starts_the_one_before_all_others_counts() {
    let real = Real::with("");
    let later = real.commit("README.md", "Words");
    real.scratch.git(&["checkout", "--quiet", "--orphan", "elsewhere"]);
    let unrelated = real.commit("README.md", "Elsewhere");
    let repo = real.scratch.repo();
    let oldest = |starts: &[ObjectId]| guard(&repo).oldest(starts).unwrap();
    assert_eq!(oldest(&[later, real.start]), Some(real.start));
    assert_eq!(oldest(&[real.start, later]), Some(real.start));
    assert_eq!(oldest(&[later, unrelated]), None, "none is before the other");
    assert_eq!(oldest(&[]), None);
}

#[test]
fn what_git_puts_together_is_a_change_of_a_branch_and_none_of_what_lands() {
    let real = Real::with("");
    let lines = |first: &str, last: &str| format!("{first}\n2\n3\n4\n{last}\n");
    let commit = |first: &str, last: &str| {
        real.scratch.commit("Words", &[("README.md", lines(first, last).as_str())])
    };
    let base = commit("1", "5");
    let landed = commit("1", "five");
    real.scratch.remote_has("main", &landed);
    real.scratch.git(&["checkout", "--quiet", "--detach", &base.to_string()]);
    let topic = commit("one", "5");
    real.scratch.git(&["merge", "--quiet", "--no-edit", &landed.to_string()]);
    let merge = real.scratch.id("HEAD");
    let paths = |input: Input| judge(&real.scratch, &[input]).unwrap().refs[0].paths;
    assert_eq!(paths(push("topic", Some(topic), merge)), 1);
    assert_eq!(paths(Input { beside: Some(landed), ..by_hand(Some(topic), merge) }), 0);
}

#[test]
fn where_a_commit_and_the_landing_branch_parted() {
    let real = Real::with("");
    let head = real.unready();
    let repo = real.scratch.repo();
    let begins = Beginning { base: real.start, beside: None };
    assert_eq!(guard(&repo).landed(&head).unwrap(), Some(begins));
    assert_eq!(guard(&repo).landed(&real.start).unwrap(), None, "it has landed");
    let nowhere = Guard { remote: None, ..guard(&repo) };
    assert_eq!(nowhere.landed(&head).unwrap(), None, "no landing branch is known");
    let local = Guard { remote: None, local: true, ..guard(&repo) };
    assert_eq!(local.landed(&head).unwrap(), None, "the local branch has it");
}

#[test]
fn where_merges_cross_the_landing_branch_stands_beside_the_base() {
    let real = Real::with("");
    let topic = real.unready();
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    let landed = real.commit("README.md", "words");
    real.scratch.git(&["merge", "--quiet", "--no-edit", &topic.to_string()]);
    let main = real.scratch.id("HEAD");
    real.scratch.remote_has("main", &main);
    real.scratch.git(&["checkout", "--quiet", "--detach", &topic.to_string()]);
    real.scratch.git(&["merge", "--quiet", "--no-edit", &landed.to_string()]);
    let head = real.commit("src/4/a.py", "more");
    let found = guard(&real.scratch.repo()).landed(&head).unwrap().unwrap();
    assert_eq!(found.beside, Some(main));
    assert!([topic, landed].contains(&found.base));
}

#[test]
fn of_several_landing_branches_the_one_it_parted_from_first_counts() {
    let real = Real::with("");
    real.scratch.remote_has("trunk", &real.start);
    let included = "billing/backout.toml";
    let with_it = format!("version = 1\ninclude = [\"{included}\"]\n");
    let root = rules("").replacen("version = 1\n", &with_it, 1);
    let billing = rules("").replacen("id = \"m\"", "id = \"billing\"", 1);
    let billing = billing.replace("branch = \"main\"", "branch = \"trunk\"");
    let files = [("backout.toml", &*root), (included, &*billing), ("billing/src/9/a.py", "a\n")];
    let landed = real.scratch.commit("Adopt", &files);
    real.scratch.remote_has("main", &landed);
    let head = real.unready();
    let repo = real.scratch.repo();
    let begins = Beginning { base: real.start, beside: None };
    assert_eq!(guard(&repo).landed(&head).unwrap(), Some(begins));
}

#[test]
fn what_a_push_does_to_the_rules_of_several_migrations_is_said_once() {
    let scratch = Scratch::empty();
    let included = "billing/backout.toml";
    let with_it = format!("version = 1\ninclude = [\"{included}\"]\n");
    let root = rules("").replacen("version = 1\n", &with_it, 1);
    let billing = rules("").replacen("id = \"m\"", "id = \"billing\"", 1);
    let begun = scratch.commit("Begin", &[("backout.toml", &root), (included, &billing)]);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    scratch.remote_has("main", &begun);
    let lower = |rules: &str| rules.replace("\"critical\"", "\"high\"");
    let head = scratch
        .commit("Ask for less", &[("backout.toml", &lower(&root)), (included, &lower(&billing))]);
    let assessment = judge(&scratch, &[push("main", Some(begun), head)]).unwrap();
    let told: Vec<_> =
        assessment.findings.iter().map(|one| (one.code.as_str(), &*one.message)).collect();
    let weaker = "the pushed configuration asks for less";
    assert_eq!(
        told,
        [
            ("policy/changed", "backout.toml is not what is trusted: this push is judged by both"),
            (
                "policy/changed",
                &format!("{included} is not what is trusted: this push is judged by both")
            ),
            ("policy/weakened", &format!("{weaker}: billing: stage 9 has a lower impact")),
            ("policy/weakened", &format!("{weaker}: m: stage 9 has a lower impact")),
        ]
    );
}

#[test]
fn what_reads_the_same_for_two_migrations_weighs_for_each_as_its_rules_say() {
    let included = "billing/backout.toml";
    let told = |root: &str, billing: &str| {
        let scratch = Scratch::empty();
        let with_it = format!("version = 1\ninclude = [\"{included}\"]\n");
        let root = rules(root).replacen("version = 1\n", &with_it, 1);
        let billing = rules(billing).replacen("id = \"m\"", "id = \"billing\"", 1);
        let denied = "[requirements]\n\"policy/changed\" = \"deny\"\n";
        let billing = billing.replacen("[requirements]\n", denied, 1);
        let begun = scratch.commit("Begin", &[("backout.toml", &root), (included, &billing)]);
        scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
        scratch.remote_has("main", &begun);
        let head = scratch.commit("Words", &[(included, &format!("# Words\n{billing}"))]);
        let of = judge(&scratch, &[push("main", Some(begun), head)]).unwrap();
        let weight = |one: &Finding| (one.migration.to_string(), one.level, one.observed);
        (of.findings.iter().map(weight).collect::<Vec<_>>(), of.waived.len(), of.stops())
    };
    let (m, billing) = ("m".to_owned(), "billing".to_owned());
    let warned = (m, Level::Warn, false);
    let (found, _, verdict) = told("", "");
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(verdict, Verdict::NotReady);
    let (found, _, verdict) = told("", "mode = \"observe\"");
    let mut expected = vec![(billing, Level::Deny, true), warned.clone()];
    expected.sort_by_key(|(_, level, _)| std::cmp::Reverse(*level));
    assert_eq!((found, verdict), (expected, Verdict::Ready));
    let waiver = "max_waiver = \"30d\"\n[[waivers]]\nfinding = \"policy/changed\"\n\
                  reason = \"known\"\nexpires = 2026-01-20\n";
    let (found, waived, verdict) = told("", waiver);
    assert_eq!((found, waived, verdict), (vec![warned], 1, Verdict::Ready));
}

#[test]
fn what_is_absent_names_its_ref_and_is_no_answer() {
    let real = Real::with("");
    let inputs = [push("main", Some(real.start), absent())];
    let GuardError::Failure(failure) = judge(&real.scratch, &inputs).unwrap_err() else { panic!() };
    assert!(failure.message.starts_with("refs/heads/main: object 0707"), "{failure}");
    assert_eq!(failure.exit, Exit::Indeterminate);
    assert!(failure.help.is_some());
    // An old end that is gone: what it held cannot be known, and that is said.
    let head = real.commit("README.md", "Words");
    let assessment = judge(&real.scratch, &[push("main", Some(absent()), head)]).unwrap();
    assert_eq!(assessment.verdict, Verdict::Indeterminate);
}

#[test]
fn no_configuration_and_a_broken_one_are_errors() {
    let scratch = Scratch::empty();
    let head = scratch.commit("nothing", &[]);
    let GuardError::Failure(failure) = judge(&scratch, &[push("main", None, head)]).unwrap_err()
    else {
        panic!()
    };
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.message.starts_with("there is no backout.toml"), "{failure}");
    let broken = scratch.commit("broken", &[("backout.toml", "version = 2")]);
    let told = judge(&scratch, &[push("main", None, broken)]).unwrap_err();
    assert!(matches!(told, GuardError::Configuration(_)), "{told}");
    // A broken one that is trusted already does not stop the push that mends it.
    scratch.remote_has("main", &broken);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let mended = scratch.commit("mended", &[("backout.toml", &rules(""))]);
    let assessment = judge(&scratch, &[push("main", Some(broken), mended)]).unwrap();
    assert_eq!(assessment.verdict, Verdict::Ready);
    assert!(assessment.refs[0].note.is_some());
    // But nobody hides behind it either.
    scratch.git(&["rm", "--quiet", "backout.toml"]);
    let gone = scratch.commit("gone", &[]);
    let told = judge(&scratch, &[push("topic", Some(broken), gone)]).unwrap_err();
    let GuardError::Failure(failure) = told else { panic!("{told}") };
    assert!(failure.message.contains("is invalid, and there is no other"), "{failure}");
}

#[test]
fn history_that_is_cut_off_inside_of_the_range_is_no_answer() {
    let real = Real::with("");
    let head = real.unready();
    let shallow: Repo = real.scratch.shallow(1);
    let nameless = Guard { remote: None, ..guard(&shallow) };
    let told = nameless.judge(&[push("main", None, head)]).unwrap_err();
    let GuardError::Failure(failure) = told else { panic!("{told}") };
    assert_eq!(failure.exit, Exit::Indeterminate);
    assert!(failure.message.contains("this clone is shallow"), "{failure}");
    assert!(failure.help.unwrap().contains("--unshallow"));
}

#[test]
fn a_merge_base_at_which_history_is_cut_off_is_no_answer() {
    let real = Real::with("");
    let cut = real.unready();
    let shallow: Repo = real.scratch.shallow(1);
    let there =
        |arguments: &[&str]| real.scratch.git(&[&["-C", "../shallow-1"], arguments].concat());
    there(&["commit", "--quiet", "--allow-empty", "--message", "Later"]);
    let later: ObjectId = there(&["rev-parse", "HEAD"]).parse().unwrap();
    let nameless = Guard { remote: None, ..guard(&shallow) };
    let told = nameless.judge(&[by_hand(Some(cut), later)]).unwrap_err();
    assert!(told.to_string().contains("this clone is shallow"), "{told}");
    // The old end of a push is what the remote has, wherever history is cut off here.
    assert!(nameless.judge(&[push("topic", Some(cut), later)]).is_ok());
}

#[test]
fn why_a_clone_may_lack_tags() {
    let real = Real::with("");
    let why = |scratch: &Scratch, remote: Option<&str>| {
        let repo = scratch.repo();
        let guard = Guard { remote: remote.map(str::to_owned), ..guard(&repo) };
        guard.tags_left_out().unwrap()
    };
    assert_eq!(why(&real.scratch, Some("origin")), None);
    real.scratch.git(&["config", "remote.origin.tagOpt", "--no-tags"]);
    assert!(why(&real.scratch, Some("origin")).unwrap().contains("tagOpt"));
    assert!(why(&real.scratch, None).is_some(), "a remote without a name may be this one");
    assert_eq!(why(&real.scratch, Some("elsewhere")), None);
    let shallow = real.scratch.shallow(1);
    assert_eq!(guard(&shallow).tags_left_out().unwrap(), Some("which is shallow"));
}

/// What is no file of attributions has landed, and goes away bit by bit.
#[test]
fn a_push_that_takes_a_part_of_a_slip_away_is_not_taken_for_one_that_brings_it() {
    let real = Real::with("");
    let folder = ".backout/attributions.toml";
    let files = [format!("{folder}/a"), format!("{folder}/b")];
    let files = files.each_ref().map(|path| (path.as_str(), "a\n"));
    let landed = real.scratch.commit("A folder", &files);
    let bring = push("main", Some(real.start), landed);
    let error = judge(&real.scratch, &[bring]).unwrap_err();
    assert!(matches!(error, GuardError::Configuration(_)), "{error}");
    real.scratch.remote_has("main", &landed);
    std::fs::remove_file(real.scratch.path().join(files[0].0)).unwrap();
    let head = real.scratch.commit("One file less", &[]);
    let assessment = judge(&real.scratch, &[push("main", Some(landed), head)]).unwrap();
    assert_eq!(assessment.verdict, Verdict::Ready);
}

#[test]
fn rules_that_never_were_valid_are_mended_by_a_push_of_nothing_else() {
    let included = "billing/backout.toml";
    let with_it = format!("version = 1\ninclude = [\"{included}\"]\n");
    let root = rules("").replacen("version = 1\n", &with_it, 1);
    let billing = rules("").replacen("id = \"m\"", "id = \"billing\"", 1);
    let scratch = Scratch::empty();
    let broken = scratch.commit("broken", &[("backout.toml", &root), (included, "version = 2")]);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    scratch.remote_has("main", &broken);
    let pushed = |files: &[(&str, &str)]| {
        scratch.git(&["reset", "--quiet", "--hard", &broken.to_string()]);
        let head =
            scratch.commit("Mend the rules", &[&[(included, billing.as_str())], files].concat());
        judge(&scratch, &[push("main", Some(broken), head)])
    };
    let more = root.clone() + "# Mended.\n";
    for files in [&[][..], &[("backout.toml", more.as_str())]] {
        assert_eq!(pushed(files).unwrap().verdict, Verdict::Ready);
    }
    let GuardError::Failure(failure) = pushed(&[("README.md", "Words\n")]).unwrap_err() else {
        panic!()
    };
    assert_eq!(failure.exit, Exit::Indeterminate);
    assert!(failure.message.contains("there are no trusted rules to judge by"), "{failure}");
}

#[test]
fn that_the_pushed_rules_alone_judge_is_said_where_no_others_are_known() {
    let scratch = Scratch::empty();
    scratch.git(&["remote", "add", "origin", "../origin.git"]);
    let old = scratch.commit("rules", &[("backout.toml", &rules("")), ("src/9/a.py", "a\n")]);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let head = scratch.commit("Words", &[("README.md", "a\n")]);
    let note = |from: Option<ObjectId>| {
        let assessment = judge(&scratch, &[push("topic", from, head)]).unwrap();
        assessment.refs[0].note.clone()
    };
    let alone = "no rules of `origin` are known here: judged by the pushed rules alone";
    assert_eq!(note(None).as_deref(), Some(alone));
    assert_eq!(note(Some(old)), None, "what the remote has already has rules");
    // Where the landing branch could be known, or nothing is pushed at all, they do not.
    let refused = |guard: Guard<'_>, input: Input| {
        let error = guard.judge(&[input]).unwrap_err().to_string();
        let unknown = "the landing branch `main` is not known here, and no rules but those of the \
                       change itself";
        assert!(error.contains(unknown), "{error}");
    };
    let repo = scratch.repo();
    refused(Guard { remote: None, ..guard(&repo) }, by_hand(None, head));
    scratch.git(&["config", "remote.origin.fetch", "+refs/heads/x:refs/remotes/origin/x"]);
    let repo = scratch.repo();
    refused(guard(&repo), push("topic", None, head));
}

#[test]
fn what_is_said_where_the_landing_branch_of_the_rules_is_not_known() {
    let scratch = Scratch::empty();
    scratch.git(&["remote", "add", "origin", "../origin.git"]);
    let trunk = rules("").replace("branch = \"main\"", "branch = \"trunk\"");
    scratch.commit("rules", &[("backout.toml", &trunk), ("src/9/a.py", "a\n")]);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let head = scratch.commit("Words", &[("README.md", "a\n")]);
    let note = |remote: Option<&str>, branch: &str| {
        let repo = scratch.repo();
        let guard = Guard { remote: remote.map(str::to_owned), ..guard(&repo) };
        guard.judge(&[push(branch, None, head)]).unwrap().refs[0].note.clone()
    };
    // A first push ever brings the rules, be it of a branch that other places land on.
    for branch in ["trunk", "main"] {
        assert_eq!(note(Some("origin"), branch), None);
        assert_eq!(note(None, branch), None);
    }
    let alone = "no rules of `origin` are known here: judged by the pushed rules alone";
    assert_eq!(note(Some("origin"), "topic").as_deref(), Some(alone));
    let nameless = "no remote leads there, so its landing branch `trunk` is not known: judged by \
                    the pushed rules alone";
    assert_eq!(note(None, "topic").as_deref(), Some(nameless));
}

#[test]
fn rules_are_new_where_one_landing_branch_is_known_and_has_none() {
    let scratch = Scratch::empty();
    let landed = scratch.commit("first", &[("src/9/a.py", "a\n"), ("billing/src/9/a.py", "a\n")]);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    scratch.remote_has("main", &landed);
    let included = "billing/backout.toml";
    let with_it = format!("version = 1\ninclude = [\"{included}\"]\n");
    let root = rules("").replacen("version = 1\n", &with_it, 1);
    let billing = rules("").replacen("id = \"m\"", "id = \"billing\"", 1);
    let billing = billing.replace("branch = \"main\"", "branch = \"trunk\"");
    let head = scratch.commit("Adopt", &[("backout.toml", &root), (included, &billing)]);
    let assessment = judge(&scratch, &[by_hand(Some(landed), head)]).unwrap();
    assert_eq!((assessment.verdict, &assessment.refs[0].note), (Verdict::Ready, &None));
}
