//! What is said of keys that have to be there and are not.

use insta::assert_snapshot;

use crate::config::tests::root;

#[test]
fn what_is_missing() {
    let text = "version = 1\n[migration]\n[[stages]]\n[backups.b]\n[[moves]]\n[[waivers]]\n";
    assert_snapshot!(root(text).told(), @r#"
    error: `[migration]` lacks `id`
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `id = "entities"`

    error: `[migration]` lacks `name`
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `name = "Entity architecture"`

    error: `[migration]` lacks `start`
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `start = { tag = "migration-start" }`

    error: `[migration]` lacks `branch`
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `branch = "main"`

    error: a stage lacks `id`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `id = "9"`

    error: a stage lacks `name`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `name = "Continuation migration"`

    error: a stage lacks `impact`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `impact = "medium"`

    error: a stage lacks `paths`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `paths = ["src/billing/**"]`

    error: a stage lacks `rollback`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `rollback = ["flags", "code", "deploy", "verify"]`

    error: a backup lacks `source`
     --> backout.toml:4:1
      |
    4 | [backups.b]
      | ^^^^^^^^^^^
      |
      = help: for example `source = { kind = "file", path = "export" }`

    error: a backup lacks `store`
     --> backout.toml:4:1
      |
    4 | [backups.b]
      | ^^^^^^^^^^^
      |
      = help: for example `store = "s3://ops-backups/entities"`

    error: a move lacks `from`
     --> backout.toml:5:1
      |
    5 | [[moves]]
      | ^^^^^^^^^
      |
      = help: for example `from = "src/old/**"`

    error: a move lacks `to`
     --> backout.toml:5:1
      |
    5 | [[moves]]
      | ^^^^^^^^^
      |
      = help: for example `to = "src/new/**"`

    error: a waiver lacks `finding`
     --> backout.toml:6:1
      |
    6 | [[waivers]]
      | ^^^^^^^^^^^
      |
      = help: for example `finding = "stage/unowned-path"`

    error: a waiver lacks `reason`
     --> backout.toml:6:1
      |
    6 | [[waivers]]
      | ^^^^^^^^^^^
      |
      = help: for example `reason = "generated file, owner to be decided"`

    error: a waiver lacks `expires`
     --> backout.toml:6:1
      |
    6 | [[waivers]]
      | ^^^^^^^^^^^
      |
      = help: for example `expires = 2026-12-24`
    "#);
}
