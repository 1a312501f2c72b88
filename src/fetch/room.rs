//! How much of the network's answers is in memory: few large bodies at once, and of pages that are read as many as there are cores,
//! large ones alone.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::answer::Answer;

/// The most weight of all pages that are read at once.
const ALL: u32 = 32;
/// A page of so many bytes, or of so many tags and attributes, weighs 1: a page can take ten times as much memory while it is read.
const BYTES: usize = 320_000;
const TAGS: usize = 16_000;

/// Bodies up to this size need no permit: nearly all are smaller.
pub(super) const SMALL_BODY: usize = 512_000;
/// So many bodies of the largest size may be in memory at once.
const LARGEST_AT_ONCE: u64 = 2;
/// The unit of the permits for bodies.
const UNIT: u64 = 1_000;

/// An empty buffer for a body beyond [`SMALL_BODY`]. Only what is written takes memory. A block of more than 32 MB the allocator of glibc
/// takes from the system and gives back at once; of smaller ones each thread would keep what its largest took.
pub(super) fn large_buffer() -> Vec<u8> {
    Vec::with_capacity(34 << 20)
}

/// The room for answers.
pub(super) struct Room {
    places: Semaphore,
    /// The least weight of a page, so that no more pages are read at once than there are cores.
    least: u32,
    bodies: Arc<Semaphore>,
    all_bodies: u32,
}

impl Room {
    pub(super) fn new(cores: usize, max_body: u64) -> Self {
        let least = ALL / u32::try_from(cores).unwrap_or(ALL).clamp(1, ALL);
        let all_bodies = units(max_body.saturating_mul(LARGEST_AT_ONCE));
        let bodies = Arc::new(Semaphore::new(all_bodies as usize));
        Self { places: Semaphore::new(ALL as usize), least, bodies, all_bodies }
    }

    /// Waits until a body of that size may be in memory. Whoever holds a permit must not ask for another: all could wait for each other.
    pub(super) async fn body(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.bodies).acquire_many_owned(units(bytes).min(self.all_bodies)).await.ok()
    }

    /// The part of a permit that a body of that size needs.
    pub(super) fn shrink(mut permit: OwnedSemaphorePermit, bytes: u64) -> OwnedSemaphorePermit {
        permit.split(units(bytes) as usize).unwrap_or(permit)
    }

    /// Waits until there is room for an answer; a failure needs no room.
    pub(super) async fn place(&self, answer: &Answer) -> Option<SemaphorePermit<'_>> {
        let weight = answer.result.as_ref().map_or(0, |response| weight(&response.body).max(self.least));
        self.places.acquire_many(weight).await.ok()
    }

    /// Whether a permit is that of a large page.
    pub(super) fn is_large(place: &SemaphorePermit) -> bool {
        place.num_permits() > ALL as usize / 4
    }
}

fn units(bytes: u64) -> u32 {
    // As many as the semaphore's counter takes, whatever `max_body` says.
    u32::try_from(bytes / UNIT + 1).unwrap_or(u32::MAX).min(u32::MAX >> 4)
}

/// What a page weighs while it is read. An attribute takes as much as a tag, a value of JSON too.
fn weight(body: &[u8]) -> u32 {
    let mut parts = 0;
    let mut in_tag = false;
    let mut after_blank = false;
    for byte in body {
        match byte {
            b'<' => {
                parts += 1;
                in_tag = true;
            }
            b'>' => in_tag = false,
            b',' => parts += 1,
            _ if !in_tag => {}
            byte => {
                let is_blank = byte.is_ascii_whitespace() || *byte == b'/';
                parts += usize::from(after_blank && !is_blank);
                after_blank = is_blank;
            }
        }
    }
    u32::try_from((body.len() / BYTES).max(parts / TAGS)).unwrap_or(ALL).min(ALL)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn large_pages_are_read_alone() {
        for (body, expected) in [
            (&b"<p>Text, and more."[..], 0),
            (&b"<p>Text".repeat(20_000), 1),
            (&b"x".repeat(3_200_000), 10),
            (&b"<p>".repeat(600_000), ALL),
            (&b"<p a b=c d>".repeat(60_000), 15),
            (&b"a b c d ".repeat(60_000), 1),
            // A JSON document of nothing but numbers.
            (&b"0,".repeat(600_000), ALL),
            (&b"x".repeat(50_000_000), ALL),
        ] {
            assert_eq!(weight(body), expected, "{} bytes", body.len());
        }
    }

    #[tokio::test]
    async fn few_large_bodies_are_in_memory_at_once() {
        let room = Room::new(2, 10_000_000);
        let first = room.body(10_000_000).await.unwrap();
        let free = |room: &Room| room.bodies.available_permits();
        assert_eq!(free(&room), 10_000);
        // What turned out to be smaller makes room for others.
        let first = Room::shrink(first, 2_000_000);
        assert_eq!(free(&room), 18_000);
        // Larger than all: it must not wait for ever.
        drop(first);
        assert!(room.body(u64::MAX).await.is_some());
        assert!(Room::new(2, u64::MAX).body(u64::MAX).await.is_some());
    }
}
