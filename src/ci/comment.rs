//! A comment on an issue or a pull request that asks for a back-out:
//!
//! ```text
//! /backout 9 because sessions are lost since 14:05
//! /backout billing:9 cascade draft because sessions are lost
//! ```
//!
//! Anybody may comment, so this reads strictly: the command stands at the start of a line, below a
//! blank one or none, in a comment that holds neither code nor HTML; the comment was written, not
//! edited, and by a person whom the repository trusts. Who that is stands in the event itself
//! (`author_association`), as GitHub found it.
//!
//! Source: <https://docs.github.com/webhooks/webhook-events-and-payloads#issue_comment>.

use super::EventError;
use super::error::quoted;
use super::payload::Payload;
use crate::config::StageRef;

/// The longest reason, in characters.
const REASON: usize = 500;

/// Those whose association with the repository lets them ask.
const TRUSTED: [&str; 3] = ["OWNER", "MEMBER", "COLLABORATOR"];

/// What a comment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The stage that is to go.
    pub stage: StageRef,
    /// Why; one line.
    pub reason: String,
    /// Take along the stages that sit on it.
    pub cascade: bool,
    /// Open the pull request as a draft.
    pub draft: bool,
}

/// Why a comment with a command is not obeyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommentError {
    /// The event cannot be read.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The text may not be the author's, or not the one that others have read.
    #[error("the comment was edited, and an edited comment is not obeyed")]
    Edited,
    /// A comment of a bot, or through an app.
    #[error("the comment is a program's, and a program is not obeyed")]
    Bot,
    /// Not one of those who may.
    #[error(
        "the comment's author is {association} here, and a back-out is for owners, \
         members and collaborators"
    )]
    Stranger {
        /// What they are, quoted.
        association: String,
    },
    /// Readers may see the command as code, or not at all.
    #[error("the command is not obeyed: {why}, and readers may take the command for a part of it")]
    Doubtful {
        /// What stands in the comment.
        why: &'static str,
    },
    /// Two commands in one comment.
    #[error("the comment asks for several back-outs")]
    Several,
    /// A command that cannot be read.
    #[error("the command {line} cannot be read: {why}")]
    Malformed {
        /// Its line, quoted and cut.
        line: String,
        /// What is wrong.
        why: String,
    },
}

impl CommentError {
    /// What helps.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Event(_) => "run it on the event issue_comment",
            Self::Edited => "write a new comment",
            Self::Bot | Self::Stranger { .. } => "ask one of them to write it",
            Self::Doubtful { .. } => {
                "write a new comment with the command alone, \
                 or as its first line, without code or HTML"
            }
            Self::Several => {
                "ask for one at a time; stages that sit on another go along with `cascade`"
            }
            Self::Malformed { .. } => {
                "write it so: /backout STAGE [cascade] [draft] because REASON"
            }
        }
    }
}

/// What the comment of an `issue_comment` event asks for; `None` where it holds no command.
///
/// # Errors
/// A command that is not obeyed, and an event that cannot be read.
pub fn back_out_request(event: &[u8]) -> Result<Option<Request>, CommentError> {
    let payload = Payload::parse(event)?;
    let body = payload.text("comment.body")?.unwrap_or_default();
    // A carriage return ends a line for GitHub, with a line feed or without.
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = body.split('\n').collect();
    let commands = commands(&lines);
    let Some((at, line)) = commands.first().copied() else { return Ok(None) };
    authorised(&payload)?;
    if let Some(why) = doubt(&lines, at) {
        return Err(CommentError::Doubtful { why });
    }
    match commands.len() {
        1 => {
            parse(line).map(Some).map_err(|why| CommentError::Malformed { line: quoted(line), why })
        }
        _ => Err(CommentError::Several),
    }
}

fn authorised(payload: &Payload) -> Result<(), CommentError> {
    let written = payload.text("comment.created_at")?;
    let unedited = written.is_some() && written == payload.text("comment.updated_at")?;
    if payload.text("action")? != Some("created") || !unedited {
        return Err(CommentError::Edited);
    }
    // Written through an app, it is in a person's name and not by that person.
    let through_app = payload.has("comment.performed_via_github_app");
    if through_app || payload.text("comment.user.type")? != Some("User") {
        return Err(CommentError::Bot);
    }
    let association = payload.text("comment.author_association")?.unwrap_or("nobody");
    match TRUSTED.contains(&association) {
        true => Ok(()),
        false => Err(CommentError::Stranger { association: quoted(association) }),
    }
}

/// The lines that are commands, wherever they stand: whether they are obeyed is another question.
fn commands<'b>(lines: &[&'b str]) -> Vec<(usize, &'b str)> {
    lines.iter().copied().enumerate().filter(|(_, line)| is_command(line)).collect()
}

fn is_command(line: &str) -> bool {
    let rest = line.strip_prefix("/backout");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// What may make a reader take the command for code, or not see it at all. Telling for sure would
/// take GitHub's own reading of Markdown; a comment with none of this has one meaning.
fn doubt(lines: &[&str], at: usize) -> Option<&'static str> {
    let above = at.checked_sub(1).and_then(|above| lines.get(above));
    if above.is_some_and(|line| !line.trim().is_empty()) {
        return Some("the line above the command is not blank");
    }
    let others = lines.iter().enumerate().filter(|(index, _)| *index != at);
    for line in others.map(|(_, line)| line) {
        let begins = line.trim_start_matches([' ', '\t', '>', '-', '*', '+']);
        if line.contains('`') || begins.starts_with("~~~") || begins.starts_with("$$") {
            return Some("the comment holds code as well");
        }
        if has_markup(line) {
            return Some("the comment holds HTML as well");
        }
        if begins.starts_with('[') && begins.contains("]:") {
            return Some("the comment defines links as well");
        }
    }
    let hides = lines.get(at).is_some_and(|line| line.contains("<!--"));
    hides.then_some("the command holds HTML as well")
}

fn has_markup(line: &str) -> bool {
    line.match_indices('<').any(|(at, _)| {
        let next = line.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|next| next.is_ascii_alphabetic() || "!/?".contains(next))
    })
}

fn parse(line: &str) -> Result<Request, String> {
    let mut words = line.split_whitespace().skip(1);
    let stage = words.next().ok_or("it names no stage")?;
    let stage: StageRef =
        stage.parse().map_err(|_| format!("{} is no stage's name", quoted(stage)))?;
    let (mut cascade, mut draft) = (false, false);
    loop {
        match words.next() {
            Some("cascade" | "--cascade") if !cascade => cascade = true,
            Some("draft" | "--draft") if !draft => draft = true,
            Some("because") => break,
            Some(other) => return Err(format!("{} was not expected there", quoted(other))),
            None => return Err("it gives no reason".to_owned()),
        }
    }
    let reason = words.collect::<Vec<_>>().join(" ");
    if reason.is_empty() || reason.chars().count() > REASON || reason.contains(char::is_control) {
        return Err(format!("a reason is text of up to {REASON} characters"));
    }
    Ok(Request { stage, reason, cascade, draft })
}
