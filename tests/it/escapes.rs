//! No stranger drives the terminal: whatever comes from a site, a file or an argument, no control sequence reaches stdout or stderr.

use std::ffi::OsStr;
use std::process::{Command, Output};

use crate::answer::Answer;
use crate::gazette::{config, gazette, source};
use crate::outputs::printed;
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::World;

/// Colours that the program never uses, a window title, a link of the terminal, C1 controls, bidirectional overrides and
/// isolates, a line separator, a byte order mark.
const ATTACK: &str = "\u{1b}[45mA\u{1b}]0;owned\u{7}B\u{1b}]8;;http://evil.example\u{1b}\\C\u{9b}45mD\u{9d}0;owned\u{9c}E\u{202e}F\u{2066}G\u{2028}H\u{feff}I\u{8}\u{7f}";
/// The same without what file names and arguments cannot contain, and without path separators.
const NAME: &str = "\u{1b}[45mA\u{1b}]0;owned\u{7}B\u{9b}45mC\u{202e}D\u{2066}E\u{2028}F\u{7f}";
/// What a header may contain (RFC 9110, 5.5): no ASCII control characters, but any byte above.
const HEADER: &str = "A\u{9b}45mB\u{9d}0;owned\u{9c}C\u{202e}D\u{2066}E";

/// Fails the test if the text contains control characters; `coloured` permits our own colours.
#[track_caller]
fn assert_harmless(what: &str, bytes: &[u8], coloured: bool) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{what}: a raw byte: {e}: {bytes:?}"));
    // CSV begins with a byte order mark, for spreadsheets.
    let mut rest = text.strip_prefix("\u{feff}date,").unwrap_or(text).replace("\r\n", "\n");
    if coloured {
        for code in ["0", "1", "31", "32", "33", "34", "1;31"] {
            rest = rest.replace(&format!("\u{1b}[{code}m"), "");
        }
    }
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!rest.contains(acts), "{what}: {:?}", rest.lines().find(|line| line.contains(acts)));
}

/// Runs a command in black and white and in colour; returns what it wrote to stdout and stderr in black and white.
#[track_caller]
pub fn harmless(world: &World, args: &[impl AsRef<OsStr>]) -> (String, String) {
    let shown: Vec<_> = args.iter().map(|arg| arg.as_ref().to_string_lossy()).collect();
    let run = |color: &str| world.command(args).args(["--color", color]).output().unwrap();
    let (plain, loud) = (run("never"), run("always"));
    check(&format!("{shown:?}"), &plain, false);
    check(&format!("{shown:?} in colour"), &loud, true);
    (String::from_utf8(plain.stdout).unwrap(), String::from_utf8(plain.stderr).unwrap())
}

#[track_caller]
fn check(what: &str, output: &Output, coloured: bool) {
    assert_harmless(&format!("stdout of {what}"), &output.stdout, coloured);
    assert_harmless(&format!("stderr of {what}"), &output.stderr, coloured);
    assert!(!output.stdout.is_empty() || !output.stderr.is_empty(), "{what} says nothing: what does this prove?");
}

#[track_caller]
fn check_command(what: &str, command: &mut Command) {
    check(what, &command.output().unwrap(), false);
}

#[test]
fn robots_txt_does_not() {
    let outlet = gazette(1);
    outlet.serve(
        "/robots.txt",
        Answer::text(&format!(
            "User-agent: *\nDisallow: /a #{ATTACK}\nDisallow: /feed{ATTACK}\nDisallow: /f #{ATTACK}\n"
        )),
    );
    let world = World::with(&config(&outlet));
    let (_, stderr) = harmless(&world, &["explain", &outlet.url("/a/1")]);
    assert!(stderr.contains("error: ") && stderr.contains("robots.txt"), "{stderr}");
    harmless(&world, &["run", "-v", "--force"]);
    harmless(&world, &["sources"]);
    harmless(&world, &["digest"]);
    harmless(&world, &["check", "--online"]);
    harmless(&world, &["check", "--online", "--json"]);
    harmless(&world, &["sources", "find", &outlet.url("/")]);
    let file = world.write("robots.txt", format!("User-agent: *\nDisallow: /a{ATTACK}\n"));
    let file = file.to_str().unwrap();
    let url = format!("http://a.example/a{ATTACK}");
    harmless(&world, &["explain", "--robots", file, "--url", &url]);
    harmless(&world, &["explain", "--robots", file, "--url", &url, "--json"]);
}

#[test]
fn the_name_of_a_file_does_not() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    let at = |name: &str| world.path(name).to_str().unwrap().to_owned();
    let missing = at(&format!("missing{NAME}"));
    for args in [
        &["explain", missing.as_str()][..],
        &["explain", "--json", &missing],
        &["explain", "--urls", &missing],
        &["explain", "--robots", &missing, "--url", "http://a.example/"],
        &["check", "--config", &missing],
        &["run", "--config", &missing],
        &["digest", "--db", &missing],
        &["sources", "--db", &missing],
        &["search", "tram", "--db", &missing],
        &["sources", "import", &missing],
        &["sources", "export", "--config", &missing],
        &["export", "--format", "csv", "--output", &format!("{missing}/x.xlsx")],
        &["export", "--format", "xlsx", "--output", &format!("{missing}/x.xlsx")],
        &["report", &format!("{missing}/x.html")],
    ] {
        let (_, stderr) = harmless(&world, args);
        assert!(args.contains(&"--json") || stderr.contains("missing"), "{args:?}: {stderr}");
    }
    let noise = world.write(&format!("noise{NAME}"), [0u8, 1, 2, 0x9b, 255]);
    let noise = noise.to_str().unwrap();
    for args in [
        &["explain", noise][..],
        &["digest", "--db", noise],
        &["run", "--db", noise],
        &["check", "--config", noise],
        &["sources", "import", noise],
    ] {
        harmless(&world, args);
    }
    let bad = world.write(&format!("bad{NAME}.toml"), format!("databse = \"{NAME}\"\nx{ATTACK} = 1\n"));
    let (_, stderr) = harmless(&world, &["check", "--config", bad.to_str().unwrap()]);
    assert!(stderr.contains("databse") && stderr.contains("bad"), "{stderr}");
    let good = world.write(&format!("good{NAME}.toml"), std::fs::read(world.path("sources.toml")).unwrap());
    let (stdout, _) = harmless(&world, &["check", "--config", good.to_str().unwrap()]);
    assert!(stdout.contains("good"), "{stdout}");
    let idle = world.write(&format!("idle{NAME}.toml"), "");
    harmless(&world, &["run", "--config", idle.to_str().unwrap()]);
    let demo = at(&format!("demo{NAME}.db"));
    let (stdout, _) = harmless(&world, &["demo", "--db", &demo]);
    assert!(stdout.contains("demo"), "{stdout}");
    check_command("PRESSWATCH_CONFIG", world.command(&["check"]).env("PRESSWATCH_CONFIG", &missing));
    check_command("HTTP_PROXY", world.command(&["check", "--online"]).env("HTTP_PROXY", ATTACK));
    let including = world.write("including.toml", format!("include = [{:?}]\n", "missing/*.toml"));
    harmless(&world, &["check", "--config", including.to_str().unwrap()]);
}

#[test]
fn an_opml_file_does_not() {
    let world = World::with("");
    let name = ATTACK.replace('\u{1b}', "&#27;").replace(['\u{7}', '\u{8}'], "");
    let opml = format!(
        "<opml version=\"2.0\"><body><outline text=\"{name}\" xmlUrl=\"http://a.example/feed\"/><outline text=\"x{name}\" xmlUrl=\"gopher://{name}/\"/></body></opml>"
    );
    let file = world.write(&format!("list{NAME}.opml"), opml);
    let (stdout, stderr) = harmless(&world, &["sources", "import", file.to_str().unwrap()]);
    assert!(stdout.contains("http://a.example/feed") && stderr.contains("skipped"), "{stdout}{stderr}");
    let empty = world.write(&format!("empty{NAME}.opml"), "<opml version=\"2.0\"><body></body></opml>");
    harmless(&world, &["sources", "import", empty.to_str().unwrap()]);
}

#[test]
fn an_argument_does_not() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    let option = format!("--{NAME}");
    let open = format!("(tram {ATTACK}");
    let host = format!("http://{ATTACK}.example/");
    let file = world.write("page.html", page("Tram", "2026-10-10", &["Tram."]));
    let file = file.to_str().unwrap();
    for args in [
        &[ATTACK][..],
        &[&option],
        &["run", ATTACK],
        &["run", &option],
        &["run", "--sorce", ATTACK],
        &["check", "--color", ATTACK],
        &["digest", "--format", ATTACK],
        &["search", "tram", "--limit", ATTACK],
        &["help", ATTACK],
        &["sources", ATTACK],
        &["sources", "find", ATTACK],
        &["sources", "find", &host],
        &["completions", ATTACK],
        &["run", "--source", ATTACK],
        &["digest", "--since", ATTACK],
        &["digest", "--watch", ATTACK],
        &["digest", "--language", ATTACK],
        &["digest", "--format", "eml", "--from", ATTACK, "--to", "a@b.example"],
        &["export", "--format", "rss", "--feed-url", ATTACK],
        &["export", "--format", "csv", "--watch", ATTACK],
        &["search", &open],
        &["search", ATTACK],
        &["search", "tram", "--source", ATTACK],
        &["search", "tram", "--until", ATTACK],
        &["explain", ATTACK],
        &["explain", &host],
        &["explain", file, "--query", &open],
        &["explain", file, "--query", ATTACK],
        &["explain", file, "--url", ATTACK],
        &["explain", file, "--url", &host],
        &["explain", file, "--link", ATTACK],
        &["explain", file, "--link", ATTACK, "--json"],
    ] {
        harmless(&world, args);
    }
    check_command("--as-of", world.bare_command(&["check", "--as-of", ATTACK]).arg("--color=never"));
    let lines = world.write("lines", format!("http://a.example/{ATTACK}\n{ATTACK}\n"));
    harmless(&world, &["explain", "--urls", lines.to_str().unwrap()]);
    harmless(&world, &["explain", "--urls", lines.to_str().unwrap(), "--json"]);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        use std::os::unix::process::CommandExt as _;
        let raw = OsStr::from_bytes(b"\x9b45m\xff");
        harmless(&world, &[raw]);
        harmless(&world, &[OsStr::new("check"), OsStr::new("--config"), raw]);
        check_command("the name of the program", world.command(&["--help"]).arg0(ATTACK));
        check_command("the name of the program", world.command(&["run", "--what"]).arg0(ATTACK));
    }
}

#[test]
#[ignore = "slow"]
fn a_header_does_not() {
    let outlet = Outlet::open();
    let world = World::with(&config(&outlet));
    let raw = |head: &[u8]| Answer::raw([b"HTTP/1.1 ", head, b"\r\nconnection: close\r\n\r\n"].concat());
    let both = |text: &str| [text.as_bytes(), b"\r\ncontent-length: 0"].concat();
    let byte = |start: &str| [start.as_bytes(), b"\x9b45m\xff\r\ncontent-length: 0"].concat();
    let answers = [
        Answer::text("no").status(302).header("location", &format!("/{HEADER}")),
        Answer::text("no").status(302).header("location", &format!("http://{HEADER}/")),
        Answer::text("no").status(301).header("location", &format!("{HEADER}:x")),
        Answer::of(&format!("text/{HEADER}; charset={HEADER}"), "\u{9b}45m"),
        Answer::of(&format!("image/{HEADER}"), "no"),
        Answer::text("no").status(429).header("retry-after", HEADER),
        Answer::text("no").status(503).header("retry-after", HEADER),
        Answer::text("no").header("content-encoding", HEADER),
        Answer::text("no")
            .header("link", &format!("<{HEADER}>; rel=alternate; type=\"application/rss+xml\"; title=\"{HEADER}\"")),
        raw(&both(&format!("500 {ATTACK}"))),
        raw(&both(&format!("403 {HEADER}"))),
        raw(&byte("404 ")),
        raw(&byte("302 Found\r\nlocation: http://a.example/")),
        raw(&byte("302 Found\r\nlocation: http://")),
        raw(&both(&format!("200 OK\r\n{ATTACK}: x"))),
        raw(&both(ATTACK)),
        Answer::raw(ATTACK),
    ];
    for answer in answers {
        outlet.serve("/feed", answer.clone()).serve("/", answer);
        harmless(&world, &["explain", &outlet.url("/feed")]);
        harmless(&world, &["explain", &outlet.url("/feed"), "--json"]);
        harmless(&world, &["run", "--force", "-v"]);
        harmless(&world, &["sources"]);
        harmless(&world, &["digest"]);
        harmless(&world, &["check", "--online"]);
        harmless(&world, &["sources", "find", &outlet.url("/")]);
    }
}

#[test]
fn a_host_and_its_certificate_do_not() {
    let outlet = Outlet::open();
    outlet.serve("/", Answer::raw(ATTACK));
    let tls = outlet.url("/").replace("http:", "https:");
    let world = World::with(&format!(
        "[[source]]\nname = \"TLS\"\nfeeds = [\"{tls}\"]\n[[source]]\nname = \"Gone\"\nfeeds = [\"http://{}/\"]\n",
        "gone.invalid"
    ));
    let (_, stderr) = harmless(&world, &["explain", &outlet.url("/")]);
    assert!(stderr.contains("could not read http"), "{stderr}");
    harmless(&world, &["explain", &tls]);
    harmless(&world, &["sources", "find", &tls]);
    harmless(&world, &["sources", "find", "a\u{202e}b.invalid"]);
    harmless(&world, &["explain", "http://a\u{9b}45m.invalid/"]);
    harmless(&world, &["run", "--force"]);
    harmless(&world, &["sources"]);
    harmless(&world, &["check", "--online"]);
    assert!(!outlet.asked_for("/").is_empty(), "{:?}", outlet.asked());
    check_command("proxy", world.command(&["run", "--force"]).env("HTTPS_PROXY", outlet.url("")));
}

#[test]
fn the_configuration_does_not() {
    let escaped: String = ATTACK
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() { format!("{c}").replace('\\', "\\\\") } else { format!("\\U{:08X}", u32::from(c)) }
        })
        .collect();
    let outlet = Outlet::unasked();
    let feed = outlet.url("/feed");
    for text in [
        format!(
            "[[watch]]\nname = \"{escaped}\"\nquery = \"tram {escaped}\"\n[[source]]\nname = \"{escaped}\"\nfeeds = [\"{feed}\"]\n"
        ),
        format!("[[watch]]\nname = \"a\"\nquery = \"(tram {escaped}\"\n"),
        format!(
            "[[watch]]\nname = \"{escaped}\"\nkeywords = [\"{escaped}\"]\n[[source]]\nname = \"{escaped}\"\nfeeds = [\"{feed}\"]\n"
        ),
        format!("[[watch]]\nname = \"a\"\nkeywords = [\"b\"]\ngroup = \"{escaped}\"\nsources = [\"{escaped}\"]\n"),
        format!("[[source]]\nname = \"a\"\nfeeds = [\"http://{escaped}/\"]\n"),
        format!("[[source]]\nname = \"a\"\npages = [{{ url = \"{feed}\", link = \"{escaped}\" }}]\n"),
        format!("[[source]]\nname = \"a\"\nfeeds = [\"{feed}\"]\nidentity = \"(({escaped}\"\n"),
        format!("[[source]]\nname = \"a\"\n\"{escaped}\" = 1\n"),
        format!("[[source]]\nname = \"a\" # {ATTACK}\nx = {ATTACK}\n"),
        format!("{ATTACK}\n"),
        format!("timezone = \"{escaped}\"\n"),
        format!("include = [\"{escaped}/*.toml\"]\n"),
    ] {
        let world = World::empty();
        world.write("sources.toml", text);
        harmless(&world, &["check"]);
        harmless(&world, &["sources", "export"]);
        harmless(&world, &["run", "--source", "none"]);
    }
}

#[test]
fn an_article_does_not() {
    let outlet = Outlet::open();
    let link = outlet.url("/a/1");
    let title = format!("Kraanvogel {ATTACK} landed");
    let entry = Entry { title: &title, link: &link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: &title };
    let feed =
        rss(&[entry]).replace('\u{1b}', "&#27;").replace("<channel><title>", &format!("<channel><title>{ATTACK}"));
    let article = page(
        &title,
        "2026-10-10T10:00:00+02:00",
        &[&format!(
            "The kraanvogel {ATTACK} came down on the quay at noon, and many people stood there to look at it."
        )],
    );
    outlet.serve("/feed", Answer::of("application/rss+xml", feed.clone())).serve("/a/1", article.clone());
    outlet.serve("/", format!("<!DOCTYPE html><title>{ATTACK}</title><link rel=alternate type=\"application/rss+xml\" title=\"{ATTACK}\" href=\"/feed\">"));
    let world = World::with(&config(&outlet));
    harmless(&world, &["run", "-v"]);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
    for args in printed("digest").into_iter().chain(printed("export")) {
        harmless(&world, &args);
    }
    harmless(&world, &["report", "-"]);
    harmless(&world, &["search", "kraanvogel"]);
    harmless(&world, &["search", "kraanvogel", "--format", "json"]);
    harmless(&world, &["explain", &outlet.url("/feed")]);
    harmless(&world, &["explain", &outlet.url("/a/1")]);
    harmless(&world, &["explain", &outlet.url("/a/1"), "--json"]);
    harmless(&world, &["explain", &outlet.url("/")]);
    harmless(&world, &["sources", "find", &outlet.url("/")]);
    harmless(&world, &["sources", "find", &outlet.url("/"), "--json"]);
    for (name, text) in [("feed.xml", feed), ("page.html", article)] {
        let file = world.write(name, text);
        let file = file.to_str().unwrap();
        harmless(&world, &["explain", file]);
        harmless(&world, &["explain", file, "--json"]);
        harmless(&world, &["explain", file, "--query", "kraanvogel"]);
        harmless(&world, &["explain", file, "--link", "a", "--json"]);
    }
    // What another version, or another hand, put into the database.
    let hand = format!("'Kraanvogel {}'", ATTACK.replace('\'', "''"));
    world.alter(&format!(
        "UPDATE article SET title = {hand}, author = {hand}; UPDATE mention SET snippet = {hand}, terms = {hand}"
    ));
    for args in [
        &["digest"][..],
        &["digest", "--format", "json"],
        &["digest", "--format", "html"],
        &["search", "kraanvogel"],
        &["search", "kraanvogel", "--format", "json"],
    ] {
        harmless(&world, args);
    }
    world.edit("query = \"kraanvogel\"", "query = \"gone\"");
    harmless(&world, &["rematch", "--dry-run"]);
    let two = World::with(&source(&"x".repeat(3), &outlet));
    harmless(&two, &["run", "-v", "--strict"]);
}
