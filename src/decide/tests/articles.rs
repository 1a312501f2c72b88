//! What the reading of an article changes, given the articles already stored.

use super::*;

/// An article of so many words from the `from`-th on.
pub(super) fn article(title: &str, from: usize, words: usize) -> KeptArticle {
    let text: Vec<String> = (from..from + words).map(|word| format!("word{word}")).collect();
    article_of_text(title, &text.join(" "))
}

fn article_of_text(title: &str, text: &str) -> KeptArticle {
    let page = url("page");
    KeptArticle::from(Article {
        url: page.clone(),
        canonical_url: page,
        title: title.into(),
        author: String::new(),
        credit: String::new(),
        published_at: Some(hours_ago(2)),
        modified_at: None,
        language: "en".into(),
        summary: String::new(),
        text: text.into(),
        paywalled: false,
        advertorial: false,
        image: None,
        section: String::new(),
        original_outlet: None,
        original_url: None,
    })
}

fn note(watch: &str) -> MentionNote {
    MentionNote {
        watch: watch.into(),
        terms: "word1".into(),
        snippet: "word1".into(),
        hits: "[]".into(),
        is_beside: false,
    }
}

pub(super) fn neighbour(id: i64, key: &str, kept: &KeptArticle, extent: Extent, watches: &[&str]) -> Neighbour {
    let mention =
        |watch: &&str| KnownMention { watch: (*watch).into(), terms: "word1".into(), is_beside: false, gone_at: None };
    Neighbour {
        id: ArticleId(id),
        extent,
        key: key.into(),
        url: format!("https://a.example/{id}"),
        title: kept.title.clone(),
        published_at: kept.published_at,
        read_at: hours_ago(1),
        language: "en".into(),
        summary: kept.summary.clone(),
        text: kept.text.clone(),
        fingerprint: story::fingerprint(&kept.text).exact().map(str::to_owned),
        story: StoryId(id),
        mentions: watches.iter().map(mention).collect(),
        last_version: Some(KnownVersion {
            seen_at: "2026-10-10T11:00:00Z".into(),
            title: kept.title.clone(),
            text_hash: story::fingerprint(&kept.text).hash,
        }),
    }
}

/// What is decided of a reading, its changes by name.
pub(super) struct Case {
    pub names: Vec<String>,
    pub saved: Saved,
    /// What the store looked for.
    lookup: &'static str,
}

pub(super) fn decided(kept: &KeptArticle, extent: Extent, watches: &[&str], near: &Neighbours) -> Case {
    decided_among(kept, extent, watches, near, &Related::default(), &Members::default())
}

fn decided_among(
    kept: &KeptArticle,
    extent: Extent,
    watches: &[&str],
    near: &Neighbours,
    related: &Related,
    members: &Members,
) -> Case {
    with_reading(kept, extent, watches, |reading| {
        let found = identify(reading, near);
        let lookup = found.story_lookup().map_or("nothing", |lookup| match lookup.fingerprint {
            Some(_) => "copies",
            None => "addresses",
        });
        let decided = decide_reading(&found.place(related), members, None);
        Case { names: names(&decided.changes), saved: decided.saved, lookup }
    })
}

/// What a second reading of the article with the same item changes, by name.
fn decided_again(kept: &KeptArticle, watches: &[&str], near: &Neighbours) -> Vec<String> {
    with_reading(kept, Extent::Full, watches, |reading| {
        let found = identify_again(reading, near).unwrap();
        names(&decide_again(&found.place(&Related::default()), &Members::default()).changes)
    })
}

fn with_reading<T>(kept: &KeptArticle, extent: Extent, watches: &[&str], decide: impl FnOnce(&Reading) -> T) -> T {
    let wishes = Wishes::default();
    let print = story::fingerprint(&kept.text);
    let mentions: Vec<MentionNote> = watches.iter().map(|watch| note(watch)).collect();
    decide(&Reading {
        item: ItemId(9),
        owner: None,
        key: "claimed",
        address: "a.example/claimed",
        own_key: "own",
        own_address: "a.example/own",
        is_sure: false,
        article: kept,
        extent,
        fingerprint: (extent != Extent::Headline).then_some(&print),
        original_address: None,
        wishes: &wishes,
        mentions: &mentions,
        validators: None,
        at: now(),
        story_window: SignedDuration::from_hours(24),
    })
}

fn names(changes: &[Change]) -> Vec<String> {
    let of = |target: &ArticleRef| match target {
        ArticleRef::New => "new".to_owned(),
        ArticleRef::Known(id) => id.to_string(),
    };
    let names = changes.iter().map(|change| match change {
        Change::ReleaseKey(_, key) => format!("release {key}"),
        Change::Insert(_, row) => format!("insert {}", row.reading.key),
        Change::Update(id, row) => format!("update {id} read {}", row.read_at),
        Change::ArchiveText(id, _) => format!("archive {id}"),
        Change::AddVersion { of: target, .. } => format!("version {}", of(target)),
        Change::MergeStories(from, into) => format!("merge {from} into {into}"),
        Change::SetStory(target, story, _) => {
            format!("story {} {}", of(target), story.map_or("own".into(), |s| s.to_string()))
        }
        Change::DropText(id) => format!("drop {id}"),
        Change::KeepText { of: target, .. } => format!("keep {}", of(target)),
        Change::NoteRevisit(id, _) => format!("revisit {id}"),
        Change::NoteAbsence(id, absence) => format!("absence of {id}: {absence:?}"),
        Change::Absorb(id, target) => format!("absorb {id} into {}", of(target)),
        Change::Mention(target, MentionChange::Add(note), _) => format!("add {} to {}", note.watch, of(target)),
        Change::Mention(target, MentionChange::Renew(note), _) => format!("renew {} of {}", note.watch, of(target)),
        Change::Mention(_, MentionChange::Gone(watch, since), _) => format!("gone {watch} {}", since.is_some()),
        Change::EndItem(_, Ending::In(state, _), target, _) => {
            format!("end {} {}", state.name(), target.as_ref().map_or_else(String::new, of))
        }
        Change::EndItem(..) => "end".to_owned(),
    });
    names.collect()
}

pub(super) fn near(same: Vec<(SameBy, Neighbour)>, own: Option<i64>) -> Neighbours {
    Neighbours { source: SourceId(1), own: own.map(ArticleId), same, ..Neighbours::default() }
}

const BY_KEY: SameBy = SameBy { key: true, own_key: false, content: false, relayed: false, headline: false };

const BY_CONTENT: SameBy = SameBy { key: false, own_key: false, content: true, relayed: false, headline: false };

#[test]
fn a_new_article_is_inserted_with_its_version_story_and_mentions() {
    let case = decided(&article("A", 0, 60), Extent::Full, &["w"], &near(Vec::new(), None));
    assert_eq!(
        case.names,
        ["insert claimed", "version new", "story new own", "keep new", "add w to new", "end read new"]
    );
    assert_eq!(case.saved, Saved { known: false, is_copy: false, mentions: 1 });
    assert_eq!(case.lookup, "copies");
}

#[test]
fn a_reading_without_news_is_a_copy_and_one_with_news_an_update() {
    let kept = article("A", 0, 60);
    let same = || near(vec![(BY_KEY, neighbour(3, "claimed", &kept, Extent::Full, &["w"]))], None);
    let copy = decided(&kept, Extent::Full, &["w"], &same());
    assert_eq!(copy.names, ["end copy 3"]);
    let preview = decided(&kept, Extent::Preview, &["w"], &same());
    assert_eq!(preview.names, ["end copy 3"], "less than what is known");
    let news = decided(&kept, Extent::Full, &["w", "v"], &same());
    // Its item is another one than that of the known article, yet the article was written.
    assert_eq!(news.names, ["update 3 read 2026-10-10T11:00:00Z", "renew w of 3", "add v to 3", "end read 3"]);
    assert_eq!(news.saved.mentions, 1);
    assert_eq!([copy.lookup, preview.lookup, news.lookup], ["nothing", "nothing", "addresses"]);
}

#[test]
fn only_a_new_text_is_compared_with_others() {
    let (before, after) = (article("A", 0, 60), article("A", 2, 60));
    let same = |kept| near(vec![(BY_KEY, neighbour(3, "claimed", kept, Extent::Full, &["w"]))], Some(3));
    let changed = decided(&after, Extent::Full, &["w", "v"], &same(&before));
    assert_eq!(changed.lookup, "copies");
    let placed = ["story 3 3", "drop 3", "keep 3"];
    assert!(placed.iter().all(|name| changed.names.iter().any(|change| change == name)), "{:?}", changed.names);
    // The story by an address that the page names only now is its own from now on, and its text stays where it is.
    let related = Related { stories: vec![StoryId(2)], ..Related::default() };
    let near = same(&before);
    let unchanged = decided_among(&before, Extent::Full, &["w", "v"], &near, &related, &Members::default());
    assert_eq!(unchanged.lookup, "addresses");
    assert_eq!(unchanged.names[1], "merge 3 into 2");
    assert!(!placed.iter().any(|name| unchanged.names.iter().any(|change| change == name)), "{:?}", unchanged.names);
}

#[test]
fn a_page_that_claims_the_address_of_another_article_is_kept_under_its_own() {
    let (kept, other) = (article("A", 0, 60), article("B 7", 500, 60));
    let claimed = near(vec![(BY_KEY, neighbour(3, "claimed", &other, Extent::Full, &[]))], None);
    let case = decided(&kept, Extent::Full, &[], &claimed);
    assert_eq!(case.names[0], "insert own");
    let both = near(
        vec![
            (BY_KEY, neighbour(3, "claimed", &other, Extent::Full, &[])),
            (SameBy { own_key: true, ..SameBy::default() }, neighbour(4, "own", &other, Extent::Full, &[])),
        ],
        None,
    );
    let case = decided(&kept, Extent::Full, &[], &both);
    assert_eq!(case.names[..2], ["release own", "insert own"]);
}

#[test]
fn two_articles_that_have_one_notice_in_their_place_are_no_article_that_moved() {
    const NOTICE: &str = "Om deze pagina te lezen vragen wij u om u aan te melden met uw account van de krant, dat u gratis kunt \
        aanmaken. Met dat account leest u elke dag het nieuws uit uw buurt en ontvangt u onze nieuwsbrieven. Geen wachtwoord meer?";
    let by_own_key = SameBy { own_key: true, ..SameBy::default() };
    let moved = |text: &str| {
        let titled = |title| article_of_text(title, text);
        let known = Neighbour {
            fingerprint: None,
            published_at: Some(hours_ago(99)),
            ..neighbour(3, "k", &titled("Fire in a shed"), Extent::Full, &[])
        };
        let case = decided(&titled("The mayor resigns"), Extent::Full, &[], &near(vec![(by_own_key, known)], None));
        case.names
    };
    assert_eq!(moved(NOTICE)[0], "insert claimed");
    assert_eq!(moved(&article("", 0, 60).text), ["end copy 3"]);
}

#[test]
fn a_headline_becomes_its_article_and_keeps_its_mentions() {
    let (headline, kept) = (article("A", 0, 0), article("A", 0, 60));
    let known = neighbour(3, "k", &headline, Extent::Headline, &["w"]);
    let case = decided(&kept, Extent::Full, &["w"], &near(vec![(BY_CONTENT, known)], Some(3)));
    assert!(case.names.contains(&"update 3 read 2026-10-10T12:00:00Z".to_owned()), "{:?}", case.names);
    assert!(case.names.contains(&"renew w of 3".to_owned()) && case.names.last().unwrap() == "end read 3");
    assert_eq!(case.saved.mentions, 0);
    // Its page is an article that is known under another item: the headline becomes a part of it.
    let full = neighbour(2, "claimed", &kept, Extent::Full, &[]);
    let headline = neighbour(3, "k", &headline, Extent::Headline, &["w"]);
    let both = near(vec![(BY_KEY, full), (BY_CONTENT, headline)], Some(3));
    let case = decided(&kept, Extent::Full, &[], &both);
    assert_eq!(case.names, ["absorb 3 into 2", "end copy 2"]);
}

#[test]
fn nearly_the_same_text_of_one_outlet_within_a_day_is_one_article() {
    let kept = article("Strike 3", 0, 200);
    let twin = neighbour(2, "k", &kept, Extent::Full, &["w"]);
    let near = near(Vec::new(), None);
    let related = Related { equal: vec![ArticleId(2)], stories: vec![StoryId(2), StoryId(5)], ..Related::default() };
    let members = Members { standing: Vec::new(), of_source: vec![twin.clone()] };
    let case = decided_among(&kept, Extent::Full, &["w"], &near, &related, &members);
    assert_eq!(case.names, ["merge 5 into 2", "end copy 2"]);
    // A watch that matches the new one alone keeps both.
    let case = decided_among(&kept, Extent::Full, &["v"], &near, &related, &members);
    assert_eq!(case.names[0], "insert claimed");
    let old = Neighbour { published_at: Some(hours_ago(40)), ..twin };
    let case =
        decided_among(&kept, Extent::Full, &["w"], &near, &related, &Members { of_source: vec![old], ..members });
    assert_eq!(case.names[0], "insert claimed");
}

#[test]
fn an_article_that_no_longer_has_the_terms_is_marked_so() {
    let (before, after) = (article("A", 0, 60), article("A", 2, 60));
    let mut known = neighbour(3, "claimed", &before, Extent::Full, &["w"]);
    known.url = after.url.to_string();
    let case = decided(&after, Extent::Full, &["v"], &near(vec![(BY_KEY, known)], Some(3)));
    assert!(case.names.contains(&"archive 3".to_owned()) && case.names.contains(&"version 3".to_owned()));
    // "word1" stands in "word10", as a part of it: what is left is not marked.
    assert!(!case.names.iter().any(|name| name.starts_with("gone")), "{:?}", case.names);
    let without = article("A", 200, 60);
    let mut known = neighbour(3, "claimed", &before, Extent::Full, &["w"]);
    known.url = without.url.to_string();
    let case = decided(&without, Extent::Full, &["v"], &near(vec![(BY_KEY, known)], Some(3)));
    assert!(case.names.contains(&"gone w true".to_owned()), "{:?}", case.names);
}

#[test]
fn a_later_reading_never_makes_an_article_worse() {
    let known = |title, from, words| neighbour(3, "claimed", &article(title, from, words), Extent::Full, &["w"]);
    let is_kept = |known: Neighbour, kept: &KeptArticle, extent| {
        let near = near(vec![(BY_KEY, known)], Some(3));
        let names = decided(kept, extent, &["w", "v"], &near).names;
        !names.iter().any(|name| name.starts_with("update") || name.starts_with("version"))
    };
    let french = article("Fire in port", 900, 300);
    let french = KeptArticle::from(Article { language: "fr".into(), ..Article::clone(&french) });
    for (what, kept, extent, expected) in [
        ("a gate that is declared", article("Fire in port", 0, 150), Extent::Preview, true),
        ("the first paragraph, and no word of a gate", article("Fire in port", 0, 90), Extent::Full, true),
        ("a few words", article("Fire in port", 900, 20), Extent::Full, true),
        ("nothing", article("Fire in port", 0, 0), Extent::Full, true),
        ("a notice under the headline", article("Fire in port", 900, 120), Extent::Full, true),
        ("a maintenance page", article("Back soon", 900, 190), Extent::Full, true),
        ("a text in another language", french, Extent::Full, true),
        ("a paragraph less", article("Fire in port", 0, 150), Extent::Full, false),
        ("rewritten", article("Fire in port", 900, 180), Extent::Full, false),
        ("a newsflash that became a report", article("Two dead", 900, 600), Extent::Full, false),
        ("another headline over the same text", article("Two dead", 0, 200), Extent::Full, false),
    ] {
        assert_eq!(is_kept(known("Fire in port", 0, 200), &kept, extent), expected, "{what}");
    }
    // A text that was deleted, or a mere headline, has nothing to lose.
    let deleted = Neighbour { text: String::new(), ..known("Fire in port", 0, 200) };
    assert!(!is_kept(deleted, &article("Fire in port", 0, 30), Extent::Full));
    let headline = neighbour(3, "claimed", &article("Fire in port", 0, 0), Extent::Headline, &["w"]);
    assert!(!is_kept(headline, &article("Back soon", 0, 30), Extent::Full));
}

#[test]
fn only_mentioned_articles_have_versions() {
    let (before, after) = (article("Before", 0, 60), article("After", 2, 60));
    let versions = |kept: &KeptArticle, watches: &[&str], near: &Neighbours| {
        let names = decided(kept, Extent::Full, watches, near).names.into_iter();
        let kinds = ["version", "archive", "update", "insert"];
        names.filter(|name| kinds.iter().any(|kind| name.starts_with(kind))).collect::<Vec<_>>()
    };
    assert_eq!(versions(&before, &[], &near(Vec::new(), None)), ["insert claimed"]);
    let known = |watches: &[&str]| {
        let known = neighbour(3, "claimed", &before, Extent::Full, watches);
        near(vec![(BY_KEY, Neighbour { last_version: None, ..known })], Some(3))
    };
    let update = "update 3 read 2026-10-10T11:00:00Z";
    assert!(versions(&after, &[], &known(&[])).is_empty());
    // It was mentioned after it was read: what it said then is stored before it changes.
    assert_eq!(versions(&after, &["w", "v"], &known(&["w"])), ["version 3", "archive 3", update, "version 3"]);
    assert_eq!(versions(&after, &["w"], &known(&[])), ["version 3", update, "version 3"]);
    // Nothing changed but what matches.
    assert_eq!(versions(&before, &["w", "v"], &known(&["w"])), [update]);
}

#[test]
fn an_article_that_changed_before_it_was_mentioned_has_versions() {
    let (before, after) = (article("Before", 0, 60), article("After", 2, 60));
    let versions = |kept: &KeptArticle, known: Neighbour| {
        let names = decided_again(kept, &[], &near(vec![(BY_KEY, known)], Some(3))).into_iter();
        names.filter(|name| name.starts_with("version") || name.starts_with("archive")).collect::<Vec<_>>()
    };
    let known = neighbour(3, "claimed", &before, Extent::Full, &[]);
    assert_eq!(versions(&after, known.clone()), ["version 3"]);
    let unversioned = Neighbour { last_version: None, ..known };
    assert_eq!(versions(&after, unversioned.clone()), ["version 3", "version 3"], "as it was, and as it is");
    assert!(versions(&before, unversioned.clone()).is_empty());
    let without_text = Neighbour { text: String::new(), ..unversioned };
    assert!(versions(&before, without_text).is_empty(), "its text was deleted, and its fingerprint kept");
}

#[test]
fn typography_makes_no_version() {
    let known = neighbour(3, "claimed", &article("Brand - 'alles weg'", 0, 60), Extent::Full, &["w"]);
    let versions = |title: &str| {
        let near = near(vec![(BY_KEY, known.clone())], Some(3));
        let names = decided(&article(title, 0, 60), Extent::Full, &["w", "v"], &near).names;
        names.iter().filter(|name| name.starts_with("version")).count()
    };
    assert_eq!(versions("BRAND – ‘alles weg’"), 0);
    assert_eq!(versions("Brand – alles weg?"), 1);
}
