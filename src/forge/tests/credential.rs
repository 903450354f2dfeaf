//! Who asks.

use super::super::{Credential, CredentialError, Place, Rights};

fn place(api: &str) -> Place {
    let (api, slug) = (api.parse().unwrap(), "acme/shop".parse().unwrap());
    Place { api, slug, named: false, proxy: None }
}

fn find(api: &str, set: &[(&str, &str)]) -> Result<Credential, CredentialError> {
    let variable = |name: &str| {
        set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    Credential::find(&place(api), &variable)
}

fn token(found: &Credential) -> &str {
    match found {
        Credential::Token(token) => token.token.expose(),
        Credential::App(app) => &app.id,
    }
}

const GITHUB: &str = "https://api.github.com";
const OWN: &str = "https://git.example/api/v3";

#[test]
fn tokens_of_github_and_of_other_servers_are_kept_apart() {
    let all = [
        ("GITHUB_TOKEN", "job"),
        ("GH_TOKEN", "gh"),
        ("GITHUB_ENTERPRISE_TOKEN", "ent"),
        ("GH_ENTERPRISE_TOKEN", "gh-ent"),
        ("GH_HOST", "git.example"),
    ];
    assert_eq!(token(&find(GITHUB, &all).unwrap()), "gh");
    assert_eq!(token(&find(GITHUB, &all[..1]).unwrap()), "job");
    assert_eq!(token(&find(OWN, &all).unwrap()), "gh-ent");
    assert_eq!(token(&find(OWN, &[all[2], all[4]]).unwrap()), "ent");
    // A job on a server of one's own has its token under the usual name.
    let job = [all[0], ("GITHUB_API_URL", OWN)];
    assert_eq!(token(&find(OWN, &job).unwrap()), "job");
    let other = [all[0], all[1], ("GITHUB_API_URL", GITHUB)];
    let missing = find(OWN, &other).unwrap_err();
    assert!(matches!(missing, CredentialError::Missing { own_server: true, .. }));
    assert!(missing.help().contains("GH_ENTERPRISE_TOKEN"), "{}", missing.help());
    let missing = find(GITHUB, &all[2..]).unwrap_err();
    assert_eq!(missing.to_string(), "there is no token for api.github.com");
}

#[test]
fn the_url_of_a_remote_alone_gets_no_secret() {
    let app = [("BACKOUT_APP_ID", "7"), ("BACKOUT_APP_KEY", "key")];
    let ways = [
        ("BACKOUT_APP_KEY", app.to_vec()),
        ("GH_ENTERPRISE_TOKEN", vec![("GH_ENTERPRISE_TOKEN", "a")]),
        ("GITHUB_ENTERPRISE_TOKEN", vec![("GITHUB_ENTERPRISE_TOKEN", "a")]),
    ];
    for (what, set) in ways {
        let with = |more: &[(&'static str, &'static str)]| find(OWN, &[&set[..], more].concat());
        for elsewhere in [&[][..], &[("GH_HOST", "github.com")], &[("GITHUB_API_URL", GITHUB)]] {
            let error = with(elsewhere).unwrap_err();
            let host = "git.example".to_owned();
            assert_eq!(error, CredentialError::NotMeantFor { what, host });
            assert!(error.help().contains("GH_HOST=git.example"), "{}", error.help());
        }
        with(&[("GH_HOST", "git.example")]).unwrap();
    }
    find(OWN, &[app[0], app[1], ("GITHUB_API_URL", OWN)]).unwrap();
    // A host that the user names is meant.
    let variable = |name: &str| (name == "GH_ENTERPRISE_TOKEN").then(|| "a".to_owned());
    let named = Place { named: true, ..place(OWN) };
    Credential::find(&named, &variable).unwrap();
    for github in [GITHUB, "https://api.acme.ghe.com"] {
        find(github, &app).unwrap();
    }
}

#[test]
fn the_token_of_a_job_stays_on_its_server() {
    let job = [("GITHUB_TOKEN", "ghs_a"), ("GITHUB_API_URL", OWN), ("GH_HOST", "git.example")];
    let missing = find(GITHUB, &job).unwrap_err();
    assert_eq!(missing.to_string(), "there is no token for api.github.com");
    assert!(missing.help().contains("GH_TOKEN"), "{}", missing.help());
    assert_eq!(token(&find(OWN, &job).unwrap()), "ghs_a");
    let both = [job[0], job[1], ("GH_TOKEN", "mine")];
    assert_eq!(token(&find(GITHUB, &both).unwrap()), "mine");
}

#[test]
fn what_cannot_be_a_token_is_refused_without_being_shown() {
    for bad in ["a b", "a\nb", "", "  ", "t\u{e9}", "a\r\nx-evil: 1"] {
        let error = find(GITHUB, &[("GH_TOKEN", bad)]).unwrap_err();
        assert_eq!(error, CredentialError::NotAToken("GH_TOKEN"));
        assert!(bad.trim().is_empty() || !error.to_string().contains(bad));
    }
    assert_eq!(token(&find(GITHUB, &[("GH_TOKEN", " abc\n")]).unwrap()), "abc");
}

#[test]
fn the_token_of_a_job_is_known_by_where_it_comes_from() {
    let rights = |set: &[(&str, &str)]| find(GITHUB, set).unwrap().rights();
    let actions = ("GITHUB_ACTIONS", "true");
    assert_eq!(rights(&[("GITHUB_TOKEN", "ghs_a"), actions]), Rights::OfTheJob);
    assert_eq!(rights(&[("GITHUB_TOKEN", "ghs_a")]), Rights::Unknown);
    assert_eq!(rights(&[("GITHUB_TOKEN", "github_pat_a"), actions]), Rights::Unknown);
    assert_eq!(rights(&[("GH_TOKEN", "ghs_a"), actions]), Rights::Unknown);
}

#[test]
fn nothing_shows_a_secret() {
    let found = find(GITHUB, &[("GH_TOKEN", "very-secret")]).unwrap();
    assert!(!format!("{found:?}").contains("very-secret"), "{found:?}");
    let app = [("BACKOUT_APP_ID", "7"), ("BACKOUT_APP_KEY", "very-secret")];
    let found = find(GITHUB, &app).unwrap();
    assert!(!format!("{found:?}").contains("very-secret"), "{found:?}");
    for half in [&app[..1], &app[1..]] {
        let error = find(GITHUB, half).unwrap_err();
        assert!(matches!(error, CredentialError::HalfAnApp { .. }));
        assert!(!error.to_string().contains("very-secret"));
    }
}
