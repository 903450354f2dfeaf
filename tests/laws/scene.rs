//! A staged migration in a real repository, built from small numbers so that a failing one shrinks.
//! Commits are written by libgit2, which is quick; the same history as a script for `git
//! fast-import` is told where a law fails.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::rc::Rc;

use backout::config::{self, Configuration, FileSource, Migration, Vocabulary};
use backout::git::{Change, Entry, ObjectId, Repo};
use backout::rollback::plan::{self, Plan, plan};
use backout::rollback::reapply::{Return, reapply};
use backout::rollback::undoing::read_ledger;
use backout::stage::attribution::{Attribution, Attributions};
use backout::stage::ledger::Ledger;
use backout::stage::matcher::Matcher;
use git2::{Oid, Repository, Signature, Time};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::oracle::spec::quoted;
use crate::support::replay;

/// A flat tree.
pub(crate) type Files = BTreeMap<Vec<u8>, (u32, Vec<u8>)>;

/// One edit: of which of the paths, what, where, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edit {
    path: u8,
    kind: u8,
    at: u8,
    how: u8,
}

/// One landing: whose it is, how it lands, and what it does.
#[derive(Debug, Clone)]
pub(crate) struct Landing {
    who: u8,
    how: u8,
    edits: Vec<Edit>,
}

/// A migration's story.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    pub(crate) stages: usize,
    landings: Vec<Landing>,
}

impl Spec {
    /// The landings that are pushed together.
    pub(crate) fn pushes(&self) -> impl Iterator<Item = &[Landing]> {
        self.landings.chunk_by(|_, next| next.how % 5 == 0)
    }
}

pub(crate) fn specs() -> impl Strategy<Value = Spec> {
    let edit = (any::<u8>(), 0..20_u8, any::<u8>(), any::<u8>())
        .prop_map(|(path, kind, at, how)| Edit { path, kind, at, how });
    let landing = (any::<u8>(), any::<u8>(), vec(edit, 1..4))
        .prop_map(|(who, how, edits)| Landing { who, how, edits });
    (2..5_usize, vec(landing, 1..9)).prop_map(|(stages, landings)| Spec { stages, landings })
}

struct Files1<'a>(&'a str);

impl FileSource for Files1<'_> {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok((path == "backout.toml").then(|| self.0.as_bytes().to_vec()))
    }
}

/// A checked configuration from its text.
pub(crate) fn configured(text: &str) -> Configuration {
    config::load(&Files1(text), "backout.toml", Vocabulary { codes: &[] }).unwrap().unwrap()
}

fn configuration(stages: usize) -> String {
    let mut text =
        "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = { tag = \"start\" }\n\
                    branch = \"main\"\n"
            .to_owned();
    for stage in 0..stages {
        text += &format!(
            "[[stages]]\nid = \"{stage}\"\nname = \"S\"\nimpact = \"low\"\nrollback = [\"code\"]\n\
             paths = [\"s{stage}/**\", \"shared/x.py\", \"shared/deep/**\"{}]\n",
            if stage < 2 { ", \"shared/y.py\"" } else { "" }
        );
    }
    text
}

/// A name in a folder, its mode and its object.
type Child = (Vec<u8>, u32, Oid);
/// The same with a path.
type Flat<'p> = (&'p [u8], u32, Oid);

/// Objects that were written before, by their content: writing them again takes most of the time.
#[derive(Default)]
pub(crate) struct Known {
    blobs: RefCell<HashMap<Vec<u8>, Oid>>,
    trees: RefCell<HashMap<Vec<Child>, Oid>>,
}

/// Where stories are written.
pub(crate) struct Ground {
    pub(crate) git: Repository,
    known: Known,
}

impl Ground {
    pub(crate) fn new(path: &Path) -> Self {
        Self { git: Repository::open_bare(path).unwrap(), known: Known::default() }
    }

    fn blob(&self, content: &[u8]) -> Oid {
        if let Some(id) = self.known.blobs.borrow().get(content) {
            return *id;
        }
        let id = self.git.blob(content).unwrap();
        self.known.blobs.borrow_mut().insert(content.to_vec(), id);
        id
    }

    fn folder(&self, entries: Vec<Child>) -> Oid {
        if let Some(id) = self.known.trees.borrow().get(&entries) {
            return *id;
        }
        let mut builder = self.git.treebuilder(None).unwrap();
        for (name, mode, id) in &entries {
            builder.insert(name, *id, i32::try_from(*mode).unwrap()).unwrap();
        }
        let id = builder.write().unwrap();
        self.known.trees.borrow_mut().insert(entries, id);
        id
    }
}

/// A commit as it is written down.
#[derive(Clone)]
struct Recorded {
    message: String,
    parents: Vec<usize>,
    files: Files,
}

/// The story while it is told.
#[derive(Clone)]
pub(crate) struct Scene<'g> {
    ground: &'g Ground,
    configuration: Rc<Configuration>,
    commits: Vec<Recorded>,
    ids: Vec<ObjectId>,
    /// Places of the first-parent steps, oldest first.
    line: Vec<usize>,
    /// Paths with work that is no stage's, and back-outs.
    pub(crate) disturbed: BTreeSet<Vec<u8>>,
}

const WORDS: [&str; 6] = ["    x = 1", "}", "", "    return", "def f():", "pass"];

impl<'g> Scene<'g> {
    /// Plays a whole story.
    pub(crate) fn tell(ground: &'g Ground, spec: &Spec) -> Self {
        let mut scene = Self::begin(ground, spec);
        for landing in &spec.landings {
            scene.land(spec.stages, landing);
        }
        scene
    }

    /// The start of a story, where nothing has landed.
    pub(crate) fn begin(ground: &'g Ground, spec: &Spec) -> Self {
        let mut scene = Self {
            ground,
            configuration: Rc::new(configured(&configuration(spec.stages))),
            commits: Vec::new(),
            ids: Vec::new(),
            line: Vec::new(),
            disturbed: BTreeSet::new(),
        };
        scene.commit("start", Vec::new(), first_files(spec.stages));
        scene.line.push(0);
        scene
    }

    pub(crate) fn migration(&self) -> &Migration {
        &self.configuration.migrations[0]
    }

    pub(crate) fn start(&self) -> ObjectId {
        self.ids[0]
    }

    /// The first-parent steps from the start on.
    pub(crate) fn line(&self) -> Vec<ObjectId> {
        self.line.iter().map(|place| self.ids[*place]).collect()
    }

    pub(crate) fn tip(&self) -> ObjectId {
        self.ids[self.place()]
    }

    fn stages(&self) -> usize {
        self.migration().stages.len()
    }

    fn place(&self) -> usize {
        *self.line.last().unwrap()
    }

    /// The tree at the tip, or at the start.
    pub(crate) fn files(&self) -> &Files {
        &self.commits[self.place()].files
    }

    pub(crate) fn first_files(&self) -> &Files {
        &self.commits[0].files
    }

    pub(crate) fn ledger(&self, repo: &Repo) -> Ledger {
        let attributions = Attributions::default();
        let all = &self.configuration.migrations;
        let attribution = Attribution::new(&all[0], all, &attributions);
        read_ledger(repo, &all[0], &attribution, &self.start(), &self.tip()).unwrap()
    }

    pub(crate) fn plan(&self, repo: &Repo, stages: &BTreeSet<usize>) -> Plan {
        let ledger = self.ledger(repo);
        self.plan_by(repo, &ledger, stages)
    }

    pub(crate) fn plan_by(&self, repo: &Repo, ledger: &Ledger, stages: &BTreeSet<usize>) -> Plan {
        let matcher = Matcher::new(self.migration());
        let migration = self.migration();
        plan(&plan::Ground { repo, migration, matcher: &matcher, ledger, onto: self.tip() }, stages)
            .unwrap()
    }

    /// Lands a commit on the tip that makes these changes.
    pub(crate) fn apply(&mut self, repo: &Repo, changes: &[Change], message: &str) {
        let files = changed(self.files(), repo, changes);
        self.step(message, files);
    }

    fn step(&mut self, message: &str, files: Files) {
        let place = self.place();
        let new = self.commit(message, vec![place], files);
        self.line.push(new);
    }

    fn commit(&mut self, message: &str, parents: Vec<usize>, files: Files) -> usize {
        let time = Time::new(1_700_000_000 + 60 * i64::try_from(self.commits.len()).unwrap(), 0);
        let who = Signature::new("T", "t@t", &time).unwrap();
        let tree = self.ground.git.find_tree(tree(self.ground, &files)).unwrap();
        let commits: Vec<git2::Commit<'_>> = parents
            .iter()
            .map(|parent| self.ground.git.find_commit(oid(&self.ids[*parent])).unwrap())
            .collect();
        let parent_refs: Vec<&git2::Commit<'_>> = commits.iter().collect();
        let made = self.ground.git.commit(None, &who, &who, message, &tree, &parent_refs).unwrap();
        self.ids.push(ObjectId::from_bytes(made.as_bytes()).unwrap());
        self.commits.push(Recorded { message: message.to_owned(), parents, files });
        self.commits.len() - 1
    }

    /// Plays one landing; there are some that come to nothing.
    pub(crate) fn land(&mut self, stages: usize, landing: &Landing) {
        let who = usize::from(landing.who) % (stages * 2 + 5);
        if who < stages * 2 {
            return self.land_stage(stages, who % stages, landing);
        }
        match who - stages * 2 {
            0 => self.foreign("Hotfix\n\nMigration-Stage: none", stages, landing),
            1 => self.foreign("Nobody says whose", stages, landing),
            2 => {
                let mut files = self.files().clone();
                files.insert(b"README".to_vec(), (0o100_644, vec![landing.how, b'\n']));
                self.step("Words", files);
            }
            3 => self.back_out(usize::from(landing.how) % stages, landing),
            _ => self.reapply(usize::from(landing.how) % stages),
        }
    }

    fn foreign(&mut self, message: &str, stages: usize, landing: &Landing) {
        let paths = paths(usize::from(landing.how) % stages, stages);
        let files = self.edited(self.files().clone(), &paths, &landing.edits);
        self.disturb(&files);
        self.step(message, files);
    }

    fn disturb(&mut self, files: &Files) {
        let before = self.files().clone();
        let paths = before.keys().chain(files.keys());
        self.disturbed.extend(paths.filter(|path| before.get(*path) != files.get(*path)).cloned());
    }

    fn land_stage(&mut self, stages: usize, stage: usize, landing: &Landing) {
        let own = paths(stage, stages);
        let number = self.commits.len();
        match landing.how % 6 {
            0 | 1 => {
                let files = self.edited(self.files().clone(), &own, &landing.edits);
                self.step(&format!("Work {number}\n\nMigration-Stage: {stage}"), files);
            }
            2 => {
                // A squash, its trailers in the middle; sometimes of two stages.
                let other = (stage + 1) % stages;
                let mut files = self.edited(self.files().clone(), &own, &landing.edits);
                let mut message =
                    format!("Squash (#{number})\n\n* one\n\nMigration-Stage: {stage}\n\n* two\n");
                if landing.how % 12 == 2 {
                    files = self.edited(files, &paths(other, stages), &landing.edits);
                    message += &format!("\nMigration-Stage: {other}\n");
                }
                self.step(&(message + "\n---------\n\nCo-authored-by: A <a@a>"), files);
            }
            how => self.merge(stages, stage, landing, how == 5),
        }
    }

    /// A branch of one commit for each edit, on the tip or on an older step, and its merge; each
    /// commit may be another stage's.
    fn merge(&mut self, stages: usize, stage: usize, landing: &Landing, evil: bool) {
        let tip = self.place();
        let back = usize::from(landing.how / 6) % 3;
        let base = self.line[self.line.len().saturating_sub(1 + back)];
        let mut last = base;
        for edit in &landing.edits {
            let stage = if edit.how % 4 == 0 { (stage + 1) % stages } else { stage };
            let number = self.commits.len();
            let files = self.commits[last].files.clone();
            let files = self.edited(files, &paths(stage, stages), &[*edit]);
            let message = format!("Part {number}\n\nMigration-Stage: {stage}");
            last = self.commit(&message, vec![last], files);
        }
        let (old, side) = (self.commits[base].files.clone(), self.commits[last].files.clone());
        let mut files = self.commits[tip].files.clone();
        for path in old.keys().chain(side.keys()) {
            if files.get(path) == old.get(path) {
                match side.get(path) {
                    Some(file) => files.insert(path.clone(), file.clone()),
                    None => files.remove(path),
                };
            }
        }
        if evil {
            files = self.edited(files, &paths(stage, stages), &landing.edits[..1]);
        }
        let message = format!("Merge a branch\n\nMigration-Stage: {stage}");
        let merge = self.commit(&message, vec![tip, last], files);
        self.line.push(merge);
    }

    /// Backs a stage out; one time in three with a fix on its files in the same commit.
    fn back_out(&mut self, stage: usize, landing: &Landing) {
        let repo = self.open();
        let plan = self.plan(&repo, &BTreeSet::from([stage]));
        if plan.is_clean() && !plan.is_empty() {
            let mut files = changed(self.files(), &repo, &plan.paths);
            if landing.who % 3 == 1 {
                files = self.edited(files, &paths(stage, self.stages()), &landing.edits[..1]);
            }
            self.disturb(&files);
            self.step(&format!("Back out\n\nBackout-Stage: {stage}"), files);
        }
    }

    fn reapply(&mut self, stage: usize) {
        let repo = self.open();
        let Some(back) = self.reapplied(&repo, stage).filter(|back| back.tree.is_some()) else {
            return;
        };
        let files = changed(self.files(), &repo, &back.paths);
        self.disturb(&files);
        self.step(&format!("Reapply\n\nMigration-Stage: {stage}"), files);
    }

    /// What bringing a stage back comes to; `None` where there is nothing to bring back.
    pub(crate) fn reapplied(&self, repo: &Repo, stage: usize) -> Option<Return> {
        let matcher = Matcher::new(self.migration());
        let (migration, ledger) = (self.migration(), self.ledger(repo));
        let onto = self.tip();
        let ground = plan::Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
        reapply(&ground, &BTreeSet::from([stage])).unwrap().ok()
    }

    pub(crate) fn open(&self) -> Repo {
        Repo::open(self.ground.git.path()).unwrap()
    }

    fn edited(&self, mut files: Files, paths: &[Vec<u8>], edits: &[Edit]) -> Files {
        for edit in edits {
            edit.apply(&mut files, paths, self.commits.len());
        }
        files
    }

    /// What stands in `backout.toml`.
    pub(crate) fn configured(&self) -> String {
        configuration(self.stages())
    }

    /// The history for `git fast-import`, and what to do then.
    pub(crate) fn script(&self) -> String {
        let mut out = Vec::new();
        for (place, commit) in self.commits.iter().enumerate() {
            let head = format!(
                "commit refs/heads/main\nmark :{}\ncommitter T <t@t> {} +0000\ndata {}\n{}\n",
                place + 1,
                1_700_000_000 + 60 * place,
                commit.message.len(),
                commit.message
            );
            out.extend(head.into_bytes());
            for (index, parent) in commit.parents.iter().enumerate() {
                let word = if index == 0 { "from" } else { "merge" };
                out.extend(format!("{word} :{}\n", parent + 1).into_bytes());
            }
            out.extend(b"deleteall\n");
            for (path, (mode, content)) in &commit.files {
                let path = quoted(path);
                let head = format!("M {mode:o} inline {path}\ndata {}\n", content.len());
                out.extend(head.into_bytes());
                out.extend(content);
                out.push(b'\n');
            }
        }
        let end = format!("git reset -q --hard {}\ngit tag start {}\n", self.tip(), self.start());
        replay::script(&out, false) + &end
    }
}

/// A flat tree after changes, whose content the repository knows, in memory or not.
pub(crate) fn changed(files: &Files, repo: &Repo, changes: &[Change]) -> Files {
    let mut files = files.clone();
    for change in changes {
        let path = change.path.as_bytes();
        match change.new {
            Some(Entry { mode, oid }) => {
                files.insert(path.to_vec(), (mode, repo.blob(&oid).unwrap()))
            }
            None => files.remove(path),
        };
    }
    files
}

pub(crate) fn oid(id: &ObjectId) -> Oid {
    Oid::from_bytes(id.as_bytes()).unwrap()
}

/// Writes a flat tree.
pub(crate) fn tree(ground: &Ground, files: &Files) -> Oid {
    let flat: Vec<Flat<'_>> = files
        .iter()
        .map(|(path, (mode, content))| (path.as_slice(), *mode, ground.blob(content)))
        .collect();
    folder(ground, &flat)
}

fn folder(ground: &Ground, flat: &[Flat<'_>]) -> Oid {
    let mut entries = Vec::new();
    let mut below: BTreeMap<&[u8], Vec<Flat<'_>>> = BTreeMap::new();
    for (path, mode, id) in flat {
        match path.iter().position(|byte| *byte == b'/') {
            None => entries.push((path.to_vec(), *mode, *id)),
            Some(at) => {
                below.entry(&path[..at]).or_default().push((&path[at + 1..], *mode, *id));
            }
        }
    }
    for (name, flat) in below {
        entries.push((name.to_vec(), 0o040_000, folder(ground, &flat)));
    }
    ground.folder(entries)
}

fn first_files(stages: usize) -> Files {
    let mut files = Files::new();
    files.insert(b"README".to_vec(), (0o100_644, b"read me\n".to_vec()));
    files.insert(b"backout.toml".to_vec(), (0o100_644, configuration(stages).into_bytes()));
    let mut paths: Vec<Vec<u8>> = vec![b"shared/x.py".to_vec(), b"shared/y.py".to_vec()];
    for stage in 0..stages {
        paths.extend(["a.py", "b.py"].map(|name| format!("s{stage}/{name}").into_bytes()));
    }
    for (index, path) in paths.into_iter().enumerate() {
        let text: String = (0..6 + index * 3)
            .map(|line| match line % 2 {
                0 => format!("line {line}\n"),
                _ => format!("{}\n", WORDS[(line * (index + 1)) % WORDS.len()]),
            })
            .collect();
        files.insert(path, (0o100_644, text.into_bytes()));
    }
    files
}

/// Where a stage works.
fn paths(stage: usize, _stages: usize) -> Vec<Vec<u8>> {
    let own = ["a.py", "b.py", "deep/c.py", "new.py", "deep/d.py"];
    let mut paths: Vec<Vec<u8>> =
        own.iter().map(|name| format!("s{stage}/{name}").into_bytes()).collect();
    paths.push(b"shared/x.py".to_vec());
    paths.push(b"shared/x.py".to_vec());
    paths.extend(["shared/deep/p.py", "shared/deep/q.py"].map(|path| path.as_bytes().to_vec()));
    if stage < 2 {
        paths.push(b"shared/y.py".to_vec());
    }
    paths
}

impl Edit {
    fn apply(self, files: &mut Files, paths: &[Vec<u8>], number: usize) {
        let path = &paths[usize::from(self.path) % paths.len()];
        let word = WORDS[usize::from(self.how) % WORDS.len()];
        let line = format!("by {number}: {word}\n").into_bytes();
        let Some((mode, content)) = files.get_mut(path) else {
            let text = [line, b"more\nlines\n".to_vec()].concat();
            files.insert(path.clone(), (0o100_644, text));
            return;
        };
        let mut lines: Vec<Vec<u8>> =
            content.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let at = usize::from(self.at) % (lines.len() + 1);
        let end = (at + usize::from(self.how) % 3).min(lines.len());
        match self.kind {
            _ if *mode == 0o120_000 => *content = line,
            0..=4 => lines.insert(at, line),
            5..=8 => drop(lines.splice(at..end, [line])),
            9 => drop(lines.drain(at..end)),
            10 => lines.insert(at, format!("{word}\n").into_bytes()),
            11 => {
                let again = lines[at..end].to_vec();
                drop(lines.splice(end..end, again));
            }
            12 => *mode ^= 0o111,
            13 => {
                *mode = 0o120_000;
                lines = vec![format!("target-{number}").into_bytes()];
            }
            14 | 15 => {
                files.remove(path);
                return;
            }
            16 => {
                let moved = files.remove(path).unwrap();
                files.insert(paths[usize::from(self.at) % 5].clone(), moved);
                return;
            }
            17 => lines = vec![b"bin\0ary".to_vec(), line],
            _ => lines.push(line),
        }
        if *mode != 0o120_000 || self.kind == 13 {
            *content = lines.concat();
        }
    }
}
