//! How the tour reads on a terminal of 80 columns.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::story::Step;
use crate::report::{Paint, Style, wrap};

/// How far narration is indented, in columns. Commands and their output are not: reports fill the
/// screen.
const MARGIN: usize = 3;

/// The screen's width, in columns.
const WIDTH: usize = 80;

/// Writes the tour, a piece at a time: each is on the screen before the next thing is done.
pub(super) struct Teller<'a> {
    out: &'a mut dyn Write,
    paint: Paint,
    quiet: bool,
    /// Whether the last thing on the screen is a command's output.
    after_output: bool,
}

impl<'a> Teller<'a> {
    /// A teller; a quiet one says the steps and how they came out, and nothing between.
    pub(super) fn new(out: &'a mut dyn Write, color: bool, quiet: bool) -> Self {
        Self { out, paint: Paint(color), quiet, after_output: false }
    }

    /// A paragraph at the margin.
    pub(super) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        writeln!(self.out, "{}\n", wrap(text, 0))?;
        self.out.flush()
    }

    /// A step's number, title and narration.
    pub(super) fn begin(&mut self, number: usize, step: &Step) -> io::Result<()> {
        let title = format!("{number}. {}", step.title);
        writeln!(self.out, "{}", self.paint.paint(Style::Strong, &title))?;
        if !self.quiet {
            let margin = " ".repeat(MARGIN);
            writeln!(self.out, "{margin}{}\n", wrap(step.told, MARGIN))?;
        }
        self.out.flush()
    }

    /// A file that is written, as a shell would take a remark.
    pub(super) fn edited(&mut self, path: &str) -> io::Result<()> {
        self.line(Style::Dim, &format!("# {path} is edited"))
    }

    /// A command, as it is typed.
    pub(super) fn typed(&mut self, words: &[&str]) -> io::Result<()> {
        self.line(Style::Strong, &format!("$ {}", shell_line(words)))
    }

    /// A command's output. Lines too long for the screen are broken at spaces.
    pub(super) fn said(&mut self, output: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        self.after_output = !output.is_empty();
        for line in output.lines() {
            writeln!(self.out, "{}", fitted(line))?;
        }
        self.out.flush()
    }

    /// How a step came out.
    pub(super) fn came_out(&mut self, step: &Step) -> io::Result<()> {
        self.after_output = false;
        let blank = if self.quiet { "" } else { "\n" };
        let ok = self.paint.paint(Style::Good, "ok:");
        write!(self.out, "{blank}{}{ok} {}\n{blank}", " ".repeat(MARGIN), step.outcome)?;
        self.out.flush()
    }

    /// How a step did not come out as it must.
    pub(super) fn went_wrong(&mut self, unmet: &[String]) -> io::Result<()> {
        for problem in unmet {
            let failed = self.paint.paint(Style::Deny, "failed:");
            writeln!(self.out, "{}{failed} {problem}", " ".repeat(MARGIN))?;
        }
        self.out.flush()
    }

    fn line(&mut self, style: Style, text: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        if std::mem::take(&mut self.after_output) {
            writeln!(self.out)?;
        }
        writeln!(self.out, "{}", self.paint.paint(style, text))?;
        self.out.flush()
    }
}

/// A command as a shell would take it. The tour's own words hold no quotes.
pub(super) fn shell_line(words: &[&str]) -> String {
    let quoted = words
        .iter()
        .map(|word| if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() });
    quoted.collect::<Vec<_>>().join(" ")
}

/// A line of output. One that is too long for the screen is broken at spaces, where that makes it
/// fit, and keeps its indentation.
fn fitted(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    let indent = line.len() - text.len();
    let fits = |word: &str| indent + word.width() <= WIDTH;
    if line.width() <= WIDTH || !text.split(' ').all(fits) {
        return line.to_owned();
    }
    format!("{}{}", " ".repeat(indent), wrap(text, indent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_can_be_pasted() {
        assert_eq!(
            shell_line(&["git", "commit", "-m", "Two words", "one"]),
            "git commit -m \"Two words\" one"
        );
    }

    #[test]
    fn output_keeps_its_shape() {
        for line in ["   11..22  main -> main", "  ", "", &format!("  digest  {}", "f".repeat(90))]
        {
            assert_eq!(fitted(line), line);
        }
        let long = fitted(&format!("  {}", "word ".repeat(30)));
        assert!(long.lines().all(|line| line.starts_with("  word") && line.len() <= 80), "{long}");
    }

    #[test]
    fn a_quiet_teller_says_steps_and_outcomes_only() {
        let mut out = Vec::new();
        let mut teller = Teller::new(&mut out, false, true);
        let step = Step { title: "It works", told: "At length.", acts: &[], outcome: "worked" };
        teller.paragraph("Once upon a time").unwrap();
        teller.begin(1, &step).unwrap();
        teller.edited("a.py").unwrap();
        teller.typed(&["git", "version"]).unwrap();
        teller.said("git version 3\n").unwrap();
        teller.came_out(&step).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "1. It works\n   ok: worked\n");
    }
}
