//! A branch that is brought to what is planned, on a remote without a forge: what is there already,
//! what is ours to replace, and what is somebody's and stays.

use std::fs;

use super::*;
use crate::git::testing::{Scratch, write_hook};
use crate::git::{NewCommit, RepoPath};

const REMOTE: &str = "../origin.git";
const LIST: &str = "This takes back, newest first:\n\n  1234567 Add\n\nBackout-Stage: 4\n";

/// A repository beside its remote, with what is planned on `main`, and on the commit before it.
struct Scene {
    scratch: Scratch,
    repo: Repo,
    before: ObjectId,
    proposal: Proposal,
}

fn message(reason: &str) -> String {
    format!("Back out stage 4\n\n{reason}\n\n{LIST}")
}

impl Scene {
    fn new() -> Self {
        let scratch = Scratch::empty();
        // Others are T, by whom the scratch repository commits.
        scratch.git(&["config", "user.name", "Me"]);
        scratch.git(&["config", "user.email", "me@example.com"]);
        scratch.git(&["init", "--quiet", "--bare", "--initial-branch", "main", REMOTE]);
        let before = scratch.commit("Landed", &[("a", "new\n"), ("b", "b\n")]);
        let onto = scratch.commit("Landed more", &[("b", "bb\n")]);
        let repo = scratch.repo();
        let tree = tree(&scratch, &repo, onto);
        let proposal = Proposal {
            onto,
            drafts: vec![Draft { tree, message: message("it loses lines") }],
            branch: "backout/4".to_owned(),
            base: "main".to_owned(),
            title: "Back out stage 4".to_owned(),
            body: String::new(),
            labels: Vec::new(),
            reviewers: Reviewers::default(),
            assignees: Vec::new(),
            draft: false,
        };
        Self { scratch, repo, before, proposal }
    }

    /// The tip of the branch on the remote.
    fn tip(&self) -> ObjectId {
        self.scratch
            .git(&["--git-dir", REMOTE, "rev-parse", &self.proposal.branch])
            .parse()
            .unwrap()
    }

    /// What was planned on an earlier commit, for another reason.
    fn earlier(&self) -> Vec<Draft> {
        let tree = tree(&self.scratch, &self.repo, self.before);
        vec![Draft { tree, message: message("another one") }]
    }

    fn brought(&self) -> Result<Pushed, ProposeError> {
        let planned_at = |base: &ObjectId| match *base == self.before {
            true => Ok(vec![vec![], self.earlier()]),
            false => Ok(vec![self.proposal.drafts.clone()]),
        };
        let means = ByGit { repo: &self.repo, remote: REMOTE, planned_at: &planned_at };
        push(&means, &self.proposal)
    }

    /// Brings it there, where it is let.
    fn done(&self) -> (State, ObjectId, Vec<String>) {
        let pushed = self.brought().unwrap();
        assert_eq!(pushed.branch, "backout/4");
        assert_eq!(self.tip(), pushed.head);
        (pushed.state, pushed.head, pushed.notes)
    }

    /// Puts the branch on a commit, as somebody's push does, from which on it stays.
    fn push(&self, commit: ObjectId) {
        let what = format!("{commit}:refs/heads/{}", self.proposal.branch);
        self.scratch.git(&["push", "--quiet", "--force", REMOTE, &what]);
    }

    fn stays(&self) -> String {
        let tip = self.tip();
        let error = self.brought().unwrap_err();
        assert_eq!(self.tip(), tip);
        let ProposeError::InTheWay { why, help } = error else { panic!("{error:?}") };
        assert!(help.contains(&format!("`git log {REMOTE}/main..{}`", tip.short())), "{help}");
        assert!(help.contains(&format!("`git push {REMOTE} --delete backout/4`")), "{help}");
        why
    }

    /// A commit of ours.
    fn mine(&self, draft: &Draft, parent: ObjectId) -> ObjectId {
        let Draft { tree, message } = draft.clone();
        self.repo.write_commit(&NewCommit { tree, parents: vec![parent], message }).unwrap()
    }

    /// Somebody else's.
    fn theirs(&self, tree: ObjectId, parents: &[ObjectId], message: &str) -> ObjectId {
        let mut words = vec!["commit-tree".to_owned(), tree.to_string()];
        for parent in parents {
            words.extend(["-p".to_owned(), parent.to_string()]);
        }
        words.extend(["-m".to_owned(), message.trim_end().to_owned()]);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.scratch.git(&words).parse().unwrap()
    }

    fn planned(&self) -> &Draft {
        &self.proposal.drafts[0]
    }

    fn note(&self) -> Vec<String> {
        let said = "commits of others are on backout/4: they stay, for what it holds is what is \
                    planned";
        vec![said.to_owned()]
    }
}

/// A commit's tree with `a` as it was before the stage.
fn tree(scratch: &Scratch, repo: &Repo, commit: ObjectId) -> ObjectId {
    scratch.git(&["checkout", "--quiet", "--detach", &commit.to_string()]);
    let made = scratch.commit("Planned", &[("a", "old\n")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    repo.commit(&made).unwrap().tree
}

#[test]
fn it_is_made_once_and_found_again() {
    let scene = Scene::new();
    let (state, head, notes) = scene.done();
    assert_eq!((state, notes), (State::Created, vec![]));
    let made = scene.repo.commit(&head).unwrap();
    assert_eq!((made.tree, &made.parents[..]), (scene.planned().tree, &[scene.proposal.onto][..]));
    assert_eq!(made.message, scene.planned().message.as_bytes());
    assert_eq!(scene.done(), (State::Unchanged, head, vec![]));
    assert_eq!(scene.scratch.git(&["branch", "--list", "backout/*"]), "", "no branch is made here");
}

#[test]
fn what_the_server_says_is_told() {
    let scene = Scene::new();
    let remote = scene.scratch.path().join(REMOTE);
    write_hook(&remote, "post-receive", "#!/bin/sh\necho open it there\n");
    assert_eq!(scene.brought().unwrap().said, ["open it there"]);
}

#[test]
fn our_earlier_plan_gives_way_to_the_new_one() {
    let scene = Scene::new();
    scene.push(scene.mine(&scene.earlier()[0], scene.before));
    let (state, head, notes) = scene.done();
    assert_eq!((state, notes), (State::Updated, vec![]));
    assert_eq!(scene.repo.commit(&head).unwrap().parents, [scene.proposal.onto]);
    // The same plan with another reason does, too.
    let said = Draft { message: message("not that"), ..scene.planned().clone() };
    scene.push(scene.mine(&said, scene.proposal.onto));
    assert_eq!(scene.done().0, State::Updated);
}

#[test]
fn a_branch_of_what_has_landed_gets_the_commits() {
    for landed in [|scene: &Scene| scene.before, |scene: &Scene| scene.proposal.onto] {
        let scene = Scene::new();
        scene.push(landed(&scene));
        assert_eq!(scene.done().0, State::Updated);
    }
}

#[test]
fn what_is_not_just_a_plan_of_ours_stays() {
    let scene = Scene::new();
    let (earlier, base) = (scene.earlier().remove(0), scene.before);
    let ours = scene.mine(&earlier, base);
    let signed = format!("{}Signed-off-by: A <a@example.com>", earlier.message);
    let other_tree = scene.repo.commit(&base).unwrap().tree;
    let titled = earlier.message.replacen("stage 4", "stage 9", 1);
    let all = [
        // Amended by somebody else.
        scene.theirs(earlier.tree, &[base], &earlier.message),
        // With words of others, with another title, with another tree.
        scene.mine(&Draft { message: signed, ..earlier.clone() }, base),
        scene.mine(&Draft { message: titled, ..earlier.clone() }, base),
        scene.mine(&Draft { tree: other_tree, ..earlier.clone() }, base),
        // With a commit more, theirs or made here.
        scene.theirs(other_tree, &[ours], "More"),
        scene.mine(&earlier, ours),
        // A merge, and a commit from nowhere.
        scene.theirs(other_tree, &[ours, scene.proposal.onto], "Merge"),
        scene.theirs(earlier.tree, &[ours, base], "Merge"),
        scene.theirs(earlier.tree, &[], &earlier.message),
    ];
    for tip in all {
        scene.push(tip);
        let why = format!(
            "the branch backout/4 holds commits that are not the planned back-out ({}): they stay",
            tip.short()
        );
        assert_eq!(scene.stays(), why);
    }
}

#[test]
fn the_commits_of_an_app_are_ours() {
    let scene = Scene::new();
    let earlier = scene.earlier().remove(0);
    let app = |address: &str| {
        let tree = earlier.tree.to_string();
        let parent = scene.before.to_string();
        let message = earlier.message.trim_end();
        let raw = format!(
            "tree {tree}\nparent {parent}\nauthor A <{address}> 1767614400 +0000\n\
             committer A <{address}> 1767614400 +0000\n\n{message}\n"
        );
        let file = scene.scratch.path().join("../raw");
        fs::write(&file, raw).unwrap();
        let words = ["hash-object", "-t", "commit", "-w", "../raw"];
        scene.scratch.git(&words).parse::<ObjectId>().unwrap()
    };
    scene.push(app("41898282+github-actions[bot]@users.noreply.github.com"));
    assert_eq!(scene.done().0, State::Updated);
    scene.push(app("github-actions[bot]@example.com"));
    scene.stays();
}

#[test]
fn others_commits_that_lead_to_the_plan_stay_and_are_told() {
    let scene = Scene::new();
    let (planned, onto) = (scene.planned().clone(), scene.proposal.onto);
    let begun = scene.theirs(scene.repo.commit(&onto).unwrap().tree, &[onto], "Begun");
    let tip = scene.theirs(planned.tree, &[begun], "By hand");
    scene.push(tip);
    assert_eq!(scene.done(), (State::Unchanged, tip, scene.note()));
    let alone = scene.theirs(planned.tree, &[onto], "By hand");
    scene.push(alone);
    assert_eq!(scene.done(), (State::Unchanged, alone, scene.note()));
    // On an older commit the same tree takes back what has landed since.
    scene.push(scene.theirs(planned.tree, &[scene.before], "By hand"));
    scene.stays();
}

#[test]
fn so_many_commits_are_looked_at_and_no_more() {
    let scene = Scene::new();
    let (planned, onto) = (scene.planned().clone(), scene.proposal.onto);
    let mut tip = onto;
    for _ in 0..60 {
        tip = scene.theirs(planned.tree, &[tip], "By hand");
    }
    scene.push(tip);
    assert_eq!(scene.done(), (State::Unchanged, tip, scene.note()));
    scene.push(scene.theirs(planned.tree, &[tip], "By hand"));
    scene.stays();
}

#[test]
fn the_base_merged_into_it_is_as_planned_where_the_tree_is() {
    let scene = Scene::new();
    let ours = scene.mine(&scene.earlier()[0], scene.before);
    let onto = scene.proposal.onto;
    let merged = scene.theirs(scene.planned().tree, &[ours, onto], "Merge branch 'main'");
    scene.push(merged);
    assert_eq!(scene.done(), (State::Unchanged, merged, vec![]));
    // One that merges something else is none.
    scene.push(scene.theirs(scene.planned().tree, &[ours, scene.before], "Merge"));
    scene.stays();
}

#[test]
fn a_remote_that_is_not_there_is_said_so() {
    let scene = Scene::new();
    fs::remove_dir_all(scene.scratch.path().join(REMOTE)).unwrap();
    let ProposeError::InTheWay { why, help } = scene.brought().unwrap_err() else { panic!() };
    assert!(why.starts_with("git could not read ../origin.git: "), "{why}");
    assert!(help.contains("`git fetch`"), "{help}");
}

#[test]
fn a_push_that_is_refused_is_said_so() {
    let scene = Scene::new();
    scene.scratch.git(&["--git-dir", REMOTE, "config", "receive.denyNonFastForwards", "true"]);
    scene.push(scene.mine(&scene.earlier()[0], scene.before));
    let ProposeError::InTheWay { why, help } = scene.brought().unwrap_err() else { panic!() };
    assert!(why.starts_with("git could not push to ../origin.git: "), "{why}");
    assert!(help.contains("`git push`"), "{help}");
}

#[test]
fn each_plan_has_a_digest_of_its_own() {
    let scene = Scene::new();
    let plain = scene.proposal.clone();
    assert_eq!(plain.digest().len(), 64);
    let titled = Proposal { title: "other".to_owned(), draft: true, ..plain.clone() };
    assert_eq!(plain.digest(), titled.digest(), "what it is called is no part of the plan");
    let [draft] = &plain.drafts[..] else { panic!("one") };
    let others = [
        Proposal { onto: scene.before, ..plain.clone() },
        Proposal { branch: "other".to_owned(), ..plain.clone() },
        Proposal { base: "other".to_owned(), ..plain.clone() },
        Proposal { drafts: vec![], ..plain.clone() },
        Proposal { drafts: vec![draft.clone(), draft.clone()], ..plain.clone() },
        Proposal { drafts: vec![Draft { tree: scene.before, ..draft.clone() }], ..plain.clone() },
        Proposal {
            drafts: vec![Draft { message: "other".to_owned(), ..draft.clone() }],
            ..plain.clone()
        },
    ];
    let mut all: Vec<String> = others.iter().map(Proposal::digest).collect();
    all.push(plain.digest());
    for (at, one) in all.iter().enumerate() {
        assert!(!all[..at].contains(one), "{at}");
    }
}

#[test]
fn the_words_for_what_became_of_it() {
    let words = [State::Created, State::Updated, State::Unchanged].map(State::word);
    assert_eq!(words, ["created", "updated", "unchanged"]);
}

#[test]
fn each_refusal_has_its_exit_code() {
    let failure = |error: ProposeError| error.into_failure().downcast::<Failure>().unwrap();
    let in_the_way = ProposeError::InTheWay { why: "why".to_owned(), help: "help".to_owned() };
    let failed = failure(in_the_way);
    assert_eq!((&failed.message[..], failed.help.as_deref()), ("why", Some("help")));
    assert_eq!(failed.exit, Failure::refused("").exit);
    let failed = failure(ProposeError::Git(GitError::Other("no".to_owned())));
    assert_eq!(failed.exit, Exit::Indeterminate);
    assert!(failed.message.contains("no"), "{}", failed.message);
    // It is no mistake of whoever runs this where a name of the forge's is not here.
    let failed = failure(ProposeError::Git(GitError::UnknownName("main".to_owned())));
    assert_eq!(failed.exit, Exit::Indeterminate);
    let other = ProposeError::Other(anyhow::anyhow!("other")).into_failure();
    assert_eq!(other.to_string(), "other");
}

#[test]
fn owners_that_can_be_asked_are_found() {
    let scratch = Scratch::empty();
    let owners = "a @ann @acme/store\nb mail@example.com @other/team @ACME/Web\n";
    let commit = scratch.commit("Owners", &[("docs/CODEOWNERS", owners), ("a", "")]);
    let repo = scratch.repo();
    let of = |paths: &[&str]| {
        let paths: Vec<_> = paths.iter().map(|path| RepoPath::from(*path)).collect();
        let found = reviewers(&repo, &commit, &[], &paths, "acme").unwrap();
        assert_eq!(found.beyond, Vec::<String>::new());
        (found.people, found.teams)
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(of(&["a"]), (names(&["ann"]), names(&["store"])));
    assert_eq!(of(&["b"]), (names(&[]), names(&["Web"])));
    assert_eq!(of(&["c"]), (names(&[]), names(&[])));
}

#[test]
fn no_more_owners_are_asked_than_github_asks() {
    let scratch = Scratch::empty();
    let many: String = (1..=14).map(|n| format!(" @dev-{n}")).collect();
    let rules = format!("a{many}\nb @Dev-1 @last @acme/web @ops @acme/Web @OPS\n");
    let commit = scratch.commit("Owners", &[("CODEOWNERS", &rules), ("a", "")]);
    let paths = ["a", "b"].map(RepoPath::from);
    let found = reviewers(&scratch.repo(), &commit, &[], &paths, "acme").unwrap();
    assert_eq!((found.people.len(), found.people.last().unwrap().as_str()), (15, "last"));
    assert_eq!(found.teams, Vec::<String>::new());
    assert_eq!(found.beyond, ["@acme/web", "@ops"]);
    // People and teams count alike.
    let rules = format!("a{many}\nb @acme/web @last\n");
    let commit = scratch.commit("Owners", &[("CODEOWNERS", &rules)]);
    let found = reviewers(&scratch.repo(), &commit, &[], &paths, "acme").unwrap();
    assert_eq!((found.people.len(), &found.teams[..]), (14, &["web".to_owned()][..]));
    assert_eq!(found.beyond, ["@last"]);
}
