//! Histories as they grow in real repositories, and worse: generated from small numbers, so that a
//! failing one shrinks, and written by `git fast-import`.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) mode: u32,
    pub(crate) content: Vec<u8>,
}

/// A tree, flat.
pub(crate) type Files = BTreeMap<Vec<u8>, Blob>;

/// One thing done to a tree: what, to which file, and how. Any numbers mean something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Op {
    kind: u8,
    file: u16,
    at: u16,
    how: u16,
}

/// One commit: how far back its parents are, and what it does.
#[derive(Debug, Clone)]
pub(crate) struct CommitSpec {
    back: u8,
    merges: Option<u8>,
    ops: Vec<Op>,
}

/// A history, oldest first. Its first commit begins with a tree that is always the same.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    commits: Vec<CommitSpec>,
    /// Whether two branches are merged into each other, and both go on.
    criss_cross: bool,
}

/// A commit as it came out.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// Places of its parents, the first parent first.
    pub(crate) parents: Vec<usize>,
    /// Its tree.
    pub(crate) files: Files,
}

/// Histories of some commits.
pub(crate) fn specs(commits: std::ops::Range<usize>) -> impl Strategy<Value = Spec> {
    let op = (0..KINDS, any::<u16>(), any::<u16>(), any::<u16>())
        .prop_map(|(kind, file, at, how)| Op { kind, file, at, how });
    // Most commits stand on the one before; some begin or end a branch.
    let back = prop_oneof![6 => Just(0_u8), 1 => 1..4_u8];
    let merges = prop_oneof![5 => Just(None), 1 => (0..4_u8).prop_map(Some)];
    let commit = (back, merges, vec(op, 1..5)).prop_map(|(back, merges, ops)| CommitSpec {
        back,
        merges,
        ops,
    });
    (vec(commit, commits), any::<bool>())
        .prop_map(|(commits, criss_cross)| Spec { commits, criss_cross })
}

const KINDS: u8 = 24;

/// Names that are each other's neighbours and folders, and one that is no text.
const NAMES: [&[u8]; 18] = [
    b"a.py",
    b"b.py",
    b"src/core/state.py",
    b"src/core/shared.py",
    b"src/core/deep/x.py",
    b"src/core/deep/y.py",
    b"src/util.py",
    b"src/core.py",
    b"lib/one.py",
    b"lib/two.py",
    b"lib",
    b"src/core",
    b"odd \"name\".py",
    b"odd/\xff\xfe.py",
    b"new/line\n.py",
    b"lib/core/state.py",
    b"z",
    b"z/z",
];

const FOLDERS: [&[u8]; 7] =
    [b"src/core", b"src/core/deep", b"lib", b"src", b"moved", b"moved/deep", b"odd"];

/// Lines of which many are alike.
const LINES: [&str; 12] = [
    "}",
    "",
    "    return None",
    "def f(x):",
    "    x = 1",
    "    x = 2",
    "    y = x",
    "{",
    "else:",
    "    pass",
    "# note",
    "end",
];

impl Spec {
    /// Plays it.
    pub(crate) fn made(&self) -> Vec<Made> {
        let mut all = vec![Made { parents: Vec::new(), files: first_files() }];
        for commit in &self.commits {
            let last = all.len() - 1;
            let first = last.saturating_sub(usize::from(commit.back));
            let mut parents = vec![first];
            let mut files = all[first].files.clone();
            if let Some(other) = commit.merges {
                let other = last.saturating_sub(usize::from(other));
                if other != first {
                    parents.push(other);
                    files = merged(&all, first, other);
                }
            }
            let number = all.len();
            for op in &commit.ops {
                op.apply(&mut files, &all, number);
            }
            all.push(Made { parents, files });
        }
        if self.criss_cross {
            self.cross(&mut all);
        }
        all
    }

    /// Two branches begin, each is merged into the other, and both go on: of what stands on them
    /// git finds two bases.
    fn cross(&self, all: &mut Vec<Made>) {
        let ops: Vec<Op> = self.commits.iter().flat_map(|commit| commit.ops.clone()).collect();
        let some = |from: usize| ops.iter().skip(from).step_by(2).copied().take(3);
        let root = all.len() - 1;
        let on = |all: &mut Vec<Made>, parents: Vec<usize>, mut files: Files, from: usize| {
            let number = all.len();
            some(from).for_each(|op| op.apply(&mut files, all, number));
            all.push(Made { parents, files });
            number
        };
        let begun = all[root].files.clone();
        let branches = [0, 1].map(|from| on(all, vec![root], begun.clone(), from));
        let [one, other] = branches;
        let merges = [(one, other), (other, one)].map(|(first, second)| {
            let files = merged(all, first, second);
            all.push(Made { parents: vec![first, second], files });
            all.len() - 1
        });
        let tips = [(merges[0], 1), (merges[1], 0)].map(|(merge, from)| {
            let files = all[merge].files.clone();
            on(all, vec![merge], files, from)
        });
        let files = merged(all, tips[0], tips[1]);
        all.push(Made { parents: tips.to_vec(), files });
    }
}

fn first_files() -> Files {
    let mut files = Files::new();
    for (index, name) in NAMES.iter().take(10).enumerate() {
        let lines = (index * 7) % 60 + 1;
        let text: String = (0..lines)
            .map(|line| match line % 3 {
                0 => format!("line {line} of {index}\n"),
                _ => format!("{}\n", LINES[(line * (index + 1)) % LINES.len()]),
            })
            .collect();
        files.insert(name.to_vec(), Blob { mode: 0o100_644, content: text.into_bytes() });
    }
    files.insert(b"empty".to_vec(), Blob { mode: 0o100_644, content: Vec::new() });
    files
}

/// The places of a commit and all its ancestors.
fn history_of(all: &[Made], at: usize) -> std::collections::BTreeSet<usize> {
    let mut seen = std::collections::BTreeSet::new();
    let mut next = vec![at];
    while let Some(at) = next.pop() {
        if seen.insert(at) {
            next.extend(&all[at].parents);
        }
    }
    seen
}

/// Whole files from whichever side changed them, the first where both did.
fn merged(all: &[Made], first: usize, other: usize) -> Files {
    let (mine, theirs) = (history_of(all, first), history_of(all, other));
    let base = *mine.intersection(&theirs).last().expect("all have one root");
    let (base, mine, theirs) = (&all[base].files, &all[first].files, &all[other].files);
    let mut files = mine.clone();
    for path in base.keys().chain(theirs.keys()) {
        if mine.get(path) == base.get(path) {
            match theirs.get(path) {
                Some(blob) => put(&mut files, path, blob.clone()),
                None => drop(files.remove(path)),
            }
        }
    }
    files
}

/// Puts something at a path; what would be its folder or in its folder goes.
fn put(files: &mut Files, path: &[u8], blob: Blob) {
    files.retain(|known, _| !is_below(known, path) && !is_below(path, known));
    files.insert(path.to_vec(), blob);
}

fn is_below(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"))
}

impl Op {
    fn apply(self, files: &mut Files, all: &[Made], number: usize) {
        let name = NAMES[usize::from(self.file) % NAMES.len()].to_vec();
        let plain = |content: Vec<u8>| Blob { mode: 0o100_644, content };
        let Some(path) = files.keys().nth(usize::from(self.file) % files.len().max(1)).cloned()
        else {
            return put(files, &name, plain(b"again\n".to_vec()));
        };
        match self.kind {
            0..=9 => self.edit(files.get_mut(&path).expect("it is there"), number),
            10 => put(files, &name, plain(self.fresh(number))),
            11 => drop(files.remove(&path)),
            12 | 13 => {
                let mut blob = files.remove(&path).expect("it is there");
                if self.kind == 13 {
                    self.edit(&mut blob, number);
                }
                let to = match self.at % 3 {
                    0 => NAMES[usize::from(self.how) % NAMES.len()].to_vec(),
                    1 => [b"moved/", path.as_slice()].concat(),
                    _ => [path.as_slice(), b".old"].concat(),
                };
                put(files, &to, blob);
            }
            14 | 15 => self.rename_folder(files),
            16 => {
                let blob = files.get_mut(&path).expect("it is there");
                if blob.mode & 0o170_000 == 0o100_000 {
                    blob.mode ^= 0o111;
                }
            }
            17 => {
                let target = format!("target-{}", self.how % 3).into_bytes();
                put(files, &path, Blob { mode: 0o120_000, content: target });
            }
            18 => {
                let module = format!("{:040x}", self.how % 3 + 1).into_bytes();
                put(files, b"vendor/module", Blob { mode: 0o160_000, content: module });
            }
            19 => {
                let mut content = vec![0, 1, 2, 3];
                content.extend(self.how.to_string().into_bytes());
                put(files, &path, plain(content));
            }
            20 => {
                // A file becomes a folder.
                let blob = files.remove(&path).expect("it is there");
                put(files, &[path.as_slice(), b"/inner"].concat(), blob);
            }
            21 => {
                // As an earlier commit had it, or without it.
                let then = &all[usize::from(self.at) % all.len()].files;
                let path = then.keys().nth(usize::from(self.how) % then.len().max(1)).cloned();
                if let Some(path) = path {
                    let blob = then.get(&path).expect("it is there").clone();
                    put(files, &path, blob);
                }
            }
            22 => {
                // A copy stays behind.
                let blob = files.get(&path).expect("it is there").clone();
                put(files, &name, blob);
            }
            _ => put(files, &name, plain(Vec::new())),
        }
    }

    fn fresh(self, number: usize) -> Vec<u8> {
        let count = usize::from(self.at) % 60;
        let end = if self.how.is_multiple_of(2) { "\r\n" } else { "\n" };
        let mut text = format!("made by {number}{end}");
        for line in 0..count {
            text += LINES[(line + usize::from(self.how)) % LINES.len()];
            text += end;
        }
        text.into_bytes()
    }

    /// Changes lines at one place or at several.
    fn edit(self, blob: &mut Blob, number: usize) {
        if blob.mode & 0o170_000 != 0o100_000 {
            return;
        }
        let mut lines: Vec<Vec<u8>> =
            blob.content.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let at = usize::from(self.at) % (lines.len() + 1);
        let word = LINES[usize::from(self.how) % LINES.len()];
        let unique = format!("by {number}: {word}\n").into_bytes();
        let alike = format!("{word}\n").into_bytes();
        let end = (at + usize::from(self.how) % 4).min(lines.len());
        match self.kind {
            0 => lines.insert(at, unique),
            1 => lines.insert(at, alike),
            2 => drop(lines.drain(at..end)),
            3 => drop(lines.splice(at..end, [unique])),
            4 => drop(lines.splice(at..end, [alike])),
            5 => {
                // The same lines once more.
                let again = lines[at..end].to_vec();
                drop(lines.splice(end..end, again));
            }
            6 => {
                // Lines go elsewhere.
                let taken: Vec<Vec<u8>> = lines.drain(at..end).collect();
                let to = usize::from(self.how) % (lines.len() + 1);
                drop(lines.splice(to..to, taken));
            }
            7 => {
                // Several places.
                for (place, line) in lines.iter_mut().enumerate() {
                    if place % 7 == usize::from(self.at) % 7 {
                        line.clone_from(&unique);
                    }
                }
            }
            8 => {
                // The last line break goes or comes.
                match lines.last_mut() {
                    Some(last) if last.last() == Some(&b'\n') => drop(last.pop()),
                    Some(last) => last.push(b'\n'),
                    None => lines.push(b"one".to_vec()),
                }
            }
            _ => {
                for line in &mut lines {
                    match line.strip_suffix(b"\r\n") {
                        Some(text) => *line = [text, b"\n"].concat(),
                        None if line.last() == Some(&b'\n') => {
                            line.insert(line.len() - 1, b'\r');
                        }
                        None => {}
                    }
                }
            }
        }
        blob.content = lines.concat();
    }

    fn rename_folder(self, files: &mut Files) {
        let from = FOLDERS[usize::from(self.at) % FOLDERS.len()];
        let to = FOLDERS[usize::from(self.how) % FOLDERS.len()];
        if from == to || is_below(to, from) {
            return;
        }
        let paths: Vec<Vec<u8>> =
            files.keys().filter(|path| is_below(path, from)).cloned().collect();
        for (index, path) in paths.iter().enumerate() {
            // With an edit here and there, and sometimes a file left behind.
            if self.kind == 15 && index == 1 && self.file.is_multiple_of(4) {
                continue;
            }
            let mut blob = files.remove(path).expect("it was listed");
            if self.kind == 15 && index == 0 {
                Self { kind: 0, ..self }.edit(&mut blob, index);
            }
            put(files, &[to, &path[from.len()..]].concat(), blob);
        }
    }
}

/// The whole history as `git fast-import` reads it. A commit's mark is its place, from 1.
pub(crate) fn stream(made: &[Made], digits: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for (place, commit) in made.iter().enumerate() {
        let mark = place + 1;
        let time = 1_700_000_000 + mark * 60;
        let head = format!(
            "commit refs/heads/b{mark}\nmark :{mark}\ncommitter T <t@t> {time} +0000\ndata 1\nx\n"
        );
        out.extend(head.into_bytes());
        for (index, parent) in commit.parents.iter().enumerate() {
            let word = if index == 0 { "from" } else { "merge" };
            out.extend(format!("{word} :{}\n", parent + 1).into_bytes());
        }
        out.extend(b"deleteall\n");
        for (path, blob) in &commit.files {
            let path = quoted(path);
            if blob.mode == 0o160_000 {
                let module = String::from_utf8_lossy(&blob.content);
                out.extend(format!("M 160000 {module:0>digits$} {path}\n").into_bytes());
                continue;
            }
            let head = format!("M {:o} inline {path}\ndata {}\n", blob.mode, blob.content.len());
            out.extend(head.into_bytes());
            out.extend(&blob.content);
            out.push(b'\n');
        }
        out.push(b'\n');
    }
    out
}

/// A path as fast-import reads any.
pub(crate) fn quoted(path: &[u8]) -> String {
    let mut quoted = String::from("\"");
    for byte in path {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => quoted.push(char::from(*byte)),
            _ => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}
