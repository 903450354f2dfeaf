//! The table, and the machine it was measured on.

use std::fmt;
use std::path::Path;

use crate::child::git;
use crate::history::{START_DISTANCE, TOPICS};
use crate::layout;
use crate::measure::Timing;
use crate::options::Options;

/// Everything that is printed of the groups.
pub(crate) struct Report<'a> {
    /// What was asked.
    pub(crate) options: &'a Options,
    /// The timings group by group, the reference first.
    pub(crate) groups: &'a [Vec<Timing>],
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let commits = self.options.commits();
        writeln!(
            f,
            "{commits} commits, {} files, {TOPICS} remote branches, {} stages, start tag {} \
             commits back; {} rounds in turns.\n",
            layout::AREAS * layout::FILES,
            layout::STAGES,
            START_DISTANCE.min(commits / 2),
            self.options.rounds(),
        )?;
        writeln!(
            f,
            "| measured | ratio of medians | ratio of minima | median | minimum | above (minima) |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
        for group in self.groups {
            let Some(reference) = group.first() else { continue };
            for (index, timing) in group.iter().enumerate() {
                let title = &timing.title;
                let mark =
                    if index == 0 { format!("**{title}** (reference)") } else { title.clone() };
                let (median, minimum) = (timing.median(), timing.minimum());
                let of_medians = ratio(median / reference.median());
                let of_minima = ratio(minimum / reference.minimum());
                let above = format!("{:+.2} ms", minimum - reference.minimum());
                let (median, minimum) = (shown(median), shown(minimum));
                write!(f, "| {mark} | {of_medians} | {of_minima} | {median} | {minimum} ")?;
                writeln!(f, "| {above} |")?;
            }
        }
        Ok(())
    }
}

/// Two digits behind the point, or the first two that say something.
fn ratio(value: f64) -> String {
    if value < 0.1 { format!("{value:.4}") } else { format!("{value:.2}") }
}

fn shown(milliseconds: f64) -> String {
    if milliseconds < 0.1 {
        format!("{:.2} µs", milliseconds * 1_000.0)
    } else {
        format!("{milliseconds:.2} ms")
    }
}

/// Machine, versions, command and size of the program: what stands above the tables.
pub(crate) fn surroundings(options: &Options) -> anyhow::Result<String> {
    let mut text = machine()?;
    if let Some(program) = &options.program {
        text.push_str(&format!("\n\n**Not this build**: measured is {}.", program.display()));
    } else if cfg!(debug_assertions) {
        text.push_str("\n\n**Not a release build**: the figures say nothing about speed.");
    }
    let size = std::fs::metadata(options.program())?.len() as f64 / 1024.0 / 1024.0;
    text.push_str(&format!("\n\nThe program is {size:.1} MiB large.\n"));
    Ok(text)
}

/// Processor, cores, versions and date (UTC).
fn machine() -> anyhow::Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let git = git(Path::new("."), &["--version"])?;
    let rustc = std::process::Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let rustc = rustc.unwrap_or_else(|_| "rustc not found".to_owned());
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    Ok(format!(
        "{}, {cores} cores, {system}, load {load} at the end; {git}; {rustc}; backout {version}; \
         {date}.",
        processor()
    ))
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("model name"));
    let model = line.and_then(|rest| rest.split_once(':')).map(|(_, model)| model.trim());
    model.unwrap_or("processor unknown").to_owned()
}
