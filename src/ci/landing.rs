//! What a merge would make of the commit messages, so that trailers can be kept from getting lost.
//!
//! The settings stand in the pull request event under `pull_request.base.repo`. GitHub offers four
//! texts for a squash, and only the second field decides about trailers:
//! `COMMIT_MESSAGES` (with either title) keeps the messages of the commits, of a single commit its
//! body; `PR_BODY` puts the description there; `BLANK` leaves the title alone. Auto-merge fixes
//! the method beforehand, and the text where its author wrote one. A merge commit has a title and a
//! body of its own, chosen the same way by `merge_commit_message`.

use super::EventError;
use super::payload::Payload;
use crate::stage::trailer::trailers;

/// How a pull request lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeMethod {
    /// A merge commit; the commits stay.
    Merge,
    /// One new commit; the messages go where [`SquashBody`] says.
    Squash,
    /// The commits, copied.
    Rebase,
}

/// What stands below the title of a squash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SquashBody {
    /// The messages of the commits.
    CommitMessages,
    /// The pull request's description.
    Description(String),
    /// Nothing.
    Blank,
    /// A text that was written for auto-merge.
    Written(String),
    /// GitLab's squash template. No variable shows it; the default is the title alone.
    Template,
    /// The event does not say.
    NotStated,
}

/// What stands below the title of a merge commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeBody {
    /// This: the pull request's title or description, nothing, or what was written for auto-merge.
    Text(String),
    /// The event does not say: it may be the description.
    NotStated,
}

/// What a merge would make of the commit messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandingText {
    /// The methods that the repository may use: one, where the pull request already chose.
    pub methods: Vec<MergeMethod>,
    /// What a squash would say below its title.
    pub squash_body: SquashBody,
    /// What a merge commit would say below its title.
    pub merge_body: MergeBody,
    /// The pull request's description.
    pub description: String,
}

/// A way in which a change may land.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Commit by commit, with no further text, or with one that is not known.
    AsItIs,
    /// Below a merge commit with this text.
    Under(String),
    /// As one commit with this text alone.
    As(String),
    /// As one commit with the messages of all.
    WithMessages,
}

/// What happens to trailers when the change lands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailerFate {
    /// They arrive.
    Kept,
    /// Some do not.
    Lost(Loss),
    /// The event does not show it.
    Unknown {
        /// Why.
        why: &'static str,
        /// Whether squashing is the only way to land; else it is one of several.
        certain: bool,
    },
}

/// Trailers that would not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The values that get lost.
    pub values: Vec<String>,
    /// Whether squashing is the only way to land; else it is one of several.
    pub certain: bool,
    /// Why they get lost.
    pub reason: &'static str,
    /// What helps.
    pub help: &'static str,
}

const AUTO_MERGE_MESSAGE: &str = "pull_request.auto_merge.commit_message";
const IN_DESCRIPTION: &str =
    "repeat the trailers in the pull request's description, each on its own line";
const IN_MESSAGE: &str = "write the trailers into the commit message that auto-merge will use";
const OTHER_SETTING: &str =
    "set the squash message to commit messages or description, or land by a merge commit";

impl LandingText {
    /// From a pull request event. Settings that are missing are taken from `repository`; where
    /// they stand in neither, all methods may happen and the text is not stated.
    pub(super) fn of_pull_request(payload: &Payload) -> Result<Self, EventError> {
        let description = payload.text("pull_request.body")?.unwrap_or_default().to_owned();
        let (methods, squash_body) = (methods(payload)?, squash_body(payload, &description)?);
        let merge_body = merge_body(payload, &description)?;
        Ok(Self { methods, squash_body, merge_body, description })
    }

    /// From GitLab's word on whether the merge request squashes.
    pub(super) fn of_merge_request(squashes: bool) -> Self {
        let method = if squashes { MergeMethod::Squash } else { MergeMethod::Merge };
        Self {
            methods: vec![method],
            squash_body: SquashBody::Template,
            // The template of a merge commit is not shown either; the default has no description.
            merge_body: MergeBody::Text(String::new()),
            description: String::new(),
        }
    }

    /// Every way in which the change may land.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        self.methods.iter().flat_map(|method| self.ways_by(*method)).collect()
    }

    fn ways_by(&self, method: MergeMethod) -> Vec<Way> {
        let whole = |body: &str| Way::As(below_a_title(body));
        match method {
            MergeMethod::Rebase => vec![Way::AsItIs],
            MergeMethod::Merge => match &self.merge_body {
                MergeBody::Text(body) => vec![Way::Under(below_a_title(body))],
                MergeBody::NotStated => {
                    vec![Way::AsItIs, Way::Under(below_a_title(&self.description))]
                }
            },
            MergeMethod::Squash => match &self.squash_body {
                SquashBody::CommitMessages => vec![Way::WithMessages],
                SquashBody::Description(body) | SquashBody::Written(body) => vec![whole(body)],
                SquashBody::Blank => vec![whole("")],
                SquashBody::Template => vec![Way::AsItIs],
                SquashBody::NotStated => vec![Way::WithMessages, whole(&self.description)],
            },
        }
    }

    /// Whether it may land as one new commit.
    #[must_use]
    pub fn may_squash(&self) -> bool {
        self.methods.contains(&MergeMethod::Squash)
    }

    /// Whether it can land in no other way.
    #[must_use]
    pub fn must_squash(&self) -> bool {
        self.methods == [MergeMethod::Squash]
    }

    /// Whether it may land by a fast-forward, with its very commits: GitHub never does that, and
    /// whether a project of GitLab does no variable shows.
    #[must_use]
    pub fn may_be_forwarded(&self) -> bool {
        self.squash_body == SquashBody::Template && self.methods.contains(&MergeMethod::Merge)
    }

    /// What happens to the trailers `key: value` of the commits when they land.
    #[must_use]
    pub fn fate(&self, key: &str, values: &[String]) -> TrailerFate {
        if values.is_empty() || !self.may_squash() {
            return TrailerFate::Kept;
        }
        let certain = self.must_squash();
        match &self.squash_body {
            SquashBody::CommitMessages => TrailerFate::Kept,
            SquashBody::Template => TrailerFate::Unknown {
                why: "GitLab's squash template decides; its default is the title, without trailers",
                certain,
            },
            SquashBody::NotStated => TrailerFate::Unknown {
                why: "the event does not say what a squash merge does with commit messages",
                certain,
            },
            SquashBody::Blank => {
                self.compare("", key, values, "a squash takes the title alone", OTHER_SETTING)
            }
            SquashBody::Description(text) => self.compare(
                text,
                key,
                values,
                "a squash takes the pull request's description, which lacks them",
                IN_DESCRIPTION,
            ),
            SquashBody::Written(text) => self.compare(
                text,
                key,
                values,
                "auto-merge has a commit message of its own, which lacks them",
                IN_MESSAGE,
            ),
        }
    }

    fn compare(
        &self,
        body: &str,
        key: &str,
        values: &[String],
        reason: &'static str,
        help: &'static str,
    ) -> TrailerFate {
        let arriving = trailers(below_a_title(body).as_bytes(), key);
        let arrives = |value: &&String| arriving.iter().any(|trailer| trailer.value == **value);
        let lost: Vec<String> = values.iter().filter(|value| !arrives(value)).cloned().collect();
        match lost.is_empty() {
            true => TrailerFate::Kept,
            false => {
                let certain = self.must_squash();
                TrailerFate::Lost(Loss { values: lost, certain, reason, help })
            }
        }
    }
}

/// The body stands below a title when it lands; its own first line is no subject.
fn below_a_title(body: &str) -> String {
    format!("title\n\n{body}")
}

fn methods(payload: &Payload) -> Result<Vec<MergeMethod>, EventError> {
    let chosen = match payload.text("pull_request.auto_merge.merge_method")? {
        Some("merge") => Some(MergeMethod::Merge),
        Some("squash") => Some(MergeMethod::Squash),
        Some("rebase") => Some(MergeMethod::Rebase),
        _ => None,
    };
    if let Some(chosen) = chosen {
        return Ok(vec![chosen]);
    }
    let all = [
        (MergeMethod::Merge, "allow_merge_commit"),
        (MergeMethod::Squash, "allow_squash_merge"),
        (MergeMethod::Rebase, "allow_rebase_merge"),
    ];
    let mut allowed = Vec::new();
    for (method, key) in all {
        if setting(key, |path| payload.flag(path))?.unwrap_or(true) {
            allowed.push(method);
        }
    }
    Ok(allowed)
}

fn squash_body(payload: &Payload, description: &str) -> Result<SquashBody, EventError> {
    if let Some(text) = payload.text(AUTO_MERGE_MESSAGE)? {
        return Ok(SquashBody::Written(text.to_owned()));
    }
    Ok(match setting("squash_merge_commit_message", |path| payload.text(path))? {
        Some("COMMIT_MESSAGES") => SquashBody::CommitMessages,
        Some("PR_BODY") => SquashBody::Description(description.to_owned()),
        Some("BLANK") => SquashBody::Blank,
        _ => SquashBody::NotStated,
    })
}

fn merge_body(payload: &Payload, description: &str) -> Result<MergeBody, EventError> {
    let text = match payload.text(AUTO_MERGE_MESSAGE)? {
        Some(text) => Some(text),
        None => match setting("merge_commit_message", |path| payload.text(path))? {
            Some("PR_BODY") => Some(description),
            Some("PR_TITLE") => Some(payload.text("pull_request.title")?.unwrap_or_default()),
            Some("BLANK") => Some(""),
            _ => None,
        },
    };
    Ok(text.map_or(MergeBody::NotStated, |text| MergeBody::Text(text.to_owned())))
}

/// A repository's setting, from whichever of its two copies in the event has it.
fn setting<T>(
    key: &str,
    read: impl Fn(&str) -> Result<Option<T>, EventError>,
) -> Result<Option<T>, EventError> {
    match read(&format!("pull_request.base.repo.{key}"))? {
        Some(value) => Ok(Some(value)),
        None => read(&format!("repository.{key}")),
    }
}
