//! Reading receipts, which grow by one archive with each backup.

use backout::receipt::parse;
use divan::Bencher;
use divan::counter::BytesCount;

#[divan::bench(args = [1, 100, 1_000])]
fn archives(bencher: Bencher<'_, '_>, archives: usize) {
    let text = receipt(archives);
    assert!(parse(text.as_bytes()).is_ok_and(|receipt| receipt.archives.len() == archives));
    bencher.counter(BytesCount::new(text.len())).bench(|| parse(text.as_bytes()));
}

fn receipt(archives: usize) -> String {
    let mut text = String::from("version = 1\nbackup = \"context\"\nmigration = \"entities\"\n");
    for number in 0..archives {
        let (hours, minutes) = (number / 60 % 24, number % 60);
        let (day, digest) = (1 + number / 1_440, format!("{number:064x}"));
        text.push_str(&format!(
            "\n[[archives]]\nformat = \"backout-archive/1\"\nsource = \"file\"\n\
             captured_start = 2026-10-{day:02}T{hours:02}:{minutes:02}:00Z\n\
             captured_end = 2026-10-{day:02}T{hours:02}:{minutes:02}:30Z\n\
             environment = \"production\"\nplace = \"../backups/{number}.backout\"\n\
             files = [{{ name = \"{number}.backout\", sha256 = \"{digest}\", size = 4096 }}]\n\
             entries = 3\npayload_bytes = 4000\n"
        ));
    }
    text
}
