//! Check runs: the verdict on a commit, with annotations on lines of files.

use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::looking_first;
use crate::forge::client::Client;
use crate::forge::refusal::Refusal;
use crate::forge::route::Route;
use crate::git::ObjectId;

/// How many annotations a request may hold.
const BATCH: usize = 50;

/// How many pages of check runs of one name on one commit are looked at.
const PAGES: usize = 10;

/// What a check run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// It holds.
    Success,
    /// It does not, or that could not be told.
    Failure,
    /// It does not, and that stops nobody.
    Neutral,
}

impl Conclusion {
    /// GitHub's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Neutral => "neutral",
        }
    }
}

/// How heavily an annotation weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationLevel {
    /// It stops.
    Failure,
    /// It is told.
    Warning,
    /// It is set aside.
    Notice,
}

impl AnnotationLevel {
    const fn word(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// Something said of a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file, from the repository's root.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// How heavily it weighs.
    pub level: AnnotationLevel,
    /// Its title.
    pub title: String,
    /// What is said, as plain text.
    pub message: String,
    /// What tells it from every other annotation, on every run: kept as its raw details.
    pub key: String,
}

impl Annotation {
    fn body(&self) -> Value {
        json!({
            "path": self.path,
            "start_line": self.line,
            "end_line": self.line,
            "annotation_level": self.level.word(),
            "title": self.title,
            "message": self.message,
            "raw_details": self.key,
        })
    }

    fn is(&self, sent: &Sent) -> bool {
        sent.raw_details.as_deref() == Some(self.key.as_str())
            && sent.annotation_level.as_deref() == Some(self.level.word())
    }
}

/// A check run as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport<'t> {
    /// Its name, by which it can be a required one.
    pub name: &'t str,
    /// What tells it from check runs of the same name that others made.
    pub external_id: &'t str,
    /// The commit that it is about.
    pub head: ObjectId,
    /// What it comes to.
    pub conclusion: Conclusion,
    /// The title of its text.
    pub title: &'t str,
    /// Its text, in Markdown; 65,535 bytes at the most.
    pub summary: &'t str,
    /// What is said of lines.
    pub annotations: &'t [Annotation],
    /// The page that knows more.
    pub details: Option<&'t str>,
    /// When it began, in RFC 3339.
    pub started: &'t str,
    /// When it ended.
    pub completed: &'t str,
}

/// A check run that is there.
#[derive(Deserialize)]
struct Run {
    id: u64,
    external_id: Option<String>,
    app: Option<App>,
}

/// Who made it: one App cannot change another's check run.
#[derive(Deserialize)]
struct App {
    slug: Option<String>,
}

#[derive(Deserialize)]
struct Runs {
    check_runs: Vec<Run>,
}

/// An annotation that is there.
#[derive(Deserialize)]
struct Sent {
    annotation_level: Option<String>,
    raw_details: Option<String>,
}

/// A check run that can be gone on with, and the annotations that it lacks.
struct Begun<'r> {
    id: u64,
    lacks: Vec<&'r Annotation>,
}

impl Client<'_> {
    /// Brings a commit's check run to what it shall be: the one that an earlier run made, else a
    /// new one. GitHub adds annotations and never takes one away, so a check run that says what
    /// holds no more is left behind, and a newer one takes its place.
    pub fn report_check(&self, report: &CheckReport<'_>) -> Result<(), Refusal> {
        looking_first(|| self.advance(report))
    }

    fn advance(&self, report: &CheckReport<'_>) -> Result<(), Refusal> {
        if let Some(begun) = self.begun(report)? {
            return self.go_on(report, begun.id, &begun.lacks);
        }
        let all: Vec<&Annotation> = report.annotations.iter().collect();
        let (first, rest) = all.split_at(all.len().min(BATCH));
        let mut body = report.body(first, rest.is_empty());
        body.insert("head_sha".to_owned(), report.head.to_string().into());
        if !body.contains_key("status") {
            body.insert("status".to_owned(), "in_progress".into());
        }
        let made =
            self.send(&Method::POST, &self.route(&["check-runs"]), Some(&Value::Object(body)))?;
        let run: Run = made.read()?;
        if rest.is_empty() { Ok(()) } else { self.go_on(report, run.id, rest) }
    }

    fn go_on(
        &self,
        report: &CheckReport<'_>,
        id: u64,
        lacks: &[&Annotation],
    ) -> Result<(), Refusal> {
        let route = self.route(&["check-runs", &id.to_string()]);
        let mut rest = lacks;
        loop {
            let (batch, later) = rest.split_at(rest.len().min(BATCH));
            let body = Value::Object(report.body(batch, later.is_empty()));
            self.send(&Method::PATCH, &route, Some(&body))?;
            rest = later;
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    /// The newest check run of ours, where it says nothing that holds no more.
    fn begun<'r>(&self, report: &'r CheckReport<'_>) -> Result<Option<Begun<'r>>, Refusal> {
        let Some(id) = self.newest_run(report)? else { return Ok(None) };
        let route = self.route(&["check-runs", &id.to_string(), "annotations"]);
        let request = format!("GET {route}");
        let unreadable = |error: serde_json::Error| Refusal::Unreadable {
            request: request.clone(),
            why: error.to_string(),
        };
        let mut lacks: Vec<&Annotation> = report.annotations.iter().collect();
        for value in self.list(route)? {
            let sent: Sent = serde_json::from_value(value).map_err(unreadable)?;
            match lacks.iter().position(|one| one.is(&sent)) {
                Some(at) => drop(lacks.remove(at)),
                None => return Ok(None),
            }
        }
        Ok(Some(Begun { id, lacks }))
    }

    fn newest_run(&self, report: &CheckReport<'_>) -> Result<Option<u64>, Refusal> {
        let mut found = self.runs(report)?;
        found.retain(|run| run.external_id.as_deref() == Some(report.external_id));
        if found.is_empty() {
            return Ok(None);
        }
        let login = self.login()?;
        let slug = login.as_deref().and_then(|login| login.strip_suffix("[bot]"));
        let ours = found.iter().filter(|run| run.is_of(slug)).map(|run| run.id);
        Ok(ours.max())
    }

    /// The check runs of that name on the commit.
    fn runs(&self, report: &CheckReport<'_>) -> Result<Vec<Run>, Refusal> {
        let mut route = self
            .route(&["commits", &report.head.to_string(), "check-runs"])
            .with("check_name", report.name)
            .with("filter", "all")
            .with("per_page", "100");
        let mut found = Vec::new();
        for _ in 0..PAGES {
            let answer = self.get(&route)?;
            let next = answer.headers.next.clone();
            found.extend(answer.read::<Runs>()?.check_runs);
            let below = |next: String| Route::below(self.place().api.as_str(), &next);
            match next.and_then(below) {
                Some(next) => route = next,
                None => break,
            }
        }
        Ok(found)
    }
}

impl Run {
    /// Whether this App made it, as far as both are known.
    fn is_of(&self, slug: Option<&str>) -> bool {
        let maker = self.app.as_ref().and_then(|app| app.slug.as_deref());
        match (maker, slug) {
            (Some(maker), Some(slug)) => maker == slug,
            _ => true,
        }
    }
}

impl CheckReport<'_> {
    /// A request's body. A failure is said with the first one, a success with the last: what stops
    /// half-way never says "success".
    fn body(&self, annotations: &[&Annotation], last: bool) -> Map<String, Value> {
        let batch: Vec<Value> = annotations.iter().map(|one| one.body()).collect();
        let mut body = Map::new();
        let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
        set("name", self.name.into());
        set("external_id", self.external_id.into());
        set("started_at", self.started.into());
        if let Some(details) = self.details {
            set("details_url", details.into());
        }
        if last || self.conclusion == Conclusion::Failure {
            set("status", "completed".into());
            set("conclusion", self.conclusion.word().into());
            set("completed_at", self.completed.into());
        }
        set(
            "output",
            json!({ "title": self.title, "summary": self.summary, "annotations": batch }),
        );
        body
    }
}
