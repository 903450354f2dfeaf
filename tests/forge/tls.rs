//! Over TLS, as all forges but those of tests are.

use super::scene::{Migration, WHY, said};
use crate::support::fake_github::TOKEN;
use crate::support::tls::Tls;

const ASKS: [&str; 6] = ["revert", "--pr", "--stage", "4", "--reason", WHY];

#[test]
fn a_server_whose_certificate_is_trusted_is_spoken_to() {
    let forge = Migration::landed();
    let tls = Tls::before(forge.fake.port());
    let run = forge.backout(&ASKS).env("GITHUB_API_URL", tls.url());
    run.env("BACKOUT_FORGE_TIMEOUT", "20").env("SSL_CERT_FILE", tls.certificate()).run().ok();
    assert_eq!(forge.fake.world().pulls().len(), 1);
}

#[test]
fn a_server_whose_certificate_nobody_trusts_gets_no_token() {
    let forge = Migration::landed();
    let tls = Tls::before(forge.fake.port());
    // One that the machine may have is no one's here.
    let other = Tls::before(forge.fake.port());
    let run = forge.backout(&ASKS).env("GITHUB_API_URL", tls.url());
    let run = run.env("BACKOUT_FORGE_TIMEOUT", "20").env("SSL_CERT_FILE", other.certificate());
    let run = run.run().exits(5);
    insta::assert_snapshot!(said(&run), @"
    error: the forge refused: GET /repos/acme/shop/pulls: the server's certificate is not trusted (BadSignature)
    help: name the certificates of your own authority in SSL_CERT_FILE, a .pem file
    ");
    assert!(!run.err().contains(TOKEN));
    assert_eq!(forge.fake.requests().len(), 0);
}
