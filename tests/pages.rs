//! Completions and man pages.

use std::fs;

use crate::support::TestRepo;

#[test]
fn completions_for_every_shell() {
    let repo = TestRepo::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = repo.backout(["completions", shell]).folder(&repo.root()).run().ok();
        for word in ["pre-push", "uninstall", "doctor"] {
            assert!(run.out().contains(word), "{shell} lacks {word}");
        }
        assert_eq!(run.err(), "");
    }
}

#[test]
fn bash_accepts_its_completions() {
    let repo = TestRepo::new();
    let script = repo.backout(["completions", "bash"]).run().ok().stdout;
    fs::write(repo.root().join("script"), script).unwrap();
    let mut bash = repo.command("bash", &repo.root());
    bash.args(["-c", "source ./script && complete -p backout"]);
    let run = crate::support::execute(&mut bash, b"", repo.filter()).ok();
    assert!(run.out().contains("_backout"), "{}", run.snapshot());
}

#[test]
fn an_unknown_shell_is_a_usage_error() {
    let repo = TestRepo::new();
    insta::assert_snapshot!(repo.backout(["completions", "tcsh"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: invalid value 'tcsh' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

      tip: a similar value exists: 'zsh'

    For more information, try '--help'.
    ");
}

#[test]
fn the_main_page_goes_to_stdout() {
    let repo = TestRepo::new();
    let page = repo.backout(["man"]).run().ok().out();
    assert!(page.contains(".TH backout 1"), "{page}");
    assert!(page.contains("backout\\-pre\\-push(1)"), "{page}");
}

#[test]
fn every_command_has_a_page_of_its_own() {
    let repo = TestRepo::new();
    repo.backout(["man", "--directory", "pages/man1"]).run().ok();
    let folder = repo.path().join("pages/man1");
    for name in ["backout", "backout-install", "backout-pre-push", "backout-doctor"] {
        let page = fs::read_to_string(folder.join(format!("{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {name} 1")), "{page}");
    }
    let listed = repo.backout(["--help"]).run().ok().out();
    for name in fs::read_dir(&folder).unwrap() {
        let name = name.unwrap().file_name().into_string().unwrap();
        let command = name.trim_start_matches("backout").trim_start_matches('-');
        let command = command.trim_end_matches(".1").split('.').next().unwrap();
        let top = listed.lines().any(|line| {
            line.split_whitespace().next().is_some_and(|word| command.starts_with(word))
        });
        assert!(command.is_empty() || top, "{name} is the page of no command");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let repo = TestRepo::new();
    repo.write("file", "text\n");
    let run = repo.backout(["man", "--directory", "file/pages"]).run();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 3
    stdout:
    stderr:
    error: [TMP]/work/file/pages cannot be made: Not a directory (os error 20)
    ");
}
