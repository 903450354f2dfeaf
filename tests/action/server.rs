//! A server that answers every request alike and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// One request: its first line, its headers and its body.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) line: String,
    pub(super) headers: Vec<String>,
    pub(super) body: String,
}

/// The server; it ends with the test's process.
pub(super) struct Server {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(super) fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = Vec::new();
                for line in reader.by_ref().lines().map(Result::unwrap) {
                    if line.is_empty() {
                        break;
                    }
                    head.push(line);
                }
                let lower = |line: &String| line.to_lowercase();
                let length = head.iter().map(lower).find_map(|line| {
                    line.strip_prefix("content-length: ").map(|n| n.parse::<usize>().unwrap())
                });
                let mut body = vec![0; length.unwrap_or_default()];
                reader.read_exact(&mut body).unwrap();
                let line = head.remove(0);
                let body = String::from_utf8(body).unwrap();
                seen.lock().unwrap().push(Request { line, headers: head, body });
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { url, requests }
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}
