//! A forge: GitHub, or a GitHub Enterprise Server. Who asks it (`credential`), where it is
//! (`place`), how it is asked (`client`), what it may refuse (`refusal`), and what can be asked of
//! it: one file for each subject, as methods of [`Client`].
//!
//! No command that does not talk to a forge comes here: the hook starts no runtime and no TLS.

mod answer;
mod app;
mod client;
mod code_owners;
mod commits;
mod connection;
mod credential;
mod files;
mod git_data;
mod identity;
mod issues;
mod patience;
mod place;
mod protection;
mod proxy;
mod pull_requests;
mod refusal;
mod report;
mod route;
mod signers;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Headers};
pub use client::{Client, Limits};
pub use code_owners::{CodeOwners, Owner};
pub use commits::StatusState;
pub use credential::{Credential, CredentialError, Rights};
pub use git_data::{MadeCommit, TreeItem, Verification};
pub use place::{ApiBase, Place, PlaceError, RepoSlug};
pub use protection::{BranchRules, Enforcement, Ruleset};
pub use proxy::Proxy;
pub use pull_requests::{NewPullRequest, PullRequest, PullRequestChange, PullRequestState, Side};
pub use refusal::{Refusal, Said};
pub use report::{
    Annotation, AnnotationLevel, CheckReport, Conclusion, Kept, Label, LabelThere, StickyComment,
    WantedLabels,
};
pub use route::Route;
pub use signers::{Signer, is_app};
