//! The news of a made-up world: what each feed lists at a time, which hosts fail, and what the articles say. All of it follows from numbers
//! alone, so that every worker sees the same world.

use jiff::{SignedDuration, Timestamp};
use presswatch::article::Item;

use crate::texts::{Dice, Language};

/// How many entries a feed lists.
const ENTRIES: usize = 20;

/// How unevenly the channels publish: the standard deviation of the logarithm of their rates.
const SPREAD: f64 = 1.4;

/// How busy the newsrooms are, hour by hour.
const HOURS: [f64; 24] = [
    0.3, 0.2, 0.2, 0.2, 0.3, 0.6, 1.0, 1.4, 1.6, 1.7, 1.7, 1.6, 1.5, 1.5, 1.5, 1.5, 1.6, 1.6, 1.4, 1.2, 1.0, 0.8, 0.6,
    0.4,
];

/// A day of it, in seconds.
pub const DAY: f64 = 86_400.0;

/// A world. Times are in days since its beginning.
pub struct World {
    /// Hosts; each has three channels.
    pub hosts: u64,
    begins: Timestamp,
    language: Language,
    /// Work done at each full hour of a day; a day has 1.
    curve: [f64; 25],
}

/// A number from 0 to 1 that follows from these.
fn chance(of: &[u64]) -> f64 {
    let mut dice = Dice(of.iter().fold(17, |all, n| all.wrapping_mul(0x0100_0000_01b3).wrapping_add(*n ^ (*n << 17))));
    dice.between(0, 1 << 20);
    dice.between(0, (1 << 30) - 1) as f64 / f64::from(1 << 30)
}

impl World {
    /// One in which the time `now` is 30 days after the beginning.
    pub fn new(hosts: u64, now: Timestamp) -> Self {
        let total: f64 = HOURS.iter().sum();
        let mut curve = [0.0; 25];
        for (hour, busy) in HOURS.iter().enumerate() {
            curve[hour + 1] = curve[hour] + busy / total;
        }
        Self { hosts, begins: now - SignedDuration::from_hours(30 * 24), language: Language::new(&mut Dice(11)), curve }
    }

    pub fn channels(&self) -> u64 {
        self.hosts * 3
    }

    pub fn days(&self, at: Timestamp) -> f64 {
        at.duration_since(self.begins).as_secs_f64() / DAY
    }

    fn time(&self, days: f64) -> Timestamp {
        self.begins + SignedDuration::from_secs_f64(days * DAY)
    }

    /// How many articles a channel publishes a day: 2.78 on average, with few that publish much and many that publish little.
    pub fn rate(channel: u64) -> f64 {
        // The sum of twelve chances is nearly normal.
        let normal: f64 = (0..12).map(|n| chance(&[1, channel, n])).sum::<f64>() - 6.0;
        (2.7 * (SPREAD * normal - SPREAD * SPREAD / 2.0).exp()).min(400.0)
    }

    /// Work done by then, in days of it.
    fn work(&self, days: f64) -> f64 {
        let hour = days.fract() * 24.0;
        let at = place(hour).min(23);
        days.floor() + self.curve[at] + (self.curve[at + 1] - self.curve[at]) * hour.fract()
    }

    fn when(&self, work: f64) -> f64 {
        let done = work.fract();
        let at = self.curve.iter().rposition(|sum| *sum <= done).unwrap_or(0).min(23);
        work.floor() + (at as f64 + (done - self.curve[at]) / (self.curve[at + 1] - self.curve[at])) / 24.0
    }

    /// The entries of a channel at a time, the newest first: when each was published, with its number.
    fn entries(&self, channel: u64, days: f64) -> Vec<(f64, u64)> {
        let rate = Self::rate(channel);
        let last = place((self.work(days) * rate).max(0.0)) as u64 + 1;
        let mut entries: Vec<(f64, u64)> = (0..=last)
            .rev()
            .map(|n| (self.when((n as f64 + chance(&[2, channel, n])) / rate), n))
            .filter(|(at, _)| *at <= days)
            .take(ENTRIES)
            .collect();
        // Every four hours something happens of which each twentieth channel has five articles more, within minutes.
        let burst = place(days * 6.0) as u64;
        for burst in burst.saturating_sub(3)..=burst {
            if chance(&[3, channel, burst]) < 0.05 {
                let extra = (0..5)
                    .map(|n| (burst as f64 / 6.0 + chance(&[4, channel, burst, n]) / 72.0, 1 << 40 | burst << 8 | n));
                entries.extend(extra.filter(|(at, _)| *at <= days));
            }
        }
        entries.sort_by(|a, b| b.0.total_cmp(&a.0));
        entries.truncate(ENTRIES);
        entries
    }

    /// What a channel lists.
    pub fn listed(&self, channel: u64, now: Timestamp) -> Vec<Item> {
        let host = (channel - 1) / 3 + 1;
        let item = |(at, n): (f64, u64)| Item {
            url: format!("https://h{host}.example/news/2026/{channel}-{n}").parse().ok(),
            title: format!("Headline {n} of channel {channel}, as long as headlines are"),
            summary:
                "What the article says, in a sentence or two: it is the lead that feeds carry beside the headline."
                    .to_owned(),
            published_at: Some(self.time(at)),
            ..Item::default()
        };
        self.entries(channel, self.days(now)).into_iter().map(item).collect()
    }

    /// When each entry was published, in seconds since 1970, with its number: for the rows that stand there before.
    pub fn listed_before(&self, channel: u64, now: Timestamp) -> Vec<(i64, u64)> {
        self.entries(channel, self.days(now)).into_iter().map(|(at, n)| (self.time(at).as_second(), n)).collect()
    }

    /// How many articles are published from one time to another.
    pub fn published(&self, from: Timestamp, until: Timestamp) -> u64 {
        let (from, until) = (self.days(from), self.days(until));
        let of = |channel: u64| {
            let rate = Self::rate(channel);
            let (first, last) = (place(self.work(from) * rate) as u64, place(self.work(until) * rate) as u64 + 1);
            let regular = (first..=last)
                .map(|n| self.when((n as f64 + chance(&[2, channel, n])) / rate))
                .filter(|at| *at > from && *at <= until)
                .count();
            let bursts = (place(from * 6.0) as u64..=place(until * 6.0) as u64)
                .filter(|burst| chance(&[3, channel, *burst]) < 0.05)
                .flat_map(|burst| (0..5).map(move |n| burst as f64 / 6.0 + chance(&[4, channel, burst, n]) / 72.0))
                .filter(|at| *at > from && *at <= until)
                .count();
            (regular + bursts) as u64
        };
        (1..=self.channels()).map(of).sum()
    }

    /// Whether a host fails at a time: one of a hundred always, two of a hundred for six hours at a time.
    pub fn fails(&self, host: u64, now: Timestamp) -> bool {
        chance(&[5, host]) < 0.01 || chance(&[6, host, place(self.days(now) * 4.0) as u64]) < 0.02
    }

    /// The text at a URL: 3 kB on average. One of seven is that of an agency, which other outlets carry as well.
    pub fn text(&self, url: &str, now: Timestamp) -> String {
        let own = url.bytes().fold(7_u64, |all, byte| all.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let mut dice = Dice(own);
        if dice.percent(14) {
            let day = place(self.days(now)) as u64;
            dice = Dice(day * 1_000_003 + dice.between(0, place(self.hosts as f64 / 15.0)) as u64);
        }
        let length = dice.between(1_200, 4_800);
        let mut text = String::new();
        while text.len() < length {
            text.push_str(&self.language.paragraph(&mut dice));
            text.push('\n');
        }
        text
    }
}

/// The whole part of a number that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "neither negative nor large")]
fn place(number: f64) -> usize {
    number as usize
}
