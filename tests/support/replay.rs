//! A history that a test has failed on, as a script that makes it again.

use base64::prelude::{BASE64_STANDARD, Engine as _};

/// The commands of a shell that have `git fast-import` read this in a new repository, `t`: as it
/// stands, where a shell would hand it on so.
pub(crate) fn script(stream: &[u8], sha256: bool) -> String {
    let format = if sha256 { "sha256" } else { "sha1" };
    let begin = format!("git init -q --object-format={format} t && cd t");
    match std::str::from_utf8(stream) {
        Ok(text) if !text.contains('\0') && text.lines().all(|line| line != "END") => {
            format!("{begin} && git fast-import --quiet <<'END'\n{text}END\n")
        }
        _ => {
            let text = BASE64_STANDARD.encode(stream);
            let lines: Vec<&str> =
                (0..text.len()).step_by(76).map(|at| &text[at..text.len().min(at + 76)]).collect();
            let text = lines.join("\n");
            format!("{begin} && base64 -d <<'END' | git fast-import --quiet\n{text}\nEND\n")
        }
    }
}
