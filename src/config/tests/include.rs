//! Files that a root file includes.

use insta::assert_snapshot;

use super::super::{LoadError, Vocabulary, load};
use super::{CODES, Files, root, with_stage};

fn migration(id: &str) -> String {
    with_stage("").replace("id = \"m\"", &format!("id = \"{id}\""))
}

#[test]
fn a_root_that_only_includes() {
    let files = root("include = [\"a/backout.toml\", \"b.toml\"]\n")
        .with("a/backout.toml", migration("a"))
        .with("b.toml", migration("b"));
    let configuration = files.load().unwrap().unwrap();
    let folders: Vec<_> = configuration.migrations.iter().map(|m| m.folder.as_str()).collect();
    assert_eq!(folders, ["a", ""]);
    assert_eq!(configuration.files, ["backout.toml", "a/backout.toml", "b.toml"]);
    assert_eq!(configuration.migrations[0].place.file, "a/backout.toml");
}

#[test]
fn paths_are_relative_to_the_root_files_folder() {
    let files = Files::default()
        .with("ops/backout.toml", "version = 1\ninclude = [\"a/backout.toml\"]\n")
        .with("ops/a/backout.toml", migration("a"));
    let loaded = load(&files, "ops/backout.toml", Vocabulary { codes: CODES }).unwrap().unwrap();
    assert_eq!(loaded.files, ["ops/backout.toml", "ops/a/backout.toml"]);
    assert_eq!(loaded.migrations[0].folder, "ops/a");
}

#[test]
fn a_root_without_anything_warns() {
    assert_snapshot!(root("version = 1\n").told(), @r"
    valid
    warning: no migration is described here, so nothing is guarded
     --> backout.toml:1:1
      |
    1 | version = 1
      | ^
      |
      = help: add `[migration]`, or name files in `include`
    ");
    assert_snapshot!(root("include = []\n").told(), @r"
    valid
    warning: no migration is described here, so nothing is guarded
     --> backout.toml:1:1
      |
    1 | include = []
      | ^
      |
      = help: add `[migration]`, or name files in `include`
    ");
}

#[test]
fn includes_that_cannot_be() {
    let text = r#"include = [
  "gone.toml", "/etc/x.toml", "../x.toml", "b.toml", "b.toml", "backout.toml",
  "odd\u001b[2J\nname.toml",
]
"#;
    let files = root(text).with("b.toml", migration("b"));
    assert_snapshot!(files.told(), @r#"
    error: the included file `gone.toml` is missing
     --> backout.toml:2:3
      |
    2 |   "gone.toml", "/etc/x.toml", "../x.toml", "b.toml", "b.toml", "backout.toml",
      |   ^^^^^^^^^^^
      |
      = help: paths are relative to this file's folder, and the file has to be tracked by git

    error: `include`: the path `/etc/x.toml` is not relative
     --> backout.toml:2:16
      |
    2 |   "gone.toml", "/etc/x.toml", "../x.toml", "b.toml", "b.toml", "backout.toml",
      |                ^^^^^^^^^^^^^
      |
      = help: paths are relative to this file's folder

    error: `include`: the path `../x.toml` has a `..` component
     --> backout.toml:2:31
      |
    2 |   "gone.toml", "/etc/x.toml", "../x.toml", "b.toml", "b.toml", "backout.toml",
      |                               ^^^^^^^^^^^
      |
      = help: paths reach only what is below this file's folder

    error: `b.toml` is included already
     --> backout.toml:2:54
      |
    2 |   "gone.toml", "/etc/x.toml", "../x.toml", "b.toml", "b.toml", "backout.toml",
      |                                                      ^^^^^^^^

    error: `backout.toml` is included already
     --> backout.toml:2:64
      |
    2 |   "gone.toml", "/etc/x.toml", "../x.toml", "b.toml", "b.toml", "backout.toml",
      |                                                                ^^^^^^^^^^^^^^

    error: the included file `odd\u{1b}[2J\u{a}name.toml` is missing
     --> backout.toml:3:3
      |
    3 |   "odd\u001b[2J\nname.toml",
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: paths are relative to this file's folder, and the file has to be tracked by git
    "#);
}

#[test]
fn an_included_file_cannot_include_and_needs_a_migration() {
    let files = root("include = [\"a.toml\"]\n").with("a.toml", "include = [\"b.toml\"]\n");
    assert_snapshot!(files.told(), @r#"
    error: the configuration lacks `version`
     --> a.toml:1:1
      |
    1 | include = ["b.toml"]
      | ^
      |
      = help: write `version = 1` at its top

    error: the configuration lacks `[migration]`
     --> a.toml:1:1
      |
    1 | include = ["b.toml"]
      | ^
      |
      = help: it needs `id`, `name`, `start` and `branch`

    error: an included file cannot include others
     --> a.toml:1:11
      |
    1 | include = ["b.toml"]
      |           ^^^^^^^^^^
      |
      = help: name every file in the `include` of the root file
    "#);
}

#[test]
fn errors_of_all_files_are_told_in_their_order() {
    let files = root("version = 1\nextra = 1\ninclude = [\"b.toml\", \"a.toml\", \"c.toml\"]\n")
        .with("b.toml", "version = \n")
        .with("c.toml", b"\xef\xbb\xbfversion = 1\n")
        .with("a.toml", migration("a").replace("[\"src/**\"]", "[\"/src/**\"]"));
    assert_snapshot!(files.told(), @r#"
    error: `extra` is no key of the configuration
     --> backout.toml:2:1
      |
    2 | extra = 1
      | ^^^^^
      |
      = help: known here: `version`, `include`, `migration`, `flags`, `backups`, `stages`, `moves`, `phases`, `requirements`, `waivers`

    error: this is not valid TOML: string values must be quoted, expected literal string
     --> b.toml:1:11
      |
    1 | version = 
      |           ^

    error: `paths`: the glob `/src/**` starts with `/`
      --> a.toml:11:10
       |
    11 | paths = ["/src/**"]
       |          ^^^^^^^^^
       |
       = help: globs are relative to this file's folder: `src/**`

    error: the file starts with a byte order mark
    --> c.toml:1:1
     = help: save it as UTF-8 without one
    "#);
}

#[test]
fn ids_are_unique_over_all_files() {
    let files = root("include = [\"a.toml\", \"b.toml\"]\n")
        .with("a.toml", migration("same"))
        .with("b.toml", migration("Same"));
    assert_snapshot!(files.told(), @r#"
    error: another migration has the id `Same` already
     --> b.toml:3:6
      |
    3 | id = "Same"
      |      ^^^^^^
      |
      = help: it stands in `a.toml`
    "#);
}

#[test]
fn too_many_includes() {
    let list: Vec<String> = (0..65).map(|n| format!("\"{n}.toml\"")).collect();
    let mut files = root(format!("include = [{}]\n", list.join(",")));
    for n in 0..65 {
        files = files.with(&format!("{n}.toml"), migration(&format!("m{n}")));
    }
    assert_snapshot!(files.told(), @r#"
    error: 65 files are included, more than 64
     --> backout.toml:1:11
      |
    1 | include = ["0.toml","1.toml","2.toml","3.toml","4.toml","5.toml","6.to…
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_name_in_a_file_that_cannot_be_read_is_not_called_unknown() {
    let a = migration("a").replace("rollback = [", "after = [\"b:1\"]\nrollback = [");
    let files = root("include = [\"a.toml\", \"b.toml\"]\n").with("a.toml", a).with("b.toml", "=");
    let told = files.told();
    assert!(told.contains("b.toml:1:1") && !told.contains("no migration"), "{told}");
}

#[test]
fn what_cannot_be_read_is_not_invalid() {
    struct Broken;
    impl super::super::FileSource for Broken {
        fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
            match path {
                "backout.toml" => Ok(Some(b"include = [\"a.toml\"]\n".to_vec())),
                _ => anyhow::bail!("the object is missing"),
            }
        }
    }
    match load(&Broken, "backout.toml", Vocabulary { codes: CODES }) {
        Err(error @ LoadError::Unreadable(_)) => {
            let text = format!("{:#}", anyhow::Error::from(error));
            assert_snapshot!(text, @"the configuration cannot be read: `a.toml` cannot be read: the object is missing");
        }
        other => panic!("{other:?}"),
    }
}
