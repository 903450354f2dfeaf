//! The files that a step of GitHub Actions may write: a summary for people (`GITHUB_STEP_SUMMARY`)
//! and outputs for later steps (`GITHUB_OUTPUT`). They are appended to, never cut. Where one cannot
//! be written, that is said, and the verdict stays what it is: a later step finds no output there,
//! and no output is not "ready".

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::Context;
use super::surroundings::way_out;
use crate::readiness::assessment::Assessment;
use crate::report::{Outputs, failure_summary, outputs, summary, terminal};

/// A longer summary is dropped as a whole.
const SUMMARY: u64 = 1024 * 1024;

/// The longest list that is handed on. Outputs become variables of the environment, of which Linux
/// refuses one of 128 KiB.
const LIST: usize = 60_000;

/// Whether the environment names a file for the summary.
pub fn wants_summary(context: &Context<'_>) -> bool {
    named("GITHUB_STEP_SUMMARY", context).is_some()
}

/// Writes both files, where the environment names them. The picture stands below the summary, where
/// there is room for both.
pub fn write(
    judged: Result<&Assessment, &anyhow::Error>,
    picture: &str,
    context: &mut Context<'_>,
) {
    if let Some(file) = named("GITHUB_STEP_SUMMARY", context) {
        let written = append_summary(&file, judged, picture);
        told("GITHUB_STEP_SUMMARY", &file, written, context);
    }
    if let Some(file) = named("GITHUB_OUTPUT", context) {
        let written = append_outputs(&file, judged);
        told("GITHUB_OUTPUT", &file, written, context);
    }
}

/// The same for what is done already: where they cannot be set, that is told.
pub fn hand_on(values: &[(&str, &str)], context: &mut Context<'_>) {
    if let Err(error) = set(values, context) {
        context.note(&format!("{error:#}"));
    }
}

fn named(variable: &str, context: &Context<'_>) -> Option<PathBuf> {
    let value = (context.environment)(variable).filter(|value| !value.is_empty())?;
    Some(context.folder.join(value))
}

fn told(variable: &str, file: &Path, written: io::Result<()>, context: &mut Context<'_>) {
    if let Err(error) = written {
        let file = terminal(&file.display().to_string());
        // Quiet or not: who reads the file has to know. A closed stderr changes no verdict.
        let _ = writeln!(
            context.stderr,
            "warning: {variable} names {file}, which cannot be written: {error}; the verdict stands"
        );
    }
}

fn append_summary(
    file: &Path,
    judged: Result<&Assessment, &anyhow::Error>,
    picture: &str,
) -> io::Result<()> {
    let mut file = append(file)?;
    // Other commands of the same step may have written before.
    let room = SUMMARY.saturating_sub(file.metadata()?.len() + 2);
    let text = match judged {
        Ok(assessment) => with_picture(assessment, picture, usize::try_from(room).unwrap_or(0)),
        Err(error) => failure_summary(&format!("{error:#}"), way_out(error).as_deref()),
    };
    if text.is_empty() || u64::try_from(text.len()).unwrap_or(u64::MAX) > room {
        return Err(io::Error::other("the step's summary is full"));
    }
    // What stands before may lack the end of its line, or of its paragraph.
    file.write_all(format!("\n{text}\n").as_bytes())
}

/// Findings come first: the picture is left out where it would take their room.
fn with_picture(assessment: &Assessment, picture: &str, room: usize) -> String {
    let picture = if picture.len() > room / 4 { "" } else { picture };
    let text = summary(assessment, room.saturating_sub(picture.len() + 1));
    if text.is_empty() || picture.is_empty() { text } else { format!("{text}\n{picture}") }
}

fn append_outputs(file: &Path, judged: Result<&Assessment, &anyhow::Error>) -> io::Result<()> {
    let outputs = match judged {
        Ok(assessment) => outputs(assessment, LIST),
        Err(_) => Outputs {
            verdict: "indeterminate",
            findings: "[]".to_owned(),
            stages: "[]".to_owned(),
            truncated: false,
        },
    };
    let truncated = outputs.truncated.to_string();
    let values = [
        ("verdict", outputs.verdict),
        ("findings", &outputs.findings),
        ("stages", &outputs.stages),
        ("truncated", &truncated),
    ];
    append_values(file, &values)
}

/// Sets outputs of the step, where there is a file for them.
pub fn set(values: &[(&str, &str)], context: &Context<'_>) -> anyhow::Result<()> {
    let Some(file) = named("GITHUB_OUTPUT", context) else { return Ok(()) };
    append_values(&file, values)
        .with_context(|| format!("GITHUB_OUTPUT names {}, which cannot be written", file.display()))
}

fn append_values(file: &Path, values: &[(&str, &str)]) -> io::Result<()> {
    let delimiter = delimiter(values)?;
    let mut text = String::new();
    for (name, value) in values {
        text.push_str(&format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"));
    }
    if !ends_its_line(file)? {
        text.insert(0, '\n');
    }
    append(file)?.write_all(text.as_bytes())
}

/// Whether what others wrote before ends with the end of a line.
fn ends_its_line(file: &Path) -> io::Result<bool> {
    match fs::metadata(file) {
        // A pipe or a device keeps nothing that could be read, or has no end.
        Ok(found) if !found.is_file() || found.len() == 0 => return Ok(true),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    }
    let mut file = File::open(file)?;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// A line that no value holds and nobody can foresee: with a fixed one, a value could end itself
/// and begin an output of its own (CVE-2022-35954).
fn delimiter(values: &[(&str, &str)]) -> io::Result<String> {
    loop {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let delimiter = format!("backout_{:032x}", u128::from_ne_bytes(random));
        if !values.iter().any(|(_, value)| value.contains(&delimiter)) {
            return Ok(delimiter);
        }
    }
}

fn append(file: &Path) -> io::Result<File> {
    File::options().append(true).create(true).open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_never_the_same() {
        let first = delimiter(&[]).unwrap();
        assert_eq!(first.len(), 40);
        assert_ne!(first, delimiter(&[]).unwrap());
        assert!(!first.contains(char::is_whitespace));
    }
}
