//! Reading `backout.toml`.

use backout::config::{Configuration, FileSource, Vocabulary, load};
use divan::Bencher;
use divan::counter::BytesCount;

use crate::stages;

/// One file in memory.
pub(crate) struct Text(pub(crate) String);

impl FileSource for Text {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok((path == "backout.toml").then(|| self.0.clone().into_bytes()))
    }
}

/// A configuration that is valid.
pub(crate) fn parsed(text: &Text) -> Configuration {
    match load(text, "backout.toml", Vocabulary { codes: &[] }) {
        Ok(Some(configuration)) => configuration,
        other => unreachable!("the configuration is valid: {other:?}"),
    }
}

#[divan::bench(args = [3, 15, 100, 1_000])]
fn stages_with_ten_globs(bencher: Bencher<'_, '_>, stages: usize) {
    let text = Text(stages::configuration(stages));
    bencher.counter(BytesCount::new(text.0.len())).bench(|| parsed(&text));
}
