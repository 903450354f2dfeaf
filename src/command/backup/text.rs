//! What `backout backup` says to people.

use std::path::Path;

use crate::backup::archive::{Verified, shown_path};
use crate::backup::{Checked, Created, Selected};
use crate::config::Stage;
use crate::git::Seconds;
use crate::receipt::{ArchiveReceipt, instant_text};

/// `visible`: whether git would let the receipt be committed.
pub(super) fn created_text(created: &Created, receipt: &str, visible: bool) -> String {
    let manifest = &created.manifest;
    let mut text = format!("backup {}: captured\n", manifest.backup);
    let mut row = |name: &str, value: String| text.push_str(&format!("  {name:<9} {value}\n"));
    row("archive", shown_path(&created.path));
    for file in &created.receipt.files {
        row("size", size_text(file.size));
        row("sha256", file.sha256.to_string());
    }
    let content = size_text(manifest.payload_bytes);
    row("entries", format!("{}, {content} of content", manifest.entries));
    row("captured", instant_text(manifest.captured_end));
    if let Some(environment) = &manifest.environment {
        row("from", environment.clone());
    }
    if manifest.point_in_time.is_none() {
        row("note", "whether all of it is as of one moment is up to the command".to_owned());
    }
    let first = if visible { "" } else { "let git see the receipt, then " };
    row("next", format!("{first}git add {receipt}"));
    text
}

pub(super) fn checked_text(name: &str, checked: &Checked) -> String {
    match checked {
        Checked::Good(verified) => format!("  ok    {name}\n{}", verified_text(verified)),
        Checked::Bad(problem) => format!(
            "  bad   {name}\n        {}: {}\n        help: {}\n",
            problem.code, problem.message, problem.help
        ),
        Checked::Unknown { message, help } => format!(
            "  ?     {name}\n        could not be checked: {message}\n        help: {help}\n"
        ),
    }
}

fn verified_text(verified: &Verified) -> String {
    let manifest = &verified.manifest;
    let (entries, captured) = (entries_text(manifest.entries), instant_text(manifest.captured_end));
    let size = size_text(verified.size);
    let depth = match &verified.sample {
        Some(sample) => {
            format!("sampled: the frame and {} of {} blocks", sample.checked, sample.blocks)
        }
        None => "every byte verified".to_owned(),
    };
    let digest = verified.digest.map(|digest| format!("        sha256 {digest}\n"));
    let digest = digest.unwrap_or_default();
    format!("        {entries}, {size}, captured {captured}; {depth}\n{digest}")
}

pub(super) fn archive_text(archive: &ArchiveReceipt, now: Seconds) -> String {
    let captured = instant_text(archive.captured_end);
    let age = age_text(archive.captured_end, now);
    let size =
        size_text(archive.files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.size)));
    let from = archive.environment.as_deref().unwrap_or("environment not stated");
    let rehearsed = match &archive.rehearsed {
        Some(rehearsal) => {
            format!("rehearsal {} {}", rehearsal.result.as_str(), instant_text(rehearsal.at))
        }
        None => "not rehearsed".to_owned(),
    };
    let (entries, place) = (entries_text(archive.entries), &archive.place);
    format!("{captured} ({age})  {size}, {entries}, {from}, {rehearsed}\n    {place}")
}

pub(super) fn age_text(at: Seconds, now: Seconds) -> String {
    let age = now.0.saturating_sub(at.0);
    match age {
        i64::MIN..0 => "ahead of this clock".to_owned(),
        0..3600 => format!("{} min ago", age / 60),
        3600..172_800 => format!("{} h ago", age / 3600),
        _ => format!("{} days ago", age / 86_400),
    }
}

pub(super) fn size_text(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (bytes, None);
    let mut tenths = 0;
    for name in UNITS {
        if value < 1024 {
            break;
        }
        tenths = value % 1024 * 10 / 1024;
        value /= 1024;
        unit = Some(name);
    }
    match unit {
        Some(unit) => format!("{value}.{tenths} {unit} ({bytes} bytes)"),
        None => format!("{bytes} bytes"),
    }
}

/// A path within the repository, as it can be given to `git` from `folder`.
pub(super) fn shell_path(path: &str, folder: &Path, root: &Path) -> String {
    let path = if folder == root { path.to_owned() } else { format!(":/{path}") };
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

pub(super) fn stages_text(selected: Selected<'_>) -> String {
    let uses = |stage: &&Stage| stage.backups.contains(&selected.backup.name);
    let ids: Vec<_> =
        selected.migration.stages.iter().filter(uses).map(|stage| stage.id.as_str()).collect();
    match ids.as_slice() {
        [] => "used by no stage".to_owned(),
        ids => format!("stage {}", ids.join(", ")),
    }
}

pub(super) fn entries_text(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}
