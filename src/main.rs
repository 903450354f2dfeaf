//! The `backout` program; everything lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(backout::run(std::env::args_os()).code())
}
