//! Names that want to be something else: commands, markup, controls. One list, for every format.

use std::process::Command;

use super::{RepoOptions, Staged, TestRepo, execute};

/// Names of files, refs, stages and tags, subjects and reasons, as far as git allows each there.
/// All are different, and each has to stay so to a reader.
const TEXTS: &[&str] = &[
    // One that wants nothing: what the others are compared with.
    "plain.py",
    // Workflow commands of GitHub, at the beginning of a line and in its middle; Azure; TeamCity.
    "a\n::error::pwned",
    "a\r::error::pwned",
    "::error::pwned",
    " ::warning::pwned",
    "a ::error file=x,line=1::pwned",
    "a\u{a0}::notice::pwned",
    "::stop-commands::pwned",
    "::add-mask::backout",
    "##[error]pwned",
    "a ##[stop-commands]pwned",
    "###[add-mask]pwned",
    "##vso[task.setvariable variable=a]pwned",
    "##teamcity[buildProblem description='pwned']",
    "%0A::error::pwned",
    "a,line=1::b",
    "EOF\nverdict=ready",
    "${{ github.token }}",
    "$(touch pwned)",
    "; touch pwned",
    "-rf",
    // A terminal: colours, title, link, C1 controls, what cannot be seen, what turns the text.
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;x:y\u{1b}\\link",
    "\u{9b}31mred",
    "\u{9d}0;title\u{9c}",
    "\u{1b}c",
    "a\u{8}b",
    "a\u{7f}b",
    "a\u{202e}b",
    "a\u{2066}b",
    "a\u{200b}b",
    "a\u{200d}b",
    "a\u{feff}b",
    "a\u{ad}b",
    "a\u{e0041}b",
    "a\u{2028}b",
    "ab",
    "a b",
    "a\u{a0}b",
    "a ",
    " a",
    "a\tb",
    "a\nb",
    // The escapes themselves.
    "a\\u{1b}b",
    "a\u{1b}b",
    "a\\nb",
    "\"a\\u{1b}b\"",
    "\\xff",
    // Markdown, and what GitHub makes of plain text.
    "@team",
    "@acme+platform",
    "a @team",
    "#1",
    "acme#1",
    "GH-1",
    "www.evil.example",
    "mail@evil.example",
    "[a](b:c)",
    "![a](b.png)",
    "[a]: b",
    "`a`",
    "``a",
    "```",
    "a|b",
    "a\\|b",
    "**a**",
    "_a_",
    "# a",
    "<b>a",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)<",
    "<!--",
    "&lt;b&gt;",
    "&#64;team",
    ":tada:",
    "$a$",
    // XML, and characters that it forbids.
    "a<b",
    "]]>",
    "a&b",
    "a\"b",
    "a'b",
    "a\u{1}b",
    "a\u{b}b",
    "a\u{fffe}b",
    // Placeholders.
    "{0}",
    "{{0}}",
];

/// Names that are not text.
const BYTES: &[&[u8]] =
    &[b"\xff", b"\xfe", b"\xff\xfe", b"a\xc3", b"\xed\xa0\x80", b"a\xff\n::error::pwned"];

/// The list as texts.
pub(crate) fn texts() -> Vec<String> {
    TEXTS.iter().map(|text| (*text).to_owned()).collect()
}

/// The list as paths: texts, names that are not text, and two of 4,096 bytes that differ in their
/// last one.
pub(crate) fn paths() -> Vec<Vec<u8>> {
    let texts = TEXTS.iter().map(|text| text.as_bytes().to_vec());
    let bytes = BYTES.iter().map(|bytes| bytes.to_vec());
    texts.chain(bytes).chain([long(b'a'), long(b'b')]).collect()
}

fn long(last: u8) -> Vec<u8> {
    let mut path = [vec![b'x'; 127], vec![b'/']].concat().repeat(32);
    path.pop();
    path.push(last);
    assert_eq!(path.len(), 4_096);
    path
}

/// What of the list can name a branch or a tag: git decides.
pub(crate) fn refs(repo: &TestRepo) -> Vec<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    let allowed = |name: &Vec<u8>| {
        let full = [b"refs/heads/", &name[..]].concat();
        let mut git: Command = repo.command("git", repo.path());
        git.arg("check-ref-format").arg(std::ffi::OsStr::from_bytes(&full));
        name.len() < 200 && execute(&mut git, b"", repo.filter()).exit == 0
    };
    paths().into_iter().filter(allowed).collect()
}

/// A text as a TOML string.
pub(crate) fn toml(text: &str) -> String {
    let escaped = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => character.to_string(),
        other => format!("\\U{:08X}", u32::from(other)),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// A repository whose commits hold the list: for each name, one that claims stage 9 and changes
/// that path besides, and one that has it as its subject. They lie on `main`, above `origin/main`;
/// the commit of path *n* is tagged `path-n`, that of subject *n* `subject-n`.
pub(crate) fn repository() -> Staged {
    let scope = "branch = \"main\"\nscope = [\"**\"]";
    let configuration = super::CONFIGURATION.replace("branch = \"main\"", scope);
    let scene = Staged::with(RepoOptions::default(), &configuration);
    let mut stream = Stream { bytes: Vec::new(), time: 1_767_700_000, parent: "refs/heads/main^0" };
    for (number, path) in paths().iter().enumerate() {
        stream.commit(b"Move\n\nMigration-Stage: 9", path, number);
        stream.tag(&format!("path-{number}"));
    }
    for (number, subject) in paths().iter().enumerate() {
        let message = [&subject[..], b"\n\nMigration-Stage: 9"].concat();
        stream.commit(&message, format!("plain-{number}").as_bytes(), number + 1_000);
        stream.tag(&format!("subject-{number}"));
    }
    let mut git = scene.repo.command("git", scene.repo.path());
    git.args(["fast-import", "--quiet"]);
    execute(&mut git, &stream.bytes, scene.repo.filter()).ok();
    scene
}

/// The input of `git fast-import`.
struct Stream {
    bytes: Vec<u8>,
    time: u64,
    parent: &'static str,
}

impl Stream {
    /// A commit on `main` that changes the file of stage 9, and a path. None leaves that file as it
    /// was before the stage, for then it would have gone back, and nothing be asked of it.
    fn commit(&mut self, message: &[u8], path: &[u8], number: usize) {
        self.time += 60;
        let who = format!("A Developer <dev@example.com> {} +0000", self.time);
        self.line(&format!("commit refs/heads/main\nmark :1\ncommitter {who}"));
        self.data(message);
        let parent = std::mem::take(&mut self.parent);
        if !parent.is_empty() {
            self.line(&format!("from {parent}"));
        }
        self.line(&format!("M 100644 inline {}", super::STATE));
        self.data(format!("moved = {number}\n").as_bytes());
        let quoted: String = path.iter().map(|byte| format!("\\{byte:03o}")).collect();
        let quoted = quoted.replace("\\057", "/");
        self.line(&format!("M 100644 inline \"{quoted}\""));
        self.data(b"x\n");
    }

    fn tag(&mut self, name: &str) {
        self.line(&format!("reset refs/tags/{name}\nfrom :1\n"));
    }

    fn data(&mut self, bytes: &[u8]) {
        self.line(&format!("data {}", bytes.len()));
        self.bytes.extend(bytes);
        self.bytes.push(b'\n');
    }

    fn line(&mut self, text: &str) {
        self.bytes.extend(text.as_bytes());
        self.bytes.push(b'\n');
    }
}
