//! Real hook managers: backout in front of each of them, and within each of them alone.

mod alone;
mod faults;
mod in_front;
mod kind;
mod reinstall;
mod scenario;
