//! A program that writes down how it was called, to stand where a hook or backout would.

use std::fs;
use std::path::{Path, PathBuf};

use super::{TestRepo, write_program};

/// A shell script in a folder of its own that records every call.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    folder: PathBuf,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// The arguments.
    pub(crate) arguments: Vec<String>,
    /// The folder that it was started in.
    pub(crate) folder: PathBuf,
    /// All of stdin.
    pub(crate) stdin: Vec<u8>,
    /// `PRE_COMMIT_REMOTE_BRANCH`, by which pre-commit and prek name one ref; empty elsewhere.
    pub(crate) remote_branch: String,
}

impl Recorder {
    /// A recorder whose program is `<temporary folder>/<name>/backout`.
    pub(crate) fn new(repo: &TestRepo, name: &str) -> Self {
        let folder = repo.root().join(name);
        let recorder = Self { folder };
        write_program(&recorder.program(), recorder.script());
        recorder
    }

    /// The program.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder.join("backout")
    }

    /// The program's text, to be put elsewhere too.
    pub(crate) fn script(&self) -> String {
        let folder = self.folder.display().to_string().replace('\'', r"'\''");
        format!(
            "#!/bin/sh\n\
             if [ \"$1\" = --version ]; then echo 'backout 9.9.9'; exit 0; fi\n\
             folder='{folder}'\n\
             count=$(find \"$folder\" -name '*.stdin' | wc -l | tr -d ' ')\n\
             for argument do printf '%s\\0' \"$argument\"; done >\"$folder/$count.arguments\"\n\
             pwd >\"$folder/$count.folder\"\n\
             printf %s \"${{PRE_COMMIT_REMOTE_BRANCH-}}\" >\"$folder/$count.branch\"\n\
             cat >\"$folder/$count.stdin\"\n\
             echo \"${{folder##*/}}\" >>\"${{folder%/*}}/order\"\n\
             exit \"$(cat \"$folder/exit\" 2>/dev/null || echo 0)\"\n"
        )
    }

    /// Lets every later call end with `code`.
    pub(crate) fn exits(&self, code: i32) {
        fs::write(self.folder.join("exit"), code.to_string()).unwrap();
    }

    /// Forgets the calls so far.
    pub(crate) fn forget(&self) {
        for number in 0..self.calls().len() {
            for kind in ["arguments", "folder", "branch", "stdin"] {
                fs::remove_file(self.part(number, kind)).unwrap();
            }
        }
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        (0..)
            .take_while(|number| self.part(*number, "stdin").exists())
            .map(|number| self.call(number))
            .collect()
    }

    /// The only call; the test stops where there was none, or another one.
    #[track_caller]
    pub(crate) fn only_call(&self) -> Call {
        let mut calls = self.calls();
        assert_eq!(calls.len(), 1, "expected one call of {}: {calls:?}", self.folder.display());
        calls.remove(0)
    }

    fn call(&self, number: usize) -> Call {
        let arguments = fs::read_to_string(self.part(number, "arguments")).unwrap();
        let folder = fs::read_to_string(self.part(number, "folder")).unwrap();
        Call {
            arguments: arguments.split_terminator('\0').map(str::to_owned).collect(),
            folder: Path::new(folder.trim_end_matches('\n')).to_owned(),
            stdin: fs::read(self.part(number, "stdin")).unwrap(),
            remote_branch: fs::read_to_string(self.part(number, "branch")).unwrap(),
        }
    }

    fn part(&self, number: usize, kind: &str) -> PathBuf {
        self.folder.join(format!("{number}.{kind}"))
    }
}
