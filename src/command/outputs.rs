//! `--output FORMAT=FILE`: further reports into files. All of them are made before the first one is
//! put in its place, and each is put there in one step.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;
use clap::ValueEnum as _;

use super::named_file::{is_stream, prepare, put, resolved};
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
        let format = <Format as clap::ValueEnum>::from_str(format, false).map_err(|_| {
            let all: Vec<String> = Format::value_variants().iter().map(Format::to_string).collect();
            format!("there is no format `{format}`: expected one of {}", all.join(", "))
        })?;
        match file {
            "" => Err("expected a file after `=`".to_owned()),
            "-" => Err("standard output takes the report of `--format`; name a file".to_owned()),
            file => Ok(Self { format, file: PathBuf::from(file) }),
        }
    }
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
        pending.push((output, prepare(&target, text.as_bytes()).with_context(|| problem(output))?));
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
        let target = folder.join(&output.file);
        // One that cannot be resolved cannot be written either, which says why.
        let path = resolved(&target).unwrap_or(target);
        if seen.contains(&path) && !is_stream(&path) {
            let message = format!("two reports go into {}", output.file.display());
            return Err(Failure::usage(message).help("give each `--output` a file of its own"));
        }
        seen.push(path);
    }
    Ok(())
}
