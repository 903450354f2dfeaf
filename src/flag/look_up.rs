//! Finding one flag among the definitions of a file.

use super::definition::{Definition, Definitions};

/// What a file says about a flag's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// It is defined once.
    Found(&'a Definition),
    /// It is defined several times; loaders differ on which one wins.
    Duplicate(Vec<&'a Definition>),
    /// It is not defined, but something that looks like it is.
    Misspelt {
        /// The name in the file.
        near: String,
        /// Its line, from 1.
        line: u32,
    },
    /// Nothing like it is defined.
    Missing,
}

/// Names longer than this are compared for equality only.
const LONGEST_COMPARED: usize = 200;

/// Looks a flag up.
///
/// `name` is a full dotted path (`features.use_delta`) or a bare key (`use_delta`). A definition
/// whose full path is `name` goes before those that only end in it; a key at the top level is its
/// own full path. Among several of the same rank none is preferred: that is a duplicate, and a
/// longer path tells them apart.
#[must_use]
pub fn look_up<'a>(definitions: &'a Definitions, name: &str) -> Lookup<'a> {
    let all = &definitions.all;
    let mut places: Vec<_> = all.iter().filter(|found| has_path(all, found, name)).collect();
    if places.is_empty() {
        places = all.iter().filter(|found| found.name == name).collect();
    }
    match places.as_slice() {
        [] => nearest(all, name),
        [only] => Lookup::Found(only),
        _ => Lookup::Duplicate(places),
    }
}

/// Whether a definition's full path is `name`. Keys may hold dots themselves.
fn has_path(all: &[Definition], definition: &Definition, name: &str) -> bool {
    if definition.state.is_some() {
        return name.strip_prefix("flags.") == Some(definition.name.as_str());
    }
    let mut current = definition;
    let mut rest = name;
    loop {
        let Some(before) = rest.strip_suffix(current.name.as_str()) else { return false };
        match current.parent.and_then(|parent| all.get(parent)) {
            None => return before.is_empty(),
            Some(parent) => {
                let Some(before) = before.strip_suffix('.') else { return false };
                rest = before;
                current = parent;
            }
        }
    }
}

fn nearest<'a>(all: &[Definition], name: &str) -> Lookup<'a> {
    let bare = name.rsplit('.').next().unwrap_or(name);
    let near = all
        .iter()
        .filter_map(|found| Some((distance(&found.name, bare)?, found)))
        .min_by_key(|(distance, found)| (*distance, found.offset));
    match near {
        Some((_, found)) => Lookup::Misspelt { near: found.name.clone(), line: found.line },
        None => Lookup::Missing,
    }
}

/// How far two names are apart, if they look like the same name; 0 where only case and
/// separators differ.
fn distance(candidate: &str, name: &str) -> Option<usize> {
    if candidate.len() > LONGEST_COMPARED || name.len() > LONGEST_COMPARED {
        return None;
    }
    let length = candidate.chars().count().max(name.chars().count());
    let allowed = if length < 4 { 0 } else { (length / 6).clamp(1, 3) };
    let (candidate, name) = (folded(candidate), folded(name));
    // `STAGE_1` and `STAGE_2` are two flags, however near.
    if candidate.is_empty() || digits(&candidate) != digits(&name) {
        return None;
    }
    let distance = strsim::osa_distance(&candidate, &name);
    (distance <= allowed).then_some(distance)
}

fn folded(name: &str) -> String {
    let kept = name.chars().filter(|character| !matches!(character, '_' | '-' | '.' | ' '));
    kept.flat_map(char::to_lowercase).collect()
}

fn digits(name: &str) -> Vec<char> {
    name.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flag::definitions;

    fn in_env(content: &str, name: &str) -> Option<(String, u32)> {
        match look_up(&definitions(".env", content.as_bytes()).unwrap(), name) {
            Lookup::Misspelt { near, line } => Some((near, line)),
            Lookup::Missing => None,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn misspellings_are_told() {
        let near = |written: &str| Some((written.to_owned(), 2));
        for (name, written) in [
            ("USE_DELTA_ENTITIES", "USE_DELTA_ENTITY"),
            ("USE_DELTA_ENTITY", "USE_DELTA_ENTITIES"),
            ("USE_DELTA_ENTITIES", "USE_DELAT_ENTITIES"),
            ("USE_DELTA", "use-delta"),
            ("USE_DELTA", "useDelta"),
            ("USE_DELTA", "USE_DELTAS"),
            ("AB", "ab"),
            ("features.USE_DELTA", "USE_DELTA"),
        ] {
            assert_eq!(in_env(&format!("OTHER=1\n{written}=1"), name), near(written), "{written}");
        }
    }

    #[test]
    fn other_flags_are_no_misspellings() {
        for (name, written) in [
            ("STAGE_1", "STAGE_2"),
            ("USE_V1", "USE_V10"),
            ("USE_A", "USE_B_AND_C"),
            ("ENABLE_X", "DISABLE_X"),
            ("AB", "AC"),
            ("USE_DELTA", "USE_DELTA_X1"),
        ] {
            assert_eq!(in_env(&format!("OTHER=1\n{written}=1"), name), None, "{written}");
        }
        assert_eq!(in_env("# USE_X=false", "USE_X"), None);
        assert_eq!(in_env("", "USE_X"), None);
    }

    #[test]
    fn the_nearest_and_first_one_is_named() {
        let content = "USE_DELTAS=1\nUSE_DELAT=1\nuse_delta=1\nUseDelta=1";
        assert_eq!(in_env(content, "USE_DELTA"), Some(("use_delta".to_owned(), 3)));
    }

    #[test]
    fn the_full_path_goes_before_the_bare_name() {
        let content = b"USE_X: 1\nprod:\n  USE_X: 2\n  USE_Y: 3\ndev:\n  USE_Y: 4\n\"a.b\": 5\n";
        let all = definitions("f.yml", content).unwrap();
        let value = |name: &str| match look_up(&all, name) {
            Lookup::Found(found) => found.value.clone().unwrap(),
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(value("USE_X"), "1");
        assert_eq!(value("prod.USE_X"), "2");
        assert_eq!(value("dev.USE_Y"), "4");
        assert_eq!(value("a.b"), "5");
        let Lookup::Duplicate(places) = look_up(&all, "USE_Y") else { panic!() };
        assert_eq!(places.iter().map(|place| place.line).collect::<Vec<_>>(), [4, 6]);
    }

    #[test]
    fn duplicates_in_dotenv_are_told() {
        let all = definitions(".env", b"A=1\nB=1\nA=1\n").unwrap();
        let Lookup::Duplicate(places) = look_up(&all, "A") else { panic!() };
        assert_eq!(places.iter().map(|place| place.line).collect::<Vec<_>>(), [1, 3]);
    }
}
