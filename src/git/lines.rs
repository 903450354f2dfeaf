//! The lines of a text, each as often as it is there. In which order they stand does not count, nor
//! how they end. A long one counts in pieces, as for git: one change in it, or in a file that has no
//! lines, does not make all of it another.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How long a piece of a line is at most, in bytes; git's length (`diffcore-delta.c`).
const PIECE: usize = 64;

/// How often each line is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines<'t>(HashMap<&'t [u8], usize>);

impl<'t> Lines<'t> {
    /// Those of a text.
    #[must_use]
    pub fn of(text: &'t [u8]) -> Self {
        let mut counted = HashMap::new();
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let (pieces, rest) = line.as_chunks::<PIECE>();
            pieces.iter().for_each(|piece| *counted.entry(piece.as_slice()).or_default() += 1);
            if !rest.is_empty() || pieces.is_empty() {
                *counted.entry(rest).or_default() += 1;
            }
        }
        Self(counted)
    }

    /// Those that are not in the others, or more often than there.
    #[must_use]
    pub fn without(mut self, others: &Lines<'_>) -> Self {
        for (line, count) in &mut self.0 {
            *count = count.saturating_sub(others.count(line));
        }
        self
    }

    /// Whether at least half of them is among the others. Of nothing there is no half.
    #[must_use]
    pub fn are_half_in(&self, others: &Lines<'_>) -> bool {
        self.are_in(others, self.bytes())
    }

    /// Whether so much of them is among the others that it is half of this many bytes.
    #[must_use]
    pub fn are_in(&self, others: &Lines<'_>, all: usize) -> bool {
        is_half(self.common(others), all)
    }

    fn common(&self, others: &Lines<'_>) -> usize {
        let common = |(line, count): (&&[u8], &usize)| size(line) * others.count(line).min(*count);
        self.0.iter().map(common).sum()
    }

    /// How long they are together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|(line, count)| size(line) * count).sum()
    }

    fn count(&self, line: &[u8]) -> usize {
        self.0.get(line).copied().unwrap_or_default()
    }
}

/// Whether so much in common is half of it: as much as git asks of a file to call it another one's
/// rename.
#[must_use]
pub const fn is_half(common: usize, all: usize) -> bool {
    common > 0 && common * 2 >= all
}

/// The lines of many texts, in which those of another one are looked up.
#[derive(Debug, Clone, Default)]
pub struct LineIndex {
    /// In which texts a line is, and how often; by its hash.
    texts: HashMap<u64, Vec<(usize, usize)>>,
    bytes: Vec<usize>,
}

impl LineIndex {
    /// Adds one text more.
    pub fn add(&mut self, text: &[u8]) {
        let place = self.bytes.len();
        let lines = Lines::of(text);
        for (line, count) in &lines.0 {
            self.texts.entry(hash(line)).or_default().push((place, *count));
        }
        self.bytes.push(lines.bytes());
    }

    /// How long each text is.
    #[must_use]
    pub fn bytes(&self) -> &[usize] {
        &self.bytes
    }

    /// How much of these lines, in bytes, each text has, beyond what was there before.
    #[must_use]
    pub fn common(&self, lines: &Lines<'_>, before: &Lines<'_>) -> Vec<usize> {
        let mut common = vec![0; self.bytes.len()];
        for (line, count) in &lines.0 {
            let known = before.count(line);
            for (place, times) in self.texts.get(&hash(line)).into_iter().flatten() {
                if let Some(common) = common.get_mut(*place) {
                    *common += size(line) * times.saturating_sub(known).min(*count);
                }
            }
        }
        common
    }
}

/// A line with its end.
const fn size(line: &[u8]) -> usize {
    line.len() + 1
}

fn hash(line: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by the index.
    fn half(text: &str, others: &str) -> bool {
        let [text, others] = [text.replace(' ', "\n"), others.replace(' ', "\n")];
        let lines = Lines::of(text.as_bytes());
        let is = lines.are_half_in(&Lines::of(others.as_bytes()));
        let mut index = LineIndex::default();
        index.add(b"another\none\n");
        index.add(others.as_bytes());
        let common = index.common(&lines, &Lines::default());
        assert_eq!(
            common.iter().map(|one| is_half(*one, lines.bytes())).collect::<Vec<_>>(),
            [false, is]
        );
        assert_eq!(index.bytes(), [12, Lines::of(others.as_bytes()).bytes()]);
        is
    }

    #[test]
    fn half_of_a_text_is_told_by_its_lines() {
        assert!(half("a b c d ", "x a b y z "), "with more beside it");
        assert!(half("a b c d ", "c d "), "one of two halves");
        assert!(!half("a b c d ", "d "));
        assert!(!half("a a a a ", "a "), "one line for each");
        assert!(half("long_enough a b c ", "long_enough "), "by its bytes");
        assert!(half("a\r b\r ", "a b "), "however they end");
        let [long, changed] =
            ["0", "1"].map(|at_100| format!("{}{at_100}{}", "0".repeat(100), "0".repeat(99)));
        assert!(half(&long, &changed), "in pieces of 64 bytes, 1 of 4 is another");
        assert!(!half(&long, &"1".repeat(200)));
        assert!(half("a  b ", "a  c "), "an empty line is one too");
        assert!(!half("", ""), "nothing has no half");
    }

    #[test]
    fn what_was_there_before_is_left_out() {
        let lines = |text: &'static str| Lines::of(text.as_bytes());
        let (new, old) = (lines("a\na\nb\nc\n"), lines("a\nb\nb\n"));
        let added = new.without(&old);
        let mut index = LineIndex::default();
        for text in ["a\n", "a\na\n", "c\nb\nb\nb\n", ""] {
            index.add(text.as_bytes());
        }
        assert_eq!(index.common(&added, &old), [0, 2, 2, 0]);
        assert!(added.are_half_in(&lines("a\n")), "one of two is new");
        assert!(!added.are_half_in(&lines("b\n")));
        assert!(!lines("a\n").without(&lines("a\n")).are_half_in(&lines("a\n")), "nothing is new");
    }
}
