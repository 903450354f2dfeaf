//! What was asked.

use serde_json::Value;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// `POST`.
    pub(crate) method: String,
    /// The path as it was sent, escapes and all, without the query.
    pub(crate) path: String,
    /// The query.
    pub(crate) query: String,
    /// The headers, by their names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    /// The body; null where there is none or it is no JSON.
    pub(crate) body: Value,
}

impl Recorded {
    /// `POST /repos/acme/shop/git/trees`.
    pub(crate) fn call(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it changes something.
    pub(crate) fn writes(&self) -> bool {
        self.method != "GET"
    }

    /// The parts of the path, read; a part that holds a slash becomes several, as GitHub has it.
    pub(super) fn parts(&self) -> Vec<String> {
        let text = percent_encoding::percent_decode_str(&self.path).decode_utf8_lossy();
        text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// A value of the query.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let of_name = |pair: &str| {
            let (key, value) = pair.split_once('=')?;
            (key == name).then(|| {
                percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()
            })
        };
        self.query.split('&').find_map(of_name)
    }

    /// A text of the body.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    /// Whether a value of the body is true.
    pub(super) fn is(&self, name: &str) -> bool {
        self.body.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The texts of a list in the body.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let list = self.body.get(name)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}
