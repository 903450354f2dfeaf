//! The pre-push hook: where it lives, how the shim is written, what runs before it.
//!
//! The shim in `hooks/pre-push` starts the program; it is put in front of whatever hook was there
//! before, because the hook managers run nothing for many of a push's ref lines (pre-commit#2577).

mod active;
mod file;
mod front;
mod install;
mod manager;
mod program;
mod recipe;
mod shim;
mod site;
mod state;
#[cfg(test)]
mod tests;
mod uninstall;

pub use active::{Stand, active};
pub use front::Front;
pub use install::{Change, Installed, install};
pub use manager::{Manager, Named};
pub use program::{Answer, find_on_path, probe, this_program};
pub use recipe::Recipe;
pub use shim::{VERSION, is_changed, recorded_behind, recorded_program, render, version_of};
pub use site::{ODD_FOLDER, Reach, Site};
pub use state::{Hook, look};
pub use uninstall::{Uninstalled, uninstall};

/// The hook's file name.
pub const FILE_NAME: &str = "pre-push";

/// Where the hook that was there before is kept, beside ours. The shim knows this name too.
pub const PREVIOUS_NAME: &str = "pre-push.backout-previous";

/// Names to which hook managers move a hook that they find: pre-commit and prek run the first one,
/// lefthook never runs the second.
pub const DISPLACED_NAMES: [&str; 2] = ["pre-push.legacy", "pre-push.old"];

/// The line that runs the guard from a hook somebody else keeps.
pub const ONE_LINE: &str = "backout pre-push \"$@\"";

/// A path for people: no control or direction characters reach the terminal.
#[must_use]
pub fn shown(path: &std::path::Path) -> String {
    let hostile = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut out = String::new();
    for character in path.to_string_lossy().chars() {
        if hostile(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}
