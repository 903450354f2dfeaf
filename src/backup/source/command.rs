//! A command's standard output, streamed. No shell, no input, its own process group.
//!
//! stderr is shown as it comes and kept, cut, for the manifest. A command that fails, is killed,
//! takes too long or says nothing leaves no backup.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::{known_bad, unspooled, worthless};
use crate::backup::archive::{CommandRun, Entry, EntryKind, EntryWriter};
use crate::backup::hollow::Beginning;
use crate::backup::known_bad::{Sniffer, recipe};
use crate::backup::redact;
use crate::exit::Failure;
use crate::group::{self, Stopped};
use crate::interrupt;

/// How much of stderr is kept: its last part, where errors stand. In bytes.
const MAX_STDERR: usize = 16 * 1024;

/// What helps where a compressor was given nothing.
const BEFORE_THE_PIPE: &str = "run by hand what comes before the compressor; in a shell's script, \
                               `set -o pipefail` lets its failure be seen";

/// The name of the one entry.
const ENTRY_NAME: &[u8] = b"stdout";

/// Variables by which git would make a child look at another repository.
const GIT_VARIABLES: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// What to run, and where.
#[derive(Debug, Clone, Copy)]
pub(in crate::backup) struct Job<'a> {
    /// The program first.
    pub(in crate::backup) argv: &'a [String],
    /// The working directory.
    pub(in crate::backup) folder: &'a Path,
    /// How long it may take.
    pub(in crate::backup) timeout: Option<SignedDuration>,
}

enum Piece {
    Output(Vec<u8>),
    Message(Vec<u8>),
    Broken(io::Error),
}

/// Runs the command and writes its output to the spool; its stderr goes to `progress` as well.
pub(in crate::backup) fn capture<W: Write>(
    job: Job<'_>,
    out: &mut EntryWriter<W>,
    progress: &mut dyn Write,
) -> Result<CommandRun, Failure> {
    if let Some(bad) = recipe(job.argv) {
        return Err(known_bad(&format!("`{}`", shown(job.argv)), bad));
    }
    let deadline = deadline(job.timeout);
    let mut child = spawn(job)?;
    let pieces = listen(&mut child);
    let mut intake = Intake {
        out,
        progress,
        tail: Tail::default(),
        sniffer: Sniffer::default(),
        beginning: Beginning::default(),
    };
    let ended = intake.take_all(&pieces, deadline).and_then(|size| {
        let status = group::wait(&mut child, deadline)?;
        Ok((size, status))
    });
    let stderr = redact::text(&String::from_utf8_lossy(&intake.tail.bytes));
    let (size, status) = match ended {
        Ok(ended) => ended,
        Err(unheard) => {
            match &unheard {
                Unheard::Stopped(why) => group::end(&mut child, why),
                Unheard::Unspooled(_) => group::end(&mut child, &Stopped::TimedOut),
            }
            return Err(unheard.into_failure(job));
        }
    };
    check_status(job, status, &stderr)?;
    check_output(job, size, &intake.beginning, intake.sniffer)?;
    Ok(CommandRun { exit_code: 0, stderr, stderr_cut: intake.tail.cut })
}

/// Why the command was not heard to its end.
enum Unheard {
    Stopped(Stopped),
    Unspooled(io::Error),
}

impl From<Stopped> for Unheard {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

impl Unheard {
    fn into_failure(self, job: Job<'_>) -> Failure {
        let command = shown(job.argv);
        match self {
            Self::Stopped(Stopped::Interrupted) => {
                interrupt::failure(&format!("`{command}` was ended"))
            }
            Self::Stopped(Stopped::TimedOut) => {
                let limit = job.timeout.unwrap_or_default();
                let message = format!("`{command}` took longer than {limit:#} and was killed");
                Failure::indeterminate(message)
                    .help("raise the source's `timeout`, or find out what the command waits for")
            }
            Self::Stopped(Stopped::Unread(error)) => {
                Failure::indeterminate(format!("`{command}` could not be followed: {error}"))
            }
            Self::Unspooled(error) => unspooled(&error),
        }
    }
}

/// Takes what the command says, piece by piece.
struct Intake<'a, W> {
    out: &'a mut EntryWriter<W>,
    progress: &'a mut dyn Write,
    tail: Tail,
    sniffer: Sniffer,
    beginning: Beginning,
}

impl<W: Write> Intake<'_, W> {
    fn take_all(
        &mut self,
        pieces: &Receiver<Piece>,
        deadline: Option<Instant>,
    ) -> Result<u64, Unheard> {
        let entry = Entry { kind: EntryKind::Output, mode: 0, name: ENTRY_NAME.to_vec() };
        self.out.begin(&entry).map_err(Unheard::Unspooled)?;
        while let Some(piece) = next_piece(pieces, deadline)? {
            match piece {
                Piece::Output(bytes) => {
                    self.sniffer.feed(&bytes);
                    self.beginning.feed(&bytes);
                    self.out.write(&bytes).map_err(Unheard::Unspooled)?;
                }
                Piece::Message(bytes) => {
                    // Whether anybody reads along does not change the backup.
                    let _ = self.progress.write_all(&bytes);
                    self.tail.add(&bytes);
                }
                Piece::Broken(error) => return Err(Stopped::Unread(error).into()),
            }
        }
        self.out.end().map_err(Unheard::Unspooled)
    }
}

/// The last part of what was said.
#[derive(Default)]
struct Tail {
    bytes: Vec<u8>,
    cut: bool,
}

impl Tail {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if let Some(excess) = self.bytes.len().checked_sub(MAX_STDERR).filter(|excess| *excess > 0)
        {
            self.bytes.drain(..excess);
            self.cut = true;
        }
    }
}

fn deadline(timeout: Option<SignedDuration>) -> Option<Instant> {
    Instant::now().checked_add(Duration::try_from(timeout?).unwrap_or_default())
}

fn spawn(job: Job<'_>) -> Result<Child, Failure> {
    let Some((program, arguments)) = job.argv.split_first() else {
        return Err(Failure::usage("the source's command is empty"));
    };
    prepared(program, arguments, job.folder).spawn().map_err(|error| {
        Failure::indeterminate(format!("`{}` could not be started: {error}", shown(job.argv)))
            .help("is the program installed, and on the PATH of this shell or pipeline?")
    })
}

fn prepared(program: &str, arguments: &[String], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in GIT_VARIABLES {
        command.env_remove(variable);
    }
    group::own_group(&mut command);
    command
}

/// Reads both of the child's streams; the channel ends when both have ended.
fn listen(child: &mut Child) -> Receiver<Piece> {
    let (sender, receiver) = sync_channel(8);
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone(), Piece::Output);
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender, Piece::Message);
    }
    receiver
}

fn forward(
    mut stream: impl Read + Send + 'static,
    sender: SyncSender<Piece>,
    wrap: fn(Vec<u8>) -> Piece,
) {
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let piece = match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => wrap(buffer[..read].to_vec()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => Piece::Broken(error),
            };
            if sender.send(piece).is_err() {
                return;
            }
        }
    });
}

fn next_piece(
    pieces: &Receiver<Piece>,
    deadline: Option<Instant>,
) -> Result<Option<Piece>, Stopped> {
    loop {
        group::look_up(deadline)?;
        match pieces.recv_timeout(group::PULSE) {
            Ok(piece) => return Ok(Some(piece)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn check_status(job: Job<'_>, status: ExitStatus, stderr: &str) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    let ended = match status.code() {
        Some(code) => format!("failed with exit code {code}"),
        None => "was killed by a signal".to_owned(),
    };
    let last = stderr.trim().lines().next_back().unwrap_or("nothing");
    let last = crate::backup::archive::shown(last.as_bytes());
    Err(Failure::indeterminate(format!(
        "`{}` {ended}; no backup was made; its last words: {last}",
        shown(job.argv)
    ))
    .help("run the command by hand in the configuration's folder, and mend what it complains of"))
}

fn check_output(
    job: Job<'_>,
    size: u64,
    beginning: &Beginning,
    sniffer: Sniffer,
) -> Result<(), Failure> {
    let command = shown(job.argv);
    if size == 0 {
        let help = "is there any data? Does the command write it to stdout?";
        return Err(worthless("backup/empty", &format!("`{command}` wrote nothing"), help));
    }
    if let Some(format) = beginning.finish() {
        let message = format!("`{command}` says nothing: an empty {format} stream");
        return Err(worthless("backup/empty", &message, BEFORE_THE_PIPE));
    }
    match sniffer.finish() {
        Some(bad) => Err(known_bad(&format!("the output of `{command}`"), bad)),
        None => Ok(()),
    }
}

/// The command for people: redacted, and cut to a line's length.
fn shown(argv: &[String]) -> String {
    let line = redact::argv(argv).join(" ");
    let line = crate::backup::archive::shown(line.as_bytes());
    if line.chars().count() <= 120 {
        return line;
    }
    format!("{}…", line.chars().take(119).collect::<String>())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::archive::Totals;
    use crate::exit::Exit;

    struct Run {
        result: Result<CommandRun, Failure>,
        spool: Vec<u8>,
        totals: Option<Totals>,
        progress: String,
        folder: std::path::PathBuf,
    }

    fn run(argv: &[&str], timeout: Option<SignedDuration>) -> Run {
        let argv: Vec<_> = argv.iter().map(|&word| word.to_owned()).collect();
        let folder = tempfile::tempdir().unwrap();
        let (mut out, mut progress) = (EntryWriter::new(Vec::new()), Vec::new());
        let job = Job { argv: &argv, folder: folder.path(), timeout };
        let result = capture(job, &mut out, &mut progress);
        let (spool, totals) = match out.finish() {
            Ok((spool, totals)) => (spool, Some(totals)),
            Err(_) => (Vec::new(), None),
        };
        let progress = String::from_utf8(progress).unwrap();
        let folder = folder.path().canonicalize().unwrap();
        Run { result, spool, totals, progress, folder }
    }

    fn sh(script: &str) -> Run {
        run(&["sh", "-c", script], None)
    }

    #[test]
    fn stdout_goes_to_the_archive_and_stderr_to_people() {
        let run = sh("printf 'content'; echo 'a note' >&2");
        let expected =
            CommandRun { exit_code: 0, stderr: "a note\n".to_owned(), stderr_cut: false };
        assert_eq!(run.result.unwrap(), expected);
        assert_eq!(run.totals.unwrap().payload_bytes(), 7);
        assert!(run.spool.windows(7).any(|window| window == b"content"));
        assert_eq!(run.progress, "a note\n");
    }

    #[test]
    fn much_output_and_much_noise_do_not_block_each_other() {
        let run = sh("yes x | head -c 3000000; yes y | head -c 900000 >&2");
        let told = run.result.unwrap();
        assert_eq!(run.totals.unwrap().payload_bytes(), 3_000_000);
        assert!(told.stderr_cut);
        assert_eq!(told.stderr.len(), MAX_STDERR);
        assert_eq!(run.progress.len(), 900_000);
    }

    #[test]
    fn it_runs_in_its_folder_without_input() {
        let run = sh("cat; pwd -P");
        run.result.unwrap();
        let spool = String::from_utf8_lossy(&run.spool).into_owned();
        assert!(spool.contains(&format!("{}\n", run.folder.display())), "{spool}");
    }

    #[test]
    fn gits_variables_are_not_handed_down() {
        let command = prepared("true", &[], Path::new("/"));
        let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).collect();
        for variable in GIT_VARIABLES {
            assert!(removed.iter().any(|(name, _)| *name == variable), "{variable}");
        }
    }

    #[test]
    fn a_failing_command_gives_its_code_and_last_words() {
        let failure = sh("printf partial; echo first >&2; echo 'no such table' >&2; exit 3")
            .result
            .unwrap_err();
        assert_eq!(failure.exit, Exit::Indeterminate);
        assert!(failure.message.contains("exit code 3"), "{failure}");
        assert!(failure.message.contains("no such table"), "{failure}");
        let killed = sh("printf x; kill -9 $$").result.unwrap_err();
        assert!(killed.message.contains("signal"), "{killed}");
    }

    #[test]
    fn silence_and_known_bad_output_are_refused() {
        let silent = run(&["true"], None).result.unwrap_err();
        assert_eq!(silent.exit, Exit::Findings);
        assert!(silent.message.starts_with("backup/empty: "), "{silent}");
        for script in ["echo \"ERR wrong number of arguments for 'mget' command\"", "echo; echo"] {
            let failure = sh(script).result.unwrap_err();
            assert!(failure.message.starts_with("backup/foreign-format: "), "{failure}");
        }
    }

    #[test]
    fn the_known_bad_recipe_is_refused_before_it_runs() {
        let run = sh("redis-cli --scan | xargs redis-cli MGET; touch ran");
        let failure = run.result.unwrap_err();
        assert!(failure.message.contains("no keys, no TTLs and no types"), "{failure}");
        assert!(failure.help.unwrap().contains("--rdb"));
        assert_eq!(run.totals.unwrap().entries(), 0);
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let failure = run(&["backout-no-such-program"], None).result.unwrap_err();
        assert_eq!(failure.exit, Exit::Indeterminate);
        assert!(failure.message.contains("backout-no-such-program"), "{failure}");
    }

    #[test]
    fn a_slow_command_is_killed_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("survived");
        let script = format!("(sleep 1; touch '{}') & printf x; sleep 30", mark.display());
        let started = Instant::now();
        let timeout = Some(SignedDuration::from_millis(200));
        let failure = run(&["sh", "-c", &script], timeout).result.unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(10));
        assert!(failure.message.contains("was killed"), "{failure}");
        thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists(), "a child of the killed command lived on");
    }

    #[test]
    fn secrets_stay_out_of_messages_and_stderr() {
        let script = "echo 'at redis://:SECRET@host' >&2; printf x; exit ${FAIL:-0}";
        let told = run(&["sh", "-c", script], None).result.unwrap();
        assert!(!told.stderr.contains("SECRET"), "{}", told.stderr);
        let failure = run(&["false", "--password", "SECRET"], None).result.unwrap_err();
        assert!(!failure.message.contains("SECRET"), "{failure}");
    }

    #[test]
    fn a_compressed_nothing_is_no_backup() {
        // As `false | gzip` ends, whose failure the shell does not see.
        let nothing = r"printf '\037\213\010\000\000\000\000\000\000\003\003\000\000\000\000\000\000\000\000\000'";
        let failure = sh(nothing).result.unwrap_err();
        assert_eq!(failure.exit, Exit::Findings);
        assert!(failure.message.starts_with("backup/empty: "), "{failure:?}");
        assert!(failure.message.ends_with("an empty gzip stream"), "{failure:?}");
        assert!(failure.help.unwrap().contains("pipefail"));
        assert!(sh(&format!("{nothing}; printf x")).result.is_ok());
    }
}
