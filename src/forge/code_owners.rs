//! Who owns which files, as a CODEOWNERS file says: the last line that matches a path counts.

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::git::RepoPath;

/// Where GitHub looks for the file, the first one that is there.
const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// A larger file is not taken notice of, as GitHub has it.
const LARGEST: usize = 3 * 1024 * 1024;

/// Somebody who can be asked for a review.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A person, by login.
    Person(String),
    /// A team: its organisation, and its slug.
    Team(String, String),
}

impl Owner {
    /// `@login` or `@organisation/team`; an address of e-mail cannot be asked.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let name = text.strip_prefix('@')?;
        let plain = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        match name.split_once('/') {
            Some((organisation, team)) if plain(organisation) && plain(team) => {
                Some(Self::Team(organisation.to_owned(), team.to_owned()))
            }
            None if plain(name) => Some(Self::Person(name.to_owned())),
            _ => None,
        }
    }
}

struct Rule {
    globs: Vec<GlobMatcher>,
    owners: Vec<String>,
}

/// A CODEOWNERS file.
#[derive(Default)]
pub struct CodeOwners {
    rules: Vec<Rule>,
}

impl CodeOwners {
    /// The paths at which to look for it, in their order.
    #[must_use]
    pub const fn places() -> [&'static str; 3] {
        PLACES
    }

    /// Reads it. A line that cannot be read is passed over, as GitHub does.
    #[must_use]
    pub fn read(content: &[u8]) -> Self {
        if content.len() > LARGEST {
            return Self::default();
        }
        let text = String::from_utf8_lossy(content);
        Self { rules: text.lines().filter_map(rule).collect() }
    }

    /// Who owns a path, as written: `@acme/platform`; empty where nobody does.
    #[must_use]
    pub fn owners(&self, path: &RepoPath) -> &[String] {
        let Some(path) = path.as_str() else { return &[] };
        let matches = |rule: &&Rule| rule.globs.iter().any(|glob| glob.is_match(path));
        self.rules.iter().rev().find(matches).map_or(&[], |rule| &rule.owners)
    }
}

fn rule(line: &str) -> Option<Rule> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let words = words(line);
    let (pattern, owners) = words.split_first()?;
    let owners = owners.iter().take_while(|word| !word.starts_with('#')).cloned().collect();
    // GitHub's file has neither exceptions nor classes of characters.
    if pattern.starts_with('!') || pattern.contains('[') {
        return None;
    }
    Some(Rule { globs: globs(pattern)?, owners })
}

/// The words of a line; a blank after a backslash is part of a word.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut escaped = false;
    for character in line.chars() {
        match (character, escaped) {
            ('\\', false) => {
                escaped = true;
                continue;
            }
            (c, false) if c.is_whitespace() => words.push(String::new()),
            (c, _) => {
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
        escaped = false;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A pattern as globs: like gitignore's, but `docs/*` does not reach into folders below.
fn globs(pattern: &str) -> Option<Vec<GlobMatcher>> {
    let folder = pattern.ends_with('/');
    let bare = pattern.trim_matches('/');
    let anchored = pattern.starts_with('/') || bare.contains('/');
    let whole = match (bare, anchored) {
        ("", _) => "**".to_owned(),
        (_, true) => bare.to_owned(),
        (_, false) => format!("**/{bare}"),
    };
    let mut texts = Vec::new();
    if !folder {
        texts.push(whole.clone());
    }
    let ends_in_star = anchored && bare.ends_with('*');
    if folder || !ends_in_star {
        texts.push(format!("{whole}/**"));
    }
    let build = |text: &String| {
        let built: Result<Glob, _> = GlobBuilder::new(text).literal_separator(true).build();
        built.ok().map(|glob| glob.compile_matcher())
    };
    texts.iter().map(build).collect()
}
