//! Tests of loading: what a valid file becomes, what is said of an invalid one.

mod form;
mod hostile;
mod include;
mod keys;
mod meaning;
mod order;
mod sample;
mod schema;

use std::collections::BTreeMap;

use super::{Configuration, FileSource, LoadError, Vocabulary, load, render};

/// Some of the codes that the registry knows.
const CODES: &[&str] = &[
    "backup/missing",
    "backup/stale",
    "flag/unread",
    "stage/unowned-path",
    "stage/out-of-order",
    "tag/missing",
];

/// Files in memory.
#[derive(Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl FileSource for Files {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }
}

impl Files {
    fn with(mut self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.0.insert(path.to_owned(), text.as_ref().to_vec());
        self
    }

    fn load(&self) -> Result<Option<Configuration>, LoadError> {
        load(self, "backout.toml", Vocabulary { codes: CODES })
    }

    /// What is said of the files: errors, or the warnings of a valid configuration.
    fn told(&self) -> String {
        match self.load() {
            Err(LoadError::Invalid(error)) => error.render(false),
            Err(other) => panic!("{other:?}"),
            Ok(None) => panic!("no file"),
            Ok(Some(configuration)) => {
                format!("valid\n{}", render(&configuration.warnings, false))
            }
        }
    }
}

fn root(text: impl AsRef<[u8]>) -> Files {
    Files::default().with("backout.toml", text)
}

/// A valid file with one stage, to which `more` is added below the stage.
fn with_stage(more: &str) -> String {
    format!(
        r#"version = 1
[migration]
id = "m"
name = "M"
start = {{ tag = "m-start" }}
branch = "main"
[[stages]]
id = "1"
name = "One"
impact = "low"
paths = ["src/**"]
rollback = ["code"]
{more}
"#
    )
}

/// The sample that uses every key, and the file that it includes.
const FULL: &str = include_str!("../../../tests/fixtures/full.toml");
const PAYMENTS: &str = include_str!("../../../tests/fixtures/services/payments/backout.toml");

fn full(text: &str) -> Files {
    root(text).with("services/payments/backout.toml", PAYMENTS)
}
