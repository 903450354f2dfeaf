//! git's own merge, limited to some paths, beside ours.

use std::collections::BTreeMap;
use std::fmt;

use backout::git::{Change, Entry, ObjectId, Repo, RepoPath};
use backout::rollback::clash::{Played, Reason};
use backout::rollback::replay::{Outcome, Patch, Replay};

use super::spec::quoted;
use crate::support::{TestRepo, execute};

/// One step that is taken back on a later tip, as far as some paths go.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) step: ObjectId,
    pub(crate) tip: ObjectId,
    /// What of the step goes back.
    pub(crate) limit: Vec<Change>,
}

/// What git says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Says {
    /// A tree, and whether it differs from the tip's in the limited paths alone.
    Clean { tree: ObjectId, within: bool },
    /// There is a conflict.
    Conflict,
}

/// The two beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Both clean, the same tree.
    Equal,
    /// git is clean, we declare doubt.
    Doubt,
    /// Both clean, different trees.
    Wrong,
    /// Both in conflict.
    BothConflict,
    /// git is in conflict, we claim to be clean.
    Bold,
    /// git is clean, but changes other paths; we declare doubt.
    ElsewhereDoubt,
    /// git is clean, but changes other paths; we claim to be clean.
    ElsewhereClean,
}

/// How many of each kind, and why there is doubt.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) kinds: BTreeMap<Kind, usize>,
    pub(crate) doubts: BTreeMap<String, usize>,
}

impl Counts {
    pub(crate) fn of(&self, kind: Kind) -> usize {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// Where git is clean and stays within the limits.
    pub(crate) fn git_clean(&self) -> usize {
        self.of(Kind::Equal) + self.of(Kind::Doubt) + self.of(Kind::Wrong)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (kind, count) in &other.kinds {
            *self.kinds.entry(*kind).or_default() += count;
        }
        for (reason, count) in &other.doubts {
            *self.doubts.entry(reason.clone()).or_default() += count;
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: usize = self.kinds.values().sum();
        writeln!(
            f,
            "{all} cases: git is clean in {}, of which {} equal, {} doubt, {} wrong; both conflict \
             in {}; only git conflicts in {}; git goes elsewhere in {}, of which {} claimed clean",
            self.git_clean(),
            self.of(Kind::Equal),
            self.of(Kind::Doubt),
            self.of(Kind::Wrong),
            self.of(Kind::BothConflict),
            self.of(Kind::Bold),
            self.of(Kind::ElsewhereDoubt) + self.of(Kind::ElsewhereClean),
            self.of(Kind::ElsewhereClean),
        )?;
        for (reason, count) in &self.doubts {
            writeln!(f, "  doubt, {count}: {reason}")?;
        }
        Ok(())
    }
}

/// A case that came out as it should not, in words and commands.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) story: String,
}

/// Puts cases to git and to an engine. Writes into `scratch`, which has to have all objects.
pub(crate) fn judge(scratch: &TestRepo, cases: &[Case], engine: &Engine) -> (Counts, Vec<Failure>) {
    let theirs = limited(scratch, cases);
    let repo = Repo::open(scratch.path()).unwrap();
    let sound: Vec<(&Case, ObjectId)> = cases
        .iter()
        .zip(theirs)
        // A file cannot go back where its folder stays: no such tree exists.
        .filter(|(case, theirs)| {
            repo.changes(Some(theirs), Some(&case.step)).unwrap() == case.limit
        })
        .collect();
    let said = asked(scratch, &sound);
    let (mut counts, mut failures) = (Counts::default(), Vec::new());
    for ((case, theirs), (clean, tree)) in sound.iter().zip(said) {
        let outcome = engine(&repo, case);
        let says = match clean {
            true => Says::Clean { tree, within: within(scratch, &repo, case, &tree, &outcome) },
            false => Says::Conflict,
        };
        let kind = kind(&says, &outcome);
        *counts.kinds.entry(kind).or_default() += 1;
        if kind == Kind::Doubt {
            let reason = outcome.clashes.first().map(|clash| shape(&clash.reason));
            *counts.doubts.entry(reason.unwrap_or_default()).or_default() += 1;
        }
        if matches!(kind, Kind::Wrong | Kind::Bold | Kind::ElsewhereClean) {
            let story = story(scratch, case, theirs, &outcome);
            failures.push(Failure { kind, story });
        }
    }
    (counts, failures)
}

fn kind(says: &Says, outcome: &Outcome) -> Kind {
    match (says, outcome.tree) {
        (Says::Clean { tree, within: true }, Some(ours)) if *tree == ours => Kind::Equal,
        (Says::Clean { within: true, .. }, Some(_)) => Kind::Wrong,
        (Says::Clean { within: true, .. }, None) => Kind::Doubt,
        (Says::Clean { within: false, .. }, Some(_)) => Kind::ElsewhereClean,
        (Says::Clean { within: false, .. }, None) => Kind::ElsewhereDoubt,
        (Says::Conflict, Some(_)) => Kind::Bold,
        (Says::Conflict, None) => Kind::BothConflict,
    }
}

/// A reason without what differs from case to case.
fn shape(reason: &Reason) -> String {
    match reason {
        Reason::Git(words) => {
            let end = words.find(['/', ':']).map_or(words.len(), |at| at.min(60));
            let words: String = words.chars().take(end).collect();
            format!("git: {words}")
        }
        Reason::Attribute(_) => "attribute".to_owned(),
        other => format!("{other:?}"),
    }
}

/// What takes a step back.
pub(crate) type Engine = dyn Fn(&Repo, &Case) -> Outcome;

/// Ours.
pub(crate) fn ours(repo: &Repo, case: &Case) -> Outcome {
    let mut replay = Replay::new(repo, &case.tip).unwrap();
    let patches: Vec<Patch> = case
        .limit
        .iter()
        .map(|change| Patch {
            path: change.path.clone(),
            then: change.path.clone(),
            tree: case.step,
            from: change.new,
            to: change.old,
        })
        .collect();
    replay.play(Played { step: case.step, order: 0 }, &patches).unwrap();
    replay.finish().unwrap()
}

/// The step without what goes back, as a commit of its own, for each case.
fn limited(scratch: &TestRepo, cases: &[Case]) -> Vec<ObjectId> {
    let mut stream = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        let mark = place + 1;
        let head = format!(
            "commit refs/scratch/c{mark}\nmark :{mark}\ncommitter T <t@t> 1 +0000\ndata 1\nx\n\
             from {}\n",
            case.step
        );
        stream.extend(head.into_bytes());
        for change in case.limit.iter().filter(|change| change.old.is_none()) {
            stream.extend(format!("D {}\n", quoted(change.path.as_bytes())).into_bytes());
        }
        for change in &case.limit {
            if let Some(Entry { mode, oid }) = change.old {
                let line = format!("M {mode:o} {oid} {}\n", quoted(change.path.as_bytes()));
                stream.extend(line.into_bytes());
            }
        }
        stream.push(b'\n');
    }
    imported(scratch, &stream, cases.len())
}

/// Runs `git fast-import`, and gives the ids of the marks 1 to `count`.
pub(crate) fn imported(repo: &TestRepo, stream: &[u8], count: usize) -> Vec<ObjectId> {
    let marks = repo.root().join("marks");
    let option = format!("--export-marks={}", marks.display());
    let mut import = repo.command("git", repo.path());
    execute(import.args(["fast-import", "--quiet", "--force", &option]), stream, repo.filter())
        .ok();
    let mut ids: Vec<Option<ObjectId>> = vec![None; count];
    for line in std::fs::read_to_string(marks).unwrap().lines() {
        let (mark, id) = line.trim_start_matches(':').split_once(' ').unwrap();
        ids[mark.parse::<usize>().unwrap() - 1] = Some(id.parse().unwrap());
    }
    ids.into_iter().map(Option::unwrap).collect()
}

/// Whether git's merge is clean, and its tree. One by one where git crashes on one of them, which
/// it does on some renames; that is no clean merge.
fn asked(scratch: &TestRepo, cases: &[(&Case, ObjectId)]) -> Vec<(bool, ObjectId)> {
    let lines: String = cases
        .iter()
        .map(|(case, theirs)| format!("{} -- {} {theirs}\n", case.step, case.tip))
        .collect();
    let mut command = scratch.command("git", scratch.path());
    command.args(["merge-tree", "--write-tree", "--stdin", "-z", "--messages", "--name-only"]);
    let run = execute(&mut command, lines.as_bytes(), scratch.filter());
    match (run.exit, cases) {
        (0, _) => answers(&run.stdout, cases.len()),
        (-1, [(case, _)]) => vec![(false, case.tip)],
        (-1, _) => cases.iter().flat_map(|one| asked(scratch, std::slice::from_ref(one))).collect(),
        _ => panic!("{}", run.snapshot()),
    }
}

fn answers(said: &[u8], count: usize) -> Vec<(bool, ObjectId)> {
    let mut fields = said.split(|byte| *byte == 0);
    let mut answers = Vec::new();
    for _ in 0..count {
        let status = fields.next().unwrap();
        let tree = String::from_utf8(fields.next().unwrap().to_vec()).unwrap();
        while fields.next().is_some_and(|name| !name.is_empty()) {}
        // Where a rename collides, git calls a file with markers clean, and tells of a conflict.
        let mut conflict = status != b"1";
        while let Some(count) = fields.next().filter(|field| !field.is_empty()) {
            let count: usize = std::str::from_utf8(count).unwrap().parse().unwrap();
            let kind = fields.by_ref().nth(count).unwrap();
            conflict |= kind.starts_with(b"CONFLICT");
            fields.next().unwrap();
        }
        answers.push((!conflict, tree.parse().unwrap()));
    }
    answers
}

/// Whether git's tree differs from the tip's in the limited paths alone. Asked of git where it is
/// not our tree, whose edits are known.
fn within(scratch: &TestRepo, repo: &Repo, case: &Case, tree: &ObjectId, ours: &Outcome) -> bool {
    let listed = |path: &RepoPath| case.limit.iter().any(|change| change.path == *path);
    if ours.tree == Some(*tree) {
        return ours.changes.iter().all(|change| listed(&change.path));
    }
    let tip = repo.commit(&case.tip).unwrap().tree.to_string();
    let arguments =
        ["diff-tree", "-r", "-z", "--no-renames", "--name-only", &tip, &tree.to_string()];
    let run = scratch.git(&arguments).ok();
    let names = run.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    names.map(RepoPath::from_bytes).all(|path| listed(&path))
}

/// What git has otherwise than we do.
fn apart(scratch: &TestRepo, tree: &str, outcome: &Outcome) -> String {
    let mut lines = String::new();
    for Change { path, new, .. } in &outcome.changes {
        let name = format!(":(literal){}", path.shown());
        let listed = scratch.git(&["ls-tree", tree, "--", &name]).out();
        let ours = new.map_or_else(String::new, |e| e.oid.to_string());
        if ours.is_empty() != listed.is_empty() || !listed.contains(&ours) {
            lines += &format!("  {}: git `{}`, ours `{ours}`\n", path.shown(), listed.trim());
        }
    }
    lines
}

fn story(scratch: &TestRepo, case: &Case, theirs: &ObjectId, outcome: &Outcome) -> String {
    let (step, tip) = (case.step.to_string(), case.tip.to_string());
    let base = format!("--merge-base={step}");
    let arguments = ["merge-tree", "--write-tree", &base, &tip, &theirs.to_string()];
    let said = scratch.git(&arguments);
    let limit: Vec<String> = case
        .limit
        .iter()
        .map(|change| {
            let id =
                |entry: Option<Entry>| entry.map(|e| format!("{:o} {}", e.mode, e.oid.short()));
            format!("  {} {:?} <- {:?}", change.path.shown(), id(change.old), id(change.new))
        })
        .collect();
    let diff = ["diff", "--stat", "-M", &step, &tip];
    format!(
        "step {step}, tip {tip}\nlimit:\n{}\ngit {}\n{}\nours: {:?}\napart:\n{}since then:\n{}",
        limit.join("\n"),
        arguments.join(" "),
        said.out(),
        outcome,
        apart(scratch, said.out().lines().next().unwrap_or_default(), outcome),
        scratch.git(&diff).out()
    )
}
