//! What `check` and `doctor --remote` say to a forge, and ask of it.

mod action;
mod check_run;
mod comment;
mod contract;
mod doctor;
mod fallback;
mod faults;
mod labels;
mod scene;
mod summary;
