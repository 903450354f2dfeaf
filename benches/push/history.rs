//! The history of the repository that is measured, as a stream for `git fast-import`.
//!
//! Blocks of 50 commits: 41 on the landing branch, 8 on a topic branch that works in one area, and
//! the merge of the two. Everything follows from the number of commits, so object ids repeat.

use std::io::{self, Write};

use crate::layout;
use crate::pushes::{QUIET, STAGED};

/// The annotated tag from which the migration began.
pub(crate) const START_TAG: &str = "migration-start";
/// How far the start tag stands behind the tip.
pub(crate) const START_DISTANCE: u32 = 2_000;
/// Topic branches of the remote, half of them with a commit that was never merged.
pub(crate) const TOPICS: u32 = 500;

const BLOCK: u32 = 50;
/// Every sixth commit of a block is the topic branch's.
const TOPIC_EVERY: u32 = 6;
/// The commit that brings the configuration.
const CONFIGURED_AT: u32 = 100;
/// 2022-01-01; with ten minutes between commits 200,000 of them end in October 2025.
const FIRST_DATE: u64 = 1_640_995_200;
const SECONDS_BETWEEN: u64 = 600;

/// Where a commit continues, beside the branch's own tip.
#[derive(Default)]
struct Parents {
    from: Option<u32>,
    merge: Option<u32>,
}

/// A file that a commit sets: path and mark of the blob.
type Change = (String, u32);

/// Writes the stream; knows the marks that later commits need.
pub(crate) struct History<W> {
    out: W,
    commits: u32,
    mark: u32,
    main: u32,
    topic: Option<u32>,
    topic_changes: Vec<Change>,
    last_merged: Option<u32>,
    random: u64,
}

impl<W: Write> History<W> {
    /// A history with this many commits on and behind the landing branch.
    pub(crate) fn new(out: W, commits: u32) -> Self {
        Self {
            out,
            commits,
            mark: 0,
            main: 0,
            topic: None,
            topic_changes: Vec::new(),
            last_merged: None,
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// Writes the whole stream: branches, tag and remote-tracking refs.
    pub(crate) fn write(mut self) -> io::Result<()> {
        self.first_commit()?;
        let start = self.commits - START_DISTANCE.min(self.commits / 2);
        let mut tagged = false;
        let mut topics = 0;
        for number in 1..self.commits {
            let on_main = self.commit_number(number, tagged)?;
            if !tagged && on_main && number >= start {
                self.tag()?;
                tagged = true;
            }
            // Spread over the whole history; a short one gives a commit to several topics.
            while topics < u64::from(number) * u64::from(TOPICS) / u64::from(self.commits) {
                self.topic_ref(topics, number)?;
                topics += 1;
            }
        }
        self.refs_at_tip()?;
        writeln!(self.out, "done")?;
        self.out.flush()
    }

    fn first_commit(&mut self) -> io::Result<()> {
        let mut changes = Vec::new();
        for area in 0..layout::AREAS {
            for file in 0..layout::FILES {
                changes.push(self.blob(area, file, 0)?);
            }
        }
        self.main = self.commit("refs/heads/main", 0, "First", &Parents::default(), &changes)?;
        Ok(())
    }

    /// One commit of a block; whether it is on the landing branch's first-parent line.
    fn commit_number(&mut self, number: u32, started: bool) -> io::Result<bool> {
        let topic_area = (number / BLOCK) % layout::AREAS;
        let place = number % BLOCK;
        if place == BLOCK - 1 {
            self.merge(number, topic_area, started)?;
        } else if place % TOPIC_EVERY == TOPIC_EVERY - 1 {
            self.topic_commit(number, topic_area, started)?;
            return Ok(false);
        } else {
            // The topic's area is left alone, so that the merge is what git would have merged.
            let area = (topic_area + 1 + self.below(layout::AREAS - 1)) % layout::AREAS;
            self.main_commit(number, area, started)?;
        }
        Ok(true)
    }

    fn main_commit(&mut self, number: u32, area: u32, started: bool) -> io::Result<()> {
        let file = self.below(layout::FILES);
        let mut changes = vec![self.blob(area, file, number)?];
        if number == CONFIGURED_AT {
            let text = layout::configuration(START_TAG);
            changes = vec![("backout.toml".to_owned(), self.blob_of(&text)?)];
        }
        let message = message("Work", number, area, started);
        self.main =
            self.commit("refs/heads/main", number, &message, &Parents::default(), &changes)?;
        Ok(())
    }

    fn topic_commit(&mut self, number: u32, area: u32, started: bool) -> io::Result<()> {
        let file = self.below(layout::FILES);
        let change = self.blob(area, file, number)?;
        let parents = Parents { from: Some(self.topic.unwrap_or(self.main)), merge: None };
        let message = message("Topic work", number, area, started);
        let changes = [change.clone()];
        let mark = self.commit("refs/heads/topic", number, &message, &parents, &changes)?;
        self.topic = Some(mark);
        self.topic_changes.push(change);
        Ok(())
    }

    fn merge(&mut self, number: u32, area: u32, started: bool) -> io::Result<()> {
        let changes = std::mem::take(&mut self.topic_changes);
        self.last_merged = self.topic.take();
        let parents = Parents { from: None, merge: self.last_merged };
        let message = message("Merge topic", number, area, started);
        self.main = self.commit("refs/heads/main", number, &message, &parents, &changes)?;
        Ok(())
    }

    fn tag(&mut self) -> io::Result<()> {
        let text = "The migration begins here";
        let date = date(self.commits);
        writeln!(self.out, "tag {START_TAG}\nfrom :{}\ntagger {date}", self.main)?;
        data(&mut self.out, text)
    }

    /// A remote-tracking topic branch: merged, or with a commit of its own on top.
    fn topic_ref(&mut self, topic: u64, number: u32) -> io::Result<()> {
        let name = format!("refs/remotes/origin/topic/{topic:03}");
        let tip = self.last_merged.unwrap_or(self.main);
        if topic.is_multiple_of(2) {
            return writeln!(self.out, "reset {name}\nfrom :{tip}\n");
        }
        let file = self.below(layout::FILES);
        let change = self.blob(layout::AREAS - 1, file, number)?;
        let parents = Parents { from: Some(tip), merge: None };
        self.commit(&name, number, "Work that was never merged", &parents, &[change])?;
        Ok(())
    }

    fn refs_at_tip(&mut self) -> io::Result<()> {
        for name in ["main", QUIET.branch, STAGED.branch] {
            writeln!(self.out, "reset refs/remotes/origin/{name}\nfrom :{}\n", self.main)?;
        }
        // The branch that carried one topic after another goes away.
        writeln!(self.out, "reset refs/heads/topic\nfrom {}\n", "0".repeat(40))
    }

    fn blob(&mut self, area: u32, file: u32, revision: u32) -> io::Result<Change> {
        let path = layout::path(area, file);
        let mark = self.blob_of(&layout::content(&path, revision))?;
        Ok((path, mark))
    }

    fn blob_of(&mut self, text: &str) -> io::Result<u32> {
        self.mark += 1;
        writeln!(self.out, "blob\nmark :{}", self.mark)?;
        data(&mut self.out, text)?;
        Ok(self.mark)
    }

    fn commit(
        &mut self,
        branch: &str,
        number: u32,
        message: &str,
        parents: &Parents,
        changes: &[Change],
    ) -> io::Result<u32> {
        self.mark += 1;
        let mark = self.mark;
        writeln!(self.out, "commit {branch}\nmark :{mark}\ncommitter {}", date(number))?;
        data(&mut self.out, message)?;
        if let Some(from) = parents.from {
            writeln!(self.out, "from :{from}")?;
        }
        if let Some(merge) = parents.merge {
            writeln!(self.out, "merge :{merge}")?;
        }
        for (path, blob) in changes {
            writeln!(self.out, "M 100644 :{blob} {path}")?;
        }
        writeln!(self.out)?;
        Ok(mark)
    }

    /// A number below `bound`, by xorshift: the same on every machine.
    fn below(&mut self, bound: u32) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        ((self.random >> 32) % u64::from(bound)) as u32
    }
}

/// A message with the trailer that work on a stage carries once the migration has begun.
pub(crate) fn message(what: &str, number: u32, area: u32, started: bool) -> String {
    let trailer = layout::stage(area).filter(|_| started);
    let trailer = trailer.map(|id| format!("\nMigration-Stage: {id}\n")).unwrap_or_default();
    format!("{what} {number}\n{trailer}")
}

/// The committer of a commit by its number.
pub(crate) fn date(number: u32) -> String {
    format!("Bench <bench@example.invalid> {} +0000", seconds(number))
}

/// When that was.
pub(crate) fn seconds(number: u32) -> u64 {
    FIRST_DATE + u64::from(number) * SECONDS_BETWEEN
}

/// A text, as `git fast-import` takes it.
pub(crate) fn data(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "data {}\n{text}", text.len())
}
