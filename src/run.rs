//! From arguments to an exit code: the one place where errors become words.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::cli::{Cli, ColorChoice, Global};
use crate::command::{Context, way_out};
use crate::exit::{Exit, exit_of, invalid_configuration};
use crate::report::{terminal_lines, without_commands};

/// Runs the program as the command line asks.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::read(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let Ok(folder) = std::env::current_dir() else {
        let _ = writeln!(io::stderr(), "error: the current folder cannot be read");
        return Exit::Indeterminate;
    };
    let mut stdout = io::BufWriter::new(Patient(io::stdout()));
    let mut stderr = io::stderr();
    let color_stderr = shows_color(&cli.global, io::stderr().is_terminal());
    let mut context = Context {
        stdout: &mut stdout,
        stderr: &mut stderr,
        color: shows_color(&cli.global, io::stdout().is_terminal()),
        color_stderr,
        quiet: cli.global.quiet,
        verbose: cli.global.verbose,
        config: cli.global.config.clone(),
        folder,
        environment: |name| std::env::var_os(name),
    };
    let ended = cli.command.run(&mut context);
    // On a terminal the error comes last, below all that was shown before it.
    let flushed = stdout.flush();
    let exit = match ended {
        Ok(exit) => exit,
        Err(error) => explain(&error, color_stderr),
    };
    match flushed {
        Ok(()) => exit,
        Err(error) => unreported(&error, exit),
    }
}

/// A report that nobody can read is no pass: a full disk, for example.
fn unreported(error: &io::Error, exit: Exit) -> Exit {
    let _ = writeln!(io::stderr(), "error: the report cannot be written: {error}");
    if exit == Exit::Ready { Exit::Indeterminate } else { exit }
}

/// A reader that has gone away (`| head`) does not change the verdict: what it left is dropped.
struct Patient<W>(W);

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

fn usage(error: &clap::Error) -> Exit {
    // Asking for help or the version is no error; clap prints those to stdout.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Ready }
}

fn shows_color(global: &Global, terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match global.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto => set("FORCE_COLOR") || terminal,
    }
}

/// Prints an error with its causes and its way out, and gives the exit code that it asks for.
fn explain(error: &anyhow::Error, color: bool) -> Exit {
    let mut stderr = io::stderr();
    if let Some(configuration) = invalid_configuration(error) {
        let _ = writeln!(stderr, "{}", without_commands(&configuration.render(color)));
    }
    let _ = writeln!(stderr, "error: {}", terminal_lines(&format!("{error:#}")));
    if let Some(help) = way_out(error) {
        let _ = writeln!(stderr, "help: {}", terminal_lines(&help));
    }
    exit_of(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{FileSource, Vocabulary, load};

    struct File(Option<&'static [u8]>);

    impl FileSource for File {
        fn read(&self, _path: &str) -> anyhow::Result<Option<Vec<u8>>> {
            self.0.map(|bytes| Some(bytes.to_vec())).ok_or_else(|| anyhow::anyhow!("no such disk"))
        }
    }

    fn exit_of(file: &File) -> Exit {
        let error = load(file, "backout.toml", Vocabulary { codes: &[] }).unwrap_err();
        explain(&anyhow::Error::from(error).context("judging the push"), false)
    }

    #[test]
    fn an_invalid_configuration_is_the_users_error_and_an_unreadable_one_is_not() {
        assert_eq!(exit_of(&File(Some(b"version = 2"))), Exit::Usage);
        assert_eq!(exit_of(&File(None)), Exit::Indeterminate);
    }
}
