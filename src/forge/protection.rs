//! How a repository protects its branches and tags: rulesets, and the classic protection of
//! branches.

use globset::GlobBuilder;
use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::git_data::id;
use super::refusal::Refusal;
use crate::git::{ObjectId, RefName};

/// How deep tags of tags are followed.
const TAGS: usize = 10;

/// Whether a ruleset is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enforcement {
    /// It is.
    Active,
    /// It is only tried out: it stops nothing.
    Evaluate,
    /// It is switched off.
    Disabled,
}

/// A ruleset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruleset {
    /// Its name.
    pub name: String,
    /// Whether it is for tags; else for branches, or pushes.
    pub for_tags: bool,
    /// Whether it is enforced.
    pub enforcement: Enforcement,
    /// The kinds of its rules: `deletion`, `update`.
    pub rules: Vec<String>,
    /// Who may pass by it; `None` where the token may not see that.
    pub bypass: Option<Vec<String>>,
    include: Vec<String>,
    exclude: Vec<String>,
}

impl Ruleset {
    /// Whether it holds for a ref. A pattern that cannot be read holds for nothing, and leaves
    /// everything out: what is not sure to be protected is not.
    #[must_use]
    pub fn covers(&self, name: &RefName) -> bool {
        let included = self.include.iter().any(|pattern| matches(pattern, name) == Some(true));
        let excluded = self.exclude.iter().any(|pattern| matches(pattern, name) != Some(false));
        included && !excluded
    }

    /// Whether it forbids this.
    #[must_use]
    pub fn has(&self, rule: &str) -> bool {
        self.rules.iter().any(|known| known == rule)
    }
}

/// Whether a pattern of a ruleset matches; `None` where it cannot be read. They are Ruby's
/// `File.fnmatch` with `FNM_PATHNAME`: a star does not cross a slash, and braces are braces.
fn matches(pattern: &str, name: &RefName) -> Option<bool> {
    if pattern == "~ALL" {
        return Some(true);
    }
    if pattern.starts_with('~') {
        // `~DEFAULT_BRANCH` is no tag.
        return Some(false);
    }
    let literal = pattern.replace('{', "[{]").replace('}', "[}]");
    let glob = GlobBuilder::new(&literal).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher().is_match(name.as_str()))
}

/// What a branch asks of a change before it lands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BranchRules {
    /// The names of checks that have to succeed.
    pub checks: Vec<String>,
    /// Whether owners of the files have to agree; `None` where the token may not see that.
    pub owners: Option<bool>,
}

#[derive(Deserialize)]
struct Listed {
    id: u64,
}

#[derive(Deserialize)]
struct Whole {
    name: String,
    target: Option<String>,
    enforcement: String,
    conditions: Option<Conditions>,
    #[serde(default)]
    rules: Vec<Rule>,
    bypass_actors: Option<Vec<Actor>>,
}

#[derive(Default, Deserialize)]
struct Conditions {
    ref_name: Option<RefNames>,
}

#[derive(Default, Deserialize)]
struct RefNames {
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Value,
}

#[derive(Deserialize)]
struct Actor {
    actor_id: Option<u64>,
    actor_type: String,
    bypass_mode: Option<String>,
}

#[derive(Deserialize)]
struct TagObject {
    object: Target,
}

#[derive(Deserialize)]
struct Target {
    sha: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Client<'_> {
    /// Every ruleset that holds here, those of the organisation too.
    pub fn rulesets(&self) -> Result<Vec<Ruleset>, Refusal> {
        let route = self.route(&["rulesets"]).with("includes_parents", "true");
        let request = format!("GET {}", self.route(&["rulesets"]));
        let mut found = Vec::new();
        for value in self.list(route)? {
            let listed: Listed = read(&request, value)?;
            let route = self.route(&["rulesets", &listed.id.to_string()]);
            let whole: Whole = self.get(&route)?.read()?;
            found.push(whole.into());
        }
        Ok(found)
    }

    /// What a branch asks for: by its rulesets, and by classic protection, as far as whoever may
    /// read the repository sees it. `None` where there is no such branch.
    pub fn branch_rules(&self, branch: &str) -> Result<Option<BranchRules>, Refusal> {
        let Some(answer) = self.look(&self.route(&["branches", branch]))? else { return Ok(None) };
        let body = answer.body;
        let protected = body.pointer("/protection/enabled").and_then(Value::as_bool);
        let mut rules = BranchRules::default();
        let required = body.pointer("/protection/required_status_checks");
        let off = required.and_then(|one| one.get("enforcement_level")).and_then(Value::as_str)
            == Some("off");
        if let Some(required) = required.filter(|_| !off) {
            rules.checks.extend(texts(required.get("contexts")));
        }
        let route = self.route(&["rules", "branches", branch]);
        let request = format!("GET {route}");
        let mut owners = false;
        for value in self.list(route)? {
            let rule: Rule = read(&request, value)?;
            match rule.kind.as_str() {
                "required_status_checks" => {
                    let checks = rule.parameters.get("required_status_checks");
                    let checks = checks.and_then(Value::as_array).into_iter().flatten();
                    let context = |check: &Value| check.get("context")?.as_str().map(str::to_owned);
                    rules.checks.extend(checks.filter_map(context));
                }
                "pull_request" => {
                    let asked = rule.parameters.get("require_code_owner_review");
                    owners |= asked.and_then(Value::as_bool) == Some(true);
                }
                _ => {}
            }
        }
        // What classic protection asks of reviews, only administrators see.
        rules.owners = match (owners, protected) {
            (true, _) => Some(true),
            (false, Some(false)) => Some(false),
            (false, _) => self.classic_owners(branch)?,
        };
        rules.checks.sort();
        rules.checks.dedup();
        Ok(Some(rules))
    }

    fn classic_owners(&self, branch: &str) -> Result<Option<bool>, Refusal> {
        let route =
            self.route(&["branches", branch, "protection", "required_pull_request_reviews"]);
        match self.get(&route) {
            Ok(answer) => {
                let asked = answer.body.get("require_code_owner_reviews");
                Ok(asked.and_then(Value::as_bool))
            }
            Err(Refusal::NotFound(_) | Refusal::Permission(_)) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// The commit that a tag stands on, through annotated ones; `None` where there is no such tag.
    pub fn tagged_commit(&self, name: &RefName) -> Result<Option<ObjectId>, Refusal> {
        let short = name.as_str().strip_prefix("refs/").unwrap_or(name.as_str());
        let Some(answer) = self.look(&self.route(&["git", "ref", short]))? else {
            return Ok(None);
        };
        let mut request = answer.request.clone();
        let mut at = answer.read::<TagObject>()?.object;
        for _ in 0..TAGS {
            if at.kind != "tag" {
                break;
            }
            let answer = self.get(&self.route(&["git", "tags", &at.sha]))?;
            request.clone_from(&answer.request);
            at = answer.read::<TagObject>()?.object;
        }
        id(&request, &at.sha).map(Some)
    }

    /// What the token may do in the repository: `admin`, `push`, `pull` and so on, as the forge
    /// lists it.
    pub fn permissions(&self) -> Result<Vec<String>, Refusal> {
        let body = self.get(&self.route(&[]))?.body;
        let all = body.get("permissions").and_then(Value::as_object);
        let granted = all.into_iter().flatten().filter(|(_, may)| may.as_bool() == Some(true));
        Ok(granted.map(|(name, _)| name.clone()).collect())
    }
}

fn read<T: serde::de::DeserializeOwned>(request: &str, value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value).map_err(|error| Refusal::Unreadable {
        request: request.to_owned(),
        why: error.to_string(),
    })
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let all = list.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

impl From<Whole> for Ruleset {
    fn from(whole: Whole) -> Self {
        let names = whole.conditions.unwrap_or_default().ref_name.unwrap_or_default();
        Self {
            name: whole.name,
            for_tags: whole.target.as_deref() == Some("tag"),
            enforcement: match whole.enforcement.as_str() {
                "active" => Enforcement::Active,
                "evaluate" => Enforcement::Evaluate,
                _ => Enforcement::Disabled,
            },
            rules: whole.rules.into_iter().map(|rule| rule.kind).collect(),
            bypass: whole.bypass_actors.map(|all| all.iter().map(Actor::shown).collect()),
            include: names.include,
            exclude: names.exclude,
        }
    }
}

impl Actor {
    /// `OrganizationAdmin`, `Team 7`, `Integration 12 (pull_request)`.
    fn shown(&self) -> String {
        let id = self.actor_id.map(|id| format!(" {id}")).unwrap_or_default();
        let mode = self.bypass_mode.as_deref().filter(|mode| *mode != "always");
        let mode = mode.map(|mode| format!(" ({mode})")).unwrap_or_default();
        format!("{}{id}{mode}", self.actor_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruleset(include: &[&str], exclude: &[&str]) -> Ruleset {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Ruleset {
            name: String::new(),
            for_tags: true,
            enforcement: Enforcement::Active,
            rules: vec!["deletion".to_owned()],
            bypass: None,
            include: owned(include),
            exclude: owned(exclude),
        }
    }

    #[test]
    fn patterns_are_those_of_fnmatch_and_doubt_protects_nothing() {
        let tag = RefName::tag("v1/start");
        for (include, exclude, covers) in [
            (&["~ALL"][..], &[][..], true),
            (&[], &[], false),
            (&["refs/tags/v1/start"], &[], true),
            (&["refs/tags/*"], &[], false),
            (&["refs/tags/*/*"], &[], true),
            (&["refs/tags/**/*"], &[], true),
            (&["refs/tags/v[12]/start"], &[], true),
            (&["refs/tags/{v1,v2}/start"], &[], false),
            (&["refs/tags/[v"], &[], false),
            (&["~DEFAULT_BRANCH"], &[], false),
            (&["~ALL"], &["refs/tags/v1/*"], false),
            (&["~ALL"], &["refs/tags/v2/*"], true),
            (&["~ALL"], &["refs/tags/[v"], false),
        ] {
            assert_eq!(ruleset(include, exclude).covers(&tag), covers, "{include:?} {exclude:?}");
        }
    }
}
