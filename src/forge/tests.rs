//! Tests of what needs no server.

mod code_owners;
mod credential;
mod place;
mod refusal;
mod route;
