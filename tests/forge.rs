//! What talks to a forge, against a server on this machine.

mod by_git;
mod client;
mod content;
mod contract;
mod faults;
mod flows;
mod hostile;
mod killed;
mod lost;
mod proxy;
mod revert;
mod scene;
mod state;
mod tls;
