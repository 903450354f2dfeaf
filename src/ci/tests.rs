//! Events of every provider, against payloads shaped like those that the systems document.

mod support;

mod github;
mod gitlab;
mod hostile;
mod landing;
mod variables;
