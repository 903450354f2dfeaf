//! A child in a process group of its own, so that it can be ended with all that it has started.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt;

/// How often is looked whether time is up or the user wants an end of it.
pub const PULSE: Duration = Duration::from_millis(20);

/// How long an interrupted command has for its own way out, before it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// Why a child was not waited for to its end.
#[derive(Debug)]
pub enum Stopped {
    /// The user wants it.
    Interrupted,
    /// Time is up.
    TimedOut,
    /// It cannot be waited for.
    Unread(io::Error),
}

/// Makes a command start in a group of its own.
#[cfg(unix)]
pub fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

/// Elsewhere there are no groups.
#[cfg(not(unix))]
pub fn own_group(_command: &mut Command) {}

/// Whether there is a reason to wait no longer.
pub fn look_up(deadline: Option<Instant>) -> Result<(), Stopped> {
    if interrupt::is_requested() {
        return Err(Stopped::Interrupted);
    }
    match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(Stopped::TimedOut),
        _ => Ok(()),
    }
}

/// Waits for the child's end.
pub fn wait(child: &mut Child, deadline: Option<Instant>) -> Result<ExitStatus, Stopped> {
    loop {
        if let Some(status) = child.try_wait().map_err(Stopped::Unread)? {
            return Ok(status);
        }
        look_up(deadline)?;
        thread::sleep(PULSE / 4);
    }
}

/// Ends the child and its group: an interrupted one is asked first, as Ctrl-C on a terminal would.
pub fn end(child: &mut Child, why: &Stopped) {
    if matches!(why, Stopped::Interrupted) {
        signal(child, "INT");
        let patience = Instant::now() + GRACE;
        while matches!(child.try_wait(), Ok(None)) && Instant::now() < patience {
            thread::sleep(PULSE);
        }
    }
    signal(child, "KILL");
    // It may have ended by itself in the meantime.
    let _ = child.kill();
    let _ = child.wait();
}

/// Ends what the child has left in its group when it ended itself. As long as anything is left there,
/// the group's number stands for nothing else.
pub fn end_rest(child: &Child) {
    signal(child, "KILL");
}

/// Signals the child's group, where there is a shell to do it: the standard library cannot.
#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let group = child.id().to_string();
    let _ = Command::new("sh")
        .args(["-c", "kill -s \"$1\" -- \"-$2\"", "sh", name, &group])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

#[cfg(not(unix))]
fn signal(_child: &Child, _name: &str) {}
