//! The one integration binary: every module drives the built program, most of them against real
//! git repositories.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set its scene up has to stop, wherever that happens"
)]

mod action;
mod after_the_fact;
mod begun;
mod closed;
mod corpus;
mod crisscross;
mod demo;
mod doctor;
mod engines;
mod excuses;
mod exits;
mod false_back_outs;
mod faults;
mod fetch;
mod forecast;
mod forge;
mod forge_report;
mod forges;
mod foxtrots;
mod front;
mod fuzz_corpus;
mod guard;
mod harness;
mod history;
mod hook_files;
mod install;
mod landings;
mod laws;
mod ledgers;
mod managers;
mod merges;
mod mutilated;
mod online;
mod oracle;
mod pages;
mod peers;
mod places;
mod policy;
mod pull_requests;
mod push;
mod ranges;
mod read_only;
mod readme;
mod recipes;
mod replay;
mod reports;
mod repositories;
mod restore;
mod rules;
mod scenarios;
mod shim;
mod slips;
mod squashes;
mod support;
mod unnoticed;
mod upstream;
mod way_back;
mod whole;
