//! Files of a branch.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::client::Client;
use super::refusal::Refusal;

#[derive(Deserialize)]
struct Content {
    #[serde(rename = "type")]
    kind: String,
    encoding: Option<String>,
    content: Option<String>,
}

impl Client<'_> {
    /// A file as a branch has it; `None` where it has none there.
    pub fn file(&self, branch: &str, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let mut parts = vec!["contents"];
        parts.extend(path.split('/'));
        let Some(answer) = self.look(&self.route(&parts).with("ref", branch))? else {
            return Ok(None);
        };
        let request = answer.request.clone();
        let unreadable =
            |why: &str| Refusal::Unreadable { request: request.clone(), why: why.to_owned() };
        if answer.body.is_array() {
            // A folder of that name.
            return Ok(None);
        }
        let found: Content = answer.read()?;
        let text = match (found.kind.as_str(), found.encoding.as_deref(), found.content) {
            ("file", Some("base64"), Some(text)) => text,
            ("file", ..) => return Err(unreadable("the file is larger than the forge shows")),
            _ => return Ok(None),
        };
        let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        STANDARD.decode(plain).map(Some).map_err(|error| unreadable(&error.to_string()))
    }
}
