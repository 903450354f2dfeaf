//! `ref`.

use insta::assert_snapshot;

use super::fake::{Case, annotated, id, migration, stage, start, unknown, work};
use crate::config::Phase;
use crate::git::{Operation, RefName, RepoPath, Target};
use crate::readiness::snapshot::{Foxtrot, Mistold};

fn case() -> Case {
    let stages = stage(
        "9",
        "low",
        "start = { tag = \"stage-9-start\" }\ndeployed = { tag = \"stage-9-deployed\" }",
    );
    Case::new(&(migration("") + &stages))
}

/// A push of a tag: the remote's old commit, the new one.
fn tag_push(name: &str, old: Option<u8>, new: Option<u8>) -> Case {
    pushed(case(), name, old, new)
}

fn pushed(case: Case, name: &str, old: Option<u8>, new: Option<u8>) -> Case {
    let mut case = case;
    case.lands = false;
    case.range(|range| {
        range.target = Target::Tag;
        range.update.remote = RefName::tag(name);
        range.update.from = old.map(id);
        range.update.to = new.map(id);
        range.old = old.map(id);
        range.head = new.map(id);
        range.operation = match (old, new) {
            (_, None) => Operation::Delete,
            (None, Some(_)) => Operation::Create,
            (Some(_), Some(_)) => Operation::Rewrite,
        };
    })
}

fn pinned() -> Case {
    let text = migration("").replace(
        r#"start = { tag = "m-start" }"#,
        &format!(r#"start = {{ tag = "m-start", oid = "{}" }}"#, start()),
    );
    Case::new(&(text + &stage("9", "low", "")))
}

fn forced() -> Case {
    case().range(|range| range.operation = Operation::Rewrite)
}

#[test]
fn an_ordinary_update_of_the_landing_branch_satisfies() {
    assert_eq!(case().ask("ref").outcomes(), "- satisfied");
}

#[test]
fn a_topic_branch_may_be_rewritten_and_deleted() {
    for operation in [Operation::Rewrite, Operation::Delete] {
        let mut topic = case().range(|range| {
            range.update.remote = RefName::branch("topic");
            range.operation = operation;
        });
        topic.lands = false;
        assert_eq!(topic.ask("ref").outcomes(), "- not applicable");
    }
}

#[test]
fn a_ref_outside_of_heads_and_tags_is_not_asked() {
    let notes = case().range(|range| {
        range.target = Target::Other;
        range.update.remote = RefName::new("refs/notes/m-start");
    });
    assert_eq!(notes.ask("ref").outcomes(), "- not applicable");
}

#[test]
fn deleting_a_checkpoint() {
    assert_snapshot!(tag_push("m-start", Some(1), None).ask("ref").lines(), @"ref/start-tag-deleted deny -: this push deletes the tag `m-start`, a checkpoint of the migration `m` / leave it where it is; when the migration is over, take it out of the configuration, land that, and delete it then");
    assert_eq!(
        tag_push("stage-9-start", Some(1), None).ask("ref").codes(),
        "ref/start-tag-deleted deny"
    );
    assert_eq!(
        tag_push("stage-9-deployed", Some(1), None).ask("ref").codes(),
        "ref/start-tag-deleted deny"
    );
    assert_eq!(tag_push("v1.0", Some(1), None).ask("ref").outcomes(), "- satisfied");
}

#[test]
fn a_branch_of_a_checkpoints_name_is_no_checkpoint() {
    let mut branch = case().range(|range| {
        range.update.remote = RefName::branch("m-start");
        range.operation = Operation::Delete;
    });
    branch.lands = false;
    assert_eq!(branch.ask("ref").outcomes(), "- not applicable");
}

#[test]
fn moving_a_start_tag() {
    assert_snapshot!(tag_push("m-start", Some(1), Some(7)).ask("ref").lines(), @"ref/start-tag-moved deny -: this push moves the tag `m-start` away from the commit where the migration began / fetch the remote's tag again: `git fetch upstream refs/tags/m-start:refs/tags/m-start --force`");
    assert_eq!(
        tag_push("stage-9-start", Some(1), Some(7)).ask("ref").codes(),
        "ref/start-tag-moved deny"
    );
}

#[test]
fn a_pipeline_moves_its_deployed_tag_forward() {
    let told = tag_push("stage-9-deployed", Some(1), Some(7)).ask("ref");
    assert_eq!(told.outcomes(), "- satisfied");
}

#[test]
fn a_new_tag_and_one_made_annotated_in_place_pass() {
    assert_eq!(tag_push("m-start", None, Some(1)).ask("ref").outcomes(), "- satisfied");
    assert_eq!(tag_push("m-start", Some(1), Some(1)).ask("ref").outcomes(), "- satisfied");
}

#[test]
fn a_tag_away_from_its_pin() {
    assert_snapshot!(pushed(pinned(), "m-start", None, Some(7)).ask("ref").lines(), @"ref/start-tag-moved deny -: this push sets the tag `m-start` on another commit than the configuration pins (010101010101) / set it back before pushing: `git tag -a -f m-start 010101010101`");
    let told = pushed(pinned(), "m-start", None, Some(1)).ask("ref");
    assert_eq!(told.outcomes(), "- satisfied");
}

#[test]
fn putting_a_moved_tag_back_onto_its_pin_passes() {
    // It is what the help of tag/moved says to do.
    let told = pushed(pinned(), "m-start", Some(7), Some(1)).ask("ref");
    assert_eq!(told.outcomes(), "- satisfied");
}

#[test]
fn a_start_tag_whose_old_object_is_not_here_counts_as_moved() {
    let moved = tag_push("m-start", Some(7), Some(1)).range(|range| range.old = None);
    assert_eq!(moved.ask("ref").codes(), "ref/start-tag-moved deny");
}

#[test]
fn a_tag_that_deploys_one_stage_and_starts_another_stays() {
    let stages = stage("4", "low", "deployed = { tag = \"four\" }")
        + &stage("9", "low", "start = { tag = \"four\" }");
    let case = Case::new(&(migration("") + &stages));
    let told = pushed(case, "four", Some(1), Some(7)).ask("ref");
    assert_eq!(told.codes(), "ref/start-tag-moved deny");
}

#[test]
fn deleting_the_landing_branch() {
    let deleted = case().range(|range| {
        range.operation = Operation::Delete;
        range.head = None;
    });
    assert_snapshot!(deleted.ask("ref").lines(), @"ref/history-rewritten deny -: this push deletes `main`, where the stages land / name another branch in `[migration] branch`, and land that change, before deleting this one");
}

#[test]
fn a_forced_push_that_drops_the_start() {
    let drops =
        |number| forced().facts(|facts| facts.dropped = Ok(vec![work(number, "Start", &[])]));
    assert_snapshot!(drops(1).ask("ref").lines(), @"ref/history-rewritten deny -: this forced push drops the commit of the start tag `m-start` from `main`: the way back would lead nowhere / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
    assert_eq!(drops(0x44).ask("ref").outcomes(), "- satisfied");
}

#[test]
fn a_forced_push_that_drops_a_stages_own_start() {
    let drops = forced()
        .tag("stage-9-start", Ok(Some(annotated(id(0x44)))))
        .facts(|facts| facts.dropped = Ok(vec![work(0x44, "Prepare", &[])]));
    assert_snapshot!(drops.ask("ref").lines(), @"ref/history-rewritten deny -: this forced push drops the commit of the start tag `stage-9-start` from `main`: the way back would lead nowhere / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
}

#[test]
fn a_forced_push_that_drops_landed_work() {
    let drops = |path: &str| {
        forced().facts(|facts| facts.dropped = Ok(vec![work(0x44, "Move it", &[path])]))
    };
    assert_snapshot!(drops("src/9/a.py").ask("ref").lines(), @"ref/history-rewritten deny -: this forced push drops landed work on the migration's stages from `main`: 444444444444 Move it / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
    assert_eq!(drops("README.md").ask("ref").outcomes(), "- satisfied");
}

#[test]
fn a_forced_push_that_drops_a_step_off_its_stages_paths() {
    let drops = || forced().facts(|facts| facts.dropped = Ok(vec![work(0x44, "Run the job", &[])]));
    assert_eq!(drops().ask("ref").outcomes(), "- satisfied");
    let step = drops().facts(|facts| facts.steps_before_rewrite = Ok([id(0x44)].into()));
    assert_snapshot!(step.ask("ref").lines(), @"ref/history-rewritten deny -: this forced push drops landed work on the migration's stages from `main`: 444444444444 Run the job / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
    let blind = || drops().facts(|facts| facts.steps_before_rewrite = unknown());
    assert_snapshot!(blind().ask("ref").lines(), @"ref/history-rewritten? deny -: whether this forced push drops landed work of a stage: could not check: the object is damaged / run `git fsck`");
    // Where the migration has not begun, nothing has landed.
    assert_eq!(blind().tag("m-start", Ok(None)).ask("ref").outcomes(), "- satisfied");
    let named = vec![work(0x44, "Run the job\n\nmigration-stage: 5", &[])];
    let elsewhere = forced().tag("m-start", Ok(None)).facts(|facts| facts.dropped = Ok(named));
    assert_snapshot!(elsewhere.ask("ref").lines(), @"ref/history-rewritten? deny -: whether this forced push drops landed work of a stage: could not check: the start tag `m-start` is not here / fetch it: `git fetch upstream tag m-start`");
}

fn drops_all(paths: &[&str]) -> Case {
    let flags = "[flags.F]\non = \"1\"\noff = \"0\"\ndefined_in = [\".env\"]\n";
    let case = Case::new(&(migration("") + &stage("9", "low", "") + flags));
    let newer = work(0x45, "Newer", paths.get(1..).unwrap_or_default());
    let dropped = vec![newer, work(0x44, "Older", paths)];
    let case = case.range(|range| range.operation = Operation::Rewrite);
    case.facts(|facts| facts.dropped = Ok(dropped))
}

#[test]
fn a_forced_push_that_drops_what_the_way_back_rests_on() {
    let one = |path: &str| drops_all(&[path]).ask("ref").lines();
    assert_snapshot!(one(".backout/backups/data.toml"), @"ref/history-rewritten deny -: this forced push drops evidence (.backout/backups/data.toml) from `main` / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
    assert_snapshot!(one("backout.toml"), @"ref/history-rewritten deny -: this forced push drops rules (backout.toml) from `main` / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
    assert_snapshot!(one(".env"), @"ref/history-rewritten deny -: this forced push drops definitions of flags (.env) from `main` / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
    assert_snapshot!(one("lib/.gitattributes"), @"ref/history-rewritten deny -: this forced push drops settings by which files are merged (lib/.gitattributes) from `main` / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
    let several = [".env", ".backout/a", ".backout/b", ".backout/c", ".backout/d", "backout.toml"];
    assert_snapshot!(drops_all(&several).ask("ref").lines(), @"ref/history-rewritten deny -: this forced push drops definitions of flags (.env), evidence (.backout/a, .backout/b, .backout/c and 1 more path), rules (backout.toml) from `main` / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
    // Work of a stage goes first, and once is enough.
    assert_snapshot!(drops_all(&[".env", "src/9/a.py"]).ask("ref").lines(), @"ref/history-rewritten deny -: this forced push drops landed work on the migration's stages from `main`: 454545454545 Newer / do not force: `git fetch upstream && git rebase upstream/main`; to undo landed work, push a revert commit");
}

#[test]
fn what_the_head_has_just_so_is_not_dropped() {
    let path = RepoPath::from(".backout/backups/data.toml");
    let kept = |known| {
        let case = drops_all(&[".backout/backups/data.toml"]);
        case.facts(|facts| facts.kept = [(path.clone(), known)].into())
    };
    assert_eq!(kept(Ok(true)).ask("ref").outcomes(), "- satisfied");
    assert_eq!(kept(Ok(false)).ask("ref").outcomes(), "- unmet");
    assert_snapshot!(kept(unknown()).ask("ref").lines(), @"ref/history-rewritten? deny -: whether this forced push drops .backout/backups/data.toml: could not check: the object is damaged / run `git fsck`");
}

#[test]
fn a_forced_push_whose_losses_cannot_be_read() {
    let told = forced().facts(|facts| facts.dropped = unknown()).ask("ref");
    assert_snapshot!(told.lines(), @"ref/history-rewritten? deny -: what this forced push takes away from `main`: could not check: the object is damaged / run `git fsck`");
    assert_eq!(told.outcomes(), "- indeterminate");
}

#[test]
fn a_forced_push_where_the_start_tag_cannot_be_read_is_indeterminate() {
    let dropped = |paths: &[&str]| Ok(vec![work(0x44, "Move it", paths)]);
    let blind = forced().tag("m-start", unknown());
    let told = blind.facts(|facts| facts.dropped = dropped(&["README.md"])).ask("ref");
    assert_snapshot!(told.lines(), @"ref/history-rewritten? deny -: whether this forced push drops the start tag `m-start`: could not check: the object is damaged / run `git fsck`");
    let blind = forced().tag("m-start", unknown());
    let told = blind.facts(|facts| facts.dropped = dropped(&["src/9/a.py"])).ask("ref");
    assert_eq!(told.codes(), "ref/history-rewritten deny");
}

#[test]
fn a_forced_push_in_a_clone_without_tags_is_indeterminate() {
    let blind = forced().tag("m-start", Ok(None)).facts(|facts| {
        facts.tags_left_out = Some("which is shallow");
        facts.dropped = Ok(vec![work(0x44, "Docs", &["README.md"])]);
    });
    assert_eq!(blind.ask("ref").outcomes(), "- indeterminate");
}

#[test]
fn a_forced_push_that_drops_nothing_passes_without_a_look_at_tags() {
    assert_eq!(forced().tag("m-start", unknown()).ask("ref").outcomes(), "- satisfied");
}

#[test]
fn it_stops_in_every_phase() {
    for phase in Phase::ALL {
        let mut case = tag_push("m-start", Some(1), None);
        case.phase = *phase;
        assert_eq!(case.ask("ref").codes(), "ref/start-tag-deleted deny");
    }
}

/// A merge that has what had landed behind its second parent.
fn turned(stages: &[Mistold]) -> Case {
    let foxtrot = Foxtrot { merge: id(0x77), stages: stages.to_vec() };
    case().facts(|facts| facts.foxtrot = Ok(Some(foxtrot)))
}

/// A stage of which nothing is told otherwise yet.
fn told_alike() -> Mistold {
    let (lost, has_landed, forgets_back_out, closed) = (Vec::new(), true, false, false);
    Mistold { stage: 0, lost, has_landed, forgets_back_out, closed }
}

#[test]
fn a_merge_that_has_what_had_landed_behind_its_second_parent() {
    let lost: Vec<_> = (0x41..=0x45).map(id).collect();
    let gone = Mistold { lost: lost.clone(), has_landed: false, ..told_alike() };
    let closed = Mistold { lost, closed: true, ..told_alike() };
    let forgotten = Mistold { forgets_back_out: true, ..told_alike() };
    assert_snapshot!(turned(std::slice::from_ref(&gone)).ask("ref").lines(), @"ref/history-rewritten deny -: 777777777777 merges `main` into other work: what has landed is told along first parents, and there stage 9 would not have landed (414141414141, 424242424242, 434343434343, 2 more) / `git pull --rebase upstream main`; or keep the merge, the other way round: `git switch --detach 020202020202 && git merge --no-ff --no-edit eeeeeeeeeeee && git push upstream HEAD:main`");
    assert_snapshot!(turned(&[closed, forgotten]).ask("ref").lines(), @"ref/history-rewritten deny -: 777777777777 merges `main` into other work: what has landed is told along first parents, and there stage 9 would no longer have 414141414141, 424242424242, 434343434343, 2 more, and could no longer be backed out alone; stage 9 would not have been backed out / `git pull --rebase upstream main`; or keep the merge, the other way round: `git switch --detach 020202020202 && git merge --no-ff --no-edit eeeeeeeeeeee && git push upstream HEAD:main`");
    let three = Mistold { lost: gone.lost[..3].to_vec(), ..gone.clone() };
    let told = turned(&[three]).ask("ref").lines();
    assert!(told.contains("(414141414141, 424242424242, 434343434343)"), "{told}");
    // Where the migration has not begun, nothing has landed; and elsewhere nothing lands.
    assert_eq!(
        turned(std::slice::from_ref(&gone)).tag("m-start", Ok(None)).ask("ref").outcomes(),
        "- satisfied"
    );
    let mut shared = turned(&[gone]).phase(Phase::Share);
    assert_eq!(shared.ask("ref").outcomes(), "- not applicable");
    // Where it may be that these very commits land, it is told.
    shared.lands_as_it_is = Some(true);
    assert_eq!(shared.ask("ref").codes(), "ref/history-rewritten warn");
}

#[test]
fn what_first_parents_tell_may_not_be_known() {
    let blind = case().facts(|facts| facts.foxtrot = unknown());
    assert_snapshot!(blind.ask("ref").lines(), @"ref/history-rewritten? deny -: what first parents still tell of what has landed on `main`: could not check: the object is damaged / run `git fsck`");
    assert_eq!(blind.ask("ref").outcomes(), "- indeterminate");
}
