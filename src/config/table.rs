//! A parsed file, and typed access to its tables. Access is lenient: a value of the wrong type is
//! absent here, because the check of the shape has told it already.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::sink::{Problem, Problems, Sink};
use super::source::{SourceText, Span};

/// A file larger than this shows its first syntax error only: a page of noise would hide it.
const FEW_BYTES: usize = 64 * 1024;

/// A file that is valid TOML.
pub(super) struct Document<'a> {
    /// Its number in reading order; the root file has 0.
    pub(super) file: usize,
    /// Its text.
    pub(super) source: &'a SourceText,
    /// The parsed text.
    pub(super) root: DeTable<'a>,
}

impl<'a> Document<'a> {
    /// Parses the text; `None` where it is not TOML, with every syntax error told.
    pub(super) fn parse(
        file: usize,
        source: &'a SourceText,
        problems: &mut Problems,
    ) -> Option<Self> {
        let first = match DeTable::parse(&source.text) {
            Ok(root) => return Some(Self { file, source, root: root.into_inner() }),
            Err(first) => first,
        };
        let mut errors = vec![first];
        if source.text.len() <= FEW_BYTES {
            errors = DeTable::parse_recoverable(&source.text).1;
        }
        let mut sink = Sink { file, source, problems };
        let mut repeated: Span = 0..0;
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            let message = super::render::visible(error.message());
            let problem = Problem::new(format!("this is not valid TOML: {message}"));
            match repeated_list(&source.text, &span) {
                Some((name, table)) => {
                    repeated = table;
                    sink.error(&span, problem.help(format!("each of several is `[[{name}]]`")));
                }
                // The keys of such a table are there already because it is.
                None if repeated.contains(&span.start) => {}
                None => sink.error(&span, problem),
            }
        }
        None
    }

    /// The whole file as a table.
    pub(super) fn table(&self) -> Table<'_> {
        Table { entries: &self.root, span: 0..0 }
    }

    /// Where the problems of this file go.
    pub(super) fn sink<'s>(&'s self, problems: &'s mut Problems) -> Sink<'s> {
        Sink { file: self.file, source: self.source, problems }
    }
}

/// The name, and the table, where an error is about the header of a table that is to be one of a
/// list: `[stages]`.
fn repeated_list<'t>(text: &'t str, span: &Span) -> Option<(&'t str, Span)> {
    const LISTS: [&str; 3] = ["stages", "moves", "waivers"];
    let name = text.get(span.clone())?;
    let header = format!("\n[{name}]");
    let is_header = LISTS.contains(&name) && text.get(..span.end + 1)?.ends_with(&header);
    let rest = text.get(span.end..)?;
    let end = rest.find("\n[").map_or(text.len(), |at| span.end + at);
    is_header.then_some((name, span.start..end))
}

/// A text with the range where it stands.
#[derive(Clone)]
pub(super) struct Text<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) span: Span,
}

/// A table of a file.
#[derive(Clone)]
pub(super) struct Table<'a> {
    /// What it holds.
    pub(super) entries: &'a DeTable<'a>,
    /// Its header, or its braces.
    pub(super) span: Span,
}

impl<'a> Table<'a> {
    fn of(value: &'a Spanned<DeValue<'a>>) -> Option<Self> {
        let entries = value.get_ref().as_table()?;
        Some(Self { entries, span: value.span() })
    }

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.get(key)
    }

    /// Whether the key is there, with any value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Where the value of a key stands; the table itself where it is absent.
    pub(super) fn span_of(&self, key: &str) -> Span {
        self.value(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// A text.
    pub(super) fn text(&self, key: &str) -> Option<Text<'a>> {
        as_text(self.value(key)?)
    }

    /// The texts of a list; `None` where the key is absent or no list.
    pub(super) fn list(&self, key: &str) -> Option<Vec<Text<'a>>> {
        let list = self.value(key)?.get_ref().as_array()?;
        Some(list.iter().filter_map(as_text).collect())
    }

    /// The texts of a list, none where it is absent.
    pub(super) fn texts(&self, key: &str) -> Vec<Text<'a>> {
        self.list(key).unwrap_or_default()
    }

    /// Whether a key says `true`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.value(key).and_then(|value| value.get_ref().as_bool()).unwrap_or_default()
    }

    /// A date.
    pub(super) fn date(&self, key: &str) -> Option<Date> {
        as_date(self.value(key)?.get_ref())
    }

    /// A table.
    pub(super) fn table(&self, key: &str) -> Option<Self> {
        Self::of(self.value(key)?)
    }

    /// The tables of a list.
    pub(super) fn tables(&self, key: &str) -> Vec<Self> {
        let list = self.value(key).and_then(|value| value.get_ref().as_array());
        list.map(|list| list.iter().filter_map(Self::of).collect()).unwrap_or_default()
    }

    /// The tables of a table, by name.
    pub(super) fn named_tables(&self, key: &str) -> Vec<(Text<'a>, Self)> {
        let entries = self.table(key).map(|table| table.entries());
        let tables = entries.into_iter().flatten();
        tables.filter_map(|(name, value)| Some((name, Self::of(value)?))).collect()
    }

    /// The texts of a table, by name.
    pub(super) fn named_texts(&self, key: &str) -> Vec<(Text<'a>, Text<'a>)> {
        let entries = self.table(key).map(|table| table.entries());
        let texts = entries.into_iter().flatten();
        texts.filter_map(|(name, value)| Some((name, as_text(value)?))).collect()
    }

    /// Every key with its value.
    pub(super) fn entries(&self) -> Vec<(Text<'a>, &'a Spanned<DeValue<'a>>)> {
        let name = |key: &'a Spanned<_>| Text { text: key_text(key), span: key.span() };
        self.entries.iter().map(|(key, value)| (name(key), value)).collect()
    }
}

fn key_text<'a>(key: &'a Spanned<std::borrow::Cow<'a, str>>) -> &'a str {
    key.get_ref().as_ref()
}

/// A value that is a text.
pub(super) fn as_text<'a>(value: &'a Spanned<DeValue<'a>>) -> Option<Text<'a>> {
    value.get_ref().as_str().map(|text| Text { text, span: value.span() })
}

/// A value that is a date without a time, and a day of the calendar.
pub(super) fn as_date(value: &DeValue<'_>) -> Option<Date> {
    let moment = value.as_datetime()?;
    let date = moment.date.filter(|_| moment.time.is_none() && moment.offset.is_none())?;
    let part = |number: u8| i8::try_from(number).ok();
    Date::new(i16::try_from(date.year).ok()?, part(date.month)?, part(date.day)?).ok()
}
