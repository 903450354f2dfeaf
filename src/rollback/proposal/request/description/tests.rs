//! What becomes of a description.

use super::*;
use crate::forge::{PullRequestState, Side};
use crate::git::ObjectId;
use crate::rollback::execute::Draft;
use crate::rollback::proposal::Reviewers;

fn proposal(reason: &str) -> Proposal {
    let id: ObjectId = "1".repeat(40).parse().unwrap();
    Proposal {
        onto: id,
        drafts: vec![Draft { tree: id, message: reason.to_owned() }],
        branch: "b".to_owned(),
        base: "main".to_owned(),
        title: "t".to_owned(),
        body: "## Steps\n- [ ] one\n- [ ] two\n".to_owned(),
        labels: Vec::new(),
        reviewers: Reviewers::default(),
        assignees: Vec::new(),
        draft: false,
    }
}

#[test]
fn what_people_wrote_and_ticked_stays() {
    let (old, new) = (proposal("a"), proposal("b"));
    let body = format!("Before.\n{}\nBehind.", ours(&old).replace("[ ] one", "[x] one"));
    let made = description(&new, &body).text;
    assert!(made.starts_with("Before.\n<!-- backout: begin; plan "), "{made}");
    assert!(made.ends_with("- [x] one\n- [ ] two\n<!-- backout: end -->\nBehind."), "{made}");
    assert!(made.contains(&new.digest()) && !made.contains(&old.digest()));
    // Once more, it stays the same.
    assert_eq!(description(&new, &made).text, made);
}

#[test]
fn without_our_part_it_is_added() {
    let new = proposal("a");
    assert_eq!(description(&new, "Mine.").text, format!("Mine.\n\n{}", ours(&new)));
    assert_eq!(description(&new, "").text, ours(&new));
    // Marks in the wrong order are no part of ours.
    let odd = format!("{END} {BEGIN}");
    assert_eq!(description(&new, &odd).text, format!("{odd}\n\n{}", ours(&new)));
    // One that people quoted before ours is theirs.
    let odd = format!("Quoted: {END}\n{}Behind.", ours(&proposal("b")));
    let made = description(&new, &odd).text;
    assert_eq!(made, format!("Quoted: {END}\n{}Behind.", ours(&new)));
}

#[test]
fn what_people_wrote_goes_before_ours_does() {
    let new = proposal("a");
    let body = format!("{}{}", ours(&proposal("b")), "x".repeat(65_536));
    let alone = Description { text: ours(&new), dropped: true };
    assert_eq!(description(&new, &body), alone);
    // To the last character there is room.
    let room = 65_536 - ours(&new).chars().count();
    for (written, dropped) in [(room, false), (room + 1, true)] {
        let body = format!("{}{}", ours(&proposal("b")), "ü".repeat(written));
        assert_eq!(description(&new, &body).dropped, dropped, "{written}");
    }
    // So it is where our part was taken out.
    assert_eq!(description(&new, &"x".repeat(65_536)), alone);
}

#[test]
fn a_description_changes_with_the_plan_unless_people_took_ours_out() {
    let (old, new) = (proposal("a"), proposal("b"));
    let open = |body: &str| PullRequest { body: body.to_owned(), ..pull_request() };
    let text = |open: &PullRequest, moved| change(&new, open, moved).map(|(_, made)| made.text);
    for moved in [false, true] {
        assert_eq!(text(&open(&ours(&new)), moved), None, "it is of this plan");
        assert_eq!(text(&open(&ours(&old)), moved), Some(ours(&new)), "it is of another one");
    }
    assert_eq!(text(&open("Mine."), false), None, "people took it out");
    let added = format!("Mine.\n\n{}", ours(&new));
    assert_eq!(text(&open("Mine."), true), Some(added), "and the branch is another one now");
}

fn pull_request() -> PullRequest {
    let side = |branch: &str| Side {
        branch: branch.to_owned(),
        tip: "1".repeat(40).parse().unwrap(),
        repository: Some("acme/store".to_owned()),
    };
    PullRequest {
        number: 1,
        url: "https://forge.example/acme/store/pull/1".to_owned(),
        state: PullRequestState::Open,
        draft: false,
        title: "t".to_owned(),
        body: String::new(),
        head: side("b"),
        base: side("main"),
        labels: Vec::new(),
        assignees: Vec::new(),
        author: "me".to_owned(),
        reviewers: Vec::new(),
        review_teams: Vec::new(),
    }
}
