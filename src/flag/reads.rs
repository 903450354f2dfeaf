//! Whether a source file reads a flag.

/// The lines (from 1) in which `content` names the flag as a whole word.
///
/// Letters, digits and `_` make a longer word, so `USE_DELTA` is not read in `USE_DELTA_X`; where
/// the name itself holds a `-`, that does too. Of a dotted name only the part behind the last dot
/// has to stand there. The scan knows no language: a comment that names the flag counts, a name
/// that is put together at run time does not. Any bytes will do; UTF-16 is not recognised.
#[must_use]
pub fn reads(content: &[u8], name: &str) -> Vec<u32> {
    let word = name.rsplit('.').find(|part| !part.is_empty()).unwrap_or_default();
    let Some((first, _)) = word.as_bytes().split_first() else { return Vec::new() };
    let dashes = word.contains('-');
    let mut lines = Vec::new();
    let mut line = Lines { content, at: 0, line: 1 };
    let mut from = 0;
    while let Some(at) = find(content, *first, from) {
        from = at + 1;
        if is_word(content, at, word, dashes) {
            lines.push(line.at(at));
        }
    }
    lines.dedup();
    lines
}

fn find(content: &[u8], byte: u8, from: usize) -> Option<usize> {
    content.get(from..)?.iter().position(|found| *found == byte).map(|offset| from + offset)
}

fn is_word(content: &[u8], at: usize, word: &str, dashes: bool) -> bool {
    let (before, rest) = content.split_at(at);
    let Some(after) = rest.strip_prefix(word.as_bytes()) else { return false };
    // Four bytes hold any character; a cut one becomes U+FFFD, which is no letter.
    let before = before.get(before.len().saturating_sub(4)..).unwrap_or_default();
    let after = after.get(..after.len().min(4)).unwrap_or_default();
    let joins = |character: char| {
        character.is_alphanumeric() || character == '_' || (dashes && character == '-')
    };
    !String::from_utf8_lossy(before).chars().next_back().is_some_and(joins)
        && !String::from_utf8_lossy(after).chars().next().is_some_and(joins)
}

/// Counts lines forward, so that a whole scan passes the content once.
struct Lines<'a> {
    content: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn at(&mut self, offset: usize) -> u32 {
        let between = self.content.get(self.at..offset).unwrap_or_default();
        let ends = between.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.at = offset;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::reads;

    #[test]
    fn whole_words_only() {
        let source = b"x = env['USE_DELTA']\nUSE_DELTA_X = 1\nMY_USE_DELTA = 1\nUSE_DELTA2\n\
                       # USE_DELTA and USE_DELTA\nif $USE_DELTA; then\nsettings.USE_DELTA";
        assert_eq!(reads(source, "USE_DELTA"), [1, 5, 6, 7]);
        assert_eq!(reads(b"USE_DELTA", "USE_DELTA"), [1]);
        assert_eq!(reads(b"use_delta", "USE_DELTA"), [0_u32; 0]);
    }

    #[test]
    fn letters_beyond_ascii_make_longer_words() {
        assert_eq!(reads("USE_Xé\néUSE_X\n„USE_X“\n".as_bytes(), "USE_X"), [3]);
    }

    #[test]
    fn binary_content_is_no_obstacle() {
        assert_eq!(reads(b"\0\xff\xfeUSE_X\xff\n\0\nUSE_X\0", "USE_X"), [1, 3]);
    }

    #[test]
    fn dashes_and_dots_in_names() {
        assert_eq!(reads(b"use-delta-x\nuse-delta\nno-use-delta", "use-delta"), [2]);
        assert_eq!(reads(b"a-USE_X\n", "USE_X"), [1]);
        assert_eq!(reads(b"f['features']['use_delta']\n", "features.use_delta"), [1]);
        assert_eq!(reads(b"anything", ""), [0_u32; 0]);
        assert_eq!(reads(b"a..b", "."), [0_u32; 0]);
    }

    #[test]
    fn overlapping_beginnings_are_found() {
        assert_eq!(reads(b"aab aaab aab", "aab"), [1]);
        assert_eq!(reads(b"a_a_b\n a_b", "a_b"), [2]);
    }
}
