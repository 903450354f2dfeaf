//! Takes out of a program's output what differs from run to run: paths, object ids, times.

use std::path::Path;

/// Replacements of literal texts, longest first, before ids, times and durations are masked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    literals: Vec<(String, String)>,
}

impl Filter {
    /// Masks a folder or file as `name`.
    pub(crate) fn path(self, path: &Path, name: &str) -> Self {
        self.literal(&path.display().to_string(), name)
    }

    /// Masks a text as `name`.
    pub(crate) fn literal(mut self, text: &str, name: &str) -> Self {
        self.literals.push((text.to_owned(), name.to_owned()));
        self.literals.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        self
    }

    /// The text as a snapshot shows it. Spaces at line ends go, because editors eat them.
    pub(crate) fn apply(&self, text: &str) -> String {
        let mut text = text.replace('\r', "");
        for (from, to) in &self.literals {
            text = text.replace(from.as_str(), to);
        }
        let lines: Vec<String> = text.lines().map(|line| mask(line.trim_end())).collect();
        lines.join("\n")
    }
}

/// Masks every word of a line that is an id, a time or a duration.
fn mask(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut word = String::new();
    for character in line.chars() {
        let in_word = character.is_ascii_alphanumeric()
            || (is_dated(&word) && matches!(character, '-' | ':' | '.' | '+'));
        if !in_word {
            flush(&mut out, &mut word);
            out.push(character);
        } else {
            word.push(character);
        }
    }
    flush(&mut out, &mut word);
    mask_durations(&out)
}

/// Whether the word so far may be the beginning of `2026-01-05T12:00:00Z`.
fn is_dated(word: &str) -> bool {
    word.len() >= 4 && word.bytes().take(4).all(|b| b.is_ascii_digit()) && word.starts_with('2')
}

fn flush(out: &mut String, word: &mut String) {
    let trimmed = word.trim_end_matches(['-', ':', '.', '+']);
    let rest = word[trimmed.len()..].to_owned();
    // `1234567..89abcde`: what looked like a year was the beginning of a range of ids.
    match trimmed.split_once("..") {
        Some((from, to)) => {
            out.push_str(mask_word(from));
            out.push_str("..");
            out.push_str(mask_word(to));
        }
        None => out.push_str(mask_word(trimmed)),
    }
    out.push_str(&rest);
    word.clear();
}

fn mask_word(word: &str) -> &str {
    let hex = word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let mixed =
        word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_lowercase());
    match word.len() {
        40 if hex && is_zeros(word) => "[ZEROS]",
        64 if hex && is_zeros(word) => "[ZEROS]",
        40 if hex => "[OID]",
        64 if hex => "[SHA256]",
        7..=39 if hex && mixed => "[oid]",
        _ if is_time(word) => "[TIME]",
        _ => word,
    }
}

fn is_zeros(word: &str) -> bool {
    word.bytes().all(|b| b == b'0')
}

/// `2026-01-05T12:00:00`, whatever follows. A day alone stays: tests choose those themselves.
fn is_time(word: &str) -> bool {
    let shape = "dddd-dd-ddTdd:dd";
    word.len() >= shape.len()
        && shape.bytes().zip(word.bytes()).all(|(want, got)| match want {
            b'd' => got.is_ascii_digit(),
            other => got == other,
        })
}

/// `12 ms` and `3.4 ms` become `[N] ms`.
fn mask_durations(line: &str) -> String {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    for index in 1..words.len() {
        let (before, after) = words.split_at_mut(index);
        let Some(number) = before.last_mut() else { continue };
        let unit = after[0].trim_end_matches([',', '.', ')', ';']);
        if matches!(unit, "ms" | "µs") && number.trim_start_matches('(').parse::<f64>().is_ok() {
            let open = if number.starts_with('(') { "(" } else { "" };
            *number = format!("{open}[N]");
        }
    }
    words.join(" ")
}
