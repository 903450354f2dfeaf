//! Ctrl-C, for commands that would leave something behind: it is noticed, and they end by their own
//! way out, which takes away what is half made. Every other command dies of the signal at once.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::exit::{Exit, Failure};

static REQUESTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From now on Ctrl-C, and the termination that a CI sends when a job is cancelled, are requests.
pub fn listen() -> io::Result<()> {
    let flag = REQUESTED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(flag))?;
    }
    Ok(())
}

/// Whether the user wants it to end.
#[must_use]
pub fn is_requested() -> bool {
    REQUESTED.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// An interrupted command's error (exit 130), saying what has become of its work.
#[must_use]
pub fn failure(left: &str) -> Failure {
    Failure { exit: Exit::Interrupted, message: format!("interrupted: {left}"), help: None }
}

/// A stream that fails once an end is requested, so that no long copy outlives Ctrl-C.
#[derive(Debug)]
pub struct Stopping<T>(
    /// The stream.
    pub T,
);

impl<T> Stopping<T> {
    fn stream(&mut self) -> io::Result<&mut T> {
        // Not `ErrorKind::Interrupted`, upon which readers and writers try again.
        if is_requested() { Err(io::Error::other("interrupted")) } else { Ok(&mut self.0) }
    }
}

impl<T: Read> Read for Stopping<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream()?.read(buffer)
    }
}

impl<T: Write> Write for Stopping<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream()?.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<T: Seek> Seek for Stopping<T> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}
