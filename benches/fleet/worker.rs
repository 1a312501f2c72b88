//! One worker of the replay, a process of its own, so that it can be killed: claims hosts, polls what is due, reads what waits, gives the
//! hosts back. The network is simulated, and so is the clock: it runs `speed` times as fast as that of the server.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::{SignedDuration, Timestamp};
use presswatch::crawl::join_events;
use presswatch::decide::{Change, KnownChannel, Tried};
use presswatch::model::RunId;
use presswatch::politeness::{Host, RobotsFile, Rules, schedule};
use presswatch::store::{Claim, Expiry, Order, PendingItem, Queue, RunCounts, Store, home_lane};

use crate::fill::NOW;
use crate::server::{Server, own_time};
use crate::texts::Dice;
use crate::work::{answered, failed, failure, keep_article, keep_poll, mention};
use crate::world::World;

/// As a run has by default: 16 requests at once, and four hosts for each.
const MOST_HOSTS: usize = 64;
const AT_ONCE: usize = 8;

/// How long a request takes, and the pause after it, in simulated time.
const LATENCY: Duration = Duration::from_millis(400);
const DELAY: Duration = Duration::from_secs(1);

/// After so much simulated time a run ends, and the next one begins.
const RUN: SignedDuration = SignedDuration::from_hours(1);

/// So often, by the clock of the server, a worker looks for more hosts at most: a clock that is fast must not make it do nothing else.
const LOOK: Duration = Duration::from_millis(10);

/// The replay, as all its processes know it.
#[derive(Debug, Clone)]
pub struct Replay {
    pub url: String,
    pub schema: String,
    pub hosts: u64,
    pub speed: f64,
    pub hours: f64,
    /// When it began, by the clock of this machine, in seconds since 1970.
    pub began: f64,
}

/// The time, in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the processes of a replay share the clock of their machine")]
pub fn wall() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

impl Replay {
    pub fn arguments(&self) -> Vec<String> {
        let Self { url, schema, hosts, speed, hours, began } = self;
        vec![url.clone(), schema.clone(), hosts.to_string(), speed.to_string(), hours.to_string(), began.to_string()]
    }

    pub fn read(arguments: &[String]) -> Self {
        let number = |at: usize| arguments[at].parse().unwrap();
        Self {
            url: arguments[0].clone(),
            schema: arguments[1].clone(),
            hosts: arguments[2].parse().unwrap(),
            speed: number(3),
            hours: number(4),
            began: number(5),
        }
    }

    /// The simulated time.
    pub fn now(&self) -> Timestamp {
        NOW + SignedDuration::from_secs_f64(((wall() - self.began) * self.speed).max(0.0))
    }

    pub fn end(&self) -> Timestamp {
        NOW + SignedDuration::from_secs_f64(self.hours * 3_600.0)
    }

    /// A simulated time by the clock of the server.
    fn scaled(&self, duration: Duration) -> Duration {
        duration.div_f64(self.speed)
    }
}

/// What waits at a host that this worker has.
#[derive(Default)]
struct Lane {
    channels: VecDeque<KnownChannel>,
    items: VecDeque<PendingItem>,
    /// Sources of which the store may have more.
    sources: BTreeSet<String>,
    has_worked: bool,
}

/// What a worker did.
#[derive(Debug, Default, Clone, Copy)]
pub struct Done {
    pub polls: u64,
    pub failed_polls: u64,
    pub articles: u64,
    pub copies: u64,
    pub failed_items: u64,
    pub robots: u64,
    pub claims: u64,
    pub runs: u64,
    /// The longest time by which something was late that could have been requested, in simulated seconds.
    pub late: f64,
    /// Seconds in which it waited for the store.
    pub in_store: f64,
    /// Seconds in which it read texts: fingerprints, words, decisions are not counted here.
    pub cpu: f64,
}

impl Done {
    fn values(&self) -> [f64; 11] {
        [
            self.polls as f64,
            self.failed_polls as f64,
            self.articles as f64,
            self.copies as f64,
            self.failed_items as f64,
            self.robots as f64,
            self.claims as f64,
            self.runs as f64,
            self.late,
            self.in_store,
            self.cpu,
        ]
    }

    /// The line that a worker prints.
    pub fn line(&self) -> String {
        self.values().map(|value| value.to_string()).join(" ")
    }

    /// Adds what such a line says.
    pub fn add(&mut self, line: &str) {
        let values: Vec<f64> = line.split(' ').filter_map(|value| value.parse().ok()).collect();
        let [polls, failed_polls, articles, copies, failed_items, robots, claims, runs, late, in_store, cpu] =
            values[..]
        else {
            return;
        };
        for (sum, value) in [
            (&mut self.polls, polls),
            (&mut self.failed_polls, failed_polls),
            (&mut self.articles, articles),
            (&mut self.copies, copies),
            (&mut self.failed_items, failed_items),
            (&mut self.robots, robots),
            (&mut self.claims, claims),
            (&mut self.runs, runs),
        ] {
            // Counts of things that took time each.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let value = value as u64;
            *sum += value;
        }
        self.late = self.late.max(late);
        self.in_store += in_store;
        self.cpu += cpu;
    }
}

struct Shift<'a> {
    replay: &'a Replay,
    world: &'a World,
    store: &'a Store,
    run: RunId,
    lanes: HashMap<String, Lane>,
    /// When the next request of a lane may begin.
    turns: BinaryHeap<Reverse<(Timestamp, String)>>,
    dice: Dice,
    done: Done,
}

/// Works until the end of the replay, one run after the other, and prints what it did.
pub fn run(replay: &Replay, seed: u64) {
    let server = Server::existing(&replay.url, &replay.schema);
    let world = World::new(replay.hosts, NOW);
    let (mut dice, mut done) = (Dice(seed), Done::default());
    while replay.now() < replay.end() {
        // Each run is a worker of its own, with new connections.
        let start = Instant::now();
        let (store, lock) = Store::open_for_run(&server.address(), std::sync::Arc::new(|| NOW)).unwrap();
        let run = store.begin_run("bench", replay.now()).unwrap();
        done.in_store += start.elapsed().as_secs_f64();
        let (lanes, turns) = (HashMap::new(), BinaryHeap::new());
        let mut shift = Shift { replay, world: &world, store: &store, run, lanes, turns, dice, done };
        shift.work(replay.end().min(replay.now() + RUN));
        shift.stored(Shift::end_run);
        Shift { dice, done, .. } = shift;
        done.runs += 1;
        drop(store);
        drop(lock);
    }
    done.cpu = own_time().as_secs_f64();
    println!("{}", done.line());
}

impl Shift<'_> {
    /// Runs something of the store, and notes how long it took.
    fn stored<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let start = Instant::now();
        let value = work(self);
        self.done.in_store += start.elapsed().as_secs_f64();
        value
    }

    fn work(&mut self, until: Timestamp) {
        let mut looks_at = self.replay.now();
        loop {
            let now = self.replay.now();
            if now >= until {
                break;
            }
            // As a run does: a look every tenth of a second, every half second where there was nothing.
            if self.lanes.len() < MOST_HOSTS && now >= looks_at {
                let is_any = self.stored(|shift| shift.claim(now));
                let pause = Duration::from_millis(if is_any { 100 } else { 500 }).max(LOOK.mul_f64(self.replay.speed));
                looks_at = now + SignedDuration::try_from(pause).unwrap();
            }
            match self.turns.peek() {
                Some(Reverse((at, _))) if *at <= now => {
                    if let Some(Reverse((_, lane))) = self.turns.pop() {
                        self.take_turn(&lane);
                    }
                }
                _ => std::thread::sleep(Duration::from_micros(500)),
            }
        }
        let lanes: Vec<String> = self.lanes.keys().cloned().collect();
        for lane in lanes {
            self.stored(|shift| shift.store.release(&lane, Duration::ZERO, false).unwrap());
        }
    }

    fn claim(&mut self, now: Timestamp) -> bool {
        let most = (MOST_HOSTS - self.lanes.len()).min(AT_ONCE);
        let pause = self.replay.scaled(DELAY.mul_f64(1.25));
        let lanes = self.store.claim(&Claim { now, force: false, of: &[], most, pause, agent: "presswatch" }).unwrap();
        self.done.claims += 1;
        if lanes.is_empty() {
            return false;
        }
        let hosts: HashMap<String, Host> =
            self.store.hosts_at(&lanes).unwrap().into_iter().map(|host| (host.name.clone(), host)).collect();
        for lane in &lanes {
            self.lanes.insert(lane.clone(), Lane::default());
            // Its robots.txt is requested once a day, before anything else.
            let name = format!("https://{lane}");
            let is_known = hosts.get(&name).and_then(|host| host.robots.as_ref()).is_some_and(|file| !file.is_due(now));
            let mut begin = now;
            if !is_known && !self.world.fails(number(lane), now) {
                let rules = Rules::Text("User-agent: *\nDisallow: /private/\nDisallow: /search\n".repeat(5));
                let robots = Some(RobotsFile::answered(rules, now));
                self.store.keep_host(&Host { name, robots, ..Host::default() }).unwrap();
                self.done.robots += 1;
                begin = now + self.pause();
            }
            self.turns.push(Reverse((begin, lane.clone())));
        }
        for channel in self.store.due_at(RunId(0), now, false, &lanes).unwrap() {
            if let Some(lane) = self.lanes.get_mut(home_lane(&channel.configured)) {
                if let Some(at) = channel.row.next_at {
                    self.done.late = self.done.late.max(now.duration_since(at).as_secs_f64());
                }
                lane.channels.push_back(channel);
            }
        }
        for queue in self.store.queues_at(now, false, &[], &lanes).unwrap() {
            if let Some(lane) = self.lanes.get_mut(&queue.lane) {
                lane.sources.insert(queue.source);
            }
        }
        true
    }

    fn pause(&mut self) -> SignedDuration {
        let jitter = self.dice.between(0, 1000) as f64 / 1000.0;
        SignedDuration::try_from(LATENCY + schedule::pause(DELAY, None, jitter)).unwrap()
    }

    /// The next request at a host, which is given back where nothing is left.
    fn take_turn(&mut self, name: &str) {
        let now = self.replay.now();
        let Some(mut lane) = self.lanes.remove(name) else { return };
        let fails = self.world.fails(number(name), now);
        self.refill(&mut lane, now);
        let is_idle = if let Some(channel) = lane.channels.pop_front() {
            self.poll(&mut lane, &channel, fails, now);
            false
        } else if let Some(item) = lane.items.pop_front() {
            self.read(&item, fails, now);
            false
        } else {
            true
        };
        lane.has_worked |= !is_idle;
        let pause = if is_idle { SignedDuration::ZERO } else { self.pause() };
        self.refill(&mut lane, now);
        if lane.channels.is_empty() && lane.items.is_empty() {
            let pause = self.replay.scaled(Duration::try_from(pause).unwrap());
            self.stored(|shift| shift.store.release(name, pause, !lane.has_worked).unwrap());
        } else {
            self.lanes.insert(name.to_owned(), lane);
            self.turns.push(Reverse((now + pause, name.to_owned())));
        }
    }

    /// Takes the next items of a host from the store, where none is left.
    fn refill(&mut self, lane: &mut Lane, now: Timestamp) {
        if !lane.channels.is_empty() || !lane.items.is_empty() {
            return;
        }
        for source in std::mem::take(&mut lane.sources) {
            let queue = Queue { source: &source, now, force: false, of: &[], except: &[] };
            let items = self.stored(|shift| shift.store.pending(&queue, Order::NewestFirst, &[], 32).unwrap());
            if items.len() == 32 {
                lane.sources.insert(source.clone());
            }
            lane.items.extend(items);
        }
    }

    fn poll(&mut self, lane: &mut Lane, channel: &KnownChannel, fails: bool, now: Timestamp) {
        let id = u64::try_from(channel.id.0).unwrap();
        let listed = if fails { Vec::new() } else { self.world.listed(id, now) };
        // Half of the servers say that nothing changed.
        let newest = listed.iter().filter_map(|item| item.published_at).max();
        let is_unchanged = id % 2 == 0 && newest <= channel.row.checked_at && channel.row.validators.is_some();
        let (answer, listing) = if fails { failed() } else { answered(channel, (!is_unchanged).then_some(listed)) };
        let waiting = self.stored(|shift| keep_poll(shift.store, shift.run, channel, &answer, &listing, now));
        lane.sources.extend(waiting.into_keys());
        self.done.polls += 1;
        self.done.failed_polls += u64::from(fails);
    }

    fn read(&mut self, item: &PendingItem, fails: bool, now: Timestamp) {
        if fails {
            let tried = Tried { item: item.id, tries: item.tries };
            if let Some(ending) = tried.after_failure(&failure(), now) {
                self.stored(|shift| shift.store.apply(&[Change::EndItem(item.id, ending, None, now)]).unwrap());
            }
            self.done.failed_items += 1;
            return;
        }
        let text = self.world.text(&item.url, now);
        // One of a hundred is mentioned.
        let mentions = if self.dice.percent(1) { vec![mention()] } else { Vec::new() };
        let is_copy = self.stored(|shift| keep_article(shift.store, item, text, &mentions, now));
        self.done.articles += 1;
        self.done.copies += u64::from(is_copy);
    }

    /// What a run does at its end, and the next one at its beginning, but for reading the configuration.
    fn end_run(&mut self) {
        let now = self.replay.now();
        let store = self.store;
        store.revisits(now - SignedDuration::from_hours(8 * 24), now).unwrap();
        join_events(store).unwrap();
        let last = store.last_mention().unwrap();
        store.mentions_since(last).unwrap();
        store.count_pending().unwrap();
        let before = |days: i64| now.checked_sub(SignedDuration::from_hours(days * 24)).ok();
        store.expire(&Expiry { texts_before: before(90), comparisons_before: before(30) }).unwrap();
        store.finish_run(self.run, now, RunCounts::default()).unwrap();
        store.count_pending().unwrap();
        store.next_due(now).unwrap();
    }
}

/// The number of a host.
fn number(lane: &str) -> u64 {
    lane.trim_start_matches('h').split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
