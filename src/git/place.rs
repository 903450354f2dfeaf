//! Where a URL leads, in a form in which those that lead to the same place are equal: as git itself
//! would go there.

use std::path::{Component, Path, PathBuf};

use gix_url::Scheme;

/// A place to push to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    scheme: Scheme,
    /// Only by ssh does it say whose files are meant; elsewhere it is who asks.
    user: Option<String>,
    host: Option<String>,
    port: Option<u16>,
    path: String,
}

impl Place {
    /// The place of a URL; a path is relative to this folder. `None` for what is no URL of git's.
    pub(super) fn of(url: &str, folder: &Path) -> Option<Self> {
        let parsed = gix_url::parse(url).ok()?;
        let scheme = match parsed.scheme.as_str() {
            "git+ssh" | "ssh+git" => Scheme::Ssh,
            _ => parsed.scheme.clone(),
        };
        let path = parsed.path.to_string();
        if scheme == Scheme::File {
            let path = trimmed(&absolute(&path, folder).to_string_lossy()).to_owned();
            return Some(Self { scheme, user: None, host: None, port: None, path });
        }
        Some(Self {
            user: parsed.user().filter(|_| scheme == Scheme::Ssh).map(str::to_owned),
            host: parsed.host().map(str::to_ascii_lowercase),
            port: parsed.port.or_else(|| usual_port(&scheme)),
            // `host:path` and `ssh://host/path` are the same to all that serve git.
            path: trimmed(&path).trim_start_matches('/').trim_start_matches("~/").to_owned(),
            scheme,
        })
    }

    /// The same with links followed, where it is a folder of this machine.
    pub(super) fn followed(mut self) -> Self {
        let file = Some(&self.path).filter(|_| self.scheme == Scheme::File);
        let exact = file.map(|path| [path.clone(), format!("{path}.git"), format!("{path}/.git")]);
        let found = exact.into_iter().flatten().find_map(|path| std::fs::canonicalize(path).ok());
        if let Some(found) = found {
            self.path = trimmed(&found.to_string_lossy()).to_owned();
        }
        self
    }
}

fn usual_port(scheme: &Scheme) -> Option<u16> {
    match scheme {
        Scheme::Ssh => Some(22),
        Scheme::Git => Some(9418),
        Scheme::Http => Some(80),
        Scheme::Https => Some(443),
        _ => None,
    }
}

/// Without what git adds by itself where it is missing.
fn trimmed(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/')
}

/// From the root, without `.` and `..`.
fn absolute(path: &str, folder: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let place = |url: &str| Place::of(url, Path::new("/home/ada/work")).unwrap();
        place(one) == place(other)
    }

    #[test]
    fn urls_that_lead_to_the_same_place() {
        for (one, other) in [
            ("/srv/git/a.git", "/srv/git/a.git/"),
            ("/srv/git/a.git", "/srv/git/a"),
            ("/srv/git/a", "/srv/git/a/.git"),
            ("/srv/git/a.git", "file:///srv/git/a.git"),
            ("/srv/git/a.git", "file:///srv/git//a.git/"),
            ("../a.git", "/home/ada/a.git"),
            ("./../a", "file:///home/ada/a"),
            ("git@example.com:team/a.git", "ssh://git@example.com/team/a"),
            ("git@example.com:/team/a", "ssh://git@example.com:22/team/a.git/"),
            ("git@example.com:team/a", "git+ssh://git@Example.com/~/team/a"),
            ("https://example.com/team/a", "https://Example.com:443/team/a.git/"),
            ("https://example.com/team/a", "https://ada:secret@example.com/team/a"),
            ("git://example.com/a", "git://example.com:9418/a.git"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn urls_that_lead_elsewhere() {
        for (one, other) in [
            ("/srv/git/a", "/srv/git/b"),
            ("/srv/git/a", "/srv/git/A"),
            ("../a", "/home/ada/work/a"),
            ("/team/a", "https://example.com/team/a"),
            ("git@example.com:team/a", "git@example.org:team/a"),
            ("git@example.com:a", "ada@example.com:a"),
            ("ssh://git@example.com:2222/a", "git@example.com:a"),
            ("https://example.com/a", "http://example.com/a"),
            ("https://example.com/a", "https://example.com:8443/a"),
            ("https://example.com/a", "https://example.com/a/b"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
        assert_eq!(Place::of("", Path::new("/")), None);
    }
}
