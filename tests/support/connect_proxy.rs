//! A small HTTP proxy on this machine that opens tunnels, to one place whatever is asked for, and
//! keeps what it was told.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The running proxy. Its threads end with the test's process.
pub(crate) struct ConnectProxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ConnectProxy {
    /// A proxy whose tunnels all lead to this port; with a user, only for whoever names it so.
    pub(crate) fn to(port: u16, user: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || serve(stream, port, user, &kept));
            }
        });
        Self { port: own, asked }
    }

    /// Its address.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The heads of all requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, port: u16, user: Option<&str>, kept: &Mutex<Vec<String>>) {
    let Some(head) = head(&mut stream) else { return };
    kept.lock().unwrap().push(head.clone());
    let allowed = user.is_none_or(|user| {
        head.to_ascii_lowercase().contains("proxy-authorization: basic ") && head.contains(user)
    });
    if !head.starts_with("CONNECT ") || !allowed {
        let status =
            if allowed { "405 Method Not Allowed" } else { "407 Proxy Authentication Required" };
        let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    let Ok(inside) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let _ = write!(stream, "HTTP/1.1 200 Connection established\r\n\r\n");
    let (from, to) = (stream.try_clone().unwrap(), inside.try_clone().unwrap());
    let there = std::thread::spawn(move || copy(from, to));
    copy(inside, stream);
    let _ = there.join();
}

fn head(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        read.push(byte[0]);
    }
    String::from_utf8(read).ok()
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
