//! What joins reports of a window and what keeps them apart, whatever their order.

use super::*;

/// A live blog that names an event is no report of it, and the texts of a series have only their frame in common.
#[test]
fn live_blogs_and_series_are_events_of_their_own() {
    let reports = reports(FITTED, Form::Short);
    let window = window(&reports);
    let first: BTreeMap<ArticleId, ArticleId> = grouped(&window).into_iter().collect();
    let standing = window.iter().zip(&reports).filter(|(_, report)| report.event.starts_with("live-"));
    for (report, labelled) in standing {
        let others = first.iter().filter(|(_, other)| **other == first[&report.article]).count();
        assert_eq!(others, 1, "{}", labelled.title);
    }
    let series = ["series-council", "series-prov", "series-court", "series-brief"];
    let of_series = |label: &str| {
        let of = window.iter().zip(&reports).filter(move |(_, report)| report.event.starts_with(label));
        of.map(|(report, _)| first[&report.article]).collect::<Vec<_>>()
    };
    for label in series {
        let events: BTreeSet<ArticleId> = of_series(label).into_iter().collect();
        assert_eq!(events.len(), of_series(label).len(), "{label}");
    }
}

/// Hardly any pair that is not compared would join.
#[test]
fn pairs_that_agree_are_candidates() {
    let mut missed = Vec::new();
    for set in 0..FITTED {
        let reports = reports(set, Form::Whole);
        let window = window(&reports);
        let prepared = prepare(&window);
        let candidates: BTreeSet<(usize, usize)> = candidates(&window, &prepared).into_iter().collect();
        let left_out = (0..reports.len()).flat_map(|a| (a + 1..reports.len()).map(move |b| (a, b)));
        for (a, b) in left_out.filter(|pair| !candidates.contains(pair)) {
            let apart = reports[b].at.duration_since(reports[a].at);
            if apart.abs() <= WINDOW && score::odds(&score::features(&prepared[a], &prepared[b], apart)) > ENOUGH {
                missed.push((reports[a].title.clone(), reports[b].title.clone()));
            }
        }
    }
    assert!(missed.len() <= 2, "{missed:?}");
}

#[test]
#[ignore = "slow"]
fn the_order_of_reports_and_unrelated_ones_change_no_event() {
    for set in 0..FITTED {
        let reports = reports(set, Form::Whole);
        let mut window = window(&reports);
        let before = grouped(&window);
        window.reverse();
        let half = window.len() / 2;
        window.rotate_left(half);
        assert_eq!(grouped(&window), before);
        let unrelated = Marks::from_report(&Report {
            title: "Quokka wumbles the zyxomma",
            text: "A snollygoster, quoth Flibbertigibbet, absquatulated.",
            language: "xx",
            ..Report::default()
        });
        let article = ArticleId(-1);
        window.insert(half, WindowReport { article, outlet: SourceId(0), at: reports[half].at, marks: &unrelated });
        let mut after = grouped(&window);
        assert!(after.contains(&(article, article)));
        after.retain(|(report, _)| *report != article);
        assert_eq!(after, before);
    }
}

#[test]
fn words_of_one_language_join_reports_without_names() {
    let marks = |title: &str, summary: &str| {
        Marks::from_report(&Report { title, summary, text: "", language: "en", watched: "" })
    };
    let reports = [
        marks(
            "Beekeepers warn of empty hives after wet spring",
            "Beekeepers found half of their hives empty after the wet spring. The harvest of honey will be the smallest in decades.",
        ),
        marks(
            "Wet spring leaves hives empty, beekeepers warn",
            "After the wet spring half of the hives stand empty, beekeepers warn. They expect the smallest honey harvest in decades.",
        ),
        marks(
            "Growers of strawberries expect a late season",
            "Because of the cold weather the strawberries ripen late this season. Growers expect higher prices in the shops.",
        ),
    ];
    let at: Timestamp = "2026-10-10T10:00:00Z".parse().unwrap();
    let window: Vec<WindowReport> = (1..)
        .zip(&reports)
        .map(|(id, marks)| WindowReport { article: ArticleId(id), outlet: SourceId(0), at, marks })
        .collect();
    let found: Vec<(i64, String)> =
        group_by_event(&window).into_iter().map(|one| (one.first.0, one.evidence)).collect();
    assert_eq!(found, [(1, String::new()), (1, "same words".into()), (3, String::new())]);
}

#[test]
fn matched_terms_do_not_make_an_event() {
    let marks = |title: &str, text: &str| {
        Marks::from_report(&Report { title, summary: "", text, language: "en", watched: "Navid Sharifi, prison" })
    };
    let vigil = marks(
        "Vigil for Navid Sharifi in Brussels",
        "On Saturday 64 candles were lit in Brussels for Navid Sharifi, in Evin prison. He must be freed, Els Vancoillie told the crowd.",
    );
    let again = marks(
        "A Saturday vigil with 64 candles",
        "A vigil of 64 candles for Navid Sharifi, in Evin prison since May, was held in Brussels on Saturday by Els Vancoillie.",
    );
    let book = marks(
        "Navid Sharifi in Brussels",
        "A museum in Brussels shows paintings for Navid Sharifi, in Evin prison, from Saturday. The painter is Marc Dutilleul.",
    );
    let at: Timestamp = "2026-10-10T10:00:00Z".parse().unwrap();
    let of = |id: i64, marks| WindowReport { article: ArticleId(id), outlet: SourceId(0), at, marks };
    let found = group_by_event(&[of(1, &vigil), of(2, &again), of(3, &book)]);
    let found: Vec<(i64, &str)> = found.iter().map(|one| (one.first.0, one.evidence.as_str())).collect();
    assert_eq!(found, [(1, ""), (1, "Els Vancoillie, Navid Sharifi, Evin, 64, Brussels"), (3, "")]);
}
