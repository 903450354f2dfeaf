//! A GitHub App proves who it is by a signed statement (a JSON Web Token, RFC 7519), and gets a
//! token for one repository in return.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::credential::{AppCredential, Token};
use super::refusal::Refusal;

/// For how many seconds the statement holds: GitHub takes ten minutes at the most.
const HOLDS: i64 = 540;

/// How far the forge's clock may be behind ours, in seconds.
const DRIFT: i64 = 60;

/// The statement, as a token. `now` is in seconds since 1970.
pub(super) fn statement(app: &AppCredential, now: i64) -> Result<Token, Refusal> {
    let key = key(app)?;
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({ "alg": "RS256", "typ": "JWT" }));
    let claims = part(json!({ "iat": now - DRIFT, "exp": now + HOLDS, "iss": app.id }));
    let text = format!("{header}.{claims}");
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .map_err(|_| Refusal::Unprepared("the App's statement cannot be signed".to_owned()))?;
    let whole = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    Token::new(&whole)
        .ok_or_else(|| Refusal::Unprepared("the App's statement is no token".to_owned()))
}

/// The private key: PKCS#1, as GitHub hands it out, or PKCS#8. Why it is none is told without it.
fn key(app: &AppCredential) -> Result<RsaKeyPair, Refusal> {
    let none = |why: &str| {
        Refusal::Unprepared(format!(
            "BACKOUT_APP_KEY holds no private key of a GitHub App ({why}); \
             expected the text of its .pem file"
        ))
    };
    let der = PrivateKeyDer::from_pem_slice(app.key.expose_secret().as_bytes())
        .map_err(|_| none("it is no PEM"))?;
    let pair = match &der {
        PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
        _ => return Err(none("it is no RSA key")),
    };
    pair.map_err(|error| none(&error.to_string()))
}
