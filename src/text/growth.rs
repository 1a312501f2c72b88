//! How the effort for a text grows with its length, for tests.

use std::time::{Duration, Instant};

/// How much longer than the short texts the long ones are.
const TIMES: usize = 8;

/// Runs `work` with 1, for short texts, and with 8, for texts that are eight times as long.
///
/// # Panics
/// If the long ones take more than three times the effort that their length explains: code that is quadratic in the length takes eight
/// times as much.
pub fn assert_linear(what: &str, mut work: impl FnMut(usize)) {
    let short = effort(|| work(1));
    let long = effort(|| work(TIMES));
    // What takes a moment only is not worth a measurement.
    let most = short * 3 * u32::try_from(TIMES).unwrap_or(1) + Duration::from_millis(60);
    assert!(long <= most, "{what}: {short:?} for a short text, {long:?} for one that is {TIMES} times as long");
}

/// The time that this thread spends on a processor, so that it does not matter what else the machine does.
fn effort(work: impl FnOnce()) -> Duration {
    let begun = (spent(), Instant::now());
    work();
    match (begun.0, spent()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => begun.1.elapsed(),
    }
}

/// As Linux counts it; `None` elsewhere.
fn spent() -> Option<Duration> {
    let counts = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counts.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

#[test]
fn a_quadratic_loop_is_noticed_and_a_linear_one_is_not() {
    let count = |n: usize| (0..n).filter(|i| std::hint::black_box(*i) % 3 == 0).count();
    assert_linear("linear", |n| {
        count(n * 2_000_000);
    });
    let quadratic = std::panic::catch_unwind(|| {
        assert_linear("quadratic", |n| {
            (0..n * 2_000).for_each(|_| {
                std::hint::black_box(count(n * 1_000));
            });
        });
    });
    assert!(quadratic.is_err());
}
