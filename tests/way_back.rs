//! Stages are backed out and brought back, in real repositories: what is planned, what is written,
//! and what is left alone.

mod archives;
mod by_hand;
mod careful;
mod document;
mod fetched;
mod helps;
mod interrupted;
mod many;
mod migrations;
mod partial;
mod planned;
mod rehearsed;
mod resumed;
pub(crate) mod scene;
mod steps;
mod unsaid;
mod verified;
mod written;
