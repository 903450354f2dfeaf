//! "Did you mean": the nearest known name by edit distance.

use super::render::visible;

/// Names longer than this are no typing errors of anything.
const LONGEST: usize = 64;

/// The known name that was most likely meant, if any is near enough.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    // Two letters apart from two letters is everything: short ids are near to each other anyway.
    let allowed = match word.chars().count() {
        0..=2 => 0,
        length => (length / 3).max(1),
    };
    known
        .into_iter()
        .filter(|name| name.len() <= LONGEST && *name != word)
        .map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Help for an unknown name: the nearest one, else all of them where they are few.
pub(super) fn help<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    const FEW: usize = 24;
    if let Some(name) = nearest(word, known.clone()) {
        return Some(format!("did you mean `{}`?", visible(name)));
    }
    let names: Vec<String> =
        known.into_iter().take(FEW + 1).map(|name| format!("`{}`", visible(name))).collect();
    match names.len() {
        0 => None,
        1..=FEW => Some(format!("known here: {}", names.join(", "))),
        _ => None,
    }
}
