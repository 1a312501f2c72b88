//! The order of jobs, for cases by hand and for made-up worlds.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use proptest::prelude::*;

use super::*;

fn jobs(scheduler: &mut Scheduler<&'static str>) -> Vec<&'static str> {
    let mut order = Vec::new();
    while let Some(turn) = scheduler.next() {
        order.push(turn.job);
        scheduler.done(&turn.lane);
    }
    order
}

#[test]
fn sources_of_one_host_take_turns_and_kinds_of_work_too() {
    let mut scheduler = Scheduler::new();
    for (source, work, job) in [
        ("A", Work::Nested, "A sitemap 1"),
        ("A", Work::Nested, "A sitemap 2"),
        ("A", Work::Revisit, "A again"),
        ("A", Work::Channel, "A feed"),
        ("B", Work::Channel, "B feed"),
    ] {
        scheduler.add(source, "host", work, job);
    }
    for n in 1..=3 {
        scheduler.add_item("A", "host", ItemId(n), ["", "A 1", "A 2", "A 3"][usize::try_from(n).unwrap()]);
    }
    assert_eq!(
        jobs(&mut scheduler),
        ["A feed", "B feed", "A 1", "A sitemap 1", "A again", "A 2", "A sitemap 2", "A 3"]
    );
}

#[test]
fn an_article_that_was_begun_comes_to_its_end_before_the_next_begins() {
    let mut scheduler = Scheduler::new();
    scheduler.add("A", "host", Work::Nested, "A sitemap");
    scheduler.add_item("A", "host", ItemId(1), "A 1");
    scheduler.add("A", "host", Work::Further, "A 0, page 2");
    scheduler.add("A", "host", Work::Channel, "A feed");
    scheduler.add("B", "host", Work::Channel, "B feed");
    assert_eq!(jobs(&mut scheduler), ["A feed", "B feed", "A 0, page 2", "A 1", "A sitemap"]);
}

#[test]
fn a_lane_has_two_jobs_in_hand_and_waits_for_one_to_end() {
    let mut scheduler = Scheduler::new();
    for n in 1..=4 {
        scheduler.add_item("A", "host", ItemId(n), n);
    }
    let turns: Vec<_> = std::iter::from_fn(|| scheduler.next()).map(|turn| turn.job).collect();
    assert_eq!(turns, [1, 2]);
    scheduler.done("host");
    assert_eq!(scheduler.next().map(|turn| turn.job), Some(3));
    assert_eq!(scheduler.next(), None);
    assert!(!scheduler.is_idle());
}

#[test]
fn newer_items_come_before_those_that_were_held_and_none_comes_twice() {
    let mut scheduler = Scheduler::new();
    scheduler.refresh("A", |n: &i64| ItemId(*n));
    let want = Want { source: "A".to_owned(), room: HELD, except: Vec::new() };
    assert_eq!(scheduler.hungry(), [want]);
    for n in [1, 2, 3] {
        scheduler.add_item("A", "host", ItemId(n), n);
    }
    assert_eq!(scheduler.next().map(|turn| turn.job), Some(1));
    scheduler.refresh("A", |n| ItemId(*n));
    assert_eq!(scheduler.taken("A"), [ItemId(1)], "what is dropped may be taken again");
    for n in [9, 1, 2, 3] {
        scheduler.add_item("A", "host", ItemId(n), n);
    }
    scheduler.drained("A", &[]);
    let mut order = Vec::new();
    scheduler.done("host");
    while let Some(turn) = scheduler.next() {
        order.push(turn.job);
        scheduler.done(&turn.lane);
    }
    assert_eq!(order, [9, 2, 3]);
    assert_eq!(scheduler.hungry(), []);
}

/// A lane that has items waiting in the store does not stand still because another lane of its source does.
#[test]
fn a_host_that_does_not_answer_keeps_no_other_host_of_its_source_waiting() {
    // The newest are at the first host, which answers none; two hundred of each are followed by two hundred of the next.
    let host = |n: i64| format!("host {}", n / 200);
    let mut waiting: BTreeSet<i64> = (0..600).collect();
    let mut scheduler = Scheduler::new();
    let (mut read, mut asked) = (Vec::new(), 0);
    scheduler.refresh("A", |n: &i64| ItemId(*n));
    loop {
        loop {
            let hungry = scheduler.hungry();
            if hungry.is_empty() {
                break;
            }
            for Want { source, room, except } in hungry {
                asked += 1;
                let taken = scheduler.taken(&source);
                let is_free = |n: &i64| !taken.contains(&ItemId(*n)) && !except.contains(&host(*n));
                let free: Vec<i64> = waiting.iter().copied().filter(is_free).take(room).collect();
                if free.len() < room {
                    scheduler.drained(&source, &except);
                }
                for n in free {
                    scheduler.add_item(&source, &host(n), ItemId(n), n);
                }
            }
        }
        let Some(turn) = scheduler.next() else { break };
        if turn.lane != "host 0" {
            waiting.remove(&turn.job);
            read.push(turn.job);
            scheduler.done(&turn.lane);
        }
    }
    read.sort_unstable();
    assert_eq!(read, (200..600).collect::<Vec<_>>());
    assert!(scheduler.held <= 2 * HELD, "{} of the host that does not answer", scheduler.held);
    assert!(asked < 60, "the store was asked {asked} times for 400 items");
}

/// A made-up world: what each source has waiting, and where.
#[derive(Debug, Clone)]
struct Model {
    /// For each source its host, the items that wait, the sitemaps that its index names, and on how many hosts its items are.
    sources: Vec<(usize, i64, usize, usize)>,
    concurrency: usize,
}

fn model() -> impl Strategy<Value = Model> {
    let items = prop_oneof![3 => 0..20_i64, 1 => 0..500_i64];
    let source =
        (0..6_usize, items, prop_oneof![3 => Just(0), 1 => 0..60_usize], prop_oneof![3 => Just(1), 1 => 2..5_usize]);
    (prop::collection::vec(source, 1..12), 1..5_usize).prop_map(|(sources, concurrency)| Model { sources, concurrency })
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Job {
    Poll(usize),
    Sitemap,
    Item(usize, i64),
}

/// Runs the model: every lane makes one request a tick, and all together as many as may be under way. Returns for each source
/// the tick at which the item that its channel announced was read, and all that were read.
fn run(model: &Model) -> (Vec<usize>, Vec<Vec<i64>>) {
    let mut waiting: Vec<Vec<i64>> = model.sources.iter().map(|(_, items, ..)| (0..*items).collect()).collect();
    let mut scheduler: Scheduler<Job> = Scheduler::new();
    let lane = |source: usize| format!("host {}", model.sources[source].0);
    // The newest is at the host of the source, the others beside it.
    let item_lane = |source: usize, item: i64| {
        let (host, .., hosts) = model.sources[source];
        let beside = if item == i64::MAX { 0 } else { usize::try_from(item / 40).unwrap() % hosts };
        format!("host {}", host + beside)
    };
    let id = |job: &Job| {
        ItemId(match job {
            Job::Item(_, n) => *n,
            _ => -1,
        })
    };
    for (n, (_, items, sitemaps, _)) in model.sources.iter().enumerate() {
        scheduler.add(&n.to_string(), &lane(n), Work::Channel, Job::Poll(n));
        for _ in 0..*sitemaps {
            scheduler.add(&n.to_string(), &lane(n), Work::Nested, Job::Sitemap);
        }
        if *items > 0 {
            scheduler.refresh(&n.to_string(), id);
        }
    }
    let mut read_at = vec![usize::MAX; model.sources.len()];
    let mut read: Vec<Vec<i64>> = vec![Vec::new(); model.sources.len()];
    let mut in_line: VecDeque<Turn<Job>> = VecDeque::new();
    for tick in 1.. {
        loop {
            let hungry = scheduler.hungry();
            for Want { source, room, except } in &hungry {
                let n: usize = source.parse().unwrap();
                let taken: HashSet<ItemId> = scheduler.taken(source).into_iter().collect();
                let is_free = |item: &i64| !taken.contains(&ItemId(*item)) && !except.contains(&item_lane(n, *item));
                let free: Vec<i64> = waiting[n].iter().copied().filter(is_free).collect();
                if free.len() < *room {
                    scheduler.drained(source, except);
                }
                for item in free.into_iter().rev().take(*room) {
                    scheduler.add_item(source, &item_lane(n, item), ItemId(item), Job::Item(n, item));
                }
            }
            in_line.extend(std::iter::from_fn(|| scheduler.next()));
            if hungry.is_empty() {
                break;
            }
        }
        if in_line.is_empty() {
            return (read_at, read);
        }
        // The first in in_line, one of each lane.
        let (mut busy, mut now, mut later) = (HashSet::new(), Vec::new(), VecDeque::new());
        for turn in in_line.drain(..) {
            if now.len() < model.concurrency && busy.insert(turn.lane.clone()) {
                now.push(turn);
            } else {
                later.push_back(turn);
            }
        }
        in_line = later;
        for turn in now {
            scheduler.done(&turn.lane);
            match turn.job {
                Job::Poll(n) => {
                    waiting[n].push(i64::MAX);
                    scheduler.refresh(&n.to_string(), id);
                }
                Job::Sitemap => {}
                Job::Item(n, item) => {
                    waiting[n].retain(|left| *left != item);
                    read[n].push(item);
                    if item == i64::MAX {
                        read_at[n] = tick;
                    }
                }
            }
        }
    }
    unreachable!()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever else waits: the time until a source's newest item is read depends on how many share its lane, and on how many
    /// lanes there are.
    #[test]
    fn a_newest_item_waits_for_its_own_lane_and_not_for_what_others_have_waiting(model in model()) {
        let (read_at, read) = run(&model);
        let lanes: HashSet<usize> =
            model.sources.iter().flat_map(|(host, .., hosts)| *host..host + hosts).collect();
        let rounds = lanes.len().div_ceil(model.concurrency);
        for (n, (host, items, ..)) in model.sources.iter().enumerate() {
            let sharing =
                model.sources.iter().filter(|(other, .., hosts)| (*other..other + hosts).contains(host)).count();
            // Its channel, then its item: each waits for what is in hand and for one turn of each source of its lane;
            // a sitemap may have the turn before the item.
            let most = (2 * (IN_LANE + sharing) + sharing) * (rounds + 1);
            prop_assert!(read_at[n] <= most, "source {n}: {} of at most {most}", read_at[n]);
            let unique: BTreeMap<i64, usize> = read[n].iter().fold(BTreeMap::new(), |mut seen, item| {
                *seen.entry(*item).or_default() += 1;
                seen
            });
            prop_assert_eq!(unique.len(), read[n].len(), "none is read twice");
            prop_assert_eq!(read[n].len(), usize::try_from(*items).unwrap() + 1, "none is left");
        }
    }
}
