//! Events of every provider, against payloads shaped like those that the systems document.

mod support;

mod azure;
mod bitbucket;
mod comment;
mod gitea;
mod github;
mod gitlab;
mod hostile;
mod jenkins;
mod landing;
mod target;
mod variables;
