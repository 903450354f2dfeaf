//! Columns, wrapping and colour for a terminal of 80 columns.

use anstyle::{AnsiColor, Color};
use unicode_width::UnicodeWidthStr;

/// The width that reports are laid out for: what fits here fits everywhere.
const WIDTH: usize = 80;

/// The widest cell of a table.
const CELL: usize = 40;

/// What a piece of text means; colour follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Stops the push.
    Deny,
    /// Worth a look.
    Warn,
    /// All is well.
    Good,
    /// A heading.
    Strong,
    /// Beside the point.
    Dim,
}

/// Paints, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(
    /// Whether colour is shown.
    pub bool,
);

impl Paint {
    /// The text in the colour of its meaning.
    #[must_use]
    pub fn paint(self, style: Style, text: &str) -> String {
        if !self.0 {
            return text.to_owned();
        }
        let color = |color: AnsiColor| anstyle::Style::new().fg_color(Some(Color::Ansi(color)));
        let style = match style {
            Style::Deny => color(AnsiColor::Red).bold(),
            Style::Warn => color(AnsiColor::Yellow),
            Style::Good => color(AnsiColor::Green),
            Style::Strong => anstyle::Style::new().bold(),
            Style::Dim => anstyle::Style::new().dimmed(),
        };
        format!("{style}{text}{style:#}")
    }
}

/// Breaks a text at spaces; every line after the first is indented like it. A word that is longer
/// than a line stays whole, so that paths and commands can be copied.
#[must_use]
pub fn wrap(text: &str, indent: usize) -> String {
    let room = WIDTH.saturating_sub(indent);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.width() + 1 + word.width() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// Rows as columns, two spaces apart, indented by two; the first row is the heading. A cell that
/// is too wide is cut.
#[must_use]
pub fn table(rows: &[Vec<String>], paint: Paint) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| cut(cell, CELL)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width_of = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width_of).collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = line.trim_end();
        text.push_str("  ");
        text.push_str(&if index == 0 { paint.paint(Style::Dim, line) } else { line.to_owned() });
        text.push('\n');
    }
    text
}

/// A table in which one column gives way, as far as it must for the rows to fit on the screen.
#[must_use]
pub fn fitted_table(rows: &[Vec<String>], elastic: usize, paint: Paint) -> String {
    const LEAST: usize = 8;
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width().min(CELL)).max()
    };
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let others = (0..columns).filter(|column| *column != elastic).filter_map(width);
    let taken = others.map(|width| width + 2).sum::<usize>() + 2;
    let room = WIDTH.saturating_sub(taken).max(LEAST);
    let fit = |row: &Vec<String>| {
        let cells = row.iter().enumerate();
        cells.map(|(at, cell)| if at == elastic { cut(cell, room) } else { cell.clone() }).collect()
    };
    table(&rows.iter().map(fit).collect::<Vec<_>>(), paint)
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        if short.width() + 2 > width {
            break;
        }
        short.push(character);
    }
    short.push('…');
    short
}
