//! The table, and the machine it was measured on.

use std::fmt;
use std::path::Path;

use crate::child::git;
use crate::history::{START_DISTANCE, TOPICS};
use crate::layout;
use crate::measure::Timing;
use crate::options::Options;
use crate::rows::Subject;

/// Everything that is printed.
pub(crate) struct Report<'a> {
    options: &'a Options,
    subject: &'a Subject,
    machine: String,
    groups: &'a [Vec<Timing>],
}

impl<'a> Report<'a> {
    /// Looks at the machine; the timings come group by group, the reference first.
    pub(crate) fn new(
        options: &'a Options,
        subject: &'a Subject,
        groups: &'a [Vec<Timing>],
    ) -> anyhow::Result<Self> {
        Ok(Self { options, subject, machine: machine()?, groups })
    }

    fn run(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = layout::AREAS * layout::FILES;
        let start = START_DISTANCE.min(self.options.commits / 2);
        writeln!(
            f,
            "{} commits, {files} files, {TOPICS} remote branches, {} stages, start tag {start} \
             commits back; {} rounds in turns.",
            self.options.commits,
            layout::STAGES,
            self.options.rounds,
        )?;
        if let Some(program) = &self.options.program {
            writeln!(f, "\n**Not this build**: measured is {}.", program.display())?;
        } else if cfg!(debug_assertions) {
            writeln!(f, "\n**Not a release build**: the figures say nothing about speed.")?;
        }
        writeln!(f, "\n{}\n", self.machine)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.run(f)?;
        writeln!(f, "| measured | ratio of medians | ratio of minima | median | minimum |")?;
        writeln!(f, "|---|--:|--:|--:|--:|")?;
        for group in self.groups {
            let Some(reference) = group.first() else { continue };
            for (index, timing) in group.iter().enumerate() {
                let title = timing.name.title();
                let mark =
                    if index == 0 { format!("**{title}** (reference)") } else { title.into() };
                let (median, minimum) = (timing.median(), timing.minimum());
                let of_medians = median / reference.median();
                let of_minima = minimum / reference.minimum();
                write!(f, "| {mark} | {of_medians:.2} | {of_minima:.2} ")?;
                writeln!(f, "| {median:.2} ms | {minimum:.2} ms |")?;
            }
        }
        if self.subject.shim.is_none() {
            writeln!(f, "\nThe rows of the shim were not measured: there is no hooks/pre-push.")?;
        }
        Ok(())
    }
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
    Ok(format!(
        "{}, {cores} cores, {system}; {git}; {rustc}; backout {version}; {date}.",
        processor()
    ))
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("model name"));
    let model = line.and_then(|rest| rest.split_once(':')).map(|(_, model)| model.trim());
    model.unwrap_or("processor unknown").to_owned()
}
