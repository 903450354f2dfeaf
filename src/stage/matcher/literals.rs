//! Many literals, and the question which of them a text begins with.

/// Sorted literals, each with what waits under it. One binary search finds all that a text begins
/// with: they are the last one that sorts before the text, or among those it begins with itself.
#[derive(Debug, Default)]
pub(super) struct Literals {
    texts: Vec<Literal>,
}

#[derive(Debug)]
struct Literal {
    text: Vec<u8>,
    /// The longest other literal that this one begins with.
    shorter: Option<usize>,
    waiting: Vec<usize>,
}

impl Literals {
    /// From literals in any order, each with one thing that waits under it.
    pub(super) fn new(mut all: Vec<(Vec<u8>, usize)>) -> Self {
        all.sort_unstable();
        let mut texts: Vec<Literal> = Vec::new();
        for (text, waiting) in all {
            match texts.last_mut() {
                Some(last) if last.text == text => last.waiting.push(waiting),
                _ => {
                    let begun = begun_with(&texts, texts.len().checked_sub(1), &text);
                    texts.push(Literal { text, shorter: begun, waiting: vec![waiting] });
                }
            }
        }
        Self { texts }
    }

    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// What waits under each literal that a text begins with.
    pub(super) fn begun(&self, text: &[u8]) -> impl Iterator<Item = usize> {
        let after = self.texts.partition_point(|literal| literal.text.as_slice() <= text);
        let longest = begun_with(&self.texts, after.checked_sub(1), text);
        let of = |at: usize| self.texts.get(at);
        std::iter::successors(longest.and_then(of), move |literal| literal.shorter.and_then(of))
            .flat_map(|literal| literal.waiting.iter().copied())
    }
}

/// The longest literal that a text begins with: the one at `last`, or one that it begins with.
fn begun_with(texts: &[Literal], last: Option<usize>, text: &[u8]) -> Option<usize> {
    let mut at = last;
    while let Some(literal) = at.and_then(|at| texts.get(at)) {
        if text.starts_with(&literal.text) {
            return at;
        }
        at = literal.shorter;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(2_000)
        })]

        #[test]
        fn all_that_a_text_begins_with_are_found(
            texts in prop::collection::vec("[ab/]{0,4}", 0..12),
            text in "[ab/]{0,6}",
        ) {
            let all = texts.iter().map(|text| text.clone().into_bytes()).zip(0..).collect();
            let mut found: Vec<usize> = Literals::new(all).begun(text.as_bytes()).collect();
            found.sort_unstable();
            let begins = |(_, one): &(usize, &String)| text.starts_with(one.as_str());
            let expected: Vec<usize> =
                texts.iter().enumerate().filter(begins).map(|(at, _)| at).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
