//! Configurations for tests, from texts in memory.

use std::collections::BTreeMap;

use super::{Configuration, FileSource, Vocabulary, load};

struct Files(BTreeMap<String, String>);

impl FileSource for Files {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).map(|text| text.clone().into_bytes()))
    }
}

/// Parses `backout.toml` and what it includes; a wrong configuration fails the test.
pub fn configuration(files: &[(&str, &str)], codes: &[&str]) -> Configuration {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let loaded = load(&Files(files.collect()), "backout.toml", Vocabulary { codes });
    loaded.unwrap_or_else(|error| panic!("{error:?}")).unwrap()
}
