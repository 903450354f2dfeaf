//! The states that a repository can be in: each is a clone of the same remote, made with few calls.

use std::fs;
use std::path::{Path, PathBuf};

use super::source::Source;
use crate::support::{copy_folder, write_program};

/// A state, with its name in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Full,
    Packed,
    CutInside,
    CutAtBase,
    CutSinceStart,
    CutBeforeStart,
    Tagless,
    Blobless,
    BloblessGone,
    Treeless,
    TreelessGone,
    PartialOld,
    Worktree,
    WorktreeOfBare,
    Apart,
    SplitIndex,
    SparseIndex,
    Alternates,
    AlternatesGone,
    Replaced,
    Grafted,
    Bare,
    GitDir,
    Foreign,
    ForeignTrusted,
    ForeignBelow,
    Unheard,
}

use Setting::{
    Alternates, AlternatesGone, Apart, Bare, Blobless, BloblessGone, CutAtBase, CutBeforeStart,
    CutInside, CutSinceStart, Foreign, ForeignBelow, ForeignTrusted, Full, GitDir, Grafted, Packed,
    PartialOld, Replaced, SparseIndex, SplitIndex, Tagless, Treeless, TreelessGone, Unheard,
    Worktree, WorktreeOfBare,
};

/// Every state, and what the table calls it.
pub(super) const SETTINGS: [(Setting, &str); 27] = [
    (Full, "full clone"),
    (Packed, "full, packed, with commit-graph and multi-pack-index"),
    (CutInside, "shallow, cut off inside the range"),
    (CutAtBase, "shallow, cut off at the range's base"),
    (CutSinceStart, "shallow, cut off since the start tag"),
    (CutBeforeStart, "shallow, cut off before the start tag"),
    (Tagless, "without tags"),
    (Blobless, "partial, without blobs"),
    (BloblessGone, "partial, without blobs, remote gone"),
    (Treeless, "partial, without trees"),
    (TreelessGone, "partial, without trees, remote gone"),
    (PartialOld, "partial, by `extensions.partialClone`"),
    (Worktree, "linked worktree"),
    (WorktreeOfBare, "linked worktree of a bare one"),
    (Apart, "git directory elsewhere (`--separate-git-dir`)"),
    (SplitIndex, "split index"),
    (SparseIndex, "sparse checkout and index"),
    (Alternates, "objects borrowed from another repository"),
    (AlternatesGone, "objects borrowed from one that is gone"),
    (Replaced, "commits replaced (`refs/replace`)"),
    (Grafted, "commits grafted (`info/grafts`)"),
    (Bare, "bare"),
    (GitDir, "elsewhere, found by `GIT_DIR`"),
    (Foreign, "another user's"),
    (ForeignTrusted, "another user's, a `safe.directory`"),
    (ForeignBelow, "another user's, below a `safe.directory`"),
    (Unheard, "with an extension nobody knows"),
];

/// A repository in one of the states.
pub(super) struct Scene<'a> {
    pub(super) source: &'a Source,
    pub(super) setting: Setting,
    /// Where commands run.
    pub(super) folder: PathBuf,
    /// The git directory that worktrees share.
    pub(super) git_dir: PathBuf,
    /// What goes before a branch's name: `origin/`, nothing in a bare clone.
    pub(super) prefix: &'static str,
    /// Added to the environment.
    pub(super) environment: Vec<(&'static str, PathBuf)>,
}

impl Setting {
    /// Whether it belongs to another user.
    pub(super) const fn is_foreign(self) -> bool {
        matches!(self, Foreign | ForeignTrusted | ForeignBelow)
    }

    /// Whether the commands that are named where nothing could be judged can help: not where what
    /// is missing is nowhere.
    pub(super) const fn can_be_cured(self) -> bool {
        !matches!(self, BloblessGone | TreelessGone | AlternatesGone | Unheard)
    }

    /// What has to be said of it where it keeps the guard from judging. Where nothing is to keep it,
    /// nothing that could be said is right.
    pub(super) const fn cause(self) -> &'static str {
        match self {
            CutInside | CutAtBase | CutSinceStart | CutBeforeStart => "shallow",
            Tagless => "is not in this clone",
            Blobless | BloblessGone | Treeless | TreelessGone | PartialOld => "which is partial",
            AlternatesGone => "borrows objects from",
            Foreign | ForeignTrusted | ForeignBelow => "belongs to another user",
            Unheard => "unheardof",
            _ => "no cause is known",
        }
    }

    fn clone_options(self) -> &'static [&'static str] {
        match self {
            CutInside => &["--no-single-branch", "--depth=1"],
            CutAtBase => &["--no-single-branch", "--depth=3"],
            CutSinceStart => &["--no-single-branch", "--depth=4"],
            CutBeforeStart => &["--no-single-branch", "--depth=7"],
            Tagless => &["--no-tags"],
            Blobless | BloblessGone | PartialOld => &["--filter=blob:none"],
            Treeless | TreelessGone => &["--filter=tree:0"],
            SparseIndex => &["--sparse"],
            Alternates | AlternatesGone => &["--shared"],
            Bare | WorktreeOfBare => &["--bare"],
            _ => &[],
        }
    }
}

impl<'a> Scene<'a> {
    /// Makes the repository, in a folder of its own.
    pub(super) fn new(source: &'a Source, setting: Setting) -> Self {
        let root = source.repo.root().join(format!("{setting:?}"));
        fs::create_dir(&root).unwrap();
        let hub = root.join("hub.git");
        copy_folder(&source.hub, &hub);
        let work = root.join("work");
        let store = root.join("store.git");
        let (from, url) = match setting {
            Alternates | AlternatesGone => {
                copy_folder(&source.hub, &store);
                (store.display().to_string(), hub.display().to_string())
            }
            _ => (format!("file://{}", hub.display()), String::new()),
        };
        let mut arguments = vec!["clone", "--quiet"];
        arguments.extend(setting.clone_options());
        arguments.extend(source.reftable.then_some("--ref-format=reftable"));
        let apart = root.join("apart.git");
        let separate = format!("--separate-git-dir={}", apart.display());
        arguments.extend((setting == Apart).then_some(separate.as_str()));
        let target = work.display().to_string();
        arguments.extend(["--", &from, &target]);
        source.repo.git_in(&root, &arguments).ok();
        let (git_dir, prefix) = match setting {
            Bare | WorktreeOfBare => (work.clone(), ""),
            Apart => (apart, "origin/"),
            _ => (work.join(".git"), "origin/"),
        };
        let mut scene =
            Self { source, setting, folder: work, git_dir, prefix, environment: Vec::new() };
        if !url.is_empty() {
            scene.git(&["remote", "set-url", "origin", &url]);
        }
        scene.install_hook();
        scene.furnish(&root);
        scene
    }

    fn install_hook(&self) {
        let hook = self.git_dir.join("hooks/pre-push");
        write_program(&hook, &self.source.hook);
    }

    /// Does what no option of `git clone` does.
    fn furnish(&mut self, root: &Path) {
        match self.setting {
            Packed => {
                self.git(&["pack-refs", "--all"]);
                self.git(&["repack", "-adq", "--write-bitmap-index"]);
                self.git(&["multi-pack-index", "write"]);
                self.git(&["commit-graph", "write", "--reachable", "--changed-paths"]);
            }
            BloblessGone | TreelessGone => {
                let mirror = root.join("mirror.git");
                fs::rename(root.join("hub.git"), &mirror).unwrap();
                let mirror = mirror.display().to_string();
                self.git(&["config", "remote.origin.pushurl", &mirror]);
            }
            PartialOld => {
                self.git(&["config", "--unset", "remote.origin.promisor"]);
                self.git(&["config", "extensions.partialClone", "origin"]);
            }
            Worktree | WorktreeOfBare => {
                let linked = root.join("linked");
                let path = linked.display().to_string();
                self.git(&["worktree", "add", "--quiet", "--detach", &path]);
                self.folder = linked;
            }
            SplitIndex => self.git(&["update-index", "--split-index"]),
            SparseIndex => {
                self.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "docs"]);
            }
            AlternatesGone => fs::remove_dir_all(root.join("store.git")).unwrap(),
            Replaced => self.git(&["replace", "origin/unready~1", "origin/decoy~1"]),
            Grafted => {
                let ids = ["origin/unready", "origin/main"].map(|name| {
                    self.source.repo.git_in(&self.folder, &["rev-parse", name]).ok().line()
                });
                fs::create_dir_all(self.git_dir.join("info")).unwrap();
                fs::write(self.git_dir.join("info/grafts"), ids.join(" ") + "\n").unwrap();
            }
            GitDir => {
                self.environment.push(("GIT_DIR", self.git_dir.clone()));
                self.environment.push(("GIT_WORK_TREE", self.folder.clone()));
                self.folder = root.to_owned();
            }
            Foreign | ForeignTrusted | ForeignBelow => self.give_away(root),
            Unheard => {
                self.git(&["config", "core.repositoryFormatVersion", "1"]);
                self.git(&["config", "extensions.unheardOf", "true"]);
            }
            _ => {}
        }
    }

    /// Makes it another user's. The settings of the one who runs git say whether that is all right.
    fn give_away(&mut self, root: &Path) {
        let home = root.join("home");
        fs::create_dir(&home).unwrap();
        let settings = fs::read(self.source.repo.root().join("home/gitconfig")).unwrap();
        fs::write(home.join("gitconfig"), settings).unwrap();
        self.environment.push(("GIT_CONFIG_GLOBAL", home.join("gitconfig")));
        // libgit2 knows the whole path only; git since 2.46 all below a folder as well.
        let trusted = match self.setting {
            ForeignTrusted => Some(self.folder.clone()),
            ForeignBelow => Some(root.join("*")),
            _ => None,
        };
        if let Some(trusted) = trusted {
            let path = trusted.display().to_string();
            let command = ["config", "--global", "--add", "safe.directory", &path];
            let mut git = self.source.repo.command("git", root);
            git.args(command).envs(self.environment.iter().cloned());
            assert!(git.status().unwrap().success());
        }
        let mut chown = self.source.repo.command("chown", root);
        assert!(chown.args(["-R", "12345", "work"]).status().unwrap().success());
    }

    #[track_caller]
    fn git(&self, arguments: &[&str]) {
        self.source.repo.git_in(&self.folder, arguments).ok();
    }
}
