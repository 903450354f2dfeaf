//! Puts a table between its markers in benches/README.md.

use std::path::Path;

use anyhow::{Context, bail};

/// Replaces what stands between the markers, and nothing else.
pub(crate) fn write(path: &Path, name: &str, report: &str) -> anyhow::Result<()> {
    let text = crate::read(path)?;
    let (begin, end) = (format!("<!-- {name}: begin -->"), format!("<!-- {name}: end -->"));
    let markers = text.matches(&begin).count() + text.matches(&end).count();
    let (Some((before, rest)), 2) = (text.split_once(&begin), markers) else {
        bail!("{} needs one `{begin}` and one `{end}` after it", path.display());
    };
    let (_, after) = rest.split_once(&end).context("the end marker stands before the begin")?;
    let text = format!("{before}{begin}\n{}\n{end}{after}", report.trim_end());
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}
