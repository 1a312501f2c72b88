//! What a fleet of workers costs a PostgreSQL server, with a real server, a simulated network and, for a day, a simulated clock:
//!
//! ```text
//! export PRESSWATCH_TEST_DATABASE=postgres://postgres@/postgres?host=/run/postgresql
//! cargo bench --bench fleet                       # a day of a thousandth of the fleet, in a minute
//! cargo bench --bench fleet -- day share=1 hours=1 speed=4 workers=4
//! cargo bench --bench fleet -- claims 10000000    # units of work with 10⁴ to 10⁷ items; 10 GB
//! cargo bench --bench fleet -- claims 10000000 only
//! cargo bench --bench fleet -- sizes 20000        # rows and bytes for 100,000 articles
//! ```
//!
//! Units of work and decisions are those of the program. The clock is simulated where the program is told the time; the two things that go
//! by the clock of the server, the pause of a host and the lease of a worker, are a model to scale: a pause is divided by `speed`, and a
//! lease lasts `speed` times as long. So a statement that takes 5 ms takes 5 ms times `speed` of simulated time: lags are upper bounds.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement, printed on a terminal"
)]

mod claims;
mod day;
mod fill;
mod server;
mod sizes;
#[path = "../stories/texts.rs"]
#[expect(dead_code, reason = "shared with another bench")]
mod texts;
mod work;
mod worker;
mod world;

fn main() {
    let Some(url) = server::Server::named() else {
        println!(
            "note: nothing was measured: PRESSWATCH_TEST_DATABASE names no database of a PostgreSQL server (14 or later); see docs/postgres.md"
        );
        return;
    };
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = |at: usize| arguments.get(at).and_then(|argument| argument.parse::<u64>().ok());
    match arguments.first().map(String::as_str) {
        Some("claims") => {
            let most = number(1).unwrap_or(1_000_000);
            let is_only = arguments.get(2).is_some_and(|word| word == "only");
            let sizes = (4..=7).map(|power| 10_u64.pow(power));
            let sizes: Vec<u64> = sizes.filter(|items| if is_only { *items == most } else { *items <= most }).collect();
            claims::run(&url, &sizes);
        }
        Some("sizes") => sizes::run(&url, number(1).unwrap_or(20_000)),
        Some("worker") => worker::run(&worker::Replay::read(&arguments[1..7]), number(7).unwrap_or(1)),
        Some("day") => day::run(&url, &day::Size::read(&arguments[1..])),
        _ => day::run(&url, &day::Size::default()),
    }
}
