//! Who is asked for a review: the owners of the stages, and those of the files.

use crate::config::Stage;
use crate::forge::{Client, CodeOwners, Owner, PullRequest, Refusal};
use crate::git::{GitError, ObjectId, Repo, RepoPath, TreeFile};

/// People by their logins, and teams of the repository's owner by their slugs, in the order in
/// which they were found: the first [`Reviewers::MOST`] of them are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewers {
    /// Logins.
    pub people: Vec<String>,
    /// Slugs.
    pub teams: Vec<String>,
    /// Whoever is not asked for a review, as an owner is written: `@login`, `@acme/platform`.
    pub beyond: Vec<String>,
}

impl Reviewers {
    /// How many GitHub asks, people and teams together; of more it asks nobody.
    pub const MOST: usize = 15;

    fn add(&mut self, text: &str, owner: &str) {
        let room = self.people.len() + self.teams.len() < Self::MOST;
        let (known, name) = match Owner::read(text) {
            Some(Owner::Person(login)) => (&mut self.people, login),
            Some(Owner::Team(of, slug)) if of.eq_ignore_ascii_case(owner) => {
                (&mut self.teams, slug)
            }
            // An address, or another organisation's team, cannot be asked.
            _ => return,
        };
        if is_among(&name, known) {
            return;
        }
        match room {
            true => known.push(name),
            false if is_among(text, &self.beyond) => {}
            false => self.beyond.push(text.to_owned()),
        }
    }

    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.teams.is_empty()
    }
}

/// Who owns the stages by the configuration, and the paths by the CODEOWNERS file of a commit.
/// `owner` is the repository's, whose teams can be asked.
pub fn reviewers<'p>(
    repo: &Repo,
    commit: &ObjectId,
    stages: &[&Stage],
    paths: impl IntoIterator<Item = &'p RepoPath>,
    owner: &str,
) -> Result<Reviewers, GitError> {
    let mut found = Reviewers::default();
    for text in stages.iter().flat_map(|stage| &stage.owners) {
        found.add(text, owner);
    }
    let file = code_owners(repo, commit)?;
    for text in paths.into_iter().flat_map(|path| file.owners(path)) {
        found.add(text, owner);
    }
    Ok(found)
}

fn code_owners(repo: &Repo, commit: &ObjectId) -> Result<CodeOwners, GitError> {
    for place in CodeOwners::places() {
        if let Some(TreeFile::Content(content)) = repo.file(commit, &RepoPath::from(place))? {
            return Ok(CodeOwners::read(&content));
        }
    }
    Ok(CodeOwners::default())
}

/// How many of those who are not asked are named on a terminal.
const NAMED: usize = 10;

fn told_beyond(beyond: &[String]) -> String {
    let named = beyond.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match beyond.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let most = Reviewers::MOST;
    format!("GitHub asks {most} for a review at most; not asked, though owners: {named}{more}")
}

/// Asks those who were not asked yet. Who cannot be asked is told; it stops nothing.
pub(super) fn ask(
    client: &Client<'_>,
    wanted: &Reviewers,
    pull: &PullRequest,
    fresh: bool,
    notes: &mut Vec<String>,
) -> Result<(), Refusal> {
    if !wanted.beyond.is_empty() {
        notes.push(told_beyond(&wanted.beyond));
    }
    let mut left = wanted.clone();
    left.people.retain(|login| {
        !login.eq_ignore_ascii_case(&pull.author) && !is_among(login, &pull.reviewers)
    });
    left.teams.retain(|slug| !is_among(slug, &pull.review_teams));
    if left.is_empty() {
        return Ok(());
    }
    if !fresh {
        // Who has given a review is asked no more, and need not be asked again.
        let given = client.reviews(pull.number)?;
        left.people.retain(|login| !is_among(login, &given));
        // A review of somebody who is asked for no other reason may be the one of a team.
        let for_team = |login: &String| {
            !login.eq_ignore_ascii_case(&pull.author)
                && !wanted.people.iter().any(|known| known.eq_ignore_ascii_case(login))
        };
        if given.iter().any(for_team) {
            let told = |slug: &String| {
                format!("the team {slug} is not asked for a review again: one has been given")
            };
            notes.extend(left.teams.iter().map(told));
            left.teams.clear();
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let Reviewers { people, teams, .. } = left;
    match client.request_reviews(pull.number, &people, &teams) {
        Err(Refusal::Unprocessable(_)) => one_by_one(client, pull.number, &people, &teams, notes),
        Err(refusal) if refusal.is_open() => client.request_reviews(pull.number, &people, &teams),
        other => other,
    }
}

/// GitHub takes logins and slugs for the same in whatever case.
fn is_among(name: &str, known: &[String]) -> bool {
    known.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// One whom GitHub does not ask would keep all others from being asked.
fn one_by_one(
    client: &Client<'_>,
    number: u64,
    people: &[String],
    teams: &[String],
    notes: &mut Vec<String>,
) -> Result<(), Refusal> {
    let people = people.iter().map(|login| (login, true));
    for (name, person) in people.chain(teams.iter().map(|slug| (slug, false))) {
        let one = [name.clone()];
        let (of_people, of_teams): (&[String], &[String]) =
            if person { (&one, &[]) } else { (&[], &one) };
        match client.request_reviews(number, of_people, of_teams) {
            Err(Refusal::Unprocessable(said)) => {
                notes.push(format!("@{name} could not be asked for a review: {}", said.message));
            }
            other => other?,
        }
    }
    Ok(())
}
