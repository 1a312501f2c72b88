//! Coverage as people take it away: digests and exports.

use std::process::Command;

use super::answer::Answer;
use super::gazette;
use super::outputs::{is_markup, printed, separator, unfolded};
use super::pages::{Entry, page_in, rss};
use super::server::Outlet;
use super::world::{Done, World, frame, languages, listed_languages};

/// Headlines that try to be something else, as an outlet may print them.
const HOSTILE: [&str; 9] = [
    "Kraanvogel <script>alert('1')</script> & \"so\"",
    "](javascript:alert(1)) Kraanvogel **x**",
    "=HYPERLINK(\"https://evil.example\";\"Kraanvogel\")",
    "@Kraanvogel \u{202e}gnp.exe, and\u{9b}31m more",
    "+Kraanvogel; 'three' `x`",
    "=cmd|' /C calc'!A0 Kraanvogel",
    "]]> --> Kraanvogel </script></style></title><svg onload=alert(1)>",
    "\u{1f6a2}\u{1f469}\u{200d}\u{1f527} Kraanvogel 東京の港で鶴が止まった",
    "اعتصاب کارگران Kraanvogel در بندر ادامه دارد",
];

/// All of them, and one of 5,000 letters without a blank.
pub fn headlines() -> Vec<String> {
    HOSTILE.iter().map(|title| (*title).to_owned()).chain([format!("Kraanvogel {}", "ab".repeat(2_500))]).collect()
}

/// An outlet with these headlines, crawled.
pub fn crawled() -> (Outlet, World) {
    let outlet = Outlet::open();
    let links: Vec<String> = (0..headlines().len()).map(|n| outlet.url(&format!("/h/{n}"))).collect();
    let titles = headlines();
    let entries: Vec<Entry> = titles
        .iter()
        .zip(&links)
        .map(|(title, link)| Entry { title, link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "" })
        .collect();
    outlet.serve("/feed", rss(&entries));
    for (n, title) in titles.iter().enumerate() {
        let text =
            format!("Number {n} of the birds came down on the quay at noon, and {n} people went there to see it.");
        outlet.serve(&format!("/h/{n}"), page_in("en", title, "2026-10-10T10:00:00+02:00", &[&text, title]));
    }
    let world = World::with(&gazette::config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), headlines().len().to_string());
    (outlet, world)
}

/// Whether no control character and no override of direction is in it. All lines may end with `\r\n`, which some formats demand.
fn cannot_act(text: &str) -> bool {
    let ends = text.matches('\n').count();
    let lines = if text.matches("\r\n").count() == ends { text.replace("\r\n", "\n") } else { text.to_owned() };
    lines.chars().all(|c| c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}')))
}

#[test]
fn hostile_headlines_in_every_digest() {
    let (_outlet, world) = crawled();
    for args in printed("digest") {
        let told = world.presswatch(&args).expect(0).stdout;
        assert!(cannot_act(&told), "{told}");
        // A link of Markdown needs no page around it, and neither does an element within Markdown.
        let is_markdown = args.contains(&"markdown".to_owned());
        assert!(!told.contains("<script>alert('1')") || !(is_markdown || is_markup(&told)), "{told}");
        assert!(!told.replace("\\]", "").contains("](javascript:") || !is_markdown, "{told}");
        assert!(told.contains("Gazette") && told.to_lowercase().contains("ledger"), "{told}");
    }
    let json = world.presswatch(&["digest", "--format", "json"]).expect(0).json();
    assert_eq!(json["watches"][0]["articles"], headlines().len());
    assert_eq!(json["ledger"][0]["matched"], headlines().len());
}

#[test]
fn fixed_texts_are_in_the_configured_language() {
    let (_outlet, mut world) = crawled();
    let digest = |world: &World, args: &[&str]| world.presswatch(&[&["digest"], args].concat()).expect(0).stdout;
    for (code, title, reported) in [
        ("en", "Press coverage, Sat 10 Oct 09:30 to Sun 11 Oct 09:30 (Europe/Brussels)", "Reported by: Gazette"),
        (
            "fr",
            "Retombées presse, du sam. 10 oct. 09:30 au dim. 11 oct. 09:30 (Europe/Brussels)",
            "En ont parlé : Gazette",
        ),
        ("nl", "Persaandacht, za 10 okt 09:30 tot zo 11 okt 09:30 (Europe/Brussels)", "Bericht door: Gazette"),
        ("de", "Medienecho, Sa. 10. Okt. 09:30 bis So. 11. Okt. 09:30 (Europe/Brussels)", "Berichtet haben: Gazette"),
    ] {
        for format in ["text", "markdown", "html"] {
            let told = digest(&world, &["--language", code, "--format", format]);
            let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(told.contains(title) && told.contains(reported), "{told}");
        }
    }
    // The same in each language, by the texts of its file.
    for code in languages() {
        let frame = frame(&code);
        let text = |name: &str| frame[name].as_str().unwrap().to_lowercase();
        let told = digest(&world, &["--language", &code]).to_lowercase();
        assert!(told.contains(&text("coverage")) && told.contains(&text("ledger")), "{code}: {told}");
        world.presswatch(&["report", "review.html", "--language", &code]).expect(0);
        let review = std::fs::read_to_string(world.path("review.html")).unwrap();
        assert!(review.contains(&format!("<html lang=\"{code}\">")), "{review}");
        assert!(review.to_lowercase().contains(&text("review")), "{code}: {review}");
    }
    let wrong = world.presswatch(&["digest", "--language", "es"]).expect(2);
    assert_eq!(listed_languages(&wrong.stderr), languages());
    // The configured language also applies to a run's digest; the command line takes precedence.
    world.edit("timezone =", "language = \"fr\"\ntimezone =");
    assert!(digest(&world, &[]).contains("REGISTRE"));
    assert!(digest(&world, &["--language", "nl"]).contains("REGISTER\n"));
    let feed = world.presswatch(&["export", "--format", "rss"]).expect(0).stdout;
    assert!(feed.contains("<title>Retombées presse</title>"), "{feed}");
    assert!(feed.contains("<description>Articles qui mentionnent ce qui est suivi</description>"), "{feed}");
    world.hours_pass(48);
    assert!(digest(&world, &[]).contains("Rien trouvé."));
    assert!(world.presswatch(&["run", "--digest"]).expect(0).stdout.contains("nouveautés au mar. 13 oct. 09:30"));
    // What programs read is the same in every language.
    let csv = |code: &str| {
        world.edit("language = ", &format!("language = \"{code}\" # "));
        world.presswatch(&["export", "--format", "csv"]).expect(0).stdout
    };
    assert_eq!(csv("de"), csv("nl"));
}

#[test]
fn a_mail_is_a_complete_message() {
    let (_outlet, world) = crawled();
    let people = ["--from", "Press <press@example.org>", "--to", "anna@example.net", "--to", "bert@example.net"];
    let told = world.presswatch(&[&["digest", "--new", "--format", "eml"], &people[..]].concat()).expect(0).stdout;
    let mail = mailparse::parse_mail(told.as_bytes()).unwrap();
    let plain = mail.subparts[0].get_body().unwrap();
    assert!(plain.contains("Kraanvogel <script>alert('1')</script> & \"so\""), "{plain}");
    let page = mail.subparts[1].get_body().unwrap();
    assert!(page.contains("&lt;script&gt;alert(") && page.contains("</html>"), "{page}");
    for remote in ["src=", "url(", "@import", "<link", "<script", "var(--"] {
        assert!(!page.contains(remote), "{remote}");
    }
    assert_eq!(world.one("SELECT count(*) FROM mention WHERE told_at IS NULL"), "0");
    for (wrong, hint) in [
        (&["--format", "eml"][..], "add --from"),
        (&["--format", "eml", "--from", "a@b.example"], "add --from"),
        (&["--format", "html", "--to", "a@b.example"], "add --format eml"),
        (&["--format", "eml", "--from", "a@b.example", "--to", "x@y.example\nBcc: z@y.example"], "line break"),
    ] {
        let told = world.presswatch(&[&["digest"], wrong].concat()).expect(2);
        assert!(told.stdout.is_empty() && told.stderr.contains(hint), "{}", told.stderr);
    }
}

#[test]
fn quiet_if_empty_is_silent_only_when_all_was_checked_and_nothing_found() {
    let (outlet, mut world) = crawled();
    let told = world.presswatch(&["digest", "--quiet-if-empty"]).expect(0);
    assert!(told.stdout.contains("Kraanvogel"), "{}", told.stdout);
    world.presswatch(&["digest", "--new"]).expect(0);
    world.hours_pass(48);
    for new in [&[][..], &["--new"]] {
        let told = world.presswatch(&[&["digest", "--quiet-if-empty"], new].concat()).expect(0);
        assert!(told.stdout.contains("Could not be checked: "), "no run for two days: {}", told.stdout);
    }
    world.run();
    for format in ["text", "html"] {
        let told = world.presswatch(&["digest", "--quiet-if-empty", "--format", format]).expect(0);
        assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("", ""));
    }
    let told = world.presswatch(&["digest"]).expect(0);
    assert!(told.stdout.contains("Nothing found"), "{}", told.stdout);
    outlet.serve("/feed", Answer::error(500));
    world.hours_pass(30);
    world.presswatch(&["run"]);
    for new in [&[][..], &["--new"]] {
        let told = world.presswatch(&[&["digest", "--quiet-if-empty"], new].concat()).expect(0);
        assert!(told.stdout.contains(" (failing since Wed 14 Oct "), "{}", told.stdout);
    }
}

#[test]
fn coverage_stays_new_when_standard_output_is_closed() {
    let (_outlet, world) = crawled();
    let untold = || world.one("SELECT count(*) FROM mention WHERE told_at IS NULL");
    let before = untold();
    assert_ne!(before, "0");
    let shell = |redirection: &str| {
        let program = world.command(&["digest", "--new"]);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("exec \"$0\" \"$@\" {redirection}")]).arg(program.get_program());
        let variables = program.get_envs().filter_map(|(name, value)| Some((name, value?)));
        shell.args(program.get_args()).current_dir(world.folder()).env_clear().envs(variables);
        Done::of(&mut shell)
    };
    let told = shell(">&-").expect(1);
    assert!(told.stderr.contains("standard output is closed"), "{}", told.stderr);
    assert_eq!(untold(), before);
    shell("<&- >&-").expect(1);
    assert_eq!(untold(), before);
    // Whoever wants to have it marked unread may say so.
    shell("> /dev/null").expect(0);
    assert_eq!(untold(), "0");
}

#[test]
fn new_coverage_is_shown_once_in_any_format() {
    let (_outlet, world) = crawled();
    let told = world.presswatch(&["digest", "--new", "--format", "markdown"]).expect(0);
    assert!(told.stdout.contains("Kraanvogel"), "{}", told.stdout);
    let told = world.presswatch(&["digest", "--new", "--format", "json"]).expect(0);
    assert_eq!(told.json()["watches"][0]["articles"], 0);
}

#[test]
fn hostile_headlines_in_every_export() {
    let (outlet, world) = crawled();
    let mut tables = 0;
    for args in printed("export") {
        let told = world.presswatch(&args).expect(0).stdout;
        assert!(cannot_act(&told), "{told}");
        assert!(!is_markup(&told) || !told.contains("<script"), "{told}");
        if let Some(separator) = separator(&told) {
            tables += 1;
            for (at, _) in told.match_indices(['\n', separator]) {
                let cell = told[at + 1..].trim_start_matches('"');
                assert!(!cell.starts_with(['=', '+', '@']), "{cell}");
            }
        }
        // Every article stands in it, as often as each of the others, with the name of its outlet.
        let told = unfolded(&told);
        let times: Vec<usize> =
            (0..headlines().len()).map(|n| told.matches(&outlet.url(&format!("/h/{n}"))).count()).collect();
        assert!(times[0] > 0 && times.iter().all(|count| *count == times[0]), "{args:?}: {times:?}");
        assert!(told.matches("Gazette").count() >= headlines().len(), "{told}");
    }
    assert!(tables > 0);
    let lines = world.presswatch(&["export", "--format", "jsonl"]).expect(0).stdout;
    assert_eq!(lines.lines().count(), headlines().len());
    for line in lines.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&value["watch"], &value["is_original"]), (&"Birds".into(), &true.into()), "{line}");
    }
    let csv = world.presswatch(&["export", "--format", "csv"]).expect(0).stdout;
    assert!(csv.starts_with("\u{feff}date,time,outlet,"), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), headlines().len() + 1);
    assert_eq!(csv.matches('\n').count(), headlines().len() + 1);
    assert!(csv.contains("\"'=HYPERLINK(\"\"https://evil.example\"\";\"\"Kraanvogel\"\")\""), "{csv}");
}

#[test]
fn copies_and_periods() {
    let press = super::press::Press::open();
    let mut world = World::with(&press.config()).in_file();
    world.run();
    let lines = |args: &[&str]| -> Vec<serde_json::Value> {
        let told = world.presswatch(&[&["export", "--format", "jsonl"], args].concat()).expect(0).stdout;
        told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let all = lines(&[]);
    assert_eq!(all.len().to_string(), world.one("SELECT count(*) FROM coverage"));
    let times: Vec<&str> =
        all.iter().map(|line| line["published_at"].as_str().or(line["found_at"].as_str()).unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    // Of each text one article is the original, and all know how many there are.
    let mut copied = 0;
    for line in &all {
        let same: Vec<_> =
            all.iter().filter(|other| (&other["watch"], &other["story"]) == (&line["watch"], &line["story"])).collect();
        assert_eq!(line["copies"], same.len() - 1);
        assert_eq!(same.iter().filter(|other| other["is_original"] == true).count(), 1, "{same:?}");
        copied += usize::from(same.len() > 1);
    }
    assert!(copied >= 3, "{copied} articles with copies");
    assert_eq!(
        lines(&["--watch", "Herons"]).len().to_string(),
        world.one("SELECT count(*) FROM coverage WHERE watch = 'Herons'")
    );
    assert_eq!(lines(&["--until", "2026-10-09"]).len(), 0);
    let friday = world.one(
        "SELECT count(*) FROM coverage WHERE published_at BETWEEN '2026-10-08T22:00:00Z' AND '2026-10-09T21:59:59Z'",
    );
    assert_ne!(friday, "0");
    assert_eq!(
        lines(&["--by", "published", "--since", "2026-10-09", "--until", "2026-10-09"]).len().to_string(),
        friday
    );
    let wrong = world.presswatch(&["export", "--format", "csv", "--watch", "Storks"]).expect(2);
    assert!(wrong.stderr.contains("the watches are: Quayside strike, Herons"), "{}", wrong.stderr);
    world.hours_pass(24 * 40);
    let feed = world.presswatch(&["export", "--format", "rss"]).expect(0).stdout;
    assert!(feed.contains("<channel>") && !feed.contains("<item>"), "{feed}");
}

#[test]
fn a_file_is_written_completely_or_not_at_all() {
    let (_outlet, world) = crawled();
    let file = world.write("out.csv", "old");
    world.presswatch(&["export", "--format", "csv", "--output", "out.csv"]).expect(0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, world.presswatch(&["export", "--format", "csv"]).expect(0).stdout);
    world.presswatch(&["export", "--format", "xlsx", "--output", "out.xlsx"]).expect(0);
    assert!(std::fs::read(world.path("out.xlsx")).unwrap().starts_with(b"PK"));
    for (format, name, is_told) in [
        ("xlsx", "a.csv", true),
        ("csv", "a.xlsx", true),
        ("xlsx", "a.XLSX", false),
        ("csv", "a.txt", false),
        ("xlsx", "a", false),
    ] {
        let told = world.presswatch(&["export", "--format", format, "--output", name]).expect(0).stderr;
        assert_eq!(told.contains(&format!("warning: the content of {name} is {format}")), is_told, "{told}");
        std::fs::remove_file(world.path(name)).unwrap();
    }
    assert_eq!(world.presswatch(&["export", "--format", "csv", "--output", "-"]).expect(0).stdout, text);
    assert!(world.presswatch(&["report", "-"]).expect(0).stdout.trim_end().ends_with("</html>"));
    assert!(!world.path("-").exists());
    world.presswatch(&["export", "--format", "xlsx", "--output", "-"]).expect(2);
    let wrong = world.presswatch(&["export", "--format", "xlsx"]).expect(2);
    assert!(wrong.stderr.contains("--output"), "{}", wrong.stderr);
    let wrong = world.presswatch(&["export", "--format", "csv", "--output", "nowhere/out.csv"]).expect(1);
    assert!(wrong.stderr.contains("could not write nowhere/out.csv"), "{}", wrong.stderr);
    // A damaged database ends the command in the middle.
    std::fs::write(world.path("bad.db"), "not a database, whatever it says").unwrap();
    world.presswatch(&["export", "--format", "csv", "--output", "out.csv", "--db", "bad.db"]).expect(1);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    world.presswatch(&["export", "--format", "csv", "--output", "/dev/null"]).expect(0);
    let left: Vec<_> = std::fs::read_dir(world.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains(".part")), "{left:?}");
}

#[test]
fn our_own_feeds_are_valid() {
    let (_outlet, world) = crawled();
    for format in ["rss", "atom"] {
        let file = format!("out.{format}");
        let place = "https://press.example/birds.xml?a=1&b=2";
        let args = ["export", "--format", format, "--watch", "Birds", "--output", &file, "--feed-url", place];
        world.presswatch(&args).expect(0);
        let read = world.presswatch(&["explain", "--json", &file]).expect(0).json();
        assert_eq!(read["kind"], "feed");
        let items = read["items"].as_array().unwrap();
        assert_eq!(items.len(), headlines().len());
        for item in items {
            let query = format!("SELECT title FROM coverage WHERE url = '{}'", item["url"].as_str().unwrap());
            let begin: String = format!("Gazette: {}", world.one(&query)).chars().take(200).collect();
            assert!(item["title"].as_str().unwrap().starts_with(&begin), "{item}");
            assert_eq!(item["published_at"], "2026-10-10T08:00:00Z");
            assert!(item["summary"].as_str().unwrap_or_default().contains("Kraanvogel"), "{item}");
        }
    }
    let wrong = world.presswatch(&["export", "--format", "rss", "--feed-url", "javascript:alert(1)"]).expect(2);
    assert!(wrong.stderr.contains("--feed-url"), "{}", wrong.stderr);
}

#[test]
fn a_press_review_is_one_page() {
    let (_outlet, world) = crawled();
    world.presswatch(&["report", "review.html"]).expect(0);
    let html = std::fs::read_to_string(world.path("review.html")).unwrap();
    assert!(cannot_act(&html), "{html}");
    assert_eq!(html.matches("<article ").count(), headlines().len());
    assert_eq!(html.matches("<script").count(), 1, "{html}");
    assert!(html.contains("default-src &#39;none&#39;") && html.contains("&lt;script&gt;alert("), "{html}");
    for remote in ["src=", "url(", "@import", "<link"] {
        assert!(!html.contains(remote), "{remote}");
    }
    for (name, is_told) in [("review.htm", false), ("review", false), ("review.docx", true)] {
        let told = world.presswatch(&["report", name]).expect(0).stderr;
        assert_eq!(told.contains(&format!("warning: the content of {name} is html")), is_told, "{told}");
    }
    let wrong = Done::of(world.command(&["report", "review.pdf"]).env("PRESSWATCH_CHROMIUM", "/nowhere")).expect(1);
    assert!(wrong.stderr.contains("could not print review.pdf: no Chromium was found"), "{}", wrong.stderr);
    assert!(!world.path("review.pdf").exists(), "no HTML under this name");
    for (content, why) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"[..], "it is an SVG picture"),
        (b"BM", "it is not a PNG, JPEG, WebP or GIF picture"),
        (&vec![0; 1_000_001], "1 MB"),
    ] {
        world.write("logo", content);
        let wrong = world.presswatch(&["report", "review.html", "--logo", "logo"]).expect(1);
        assert!(wrong.stderr.contains("the logo logo: ") && wrong.stderr.contains(why), "{}", wrong.stderr);
    }
    assert_eq!(std::fs::read_to_string(world.path("review.html")).unwrap(), html);
    let wrong = world.presswatch(&["report", "."]).expect(1);
    assert!(wrong.stderr.contains("could not write ."), "{}", wrong.stderr);
}
