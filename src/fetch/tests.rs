//! Addresses are checked where the connection is made, for each hop, whatever names lead to at that moment.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::answer::{Failure, FailureKind, Response};
use crate::config::Http;

/// A server on an address of its own that answers so to everyone, and counts them.
struct Server {
    at: SocketAddr,
    asked: Arc<AtomicUsize>,
}

fn serve(ip: &str, port: u16, answer: &'static str) -> Server {
    let listener = TcpListener::bind((ip, port)).unwrap();
    let at = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            let head = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            head.take_while(|line| !line.is_empty()).for_each(drop);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    Server { at, asked }
}

impl Server {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Names with the answers that they give one after another; the last one is given for ever.
fn names(answers: &[(&str, &[&[&str]])]) -> resolver::Lookup {
    let read = |ips: &[&str]| ips.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>();
    let all: HashMap<String, VecDeque<Vec<IpAddr>>> =
        answers.iter().map(|(name, turns)| ((*name).to_owned(), turns.iter().map(|ips| read(ips)).collect())).collect();
    let all = Mutex::new(all);
    Arc::new(move |host| {
        let mut all = all.lock().unwrap();
        let found =
            all.get_mut(&host).map(|turns| if turns.len() > 1 { turns.pop_front() } else { turns.front().cloned() });
        Box::pin(async move { found.flatten().ok_or_else(|| std::io::Error::other("there is no such name")) })
    })
}

fn settings(allowed: &[&str], proxy: Option<&Server>) -> Settings {
    let http = Http {
        contact: None,
        timeout: Duration::from_secs(10),
        max_body: 1_000_000,
        per_host_delay: Duration::ZERO,
        concurrency: 2,
        respect_robots: false,
        allow_private: allowed.iter().map(|&entry| entry.to_owned()).collect(),
    };
    let proxies = Proxies { http: proxy.map(|server| format!("http://{}", server.at)), ..Proxies::default() };
    Settings::new(http, proxies).unwrap()
}

fn ask(lookup: resolver::Lookup, settings: Settings, url: &str) -> Result<Response, Failure> {
    let clock: Clock = Arc::new(|| "2026-10-11T07:30:00Z".parse().unwrap());
    let fetcher = Fetcher::looking_up_by(lookup, settings, clock).unwrap();
    let url = Url::parse(url).unwrap();
    let request = Request { id: 1, url, accept: Accept::Page, validated: None, etag: None, last_modified: None };
    let mut events = fetcher.ask(vec![request], HashMap::new(), |answer| answer.result);
    while let Some(event) = events.blocking_recv() {
        if let Event::Answer(result) = event {
            return result;
        }
    }
    Err(exchange::failure(FailureKind::Stopped, crate::i18n::Cause::from("no answer".to_owned())))
}

const AGAIN: &str = "HTTP/1.1 302 Found\r\nLocation: /again\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const SECRET: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\nsecret";
const OPEN: &str = "127.0.0.81";
const CLOSED: &str = "127.0.0.82";

#[test]
fn a_name_that_changes_its_mind_between_two_hops_gains_nothing() {
    let open = serve(OPEN, 0, AGAIN);
    let closed = serve(CLOSED, open.at.port(), SECRET);
    let lookup = names(&[("press.example", &[&[OPEN], &[CLOSED]])]);
    let url = format!("http://press.example:{}/", open.at.port());
    let failure = ask(lookup, settings(&[OPEN], None), &url).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Forbidden, "{failure:?}");
    assert!(
        failure.cause.to_string().contains("press.example leads to a private or special address (127.0.0.82)"),
        "{failure:?}"
    );
    assert_eq!((open.asked(), closed.asked()), (1, 0));
}

#[test]
fn a_redirect_to_a_private_name_is_refused_as_such_with_robots_txt_too() {
    let away =
        "HTTP/1.1 302 Found\r\nLocation: http://closed.example/x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let open = serve("127.0.0.87", 0, away);
    let lookup = || names(&[("press.example", &[&["127.0.0.87"]]), ("closed.example", &[&["10.0.0.1"]])]);
    let polite = || {
        let mut settings = settings(&["127.0.0.87"], None);
        settings.http.respect_robots = true;
        settings
    };
    for url in [format!("http://press.example:{}/", open.at.port()), "http://closed.example/a".to_owned()] {
        let failure = ask(lookup(), polite(), &url).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Forbidden, "{url}: {failure:?}");
        let cause = failure.cause.to_string();
        assert!(cause.contains("closed.example leads to a private or special address (10.0.0.1)"), "{url}: {cause}");
    }
    assert_eq!(open.asked(), 2, "robots.txt, then the page");
}

#[test]
fn of_several_addresses_only_the_open_ones_are_asked() {
    let open = serve("127.0.0.83", 0, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    let closed = serve("127.0.0.84", open.at.port(), SECRET);
    let lookup = names(&[("press.example", &[&["127.0.0.84", "::ffff:127.0.0.84", "64:ff9b::7f00:54", "127.0.0.83"]])]);
    let url = format!("http://press.example:{}/", open.at.port());
    let response = ask(lookup, settings(&["127.0.0.83"], None), &url).unwrap();
    assert_eq!((response.body.as_slice(), open.asked(), closed.asked()), (&b"ok"[..], 1, 0));
}

#[test]
fn no_spelling_of_a_private_address_is_asked() {
    let closed = serve("127.0.0.85", 0, SECRET);
    let port = closed.at.port();
    let lookup = || {
        names(&[
            ("plain.example", &[&["127.0.0.85"]]),
            ("mapped.example", &[&["::ffff:127.0.0.85"]]),
            ("compatible.example", &[&["::127.0.0.85"]]),
            ("nat64.example", &[&["64:ff9b::7f00:55"]]),
            ("local-nat64.example", &[&["64:ff9b:1::7f00:55"]]),
            ("6to4.example", &[&["2002:7f00:55::1"]]),
            ("teredo.example", &[&["2001:0:7f00:55::80ff:ffaa"]]),
            ("unique-local.example", &[&["fd00::1"]]),
            ("link-local.example", &[&["fe80::1"]]),
            ("unspecified.example", &[&["0.0.0.0", "::"]]),
        ])
    };
    for host in [
        "127.0.0.85",
        "127.85",
        "0x7f.0.0.85",
        "0177.0.0.125",
        "2130706517",
        "0x7f000055",
        "127.0.0.85.",
        "%31%32%37.0.0.85",
        "１２７.0.0.85",
        "[::ffff:127.0.0.85]",
        "[::127.0.0.85]",
        "[64:ff9b::127.0.0.85]",
        "[64:ff9b:1::127.0.0.85]",
        "[2002:7f00:55::1]",
        "[2001:0:7f00:55::1]",
        "[::]",
        "0",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "plain.example",
        "mapped.example",
        "compatible.example",
        "nat64.example",
        "local-nat64.example",
        "6to4.example",
        "teredo.example",
        "unique-local.example",
        "link-local.example",
        "unspecified.example",
    ] {
        let failure = ask(lookup(), settings(&[], None), &format!("http://{host}:{port}/")).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Forbidden, "{host}: {failure:?}");
    }
    assert_eq!(closed.asked(), 0);
}

#[test]
fn through_a_proxy_a_name_is_refused_as_far_as_its_addresses_are_known() {
    let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    let proxy = serve("127.0.0.86", 0, answer);
    let lookup = || {
        names(&[
            ("public.example", &[&["8.8.8.8"]]),
            ("private.example", &[&["10.0.0.1"]]),
            ("both.example", &[&["8.8.8.8", "10.0.0.1"]]),
        ])
    };
    for (host, passes) in [
        ("public.example", true),
        ("unknown.example", true),
        ("private.example", false),
        ("both.example", false),
        ("127.0.0.1", false),
        ("[::ffff:10.0.0.1]", false),
        ("localhost", false),
    ] {
        let before = proxy.asked();
        let result = ask(lookup(), settings(&[], Some(&proxy)), &format!("http://{host}/"));
        assert_eq!(result.is_ok(), passes, "{host}: {result:?}");
        assert!(passes || matches!(result, Err(Failure { kind: FailureKind::Forbidden, .. })), "{host}: {result:?}");
        assert_eq!(proxy.asked() - before, usize::from(passes), "{host}");
    }
}

#[test]
fn what_no_proxy_names_is_asked_directly_and_guarded_as_without_a_proxy() {
    let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    let open = serve("127.0.0.88", 0, answer);
    let closed = serve("127.0.0.89", open.at.port(), SECRET);
    let proxy = serve("127.0.0.90", 0, answer);
    let port = open.at.port();
    let lookup = || {
        names(&[
            ("both.example", &[&["127.0.0.89", "127.0.0.88"]]),
            ("closed.example", &[&["127.0.0.89"]]),
            ("proxy.example", &[&["127.0.0.90"]]),
        ])
    };
    for (none, host, direct) in [
        ("*", "127.0.0.88", true),
        ("*", "both.example", true),
        ("example", "both.example", true),
        ("127.0.0.0/8", "127.0.0.88", true),
        ("127.0.0.1", "127.0.0.88", false),
    ] {
        let mut settings = settings(&["127.0.0.88"], Some(&proxy));
        settings.proxies.none = Some(none.to_owned());
        let before = (open.asked(), proxy.asked());
        let result = ask(lookup(), settings, &format!("http://{host}:{port}/"));
        assert!(result.is_ok(), "{none} {host}: {result:?}");
        let asked = (open.asked() - before.0, proxy.asked() - before.1);
        assert_eq!(asked, if direct { (1, 0) } else { (0, 1) }, "{none} {host}");
    }
    // Neither a private name, nor the proxy as a page: a link to it must not reach into the network that it stands in.
    let proxy_port = proxy.at.port();
    for url in [format!("http://closed.example:{port}/"), format!("http://proxy.example:{proxy_port}/")] {
        let mut settings = settings(&["127.0.0.88"], Some(&proxy));
        settings.proxies.http = Some(format!("proxy.example:{proxy_port}"));
        settings.proxies.none = Some("*".to_owned());
        let before = proxy.asked();
        let failure = ask(lookup(), settings, &url).unwrap_err();
        assert_eq!((failure.kind, proxy.asked()), (FailureKind::Forbidden, before), "{url}");
    }
    // A proxy in a private network is the user's own choice, with and without a scheme.
    for scheme in ["", "http://"] {
        let mut settings = settings(&[], Some(&proxy));
        settings.proxies.http = Some(format!("{scheme}proxy.example:{proxy_port}"));
        let before = proxy.asked();
        let result = ask(lookup(), settings, "http://public.example/");
        assert_eq!((result.is_ok(), proxy.asked() - before), (true, 1), "{scheme}: {result:?}");
    }
    assert_eq!(closed.asked(), 0);
}

#[test]
fn a_panic_fails_its_request_and_the_others_of_the_host_go_on() {
    let server = serve("127.0.0.88", 0, SECRET);
    let calls = AtomicUsize::new(0);
    let lookup: resolver::Lookup = Arc::new(move |_| {
        assert!(calls.fetch_add(1, Ordering::SeqCst) > 0, "the first call panics");
        Box::pin(async { Ok(vec!["127.0.0.88".parse().unwrap()]) })
    });
    let clock: Clock = Arc::new(|| "2026-10-11T07:30:00Z".parse().unwrap());
    let fetcher = Fetcher::looking_up_by(lookup, settings(&["127.0.0.88"], None), clock).unwrap();
    let url = Url::parse(&format!("http://press.example:{}/", server.at.port())).unwrap();
    let request =
        |id| Request { id, url: url.clone(), accept: Accept::Page, validated: None, etag: None, last_modified: None };
    let mut events = fetcher.ask(vec![request(1), request(2)], HashMap::new(), |answer| answer);
    let mut answers = Vec::new();
    while let Some(event) = events.blocking_recv() {
        if let Event::Answer(answer) = event {
            answers.push((answer.id, answer.result.map(|response| response.status).map_err(|why| why.cause.code())));
        }
    }
    assert_eq!(answers, [(1, Err(crate::i18n::CauseCode::Fault)), (2, Ok(200))]);
}

/// Lets everyone in, and writes down what is given back.
#[derive(Debug, Default)]
struct Gate(Mutex<Vec<(String, Option<Host>)>>);

impl crate::politeness::HostGate for Gate {
    fn enter(&self, _: &str, entered: crate::politeness::Entered) {
        entered(Some(Vec::new()));
    }

    fn leave(&self, lane: &str, _: Duration, learned: Option<Host>) -> Option<Host> {
        self.0.lock().unwrap().push((lane.to_owned(), learned));
        None
    }
}

#[test]
fn a_host_is_given_back_with_the_rest_that_it_asked_for() {
    const BUSY: &str =
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let busy = serve("127.0.0.91", 0, BUSY);
    let away = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://{}/x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        busy.at
    );
    let open = serve("127.0.0.92", 0, away.leak());
    let gate = Arc::new(Gate::default());
    let mut settings = settings(&["127.0.0.91", "127.0.0.92"], None);
    settings.gate = Some(Arc::clone(&gate) as Arc<dyn crate::politeness::HostGate>);
    ask(names(&[]), settings, &format!("http://{}/", open.at)).unwrap_err();
    let given = std::mem::take(&mut *gate.0.lock().unwrap());
    let an_hour_later: Timestamp = "2026-10-11T08:30:00Z".parse().unwrap();
    let rests = |host: &Host| host.rest.as_ref().map(|rest| (rest.asked_for, rest.until >= an_hour_later));
    let given: Vec<_> = given.iter().map(|(lane, host)| (lane.clone(), host.as_ref().and_then(rests))).collect();
    assert_eq!(given, [(open.at.to_string(), None), (busy.at.to_string(), Some((true, true)))]);
}
