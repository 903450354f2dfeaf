//! Nothing becomes ready by being unreadable, and nothing panics: whole runs of the guard over a
//! real repository, thousands for each surface, with an input that was mutilated. Each room has
//! 10,000 cases of its own beside these.
//!
//! What "unreadable" is, is not asked of the code under test: other parsers, or the plain absence
//! of a name, decide it.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use backout::ci::{self, Event, Subject};
use backout::git::{ObjectId, RefName, RefUpdate, Repo, Seconds};
use backout::readiness::assessment::Verdict;
use backout::readiness::guard::{Guard, Input, Kind};
use backout::readiness::stores::Stores;

use crate::support::{Dice, RepoOptions, STATE, Staged, TestRepo, execute};

/// How often an input that stands outside of the repository, or the configuration, is mutilated.
const CASES: usize = 10_000;

/// How often files are that only a whole judgement reads.
const FILES: usize = 10_000;

/// How often the same is asked of the built program.
const WHOLE_PROGRAMS: usize = 30;

const RECEIPT: &str = ".backout/backups/context.toml";

const CONFIGURATION: &str = r#"version = 1

[migration]
id = "entities"
name = "Entities"
start = { tag = "migration-start" }
branch = "main"

[flags.USE_NEW]
on = "true"
off = "false"
defined_in = ["FLAGS"]

[backups.context]
source = { kind = "file", path = "state.json" }
store = "../store"

[[stages]]
id = "9"
name = "Continuation"
impact = "critical"
paths = ["src/core/state.py"]
rollback = ["flags", "code", "data"]
flags = { USE_NEW = "off" }
backups = ["context"]

[requirements]
"rehearsal/missing" = "allow"
"#;

/// A push of stage 9 to `main` that is ready, and what it was made of.
struct Ready {
    scene: Staged,
    base: ObjectId,
    head: ObjectId,
    archive: PathBuf,
}

impl Ready {
    /// With its flag in a file of this name and content.
    fn with_flags(file: &str, content: &str) -> Self {
        let configuration = CONFIGURATION.replace("FLAGS", file);
        let scene = Staged::with(RepoOptions::default(), &configuration);
        scene.repo.commit_files(&[(file, content)], "The flag");
        scene.share(&["origin", "main"]);
        let base = scene.repo.rev("HEAD").parse().unwrap();
        scene.repo.write("state.json", "{\"carts\": [1, 2, 3]}");
        scene.repo.backout(["backup", "create", "context"]).run().ok();
        fs::remove_file(scene.repo.path().join("state.json")).unwrap();
        let store = scene.repo.root().join("store");
        let archive = fs::read_dir(store).unwrap().next().unwrap().unwrap().path();
        scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move it\n\nMigration-Stage: 9");
        let head = scene.repo.rev("HEAD").parse().unwrap();
        let ready = Self { scene, base, head, archive };
        assert_eq!(ready.judge(&ready.push(head), false), Ok(Verdict::Ready));
        ready
    }

    fn new() -> Self {
        Self::with_flags(".env.example", "# switches\nUSE_NEW=true\nOTHER=\"x\"\n")
    }

    fn push(&self, to: ObjectId) -> Input {
        let (remote, from) = (RefName::branch("main"), Some(self.base));
        Input::push(RefUpdate { local: None, remote, from, to: Some(to) })
    }

    /// What the guard says; an error is told in words.
    fn judge(&self, input: &Input, online: bool) -> Result<Verdict, String> {
        let repo = Repo::open(self.scene.repo.path()).unwrap();
        judge(&repo, std::slice::from_ref(input), online)
    }

    /// The built program's exit code for the same push.
    fn exit_of_hook(&self, to: &ObjectId) -> i32 {
        let line = format!("refs/heads/main {to} refs/heads/main {}\n", self.base);
        self.scene.repo.backout(["pre-push", "origin", "x"]).stdin(line).run().exit
    }
}

/// A commit on `parent` for each content of a file, written in one go.
fn import(repo: &TestRepo, parent: ObjectId, path: &str, contents: &[Vec<u8>]) -> Vec<ObjectId> {
    let mut stream = Vec::new();
    for (mark, content) in (1..).zip(contents) {
        let head = format!(
            "commit refs/scratch/variants\nmark :{mark}\ncommitter T <t@t> 1767614460 +0000\n\
             data 27\nMove it\n\nMigration-Stage: 9\nfrom {parent}\nM 100644 inline {path}\n\
             data {}\n",
            content.len()
        );
        stream.extend_from_slice(head.as_bytes());
        stream.extend_from_slice(content);
        stream.push(b'\n');
    }
    let marks = repo.root().join("marks");
    let mut import = repo.command("git", repo.path());
    import.args(["fast-import", "--quiet", "--force"]);
    import.arg(format!("--export-marks={}", marks.display()));
    execute(&mut import, &stream, repo.filter()).ok();
    let marks = fs::read_to_string(&marks).unwrap();
    let by_mark = marks.lines().map(|line| {
        let (mark, id) = line.split_once(' ').unwrap();
        let mark: usize = mark.trim_start_matches(':').parse().unwrap();
        (mark, id.parse().unwrap())
    });
    by_mark.collect::<BTreeMap<usize, ObjectId>>().into_values().collect()
}

fn guard(repo: &Repo, online: bool) -> Guard<'_> {
    Guard {
        repo,
        remote: Some("origin".to_owned()),
        default_branch: None,
        local: false,
        config_path: "backout.toml".to_owned(),
        // Later than the backup, which was taken by the real clock.
        now: Seconds(4_000_000_000),
        delivered: Vec::new(),
        online: online.then(|| Stores::new(repo.work_tree())),
        overrides: Vec::new(),
        lenient: false,
    }
}

/// The verdict; an error is told in words.
fn verdict_of(guard: &Guard<'_>, inputs: &[Input]) -> Result<Verdict, String> {
    guard.judge(inputs).map(|assessment| assessment.verdict).map_err(|error| error.to_string())
}

fn judge(repo: &Repo, inputs: &[Input], online: bool) -> Result<Verdict, String> {
    verdict_of(&guard(repo, online), inputs)
}

/// Runs a case; a panic is told with its input.
fn survive<T>(input: &[u8], case: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(case))
        .unwrap_or_else(|_| panic!("it panicked at: {}", String::from_utf8_lossy(input)))
}

fn shown(input: &[u8]) -> String {
    input.escape_ascii().to_string()
}

fn mutilated(seed: u64, whole: &[u8], count: usize) -> Vec<Vec<u8>> {
    let mut dice = Dice(seed);
    (0..count).map(|_| dice.mutilate(whole)).collect()
}

/// Mutilates a file of the pushed commit: wherever `unreadable` says so, the push is not ready.
fn of_a_file(ready: &Ready, path: &str, count: usize, unreadable: impl Fn(&[u8]) -> bool) -> usize {
    let whole = fs::read(ready.scene.repo.path().join(path)).unwrap();
    let contents = mutilated(path.len() as u64, &whole, count);
    let commits = import(&ready.scene.repo, ready.head, path, &contents);
    let repo = Repo::open(ready.scene.repo.path()).unwrap();
    let mut asked = 0;
    let mut programs = 0;
    for (content, commit) in contents.iter().zip(&commits) {
        let verdict = survive(content, || judge(&repo, &[ready.push(*commit)], false));
        if !unreadable(content) {
            continue;
        }
        asked += 1;
        assert_ne!(verdict, Ok(Verdict::Ready), "{path}: {}", shown(content));
        if programs < WHOLE_PROGRAMS {
            programs += 1;
            let exit = ready.exit_of_hook(commit);
            assert!(matches!(exit, 1..=3), "{path}: exit {exit}: {}", shown(content));
        }
    }
    asked
}

/// Most of what is mutilated has to be so badly hurt that the question is asked at all.
fn enough(asked: usize, count: usize) {
    assert!(asked * 4 > count, "{asked} of {count} were unreadable");
}

fn is_text_without(name: &str, content: &[u8]) -> bool {
    !String::from_utf8_lossy(content).contains(name)
}

fn is_no_toml(content: &[u8]) -> bool {
    let text = std::str::from_utf8(content).ok();
    text.and_then(|text| toml::from_str::<toml::Table>(text).ok()).is_none()
}

#[test]
fn the_judged_configuration() {
    let ready = Ready::new();
    enough(of_a_file(&ready, "backout.toml", CASES, is_no_toml), CASES);
}

#[test]
fn a_receipt() {
    let ready = Ready::new();
    enough(of_a_file(&ready, RECEIPT, FILES, is_no_toml), FILES);
}

#[test]
fn a_flag_in_a_dotenv_file() {
    let ready = Ready::new();
    let gone = |content: &[u8]| is_text_without("USE_NEW", content);
    enough(of_a_file(&ready, ".env.example", FILES, gone), FILES);
}

#[test]
fn a_flag_in_a_structured_file() {
    let count = FILES / 4;
    let is_no_json = |content: &[u8]| serde_json::from_slice::<serde_json::Value>(content).is_err();
    let gone = |content: &[u8]| is_text_without("USE_NEW", content);
    let toml = Ready::with_flags("flags.toml", "[flags]\nUSE_NEW = \"true\"\nOTHER = 1\n");
    enough(of_a_file(&toml, "flags.toml", count, is_no_toml), count);
    let json =
        Ready::with_flags("flags.json", "{\"flags\": {\"USE_NEW\": \"true\", \"x\": [1]}}\n");
    enough(of_a_file(&json, "flags.json", count, is_no_json), count);
    let yaml = Ready::with_flags("flags.yaml", "flags:\n  USE_NEW: \"true\"\n  other: [1, 2]\n");
    enough(of_a_file(&yaml, "flags.yaml", count, gone), count);
    let flagd = "{\"flags\": {\"USE_NEW\": {\"state\": \"ENABLED\", \
                 \"variants\": {\"on\": \"true\", \"off\": \"false\"}, \
                 \"defaultVariant\": \"on\"}}}\n";
    let flagd = Ready::with_flags("app.flagd.json", flagd);
    enough(of_a_file(&flagd, "app.flagd.json", count, is_no_json), count);
}

#[test]
fn an_archive_and_its_manifest() {
    let ready = Ready::new();
    let whole = fs::read(&ready.archive).unwrap();
    assert_eq!(ready.judge(&ready.push(ready.head), true), Ok(Verdict::Ready));
    let repo = Repo::open(ready.scene.repo.path()).unwrap();
    for (number, content) in mutilated(1, &whole, FILES).into_iter().enumerate() {
        fs::write(&ready.archive, &content).unwrap();
        let verdict = survive(&content, || judge(&repo, &[ready.push(ready.head)], true));
        // Every byte counts: there is no change of an archive that may pass.
        assert_ne!(verdict, Ok(Verdict::Ready), "{}", shown(&content));
        if number < WHOLE_PROGRAMS {
            let arguments = ["check", "--online", "--base", "origin/main"];
            let run = ready.scene.repo.backout(arguments).run();
            assert!(matches!(run.exit, 1 | 3), "{}", run.snapshot());
        }
    }
}

/// An unready push, by its line on the hook's stdin.
fn unready() -> (Staged, String, String) {
    let scene = Staged::new();
    let base = scene.repo.rev("origin/main");
    let head = scene.unready();
    (scene, base, head)
}

/// Whether some line still pushes this commit to main, or is no line at all.
fn is_no_other_push(stdin: &[u8], head: &str) -> bool {
    let text = String::from_utf8_lossy(stdin).into_owned();
    let is_id = |word: &&str| word.len() == 40 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let well_formed = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        words.len() >= 4 && [words[words.len() - 1], words[words.len() - 3]].iter().all(is_id)
    };
    let pushes = |line: &str| line.contains(head) && line.contains(" refs/heads/main ");
    text.lines().any(|line| !well_formed(line) || pushes(line))
}

#[test]
fn the_hooks_stdin() {
    let (scene, base, head) = unready();
    let line = format!("refs/heads/main {head} refs/heads/main {base}\n");
    let repo = Repo::open(scene.repo.path()).unwrap();
    let mut asked = 0;
    for (number, stdin) in mutilated(2, line.as_bytes(), CASES).into_iter().enumerate() {
        let verdict = survive(&stdin, || match ci::parse_ref_lines(&stdin) {
            Err(error) => Err(error.to_string()),
            Ok(updates) => {
                judge(&repo, &updates.into_iter().map(Input::push).collect::<Vec<_>>(), false)
            }
        });
        let counts = is_no_other_push(&stdin, &head);
        if counts {
            asked += 1;
            assert_ne!(verdict, Ok(Verdict::Ready), "{}", shown(&stdin));
        }
        if number < WHOLE_PROGRAMS {
            let run = scene.repo.backout(["pre-push", "origin", "x"]).stdin(&stdin).run();
            let passed = run.exit == 0;
            assert!(!(counts && passed), "{}: {}", shown(&stdin), run.snapshot());
            assert!(matches!(run.exit, 0..=3), "{}", run.snapshot());
        }
    }
    enough(asked, CASES);
}

fn detect(event: &[u8]) -> Result<Option<Event>, ci::EventError> {
    let variables = |name: &str| {
        let value = match name {
            "GITHUB_ACTIONS" => "true",
            "GITHUB_EVENT_NAME" => "push",
            "GITHUB_EVENT_PATH" => "/event.json",
            "GITHUB_REF" => "refs/heads/main",
            _ => return None,
        };
        Some(value.to_owned())
    };
    ci::detect(&variables, &|_: &Path| Ok(event.to_vec()))
}

#[test]
fn a_ci_event() {
    let (scene, base, head) = unready();
    let event = format!(
        "{{\"ref\": \"refs/heads/main\", \"before\": \"{base}\", \"after\": \"{head}\",\n \
         \"created\": false, \"commits\": [], \"repository\": {{\"default_branch\": \"main\"}}}}\n"
    );
    let repo = Repo::open(scene.repo.path()).unwrap();
    let mut asked = 0;
    for (number, bytes) in mutilated(3, event.as_bytes(), CASES).into_iter().enumerate() {
        let detected = survive(&bytes, || detect(&bytes));
        let json = serde_json::from_slice::<serde_json::Value>(&bytes).ok();
        let same = json.as_ref().is_some_and(|json| {
            json["ref"] == "refs/heads/main" && json["before"] == base && json["after"] == head
        });
        let counts = json.is_none() || same;
        if counts {
            asked += 1;
            assert_eq!(detected.is_err(), json.is_none(), "{}", shown(&bytes));
        }
        // An event that names a push is judged as that push; there is no event of nothing.
        if let Ok(event) = detected {
            let subject = event.unwrap().subject;
            let Subject::Update(update) = subject else { panic!("{}", shown(&bytes)) };
            let verdict = survive(&bytes, || judge(&repo, &[Input::push(update)], false));
            assert!(!(same && verdict == Ok(Verdict::Ready)), "{}", shown(&bytes));
        }
        if number < WHOLE_PROGRAMS {
            scene.repo.write("../event.json", &bytes);
            let run = scene
                .repo
                .backout(["check"])
                .env("GITHUB_ACTIONS", "true")
                .env("GITHUB_EVENT_NAME", "push")
                .env("GITHUB_EVENT_PATH", scene.repo.path().join("../event.json"))
                .env("GITHUB_REF", "refs/heads/main")
                .env("GITHUB_SHA", &head)
                .run();
            assert!(matches!(run.exit, 0..=3), "{}", run.snapshot());
            assert!(!(counts && run.exit == 0), "{}: {}", shown(&bytes), run.snapshot());
        }
    }
    enough(asked, CASES);
}

#[test]
fn attributions_that_are_trusted() {
    let scene = Staged::new();
    let repo = &scene.repo;
    let base: ObjectId = repo.rev("HEAD").parse().unwrap();
    // Work without a trailer, which a trusted attribution gives to stage 9: so it needs a backup.
    let work = repo.commit_files(&[(STATE, "state = 2\n")], "Move the state");
    let whole =
        format!("# Whose it was.\n\n[[attributions]]\ncommit = \"{work}\"\nstage = \"9\"\n");
    let mut contents = mutilated(4, whole.as_bytes(), FILES);
    contents.extend([whole.into_bytes(), b"# Nobody's.\n".to_vec()]);
    // Each is what another remote has on its landing branch.
    let commits = import(repo, base, ".backout/attributions.toml", &contents);
    repo.git(&["pack-refs", "--all"]).ok();
    let mut packed = repo.read(".git/packed-refs");
    let lines = commits.iter().enumerate();
    packed.extend(lines.map(|(number, id)| format!("{id} refs/remotes/r{number}/main\n")));
    let mut lines: Vec<&str> =
        packed.lines().filter(|line| !line.starts_with(['#', '^'])).collect();
    lines.sort_by_key(|line| line.split_once(' ').map(|(_, name)| name));
    repo.write(".git/packed-refs", lines.join("\n") + "\n");
    let opened = Repo::open(repo.path()).unwrap();
    let update = RefUpdate {
        local: None,
        remote: RefName::new("HEAD"),
        from: Some(base),
        to: Some(work.parse().unwrap()),
    };
    let input = Input { kind: Kind::Range, ..Input::push(update) };
    let verdict = |number: usize| {
        let guard = Guard { remote: Some(format!("r{number}")), ..guard(&opened, false) };
        verdict_of(&guard, std::slice::from_ref(&input))
    };
    assert_eq!(verdict(FILES), Ok(Verdict::NotReady));
    assert_eq!(verdict(FILES + 1), Ok(Verdict::Ready), "it is the attribution that counts");
    let mut asked = 0;
    for (number, content) in contents.iter().enumerate().take(FILES) {
        let verdict = survive(content, || verdict(number));
        if is_no_toml(content) {
            asked += 1;
            assert_ne!(verdict, Ok(Verdict::Ready), "{}", shown(content));
        }
    }
    enough(asked, FILES);
}
