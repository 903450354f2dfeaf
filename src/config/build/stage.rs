//! One stage of the model.

use std::collections::BTreeMap;

use super::super::model::{Stage, TagPin};
use super::super::scale::{CodeRollback, FlagState, StageState};
use super::super::table::Table;
use super::{Builder, optional, parse, string, strings};

impl Builder<'_> {
    pub(super) fn stage(&self, table: &Table<'_>) -> Option<Stage> {
        Some(Stage {
            id: parse(&table.text("id")?)?,
            name: string(table, "name")?,
            impact: parse(&table.text("impact")?)?,
            mode: optional(table, "mode", parse)?,
            state: optional(table, "state", parse)?.unwrap_or(StageState::Open),
            since: table.date("since"),
            reason: string(table, "reason"),
            paths: self.patterns(table, "paths"),
            exclude: self.patterns(table, "exclude"),
            after: table
                .texts("after")
                .iter()
                .map(|id| self.stage_ref(id))
                .collect::<Option<_>>()?,
            start: self.checkpoint(table, "start")?,
            deployed: self.checkpoint(table, "deployed")?,
            rollback: table.list("rollback")?.iter().map(parse).collect::<Option<_>>()?,
            quiesce: self.action(table, "quiesce")?,
            deploy: self.action(table, "deploy")?,
            flags: safe_states(table)?,
            backups: table.texts("backups").iter().map(parse).collect::<Option<_>>()?,
            code: optional(table, "code", parse)?.unwrap_or(CodeRollback::Revert),
            verify: self.action(table, "verify")?,
            irreversible: table.is_true("irreversible"),
            procedure: strings(table, "procedure"),
            owners: strings(table, "owners"),
            place: self.place(&table.span),
        })
    }

    fn checkpoint(&self, table: &Table<'_>, key: &str) -> Option<Option<TagPin>> {
        match table.table(key) {
            Some(tag) => self.tag(&tag).map(Some),
            None => (!table.has(key)).then_some(None),
        }
    }
}

fn safe_states(table: &Table<'_>) -> Option<BTreeMap<String, FlagState>> {
    let states = table.named_texts("flags");
    states.iter().map(|(name, state)| Some((name.text.to_owned(), parse(state)?))).collect()
}
