//! HTTP itself: two listeners on this machine, one for the API and one to which redirects lead.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::dispatch;
use super::fault::Failing;
use super::recorded::Recorded;
use super::reply::Reply;
use super::world::World;

/// The running server; it ends when this is dropped.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) elsewhere: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(world: &Arc<Mutex<World>>) -> Self {
        let world = Arc::clone(world);
        let (stop, stopped) = oneshot::channel();
        let (ready, addresses) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let here = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let there = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let addresses = (here.local_addr().unwrap(), there.local_addr().unwrap());
                ready.send(addresses).unwrap();
                tokio::spawn(accept(here, Arc::clone(&world), Some(addresses.1)));
                tokio::spawn(accept(there, world, None));
                // Ends with whoever holds the other end.
                let _ = stopped.await;
            });
        });
        let (address, elsewhere) = addresses.recv().unwrap();
        Self { address, elsewhere, stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// `elsewhere` is where redirects lead; the server there has none itself.
async fn accept(listener: TcpListener, world: Arc<Mutex<World>>, elsewhere: Option<SocketAddr>) {
    while let Ok((stream, _)) = listener.accept().await {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let service = service_fn(|request| serve(request, Arc::clone(&world), elsewhere));
            // A client that goes away, or is cut off, is what tests want.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn serve(
    request: Request<Incoming>,
    world: Arc<Mutex<World>>,
    elsewhere: Option<SocketAddr>,
) -> Result<Response<Text>, Infallible> {
    let recorded = record(request).await;
    let Some(elsewhere) = elsewhere else {
        world.lock().unwrap().requests_elsewhere.push(recorded);
        return Ok(plain(&Reply::ok(Value::Null)));
    };
    let latency = world.lock().unwrap().latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let mut world = world.lock().unwrap();
    world.requests.push(recorded.clone());
    let mut faults = std::mem::take(&mut world.faults);
    let hits: Vec<bool> = faults.iter_mut().map(|fault| fault.hits(&recorded)).collect();
    let hit = hits.iter().position(|hit| *hit).map(|at| faults[at].clone());
    world.faults = faults;
    let Some(fault) = hit else { return Ok(plain(&dispatch::answer(&mut world, &recorded))) };
    let reply = match fault.after {
        true => dispatch::answer(&mut world, &recorded),
        false => Reply::ok(Value::Null),
    };
    Ok(failing(&fault.failing, &reply, &recorded, elsewhere))
}

async fn record(request: Request<Incoming>) -> Recorded {
    let (parts, body) = request.into_parts();
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Recorded {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.iter().map(header).collect(),
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

fn text(body: &Value) -> Bytes {
    if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) }
}

fn respond(status: u16, headers: &[(String, String)], body: Text) -> Response<Text> {
    let mut response = Response::builder().status(status);
    response = response.header("content-type", "application/json; charset=utf-8");
    for (name, value) in headers {
        response = response.header(name.as_str(), value.as_str());
    }
    response.body(body).unwrap()
}

fn plain(reply: &Reply) -> Response<Text> {
    respond(reply.status, &reply.headers, Text::whole(text(&reply.body)))
}

/// The answer that goes wrong.
fn failing(
    failing: &Failing,
    reply: &Reply,
    request: &Recorded,
    elsewhere: SocketAddr,
) -> Response<Text> {
    let whole = text(&reply.body);
    let half = whole.slice(..whole.len() / 2);
    match failing {
        Failing::Answer(status, headers, body) => {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let headers: Vec<_> = headers.iter().map(owned).collect();
            respond(*status, &headers, Text::whole(text(body)))
        }
        Failing::Slow => respond(reply.status, &[], Text { part: Some(half), then: Then::Nothing }),
        Failing::Cut => respond(reply.status, &[], Text { part: Some(half), then: Then::Break }),
        Failing::Page => {
            let page = "<!DOCTYPE html><title>Unicorn!</title>";
            respond(200, &[], Text::whole(Bytes::from_static(page.as_bytes())))
        }
        Failing::Redirect => {
            let to = format!("http://{elsewhere}{}?{}", request.path, request.query);
            respond(307, &[("location".to_owned(), to)], Text::whole(Bytes::new()))
        }
    }
}

/// A body that may not come to its end.
struct Text {
    part: Option<Bytes>,
    then: Then,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    End,
    Nothing,
    Break,
}

impl Text {
    const fn whole(bytes: Bytes) -> Self {
        Self { part: Some(bytes), then: Then::End }
    }
}

impl Body for Text {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match (self.part.take().filter(|part| !part.is_empty()), self.then) {
            (Some(part), _) => Poll::Ready(Some(Ok(Frame::data(part)))),
            (None, Then::End) => Poll::Ready(None),
            (None, Then::Nothing) => Poll::Pending,
            (None, Then::Break) => Poll::Ready(Some(Err(io::Error::other("cut off")))),
        }
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        match (&self.part, self.then) {
            (Some(part), Then::End) => {
                hyper::body::SizeHint::with_exact(u64::try_from(part.len()).unwrap_or_default())
            }
            _ => hyper::body::SizeHint::default(),
        }
    }
}
