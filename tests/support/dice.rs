//! Chance that is the same on every run.

/// A small deterministic generator.
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// One of them.
    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A number below `sides`, for an index.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll(sides.max(1) as u64)).unwrap()
    }

    /// The bytes, mutilated as transfers, merges, disks and hostile hands do.
    pub(crate) fn mutilate(&mut self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        for _ in 0..=self.below(3) {
            self.wound(&mut bytes);
        }
        // What came out whole again would prove nothing.
        if bytes == whole {
            bytes.push(self.below(256) as u8);
        }
        bytes
    }

    fn wound(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len());
        let end = at + self.below(bytes.len() - at.min(bytes.len()) + 1).min(40);
        match self.roll(9) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end.min(bytes.len()))),
            2 => bytes.insert(at, self.below(256) as u8),
            3 => {
                let again = bytes.get(at..end).unwrap_or_default().to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let noise: Vec<u8> = (0..self.below(200)).map(|_| self.below(256) as u8).collect();
                *bytes = noise;
            }
            5 => {
                let marks = [&b"<<<<<<< HEAD\n"[..], b"\xff\xfe", b"\0", b"\"", b"]]\n", b"\r\n"];
                let mark = marks[self.below(marks.len())].to_vec();
                bytes.splice(at..at, mark);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
        }
    }
}
