//! The commented file that `init` writes: the documentation of the format.

use std::fmt::Write;

use super::shape::Format;
use super::value::{self, has_wildcard};

const TEMPLATE: &str = include_str!("template.toml");

/// What is known of a repository before anybody has described its migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guesses {
    /// The branch where stages land; `main` where unknown.
    pub branch: Option<String>,
    /// The tag from which the migration began; `migration-start` where unknown.
    pub start: Option<String>,
    /// Files that may define flags, relative to the configuration's folder.
    pub flag_files: Vec<String>,
    /// Folders of stages without a final slash, relative to the configuration's folder, in order;
    /// `src` where there are none.
    pub folders: Vec<String>,
}

impl Guesses {
    /// Without those that a configuration cannot hold as they are: names that git would refuse,
    /// folders that would be read as globs.
    fn usable(&self) -> Self {
        let name = |text: &String| value::check(Format::RefName, text, &[]).is_ok();
        let path = |text: &&String| value::check(Format::Path, text, &[]).is_ok();
        let folder = |text: &&String| {
            let named = !last_part(text).trim().is_empty();
            named
                && !has_wildcard(text)
                && value::check(Format::Glob, &format!("{text}/**"), &[]).is_ok()
        };
        Self {
            branch: self.branch.clone().filter(name),
            start: self.start.clone().filter(name),
            flag_files: self.flag_files.iter().filter(path).cloned().collect(),
            folders: self.folders.iter().filter(folder).cloned().collect(),
        }
    }
}

/// A configuration for a repository, in observe mode; it is valid whatever was guessed.
#[must_use]
pub fn template(guesses: &Guesses) -> String {
    let guesses = guesses.usable();
    let start = guesses.start.as_deref().unwrap_or("migration-start");
    let mut folders = guesses.folders.iter().map(String::as_str).enumerate();
    let (_, first) = folders.next().unwrap_or((0, "src"));
    let flag_files = if guesses.flag_files.is_empty() {
        vec![".env.example".to_owned()]
    } else {
        guesses.flag_files
    };
    let values = [
        ("{{id}}", quoted(migration_id(start))),
        ("{{name}}", quoted("What this migration changes")),
        ("{{start}}", quoted(start)),
        ("{{tag}}", start.to_owned()),
        ("{{branch}}", quoted(guesses.branch.as_deref().unwrap_or("main"))),
        ("{{flag_files}}", list(&flag_files)),
        ("{{stage_id}}", quoted("1")),
        ("{{stage_name}}", quoted(last_part(first))),
        ("{{stage_paths}}", list(&[format!("{first}/**")])),
        ("{{more_stages}}", folders.map(|(index, folder)| stage(index, folder)).collect()),
    ];
    fill(TEMPLATE, &values)
}

/// Puts values in the places of their names. In one pass: a value may hold what looks like a name.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        match values.iter().find(|(name, _)| from.starts_with(name)) {
            Some((name, value)) => {
                filled.push_str(value);
                rest = from.strip_prefix(name).unwrap_or_default();
            }
            None => {
                filled.push_str("{{");
                rest = from.strip_prefix("{{").unwrap_or_default();
            }
        }
    }
    filled + rest
}

fn stage(index: usize, folder: &str) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        "\n[[stages]]\nid = \"{}\"\nname = {}\nimpact = \"medium\"\npaths = {}\n\
         after = [\"{index}\"]\nrollback = [\"code\"]\n",
        index + 1,
        quoted(last_part(folder)),
        list(&[format!("{folder}/**")]),
    );
    text
}

/// `entities-start` begins the migration `entities`.
fn migration_id(start: &str) -> &str {
    let id = start.strip_suffix("-start").unwrap_or_default();
    if value::check(Format::Id, id, &[]).is_ok() { id } else { "migration" }
}

fn last_part(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::{prop_assert_eq, proptest};
    use proptest::test_runner::Config;

    use super::super::format::ROOT;
    use super::super::shape::{Kind, Shape};
    use super::super::{Configuration, FileSource, LoadError, Vocabulary, load};
    use super::*;

    struct One(String);

    impl FileSource for One {
        fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
            Ok((path == "backout.toml").then(|| self.0.clone().into_bytes()))
        }
    }

    const CODES: &[&str] = &["flag/unread", "backup/stale", "stage/unowned-path"];

    fn loaded(text: &str) -> Configuration {
        match load(&One(text.to_owned()), "backout.toml", Vocabulary { codes: CODES }) {
            Ok(configuration) => configuration.unwrap(),
            Err(LoadError::Invalid(error)) => panic!("{}\n{text}", error.render(false)),
            Err(error) => panic!("{error:?}"),
        }
    }

    #[test]
    fn it_is_valid_whatever_was_guessed() {
        let text = template(&Guesses::default());
        assert!(!text.contains("{{"), "{text}");
        assert_eq!(loaded(&text).warnings, []);
        assert_eq!(
            loaded(&template(&Guesses {
                branch: Some("re\"lease\\".to_owned()),
                start: Some("{{id}}\nx".to_owned()),
                flag_files: vec!["/a".to_owned(), "a\"b".to_owned()],
                folders: vec![
                    "a[b".to_owned(),
                    "../x".to_owned(),
                    "a\"{{id}}".to_owned(),
                    "ok".to_owned()
                ],
            }))
            .warnings,
            []
        );
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(10_000) })]

        #[test]
        fn it_is_valid_for_any_text(
            branch in option::of("\\PC{0,8}"),
            start in option::of("[ -~]{0,8}(-start)?"),
            flag_files in vec("(\\PC|[/.\"])*", 0..2),
            folders in vec("([ -~]|\\PC|/|\n){0,6}", 0..3),
        ) {
            let text = template(&Guesses { branch, start, flag_files, folders });
            prop_assert_eq!(loaded(&text).warnings, []);
        }
    }

    #[test]
    fn guesses_are_used() {
        let text = template(&Guesses {
            branch: Some("trunk".to_owned()),
            start: Some("shop-start".to_owned()),
            flag_files: vec!["deploy/.env.sample".to_owned()],
            folders: ["steps/01-models", "steps/02-writes", "steps/03-reads"]
                .map(str::to_owned)
                .into(),
        });
        let migration = loaded(&text).migrations.remove(0);
        assert_eq!((migration.id.as_str(), migration.start.tag.as_str()), ("shop", "shop-start"));
        assert_eq!(migration.branch, "trunk");
        let stages: Vec<_> =
            migration.stages.iter().map(|s| (s.id.as_str(), s.paths[0].text.as_str())).collect();
        assert_eq!(
            stages,
            [("1", "steps/01-models/**"), ("2", "steps/02-writes/**"), ("3", "steps/03-reads/**")]
        );
        assert_eq!(migration.stages[2].after[0].stage.as_str(), "2");
        assert!(text.contains("#defined_in = [\"deploy/.env.sample\"]"));
    }

    /// The template with everything taken in that can be.
    fn taken_in() -> String {
        let text = template(&Guesses::default());
        let line = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.is_empty() && !rest.starts_with([' ', '#']) => rest.to_owned(),
            _ => line.to_owned(),
        };
        text.lines()
            .map(line)
            .filter(|line| !line.starts_with("include") && !line.starts_with("start.oid"))
            .map(|line| line.replace("<full commit id>", &"a1".repeat(20)) + "\n")
            .collect()
    }

    #[test]
    fn what_is_commented_out_is_valid_too() {
        assert_eq!(loaded(&taken_in()).warnings, []);
    }

    #[test]
    fn every_key_is_documented() {
        fn each(shape: &Shape, text: &str) {
            for key in shape.keys {
                let name = key.name;
                let forms = [
                    format!("{name} = "),
                    format!("[{name}"),
                    format!("[[{name}"),
                    format!("start.{name}"),
                ];
                assert!(forms.iter().any(|form| text.contains(form)), "{}: {name}", shape.what);
                match &key.kind {
                    Kind::Table(inner) | Kind::Tables(inner) | Kind::Either(_, inner) => {
                        each(inner, text);
                    }
                    Kind::Map(_, Kind::Table(inner)) => each(inner, text),
                    Kind::Tagged(shapes) => shapes.iter().for_each(|(_, inner)| each(inner, text)),
                    _ => {}
                }
            }
        }
        each(&ROOT, TEMPLATE);
    }
}
