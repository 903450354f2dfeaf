//! What a killed run left, and what becomes of it.

use super::*;

#[test]
fn a_killed_run_that_is_asked_for_again_is_gone_on_with() {
    for count in 0..=2 {
        let scene = Scene::new();
        let mut made = Vec::new();
        for draft in &scene.drafts[..count] {
            let parent = made.last().copied().unwrap_or(scene.onto);
            made.push(scene.made(draft, &parent));
        }
        let events: Vec<Event> = made.iter().map(committed).collect();
        // Another process was at it.
        scene.killed(&Begin { pid: 8, ..scene.begin(&out()) }, &events);
        let done = scene.carry_out(&out()).unwrap();
        assert_eq!(done.commits.len(), 2);
        assert_eq!(done.commits[..count], made, "they are used, and not made again");
        assert_eq!(scene.scratch.id("out"), done.commits[1]);
        assert_eq!(scene.outcomes(), ["resumed", "done"]);
        // The journal of the new run is whole by itself.
        let own: Vec<Event> = done.commits.iter().map(committed).collect();
        let since = scene.events().split_off(2 + count);
        assert_eq!(since[..3], [&[Event::Begin(scene.begin(&out()))][..], &own].concat());
    }
}

#[test]
fn a_killed_run_of_another_task_is_given_up() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    let other = Begin { reason: "another".to_owned(), ..scene.begin(&out()) };
    scene.killed(&other, &[committed(&one)]);
    let done = scene.carry_out(&out()).unwrap();
    assert_ne!(done.commits[0], one);
    assert_eq!(scene.outcomes(), ["given-up", "done"]);
}

#[test]
fn of_two_killed_runs_with_the_same_task_one_is_gone_on_with() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    for _ in 0..2 {
        scene.killed(&scene.begin(&out()), &[committed(&one)]);
    }
    let done = scene.carry_out(&out()).unwrap();
    assert_eq!((done.commits.len(), done.commits[0]), (2, one));
    assert_eq!(scene.outcomes(), ["resumed", "given-up", "done"]);
}

#[test]
fn commits_that_are_not_what_would_be_made_are_not_gone_on_with() {
    let scene = Scene::new();
    let [first, second] = &scene.drafts[..] else { panic!("two") };
    let one = scene.made(first, &scene.onto);
    let nowhere: ObjectId = "1".repeat(40).parse().unwrap();
    let by_hand = Draft { message: "By hand".to_owned(), ..first.clone() };
    let longer = scene.made(second, &scene.made(second, &one));
    for wrong in [
        vec![nowhere],
        vec![one, nowhere],
        vec![scene.made(&by_hand, &scene.onto)],
        vec![scene.made(second, &scene.onto)],
        vec![one, one],
        vec![one, longer, longer],
    ] {
        let events: Vec<Event> = wrong.iter().map(committed).collect();
        scene.killed(&scene.begin(&out()), &events);
        let done = scene.carry_out(&out()).unwrap();
        assert_eq!(done.commits.len(), 2, "{wrong:?}");
        assert!(!done.commits.contains(&one), "{wrong:?}");
        let tip = scene.repo.commit(&done.commits[1]).unwrap();
        assert_eq!((tip.tree, tip.parents), (second.tree, vec![done.commits[0]]), "{wrong:?}");
        scene.scratch.git(&["branch", "--quiet", "-D", "out"]);
    }
}

#[test]
fn a_work_tree_is_brought_to_the_end_of_a_killed_run() {
    // Killed before the ref moved, between that and the work tree, and halfway through it.
    for (ref_moved, begun) in [(false, false), (true, false), (true, true)] {
        let scene = Scene::new();
        let one = scene.made(&scene.drafts[0], &scene.onto);
        let tip = scene.made(&scene.drafts[1], &one);
        scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &tip)]);
        if ref_moved {
            scene.scratch.git(&["update-ref", "refs/heads/main", &tip.to_string()]);
        }
        if begun {
            fs::write(scene.path("a"), "ol").unwrap();
        }
        let told = "`backout revert` of stage 9, 4 was interrupted; it is finished now";
        assert_eq!(scene.finish(), [told]);
        assert_eq!(scene.scratch.id("main"), tip);
        assert!(scene.is_clean() && !scene.path("b").exists());
        assert_eq!(scene.outcomes(), ["resumed"]);
        assert_eq!(scene.finish(), [""; 0], "once is enough");
    }
}

#[test]
fn a_killed_run_stays_unfinished_while_it_cannot_be_finished() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    fs::write(scene.path("a"), "by hand\n").unwrap();
    let why = finish_killed(&scene.repo, &scene.journal(), true).unwrap_err().to_string();
    assert!(why.contains("a was changed in the meantime"), "{why}");
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert_eq!(fs::read_to_string(scene.path("a")).unwrap(), "by hand\n");
    scene.scratch.git(&["checkout", "--quiet", "a"]);
    assert_eq!(scene.finish().len(), 1);
    assert_eq!(scene.scratch.id("main"), one);
}

#[test]
fn a_killed_run_that_cannot_be_finished_is_in_the_way_of_nothing_elsewhere() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    let elsewhere = || finish_killed(&scene.repo, &scene.journal(), false).unwrap();
    let told = "`backout revert` of stage 9, 4 was interrupted in this work tree, and is not \
        finished: ";
    let helps = "`--in-place`";
    // Somebody has worked there; then git refuses to write a file there.
    fs::write(scene.path("a"), "by hand\n").unwrap();
    let said = elsewhere();
    assert!(said[0].starts_with(told) && said[0].ends_with(helps), "{said:?}");
    scene.scratch.git(&["checkout", "--quiet", "a"]);
    fs::write(scene.path(".git/info/attributes"), "a filter=refuses\n").unwrap();
    scene.scratch.git(&["config", "filter.refuses.smudge", "false"]);
    scene.scratch.git(&["config", "filter.refuses.required", "true"]);
    let said = elsewhere();
    assert!(said[0].starts_with(told) && said[0].ends_with(helps), "{said:?}");
    assert!(finish_killed(&scene.repo, &scene.journal(), true).is_err());
    fs::remove_file(scene.path(".git/info/attributes")).unwrap();
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert_eq!(scene.outcomes(), [""; 0]);
    assert_eq!(scene.finish().len(), 1);
    assert_eq!(scene.scratch.id("main"), one);
}

#[test]
fn what_leaves_the_work_tree_alone_finishes_nothing_in_it() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    let elsewhere = || finish_killed(&scene.repo, &scene.journal(), false).unwrap();
    let left = "`backout revert` of stage 9, 4 was interrupted in this work tree, and is not \
        finished: what you run now leaves the work tree alone; to finish it, run the same command \
        again with `--in-place`";
    assert_eq!(elsewhere(), [left]);
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert!(scene.is_clean());
    // The branch has moved, and no file has.
    scene.scratch.git(&["update-ref", "refs/heads/main", &one.to_string()]);
    assert_eq!(elsewhere(), [left]);
    assert!(!scene.is_clean());
    // All has moved, and only that was not noted any more.
    scene.scratch.git(&["reset", "--quiet", "--hard"]);
    let told = "`backout revert` of stage 9, 4 was interrupted; it is finished now";
    assert_eq!(elsewhere(), [told]);
    assert_eq!(scene.outcomes(), ["resumed"]);
}

#[test]
fn a_switch_that_does_not_lead_forwards_is_given_up() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.scratch.git(&["reset", "--quiet", "--hard", &one.to_string()]);
    scene.killed(&scene.begin(&main()), &[moving(Some(&one), &scene.onto)]);
    let said = scene.finish();
    assert!(said[0].contains("its line in the journal does not lead forwards"), "{said:?}");
    assert_eq!(scene.scratch.id("main"), one);
    assert!(scene.is_clean());
    assert_eq!(scene.outcomes(), ["given-up"]);
}

#[test]
fn a_killed_run_whose_commits_are_gone_is_given_up() {
    let scene = Scene::new();
    let gone: ObjectId = "1".repeat(40).parse().unwrap();
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &gone)]);
    let said = scene.finish();
    assert!(said[0].contains("its commits are not here any more"), "{said:?}");
    scene.killed(&scene.begin(&main()), &[moving(Some(&gone), &scene.onto)]);
    let said = scene.finish();
    assert!(said[0].contains("its commits are not here any more"), "{said:?}");
    assert_eq!(scene.outcomes(), ["given-up"; 2]);
    assert!(scene.is_clean());
}

#[test]
fn a_killed_run_whose_work_tree_has_become_somebody_elses_is_given_up() {
    let told = |now: &str| {
        format!(
            "`backout revert` of stage 9, 4 was interrupted; refs/heads/main {now}, and it is \
             given up: look at `git status` there"
        )
    };
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    scene.scratch.git(&["checkout", "--quiet", "-b", "other"]);
    assert_eq!(scene.finish(), [told("is checked out nowhere any more")]);
    assert_eq!(scene.scratch.id("main"), scene.onto);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    let more = scene.scratch.commit("More", &[("c", "more\n")]);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    assert_eq!(scene.finish(), [told("has moved since")]);
    assert_eq!(scene.scratch.id("main"), more);
    assert_eq!(scene.outcomes(), ["given-up", "given-up"]);
    assert!(scene.is_clean());
}

#[test]
fn a_run_that_cannot_be_looked_at_is_in_the_way_of_the_next_one_in_place_alone() {
    let scene = Scene::new();
    let blob = scene.scratch.git(&["rev-parse", "main:a"]).parse().unwrap();
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &blob)]);
    let ended = |in_place| finish_killed(&scene.repo, &scene.journal(), in_place);
    assert!(matches!(ended(true), Err(ExecuteError::Git(_))), "its own words say why");
    let told = ended(false).unwrap();
    assert!(told.concat().contains("in this work tree, and is not finished: "), "{told:?}");
    assert_eq!(scene.outcomes(), [""; 0]);
}

#[test]
fn what_had_not_come_so_far_is_given_up_and_says_nothing() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    let rehearsal = Begin { target: String::new(), ..scene.begin(&main()) };
    scene.killed(&rehearsal, &[]);
    scene.killed(&scene.begin(&main()), &[committed(&one)]);
    scene.killed(&scene.begin(&main()), &[moving(None, &one)]);
    assert_eq!(scene.finish(), [""; 0]);
    assert_eq!(scene.outcomes(), ["given-up"; 3]);
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert!(scene.is_clean());
}

#[test]
fn the_commits_of_a_killed_run_wait_for_the_same_command() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&out()), &[committed(&one), moving(None, &one)]);
    assert_eq!(scene.finish(), [""; 0]);
    assert_eq!(scene.outcomes(), [""; 0]);
    assert_eq!(scene.carry_out(&out()).unwrap().commits[0], one);
}

#[test]
fn what_a_killed_rehearsal_left_goes_and_nothing_else_does() {
    let scene = Scene::new();
    let folder = Repo::scratch_folder().unwrap();
    let tree = scene.drafts[0].tree;
    scene.repo.add_scratch_tree(&folder, &tree, &scene.onto).unwrap();
    fs::write(folder.join("left"), "by a check\n").unwrap();
    let rehearsal = Begin { target: String::new(), ..scene.begin(&main()) };
    let left = |folder: &Path| Event::WorkTree { folder: folder.display().to_string() };
    scene.killed(&rehearsal, &[left(&folder)]);
    assert_eq!(scene.finish(), [""; 0]);
    assert!(!folder.parent().unwrap().exists());
    let list = scene.scratch.git(&["worktree", "list", "--porcelain"]);
    assert_eq!(list.matches("worktree ").count(), 1, "{list}");
    // A journal may hold anything.
    let theirs = tempfile::tempdir().unwrap();
    let inside = theirs.path().join("tree");
    fs::create_dir(&inside).unwrap();
    scene.killed(&rehearsal, &[left(&inside)]);
    let told = format!(
        "what a rehearsal left could not be removed: {} is no folder of a rehearsal, and is left \
         as it is",
        inside.display()
    );
    assert_eq!(scene.finish(), [told]);
    assert!(inside.exists());
    assert_eq!(scene.outcomes(), ["given-up"; 2]);
}
