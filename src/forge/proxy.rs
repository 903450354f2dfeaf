//! The proxy on the way to a forge, as the variables of other network tools name it: `HTTPS_PROXY`,
//! else `ALL_PROXY`, and `NO_PROXY` for hosts that are reached directly. What is sent goes through
//! a tunnel: the proxy sees the forge's name, and neither token nor content.

use std::fmt;

use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;

use super::place::{ApiBase, PlaceError};

/// A proxy that opens tunnels (HTTP `CONNECT`).
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Where it is, without a user.
    address: Uri,
    /// Who asks it.
    user: Option<HeaderValue>,
}

impl Proxy {
    /// The proxy for an address; `None` where it is reached directly, as everything on this machine
    /// is. Of each variable the name in small letters comes first, as for curl and git.
    ///
    /// # Errors
    /// The variable that counts names no proxy, or one of a kind that is not spoken here.
    pub fn find(
        api: &ApiBase,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, PlaceError> {
        let first =
            |names: &[&'static str]| names.iter().find_map(|name| Some((*name, variable(name)?)));
        let named = first(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]);
        let Some((name, text)) = named.filter(|_| !api.is_on_this_machine()) else {
            return Ok(None);
        };
        let refused = |why| PlaceError::NotAProxy { name, why };
        let uri: Uri = api.as_str().parse().map_err(|_| refused("the forge has no URL"))?;
        let all = Matcher::builder().https(text.clone()).build();
        let proxy = all.intercept(&uri).ok_or_else(|| refused("it is no URL of a proxy"))?;
        if !matches!(proxy.uri().scheme_str(), Some("http" | "https")) {
            return Err(refused("only HTTP proxies are spoken to, http:// or https://"));
        }
        let no = first(&["no_proxy", "NO_PROXY"]).map(|(_, text)| text).unwrap_or_default();
        let found = Matcher::builder().https(text).no(no).build().intercept(&uri);
        Ok(found.map(|found| {
            let mut user = found.basic_auth().cloned();
            user.iter_mut().for_each(|user| user.set_sensitive(true));
            Self { address: found.uri().clone(), user }
        }))
    }

    /// A connector through it, over one that reaches the proxy itself.
    pub(super) fn tunnel<C>(&self, to_proxy: C) -> Tunnel<C> {
        let tunnel = Tunnel::new(self.address.clone(), to_proxy);
        match &self.user {
            Some(user) => tunnel.with_auth(user.clone()),
            None => tunnel,
        }
    }
}

/// Its host and port.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.address.authority().map_or("?", http::uri::Authority::as_str))
    }
}

/// Without the password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("address", &self.address).finish_non_exhaustive()
    }
}
