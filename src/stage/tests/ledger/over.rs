//! Which lives a step ends.

use super::*;
use crate::stage::step::Part;

/// Takes just these sets of stages for taken back, whatever the trees say, while something is done
/// beside, on these paths, or not.
struct Says<'s> {
    sets: &'s [&'s [usize]],
    beside: Option<&'s [&'s str]>,
}

impl Says<'_> {
    fn says(&self, lives: &[Living<'_>], step: &Step) -> bool {
        let asked: Vec<usize> = lives.iter().map(|(stage, _)| *stage).collect();
        assert!(lives.iter().all(|(_, steps)| !steps.is_empty()), "a life without steps");
        let mut steps = lives.iter().flat_map(|(_, steps)| *steps);
        assert!(steps.all(|one| one.id != step.id), "a life with what takes it back");
        self.sets.contains(&asked.as_slice())
    }
}

impl Undoing for Says<'_> {
    fn takes_back(&self, lives: &[Living<'_>], step: &Step) -> anyhow::Result<bool> {
        Ok(self.says(lives, step) && self.beside.is_none())
    }

    fn differs(&self, _lives: &[Living<'_>], _step: &Step) -> anyhow::Result<Differs> {
        Ok(Differs::At(BTreeSet::new()))
    }

    fn leaves_nothing(
        &self,
        lives: &[Living<'_>],
        step: &Step,
    ) -> anyhow::Result<Option<BTreeSet<RepoPath>>> {
        let beside = self.beside.filter(|_| self.says(lives, step));
        Ok(beside.map(|paths| paths.iter().copied().map(RepoPath::from).collect()))
    }

    fn undoes(&self, change: &Turn, earlier: &Turn) -> anyhow::Result<bool> {
        Ok((change.old, change.new) == (earlier.new, earlier.old))
    }

    fn taken(&self, course: &Course<Option<&Entry>>) -> anyhow::Result<Taken> {
        ByTreeAlone.taken(course)
    }

    fn moved_to(&self, step: &Step, path: &RepoPath) -> anyhow::Result<BTreeSet<RepoPath>> {
        ByTreeAlone.moved_to(step, path)
    }
}

/// The ledger of steps, by what is said of them.
fn ledger_by(migration: &Migration, steps: Vec<Step>, says: &Says<'_>) -> Ledger {
    let matcher = Matcher::new(migration);
    let trail: Trail = steps.into_iter().map(|step| step.narrowed(&matcher).unwrap()).collect();
    ledger(&matcher, trail.all(), None, says).unwrap()
}

/// The stages that are still there after steps, by what is said of them.
fn living_by(steps: Vec<Step>, says: &Says<'_>) -> Vec<usize> {
    ledger_by(&three(), steps, says).landed().collect()
}

/// The same, where those sets are taken back and nothing is done beside.
fn living(told: &[Told<'_>], sets: &[&[usize]]) -> Vec<usize> {
    living_by(steps(told), &Says { sets, beside: None })
}

#[test]
fn stages_that_a_step_names_go_together_or_one_by_one() {
    for beside in [None, Some(&[][..])] {
        let living = |told, sets| living_by(steps(told), &Says { sets, beside });
        let both: &[Told<'_>] = &[
            (FOUR, &[(A, "-a")]),
            (NINE, &[("src/9/a", "-a")]),
            ("Backout-Stage: 4\nBackout-Stage: 9", &[(A, "ab"), ("src/9/a", "ab")]),
        ];
        assert_eq!(living(both, &[]), [0, 1]);
        assert_eq!(living(both, &[&[0, 1]]), [0; 0], "together");
        assert_eq!(living(both, &[&[0], &[1]]), [0; 0], "each by itself");
        assert_eq!(living(both, &[&[0]]), [1], "one of them alone");
        assert_eq!(living(both, &[&[1]]), [0]);
        let one: &[Told<'_>] = &[(FOUR, &[(A, "-a")]), ("Backout-Stage: 4", &[(A, "ab")])];
        assert_eq!((living(one, &[]), living(one, &[&[0]])), (vec![0], vec![]));
    }
}

#[test]
fn a_step_takes_nothing_back_that_lands_with_it() {
    let told: &[Told<'_>] = &[("Migration-Stage: 4\nBackout-Stage: 4", &[(A, "-a")])];
    assert_eq!(living(told, &[&[0]]), [0]);
    // Of a life that began before it does.
    let told = [&[(FOUR, &[(A, "-a")][..])][..], &[("Backout-Stage: 4", &[(A, "ab")])]].concat();
    assert_eq!(living(&told, &[&[0]]), [0; 0]);
    // Of a merge some commits may do the one, and some the other.
    let mut merge = merge_of(&[(A, &[FOUR]), (B, &["Backout-Stage: 4"])]);
    merge[0].claims = claims(&three(), "S\n\nMigration-Stage: 4\nBackout-Stage: 4");
    assert_eq!(living_by(merge, &Says { sets: &[&[0]], beside: None }), [0]);
}

#[test]
fn what_goes_back_without_a_word_is_what_came_before_it() {
    let (both, nine) = ("src/both", "src/9/a");
    let told: &[Told<'_>] = &[
        (NINE, &[(both, "xa"), (nine, "-a")]),
        // The one file is back; of the other, others have made something since.
        ("", &[(both, "ax"), (nine, "ab")]),
    ];
    assert_eq!(living(told, &[]), [1]);
    assert_eq!(living(told, &[&[1]]), [0; 0]);
}

#[test]
fn the_steps_that_ended_a_life_are_those_that_say_so() {
    let ends = |told: &[Told<'_>]| -> (Vec<i64>, Vec<i64>) {
        let life = history(0, told).previous.unwrap();
        let times = |steps: &[StageStep]| steps.iter().map(|step| step.time.0).collect();
        (times(&life.steps), times(&life.ended_by))
    };
    let landed = (FOUR, &[(A, "-a"), (B, "xy")][..]);
    let out_a = ("Backout-Stage: 4", &[(A, "a-")][..]);
    let out_b = ("Backout-Stage: 4", &[(B, "yx")][..]);
    let silent_a = (NONE, &[(A, "a-")][..]);
    let silent_b = (NONE, &[(B, "yx")][..]);
    assert_eq!(ends(&[landed, out_a, out_b]), (vec![1], vec![2, 3]), "both say so");
    assert_eq!(ends(&[landed, silent_a, out_b]), (vec![1], vec![3]), "one says so");
    assert_eq!(ends(&[landed, silent_a, silent_b]), (vec![1], vec![2, 3]), "nobody says so");
    let hotfix = (NONE, &[(A, "ah")][..]);
    let both = (NONE, &[(A, "h-"), (B, "yx")][..]);
    assert_eq!(ends(&[landed, hotfix, both]), (vec![1], vec![3]), "a hotfix takes nothing back");
    // A step of the stage itself that leads back is no part of what it was.
    assert_eq!(ends(&[landed, (FOUR, &[(A, "a-"), (B, "yx")])]), (vec![1], vec![2]));
    let (own_a, own_b) = ((FOUR, &[(A, "a-")][..]), (FOUR, &[(B, "yx")][..]));
    assert_eq!(ends(&[landed, own_a, own_b]), (vec![1], vec![2, 3]));
}

#[test]
fn what_was_taken_back_before_the_last_work_is_unclear() {
    let unclear = |told: &[Told<'_>]| -> Vec<String> {
        let life = history(0, told).previous.unwrap();
        life.unclear.iter().map(|path| path.shown().into_owned()).collect()
    };
    let landed = (FOUR, &[(A, "-a"), (B, "xy")][..]);
    let (silent_a, again) = ((NONE, &[(A, "a-")][..]), (NONE, &[(A, "-a")][..]));
    let (silent_b, more) = ((NONE, &[(B, "yx")][..]), (FOUR, &[(B, "yz")][..]));
    let all = (NONE, &[(A, "a-"), (B, "zx")][..]);
    assert_eq!(unclear(&[landed, silent_a, silent_b]), [""; 0]);
    assert_eq!(unclear(&[landed, silent_a, more, (NONE, &[(B, "zx")])]), [A]);
    assert_eq!(unclear(&[landed, silent_a, again, more, all]), [""; 0], "it came back");
    // What came before the work took nothing of it back.
    let earlier = (NONE, &[(B, "wx")][..]);
    assert_eq!(unclear(&[earlier, landed, silent_a, silent_b]), [""; 0]);
    let (first, second) = ((FOUR, &[(A, "-a")][..]), (FOUR, &[(B, "xy")][..]));
    assert_eq!(unclear(&[first, earlier, second, silent_a, silent_b]), [""; 0]);
    // The stage's own removal may be work that stays, or a part of what takes it back.
    assert_eq!(unclear(&[landed, (FOUR, &[(A, "a-")]), silent_b]), [A]);
    assert_eq!(unclear(&[landed, silent_a, (FOUR, &[(B, "yx")])]), [""; 0]);
}

/// The last of the steps is a merge; this is what its commits did to a path, one after the other.
fn merge_by(told: &[Told<'_>], path: &str, commits: &[(&str, &str)]) -> Vec<Step> {
    let mut all = steps(told);
    let part = |(place, (says, states)): (u8, &(&str, &str))| {
        let Change { old, new, .. } = change(path, states);
        let claims = claims(&three(), &format!("S\n\n{says}"));
        Part { place: usize::from(place), commit: id(30 + place), claims, old, new }
    };
    let parts = (0..).zip(commits).map(part).collect();
    all.last_mut().unwrap().parts.insert(RepoPath::from(path), Parts::Chain(parts));
    all
}

#[test]
fn a_merge_of_which_a_commit_takes_back_ends_no_life_that_another_one_works_on() {
    let told: &[Told<'_>] = &[(FOUR, &[(A, "-a")]), ("", &[(A, "ab")])];
    let living = |says: &str| {
        let all = merge_by(told, A, &[("", "a-"), (says, "-b")]);
        living_by(all, &Says { sets: &[&[0]], beside: Some(&[]) })
    };
    assert_eq!(living(NONE), [0; 0]);
    assert_eq!(living(FOUR), [0]);
}

#[test]
fn what_a_step_did_beside_is_not_unclear() {
    let told: &[Told<'_>] = &[
        (FOUR, &[(A, "-a"), (B, "xy")]),
        (NONE, &[(A, "a-")]),
        (FOUR, &[(B, "yz")]),
        ("", &[(B, "zw")]),
    ];
    let of = |beside: &[&str]| {
        let all = merge_by(told, B, &[("", "zy"), (NONE, "yw")]);
        let found = ledger_by(&three(), all, &Says { sets: &[&[0]], beside: Some(beside) });
        let life = found.get(0).unwrap().previous.clone().unwrap();
        let a = RepoPath::from(A);
        (life.unclear.contains(&a), life.beside.contains(&a))
    };
    assert_eq!(of(&[B]), (true, false));
    assert_eq!(of(&[A]), (false, true));
}

#[test]
fn what_was_there_before_any_work_is_known_when_the_life_of_another_stage_has_ended() {
    let stages = [
        ("4", &["src/4/**", "src/both"][..], &[][..]),
        ("9", &["src/9/**", "src/both"], &[]),
        ("x", &["src/x"], &[]),
    ];
    let migration = migration(&stages, "");
    let (both, x) = ("src/both", "src/x");
    let told: &[Told<'_>] = &[
        (FOUR, &[(both, "oa")]),
        (NINE, &[(both, "ab")]),
        ("Migration-Stage: x", &[(x, "-x")]),
        ("Backout-Stage: x", &[(x, "x-")]),
        ("Backout-Stage: 4\nBackout-Stage: 9", &[(both, "bo")]),
    ];
    let found = ledger_by(&migration, steps(told), &Says { sets: &[], beside: None });
    assert_eq!(found.landed().count(), 0, "{:?}", found.landed().collect::<Vec<_>>());
}
