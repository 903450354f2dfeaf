//! Which account a token stands for.

use http::Method;
use serde_json::{Value, json};

use super::client::Client;
use super::credential::Rights;
use super::refusal::Refusal;
use super::route::Route;

/// Who a job of GitHub Actions is.
const JOB: &str = "github-actions[bot]";

impl Client<'_> {
    /// The account's login; `None` where the forge does not say. GraphQL tells it for every kind of
    /// token; `GET /user` refuses those of Apps and jobs.
    pub fn login(&self) -> Result<Option<String>, Refusal> {
        if let Some(known) = self.known_as.get() {
            return Ok(known.clone());
        }
        let login = self.ask_login()?;
        Ok(self.known_as.get_or_init(|| login).clone())
    }

    fn ask_login(&self) -> Result<Option<String>, Refusal> {
        let query = json!({ "query": "query { viewer { login } }" });
        let asked = self.send(&Method::POST, &Route::new(&["graphql"]), Some(&query));
        match asked {
            Ok(answer) => {
                if let Some(login) = text(&answer.body, "/data/viewer/login") {
                    return Ok(Some(login));
                }
            }
            Err(refusal @ (Refusal::Unauthorized(_) | Refusal::RateLimit { .. })) => {
                return Err(refusal);
            }
            // Servers of one's own have it elsewhere, and others not at all.
            Err(_) => {}
        }
        if self.rights() == Rights::OfTheJob {
            return Ok(Some(JOB.to_owned()));
        }
        match self.get(&Route::new(&["user"])) {
            Ok(answer) => Ok(text(&answer.body, "/login")),
            Err(Refusal::Permission(_) | Refusal::NotFound(_)) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }
}

fn text(body: &Value, pointer: &str) -> Option<String> {
    body.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}
