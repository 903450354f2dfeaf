//! git's configuration, as one list: what it says of remotes is worked out here, once for every
//! backend.

use super::Remote;

/// Every setting, from the widest level to the narrowest: a later one wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings(Vec<(String, Option<String>)>);

impl Settings {
    /// From keys as git lists them (`remote.origin.tagopt`) and their values; `None` where only
    /// the key is written.
    pub(super) const fn new(entries: Vec<(String, Option<String>)>) -> Self {
        Self(entries)
    }

    /// Every value of `<section>.<subsection>.<name>`, by subsection, in their order.
    fn of<'s>(
        &'s self,
        section: &str,
        name: &str,
    ) -> impl DoubleEndedIterator<Item = (&'s str, &'s str)> {
        let (head, tail) = (format!("{section}."), format!(".{name}"));
        self.0.iter().filter_map(move |(key, value)| {
            let subsection = key.strip_prefix(&head)?.strip_suffix(&tail)?;
            Some((subsection, value.as_deref().unwrap_or_default()))
        })
    }

    fn values<'s>(&'s self, remote: &str, name: &str) -> Vec<&'s str> {
        self.of("remote", name).filter(|(of, _)| *of == remote).map(|(_, value)| value).collect()
    }

    /// Every remote that leads somewhere, by name.
    pub(super) fn remotes(&self) -> Vec<Remote> {
        let named = self.of("remote", "url").chain(self.of("remote", "pushurl"));
        let mut names: Vec<&str> = named.map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(|name| self.remote(name)).collect()
    }

    fn remote(&self, name: &str) -> Remote {
        let fetched = self.values(name, "url");
        let pushed = self.values(name, "pushurl");
        let mut urls: Vec<String> = Vec::new();
        urls.extend(fetched.iter().chain(&pushed).map(|url| self.rewritten(url, "insteadof")));
        if pushed.is_empty() {
            urls.extend(fetched.iter().map(|url| self.rewritten(url, "pushinsteadof")));
        }
        let mut seen = std::collections::BTreeSet::new();
        urls.retain(|url| seen.insert(url.clone()));
        Remote {
            name: name.to_owned(),
            urls,
            without_tags: self.values(name, "tagopt").last() == Some(&"--no-tags"),
        }
    }

    /// The URL that git uses in place of one: the longest beginning that is to be replaced counts.
    fn rewritten(&self, url: &str, rule: &str) -> String {
        let rules = self.of("url", rule).filter(|(_, from)| url.starts_with(from));
        match rules.max_by_key(|(_, from)| from.len()) {
            Some((base, from)) => format!("{base}{}", &url[from.len()..]),
            None => url.to_owned(),
        }
    }

    /// Whether a setting is there and says yes.
    pub(super) fn is_on(&self, key: &str) -> bool {
        let value = self.0.iter().rfind(|(name, _)| name.eq_ignore_ascii_case(key));
        value.is_some_and(|(_, value)| value.as_deref().is_none_or(is_true))
    }

    /// The last value of a setting; `None` where it is not set, or has none.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        let entry = self.0.iter().rfind(|(name, _)| name.eq_ignore_ascii_case(key));
        entry?.1.as_deref().filter(|value| !value.is_empty())
    }

    /// Whether fetching from a remote brings one of its branches. One of which nothing is said
    /// brings them all, as far as anybody knows.
    pub(super) fn fetches(&self, remote: &str, branch: &str) -> bool {
        let name = format!("refs/heads/{branch}");
        let all = self.values(remote, "fetch");
        let brings = |spec: &str| {
            let source = spec.trim_start_matches('+').split(':').next().unwrap_or_default();
            match source.split_once('*') {
                Some((before, after)) => name
                    .strip_prefix(before)
                    .is_some_and(|rest| rest.len() > after.len() && rest.ends_with(after)),
                None => source == name || source == branch,
            }
        };
        let (not, yes): (Vec<&str>, Vec<&str>) = all.iter().partition(|spec| spec.starts_with('^'));
        let left_out = not.iter().any(|spec| brings(spec.trim_start_matches('^')));
        all.is_empty() || (yes.into_iter().any(brings) && !left_out)
    }

    /// What a remote's settings say is fetched, and where to.
    fn fetched(&self, remote: &str) -> impl Iterator<Item = (&str, &str)> {
        let specs = self.values(remote, "fetch").into_iter();
        specs.filter_map(|spec| spec.trim_start_matches('+').split_once(':'))
    }

    /// The ref that fetching a branch of a remote writes, where its settings say. A branch of this
    /// repository is none: it holds what was done here.
    pub(super) fn written(&self, remote: &str, branch: &str) -> Option<String> {
        let name = format!("refs/heads/{branch}");
        let written = |(from, to): (&str, &str)| match from == branch {
            true => Some(to.to_owned()),
            false => mapped(&name, from, to),
        };
        let is_tracking = |to: &String| to.starts_with("refs/") && !to.starts_with("refs/heads/");
        self.fetched(remote).filter_map(written).find(is_tracking)
    }

    /// The folder that all branches of a remote are written to, where its settings say.
    pub(super) fn written_below(&self, remote: &str) -> Option<String> {
        let mut all = self.fetched(remote).filter(|(from, _)| *from == "refs/heads/*");
        let folder = all.find_map(|(_, to)| to.strip_suffix('*'))?;
        (folder.starts_with("refs/remotes/") && folder.ends_with('/')).then(|| folder.to_owned())
    }

    /// The branch of a remote that is written to this ref.
    pub(super) fn written_for(&self, remote: &str, written: &str) -> Option<String> {
        let source = self.fetched(remote).find_map(|(from, to)| mapped(written, to, from))?;
        source.strip_prefix("refs/heads/").map(str::to_owned)
    }

    /// The remote that a branch follows.
    pub(super) fn tracked(&self, branch: &str) -> Option<&str> {
        let mut all = self.of("branch", "remote").filter(|(name, _)| *name == branch);
        all.next_back().map(|(_, remote)| remote)
    }

    /// The remote that promised the objects that a partial clone does not have.
    pub(super) fn promisor(&self) -> Option<&str> {
        let mut promisors = self.of("remote", "promisor").filter(|(_, value)| is_true(value));
        // Before 2.24 git wrote it elsewhere, where it still reads it.
        let older = || self.0.iter().rfind(|(key, _)| key == "extensions.partialclone");
        promisors.next().map(|(name, _)| name).or_else(|| older()?.1.as_deref())
    }
}

/// What a name becomes by one side and the other of a refspec.
fn mapped(name: &str, from: &str, to: &str) -> Option<String> {
    match (from.split_once('*'), to.split_once('*')) {
        (Some((before, after)), Some((head, tail))) => {
            let middle = name.strip_prefix(before)?.strip_suffix(after)?;
            Some(format!("{head}{middle}{tail}"))
        }
        (None, None) => (name == from).then(|| to.to_owned()),
        _ => None,
    }
}

/// What git takes for "yes"; a key without a value has become the empty text here, and means yes.
fn is_true(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    !matches!(value.as_str(), "false" | "no" | "off" | "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        let line = |line: &str| match line.split_once('=') {
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (line.to_owned(), None),
        };
        Settings::new(text.lines().map(line).collect())
    }

    #[test]
    fn a_clone_of_one_branch_fetches_no_other() {
        let fetches = |specs: &[&str], branch: &str| {
            let lines: Vec<_> = specs.iter().map(|s| format!("remote.origin.fetch={s}")).collect();
            settings(&lines.join("\n")).fetches("origin", branch)
        };
        let all = "+refs/heads/*:refs/remotes/origin/*";
        let one = "+refs/heads/topic:refs/remotes/origin/topic";
        assert!(fetches(&[all], "main") && fetches(&[one, all], "main"));
        assert!(fetches(&[one], "topic") && !fetches(&[one], "main"));
        assert!(!fetches(&["+refs/heads/rel/*:refs/remotes/origin/rel/*"], "main"));
        assert!(fetches(&["refs/heads/m*n:refs/remotes/origin/m*n"], "main"));
        assert!(!fetches(&[all, "^refs/heads/main"], "main"));
        assert!(fetches(&["main"], "main") && fetches(&[], "main"));
    }

    #[test]
    fn what_fetching_writes_is_what_the_settings_say() {
        let all = |specs: &[&str]| {
            let lines: Vec<_> = specs.iter().map(|s| format!("remote.o.fetch={s}")).collect();
            settings(&lines.join("\n"))
        };
        let written = |specs: &[&str], branch: &str| {
            let settings = all(specs);
            let found = settings.written("o", branch)?;
            assert_eq!(settings.written_for("o", &found).as_deref(), Some(branch));
            Some(found)
        };
        let up = "+refs/heads/*:refs/remotes/up/*";
        assert_eq!(written(&[up], "a/b").as_deref(), Some("refs/remotes/up/a/b"));
        assert_eq!(
            written(&["refs/heads/main:refs/x/main", up], "main").as_deref(),
            Some("refs/x/main")
        );
        assert_eq!(written(&["refs/heads/r/*:refs/x/*-r"], "r/1").as_deref(), Some("refs/x/1-r"));
        assert_eq!(written(&["refs/heads/r/*:refs/x/*"], "main"), None);
        assert_eq!(written(&["+refs/heads/*:refs/heads/*", "main", "^refs/heads/a"], "main"), None);
        assert_eq!(all(&[up]).written_below("o").as_deref(), Some("refs/remotes/up/"));
        assert_eq!(all(&["refs/heads/r/*:refs/x/*"]).written_below("o"), None);
        assert_eq!(all(&["main:refs/x/main"]).written("o", "main").as_deref(), Some("refs/x/main"));
    }

    #[test]
    fn remotes_have_every_url_that_a_hook_may_be_told() {
        let remotes = settings(
            "remote.origin.url=gh:a/b\nremote.origin.tagopt=--tags\n\
             remote.origin.tagopt=--no-tags\n\
             url.https://example.com/.insteadof=gh:\nurl.ssh://example.com/.pushinsteadof=gh:a\n\
             url.https://short/.insteadof=g\nremote.a.b.pushurl=../p\nremote.none.fetch=x",
        )
        .remotes();
        let urls = |remote: &Remote| remote.urls.join(" ");
        let shown: Vec<_> = remotes.iter().map(|r| (&*r.name, urls(r), r.without_tags)).collect();
        assert_eq!(
            shown,
            [
                ("a.b", "../p".to_owned(), false),
                ("origin", "https://example.com/a/b ssh://example.com//b".to_owned(), true),
            ]
        );
    }

    #[test]
    fn a_promise_is_read_as_git_reads_truth() {
        assert_eq!(settings("remote.o.promisor=true").promisor(), Some("o"));
        assert_eq!(settings("remote.o.promisor").promisor(), Some("o"));
        assert_eq!(settings("extensions.partialclone=up").promisor(), Some("up"));
        assert_eq!(settings("remote.o.promisor=off\nremote.o.url=x").promisor(), None);
    }
}
