//! Programs and hooks that a test writes and runs, alone or in a folder with others.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes a program, and the folders that lead to it.
///
/// Another process writes it: while a file is open for writing anywhere, the kernel starts it for
/// nobody ("Text file busy"), and a process that another test forks at that moment holds open what
/// this one does.
#[track_caller]
pub(crate) fn write_program(path: &Path, text: impl AsRef<[u8]>) {
    write_with_mode(path, text, 0o755);
}

/// Writes a file of this mode as [`write_program`] does.
#[track_caller]
pub(crate) fn write_with_mode(path: &Path, text: impl AsRef<[u8]>, mode: u32) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"cat >"$1" && chmod "$2" "$1""#, "sh"]).arg(path).arg(format!("{mode:o}"));
    let mut shell = shell.stdin(Stdio::piped()).spawn().unwrap();
    shell.stdin.take().unwrap().write_all(text.as_ref()).unwrap();
    assert!(shell.wait().unwrap().success(), "{} could not be written", path.display());
}

/// Copies all that lies in a folder into another one, which is made; the programs among it may be
/// run at once.
#[track_caller]
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let done = Command::new("cp").arg("-pPR").arg(from.join(".")).arg(to).status().unwrap();
    assert!(done.success(), "{} could not be copied", from.display());
}
