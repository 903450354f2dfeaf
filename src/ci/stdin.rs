//! The ref lines that git writes to the pre-push hook:
//! `<local-ref> SP <local-oid> SP <remote-ref> SP <remote-oid> LF`.
//!
//! Every line becomes an update or an error; none is ever left out. Tools that judged the first
//! usable line alone let the others pass (pre-commit#2577).

use crate::git::{ObjectId, RefName, RefUpdate};

/// The most that is read, in bytes. A mirror push of 3,000 refs writes a third of a megabyte.
pub const INPUT_CAP: usize = 64 << 20;

/// The longest line, in bytes. The local ref may be any expression, but nobody types this much.
pub const LINE_CAP: usize = 64 << 10;

/// A line that is no ref line, or an input that is too large.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the hook's input {message}")]
pub struct RefLineError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it. Holds nothing of the line itself.
    pub message: String,
}

/// Reads the hook's whole stdin. Nothing on it is no error: an up-to-date push and a rejected one
/// run the hook so. Duplicates are kept. The last line may lack its line feed, and a carriage
/// return before a line feed is dropped, for shims on Windows.
///
/// # Errors
/// The first line that is no ref line (blank lines included), or input beyond [`INPUT_CAP`].
pub fn parse_ref_lines(bytes: &[u8]) -> Result<Vec<RefUpdate>, RefLineError> {
    if bytes.len() > INPUT_CAP {
        let line = 1 + bytes.iter().take(INPUT_CAP).filter(|byte| **byte == b'\n').count();
        let message = format!("goes beyond {} MiB in total", INPUT_CAP >> 20);
        return Err(RefLineError { line, message });
    }
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n');
    lines
        .enumerate()
        .map(|(index, line)| {
            parse_line(line).map_err(|message| RefLineError { line: index + 1, message })
        })
        .collect()
}

fn parse_line(line: &[u8]) -> Result<RefUpdate, String> {
    if line.len() > LINE_CAP {
        return Err(format!("is longer than {} KiB", LINE_CAP >> 10));
    }
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    // From the right: the local ref is what the user typed, and may hold spaces.
    let mut parts = line.rsplitn(4, |byte| *byte == b' ');
    let (Some(remote_oid), Some(remote), Some(local_oid), Some(local)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("should be `<local ref> <local id> <remote ref> <remote id>`".to_owned());
    };
    if local.is_empty() {
        return Err("lacks the local ref".to_owned());
    }
    if remote.is_empty() || remote.iter().any(u8::is_ascii_control) {
        return Err("has no valid remote ref".to_owned());
    }
    let (from, to) = parse_oids(remote_oid, local_oid)?;
    Ok(RefUpdate {
        local: Some(String::from_utf8_lossy(local).into_owned()),
        remote: RefName::from_bytes(remote),
        from,
        to,
    })
}

type OldAndNew = (Option<ObjectId>, Option<ObjectId>);

/// Zeros are told by content, not by length: a SHA-256 repository writes 64 of them.
fn parse_oids(remote: &[u8], local: &[u8]) -> Result<OldAndNew, String> {
    let parse = |raw: &[u8], side: &str| -> Result<ObjectId, String> {
        let text = std::str::from_utf8(raw).ok();
        text.and_then(|text| text.parse().ok())
            .ok_or_else(|| format!("has a {side} id that is not 40 or 64 hexadecimal digits"))
    };
    let (from, to) = (parse(remote, "remote")?, parse(local, "local")?);
    if from.as_bytes().len() != to.as_bytes().len() {
        return Err("has ids of two different lengths".to_owned());
    }
    if from.is_zero() && to.is_zero() {
        return Err("neither updates nor deletes: both ids are zeros".to_owned());
    }
    let some = |oid: ObjectId| Some(oid).filter(|oid| !oid.is_zero());
    Ok((some(from), some(to)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const B: &str = "2222222222222222222222222222222222222222";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn one(line: &str) -> RefUpdate {
        let updates = parse_ref_lines(line.as_bytes()).unwrap();
        assert_eq!(updates.len(), 1);
        updates.into_iter().next().unwrap()
    }

    fn error(bytes: &[u8]) -> String {
        parse_ref_lines(bytes).unwrap_err().to_string()
    }

    #[test]
    fn an_update_names_both_sides() {
        let update = one(&format!("refs/heads/topic {A} refs/heads/main {B}\n"));
        assert_eq!(update.local.as_deref(), Some("refs/heads/topic"));
        assert_eq!(update.remote.as_str(), "refs/heads/main");
        assert_eq!(update.from, Some(B.parse().unwrap()));
        assert_eq!(update.to, Some(A.parse().unwrap()));
    }

    #[test]
    fn zeros_mean_new_or_deleted_at_either_length() {
        assert_eq!(one(&format!("refs/heads/x {A} refs/heads/x {ZERO}\n")).from, None);
        let deletion = one(&format!("(delete) {ZERO} refs/heads/x {A}\n"));
        assert_eq!((deletion.to, deletion.local.as_deref()), (None, Some("(delete)")));
        let (oid, zeros) = ("a".repeat(64), "0".repeat(64));
        assert_eq!(one(&format!("x {oid} refs/heads/x {zeros}\n")).from, None);
        assert_eq!(one(&format!("(delete) {zeros} refs/heads/x {oid}\n")).to, None);
    }

    #[test]
    fn the_local_ref_may_be_any_expression() {
        for local in ["HEAD~1", "HEAD^{/fix bug}", "a  b", " lead", "HEAD"] {
            let update = one(&format!("{local} {A} refs/heads/x {ZERO}\n"));
            assert_eq!(update.local.as_deref(), Some(local));
            assert_eq!(update.remote.as_str(), "refs/heads/x");
        }
    }

    #[test]
    fn every_line_counts_and_duplicates_stay() {
        let line = format!("refs/heads/a {A} refs/heads/a {B}\n");
        let tag = format!("refs/tags/v1 {A} refs/tags/v1 {ZERO}");
        let updates = parse_ref_lines(format!("{line}{line}{tag}").as_bytes()).unwrap();
        assert_eq!(updates.len(), 3);
        assert_eq!(updates[0], updates[1]);
        assert_eq!(updates[2].remote.as_tag(), Some("v1"));
    }

    #[test]
    fn empty_input_is_a_quiet_push() {
        assert_eq!(parse_ref_lines(b"").unwrap(), []);
    }

    #[test]
    fn carriage_returns_and_foreign_bytes_are_read() {
        let update = one(&format!("refs/heads/a {A} refs/heads/a {B}\r\n"));
        assert_eq!(update.from, Some(B.parse().unwrap()));
        let mut line = b"\xff\xfe ".to_vec();
        line.extend(A.as_bytes());
        line.extend(b" refs/heads/\xff ");
        line.extend(ZERO.as_bytes());
        let updates = parse_ref_lines(&line).unwrap();
        assert_eq!(updates[0].remote.as_str(), "refs/heads/\\xff");
        assert_eq!(updates[0].local.as_deref(), Some("\u{fffd}\u{fffd}"));
    }

    #[test]
    fn a_malformed_line_is_named_by_its_number() {
        let good = format!("refs/heads/a {A} refs/heads/a {B}\n");
        let bad = [
            "\n".to_owned(),
            "nonsense\n".to_owned(),
            format!("{A} refs/heads/a {B}\n"),
            format!(" {A} refs/heads/a {B}\n"),
            format!("x {A} refs/heads/a\t {B}\n"),
            format!("x {A}  {B}\n"),
            format!("x {A} refs/heads/a {B} \n"),
            format!("x {A} refs/heads/a {B}\r\r\n"),
            format!("x {A} refs/heads/a {}\n", "3".repeat(64)),
            format!("x {A} refs/heads/a {}\n", "0".repeat(64)),
            format!("x {A} refs/heads/a {}\n", "g".repeat(40)),
            format!("x {} refs/heads/a {A}\n", "1".repeat(39)),
            format!("(delete) {ZERO} refs/heads/a {ZERO}\n"),
            format!("{} {A} refs/heads/a {B}\n", "x".repeat(LINE_CAP)),
        ];
        for line in bad {
            let failed = parse_ref_lines(format!("{good}{line}{good}").as_bytes()).unwrap_err();
            assert_eq!(failed.line, 2, "{}", &line[..line.len().min(200)]);
        }
    }

    #[test]
    fn the_messages_say_what_is_wrong() {
        insta::assert_snapshot!(error(b"x\n"), @"line 1 of the hook's input should be `<local ref> <local id> <remote ref> <remote id>`");
        insta::assert_snapshot!(error(format!("x {ZERO} refs/heads/a {ZERO}").as_bytes()), @"line 1 of the hook's input neither updates nor deletes: both ids are zeros");
        insta::assert_snapshot!(error(format!("x {A} refs/heads/a 12").as_bytes()), @"line 1 of the hook's input has a remote id that is not 40 or 64 hexadecimal digits");
    }

    #[test]
    fn input_beyond_the_cap_is_refused() {
        let failed = parse_ref_lines(&vec![b'\n'; INPUT_CAP + 1]).unwrap_err();
        assert_eq!(failed.message, "goes beyond 64 MiB in total");
    }

    /// How many lines there are, counted another way than the parser does.
    fn line_count(bytes: &[u8]) -> usize {
        let feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
        feeds + usize::from(bytes.last().is_some_and(|byte| *byte != b'\n'))
    }

    fn oid() -> impl Strategy<Value = String> {
        prop_oneof![4 => "[0-9a-f]{40}", 1 => Just(ZERO.to_owned())]
    }

    fn ref_line() -> impl Strategy<Value = (String, String, String, String)> {
        let local = "[!-~][ -~]{0,12}";
        let remote = "refs/(heads|tags|for)/[a-z/é]{1,8}";
        (local, oid(), remote, oid())
            .prop_filter("one side is an object", |(_, new, _, old)| new != ZERO || old != ZERO)
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None, ..ProptestConfig::with_cases(10_000)
        })]

        #[test]
        fn valid_lines_come_back_as_they_were(lines in prop::collection::vec(ref_line(), 0..6)) {
            let text: String = lines
                .iter()
                .map(|(local, new, remote, old)| format!("{local} {new} {remote} {old}\n"))
                .collect();
            let updates = parse_ref_lines(text.as_bytes()).unwrap();
            let show = |oid: &Option<ObjectId>| oid.map_or(ZERO.to_owned(), |oid| oid.to_string());
            let again: String = updates
                .iter()
                .map(|update| {
                    let local = update.local.as_deref().unwrap();
                    format!("{local} {} {} {}\n", show(&update.to), update.remote, show(&update.from))
                })
                .collect();
            prop_assert_eq!(again, text);
        }

        #[test]
        fn no_line_ever_disappears(
            lines in prop::collection::vec(ref_line(), 1..4),
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0u8..3, any::<u8>()), 0..4),
        ) {
            let mut bytes: Vec<u8> = lines
                .iter()
                .flat_map(|(local, new, remote, old)| format!("{local} {new} {remote} {old}\n").into_bytes())
                .collect();
            for (at, kind, byte) in edits {
                if bytes.is_empty() { break; }
                let at = at.index(bytes.len());
                match kind {
                    0 => bytes[at] = byte,
                    1 => { bytes.remove(at); }
                    _ => bytes.insert(at, byte),
                }
            }
            match parse_ref_lines(&bytes) {
                Ok(updates) => prop_assert_eq!(updates.len(), line_count(&bytes)),
                Err(failed) => prop_assert!((1..=line_count(&bytes)).contains(&failed.line)),
            }
        }

        #[test]
        fn arbitrary_bytes_give_updates_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(updates) = parse_ref_lines(&bytes) {
                prop_assert_eq!(updates.len(), line_count(&bytes));
            }
        }
    }
}
