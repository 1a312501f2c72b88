//! What the commands report about a query: notes on ambiguous queries, and the searches that will be requested.

use crate::press::Press;
use crate::watches::HERONS;
use crate::world::World;

#[test]
fn operators_of_other_languages_get_a_note_everywhere() {
    let press = Press::open();
    let world = World::with(&press.config());
    world.edit(HERONS, "name = \"Herons\"\nquery = 'héron OU reiger'\nsearch = 'héron'");
    let note = "`OU` is looked for as a word: the operator is OR";
    let check = world.presswatch(&["check"]).expect(0);
    assert!(check.stdout.contains(&format!("  note: {note}\n")), "{}", check.stdout);
    let said = format!("warning: watch Herons: {note}\n");
    assert!(world.presswatch(&["run", "--dry-run"]).expect(0).stderr.contains(&said));
    assert_eq!(world.run().stderr.matches(&said).count(), 1);
    // Cron would mail it every time.
    assert_eq!(world.run().stderr.matches(note).count(), 0);
    world.edit("héron OU reiger", "héron OU ooievaar");
    assert_eq!(world.run().stderr.matches(&said).count(), 1);
    let file = world.write("page.html", "<title>Een reiger</title><p>Een reiger.</p>");
    let file = file.to_str().unwrap();
    for (command, said) in [
        (vec!["search", "héron OU reiger"], note),
        (vec!["explain", file], &*said),
        (vec!["explain", file, "--query", "héron OU reiger"], note),
    ] {
        let done = world.presswatch(&command).expect(0);
        assert!(done.stderr.contains(said), "{command:?}: {}", done.stderr);
    }
}

#[test]
fn check_prints_each_search_as_it_will_be_requested() {
    let world = World::with(
        "[[watch]]\nname = \"A\"\nquery = '\"AT&T\" NEAR/5 (bus OR tram)'\n[[watch]]\nname = \"B\"\nquery = 'x'\nsearch = 'own words'\n\
         [[watch]]\nname = \"C\"\nquery = 'y'\nsources = [\"None\"]\n[[source]]\nname = \"None\"\nfeeds = [\"http://n.example/feed\"]\n\
         [[source]]\nname = \"All\"\nsearches = [\"http://a.example/?q={query}\"]\n\
         [[source]]\nname = \"Few\"\nsearches = [{ url = \"http://b.example/?q={query}\", knows = [\"phrases\"] }]\n",
    );
    let shown = world.presswatch(&["check"]).expect(0).stdout;
    let searches: Vec<&str> =
        shown.lines().filter(|line| line.starts_with("watch") || line.starts_with("  ")).collect();
    assert_eq!(
        searches,
        [
            "watch A: \"AT T\" NEAR/5 (bus OR tram)",
            "  search All: \"AT&T\" AND (bus OR tram)",
            "  search Few: \"AT&T\" bus",
            "  search Few: \"AT&T\" tram",
            "watch B: x",
            "  search All: own words",
            "  search Few: own words",
            "watch C: y",
        ]
    );
    let words = "langzaam ".repeat(250);
    world.edit("own words", words.trim());
    let check = world.presswatch(&["check"]).expect(0);
    assert_eq!(check.stderr.matches("for watch B is too long: an address of ").count(), 2, "{}", check.stderr);
}
