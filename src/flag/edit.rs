//! Changing one flag's value in a file, and not a byte more.

use super::definition::{Definition, Definitions, FlagFileError, Slot};
use super::encode::{Unwritable, encode};
use super::look_up::{Lookup, look_up};
use super::safe_state::variant;
use super::{definitions, text::BYTE_ORDER_MARK};

/// Why a flag was not set. Nothing is changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlagEditError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FlagFileError),
    /// Loaders differ on which definition wins, so changing one may change nothing.
    #[error(
        "`{name}` is defined several times in `{path}` (lines {}): remove all but one",
        list(lines)
    )]
    Duplicate {
        /// The file.
        path: String,
        /// The flag.
        name: String,
        /// The lines, from 1.
        lines: Vec<u32>,
    },
    /// There is nothing to change.
    #[error("`{name}` is not defined in `{path}`{}", near.as_ref().map_or_else(String::new, |near| format!(": did you mean `{near}`?")))]
    Missing {
        /// The file.
        path: String,
        /// The flag.
        name: String,
        /// A name in the file that looks like it.
        near: Option<String>,
    },
    /// The definition, or the new value, does not allow an edit in place.
    #[error("`{name}` in `{path}`, line {line}, cannot be set in place: {reason}; edit it by hand")]
    NotEditable {
        /// The file.
        path: String,
        /// The flag.
        name: String,
        /// The definition's line, from 1.
        line: u32,
        /// Why.
        reason: String,
    },
}

fn list(lines: &[u32]) -> String {
    lines.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// The content with the flag set to `new_value`; see [`look_up`] for what `name` may be.
///
/// Comments, order, quotes, line ends, the byte order mark and the final newline stay: only the
/// bytes of the value change, and a value without quotes gets them only where it needs them. In
/// flagd files `new_value` is the name or the value of a variant, which becomes the default one.
/// The result is read back before it is handed out: the flag has the value, and no other
/// definition has changed.
///
/// # Errors
/// The file is unreadable; the flag is not there, or several times; its value is a list, a block,
/// an alias or anchored in YAML, or of another type than the new one.
pub fn set(
    path: &str,
    content: &[u8],
    name: &str,
    new_value: &str,
) -> Result<Vec<u8>, FlagEditError> {
    let before = definitions(path, content)?;
    let target = find(path, &before, name)?;
    let refuse = |reason: String| FlagEditError::NotEditable {
        path: path.to_owned(),
        name: name.to_owned(),
        line: target.line,
        reason,
    };
    let wanted = wanted(target, new_value).map_err(refuse)?;
    if wanted.present {
        return Ok(content.to_vec());
    }
    let slot = target.slot.as_ref().ok_or_else(|| {
        refuse("its value is not a single value of its own in one line".to_owned())
    })?;
    let written = encode(before.format, slot.style, wanted.old, wanted.written)
        .map_err(|error: Unwritable| refuse(error.to_string()))?;
    let edited = splice(content, slot, &written);
    let after = definitions(path, &edited).ok();
    if after.is_some_and(|after| is_only_change(&before, &after, target, &wanted)) {
        Ok(edited)
    } else {
        Err(refuse("the new value would be read back differently".to_owned()))
    }
}

fn find<'a>(
    path: &str,
    definitions: &'a Definitions,
    name: &str,
) -> Result<&'a Definition, FlagEditError> {
    let missing =
        |near| FlagEditError::Missing { path: path.to_owned(), name: name.to_owned(), near };
    match look_up(definitions, name) {
        Lookup::Found(found) => Ok(found),
        Lookup::Misspelt { near, .. } => Err(missing(Some(near))),
        Lookup::Missing => Err(missing(None)),
        Lookup::Duplicate(places) => Err(FlagEditError::Duplicate {
            path: path.to_owned(),
            name: name.to_owned(),
            lines: places.iter().map(|place| place.line).collect(),
        }),
    }
}

/// What has to be written, and what is then read.
struct Wanted<'a> {
    /// What stands in the file now.
    old: &'a str,
    /// What has to stand there: in flagd a variant's name.
    written: &'a str,
    /// The value that the flag has then.
    value: &'a str,
    /// Whether it stands there already.
    present: bool,
}

fn wanted<'a>(target: &'a Definition, new_value: &'a str) -> Result<Wanted<'a>, String> {
    if target.state.is_none() {
        let old = target.value.as_deref().unwrap_or_default();
        let present = target.value.as_deref() == Some(new_value);
        return Ok(Wanted { old, written: new_value, value: new_value, present });
    }
    let Some((written, value)) = variant(target, new_value, new_value) else {
        return Err(format!("none of its variants is or has the value `{new_value}`"));
    };
    let Some(old) = target.default_variant.as_deref() else {
        return Err("it has no default variant to replace".to_owned());
    };
    Ok(Wanted { old, written, value, present: old == written })
}

fn splice(content: &[u8], slot: &Slot, written: &str) -> Vec<u8> {
    let mark = BYTE_ORDER_MARK.as_bytes();
    let shift = if content.starts_with(mark) { mark.len() } else { 0 };
    let before = content.get(..shift + slot.span.start).unwrap_or_default();
    let after = content.get(shift + slot.span.end..).unwrap_or_default();
    [before, written.as_bytes(), after].concat()
}

/// A mapping and its `enabled` share one slot, so everything in the target's slot has changed,
/// and nothing else.
fn is_only_change(
    before: &Definitions,
    after: &Definitions,
    target: &Definition,
    wanted: &Wanted<'_>,
) -> bool {
    before.all.len() == after.all.len()
        && before.all.iter().zip(&after.all).all(|(old, new)| {
            let same_slot = old.slot.is_some() && old.slot == target.slot;
            let value = if same_slot { Some(wanted.value) } else { old.value.as_deref() };
            let default = if same_slot && old.default_variant.is_some() {
                Some(wanted.written)
            } else {
                old.default_variant.as_deref()
            };
            new.name == old.name
                && new.parent == old.parent
                && new.value.as_deref() == value
                && new.default_variant.as_deref() == default
                && new.variants == old.variants
                && new.state == old.state
        })
}

#[cfg(test)]
mod tests {
    use super::{FlagEditError, definitions, is_only_change, set, wanted};

    fn edited(path: &str, content: &str, name: &str, value: &str) -> String {
        String::from_utf8(set(path, content.as_bytes(), name, value).unwrap()).unwrap()
    }

    fn refused(path: &str, content: &str, name: &str, value: &str) -> String {
        set(path, content.as_bytes(), name, value).unwrap_err().to_string()
    }

    #[test]
    fn only_the_value_changes() {
        for (path, content, expected) in [
            (
                ".env",
                "\u{feff}# x\r\n export x = 'a' # b\r\nY=1",
                "\u{feff}# x\r\n export x = 'b' # b\r\nY=1",
            ),
            (".env", "x=a  # c\n\n", "x=b  # c\n\n"),
            (".env", "x= # c", "x=b # c"),
            (".env", "x=", "x=b"),
            ("f.toml", "\"é\" = 1\r\n[t]\r\nx=\"a\" # c", "\"é\" = 1\r\n[t]\r\nx=\"b\" # c"),
            (
                "f.yml",
                "\u{feff}é: 1\r\nx:   \"a\"   # c\r\ny: 2",
                "\u{feff}é: 1\r\nx:   \"b\"   # c\r\ny: 2",
            ),
            ("f.yml", "- {y: 1, x: {value: a}}\n", "- {y: 1, x: {value: b}}\n"),
            ("f.json", "{\t\"é\":1,\"x\" : \"a\"  }\n", "{\t\"é\":1,\"x\" : \"b\"  }\n"),
        ] {
            assert_eq!(edited(path, content, "x", "b"), expected);
        }
    }

    #[test]
    fn flagd_switches_the_default_variant() {
        let json = |name: &str| {
            format!(
                "{{\"flags\": {{\"x\": {{\"state\": \"ENABLED\", \"defaultVariant\": \"{name}\",\n\
                 \"variants\": {{\"on\": true, \"off\": false}}}}}}}}"
            )
        };
        assert_eq!(edited("f.json", &json("on"), "x", "off"), json("off"));
        assert_eq!(edited("f.json", &json("on"), "x", "false"), json("off"));
        assert_eq!(edited("f.json", &json("on"), "x", "true"), json("on"));
        assert!(refused("f.json", &json("on"), "x", "maybe").contains("variants"));
    }

    #[test]
    fn a_value_that_stands_there_already_changes_nothing() {
        let content = "x: &a [1]\ny: \"\\x61\"\n";
        assert_eq!(edited("f.yaml", content, "y", "a"), content);
    }

    #[test]
    fn refusals_say_why() {
        assert!(refused(".env", "x=1\nx=2", "x", "3").contains("lines 1, 2"));
        assert!(refused(".env", "USE_DELTA=1", "USE_DELAT", "3").contains("mean `USE_DELTA`"));
        assert!(refused(".env", "y=1", "x", "3").contains("not defined"));
        assert!(refused("f.json", "{\"x\": true}", "x", "b").contains("a boolean"));
        for (path, content) in [
            ("f.yaml", "x: |\n  a\n"),
            ("f.yaml", "x: &a v\ny: *a\n"),
            ("f.yaml", "y: &a v\nx: *a\n"),
            ("f.yaml", "x: &a v\n"),
            ("f.yaml", "x: !!str v\n"),
            ("f.yaml", "x: [1]\n"),
            ("f.yaml", "x: a\n  b\n"),
            ("f.toml", "x = \"\"\"a\"\"\"\n"),
        ] {
            let message = refused(path, content, "x", "b");
            assert!(message.contains("by hand"), "{content}: {message}");
        }
        let unreadable = set(".env", b"\xff", "x", "1").unwrap_err();
        assert!(matches!(unreadable, FlagEditError::File(_)));
    }

    #[test]
    fn any_other_change_is_noticed() {
        let read = |content: &str| definitions("f.yaml", content.as_bytes()).unwrap();
        let before = read("x: a\ny: 1\n");
        let target = &before.all[0];
        let wanted = wanted(target, "b").unwrap();
        let holds = |after: &str| is_only_change(&before, &read(after), target, &wanted);
        assert!(holds("x: b\ny: 1\n"));
        for after in
            ["x: a\ny: 1", "x: b\ny: 2", "x: b\nz: 1", "x: b", "x: b\ny: 1\nz: 1", "x: b\n \ny: []"]
        {
            assert!(!holds(after), "{after}");
        }
    }
}
