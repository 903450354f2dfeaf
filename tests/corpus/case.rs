//! One labelled case: what its header says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a case has to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// It passes.
    Ready,
    /// It is stopped for its one cause.
    Unready,
    /// It could not be judged.
    Indeterminate,
    /// The rules or the call are wrong.
    Invalid,
}

impl Verdict {
    /// Every verdict, in the order of the tables.
    pub(super) const ALL: [Self; 4] =
        [Self::Ready, Self::Unready, Self::Indeterminate, Self::Invalid];

    /// The word for it in headers and tables.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Unready => "unready",
            Self::Indeterminate => "indeterminate",
            Self::Invalid => "invalid",
        }
    }

    /// backout's exit code for it.
    pub(super) const fn exit(self) -> i32 {
        match self {
            Self::Ready => 0,
            Self::Unready => 1,
            Self::Invalid => 2,
            Self::Indeterminate => 3,
        }
    }

    /// The word for it in reports; a call that is wrong has none.
    pub(super) const fn reported(self) -> Option<&'static str> {
        match self {
            Self::Ready => Some("ready"),
            Self::Unready => Some("not-ready"),
            Self::Indeterminate => Some("indeterminate"),
            Self::Invalid => None,
        }
    }
}

/// `backup/missing 3`: a code, and the stage where it is about one.
pub(super) type Label = String;

/// The ways in which work lands, or is about to.
pub(super) const LANDINGS: [&str; 18] = [
    "fast-forward",
    "merge-commit",
    "evil-merge",
    "squash",
    "squash-without-trailers",
    "rebase",
    "cherry-pick",
    "revert",
    "new-branch",
    "force-push",
    "tag-push",
    "delete",
    "multi-ref",
    "pull-request",
    "push-event",
    "merge-group",
    "range",
    "deployment",
];

/// One case.
#[derive(Debug)]
pub(super) struct Case {
    /// The script.
    pub(super) path: PathBuf,
    /// `backup/stale-at-deploy`.
    pub(super) name: String,
    /// What it has to come to.
    pub(super) verdict: Verdict,
    /// How near to production it is.
    pub(super) phase: String,
    /// The requirement that it is about.
    pub(super) requirement: String,
    /// The one cause: a finding, `refused` where there is no report, `None` where it is ready.
    pub(super) cause: Option<Label>,
    /// Every warning, where the header lists them; a ready case has none beside these.
    pub(super) warns: Option<Vec<Label>>,
    /// What would stop it, were it not for `mode = "observe"`.
    pub(super) observed: Vec<Label>,
    /// What is set aside by a waiver or an override.
    pub(super) aside: Vec<Label>,
    /// A near miss looks like the other verdict.
    pub(super) looks: Option<String>,
    /// How it lands.
    pub(super) landing: String,
}

/// Every case, in the order of their names.
pub(super) fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut cases = Vec::new();
    for folder in fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()) {
        if folder.is_dir() {
            cases.extend(fs::read_dir(&folder).unwrap().map(|file| read(&file.unwrap().path())));
        }
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

fn read(path: &Path) -> Case {
    let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    let name = format!("{folder}/{}", path.file_stem().unwrap().to_str().unwrap());
    let mut header = header(&fs::read_to_string(path).unwrap(), &name);
    let mut optional = |key: &str| header.remove(key);
    let (warns, looks, cause) = (optional("warns"), optional("looks"), optional("cause"));
    let (observed, aside) = (optional("observed"), optional("aside"));
    let mut required = |key: &str| {
        header.remove(key).unwrap_or_else(|| panic!("{name}: the header has no `{key}`"))
    };
    let word = required("verdict");
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.word() == word);
    let verdict = verdict.unwrap_or_else(|| panic!("{name}: `{word}` is no verdict"));
    assert_eq!(required("exit"), verdict.exit().to_string(), "{name}: exit");
    assert!(!required("title").is_empty() && !required("why").is_empty(), "{name}");
    let case = Case {
        path: path.to_owned(),
        verdict,
        phase: required("phase"),
        requirement: required("requirement"),
        cause,
        warns: warns.map(|list| labels(&list)),
        observed: observed.map(|list| labels(&list)).unwrap_or_default(),
        aside: aside.map(|list| labels(&list)).unwrap_or_default(),
        looks,
        landing: required("landing"),
        name: name.clone(),
    };
    assert!(header.is_empty(), "{name}: no header has {header:?}");
    case.check(folder);
    case
}

impl Case {
    fn check(&self, folder: &str) {
        let name = &self.name;
        assert_eq!(self.requirement, folder, "{name}: its folder is its requirement");
        assert!(LANDINGS.contains(&self.landing.as_str()), "{name}: landing {}", self.landing);
        assert!(["share", "land", "deploy"].contains(&self.phase.as_str()), "{name}: phase");
        assert_eq!(self.cause.is_none(), self.verdict == Verdict::Ready, "{name}: cause");
        if let Some(looks) = &self.looks {
            let opposite = if self.verdict == Verdict::Ready { "unready" } else { "ready" };
            assert_eq!(looks, opposite, "{name}: a near miss looks like the other verdict");
        }
    }
}

/// `# key: value` up to the first line that is no comment; indented lines go on with the value.
fn header(text: &str, name: &str) -> BTreeMap<String, String> {
    let mut header: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
        if let Some(more) = line.strip_prefix("  ") {
            let value = header.get_mut(&last).unwrap_or_else(|| panic!("{name}: {line}"));
            value.push(' ');
            value.push_str(more.trim());
            continue;
        }
        let (key, value) = line.split_once(": ").unwrap_or_else(|| panic!("{name}: {line}"));
        key.clone_into(&mut last);
        let before = header.insert(key.to_owned(), value.trim().to_owned());
        assert!(before.is_none(), "{name}: `{key}` twice");
    }
    header
}

/// A list of labels; `none` is the empty one.
fn labels(list: &str) -> Vec<Label> {
    let mut labels: Vec<Label> = list.split(", ").map(str::to_owned).collect();
    labels.retain(|label| label != "none");
    labels.sort();
    labels
}
