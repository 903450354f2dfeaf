//! The scratch repository: where it lies, how it is made, how it goes away.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::files::{BEFORE, EXPORT, File, LANDED, Past};
use super::runner::Runner;
use crate::command::Context;
use crate::exit::Failure;

/// The tag from which the migration begins.
pub(super) const START: &str = "carts-start";

/// The bare remote, from the work tree.
const REMOTE: &str = "../origin.git";

/// What git has to be told so that a user's habits cannot change the story: who commits, no
/// signatures, no templates, no background work, and no doubt about who owns the folder.
const SETTINGS: &str = "[user]
	name = Robin Example
	email = robin@shop.example
[init]
	defaultBranch = main
	templateDir =
[commit]
	gpgSign = false
[tag]
	gpgSign = false
[core]
	autocrlf = false
[gc]
	auto = 0
[maintenance]
	auto = false
[safe]
	directory = *
";

/// The folder that holds everything: the work tree, the remote, the children's home.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Whether the folder itself is the demo's, not only what is in it.
    made: bool,
}

impl Folder {
    /// A new folder among the temporary ones, or the one that was asked for, which has to be empty
    /// or absent.
    pub(super) fn new(wanted: Option<&Path>) -> anyhow::Result<Self> {
        let Some(wanted) = wanted else {
            let folder = tempfile::Builder::new().prefix("backout-demo-").tempdir();
            let folder = folder.context("no temporary folder can be made")?.keep();
            // The system's temporary folder may be a link; git shows the real path.
            return Ok(Self { path: folder.canonicalize().unwrap_or(folder), made: true });
        };
        let shown = wanted.display();
        let made = match fs::read_dir(wanted).map(|mut entries| entries.next().is_some()) {
            Ok(true) => {
                return Err(Failure::usage(format!("the folder {shown} is not empty"))
                    .help("give a folder that is empty or does not exist, or leave `--folder` out")
                    .into());
            }
            Ok(false) => false,
            Err(_) => {
                fs::create_dir(wanted).map_err(|error| {
                    Failure::usage(format!("the folder {shown} cannot be made: {error}"))
                })?;
                true
            }
        };
        let path = wanted.canonicalize().with_context(|| format!("{shown} cannot be read"))?;
        Ok(Self { path, made })
    }

    /// The work tree.
    pub(super) fn work_tree(&self) -> PathBuf {
        self.path.join("orders")
    }

    /// The folder itself.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn home(&self) -> PathBuf {
        self.path.join("home")
    }

    /// Takes away everything that the demo made.
    pub(super) fn remove(&self) -> anyhow::Result<()> {
        let parts = if self.made {
            vec![self.path.clone()]
        } else {
            vec![self.work_tree(), self.path.join("origin.git"), self.home()]
        };
        for part in parts.iter().filter(|part| part.exists()) {
            fs::remove_dir_all(part)
                .with_context(|| format!("the folder {} cannot be removed", part.display()))?;
        }
        Ok(())
    }
}

/// Makes the repository with its history and its remote; the guard is not there yet.
pub(super) fn make(folder: &Folder, context: &Context<'_>) -> anyhow::Result<Runner> {
    let (home, top) = (folder.home(), folder.work_tree());
    for path in [&home, &top] {
        fs::create_dir(path).with_context(|| format!("{} cannot be made", path.display()))?;
    }
    fs::write(home.join(".gitconfig"), SETTINGS).context("git's settings cannot be written")?;
    let runner = Runner::new(&top, &home, context)?;
    runner.git(&["init", "-q"])?;
    runner.git(&["init", "-q", "--bare", REMOTE])?;
    runner.git(&["remote", "add", "origin", REMOTE])?;
    // The repository's own settings outlast the demo: with `--keep` a person commits there.
    for (name, value) in [("user.name", "Robin Example"), ("user.email", "robin@shop.example")] {
        runner.git(&["config", name, value])?;
    }
    commit_all(&runner, &top, BEFORE)?;
    runner.git(&["tag", "-a", "-m", "Where the cart migration begins", START])?;
    commit_all(&runner, &top, LANDED)?;
    for file in EXPORT {
        write(&top, file)?;
    }
    runner.git(&["push", "-q", "origin", "main", START])?;
    Ok(runner)
}

fn commit_all(runner: &Runner, top: &Path, commits: &[Past]) -> anyhow::Result<()> {
    for (paragraphs, files) in commits {
        for file in *files {
            write(top, file)?;
        }
        runner.git(&["add", "--all"])?;
        let message = paragraphs.iter().flat_map(|text| ["-m", text]);
        let words: Vec<&str> = ["commit", "-q"].into_iter().chain(message).collect();
        runner.git(&words)?;
    }
    Ok(())
}

/// Writes a file of the work tree, with its folders.
pub(super) fn write(top: &Path, (path, text): &File) -> anyhow::Result<()> {
    let file = top.join(path);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{path} cannot be written"))?;
    }
    fs::write(file, text).with_context(|| format!("{path} cannot be written"))
}

/// The remote's refs, `<name> <object id>`, a line each.
pub(super) fn remote_refs(runner: &Runner) -> anyhow::Result<String> {
    let format = "--format=%(refname) %(objectname)";
    runner.git(&["--git-dir", REMOTE, "for-each-ref", format])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let base = tempfile::tempdir().unwrap();
        fs::write(base.path().join("precious"), "data").unwrap();
        let error = Folder::new(Some(base.path())).unwrap_err();
        assert!(error.to_string().ends_with("is not empty"), "{error}");
        let file = Folder::new(Some(&base.path().join("precious"))).unwrap_err();
        assert!(file.to_string().contains("cannot be made"), "{file}");
        assert_eq!(fs::read_to_string(base.path().join("precious")).unwrap(), "data");
    }

    #[test]
    fn what_was_there_stays_and_what_was_made_goes() {
        let base = tempfile::tempdir().unwrap();
        let given = base.path().join("given");
        fs::create_dir(&given).unwrap();
        for (path, stays) in [(given, true), (base.path().join("made"), false)] {
            let folder = Folder::new(Some(&path)).unwrap();
            fs::create_dir(folder.work_tree()).unwrap();
            folder.remove().unwrap();
            assert_eq!(path.exists(), stays, "{}", path.display());
            assert!(!folder.work_tree().exists());
        }
    }
}
