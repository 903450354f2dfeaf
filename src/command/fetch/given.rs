//! What `--rev` names, as a clone lacks it.

use std::collections::BTreeSet;

use crate::command::surroundings::look_up;
use crate::exit::Failure;
use crate::git::{ObjectId, Repo};

/// The revisions that were given, sorted by how they can be brought.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Those that are here.
    pub(super) here: Vec<ObjectId>,
    /// Branches that may have the name, without `refs/heads/`.
    pub(super) branches: BTreeSet<String>,
    /// Tags that may have it, without `refs/tags/`.
    pub(super) tags: BTreeSet<String>,
    /// Commits that are not here.
    pub(super) objects: Vec<Option<ObjectId>>,
    /// Whether one lies further back than history goes here.
    pub(super) cut: bool,
}

impl Given {
    /// Looks each of them up. One that cannot be brought is left to the check, which says so.
    pub(super) fn read(
        repo: &Repo,
        remote: Option<&str>,
        revs: &[String],
    ) -> Result<Self, Failure> {
        let shallow = repo.is_shallow()?;
        let mut given = Self::default();
        for rev in revs {
            if let Some(commit) = look_up(repo, remote, rev)? {
                given.here.push(commit);
                continue;
            }
            // Steps back from a name begin at that name.
            let name = rev.split(['~', '^', '@']).next().unwrap_or_default();
            if let Ok(oid) = name.parse::<ObjectId>() {
                given.cut |= shallow && repo.has(&oid);
                given.objects.push(Some(oid));
            } else if look_up(repo, remote, name)?.is_some() {
                given.cut |= shallow;
            } else if is_name(name) {
                given.name(remote, name);
            }
        }
        Ok(given)
    }

    fn name(&mut self, remote: Option<&str>, name: &str) {
        let remote = remote.unwrap_or("origin");
        let tracked = [format!("refs/remotes/{remote}/"), format!("{remote}/")];
        let branch = tracked.iter().find_map(|prefix| name.strip_prefix(prefix.as_str()));
        if let Some(branch) = branch.or_else(|| name.strip_prefix("refs/heads/")) {
            self.branches.insert(branch.to_owned());
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            self.tags.insert(tag.to_owned());
        } else {
            self.branches.insert(name.to_owned());
            self.tags.insert(name.to_owned());
        }
    }
}

/// Whether this can be a ref's name: nothing in it is a pattern or a refspec's.
fn is_name(name: &str) -> bool {
    let odd = |letter: char| letter.is_control() || " :?*[\\".contains(letter);
    !name.is_empty() && !name.starts_with(['-', '+', '/']) && !name.contains(odd)
}
