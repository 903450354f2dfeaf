//! Globs of `*`, `?` and `**` alone, matched without being compiled, as globset would.
//!
//! Both levels need to go back to the last star only: whatever an earlier one could take more, the
//! last one can take as well. So no glob costs more than its length times that of the path.

/// Whether a glob matches a path, component by component.
pub(super) fn matches(glob: &[u8], path: &[u8]) -> bool {
    let (mut glob, mut path) = (Some(glob), Some(path));
    // What follows the last `**`, and the part of the path that it has not taken yet.
    let mut last = None;
    loop {
        match (glob.map(split), path.map(split)) {
            (None, None) => return true,
            // `a/**` is not `a` itself.
            (Some((b"**", None)), _) => return path.is_some(),
            (Some((b"**", after)), _) => {
                last = Some((after, path));
                glob = after;
            }
            (Some((component, after)), Some((name, rest)))
                if component_matches(component, name) =>
            {
                (glob, path) = (after, rest);
            }
            _ => {
                let Some((after, Some(untaken))) = last else { return false };
                (glob, path) = (after, split(untaken).1);
                last = Some((glob, path));
            }
        }
    }
}

/// The first component, and what follows it.
fn split(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(b'/', text) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

fn component_matches(mut glob: &[u8], mut name: &[u8]) -> bool {
    let mut last = None;
    loop {
        match (glob.split_first(), name.split_first()) {
            (None, None) => return true,
            (Some((b'*', after)), _) => {
                last = Some((after, name));
                glob = after;
            }
            (Some((one, after)), Some((other, rest))) if one == other || *one == b'?' => {
                (glob, name) = (after, rest);
            }
            _ => {
                let Some((after, [_, rest @ ..])) = last else { return false };
                (glob, name) = (after, rest);
                last = Some((after, rest));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_where_they_belong() {
        for (glob, path, expected) in [
            ("a/*", "a/b", true),
            ("a/*", "a/b/c", false),
            ("a/**", "a", false),
            ("a/**", "a/b/c", true),
            ("**", "a/b", true),
            ("**/a", "a", true),
            ("**/a/**/b", "x/a/b", true),
            ("**/a/**/b", "a/x/a/y/z/b", true),
            ("**/a/**/b", "b/a", false),
            ("a**b", "a/b", false),
            ("***", "a", true),
            ("***", "a/b", false),
            ("*.py", ".py", true),
            ("?", "\u{e9}", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
        ] {
            assert_eq!(matches(glob.as_bytes(), path.as_bytes()), expected, "{glob} {path}");
        }
    }

    #[test]
    fn a_hostile_glob_takes_no_time_that_grows_beyond_its_square() {
        let glob = format!("{}b", "**/*a*a*/".repeat(100));
        let path = format!("{}c", "aaaaaaaa/".repeat(400));
        assert!(!matches(glob.as_bytes(), path.as_bytes()));
    }
}
