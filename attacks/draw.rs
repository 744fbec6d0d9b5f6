//! A seeded stream of numbers: the same seed, the same attack.

use overt_evidence::Digest;

/// A stream of numbers of its own for every purpose.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    state: Digest,
    used: u64,
}

impl Draw {
    /// The stream of that seed for that purpose.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let state = Digest::of_all(&[b"overt-attacks\0", &seed.to_be_bytes(), purpose.as_bytes()]);
        Self { state, used: 0 }
    }

    /// 32 bytes.
    pub(crate) fn digest(&mut self) -> Digest {
        self.used += 1;
        Digest::of_all(&[&self.state.0, &self.used.to_be_bytes()])
    }

    /// From 0 to `n − 1`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        let Digest(bytes) = self.digest();
        let number = u64::from_be_bytes(bytes[..8].try_into().expect("a digest has eight bytes"));
        number % n.max(1)
    }

    /// A place in something that is so long.
    pub(crate) fn place(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// One of some.
    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.place(of.len())].clone()
    }

    /// True in so many of a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
