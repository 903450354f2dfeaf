//! The tour itself: what is told, what is typed, and how it must come out.

use super::expect::{Expect, Remote};
use super::files::{API, File, LEGACY, NO_FLAG, REWRITE, REWRITE_FIXED, STORE_LINES};

/// One step of the tour.
#[derive(Debug)]
pub(super) struct Step {
    /// What happens, in a few words.
    pub(super) title: &'static str,
    /// Why, and what to look for.
    pub(super) told: &'static str,
    /// What is done, in order.
    pub(super) acts: &'static [Act],
    /// How it came out, said once it has.
    pub(super) outcome: &'static str,
}

/// One thing that is done.
#[derive(Debug)]
pub(super) enum Act {
    /// A file is written.
    Edit(File),
    /// The clock moves on to another second: instants are told apart by seconds.
    Wait,
    /// A command is typed: its words, the first of which is `git` or `backout`.
    Type(&'static [&'static str], Expect),
}

const SUCCEEDS: Expect =
    Expect { exit: 0, says: &[], hook_lines: None, remote: Remote::NotLookedAt };

const fn lands(says: &'static [&'static str], hook_lines: usize) -> Expect {
    Expect { exit: 0, says, hook_lines: Some(hook_lines), remote: Remote::Receives("main") }
}

const fn stopped(says: &'static [&'static str]) -> Expect {
    Expect { exit: 1, says, hook_lines: None, remote: Remote::Unchanged }
}

/// Every step, in order.
pub(super) const STORY: &[Step] = &[
    INSTALL,
    SHARE,
    LAND_WITHOUT_BACKUP,
    BACK_UP,
    LAND,
    BLOCKED,
    BACK_OUT,
    BRING_BACK,
    ORDINARY,
    HOTFIX,
    DESTROY,
    PULL_REQUEST,
];

const INSTALL: Step = Step {
    title: "The guard is put in front of `git push`",
    told: "Eight stages are described in backout.toml. Those up to 7-8 have landed on main. \
           From now on every push is judged before it leaves this machine.",
    acts: &[Act::Type(
        &["backout", "install"],
        Expect { exit: 0, says: &["Installed"], hook_lines: None, remote: Remote::NotLookedAt },
    )],
    outcome: "installed",
};

const SHARE: Step = Step {
    title: "Work on stage 9 is shared on a topic branch",
    told: "Stage 9 rewrites every stored cart; a commit says whose work it is by a line in its \
           message. On a topic branch nothing is at risk yet: the push passes, and says early \
           what landing will need, and what it will cost: the commit changes lines of stage 4, \
           which from then on cannot be backed out alone.",
    acts: &[
        Act::Type(&["git", "switch", "-q", "-c", "rewrite-carts"], SUCCEEDS),
        Act::Edit(REWRITE),
        Act::Edit(STORE_LINES),
        Act::Type(&["git", "add", "--all"], SUCCEEDS),
        Act::Type(
            &["git", "commit", "-q", "-m", "Rewrite stored carts", "-m", "Migration-Stage: 9"],
            SUCCEEDS,
        ),
        Act::Type(
            &["git", "push", "origin", "rewrite-carts"],
            Expect {
                exit: 0,
                says: &[
                    "backup/missing",
                    "rehearsal/missing",
                    "revert/conflicts",
                    "blocked by stage 9",
                ],
                hook_lines: Some(4),
                remote: Remote::Receives("rewrite-carts"),
            },
        ),
    ],
    outcome: "passed, with a word about the backup and about stage 4",
};

const LAND_WITHOUT_BACKUP: Step = Step {
    title: "Landing it on main without a backup and a rehearsal is stopped",
    told: "Once the carts are rewritten, reverting the code does not bring the old ones back. \
           So main does not get the commit before there is a backup, nor before its back-out was \
           tried.",
    acts: &[
        Act::Type(&["git", "switch", "-q", "main"], SUCCEEDS),
        Act::Type(&["git", "merge", "-q", "--ff-only", "rewrite-carts"], SUCCEEDS),
        Act::Type(
            &["git", "push", "origin", "main"],
            stopped(&[
                "deny backup/missing",
                "backout backup create carts",
                "deny rehearsal/missing",
                "backout rehearse --stage 9",
                "not ready to land",
            ]),
        ),
    ],
    outcome: "stopped; the remote has not changed",
};

const BACK_UP: Step = Step {
    title: "The backup is made, and the back-out rehearsed",
    told: "The report named both commands. The archive goes to a folder that git ignores. The stage \
           is backed out and brought back in memory, and compared. Of both, a receipt is committed, \
           for the guard to read.",
    acts: &[
        Act::Type(
            &["backout", "backup", "create", "carts", "--environment", "production"],
            Expect {
                exit: 0,
                says: &["captured", "3, ", ".backout/backups/carts.toml"],
                hook_lines: None,
                remote: Remote::NotLookedAt,
            },
        ),
        Act::Type(
            &["backout", "rehearse", "--stage", "9", "--onto", "HEAD"],
            Expect {
                exit: 0,
                says: &["stage 9: backed out", "brought back"],
                hook_lines: None,
                remote: Remote::NotLookedAt,
            },
        ),
        Act::Type(&["git", "add", ".backout"], SUCCEEDS),
        Act::Type(&["git", "commit", "-q", "-m", "Back up the carts, rehearse stage 9"], SUCCEEDS),
    ],
    outcome: "captured, and rehearsed",
};

const LAND: Step = Step {
    title: "Now stage 9 lands",
    told: "The same push as before. That the receipt is new is pointed out to reviewers, and \
           that stage 4 loses its lone way back. The configuration lets a backup be an hour old \
           when the stage is deployed: so the way back stays open for an hour, and then a \
           deployment asks for a fresh one.",
    acts: &[Act::Type(
        &["git", "push", "origin", "main"],
        lands(&["revert/conflicts", "stage 4", "blocked by stage 9", "ready: stage"], 4),
    )],
    outcome: "landed, with a word about stage 4",
};

const BLOCKED: Step = Step {
    title: "Production is on fire: can stage 4 be backed out?",
    told: "The plan is worked out in memory, on what main has by now; nothing is written. It says \
           what stands in the way, whose work that is, and the order that works.",
    acts: &[Act::Type(
        &["backout", "revert", "--stage", "4"],
        Expect {
            exit: 4,
            says: &["orders/store.py", "blocked by stage 9", "9, then 4", "--cascade"],
            hook_lines: None,
            remote: Remote::Unchanged,
        },
    )],
    outcome: "not alone, exit code 4; the order is known",
};

const BACK_OUT: Step = Step {
    title: "Stage 4 is backed out, and stage 9 before it",
    told: "Only these stages' changes go back; all other work stays. Each stage gets a commit that \
           says why. The guard knows a planned back-out by its tree, and never stands in its way.",
    acts: &[
        Act::Type(
            &[
                "backout",
                "revert",
                "--stage",
                "4",
                "--cascade",
                "--in-place",
                "--reason",
                "Carts lose lines",
            ],
            Expect {
                exit: 0,
                says: &["committed to main"],
                hook_lines: None,
                remote: Remote::NotLookedAt,
            },
        ),
        Act::Type(
            &["backout", "verify-revert", "HEAD"],
            Expect {
                exit: 0,
                says: &["exactly the planned back-out of stage 4"],
                hook_lines: None,
                remote: Remote::NotLookedAt,
            },
        ),
        Act::Type(
            &["git", "push", "origin", "main"],
            Expect { exit: 0, says: &[], hook_lines: None, remote: Remote::Receives("main") },
        ),
    ],
    outcome: "backed out",
};

const BRING_BACK: Step = Step {
    title: "The stages come back",
    told: "To merge the old branch again would bring nothing: git holds it for merged. This does \
           it, and begins new lives: the backup from before the back-out counts no more.",
    acts: &[
        Act::Type(
            &[
                "backout",
                "reapply",
                "--stage",
                "4",
                "--stage",
                "9",
                "--in-place",
                "--reason",
                "Lines are safe now",
            ],
            Expect {
                exit: 0,
                says: &["committed to main"],
                hook_lines: None,
                remote: Remote::NotLookedAt,
            },
        ),
        Act::Wait,
        Act::Type(
            &["backout", "backup", "create", "carts", "--environment", "production"],
            SUCCEEDS,
        ),
        Act::Type(&["git", "add", ".backout/backups/carts.toml"], SUCCEEDS),
        Act::Type(&["git", "commit", "-q", "-m", "Back up the carts once more"], SUCCEEDS),
        Act::Type(
            &["git", "push", "origin", "main"],
            Expect {
                exit: 0,
                says: &["ready: stages"],
                hook_lines: None,
                remote: Remote::Receives("main"),
            },
        ),
    ],
    outcome: "landed again",
};

const ORDINARY: Step = Step {
    title: "An ordinary change lands in silence",
    told: "Most work has nothing to do with the migration. The guard adds not one line: what \
           you see is git's own.",
    acts: &[
        Act::Edit(API),
        Act::Type(&["git", "commit", "-q", "-a", "-m", "Show the currency"], SUCCEEDS),
        Act::Type(&["git", "push", "origin", "main"], lands(&[], 0)),
    ],
    outcome: "landed, and the hook said nothing",
};

const HOTFIX: Step = Step {
    title: "A hotfix on stage 9's file lands, with a word about it",
    told: "A fix that is no part of the migration says so: `Migration-Stage: none`. It is never \
           held up, and no rollback of stage 9 takes it along unseen. That it has to be taken back \
           before such a rollback is foretold.",
    acts: &[
        Act::Edit(REWRITE_FIXED),
        Act::Type(
            &["git", "commit", "-q", "-a", "-m", "Skip empty carts", "-m", "Migration-Stage: none"],
            SUCCEEDS,
        ),
        Act::Type(
            &["git", "push", "origin", "main"],
            lands(&["stage/declared-foreign", "revert/foreign-edits"], 2),
        ),
    ],
    outcome: "landed, with a word about it",
};

const DESTROY: Step = Step {
    title: "A push that would destroy the way back is stopped",
    told: "A forced push that drops the commit where the migration began, and one that deletes \
           the tag that marks it, would leave a rollback with nowhere to go.",
    acts: &[
        Act::Type(
            &["git", "push", "--force", "origin", "carts-start~1:main"],
            stopped(&["deny ref/history-rewritten", "carts-start"]),
        ),
        Act::Type(
            &["git", "push", "origin", "--delete", "carts-start"],
            stopped(&["deny ref/start-tag-deleted", "carts-start"]),
        ),
    ],
    outcome: "stopped, both; the remote has not changed",
};

const PULL_REQUEST: Step = Step {
    title: "A pull request is checked, as CI would",
    told: "Somebody cuts over (stage 11) before both shapes were compared (stage 10), and \
           removes the flag that the way back of stage 9 needs. CI asks the same questions, also of \
           those who have no hook.",
    acts: &[
        Act::Type(&["git", "switch", "-q", "-c", "cut-over"], SUCCEEDS),
        Act::Edit(LEGACY),
        Act::Edit(NO_FLAG),
        Act::Type(
            &["git", "commit", "-q", "-a", "-m", "Drop the totals", "-m", "Migration-Stage: 11"],
            SUCCEEDS,
        ),
        Act::Type(
            &["backout", "check", "--base", "origin/main", "--head", "cut-over"],
            stopped(&[
                "deny stage/out-of-order",
                "deny flag/removed-while-needed",
                "not ready to land",
            ]),
        ),
    ],
    outcome: "not ready, exit code 1: CI would be red",
};
