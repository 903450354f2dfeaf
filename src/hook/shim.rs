//! The shim's text: rendered for a program's path, and recognised again.

use std::path::{Path, PathBuf};

/// The version of the shim that this program writes.
pub const VERSION: u32 = 3;

const TEMPLATE: &str = include_str!("../../hooks/pre-push");
const FORWARDER: &str = include_str!("../../hooks/forward");
const PROGRAM: &[u8] = b"'@BACKOUT_PROGRAM@'";
const BEHIND: &[u8] = b"'@BACKOUT_BEHIND@'";
const FIRST_LINE: &[u8] = b"#!/bin/sh\n";
const MARKER: &[u8] = b"# backout pre-push shim, version ";
const FORWARDER_MARKER: &[u8] = b"# backout forwarder, version ";

/// The shim that starts `program`, an absolute path; without one it looks on `PATH` only, as it
/// must where other people share the file. The hook that runs first lies in the folder `behind`,
/// else beside the shim.
#[must_use]
pub fn render(program: Option<&Path>, behind: Option<&Path>) -> Vec<u8> {
    let shim = fill(TEMPLATE.as_bytes(), PROGRAM, program);
    fill(&shim, BEHIND, behind)
}

/// A hook of any name that runs its namesake in the folder `behind`.
#[must_use]
pub(super) fn forwarder(behind: &Path) -> Vec<u8> {
    fill(FORWARDER.as_bytes(), BEHIND, Some(behind))
}

/// Whether a file is a forwarder that some backout wrote.
pub(super) fn is_forwarder(content: &[u8]) -> bool {
    content.strip_prefix(FIRST_LINE).is_some_and(|rest| rest.starts_with(FORWARDER_MARKER))
}

fn fill(template: &[u8], placeholder: &[u8], path: Option<&Path>) -> Vec<u8> {
    let quoted = quote(&path.map(bytes_of).unwrap_or_default());
    match find(template, placeholder) {
        Some(at) => [&template[..at], &quoted, &template[at + placeholder.len()..]].concat(),
        None => template.to_vec(),
    }
}

/// The version of a shim that some backout wrote; `None` for any other file. A name proves
/// nothing: the first two lines do.
#[must_use]
pub fn version_of(content: &[u8]) -> Option<u32> {
    let rest = content.strip_prefix(FIRST_LINE)?.strip_prefix(MARKER)?;
    let line = rest.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line).ok()?.parse().ok()
}

/// The absolute path that a shim recorded; `None` where it looks on `PATH` only.
#[must_use]
pub fn recorded_program(content: &[u8]) -> Option<PathBuf> {
    recorded(content, b"\nrecorded=")
}

/// The folder that a shim stands in front of; `None` where it runs a hook beside itself.
#[must_use]
pub fn recorded_behind(content: &[u8]) -> Option<PathBuf> {
    recorded(content, b"\nbehind=")
}

/// Whether a shim of this version is otherwise than this program writes it.
#[must_use]
pub fn is_changed(content: &[u8]) -> bool {
    let (program, behind) = (recorded_program(content), recorded_behind(content));
    version_of(content) == Some(VERSION) && content != render(program.as_deref(), behind.as_deref())
}

fn recorded(content: &[u8], name: &[u8]) -> Option<PathBuf> {
    let start = find(content, name)? + name.len();
    let raw = unquote(content.get(start..)?);
    if raw.is_empty() { None } else { path_of(raw) }
}

/// One word for a POSIX shell, whatever the bytes.
fn quote(raw: &[u8]) -> Vec<u8> {
    let mut out = vec![b'\''];
    for byte in raw {
        match byte {
            b'\'' => out.extend(br"'\''"),
            other => out.push(*other),
        }
    }
    out.push(b'\'');
    out
}

/// The bytes of the word that `quote` wrote, up to its unquoted end.
fn unquote(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut quoted = false;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match (byte, quoted) {
            (b'\'', _) => quoted = !quoted,
            (b'\\', false) => out.extend(bytes.next()),
            (_, true) => out.push(*byte),
            (_, false) => break,
        }
    }
    out
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

#[cfg(unix)]
pub(super) fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// The shell that git brings to Windows wants forward slashes.
#[cfg(not(unix))]
pub(super) fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "on other systems not every text is a path")]
pub(super) fn path_of(raw: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(PathBuf::from(std::ffi::OsString::from_vec(raw)))
}

#[cfg(not(unix))]
pub(super) fn path_of(raw: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(raw).ok().map(PathBuf::from)
}
