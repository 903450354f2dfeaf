//! Which names an archive may hold: none that leads out of the folder it is restored to.

use std::path::Path;

use super::{EntryKind, MAX_NAME};

/// Checks a name by the rules in the module's documentation.
pub fn check_name(name: &[u8]) -> Result<(), &'static str> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Err("a name has 1 to 4096 bytes");
    }
    if name.contains(&0) {
        return Err("a name holds a NUL");
    }
    let climbs = |part: &[u8]| part.split(|byte| *byte == b'\\').any(|piece| piece == b"..");
    for part in components(name) {
        if part.is_empty() || part == b"." || climbs(part) {
            return Err("a name is absolute, or has an empty, `.` or `..` component");
        }
    }
    Ok(())
}

/// Checks that the target of the link `name` stays inside. `..` is allowed in front only: after a
/// name, which may be a link itself, it would lead anywhere.
pub fn check_link(name: &[u8], target: &[u8]) -> Result<(), &'static str> {
    if target.is_empty() || target.len() > MAX_NAME || target.contains(&0) {
        return Err("a link's target has 1 to 4096 bytes and no NUL");
    }
    if target.starts_with(b"/") || target.contains(&b'\\') {
        return Err("a link's target is absolute or holds a backslash");
    }
    let depth = components(name).count().saturating_sub(1);
    let climbs = components(target).take_while(|part| *part == b"..").count();
    let climbs_later = components(target).skip(climbs).any(|part| part == b"..");
    if climbs > depth || climbs_later {
        return Err("a link's target leads out of what is backed up");
    }
    Ok(())
}

/// A name for people: control characters and bytes that are not UTF-8 cannot act on a terminal.
#[must_use]
pub fn shown(name: &[u8]) -> String {
    let unsafe_to_show = |character: char| {
        character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    String::from_utf8_lossy(name)
        .chars()
        .map(|character| if unsafe_to_show(character) { '\u{fffd}' } else { character })
        .collect()
}

/// A path of the file system for people, made safe as by [`shown`].
#[must_use]
pub fn shown_path(path: &Path) -> String {
    shown(path.as_os_str().as_encoded_bytes())
}

fn components(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    name.split(|byte| *byte == b'/')
}

/// Sees every entry in turn, and holds their names against the rules that take several of them.
#[derive(Debug, Default)]
pub(super) struct Order {
    folders: Vec<Vec<u8>>,
    last: Vec<u8>,
}

impl Order {
    /// Takes the next entry, or says which rule it breaks.
    pub(super) fn admit(&mut self, kind: EntryKind, name: &[u8]) -> Result<(), &'static str> {
        check_name(name)?;
        if !self.last.is_empty() && !components(&self.last).lt(components(name)) {
            return Err("names come twice or out of order");
        }
        let parent = name.iter().rposition(|byte| *byte == b'/').map(|slash| &name[..slash]);
        // In this order a folder that does not hold the entry is over: nothing more belongs to it.
        while self.folders.last().is_some_and(|open| Some(open.as_slice()) != parent) {
            self.folders.pop();
        }
        if parent.is_some() && self.folders.is_empty() {
            return Err("an entry's folder is not an entry before it");
        }
        if kind == EntryKind::Folder {
            self.folders.push(name.to_vec());
        }
        self.last = name.to_vec();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in
            ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a/.", "..\\x", "a\0b"]
        {
            assert!(check_name(name.as_bytes()).is_err(), "{name:?}");
        }
        assert!(check_name(&[b'a'; MAX_NAME + 1]).is_err());
        for name in ["a", "a/b", "...", "a b/c\nd", "caf\u{e9}", ".hidden", "a..b"] {
            assert_eq!(check_name(name.as_bytes()), Ok(()), "{name:?}");
        }
        assert_eq!(check_name(b"\xff\xfe"), Ok(()));
    }

    #[test]
    fn links_that_lead_out_are_refused() {
        for (name, target) in [
            ("l", "/etc/passwd"),
            ("l", "../x"),
            ("l", ".."),
            ("a/l", "../../x"),
            ("l", ""),
            ("l", "x/../y"),
            ("a/b/l", "x/../../y"),
            ("l", "..\\x"),
        ] {
            assert!(check_link(name.as_bytes(), target.as_bytes()).is_err(), "{name} {target}");
        }
        for (name, target) in [("l", "x"), ("l", "."), ("a/l", "../x"), ("a/b/l", "../../x/y")] {
            assert_eq!(check_link(name.as_bytes(), target.as_bytes()), Ok(()), "{name} {target}");
        }
    }

    #[test]
    fn order_finds_duplicates_and_missing_folders() {
        let admit = |entries: &[(EntryKind, &str)]| {
            let mut order = Order::default();
            entries.iter().try_for_each(|(kind, name)| order.admit(*kind, name.as_bytes()))
        };
        use EntryKind::{File, Folder, Link};
        let good = [(Folder, "a"), (Folder, "a/b"), (File, "a/b/c"), (File, "a/z"), (File, "a.b")];
        assert_eq!(admit(&good), Ok(()));
        assert!(admit(&[(File, "a"), (File, "a")]).is_err());
        assert!(admit(&[(File, "b"), (File, "a")]).is_err());
        assert!(admit(&[(File, "a/b")]).is_err());
        assert!(admit(&[(Link, "a"), (File, "a/b")]).is_err());
        assert!(admit(&[(Folder, "a"), (File, "a.b"), (File, "a/b")]).is_err());
        assert!(admit(&[(Folder, "a"), (Folder, "b"), (File, "b/c"), (File, "a/c")]).is_err());
    }

    #[test]
    fn a_shown_name_cannot_act_on_a_terminal() {
        assert_eq!(shown(b"a\x1b[2J\n\xffb"), "a\u{fffd}[2J\u{fffd}\u{fffd}b");
        assert_eq!(shown("x\u{202e}y".as_bytes()), "x\u{fffd}y");
    }
}
