//! Puts the table between its markers in benches/README.md.

use std::path::Path;

use anyhow::{Context, bail};

const BEGIN: &str = "<!-- push: begin -->";
const END: &str = "<!-- push: end -->";

/// Replaces what stands between the markers, and nothing else.
pub(crate) fn write(path: &Path, report: &str) -> anyhow::Result<()> {
    let text = crate::read(path)?;
    let (Some((before, rest)), 2) = (text.split_once(BEGIN), markers(&text)) else {
        bail!("{} needs one `{BEGIN}` and one `{END}` after it", path.display());
    };
    let (_, after) = rest.split_once(END).context("the end marker stands before the begin")?;
    let text = format!("{before}{BEGIN}\n{}\n{END}{after}", report.trim_end());
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn markers(text: &str) -> usize {
    text.matches(BEGIN).count() + text.matches(END).count()
}
