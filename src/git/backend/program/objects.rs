//! Objects, from one `git cat-file` that stays until all questions are asked.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::child::{ask, git, not_started, reason};
use crate::git::{GitError, ObjectId};

/// Reads objects; the child is started by the first question.
#[derive(Debug)]
pub(super) struct Objects {
    folder: PathBuf,
    child: RefCell<Option<Batch>>,
}

/// A `git cat-file --batch-command` that runs.
#[derive(Debug)]
struct Batch {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// What it says of an object before the content.
struct Header {
    kind: String,
    size: u64,
}

impl Objects {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder, child: RefCell::new(None) }
    }

    /// An object's kind, as git names it, and its content. `None` where it is not here.
    pub(super) fn read(&self, object: &ObjectId) -> Result<Option<(String, Vec<u8>)>, GitError> {
        self.converse(object, |batch| {
            let Some(header) = batch.ask("contents", object)? else { return Ok(None) };
            let mut content = Vec::new();
            batch.answers.by_ref().take(header.size).read_to_end(&mut content)?;
            let mut end = [0];
            batch.answers.read_exact(&mut end)?;
            if content.len() as u64 != header.size || end != *b"\n" {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            Ok(Some((header.kind, content)))
        })
    }

    /// Whether an object is here.
    pub(super) fn has(&self, object: &ObjectId) -> Result<bool, GitError> {
        Ok(self.converse(object, |batch| batch.ask("info", object))?.is_some())
    }

    /// Asks the child. One that broke off has met an object that it cannot read, or one that is
    /// promised by a remote and not here, which older gits die of.
    fn converse<T>(
        &self,
        object: &ObjectId,
        question: impl FnOnce(&mut Batch) -> std::io::Result<Option<T>>,
    ) -> Result<Option<T>, GitError> {
        let mut slot = self.child.borrow_mut();
        let mut batch = match slot.take() {
            Some(batch) => batch,
            None => Batch::start(&self.folder)?,
        };
        let answer = question(&mut batch);
        if answer.is_ok() {
            *slot = Some(batch);
        }
        match answer {
            Ok(Some(found)) => Ok(Some(found)),
            Ok(None) | Err(_) => self.why(object),
        }
    }

    /// Why git has no answer for this object: `None` where it is not here. Within a batch, a
    /// damaged one is "missing" to git as well.
    fn why<T>(&self, object: &ObjectId) -> Result<Option<T>, GitError> {
        let output = ask(&self.folder, &["cat-file", "-t", &object.to_string()])?;
        let told = String::from_utf8_lossy(&output.stderr);
        if told.contains("from promisor remote") {
            return Ok(None);
        }
        // A place to borrow from that is gone makes objects be missing; it damages none.
        let borrowed = "error: unable to normalize alternate object path";
        let mut errors = told.lines().filter(|line| line.starts_with("error: "));
        let damage = errors.find(|line| !line.starts_with(borrowed));
        // An id of another length than the repository's is to git a name that stands for nothing.
        let absent = ["could not get object info", "Not a valid object name"];
        if damage.is_none() && absent.iter().any(|words| told.contains(words)) {
            return Ok(None);
        }
        let said = damage.map_or_else(|| reason(&output.stderr), str::to_owned);
        Err(GitError::Other(format!("object {} cannot be read: {said}", object.short())))
    }
}

impl Batch {
    fn start(folder: &std::path::Path) -> Result<Self, GitError> {
        let mut child = git(folder)
            .args(["cat-file", "--batch-command"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().ok_or_else(|| GitError::Other("no pipe".to_owned()))?;
        Ok(Self { child, questions, answers: BufReader::new(answers) })
    }

    /// Asks, and reads the line that comes first. `None` where the object is not here.
    fn ask(&mut self, what: &str, object: &ObjectId) -> std::io::Result<Option<Header>> {
        let pipe = self.questions.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
        pipe.write_all(format!("{what} {object}\n").as_bytes())?;
        pipe.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let mut words = line.trim_end_matches('\n').split(' ');
        if words.next() != Some(object.to_string().as_str()) {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        match (words.next(), words.next().map(str::parse)) {
            (Some("missing"), None) => Ok(None),
            (Some(kind), Some(Ok(size))) => Ok(Some(Header { kind: kind.to_owned(), size })),
            _ => Err(std::io::ErrorKind::InvalidData.into()),
        }
    }
}

impl Drop for Batch {
    /// Without questions it ends by itself.
    fn drop(&mut self) {
        self.questions = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
