//! A small HTTP proxy on this machine that opens tunnels, to one place whatever is asked for, and
//! keeps what it was told.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The running proxy. Its threads end with the test's process.
pub(crate) struct ConnectProxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    carried: Arc<Mutex<Vec<u8>>>,
}

impl ConnectProxy {
    /// A proxy whose tunnels all lead to this port; with a user, only for whoever names it so.
    pub(crate) fn to(port: u16, user: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let carried = Arc::new(Mutex::new(Vec::new()));
        let (heads, bytes) = (Arc::clone(&asked), Arc::clone(&carried));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heads, bytes) = (Arc::clone(&heads), Arc::clone(&bytes));
                std::thread::spawn(move || serve(stream, port, user, &heads, &bytes));
            }
        });
        Self { port: own, asked, carried }
    }

    /// Its address.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The heads of all requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// All that it was told and that went through its tunnels towards their end, as text.
    pub(crate) fn seen(&self) -> String {
        let carried = self.carried.lock().unwrap();
        format!("{}{}", self.asked().concat(), String::from_utf8_lossy(&carried))
    }

    /// How many bytes went through its tunnels towards their end.
    pub(crate) fn carried(&self) -> usize {
        self.carried.lock().unwrap().len()
    }
}

fn serve(
    mut stream: TcpStream,
    port: u16,
    user: Option<&str>,
    heads: &Mutex<Vec<String>>,
    carried: &Arc<Mutex<Vec<u8>>>,
) {
    let Some(head) = head(&mut stream) else { return };
    heads.lock().unwrap().push(head.clone());
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
    let carried = Arc::clone(carried);
    let there = std::thread::spawn(move || {
        copy(from, to, |bytes| carried.lock().unwrap().extend_from_slice(bytes));
    });
    copy(inside, stream, |_| {});
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

fn copy(mut from: TcpStream, mut to: TcpStream, look: impl Fn(&[u8])) {
    let mut bytes = [0; 8192];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        look(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
