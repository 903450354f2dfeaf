//! What talks to a forge, against a server on this machine.

mod client;
mod faults;
mod revert;
mod scene;
