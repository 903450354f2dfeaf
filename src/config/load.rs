//! Reads the root file and all it includes, checks them together, and builds the model.

use std::collections::HashSet;

use super::diagnostic::{ConfigError, Diagnostic, LoadError, Severity};
use super::model::{Configuration, Place};
use super::render::quoted;
use super::sink::{Problem, Problems};
use super::source::SourceText;
use super::table::{Document, Text};
use super::{FileSource, Vocabulary, build, check, format, rules, value};

/// Reads `root` and all it includes. `Ok(None)` where `root` does not exist.
pub fn load(
    files: &dyn FileSource,
    root: &str,
    vocabulary: Vocabulary<'_>,
) -> Result<Option<Configuration>, LoadError> {
    let Some(bytes) = read(files, root)? else { return Ok(None) };
    let mut problems = Problems::default();
    let source = match SourceText::decode(root, bytes) {
        Ok(source) => source,
        Err(problem) => return Err(invalid(vec![*problem])),
    };
    let Some(document) = Document::parse(0, &source, &mut problems) else {
        return Err(invalid(problems.sorted()));
    };
    let (included, readable) = included(files, &document, &mut problems)?;
    let number = |(index, source)| (index + 1, source);
    let parsed: Vec<Option<Document<'_>>> = included
        .iter()
        .enumerate()
        .map(number)
        .map(|(number, source)| Document::parse(number, source, &mut problems))
        .collect();
    let complete = readable && parsed.iter().all(Option::is_some);
    let documents: Vec<Document<'_>> =
        std::iter::once(document).chain(parsed.into_iter().flatten()).collect();
    validate(&documents, complete, vocabulary, &mut problems);
    if problems.any_error() {
        return Err(invalid(problems.sorted()));
    }
    assemble(&documents, problems).map(Some)
}

fn read(files: &dyn FileSource, path: &str) -> Result<Option<Vec<u8>>, LoadError> {
    files.read(path).map_err(|error| {
        LoadError::Unreadable(error.context(format!("{} cannot be read", quoted(path))))
    })
}

fn invalid(diagnostics: Vec<Diagnostic>) -> LoadError {
    ConfigError { diagnostics }.into()
}

/// The texts of the included files, and whether all of them are there.
fn included(
    files: &dyn FileSource,
    root: &Document<'_>,
    problems: &mut Problems,
) -> Result<(Vec<SourceText>, bool), LoadError> {
    let folder = build::folder(&root.source.path);
    let mut seen = HashSet::from([root.source.path.clone()]);
    let mut sources = Vec::new();
    let entries = root.table().texts("include");
    let mut complete = entries.len() <= rules::MOST_INCLUDES;
    for entry in entries.iter().take(rules::MOST_INCLUDES) {
        if value::check(super::shape::Format::Path, entry.text, &[]).is_err() {
            // The check of the shape tells it; such a path is never read.
            complete = false;
            continue;
        }
        let path = if folder.is_empty() {
            entry.text.to_owned()
        } else {
            format!("{folder}/{}", entry.text)
        };
        if !seen.insert(path.clone()) {
            let problem = Problem::new(format!("{} is included already", quoted(entry.text)));
            root.sink(problems).error(&entry.span, problem);
            continue;
        }
        match text(files, &path, root, entry, sources.len() + 1, problems)? {
            Some(source) => sources.push(source),
            None => complete = false,
        }
    }
    Ok((sources, complete))
}

fn text(
    files: &dyn FileSource,
    path: &str,
    root: &Document<'_>,
    entry: &Text<'_>,
    number: usize,
    problems: &mut Problems,
) -> Result<Option<SourceText>, LoadError> {
    let Some(bytes) = read(files, path)? else {
        let problem = Problem::new(format!("the included file {} is missing", quoted(path)));
        let help =
            "paths are relative to this file's folder, and the file has to be tracked by git";
        root.sink(problems).error(&entry.span, problem.help(help));
        return Ok(None);
    };
    match SourceText::decode(path, bytes) {
        Ok(source) => Ok(Some(source)),
        Err(problem) => {
            problems.push(number, *problem);
            Ok(None)
        }
    }
}

fn validate(
    documents: &[Document<'_>],
    complete: bool,
    vocabulary: Vocabulary<'_>,
    problems: &mut Problems,
) {
    let mut known_version = true;
    for document in documents {
        let mut sink = document.sink(problems);
        known_version &= check::check(&format::ROOT, &document.root, vocabulary.codes, &mut sink);
    }
    // What a file of another version means is not known, so nothing more can be said of it.
    if known_version {
        rules::check(documents, complete, problems);
    }
}

fn assemble(documents: &[Document<'_>], problems: Problems) -> Result<Configuration, LoadError> {
    let mut migrations = Vec::new();
    for document in documents {
        match build::migration(document) {
            Some(migration) => migrations.extend(migration),
            None => return Err(invalid(vec![not_understood(document)])),
        }
    }
    Ok(Configuration {
        migrations,
        files: documents.iter().map(|document| document.source.path.clone()).collect(),
        warnings: problems.sorted(),
    })
}

/// The checks passed what cannot be built: a defect of this program, which must not let a file
/// pass with a part of it left out.
fn not_understood(document: &Document<'_>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        message: "this file cannot be understood, though no error was found in it".to_owned(),
        help: Some("this is a defect of backout: please report it with the file".to_owned()),
        place: Place { file: document.source.path.clone(), line: 1, column: 1 },
        excerpt: None,
    }
}
