//! From a checked file to the model. Every value has been found valid before, so that a value
//! which still cannot be built is a defect of the checks; it gives `None`, never a smaller
//! configuration.

mod stage;
mod thing;

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::SignedDuration;
use toml::Spanned;
use toml::de::DeValue;

use super::ids::{MigrationId, StageRef};
use super::model::{LevelRule, Migration, Move, Pattern, Place, TagPin, Waiver};
use super::scale::{Level, Mode, Phase};
use super::source::{SourceText, Span};
use super::table::{Document, Table, Text};
use super::value;

/// The trailer where the configuration names none.
const TRAILER: &str = "Migration-Stage";

/// The migration of a checked file; `Some(None)` where the file only includes others.
pub(super) fn migration(document: &Document<'_>) -> Option<Option<Migration>> {
    let file = document.table();
    let Some(table) = file.table("migration") else {
        return if file.has("migration") { None } else { Some(None) };
    };
    let builder = Builder { source: document.source, own: parse(&table.text("id")?)? };
    builder.migration(&file, &table).map(Some)
}

/// What building needs to know of the file.
struct Builder<'a> {
    source: &'a SourceText,
    own: MigrationId,
}

impl Builder<'_> {
    fn migration(&self, file: &Table<'_>, table: &Table<'_>) -> Option<Migration> {
        Some(Migration {
            id: self.own.clone(),
            name: string(table, "name")?,
            mode: optional(table, "mode", parse)?.unwrap_or(Mode::Enforce),
            start: self.tag(&table.table("start")?)?,
            branch: string(table, "branch")?,
            since: optional(table, "since", parse)?,
            scope: self.patterns(table, "scope"),
            trailer: string(table, "trailer").unwrap_or_else(|| TRAILER.to_owned()),
            document: string(table, "document"),
            logs: string(table, "logs"),
            dashboard: string(table, "dashboard"),
            max_waiver: duration(table, "max_waiver")?,
            flags: self.flags(file)?,
            backups: self.backups(file)?,
            stages: self.each(file, "stages", Self::stage)?,
            moves: self.each(file, "moves", Self::moved)?,
            phases: phases(file)?,
            requirements: self.requirements(file)?,
            waivers: self.each(file, "waivers", Self::waiver)?,
            folder: folder(&self.source.path).to_owned(),
            place: self.place(&table.span),
        })
    }

    fn each<T>(
        &self,
        file: &Table<'_>,
        key: &str,
        build: impl Fn(&Self, &Table<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        file.tables(key).iter().map(|table| build(self, table)).collect()
    }

    fn place(&self, span: &Span) -> Place {
        self.source.place(span.start)
    }

    fn tag(&self, table: &Table<'_>) -> Option<TagPin> {
        Some(TagPin {
            tag: string(table, "tag")?,
            oid: optional(table, "oid", parse)?,
            place: self.place(&table.span),
        })
    }

    fn pattern(&self, text: &Text<'_>) -> Pattern {
        Pattern { text: text.text.to_owned(), place: self.place(&text.span) }
    }

    fn patterns(&self, table: &Table<'_>, key: &str) -> Vec<Pattern> {
        table.texts(key).iter().map(|text| self.pattern(text)).collect()
    }

    /// A stage's name; one that spells out its own migration is the same as one that does not.
    fn stage_ref(&self, text: &Text<'_>) -> Option<StageRef> {
        let mut stage: StageRef = parse(text)?;
        stage.migration = stage.migration.filter(|migration| *migration != self.own);
        Some(stage)
    }

    fn moved(&self, table: &Table<'_>) -> Option<Move> {
        Some(Move {
            from: self.pattern(&table.text("from")?),
            to: self.pattern(&table.text("to")?),
            commit: string(table, "commit"),
        })
    }

    fn requirements(&self, file: &Table<'_>) -> Option<BTreeMap<super::FindingCode, LevelRule>> {
        let Some(table) = file.table("requirements") else { return Some(BTreeMap::new()) };
        let rule = |(code, value): (Text<'_>, &Spanned<DeValue<'_>>)| {
            let levels = levels(value)?;
            Some((parse(&code)?, LevelRule { levels, place: self.place(&code.span) }))
        };
        table.entries().into_iter().map(rule).collect()
    }

    fn waiver(&self, table: &Table<'_>) -> Option<Waiver> {
        Some(Waiver {
            finding: parse(&table.text("finding")?)?,
            stage: optional(table, "stage", |text| self.stage_ref(text))?,
            reason: string(table, "reason")?,
            expires: table.date("expires")?,
            place: self.place(&table.span),
        })
    }
}

fn levels(value: &Spanned<DeValue<'_>>) -> Option<BTreeMap<Phase, Level>> {
    if let Some(word) = value.get_ref().as_str() {
        let level = word.parse().ok()?;
        return Some(Phase::ALL.iter().map(|phase| (*phase, level)).collect());
    }
    let entries = value.get_ref().as_table()?.iter();
    let level = |(phase, level): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| {
        Some((phase.get_ref().parse().ok()?, level.get_ref().as_str()?.parse().ok()?))
    };
    entries.map(level).collect()
}

fn phases(file: &Table<'_>) -> Option<BTreeMap<Phase, Phase>> {
    let entries = file.named_texts("phases");
    entries.iter().map(|(phase, judged)| Some((parse(phase)?, parse(judged)?))).collect()
}

fn parse<T: FromStr>(text: &Text<'_>) -> Option<T> {
    text.text.parse().ok()
}

fn string(table: &Table<'_>, key: &str) -> Option<String> {
    table.text(key).map(|text| text.text.to_owned())
}

fn strings(table: &Table<'_>, key: &str) -> Vec<String> {
    table.texts(key).iter().map(|text| text.text.to_owned()).collect()
}

/// An optional value: absent is `Some(None)`, there but not understood is `None`.
fn optional<T>(
    table: &Table<'_>,
    key: &str,
    build: impl Fn(&Text<'_>) -> Option<T>,
) -> Option<Option<T>> {
    match table.text(key) {
        Some(text) => build(&text).map(Some),
        None => (!table.has(key)).then_some(None),
    }
}

fn duration(table: &Table<'_>, key: &str) -> Option<Option<SignedDuration>> {
    optional(table, key, |text| value::parse_duration(text.text).ok())
}

/// The folder of a file, without a final slash; empty for a file at the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
