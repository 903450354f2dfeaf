//! The path of a request.

use super::super::{RepoSlug, Route};

#[test]
fn no_part_of_a_path_leads_elsewhere() {
    let slug: RepoSlug = "acme/shop".parse().unwrap();
    let route = Route::of(&slug, &["git", "ref", "heads/a b?c#d%2F\u{e9}"]);
    assert_eq!(route.as_str(), "/repos/acme/shop/git/ref/heads%2Fa%20b%3Fc%23d%252F%C3%A9");
    let route = Route::new(&["x"]).with("head", "acme:a&b=c").with("page", "2");
    assert_eq!(route.as_str(), "/x?head=acme%3Aa%26b%3Dc&page=2");
}

#[test]
fn only_what_lies_below_the_same_address_is_followed() {
    let base = "https://h/api/v3";
    let below = |address| Route::below(base, address).map(|route| route.to_string());
    assert_eq!(below("https://h/api/v3/x?page=2").as_deref(), Some("/x?page=2"));
    assert_eq!(below("https://h/api/v30/x"), None);
    assert_eq!(below("https://h.example/api/v3/x"), None);
    assert_eq!(below("https://evil/api/v3/x"), None);
}
