//! Whether a change took back something of what had been made of a file. Pure: lines are counted,
//! wherever they stand.

use std::collections::BTreeMap;

/// A file on its way, in entries or in contents; what is not there has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course<T> {
    /// Before the work.
    pub original: T,
    /// As the work left it.
    pub work: T,
    /// Before the change that is asked about.
    pub before: T,
    /// After it.
    pub after: T,
}

/// What a change took back of the work that led from one content to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Nothing: it goes on from the work.
    Nothing,
    /// Some of the work or all of it, and it does nothing else.
    Back,
    /// Some of it, it seems, and more beside.
    Unclear,
}

impl Taken {
    /// What a change took back of the work that led from `original` to `work`. A file that is not
    /// there has no lines; lines without a word tell nothing.
    #[must_use]
    pub fn of(texts: &Course<&[u8]>) -> Self {
        let mut counts: BTreeMap<&[u8], Course<usize>> = BTreeMap::new();
        let none = Course { original: 0, work: 0, before: 0, after: 0 };
        let Course { original, work, before, after } = *texts;
        lines(original).for_each(|line| counts.entry(line).or_insert(none).original += 1);
        lines(work).for_each(|line| counts.entry(line).or_insert(none).work += 1);
        lines(before).for_each(|line| counts.entry(line).or_insert(none).before += 1);
        lines(after).for_each(|line| counts.entry(line).or_insert(none).after += 1);
        let (mut restored, mut dropped, mut new, mut lost) = (0, 0, 0, 0);
        for Course { original, work, before, after } in counts.into_values() {
            let (more, less) = (after.saturating_sub(before), before.saturating_sub(after));
            let back = more.min(original.saturating_sub(work));
            let of_work = less.min(work.saturating_sub(original));
            restored += back;
            dropped += of_work;
            new += more - back;
            lost += less - of_work;
        }
        match (restored + dropped, new + lost) {
            (0, _) => Self::Nothing,
            (_, 0) => Self::Back,
            // Lines of the work that became other lines are an edit of it.
            _ if restored == 0 && dropped <= new => Self::Nothing,
            _ => Self::Unclear,
        }
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let says = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    text.split(|byte| *byte == b'\n').filter(move |line| line.iter().any(says))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(original: &str, work: &str, before: &str, after: &str) -> Taken {
        let [original, work, before, after] =
            [original, work, before, after].map(|words| words.replace(' ', "\n").into_bytes());
        let (original, work, before, after) = (&*original, &*work, &*before, &*after);
        Taken::of(&Course { original, work, before, after })
    }

    fn taken(original: &str, work: &str, after: &str) -> Taken {
        since(original, work, work, after)
    }

    #[test]
    fn what_others_did_since_is_no_part_of_the_work() {
        assert_eq!(since("a b", "x b", "x fix", "x b"), Taken::Nothing, "a fix is taken back");
        assert_eq!(since("a b", "x b", "x b fix", "a b fix"), Taken::Back, "and it stays here");
        assert_eq!(since("a b", "x b", "x b fix", "a b"), Taken::Unclear, "it goes along");
        assert_eq!(since("a", "a x y", "a x", "a"), Taken::Back, "the rest of it");
    }

    #[test]
    fn what_leads_back_to_the_original_is_taken_back() {
        assert_eq!(taken("a b", "a x b y", "a b y"), Taken::Back, "one of two additions");
        assert_eq!(taken("a b c", "x b y", "a b y"), Taken::Back, "one of two edits");
        assert_eq!(taken("a b", "a", "a b"), Taken::Back, "a line that had gone");
        assert_eq!(taken("", "a b", ""), Taken::Back, "a new file");
        assert_eq!(taken("a a", "a a a", "a a"), Taken::Back, "one of many that are alike");
    }

    #[test]
    fn what_goes_on_from_the_work_is_not() {
        assert_eq!(taken("a b", "a x b", "a x b y"), Taken::Nothing);
        assert_eq!(taken("a b", "a x b", "a z b"), Taken::Nothing, "an edit of the work");
        assert_eq!(taken("a b", "a x b", "c x b"), Taken::Nothing, "beside the work");
        assert_eq!(taken("a b", "a x b", "x b"), Taken::Nothing, "nothing of the work goes");
        assert_eq!(taken("a b", "a x b", "x b a"), Taken::Nothing, "another order");
        assert_eq!(taken("a }", "a", "a b }"), Taken::Nothing, "a brace is no word");
        assert_eq!(taken("a", "a", "a"), Taken::Nothing);
    }

    #[test]
    fn what_does_both_is_unclear() {
        assert_eq!(taken("a b c", "x b y", "a b z"), Taken::Unclear);
        assert_eq!(taken("a", "a x y", "a z"), Taken::Unclear, "more goes than comes");
        assert_eq!(taken("a b", "a b x", "a"), Taken::Unclear, "others' work goes along");
    }
}
