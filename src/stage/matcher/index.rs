//! Many globs, and the question whose globs match a path.
//!
//! Each glob waits under the one of its literals that the fewest others share: what its paths begin
//! with, end with, or have in a component. A path is held only against those that wait under its
//! own literals, and only they are ever parsed.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::glob::Glob;
use super::literals::Literals;
use crate::config::Pattern;

/// An index of globs and their owners.
#[derive(Debug)]
pub(super) struct Index<'p> {
    globs: Vec<(Glob<'p>, Vec<usize>)>,
    starts: Literals,
    within: Literals,
    /// Read from the back.
    ends: Literals,
}

impl<'p> Index<'p> {
    /// An index of patterns, each with its owner.
    pub(super) fn new(patterns: impl IntoIterator<Item = (&'p Pattern, usize)>) -> Self {
        let mut globs: Vec<(Glob<'p>, Vec<usize>)> = Vec::new();
        let mut known = HashMap::new();
        for (pattern, owner) in patterns {
            for glob in Glob::of_pattern(&pattern.text) {
                // One text may stand for a folder, and within another glob for what is below it.
                let at = *known.entry(glob.meaning()).or_insert_with(|| globs.len());
                match globs.get_mut(at) {
                    Some((_, owners)) => owners.push(owner),
                    None => globs.push((glob, vec![owner])),
                }
            }
        }
        Self::of(globs)
    }

    fn of(globs: Vec<(Glob<'p>, Vec<usize>)>) -> Self {
        let shared = Shared::count(globs.iter().map(|(glob, _)| glob));
        let (mut starts, mut within, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (glob, _)) in globs.iter().enumerate() {
            match shared.rarest(glob) {
                Place::Start => starts.push((glob.start.as_bytes().to_vec(), at)),
                Place::Within => within.push((glob.within.as_bytes().to_vec(), at)),
                Place::End => ends.push((glob.end.bytes().rev().collect(), at)),
            }
        }
        Self {
            globs,
            starts: Literals::new(starts),
            within: Literals::new(within),
            ends: Literals::new(ends),
        }
    }

    /// Adds the owners of every glob that matches a path.
    pub(super) fn add_owners(
        &self,
        path: &[u8],
        found: &mut BTreeSet<usize>,
    ) -> anyhow::Result<()> {
        self.add(self.starts.begun(path), path, found)?;
        if !self.within.is_empty() {
            for name in components(path) {
                self.add(self.within.begun(name), path, found)?;
            }
        }
        if !self.ends.is_empty() {
            let reversed: Vec<u8> = path.iter().rev().copied().collect();
            self.add(self.ends.begun(&reversed), path, found)?;
        }
        Ok(())
    }

    fn add(
        &self,
        waiting: impl Iterator<Item = usize>,
        path: &[u8],
        found: &mut BTreeSet<usize>,
    ) -> anyhow::Result<()> {
        for (glob, owners) in waiting.filter_map(|at| self.globs.get(at)) {
            if glob.matches(path)? {
                found.extend(owners);
            }
        }
        Ok(())
    }
}

/// The path from each of its components on.
fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    std::iter::once(path).chain(slashes.filter_map(|(at, _)| path.get(at + 1..)))
}

/// Which literal a glob waits under.
#[derive(Debug, Clone, Copy)]
enum Place {
    Start,
    Within,
    End,
}

/// How many globs share each literal.
#[derive(Default)]
struct Shared<'p> {
    starts: HashMap<&'p str, usize>,
    within: HashMap<&'p str, usize>,
    ends: HashMap<&'p str, usize>,
}

impl<'p> Shared<'p> {
    fn count<'g>(globs: impl Iterator<Item = &'g Glob<'p>>) -> Self
    where
        'p: 'g,
    {
        let mut shared = Self::default();
        for glob in globs {
            *shared.starts.entry(glob.start).or_default() += 1;
            *shared.within.entry(glob.within).or_default() += 1;
            *shared.ends.entry(glob.end).or_default() += 1;
        }
        shared
    }

    /// The literal that the fewest share; of equally rare ones the longest. An empty one is held
    /// against every path.
    fn rarest(&self, glob: &Glob<'p>) -> Place {
        let places = [
            (&self.starts, glob.start, Place::Start),
            (&self.within, glob.within, Place::Within),
            (&self.ends, glob.end, Place::End),
        ];
        let cost = |(counts, text, _): &(&HashMap<&str, usize>, &str, Place)| {
            let count = if text.is_empty() { None } else { counts.get(text).copied() };
            (count.unwrap_or(usize::MAX), Reverse(text.len()))
        };
        places.into_iter().min_by_key(cost).map_or(Place::Start, |(_, _, place)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds of literals that these globs wait under: `s`tarts, `w`ithin, `e`nds.
    fn waiting(globs: &[&'static str]) -> String {
        let globs = globs.iter().flat_map(|text| Glob::of_pattern(text));
        let index = Index::of(globs.map(|glob| (glob, vec![0])).collect());
        let kinds = [('s', &index.starts), ('w', &index.within), ('e', &index.ends)];
        kinds.iter().filter(|(_, literals)| !literals.is_empty()).map(|(kind, _)| *kind).collect()
    }

    /// A thousand stages in one folder must not be held against each of its files.
    #[test]
    fn a_glob_waits_under_the_literal_that_the_fewest_share() {
        assert_eq!(waiting(&["src/*.py", "src/*.rs"]), "e");
        assert_eq!(waiting(&["a/*.py", "b/*.py"]), "s");
        assert_eq!(waiting(&["a/*/models*", "b/*/models*"]), "s");
        assert_eq!(waiting(&["a/*/models*", "a/*/views*"]), "w");
        assert_eq!(waiting(&["*/models*.py", "*/views*.py"]), "w");
        assert_eq!(waiting(&["a/*.py"]), "e", "of equally rare ones the longest");
        assert_eq!(waiting(&["a/b*", "*"]), "s", "one without literals is held against all");
    }
}
