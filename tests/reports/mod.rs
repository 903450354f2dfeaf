//! The reports: their formats, their files, and hostile names in all of them.

mod act;
mod formats;
mod hostile;
mod outputs;
mod step_files;
mod unjudged;
