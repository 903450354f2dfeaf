//! Where a repository lies.

use super::super::{ApiBase, Place, PlaceError, RepoSlug};

fn of_remote(url: &str) -> String {
    match Place::of_remote(url) {
        Ok(place) => format!("{} {}", place.api, place.slug),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_kind_of_remote_leads_to_its_api() {
    let github = "https://api.github.com acme/shop";
    for url in [
        "https://github.com/acme/shop.git",
        "https://github.com/acme/shop",
        "https://github.com/acme/shop/",
        "https://someone:secret@github.com/acme/shop.git",
        "http://github.com/acme/shop.git",
        "ssh://git@github.com/acme/shop.git",
        "ssh://git@ssh.github.com:443/acme/shop.git",
        "git@github.com:acme/shop.git",
        "git@github.com:/acme/shop",
        "github.com:acme/shop.git",
        "git://github.com/acme/shop",
        "https://GitHub.com/acme/shop",
    ] {
        assert_eq!(of_remote(url), github, "{url}");
    }
    let own = "https://git.example/api/v3 acme/shop.js";
    for url in [
        "https://git.example/acme/shop.js.git",
        "git@git.example:acme/shop.js.git",
        "ssh://git@git.example:7999/acme/shop.js",
    ] {
        assert_eq!(of_remote(url), own, "{url}");
    }
    let with_port = of_remote("https://git.example:8443/acme/shop.git");
    assert_eq!(with_port, "https://git.example:8443/api/v3 acme/shop");
    assert_eq!(of_remote("git@acme.ghe.com:a/b.git"), "https://api.acme.ghe.com a/b");
}

#[test]
fn what_is_no_repository_on_a_forge_is_said_so() {
    for url in [
        "/srv/git/shop.git",
        "../shop.git",
        "file:///srv/acme/shop.git",
        "https://github.com/acme",
        "https://github.com/acme/shop/wiki",
        "https://github.com/acme/sh%20op",
        "ext::sh -c true",
        "",
    ] {
        assert!(
            of_remote(url).contains("is no repository on a forge"),
            "{url}: {}",
            of_remote(url)
        );
    }
    let told = of_remote("https://someone:secret@git.example/acme");
    assert_eq!(told, "the remote https://git.example/acme is no repository on a forge");
}

fn find(asked: Option<&str>, remote: Option<&str>, set: &[(&str, &str)]) -> String {
    let variable = |name: &str| {
        set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    match Place::find(asked, remote, &variable) {
        Ok(place) => format!("{} {}", place.api, place.slug),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_asked_for_wins_then_the_job_then_the_remote() {
    let remote = Some("git@git.example:acme/shop.git");
    let job =
        [("GITHUB_REPOSITORY", "job/repo"), ("GITHUB_API_URL", "https://github.example/api/v3")];
    assert_eq!(find(None, remote, &[]), "https://git.example/api/v3 acme/shop");
    assert_eq!(find(None, remote, &job), "https://github.example/api/v3 job/repo");
    assert_eq!(find(None, remote, &job[..1]), "https://api.github.com job/repo");
    assert_eq!(find(None, remote, &job[1..]), "https://github.example/api/v3 acme/shop");
    assert_eq!(find(Some("a/b"), remote, &job), "https://github.example/api/v3 a/b");
    assert_eq!(find(Some("a/b"), remote, &[]), "https://git.example/api/v3 a/b");
    assert_eq!(find(Some("a/b"), Some("/srv/x.git"), &[]), "https://api.github.com a/b");
    let own = [("GH_HOST", "own.example")];
    assert_eq!(find(Some("a/b"), None, &own), "https://own.example/api/v3 a/b");
    assert_eq!(find(Some("a/b"), remote, &own), "https://git.example/api/v3 a/b");
    assert_eq!(find(Some("github.com/a/b"), remote, &job), "https://api.github.com a/b");
    assert_eq!(find(Some("github.example/a/b"), remote, &job), "https://github.example/api/v3 a/b");
    assert_eq!(find(None, None, &[]), PlaceError::Unknown.to_string());
    for bad in ["a", "a/b/c/d", "a/", "/b", "a/..", "a b/c", "a/b\n"] {
        assert!(find(Some(bad), remote, &[]).contains("is no repository"), "{bad:?}");
    }
}

#[test]
fn a_token_is_sent_by_https_alone_or_within_this_machine() {
    for good in [
        "https://github.example/api/v3",
        "https://github.example/api/v3/",
        "http://127.0.0.1:4010",
        "http://[::1]:4010/api/v3",
        "http://localhost:4010",
    ] {
        assert!(good.parse::<ApiBase>().is_ok(), "{good}");
    }
    for bad in [
        "http://github.example/api/v3",
        "http://127.0.0.1.example/",
        "http://localhost.example/",
        "https://user@github.example/",
        "https://github.example/?a=b",
        "ftp://127.0.0.1/",
        "//github.example",
        "github.example",
        "",
    ] {
        assert!(bad.parse::<ApiBase>().is_err(), "{bad}");
    }
    let told = "https://u:secret@h/".parse::<ApiBase>().unwrap_err().to_string();
    assert!(!told.contains("secret"), "{told}");
    assert!("https://api.github.com".parse::<ApiBase>().unwrap().is_github());
    assert!(!"https://api.github.com.example".parse::<ApiBase>().unwrap().is_github());
    assert!("https://api.acme.ghe.com".parse::<ApiBase>().unwrap().is_github());
}

#[test]
fn a_slug_is_owner_and_name() {
    let slug: RepoSlug = "acme/shop.js".parse().unwrap();
    assert_eq!((slug.owner(), slug.name()), ("acme", "shop.js"));
}
