//! Replays what fuzzing has kept: the laws in `fuzz/targets.rs` hold for every input of the
//! corpora, with an ordinary build and without a fuzzer.

#[path = "fuzz/targets.rs"]
mod targets;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| {
        Path::new(&entry.unwrap().file_name()).file_stem().unwrap().to_str().unwrap().to_owned()
    };
    entries.map(name).collect()
}

#[test]
fn every_kept_input_obeys_the_laws() {
    for (name, target) in targets::TARGETS {
        let mut files: Vec<PathBuf> = fs::read_dir(fuzz().join("corpus").join(name))
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        files.sort();
        assert!(files.len() >= 2, "{name} has no corpus");
        for file in files {
            let data = fs::read(&file).unwrap();
            let outcome = std::panic::catch_unwind(|| target(&data));
            assert!(outcome.is_ok(), "{} breaks a law of `{name}`", file.display());
        }
    }
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let targets: BTreeSet<String> =
        targets::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&fuzz().join("fuzz_targets")), targets);
    assert_eq!(names(&fuzz().join("corpus")), targets);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for target in &targets {
        assert!(manifest.contains(&format!("fuzz_targets/{target}.rs")), "{target}");
    }
}

/// A target that accepts everything would find nothing.
#[test]
fn a_corpus_has_inputs_that_are_taken() {
    let corpus = fuzz().join("corpus");
    let read = |name: &str| fs::read(corpus.join(name)).unwrap();
    assert_eq!(backout::ci::parse_ref_lines(&read("stdin/several")).unwrap().len(), 3);
    let one = read("flag_file/flagd");
    assert_eq!(backout::flag::definitions("flags.json", &one[1..]).unwrap().all.len(), 1);
    assert!(backout::receipt::parse(&read("receipt/whole")).is_ok());
    assert!(backout::receipt::parse_code(&read("rehearsal/whole")).is_ok());
    assert_eq!(backout::stage::attributions::parse(&read("attributions/two")).unwrap().len(), 2);
    let archive = std::io::Cursor::new(read("archive/whole"));
    let depth = backout::backup::archive::Depth::Full;
    assert!(backout::backup::archive::verify(archive, depth).is_ok());
}
