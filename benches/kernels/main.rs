//! What the guard computes, without processes and repositories: `cargo bench --bench kernels`.

mod archive;
mod configuration;
mod matcher;
mod receipt;
#[path = "../shared/stages.rs"]
mod stages;
mod text;

fn main() {
    divan::main();
}
