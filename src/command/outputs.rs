//! `--output FORMAT=FILE`: further reports into files. All of them are made before the first one is
//! put in its place, and each is put there in one step.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;
use tempfile::NamedTempFile;

use crate::draft;
use crate::exit::Failure;
use crate::readiness::assessment::Assessment;
use crate::report::{Format, Look, render};

/// A further report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    format: Format,
    file: PathBuf,
}

impl Output {
    /// Whether an earlier report is there already.
    pub fn is_there(&self, folder: &Path) -> bool {
        folder.join(&self.file).exists()
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) =
            text.split_once('=').ok_or("expected FORMAT=FILE: json=report.json")?;
        let format = <Format as clap::ValueEnum>::from_str(format, false)?;
        match file {
            "" => Err("expected a file after `=`".to_owned()),
            "-" => Err("standard output takes the report of `--format`; name a file".to_owned()),
            file => Ok(Self { format, file: PathBuf::from(file) }),
        }
    }
}

/// A report on its way into its place.
enum Pending {
    /// Made beside the file that it will replace.
    File(NamedTempFile, PathBuf),
    /// A pipe or a device is written to, and never replaced.
    Stream(PathBuf, String),
}

/// Writes every further report.
pub fn write(outputs: &[Output], assessment: &Assessment, folder: &Path) -> anyhow::Result<()> {
    refuse_same(outputs, folder)?;
    let look = Look { color: false, brief: false, verbose: false };
    let problem =
        |output: &Output| format!("the report {} cannot be written", output.file.display());
    let mut pending = Vec::new();
    for output in outputs {
        let text = render(assessment, output.format, look);
        let target = folder.join(&output.file);
        pending.push((output, prepare(&target, text).with_context(|| problem(output))?));
    }
    for (output, one) in pending {
        put(one).with_context(|| problem(output))?;
    }
    Ok(())
}

/// The later of two reports in one file would be all that is left.
fn refuse_same(outputs: &[Output], folder: &Path) -> Result<(), Failure> {
    let mut seen: Vec<PathBuf> = Vec::new();
    for output in outputs {
        let path = resolved(&folder.join(&output.file));
        if seen.contains(&path) && !is_stream(&path) {
            let message = format!("two reports go into {}", output.file.display());
            return Err(Failure::usage(message).help("give each `--output` a file of its own"));
        }
        seen.push(path);
    }
    Ok(())
}

/// The file that a path leads to, whether it is there already or not.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => {
            folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).join(name)
        }
        _ => path.to_owned(),
    })
}

fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn prepare(target: &Path, text: String) -> io::Result<Pending> {
    // A link stays, and so does the mode of the file that it leads to.
    let target = resolved(target);
    if is_stream(&target) {
        return Ok(Pending::Stream(target, text));
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = draft::begin(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(old) = fs::metadata(&target) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(Pending::File(file, target))
}

fn put(pending: Pending) -> io::Result<()> {
    match pending {
        Pending::File(file, target) => file.persist(target).map(drop).map_err(|error| error.error),
        Pending::Stream(target, text) => {
            let mut stream = File::options().write(true).open(target)?;
            match stream.write_all(text.as_bytes()) {
                // A reader that has gone away does not change the verdict.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result,
            }
        }
    }
}
