//! What only ownership suggests, and what a step has by it.

use super::*;

#[test]
fn only_what_is_suggested_makes_a_ledger_suggest() {
    let suggests = |told: &[Told<'_>]| read(&three(), steps(told)).suggests();
    assert!(suggests(&[("", &[(A, "-a")])]));
    assert!(!suggests(&[(FOUR, &[(A, "-a")]), (NONE, &[(A, "ab")])]));
}

#[test]
fn what_has_landed_and_what_only_ownership_says_so() {
    let landed = |of: &[Told<'_>]| read(&three(), steps(of)).landed().collect::<Vec<_>>();
    let four: Told<'_> = ("Migration-Stage: 4", &[("src/4/a", "ab")]);
    let silent: Told<'_> = ("", &[("src/9/a", "ab")]);
    assert_eq!(landed(&[]), [0; 0]);
    assert_eq!(landed(&[four, silent]), [0, 1]);
    assert_eq!(landed(&[four, ("", &[("src/4/a", "ba")])]), [0; 0], "it was backed out");
    let [said, all] = [&[four][..], &[four, silent]].map(|of| read(&three(), steps(of)));
    assert!(!said.suggests() && all.suggests());
    let claimed = all.claimed();
    assert_eq!(claimed.landed().collect::<Vec<_>>(), [0]);
    assert!(!claimed.suggests());
}

/// A change as a step has it, on whose evidence, by this commit, or by several of whom these say
/// nothing.
fn part(evidence: Evidence, commit: u8, unsaid_by: &[u8]) -> StageChange {
    StageChange {
        path: RepoPath::from(A),
        then: RepoPath::from(A),
        commit: id(commit),
        place: StageChange::LAST,
        old: None,
        new: None,
        with: BTreeSet::new(),
        tangled: false,
        evidence,
        unsaid_by: unsaid_by.iter().map(|byte| id(*byte)).collect(),
    }
}

#[test]
fn what_a_step_has_by_ownership_is_named() {
    use Evidence::{Claimed, Suggested};
    let step = |evidence, changes| StageStep {
        order: 0,
        id: id(9),
        time: Seconds(0),
        merge: true,
        subject: "S".to_owned(),
        evidence,
        changes,
    };
    let told = |step: &StageStep| {
        let parts: Vec<u8> = step.unsaid_parts().iter().map(|id| id.as_bytes()[0]).collect();
        (step.unsaid(), parts)
    };
    let claimed = || part(Claimed, 1, &[]);
    assert_eq!(told(&step(Claimed, vec![claimed()])), (Unsaid::Nothing, vec![]));
    let mixed = vec![part(Suggested, 2, &[]), claimed(), part(Suggested, 3, &[])];
    assert_eq!(told(&step(Claimed, mixed)), (Unsaid::InPart, vec![3, 2]));
    assert_eq!(told(&step(Suggested, vec![part(Suggested, 2, &[])])), (Unsaid::All, vec![2]));
    // The step itself is no part of it, and each is named once; of several, those who are silent.
    let again = vec![part(Suggested, 9, &[]), part(Suggested, 2, &[]), part(Suggested, 2, &[])];
    assert_eq!(told(&step(Suggested, again)), (Unsaid::All, vec![2]));
    // Whatever files they are on, the newest comes first.
    let at = |place, commit| StageChange { place, ..part(Suggested, commit, &[]) };
    let files = vec![at(0, 2), at(2, 4), at(1, 3), at(3, 5)];
    assert_eq!(told(&step(Suggested, files)), (Unsaid::All, vec![5, 4, 3, 2]));
    let several = vec![part(Suggested, 9, &[4, 9, 5]), part(Claimed, 1, &[6])];
    assert_eq!(told(&step(Suggested, several)), (Unsaid::All, vec![4, 5]));
}

#[test]
fn what_only_ownership_suggests_is_foreign_where_claims_alone_count() {
    let told = |of: &[Told<'_>]| {
        let all = read(&three(), steps(of)).claimed();
        let visits = all.visits.values().flatten();
        let whose = visits.map(|visit| {
            let stages: Vec<_> = visit.whose.stages.iter().copied().collect();
            (stages, visit.whose.foreign, visit.whose.unsaid)
        });
        (all.get(0).map_or(0, |history| history.steps.len()), whose.collect::<Vec<_>>())
    };
    assert_eq!(told(&[(FOUR, &[(A, "-a")])]), (1, vec![(vec![0], false, false)]));
    // What nobody speaks for is nobody's; where it is told apart from nothing, not even foreign.
    assert_eq!(told(&[("", &[(A, "-a")])]), (0, vec![(vec![], false, false)]));
    assert_eq!(told(&[(NONE, &[(A, "-a")])]), (0, vec![(vec![], true, false)]));
}

#[test]
fn where_claims_alone_count_what_is_claimed_in_part_is_foreign_in_part() {
    let all = read(&three(), merge_of(&[(A, &[FOUR, ""])])).claimed();
    let whose = &all.visits[&RepoPath::from(A)][0].whose;
    assert_eq!((whose.stages.len(), whose.foreign, whose.unsaid), (1, true, false));
}

#[test]
fn a_step_is_one_however_many_of_its_commits_count() {
    let all = read(&three(), merge_of(&[(A, &[FOUR]), (B, &["Backout-Stage: 4"])]));
    let [step] = all.stages[&0].steps.as_slice() else { panic!("{:?}", all.stages[&0]) };
    assert_eq!((step.changes.len(), step.evidence), (2, Evidence::Claimed));
    assert_eq!(step.unsaid(), Unsaid::InPart, "its back-out came before it, and says nothing");
}
