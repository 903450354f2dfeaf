//! What people and git write: ref lines and commit messages.

use backout::ci::parse_ref_lines;
use backout::stage::trailer::trailers;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

#[divan::bench(args = [1, 3_000])]
fn ref_lines(bencher: Bencher<'_, '_>, lines: usize) {
    let (new, old) = ("1".repeat(40), "2".repeat(40));
    let line =
        |number| format!("refs/heads/topic/{number:05} {new} refs/heads/topic/{number:05} {old}\n");
    let text: String = (0..lines).map(line).collect();
    bencher.counter(ItemsCount::new(lines)).bench(|| parse_ref_lines(text.as_bytes()));
}

/// The message of a squash of so many commits, each with its trailer.
#[divan::bench(args = [1, 50, 1_000])]
fn trailers_of_a_squash(bencher: Bencher<'_, '_>, commits: usize) {
    let mut text = String::from("Move the continuation context (#1234)\n\n");
    for number in 0..commits {
        text.push_str(&format!(
            "* Part {number}: read the context from the entity store\n\nThe old table stays until \
             the last reader is gone.\n\nMigration-Stage: {number}\n\n"
        ));
    }
    bencher
        .counter(BytesCount::new(text.len()))
        .bench(|| trailers(text.as_bytes(), "Migration-Stage").len());
}
