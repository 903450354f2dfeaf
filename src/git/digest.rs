//! The ids that git gives objects: hashes of their kind, their length and their bytes.

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::object::ObjectKind;
use super::{GitError, ObjectId};

/// The id of an object; `like` is any id of the repository and tells which hash it uses.
///
/// SHA-1 goes without looking for collisions that somebody has made: git looks for those where
/// objects come in, and asks this hash nothing when it reads them. Here it tells damage, and the
/// processor computes it.
pub(super) fn id_of(
    kind: ObjectKind,
    content: &[u8],
    like: &ObjectId,
) -> Result<ObjectId, GitError> {
    let id = match like.as_bytes().len() {
        32 => ObjectId::from_bytes(&digest::<Sha256>(kind, content)),
        _ => ObjectId::from_bytes(&digest::<Sha1>(kind, content)),
    };
    id.ok_or_else(|| GitError::Other("an object id of unknown length".to_owned()))
}

fn digest<D: Digest>(kind: ObjectKind, content: &[u8]) -> sha2::digest::Output<D> {
    let header = format!("{} {}\0", kind.word(), content.len());
    D::new().chain_update(header).chain_update(content).finalize()
}
