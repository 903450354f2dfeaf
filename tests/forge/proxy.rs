//! Through an HTTP proxy, as the variables of other network tools name it.

use super::scene::{Migration, WHY, said};
use crate::support::Run;
use crate::support::connect_proxy::ConnectProxy;
use crate::support::fake_github::TOKEN;
use crate::support::tls::Tls;

const ASKS: [&str; 6] = ["revert", "--pr", "--stage", "4", "--reason", WHY];

/// A forge that only a proxy knows the way to.
struct Behind {
    forge: Migration,
    tls: Tls,
}

impl Behind {
    fn new() -> Self {
        let forge = Migration::landed();
        let tls = Tls::of("github.example", forge.fake.port());
        Self { forge, tls }
    }

    fn run(&self, variables: &[(&str, &str)]) -> Run {
        self.asks(&ASKS, variables)
    }

    /// `HTTPS_PROXY` with the certificates of these alone trusted.
    fn run_trusting(&self, proxy: &str, trusted: &[&Tls]) -> Run {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("authorities.pem");
        let all = trusted.iter().map(|tls| std::fs::read_to_string(tls.certificate()).unwrap());
        std::fs::write(&file, all.collect::<String>()).unwrap();
        self.run(&[("HTTPS_PROXY", proxy), ("SSL_CERT_FILE", file.to_str().unwrap())])
    }

    fn asks(&self, command: &[&str], variables: &[(&str, &str)]) -> Run {
        let run = self.forge.backout(command).env("GITHUB_API_URL", "https://github.example");
        let run =
            run.env("BACKOUT_FORGE_TIMEOUT", "20").env("SSL_CERT_FILE", self.tls.certificate());
        variables.iter().fold(run, |run, (name, value)| run.env(name, value)).run()
    }
}

#[test]
fn a_forge_behind_a_proxy_is_reached_by_a_tunnel() {
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let behind = Behind::new();
        let proxy = ConnectProxy::to(behind.tls.port(), None);
        let address = format!("http://127.0.0.1:{}", proxy.port());
        behind.run(&[(name, &address), ("NO_PROXY", "other.example,10.0.0.0/8")]).ok();
        assert_eq!(behind.forge.fake.world().pulls().len(), 1, "{name}");
        let asked = proxy.asked();
        assert!(!asked.is_empty());
        for head in asked {
            assert!(head.starts_with("CONNECT github.example:443 HTTP/1.1\r\n"), "{head}");
            assert!(
                !head.contains(TOKEN) && !head.to_ascii_lowercase().contains("\nauthorization:")
            );
        }
    }
}

#[test]
fn a_proxy_that_asks_who_it_is_is_told_and_nobody_else() {
    let behind = Behind::new();
    // base64 of `ada:p@ss`.
    let proxy = ConnectProxy::to(behind.tls.port(), Some("YWRhOnBAc3M="));
    let address = |user: &str| format!("http://{user}127.0.0.1:{}", proxy.port());
    for user in ["", "ada:wrong-s3cret@"] {
        let run = behind.run(&[("HTTPS_PROXY", &address(user))]).exits(5);
        let expected = format!("(through the proxy 127.0.0.1:{})", proxy.port());
        let err = run.err();
        assert!(err.contains("proxy authorization required"), "{err}");
        assert!(err.contains(&expected) && !err.contains("s3cret"), "{err}");
    }
    assert_eq!(behind.forge.fake.requests().len(), 0);
    behind.run(&[("HTTPS_PROXY", &address("ada:p%40ss@"))]).ok();
    for request in behind.forge.fake.requests() {
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

#[test]
fn a_proxy_that_speaks_tls_itself_is_trusted_as_the_forge_is() {
    let behind = Behind::new();
    let proxy = ConnectProxy::to(behind.tls.port(), Some("YWRhOnBAc3M="));
    let front = Tls::before(proxy.port());
    let address = format!("https://ada:p%40ss@localhost:{}", front.port());
    behind.run_trusting(&address, &[&behind.tls, &front]).ok();
    assert_eq!(behind.forge.fake.world().pulls().len(), 1);
    let asked = proxy.asked();
    assert!(!asked.is_empty());
    for head in asked {
        assert!(head.starts_with("CONNECT github.example:443 HTTP/1.1\r\n"), "{head}");
        assert!(!head.to_ascii_lowercase().contains("\nauthorization:"), "{head}");
    }
    assert!(behind.forge.fake.requests().iter().all(|one| one.header("authorization").is_some()));
    assert!(proxy.carried() > 1000 && !proxy.seen().contains(TOKEN), "what it carries is no text");
    for request in behind.forge.fake.requests() {
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

#[test]
fn a_proxy_whose_certificate_nobody_trusts_is_told_nothing() {
    let behind = Behind::new();
    let proxy = ConnectProxy::to(behind.tls.port(), Some("YWRhOnBAc3M="));
    let front = Tls::before(proxy.port());
    // Another one of the same name, so that its signature is what is wrong.
    let other = Tls::before(proxy.port());
    let address = format!("https://ada:p%40ss@localhost:{}", front.port());
    let run = behind.run_trusting(&address, &[&behind.tls, &other]).exits(5);
    let err = said(&run).replace(&front.port().to_string(), "PORT");
    insta::assert_snapshot!(err, @"
    error: the forge refused: GET /repos/acme/shop/pulls: the proxy's certificate is not trusted (BadSignature; through the proxy localhost:PORT)
    help: name the certificates of your own authority in SSL_CERT_FILE, a .pem file
    ");
    assert!(!run.err().contains("ss@") && !run.err().contains(TOKEN));
    assert_eq!(proxy.seen(), "", "neither who asks, nor for what");
    assert_eq!(behind.forge.fake.requests().len(), 0);
}

#[test]
fn a_proxy_that_speaks_for_the_forge_gets_no_token() {
    let behind = Behind::new();
    let proxy = ConnectProxy::to(behind.tls.port(), None);
    let front = Tls::before(proxy.port());
    let address = format!("https://localhost:{}", front.port());
    // It is trusted itself; what stands at the tunnel's end is not.
    let run = behind.run_trusting(&address, &[&front]).exits(5);
    let err = said(&run).replace(&front.port().to_string(), "PORT");
    insta::assert_snapshot!(err, @"
    error: the forge refused: GET /repos/acme/shop/pulls: the server's certificate is not trusted (BadSignature; through the proxy localhost:PORT)
    help: name the certificates of your own authority in SSL_CERT_FILE, a .pem file
    ");
    assert!(!proxy.asked().is_empty() && !proxy.seen().contains(TOKEN));
    assert_eq!(behind.forge.fake.requests().len(), 0);
}

#[test]
fn the_doctor_names_the_proxy_and_no_password() {
    let behind = Behind::new();
    let proxy = ConnectProxy::to(behind.tls.port(), Some("YWRhOnBAc3M="));
    let address = format!("http://ada:p%40ss@127.0.0.1:{}", proxy.port());
    let run = behind.asks(&["doctor", "--remote"], &[("HTTPS_PROXY", &address)]);
    let said = run.out();
    assert!(said.contains("proxy"), "{}", run.snapshot());
    assert!(said.contains(&format!("127.0.0.1:{}", proxy.port())), "{said}");
    assert!(!said.contains("p@ss") && !said.contains("p%40ss"), "{said}");
    assert!(!proxy.asked().is_empty(), "it goes through it");
}

#[test]
fn what_no_proxy_names_is_reached_directly() {
    let behind = Behind::new();
    let proxy = ConnectProxy::to(behind.tls.port(), None);
    let address = format!("http://127.0.0.1:{}", proxy.port());
    for no in ["github.example", ".example", "*", "other, github.example"] {
        // Nobody knows that name.
        let run = behind.run(&[("HTTPS_PROXY", &address), ("no_proxy", no)]).exits(5);
        assert!(!run.err().contains("through the proxy"), "{}", run.err());
    }
    assert_eq!(proxy.asked(), Vec::<String>::new());
}

#[test]
fn what_is_on_this_machine_needs_no_proxy() {
    let forge = Migration::landed();
    forge.backout(&ASKS).env("HTTPS_PROXY", "http://127.0.0.1:9").run().ok();
    forge.backout(&ASKS).env("ALL_PROXY", "nonsense://").run().ok();
    assert_eq!(forge.fake.world().pulls().len(), 1);
}

#[test]
fn a_variable_that_names_no_proxy_is_not_passed_over() {
    let behind = Behind::new();
    let run = behind.run(&[("HTTPS_PROXY", "ftp://ada:s3cret@proxy.example")]).exits(2);
    insta::assert_snapshot!(said(&run), @"
    error: HTTPS_PROXY names no proxy: it is no URL of a proxy
    help: set it to the proxy's address, for instance http://proxy.example:3128; or name the forge in NO_PROXY
    ");
    let run = behind.run(&[("ALL_PROXY", "socks5://ada:s3cret@proxy.example")]).exits(2);
    insta::assert_snapshot!(said(&run), @"
    error: ALL_PROXY names no proxy: only HTTP proxies are spoken to, http:// or https://
    help: set it to the proxy's address, for instance http://proxy.example:3128; or name the forge in NO_PROXY
    ");
    assert_eq!(behind.forge.fake.requests().len(), 0);
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let behind = Behind::new();
    let run = behind.run(&[("HTTPS_PROXY", "http://127.0.0.1:9")]).exits(5);
    assert!(run.err().contains("(through the proxy 127.0.0.1:9)"), "{}", run.err());
}
