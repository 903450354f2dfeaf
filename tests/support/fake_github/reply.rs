//! What is answered.

use serde_json::{Value, json};

/// An answer in the making.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// Null for none.
    pub(super) body: Value,
}

/// A reply, be it a refusal.
pub(super) type Answered = Result<Reply, Reply>;

impl Reply {
    pub(super) fn new(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    pub(super) fn created(body: Value) -> Self {
        Self::new(201, body)
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// A refusal in GitHub's form.
    pub(super) fn refusal(status: u16, message: &str) -> Self {
        let documentation = "https://docs.github.com/rest";
        let text = status.to_string();
        let told =
            json!({ "message": message, "documentation_url": documentation, "status": text });
        Self::new(status, told)
    }

    pub(super) fn not_found() -> Self {
        Self::refusal(404, "Not Found")
    }

    /// 422 with one error in words.
    pub(super) fn invalid(resource: &str, message: &str) -> Self {
        let error = json!({ "resource": resource, "code": "custom", "message": message });
        Self::validation(&error)
    }

    /// 422 with one error of a field.
    pub(super) fn invalid_field(resource: &str, field: &str, code: &str) -> Self {
        Self::validation(&json!({ "resource": resource, "field": field, "code": code }))
    }

    fn validation(error: &Value) -> Self {
        let mut reply = Self::refusal(422, "Validation Failed");
        reply.body["errors"] = json!([error]);
        reply
    }
}
