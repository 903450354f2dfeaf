//! How a forge is connected to: TLS, a proxy on the way, and how long that may take.

use std::sync::Arc;

use http::Uri;
use http::header::{HeaderValue, USER_AGENT};
use http::uri::InvalidUri;
use hyper::rt::{Read, Write};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::{self, connect::Connect};
use hyper_util::rt::TokioExecutor;
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use tower_service::Service;

use super::client::Limits;
use super::place::Place;
use super::refusal::Refusal;

/// octocrab, connected to where a place is: directly, or by a tunnel through a proxy. It has to be
/// made within a runtime.
pub(super) fn octocrab(place: &Place, limits: Limits) -> Result<Octocrab, Refusal> {
    let unprepared = |why: &dyn std::error::Error| {
        Refusal::Unprepared(format!("no client for {}: {}", place.api, causes(why)))
    };
    let tls = || {
        let roots = HttpsConnectorBuilder::new().with_native_roots();
        roots.map_err(|error| unprepared(&error))
    };
    let direct = tls()?.https_or_http().enable_http1().build();
    let base: Uri = place.api.as_str().parse().map_err(|error: InvalidUri| unprepared(&error))?;
    Ok(match &place.proxy {
        None => over(within(direct, limits), base),
        Some(proxy) => {
            let tunnel = tls()?.https_only().enable_http1().wrap_connector(proxy.tunnel(direct));
            over(within(tunnel, limits), base)
        }
    })
}

/// A connector that gives up in time.
fn within<C>(connector: C, limits: Limits) -> TimeoutConnector<C>
where
    C: Service<Uri> + Send,
    C::Response: Read + Write + Send + Unpin,
    C::Future: Send + 'static,
    C::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut connector = TimeoutConnector::new(connector);
    connector.set_connect_timeout(Some(limits.connect));
    connector
}

/// octocrab over a connector: without redirects, retries and a token of its own.
fn over<C: Connect + Clone + Send + Sync + 'static>(connector: C, base: Uri) -> Octocrab {
    let client = legacy::Client::builder(TokioExecutor::new()).build(connector);
    let agent = HeaderValue::from_static(concat!("backout/", env!("CARGO_PKG_VERSION")));
    let built = OctocrabBuilder::new_empty()
        .with_service(client)
        .with_layer(&ExtraHeadersLayer::new(Arc::new(vec![(USER_AGENT, agent)])))
        .with_layer(&BaseUriLayer::new(base))
        .with_auth(AuthState::None)
        .build();
    match built {
        Ok(octocrab) => octocrab,
        Err(never) => match never {},
    }
}

/// What went wrong, with its causes. octocrab's own texts carry a backtrace, or say nothing.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = error.source().or(Some(error));
    while let Some(cause) = next {
        let text = cause.to_string();
        let line = text.lines().next().unwrap_or_default().to_owned();
        if !line.is_empty() && !texts.iter().any(|known| known.contains(&line)) {
            texts.push(line);
        }
        next = cause.source();
    }
    texts.join(": ")
}
