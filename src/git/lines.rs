//! The lines of a text, each as often as it is there. In which order they stand does not count.

use std::collections::HashMap;

/// How often each line is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines<'t>(HashMap<&'t [u8], usize>);

impl<'t> Lines<'t> {
    /// Those of a text.
    #[must_use]
    pub fn of(text: &'t [u8]) -> Self {
        let mut counted = HashMap::new();
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            *counted.entry(line).or_default() += 1;
        }
        Self(counted)
    }

    /// Those that are not in the others, or more often than there.
    #[must_use]
    pub fn without(mut self, others: &Self) -> Self {
        for (line, count) in &mut self.0 {
            *count = count.saturating_sub(others.count(line));
        }
        self
    }

    /// Whether at least half of them, in bytes, is among the others: as much as git asks of a file
    /// to call it another one's rename. Of nothing there is no half.
    #[must_use]
    pub fn are_half_in(&self, others: &Self) -> bool {
        let (mut all, mut common) = (0, 0);
        for (line, count) in &self.0 {
            all += line.len() * count;
            common += line.len() * others.count(line).min(*count);
        }
        common > 0 && common * 2 >= all
    }

    fn count(&self, line: &[u8]) -> usize {
        self.0.get(line).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(text: &str, others: &str) -> bool {
        let [text, others] = [text.replace(' ', "\n"), others.replace(' ', "\n")];
        Lines::of(text.as_bytes()).are_half_in(&Lines::of(others.as_bytes()))
    }

    #[test]
    fn half_of_a_text_is_told_by_its_lines() {
        assert!(half("a b c d ", "x a b y z "), "with more beside it");
        assert!(half("a b c d ", "c d "), "one of two halves");
        assert!(!half("a b c d ", "d "));
        assert!(!half("a a a a ", "a "), "one line for each");
        assert!(half("long_enough a b c ", "long_enough "), "by its bytes");
        assert!(!half("", ""), "nothing has no half");
    }

    #[test]
    fn what_was_there_before_is_left_out() {
        let lines = |text: &'static str| Lines::of(text.as_bytes());
        let added = lines("a\na\nb\nc\n").without(&lines("a\nb\nb\n"));
        assert!(added.are_half_in(&lines("a\n")), "one of two is new");
        assert!(!added.are_half_in(&lines("b\n")));
        assert!(!lines("a\n").without(&lines("a\n")).are_half_in(&lines("a\n")), "nothing is new");
    }
}
