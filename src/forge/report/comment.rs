//! The one comment on a pull request that is kept up to date.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::looking_first;
use crate::forge::client::Client;
use crate::forge::refusal::Refusal;

/// A comment that is kept up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StickyComment<'t> {
    /// What its text begins with, and by which it is found; nobody sees it.
    pub marker: &'t str,
    /// What it says, after the marker.
    pub text: &'t str,
    /// Whether it is made where it is not there.
    pub make: bool,
}

/// What became of the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is new.
    Made,
    /// It says something else now.
    Changed,
    /// It says what it said.
    Unchanged,
    /// There is none, and none was needed.
    None,
}

#[derive(Debug, Clone, Deserialize)]
struct Comment {
    id: u64,
    body: Option<String>,
    user: Option<User>,
}

#[derive(Debug, Clone, Deserialize)]
struct User {
    login: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Client<'_> {
    /// Brings the comment to what it shall say. It is found by its marker and by its author: what
    /// somebody else has written is never touched, whatever it begins with.
    pub fn keep_comment(&self, number: u64, comment: &StickyComment<'_>) -> Result<Kept, Refusal> {
        looking_first(|| self.bring_comment(number, comment))
    }

    fn bring_comment(&self, number: u64, comment: &StickyComment<'_>) -> Result<Kept, Refusal> {
        let text = format!("{}\n{}", comment.marker, comment.text);
        let own = self.own_comments(number, comment.marker)?;
        let Some((first, others)) = own.split_first() else {
            return if comment.make { self.say_there(number, &text) } else { Ok(Kept::None) };
        };
        // Two runs at once may each have made one.
        for other in others {
            self.delete_comment(other.id)?;
        }
        if first.body.as_deref().is_some_and(|body| body.replace('\r', "") == text) {
            return Ok(Kept::Unchanged);
        }
        let route = self.comment_route(first.id);
        self.send(&Method::PATCH, &route, Some(&json!({ "body": text })))?;
        Ok(Kept::Changed)
    }

    fn say_there(&self, number: u64, text: &str) -> Result<Kept, Refusal> {
        let route = self.route(&["issues", &number.to_string(), "comments"]);
        self.send(&Method::POST, &route, Some(&json!({ "body": text })))?;
        Ok(Kept::Made)
    }

    fn comment_route(&self, id: u64) -> crate::forge::Route {
        self.route(&["issues", "comments", &id.to_string()])
    }

    fn delete_comment(&self, id: u64) -> Result<(), Refusal> {
        match self.send(&Method::DELETE, &self.comment_route(id), None) {
            // Somebody else has done it.
            Ok(_) | Err(Refusal::NotFound(_)) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// The comments that begin with the marker and are ours, the oldest first.
    fn own_comments(&self, number: u64, marker: &str) -> Result<Vec<Comment>, Refusal> {
        let route = self.route(&["issues", &number.to_string(), "comments"]);
        let request = format!("GET {route}");
        let unreadable = |error: serde_json::Error| Refusal::Unreadable {
            request: request.clone(),
            why: error.to_string(),
        };
        let mut marked = Vec::new();
        for value in self.list(route)? {
            let comment: Comment = serde_json::from_value(value).map_err(unreadable)?;
            if comment.body.as_ref().is_some_and(|body| body.starts_with(marker)) {
                marked.push(comment);
            }
        }
        if marked.is_empty() {
            return Ok(marked);
        }
        let login = self.login()?;
        marked
            .retain(|comment| comment.user.as_ref().is_some_and(|user| user.is(login.as_deref())));
        marked.sort_by_key(|comment| comment.id);
        Ok(marked)
    }
}

impl User {
    /// Whether it is this account; where ours is not known, whether it is no person: an App, which
    /// an administrator has installed.
    fn is(&self, login: Option<&str>) -> bool {
        match login {
            Some(login) => self.login.eq_ignore_ascii_case(login),
            None => self.kind.as_deref() == Some("Bot"),
        }
    }
}
