//! Limits how many pages are read at once: as many as there are cores, and large pages alone.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::answer::Answer;

/// The most weight of all pages that are read at once.
const ALL: u32 = 32;
/// A page of this many bytes or tags weighs 1: reading can take ten times the memory of the page.
const BYTES: usize = 320_000;
const TAGS: usize = 16_000;

/// The limit for reading.
pub(super) struct Room {
    places: Semaphore,
    /// The least weight of a page, so that no more pages are read at once than there are cores.
    least: u32,
}

impl Room {
    pub(super) fn new(cores: usize) -> Self {
        let least = ALL / u32::try_from(cores).unwrap_or(ALL).clamp(1, ALL);
        Self { places: Semaphore::new(ALL as usize), least }
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

fn weight(body: &[u8]) -> u32 {
    let tags = body.iter().filter(|byte| matches!(byte, b'<' | b',')).count();
    u32::try_from((body.len() / BYTES).max(tags / TAGS)).unwrap_or(ALL).min(ALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pages_are_read_alone() {
        for (body, expected) in [
            (&b"<p>Text, and more."[..], 0),
            (&b"<p>Text".repeat(20_000), 1),
            (&b"x".repeat(3_200_000), 10),
            (&b"<p>".repeat(600_000), ALL),
            // A JSON document of nothing but numbers.
            (&b"0,".repeat(600_000), ALL),
            (&b"x".repeat(50_000_000), ALL),
        ] {
            assert_eq!(weight(body), expected, "{} bytes", body.len());
        }
    }
}
