//! Checks a file against the format: unknown keys, missing keys, values of the wrong type or
//! form. Knows nothing of what the keys mean.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::render::quoted;
use super::shape::{Format, Key, Kind, Shape};
use super::sink::{Problem, Sink};
use super::source::Span;
use super::table::as_date;
use super::{suggest, value};

/// The version of the format that this program reads.
const VERSION: &str = "1";

/// Checks a whole file. `false` where the file is of another version: then nothing else of it can
/// be judged.
pub(super) fn check(
    shape: &Shape,
    root: &DeTable<'_>,
    codes: &[&str],
    sink: &mut Sink<'_>,
) -> bool {
    let mut check = Check { sink, codes };
    if let Some(version) = root.get("version")
        && !is_version(version.get_ref())
    {
        check.version(version);
        return false;
    }
    check.table(shape, root, &(0..0));
    true
}

fn is_version(value: &DeValue<'_>) -> bool {
    let number = value.as_integer();
    number.is_some_and(|number| number.radix() == 10 && number.as_str() == VERSION)
}

struct Check<'s, 'a> {
    sink: &'s mut Sink<'a>,
    codes: &'s [&'s str],
}

impl Check<'_, '_> {
    fn version(&mut self, value: &Spanned<DeValue<'_>>) {
        let problem = match value.get_ref() {
            DeValue::Integer(_) => Problem::new("this version of the format is not known")
                .help("this program reads `version = 1`; a newer one may need a newer backout"),
            other => wrong_type("version", "a whole number", other).help("write `version = 1`"),
        };
        self.sink.error(&value.span(), problem);
    }

    fn table(&mut self, shape: &Shape, table: &DeTable<'_>, span: &Span) {
        for (name, value) in table {
            match shape.key(name.get_ref()) {
                Some(key) => self.value(key.name, &key.kind, key.example, value),
                None => self.unknown(shape, name),
            }
        }
        for key in shape.keys.iter().filter(|key| key.required) {
            if table.get(key.name).is_none() {
                self.missing(shape, key, span);
            }
        }
        self.choice(shape, table, span);
    }

    fn unknown(&mut self, shape: &Shape, name: &Spanned<std::borrow::Cow<'_, str>>) {
        let text = name.get_ref();
        let problem = Problem::new(format!("{} is no key of {}", quoted(text), shape.what));
        let help = suggest::help(text, shape.names());
        self.sink.error(&name.span(), problem.maybe_help(help));
    }

    fn missing(&mut self, shape: &Shape, key: &Key, span: &Span) {
        let problem = Problem::new(format!("{} lacks `{}`", shape.what, key.name));
        let help = format!("for example `{} = {}`", key.name, key.example);
        self.sink.error(span, problem.help(help));
    }

    fn choice(&mut self, shape: &Shape, table: &DeTable<'_>, span: &Span) {
        if shape.one_of.is_empty() {
            return;
        }
        let given = shape.one_of.iter().filter(|name| table.get(**name).is_some()).count();
        if given != 1 {
            let names: Vec<String> = shape.one_of.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("{} needs either {}", shape.what, names.join(" or "));
            let help = if given == 0 { "neither is there" } else { "both are there" };
            self.sink.error(span, Problem::new(message).help(help));
        }
    }

    fn value(&mut self, name: &str, kind: &Kind, example: &str, value: &Spanned<DeValue<'_>>) {
        let span = value.span();
        match (kind, value.get_ref()) {
            // Asked for the whole file before anything else.
            (Kind::Version, _) | (Kind::Bool, DeValue::Boolean(_)) => {}
            (Kind::Date, date) if as_date(date).is_some() => {}
            (Kind::Text(format) | Kind::Either(format, _), DeValue::String(text)) => {
                self.text(name, *format, text, &span);
            }
            (Kind::List(format), DeValue::Array(list)) => self.list(name, *format, list),
            (Kind::Argv, DeValue::Array(list)) => self.argv(name, list, &span),
            (Kind::Table(shape) | Kind::Either(_, shape), DeValue::Table(table)) => {
                self.table(shape, table, &span);
            }
            (Kind::Tables(shape), DeValue::Array(list)) => self.tables(name, shape, list, example),
            (Kind::Map(names, kind), DeValue::Table(table)) => self.map(*names, kind, table),
            (Kind::Tagged(shapes), DeValue::Table(table)) => self.tagged(shapes, table, &span),
            (_, other) => self.wrong(name, kind.wants(), example, other, &span),
        }
    }

    fn wrong(&mut self, name: &str, wants: &str, example: &str, value: &DeValue<'_>, span: &Span) {
        let problem = wrong_type(name, wants, value);
        let help = (!example.is_empty()).then(|| format!("for example `{name} = {example}`"));
        self.sink.error(span, problem.maybe_help(help));
    }

    fn text(&mut self, name: &str, format: Format, text: &str, span: &Span) {
        let checked = if text.contains('\0') {
            Err(Problem::new("the text holds a NUL character"))
        } else {
            value::check(format, text, self.codes)
        };
        if let Err(mut problem) = checked {
            problem.message = format!("{}: {}", quoted(name), problem.message);
            self.sink.error(span, problem);
        }
    }

    fn list(&mut self, name: &str, format: Format, list: &DeArray<'_>) {
        for item in list {
            match item.get_ref() {
                DeValue::String(text) => self.text(name, format, text, &item.span()),
                other => self.wrong(name, "texts in its list", "", other, &item.span()),
            }
        }
    }

    fn argv(&mut self, name: &str, list: &DeArray<'_>, span: &Span) {
        self.list(name, Format::Any, list);
        let program = list.first().map(Spanned::get_ref);
        let nothing = program.and_then(DeValue::as_str).is_some_and(|text| text.trim().is_empty());
        if program.is_none() || nothing {
            let problem = Problem::new(format!("{}: no program is named", quoted(name)));
            let help = "the program first, then its arguments: `[\"make\", \"test\"]`";
            self.sink.error(span, problem.help(help));
        }
    }

    fn tables(&mut self, name: &str, shape: &Shape, list: &DeArray<'_>, example: &str) {
        for item in list {
            match item.get_ref() {
                DeValue::Table(table) => self.table(shape, table, &item.span()),
                other => self.wrong(name, "tables in its list", example, other, &item.span()),
            }
        }
    }

    fn map(&mut self, names: Format, kind: &Kind, table: &DeTable<'_>) {
        for (name, value) in table {
            self.text(name.get_ref(), names, name.get_ref(), &name.span());
            self.value(name.get_ref(), kind, "", value);
        }
    }

    fn tagged(&mut self, shapes: &[(&str, &Shape)], table: &DeTable<'_>, span: &Span) {
        let kind = table.get("kind");
        let word = kind.and_then(|kind| kind.get_ref().as_str());
        if let Some((_, shape)) = shapes.iter().find(|(name, _)| Some(*name) == word) {
            return self.table(shape, table, span);
        }
        let names = shapes.iter().map(|(name, _)| *name);
        let problem = match (kind, word) {
            (None, _) => Problem::new("a source lacks `kind`"),
            (Some(_), Some(word)) => Problem::new(format!("{} is no kind of source", quoted(word))),
            (Some(value), None) => wrong_type("kind", "a text", value.get_ref()),
        };
        let help = suggest::help(word.unwrap_or_default(), names);
        let at = kind.map_or_else(|| span.clone(), Spanned::span);
        self.sink.error(&at, problem.maybe_help(help));
    }
}

fn wrong_type(name: &str, wants: &str, value: &DeValue<'_>) -> Problem {
    let given = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(moment) if moment.date.is_some() => "a date with a time",
        DeValue::Datetime(_) => "a time of day",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Problem::new(format!("{} wants {wants}, not {given}", quoted(name)))
}
