//! Refs of one push of which the same holds: `git push --all` may bring thousands of branches that
//! stand on one commit.

use std::collections::HashMap;

use super::guard::{Input, Kind};
use crate::git::ObjectId;
use crate::policy::origins::USUAL;

/// What was judged, by the ends of the update.
#[derive(Default)]
pub(super) struct Judgements {
    topics: HashMap<(Option<ObjectId>, Option<ObjectId>), Topic>,
}

/// A judged topic branch.
struct Topic {
    /// Its place among the inputs.
    at: usize,
    /// The branches on which stages land, by the rules that counted for it. The ends alone say which
    /// rules those are.
    landing: Vec<String>,
}

impl Judgements {
    /// Keeps that an input was judged.
    pub(super) fn keep(&mut self, at: usize, input: &Input, landing: Vec<String>) {
        if is_topic(input, &landing) {
            let ends = (input.update.from, input.update.to);
            self.topics.insert(ends, Topic { at, landing });
        }
    }

    /// The place of a judged topic branch with the same ends, where the input is one as well.
    pub(super) fn like(&self, input: &Input) -> Option<usize> {
        let topic = self.topics.get(&(input.update.from, input.update.to))?;
        is_topic(input, &topic.landing).then_some(topic.at)
    }
}

/// Whether an input is the push of a branch on which nothing lands: its name decides nothing then.
fn is_topic(input: &Input, landing: &[String]) -> bool {
    let Input { update, kind, phase, target_branch, draft, landing_text, beside: _ } = input;
    let says_nothing =
        phase.is_none() && target_branch.is_none() && !draft && landing_text.is_none();
    let lands = |name: &str| USUAL.contains(&name) || landing.iter().any(|known| known == name);
    *kind == Kind::Push
        && says_nothing
        && update.remote.as_branch().is_some_and(|name| !lands(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Phase;
    use crate::git::{RefName, RefUpdate};

    fn id(byte: char) -> ObjectId {
        byte.to_string().repeat(40).parse().unwrap()
    }

    fn input(name: &str, from: Option<char>, to: char) -> Input {
        let (from, to) = (from.map(id), Some(id(to)));
        Input::push(RefUpdate { local: None, remote: RefName::new(name), from, to })
    }

    #[test]
    fn only_a_topic_branch_with_the_same_ends_is_like_another() {
        let mut judged = Judgements::default();
        let landing = || vec!["trunk".to_owned()];
        judged.keep(0, &input("refs/heads/trunk", None, 'a'), landing());
        assert_eq!(judged.like(&input("refs/heads/b", None, 'a')), None, "it landed");
        judged.keep(1, &input("refs/heads/a", None, 'a'), landing());
        assert_eq!(judged.like(&input("refs/heads/b", None, 'a')), Some(1));
        for (name, from, to) in [
            ("refs/heads/trunk", None, 'a'),
            ("refs/heads/main", None, 'a'),
            ("refs/heads/master", None, 'a'),
            ("refs/tags/b", None, 'a'),
            ("refs/notes/b", None, 'a'),
            ("refs/heads/b", Some('b'), 'a'),
            ("refs/heads/b", None, 'b'),
        ] {
            assert_eq!(judged.like(&input(name, from, to)), None, "{name} {from:?} {to}");
        }
        let b = || input("refs/heads/b", None, 'a');
        assert_eq!(judged.like(&Input { kind: Kind::Event, ..b() }), None);
        assert_eq!(judged.like(&Input { phase: Some(Phase::Land), ..b() }), None);
        let target_branch = Some("trunk".to_owned());
        assert_eq!(judged.like(&Input { target_branch, ..b() }), None);
    }
}
