//! Paths below the configuration's folder, and places where archives are kept.

use super::super::model::Store;
use super::super::render::quoted;
use super::super::sink::Problem;

/// The schemes of object stores.
const SCHEMES: &[&str] = &["s3", "gs", "az", "https"];

/// Checks a path that has to lie below the configuration's folder.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    let problem = |what: &str| Problem::new(format!("the path {} {what}", quoted(text)));
    if text.is_empty() {
        return Err(Problem::new("the path is empty"));
    }
    if text.contains('\\') {
        return Err(problem("has a backslash").help("write `/` between folders"));
    }
    let drive = text.as_bytes().get(1) == Some(&b':');
    if text.starts_with('/') || drive || text.contains("://") {
        return Err(problem("is not relative").help("paths are relative to this file's folder"));
    }
    let folder = text.strip_suffix('/').unwrap_or(text);
    for component in folder.split('/') {
        match component {
            "" => return Err(problem("has an empty component").help("write one `/`")),
            "." => return Err(problem("has a `.` component").help("leave it out")),
            ".." => {
                let help = "paths reach only what is below this file's folder";
                return Err(problem("has a `..` component").help(help));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A place for archives: an object store by its scheme, else a folder.
pub(in super::super) fn store(text: &str) -> Result<Store, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::new("the text is empty").help(wants()));
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok(Store::Folder(text.to_owned()));
    };
    if !SCHEMES.contains(&scheme) {
        let message = format!("{} is no known kind of store", quoted(&format!("{scheme}://")));
        return Err(Problem::new(message).help(wants()));
    }
    let place = rest.split('/').next().unwrap_or_default();
    if place.is_empty() {
        return Err(Problem::new(format!("{} names no bucket or host", quoted(text))).help(wants()));
    }
    if place.contains('@') {
        return Err(Problem::new("the store's address holds a user or a password")
            .help("take it out; credentials come from the environment")
            .secret());
    }
    Ok(Store::Remote(text.to_owned()))
}

const fn wants() -> &'static str {
    "`s3://bucket/folder`, `gs://…`, `az://…`, `https://…`, or a folder"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for text in ["a", "a/b", "a/", ".env", "a/..b", "a b"] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        for text in ["", "/", "/a", "a//b", ".", "./a", "..", "a/../b", "a\\b", "C:/a", "s3://a"] {
            assert!(check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn stores() {
        for text in ["s3://b", "gs://b/c", "az://b", "https://h/p"] {
            assert_eq!(store(text), Ok(Store::Remote(text.to_owned())), "{text}");
        }
        for text in ["backups", "/var/backups", "../backups", "C:\\backups"] {
            assert_eq!(store(text), Ok(Store::Folder(text.to_owned())), "{text}");
        }
        for text in
            ["", " ", "http://h", "file:///x", "S3://b", "s3://", "s3:///b", "https://u:p@h"]
        {
            assert!(store(text).is_err(), "{text}");
        }
    }
}
