//! Configurations for the tests of this room.

use crate::config::{self, Configuration, FileSource, Vocabulary};

struct One(String);

impl FileSource for One {
    fn read(&self, _path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(Some(self.0.clone().into_bytes()))
    }
}

/// The top of every configuration here.
pub const TOP: &str = "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nbranch = \"main\"\n";

/// The migration `m` with the stages 4 and 9; `top` goes into `[migration]`.
pub fn configuration(top: &str, rest: &str) -> Configuration {
    let stage = |id: &str| {
        format!(
            "[[stages]]\nid = \"{id}\"\nname = \"{id}\"\nimpact = \"high\"\n\
             paths = [\"src/{id}/**\"]\nrollback = [\"code\"]\n"
        )
    };
    let stages = stage("4") + &stage("9");
    parse(&format!("{TOP}start = {{ tag = \"start\" }}\n{top}{stages}{rest}"))
}

/// Parses a configuration; a wrong one fails the test.
pub fn parse(text: &str) -> Configuration {
    let vocabulary = Vocabulary { codes: &["tag/missing", "tag/moved", "backup/stale"] };
    let loaded = config::load(&One(text.to_owned()), "backout.toml", vocabulary);
    loaded.unwrap_or_else(|error| panic!("{error:?}\n{text}")).unwrap()
}
