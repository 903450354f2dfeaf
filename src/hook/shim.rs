//! The shim's text: rendered for a program's path, and recognised again.

use std::path::{Path, PathBuf};

/// The version of the shim that this program writes.
pub const VERSION: u32 = 1;

const TEMPLATE: &str = include_str!("../../hooks/pre-push");
const PLACEHOLDER: &[u8] = b"'@BACKOUT_PROGRAM@'";
const FIRST_LINE: &[u8] = b"#!/bin/sh\n";
const MARKER: &[u8] = b"# backout pre-push shim, version ";
const RECORDED: &[u8] = b"\nrecorded=";

/// The shim that starts `program`, an absolute path; without one it looks on `PATH` only, as it
/// must where other people share the file.
#[must_use]
pub fn render(program: Option<&Path>) -> Vec<u8> {
    let quoted = quote(&program.map(bytes_of).unwrap_or_default());
    let template = TEMPLATE.as_bytes();
    match find(template, PLACEHOLDER) {
        Some(at) => [&template[..at], &quoted, &template[at + PLACEHOLDER.len()..]].concat(),
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
    let start = find(content, RECORDED)? + RECORDED.len();
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
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// The shell that git brings to Windows wants forward slashes.
#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "on other systems not every text is a path")]
fn path_of(raw: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(PathBuf::from(std::ffi::OsString::from_vec(raw)))
}

#[cfg(not(unix))]
fn path_of(raw: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(raw).ok().map(PathBuf::from)
}
